"""What the operators and functions of the language do to tensors whose shapes have been looked at.

Reductions take all elements unless a dim is given, `softmax` the last dim; `var` is the mean square, divided by n.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from studytui.grader.formula.domains import LARGEST_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class SizeError(Exception):
    """A size or an index that is no small whole number."""


def number(value: float) -> Tensor:
    """A 0-d float64 tensor."""
    return torch.tensor(value, dtype=torch.float64)


def transposed(value: Tensor) -> Tensor:
    """A matrix transposed; all else as it is: whether a vector stands or lies is seen from the product it is in."""
    return value.transpose(0, 1) if value.ndim == 2 else value


def _whole(value: Tensor, least: int) -> int:
    size = value.item() if value.ndim == 0 else math.nan
    if not (math.isfinite(size) and size == round(size) and least <= size <= LARGEST_SIZE):
        raise SizeError
    return round(size)


def one_hot(index_value: Tensor, size_value: Tensor) -> Tensor:
    """The vector of a size that is 1 at an index.

    Raises:
        SizeError: for an index or a size that is no small whole number, or an index outside.
    """
    size = _whole(size_value, 1)
    index = _whole(index_value, 0)
    if index >= size:
        raise SizeError
    vector = torch.zeros(size, dtype=torch.float64)
    vector[index] = 1.0
    return vector


def _where(values: list[Tensor], _dim: int | None) -> Tensor:
    condition, first, second = values
    return torch.where(condition != 0, first, second)


def _reduced(function: Callable[[Tensor, list[int]], Tensor]) -> Callable[[list[Tensor], int | None], Tensor]:
    def reduce(values: list[Tensor], dim: int | None) -> Tensor:
        value = values[0]
        return function(value, list(range(value.ndim)) if dim is None else [dim])

    return reduce


def _elementwise(function: Callable[[Tensor], Tensor]) -> Callable[[list[Tensor], int | None], Tensor]:
    return lambda values, _dim: function(values[0])


def _extreme(
    over_all: Callable[[Tensor], Tensor], of_two: Callable[[Tensor, Tensor], Tensor]
) -> Callable[[list[Tensor], int | None], Tensor]:
    return lambda values, _dim: over_all(values[0]) if len(values) == 1 else of_two(values[0], values[1])


def _compared(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda left, right: function(left, right).double()


def _variance(value: Tensor, dims: list[int]) -> Tensor:
    return value.var(dim=dims, correction=0) if value.ndim else torch.zeros_like(value)


def _sum(value: Tensor, dims: list[int]) -> Tensor:
    return value.sum(dim=dims) if dims else value


def _mean(value: Tensor, dims: list[int]) -> Tensor:
    return value.mean(dim=dims) if dims else value


def _logsumexp(value: Tensor, dims: list[int]) -> Tensor:
    return torch.logsumexp(value, dim=dims) if dims else value


RANKS: Mapping[str, frozenset[int]] = {
    "outer": frozenset({1}),
    "dot": frozenset({1}),
    "trace": frozenset({2}),
    "diag": frozenset({1, 2}),
    "softmax": frozenset({1, 2}),
    "log_softmax": frozenset({1, 2}),
}
"""How many dims the arguments of a function may have, where it is not any number."""

OPERATORS: Mapping[str, Callable[[Tensor, Tensor], Tensor]] = {
    "+": torch.add,
    "-": torch.sub,
    "*": torch.mul,
    "/": torch.div,
    "^": torch.pow,
    "<": _compared(torch.lt),
    ">": _compared(torch.gt),
    "<=": _compared(torch.le),
    ">=": _compared(torch.ge),
}
"""The binary operators that go element by element, with broadcasting; comparisons give 1 and 0."""

FUNCTIONS: Mapping[str, Callable[[list[Tensor], int | None], Tensor]] = {
    "exp": _elementwise(torch.exp),
    "log": _elementwise(torch.log),
    "sqrt": _elementwise(torch.sqrt),
    "abs": _elementwise(torch.abs),
    "sigmoid": _elementwise(torch.sigmoid),
    "tanh": _elementwise(torch.tanh),
    "relu": _elementwise(torch.relu),
    "sign": _elementwise(torch.sign),
    "sin": _elementwise(torch.sin),
    "cos": _elementwise(torch.cos),
    "norm": _elementwise(torch.linalg.vector_norm),
    "diag": _elementwise(torch.diag),
    "trace": _elementwise(torch.trace),
    "transpose": _elementwise(transposed),
    "ones": lambda values, _dim: torch.ones(_whole(values[0], 1), dtype=torch.float64),
    "sum": _reduced(_sum),
    "mean": _reduced(_mean),
    "var": _reduced(_variance),
    "logsumexp": _reduced(_logsumexp),
    "softmax": lambda values, dim: torch.softmax(values[0], -1 if dim is None else dim),
    "log_softmax": lambda values, dim: torch.log_softmax(values[0], -1 if dim is None else dim),
    "max": _extreme(torch.amax, torch.maximum),
    "min": _extreme(torch.amin, torch.minimum),
    "onehot": lambda values, _dim: one_hot(values[0], values[1]),
    "outer": lambda values, _dim: torch.outer(values[0], values[1]),
    "dot": lambda values, _dim: torch.dot(values[0], values[1]),
    "where": _where,
}
"""By name; each takes its arguments and the dim that was asked for, None for none."""
