"""Nothing that is typed crashes a check, hangs it, or gets at Python."""

from __future__ import annotations

import time
from typing import Any

import pytest
from formula_cards import MSE, SGD, check
from hypothesis import given, settings
from hypothesis import strategies as st

from studytui.grader.formula.wording import explain

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
    ]
)


@settings(max_examples=40, deadline=None)
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
