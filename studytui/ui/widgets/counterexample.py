"""A counterexample, laid out for a width: inputs by name, then expected and actual side by side where they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from studytui.grader.verdict import Counterexample, Tensor
from studytui.ui.widgets.tensor_grid import DIM, choose_numbers, differing, elements_of, index_of, value_lines

if TYPE_CHECKING:
    from studytui.grader.verdict import Value
    from studytui.ui.texts import Texts
    from studytui.ui.widgets.tensor_grid import Index

_GAP = 4
_TITLE = "bold"


def counterexample_lines(example: Counterexample, width: int, texts: Texts) -> list[Content]:
    """The whole of `example` as lines for `width` cells."""
    lines: list[Content] = []
    if example.inputs:
        lines += [Content.styled(texts("verdict.inputs"), _TITLE), *_inputs(example, width), Content("")]
    wanted, got = _pair(example, width)
    where = "" if example.what == "output" else " " + texts("verdict.what", what=example.what)
    left = [Content.assemble((texts("verdict.expected"), _TITLE), (where, DIM)), *_indented(wanted)]
    right = [Content.assemble((texts("verdict.actual"), _TITLE), (where, DIM)), *_indented(got)]
    left_width, right_width = (max(line.cell_length for line in block) for block in (left, right))
    if left_width + _GAP + right_width <= width:
        return lines + beside(left, right, left_width + _GAP)
    return [*lines, *left, Content(""), *right]


def beside(left: list[Content], right: list[Content], offset: int) -> list[Content]:
    """Two blocks of lines next to each other, the right one `offset` cells in."""
    height = max(len(left), len(right))
    left, right = (block + [Content("")] * (height - len(block)) for block in (left, right))
    return [
        first + Content(" " * max(0, offset - first.cell_length)) + second
        for first, second in zip(left, right, strict=True)
    ]


def _indented(lines: list[Content], by: int = 2) -> list[Content]:
    return [Content(" " * by) + line for line in lines]


def _inputs(example: Counterexample, width: int) -> list[Content]:
    margin = 2 + max(len(name) for name in example.inputs) + 2
    lines: list[Content] = []
    for name, value in example.inputs.items():
        first, *rest = value_lines(value, width - margin)
        lines += [Content(f"  {name}".ljust(margin)) + first, *_indented(rest, margin)]
    return lines


def _pair(example: Counterexample, width: int) -> tuple[list[Content], list[Content]]:
    expected, actual = example.expected, example.actual
    marked = differing(expected, actual, example.first_difference)
    apart = _marked_pairs(expected, actual, marked)
    numbers = choose_numbers([*elements_of(expected), *elements_of(actual)], apart)
    headings = _differing_headings(expected, actual)

    def lines(value: Value) -> list[Content]:
        return value_lines(
            value,
            width - 2,
            marked=marked,
            focus=example.first_difference,
            numbers=numbers,
            differs_in=headings,
        )

    return lines(expected), lines(actual)


def _marked_pairs(expected: Value, actual: Value, marked: frozenset[Index]) -> list[tuple[object, object]]:
    """The numbers at marked cells, which must not look alike however close they are."""
    if not (isinstance(expected, Tensor) and isinstance(actual, Tensor) and expected.shape == actual.shape):
        return [(expected, actual)]
    pairs = enumerate(zip(expected.elements, actual.elements, strict=False))
    return [pair for position, pair in pairs if index_of(position, expected.shape) in marked]


def _differing_headings(expected: Value, actual: Value) -> set[str]:
    if not (isinstance(expected, Tensor) and isinstance(actual, Tensor)):
        return set()
    return {name for name in ("dtype", "shape") if getattr(expected, name) != getattr(actual, name)}
