"""Names, numbers and scripts in the characters of a printed page, where there are such."""

from __future__ import annotations

import re
from fractions import Fraction

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eps": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lam": "λ", "lambda": "λ", "lmbda": "λ", "lambd": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_LOW = dict(zip("0123456789aehijklmnoprstuvx+-=()", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋₌₍₎", strict=True))
_HIGH = dict(zip("0123456789abcdefghijklmnoprstuvwxyz+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ⁺⁻⁼⁽⁾", strict=True))
_HATS = {"y": "ŷ", "w": "ŵ", "a": "â", "s": "ŝ", "g": "ĝ", "h": "ĥ", "z": "ẑ"}
_HALVES = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾", (1, 8): "⅛"}
_PARTS = re.compile(r"([A-Za-z]+)(?:_([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)|([0-9]+))?('*)")
LONGEST_SCRIPT = 4
"""Characters of a subscript in a name; `in_channels` stays as it is."""


def spelled(name: str) -> str:
    """A name: `eta` is η, `w_0` is w₀, `w'` is w′, `y_hat` is ŷ."""
    parts = _PARTS.fullmatch(name)
    if parts is None:
        return name.replace("'", "′")
    stem, script, primes = parts[1], parts[2] or parts[3] or "", "′" * len(parts[4])
    if script == "hat" and stem in _HATS:
        return _HATS[stem] + primes
    low = subscript(script) if len(script) <= LONGEST_SCRIPT else None
    if low is None:
        return name.replace("'", "′")
    return GREEK.get(stem, stem) + low + primes


def subscript(text: str) -> str | None:
    """A text in small low characters; None where it has one that there is not."""
    return _small(text, _LOW)


def superscript(text: str) -> str | None:
    """A text in small high characters; None where it has one that there is not."""
    return _small(text, _HIGH)


def number(value: float) -> str:
    """A number without a point it does not need."""
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.6g}"


def vulgar(top: float, bottom: float) -> str | None:
    """A fraction that has a character of its own, as ½."""
    if not (top.is_integer() and bottom.is_integer() and 0 < top < bottom <= 8):
        return None
    return _HALVES.get((int(top), int(bottom))) if Fraction(int(top), int(bottom)).denominator == bottom else None


def _small(text: str, letters: dict[str, str]) -> str | None:
    plain = text.replace("−", "-")
    return "".join(letters[letter] for letter in plain) if all(letter in letters for letter in plain) else None
