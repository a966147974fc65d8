"""The values that go into the store and come out of it. Standard library only, so the first paint can use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from studytui.scheduling.types import Memory, Rating


@dataclass(frozen=True, slots=True)
class Record:
    """What the store knows of a card, apart from its history.

    Attributes:
        memory: None for a card never reviewed.
        buried_until: the study day that the card was buried until; it may lie in the past.
    """

    memory: Memory | None = None
    suspended: bool = False
    buried_until: date | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """One rated answer.

    Attributes:
        suggested: the rating the verdict suggested, where there was one; the learner may have overruled it.
        at: aware time of the review; it is kept in UTC.
        day: the study day it counts for.
        seconds: how long the answer took.
        verdict: outcome of the graded answer; None where nothing was graded.
        attempt_id: the attempt that was rated, as `Store.save_attempt` gave it.
        memory_after: what the scheduler made of it.
        seed: what the card's numbers were drawn from; None where it has none.
    """

    card: str
    rating: Rating
    suggested: Rating | None
    at: datetime
    day: date
    seconds: float
    verdict: str | None
    attempt_id: int | None
    memory_after: Memory
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer as the learner gave it, and what the grader said.

    Attributes:
        outcome: the verdict's outcome, as "passed".
        verdict: the whole verdict as JSON text, counterexample and all.
        seconds: how long the answer took.
        hints: how many hints had been shown by then.
        solution_shown: whether the solution had.
    """

    card: str
    at: datetime
    answer: str
    outcome: str
    verdict: str
    seconds: float
    hints: int
    solution_shown: bool


@dataclass(frozen=True, slots=True)
class DayRecall:
    """The due reviews of one study day, net of undo: how many there were, and how many were not rated again.

    A review in the steps, of a new card, or before the card was due says nothing of how well a schedule holds.
    """

    day: date
    due: int
    recalled: int


@dataclass(frozen=True, slots=True)
class DayTally:
    """What was done on one study day, net of undo.

    Attributes:
        new: cards reviewed for the first time ever.
        reviews: reviews of cards in `State.REVIEW`.
        total: reviews of any kind, learning steps too.
    """

    day: date
    new: int
    reviews: int
    total: int
