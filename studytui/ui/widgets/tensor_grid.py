"""Values as a learner can compare them: tensors as aligned grids, wrong cells marked by a sign as well as by style.

Everything here is a pure function from a value and a width in cells to lines of `Content`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Final

from textual.content import Content

from studytui.grader.verdict import Tensor, Value
from studytui.ui.format import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

Index = tuple[int, ...]

MAX_ROWS: Final = 8
MAX_SLABS: Final = 4
DECIMALS: Final = 4
"""As torch prints: four, fewer where all are zero, more where two numbers would look the same."""
MARK: Final = "bold"
FIRST: Final = "bold reverse"
DIM: Final = "dim"
_ELLIPSIS: Final = "…"
_GAP: Final = f" {_ELLIPSIS} "
_UNKNOWN: Final = "·"
"""Stands for an element the verdict does not hold, because it was cut."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the numbers of a grid are written: all alike, so that their columns line up."""

    decimals: int = DECIMALS
    scientific: bool = False
    whole: bool = False

    def write(self, element: float | str) -> str:
        """One element as text; ints and bools stay as they are."""
        if isinstance(element, str):
            return printable(element)
        if isinstance(element, bool | int):
            return str(element)
        if not math.isfinite(element):
            return str(element)
        if self.scientific:
            return f"{element:.{self.decimals}e}"
        return f"{element:.0f}." if self.whole else f"{element:.{self.decimals}f}"


def choose_numbers(elements: Iterable[float | str], apart: Sequence[tuple[object, object]] = ()) -> Numbers:
    """The shortest writing that keeps `DECIMALS` decimals of every element, and each pair of `apart` apart."""
    floats = [element for element in elements if isinstance(element, float) and math.isfinite(element)]
    sizes = [abs(number) for number in floats if number]
    scientific = bool(sizes) and (max(sizes) >= 1e6 or min(sizes) < 10**-DECIMALS)
    if scientific:
        numbers = Numbers(scientific=True)
    elif all(number == int(number) for number in floats):
        numbers = Numbers(0, whole=True)
    else:
        fewest = next(d for d in range(1, DECIMALS + 1) if _all_within(floats, d))
        numbers = Numbers(fewest)
    pairs = [(a, b) for a, b in apart if isinstance(a, float) and isinstance(b, float) and a != b]
    while numbers.decimals < 17 and any(numbers.write(a) == numbers.write(b) for a, b in pairs):
        numbers = Numbers(numbers.decimals + 1, numbers.scientific)
    return numbers


def _all_within(floats: list[float], decimals: int) -> bool:
    return decimals == DECIMALS or all(round(number, decimals) == round(number, DECIMALS) for number in floats)


def index_of(position: int, shape: Index) -> Index:
    """The index of the element at `position` in row-major order."""
    index = []
    for size in reversed(shape):
        position, rest = divmod(position, size)
        index.append(rest)
    return tuple(reversed(index))


def differing(expected: Value, actual: Value, first: Index | None) -> frozenset[Index]:
    """The cells in which two tensors of one shape visibly differ, the grader's `first` one always among them.

    Which cells are *wrong* is the grader's to say; this marks what a learner would see as different, by torch's float32
    tolerance.
    """
    marked = {first} if first is not None else set()
    if isinstance(expected, Tensor) and isinstance(actual, Tensor) and expected.shape == actual.shape:
        for position, (wanted, got) in enumerate(zip(expected.elements, actual.elements, strict=False)):
            if not _close(wanted, got):
                marked.add(index_of(position, expected.shape))
    return frozenset(marked)


def _close(wanted: float | str, got: float | str) -> bool:
    if isinstance(wanted, float) and isinstance(got, float):
        if math.isnan(wanted) or math.isnan(got):
            return math.isnan(wanted) and math.isnan(got)
        return math.isclose(wanted, got, rel_tol=1.3e-6, abs_tol=1e-5)
    return wanted == got


def elements_of(value: Value) -> Iterator[float | str]:
    """Every number in `value`, however deep."""
    if isinstance(value, Tensor):
        yield from value.elements
    elif isinstance(value, tuple | list):
        for item in value:
            yield from elements_of(item)
    elif isinstance(value, float):
        yield value


def value_lines(
    value: Value,
    width: int,
    *,
    marked: Collection[Index] = (),
    focus: Index | None = None,
    numbers: Numbers | None = None,
    differs_in: Collection[str] = (),
) -> list[Content]:
    """`value` as lines of at most `width` cells where a grid can be cut to that.

    Args:
        value: what to show.
        width: in cells.
        marked: indices of cells to mark, in a tensor.
        focus: an index that stays visible when the grid is cut.
        numbers: how to write numbers; chosen from the value where left out.
        differs_in: which of "dtype" and "shape" to mark in a tensor's heading.
    """
    numbers = numbers or choose_numbers(elements_of(value))
    if isinstance(value, Tensor):
        return [_heading(value, differs_in), *_grid(value, width, marked, focus, numbers)]
    if isinstance(value, tuple | list):
        if not any(isinstance(item, Tensor | tuple | list) for item in value):
            inside = ", ".join(_scalar(item, numbers) for item in value)
            brackets = "[]" if isinstance(value, list) else "()"
            comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
            return [Content(f"{brackets[0]}{inside}{comma}{brackets[1]}")]
        lines: list[Content] = []
        for position, item in enumerate(value):
            label = Content.styled(f"[{position}] ", DIM)
            first, *rest = value_lines(item, width - label.cell_length, numbers=numbers)
            lines += [label + first, *(Content(" " * label.cell_length) + line for line in rest)]
        return lines
    if isinstance(value, str):
        return [Content(line) for line in printable(value).split("\n")]
    return [Content(_scalar(value, numbers))]


