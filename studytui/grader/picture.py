"""Pictures of which input cell goes to which output cell, and the shapes at each line: plain values, no torch here.

They are what a child found (`children.sources`), read back with nothing believed: every count, place and text of a
frame is checked, since what runs in that child is a deck's code or anybody's expression.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from studytui.grader.verdict import Tensor
from studytui.grader.wording import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_PANELS = 64
MAX_LINES = 400
MAX_RANK = 16
MAX_SIZE = 1 << 40
MAX_TEXT = 400


@dataclass(frozen=True, slots=True)
class Panel:
    """One tensor of a picture, by the name it goes by there."""

    name: str
    tensor: Tensor

    @property
    def count(self) -> int:
        """How many cells it has."""
        return math.prod(self.tensor.shape)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in one of several tensors: which, and which element in row-major order."""

    panel: int
    place: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Where the cells of a result come from.

    Attributes:
        expression: what was run, as it is written.
        kind: `moved` holds for any values; `read` says what the outputs are computed from; `chosen` holds for these
            values only; `unknown` where it could not be found out, and there are no cells.
        inputs, outputs: the tensors that went in and came out.
        cells: for each output cell, from the first, the input cells it comes from.
        chosen: of these the one whose value it has, where only one of them is passed on.
    """

    expression: str
    kind: Literal["moved", "read", "chosen", "unknown"]
    inputs: tuple[Panel, ...]
    outputs: tuple[Panel, ...]
    cells: tuple[tuple[Cell, ...], ...] = ()
    chosen: Mapping[int, Cell] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """How many output cells can be looked at one after the other."""
        return len(self.cells)

    @property
    def total(self) -> int:
        """How many output cells there are."""
        return sum(panel.count for panel in self.outputs)

    def output(self, step: int) -> Cell:
        """The output cell of a step, counted from 0."""
        return _cell(step, self.outputs)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a name or an expression stood for: shape and dtype, or a short value."""

    name: str
    what: str


@dataclass(frozen=True, slots=True)
class TracedLine:
    """A line of a snippet that was run, with what it made; `error` is what it raised, if that ended the snippet."""

    number: int
    code: str
    facts: tuple[Fact, ...] = ()
    pictures: tuple[Picture, ...] = ()
    error: str = ""


def picture_of(found: Mapping[str, Any]) -> Picture:
    """A picture from a child's JSON, already cleaned of control characters.

    Raises:
        KeyError, TypeError, ValueError: it is no such thing.
    """
    inputs, outputs = (_panels(found[key]) for key in ("inputs", "outputs"))
    kind = found["kind"]
    if kind not in ("moved", "read", "chosen", "unknown"):
        raise ValueError("a picture of no known kind")
    steps, total = found["cells"], sum(panel.count for panel in outputs)
    if len(steps) > total:
        raise ValueError("more steps than output cells")
    cells = tuple(tuple(_cell(number, inputs) for number in step) for step in steps)
    chosen = {int(step): _cell(number, inputs) for step, number in found["chosen"] if 0 <= int(step) < len(cells)}
    return Picture(_text(found["expression"]), kind, inputs, outputs, cells, chosen)


def lines_of(found: Any) -> tuple[TracedLine, ...]:
    """A traced snippet from a child's JSON, already cleaned of control characters.

    Raises:
        KeyError, TypeError, ValueError: it is no such thing.
    """
    return tuple(
        TracedLine(
            int(line["number"]),
            _text(line["code"]),
            tuple(Fact(_text(name), _text(what)) for name, what in line["facts"][:MAX_PANELS]),
            tuple(map(picture_of, line["pictures"][:MAX_PANELS])),
            _text(line["error"]),
        )
        for line in found[:MAX_LINES]
    )


def _panels(found: Any) -> tuple[Panel, ...]:
    panels = []
    for name, shown in found[:MAX_PANELS]:
        tensor = value_of(shown)
        if not isinstance(tensor, Tensor) or len(tensor.shape) > MAX_RANK:
            raise ValueError("no tensor")
        if not all(0 <= size <= MAX_SIZE for size in tensor.shape) or len(tensor.elements) > math.prod(tensor.shape):
            raise ValueError("a tensor of no possible shape")
        panels.append(Panel(_text(name), tensor))
    return tuple(panels)


def _cell(number: int, panels: tuple[Panel, ...]) -> Cell:
    if not isinstance(number, int) or number < 0:
        raise ValueError("no cell")
    for index, panel in enumerate(panels):
        if number < panel.count:
            return Cell(index, number)
        number -= panel.count
    raise ValueError("a cell outside of all tensors")


def _text(value: Any) -> str:
    return str(value)[:MAX_TEXT]
