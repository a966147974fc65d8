"""The tables. The log (`reviews`, `attempts`) is the truth and is only ever added to; the rest is state or cache.

A change here needs a revision under `migrations/versions`; a test compares what both make.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    event,
    text,
)

metadata = MetaData()


def _memory_columns(*, nullable: bool) -> list[Column[Any]]:
    """A card's memory, column by column: beside each review what it led to, and in the cache what holds now."""
    return [
        Column("state", Text, nullable=nullable),
        Column("step", Integer),
        Column("stability", Float, nullable=nullable),
        Column("difficulty", Float, nullable=nullable),
        Column("due", Text, nullable=nullable),
        Column("due_day", Text, nullable=nullable),
        Column("last_review", Text, nullable=nullable),
        Column("last_day", Text, nullable=nullable),
        Column("reps", Integer, nullable=nullable),
        Column("lapses", Integer, nullable=nullable),
    ]


attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("card", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("hints", Integer, nullable=False),
    Column("solution_shown", Integer, nullable=False),
    Index("attempts_by_card", "card"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("id", Integer, primary_key=True),
    # `review`, or `undo`: a row that takes back the review it names, for the same card and study day.
    Column("kind", Text, nullable=False),
    Column("undoes", Integer, ForeignKey("reviews.id", name="undoes_a_review")),
    Column("card", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("rating", Integer),
    Column("suggested", Integer),
    Column("seconds", Float),
    Column("verdict", Text),
    Column("attempt_id", Integer, ForeignKey("attempts.id", name="rates_an_attempt")),
    # The state before the review, null for a new card: what the daily limits count by.
    Column("state_before", Text),
    # JSON of what this review changed, as it was before: memory, draft, buried siblings. Undo restores exactly that.
    Column("restores", Text),
    *_memory_columns(nullable=True),
    # What the card's numbers were drawn from; null where it has none.
    Column("seed", Integer),
    CheckConstraint(
        "(kind = 'review' AND undoes IS NULL AND rating IS NOT NULL AND rating BETWEEN 1 AND 4 "
        "AND seconds IS NOT NULL AND restores IS NOT NULL "
        "AND state IS NOT NULL AND stability IS NOT NULL AND difficulty IS NOT NULL "
        "AND due IS NOT NULL AND due_day IS NOT NULL AND last_review IS NOT NULL AND last_day IS NOT NULL "
        "AND reps IS NOT NULL AND lapses IS NOT NULL) "
        "OR (kind = 'undo' AND undoes IS NOT NULL AND rating IS NULL AND state IS NULL)",
        name="review_or_undo",
    ),
    Index("reviews_by_card", "card"),
    Index("reviews_undone", "undoes", unique=True, sqlite_where=text("undoes IS NOT NULL")),
)
# Covers the daily counts, which the first paint waits for.
Index("reviews_by_day", reviews.c.day, reviews.c.state_before, sqlite_where=text("kind = 'review'"))

memory = Table(
    "memory",
    metadata,
    Column("card", Text, nullable=False),
    *_memory_columns(nullable=False),
    PrimaryKeyConstraint("card", name="one_memory_a_card"),
    sqlite_with_rowid=False,
)

flags = Table(
    "flags",
    metadata,
    Column("card", Text, nullable=False),
    Column("suspended", Integer, nullable=False, server_default=text("0")),
    Column("buried_until", Text),
    PrimaryKeyConstraint("card", name="one_row_of_flags_a_card"),
    sqlite_with_rowid=False,
)

drafts = Table(
    "drafts",
    metadata,
    Column("card", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Text, nullable=False),
    PrimaryKeyConstraint("card", name="one_draft_a_card"),
)

state = Table(
    "state",
    metadata,
    Column("key", Text, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("key", name="one_value_a_key"),
    sqlite_with_rowid=False,
)

# Alembic makes this table itself when it runs; a new database has it from the start, so that alembic need not run.
alembic_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

APPEND_ONLY = tuple(
    f"CREATE TRIGGER {table}_are_never_{done} BEFORE {action} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} are never {done}'); END"
    for table in ("reviews", "attempts")
    for action, done in (("UPDATE", "changed"), ("DELETE", "deleted"))
)
"""Triggers that keep the log append-only, whoever opens the file."""


@event.listens_for(metadata, "after_create")
def _protect(_target: MetaData, connection: Connection, **_options: Any) -> None:
    for trigger in APPEND_ONLY:
        connection.exec_driver_sql(trigger)
