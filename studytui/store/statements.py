"""The statements of the store, built once: SQLAlchemy compiles each at its first use and keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, Table, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as insert_or

from studytui.store.rows import ATTEMPT_COLUMNS, MEMORY_COLUMNS, NET, REVIEW_COLUMNS
from studytui.store.tables import attempts, drafts, flags, memory, reviews, state

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert


def _upsert(table: Table, *columns: str) -> Insert:
    """Insert a row, or where its key is there set `columns` alone."""
    statement = insert_or(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key), set_={name: statement.excluded[name] for name in columns}
    )


_card: BindParameter[str] = bindparam("of_card")
_memory_columns = [memory.c[name] for name in MEMORY_COLUMNS]
_review_columns = [reviews.c[name] for name in REVIEW_COLUMNS]

LOG_REVIEW = insert(reviews)
REVIEWS = select(*_review_columns).where(text(NET)).order_by(reviews.c.id)
REVIEWS_OF_CARD = REVIEWS.where(reviews.c.card == _card)
LAST_REVIEW = (
    select(*_review_columns, reviews.c.id, reviews.c.restores).where(text(NET)).order_by(reviews.c.id.desc()).limit(1)
)
LOG_BY_CARD = (
    select(reviews.c.card, reviews.c.rating, reviews.c.at, reviews.c.day)
    .where(text(NET))
    .order_by(reviews.c.card, reviews.c.id)
)

MEMORIES = select(*_memory_columns, memory.c.card)
MEMORY_OF_CARD = MEMORIES.where(memory.c.card == _card)
REMEMBER = _upsert(memory, *MEMORY_COLUMNS)
FORGET = delete(memory).where(memory.c.card == _card)

SUSPEND = _upsert(flags, "suspended")
BURY = _upsert(flags, "buried_until")
BURIED_UNTIL = select(flags.c.card, flags.c.buried_until).where(flags.c.card.in_(bindparam("cards", expanding=True)))
# A burial that was changed by hand since is left as it is.
RELEASE = (
    update(flags)
    .where(flags.c.card == _card, flags.c.buried_until == bindparam("until"))
    .values(buried_until=bindparam("was"))
)

SAVE_ATTEMPT = insert(attempts)
ATTEMPTS_OF_CARD = (
    select(*(attempts.c[name] for name in ATTEMPT_COLUMNS)).where(attempts.c.card == _card).order_by(attempts.c.id)
)

SAVE_DRAFT = _upsert(drafts, "text", "at")
DRAFT_OF_CARD = select(drafts.c.text, drafts.c.at).where(drafts.c.card == _card)
DROP_DRAFT = delete(drafts).where(drafts.c.card == _card)

SET_VALUE = _upsert(state, "value")
VALUE_OF_KEY = select(state.c.value).where(state.c.key == bindparam("of_key"))
FORGET_KEY = delete(state).where(state.c.key == bindparam("of_key"))
