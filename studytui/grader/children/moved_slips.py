"""Usual slips in where elements stand: right ones in wrong places, in some of the places, or wrong only at a bound."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.usual_slips import ENOUGH, Results, wide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from studytui.grader.wire import Header


def at_bounds(results: Results, call: Mapping[str, Any]) -> Iterator[Header]:
    """Wrong exactly where an input equals a number or another input, or everywhere: needs elements, not values."""
    expected, actual = results.expected, results.actual
    if expected.shape != actual.shape or expected.numel() < ENOUGH or expected.is_complex():
        return
    differ = ~torch.isclose(actual, expected, rtol=results.rtol, atol=results.atol, equal_nan=True)
    if bool(differ.all()) and results.dtypes[0] is torch.bool and results.distinct > 1:
        yield {"usual": "inverted"}
    if bool(differ.all()) or not bool(differ.any()):
        return
    tensors = {name: wide(t) for name, t in call.items() if isinstance(t, torch.Tensor) and t.shape == expected.shape}
    for one, other in combinations(tensors, 2):
        if bool((differ == (tensors[one] == tensors[other])).all()):
            yield {"usual": "at_bound", "name": one, "bound": other}
    numbers = {name: value for name, value in call.items() if isinstance(value, (int, float))}
    for name, tensor in tensors.items():
        for bound, value in (*numbers.items(), ("0", 0)):
            if bool((differ == (tensor == value)).all()):
                yield {"usual": "at_bound", "name": name, "bound": bound}


def moved(results: Results) -> Iterator[Header]:
    """Right elements in wrong places, in part of the places, or one too many or too few along a dim."""
    expected, actual = results.expected, results.actual
    if results.distinct < ENOUGH:
        return
    for one, other in sorted(combinations(range(expected.dim()), 2), reverse=True):
        if results.same(expected.transpose(one, other)):
            last = other == expected.dim() - 1 and one == other - 1
            yield {"usual": "transposed"} if last else {"usual": "dims_swapped", "one": one, "other": other}
    if expected.shape != actual.shape:
        yield from _cut(results)
        return
    for dim, size in enumerate(expected.shape):
        if results.same(expected.flip(dim)):
            yield {"usual": "reversed", "dim": dim}
        if size < ENOUGH:
            continue
        start, end = expected.narrow(dim, 0, size - 1), expected.narrow(dim, 1, size - 1)
        if results.same(start, end):
            continue
        if results.same(start, actual.narrow(dim, 1, size - 1)):
            yield {"usual": "rolled", "dim": dim, "by": 1}
        if results.same(end, actual.narrow(dim, 0, size - 1)):
            yield {"usual": "rolled", "dim": dim, "by": -1}
    for dim in range(expected.dim()):
        yield from _in_part(results, dim)


def _in_part(results: Results, dim: int) -> Iterator[Header]:
    """Only the first or the last along a dim is right, or only it is wrong; or it stands everywhere."""
    expected, actual = results.expected, results.actual
    size = expected.shape[dim]
    if size < 2:
        return
    rest = {"first": (1, size - 1), "last": (0, size - 1)}
    for which, place in ("first", 0), ("last", size - 1):
        one = expected.narrow(dim, place, 1)
        others = actual.narrow(dim, *rest[which])
        if results.same(one, actual.narrow(dim, place, 1)):
            if results.same(one.expand_as(expected)):
                yield {"usual": f"{which}_everywhere", "dim": dim}
            if not bool(others.any()):
                yield {"usual": f"{which}_only", "dim": dim}
        elif size >= ENOUGH and results.same(expected.narrow(dim, *rest[which]), others):
            yield {"usual": f"all_but_{which}", "dim": dim}


def _cut(results: Results) -> Iterator[Header]:
    """The right values without the first or last along a dim, or with one more there."""
    expected, actual = results.expected, results.actual
    if expected.dim() != actual.dim():
        return
    steps = [got - wanted for wanted, got in zip(expected.shape, actual.shape, strict=True)]
    if not {*steps} <= {-1, 0, 1} or 0 in actual.shape:
        return
    dim = next(dim for dim, step in enumerate(steps) if step)
    for end in ("last", "first"):
        one, other = expected, actual
        for place, step in enumerate(steps):
            begin = int(end == "first")
            if step < 0:
                one = one.narrow(place, begin, actual.shape[place])
            elif step > 0:
                other = other.narrow(place, begin, expected.shape[place])
        if results.same(one, other):
            yield {"usual": f"{end}_{'missing' if steps[dim] < 0 else 'extra'}", "dim": dim}
