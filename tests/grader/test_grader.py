"""Grades from end to end, on small cards."""

from __future__ import annotations

import os
import signal
import threading
import time
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from card_building import (
    DOUBLE,
    DOUBLE_BY_LOOPS,
    DOUBLE_FLOATS,
    HONEST,
    children_at_work,
    children_of,
    derive,
    descriptors,
    implement,
    is_printable,
    predict,
    warm_process,
    watchdog,
)

from studytui.errors import GradeCancelledError, GraderError
from studytui.grader.grader import Grader
from studytui.grader.verdict import Outcome, Tensor

if TYPE_CHECKING:
    from studytui.cards.models import Card
    from studytui.grader.verdict import Counterexample, Verdict

LONG = 20.0
"""A time that no test of these comes near."""


def grade(grader: Grader, card: Card, answer: str, **options: Any) -> Verdict:
    verdict = grader.grade(card, dedent(answer), **{"seed": 1, **options})
    assert is_printable(verdict)
    return verdict


def found(verdict: Verdict) -> Counterexample:
    assert verdict.counterexample is not None, verdict
    return verdict.counterexample


# ---- right and wrong


def test_a_right_answer_passes_on_every_case(grader: Grader) -> None:
    verdict = grade(grader, DOUBLE_FLOATS, HONEST)
    assert verdict.passed
    assert verdict.run == verdict.total == 100
    assert verdict.counterexample is None
    assert verdict.message == "All 100 cases agree with torch."
    assert 0 < verdict.seconds < LONG


def test_a_wrong_answer_is_shown_the_smallest_case_found(grader: Grader) -> None:
    verdict = grade(grader, DOUBLE_FLOATS, "def double(x):\n    y = x + x\n    y[1:] += 1\n    return y\n")
    assert verdict.outcome is Outcome.WRONG
    case = found(verdict)
    x, expected, actual = case.inputs["x"], case.expected, case.actual
    assert isinstance(x, Tensor)
    assert isinstance(expected, Tensor)
    assert isinstance(actual, Tensor)
    assert x.shape == (2,)
    assert case.first_difference == (1,)
    assert float(actual.elements[1]) == float(expected.elements[1]) + 1
    assert verdict.message.startswith("element 1: expected ")
    assert 0 < verdict.run < verdict.total


def test_the_same_seed_gives_the_same_counterexample(grader: Grader) -> None:
    card = implement("f(x, y)", "x @ y", inputs={"x": "float[N, C]", "y": "float[C, M]"})
    wrong = "def f(x, y):\n    return x @ y if x.numel() < 12 else x @ y + 1\n"
    first = grade(grader, card, wrong, seed=None)
    again = grade(grader, card, wrong, seed=first.seed)
    assert first.counterexample == again.counterexample
    assert (first.run, first.total, first.message) == (again.run, again.total, again.message)
    other = grade(grader, card, wrong, seed=first.seed + 1)
    assert other.counterexample != first.counterexample


def test_a_seed_is_drawn_afresh_where_none_is_given(grader: Grader) -> None:
    assert len({grader.grade(DOUBLE_FLOATS, HONEST).seed for _ in range(3)}) == 3


def test_explicit_cases_come_first(grader: Grader) -> None:
    card = implement("f(x)", "x", inputs={"x": "float[N]"}, cases=[{"x": "arange(7.)"}, {"x": "ones(2)"}])
    x = found(grade(grader, card, "def f(x):\n    return x + 1\n")).inputs["x"]
    assert isinstance(x, Tensor)
    assert x.shape == (7,)


MATRIX = {"x": "float64[N, C]"}
VIEW = implement("f(x)", "x.reshape(-1)", inputs=MATRIX, returns="view", cases=[{"x": "ones(2, 3)"}])


