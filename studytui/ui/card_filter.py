"""Which cards a few typed words mean."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from studytui.cards.index import Entry


class CardFilter:
    """Finds cards by parts of their id, prompt (in every language), function and topics.

    Args:
        entries: the cards; they are told by their place.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._said = [
            _folded("\n".join((entry.id, entry.function or "", *entry.topics, *entry.prompt.values())))
            for entry in entries
        ]

    def matches(self, typed: str) -> Sequence[int]:
        """The places of the cards that have every word of `typed`, in any order; all of them where it has none."""
        words = _folded(typed).split()
        return [place for place, said in enumerate(self._said) if all(word in said for word in words)]


def _folded(text: str) -> str:
    """`text` without capitals, and with each Hangul syllable in its parts, however it came.

    So is one half typed: 텐ㅅ is on the way to 텐서, and finds it.
    """
    return unicodedata.normalize("NFKD", text).casefold()
