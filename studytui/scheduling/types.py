"""The values that scheduling works on. Nothing heavy is imported here, so the store and the screens can use them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime


class Rating(IntEnum):
    """How well a card was remembered; the numbers are FSRS's, the log's and the keys'."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class State(StrEnum):
    """Where a card that has been reviewed stands; a new card has no `Memory` at all."""

    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of one card after its last review.

    Attributes:
        step: index into the learning or relearning steps; None in `State.REVIEW`.
        stability: days after which the card is recalled with a probability of 0.9.
        difficulty: 1 (easiest) to 10.
        due: aware UTC time. Decides for learning cards; for `State.REVIEW` it is the start of `due_day`.
        due_day: study day. Decides for `State.REVIEW`, whatever the time zone is by then.
        last_review: aware UTC time of the last review.
        last_day: study day of the last review; elapsed days count from it.
        reps: reviews so far, all of them.
        lapses: how often the card was forgotten in `State.REVIEW`.
    """

    state: State
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    due_day: date
    last_review: datetime
    last_day: date
    reps: int
    lapses: int

    @property
    def is_learning(self) -> bool:
        """Whether the card is in its learning or relearning steps, where `due` decides."""
        return self.state is not State.REVIEW


@dataclass(frozen=True, slots=True)
class Today:
    """Work done on one study day, net of undo: what the daily limits have left is what they allow less this.

    Attributes:
        new: cards reviewed for the first time ever.
        reviews: cards reviewed while in `State.REVIEW`.
    """

    new: int = 0
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cards are still to be shown today: new ones, ones in their steps, and ones due for review."""

    new: int = 0
    learning: int = 0
    due: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.new + self.learning + self.due
