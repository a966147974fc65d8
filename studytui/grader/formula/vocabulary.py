"""What the names of a formula may mean: declared names in their spellings, functions, and what is asked."""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from studytui.grader.formula.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from studytui.grader.formula.tree import Reduction

CONSTANTS = {"e": math.e, "pi": math.pi}
"""Names with a value of their own, unless a card or a learner gives them another meaning."""

FUNCTIONS: dict[str, tuple[int, int, bool]] = {
    **dict.fromkeys(("exp", "log", "sqrt", "abs", "sigmoid", "tanh", "relu", "sign", "sin", "cos"), (1, 1, False)),
    **dict.fromkeys(("tan", "sinh", "cosh", "erf", "floor", "ceil"), (1, 1, False)),
    **dict.fromkeys(("sum", "prod", "mean", "var", "softmax", "log_softmax", "logsumexp"), (1, 1, True)),
    **dict.fromkeys(("norm", "diag", "trace", "transpose", "ones"), (1, 1, False)),
    **dict.fromkeys(("max", "min", "onehot"), (1, 2, False)),
    **dict.fromkeys(("outer", "dot"), (2, 2, False)),
    "where": (3, 3, False),
}
"""Name → fewest arguments, most arguments, and whether a dim may follow them."""

FUNCTION_ALIASES = {
    "ln": "log", "tr": "trace", "sigma": "sigmoid", "one_hot": "onehot", "inner": "dot", "sgn": "sign",
    "Pi": "prod", "logsoftmax": "log_softmax", "log_sum_exp": "logsumexp", "log_sumexp": "logsumexp",
}  # fmt: skip

PRIMED = {f"{name}'" for name in ("exp", "log", "sqrt", "abs", "sigmoid", "tanh", "relu", "sin", "cos", "erf")}
"""Functions whose derivative may be written with a prime, as `sigmoid'(z)`."""

REDUCED: dict[str, Reduction] = {"sum": "sum", "prod": "prod", "Pi": "prod", "mean": "mean", "max": "max", "min": "min"}
"""What may run over an index, as `sum_i(…)`: spelling → function."""

DIFFERENTIATORS = frozenset({"grad", "diff", "derivative", "jacobian"})
"""Spellings of `grad(L, w)`."""