@pytest.mark.parametrize(
    ("reference", "returns", "answer", "passes"),
    [
        ("x[0]", "view", "x[0]", True),
        ("x[0]", "view", "x[0].clone()", False),
        ("x[0]", "view", "torch.zeros_like(x[0])", False),
        ("x[0].clone()", "copy", "x[0].clone()", True),
        ("x[0].clone()", "copy", "x[0]", False),
        ("x[0]", "any", "x[0].clone()", True),
        ("x[0].clone()", "any", "x[0]", True),
        ("(x[0], x[1] + 1)", "view", "(x[0], x[1] + 1)", True),
        ("(x[0], x[1] + 1)", "view", "(x[0].clone(), x[1] + 1)", False),
    ],
)
def test_sharing_memory_counts_where_the_card_asks(
    grader: Grader, reference: str, returns: str, answer: str, passes: bool
) -> None:
    card = implement("f(x)", reference, inputs=MATRIX, dims={"N": "2..3", "C": "1..3"}, returns=returns)
    verdict = grade(grader, card, f"def f(x):\n    return {answer}\n")
    assert verdict.passed is passes, verdict
    assert passes or "zeros" in answer or "memory" in verdict.message


SQUARE = implement("f(x, y)", "x * x * y", inputs={"x": "float64[N]", "y": "float64[N]"}, gradients=True)


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        ("return x * x * y", True),
        ("return x ** 2 * y", True),
        (
            "out = torch.zeros_like(x)\n    for i in range(len(x)): out[i] = x[i] ** 2 * y[i]\n    return out",
            True,
        ),
        ("return (x * x * y).detach()", False),
        ("return x.detach() * x * y", False),
        ("return x * x * y.detach()", False),
        ("return x * x * y + (x - x.detach())", False),
        ("return torch.tensor((x * x * y).tolist(), dtype=x.dtype)", False),
    ],
)
def test_gradients_are_compared_where_the_card_asks(grader: Grader, body: str, passes: bool) -> None:
    verdict = grade(grader, SQUARE, f"def f(x, y):\n    {body}\n")
    assert verdict.passed is passes, verdict
    assert passes or "gradient" in verdict.message
    without = SQUARE.model_copy(update={"gradients": False})
    assert grade(grader, without, f"def f(x, y):\n    {body}\n").passed


def test_a_wrong_gradient_is_named_with_its_input(grader: Grader) -> None:
    verdict = grade(grader, SQUARE, "def f(x, y):\n    return x * x * y + (x - x.detach())\n")
    assert found(verdict).what == "gradient of x"
    assert "gradient of x" in verdict.message


REFUSES = implement(
    "f(x, n)",
    "x.reshape(n)",
    inputs={"x": "float[N]", "n": "N"},
    cases=[{"x": "ones(3)", "n": 2, "raises": "RuntimeError"}],
)


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        ("return x.reshape(n)", True),
        ("if n != len(x):\n        raise RuntimeError('no')\n    return x", True),
        ("class Own(RuntimeError): pass\n    if n != len(x):\n        raise Own('no')\n    return x", True),
        ("if n != len(x):\n        raise ValueError('no')\n    return x", False),
        ("return x", False),
        ("return x[:n]", False),
    ],
)
def test_an_answer_must_refuse_what_torch_refuses(grader: Grader, body: str, passes: bool) -> None:
    verdict = grade(grader, REFUSES, f"def f(x, n):\n    {body}\n")
    assert verdict.passed is passes, verdict
    assert passes or "torch refuses this call with RuntimeError" in verdict.message


def test_a_generated_case_that_torch_refuses_is_left_out(grader: Grader) -> None:
    card = implement("f(x, n)", "x.reshape(n, -1)", inputs={"x": "float64[N]", "n": "int in 1..3"})
    verdict = grade(grader, card, "def f(x, n):\n    return x.reshape(n, -1)\n")
    assert verdict.passed
    assert 10 < verdict.total < 100


def test_a_cards_tolerance_counts(grader: Grader) -> None:
    answer = "def f(x):\n    return x * 1.0001\n"
    for rtol, passes in ((None, False), (1e-3, True), (1e-5, False)):
        tolerance = None if rtol is None else {"rtol": rtol, "atol": 0.0}
        card = implement("f(x)", "x * 1.0", inputs={"x": "float64[N] in 1..2"}, tolerance=tolerance)
        assert grade(grader, card, answer).passed is passes


