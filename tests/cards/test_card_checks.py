# ruff: noqa: E501 - the table of mistakes reads by rows
from __future__ import annotations

import warnings

import pytest
from deck_building import (
    CHOICE,
    DERIVE,
    EVERY_KIND,
    IMPLEMENT,
    PREDICT,
    RECALL,
    at,
    only_problem,
    problems_of,
    read_cards,
)

SLIP = "      code: |\n        def view(x, *shape):\n            return x.t()\n"
SOLUTION = "solution: |\n    def view(x, *shape):\n        return x\n"

# a change of a sound card → what the caret points at, what the message says, what the hint says
ONE_PROBLEM = {
    "no right option": (CHOICE, "right: true", "right: false", "-", "no option is right", "right: true"),
    "predict: no Python": (PREDICT, "x.T", "x.(T", "(T", "no valid Python", ""),
    "predict: no value": (PREDICT, "    x.T\n", "    del x\n", "|", "ends in no expression, so there is no shape", "asks: printed"),
    "derive: symbol name": (DERIVE, "eta: 0.01..0.5", "η: 0.01..0.5", "η:", "`η` is no name for a symbol", "eta"),
    "derive: domain": (DERIVE, "w: real", "w: vektor[n]", "", "", ""),
    "derive: truth is no Python": (DERIVE, "return w - eta * g", "return w - eta *", "", "no valid Python", ""),
    "derive: truth without return": (DERIVE, "return w - eta * g", "x = w", "x = w", "gives nothing back", "return"),
    "range of sizes": (IMPLEMENT, "N: 1..4", "N: 1-4", "1-4", "a range is written", "1..4"),
    "empty range of sizes": (IMPLEMENT, "N: 1..4", "N: 4..1", "4..1", "no size lies in 4..1", "1..4"),
    "spec: dtype": (IMPLEMENT, "x: float64[N, C]", "x: flaot64[N, C]", "flaot64", "`flaot64` is no dtype", "Did you mean `float64`?"),
    "spec: no Python": (IMPLEMENT, "one_of([-1], [C, N])", "one_of([-1], [C, N)", "one_of", "no Python expression", ""),
    "spec: unknown dim": (IMPLEMENT, "one_of([-1], [C, N])", "one_of([-1], [C, M])", "one_of", "`M` is neither a dim nor an input above", "dims"),
    "spec: misspelt input": (IMPLEMENT, "one_of([-1], [C, N])", "list(input_.shape)", "list(", "`input_` is neither", ""),
    "spec: dim of nothing": (IMPLEMENT, "one_of([-1], [C, N])", "dim(y)", "dim(y)", "`dim(y)` speaks of no input above", "order"),
    "where: unknown name": (IMPLEMENT, "where: N >= C or C > 0", "where: N >= K", "N >= K", "`K` is neither a dim", ""),
    "where: no Python": (IMPLEMENT, "where: N >= C or C > 0", "where: N >= C or", "N >= C", "no valid Python", ""),
    "signature": (IMPLEMENT, "function: view(x, *shape)", "function: view(x, *shape", "view(x", "is no signature", ""),
    "signature: words after it": (IMPLEMENT, "function: view(x, *shape)", "function: view of x", "view of", "is no signature", ""),
    "case: unknown parameter": (IMPLEMENT, "shape: [3, -1]}", "shap: [3, -1], shape: [2]}", "shap:", "`shap` is no parameter of `view`", "Did you mean `shape`?"),
    "case: no Python": (IMPLEMENT, '"arange(6.).view(2, 3)"', '"arange(6."', "(6.", "no valid Python", "Python expression"),
    "case: a parameter is missing": (IMPLEMENT, '{x: "arange(6.).view(2, 3)", shape: [3, -1]}', "{shape: [3, -1]}", "{shape", "case 1 says nothing of `x`", "default"),
    "case: torn by a comma": (IMPLEMENT, '"arange(6.).view(2, 3)"', "arange(6.).view(2, 3)", "arange", "", ""),
    "case: misspelt exception": (IMPLEMENT, "raises: RuntimeError", "raises: RuntimeEror", "RuntimeEror", "`RuntimeEror` is no exception", "Did you mean `RuntimeError`?"),
    "case: raises a number": (IMPLEMENT, "raises: RuntimeError", "raises: 1", "1", "must be the name of an exception", ""),
    "reference: no Python": (IMPLEMENT, "reference: x.view(*shape)", "reference: x.view(*shape", "(*shape", "no valid Python", ""),
    "reference: misspelt parameter": (IMPLEMENT, "reference: x.view(*shape)", "reference: x.view(*shap)", "x.view", "`shap` is no parameter of `view`", "Did you mean `shape`?"),
    "reference: gives nothing": (IMPLEMENT, "reference: x.view(*shape)", "reference: y = x", "y = x", "gives nothing back", "return"),
    "solution: no Python": (IMPLEMENT, SOLUTION, "solution: |\n    def view(x, *shape):\n        retrun x\n", "x", "no valid Python", ""),
    "solution: another function": (IMPLEMENT, SOLUTION, SOLUTION.replace("def view", "def views"), "|", "does not define `view`", "It defines views."),
    "solution: no function": (IMPLEMENT, SOLUTION, "solution: x\n", "x", "does not define `view`", "def view(x, *shape):"),
    "solution: other parameters": (IMPLEMENT, SOLUTION, SOLUTION.replace("x, *shape", "x, shape"), "|", "(x, shape) here and not (x, *shape)", "def view(x, *shape):"),
    "slip: other parameters": (IMPLEMENT, "def view(x, *shape):\n            return x.t", "def view(y, *shape):\n            return y.t", "|", "(y, *shape) here", ""),
    "slip: no code": (IMPLEMENT, SLIP, "", "says", "slip 1 has neither `code` nor `replace`", "replace: {"),
    "slip: nothing to replace": (IMPLEMENT, SLIP, "      replace: {retrun x: return x.t()}\n", "retrun", "`retrun x` does not stand in the solution", ""),
    "slip: twice there": (IMPLEMENT, SLIP, "      replace: {x: y}\n", "x", "`x` stands 2 times in it", "longer"),
    "slip: overlapping": (IMPLEMENT, SLIP, "      replace: {return x: return 1, turn x: turn 2}\n", "{return", "overlap", ""),
    "slip: both": (IMPLEMENT, SLIP, SLIP + "      replace: {return x: return 1}\n", "replace", "`code` or `replace` and not both", ""),
    "equivalent: not there": (IMPLEMENT, "  slips:", "  equivalent:\n    - {replace: {y: z}, because: no y}\n  slips:", "y:", "`y` does not stand in the solution", "longer"),
    "slip: no Python any more": (IMPLEMENT, SLIP, "      replace: {return x: return (x}\n", "{return", "no valid Python", ""),
    "starter: no function": (IMPLEMENT, "dims:", "starter: import torch\n  dims:", "import", "does not define `view`", ""),
}  # fmt: skip

