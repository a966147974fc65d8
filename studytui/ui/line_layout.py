"""Lines of text made of spans, laid out in columns of a terminal: pure, and nothing of textual in it.

Each span has a role; a front gives a role its colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from studytui.ui.cells import cell_width

if TYPE_CHECKING:
    from collections.abc import Sequence

Role: TypeAlias = Literal["", "dim", "title", "source", "chosen", "target", "error"]
GAP: Final = 3
"""Columns between blocks."""


class Span(NamedTuple):
    """A piece of a line, and what it is."""

    text: str
    role: Role = ""


Line: TypeAlias = "tuple[Span, ...]"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that stay together, as a rectangle."""

    lines: list[Line]

    @property
    def width(self) -> int:
        """Columns of the widest line."""
        return max(map(width_of, self.lines), default=0)


def plain(line: Line) -> str:
    """A line without its roles."""
    return "".join(span.text for span in line)


def flow(blocks: Sequence[Block], width: int) -> list[Line]:
    """Blocks next to each other, and in a new row where there is no room."""
    lines: list[Line] = []
    row: list[Block] = []
    for block in blocks:
        if row and sum(one.width + GAP for one in row) + block.width > width:
            lines += _beside(row)
            row = []
        row.append(block)
    return lines + _beside(row)


def _beside(row: Sequence[Block]) -> list[Line]:
    height = max((len(block.lines) for block in row), default=0)
    lines: list[Line] = []
    for at in range(height):
        spans: list[Span] = []
        for number, block in enumerate(row):
            line = block.lines[at] if at < len(block.lines) else ()
            rest = block.width - width_of(line) + GAP if number < len(row) - 1 else 0
            spans += [*line, Span(" " * rest)]
        lines.append(tuple(spans))
    return lines


def width_of(line: Line) -> int:
    """The columns that a line takes."""
    return sum(cell_width(span.text) for span in line)


def cut(text: str, width: int) -> str:
    """`text` in `width` columns at most, with a sign where it was cut."""
    if cell_width(text) <= width:
        return text
    if width < 1:
        return ""
    while text and cell_width(text) > width - 1:
        text = text[:-1]
    return f"{text}…"


def wrapped(line: Line, width: int, margin: int = 2) -> list[Line]:
    """A line broken at spaces to `width`, later lines `margin` further in; a word that is too long is cut."""
    lines: list[list[Span]] = [[]]
    used = 0
    for span in line:
        for at, word in enumerate(span.text.split(" ")):
            piece = word if at == 0 else f" {word}"
            if word and used + cell_width(piece) > width and used > margin:
                piece = " " * margin + word
                lines.append([])
                used = 0
            piece = piece if used + cell_width(piece) <= width else cut(piece, width - used)
            lines[-1].append(Span(piece, span.role))
            used += cell_width(piece)
    return [tuple(one) for one in lines]
