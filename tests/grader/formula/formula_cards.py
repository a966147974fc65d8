"""Derive cards that the tests of this folder share, as `DeriveCard.model_dump()` would give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studytui.grader.formula.derive import check_derivation

if TYPE_CHECKING:
    from studytui.grader.formula.result import DerivationResult

SGD: dict[str, Any] = {
    "symbols": {"w": "real", "x": "real", "y": "real", "eta": "0.01..0.5"},
    "given": {"z": "w*x", "L": "1/2*(w*x - y)^2"},
    "asks": "w'",
    "truth": "opt = torch.optim.SGD([w], lr=float(eta)); (0.5 * (w*x - y)**2).backward(); opt.step(); return w",
    "solution": "# chain rule\ndL/dz = z - y\ndz/dw = x\ndL/dw = (z - y)*x\nw' = w - eta*(z - y)*x",
}
MOMENTUM: dict[str, Any] = {
    "symbols": {"w": "real", "v": "real", "g": "real", "eta": "0.01..0.5", "mu": "0.5..0.99"},
    "given": {},
    "asks": "w'",
    "truth": """\
opt = torch.optim.SGD([w], lr=float(eta), momentum=float(mu))
opt.state[w]["momentum_buffer"] = v.detach().clone()
w.grad = g.detach().clone()
opt.step()
return w""",
}
MSE: dict[str, Any] = {
    "symbols": {"X": "matrix[n, m]", "w": "vector[m]", "y": "vector[n]"},
    "given": {"L": "mean((X@w - y)^2)"},
    "asks": "dL/dw",
    "truth": "F.mse_loss(X @ w, y).backward()\nreturn w.grad",
}
INNER: dict[str, Any] = {
    "symbols": {"x": "vector[n]", "w": "vector[n]"},
    "given": {"L": "(w@x)^2 - 2*w@x"},
    "asks": "dL/dw",
    "truth": "s = w @ x\n(s**2 - 2*s).backward()\nreturn w.grad",
}
SIGMOID: dict[str, Any] = {
    "symbols": {"z": "real"},
    "given": {"s": "sigmoid(z)"},
    "asks": "ds/dz",
    "truth": "torch.sigmoid(z).backward(); return z.grad",
}
CHAIN: dict[str, Any] = {
    "symbols": {"z": "real", "y": "real"},
    "given": {"s": "sigmoid(z)", "L": "(s - y)^2"},
    "asks": "dL/dz",
    "truth": "(torch.sigmoid(z) - y).square().backward(); return z.grad",
}
TANH: dict[str, Any] = {
    "symbols": {"z": "vector[n]"},
    "given": {"t": "tanh(z)"},
    "asks": "dt/dz",
    "truth": "torch.tanh(z).sum().backward(); return z.grad",
}
CROSS_ENTROPY: dict[str, Any] = {
    "symbols": {"z": "vector[n]", "y": "onehot[n]"},
    "given": {"p": "softmax(z)", "L": "-sum(y*log(p))"},
    "asks": "dL/dz",
    "truth": "F.cross_entropy(z, y).backward(); return z.grad",
}
CROSS_ENTROPY_INDEX: dict[str, Any] = {
    "symbols": {"z": "vector[n]", "t": "int in 0..n-1"},
    "asks": "dL/dz",
    "truth": "F.cross_entropy(z, t).backward(); return z.grad",
}


def linear(asks: str) -> dict[str, Any]:
    """The gradient of a linear layer with respect to X, W or b, for an upstream gradient G."""
    return {
        "symbols": {"X": "matrix[n, i]", "W": "matrix[o, i]", "b": "vector[o]", "G": "matrix[n, o]"},
        "given": {"Y": "X@W.T + b", "L": "sum(G*Y)"},
        "asks": f"dL/d{asks}",
        "truth": f"(F.linear(X, W, b) * G).sum().backward(); return {asks}.grad",
    }


def check(card: dict[str, Any], text: str) -> DerivationResult:
    """One check at a fixed seed."""
    return check_derivation(card, text, seed=7)
