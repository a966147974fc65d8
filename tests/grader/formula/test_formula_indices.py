"""Sums over indices, elements, and equations that hold for every index."""

from __future__ import annotations

from typing import Any

import pytest
from formula_cards import CROSS_ENTROPY, MSE, SGD, TANH, check, linear

INDEXED: dict[str, Any] = {**CROSS_ENTROPY, "symbols": {**CROSS_ENTROPY["symbols"], "i": "index[n]", "j": "index[n]"}}
BY_ELEMENTS: dict[str, Any] = {
    **INDEXED,
    "given": {"p": "softmax(z)", "L": "-sum_i(y[i]*log(p[i]))"},
    "asks": "dL/dz_i",
}
JACOBIAN: dict[str, Any] = {
    "symbols": {"z": "vector[n]"},
    "given": {"s": "softmax(z)"},
    "asks": "ds_i/dz_j",
    "truth": "return torch.autograd.functional.jacobian(lambda v: torch.softmax(v, 0), z)",
}
CONVOLUTION: dict[str, Any] = {
    "symbols": {"x": "vector[t+k-1]", "w": "vector[k]", "g": "vector[t]", "a": "index[t]", "b": "index[k]"},
    "given": {"L": "sum_a(g[a]*sum_b(w[b]*x[a+b]))"},
    "asks": "dL/dw_b",
    "truth": "(F.conv1d(x[None, None], w[None, None])[0, 0] * g).sum().backward(); return w.grad",
}
PLAIN_INDEX: dict[str, Any] = {
    "symbols": {"z": "vector[n]", "t": "int in 0..n-1"},
    "given": {"p": "softmax(z)", "L": "-log(p[t])"},
    "asks": "dL/dz",
    "truth": "F.cross_entropy(z, t).backward(); return z.grad",
}
OUTPUT: dict[str, Any] = {
    "symbols": {"X": "matrix[n, m]", "w": "vector[m]", "i": "index[n]"},
    "asks": "y_i",
    "truth": "X @ w",
}

SOFTMAX_BY_CHAIN = """\
L = -sum_i(y_i*log(p_i))
dL/dp_i = -y_i/p_i
dp_i/dz_j = p_i*(δ_ij - p_j)
dL/dz_j = sum_i(dL/dp_i*dp_i/dz_j)
= sum_i(-y_i/p_i*p_i*(δ_ij - p_j))
= p_j*sum_i(y_i) - y_j
= p_j - y_j"""
MSE_BY_CHAIN = """\
e_r = sum_k(X[r, k]*w[k]) - y[r]
L = 1/n*sum_r(e_r^2)
dL/de_r = 2/n*e_r
de_r/dw_k = X_rk
dL/dw_k = sum_r(dL/de_r * de_r/dw_k) = 2/n*sum_r(e_r*X_rk)"""

