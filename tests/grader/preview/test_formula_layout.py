"""Formulas as on paper: each must say what was typed, and be read by nobody as anything else."""

from __future__ import annotations

import sys
from subprocess import run
from textwrap import dedent

import pytest

from studytui.cards.models import DeriveCard
from studytui.grader.formula.syntax import parse_line
from studytui.grader.preview.boxes import cells
from studytui.grader.preview.preview import MOST_ROWS, Drawn, Preview, make_preview

CARD = DeriveCard(
    id="mse",
    kind="derive",
    prompt="p",
    symbols={
        "w": "vector[m]",
        "X": "matrix[n, m]",
        "y": "vector[n]",
        "g": "vector[m]",
        "eta": "0.01..0.5",
        "a": "real",
        "b": "real",
        "x_0": "real",
        "y_hat": "vector[n]",
    },
    given={"L": "sum((X@w - y)^2)/n"},
    asks="w'",
    truth="return w",
    solution="w' = w",
)


def drawn(text: str, width: int = 76, language: str = "en") -> tuple[Drawn, ...]:
    return Preview(CARD, language).draw(text, width)


def picture(text: str, width: int = 76) -> str:
    (line,) = drawn(text, width)
    assert not line.problem, line.problem
    return "\n".join(line.rows)


ONE_ROW = {
    "w' = w - eta*g": "w′ = w − η·g",
    "c = 2*x_0 - -a": "c = 2 x₀ − (−a)",
    "c = 1/2*a + 1/4": "c = ½·a + ¼",
    "c = a^2 + a^-1 + a^(b+1)": "c = a² + a⁻¹ + aᵇ⁺¹",
    "c = (a+b)^2*(a-b)": "c = (a + b)²·(a − b)",
    "c = a - (b - a) - (a + b)": "c = a − (b − a) − (a + b)",
    "c = a*(b*a)": "c = a·(b·a)",
    "c = -a*b": "c = −a·b",
    "c = (-a)^2 - a^2": "c = (−a)² − a²",
    "c = (a^b)^2": "c = (aᵇ)²",
    "p = X.T@X@w": "p = Xᵀ X w",
    "p = (X@w).T": "p = (X w)ᵀ",
    "p = w*g + w·g*a": "p = w ⊙ g + w · g·a",
    "s = sum(w) * a": "s = (∑ w)·a",
    "s = a*sum(w*g)": "s = a·(∑ w ⊙ g)",
    "s = -sum(w) - sum(w+g)": "s = −∑ w − ∑ (w + g)",
    "s = abs(a) + norm(w)^2": "s = │a│ + ‖w‖²",
    "s = sqrt(a) + sigmoid(b)": "s = √a + σ(b)",
    "s = sigmoid'(a) + tanh(b)": "s = σ′(a) + tanh(b)",
    "p = outer(w, g)@w": "p = (w ⊗ g) w",
    "s = dot(w, g) + trace(X)": "s = ⟨w, g⟩ + tr(X)",
    "p = max(w, 0) + where(w > 0, w, g)": "p = max(w, 0) + where(w > 0, w, g)",
    "p = y_hat - y": "p = ŷ − y",
    "p = floor(a) + ceil(b)": "p = ⌊a⌋ + ⌈b⌉",
    "= a": "= a",
    "# 체인룰을 쓴다": "# 체인룰을 쓴다",
}


@pytest.mark.parametrize("typed", ONE_ROW)
def test_what_fits_one_row_is_spelled_as_on_paper(typed: str) -> None:
    assert picture(typed) == ONE_ROW[typed]


MANY_ROWS = {
    "dL/dw = 2/n * X.T @ (X@w - y)": """
         ∂L     2
        ──── = ───·Xᵀ (X w − y)
         ∂w     n
        """,
    "s = sum_k(w[k]*g[k])": """
        s = ∑ wₖ·gₖ
            k
        """,
    "c = ((a+b)/2)^2": """
            ⎛ a + b ⎞²
        c = ⎜───────⎟
            ⎝   2   ⎠
        """,
    "c = sqrt(a/b)": """
             ┌───
             │ a
        c =  │───
            ╲│ b
        """,
    "c = a^(a/b)": """
             a/b
        c = a
        """,
    "c = 1/(1 + 1/(1 + a))": """
                  1
        c = ─────────────
                    1
             1 + ───────
                  1 + a
        """,
}


