"""Why an answer is wrong: the slip, named by the deck or usual everywhere, that gives what the answer gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.compare import Tolerance, compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from studytui.grader.wire import Header

FACTORS = (2.0, 0.5)


@dataclass(frozen=True, slots=True)
class Raised:
    """That a function raised, and what."""

    error: str


def cause_of(
    slips: Sequence[Mapping[str, Any]],
    outcomes: Callable[[str], list[Any]],
    right: list[Any],
    actual: Any,
    tolerance: Tolerance,
    inputs: list[torch.Tensor],
) -> Header | None:
    """`{"deck": n}` for the deck's n-th slip, `{"usual": name, ...}` for a usual one, or None.

    A deck's slip must do on the failing case, the last of `right`, what the answer did, and agree with torch on every
    case before it, so that a chance likeness on a tiny case is not taken for the cause. A function that raised stands
    as `Raised`.
    """
    for number, slip in enumerate(slips):
        *before, here = outcomes(slip["code"])
        agree = all(
            _alike(torch_gave, slip_gave, tolerance) for torch_gave, slip_gave in zip(right, before, strict=False)
        )
        if agree and _alike(here, actual, tolerance):
            return {"deck": number}
    if isinstance(right[-1], torch.Tensor) and isinstance(actual, torch.Tensor):
        return next(_usual(right[-1].detach(), actual.detach(), tolerance, inputs), None)
    return None


def _alike(one: Any, other: Any, tolerance: Tolerance) -> bool:
    if isinstance(one, Raised) or isinstance(other, Raised):
        return bool(one == other)
    return compare(one, other, tolerance) is None


def _usual(
    expected: torch.Tensor, actual: torch.Tensor, tolerance: Tolerance, inputs: list[torch.Tensor]
) -> Iterator[Header]:
    def same(one: torch.Tensor, other: torch.Tensor) -> bool:
        return one.shape == other.shape and compare(one.to(other.dtype), other, tolerance) is None

    if expected.numel() < 2 or not bool((expected != expected.reshape(-1)[0]).any()):
        return
    if expected.dim() >= 2 and same(expected.transpose(-2, -1), actual):
        yield {"usual": "transposed"}
    if expected.shape != actual.shape:
        if expected.numel() == actual.numel() and same(expected.reshape(-1), actual.reshape(-1)):
            yield {"usual": "right_values_wrong_shape"}
        return
    if expected.dtype is not torch.bool and same(-expected, actual):
        yield {"usual": "sign"}
    if bool((actual == 0).all()):
        yield {"usual": "all_zeros"}
    if any(same(tensor, actual) for tensor in inputs):
        yield {"usual": "input_unchanged"}
    for dim in range(expected.dim()):
        if same(expected.flip(dim), actual):
            yield {"usual": "reversed", "dim": dim}
        for shift in (1, -1):
            if same(expected.roll(shift, dim), actual):
                yield {"usual": "rolled", "dim": dim, "by": shift}
    if expected.is_floating_point():
        sizes = {float(n) for tensor in inputs for n in (*tensor.shape, tensor.numel()) if n > 1}
        for factor in (*FACTORS, *sorted(sizes), *(1 / n for n in sorted(sizes))):
            if same(expected * factor, actual):
                yield {"usual": "factor", "factor": factor}
        if same(torch.ones_like(expected) * (actual - expected).reshape(-1)[0] + expected, actual):
            yield {"usual": "offset", "by": float((actual - expected).reshape(-1)[0])}
