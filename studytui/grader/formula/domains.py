"""The domains of a card's symbols, read: `real`, `0.01..0.5`, `vector[n] in -1..1`, `int in 0..n-1`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_SIZE = 16
"""Most elements along a dim: a derivation is checked on small matrices, and memory stays small whatever a deck says."""


class DomainKind(StrEnum):
    """What a symbol is."""

    REAL = "real"
    INT = "int"
    VECTOR = "vector"
    MATRIX = "matrix"
    ONEHOT = "onehot"
    INDEX = "index"


@dataclass(frozen=True, slots=True)
class Bound:
    """An end of a range: a number, or a size and a number to add (`n-1`)."""

    number: float
    size: str = ""

    def at(self, sizes: dict[str, int]) -> float:
        """The end where the sizes have these values."""
        return self.number + (sizes[self.size] if self.size else 0)


@dataclass(frozen=True, slots=True)
class Domain:
    """Where a symbol's values lie: `low` and `high` are inclusive ends; `sizes` are one a dim.

    A size is a number, a name, or names and a number added up (`t+k-1`), as the text says it.
    """

    kind: DomainKind
    low: Bound
    high: Bound
    sizes: tuple[str | int, ...] = ()

    @property
    def rank(self) -> int:
        """How many dims the symbol's value has."""
        return 0 if self.kind is DomainKind.INDEX else len(self.sizes)


_NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?"
_SIZE = r"[A-Za-z]\w*(?:\s*[+-]\s*\d+)?"
_SIZE_SUM = r"[A-Za-z][A-Za-z0-9_]*(?:\s*[+-]\s*(?:[A-Za-z][A-Za-z0-9_]*|\d{1,2}))*"
_RANGE = re.compile(rf"({_NUMBER}|{_SIZE})\s*\.\.\s*({_NUMBER}|{_SIZE})")
_HEAD = re.compile(r"(real|int|vector|matrix|onehot|index)\s*(?:\[([^\]]*)\])?\s*(?:in\s+(.+))?")
_DIMS = {DomainKind.VECTOR: 1, DomainKind.MATRIX: 2, DomainKind.ONEHOT: 1, DomainKind.INDEX: 1}


def read_domain(text: str) -> Domain:
    """The domain that `text` declares.

    Raises:
        FormulaError: when it is none; the finding names the text and how domains are written.
    """
    stripped = text.strip()
    if _RANGE.fullmatch(stripped):
        return Domain(DomainKind.REAL, *_bounds(stripped, text))
    if stripped == "positive":
        return Domain(DomainKind.REAL, Bound(0.1), Bound(3.0))
    match = _HEAD.fullmatch(stripped)
    if match is None:
        raise _bad(text)
    word, inside, interval = match.groups()
    kind = DomainKind(word)
    sizes = _sizes(inside, text) if inside is not None else ()
    if len(sizes) != _DIMS.get(kind, 0) or (kind is DomainKind.INT and not interval):
        raise _bad(text)
    if kind in {DomainKind.ONEHOT, DomainKind.INDEX} and interval:
        raise _bad(text)
    low, high = _bounds(interval.strip(), text) if interval else (Bound(-3.0), Bound(3.0))
    return Domain(kind, low, high, sizes)


def names_of_size(size: str | int) -> list[str]:
    """The names in a size: `t` and `k` in `t+k-1`."""
    return [] if isinstance(size, int) else [part for part in re.split(r"[+-]", size) if not part.isdecimal()]


def size_at(size: str | int, sizes: Mapping[str, int]) -> int:
    """What a size is where the named ones are known."""
    if isinstance(size, int):
        return size
    signed = re.findall(r"([+-]?)(\w+)", size)
    return sum((-1 if sign == "-" else 1) * (int(part) if part.isdecimal() else sizes[part]) for sign, part in signed)


def _sizes(inside: str, text: str) -> tuple[str | int, ...]:
    sizes: list[str | int] = []
    for part in (piece.strip() for piece in inside.split(",")):
        if re.fullmatch(r"\d{1,3}", part) and 1 <= int(part) <= LARGEST_SIZE:
            sizes.append(int(part))
        elif re.fullmatch(_SIZE_SUM, part):
            sizes.append(re.sub(r"\s", "", part))
        else:
            raise _bad(text)
    return tuple(sizes)


def _bounds(interval: str, text: str) -> tuple[Bound, Bound]:
    match = _RANGE.fullmatch(interval)
    if match is None:
        raise _bad(text)
    low, high = (_bound(end) for end in match.groups())
    if not low.size and not high.size and low.number > high.number:
        raise _bad(text)
    return low, high


def _bound(text: str) -> Bound:
    name = re.match(r"[A-Za-z]\w*", text)
    if name is None:
        return Bound(float(text))
    rest = text[name.end() :].replace(" ", "")
    return Bound(float(rest or 0), name.group())


def _bad(text: str) -> FormulaError:
    return FormulaError(Finding.of("bad_domain", domain=text))
