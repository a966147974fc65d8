"""Whether one side of a line equals another, and all there is to say where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from studytui.grader.formula.compare import both_undefined, close, show, show_apart
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.result import Difference
from studytui.grader.formula.slips import Workshop, find_slip
from studytui.grader.formula.tree import (
    Array,
    Derivative,
    Element,
    Index,
    Name,
    Node,
    core,
    free_indices,
    plain_indices,
    walk,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch import Tensor

    from studytui.grader.formula.places import Place, Places

_LEAST_TELLING = 4
"""Points at which both sides must be finite for a line to count as checked."""

_SLIP_POINTS = 6
_MOST_FACTORS = 20


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a side of a line does not follow; `column` is 1-based in the line."""

    finding: Finding
    column: int
    difference: Difference | None = None
    slip: Finding | None = None


class Equality:
    """Compares the sides of lines at the points of a check.

    Args:
        places: the points.
        typed: a node as it was typed.
        factors: names whose values may be a missing factor: asked for at each failure, as they grow.
    """

    def __init__(self, places: Places, typed: Callable[[Node], str], factors: Callable[[], Sequence[str]]) -> None:
        self._places = places
        self._typed = typed
        self._factors = factors

    def first_failure(self, reference: Node, sides: Sequence[Node]) -> Failure | None:
        """The first of `sides` that does not equal `reference`, None where all do.

        Raises:
            FormulaError: where the reference cannot be evaluated.
        """
        if not sides:
            return None
        wanted = self._places.values(reference)
        return next(filter(None, (self._compare(reference, wanted, side) for side in sides)), None)

    def _compare(self, reference: Node, wanted: list[Tensor], side: Node) -> Failure | None:
        try:
            found = self._places.values(side)
        except FormulaError as error:
            return Failure(error.finding, error.column, slip=self._slip(side, wanted, None))
        if isinstance(side, Derivative) and not side.bottom_at and found[0].shape != wanted[0].shape:
            found = self._places.whole(side)
        elif isinstance(reference, Derivative) and not reference.bottom_at and found[0].shape != wanted[0].shape:
            whole = self._places.whole(reference)
            wanted = whole if whole[0].shape == found[0].shape else wanted
        if any(right.shape != value.shape for right, value in zip(wanted, found, strict=True)):
            return self._of_shape(reference, wanted, side, found)
        telling = 0
        for index, (right, value) in enumerate(zip(wanted, found, strict=True)):
            if both_undefined(right, value):
                continue
            telling += 1
            if not _finite(right, value):
                difference = self._difference(reference, side, self._places.judged[index], right, value)
                return Failure(self._finding("not_finite", reference, side), side.span.start + 1, difference)
            if not close(right, value):
                place, right, value = self._friendly(reference, side) or (self._places.judged[index], right, value)
                difference = self._difference(reference, side, place, right, value)
                slip = self._slip(side, wanted, found)
                if alone := self._alone(reference, side, slip):
                    return alone
                return Failure(self._finding("differs", reference, side), side.span.start + 1, difference, slip)
        if telling < _LEAST_TELLING:
            return Failure(Finding.of("nowhere_defined", side=self._typed(side)), side.span.start + 1)
        return None

    def _of_shape(self, reference: Node, wanted: list[Tensor], side: Node, found: list[Tensor]) -> Failure:
        alone = self._alone(reference, side)
        if alone is not None:
            return alone
        point = self._places.judged[0].point
        expected, actual = (point.in_sizes(tuple(values[0].shape)) for values in (wanted, found))
        finding = self._finding("shape", reference, side, expected=expected, actual=actual)
        return Failure(finding, side.span.start + 1, slip=self._slip(side, wanted, found))

    def _alone(self, reference: Node, side: Node, slip: Finding | None = None) -> Failure | None:
        """Why a side fails that speaks of an index the reference knows nothing of."""
        told = {index.name for index in free_indices(core(reference))}
        alone = next((index for index in free_indices(core(side)) if index.name not in told), None)
        if alone is None:
            return None
        finding = Finding.of("index_on_one_side", name=alone.name, reference=self.name_of(reference))
        return Failure(finding, alone.span.start + 1, slip=slip)

    def _finding(self, kind: str, reference: Node, side: Node, **data: str) -> Finding:
        return Finding.of(kind, reference=self.name_of(reference), side=self._typed(side), **data)

    def name_of(self, node: Node) -> str:
        """A node in words: names and derivatives as they are declared, all else as it was typed."""
        match core(node):
            case Name(name=name):
                return name
            case Derivative() as found:
                return f"d{found.top}{self._at(found.top_at)}/d{found.bottom}{self._at(found.bottom_at)}"
            case Element(target=Name(name=name), at=at) if plain_indices(at):
                return f"{name}{self._at(at)}"
            case other:
                return self._typed(other)

    def _at(self, at: tuple[Node, ...]) -> str:
        """Subscripts in words: `_ij`, or in brackets where they are more than letters."""
        names = [node.name for node in at if isinstance(node, Index | Name)]
        if len(names) == len(at) and all(len(name) == 1 for name in names):
            return "_" * bool(at) + "".join(names)
        return "[" + ", ".join(map(self._typed, at)) + "]"

    def _friendly(self, reference: Node, side: Node) -> tuple[Place, Tensor, Tensor] | None:
        """A point of small numbers at which the sides clearly differ, if there is one."""
        for place in self._places.small:
            try:
                right, value = self._places.value(place, reference), self._places.value(place, side)
            except FormulaError:
                return None
            if right.shape == value.shape and _finite(right, value) and bool(((right - value).abs() > 1e-3).any()):
                return place, right, value
        return None

    def _difference(self, reference: Node, side: Node, place: Place, right: Tensor, value: Tensor) -> Difference:
        sizes = [(name, str(size)) for name, size in place.point.sizes.items()]
        symbols = [(name, show(value)) for name, value in place.point.values.items()]
        expected, actual = show_apart(right, value)
        return Difference((*sizes, *symbols), self.name_of(reference), expected, self._typed(side), actual)

    def _slip(self, side: Node, wanted: list[Tensor], found: list[Tensor] | None) -> Finding | None:
        worth = found or wanted
        telling = [index for index, pair in enumerate(zip(wanted, worth, strict=True)) if _finite(*pair)][:_SLIP_POINTS]
        if len(telling) < _LEAST_TELLING:
            return None
        judged = [self._places.judged[index] for index in telling]

        def evaluate(node: Node, index: int) -> Tensor | None:
            try:
                return self._places.value(judged[index], node)
            except FormulaError:
                return None

        def valued(nodes: Mapping[str, Node]) -> dict[str, list[Tensor]]:
            found: dict[str, list[Tensor]] = {}
            for name, node in nodes.items():
                values = [evaluate(node, index) for index in range(len(judged))]
                known = [value for value in values if value is not None]
                if len(known) == len(values):
                    found[name] = known
            return found

        names = self._named_factors(side)
        workshop = Workshop(
            evaluate=evaluate,
            typed=self._typed,
            sizes=[place.point.sizes for place in judged],
            names=self._factors()[:_MOST_FACTORS],
            parts={name: core(node) for name, node in names.items()},
            factors=valued(names),
            indices=list({node.name: node for node in walk(side) if isinstance(node, Index)}.values()),
            chain=lambda: valued(self._places.chain(side.span)),
        )
        there = None if found is None else [found[index] for index in telling]
        return find_slip(workshop, side, [wanted[index] for index in telling], there)

    def _named_factors(self, side: Node) -> dict[str, Node]:
        """What may be missing in a side: names, and their elements where it is judged for every index."""
        names: dict[str, Node] = {name: Name(name, side.span) for name in self._factors()[:_MOST_FACTORS]}
        if not isinstance(side, Array):
            return names
        ranks = {name: self._places.judged[0].evaluator.rank(name) for name in names}
        known: dict[str, Node] = {name: node for name, node in names.items() if ranks[name] == 0}
        for name, node in names.items():
            if ranks[name] == 1:
                for index in side.indices:
                    known[f"{name}_{index.name}"] = within(side, Element(node, (index,), side.span))
        return known


def _finite(*values: Tensor) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in values)