def _scalar(value: Value, numbers: Numbers) -> str:
    return numbers.write(value) if isinstance(value, float) else repr(value)


def _heading(tensor: Tensor, differs_in: Collection[str]) -> Content:
    def part(name: str, text: str) -> tuple[str, str]:
        return (f"‹{text}›", FIRST) if name in differs_in else (text, DIM)

    shape = "[" + ", ".join(map(str, tensor.shape)) + "]"
    return Content.assemble(part("dtype", tensor.dtype), " ", part("shape", shape))


def _grid(
    tensor: Tensor, width: int, marked: Collection[Index], focus: Index | None, numbers: Numbers
) -> list[Content]:
    focus = focus if focus is not None and len(focus) == len(tensor.shape) else None
    if math.prod(tensor.shape) == 0:
        return [Content.styled("[]", DIM)]
    if len(tensor.shape) < 2:
        columns = tensor.shape[0] if tensor.shape else 1
        cells = _Cells(tensor, numbers, marked, focus)
        shown = window(columns, cells.fit(width), focus[-1] if focus else None)
        row = cells.row(() if tensor.shape else None, shown)
        return [Content.assemble("[", row, "]") if tensor.shape else row]
    *leading, rows, columns = tensor.shape
    cells = _Cells(tensor, numbers, marked, focus)
    indent = 2 if leading else 0
    shown_columns = window(columns, cells.fit(width - indent), focus[-1] if focus else None)
    shown_rows = window(rows, MAX_ROWS, focus[-2] if focus else None)
    slabs = list(product(*map(range, leading)))
    known = -(-len(tensor.elements) // (rows * columns))
    slabs = slabs[: max(known, 1)]
    in_focus = slabs.index(focus[:-2]) if focus and focus[:-2] in slabs else None
    shown_slabs = window(len(slabs), MAX_SLABS, in_focus)
    if len(slabs) < math.prod(leading) and shown_slabs[-1] is not None:
        shown_slabs.append(None)
    lines: list[Content] = []
    for slab in shown_slabs:
        if slab is None:
            lines.append(Content.styled(_ELLIPSIS, DIM))
            continue
        if leading:
            lines.append(Content.styled("[" + ", ".join([*map(str, slabs[slab]), ":", ":"]) + "]", DIM))
        for place, row_number in enumerate(shown_rows):
            opening, closing = _brackets(place, len(shown_rows))
            row = (
                cells.gap(shown_columns) if row_number is None else cells.row((*slabs[slab], row_number), shown_columns)
            )
            lines.append(Content.assemble(" " * indent, opening, row, closing))
    return lines


def window(length: int, fit: int, focus: int | None) -> list[int | None]:
    """Which of `length` places to show when `fit` may be: `focus` always, None where some are left out.

    >>> window(10, 4, None)
    [0, 1, 2, None]
    >>> window(10, 5, 6)
    [None, 5, 6, 7, None]
    """
    fit = max(fit, 3)
    if length <= fit:
        return list(range(length))
    if focus is None or focus < fit - 1:
        return [*range(fit - 1), None]
    if focus > length - fit:
        return [None, *range(length - fit + 1, length)]
    start = focus - (fit - 2) // 2
    return [None, *range(start, start + fit - 2), None]


def _brackets(place: int, count: int) -> tuple[str, str]:
    if count == 1:
        return "[", "]"
    if place == 0:
        return "⎡", "⎤"
    return ("⎣", "⎦") if place == count - 1 else ("⎢", "⎥")


class _Cells:
    """The cells of one tensor, all of one width, with room for a mark on both sides of each."""

    def __init__(self, tensor: Tensor, numbers: Numbers, marked: Collection[Index], focus: Index | None) -> None:
        self._texts = [numbers.write(element) for element in tensor.elements]
        self._marked = marked
        self._focus = focus
        self._shape = tensor.shape
        self._width = max(map(len, [*self._texts, _UNKNOWN]))

    def fit(self, width: int) -> int:
        """How many cells a row of `width` has room for between its brackets."""
        return (width - 2) // (self._width + 2)

    def row(self, leading: Index | None, shown: Iterable[int | None]) -> Content:
        """The cells of one row; `leading` is its index without the last place, None for a tensor of one number."""
        parts: list[str | tuple[str, str]] = []
        for column in shown:
            if column is None:
                parts.append((_GAP, DIM))
                continue
            index = () if leading is None else (*leading, column)
            position = 0
            for place, size in zip(index, self._shape, strict=True):
                position = position * size + place
            text = self._texts[position] if position < len(self._texts) else _UNKNOWN
            padding = " " * (self._width - len(text))
            style = FIRST if index == self._focus else MARK
            parts += [padding, (f"‹{text}›", style)] if index in self._marked else [padding, f" {text} "]
        return Content.assemble(*parts)

    def gap(self, shown: Sequence[int | None]) -> Content:
        """A row that stands for those left out."""
        cell = _ELLIPSIS.rjust(self._width + 1) + " "
        return Content.styled("".join(_GAP if column is None else cell for column in shown), DIM)