SEVERAL = {"derive: domain", "case: torn by a comma"}


@pytest.mark.parametrize("name", [name for name in ONE_PROBLEM if name not in SEVERAL])
def test_a_mistake_is_one_problem_at_its_place(name: str) -> None:
    card, old, new, pointed, says, hint = ONE_PROBLEM[name]
    assert old in card

    problem = only_problem(RECALL * (card is IMPLEMENT) + card.replace(old, new))

    assert at(problem).startswith(pointed)
    assert says in problem.message
    assert hint in problem.hint
    assert problem.severity == "error"


def test_the_cards_these_tests_damage_are_sound() -> None:
    assert problems_of(EVERY_KIND) == []


def test_an_expression_torn_by_a_comma_inside_braces_says_that_quotes_are_missing() -> None:
    card, old, new, *_ = ONE_PROBLEM["case: torn by a comma"]

    problems = problems_of(RECALL + card.replace(old, new))

    assert any("put expressions in quotes" in problem.hint for problem in problems)


def test_a_misspelt_domain_is_told() -> None:
    problem = only_problem(DERIVE.replace("w: real", 'w: "vektor[n]"'))

    assert "`vektor[n]` is no domain" in problem.message
    assert problem.hint == "Did you mean `vector`?"


@pytest.mark.parametrize(
    "domain",
    ["real", "positive", "0.01..0.5", "-3..3", '"vector[n]"', '"matrix[n, m] in -1..1"', '"onehot[3]"', "int in 1..4"],
)
def test_every_way_to_write_a_domain_is_known(domain: str) -> None:
    assert problems_of(DERIVE.replace("w: real", f"w: {domain}")) == []


@pytest.mark.parametrize(
    ("function", "inputs", "solution"),
    [
        (
            "clamp(input, min=None, max=None)",
            "input: float[...]\nmin: float in -2..2\nmax: float in -2..2",
            "input, min=None, max=None",
        ),
        ("cat(tensors, dim=0)", "tensors: list[1..3] of float[_, C]\ndim: one_of(0, -2)", "tensors, dim=0"),
        ("softmax(input, dim, *, dtype=None)", "input: float[N, C]\ndim: dim(input)", "input, dim, *, dtype=None"),
        ("embedding(input, weight)", "input: int64[N] in 0..V-1\nweight: float[V, D]", "input, weight"),
        ("permute(input, dims)", "input: float[...]\ndims: list(reversed(range(input.ndim)))", "input, dims"),
        (
            "pad(x, n)",
            "x: float[N, H+2]\nn: '[i for i in range(N)] + [math.floor(1.5), torch.get_num_threads()]'",
            "x, n",
        ),
    ],
)
def test_signatures_and_inputs_of_torch_can_be_declared(function: str, inputs: str, solution: str) -> None:
    name = function.partition("(")[0]
    lines = "\n".join(f"      {line}" for line in inputs.splitlines())
    card = (
        f"- id: a\n  kind: implement\n  prompt: p\n  function: {function}\n  inputs:\n{lines}\n"
        f"  reference: |\n    y = torch.zeros(1)\n    return y\n"
        f"  solution: |\n    def {name}({solution}):\n        return 1\n"
    )

    assert problems_of(card) == []


