"""The counts for the first paint, read without SQLAlchemy.

Importing SQLAlchemy costs more than all else on the way to the first paint (about 170 ms); this reads the same rows by
the same SQL through the standard library, and writes nothing.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from studytui.store import schema
from studytui.store.failures import explained, strange
from studytui.store.files import WAIT, connect_readonly
from studytui.store.rows import DAYS_SQL, RECORDS_SQL, UnreadableRowError, to_days, to_records
from studytui.store.wording import complaint

if TYPE_CHECKING:
    from pathlib import Path

    from studytui.store.types import DayTally, Record


class Glance(NamedTuple):
    """What `glance` saw: what is known of each card, and every study day with a review, newest first."""

    records: dict[str, Record]
    days: tuple[DayTally, ...]


def glance(path: Path, *, wait: float = WAIT) -> Glance:
    """What the database at `path` holds; empty where there is no file yet.

    Raises:
        StoreError: the file is there and cannot be read, or is of another version. An older version is migrated when
            the store is opened.
    """
    with explained(path, wait):
        try:
            if path.stat().st_size == 0:
                return Glance({}, ())
        except FileNotFoundError:
            return Glance({}, ())
        with closing(connect_readonly(path, wait)) as connection:
            # One transaction: records and days are of the same moment, whoever writes meanwhile.
            connection.execute("BEGIN")
            version = schema.read_version(connection, path)
            if version is None:
                return Glance({}, ())
            if schema.is_outdated(version, schema.REVISIONS, path):
                raise complaint("older", "older.hint", path=path)
            try:
                return Glance(to_records(connection.execute(RECORDS_SQL)), to_days(connection.execute(DAYS_SQL)))
            except UnreadableRowError as error:
                raise strange(path, error) from error