@pytest.mark.parametrize("typed", MANY_ROWS)
def test_what_is_tall_is_drawn(typed: str) -> None:
    assert picture(typed) == dedent(MANY_ROWS[typed]).strip("\n")


def test_fractions_far_inside_are_written_with_a_slash() -> None:
    deep = "c = " + "1/(1 + " * 8 + "a" + ")" * 8
    rows = picture(deep).split("\n")
    assert len(rows) < 10
    assert "1/(1 + 1/(1 + a))" in rows[-1]


def test_a_long_line_is_broken_between_terms_and_indented() -> None:
    rows = picture("c = " + " + ".join(f"a*b^{power}" for power in range(2, 12)), width=30).split("\n")

    assert len(rows) > 1
    assert all(cells(row) <= 30 for row in rows)
    assert all(row.startswith("   + ") for row in rows[1:])


def test_a_term_wider_than_the_room_is_cut() -> None:
    (line,) = drawn("c = exp(" + "*".join("ab" * 20) + ")", width=30)
    assert all(cells(row) <= 30 for row in line.rows)
    assert line.rows[-1].endswith("…")


def test_a_name_that_a_line_gives_a_meaning_can_be_used_below_it() -> None:
    first, second, third = drawn("r = X@w - y\n\nL = r.T@r/n\nw' = w - eta*q")

    assert (first.number, second.number, third.number) == (1, 3, 4)
    assert (first.problem, second.problem) == ("", "")
    assert "`q` is no name" in third.problem


@pytest.mark.parametrize(
    ("typed", "column", "says"),
    [
        ("w' = w - (eta*g", 9, "never closed"),
        ("w' = w -", 8, ""),
        ("w' = w ** * g", 10, ""),
        ("c = q", 4, "`q` is no name"),
    ],
)
def test_what_cannot_be_read_is_shown_as_typed_and_pointed_at(typed: str, column: int, says: str) -> None:
    (line,) = drawn(typed)

    assert line.rows == (typed,)
    assert says in line.problem
    assert line.problem
    assert line.column == column


def test_a_problem_far_to_the_right_is_brought_into_sight() -> None:
    (line,) = drawn("w' = " + "w + " * 60 + "q + w", width=40)

    assert line.column < 40
    assert line.rows[0][line.column] == "q"


def test_problems_are_told_in_the_learners_language() -> None:
    (line,) = drawn("w' = (w", language="ko")
    assert line.problem == "여기서 연 괄호를 닫지 않았어요."


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 10_000,
        "c = " + "(" * 990 + "a" + ")" * 990,
        "c = " + "-" * 1_900 + "a",
        "c = " + "a^" * 900 + "a",
        "c = 9**9**9**9",
        "c = __import__('os').system('true')",
        "c = a.__class__",
        "\x1b[31mred",
        "ㅁ" * 3_000,
        "w = w" + "+w/a" * 480,
        "\n".join(["w = " + "1/(1+" * 30 + "a" + ")" * 30] * 200),
        "\n" * 5_000,
    ],
    ids=range(12),
)
def test_silly_and_hostile_lines_are_drawn_or_pointed_at_within_bounds(typed: str) -> None:
    lines = drawn(typed, width=40)

    assert len(lines) <= 200
    for line in lines:
        assert len(line.rows) <= MOST_ROWS
        assert all(cells(row) <= 40 and row.isprintable() for row in line.rows)


def test_only_what_has_changed_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from studytui.grader.preview import preview as module

    read: list[str] = []
    parse = parse_line

    def counted(text: str, *rest: object) -> object:
        read.append(text)
        return parse(text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "parse_line", counted)
    preview = Preview(CARD, "en")
    preview.draw("r = X@w - y\nL = r.T@r/n\nw' = w", 60)
    read.clear()

    preview.draw("r = X@w - y\nL = r.T@r/n\nw' = w - g", 60)
    assert read == ["w' = w - g"]
    preview.draw("r2 = X@w - y\nL = r.T@r/n\nw' = w - g", 60)
    assert read[1:] == ["r2 = X@w - y", "L = r.T@r/n", "w' = w - g"]


def test_a_card_that_cannot_be_read_has_no_preview() -> None:
    assert make_preview(CARD.model_copy(update={"symbols": {"w": "vektor"}}), "en") is None


def test_drawing_needs_neither_torch_nor_sympy() -> None:
    script = "import sys, studytui.grader.preview.preview; print({'torch', 'sympy', 'numpy'} & set(sys.modules))"
    told = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"
