"""Rows to values and back, and the queries that the first paint shares with the store. Standard library only.

A time is stored as ISO 8601 text in UTC, always of one width (`2026-11-24T06:09:00.000000+00:00`): it sorts as it runs,
it is exact to the microsecond, Python's own parser reads it faster than an integer becomes a datetime (0.1 against
0.3 µs), and a learner who opens the file in any SQLite shell can read it. A study day is `2026-11-24`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from studytui.scheduling.types import Memory, State
from studytui.store.types import DayTally, Record

if TYPE_CHECKING:
    from collections.abc import Iterable

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

_MEMORY = ", ".join(MEMORY_COLUMNS)

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

_TALLY = "day, SUM(state_before IS NULL), SUM(state_before IS 'review'), COUNT(*)"

DAYS_SQL = f"SELECT {_TALLY} FROM reviews WHERE {NET} GROUP BY day ORDER BY day DESC"  # noqa: S608
"""A row for every study day with a review, newest first, as `to_days` reads it."""

DAY_SQL = f"SELECT {_TALLY} FROM reviews WHERE {NET} AND day = ? GROUP BY day"  # noqa: S608
"""The same for one study day."""

VERSION_SQL = "SELECT version_num FROM alembic_version"

_STATES = {state.value: state for state in State}


def from_time(at: datetime) -> str:
    """`at` as it is stored.

    Raises:
        ValueError: `at` is naive; which instant it means would depend on the machine.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def from_memory(memory: Memory) -> dict[str, Any]:
    """`memory` by column, as it is stored."""
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


def to_memory(row: Any) -> Memory:
    """The memory whose columns, in the order of `MEMORY_COLUMNS`, are the first of `row`.

    Raises:
        KeyError, ValueError, TypeError: the row holds what no studytui has written.
    """
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


def to_day(text: str | None) -> date | None:
    """A stored study day, where there is one."""
    return None if text is None else date.fromisoformat(text)


def to_records(rows: Iterable[Any]) -> dict[str, Record]:
    """The rows of `RECORDS_SQL` by card."""
    return {
        row[10]: Record(None if row[0] is None else to_memory(row), bool(row[11]), row[12] and to_day(row[12]))
        for row in rows
    }


def to_days(rows: Iterable[Any]) -> tuple[DayTally, ...]:
    """The rows of `DAYS_SQL`."""
    return tuple(DayTally(date.fromisoformat(day), new, reviews, total) for day, new, reviews, total in rows)
