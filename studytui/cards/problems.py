"""A problem of a deck: where it is, what is wrong, how to mend it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Severity: TypeAlias = Literal["error", "warning"]

MAX_CELLS = 100
"""Cells of a source line that are shown: with its margin it still fits a terminal of 120 columns."""

MAX_SOURCE = 10_000
"""Characters of a source line that is kept with its problem; a longer one is no line anybody reads."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem of a deck.

    Attributes:
        path: the deck, as it was named.
        line, column: 1-based, in characters; both 0 where the file as a whole is meant.
        message: one sentence for the deck's author.
        hint: how to mend it; empty where the message already says so.
        source: the line the problem is in, as written.
        severity: a deck with an error is left out; a warning leaves it in.
    """

    path: Path
    line: int
    column: int
    message: str
    hint: str = ""
    source: str = ""
    severity: Severity = "error"

    def render(self) -> str:
        """The problem in two to four lines for a terminal: place and message, source line and caret, hint."""
        place = f"{printable(str(self.path))}:{self.line}:{self.column}" if self.line else printable(str(self.path))
        lines = [f"{place}: {'warning: ' if self.severity == 'warning' else ''}{self.message}"]
        if self.line and self.source:
            number = str(self.line)
            shown, cells = _window(self.source, self.column)
            lines += [f"  {number} | {shown}", f"  {' ' * len(number)} | {' ' * cells}^"]
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


class Source:
    """A deck's text by lines, from which its problems take theirs."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: list[str] | None = None

    def line(self, number: int) -> str:
        """Line `number` (1-based), without its line break; empty beyond the end."""
        if self._lines is None:
            self._lines = _LINE_BREAK.split(self.text)
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def place(self, offset: int) -> tuple[int, int]:
        """The 1-based line and column of the character at `offset`."""
        before = _LINE_BREAK.split(self.text[:offset])
        return len(before), len(before[-1]) + 1

    def problem(self, place: tuple[int, int], message: str, hint: str = "", severity: Severity = "error") -> Problem:
        """A problem at `place` (line, column; 1-based), with the source line."""
        line = self.line(place[0])
        return Problem(self.path, *place, message, hint, line if len(line) <= MAX_SOURCE else "", severity)


def printable(text: str, limit: int = 200) -> str:
    """`text` on one line that a terminal shows and does not obey: what is not printable is escaped, the rest cut."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in cut
    )


def did_you_mean(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The member of `known` nearest to `word` as a question, or an empty string where none is near."""
    near = nearest(word, known, cutoff)
    return f"Did you mean `{near}`?" if near else ""


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The member of `known` nearest to `word`, case apart; empty where none is near."""
    import difflib  # 3 ms that only a deck with problems should pay

    by_lower = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower()[:200], by_lower, n=1, cutoff=cutoff)
    return by_lower[found[0]] if found else ""


def _window(source: str, column: int) -> tuple[str, int]:
    """`source` cut around `column` to `MAX_CELLS`, and the cells that stand before the column."""
    before, after = printable(source[: column - 1], len(source) + 1), printable(source[column - 1 :], len(source) + 1)
    if _cells(before) > MAX_CELLS * 2 // 3:
        while _cells(before) > MAX_CELLS // 2:
            before = before[max(1, (_cells(before) - MAX_CELLS // 2) // 2) :]
        before = "…" + before
    room = MAX_CELLS - _cells(before)
    if _cells(after[: room + 1]) > room:
        after = after[:room]
        while _cells(after) > room - 1:
            after = after[:-1]
        after += "…"
    return before + after, _cells(before)


def _cells(text: str) -> int:
    """Terminal cells of `text`: two for wide characters such as Hangul, none for combining marks."""
    return sum(
        0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        for character in text
    )