CLAMP = implement(
    "clamp(x, min=None, max=None)",
    "x.clamp(min, max)",
    inputs={"x": "float64[N]", "min": "float in -1..0", "max": "float in 0..1"},
)


def test_optional_arguments_are_given_and_left_out(grader: Grader) -> None:
    right = """
        def clamp(x, min=None, max=None):
            if min is None and max is None:
                raise RuntimeError("neither")
            return x.clamp(min, max)
    """
    assert grade(grader, CLAMP, right).passed
    required = grade(grader, CLAMP, "def clamp(x, min, max):\n    return x.clamp(min, max)\n")
    assert required.outcome is Outcome.CRASHED
    assert "clamp() missing" in required.message
    ignoring = grade(grader, CLAMP, "def clamp(x, min=None, max=None):\n    return x.clamp(min)\n")
    assert ignoring.outcome in {Outcome.WRONG, Outcome.CRASHED}


def test_lists_of_tensors_arrive_as_lists(grader: Grader) -> None:
    card = implement("cat(tensors, dim=0)", "torch.cat(tensors, dim)", inputs={"tensors": "list[1..3] of float[_, C]"})
    assert grade(
        grader, card, "def cat(tensors, dim=0):\n    assert type(tensors) is list\n    return torch.cat(tensors)"
    ).passed
    verdict = grade(grader, card, "def cat(tensors, dim=0):\n    return tensors[0] + 0\n")
    assert verdict.outcome is Outcome.WRONG
    assert isinstance(found(verdict).inputs["tensors"], list)


def test_spread_arguments_arrive_one_by_one(grader: Grader) -> None:
    card = implement("view(x, *shape)", "x.reshape(shape)", inputs={"x": "float[N, C]", "shape": "[C, N]"})
    assert grade(grader, card, "def view(x, *shape):\n    return x.reshape(shape) if shape else x.reshape(())\n").passed


@pytest.mark.parametrize(
    ("reference", "answer", "passes"),
    [
        ("x + 1", "x.add_(1)", False),
        ("x.add_(1)", "x.add_(1)", True),
        ("x.add_(1)", "x + 1", False),
        ("x.unsqueeze(0)", "x.unsqueeze_(0)", False),
        ("x.unsqueeze_(0)", "x.unsqueeze_(0)", True),
        ("x.unsqueeze_(0)", "x.unsqueeze(0)", False),
    ],
)
def test_changing_an_input_counts_as_torch_does_it(grader: Grader, reference: str, answer: str, passes: bool) -> None:
    card = implement("f(x)", reference, inputs={"x": "float64[N]"}, dims={"N": "1..3"})
    verdict = grade(grader, card, f"def f(x):\n    return {answer}\n")
    assert verdict.passed is passes, verdict
    assert passes or found(verdict).what == "x after the call"


@pytest.mark.parametrize(
    ("answer", "passes"),
    [
        ("return x.sum(dims)", True),
        ("dims.sort()\n    return x.sum(dims)", False),
        ("total = x\n    while dims:\n        total = total.sum(dims.pop(0))\n    return total", False),
    ],
)
def test_changing_a_list_that_was_handed_over_counts_too(grader: Grader, answer: str, passes: bool) -> None:
    card = implement("f(x, dims)", "x.sum(dims)", inputs={"x": "float64[N, C]", "dims": "[1, 0]"})
    verdict = grade(grader, card, f"def f(x, dims):\n    {answer}\n")
    assert verdict.passed is passes, verdict
    assert passes or found(verdict).what == "dims after the call"


