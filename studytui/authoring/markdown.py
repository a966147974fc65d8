"""Markdown that shows something else than its author meant: a fence that never ends, a code span that is torn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"[ >]*(?:(?:[-*+]|\d+[.)]) +)*(`{3,}|~{3,})(.*)")
_TICKS = re.compile(r"`+")
_STRONG = re.compile(r"(?<![\\\s*])\*\*(?!\*)|(?<![\\*])\*\*(?![\s*])")
"""Two stars with blanks on both sides are two stars."""


class Fault(NamedTuple):
    """What is wrong, and the 1-based line and column of the text where it begins."""

    line: int
    column: int
    message: str
    hint: str


def faults(text: str) -> Iterator[Fault]:
    """What of a text a Markdown reader takes for something else, by CommonMark's rules for fences and code spans."""
    fence: tuple[str, int] | None = None
    paragraph: list[str] = []
    begins = 1
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        found = _FENCE.fullmatch(line)
        if fence is not None:
            if found and found[1].startswith(fence[0]) and not found[2].strip():
                fence = None
            continue
        if found and not (found[1][0] == "`" and "`" in found[2]):
            yield from _spans(paragraph, begins)
            paragraph, fence = [], (found[1], number)
        elif line.strip():
            if not paragraph:
                begins = number
            paragraph.append(line)
        else:
            yield from _spans(paragraph, begins)
            paragraph = []
    yield from _spans(paragraph, begins)
    if fence is not None:
        yield Fault(fence[1], 1, "this code block has no end", f"End it with a line that is `{fence[0]}`.")


def _spans(paragraph: list[str], begins: int) -> Iterator[Fault]:
    """Code spans and strong words of a paragraph that are opened and not closed."""
    text = "\n".join(paragraph)
    position, outside = 0, []
    while (opened := _TICKS.search(text, position)) is not None:
        outside.append(text[position : opened.start()])
        closed = next((run for run in _TICKS.finditer(text, opened.end()) if run.group() == opened.group()), None)
        if closed is None:
            line, column = _place(text, opened.start(), begins)
            yield Fault(
                line, column, f"the {opened.group()} here has no other that ends the code", "Add or delete one."
            )
            return
        outside.append("`" * (closed.end() - opened.start()))  # keeps the places
        position = closed.end()
    plain = "".join(outside) + text[position:]
    strong = [found.start() for found in _STRONG.finditer(plain)]
    if len(strong) % 2:
        line, column = _place(text, strong[-1], begins)
        yield Fault(line, column, "the ** here has no other that ends the strong words", "Put code in backticks.")


def _place(text: str, offset: int, begins: int) -> tuple[int, int]:
    before = text[:offset].split("\n")
    return begins + len(before) - 1, len(before[-1]) + 1
