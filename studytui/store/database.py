"""Opening the database: made where it is not there, refused where it is not ours, brought up to date where it is old.

The looking is done by sqlite3 alone; SQLAlchemy then works on the connection that has been found good, and alembic is
imported only when a migration is due.
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, event, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from studytui.store import schema, tables
from studytui.store.backups import back_up_as
from studytui.store.failures import explained, is_busy, read_only
from studytui.store.files import backups_folder, connect, connect_readonly
from studytui.store.wording import complaint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import MetaData


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema and the way to it: tables as they are now, revisions oldest first, and the folder of migrations."""

    metadata: MetaData
    revisions: Sequence[str]
    migrations: Path


_RETRY = 0.005
"""Seconds between two tries to switch a file that another process is switching, which takes a few milliseconds."""

CURRENT = Schema(tables.metadata, schema.REVISIONS, Path(__file__).with_name("migrations"))


@dataclass(frozen=True, slots=True)
class Database:
    """An open database.

    Attributes:
        raw: the one connection to the file; `connection` is SQLAlchemy's view of it.
        wait: seconds to wait for another process that writes.
    """

    path: Path
    raw: sqlite3.Connection
    connection: Connection
    wait: float

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[Connection]:
        """One transaction: all of it committed, or nothing.

        A writer takes the lock at the start. Were it to read first and ask for the lock then, a second writer in
        between would make SQLite refuse at once, without waiting.
        """
        with translated(self.path, self.wait):
            self.connection.info["begin"] = "BEGIN IMMEDIATE" if write else "BEGIN"
            with self.connection.begin():
                yield self.connection

    def empty_wal(self) -> None:
        """Take the -wal file's content into the database, where nothing keeps it from that.

        For a file that was deleted or replaced: SQLite leaves its -wal behind, and would read it into whatever is
        opened at that path next (sqlite.org/howtocorrupt.html, "Mispairing database files and hot journals").
        """
        with suppress(sqlite3.Error):
            self.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give the file back; the last one to close it empties the -wal file into it."""
        self.connection.close()
        self.raw.close()


@contextmanager
def translated(path: Path, wait: float) -> Iterator[None]:
    """As `explained`, for what SQLAlchemy raises too."""
    with explained(path, wait):
        try:
            yield
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise error.orig from error
            raise


def open_database(path: Path, *, readonly: bool, wait: float, now: datetime, current: Schema = CURRENT) -> Database:
    """Open the database at `path`, by default making it where there is none.

    Args:
        path: where it is, or is to be; missing folders are made.
        readonly: write nothing, not even a missing file or a due migration.
        wait: seconds to wait for another process that writes.
        now: names the backup before a migration.
        current: the schema to bring the file to.

    Raises:
        StoreError: it cannot be opened, is not ours, is newer than this studytui, or its migration fails.
    """
    with translated(path, wait), ExitStack() as undone:
        if readonly and not path.exists():
            raise complaint("missing", "missing.hint", path=path)
        raw = connect_readonly(path, wait) if readonly else _connect(path, wait)
        undone.callback(raw.close)
        version = schema.read_version(raw, path)
        outdated = version is not None and schema.is_outdated(version, current.revisions, path)
        if readonly and (version is None or outdated):
            message = "only_reading.empty" if version is None else "only_reading.older"
            raise complaint(message, "only_reading.hint", path=path, version=version)
        if not readonly:
            # SQLite quietly opens for reading only where it may not write, and would tell at the first review.
            if not os.access(path, os.W_OK):
                raise read_only(path)
            _set_up(raw, wait)
        database = Database(path, raw, _adopt(raw), wait)
        undone.callback(database.close)
        if version is None:
            _make(database, current)
        elif outdated:
            _migrate(database, current, now)
        undone.pop_all()
    return database


def _connect(path: Path, wait: float) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    return connect(path, "rwc", wait)


def _set_up(raw: sqlite3.Connection, wait: float) -> None:
    """What a writing connection needs; nothing here is done to a file before its version is known to be ours."""
    # Readers then never wait for a writer. The mode stays with the file.
    _use_wal(raw, wait)
    # A review that was committed survives a power cut too; NORMAL would keep it safe from a crash of ours only.
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")
    # Without it INSERT OR REPLACE would delete rows of the log past its triggers.
    raw.execute("PRAGMA recursive_triggers = ON")


def _use_wal(raw: sqlite3.Connection, wait: float) -> None:
    """Switch the file to a write-ahead log, where it is not.

    Of two processes that switch at once SQLite refuses one without waiting, whatever its busy timeout.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
            time.sleep(_RETRY)
        else:
            return


def _adopt(raw: sqlite3.Connection) -> Connection:
    """SQLAlchemy's view of the one connection."""
    engine = create_engine("sqlite://", creator=lambda: raw, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.info["begin"])

    return engine.connect()


def _make(database: Database, current: Schema) -> None:
    with database.transaction(write=True) as connection:
        # Another process may have been first while this one waited for the lock.
        if schema.read_version(database.raw, database.path) is None:
            current.metadata.create_all(connection, checkfirst=False)
            connection.execute(insert(tables.alembic_version).values(version_num=current.revisions[-1]))


def _migrate(database: Database, current: Schema, now: datetime) -> None:
    """Bring an older file up to date, after a backup, all in one transaction.

    Raises:
        StoreError: the backup or a migration failed; the file is then as it was.
    """
    path, target = database.path, current.revisions[-1]
    saved = back_up_as(f"before-{target}", database.raw, path, backups_folder(path), now)
    # A table is rebuilt by dropping the old one, which must not take along the rows that point to it.
    database.raw.execute("PRAGMA foreign_keys = OFF")
    with database.transaction(write=True) as connection:
        version = schema.read_version(database.raw, path)
        # Another process may have been first while this one waited for the lock.
        if version is not None and schema.is_outdated(version, current.revisions, path):
            try:
                _upgrade(connection, current.migrations)
                astray = database.raw.execute("PRAGMA foreign_key_check").fetchall()
                if astray:
                    raise RuntimeError(f"{len(astray)} rows point nowhere after it")
            except Exception as error:  # whatever a migration raises, the learner is to know where the reviews are
                what = error.orig if isinstance(error, DBAPIError) else error
                raise complaint(
                    "migration", "migration.hint", path=path, target=target, detail=what, saved=saved
                ) from error
    database.raw.execute("PRAGMA foreign_keys = ON")


def _upgrade(connection: Connection, migrations: Path) -> None:
    # Half as dear again as SQLAlchemy itself, and needed once a release at most.
    from alembic import command
    from alembic.config import Config

    config = Config()
    # configparser takes a percent sign for the start of a substitution.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
