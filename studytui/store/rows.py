"""Rows to values and back, and the queries that the first paint shares with the store. Standard library only.

A time is stored as ISO 8601 text in UTC, always of one width (`2026-11-24T06:09:00.000000+00:00`): it sorts as it runs,
it is exact to the microsecond, Python's own parser reads it faster than an integer becomes a datetime (0.1 against
0.4 µs), and a learner who opens the file in any SQLite shell can read it. A study day is `2026-11-24`.
"""

from __future__ import annotations

import functools
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from studytui.scheduling.types import Memory, Rating, State
from studytui.store.types import Attempt, DayRecall, DayTally, Record, Review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MEMORY_COLUMNS = (
    "state",
    "step",
    "stability",
    "difficulty",
    "due",
    "due_day",
    "last_review",
    "last_day",
    "reps",
    "lapses",
)
REVIEW_COLUMNS = (
    *MEMORY_COLUMNS,
    "card",
    "rating",
    "suggested",
    "at",
    "day",
    "seconds",
    "verdict",
    "attempt_id",
    "seed",
)
ATTEMPT_COLUMNS = ("card", "at", "answer", "outcome", "verdict", "seconds", "hints", "solution_shown")

RECORDS_SQL = f"""
SELECT {", ".join("memory." + name for name in MEMORY_COLUMNS)}, memory.card, flags.suspended, flags.buried_until
FROM memory LEFT JOIN flags ON flags.card = memory.card
UNION ALL
SELECT {", ".join(["NULL"] * len(MEMORY_COLUMNS))}, card, suspended, buried_until
FROM flags WHERE (suspended OR buried_until IS NOT NULL) AND card NOT IN (SELECT card FROM memory)
"""
"""A row for every card that has a memory or a flag, as `to_records` reads it."""

NET = "kind = 'review' AND id NOT IN (SELECT undoes FROM reviews WHERE undoes IS NOT NULL)"
"""The reviews of the log that were not taken back."""

_TALLY = "SELECT day, SUM(state_before IS NULL), SUM(state_before IS 'review'), COUNT(*) FROM reviews"

DAYS_SQL = f"{_TALLY} WHERE {NET} GROUP BY day ORDER BY day DESC"
"""A row for every study day with a review, newest first, as `to_days` reads it."""

DAY_SQL = f"{_TALLY} WHERE {NET} AND day = ? GROUP BY day"
"""The same for one study day."""

RECALL_SQL = f"""
SELECT day, COUNT(*), SUM(rating > 1) FROM reviews
WHERE {NET} AND state_before = 'review' AND json_extract(restores, '$.memory.due_day') <= day GROUP BY day ORDER BY day
"""
"""A row for every study day with a review of a card that was due, oldest first, as `to_recalls` reads it."""

VERSION_SQL = "SELECT version_num FROM alembic_version"

_STATES = {state.value: state for state in State}

P = ParamSpec("P")
T = TypeVar("T")


class UnreadableRowError(Exception):
    """A row holds what no studytui has ever written."""


def _reads_rows(function: Callable[P, T]) -> Callable[P, T]:
    """Tell a row that makes no sense from a bug of ours in whoever asked for it."""

    @functools.wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise UnreadableRowError(f"{type(error).__name__}: {error}") from error

    return checked


