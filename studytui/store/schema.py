"""Which version of the schema a file has. Standard library only: alembic is for migrating, not for looking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.store.rows import VERSION_SQL
from studytui.store.wording import complaint

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

REVISIONS = ("0001", "0002")
"""Every revision under `migrations/versions`, oldest first; the last one is what `tables.py` describes."""


def read_version(connection: sqlite3.Connection, path: Path) -> str | None:
    """The revision of the database; None where it has no tables at all.

    Raises:
        StoreError: it is a database of something else.
        sqlite3.Error: it cannot be read.
    """
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return None
    versions = connection.execute(VERSION_SQL).fetchall() if "alembic_version" in tables else []
    if len(versions) != 1 or "reviews" not in tables:
        raise complaint("not_ours", "not_ours.hint", path=path)
    return str(versions[0][0])


def is_outdated(version: str, revisions: Sequence[str], path: Path) -> bool:
    """Whether a file of this version must be migrated before it can be used.

    Raises:
        StoreError: a newer studytui has written it, or one we know nothing of.
    """
    if version not in revisions:
        raise complaint("newer", "newer.hint", path=path, version=version, known=revisions[-1])
    return version != revisions[-1]
