"""What the operators and functions of the language do to tensors whose shapes have been looked at.

Every value has `lead` leading dims, one for each index in scope, of that index's size or 1; behind them come the dims
of mathematics, which is what "all elements", `dim` and "the last dim" speak of. Reductions take all elements unless a
dim is given, `softmax` the last dim; `var` is the mean square, divided by n.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import torch
from torch import Tensor

from studytui.grader.formula.domains import LARGEST_SIZE
from studytui.grader.formula.vocabulary import PRIMED

Function: TypeAlias = Callable[[list[Tensor], int | None, int], Tensor]
"""Takes its arguments, the dim that was asked for (None for none, counted without the leading ones), and `lead`."""

_NEARLY = 1e-9
"""`floor` takes a number this near to a whole one for it: (1/3)*9 is 3."""


class SizeError(Exception):
    """A size or an index that is no small whole number."""


def number(value: float) -> Tensor:
    """A 0-d float64 tensor."""
    return torch.tensor(value, dtype=torch.float64)


def aligned(values: Sequence[Tensor], lead: int) -> list[Tensor]:
    """Values that broadcast as their dims behind the leading ones do."""
    if not lead:
        return list(values)
    most = max(value.ndim for value in values)
    return [value.reshape((*value.shape[:lead], *(1,) * (most - value.ndim), *value.shape[lead:])) for value in values]


def transposed(value: Tensor, lead: int = 0) -> Tensor:
    """A matrix transposed; all else as it is: whether a vector stands or lies is seen from the product it is in."""
    return value.transpose(-2, -1) if value.ndim - lead == 2 else value


def matrix_product(left: Tensor, right: Tensor, lead: int) -> Tensor:
    """`left @ right` for vectors and matrices.

    Raises:
        RuntimeError: where the shapes do not fit.
    """
    if not lead:
        return left @ right
    if left.shape[-1] != right.shape[lead]:
        raise RuntimeError("shapes do not fit")
    is_row, is_column = left.ndim - lead == 1, right.ndim - lead == 1
    product = (left.unsqueeze(-2) if is_row else left) @ (right.unsqueeze(-1) if is_column else right)
    product = product.squeeze(-1) if is_column else product
    return product.squeeze(-1 if is_column else -2) if is_row else product


def whole(value: Tensor, least: int) -> int:
    """The one small whole number that `value` is.

    Raises:
        SizeError: for anything else.
    """
    size = value.reshape(-1)[0].item() if value.numel() and bool((value == value.reshape(-1)[0]).all()) else math.nan
    if not (math.isfinite(size) and size == round(size) and least <= size <= LARGEST_SIZE):
        raise SizeError
    return round(size)


def places(value: Tensor, size: int) -> Tensor:
    """Indices below `size`, as integers.

    Raises:
        SizeError: where one is no whole number, or lies outside.
    """
    rounded = value.detach().round()
    if not bool(((rounded == value) & (rounded >= 0) & (rounded < size)).all()):
        raise SizeError
    return rounded.long()


def one_hot(index_value: Tensor, size_value: Tensor, lead: int = 0) -> Tensor:
    """The vector of a size that is 1 at an index.

    Raises:
        SizeError: for an index or a size that is no small whole number, or an index outside.
    """
    size = whole(size_value, 1)
    if index_value.ndim != lead:
        raise SizeError
    return (torch.arange(size) == places(index_value, size).unsqueeze(-1)).double()


def _where(values: list[Tensor], _dim: int | None, lead: int) -> Tensor:
    condition, first, second = aligned(values, lead)
    return torch.where(condition != 0, first, second)


def _reduced(function: Callable[[Tensor, list[int]], Tensor]) -> Function:
    def reduce(values: list[Tensor], dim: int | None, lead: int) -> Tensor:
        value = values[0]
        if value.ndim == lead:
            return function(value.unsqueeze(-1), [-1])
        over = list(range(lead, value.ndim)) if dim is None else [dim + lead if dim >= 0 else dim]
        return function(value, over)

    return reduce


def _elementwise(function: Callable[[Tensor], Tensor]) -> Function:
    return lambda values, _dim, _lead: function(values[0])


def _outer(values: list[Tensor], _dim: int | None, _lead: int) -> Tensor:
    return values[0].unsqueeze(-1) * values[1].unsqueeze(-2)


def _diagonal(values: list[Tensor], _dim: int | None, lead: int) -> Tensor:
    value = values[0]
    return torch.diag_embed(value) if value.ndim - lead == 1 else value.diagonal(dim1=-2, dim2=-1)


def _norm(value: Tensor, dims: list[int]) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(value, dim=dims)
    return norm


def _extreme(over: Callable[[Tensor, list[int]], Tensor], of_two: Callable[[Tensor, Tensor], Tensor]) -> Function:
    reduce = _reduced(over)

    def apply(values: list[Tensor], dim: int | None, lead: int) -> Tensor:
        if len(values) == 1:
            return reduce(values, dim, lead)
        left, right = aligned(values, lead)
        return of_two(left, right)

    return apply


def _largest(value: Tensor, dims: list[int]) -> Tensor:
    return value.amax(dim=dims)


def _smallest(value: Tensor, dims: list[int]) -> Tensor:
    return value.amin(dim=dims)


def _compared(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda left, right: function(left, right).double()


def _sum(value: Tensor, dims: list[int]) -> Tensor:
    return value.sum(dim=dims)


def _product(value: Tensor, dims: list[int]) -> Tensor:
    for dim in sorted(dims, reverse=True):
        value = value.prod(dim=dim)
    return value


def _mean(value: Tensor, dims: list[int]) -> Tensor:
    return value.mean(dim=dims)


def _variance(value: Tensor, dims: list[int]) -> Tensor:
    return value.var(dim=dims, correction=0)


def _logsumexp(value: Tensor, dims: list[int]) -> Tensor:
    return torch.logsumexp(value, dim=dims)


def _floor(value: Tensor) -> Tensor:
    return torch.floor(value + _NEARLY)


def _ceil(value: Tensor) -> Tensor:
    return torch.ceil(value - _NEARLY)


def _last(function: Callable[..., Tensor]) -> Function:
    return lambda values, dim, lead: function(values[0], -1 if dim is None else dim + lead if dim >= 0 else dim)


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
    "==": _compared(torch.eq),
    "!=": _compared(torch.ne),
}
"""The binary operators that go element by element, with broadcasting; comparisons give 1 and 0."""

REDUCTIONS: Mapping[str, Callable[[Tensor, list[int]], Tensor]] = {
    "sum": _sum,
    "prod": _product,
    "mean": _mean,
    "max": _largest,
    "min": _smallest,
}
"""What may run over an index."""

_ELEMENTWISE: Mapping[str, Callable[[Tensor], Tensor]] = {
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sign": torch.sign,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "erf": torch.erf,
    "floor": _floor,
    "ceil": _ceil,
}


def _slope_of(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """The derivative of a function that goes element by element, by autograd."""

    def slope(value: Tensor) -> Tensor:
        keeps = torch.is_grad_enabled() and value.requires_grad
        with torch.enable_grad():
            leaf = value.clone() if keeps else value.detach().clone().requires_grad_()
            (found,) = torch.autograd.grad(function(leaf).sum(), leaf, create_graph=keeps)
        return found

    return slope


FUNCTIONS: Mapping[str, Function] = {
    **{name: _elementwise(function) for name, function in _ELEMENTWISE.items()},
    "norm": _reduced(_norm),
    "diag": _diagonal,
    "trace": lambda values, _dim, _lead: values[0].diagonal(dim1=-2, dim2=-1).sum(-1),
    "transpose": lambda values, _dim, lead: transposed(values[0], lead),
    "ones": lambda values, _dim, lead: torch.ones((1,) * lead + (whole(values[0], 1),), dtype=torch.float64),
    "sum": _reduced(_sum),
    "prod": _reduced(_product),
    "mean": _reduced(_mean),
    "var": _reduced(_variance),
    "logsumexp": _reduced(_logsumexp),
    "softmax": _last(torch.softmax),
    "log_softmax": _last(torch.log_softmax),
    "max": _extreme(_largest, torch.maximum),
    "min": _extreme(_smallest, torch.minimum),
    "onehot": lambda values, _dim, lead: one_hot(values[0], values[1], lead),
    "outer": _outer,
    "dot": lambda values, _dim, lead: matrix_product(values[0], values[1], lead),
    "where": _where,
}
"""By name."""

SLOPES: Mapping[str, Function] = {name: _elementwise(_slope_of(_ELEMENTWISE[name[:-1]])) for name in PRIMED}
"""Derivatives of functions by name, as `sigmoid'`."""
