"""Derivatives on a learner's line are autograd's, and lemmas are held to what they say."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from formula_cards import CHAIN, CROSS_ENTROPY, INNER, MSE, SGD, SIGMOID, TANH, check

from studytui.errors import DeckError
from studytui.grader.formula.wording import explain

CUBE: dict[str, Any] = {
    "symbols": {"x": "real", "y": "real"},
    "given": {"L": "x^3*y"},
    "asks": "H",
    "truth": "return 6*x*y",
}
WITH_LEMMA: dict[str, Any] = {
    **CROSS_ENTROPY,
    "lemmas": [
        {"says": "The derivative of softmax.", "formula": "dp/dz = diag(p) - outer(p, p)"},
        {"says": "A name for it.", "formula": "J = dp/dz"},
    ],
}

RIGHT: list[tuple[dict[str, Any], str]] = [
    (SGD, "w' = w - eta*grad(L, w)\n= w - eta*d/dw(1/2*(w*x - y)^2)\n= w - eta*(w*x - y)*x"),
    (SGD, "g = d/dw(L) = ∂L/∂w = ∇_w L = (w*x - y)*x\nw' = w - eta*g"),
    (SGD, "d/dw((w*x - y)**2) = 2*(w*x - y)*x\nw' = w - eta*(w*x - y)*x"),
    (SGD, "d(w*x)/dw = x\nw' = w - eta*(w*x - y)*x"),
    (SGD, "d/dz(1/2*(z - y)^2) = z - y\nw' = w - eta*(z - y)*x"),
    (SGD, "d/dy(3*x) = 0\nw' = w - eta*(z - y)*x"),
    (CHAIN, "dL/ds = 2(s - y)\nds/dz = σ'(z)\n= s(1 - s)\ndL/dz = 2(s - y)*σ'(z)\n= 2(s - y)*s*(1 - s)"),
    (SIGMOID, "ds/dz = d/dz(1/(1 + exp(-z)))\n= exp(-z)/(1 + exp(-z))^2"),
    (TANH, "dt/dz = d/dz(tanh(z)) = tanh'(z) = 1 - t^2"),
    (INNER, "grad(w@x, w) = x\ngrad((w@x)^2, w) = 2*(w@x)*x\ndL/dw = 2*(w@x)*x - 2*x"),
    (INNER, "d/dw_i(sum_j(w_j*x_j)) = x_i\ndL/dw_i = 2*(Σ_j w_j*x_j)*x_i - 2*x_i"),
    (MSE, "grad(mean((X@w - y)^2), w) = 2/n*X.T@(X@w - y)\ndL/dw = 2/n*X.T@(X@w - y)"),
    (MSE, "jacobian(X@w, w) = X\nd/dw(X@w).T @ (X@w - y) = X.T@(X@w - y)\ndL/dw = 2/n*X.T@(X@w - y)"),
    (CUBE, "d/dx(d/dx(x^3*y)) = 6*x*y\ngrad(grad(L, x), x) = 6*x*y\nd/dx(dL/dx) = 6xy\nH = 6*x*y"),
    (CUBE, "d/dy(dL/dx) = 3*x^2\nd/dx(d/dy(L)) = 3*x^2\nH = 6*x*y"),
    (CUBE, "d/dx(dL/dx)*dL/dx = 6*x*y*3*x^2*y\nH = 6*x*y"),
    (WITH_LEMMA, "dL/dp = -y/p\ndL/dz = dp/dz @ dL/dp"),
    (WITH_LEMMA, "dL/dp = -y/p\ndL/dz = J @ dL/dp\n= p - y"),
    (WITH_LEMMA, "dL/dz = J @ (-y/p)"),
]


@pytest.mark.parametrize(("card", "text"), RIGHT)
def test_derivatives_may_be_asked_of_autograd(card: dict[str, Any], text: str) -> None:
    result = check(card, text)
    assert result.passed, result


WRONG: list[tuple[dict[str, Any], str, int, str]] = [
    (SGD, "w' = w - eta*grad(L, w)", 1, "open_derivative"),
    (SGD, "w' = w - eta*d/dw(1/2*(w*x - y)^2)", 1, "open_derivative"),
    (CHAIN, "dL/dz = 2(s - y)*σ'(z)", 1, "open_derivative"),
    (SGD, "d/dw((w*x - y)^2) = 2*(w*x - y)\nw' = w - eta*(w*x - y)*x", 1, "differs"),
    (SGD, "grad(L, w) = (w*x - y)\nw' = w - eta*(w*x - y)*x", 1, "differs"),
    (SGD, "grad(L, x) = (w*x - y)*x\nw' = w - eta*(w*x - y)*x", 1, "differs"),
    (CUBE, "d/dx(dL/dx) = 6*x\nH = 6*x*y", 1, "differs"),
    (CUBE, "d/dx(d/dx(x^3*y)) = 3*x^2*y\nH = 6*x*y", 1, "differs"),
    (CROSS_ENTROPY, "dL/dp = -y/p\ndL/dz = dp/dz @ dL/dp", 2, "open_derivative"),
    (WITH_LEMMA, "dL/dz = J @ (y/p)", 1, "differs"),
    (SGD, "q = x + y\nd/dq(x) = 0\nw' = w", 2, "not_written_with"),
    (TANH, "d/dz(sum(t)) = 1 - t\ndt/dz = 1 - t^2", 1, "differs"),
]


@pytest.mark.parametrize(("card", "text", "line", "kind"), WRONG)
def test_no_derivative_is_taken_on_the_learner_s_word(card: dict[str, Any], text: str, line: int, kind: str) -> None:
    result = check(card, text)
    assert not result.passed
    assert result.finding is not None
    assert (result.line, result.finding.kind) == (line, kind), result


def test_a_derivative_used_first_as_a_value_is_still_differentiated() -> None:
    """One that was computed on a line above has no graph left: a second derivative must not take it for a constant."""
    assert check(CUBE, "g = dL/dx = 3x²y\ndL/dx = 3*x^2*y\nd/dx(dL/dx) = 6*x*y\nH = 6*x*y").passed
    assert not check(CUBE, "dL/dx = 3*x^2*y\nd/dx(dL/dx) = 0\nH = 6*x*y").passed


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("dp/dz = diag(p) + outer(p, p)", "lemmas.1 does not hold"),
        ("dp/dz = diag(q)", "lemmas.1: `q` is no name"),
        ("dp/dz = p @ z @ p", "lemmas.1"),
        ("dL/dz = p - y", "which is asked"),
        ("p", "states nothing"),
        ("= p", "states nothing"),
    ],
)
def test_a_lemma_that_does_not_hold_is_the_card_s_fault(formula: str, words: str) -> None:
    card = {**CROSS_ENTROPY, "lemmas": [{"says": "?", "formula": formula}]}
    with pytest.raises(DeckError) as caught:
        check(card, "p - y")
    assert words in caught.value.message


def test_a_lemma_is_no_line_of_the_answer() -> None:
    result = check(WITH_LEMMA, "dL/dz = J @ (y/p)")
    assert [line.line for line in result.lines] == [1]
    assert "`J @ (y/p)` is not `dL/dz`." in explain(result, "en")


def truth(symbols: dict[str, str], code: str, asks: str = "a") -> dict[str, Any]:
    return {"symbols": symbols, "given": {}, "asks": asks, "truth": code}


@pytest.mark.parametrize(
    ("card", "answer"),
    [
        (truth({"X": "matrix[n, m]", "w": "vector[m]"}, "grad((X @ w).square(), w)"), "2*X.T@X@w"),
        (
            truth({"z": "vector[n]"}, "jacobian(torch.softmax(z, 0), z)"),
            "diag(softmax(z)) - outer(softmax(z), softmax(z))",
        ),
        (
            truth(
                {"X": "matrix[n, m]", "W": "matrix[k, m]", "b": "vector[k]"},
                "run(nn.Linear(m, k), X, weight=W, bias=b)",
            ),
            "X@W.T + b",
        ),
        (
            truth({"X": "matrix[n, m]", "g": "vector[m]"}, "grad(run(nn.BatchNorm1d(m), X, weight=g), g)"),
            "sum((X - mean(X, 0))/sqrt(var(X, 0) + 1e-5), 0)",
        ),
        (
            truth(
                {"w": "real", "x": "real", "eta": "0.01..0.5"},
                "steps(torch.optim.SGD, w, lambda w: (w*x)**2/2, n=2, lr=eta)",
            ),
            "w*(1 - eta*x^2)^2",
        ),
        (
            truth(
                {"w": "real", "g": "real", "v": "real", "mu": "0.1..0.9", "eta": "0.01..0.5"},
                "steps(torch.optim.SGD, w, g, lr=eta, momentum=mu, state={'momentum_buffer': v})",
            ),
            "w - eta*(mu*v + g)",
        ),
        (
            truth(
                {"H": "int in 5..12", "k": "int in 1..4", "s": "int in 1..3", "p": "int in 0..2"},
                "size_after(nn.Conv2d, H, k, stride=s, padding=p)",
            ),
            "⌊(H + 2p - k)/s⌋ + 1",
        ),
        (truth({"H": "int in 5..12", "k": "int in 2..4"}, "size_after(nn.MaxPool2d, H, k)"), "(H - k)//k + 1"),
        (
            truth(
                {"H": "int in 2..9", "k": "int in 2..4", "s": "int in 1..3"},
                "size_after(nn.ConvTranspose1d, H, k, stride=s)",
            ),
            "(H - 1)*s + k",
        ),
    ],
)
def test_a_truth_says_in_one_line_what_torch_does(card: dict[str, Any], answer: str) -> None:
    assert check(card, answer).passed
    assert not check(card, f"{answer} + 1").passed


def test_an_lstm_cell_is_a_truth_too() -> None:
    card = truth(
        {"x": "vector[m]", "h": "vector[k]", "c": "vector[k]", "W": "matrix[q, m]", "U": "matrix[q, k]"},
        """\
