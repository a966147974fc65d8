"""Nothing that is typed crashes a check, hangs it, or gets at Python."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from formula_cards import MSE, SGD, check
from hypothesis import given, settings
from hypothesis import strategies as st

from studytui.grader.formula import places
from studytui.grader.formula.indexed import Budget
from studytui.grader.formula.wording import explain

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 3.0
"""Far above what the budget of evaluations allows on a slow machine, far below what a hang would be."""


@pytest.mark.parametrize(
    "text",
    [
        "w' = __import__('os').system('true')",
        "w' = w.__class__.__mro__",
        "w' = torch.tensor(1)",
        "w' = (lambda: 0)()",
        "w' = [w for w in x]",
        "w' = eval(x)",
        "w' = truth(w)",
        "w' = {w}",
        "w' = w if x else y",
        "w' = 'a'*9",
        "w' = 9**9**9**9**9",
        "w' = ones(10**9)",
        "w' = ones(-1)",
        "w' = ones(0)",
        "w' = onehot(99, 3)",
        "w' = onehot(0.5, 3)",
        "w' = 1/0",
        "w' = 0/0",
        "w' = " + "9" * 1900,
        "w' = 1e999",
        "w' = " + "(" * 990 + "x" + ")" * 990,
        "w' = diag(w)",
        "w' = outer(w, x)",
        "w' = trace(w)",
        "w' = sum(w, 2)",
        "w' = softmax(w)",
        "w' = \x00\x1b[31m",
        "w' = w\u2028x",
        "\ud800",
        "=",
        "= = =",
        "w' =",
        "====",
        "#\n#\n#",
        "w'" * 900,
        "w' = " + "x*" * 90 + "x",
    ],
)
def test_a_hostile_line_is_answered_with_a_sentence(text: str) -> None:
    started = time.process_time()
    result = check(SGD, text)
    assert time.process_time() - started < SECONDS
    assert not result.passed
    for language in ("en", "ko"):
        said = explain(result, language, text)
        assert said
        assert all(letter.isprintable() or letter == "\n" for letter in said)


WIDE: dict[str, Any] = {
    "symbols": {"x": "vector[16]", **dict.fromkeys("ijklm", "index[16]")},
    "given": {},
    "asks": "y",
    "truth": "x.sum()",
}
"""The largest vector there is, and five indices that run over all of it."""

READ: list[tuple[dict[str, Any], str]] = [
    (SGD, "w' = " + "(" * 10_000 + "x" + ")" * 10_000),
    (SGD, "w' = " + "(" * 990 + "x" + ")" * 990),
    (SGD, "w' = " + "⌊" * 500),
    (SGD, "w' = " + "x[" * 500),
    (SGD, "w' = " + "Σ_i " * 400 + "x"),
    (SGD, "w' = " + "grad(" * 300 + "w" + ", w)" * 100),
    (SGD, "w' = " + "d/dw(" * 50 + "w" + ")" * 50),
    (SGD, "w' = " + "d/dw" * 400),
    (SGD, "w' = " + "σ'(" * 300),
    (SGD, "w' = " + "wxy" * 600),
    (SGD, "w' = " + "δ_ij" * 400),
    (SGD, "w'" * 900),
    (SGD, "w' = x" * 300),
    (SGD, "w' = (w"),
    (SGD, "w' = w))"),
    (SGD, "w' = x[0"),
    (SGD, "w' = w.__class__"),
    (SGD, "w' = x.data[0]"),
    (SGD, "w' = w\x00"),
    (SGD, "w' = \u202ew + x\u202c"),
    (SGD, "w' = \u200fw"),
    (SGD, "w' = qq"),
    (SGD, "w' = {w: x}"),
    (SGD, "x" * 1_000_000),
    (SGD, "w\n" * 500_000),
    (SGD, "=" * 1_999),
]
"""What no formula can be made of: nothing is evaluated."""

EVALUATED: list[tuple[dict[str, Any], str]] = [
    (SGD, "w' = 9**9**9"),
    (SGD, "w' = 9**9**9**9**9**9**9"),
    (SGD, "w' = ones(10**9)"),
    (SGD, "w' = onehot(0, 10**9)"),
    (SGD, "w' = x[99999999]"),
    (SGD, "w' = x[9**9**9]"),
    (SGD, "w' = " + "x*" * 90 + "x"),
    (MSE, "dL/dw = X[X[X[X[0]]]]"),
    (WIDE, "y = sum_i(sum_j(sum_k(x[i]*x[j]*x[k])))"),
    (WIDE, "y = sum_i(sum_j(sum_k(sum_l(sum_m(x[i]*x[j]*x[k]*x[l]*x[m])))))"),
    (WIDE, "y = " + "sum_i(" * 90 + "x[i]" + ")" * 90),
    (WIDE, "y[i] = x[i]*sum_j(x[j]*sum_k(x[k]*sum_l(x[l])))"),
    (WIDE, "y = outer(x, x)[i, j]*outer(x, x)[k, l]"),
    (WIDE, "y = d/dx(sum_ij(exp(x[i]*x[j])))"),
    (WIDE, "y = d/dx(d/dx(sum_ij(exp(x[i]*x[j]))))"),
    (WIDE, "y = d/dx(d/dx(d/dx(sum_ij(exp(x[i]*x[j])))))"),
    (WIDE, "y = d/dx(outer(outer(x, x)[0], x))"),
]
"""What must be evaluated to be found out."""

_MOST_WORK = 40_000
"""Nodes, at 3 µs each (one core, torch 2.13): a tenth of a second."""


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """The nodes that all checks since have evaluated."""
    budgets: list[Budget] = []

    def budget() -> Budget:
        budgets.append(Budget())
        return budgets[-1]

    monkeypatch.setattr(places, "Budget", budget)
    return lambda: sum(Budget().left - max(budget.left, 0) for budget in budgets)


@pytest.mark.parametrize(("card", "text"), READ, ids=lambda value: repr(value)[:40])
def test_what_cannot_be_read_gets_a_caret_and_a_sentence_before_anything_is_evaluated(
    card: dict[str, Any], text: str, spent: Callable[[], int]
) -> None:
    result = check(card, text)
    assert not result.readable
    said = explain(result, "en", text.split("\n")[0])
    sentence, shown, caret = said.split("\n")
    assert sentence.endswith((".", "?"))
    assert set(caret) <= {" ", "^"}
    assert caret.count("^") == 1
    assert len(shown) <= 78
    assert all(letter.isprintable() for letter in sentence + shown)
    assert spent() < 1_000


@pytest.mark.parametrize(("card", "text"), EVALUATED, ids=lambda value: repr(value)[:40])
def test_what_is_huge_costs_little(card: dict[str, Any], text: str, spent: Callable[[], int]) -> None:
    result = check(card, text)
    assert not result.passed
    assert result.finding is not None
    assert spent() <= _MOST_WORK
    for language in ("en", "ko"):
        assert len(explain(result, language, text)) < 3_000


def chain_of_names(first: str, step: str) -> str:
    lines = [f"a0 = {first}", *(f"a{i} = {step.format(f'a{i - 1}')}" for i in range(1, 199))]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        chain_of_names("w*x", "{0} + {0}*y/3 - {0}^2/1e9"),
        chain_of_names("w @ x", "{0} + {0}"),
        chain_of_names("w", "{0} + 1") + "\nda198/dw = 1",
        chain_of_names("w", "{0}*{0}*{0}*{0}") + "\nda198/da0 = 1",
        "\n".join(["e = w*x", *(f"e = e*{i}/{i}" for i in range(2, 190)), "dL/de = w"]),
        "\n".join(f"b{i} = " + "*".join(["(x + y)"] * 15) for i in range(60)),
        "a0 = w\n" + "\n".join(f"a{i} = a{i - 1} + " + "*".join(f"dL/da{j}" for j in range(i)) for i in range(1, 40)),
    ],
    ids=["sums", "failing", "derivative by a symbol", "powers", "restatements", "products", "derivatives"],
)
def test_long_webs_of_names_end_soon(text: str) -> None:
    started = time.process_time()
    result = check(SGD, text)
    assert time.process_time() - started < SECONDS
    assert not result.passed


def test_many_jacobians_end_soon() -> None:
    lines = ["Z = X*X", *(f"dZ/dX @ w = dZ/dX @ w*{i}/{i}" for i in range(1, 150))]
    started = time.process_time()
    assert not check(MSE, "\n".join(lines)).passed
    assert time.process_time() - started < SECONDS


_PIECES = st.sampled_from(
    [
        "w",
        "x",
        "w'",
        "L",
        "z",
        "eta",
        "X",
        "dL/dw",
        "dL/dz",
        "dz/dw",
        "e",
        "n",
        "2",
        "0",
        "1e9",
        "(",
        ")",
        "+",
        "-",
        "*",
        "/",
        "^",
        "@",
        "·",
        " ",
        "\n",
        "=",
        ".T",
        "²",
        "sum(",
        "exp(",
        "softmax(",
        "diag(",
        ",",
        "√",
        ">",
        "#",
        "onehot(",
        "x_i",
        "X_ij",
        "[i]",
        "[i, j]",
        "[",
        "]",
        ":",
        "sum_i(",
        "Σ_j ",
        "max_i(",
        "d/dw(",
        "grad(",
        ", w)",
        "dL/dw_i",
        "tanh'(",
        "δ_ij",
        "==",
        "⌊",
        "⌋",
        "//",
    ]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join))
def test_a_check_of_any_text_gives_a_result(text: str) -> None:
    for card in (SGD, MSE):
        result = check(card, text)
        assert explain(result, "ko", text)


def test_a_hostile_truth_is_the_card_s_fault() -> None:
    from studytui.errors import DeckError

    bad: dict[str, Any] = {**SGD, "truth": "raise KeyError('x')"}
    with pytest.raises(DeckError, match="KeyError"):
        check(bad, "w' = w")
