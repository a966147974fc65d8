"""How many columns of a terminal a text takes: characters of East Asian width take two, combining ones none."""

from __future__ import annotations

import unicodedata


def cell_width(text: str) -> int:
    """The columns of `text`, which has no control characters."""
    return len(text) if text.isascii() else sum(map(_of_character, text))


def _of_character(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
