"""The file that keeps the index of decks between two runs.

Reading 400 cards through YAML, pydantic and the checks takes some tenths of a second; their index as JSON takes a few
milliseconds. The file can be deleted at any time; one that is damaged, or was written by another version, is not used.
"""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from studytui import __version__
from studytui.cards.index import DeckIndex, DeckInfo, Entry, Reference
from studytui.cards.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_OTHERS = 200
"""Decks kept that the last run did not open: those of another `--decks`, perhaps."""

_SCHEMA = 4

Key: TypeAlias = tuple[int, int]


def file_key(path: Path) -> Key | None:
    """When a file was last written (nanoseconds) and its size (bytes): what changes when a deck is edited."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


class IndexCache:
    """Indexes of decks by absolute path, each valid for one state of its file.

    Two processes may use one file at once: it is replaced as a whole, so that each reads what one of them wrote, and an
    index that is lost in a race is only read anew.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._kept: dict[str, Any] = read_kept(path) if path else {}
        self._used: dict[str, Any] = {}
        self._changed = False

    def get(self, path: Path, key: Key | None) -> DeckIndex | None:
        """The index of the deck at `path`, if it is kept for this state of the file."""
        name = os.path.abspath(path)  # noqa: PTH100 - links are not followed: a deck is known as it was named
        kept = self._kept.get(name)
        if kept is None or key is None or tuple(kept[0]) != key:
            return None
        self._used[name] = kept
        return _decode(kept[1], path)

    def put(self, path: Path, key: Key | None, index: DeckIndex) -> None:
        """Keep an index for the state that the file had before it was read."""
        if key is not None:
            self._used[os.path.abspath(path)] = [key, _encode(index)]  # noqa: PTH100 - as above
            self._changed = True

    def save(self) -> None:
        """Write the file, if anything is new; where that cannot be done, the next run reads the decks again."""
        if self._path is None or not self._changed:
            return
        others = [name for name in self._kept if name not in self._used and os.path.exists(name)]  # noqa: PTH110 - the kept names are texts
        kept = self._used | {name: self._kept[name] for name in others[:MAX_OTHERS]}
        body = json.dumps(kept, separators=(",", ":"))
        with contextlib.suppress(OSError):
            write_kept(self._path, body)


def _header(body: str) -> str:
    """Names who wrote the body and sums it up, so that a body that passes needs no further checks."""
    return f"studytui deck index {_SCHEMA} {__version__} {_code_stamp()} {zlib.crc32(body.encode()):08x}"


def _code_stamp() -> int:
    """When the code of this package was last changed: another reader may find other problems in the same deck."""
    with os.scandir(Path(__file__).parent) as entries:
        return max((entry.stat().st_mtime_ns for entry in entries if entry.name.endswith(".py")), default=0)


def read_kept(path: Path) -> dict[str, Any]:
    """What `write_kept` wrote, if this version did and nothing has changed it since; else nothing."""
    try:
        header, _, body = path.read_text("ascii").partition("\n")
    except (OSError, ValueError):
        return {}
    kept: dict[str, Any] = json.loads(body) if body and header == _header(body) else {}
    return kept


def write_kept(path: Path, body: str) -> None:
    """Replace a cache file as a whole; `body` is a JSON object.

    Raises:
        OSError: it cannot be written.
    """
    import tempfile  # 4 ms that only a changed deck should pay

    text = f"{_header(body)}\n{body}"
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with open(number, "w", encoding="ascii") as file:  # noqa: PTH123 - of the descriptor
            file.write(text)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _encode(index: DeckIndex) -> list[Any]:
    info = index.info
    return [
        index.id,
        None if info is None else [info.title, [_fields(entry) for entry in info.entries]],
        [[one.line, one.column, one.message, one.hint, one.source, one.severity] for one in index.problems],
        index.place,
        [[one.card, one.target, one.place] for one in index.references],
    ]


def _fields(entry: Entry) -> list[Any]:
    return [
        entry.id,
        entry.deck,
        entry.kind,
        entry.depth,
        entry.topics,
        entry.after,
        entry.function,
        entry.line,
        entry.prompt,
        entry.needs,
    ]


def _decode(kept: list[Any], path: Path) -> DeckIndex:
    name, info, problems, place, references = kept
    return DeckIndex(
        name,
        None if info is None else DeckInfo(name, info[0], path, tuple(_entry(*fields) for fields in info[1])),
        tuple(Problem(path, *fields) for fields in problems),
        tuple(place),
        tuple(Reference(card, target, tuple(where)) for card, target, where in references),
    )


def _entry(
    name: str,
    deck: str,
    kind: Any,
    depth: Any,
    topics: Iterable[str],
    after: Iterable[str],
    function: str | None,
    line: int,
    prompt: dict[str, str],
    needs: str | None,
) -> Entry:
    return Entry(name, deck, kind, depth, tuple(topics), tuple(after), function, line, prompt, needs)
