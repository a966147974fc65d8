"""What SQLite and the system say, put as what happened and what to do. Standard library only."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from studytui.errors import StoreError
from studytui.store.files import backups, backups_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SAFE = "Nothing that was saved is lost."
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
        return StoreError(
            f"{path} is locked: another program held it for the {wait:g} s that we waited.",
            f"Close the other studytui, or the database tool that has it open, and try again. {_SAFE}",
        )
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    match code & _PRIMARY:
        case sqlite3.SQLITE_CORRUPT:
            return damaged(path, str(error))
        case sqlite3.SQLITE_NOTADB:
            return StoreError(f"{path} is not an SQLite database.", restore_hint(path))
        case sqlite3.SQLITE_FULL:
            return StoreError(
                f"{path} cannot grow: the disk is full.", f"Free some space and do the last step again. {_SAFE}"
            )
        case sqlite3.SQLITE_READONLY:
            return read_only(path)
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return _cannot_open(path, str(error))
        case sqlite3.SQLITE_IOERR if not path.is_dir():
            return StoreError(
                f"{path} cannot be read or written: {error}.",
                f"See whether the disk is full, over its quota or gone, and try again. {_SAFE}",
            )
        case sqlite3.SQLITE_IOERR:  # a folder can be opened for reading, and fails when it is read
            return _cannot_open(path, str(error))
    return StoreError(f"{path} cannot be used: {error}.", restore_hint(path))


def read_only(path: Path) -> StoreError:
    """The error for a database that can be read only."""
    place = f"the folder {path.parent}" if path.exists() and os.access(path, os.W_OK) else str(path)
    return StoreError(
        f"{path} cannot be written: {place} is read-only.",
        f"Allow writing there, or point STUDYTUI_HOME at a folder of your own. {_SAFE}",
    )


def is_busy(error: sqlite3.Error) -> bool:
    """Whether it failed for another's lock alone, and may work later."""
    return getattr(error, "sqlite_errorcode", 0) & _PRIMARY in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def damaged(path: Path, detail: str) -> StoreError:
    """The error for a database whose content is not what was written."""
    return StoreError(f"{path} is damaged: {detail}.", restore_hint(path))


def restore_hint(path: Path) -> str:
    """How to go on without the file at `path`: from its newest backup, where there is one."""
    aside = f"Move {path.name} and the -wal and -shm files beside it out of {path.parent}"
    copies = backups(backups_folder(path), path.stem)
    if copies:
        return f"{aside}, then copy {copies[-1]} to {path}."
    return f"{aside}; a new database is then made. There is no backup in {backups_folder(path)} yet."


def _cannot_open(path: Path, detail: str) -> StoreError:
    """Look at the place itself: SQLite says "unable to open database file" for all of these."""
    hint = "Move what is there, or point STUDYTUI_HOME at a folder of your own."
    for parent in reversed(path.absolute().parents):
        try:
            if parent.exists() and not parent.is_dir():
                return StoreError(f"{path} cannot be a database: {parent} is a file, not a folder.", hint)
        except OSError:
            break
    allow = f"Allow it for this user, or point STUDYTUI_HOME at a folder of your own. {_SAFE}"
    try:
        if path.is_dir():
            return StoreError(f"{path} is a folder, not a database.", hint)
        if not path.exists():
            writable = path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK)
            why = detail if writable else f"no permission to write in {_nearest(path)}"
            return StoreError(f"{path} cannot be made: {why}.", allow)
        if not os.access(path, os.R_OK):
            return StoreError(f"{path} cannot be read: no permission.", allow)
        if not os.access(path.parent, os.W_OK | os.X_OK):
            return StoreError(
                f"{path} cannot be opened: its folder {path.parent} is read-only, and SQLite must write beside it.",
                f"Allow writing there, or copy the folder to one of your own and point STUDYTUI_HOME at it. {_SAFE}",
            )
    except OSError as error:
        detail = error.strerror or detail
    return StoreError(f"{path} cannot be opened: {detail}.", allow)


def _nearest(path: Path) -> Path:
    """The nearest folder above `path` that is there."""
    return next((parent for parent in path.absolute().parents if parent.is_dir()), path.parent)
