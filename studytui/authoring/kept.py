"""Reports of cards that have not changed since, so that a deck is checked again only where it has.

A report is kept for the card's content, the code that grades and checks it, and the versions of Python, torch, numpy
and what else the card needs. One that found an error, took long, or could not run an answer is not kept: the author is
at it, the machine was busy, or what is missing may be there next time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from studytui.authoring.findings import CardReport
from studytui.cards.index_cache import read_kept, write_kept
from studytui.cards.needs import need_of

if TYPE_CHECKING:
    from studytui.cards.models import Card

_PACKAGE = Path(__file__).resolve().parent.parent


class Kept:
    """A folder of reports, a file a card; None keeps nothing. Several checks may use it at once."""

    def __init__(self, folder: Path | None, *, with_mutants: bool) -> None:
        self._folder = folder
        self._suffix = ".json" if with_mutants else ".quick.json"

    def get(self, name: str, card: Card) -> CardReport | None:
        """The report of a card as it is now, if there is one."""
        if self._folder is None:
            return None
        kept = read_kept(self._path(name))
        if kept.get("digest") != _digest(card):
            return None
        try:
            return CardReport.from_json(kept["report"])
        except (KeyError, TypeError):
            return None

    def put(self, name: str, card: Card, report: CardReport) -> None:
        """Keep a report, if it can be kept; where it cannot be written, the card is checked again next time."""
        passing = any(one.severity == "error" or one.rule == "time" for one in report.findings)
        if self._folder is None or passing or report.lacking:
            return
        with contextlib.suppress(OSError):
            write_kept(self._path(name), json.dumps({"digest": _digest(card), "report": report.as_json()}))

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}{self._suffix}"


def _digest(card: Card) -> str:
    known = (card.model_dump_json(), _code(with_formulas=card.kind == "derive"), *_versions(need_of(card)))
    return hashlib.sha256("\0".join(known).encode()).hexdigest()


@cache
def _code(*, with_formulas: bool) -> str:
    """A digest of what grades and checks: formulas are read of derive cards alone, and are most of the grader."""
    digest = hashlib.sha256()
    for room in ("authoring", "cards", "grader"):
        for path in sorted((_PACKAGE / room).rglob("*.py")):
            if with_formulas or "formula" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _versions(need: str | None) -> tuple[str, ...]:
    found = [sys.version]
    for name in filter(None, ("torch", "numpy", need)):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found.append(importlib.metadata.version(name))
    return tuple(found)