_SAME_NAME = (
    ("lambda", "lam", "lmbda", "lambd"),
    ("epsilon", "eps"),
    ("eta", "lr"),
)
"""Spellings of one thing: Python keeps `lambda` to itself, and code says `lr` where a page says η."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The left side that a derivation must end with: a name (`w'`), or the derivative of `top` by `bottom`."""

    name: str = ""
    top: str = ""
    bottom: str = ""
    spelled: str = ""
    """As the card writes it, where that names an element: `dL/dz_i` asks for all of them."""

    @property
    def spelling(self) -> str:
        """As a line would write it."""
        return self.spelled or self.name or f"d{self.top}/d{self.bottom}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names that have a value where a line stands, and what is asked."""

    names: frozenset[str]
    asked: Asked
    indices: Mapping[str, str | int] = field(default_factory=dict)
    """Declared indices and how many values they take."""
    ranks: Mapping[str, int | None] = field(default_factory=dict)
    """How many dims the value of a name has, where that can be told before it is evaluated."""

    families: Mapping[str, str] = field(default_factory=dict)
    """Names whose elements are written with another stem: `L_i = …`, where `L` has a meaning of its own."""

    def plus(self, name: str, rank: int | None = None, *, has_elements: bool = False) -> Vocabulary:
        """This vocabulary with one more name.

        Args:
            name: as it is declared.
            rank: of its value, where that is known.
            has_elements: it was defined by its elements; `L_i` then goes by any index, as `L_j`.
        """
        stem = name.rpartition("_")[0] if has_elements else ""
        families = {**self.families, stem: name} if stem else self.families
        return replace(self, names=self.names | {name}, ranks={**self.ranks, name: rank}, families=families)

    def may_have_elements(self, name: str, count: int) -> bool:
        """Whether `name` may have elements with that many indices, as far as can be told."""
        rank = self.ranks.get(name)
        return rank is None or rank >= count

    def resolve(self, spelling: str) -> str | None:
        """The declared name that `spelling` stands for, or None: `w_0` is `w0`, `lam` is `lambda`, `lr` is `eta`."""
        return _resolve(spelling, self.names)

    def is_asked(self, spelling: str) -> bool:
        """Whether a spelled name is the one asked."""
        return bool(self.asked.name) and _resolve(spelling, {self.asked.name}) is not None

    def resolve_part(self, spelling: str, asked: str) -> str | None:
        """The name under a `d`: a declared one, or that part of what is asked (which need not be given)."""
        return self.resolve(spelling) or (_resolve(spelling, {asked}) if asked else None)

    def is_free_letter(self, spelling: str) -> bool:
        """Whether `spelling` may be an index that no card declared: a small letter with no other meaning."""
        is_letter = len(spelling) == 1 and spelling.isascii() and spelling.islower() and spelling not in "de"
        return is_letter and self.resolve(spelling) is None

    def pieces(self, spelling: str) -> list[tuple[str, ...]]:
        """The ways to read a run of letters as declared names side by side (at most two are told): `wx` as w, x."""
        found: list[tuple[str, ...]] = []
        _split(spelling, self.names, (), found)
        return found

    def close_to(self, spelling: str) -> str:
        """The nearest declared name or function, empty where none is near."""
        near = difflib.get_close_matches(spelling[:60], [*self.names, *FUNCTIONS], n=1, cutoff=0.6)
        return near[0] if near else ""

    def unknown(self, spelling: str, *, called: bool) -> Finding:
        """Why a name has no meaning, as helpfully as can be told; `called` where a bracket follows it."""
        stem = spelling.rstrip("'")
        function = FUNCTION_ALIASES.get(stem, stem)
        function_typed, joint, index = spelling.partition("_")
        if joint and function_typed in REDUCED:
            return Finding.of("index_sum", name=spelling, function=function_typed, index=index)
        if function_typed in {"d", *DIFFERENTIATORS}:
            return Finding.of("derivative_operator")
        if stem != spelling and function in FUNCTIONS:
            return Finding.of("function_prime", name=spelling)
        if stem != spelling and self.resolve(stem) is not None:
            return Finding.of("prime_of_name", name=spelling, stem=stem)
        if function in FUNCTIONS:
            return Finding.of("function_alone", name=function)
        kind = "unknown_function" if called else "unknown_name"
        return Finding.of(kind, name=spelling, close=self.close_to(spelling), known=self.listed)

    @property
    def listed(self) -> str:
        """Every name, for a message."""
        return ", ".join(sorted(self.names))


def _resolve(spelling: str, names: Iterable[str]) -> str | None:
    known = set(names)
    if spelling in known:
        return spelling
    stem = spelling.rstrip("'")
    primes = spelling[len(stem) :]
    for group in _SAME_NAME:
        if stem in group:
            for other in group:
                if other + primes in known:
                    return other + primes
    joined = _without_joints(spelling)
    return next((name for name in sorted(known) if _without_joints(name) == joined), None)


def _without_joints(name: str) -> str:
    """`w_0` and `w0` are one name; `w_x` and `wx` are not."""
    return re.sub(r"_(?=\d)", "", name)


def _split(rest: str, names: frozenset[str], taken: tuple[str, ...], found: list[tuple[str, ...]]) -> None:
    if len(found) > 1 or len(taken) > 8:
        return
    if not rest:
        if len(taken) > 1:
            found.append(taken)
        return
    for end in range(1, min(len(rest), 20) + 1):
        if rest[:end] in names and not rest[end:].startswith("'"):
            _split(rest[end:], names, (*taken, rest[:end]), found)
