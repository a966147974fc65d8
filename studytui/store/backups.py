"""Copies of the database, each complete and checked before it gets its name. Standard library only."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from studytui.store.failures import damaged, explained
from studytui.store.files import WAIT, backups

if TYPE_CHECKING:
    from datetime import datetime

KEEP = 10
"""How many regular copies are kept: enough to go back past a bad week, at about the database's own size each."""

_PARTIAL = ".partial"
_ANYTHING = """
SELECT EXISTS (SELECT 1 FROM reviews) OR EXISTS (SELECT 1 FROM attempts) OR EXISTS (SELECT 1 FROM drafts)
    OR EXISTS (SELECT 1 FROM flags)
"""


def back_up(source: sqlite3.Connection, path: Path, folder: Path, now: datetime) -> Path:
    """Copy the database at `path`, open as `source`, into `folder`; the newest `KEEP` regular copies stay.

    Raises:
        StoreError: there is no room or no permission, or the copy turns out damaged; older copies are then all kept.
    """
    target = copy(source, path, folder / f"{path.stem}-{_stamp(now)}.db")
    _thin_out(folder, path.stem)
    return target


def back_up_daily(source: sqlite3.Connection, path: Path, folder: Path, now: datetime) -> Path | None:
    """The same, unless there is a copy of this UTC day already, or nothing to lose yet: then None."""
    today = now.astimezone(UTC).date().isoformat()
    if any(copied.name.startswith(f"{path.stem}-{today}") for copied in backups(folder, path.stem)):
        return None
    with explained(path, WAIT):
        if not source.execute(_ANYTHING).fetchone()[0]:
            return None
    target = copy(source, path, folder / f"{path.stem}-{today}.db")
    _thin_out(folder, path.stem)
    return target


def back_up_as(event: str, source: sqlite3.Connection, path: Path, folder: Path, now: datetime) -> Path:
    """Copy the database for the sake of an `event`, as "before-0002". Such a copy is never thinned out.

    Raises:
        StoreError: as for `back_up`.
    """
    return copy(source, path, folder / f"{path.stem}-{_stamp(now)}-{event}.db")


def copy(source: sqlite3.Connection, path: Path, target: Path) -> Path:
    """Copy a database, whoever writes to it meanwhile, to `target`, which is there whole or not at all.

    The copy is a single file, without the -wal that a copy by hand would have to take along.
    """
    with explained(target, 0):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=_PARTIAL, dir=target.parent)
        os.close(handle)
        partial = Path(name)
        try:
            with closing(sqlite3.connect(partial, isolation_level=None)) as connection:
                # A partial copy is worth nothing, so the journal would be wasted work; the whole is synced below.
                connection.execute("PRAGMA synchronous = OFF")
                _pour(source, path, connection)
                connection.execute("PRAGMA journal_mode = DELETE")
                found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if found != "ok":
                raise damaged(path, found)
            _sync(partial)
            partial.replace(target)
            _sync(target.parent)
        finally:
            partial.unlink(missing_ok=True)
    return target


def _pour(source: sqlite3.Connection, path: Path, target: sqlite3.Connection) -> None:
    with explained(path, WAIT):
        # The read lock is taken here, where waiting ends; `backup` would wait for it without end.
        source.execute("BEGIN")
    try:
        with explained(path, WAIT):
            source.execute("SELECT 1 FROM sqlite_master").fetchall()
        source.backup(target)
    finally:
        source.rollback()


def _thin_out(folder: Path, stem: str) -> None:
    copies = backups(folder, stem)
    # A process that was killed while it copied has left its partial copy; one of an earlier day is in nobody's hands.
    newest_day = copies[-1].name[: len(stem) + len("-2026-11-24")]
    for path in folder.iterdir():
        left = path.name.startswith(f".{stem}-") and path.name.endswith(_PARTIAL)
        if left and path.name[1 : len(newest_day) + 1] < newest_day:
            _remove(path)
    for copied in copies[:-KEEP]:
        _remove(copied)


def _remove(path: Path) -> None:
    # Another process may be thinning out the same folder, and a copy too many harms nobody.
    with suppress(OSError):
        path.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _stamp(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")