@pytest.mark.parametrize(
    ("reference", "answer", "says"),
    [
        ("x.float()", "x.double()", "dtype"),
        ("x", "x.reshape(-1, 1)", "shape"),
        ("x", "list(x)", "The output is a list; it should be a Tensor."),
        ("x", "tuple(x)", "The output is a tuple; it should be a Tensor."),
        ("x", "x.tolist()", "The output is a list"),
        ("x", "None", "The function returned nothing"),
        ("x", "{}", "The output is a dict"),
        ("x", "x.numpy()", "The output is a ndarray"),
        ("x", "f", "The output is a function"),
        ("(x, x)", "[x, x]", "The output is a list; it should be a tuple."),
        ("[x, x]", "(x, x)", "The output is a tuple; it should be a list."),
        ("(x, x)", "(x,)", "The output has 1 items; it should have 2."),
        ("(x, x)", "(x, x + 1)", "output[1]"),
        ("None", "x", "The output is a Tensor; it should be a None."),
        ("3", "3.0", "The output is a float; it should be a int."),
        ("3", "4", "expected 3, got 4"),
        ("True", "1", "The output is a int; it should be a bool."),
        ("1.5", "1.5001", "expected 1.5, got 1.5001"),
        ("x.sum()", "float(x.sum())", "The output is a float; it should be a Tensor."),
        ("'mean'", "'sum'", "expected mean, got sum"),
        ("torch.float32", "torch.float64", "expected torch.float32, got torch.float64"),
    ],
)
def test_what_is_returned_must_be_of_the_right_kind(grader: Grader, reference: str, answer: str, says: str) -> None:
    card = implement("f(x)", reference, inputs={"x": "int64[N] in 1..2"}, dims={"N": "2..2"})
    verdict = grade(grader, card, f"def f(x):\n    return {answer}\n")
    assert verdict.outcome is Outcome.WRONG
    assert says in verdict.message
    assert grade(grader, card, f"def f(x):\n    return {reference}\n").passed


def test_a_slip_of_the_deck_is_recognised(grader: Grader) -> None:
    slip = {
        "says": {"en": "You forgot the factor.", "ko": "곱하기를 잊었어요."},
        "code": "def double(x):\n    return x\n",
    }
    card = implement("double(x)", "x + x", inputs={"x": "float[N]"}, slips=[slip])
    assert grade(grader, card, "def double(y):\n    return y * 1\n").cause == "You forgot the factor."
    assert grade(grader, card, "def double(y):\n    return y * 1\n", language="ko").cause == "곱하기를 잊었어요."
    assert grade(grader, card, "def double(y):\n    return y * 17\n").cause != "You forgot the factor."


@pytest.mark.parametrize(
    "code",
    [
        "def double(x):\n    while True: pass",
        "def double(x):\n    import os\n    os._exit(1)",
        "raise SystemExit",
        "def double(x): raise KeyboardInterrupt",
        "while True: pass",
        "def double(x): return [0] * 10**10",
        "def double(",
    ],
    ids=repr,
)
def test_a_slip_that_misbehaves_costs_only_its_name(grader: Grader, code: str) -> None:
    card = implement("double(x)", "x + x", inputs={"x": "float[N]"}, slips=[{"says": "never", "code": code}])
    verdict = grade(grader, card, "def double(x):\n    return x * 3.25\n", cancelled=watchdog())
    assert verdict.outcome is Outcome.WRONG
    assert verdict.cause != "never"


# ---- what a learner is told


def test_what_an_answer_prints_is_kept(grader: Grader) -> None:
    passed = grade(grader, DOUBLE_FLOATS, "def double(x):\n    print('n is', len(x))\n    return x + x\n")
    assert passed.passed
    assert passed.printed.startswith("n is ")
    wrong = grade(grader, DOUBLE_FLOATS, "def double(x):\n    print('n is', len(x))\n    return x + x + (len(x) > 2)\n")
    assert wrong.printed == "n is 3\n"
    crashed = grade(
        grader, DOUBLE_FLOATS, "import sys\ndef double(x):\n    print('here', file=sys.stderr)\n    1 / 0\n"
    )
    assert crashed.printed == "here\n"


