"""A review keeps the seed that its card's numbers were drawn from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column: SQLite does that without rewriting the log, and older reviews have none."""
    op.add_column("reviews", sa.Column("seed", sa.Integer))
