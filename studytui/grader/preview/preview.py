"""A derivation as it is typed, line by line: what could be read, drawn; what could not, pointed at.

Only what has changed is read again, so that the last line of a long derivation costs as little as the first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studytui.cards.problems import printable
from studytui.errors import StudyError
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.reading import MOST_LINES, lines_of
from studytui.grader.formula.syntax import parse_line
from studytui.grader.formula.task import read_task
from studytui.grader.formula.tokens import LONGEST_LINE, is_words, normalised
from studytui.grader.formula.wording import sentence
from studytui.grader.preview.boxes import Box, beside, cells, flowing, text_box
from studytui.grader.preview.layout import Layout

if TYPE_CHECKING:
    from studytui.cards.models import DeriveCard
    from studytui.grader.formula.syntax import Line
    from studytui.grader.formula.vocabulary import Vocabulary

INDENT = 2
MOST_ROWS = 40
"""Rows of one line that are drawn."""
ROOM = 12
"""Cells shown from the place of a problem on."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of an answer.

    Attributes:
        number: 1-based, as the editor counts.
        rows: the formula, or the words behind `#`; the line as it was typed where there is a problem.
        base: index of the row that the line's number stands beside.
        problem: a sentence on what cannot be read.
        column: cells before the place of the problem in its row.
    """

    number: int
    rows: tuple[str, ...]
    base: int = 0
    problem: str = ""
    column: int = 0


@dataclass(slots=True)
class _Read:
    """A line as it was read where these names had a meaning, and the names below it; and as it was drawn so wide."""

    text: str
    before: Vocabulary
    line: Line | None
    error: FormulaError | None
    after: Vocabulary
    drawn: Drawn | None = None
    width: int = 0


class Preview:
    """Draws the answer to one derive card, again and again as it grows.

    One thread at a time.

    Raises:
        StudyError: the card itself cannot be read.
    """

    def __init__(self, card: DeriveCard, language: str) -> None:
        self._task = read_task(card.model_dump(mode="json"))
        self._language = language
        self._known: list[_Read] = []

    def draw(self, text: str, width: int) -> tuple[Drawn, ...]:
        """Every line but the blank ones, at most `width` cells wide."""
        drawn = []
        read: list[_Read] = []
        vocabulary = self._task.vocabulary
        for place, source in enumerate(lines_of(text)[:MOST_LINES]):
            found = self._read(place, source, vocabulary)
            read.append(found)
            vocabulary = found.after
            if source.strip():
                if found.drawn is None or found.width != width:
                    found.drawn, found.width = self._drawn(place + 1, found, width), width
                drawn.append(found.drawn)
        self._known = read
        return tuple(drawn)

    def _drawn(self, number: int, found: _Read, width: int) -> Drawn:
        if found.error is not None:
            problem = sentence(found.error.finding, self._language)
            before = normalised(found.text)[: found.error.column - 1]
            skipped = max(0, cells(before) - width + ROOM)  # what stands before the problem gives way to it
            while skipped > 0 and before:
                skipped -= cells(before[0])
                before = before[1:]
            rest = normalised(found.text)[found.error.column - 1 :]
            return Drawn(number, (_cut(printable(before + rest, LONGEST_LINE), width),), 0, problem, cells(before))
        if found.line is not None:
            return Drawn(number, *_rows(found.line, found.before, width))
        return Drawn(number, (_cut(printable(found.text.strip(), LONGEST_LINE), width),))

    def _read(self, place: int, text: str, vocabulary: Vocabulary) -> _Read:
        if place < len(self._known):
            known = self._known[place]
            if known.text == text and known.before == vocabulary:
                return known
        if len(text) <= LONGEST_LINE and is_words(text):
            return _Read(text, vocabulary, None, None, vocabulary)
        try:
            line = parse_line(text, vocabulary, place + 1)
            after = line.added_to(vocabulary)
            if self._task.asked.name and any(self._task.is_asked(side) for side in line.sides):
                after = after.plus(self._task.asked.name)
        except FormulaError as error:
            return _Read(text, vocabulary, None, error, vocabulary)
        return _Read(text, vocabulary, line, None, after)


def make_preview(card: DeriveCard, language: str) -> Preview | None:
    """The preview of a card; None where the card cannot be read, which its grade will tell."""
    try:
        return Preview(card, language)
    except StudyError:
        return None


def _rows(line: Line, vocabulary: Vocabulary, width: int) -> tuple[tuple[str, ...], int]:
    """A line's rows, and which of them its number stands beside."""
    layout = Layout(vocabulary.ranks)
    boxes: list[Box] = []
    if line.defines:
        boxes.append(layout.name(line.defines, line.over))
    for side in line.sides:
        first, *rest = layout.sums(side)
        is_right = bool(boxes) or line.continues
        equals = text_box(" = " if boxes else "= ")
        boxes += [beside(equals, first) if is_right else first, *rest]
    flowed = flowing(boxes, width, INDENT)
    rows = [row.rstrip() for box in flowed for row in box.rows]
    if len(rows) > MOST_ROWS:
        rows = [*rows[: MOST_ROWS - 1], "…"]
    return tuple(_cut(row, width) for row in rows), min(flowed[0].base, MOST_ROWS - 1)


def _cut(text: str, width: int) -> str:
    if cells(text) <= width:
        return text
    while text and cells(text) > width - 1:
        text = text[:-1]
    return text + "…"
