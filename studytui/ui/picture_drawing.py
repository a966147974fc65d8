"""A traced picture as lines of text, for the app and for `studytui picture` alike: pure, and nothing of textual in it.

A line is made of spans, each with a role; a front gives a role its colour. What is pointed out has a sign of its own
too: `‹7›` the output cell and the input cells it comes from, `«7»` the one of them whose value was passed on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from studytui.ui.line_layout import GAP, Block, Span, cut, flow, wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from studytui.grader.picture import Cell, Panel, Picture
    from studytui.ui.line_layout import Line, Role
    from studytui.ui.texts import Texts

Index: TypeAlias = tuple[int, ...]

MOST_ROWS: Final = 10
MOST_ROWS_OF_SLABS: Final = 6
MOST_SLABS: Final = 4
LONGEST_VALUE: Final = 6
"""Characters of a value that can stand for its cell in a picture of what moves."""
LISTED: Final = 3
_UNKNOWN: Final = "?"
"""Stands for an element that was not sent."""
_NOWHERE: Final = "·"
"""Stands for what comes from no input, where cells are numbered."""


def draw(picture: Picture, step: int, width: int, texts: Texts) -> list[Line]:
    """Which output cell a step (from 0) is about and where it comes from, in words and then marked in grids.

    Grids are cut with `…` to `width` and to a few rows, never the marked cells before others.
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
    grids = _laid_out(inputs, outputs, width)
    if not picture.steps:
        return [*grids, (), (Span(texts("picture.unknown" if picture.total else "picture.empty"), "dim"),)]
    lines = [*wrapped(_said(picture, step, texts), width), (), *grids]
    if picture.kind == "moved" and _is_numbered(picture):
        lines += wrapped((Span(texts("picture.numbered"), "dim"),), width)
    if picture.kind == "chosen":
        lines += wrapped((Span(texts("picture.at_these_values"), "dim"),), width)
    return lines


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
    panels = [picture.inputs[number] for number in _movers(picture)]
    values = [value for panel in panels for value in _values(panel)]
    alike = len(set(values)) < sum(panel.count for panel in panels)
    return alike or any(len(value) > LONGEST_VALUE for value in values)


@dataclass(frozen=True, slots=True)
class _Writing:
    """How the cells of a tensor are written, none wider than `width`."""

    write: Callable[[int], str]
    width: int


def _written(picture: Picture) -> dict[tuple[str, int], _Writing]:
    """The writing of every tensor, by side and number."""
    sides = (("input", picture.inputs), ("output", picture.outputs))
    written = {(side, number): _by_value(panel) for side, panels in sides for number, panel in enumerate(panels)}
    if not _is_numbered(picture):
        return written
    movers = sorted(_movers(picture))
    letters = {number: "" if len(movers) == 1 else chr(ord("a") + at % 26) for at, number in enumerate(movers)}
    width = max(len(letters[number]) + len(str(picture.inputs[number].count)) for number in movers)
    for number in movers:
        written["input", number] = _Writing(lambda place, letter=letters[number]: f"{letter}{place}", width)  # type: ignore[misc]
    first = 0
    for number, panel in enumerate(picture.outputs):
        written["output", number] = _by_source(picture, first, letters, width)
        first += panel.count
    return written


def _by_value(panel: Panel) -> _Writing:
    values = _values(panel)
    return _Writing(lambda place: values[place] if place < len(values) else _UNKNOWN, max(map(len, values), default=1))


def _by_source(picture: Picture, first: int, letters: Mapping[int, str], width: int) -> _Writing:
    """An output's cells by the numbers of those they come from; `first` is the step of its first cell."""

    def write(place: int) -> str:
        if first + place >= picture.steps:
            return _UNKNOWN
        sources = picture.cells[first + place]
        return f"{letters[sources[0].panel]}{sources[0].place}" if sources else _NOWHERE

    return _Writing(write, width)


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


