"""Memory, rating and time in; the next memory out. FSRS-6 gives the memory, learning steps and study days the date.

The arithmetic is the Rust implementation's (fsrs_rs_python), the one Anki uses; the steps, the order of the intervals
and the fuzz around it follow Anki's scheduler, whose behaviour learners know.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, TypeAlias

from fsrs_rs_python import DEFAULT_PARAMETERS, FSRS, Card, MemoryState, check_and_fill_parameters

from studytui.errors import SettingsError
from studytui.scheduling.days import day_starts, study_day
from studytui.scheduling.fuzz import fuzz_factor, fuzzed
from studytui.scheduling.types import Memory, Rating, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from studytui.settings import SchedulingSettings

_DAY_SECONDS = 86_400

Logged: TypeAlias = "tuple[Rating, datetime] | tuple[Rating, datetime, date]"
"""One review of the log: rating, time, and the study day it was logged under."""


class Scheduler:
    """What a rating makes of a card. Every method is a function of its arguments and the settings alone.

    Raises:
        SettingsError: FSRS refuses the settings' `parameters`.
    """

    def __init__(self, settings: SchedulingSettings) -> None:
        self.settings = settings
        try:
            self._parameters = check_and_fill_parameters(list(settings.parameters or DEFAULT_PARAMETERS))
            self._fsrs = FSRS(self._parameters)
        except ValueError:
            raise SettingsError(
                "`scheduling.parameters` holds numbers that FSRS cannot use.",
                "Leave the key out for the default parameters.",
            ) from None

    def study_day(self, now: datetime) -> date:
        """The study day that `now` belongs to."""
        return study_day(now, self.settings)

    def day_starts(self, day: date) -> datetime:
        """The UTC instant at which the study day `day` starts."""
        return day_starts(day, self.settings)

    def next_memories(
        self, card_id: str, memory: Memory | None, now: datetime, day: date | None = None
    ) -> dict[Rating, Memory]:
        """The memory each rating would leave, were the card reviewed at `now`.

        Args:
            card_id: seeds the fuzz, together with the number of reviews so far.
            memory: None for a card never reviewed.
            now: aware time of the review.
            day: the study day it counts for, where it is known better than from `now`: in a replay it is the logged
                one, which keeps the elapsed days right after the learner has moved to another time zone.
        """
        day = day or self.study_day(now)
        states = self._fsrs.next_states(
            None if memory is None else MemoryState(memory.stability, memory.difficulty),
            self.settings.desired_retention,
            self._elapsed(memory, day),
        )
        after = {Rating.AGAIN: states.again, Rating.HARD: states.hard, Rating.GOOD: states.good}
        after[Rating.EASY] = states.easy
        intervals = {rating: float(state.interval) for rating, state in after.items()}
        steps = self._steps(memory)
        days = self._days(card_id, memory, intervals, steps)
        forgot = memory is not None and memory.state is State.REVIEW
        memories = {}
        for rating, state in after.items():
            if rating in steps:
                step, seconds = steps[rating]
                phase = State.RELEARNING if forgot or (memory and memory.state is State.RELEARNING) else State.LEARNING
                due, due_day = self._after_step(now, day, seconds)
            else:
                step, phase = None, State.REVIEW
                due_day = day + timedelta(days=days[rating])
                due = self.day_starts(due_day)
            memories[rating] = Memory(
                state=phase,
                step=step,
                stability=float(state.memory.stability),
                difficulty=float(state.memory.difficulty),
                due=due,
                due_day=due_day,
                last_review=now.astimezone(UTC),
                last_day=day,
                reps=_reps(memory) + 1,
                lapses=(memory.lapses if memory else 0) + (forgot and rating is Rating.AGAIN),
            )
        return memories

    def replay(self, card_id: str, reviews: Iterable[Logged]) -> Memory | None:
        """The memory that the log of one card leads to, oldest review first; None for an empty log.

        Give each review's logged study day too where there is one: it is then the same memory that was stored,
        whatever time zone the learner was in.
        """
        memory: Memory | None = None
        for rating, *when in reviews:
            memory = self.next_memories(card_id, memory, *when)[rating]
        return memory

    def retrievability(self, memory: Memory, now: datetime) -> float:
        """The probability, 0 to 1, that the card is recalled at `now`."""
        curve = Card()
        curve.parameters = self._parameters
        curve.stability = memory.stability
        curve.last_date = 0.0
        return float(curve.retention_on(float(self._elapsed(memory, self.study_day(now)))))

    def is_leech(self, memory: Memory) -> bool:
        """Whether the card was forgotten so often that it wants rewriting or splitting rather than more reviews."""
        return memory.lapses >= self.settings.leech_lapses

    def becomes_leech(self, before: Memory | None, after: Memory) -> bool:
        """Whether to tell the learner after this review: at the threshold and each half of it on, as in Anki."""
        lapsed = after.lapses > (before.lapses if before else 0)
        half = -(-self.settings.leech_lapses // 2)
        return lapsed and self.is_leech(after) and (after.lapses - self.settings.leech_lapses) % half == 0

    def _elapsed(self, memory: Memory | None, day: date) -> int:
        """Study days since the last review; 0 where a clock or a time zone has moved back."""
        return 0 if memory is None else max(0, (day - memory.last_day).days)

    def _steps(self, memory: Memory | None) -> dict[Rating, tuple[int, int]]:
        """The ratings that lead to a step: its index, and the seconds until the card is due."""
        if memory is not None and memory.state is State.REVIEW:
            first = self.settings.relearning_steps[:1]
            return {Rating.AGAIN: (0, first[0])} if first else {}
        relearning = memory is not None and memory.state is State.RELEARNING
        delays = self.settings.relearning_steps if relearning else self.settings.learning_steps
        if not delays:
            return {}
        step = min((memory.step if memory else None) or 0, len(delays) - 1)
        steps = {Rating.AGAIN: (0, delays[0]), Rating.HARD: (step, _hard_delay(delays, step))}
        if step + 1 < len(delays):
            steps[Rating.GOOD] = (step + 1, delays[step + 1])
        return steps

    def _days(
        self, card_id: str, memory: Memory | None, intervals: dict[Rating, float], steps: dict[Rating, tuple[int, int]]
    ) -> dict[Rating, int]:
        """Whole days of the ratings that lead to a review, in strict order but for again, which hard may equal.

        Good is there in any case, as the least that easy must exceed.
        """
        factor = fuzz_factor(card_id, _reps(memory)) if self.settings.fuzz else None
        days: dict[Rating, int] = {}
        minimum = 1
        for rating, interval in intervals.items():
            if rating not in steps or rating is Rating.GOOD:
                days[rating] = fuzzed(interval, factor, minimum, self.settings.maximum_interval)
                minimum = days[rating] + (rating is not Rating.AGAIN)
        return days

    def _after_step(self, now: datetime, day: date, seconds: int) -> tuple[datetime, date]:
        """When a step that takes `seconds` is over.

        A step past the end of the study day is over when its day starts: were it to keep its hour, a one-day step
        taken in the evening would come a whole day late to those who study in the morning.
        """
        whole_days = round(seconds / _DAY_SECONDS) if seconds >= _DAY_SECONDS else 0
        due = now.astimezone(UTC) + timedelta(seconds=seconds)
        due_day = day + timedelta(days=whole_days) if whole_days else max(day, self.study_day(due))
        return (self.day_starts(due_day) if due_day > day else due), due_day


def _reps(memory: Memory | None) -> int:
    return 0 if memory is None else memory.reps


def _hard_delay(delays: tuple[int, ...], step: int) -> int:
    """Hard repeats a step; at the first one it lies between again and good, or is half as long again."""
    if step > 0:
        return delays[step]
    return (delays[0] + delays[1]) // 2 if len(delays) > 1 else delays[0] * 3 // 2
