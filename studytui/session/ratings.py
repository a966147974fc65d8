"""From a verdict to the rating it suggests, and from a rating to what it would give."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from studytui.scheduling.types import Rating
from studytui.session.values import Choice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from studytui.cards.models import Kind
    from studytui.grader.verdict import Verdict
    from studytui.scheduling.types import Memory
    from studytui.session.values import Effort

QUICK_SECONDS: Mapping[Kind, float] = {"recall": 20, "choice": 8, "predict": 12, "implement": 90, "derive": 60}
"""A right answer in less than this came without effort: about the time it takes to read the prompt and type it."""


def suggest(kind: Kind, verdict: Verdict | None, effort: Effort) -> Rating:
    """The rating that a verdict suggests: the longer the way to a pass, the sooner the card comes back."""
    if verdict is None or not verdict.passed or effort.gave_up:
        return Rating.AGAIN
    if not effort.unaided:
        return Rating.HARD
    return Rating.EASY if effort.seconds < QUICK_SECONDS[kind] else Rating.GOOD


def choices_of(memories: Mapping[Rating, Memory], now: datetime, day: date) -> dict[Rating, Choice]:
    """The memories that the ratings would leave, each with the time until the card is due."""
    return {
        rating: Choice(
            rating, memory, memory.due - now if memory.is_learning else timedelta(days=(memory.due_day - day).days)
        )
        for rating, memory in memories.items()
    }