def test_warnings_name_the_answers_line_and_those_of_the_decks_own_code_stay_out(grader: Grader) -> None:
    warned = grader.grade(DOUBLE, "import warnings\n\ndef double(x):\n    warnings.warn('slow')\n    return 3 * x\n")
    assert warned.printed == "line 4: UserWarning: slow\n"
    torchs = grader.grade(DOUBLE, "def double(x):\n    torch.ones(1).std()\n    return 2 * x\n")
    assert torchs.passed
    assert torchs.printed.startswith("line 2: UserWarning: std(): degrees of freedom")
    used = implement(
        "double(x)",
        "return lambda x: x * 2",
        inputs={"x": "float[N]"},
        calls="torch.ones(1).std()\nreturn double(x)",
    )
    verdict = grader.grade(used, HONEST)
    assert verdict.passed
    assert verdict.printed == ""


def test_a_failing_case_still_shows_its_prints_after_a_hundred_others_printed(grader: Grader) -> None:
    code = (
        "def double(x):\n    print(len(x), 'x' * 500)\n    return x + x + (x.abs().max() > 100 if len(x) == 4 else 0)\n"
    )
    verdict = grade(grader, DOUBLE_FLOATS, code)
    assert verdict.outcome is Outcome.WRONG
    assert verdict.run > 30
    assert verdict.printed.startswith("4 xxx")


def test_an_exception_is_told_with_its_line_and_the_variables_there(grader: Grader) -> None:
    code = """
        def double(x):
            rows = [1, (2, "a")]
            count = 0
            for i in range(5):
                count = count + x[i]
            return x
    """
    verdict = grade(grader, DOUBLE, code)
    assert verdict.outcome is Outcome.CRASHED
    assert verdict.line == 6
    assert "IndexError" in verdict.message
    assert "line 6" in verdict.message
    assert "i = " in verdict.message
    assert "rows = [1, (2, 'a')]" in verdict.message
    assert found(verdict).inputs["x"] is not None


def test_the_line_of_an_exception_is_the_answers_own(grader: Grader) -> None:
    code = "import json\ndef double(x):\n    return helper(x)\ndef helper(x):\n    return json.loads('{')\n"
    verdict = grade(grader, DOUBLE, code)
    assert verdict.line == 5
    assert "JSONDecodeError" in verdict.message


def test_huge_and_odd_variables_do_not_hide_an_exception(grader: Grader) -> None:
    code = """
        class Odd:
            def __repr__(self): raise SystemExit
        def double(x):
            number, odd, text, many = 7 ** 9000, Odd(), "a" * 100_000, list(range(100_000))
            raise ValueError("told")
    """
    verdict = grade(grader, DOUBLE, code)
    assert verdict.outcome is Outcome.CRASHED
    assert "ValueError: told" in verdict.message
    assert len(verdict.message) < 1_000


def test_an_exception_on_loading_is_told_with_its_line(grader: Grader) -> None:
    verdict = grade(grader, DOUBLE, "x = 1\ny = missing\ndef double(x): ...\n")
    assert (verdict.outcome, verdict.line) == (Outcome.CRASHED, 2)
    assert "NameError" in verdict.message


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("def double(x)\n    return x\n", 1),
        ("def double(x):\n    y = (1\n    return y\n", 2),
        ("def double(x):\nreturn x\n", 2),
    ],
)
def test_a_syntax_error_is_told_with_its_place(grader: Grader, code: str, line: int) -> None:
    verdict = grade(grader, DOUBLE, code)
    assert verdict.outcome is Outcome.CRASHED
    assert verdict.line == line
    assert verdict.column is not None
    assert f"Line {line} is no Python" in verdict.message


@pytest.mark.parametrize("code", ["x = \x00", "\ud800", "(" * 5_000, "x = " + "1+" * 50_000 + "1", "\t if 1:\n  x"])
def test_what_is_no_python_at_all_is_a_verdict(grader: Grader, code: str) -> None:
    assert grader.grade(DOUBLE, code, seed=1).outcome is Outcome.CRASHED


