"""What each line of a snippet made, as lines of text: the code on the left, shapes and dtypes beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from studytui.ui.cells import cell_width
from studytui.ui.line_layout import Span, width_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studytui.grader.picture import TracedLine
    from studytui.ui.line_layout import Line

_GAP: Final = 3
_LEAST: Final = 24
"""Columns that facts need beside the code."""


def shape_lines(traced: Sequence[TracedLine], width: int) -> list[Line]:
    """The lines that made something, each with its number, for `width` columns."""
    margin = max((len(str(line.number)) for line in traced), default=1) + 2
    codes = [cell_width(line.code) for line in traced]
    room = width - _LEAST - _GAP - margin
    beside = margin + max((code for code in codes if code <= room), default=8) + _GAP
    lines: list[Line] = []
    for line, code in zip(traced, codes, strict=True):
        number = Span(f"{line.number:>{margin - 2}}  ", "dim")
        facts = [_fact(fact.name, fact.what) for fact in line.facts]
        fit = all(beside + width_of(fact) <= width for fact in facts)
        if facts and fit and margin + code + _GAP <= beside:
            first, *facts = facts
            padding = Span(" " * (beside - margin - code))
            lines += wrapped((number, Span(line.code), padding, *first), width, beside)
        else:
            lines += wrapped((number, Span(line.code)), width, margin)
        indent = beside if fit else margin + 4
        for fact in facts:
            lines += wrapped((Span(" " * indent), *fact), width, indent)
        if line.error:
            lines += wrapped((Span(" " * margin), Span(f"✗ {line.error}", "error")), width, margin + 2)
    return lines


def _fact(name: str, what: str) -> Line:
    return (Span(name, "title"), Span(f"  {what}", "dim"))
