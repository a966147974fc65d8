"""Numbers as columns of eighths of cells, with what each is below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Sequence

_EIGHTHS = " ▁▂▃▄▅▆▇█"


def columns(values: Sequence[int], *, height: int, width: int, gap: int = 1) -> list[Content]:
    """The columns as `height` lines, the highest column filling them.

    Whatever is not nothing shows at least an eighth of a cell; nothing shows a dot.

    Args:
        values: not negative.
        height: lines.
        width: cells of a column and the gap behind it together.
        gap: cells of that gap.
    """
    most = max(values, default=0) or 1
    eighths = [max(round(8 * height * value / most), 1 if value else 0) for value in values]
    lines = []
    for row in reversed(range(height)):
        parts: list[tuple[str, str]] = []
        for filled in eighths:
            if not filled and row == 0:
                parts.append(("·".ljust(width), "dim"))
            else:
                block = _EIGHTHS[max(0, min(8, filled - 8 * row))]
                parts.append((block * (width - gap) + " " * gap, "$primary"))
        lines.append(Content.assemble(*parts))
    return lines