@pytest.mark.parametrize("depth", [1_500, 50_000])
def test_an_expression_nested_too_deeply_is_told_as_that(grader: Grader, depth: int) -> None:
    verdict = grader.grade(DOUBLE, f"def double(x):\n    return {'-' * depth}x\n", seed=1)
    assert verdict.outcome is Outcome.CRASHED
    assert "nested too deeply" in verdict.message


@pytest.mark.parametrize(
    "code",
    ["def duoble(x):\n    return x + x\n", "double = 3\n", "# nothing\n", "def double(x):\n    return x\ndel double\n"],
)
def test_a_missing_function_is_named(grader: Grader, code: str) -> None:
    verdict = grade(grader, DOUBLE, code)
    assert verdict.outcome is Outcome.WRONG
    assert "There is no function `double`" in verdict.message


@pytest.mark.parametrize("code", ["", "   \n\t\n"])
def test_an_empty_answer_is_told_to_be_empty(grader: Grader, code: str) -> None:
    verdict = grade(grader, DOUBLE, code)
    assert verdict.outcome is Outcome.WRONG
    assert "The answer is empty" in verdict.message


def test_wrong_parameters_are_told_in_pythons_words_and_the_cards(grader: Grader) -> None:
    verdict = grade(grader, DOUBLE, "def double():\n    return 0\n")
    assert verdict.outcome is Outcome.CRASHED
    assert "double() takes 0 positional arguments but 1 was given" in verdict.message
    assert "double(x)" in verdict.message


def test_a_callable_that_is_no_function_may_answer(grader: Grader) -> None:
    assert grade(grader, DOUBLE, "import functools, operator\ndouble = functools.partial(operator.mul, 2)\n").passed


def test_an_endless_loop_is_told_with_its_line(grader: Grader) -> None:
    verdict = grade(
        grader, DOUBLE, "def double(x):\n    i = 0\n    while i < 1:\n        i = 0\n    return x\n", seconds=0.3
    )
    assert verdict.outcome is Outcome.TIMED_OUT
    assert verdict.line in {3, 4}
    assert "Time ran out after 0.3 s, on line" in verdict.message


def test_time_is_counted_over_all_cases(grader: Grader) -> None:
    code = "import time\ndef double(x):\n    time.sleep(0.004)\n    return x + x\n"
    assert grade(grader, DOUBLE_FLOATS, code, seconds=0.2).outcome is Outcome.TIMED_OUT
    assert grade(grader, DOUBLE_FLOATS, code, seconds=LONG).passed


def test_the_cards_own_time_is_not_the_answers(grader: Grader) -> None:
    slow = DOUBLE.model_copy(update={"reference": "import time\ntime.sleep(0.03)\nreturn x + x"})
    assert grade(grader, slow, HONEST, seconds=0.25).passed


def test_an_answer_that_needs_too_much_memory_is_told_so(grader: Grader) -> None:
    for body in ("return [0] * 10**9", "return torch.zeros(10**9)"):
        verdict = grade(grader, DOUBLE, f"def double(x):\n    {body}\n")
        assert verdict.outcome is Outcome.OUT_OF_MEMORY, verdict
        assert "512 MiB" in verdict.message


def test_a_result_that_is_too_large_to_hand_over_is_told_so(grader: Grader) -> None:
    verdict = grade(grader, DOUBLE, "def double(x):\n    return torch.zeros(5_000_000)\n")
    assert not verdict.passed
    assert "larger than 16 MiB" in verdict.message


def test_verdicts_speak_korean(grader: Grader) -> None:
    answers = [HONEST, "", "def double(x)", "def double(x):\n    1 / 0", "def double(x):\n    return x", "x = 1"]
    for answer in answers:
        verdict = grade(grader, DOUBLE, answer, language="ko")
        assert any("가" <= letter <= "힣" for letter in verdict.message), verdict.message
    refused = grade(grader, DOUBLE_BY_LOOPS, HONEST, language="ko")
    assert "2번째 줄" in refused.message


# ---- while it runs


