"""Boxes of characters, from which formulas are put together: each is some rows, one of which stands on the line."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_BRACKETS = {
    "(": ("(", "⎛", "⎜", "⎜", "⎝"),
    ")": (")", "⎞", "⎟", "⎟", "⎠"),
    "[": ("[", "⎡", "⎢", "⎢", "⎣"),
    "]": ("]", "⎤", "⎥", "⎥", "⎦"),
    "|": ("│", "│", "│", "│", "│"),
    "‖": ("‖", "‖", "‖", "‖", "‖"),
    "⌊": ("⌊", "⎢", "⎢", "⎢", "⎣"),
    "⌋": ("⌋", "⎥", "⎥", "⎥", "⎦"),
    "⌈": ("⌈", "⎡", "⎢", "⎢", "⎢"),
    "⌉": ("⌉", "⎤", "⎥", "⎥", "⎥"),
    "⟨": ("⟨", "╱", "│", "│", "╲"),
    "⟩": ("⟩", "╲", "│", "│", "╱"),
}
"""A bracket in one row; and in several its top, inner rows, and bottom."""


@dataclass(frozen=True, slots=True)
class Box:
    """Rows of one width; `base` is the index of the one that stands on the line."""

    rows: tuple[str, ...]
    base: int
    width: int

    @property
    def is_flat(self) -> bool:
        """Whether it is one row."""
        return len(self.rows) == 1


def cells(text: str) -> int:
    """Terminal cells of a text: none for what is set above a letter, two for wide characters."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def text_box(text: str) -> Box:
    """One row."""
    return Box((text,), 0, cells(text))


def beside(*boxes: Box) -> Box:
    """Boxes on one line."""
    if len(boxes) == 1:
        return boxes[0]
    above = max(box.base for box in boxes)
    below = max(len(box.rows) - box.base for box in boxes)
    rows = []
    for row in range(above + below):
        parts = []
        for box in boxes:
            own = row - above + box.base
            parts.append(box.rows[own] if 0 <= own < len(box.rows) else " " * box.width)
        rows.append("".join(parts))
    return Box(tuple(rows), above, sum(box.width for box in boxes))


def fraction(top: Box, bottom: Box) -> Box:
    """One box over another, a bar between them on the line."""
    width = max(top.width, bottom.width) + 2
    rows = (*_centred(top, width), "─" * width, *_centred(bottom, width))
    return Box(rows, len(top.rows), width)


def under(box: Box, label: Box) -> Box:
    """A label below a box, as an index below its sum."""
    width = max(box.width, label.width)
    return Box((*_centred(box, width), *_centred(label, width)), box.base, width)


def raised(box: Box, script: Box) -> Box:
    """A script at the upper right of a box."""
    rows = [*(" " * box.width + row for row in script.rows), *(row + " " * script.width for row in box.rows)]
    return Box(tuple(rows), box.base + len(script.rows), box.width + script.width)


def lowered(box: Box, script: Box) -> Box:
    """A script at the lower right of a box."""
    rows = [*(row + " " * script.width for row in box.rows), *(" " * box.width + row for row in script.rows)]
    return Box(tuple(rows), box.base, box.width + script.width)


def bracketed(box: Box, left: str = "(", right: str = ")") -> Box:
    """A box in brackets as tall as itself."""
    return beside(_bracket(left, box), box, _bracket(right, box))


def rooted(box: Box) -> Box:
    """A box under a root's sign."""
    height = len(box.rows)
    sign = [*(" │" for _ in range(height - 1)), "╲│"]
    rows = (" ┌" + "─" * box.width, *(left + row for left, row in zip(sign, box.rows, strict=True)))
    return Box(rows, box.base + 1, box.width + 2)


def flowing(boxes: Sequence[Box], width: int, indent: int) -> list[Box]:
    """Boxes side by side on as many lines as they need; lines after the first are indented."""
    lines: list[Box] = []
    taken: list[Box] = []
    for box, end in zip(boxes, accumulate(box.width for box in boxes), strict=True):
        start = end - box.width
        used = sum(one.width for one in taken)
        if taken and used + box.width > width and start:
            lines.append(beside(*taken))
            taken = [text_box(" " * indent)]
        taken.append(box)
    if taken:
        lines.append(beside(*taken))
    return lines


def _bracket(sign: str, box: Box) -> Box:
    alone, top, inner, other, bottom = _BRACKETS[sign]
    height = len(box.rows)
    if height == 1:
        return text_box(alone)
    rows = (top, *(inner if row < height - 2 else other for row in range(height - 2)), bottom)
    return Box(rows, box.base, 1)


def _centred(box: Box, width: int) -> list[str]:
    left = (width - box.width) // 2
    return [" " * left + row + " " * (width - box.width - left) for row in box.rows]
