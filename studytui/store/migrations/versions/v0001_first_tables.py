"""The tables studytui began with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first release."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("hints", sa.Integer, nullable=False),
        sa.Column("solution_shown", sa.Integer, nullable=False),
    )
    op.create_index("attempts_by_card", "attempts", ["card"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("undoes", sa.Integer, sa.ForeignKey("reviews.id", name="undoes_a_review")),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("rating", sa.Integer),
        sa.Column("suggested", sa.Integer),
        sa.Column("seconds", sa.Float),
        sa.Column("verdict", sa.Text),
        sa.Column("attempt_id", sa.Integer, sa.ForeignKey("attempts.id", name="rates_an_attempt")),
        sa.Column("state_before", sa.Text),
        sa.Column("restores", sa.Text),
        sa.Column("state", sa.Text),
        sa.Column("step", sa.Integer),
        sa.Column("stability", sa.Float),
        sa.Column("difficulty", sa.Float),
        sa.Column("due", sa.Text),
        sa.Column("due_day", sa.Text),
        sa.Column("last_review", sa.Text),
        sa.Column("last_day", sa.Text),
        sa.Column("reps", sa.Integer),
        sa.Column("lapses", sa.Integer),
        sa.CheckConstraint(
            "(kind = 'review' AND undoes IS NULL AND rating IS NOT NULL AND rating BETWEEN 1 AND 4 "
            "AND seconds IS NOT NULL AND restores IS NOT NULL "
            "AND state IS NOT NULL AND stability IS NOT NULL AND difficulty IS NOT NULL "
            "AND due IS NOT NULL AND due_day IS NOT NULL AND last_review IS NOT NULL AND last_day IS NOT NULL "
            "AND reps IS NOT NULL AND lapses IS NOT NULL) "
            "OR (kind = 'undo' AND undoes IS NOT NULL AND rating IS NULL AND state IS NULL)",
            name="review_or_undo",
        ),
    )
    op.create_index("reviews_by_card", "reviews", ["card"])
    op.create_index("reviews_undone", "reviews", ["undoes"], unique=True, sqlite_where=sa.text("undoes IS NOT NULL"))
    op.create_index("reviews_by_day", "reviews", ["day", "state_before"], sqlite_where=sa.text("kind = 'review'"))
    op.create_table(
        "memory",
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("step", sa.Integer),
        sa.Column("stability", sa.Float, nullable=False),
        sa.Column("difficulty", sa.Float, nullable=False),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("due_day", sa.Text, nullable=False),
        sa.Column("last_review", sa.Text, nullable=False),
        sa.Column("last_day", sa.Text, nullable=False),
        sa.Column("reps", sa.Integer, nullable=False),
        sa.Column("lapses", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("card", name="one_memory_a_card"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "flags",
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("suspended", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("buried_until", sa.Text),
        sa.PrimaryKeyConstraint("card", name="one_row_of_flags_a_card"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drafts",
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("card", name="one_draft_a_card"),
    )
    op.create_table(
        "state",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="one_value_a_key"),
        sqlite_with_rowid=False,
    )
    for table in ("reviews", "attempts"):
        for action, done in (("UPDATE", "changed"), ("DELETE", "deleted")):
            op.execute(
                f"CREATE TRIGGER {table}_are_never_{done} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never {done}'); END"
            )