def test_progress_only_grows_and_ends_complete(grader: Grader) -> None:
    seen: list[tuple[int, int]] = []
    verdict = grade(grader, DOUBLE_FLOATS, HONEST, on_progress=lambda run, total: seen.append((run, total)))
    runs = [run for run, _ in seen]
    assert runs == sorted(runs)
    assert seen[-1] == (verdict.total, verdict.total)
    assert all(run <= total for run, total in seen)


def test_progress_is_told_in_the_calling_thread(grader: Grader) -> None:
    threads = set()
    grade(grader, DOUBLE, HONEST, on_progress=lambda run, total: threads.add(threading.get_ident()))
    assert threads == {threading.get_ident()}


@pytest.mark.parametrize("answer", ["def double(x):\n    while True: pass\n", "while True: pass\n"])
def test_a_grade_can_be_cancelled(grader: Grader, answer: str) -> None:
    started = time.monotonic()
    with pytest.raises(GradeCancelledError):
        grade(grader, DOUBLE, answer, seconds=LONG, cancelled=lambda: time.monotonic() - started > 0.1)
    assert grade(grader, DOUBLE, HONEST).passed


def test_a_grade_can_be_cancelled_while_torch_is_imported() -> None:
    with Grader() as grader:
        with pytest.raises(GradeCancelledError):
            grader.grade(DOUBLE, HONEST, cancelled=lambda: True)
        assert not grader._process()._ready


def test_predictions_and_derivations_can_be_cancelled(grader: Grader) -> None:
    for card in (predict("while True: pass"), derive("while True: pass")):
        with pytest.raises(GradeCancelledError):
            grade(grader, card, "x", cancelled=lambda: True)
    assert grade(grader, DOUBLE, HONEST).passed


def test_a_wrong_line_of_a_derivation_is_told_once_and_later_ones_at_their_place(grader: Grader) -> None:
    card = derive("return w - eta * 2 * w")
    verdict = grader.grade(card, "L = w^3\nL = w^4\nw' = w - 2*eta*w")
    first, second, last = verdict.steps
    assert [step.holds for step in verdict.steps] == [False, False, True]
    assert "w^3" in verdict.message
    assert (first.says, last.says) == ("", "")
    assert "w^4" in second.says


