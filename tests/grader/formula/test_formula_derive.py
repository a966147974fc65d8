"""Right derivations pass in every form a person might give them; wrong ones fail at the line that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from formula_cards import CROSS_ENTROPY, CROSS_ENTROPY_INDEX, INNER, MOMENTUM, MSE, SGD, SIGMOID, TANH, check, linear

RIGHT: list[tuple[dict[str, Any], str]] = [
    (SGD, "w' = w - eta*(w*x - y)*x"),
    (SGD, "w - eta*(w*x - y)*x"),
    (SGD, "w' = w − η·x(wx − y)"),
    (SGD, "w'(w) = w + eta*x*(y - w*x)"),
    (SGD, "w' = w - lr*(z - y)*x"),
    (SGD, "w' = w - η*w*x² + ηxy"),
    (SGD, "w' = w(1 - η x²) + η x y"),
    (SGD, "# 손실을 미분하면\ndL/dw = (w*x - y)*x\nw' = w - eta*dL/dw"),
    (SGD, "dL/dz = z - y\ndz/dw = x\ndL/dw = dL/dz * dz/dw = (z - y)*x\nw' = w - eta*dL/dw"),
    (SGD, "e = w*x - y\nL = ½e²\ndL/de = e\nde/dw = x\n∂L/∂w = e*x\nw' = w - eta*e*x"),
    (SGD, "e = w*x - y\ndL/de = e\nw' = w - eta*e*x"),
    (SGD, "w' = w - eta*dL/dw\n= w - eta*(w*x - y)*x"),
    (SGD, "w - eta*dL/dw\n= w - eta*(w*x - y)*x"),
    (SGD, "g = dL/dw = (wx - y)x\nw' = w - eta*g"),
    (SGD, "g = (wx - y)x\ng = dL/dw\nw - eta*g"),
    (SGD, "(w*x - y)^2 = w²x² - 2wxy + y²\nw' = w - eta*(w*x - y)*x"),
    (MOMENTUM, "v' = mu*v + g\nw' = w - eta*v'"),
    (MOMENTUM, "w' = w - η(μv + g)"),
    (MOMENTUM, "w' = w - eta*mu*v - eta*g"),
    (MOMENTUM, "w - lr*g - lr*μ*v"),
    (MOMENTUM, "Δ = -eta*(mu*v + g)\nw' = w + Δ"),
    (MSE, "dL/dw = 2/n * X.T @ (X@w - y)"),
    (MSE, "∂L/∂w = (2/n)·Xᵀ(Xw − y)"),
    (MSE, "2*Xᵀ@(X@w - y)/n"),
    (MSE, "2/n * (X@w - y) @ X"),
    (MSE, "dL/dw = 2/n*X^T X w - 2/n*X^T y"),
    (MSE, "e = X@w - y\nL = 1/n*e.T@e\ndL/de = 2/n*e\nde/dw = X\ndL/dw = X.T@dL/de\n= 2/n*X.T@e"),
    (MSE, "L = 1/n * sum((X@w - y)²)\nL = norm(X@w - y)^2/n\ndL/dw = 2X.T@(X@w - y)/n"),
    (MSE, "dL/dw = 2/n * (X.T@X@w - X.T@y)\n⇒ dL/dw = (2/n)((wᵀXᵀ)X - yᵀX)"),
    (MSE, "∴ dL/dw = 2/n * Xᵀ(Xw - y)"),
    (INNER, "s = wᵀx\nL = s² - 2s\ndL/dw = 2wᵀx x - 2x"),
    (INNER, "dL/dw = 2(x xᵀ)w - 2x"),
    (INNER, "s = w·x\nL = s² - 2s\ndL/ds = 2s - 2\nds/dw = x\ndL/dw = dL/ds * ds/dw\n= (2s - 2)x"),
    (SIGMOID, "s*(1 - s)"),
    (SIGMOID, "ds/dz = σ(z)(1 - σ(z))"),
    (SIGMOID, "exp(-z)/(1 + exp(-z))^2"),
    (SIGMOID, "s = 1/(1 + e^-z)\nds/dz = e^-z/(1 + e^-z)²\n= s - s²"),
    (SIGMOID, "sigmoid(z)*sigmoid(-z)"),
    (SIGMOID, "1/4*(1 - tanh(z/2)^2)"),
    (TANH, "1 - t²"),
    (TANH, "dt/dz = 1 - tanh(z)^2"),
    (TANH, "4/(exp(z) + exp(-z))^2"),
    (TANH, "(1 - t)*(1 + t)"),
    (TANH, "4σ(2z)*(1 - σ(2z))"),
    (CROSS_ENTROPY, "softmax(z) - y"),
    (CROSS_ENTROPY, "dL/dz = p - y"),
    (CROSS_ENTROPY, "exp(z)/sum(exp(z)) - y"),
    (CROSS_ENTROPY, "exp(z - logsumexp(z)) - y"),
    (CROSS_ENTROPY, "dL/dp = -y/p\ndp/dz = diag(p) - outer(p, p)\ndL/dz = (diag(p) - p@p.T) @ dL/dp\n= p - y"),
    (CROSS_ENTROPY, "L = -y·z + logsumexp(z)\ndL/dz = -y + softmax(z)"),
    (CROSS_ENTROPY_INDEX, "softmax(z) - onehot(t)"),
    (CROSS_ENTROPY_INDEX, "dL/dz = -onehot(t, n) + softmax(z)"),
    (CROSS_ENTROPY_INDEX, "dL/dz = -onehot(t) + softmax(z)"),
    (linear("W"), "G.T @ X"),
    (linear("W"), "dL/dW = (Xᵀ G)ᵀ"),
    (linear("W"), "dL/dY = G\ndL/dW = dL/dY.T @ X\n= GᵀX"),
    (linear("X"), "G @ W"),
    (linear("X"), "(W.T @ G.T).T"),
    (linear("b"), "sum(G, 0)"),
    (linear("b"), "sum(G, dim=0)"),
    (linear("b"), "G.T @ ones(n)"),
    (linear("b"), "n*mean(G, 0)"),
]


@pytest.mark.parametrize(("card", "text"), RIGHT)
def test_a_right_derivation_passes(card: dict[str, Any], text: str) -> None:
    result = check(card, text)
    assert result.passed, result
    assert all(line.holds for line in result.lines)
    assert result.finding is None


WRONG: list[tuple[dict[str, Any], str, int, str]] = [
    (SGD, "w' = w + eta*(w*x - y)*x", 1, "differs"),
    (SGD, "w - eta*(w*x - y)", 1, "differs"),
    (SGD, "w - eta*2*(w*x - y)*x", 1, "differs"),
    (SGD, "w - (w*x - y)*x", 1, "differs"),
    (SGD, "w - eta*(w*x - y)*y", 1, "differs"),
    (SGD, "w - eta*(w*x - y)*x + 1e-8", 1, "differs"),
    (SGD, "w - eta*L", 1, "differs"),
    (SGD, "dL/dw = (w*x - y)\nw' = w - eta*(w*x - y)*x", 1, "differs"),
    (SGD, "dL/dz = z - y\ndz/dw = w\nw' = w - eta*(w*x - y)*x", 2, "differs"),
    (SGD, "e = w*x - y\nL = e^2\nw' = w - eta*e*x", 2, "differs"),
    (SGD, "w' = w - eta*(w*x - y)*x\n= w - eta*w*x^2 - eta*x*y", 2, "differs"),
    (SGD, "(w*x - y)^2 = w^2*x^2 - y^2\nw' = w - eta*(w*x - y)*x", 1, "differs"),
    (SGD, "w = w - eta*(w*x - y)*x", 1, "assigned"),
    (SGD, "w_new = w - eta*(w*x - y)*x", 1, "not_asked"),
    (SGD, "w' = w - eta*(w*x - y)*x\ndL/dw = (w*x - y)*x", 2, "not_asked"),
    (SGD, "w' = w - eta*dL/dw", 1, "open_derivative"),
    (SGD, "g = dL/dw\nw' = w - eta*g", 2, "open_derivative"),
    (SGD, "g = dL/dw\nh = g\nw' = w - eta*h", 3, "open_derivative"),
    (SGD, "w'", 1, "open_derivative"),
    (SGD, "w' = w'", 1, "open_derivative"),
    (SGD, "w'\nw' = 2*w'/2", 2, "open_derivative"),
    (SGD, "w' = 9**9**9", 1, "not_finite"),
    (SGD, "w' = log(-1)", 1, "not_finite"),
    (SGD, "q = x + y\ndL/dq = 1\nw' = w", 2, "not_written_with"),
    (SGD, "g = dL/dw\ndg/dw = x^2\nw' = w - eta*(w*x - y)*x", 2, "derivative_of_derivative"),
    (INNER, "s = w·x\ndL/ds = 2s\ndL/dw = (2s - 2)x", 2, "not_written_with"),
    (SGD, "dL/deta = 1\nw' = w - eta*(w*x - y)*x", 1, "differs"),
    (MOMENTUM, "w' = w - eta*g", 1, "differs"),
    (MOMENTUM, "w' = w - eta*(mu*v - g)", 1, "differs"),
    (MOMENTUM, "w' = w - eta*(mu*v + (1 - mu)*g)", 1, "differs"),
    (MOMENTUM, "v' = mu*v + eta*g\nw' = w - v'", 2, "differs"),
    (MOMENTUM, "w' = w - mu*v - eta*g", 1, "differs"),
    (MSE, "2*X.T@(X@w - y)", 1, "differs"),
    (MSE, "1/n * X.T@(X@w - y)", 1, "differs"),
    (MSE, "2/n * X.T@(y - X@w)", 1, "differs"),
    (MSE, "2/n * X@(X@w - y)", 1, "shapes_differ"),
    (MSE, "2/n * sum(X.T@(X@w - y))", 1, "shape"),
    (MSE, "2/m * X.T@(X@w - y)", 1, "differs"),
    (MSE, "2/3 * X.T@(X@w - y)", 1, "differs"),
    (MSE, "dL/dw = dL/dw", 1, "open_derivative"),
    (MSE, "M = L\ndL/dw = dM/dw", 2, "open_derivative"),
    (SIGMOID, "s*(1 + s)", 1, "differs"),
    (SIGMOID, "1 - s", 1, "differs"),
    (SIGMOID, "1 - s^2", 1, "differs"),
    (SIGMOID, "exp(-z)/(1 + exp(-z))", 1, "differs"),
    (SIGMOID, "-s*(1 - s)", 1, "differs"),
    (TANH, "1 - t", 1, "differs"),
    (TANH, "t*(1 - t)", 1, "differs"),
    (TANH, "1 + t^2", 1, "differs"),
    (TANH, "sum(1 - t^2)", 1, "shape"),
    (TANH, "1/sech(z)^2", 1, "unknown_function"),
    (TANH, "(1 - t)(1 + t)", 1, "vectors_beside"),
    (CROSS_ENTROPY, "y - p", 1, "differs"),
    (CROSS_ENTROPY, "p*(1 - p)", 1, "differs"),
    (CROSS_ENTROPY, "z - y", 1, "differs"),
    (CROSS_ENTROPY, "p", 1, "differs"),
    (CROSS_ENTROPY, "-y/p", 1, "differs"),
    (CROSS_ENTROPY_INDEX, "softmax(z) - t", 1, "differs"),
    (CROSS_ENTROPY_INDEX, "softmax(z) - onehot(t, 9)", 1, "shapes_differ"),
    (linear("W"), "X.T @ G", 1, "shape"),
    (linear("W"), "G @ X", 1, "shapes_differ"),
    (linear("W"), "G.T @ X / n", 1, "differs"),
    (linear("X"), "G @ W.T", 1, "shapes_differ"),
    (linear("b"), "G", 1, "shape"),
    (linear("b"), "sum(G)", 1, "shape"),
    (linear("b"), "mean(G, 0)", 1, "differs"),
]


@pytest.mark.parametrize(("card", "text", "line", "kind"), WRONG)
def test_a_wrong_derivation_fails_at_its_first_wrong_line(
    card: dict[str, Any], text: str, line: int, kind: str
) -> None:
    result = check(card, text)
    assert not result.passed
    assert result.finding is not None
    assert (result.line, result.finding.kind) == (line, kind), result


def test_every_line_is_judged_for_itself() -> None:
    result = check(SGD, "dL/dz = z + y\n# so\ndz/dw = x\nw' = w - eta*(z - y)*x")
    assert [(line.line, line.holds) for line in result.lines] == [(1, False), (3, True), (4, True)]
    assert not result.passed


def test_the_failing_side_of_a_chain_is_the_one_pointed_at() -> None:
    result = check(SGD, "w' = w - eta*(z - y)*x = w - eta*z - y*x")
    assert result.finding is not None
    assert result.finding.get("side") == "w - eta*z - y*x"
    assert result.column == 26


def test_a_difference_is_shown_at_a_point_that_people_can_follow() -> None:
    difference = check(SGD, "w' = w - eta*(w*x - y)").difference
    assert difference is not None
    point = dict(difference.point)
    w, x, y, eta = (float(point[name]) for name in ("w", "x", "y", "eta"))
    assert float(difference.expected) == pytest.approx(w - eta * (w * x - y) * x)
    assert float(difference.actual) == pytest.approx(w - eta * (w * x - y))
    assert all(len(value) <= 4 for value in point.values())


def test_going_straight_to_the_result_passes_and_is_said() -> None:
    assert check(SGD, "w' = w - eta*(w*x - y)*x").skips
    assert not check(SGD, "dL/dw = (w*x - y)*x\nw' = w - eta*dL/dw").skips
    assert not check(MSE, "dL/dw = 2/n * X.T @ (X@w - y)").skips


def test_a_derivative_that_is_asked_may_be_used_once_it_is_written_out() -> None:
    assert check(MSE, "dL/dw = 2/n * X.T @ (X@w - y)\ndL/dw = 2/n*X.T@X@w - 2/n*X.T@y").passed


def test_the_verdict_does_not_depend_on_the_seed() -> None:
    from studytui.grader.formula.derive import check_derivation

    for seed in range(8):
        assert check_derivation(MSE, "2/n * X.T@(X@w - y)", seed=seed).passed
        assert not check_derivation(MSE, "2/3 * X.T@(X@w - y)", seed=seed).passed


def test_kinks_do_not_make_a_right_answer_wrong() -> None:
    relu = {
        "symbols": {"x": "vector[n]"},
        "given": {"a": "relu(x)"},
        "asks": "da/dx",
        "truth": "F.relu(x).sum().backward(); return x.grad",
    }
    assert check(relu, "where(x > 0, 1, 0)").passed
    assert check(relu, "(x > 0)").passed
    assert check(relu, "(sign(x) + 1)/2").passed
    assert not check(relu, "(x < 0)").passed


def test_a_name_that_failed_does_not_bring_down_the_lines_that_do_not_use_it() -> None:
    result = check(MSE, "a = X@y\nb = a + 1\ndL/dw = 2/n*X.T@(X@w - y)")
    assert [line.holds for line in result.lines] == [False, False, True]
    assert [line.finding.kind for line in result.lines if line.finding] == ["shapes_differ", "no_value"]
    assert (result.line, result.column) == (1, 5)


def test_circular_restatements_end() -> None:
    text = "e = w*x - y\nL = e^2/2\ne = e*L/L\nL = L*e/e\ndL/de = e\nde/dL = 1/e\nw' = w - eta*e*x"
    result = check(SGD, text)
    assert [line.holds for line in result.lines][:5] == [True, True, True, True, True]
