"""Words broken into lines for a terminal, between words, by the columns they take."""

from __future__ import annotations

import re
from typing import Final

from studytui.ui.cells import cell_width

_FENCE: Final = re.compile(r" {0,3}(?:```|~~~)")
_ITEM: Final = re.compile(r" *(?:[-*+]|\d{1,9}[.)]) +")
_ALONE: Final = re.compile(r" {4}|\t| {0,3}(?:#|>|\||[-*_]{3,} *$)")


def cut(line: str, width: int) -> str:
    """A line of `width` columns at most, with `…` where more would follow."""
    if cell_width(line) <= width:
        return line
    while cell_width(line) > width - 1:
        line = line[: -max(1, (cell_width(line) - width + 1) // 2)]
    return f"{line.rstrip()}…"


def wrapped(line: str, width: int, margin: int = 0) -> list[str]:
    """A line as lines of `width` columns, those after the first `margin` further in; a longer word stays whole."""
    indent = line[: len(line) - len(line.lstrip(" "))]
    lines, current = [], indent
    for word in line.split():
        if current.strip() and cell_width(current) + 1 + cell_width(word) > width:
            lines.append(current)
            current = indent + " " * margin
        current += f" {word}" if current.strip() else word
    return [*lines, current]


def reflowed(markdown: str, width: int) -> str:
    """Markdown as text, its paragraphs and list items refilled; code, tables and headings stay as they are."""
    lines: list[str] = []
    paragraph = ""
    fenced = False

    def flush() -> None:
        nonlocal paragraph
        if paragraph:
            item = _ITEM.match(paragraph)
            margin = len(item[0].lstrip(" ")) if item else 0
            lines.extend(wrapped(paragraph, width, margin))
        paragraph = ""

    for line in markdown.strip().splitlines():
        fence = _FENCE.match(line) is not None
        if fence or fenced or not line.strip() or (_ALONE.match(line) and not paragraph):
            flush()
            lines.append(line)
            fenced = fenced != fence
        elif _ITEM.match(line) or not paragraph:
            flush()
            paragraph = line.rstrip()
        else:
            paragraph += f" {line.strip()}"
    flush()
    return "\n".join(lines)