def test_two_threads_may_grade_with_one_grader(grader: Grader) -> None:
    verdicts: list[Verdict] = []
    threads = [threading.Thread(target=lambda: verdicts.append(grader.grade(DOUBLE, HONEST))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [verdict.passed for verdict in verdicts] == [True] * 3


def test_what_is_wrong_first_is_told_first_whatever_comes_after(grader: Grader) -> None:
    """The answer does not wait for a judgement: it may be long past a wrong case when it dies."""
    code = """
        import os
        calls = 0
        def double(x):
            global calls
            calls += 1
            if calls == 9:
                os._exit(3)
            return x + x + 1 if len(x) > 0 else x
    """
    for seed in range(4):
        verdict = grade(grader, DOUBLE_FLOATS, code, seed=seed)
        assert verdict.outcome is Outcome.WRONG
        assert found(verdict).inputs["x"].shape == (1,)  # type: ignore[union-attr]


# ---- cards that cannot be graded


@pytest.mark.parametrize(
    ("card", "says"),
    [
        (
            implement("f(x)", "x.missing", inputs={"x": "float[N]"}),
            "torch refuses every case, the last with AttributeError",
        ),
        (implement("f(x)", "1 / 0", inputs={"x": "float[N]"}, cases=[{"x": "ones(2)"}]), "raises ZeroDivisionError"),
        (implement("f(x)", "x +", inputs={"x": "float[N]"}), "the reference does not compile: SyntaxError"),
        (implement("f(x", "x", inputs={"x": "float[N]"}), "is no signature"),
        (implement("f(x)", "x", inputs={"x": "float[N]"}, where="N > 99"), "no case meets"),
        (implement("f(x)", "x", inputs={"x": "float[N]"}, where="N +"), "SyntaxError"),
        (implement("f(x)", "x", inputs={"x": "flaot[N]"}), "`flaot` is no dtype"),
        (implement("f(x)", "{}", inputs={"x": "float[N]"}), "the reference returns a dict, which cannot be compared"),
        (
            implement("f(x)", "x", inputs={"x": "float[N]"}, cases=[{"x": "ones(2)", "raises": "RuntimeError"}]),
            "raises nothing, not RuntimeError",
        ),
        (implement("f(x)", "3", inputs={"x": "slice(1)"}), "`x` is a slice, which cannot be handed over"),
    ],
    ids=lambda value: value.reference if hasattr(value, "reference") else "",
)
def test_a_card_that_cannot_be_graded_says_why_to_its_author(grader: Grader, card: Card, says: str) -> None:
    with pytest.raises(GraderError) as raised:
        grade(grader, card, "def f(x):\n    return x\n")
    assert says in raised.value.message
    assert raised.value.hint
    assert grade(grader, DOUBLE, HONEST).passed


def test_a_reference_that_never_ends_is_given_up(grader: Grader) -> None:
    card = implement("f(x)", "while True: pass\nreturn x", inputs={"x": "float[N]"})
    with pytest.raises(GraderError, match="reference did not finish in time"):
        grade(grader, card, "def f(x):\n    return x\n", cancelled=watchdog())


# ---- what is left behind


def test_many_grades_leave_no_process_and_no_descriptor(grader: Grader) -> None:
    grade(grader, DOUBLE, HONEST)
    before, warm = descriptors(), warm_process(grader)
    for n in range(20):
        answer = [HONEST, "def double(x):\n    return x\n", "import os\nos._exit(1)\n", "def double(x):\n    1 / 0\n"][
            n % 4
        ]
        grade(grader, DOUBLE, answer)
    assert descriptors() == before
    assert children_at_work(grader) == set()
    assert warm_process(grader) == warm


def test_a_warm_process_killed_from_outside_is_replaced(grader: Grader) -> None:
    grade(grader, DOUBLE, HONEST)
    before, first = descriptors(), warm_process(grader)
    os.kill(first, signal.SIGKILL)
    verdict = grade(grader, DOUBLE, HONEST)
    assert verdict.passed
    assert warm_process(grader) != first
    assert descriptors() == before


def test_a_warm_process_killed_during_a_grade_is_an_error_that_says_so(grader: Grader) -> None:
    grade(grader, DOUBLE, HONEST)
    before = descriptors()
    killer = threading.Timer(0.3, os.kill, (warm_process(grader), signal.SIGKILL))
    killer.start()
    with pytest.raises(GraderError) as raised:
        grade(grader, DOUBLE, "def double(x):\n    while True: pass\n", seconds=LONG)
    killer.join()
    assert "process" in raised.value.message
    assert grade(grader, DOUBLE, HONEST).passed
    assert descriptors() == before


def test_the_warm_process_outlives_the_thread_that_started_it() -> None:
    others = children_of(os.getpid())
    with Grader() as grader:
        thread = threading.Thread(target=grader.grade, args=(DOUBLE, HONEST))
        thread.start()
        thread.join()
        started = children_of(os.getpid()) - others
        assert len(started) == 1
        assert grader.grade(DOUBLE, HONEST).passed
        assert children_of(os.getpid()) - others == started


def test_closing_ends_the_warm_process_and_the_next_grade_starts_another() -> None:
    with Grader() as grader:
        before = children_of(os.getpid())
        assert grader.grade(DOUBLE, HONEST).passed
        grader.close()
        assert children_of(os.getpid()) == before
        grader.close()


def test_closing_while_an_answer_runs_ends_the_grade_with_an_error() -> None:
    with Grader() as grader:
        grader.start()
        grader.grade(DOUBLE, HONEST)
        closer = threading.Timer(0.2, grader.close)
        closer.start()
        with pytest.raises(GraderError):
            grader.grade(DOUBLE, "def double(x):\n    while True: pass\n", seconds=LONG)
        closer.join()
