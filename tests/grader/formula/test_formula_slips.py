"""A wrong formula is told which slip it is, where one of the usual ones explains it."""

from __future__ import annotations

from typing import Any

import pytest
from formula_cards import CHAIN, CROSS_ENTROPY, MOMENTUM, MSE, SGD, SIGMOID, check, linear


@pytest.mark.parametrize(
    ("card", "text", "kind", "words"),
    [
        (MSE, "2/n*X.T@(y - X@w)", "slip_negative", {}),
        (MSE, "2*X.T@(X@w - y)", "slip_times", {"factor": "n"}),
        (MSE, "1/n*X.T@(X@w - y)", "slip_times", {"factor": "1/2"}),
        (MSE, "X.T@(X@w - y)", "slip_times", {"factor": "n/2"}),
        (MSE, "2/m*X.T@(X@w - y)", "slip_times", {"factor": "n/m"}),
        (MSE, "-2*X.T@(X@w - y)", "slip_times", {"factor": "-n"}),
        (MSE, "2/n*X.T@(X@w + y)", "change_sign", {"term": "y"}),
        (MSE, "2/n*X@(X@w - y)", "change_transpose", {}),
        (MSE, "2/n*X.T*(X@w - y)", "change_to_matrix", {}),
        (MSE, "2/n*sum(X.T@(X@w - y))", "slip_summed", {}),
        (SGD, "w + eta*(w*x - y)*x", "term_sign", {"term": "eta*(w*x - y)*x"}),
        (SGD, "w - 2*eta*(w*x - y)*x", "term_times", {"factor": "2"}),
        (SGD, "w - eta*(w*x - y)", "term_missing_factor", {"factor": "x"}),
        (SGD, "w - (w*x - y)*x", "term_missing_factor", {"factor": "eta"}),
        (SGD, "w - eta*(w*x - y)*x*x", "term_extra_factor", {"factor": "x"}),
        (SGD, "w - eta*(w*x - y)*x + L", "term_extra", {"term": "L"}),
        (SGD, "-eta*(w*x - y)*x", "term_missing", {"term": "w"}),
        (SGD, "w - eta*(w*x - y)*y", "change_name", {"typed": "y", "right": "x"}),
        (MOMENTUM, "w - eta*(v + g)", "term_missing_factor", {"term": "v", "factor": "mu"}),
        (MOMENTUM, "w - eta*(mu*v + 2*g)", "term_times", {"term": "2*g", "factor": "2"}),
        (MOMENTUM, "w - eta*g", "term_missing", {"term": "-v*eta*mu"}),
        (CHAIN, "2*(s - y)", "slip_missing_factor", {"factor": "ds/dz"}),
        (MOMENTUM, "w - eta*(mu*v - g)", "change_sign", {"term": "g"}),
        (SIGMOID, "1 - s", "slip_missing_factor", {"factor": "s"}),
        (SIGMOID, "σ(z)(1 + σ(z))", "change_sign", {"term": "σ(z)"}),
        (CROSS_ENTROPY, "y - p", "slip_negative", {}),
        (CROSS_ENTROPY, "p", "term_missing", {"term": "-y"}),
        (linear("W"), "X.T@G", "slip_transposed", {}),
        (linear("W"), "G@X", "change_transpose", {}),
        (linear("X"), "W@G", "change_order", {}),
        (linear("b"), "G", "slip_sum_dim", {"dim": "0"}),
        (linear("b"), "mean(G, 0)", "slip_times", {"factor": "1/n"}),
    ],
)
def test_the_slip_is_named(card: dict[str, Any], text: str, kind: str, words: dict[str, str]) -> None:
    slip = check(card, text).slip
    assert slip is not None
    assert slip.kind == kind
    assert {key: slip.get(key) for key in words} == words


def test_no_slip_is_made_up() -> None:
    assert check(SGD, "w - eta*sin(w*y)^3").slip is None
    assert check(MSE, "exp(X.T@y)").slip is None


def test_bessel_s_correction_is_recognised() -> None:
    variance = {"symbols": {"x": "vector[n]"}, "given": {}, "asks": "v", "truth": "return x.var()"}
    result = check(variance, "var(x)")
    assert result.slip is not None
    assert result.slip.get("factor") == "(n-1)/n"
    assert check(variance, "n/(n-1)*var(x)").passed
    assert check(variance, "sum((x - mean(x))^2)/(n-1)").passed
