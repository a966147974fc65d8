"""What people type is read as they mean it, and what could mean two things is asked for, with a caret."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.syntax import parse_expression, parse_line
from studytui.grader.formula.tokens import tokens_of
from studytui.grader.formula.tree import (
    Array,
    Binary,
    Call,
    Derivative,
    Differential,
    Element,
    Index,
    Name,
    Negative,
    Node,
    Number,
    Reduced,
    Transposed,
    Whole,
)
from studytui.grader.formula.vocabulary import Asked, Vocabulary

WORDS = Vocabulary(frozenset({"w", "x", "y", "eta", "X", "z", "L", "beta1", "n", "lam"}), Asked(name="w'"))


def spelled(node: Node) -> str:
    """The tree with every bracket written."""
    match node:
        case Number(value=value):
            return f"{value:g}"
        case Name(name=name):
            return name
        case Derivative(top=top, bottom=bottom, top_at=top_at, bottom_at=bottom_at):
            at = [";".join(map(spelled, places)) for places in (top_at, bottom_at)]
            return f"[{top}{at[0]}/{bottom}{at[1]}]"
        case Negative(operand=operand):
            return f"(-{spelled(operand)})"
        case Transposed(operand=operand):
            return f"{spelled(operand)}.T"
        case Binary(operator=operator, left=left, right=right):
            sign = {"beside": "&"}.get(operator, operator)
            return f"({spelled(left)}{sign}{spelled(right)})"
        case Call(function=function, arguments=arguments, dim=dim):
            inside = ",".join(map(spelled, arguments)) + (f";{dim}" if dim is not None else "")
            return f"{function}({inside})"
        case Index(name=name):
            return name
        case Whole():
            return ":"
        case Element(target=target, at=at):
            return f"{spelled(target)}[{','.join(map(spelled, at))}]"
        case Differential(operand=operand, bottom=bottom, at=at):
            return f"d/d{bottom}{list(map(spelled, at)) or ''}{{{spelled(operand)}}}"
        case Reduced(function=function, index=index, body=body):
            return f"{function}_{index.name}{{{spelled(body)}}}"
        case Array(indices=indices, body=body):
            return f"{[index.name for index in indices]}{spelled(body)}"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("w - eta*x", "(w-(eta*x))"),
        ("w − η·x", "(w-(eta·x))"),
        ("-x^2", "(-(x^2))"),
        ("-x²", "(-(x^2))"),
        ("2^-x", "(2^(-x))"),
        ("x**y**2", "(x^(y^2))"),
        ("x^y^2", "(x^(y^2))"),
        ("w - x - y", "((w-x)-y)"),
        ("w/x/y", "((w/x)/y)"),
        ("2*X.T @ y", "((2*X.T)@y)"),
        ("2x", "(2&x)"),
        ("2x^2", "(2&(x^2))"),
        ("2e*x", "((2&e)*x)"),
        ("2e3*x", "(2000*x)"),
        ("-2x", "((-2)&x)"),
        ("2(w*x - y)", "(2&((w*x)-y))"),
        ("½(w + x)", "(0.5&(w+x))"),
        ("(w)(x)", "(w&x)"),
        ("w(x - y)", "(w&(x-y))"),
        ("wx - y", "((w&x)-y)"),
        ("ηwx", "(eta&(w&x))"),
        ("w x", "(w&x)"),
        ("x exp(y)", "(x&exp(y))"),
        ("Xᵀ", "X.T"),
        ("X^T y", "(X.T&y)"),
        ("X⊤", "X.T"),
        ("x⁻¹", "(x^-1)"),
        ("xⁿ", "(x^n)"),
        ("√x", "sqrt(x)"),
        ("√(x² + 1)", "sqrt(((x^2)+1))"),
        ("σ(z)", "sigmoid(z)"),
        ("Σ(w*x)", "sum((w*x))"),
        ("∑(w·x)", "sum((w·x))"),
        ("ln(x)", "log(x)"),
        ("dL/dw", "[L/w]"),
        ("∂L/∂w", "[L/w]"),
        ("∂L/∂η", "[L/eta]"),
        ("dL/dη", "[L/eta]"),
        ("dL/dz * dz/dw", "([L/z]*[z/w])"),
        ("β₁", "beta1"),
        ("β_1", "beta1"),
        ("lr*λ", "(eta*lam)"),
        ("sum(X, 0)", "sum(X;0)"),
        ("sum(X, dim=-1)", "sum(X;-1)"),
        ("max(0, x)", "max(0,x)"),
        ("where(x ≥ 0, x, 0)", "where((x>=0),x,0)"),
        ("(x > 0) * y", "((x>0)*y)"),
        ("x<-1", "(x<(-1))"),
        ("ｗ＋ｘ", "(w+x)"),
        ("w+x # the sum", "(w+x)"),
        ("2.5e-1 + .5", "(0.25+0.5)"),
        ("+x", "x"),
        ("x[0]", "x[0]"),
        ("x_i", "x[i]"),
        ("xᵢ", "x[i]"),
        ("X_ij", "X[i,j]"),
        ("X_{ij}", "X[i,j]"),
        ("X[i, j]^2", "(X[i,j]^2)"),
        ("X[:, j]", "X[:,j]"),
        ("x[i+1]", "x[(i+1)]"),
        ("-x_i²", "(-(x[i]^2))"),
        ("sum_i(x[i]*y[i])", "sum_i{(x[i]*y[i])}"),
        ("Σ_i x_i y_i + w", "(sum_i{(x[i]&y[i])}+w)"),
        ("2*Σᵢ x_i", "(2*sum_i{x[i]})"),
        ("Σ_i Σ_j X_ij", "sum_i{sum_j{X[i,j]}}"),
        ("sum_ij(X[i,j])", "sum_i{sum_j{X[i,j]}}"),
        ("sum(x_i*y_i, i)", "sum_i{(x[i]*y[i])}"),
        ("x_i/sum_j(x_j)", "(x[i]/sum_j{x[j]})"),
        ("∏_i x_i", "prod_i{x[i]}"),
        ("max_i(x_i)", "max_i{x[i]}"),
        ("dL/dx_i", "[L/xi]"),
        ("dL/dX[i, j]", "[L/Xi;j]"),
        ("dx_i/dy_j", "[xi/yj]"),
        ("d/dx(x^2)", "d/dx{(x^2)}"),
        ("∂/∂x(x^2)", "d/dx{(x^2)}"),
        ("d(x^2)/dx", "d/dx{(x^2)}"),
        ("grad(x^2, x)", "d/dx{(x^2)}"),
        ("grad(L, w)", "[L/w]"),
        ("d/dw(L)", "[L/w]"),
        ("∇_w L", "[L/w]"),
        ("∇_w(w*x)", "d/dw{(w*x)}"),
        ("d/dx_i(x[i]^2)", "d/dx['i']{(x[i]^2)}"),
        ("σ'(z)", "sigmoid'(z)"),
        ("x_i*δ_ij", "(x[i]*(i==j))"),
        ("where(x == y, 1, 0)", "where((x==y),1,0)"),
        ("(x ≠ y)", "(x!=y)"),
        ("⌊x/2⌋", "floor((x/2))"),
        ("x // 2 + 1", "(floor((x/2))+1)"),
        ("⌈x⌉", "ceil(x)"),
    ],
)
def test_a_formula_is_read_as_it_is_meant(text: str, tree: str) -> None:
    assert spelled(parse_expression(text, WORDS)) == tree


def test_a_decomposed_accent_is_read_like_a_composed_one() -> None:
    hats = Vocabulary(frozenset({"yhat", "xbar"}), Asked(name="q"))
    assert spelled(parse_expression("ŷ + y\u0302 + x\u0304", hats)) == "((yhat+yhat)+xbar)"


@pytest.mark.parametrize(
    ("text", "kind", "column"),
    [
        ("", "missing_before", 1),
        ("w +", "missing_after", 4),
        ("* w", "missing_before", 1),
        ("(w + x", "never_closed", 1),
        ("w + x)", "never_opened", 6),
        (")", "never_opened", 1),
        ("()", "missing_after", 2),
        ("w + q", "unknown_name", 5),
        ("foo(x)", "unknown_function", 1),
        ("x 2", "ask_times", 3),
        ("(x)2", "ask_times", 4),
        ("1/2x", "ambiguous_division", 4),
        ("1/2 (w*x)^2", "ambiguous_division", 5),
        ("√x²", "root_of_power", 1),
        ("√x^2", "root_of_power", 1),
        ("x < y < w", "comparison_chain", 7),
        ("exp + 1", "function_alone", 1),
        ("exp()", "missing_after", 5),
        ("exp(x, y)", "argument_count", 1),
        ("where(x, y)", "argument_count", 1),
        ("exp(x, dim=0)", "no_dim", 8),
        ("max(x, dim=0)", "no_dim", 8),
        ("sum(x, keepdim=1)", "unknown_keyword", 8),
        ("sum(x, y)", "dim_number", 8),
        ("x.sum()", "attribute", 2),
        ("torch.exp(x)", "attribute", 6),
        ("x.__class__", "attribute", 2),
        ("__import__", "bad_character", 1),
        ("|x|", "bars", 1),
        ("‖x‖", "bars", 1),
        ("∇L", "derivative_operator", 1),
        ("grad L", "derivative_operator", 1),
        ("d(x^2)", "derivative_operator", 1),
        ("d/dx x^2", "differential_brackets", 1),
        ("grad(L, x + y)", "derivative_by", 9),
        ("sum_w(x)", "index_sum", 1),
        ("sum_foo(x)", "index_sum", 1),
        ("sum_{i=1}^n x_i", "index_range_typed", 4),
        ("sum_i(X[i])*X[i]", "index_outside_sum", 15),
        ("x[i", "never_closed", 2),
        ("x[", "missing_after", 3),
        ("[x]", "round_brackets", 1),
        ("{x}", "round_brackets", 1),
        ("x]", "never_opened", 2),
        ("(x]", "unexpected", 3),
        ("⌊x)", "unexpected", 3),
        ("norm'(x)", "function_prime", 1),
        ("∂²L/∂w²", "derivative_operator", 1),
        ("grad(L)", "derivative_operator", 1),
        ("X' y", "prime_of_name", 1),
        ("dJ/dw", "unknown_name", 1),
        ("dL/dq", "unknown_name", 1),
        ("w'", "uses_asked", 1),
        ("w := x", "assignment", 3),
        ("w ← x", "assignment", 3),
        ("w -= x", "assignment", 3),
        ("ㅈ + x", "hangul", 1),
        ("x \x00 y", "bad_character", 3),
        ("x⁻", "bad_superscript", 3),
        ("w = x", "unexpected", 3),
        ("x, y", "unexpected", 2),
    ],
)
def test_what_cannot_be_read_is_named_at_its_place(text: str, kind: str, column: int) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_expression(text, WORDS, number=3)
    assert (caught.value.finding.kind, caught.value.column, caught.value.line) == (kind, column, 3)


def test_the_caret_stands_under_the_place_also_behind_wide_letters() -> None:
    with pytest.raises(FormulaError) as caught:
        parse_expression("ｗ + 가", WORDS)
    assert caught.value.render("ko").splitlines()[-2:] == ["w + 가", "    ^"]


def test_two_readings_of_one_word_are_both_told() -> None:
    words = Vocabulary(frozenset({"a", "ab", "b", "bc", "c"}), Asked(name="q"))
    with pytest.raises(FormulaError, match=r"a\*b\*c or as a\*bc"):
        parse_expression("abc", words)


def test_a_near_name_is_suggested() -> None:
    with pytest.raises(FormulaError, match="`eta`"):
        parse_expression("w - etaa*x", WORDS)


def test_a_chain_a_continuation_and_a_definition_are_told_apart() -> None:
    chain = parse_line("L = x = y", WORDS)
    assert (len(chain.sides), chain.continues, chain.defines) == (3, False, None)
    assert parse_line("= x + y", WORDS).continues
    definition = parse_line("e = w*x - y", WORDS)
    assert definition.defines == "e"
    assert len(definition.sides) == 1


def test_what_is_asked_may_be_applied_to_its_variables_on_the_left() -> None:
    line = parse_line("w'(x, y) = w", WORDS)
    assert line.defines is None
    assert line.sides[0] == Name("w'", line.sides[0].span)


@pytest.mark.parametrize(
    "text",
    ["(" * 900 + "x" + ")" * 900, "-" * 1900 + "x", "√" * 1900 + "x", "2^" * 900 + "2", "x+" * 900 + "x", "exp(" * 400],
)
def test_deep_and_long_formulas_are_refused_at_once(text: str) -> None:
    started = time.process_time()
    with pytest.raises(FormulaError) as caught:
        parse_expression(text, WORDS)
    assert caught.value.finding.kind == "too_deep"
    assert time.process_time() - started < 0.1


def test_ten_thousand_brackets_are_refused_within_100_ms() -> None:
    started = time.process_time()
    with pytest.raises(FormulaError) as caught:
        parse_expression("(" * 10_000 + "x" + ")" * 10_000, WORDS)
    assert caught.value.finding.kind == "line_too_long"
    assert time.process_time() - started < 0.1


_PIECES = st.sampled_from(
    [
        *"()+-*/^@·=,.'²√½∂_[]{}|#<>!~ \t",
        "w",
        "x",
        "X",
        "d",
        "dL/dw",
        "T",
        ".T",
        "ᵀ",
        "sum",
        "exp(",
        "Σ_i",
        "1e",
        "9",
        "가",
        "==",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.lists(_PIECES, max_size=25).map("".join), st.text(max_size=30)))
def test_nothing_but_a_formula_error_comes_of_any_text(text: str) -> None:
    try:
        line = parse_line(text, WORDS)
    except FormulaError as error:
        place, said = error.column, error.render("ko")
    else:
        place, said = 1, str(line.sides)
    assert place >= 1
    assert said


def test_columns_count_in_the_normalised_line() -> None:
    (token, *_) = tokens_of("y\u0302")
    assert (token.text, token.start, token.end) == ("yhat", 0, 1)