RIGHT: list[tuple[dict[str, Any], str]] = [
    (INDEXED, "dL/dz_i = p_i - y_i"),
    (INDEXED, "dL/dz[i] = p[i] - y[i]"),
    (INDEXED, "∂L/∂zᵢ = exp(zᵢ)/Σ_j exp(zⱼ) - yᵢ"),
    (INDEXED, "dL/dz_i = exp(z_i)/sum_i(exp(z_i)) - y_i"),
    (INDEXED, SOFTMAX_BY_CHAIN),
    (INDEXED, "p_i - y_i"),
    (INDEXED, "dL/dz = p - y"),
    (INDEXED, "s = sum_j(exp(z_j))\nq_i = exp(z_i)/s\ndL/dz_i = q_i - y_i"),
    (INDEXED, "q_i = exp(z_i)/sum_j(exp(z_j))\ndL/dz = q - y"),
    (INDEXED, "L_i = -y_i*log(p_i)\nL = sum_i(L_i)\n= Σ_k L_k\ndL/dz_i = p_i - y_i"),
    (BY_ELEMENTS, "dL/dz_i = p_i - y_i"),
    (BY_ELEMENTS, "dL/dz_j = p_j - y_j"),
    (BY_ELEMENTS, "dL/dz = p - y"),
    (BY_ELEMENTS, "p_i - y_i"),
    # No index is declared: what is indexed says how far each runs.
    (CROSS_ENTROPY, "dL/dz_i = p_i - y_i"),
    (CROSS_ENTROPY, "dL/dz_k = exp(z_k)/sum_j(exp(z_j)) - y_k"),
    (JACOBIAN, "ds_i/dz_j = s_i*(where(i == j, 1, 0) - s_j)"),
    (JACOBIAN, "ds_i/dz_j = s_i*δ_ij - s_i*s_j"),
    (JACOBIAN, "ds/dz = diag(s) - outer(s, s)"),
    (JACOBIAN, "ds_a/dz_b = s_a*((a == b) - s_b)"),
    (linear("W"), "dL/dW_uv = sum_r(G[r, u]*X[r, v])"),
    (linear("W"), "dL/dW[u, v] = Σ_r G_ru X_rv"),
    (linear("W"), "dL/dW[u, :] = G[:, u] @ X\ndL/dW = G.T @ X"),
    (linear("b"), "dL/db_k = sum_r(G[r, k])"),
    (linear("b"), "dL/db_k = sum(G[:, k])"),
    (MSE, MSE_BY_CHAIN),
    (MSE, "L = mean_r((sum_k(X[r,k]*w[k]) - y[r])^2)\ndL/dw = 2/n*X.T@(X@w - y)"),
    (MSE, "e = X@w - y\nL = 1/n*Σ_i e_i²\ndL/dw_j = 2/n*Σ_i e_i X_ij"),
    (TANH, "dt_i/dz_i = 1 - t_i^2"),
    (TANH, "dt_i/dz_j = δ_ij*(1 - t_i^2)\ndt/dz = 1 - t^2"),
    (CONVOLUTION, "dL/dw_b = sum_a(g[a]*x[a+b])"),
    (CONVOLUTION, "sum_a(g_a*x[a + b])"),
    (CONVOLUTION, "y_a = sum_b(w_b*x[a+b])\ndL/dy_a = g_a\ndy_a/dw_b = x[a+b]\ndL/dw_b = Σ_a g_a*x[a+b]"),
    (PLAIN_INDEX, "dL/dz = p - onehot(t)"),
    (PLAIN_INDEX, "L = -z[t] + logsumexp(z)\ndL/dz_i = p_i - (i == t)"),
    (PLAIN_INDEX, "L = log(Σ_j exp(z_j)) - z_t\ndL/dz_i = exp(z_i)/sum_j(exp(z_j)) - where(i == t, 1, 0)"),
    (OUTPUT, "y_i = sum_k(X_ik*w_k)"),
    (OUTPUT, "y[i] = X[i] @ w"),
    (OUTPUT, "y = X w"),
    (SGD, "v_t = (w*x - y)*x\nw' = w - eta*v_t"),
]  # fmt: skip


@pytest.mark.parametrize(("card", "text"), RIGHT)
def test_a_right_derivation_in_indices_passes(card: dict[str, Any], text: str) -> None:
    result = check(card, text)
    assert result.passed, result
    assert all(line.holds for line in result.lines)


