"""Trees to float64 tensors at one point, with the shapes of mathematics and torch's broadcasting.

`*` and `/` go element by element, `@` is the matrix product; `·` is the inner product of two vectors and otherwise
whichever product fits. A vector is 1-D; `u @ v.T` is the outer product of two, as on paper.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from studytui.grader.formula.differentiated import Differentiated
from studytui.grader.formula.functions import (
    FUNCTIONS,
    OPERATORS,
    RANKS,
    SLOPES,
    SizeError,
    aligned,
    matrix_product,
    number,
    one_hot,
    transposed,
)
from studytui.grader.formula.indexed import error_at
from studytui.grader.formula.tree import (
    Array,
    Binary,
    Call,
    Derivative,
    Differential,
    Element,
    Index,
    Name,
    Negative,
    Node,
    Number,
    Operator,
    Reduced,
    Span,
    Transposed,
    Whole,
)

if TYPE_CHECKING:
    from studytui.grader.formula.errors import FormulaError

_ELEMENTS_A_NODE = 200
"""Elements that cost as much as a node does without them."""


class Evaluator(Differentiated):
    """Evaluates nodes at one point, given what names mean."""

    def value(self, node: Node) -> Tensor:
        """The value of `node`.

        Raises:
            FormulaError: for shapes that do not fit and derivatives that cannot be taken; with the place.
        """
        with torch.no_grad():
            del self._scope[:]
            self._settle()
            return self._evaluate(node)

    def _evaluate(self, node: Node) -> Tensor:
        cost = 1 + math.prod(size for _, size in self._scope) // _ELEMENTS_A_NODE if self._scope else 1
        self._budget.spend(node.span, cost)
        match node:
            case Number():
                return self._lifted(number(node.value))
            case Name():
                return self._lifted(self.value_of(node.name, node.span))
            case Binary():
                return self._binary(node)
            case Negative():
                return -self._evaluate(node.operand)
            case Transposed():
                return transposed(self._evaluate(node.operand), len(self._scope))
            case Call():
                return self._call(node)
            case Index():
                return self._index(node)
            case Element():
                target = self._full(node.target)
                return self._taken(target, [self._place(at) for at in node.at], node.span, self._named(node.target))
            case Reduced():
                return self._reduced(node)
            case Array():
                return self._array(node)
            case Derivative():
                return self.derivative(node, elementwise=True)
            case Differential():
                return self._differential(node, elementwise=True)
            case Whole():
                raise error_at(node.span, "index_number")

    def _binary(self, node: Binary) -> Tensor:
        operator = node.operator
        left, right = self._operands(node)
        if operator in {"·", "beside"}:
            operator = self._product_meant(node, left, right)
        if operator == "@":
            return self._matrix_product(node, left, right)
        if operator == "^" and self._rank(left) > 1 and bool((right < 0).any()):
            raise error_at(node.span, "inverse_of_matrix")
        try:
            return OPERATORS[operator](*aligned((left, right), len(self._scope)))
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
            return transposed(self._full(node.operand), len(self._scope))
        if isinstance(node, Derivative):
            return self.derivative(node, elementwise=False)
        if isinstance(node, Differential):
            return self._differential(node, elementwise=False)
        return self._evaluate(node)

    def _product_meant(self, node: Binary, left: Tensor, right: Tensor) -> Operator:
        if self._rank(left) == 0 or self._rank(right) == 0:
            return "*"
        if (
            node.operator == "beside"
            and self._rank(left) == self._rank(right) == 1
            and self._lies(node.left) == self._lies(node.right)
        ):
            raise error_at(node.span, "vectors_beside")
        return "@"

    def _matrix_product(self, node: Binary, left: Tensor, right: Tensor) -> Tensor:
        ranks = {self._rank(left), self._rank(right)}
        if 0 in ranks:
            raise self._shapes(node.span, "@", left, right)
        if ranks == {1} and self._lies(node.right) and not self._lies(node.left):
            return FUNCTIONS["outer"]([left, right], None, len(self._scope))
        try:
            return matrix_product(left, right, len(self._scope))
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
                return any(self._rank(self._evaluate(side)) == 1 and self._lies(side) for side in sides)
            case _:
                return False

    def _shapes(self, span: Span, operation: str, left: Tensor, right: Tensor) -> FormulaError:
        return error_at(span, "shapes_differ", operation=operation, left=self._shape(left), right=self._shape(right))

    def _call(self, node: Call) -> Tensor:
        if _is_unsized_onehot(node):
            raise error_at(node.span, "onehot_size")
        values = [self._evaluate(argument) for argument in node.arguments]
        ranks = RANKS.get(node.function)
        if ranks is not None and any(self._rank(value) not in ranks for value in values):
            raise self._wrong_shape(node, values)
        if node.dim is not None and not -self._rank(values[0]) <= node.dim < self._rank(values[0]):
            raise error_at(node.span, "no_such_dim", dim=node.dim, shape=self._shape(values[0]))
        function = FUNCTIONS.get(node.function) or SLOPES[node.function]
        try:
            return function(values, node.dim, len(self._scope))
        except RuntimeError:
            if len(values) < 2:
                raise self._wrong_shape(node, values) from None
            raise self._shapes(node.span, node.function, values[-2], values[-1]) from None
        except SizeError:
            raise error_at(node.span, "bad_size", function=node.function) from None

    def _wrong_shape(self, node: Call, values: list[Tensor]) -> FormulaError:
        shape = ", ".join(map(self._shape, values))
        return error_at(node.span, "wrong_shape", function=node.function, shape=shape)

    def _onehot_like(self, node: Node, other: Tensor) -> Tensor:
        if isinstance(node, Negative):
            return -self._onehot_like(node.operand, other)
        assert isinstance(node, Call)
        if self._rank(other) == 0:
            raise error_at(node.span, "onehot_size")
        try:
            return one_hot(self._evaluate(node.arguments[0]), number(float(other.shape[-1])), len(self._scope))
        except SizeError:
            raise error_at(node.span, "bad_size", function="onehot") from None


def _is_unsized_onehot(node: Node) -> bool:
    if isinstance(node, Negative):
        return _is_unsized_onehot(node.operand)
    return isinstance(node, Call) and node.function == "onehot" and len(node.arguments) == 1
