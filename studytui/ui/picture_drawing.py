"""A traced picture as lines of text, for the app and for `studytui picture` alike: pure, and nothing of textual in it.

A line is made of spans, each with a role; a front gives a role its colour. What is pointed out has a sign of its own
too: `‹7›` the output cell and the input cells it comes from, `«7»` the one of them whose value was passed on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from studytui.ui.cells import cell_width

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from studytui.grader.picture import Cell, Panel, Picture
    from studytui.ui.texts import Texts

Role: TypeAlias = Literal["", "dim", "title", "source", "chosen", "target"]
Index: TypeAlias = tuple[int, ...]

MOST_ROWS: Final = 8
MOST_ROWS_OF_SLABS: Final = 6
MOST_SLABS: Final = 4
LONGEST_VALUE: Final = 6
"""Characters of a value that can stand for its cell in a picture of what moves."""
LISTED: Final = 3
_GAP: Final = 3
_UNKNOWN: Final = "?"
"""Stands for an element that was not sent."""
_NOWHERE: Final = "·"
"""Stands for what comes from no input, where cells are numbered."""


class Span(NamedTuple):
    """A piece of a line, and what it is."""

    text: str
    role: Role = ""


Line: TypeAlias = "tuple[Span, ...]"


@dataclass(frozen=True, slots=True)
class _Block:
    lines: list[Line]

    @property
    def width(self) -> int:
        return max(map(_width, self.lines), default=0)


def draw(picture: Picture, step: int, width: int, texts: Texts) -> list[Line]:
    """The inputs and outputs as grids, with the output cell of a step (from 0) and its sources marked.

    Below it in words: which cell that is, and where it comes from. Grids are cut with `…` to `width` and to a few rows,
    never the marked cells before others.
    """
    marks = _marks(picture, step)
    written = _written(picture)
    inputs, outputs = (
        [
            _panel(panel, written[side, number], marks.get((side, number), {}), width)
            for number, panel in enumerate(panels)
        ]
        for side, panels in (("input", picture.inputs), ("output", picture.outputs))
    )
    lines = _laid_out(inputs, outputs, width)
    if not picture.steps:
        return [*lines, (), (Span(texts("picture.unknown" if picture.total else "picture.empty"), "dim"),)]
    lines += [(), *_wrapped(_said(picture, step, texts), width)]
    if picture.kind == "moved" and _is_numbered(picture):
        lines += _wrapped((Span(texts("picture.numbered"), "dim"),), width)
    if picture.kind == "chosen":
        lines += _wrapped((Span(texts("picture.at_these_values"), "dim"),), width)
    return lines


def plain(line: Line) -> str:
    """A line without its roles."""
    return "".join(span.text for span in line)


def row_length(picture: Picture, step: int) -> int:
    """How many steps on the cell below is: the row length of the output that a step is in."""
    shape = picture.outputs[picture.output(step).panel].tensor.shape
    return shape[-1] if len(shape) > 1 else 1


# What is marked, and how cells are written

_Marks: TypeAlias = "Mapping[tuple[str, int], dict[int, Role]]"


def _marks(picture: Picture, step: int) -> _Marks:
    marks: dict[tuple[str, int], dict[int, Role]] = {}
    if step < picture.steps:
        target = picture.output(step)
        marks["output", target.panel] = {target.place: "target"}
        for cell in picture.cells[step]:
            marks.setdefault(("input", cell.panel), {})[cell.place] = "source"
        if (chosen := picture.chosen.get(step)) is not None:
            marks.setdefault(("input", chosen.panel), {})[chosen.place] = "chosen"
    return marks


def _movers(picture: Picture) -> set[int]:
    """The inputs whose cells move, not those that only say where to: of the sources of a cell they come first."""
    return {cells[0].panel for cells in picture.cells if cells}


def _is_numbered(picture: Picture) -> bool:
    """Whether cells must be numbered, since their values would not tell them apart."""
    if picture.kind != "moved":
        return False
    values = [value for number in _movers(picture) for value in _values(picture.inputs[number])]
    return len(set(values)) < len(values) or any(len(value) > LONGEST_VALUE for value in values)


def _written(picture: Picture) -> dict[tuple[str, int], list[str]]:
    """The text of every known cell, by side and number of its tensor."""
    sides = (("input", picture.inputs), ("output", picture.outputs))
    written = {(side, number): _values(panel) for side, panels in sides for number, panel in enumerate(panels)}
    if not _is_numbered(picture):
        return written
    movers = sorted(_movers(picture))
    letters = {number: "" if len(movers) == 1 else chr(ord("a") + at % 26) for at, number in enumerate(movers)}
    for number in movers:
        known = len(written["input", number])
        written["input", number] = [f"{letters[number]}{place}" for place in range(known)]
    step = 0
    for number, panel in enumerate(picture.outputs):
        sources = picture.cells[step : step + panel.count]
        written["output", number] = [f"{letters[c[0].panel]}{c[0].place}" if c else _NOWHERE for c in sources]
        step += panel.count
    return written


def _values(panel: Panel) -> list[str]:
    elements = panel.tensor.elements
    floats = [element for element in elements if isinstance(element, float) and math.isfinite(element)]
    whole = all(number == int(number) and abs(number) < 1e5 for number in floats)
    largest = max(map(abs, floats), default=0.0)
    return [_value(element, whole=whole, fixed=1e-2 <= largest < 1e4) for element in elements]


def _value(element: float | str, *, whole: bool, fixed: bool) -> str:
    if isinstance(element, str):
        return element[:12]
    if isinstance(element, bool):
        return "T" if element else "F"
    if isinstance(element, int) or not math.isfinite(element):
        return str(element)
    if whole:
        return f"{element:.0f}."
    return f"{element:.2f}" if fixed else f"{element:.2g}"


# Grids


def _panel(panel: Panel, cells: list[str], marks: Mapping[int, Role], width: int) -> _Block:
    """A tensor under its name, dtype and shape."""
    shape = panel.tensor.shape
    facts = f"{panel.tensor.dtype} [{', '.join(map(str, shape))}]"
    heading: Line = (Span(_cut(panel.name, width - len(facts) - 2), "title"), Span(f"  {facts}", "dim"))
    if not panel.count:
        return _Block([heading, (Span("[]", "dim"),)])
    *leading, rows, columns = shape if len(shape) > 1 else (1, *(shape or (1,)))
    area = rows * columns
    most = MOST_ROWS_OF_SLABS if leading else MOST_ROWS
    widest = max(map(len, cells), default=1)
    grid = _Grid(rows, columns, widest, most, is_row=len(shape) == 1, is_bare=not shape)
    if not leading:
        return _Block([heading, *grid.lines(cells, marks, width)])
    count = math.prod(leading)
    wanted = {place // area for place in marks}
    slabs: list[_Block] = []
    for slab in shown(count, MOST_SLABS, wanted):
        if slab is None:
            slabs.append(_Block([(), (Span("…", "dim"),)]))
            continue
        first = slab * area
        inside = {place - first: role for place, role in marks.items() if first <= place < first + area}
        title = (Span("[" + ", ".join([*map(str, _index(slab, tuple(leading))), ":", ":"]) + "]", "dim"),)
        slabs.append(_Block([title, *grid.lines(cells[first : first + area], inside, width)]))
    return _Block([heading, *_flow(slabs, width)])


@dataclass(frozen=True, slots=True)
class _Grid:
    """A matrix of cells, all of one width with room for a mark at each side; `is_row` has one dim, `is_bare` none."""

    rows: int
    columns: int
    cell: int
    most_rows: int = MOST_ROWS
    is_row: bool = False
    is_bare: bool = False

    def lines(self, cells: Sequence[str], marks: Mapping[int, Role], width: int) -> list[Line]:
        """Rows of at most `width` columns of the terminal; cells that are not known are said to be so."""
        columns = shown(self.columns, (width - 2) // (self.cell + 2), {place % self.columns for place in marks})
        rows = shown(self.rows, self.most_rows, {place // self.columns for place in marks})
        if self.is_bare:
            return [tuple(self._cell(0, cells, marks))]
        lines: list[Line] = []
        for at, row in enumerate(rows):
            opening, closing = ("[", "]") if self.is_row else _brackets(at, len(rows))
            spans = [Span(opening)]
            for column in columns:
                if row is None or column is None:
                    spans.append(Span("…".center(3) if column is None else "…".rjust(self.cell + 1) + " ", "dim"))
                else:
                    spans += self._cell(row * self.columns + column, cells, marks)
            lines.append((*spans, Span(closing)))
        return lines

    def _cell(self, place: int, cells: Sequence[str], marks: Mapping[int, Role]) -> list[Span]:
        text = cells[place] if place < len(cells) else _UNKNOWN
        padding = " " * (self.cell - len(text))
        role = marks.get(place)
        if role is None:
            return [Span(f"{padding} {text} ")]
        opening, closing = "«»" if role == "chosen" else "‹›"
        return [Span(padding), Span(f"{opening}{text}{closing}", role)]


def shown(length: int, fit: int, wanted: Collection[int]) -> list[int | None]:
    """Which of `length` places to show where `fit` may be: the `wanted` ones first; None stands for those left out.

    >>> shown(10, 5, [])
    [0, 1, 2, 3, None]
    >>> shown(10, 6, [5])
    [None, 4, 5, 6, 7, None]
    >>> shown(10, 6, [0, 9])
    [0, 1, 2, 3, None, 9]
    """
    fit = max(fit, 3)
    if length <= fit:
        return list(range(length))
    kept: set[int] = set()
    near = sorted(set(wanted)) or [0]
    around = sorted(
        {place + by for place in near[:fit] for by in range(-fit, fit + 1)} - set(near),
        key=lambda place: (min(abs(place - one) for one in near), -place),
    )
    for place in (*near, *around):
        if 0 <= place < length and _taken(kept | {place}, length) <= fit:
            kept.add(place)
    places: list[int | None] = []
    before = -1
    for place in sorted(kept):
        places += [None] if place > before + 1 else []
        places.append(place)
        before = place
    return places + ([None] if before < length - 1 else [])


def _taken(kept: set[int], length: int) -> int:
    """Places that these take, with a gap for each run of others."""
    ordered = sorted(kept)
    runs = sum(place > before + 1 for before, place in zip([-1, *ordered], [*ordered, length], strict=True))
    return len(kept) + runs


def _brackets(place: int, count: int) -> tuple[str, str]:
    if count == 1:
        return "[", "]"
    if place == 0:
        return "⎡", "⎤"
    return ("⎣", "⎦") if place == count - 1 else ("⎢", "⎥")


def _index(place: int, shape: Index) -> Index:
    index = []
    for size in reversed(shape):
        place, rest = divmod(place, size)
        index.append(rest)
    return tuple(reversed(index))


# Blocks side by side


def _laid_out(inputs: list[_Block], outputs: list[_Block], width: int) -> list[Line]:
    """Inputs, an arrow, outputs: in one row if there is room, else below each other."""
    height = max(len(block.lines) for block in (*inputs, *outputs))
    arrow = _Block([*[()] * (height // 2), (Span("→", "dim"),)])
    row = [*inputs, arrow, *outputs]
    if sum(block.width for block in row) + _GAP * (len(row) - 1) <= width:
        return _flow(row, width)
    return [*_flow(inputs, width), (Span("  ↓", "dim"),), *_flow(outputs, width)]


def _flow(blocks: Sequence[_Block], width: int) -> list[Line]:
    """Blocks next to each other, and in a new row where there is no room."""
    lines: list[Line] = []
    row: list[_Block] = []
    for block in blocks:
        if row and sum(one.width + _GAP for one in row) + block.width > width:
            lines += _beside(row)
            row = []
        row.append(block)
    return lines + _beside(row)


def _beside(row: Sequence[_Block]) -> list[Line]:
    height = max((len(block.lines) for block in row), default=0)
    lines: list[Line] = []
    for at in range(height):
        spans: list[Span] = []
        for number, block in enumerate(row):
            line = block.lines[at] if at < len(block.lines) else ()
            rest = block.width - _width(line) + _GAP if number < len(row) - 1 else 0
            spans += [*line, Span(" " * rest)]
        lines.append(tuple(spans))
    return lines


def _width(line: Line) -> int:
    return sum(cell_width(span.text) for span in line)


def _cut(text: str, width: int) -> str:
    return text if cell_width(text) <= max(width, 8) else text[: max(width, 8) - 1] + "…"


# Words


def _said(picture: Picture, step: int, texts: Texts) -> Line:
    """The marked cells by their indices."""
    target = picture.output(step)
    output = picture.outputs[target.panel]
    value = _values(output)[target.place : target.place + 1]
    equals = f" = {value[0]}" if value else ""
    of = texts("picture.step", n=step + 1, total=picture.total)
    spans = [Span(f"{of}   ", "dim"), Span(_called(output, [target.place]) + equals, "target")]
    sources = picture.cells[step]
    if sources:
        spans += [Span("  ←  "), Span(", ".join(_sources(picture, sources)), "source")]
    else:
        spans += [Span("  "), Span(texts("picture.nowhere"), "dim")]
    if (chosen := picture.chosen.get(step)) is not None:
        name = _called(picture.inputs[chosen.panel], [chosen.place])
        spans += [Span(": ", "dim"), Span(texts("picture.chosen", cell=name), "chosen")]
    return tuple(spans)


def _sources(picture: Picture, cells: Sequence[Cell]) -> Iterable[str]:
    by_panel: dict[int, list[int]] = {}
    for cell in cells:
        by_panel.setdefault(cell.panel, []).append(cell.place)
    return (_called(picture.inputs[number], places) for number, places in by_panel.items())


def _called(panel: Panel, places: list[int]) -> str:
    """Cells as one would index them: `x[1, 3]`, `x[0:3, 0:3]`, or a few of them where they make no box."""
    shape = panel.tensor.shape
    if not shape:
        return panel.name
    indices = [_index(place, shape) for place in sorted(places)]
    axes = [sorted({index[dim] for index in indices}) for dim in range(len(shape))]
    ranges = [_range(axis, size) for axis, size in zip(axes, shape, strict=True)]
    if math.prod(map(len, axes)) == len(indices) and all(ranges):
        return f"{panel.name}[{', '.join(filter(None, ranges))}]"
    listed = [", ".join(map(str, index)) for index in indices[:LISTED]]
    more = f", … ({len(indices)})" if len(indices) > LISTED else ""
    return ", ".join(f"{panel.name}[{index}]" for index in listed) + more


def _range(axis: list[int], size: int) -> str | None:
    """Places along a dim as an index or a slice; None where they are no slice."""
    if len(axis) == 1:
        return str(axis[0])
    step = axis[1] - axis[0]
    if axis != list(range(axis[0], axis[-1] + 1, step)):
        return None
    if step == 1:
        return ":" if len(axis) == size else f"{axis[0]}:{axis[-1] + 1}"
    return f"{axis[0]}:{axis[-1] + 1}:{step}"


def _wrapped(line: Line, width: int) -> list[Line]:
    """A line broken at spaces to `width`, later lines two further in."""
    lines: list[list[Span]] = [[]]
    used = 0
    for span in line:
        for at, word in enumerate(span.text.split(" ")):
            piece = word if at == 0 else f" {word}"
            size = cell_width(piece)
            if used and used + size > width:
                piece = "  " + word
                size = cell_width(piece)
                lines.append([])
                used = 0
            lines[-1].append(Span(piece, span.role))
            used += size
    return [tuple(one) for one in lines]
