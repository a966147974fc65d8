"""What SQLite and the system say, put as what happened and what to do. Standard library only."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from studytui.store.files import backups, backups_folder
from studytui.store.wording import complaint

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from studytui.errors import StoreError

_PRIMARY = 0xFF
"""The bits of an extended result code that are the primary one (sqlite.org/rescode.html)."""


@contextmanager
def explained(path: Path, wait: float) -> Iterator[None]:
    """Turn what goes wrong with the database at `path` into a StoreError; bugs of ours stay as they are."""
    try:
        yield
    except sqlite3.Error as error:
        if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError)):
            raise
        raise explain(error, path, wait) from error
    except OSError as error:
        raise _cannot_open(path, error.strerror or str(error)) from error


def explain(error: sqlite3.Error, path: Path, wait: float) -> StoreError:
    """The StoreError for what SQLite said of the database at `path`.

    Args:
        error: its result code decides; the wording is SQLite's and is quoted at most.
        path: the database, or a copy of it.
        wait: seconds it had been told to wait for a lock.
    """
    if is_busy(error):
        return complaint("locked", "locked.hint", path=path, wait=wait)
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    match code & _PRIMARY:
        case sqlite3.SQLITE_CORRUPT:
            return damaged(path, str(error))
        case sqlite3.SQLITE_NOTADB:
            return _restorable("not_sqlite", path)
        case sqlite3.SQLITE_FULL:
            return complaint("full", "full.hint", path=path)
        case sqlite3.SQLITE_READONLY:
            return read_only(path)
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return _cannot_open(path, str(error))
        case sqlite3.SQLITE_IOERR if not path.is_dir():
            return complaint("io", "io.hint", path=path, detail=error)
        case sqlite3.SQLITE_IOERR:  # a folder can be opened for reading, and fails when it is read
            return _cannot_open(path, str(error))
    return _restorable("unusable", path, detail=error)


def read_only(path: Path) -> StoreError:
    """The error for a database that can be read only."""
    in_folder = path.exists() and os.access(path, os.W_OK)
    message = "read_only.folder" if in_folder else "read_only"
    return complaint(message, "read_only.hint", path=path, folder=path.parent)


def is_busy(error: sqlite3.Error) -> bool:
    """Whether it failed for another's lock alone, and may work later."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def damaged(path: Path, detail: str) -> StoreError:
    """The error for a database whose content is not what was written."""
    return _restorable("damaged", path, detail=detail)


def strange(path: Path, detail: object) -> StoreError:
    """The error for a database with a value that studytui never writes."""
    return _restorable("damaged.strange", path, detail=detail)


def _restorable(message: str, path: Path, **values: object) -> StoreError:
    """An error whose hint says how to go on without the file at `path`: from its newest backup, where there is one."""
    folder = backups_folder(path)
    copies = backups(folder, path.stem)
    values |= {"path": path, "name": path.name, "folder": path.parent, "backups": folder}
    if copies:
        return complaint(message, "restore.backup", backup=copies[-1], **values)
    return complaint(message, "restore.none", **values)


def _cannot_open(path: Path, detail: str) -> StoreError:
    """Look at the place itself: SQLite says "unable to open database file" for all of these."""
    for parent in reversed(path.absolute().parents):
        try:
            if parent.exists() and not parent.is_dir():
                return complaint("parent_is_file", "move.hint", path=path, parent=parent)
        except OSError:
            break
    try:
        if path.is_dir():
            return complaint("is_folder", "move.hint", path=path)
        if not path.exists():
            writable = path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK)
            message = "cannot_make" if writable else "cannot_make.folder"
            return complaint(message, "allow.hint", path=path, detail=detail, folder=_nearest(path))
        if not os.access(path, os.R_OK):
            return complaint("cannot_read", "allow.hint", path=path)
        if not os.access(path.parent, os.W_OK | os.X_OK):
            return complaint("cannot_open.folder", "cannot_open.folder.hint", path=path, folder=path.parent)
    except OSError as error:
        detail = error.strerror or detail
    return complaint("cannot_open", "allow.hint", path=path, detail=detail)


def _nearest(path: Path) -> Path:
    """The nearest folder above `path` that is there."""
    return next((parent for parent in path.absolute().parents if parent.is_dir()), path.parent)
