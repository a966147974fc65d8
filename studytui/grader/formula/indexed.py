"""Values of names and of indices at one point: what every evaluation rests on.

An index that a sum runs over, or that a whole line speaks of, is a leading dim of all values below it: a sum over `i`
is computed for all `i` at once.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from studytui.grader.formula.domains import size_at
from studytui.grader.formula.elements import elements
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.functions import REDUCTIONS, SizeError, number
from studytui.grader.formula.tree import (
    Array,
    Derivative,
    Differential,
    Element,
    Index,
    Name,
    Node,
    Reduced,
    Span,
    Transposed,
    Whole,
    walk,
)
from studytui.grader.formula.vocabulary import CONSTANTS

if TYPE_CHECKING:
    from studytui.grader.formula.definitions import Definitions
    from studytui.grader.formula.points import Point

_MOST_ELEMENTS = 20_000
"""Values of all indices in scope together: five nested sums over seven numbers each."""


def error_at(span: Span, kind: str, **data: str | int) -> FormulaError:
    """The error of a kind at a place."""
    return FormulaError(Finding.of(kind, **data), span.line, span.start + 1)


@dataclass(slots=True)
class Budget:
    """Nodes that may still be evaluated, shared by the points of one check: about 5 µs each (one core, torch 2.13)."""

    left: int = 200_000

    def spend(self, span: Span, nodes: int = 1) -> None:
        """Count nodes.

        Raises:
            FormulaError: when none is left.
        """
        self.left -= nodes
        if self.left < 0:
            raise error_at(span, "too_much_work")


class Indexed:
    """Names and indices of one point.

    Args:
        point: sizes and symbols' values.
        definitions: formulas of given and learners' names; may grow between calls.
        budget: shared between points.
    """

    def __init__(self, point: Point, definitions: Definitions, budget: Budget) -> None:
        self.point = point
        self._definitions = definitions
        self._budget = budget
        self._values: dict[str, Tensor] = {name: value.double() for name, value in point.values.items()}
        self._values |= {name: number(float(size)) for name, size in point.sizes.items()}
        self._derivatives: dict[tuple[str, str, int], Tensor] = {}
        self._settled = 0
        self._scope: list[tuple[str, int]] = []

    def _evaluate(self, node: Node) -> Tensor:
        """The value of a node, with a leading dim for each index in scope."""
        raise NotImplementedError

    def know(self, name: str, value: Tensor) -> None:
        """Give a name a value that comes from elsewhere: the truth, under the name asked."""
        self._values[name] = value

    def rank(self, name: str) -> int | None:
        """How many dims the value of a name has, None where it has no value."""
        return self._values[name].ndim if name in self._values else None

    def value_of(self, name: str, span: Span) -> Tensor:
        """The value of a name; definitions are evaluated once a point."""
        if name not in self._values:
            if name in CONSTANTS and name not in self._definitions:
                # Not kept: a learner may yet give the name a meaning of their own.
                return number(CONSTANTS[name])
            raise error_at(span, "no_value", name=name)
        return self._values[name]

    def _settle(self) -> None:
        """Evaluate new definitions, oldest first: a chain of them is never evaluated in one deep go."""
        names = self._definitions.names
        for name in names[self._settled :]:
            try:
                self._values[name] = self._evaluate(self._definitions.first(name))
            except FormulaError:
                # Said where the line that defines the name is judged; from here on the name has no value.
                continue
        self._settled = len(names)

    # ---- indices

    def _rank(self, value: Tensor) -> int:
        """How many dims a value has without those of the indices in scope."""
        return value.ndim - len(self._scope)

    def _shape(self, value: Tensor) -> str:
        return self.point.in_sizes(tuple(value.shape[len(self._scope) :]))

    def _lifted(self, value: Tensor) -> Tensor:
        """A value that depends on no index, with a leading dim for each in scope."""
        return value.reshape((1,) * len(self._scope) + value.shape) if self._scope else value

    def _spread(self, value: Tensor) -> Tensor:
        """A value with its leading dims at full size."""
        return value.expand(*(size for _, size in self._scope), *value.shape[len(self._scope) :])

    def _push(self, index: Index, body: Node) -> None:
        """Bring an index into scope.

        Raises:
            FormulaError: where nothing tells how far it runs, or there would be too many values to compute.
        """
        size = self._inferred(index, body) if index.size is None else size_at(index.size, self.point.sizes)
        self._scope.append((index.name, size))
        if math.prod(size for _, size in self._scope) > _MOST_ELEMENTS:
            del self._scope[:]
            raise error_at(index.span, "too_many_values")

    def _inferred(self, index: Index, body: Node) -> int:
        sizes: dict[int, str] = {}
        told_by = body.told_by if isinstance(body, Array) else ()
        for node in (below for told in (body, *told_by) for below in walk(told)):
            match node:
                case Element(target=Name(name=name), at=at):
                    sized = [(name, at, 0)]
                case Derivative():
                    sized = [(node.top, node.top_at, 0), (node.bottom, node.bottom_at, 0)]
                case Differential():
                    sized = [(node.bottom, node.at, 0)]
                case Element(target=Transposed(operand=Name(name=name)), at=at) if len(at) == 2:
                    sized = [(name, at[::-1], 0)]
                case Element(target=Transposed(operand=Name(name=name)), at=at):
                    sized = [(name, at, 1)]
                case _:
                    continue
            for name, at, offset in sized:
                for dim, place in enumerate(at, offset):
                    if isinstance(place, Index) and place.name == index.name:
                        value = self._values.get(name)
                        if value is None:
                            continue
                        if dim >= value.ndim:
                            raise error_at(place.span, "no_element", name=name, count=len(at))
                        sizes.setdefault(value.shape[dim], name)
        if not sizes:
            raise error_at(index.span, "index_range", name=index.name)
        if len(sizes) > 1:
            (one, first), (other, second), *_ = sizes.items()
            one_size, other_size = (self.point.in_sizes((size,))[1:-1] for size in (one, other))
            words = {"first": first, "one": one_size, "second": second, "other": other_size}
            raise error_at(index.span, "index_sizes", name=index.name, **words)
        return next(iter(sizes))

    def _index(self, node: Index) -> Tensor:
        for depth in range(len(self._scope) - 1, -1, -1):
            name, size = self._scope[depth]
            if name == node.name:
                shape = [1] * len(self._scope)
                shape[depth] = size
                return torch.arange(size, dtype=torch.float64).reshape(shape)
        raise error_at(node.span, "index_range", name=node.name)

    def _place(self, node: Node) -> Tensor | None:
        if isinstance(node, Whole):
            return None
        value = self._evaluate(node)
        if self._rank(value):
            raise error_at(node.span, "index_number")
        return value

    def _taken(self, value: Tensor, at: list[Tensor | None], span: Span, name: str) -> Tensor:
        if len(at) > self._rank(value):
            raise error_at(span, "no_element", name=name, count=len(at))
        try:
            return elements(value, at, len(self._scope))
        except SizeError:
            raise error_at(span, "index_outside", name=name, shape=self._shape(value)) from None

    def _reduced(self, node: Reduced) -> Tensor:
        self._push(node.index, node.body)
        try:
            body = self._evaluate(node.body)
            last = len(self._scope) - 1
            size = self._scope[last][1]
            body = body.expand(*body.shape[:last], size, *body.shape[last + 1 :])
            return REDUCTIONS[node.function](body, [last])
        finally:
            del self._scope[-1:]

    def _array(self, node: Array) -> Tensor:
        """For every value of the indices; where others are in scope, these come behind them as dims of the value."""
        before = len(self._scope)
        try:
            for index in node.indices:
                self._push(index, node)
            found = self._evaluate(node.body)
            sizes = [size for _, size in self._scope[before:]]
            return found.expand(*found.shape[:before], *sizes, *found.shape[len(self._scope) :])
        finally:
            del self._scope[before:]

    @staticmethod
    def _named(node: Node) -> str:
        match node:
            case Name():
                return node.name
            case Derivative():
                return f"d{node.top}/d{node.bottom}"
            case Element():
                return Indexed._named(node.target)
            case _:
                return "(…)"