WRONG: list[tuple[dict[str, Any], str, int, str]] = [
    (INDEXED, "dL/dz_i = p_i - y_j", 1, "index_on_one_side"),
    (INDEXED, "dL/dz_i = y_i - p_i", 1, "differs"),
    (INDEXED, "dL/dz_i = p_i", 1, "differs"),
    (INDEXED, "dp_i/dz_j = p_i*(1 - p_j)\ndL/dz = p - y", 1, "differs"),
    (INDEXED, "dL/dz = p_i - y_i", 1, "index_on_one_side"),
    (INDEXED, "L = -y_i*log(p_i)\ndL/dz = p - y", 1, "index_on_one_side"),
    (INDEXED, "s = exp(z_j)\ndL/dz = p - y", 1, "index_free"),
    (INDEXED, "dL/dz_i = dL/dz_i", 1, "open_derivative"),
    (INDEXED, "dL/dz_i = sum_j(dL/dp_j*dp_j/dz_i)", 1, "open_derivative"),
    (INDEXED, "dL/dz_i = z[i+1]", 1, "index_outside"),
    (INDEXED, "dL/dz_i = p[i, j] - y_i", 1, "no_element"),
    (INDEXED, "dL/dz_i = p[1/2]", 1, "index_outside"),
    (INDEXED, "dL/dz_i = p[z]", 1, "index_number"),
    (INDEXED, "dL/dz_i = sum_k(1) - y_i", 1, "index_range"),
    (JACOBIAN, "ds_i/dz_j = s_i*(1 - s_j)", 1, "differs"),
    (JACOBIAN, "ds_i/dz_i = s_i*(1 - s_i)", 1, "not_asked"),
    (linear("W"), "dL/dW_uv = sum_r(G[r, v]*X[r, u])", 1, "index_sizes"),
    (linear("W"), "dL/dW_uv = sum_r(X[r, v])", 1, "differs"),
    (CONVOLUTION, "dL/dw_b = sum_a(g[a]*x[a])", 1, "differs"),
    (CONVOLUTION, "dL/dw_b = sum_a(x[a+b])", 1, "differs"),
    (OUTPUT, "y_i = sum_i(X_ik*w_k)", 1, "index_on_one_side"),
]  # fmt: skip


@pytest.mark.parametrize(("card", "text", "line", "kind"), WRONG)
def test_a_wrong_derivation_in_indices_fails_at_its_first_wrong_line(
    card: dict[str, Any], text: str, line: int, kind: str
) -> None:
    result = check(card, text)
    assert not result.passed
    assert result.finding is not None
    assert (result.line, result.finding.kind) == (line, kind), result


def test_a_part_of_what_is_asked_is_not_the_answer() -> None:
    """A diagonal does not write out a matrix, and an index over the first two elements says nothing of the others."""
    trace = {"symbols": {"W": "matrix[n, n]"}, "given": {"L": "sum(W^2)"}, "asks": "dL/dW", "truth": "2*W"}
    for last in ("dL/dW = dL/dW", "dL/dW_uv = dL/dW_uv", "dL/dW_uu = 2*W_uu"):
        assert not check(trace, f"dL/dW_uu = 2*W_uu\n{last}").passed, last
    assert check(trace, "dL/dW_uv = 2*W_uv\ndL/dW = dL/dW").passed
    softmax = "ds_i/dz_i = s_i*(1 - s_i)\nds/dz = ds/dz"
    assert not check(JACOBIAN, softmax).passed
    first = {**INDEXED, "symbols": {"z": "vector[4]", "y": "onehot[4]", "i": "index[2]"}}
    assert not check(first, "dL/dz_i = p_i - y_i").passed
    assert not check(first, "dL/dz_i = p_i - y_i\ndL/dz = dL/dz").passed
    assert check(first, "dL/dz_j = p_j - y_j").passed


@pytest.mark.parametrize(
    ("card", "text", "kind", "words"),
    [
        (INDEXED, "dL/dz_i = y_i - p_i", "slip_negative", {}),
        (INDEXED, "dL/dz_i = p_i + y_i", "change_sign", {"term": "y_i"}),
        (MSE, "dL/dw_j = 2*sum_i((sum_k(X_ik*w_k) - y_i)*X_ij)", "slip_times", {"factor": "n"}),
        (MSE, "dL/dw_j = 2*mean_i((sum_k(X_ik*w_k) + y_i)*X_ij)", "change_sign", {"term": "y_i"}),
        (linear("b"), "dL/db_k = mean_r(G_rk)", "slip_times", {"factor": "1/n"}),
        (JACOBIAN, "ds_i/dz_j = s_i*δ_ij - s_i*s_i", "change_index", {"typed": "i", "right": "j"}),
        (JACOBIAN, "ds_i/dz_j = δ_ij - s_i*s_j", "term_missing_factor", {"factor": "s_i"}),
    ],
)
def test_a_slip_in_indices_is_named(card: dict[str, Any], text: str, kind: str, words: dict[str, str]) -> None:
    slip = check(card, text).slip
    assert slip is not None
    assert slip.kind == kind
    assert {key: slip.get(key) for key in words} == words
