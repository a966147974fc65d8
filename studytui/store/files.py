"""Where a database and its copies lie, and how the file is opened. Standard library only."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

WAIT = 5.0
"""Seconds to wait for another process that writes, before it counts as locked. A review takes a few milliseconds."""

_READ_ONLY_FOLDER = {
    sqlite3.SQLITE_READONLY_DIRECTORY,
    sqlite3.SQLITE_READONLY_CANTINIT,
    sqlite3.SQLITE_READONLY_RECOVERY,
    sqlite3.SQLITE_CANTOPEN,
}


def connect(
    path: Path, mode: Literal["ro", "rw", "rwc"], wait: float, *, immutable: bool = False
) -> sqlite3.Connection:
    """A connection that starts no transaction by itself.

    The sqlite3 module would begin a deferred one before a write; two processes that both read first and write then
    would each wait for the other. Writers say BEGIN IMMEDIATE instead.

    Raises:
        sqlite3.Error: where the file is not there or may not be opened; most problems show at the first query only.
    """
    # `as_uri` escapes what a URI would take for a query or a fragment.
    uri = f"{path.absolute().as_uri()}?mode={mode}" + ("&immutable=1" if immutable else "")
    return sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)


def connect_readonly(path: Path, wait: float) -> sqlite3.Connection:
    """A connection that can only read, also from a folder that cannot be written.

    A WAL database needs its `-shm` file even to be read. Where that cannot be made, and no `-wal` file holds anything,
    no process has the database open and the file alone is all of it: it can be read as it is.

    Raises:
        sqlite3.Error: the file is not there, or may not be read, or not without writing beside it.
    """
    connection = connect(path, "ro", wait)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode not in _READ_ONLY_FOLDER or not path.is_file() or _has_wal(path):
            raise
        return connect(path, "ro", wait, immutable=True)
    return connection


def identity(path: Path) -> tuple[int, int] | None:
    """What tells the file at `path` from one put there later; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def backups_folder(path: Path) -> Path:
    """Where copies of the database at `path` are kept."""
    return path.parent / "backups"


def backups(folder: Path, stem: str) -> list[Path]:
    """The regular copies in `folder`, oldest first: those of a day and those asked for.

    Copies made before a migration, or of a file that vanished, have longer names: they are never thinned out.
    """
    name = re.compile(re.escape(stem) + r"-\d{4}-\d\d-\d\d(T\d{6}Z)?\.db")
    try:
        return sorted(path for path in folder.iterdir() if name.fullmatch(path.name))
    except OSError:
        return []


def _has_wal(path: Path) -> bool:
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size > 0
    except OSError:
        return False