def from_time(at: datetime) -> str:
    """`at` as it is stored.

    Raises:
        ValueError: `at` is naive; which instant it means would depend on the machine.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def from_memory(memory: Memory) -> dict[str, Any]:
    """`memory` by column, in the order of `MEMORY_COLUMNS`, as it is stored."""
    return {
        "state": memory.state.value,
        "step": memory.step,
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "due": from_time(memory.due),
        "due_day": memory.due_day.isoformat(),
        "last_review": from_time(memory.last_review),
        "last_day": memory.last_day.isoformat(),
        "reps": memory.reps,
        "lapses": memory.lapses,
    }


def from_review(review: Review, before: Memory | None, restores: dict[str, Any]) -> dict[str, Any]:
    """The row of the log for `review`, by column.

    Args:
        review: what to log.
        before: the memory it found.
        restores: what undo is to restore, as `to_restores` gives it back.
    """
    return {
        "kind": "review",
        "card": review.card,
        "rating": review.rating.value,
        "suggested": None if review.suggested is None else review.suggested.value,
        "at": from_time(review.at),
        "day": review.day.isoformat(),
        "seconds": review.seconds,
        "verdict": review.verdict,
        "attempt_id": review.attempt_id,
        "seed": review.seed,
        "state_before": None if before is None else before.state.value,
        "restores": json.dumps(restores, ensure_ascii=False),
        **from_memory(review.memory_after),
    }


def from_attempt(attempt: Attempt) -> dict[str, Any]:
    """The row for `attempt`, by column."""
    return {
        "card": attempt.card,
        "at": from_time(attempt.at),
        "answer": storable(attempt.answer),
        "outcome": attempt.outcome,
        "verdict": storable(attempt.verdict),
        "seconds": attempt.seconds,
        "hints": attempt.hints,
        "solution_shown": int(attempt.solution_shown),
    }


def storable(text: str) -> str:
    r"""`text` in what UTF-8 can hold: a lone surrogate, as from a badly encoded argument, becomes `\udcff`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _memory(row: Any) -> Memory:
    return Memory(
        _STATES[row[0]],
        row[1],
        row[2],
        row[3],
        datetime.fromisoformat(row[4]),
        date.fromisoformat(row[5]),
        datetime.fromisoformat(row[6]),
        date.fromisoformat(row[7]),
        row[8],
        row[9],
    )


@_reads_rows
def to_memory(row: Any) -> Memory:
    """The memory whose columns, in the order of `MEMORY_COLUMNS`, are the first of `row`."""
    return _memory(row)


@_reads_rows
def to_records(rows: Iterable[Any]) -> dict[str, Record]:
    """The rows of `RECORDS_SQL` by card."""
    return {
        row[10]: Record(
            None if row[0] is None else _memory(row),
            bool(row[11]),
            None if row[12] is None else date.fromisoformat(row[12]),
        )
        for row in rows
    }


@_reads_rows
def to_days(rows: Iterable[Any]) -> tuple[DayTally, ...]:
    """The rows of `DAYS_SQL`."""
    return tuple(DayTally(date.fromisoformat(day), new, reviews, total) for day, new, reviews, total in rows)


@_reads_rows
def to_recalls(rows: Iterable[Any]) -> tuple[DayRecall, ...]:
    """The rows of `RECALL_SQL`."""
    return tuple(DayRecall(date.fromisoformat(day), due, recalled) for day, due, recalled in rows)


@_reads_rows
def to_review(row: Any) -> Review:
    """The review whose columns, in the order of `REVIEW_COLUMNS`, are the first of `row`."""
    card, rating, suggested, at, day, seconds, verdict, attempt_id, seed = row[10:19]
    return Review(
        card=card,
        rating=Rating(rating),
        suggested=None if suggested is None else Rating(suggested),
        at=datetime.fromisoformat(at),
        day=date.fromisoformat(day),
        seconds=seconds,
        verdict=verdict,
        attempt_id=attempt_id,
        memory_after=_memory(row),
        seed=seed,
    )


@_reads_rows
def to_logged(rows: Iterable[Any]) -> list[tuple[Rating, datetime, date]]:
    """Rows that end in rating, time and study day, as a scheduler replays them."""
    return [(Rating(rating), datetime.fromisoformat(at), date.fromisoformat(day)) for *_, rating, at, day in rows]


@_reads_rows
def to_attempt(row: Any) -> Attempt:
    """The attempt whose columns, in the order of `ATTEMPT_COLUMNS`, are `row`."""
    card, at, answer, outcome, verdict, seconds, hints, solution_shown = row
    return Attempt(
        card, datetime.fromisoformat(at), answer, outcome, verdict, seconds, hints, solution_shown=bool(solution_shown)
    )


@_reads_rows
def to_restores(text: str) -> tuple[dict[str, Any] | None, list[str] | None, dict[str, str | None], str | None]:
    """What undo restores: columns of memory, draft and its time, what each sibling was buried until, and is now."""
    restores = json.loads(text)
    return restores["memory"], restores["draft"], restores["buried"], restores["until"]