def test_inputs_name_the_parameters() -> None:
    problem = only_problem(
        RECALL + IMPLEMENT.replace("    shape: one_of([-1], [C, N])", "    shap: one_of([-1], [C, N])")
    )

    assert problem.message == "`shap` is no parameter of `view`"
    assert at(problem).startswith("shap:")
    assert problem.hint == "Did you mean `shape`?"


def test_inputs_miss_no_parameter_without_a_default() -> None:
    problem = only_problem(RECALL + IMPLEMENT.replace("    shape: one_of([-1], [C, N])\n", ""))

    assert problem.message == "`inputs` says nothing of the parameter `shape`, which has no default"


def test_a_case_that_must_raise_may_leave_a_parameter_out() -> None:
    assert (
        problems_of(
            RECALL
            + IMPLEMENT.replace('{x: "arange(6.).view(2, 3)", shape: [3, -1]}', "{shape: [1], raises: TypeError}")
        )
        == []
    )


def test_exceptions_of_torch_may_be_raised_too() -> None:
    assert problems_of(RECALL + IMPLEMENT.replace("raises: RuntimeError", "raises: LinAlgError")) == []


def test_a_parameter_cannot_stand_twice() -> None:
    problems = problems_of(RECALL + IMPLEMENT.replace("view(x, *shape)", "view(x, *x)"))

    assert "the parameter `x` stands twice in the signature" in [problem.message for problem in problems]


def test_code_whose_error_is_asked_for_need_not_be_python() -> None:
    assert problems_of(PREDICT.replace("x.T", "f(a=1, 2)").replace("asks: shape", "asks: error")) == []


def test_printing_code_need_not_end_in_a_value() -> None:
    assert (
        problems_of(PREDICT.replace("    x.T\n", "    print(x); del x\n").replace("asks: shape", "asks: printed")) == []
    )


def test_code_that_ends_in_an_assignment_has_a_value() -> None:
    assert problems_of(PREDICT.replace("    x.T\n", "    y = x.T\n")) == []


def test_all_problems_of_a_card_come_at_once() -> None:
    card = (
        IMPLEMENT.replace("N: 1..4", "N: 4..1")
        .replace("where: N", "where: K")
        .replace("*shape)\n  sol", "*shap)\n  sol")
    )
    card = card.replace("        return x\n", "        return x +\n").replace("return x.t()", "return x.t(")

    lines = [problem.line for problem in problems_of(RECALL + card)]

    assert len(lines) == 5
    assert lines == sorted(lines)


def test_code_is_checked_in_cards_that_have_other_problems_too() -> None:
    problems = problems_of(
        RECALL + IMPLEMENT.replace("function:", "funtion:").replace("        return x\n", "        return x +\n")
    )

    assert at(problems[0]).startswith("funtion:")
    assert "no valid Python" in problems[1].message
    assert len(problems) == 2


@pytest.mark.parametrize(
    "code",
    [
        "(" * 5_000,
        "-" * 9_000 + "1",
        "x" + ".y" * 5_000,
        "[" * 500 + "]" * 500,
        "x = " + "(" * 150 + ")" * 150,
        "if 1:\n" * 200,
    ],
    ids=["parentheses", "minus", "attributes", "lists", "tuples", "blocks"],
)
def test_code_nested_beyond_what_python_can_parse_is_a_problem_and_no_crash(code: str) -> None:
    reading = read_cards(PREDICT.replace("    x.T\n", "".join(f"    {line}\n" for line in code.splitlines())))

    assert reading.deck is None or reading.problems == ()


@pytest.mark.parametrize("text", ["one_of(" + "-" * 480 + "1)", "float[" + "-" * 480 + "N]", "-" * 490 + "1"])
def test_specs_nested_deeply_are_a_problem_and_no_crash(text: str) -> None:
    problems = problems_of(RECALL + IMPLEMENT.replace("one_of([-1], [C, N])", f"'{text}'"))

    assert all(at(problem).startswith("'") for problem in problems)


def test_python_never_warns_of_deck_code() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert problems_of(PREDICT.replace("    x.T\n", "    '\\d' is x\n    1 is 2\n")) == []
