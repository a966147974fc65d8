"""What a card's check found: plain values that can be kept as JSON, placed by keys and not by lines.

A finding says where it is by the keys that lead there from its card (`("slips", 1)`), so that one which is kept still
points at the right line after the cards above have changed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from studytui.cards.problems import Severity

Steps: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a card.

    Attributes:
        rule: a short name of what is checked, for machines: `solution`, `slip`, `mutant`, ...
        line, column: 1-based place in the code or text at `steps`; None for the whole.
        detail: lines to be shown below, as a difference.
    """

    rule: str
    severity: Severity
    message: str
    steps: Steps = ()
    line: int | None = None
    column: int | None = None
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SlipFound:
    """How the cases take a named slip.

    Attributes:
        case: the first case that catches it, from 1; 0 for none.
        explicit: whether that is one of the card's own cases, and no drawn one.
        recognised: whose name the learner is told: `own`, `other` or none.
    """

    says: str
    case: int
    explicit: bool
    recognised: str


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case catches: its line in the solution, and its difference from it."""

    line: int
    diff: str


@dataclass(frozen=True, slots=True)
class Mutation:
    """What came of a solution's mutants.

    Attributes:
        total: those made; `explained` of them the card says to change no result.
        survivors: those left that no case catches.
    """

    total: int
    killed: int
    explained: int
    survivors: tuple[Survivor, ...] = ()

    @property
    def score(self) -> float:
        """Which part of the mutants that are mistakes the cases catch, 0 to 1."""
        mistakes = self.total - self.explained
        return self.killed / mistakes if mistakes else 1.0


@dataclass(frozen=True, slots=True)
class CardReport:
    """What checking one card gave.

    Attributes:
        seconds: how long its right answer takes to grade; None where none was graded.
        lacking: what is not installed, so that no answer was run: all else is checked; empty for most cards.
    """

    card: str
    kind: str
    findings: tuple[Finding, ...] = ()
    seconds: float | None = None
    slips: tuple[SlipFound, ...] = ()
    mutation: Mutation | None = None
    lacking: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes an equal report."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> CardReport:
        """The report that `as_json` was of.

        Raises:
            KeyError, TypeError: it was of none.
        """
        mutation = kept["mutation"]
        if mutation is not None:
            mutation = Mutation(**{**mutation, "survivors": _all_of(Survivor, mutation["survivors"])})
        findings = _all_of(Finding, [{**one, "steps": tuple(one["steps"])} for one in kept["findings"]])
        known = {**kept, "findings": findings, "slips": _all_of(SlipFound, kept["slips"]), "mutation": mutation}
        return cls(**{field.name: known[field.name] for field in fields(cls)})


def _all_of(model: Any, kept: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(model(**one) for one in kept)
