"""Trees to float64 tensors at one point, with the shapes of mathematics and torch's broadcasting.

`*` and `/` go element by element, `@` is the matrix product; `·` is the inner product of two vectors and otherwise
whichever product fits. A vector is 1-D; `u @ v.T` is the outer product of two, as on paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.functions import FUNCTIONS, OPERATORS, RANKS, SizeError, number, one_hot, transposed
from studytui.grader.formula.tree import (
    Binary,
    Call,
    Derivative,
    Name,
    Negative,
    Node,
    Number,
    Operator,
    Span,
    Transposed,
)
from studytui.grader.formula.vocabulary import CONSTANTS

if TYPE_CHECKING:
    from studytui.grader.formula.definitions import Definitions
    from studytui.grader.formula.points import Point


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
            raise _error(span, "too_much_work")


class Evaluator:
    """Evaluates nodes at one point, given what names mean.

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

    def know(self, name: str, value: Tensor) -> None:
        """Give a name a value that comes from elsewhere: the truth, under the name asked."""
        self._values[name] = value

    def value(self, node: Node) -> Tensor:
        """The value of `node`.

        Raises:
            FormulaError: for shapes that do not fit and derivatives that cannot be taken; with the place.
        """
        with torch.no_grad():
            self._settle()
            return self._evaluate(node)

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

    def derivative(self, node: Derivative, *, elementwise: bool) -> Tensor:
        """dA/dB by autograd: of the shape of B for a scalar A, of A for a scalar B, else [*A, *B].

        Args:
            node: the derivative.
            elementwise: where A and B are of one shape and each element of A uses its own element of B only, give the
                diagonal in that shape, as `da/dz = a*(1 - a)` means it.
        """
        key = (node.top, node.bottom, self._definitions.version)
        if key not in self._derivatives:
            self._derivatives[key] = self._differentiated(node)
        full = self._derivatives[key]
        if not elementwise or full.ndim < 2:
            return full
        half = full.ndim // 2
        if full.shape[:half] != full.shape[half:] or self.value_of(node.top, node.span).ndim != half:
            return full
        square = full.reshape(math.prod(full.shape[:half]), -1)
        diagonal = square.diagonal()
        if torch.count_nonzero(square - torch.diag(diagonal)):
            return full
        return diagonal.reshape(full.shape[:half])

    def value_of(self, name: str, span: Span) -> Tensor:
        """The value of a name; definitions are evaluated once a point."""
        if name not in self._values:
            if name in CONSTANTS and name not in self._definitions:
                # Not kept: a learner may yet give the name a meaning of their own.
                return number(CONSTANTS[name])
            raise _error(span, "no_value", name=name)
        return self._values[name]

    # ---- derivatives

    def _differentiated(self, node: Derivative) -> Tensor:
        plan = self._definitions.plan(node.top, node.bottom)
        with torch.no_grad():
            bottom = self.value_of(node.bottom, node.span)
            top = self.value_of(node.top, node.span)
        if plan is None:
            raise _error(node.span, "derivative_of_derivative", top=node.top)
        if not plan and node.top != node.bottom:
            if node.bottom in self._definitions or node.top not in self._definitions:
                raise _error(node.span, "not_written_with", top=node.top, bottom=node.bottom)
            return torch.zeros((*top.shape, *bottom.shape), dtype=torch.float64)
        saved = dict(self._values)
        leaf = bottom.detach().clone().requires_grad_()
        try:
            self._values[node.bottom] = leaf
            with torch.enable_grad():
                for name, form in plan:
                    self._values[name] = self._evaluate(form)
                self._budget.spend(node.span, 5 * self._values[node.top].numel() * (1 + len(plan)))
                return _jacobian(self._values[node.top], leaf)
        finally:
            self._values = saved

    # ---- nodes

    def _evaluate(self, node: Node) -> Tensor:
        self._budget.spend(node.span)
        match node:
            case Number():
                return number(node.value)
            case Name():
                return self.value_of(node.name, node.span)
            case Binary():
                return self._binary(node)
            case Negative():
                return -self._evaluate(node.operand)
            case Transposed():
                return transposed(self._evaluate(node.operand))
            case Call():
                return self._call(node)
            case Derivative():
                return self.derivative(node, elementwise=True)

    def _binary(self, node: Binary) -> Tensor:
        operator = node.operator
        left, right = self._operands(node)
        if operator in {"·", "beside"}:
            operator = self._product_meant(node, left, right)
        if operator == "@":
            return self._matrix_product(node, left, right)
        if operator == "^" and left.ndim > 1 and bool((right < 0).any()):
            raise _error(node.span, "inverse_of_matrix")
        try:
            return OPERATORS[operator](left, right)
        except RuntimeError:
            raise self._shapes(node.span, operator, left, right) from None

    def _operands(self, node: Binary) -> tuple[Tensor, Tensor]:
        """Both sides; a `onehot(t)` of no stated size takes the size of the other side."""
        if _is_unsized_onehot(node.right):
            left = self._evaluate(node.left)
            return left, self._onehot_like(node.right, left)
        if _is_unsized_onehot(node.left):
            right = self._evaluate(node.right)
            return self._onehot_like(node.left, right), right
        if node.operator == "@":
            return self._full(node.left), self._full(node.right)
        return self._evaluate(node.left), self._evaluate(node.right)

    def _full(self, node: Node) -> Tensor:
        """An operand of `@`, where a derivative is its whole Jacobian."""
        if isinstance(node, Transposed):
            return transposed(self._full(node.operand))
        if isinstance(node, Derivative):
            return self.derivative(node, elementwise=False)
        return self._evaluate(node)

    def _product_meant(self, node: Binary, left: Tensor, right: Tensor) -> Operator:
        if left.ndim == 0 or right.ndim == 0:
            return "*"
        if (
            node.operator == "beside"
            and left.ndim == right.ndim == 1
            and self._lies(node.left) == self._lies(node.right)
        ):
            raise _error(node.span, "vectors_beside")
        return "@"

    def _matrix_product(self, node: Binary, left: Tensor, right: Tensor) -> Tensor:
        if left.ndim == 0 or right.ndim == 0:
            raise self._shapes(node.span, "@", left, right)
        if left.ndim == right.ndim == 1 and self._lies(node.right) and not self._lies(node.left):
            return torch.outer(left, right)
        try:
            return left @ right
        except RuntimeError:
            raise self._shapes(node.span, "@", left, right) from None

    def _lies(self, node: Node) -> bool:
        """Whether a vector was written as a row: `x.T`, `-2*x.T`, `x.T @ A`."""
        match node:
            case Transposed():
                return not self._lies(node.operand)
            case Negative():
                return self._lies(node.operand)
            case Binary(operator="@"):
                return self._lies(node.left)
            case Binary():
                sides = (node.left, node.right)
                return any(self._evaluate(side).ndim == 1 and self._lies(side) for side in sides)
            case _:
                return False

    def _shapes(self, span: Span, operation: str, left: Tensor, right: Tensor) -> FormulaError:
        shapes = {"left": self.point.in_sizes(tuple(left.shape)), "right": self.point.in_sizes(tuple(right.shape))}
        return _error(span, "shapes_differ", operation=operation, **shapes)

    def _call(self, node: Call) -> Tensor:
        if _is_unsized_onehot(node):
            raise _error(node.span, "onehot_size")
        values = [self._evaluate(argument) for argument in node.arguments]
        ranks = RANKS.get(node.function)
        if ranks is not None and any(value.ndim not in ranks for value in values):
            raise self._wrong_shape(node, values)
        if node.dim is not None and not -values[0].ndim <= node.dim < values[0].ndim:
            shape = self.point.in_sizes(tuple(values[0].shape))
            raise _error(node.span, "no_such_dim", dim=node.dim, shape=shape)
        try:
            return FUNCTIONS[node.function](values, node.dim)
        except RuntimeError:
            if len(values) < 2:
                raise self._wrong_shape(node, values) from None
            raise self._shapes(node.span, node.function, values[-2], values[-1]) from None
        except SizeError:
            raise _error(node.span, "bad_size", function=node.function) from None

    def _wrong_shape(self, node: Call, values: list[Tensor]) -> FormulaError:
        shape = ", ".join(self.point.in_sizes(tuple(value.shape)) for value in values)
        return _error(node.span, "wrong_shape", function=node.function, shape=shape)

    def _onehot_like(self, node: Node, other: Tensor) -> Tensor:
        if isinstance(node, Negative):
            return -self._onehot_like(node.operand, other)
        assert isinstance(node, Call)
        if other.ndim == 0:
            raise _error(node.span, "onehot_size")
        try:
            return one_hot(self._evaluate(node.arguments[0]), number(float(other.shape[-1])))
        except SizeError:
            raise _error(node.span, "bad_size", function="onehot") from None


def _error(span: Span, kind: str, **data: str | int) -> FormulaError:
    return FormulaError(Finding.of(kind, **data), span.line, span.start + 1)


def _is_unsized_onehot(node: Node) -> bool:
    if isinstance(node, Negative):
        return _is_unsized_onehot(node.operand)
    return isinstance(node, Call) and node.function == "onehot" and len(node.arguments) == 1


def _jacobian(top: Tensor, leaf: Tensor) -> Tensor:
    rows = []
    for element in top.reshape(-1):
        if element.requires_grad:
            (gradient,) = torch.autograd.grad(element, leaf, retain_graph=True, allow_unused=True)
        else:
            gradient = None
        rows.append(torch.zeros_like(leaf) if gradient is None else gradient)
    return torch.stack(rows).detach().reshape((*top.shape, *leaf.shape))
