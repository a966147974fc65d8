"""The values a study session is made of, apart from the machine that moves them (`studytui.session`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from studytui.cards.text import in_language
from studytui.grader.verdict import Outcome, Verdict
from studytui.scheduling.types import Rating

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from studytui.cards.models import Card, PredictCard
    from studytui.cards.parameters import Value
    from studytui.grader.picture import TracedLine
    from studytui.scheduling.types import Memory
    from studytui.store.types import Attempt, Review

_TICKED = {
    True: {"en": "Every point is made.", "ko": "모든 요점을 말했어요."},
    False: {"en": "{made} of {total} points are made.", "ko": "요점 {total}개 중 {made}개를 말했어요."},
}


class Phase(StrEnum):
    """Where the learner is with the card: at its prompt, at its verdict, or at the end of the session."""

    ANSWERING = "answering"
    GRADED = "graded"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Choice:
    """What one rating key would give; `interval` is the time until the card is due, whole days for a review."""

    rating: Rating
    memory: Memory
    interval: timedelta


@dataclass(frozen=True, slots=True)
class Summary:
    """What a session came to, net of undo.

    Attributes:
        first_try_passed: reviews passed without a wrong try, a hint or the solution.
        seconds: spent on answers, not on reading verdicts.
        next_due: when there will be more to study than now; None if nothing is known to come.
        cards: those reviewed, in order, each once.
        again: those of them rated again at least once.
    """

    reviewed: int
    by_rating: Mapping[Rating, int]
    first_try_passed: int
    seconds: float
    next_due: datetime | None
    cards: tuple[str, ...]
    again: tuple[str, ...]


class GraderLike(Protocol):
    """What a session needs of the grader."""

    def grade(
        self,
        card: Card,
        answer: str,
        *,
        language: str,
        device: str = "auto",
        seconds: float | None = None,
        seed: int | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Verdict:
        """What it says of `answer`; blocks until it is known."""


@runtime_checkable
class Prepares(Protocol):
    """A grader that can begin on a card before it is answered."""

    def prepare(self, card: Card, *, device: str = "auto") -> None:
        """Make ready for the next grade of `card`."""


@runtime_checkable
class Computes(Protocol):
    """A grader that can work out what a card's texts have computed."""

    def compute(self, values: Mapping[str, Value], expressions: Sequence[str]) -> Sequence[str]:
        """What the expressions come to beside the drawn values."""


@runtime_checkable
class Explains(Protocol):
    """A grader that can show what each line of a snippet made."""

    def trace(self, card: PredictCard, *, seed: int) -> tuple[TracedLine, ...]:
        """The lines, with pictures of where cells go."""


@dataclass(slots=True)
class Effort:
    """What a card has cost, from its prompt to its rating: the suggestion depends on it.

    Attributes:
        hints: shown so far; `hints_at_grade` is how many had been when the last answer was graded.
        gave_up: the solution was shown before the card was passed.
        misses: answers that were not passed and were given up for another.
        seconds: spent answering.
        attempt_id: of the last graded answer.
        solution: the right answer, once it was asked for.
        seed: what the card's numbers were drawn from; None where it has none.
    """

    hints: int = 0
    hints_at_grade: int = 0
    solution_shown: bool = False
    gave_up: bool = False
    misses: int = 0
    seconds: float = 0.0
    attempt_id: int | None = None
    solution: str | None = None
    seed: int | None = None

    @property
    def unaided(self) -> bool:
        """Whether there was no wrong try, hint or solution before the last answer."""
        return not (self.misses or self.hints_at_grade or self.gave_up)


def effort_of(attempts: Iterable[Attempt]) -> Effort:
    """The effort that attempts on a card not rated yet make up, oldest first."""
    effort = Effort()
    for attempt in attempts:
        effort.misses += attempt.outcome != Outcome.PASSED
        effort.hints = max(effort.hints, attempt.hints)
        effort.solution_shown |= attempt.solution_shown
        effort.gave_up |= attempt.solution_shown
        effort.seconds = attempt.seconds
    return effort


@dataclass(frozen=True, slots=True)
class Done:
    """A review of this session, with all that undo brings back beside what the store does."""

    review: Review
    effort: Effort
    verdict: Verdict | None

    @property
    def first_try_passed(self) -> bool:
        """Whether the card was passed without a wrong try, a hint or the solution."""
        return self.verdict is not None and self.verdict.passed and self.effort.unaided


def summed_up(reviews: tuple[Done, ...], next_due: datetime | None) -> Summary:
    """What the reviews of a session, in their order, came to."""
    return Summary(
        reviewed=len(reviews),
        by_rating=Counter(done.review.rating for done in reviews),
        first_try_passed=sum(done.first_try_passed for done in reviews),
        seconds=sum(done.effort.seconds for done in reviews),
        next_due=next_due,
        cards=tuple(dict.fromkeys(done.review.card for done in reviews)),
        again=tuple(dict.fromkeys(done.review.card for done in reviews if done.review.rating is Rating.AGAIN)),
    )


def ticked(verdict: Verdict, ticks: tuple[bool, ...], language: str) -> Verdict:
    """`verdict` on a recall answer with the learner's own ticks of its points; all of them ticked is passed.

    Raises:
        ValueError: there are not as many ticks as points.
    """
    steps = tuple(replace(step, holds=made) for step, made in zip(verdict.steps, ticks, strict=True))
    message = in_language(_TICKED[all(ticks)], language).format(made=sum(ticks), total=len(ticks))
    return replace(verdict, outcome=Outcome.PASSED if all(ticks) else Outcome.WRONG, message=message, steps=steps)
