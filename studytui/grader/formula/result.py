"""What a check of a derivation gives back: plain values that pass a process border as JSON."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from studytui.grader.formula.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """One line of the answer and whether it follows; `finding` says what is wrong or worth saying."""

    line: int
    text: str
    holds: bool
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a line fails, in numbers.

    Attributes:
        point: symbols and sizes with their values as text, in the card's order.
        reference: the side that is right, as typed: `w'`, or the expression the line started from.
        expected: its value there.
        written: the side that differs, as typed.
        actual: its value there.
    """

    point: tuple[tuple[str, str], ...]
    reference: str
    expected: str
    written: str
    actual: str


@dataclass(frozen=True, slots=True)
class DerivationResult:
    """The judgement of a derivation.

    Attributes:
        passed: every line follows, and the last gives what is asked, written out.
        readable: whether all of it could be read; where not, `finding` says why and `lines` are those before.
        asked: what was asked, as `w'`.
        lines: every formula line in order.
        finding: the first thing wrong, None where it passed.
        line, column: 1-based place of that, where it has one.
        difference: numbers at one point, where two sides differ.
        slip: what probably went wrong, where that can be told.
        skips: passed, but in one line where the card's own solution takes several.
        steps: how many lines that solution takes.
        points: how many points each line was evaluated at.
    """

    passed: bool
    readable: bool
    asked: str
    lines: tuple[JudgedLine, ...] = ()
    finding: Finding | None = None
    line: int | None = None
    column: int | None = None
    difference: Difference | None = None
    slip: Finding | None = None
    skips: bool = False
    steps: int = 1
    points: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain dicts, lists, strings, numbers and booleans."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> DerivationResult:
        """The result that `as_json` made plain.

        Raises:
            ValueError: when it is none; the child that sent it may have run a hostile deck.
        """
        try:
            return _read_result(plain)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not the result of a derivation: {error}") from None


def _read_result(plain: Mapping[str, Any]) -> DerivationResult:
    difference = plain["difference"]
    return DerivationResult(
        passed=_as(bool, plain["passed"]),
        readable=_as(bool, plain["readable"]),
        asked=_as(str, plain["asked"]),
        lines=tuple(
            JudgedLine(
                _as(int, line["line"]), _as(str, line["text"]), _as(bool, line["holds"]), _read_finding(line["finding"])
            )
            for line in plain["lines"]
        ),
        finding=_read_finding(plain["finding"]),
        line=None if plain["line"] is None else _as(int, plain["line"]),
        column=None if plain["column"] is None else _as(int, plain["column"]),
        difference=None if difference is None else _read_difference(difference),
        slip=_read_finding(plain["slip"]),
        skips=_as(bool, plain["skips"]),
        steps=_as(int, plain["steps"]),
        points=_as(int, plain["points"]),
    )


def _read_difference(plain: Mapping[str, Any]) -> Difference:
    words = (_as(str, plain[key]) for key in ("reference", "expected", "written", "actual"))
    return Difference(_read_pairs(plain["point"]), *words)


def _read_finding(plain: Mapping[str, Any] | None) -> Finding | None:
    return None if plain is None else Finding(_as(str, plain["kind"]), _read_pairs(plain["data"]))


def _read_pairs(plain: Any) -> tuple[tuple[str, str], ...]:
    return tuple((_as(str, key), _as(str, value)) for key, value in plain)


def _as(kind: type[_T], value: object) -> _T:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, {type(value).__name__} found")
    return value
