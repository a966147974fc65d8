"""The cards of decks already read, as JSON: one file a deck, beside the index.

Reading a deck of forty cards through YAML and the checks takes 0.1 s; making a card from its JSON takes a millisecond.
Like the index, a file here can be deleted at any time, and one that is damaged or out of date is not used.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING

from studytui.cards.index_cache import read_kept, write_kept

if TYPE_CHECKING:
    from pathlib import Path

    from studytui.cards.index_cache import Key


class CardCache:
    """Cards of decks by the deck's path, each valid for one state of its file.

    Args:
        folder: where the files are; None for no cache.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, deck: Path, key: Key | None) -> dict[str, str] | None:
        """The cards of a deck as JSON by full id, if they are kept for this state of its file."""
        kept = read_kept(self._file(deck)) if self._folder is not None and key is not None else {}
        if not kept or tuple(kept["key"]) != key:
            return None
        cards: dict[str, str] = kept["cards"]
        return cards

    def put(self, deck: Path, key: Key | None, cards: dict[str, str]) -> None:
        """Keep the cards of a deck; where that cannot be done, the next run reads the deck again."""
        if self._folder is not None and key is not None:
            body = json.dumps({"key": key, "cards": cards}, separators=(",", ":"))
            with contextlib.suppress(OSError):
                write_kept(self._file(deck), body)

    def _file(self, deck: Path) -> Path:
        assert self._folder is not None
        name = hashlib.sha256(os.fsencode(os.path.abspath(deck))).hexdigest()[:16]  # noqa: PTH100 - links are not followed
        return self._folder / f"cards-{name}.json"