def _panel(panel: Panel, writing: _Writing, marks: Mapping[int, Role], width: int) -> Block:
    """A tensor under its name, dtype and shape."""
    shape = panel.tensor.shape
    facts = f"{panel.tensor.dtype} [{', '.join(map(str, shape))}]"
    heading: Line = (Span(cut(panel.name, max(width - len(facts) - 2, 8)), "title"), Span(f"  {facts}", "dim"))
    if not panel.count:
        return Block([heading, (Span("[]", "dim"),)])
    *leading, rows, columns = shape if len(shape) > 1 else (1, *(shape or (1,)))
    area = rows * columns
    count = math.prod(leading)
    most = MOST_ROWS if count == 1 else MOST_ROWS_OF_SLABS
    grid = _Grid(rows, columns, writing, most, is_row=len(shape) == 1, is_bare=not shape)
    if not leading:
        return Block([heading, *grid.lines(0, marks, width)])
    whole = width
    wanted = {place // area for place in marks}
    slabs: list[Block] = []
    width = width if len(wanted) < 2 else (width - GAP) // 2
    beside = (whole + GAP) // (grid.width(width) + GAP)
    for slab in shown(count, min(max(beside, len(wanted)), MOST_SLABS), wanted, free_gaps=True):
        if slab is None:
            slabs.append(Block([(), (Span("…", "dim"),)]))
            continue
        first = slab * area
        title = (Span("[" + ", ".join([*map(str, _index(slab, tuple(leading))), ":", ":"]) + "]", "dim"),)
        slabs.append(Block([title, *grid.lines(first, marks, width)]))
    return Block([heading, *flow(slabs, whole)])


@dataclass(frozen=True, slots=True)
class _Grid:
    """A matrix of cells with room for a mark at each side; one that `is_row` has one dim, one that `is_bare` none."""

    rows: int
    columns: int
    writing: _Writing
    most_rows: int = MOST_ROWS
    is_row: bool = False
    is_bare: bool = False

    def width(self, width: int) -> int:
        """Columns of the terminal that its rows take."""
        return min(self.columns * (self.writing.width + 2) + 2, width)

    def lines(self, first: int, marks: Mapping[int, Role], width: int) -> list[Line]:
        """Rows of at most `width` columns of the terminal, for the matrix that begins with the cell `first`."""
        inside = [place - first for place in marks if first <= place < first + self.rows * self.columns]
        fit = (width - 2) // (self.writing.width + 2)
        columns = shown(self.columns, fit, {place % self.columns for place in inside})
        rows = shown(self.rows, self.most_rows, {place // self.columns for place in inside})
        if self.is_bare:
            return [tuple(self._cell(first, marks))]
        lines: list[Line] = []
        for at, row in enumerate(rows):
            opening, closing = ("[", "]") if self.is_row else _brackets(at, len(rows))
            spans = [Span(opening)]
            for column in columns:
                if row is None or column is None:
                    spans.append(
                        Span("…".center(3) if column is None else "…".rjust(self.writing.width + 1) + " ", "dim")
                    )
                else:
                    spans += self._cell(first + row * self.columns + column, marks)
            lines.append((*spans, Span(closing)))
        return lines

    def _cell(self, place: int, marks: Mapping[int, Role]) -> list[Span]:
        text = self.writing.write(place)
        padding = " " * (self.writing.width - len(text))
        role = marks.get(place)
        if role is None:
            return [Span(f"{padding} {text} ")]
        opening, closing = "«»" if role == "chosen" else "‹›"
        return [Span(padding), Span(f"{opening}{text}{closing}", role)]


def shown(length: int, fit: int, wanted: Collection[int], *, free_gaps: bool = False) -> list[int | None]:
    """Which of `length` places to show where `fit` may be: the `wanted` ones first; None stands for those left out.

    A None takes a place itself, unless `free_gaps`.

    >>> shown(10, 5, [])
    [0, 1, 2, 3, None]
    >>> shown(10, 6, [5])
    [None, 4, 5, 6, 7, None]
    >>> shown(10, 6, [0, 9])
    [0, 1, 2, 3, None, 9]
    """
    fit = max(fit, 1 if free_gaps else 3)
    if length <= fit:
        return list(range(length))
    kept: set[int] = set()
    near = sorted(set(wanted)) or [0]
    around = sorted(
        {place + by for place in near[:fit] for by in range(-fit, fit + 1)} - set(near),
        key=lambda place: (min(abs(place - one) for one in near), -place),
    )
    for place in (*near, *around):
        taken = len(kept) + 1 if free_gaps else _taken(kept | {place}, length)
        if 0 <= place < length and taken <= fit:
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


def _laid_out(inputs: list[Block], outputs: list[Block], width: int) -> list[Line]:
    """Inputs, an arrow, outputs: in one row if there is room, else below each other."""
    height = max(len(block.lines) for block in (*inputs, *outputs))
    arrow = Block([*[()] * (height // 2), (Span("→", "dim"),)])
    row = [*inputs, arrow, *outputs]
    if sum(block.width for block in row) + GAP * (len(row) - 1) <= width:
        return flow(row, width)
    return [*flow(inputs, width), (Span("  ↓", "dim"),), *flow(outputs, width)]


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
    name = f"({panel.name})" if _is_compound(panel.name) else panel.name
    if not shape:
        return panel.name
    indices = [_index(place, shape) for place in sorted(places)]
    axes = [sorted({index[dim] for index in indices}) for dim in range(len(shape))]
    ranges = [_range(axis, size) for axis, size in zip(axes, shape, strict=True)]
    if math.prod(map(len, axes)) == len(indices) and all(ranges):
        return f"{name}[{', '.join(filter(None, ranges))}]"
    listed = [", ".join(map(str, index)) for index in indices[:LISTED]]
    more = f", … ({len(indices)})" if len(indices) > LISTED else ""
    return ", ".join(f"{name}[{index}]" for index in listed) + more


def _is_compound(name: str) -> bool:
    """Whether a name is an expression that an index behind it would not be about as a whole."""
    depth = 0
    for character in name:
        depth += (character in "([{") - (character in ")]}")
        if not depth and not (character.isalnum() or character in "_.)]}…"):
            return True
    return False


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