Wi, Ui = W[:1].expand(4*k, m), U[:1].expand(4*k, k)
zero = torch.zeros(4*k, dtype=torch.float64)
return run(nn.LSTMCell(m, k), x, (h, c), weight_ih=Wi, weight_hh=Ui, bias_ih=zero, bias_hh=zero)[1]""",
        asks="c'",
    )
    assert check(card, "a = W[0]@x + U[0]@h\nc' = σ(a)*c + σ(a)*tanh(a)").passed
    assert not check(card, "a = W[0]@x + U[0]@h\nc' = σ(a)*c + σ(a)*σ(a)").passed


def test_an_output_size_is_judged_at_every_remainder() -> None:
    card = truth({"H": "int in 5..12", "k": "int in 1..4", "s": "int in 1..3"}, "size_after(nn.Conv2d, H, k, stride=s)")
    for wrong in ("⌈(H - k)/s⌉ + 1", "(H - k)/s + 1", "⌊H/s⌋ - k + 1", "⌊(H - k)/s⌋"):
        assert not check(card, wrong).passed, wrong


def test_a_formula_of_whole_numbers_that_fails_at_few_of_them_is_found_out() -> None:
    """One that is right but at one of 21 pairs; 16 points would miss it in every second check."""
    card = truth({"a": "int in 1..3", "b": "int in 1..7"}, "a*b", asks="c")
    result = check(card, "where((a == 2)*(b == 5), 0, a*b)")
    assert not result.passed
    assert check(card, "b*a").points > 21


def test_the_seed_of_torch_is_no_matter_of_a_truth() -> None:
    card = truth({"w": "real"}, "return w * torch.rand(())")
    torch.manual_seed(5)
    assert not check(card, "w").passed
