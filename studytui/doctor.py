"""`studytui doctor`: what this installation has and lacks, each found by looking, never assumed."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from studytui.cards.needs import INSTALL, NAMES
from studytui.errors import StudyError
from studytui.grader.process import WarmProcess, probe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from studytui.settings import Paths

PACKAGES = ("studytui", "torch", "numpy", "textual", "sqlalchemy", "pydantic", "fsrs-rs-python", "pyseccomp")
WALLS = {
    "limits": "CPU time, memory, file size and open files are limited",
    "landlock": "no file is written, none outside the environment is read, no TCP, no signals out",
    "seccomp": "no sockets, programs, processes, threads or tracing",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `state` is ok, missing (works without) or bad (wants mending)."""

    section: str
    name: str
    state: str
    says: str

    @property
    def bad(self) -> bool:
        """Whether it wants mending."""
        return self.state == "bad"

    def as_json(self) -> dict[str, Any]:
        """The finding as JSON values."""
        return asdict(self)


def examine(paths: Paths, deck_paths: Sequence[Path]) -> list[Finding]:
    """Look at everything; what fails becomes a finding."""
    return [
        *_versions(),
        *_places(paths),
        *_decks(paths, deck_paths),
        *_database(paths),
        *_grader(),
    ]


def render_findings(findings: Sequence[Finding]) -> str:
    """The findings as text, section by section."""
    signs = {"ok": "✓", "missing": "–", "bad": "✗"}
    lines: list[str] = []
    section = ""
    for finding in findings:
        if finding.section != section:
            section = finding.section
            lines += ["", section] if lines else [section]
        lines.append(f"  {signs[finding.state]} {finding.name:<14} {finding.says}")
    return "\n".join(lines)


def _versions() -> Iterator[Finding]:
    yield Finding("versions", "python", "ok", f"{platform.python_version()} ({sys.executable})")
    yield Finding("versions", "system", "ok", f"{platform.system()} {platform.release()} {platform.machine()}")
    yield Finding("versions", "sqlite", "ok", sqlite3.sqlite_version)
    for package in PACKAGES:
        try:
            yield Finding("versions", package, "ok", version(package))
        except PackageNotFoundError:
            needed = "bad" if package != "pyseccomp" or sys.platform == "linux" else "missing"
            yield Finding("versions", package, needed, "not installed: run `make run`, or `pip install .`")
    for need, name in NAMES.items():
        try:
            yield Finding("versions", need, "ok", version(need))
        except PackageNotFoundError:
            says = f"not installed: cards that need {name} are not asked; {INSTALL[need]}"
            yield Finding("versions", need, "missing", says)


def _places(paths: Paths) -> Iterator[Finding]:
    for name in ("settings", "data", "decks", "cache", "state"):
        path: Path = getattr(paths, name)
        existing = next(parent for parent in (path, *path.parents) if parent.exists())
        if os.access(existing, os.W_OK):
            yield Finding("paths", name, "ok", f"{path}{'' if path.exists() else ' (not there yet)'}")
        else:
            yield Finding("paths", name, "bad", f"{path} cannot be written")


def _decks(paths: Paths, deck_paths: Sequence[Path]) -> Iterator[Finding]:
    from studytui.cards.library import Library  # keeps pydantic out of the other commands

    library = Library.open(deck_paths, paths.deck_index)
    for deck in library.decks:
        yield Finding("decks", deck.id, "ok", f"{len(deck.entries)} cards ({deck.path})")
    for problem in library.problems:
        state = "bad" if problem.severity == "error" else "missing"
        yield Finding("decks", problem.severity, state, problem.render().replace("\n", "\n      "))


def _database(paths: Paths) -> Iterator[Finding]:
    if not paths.database.exists():
        yield Finding("database", "file", "missing", f"{paths.database} (made at the first review)")
        return
    from studytui.store.store import Store  # SQLAlchemy takes 0.2 s

    try:
        with Store.open(paths.database) as store:
            problems = store.check()
            reviews = len(store.reviews())
    except StudyError as error:
        yield Finding("database", "file", "bad", f"{error.message} {error.hint}")
        return
    yield Finding("database", "file", "ok", f"{paths.database} ({reviews} reviews)")
    if not problems:
        yield Finding("database", "check", "ok", "sound")
    for problem in problems:
        yield Finding("database", "check", "bad", problem)


def _grader() -> Iterator[Finding]:
    try:
        warm = WarmProcess()
    except StudyError as error:
        yield Finding("grader", "process", "bad", error.message)
        return
    try:
        found = probe(warm)
    except StudyError as error:
        yield Finding("grader", "process", "bad", f"{error.message} {error.hint}")
        return
    finally:
        warm.close()
    for device, says in found["devices"].items():
        yield Finding("devices", device, "ok" if says else "missing", says or "not available")
    for wall, protects in WALLS.items():
        reason = found["lacking"].get(wall, "")
        if wall in found["walls"]:
            yield Finding("sandbox", wall, "ok", protects)
        else:
            yield Finding("sandbox", wall, "missing", f"not there: {reason or 'unknown reason'}")
