"""Usual slips in a gradient, seen in the gradient itself, where every value of the result is right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.cases import tensors_in
from studytui.grader.children.moved_slips import at_bounds
from studytui.grader.children.usual_slips import FACTORS, MAX_SIZES, Results, wide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from studytui.grader.children.compare import Tolerance
    from studytui.grader.wire import Header


@dataclass(frozen=True, slots=True)
class GradientFailure:
    """Gradients of one case, of which at least one is wrong.

    Attributes:
        call: its arguments.
        output: torch's.
        names: of the floating inputs, as `x` or `xs[0]`.
        right, actual: a gradient for each of them, zeros where none arrived.
        with_ones: what the right ones would be were the upstream gradient all ones.
    """

    call: Mapping[str, Any]
    output: Any
    names: Sequence[str]
    inputs: Sequence[torch.Tensor]
    right: Sequence[torch.Tensor]
    actual: Sequence[torch.Tensor]
    tolerance: Tolerance
    with_ones: Callable[[], Sequence[torch.Tensor]]


def gradient_slip(failure: GradientFailure) -> Header | None:
    """`{"usual": name, ...}` for the most precise usual slip that gives the gradients that the answer gave."""
    return next(_usual(failure), None)


def _usual(failure: GradientFailure) -> Iterator[Header]:
    if not any(bool(tensor.any()) for tensor in failure.actual):
        yield {"usual": "gradient_cut"}
        return
    for place, name in enumerate(failure.names):
        results = Results.of(failure.right[place], failure.actual[place], failure.tolerance)
        if results is None or results.same(results.expected):
            continue
        for cause in _alone(results):
            yield {**cause, "name": name}
        if results.telling:
            yield from _beside_others(failure, place, results)
            for cause in (*_scaled(failure, results), *_in_places(failure, place, results)):
                yield {**cause, "name": name}
        return  # the message speaks of the first that differs, and so does the cause


def _alone(results: Results) -> Iterator[Header]:
    """What a gradient shows by itself, or beside the right one."""
    right, actual = results.expected, results.actual
    if not bool(actual.isfinite().all()) and bool(right.isfinite().all()):
        yield {"usual": "gradient_not_finite"}
    elif not bool(actual.any()):
        yield {"usual": "gradient_missing"}
    elif results.telling and results.same(-right):
        yield {"usual": "gradient_sign"}
    elif results.telling and right.dim() == 2 and results.same(right.T):
        yield {"usual": "gradient_transposed"}


def _beside_others(failure: GradientFailure, place: int, results: Results) -> Iterator[Header]:
    """The gradient of another input, or that of a sum of the outputs."""
    for other, name in enumerate(failure.names):
        if other != place and results.same(wide(failure.right[other])):
            yield {"usual": "gradient_of_another", "name": failure.names[place], "other": name}
    if results.same(wide(failure.with_ones()[place])):
        yield {"usual": "gradient_upstream", "name": failure.names[place]}


def _scaled(failure: GradientFailure, results: Results) -> Iterator[Header]:
    """All wrong by one factor, that of a mean and a sum where it can be told."""
    right, actual = results.expected, results.actual
    largest = int(right.abs().argmax())
    ratio = float(actual.reshape(-1)[largest] / right.reshape(-1)[largest])
    if ratio in (0.0, 1.0) or not results.same(right * ratio):
        return
    for n in _counts(failure):
        if math.isclose(ratio, n, rel_tol=1e-5):
            yield {"usual": "gradient_times", "n": n}
        if math.isclose(ratio, 1 / n, rel_tol=1e-5):
            yield {"usual": "gradient_over", "n": n}
    if results.distinct > 1 or ratio in FACTORS:
        yield {"usual": "gradient_factor", "factor": ratio}


def _counts(failure: GradientFailure) -> list[int]:
    """What a mean may have divided by: elements and sizes of the tensors of the call and of the output.

    2 is left to the factor, which is as often that of a square.
    """
    tensors = [*tensors_in(list(failure.call.values())), *tensors_in(failure.output)]
    sizes = [n for tensor in tensors for n in (tensor.numel(), *tensor.shape)]
    return [n for n in dict.fromkeys(sizes) if n > 2][:MAX_SIZES]


def _in_places(failure: GradientFailure, place: int, results: Results) -> Iterator[Header]:
    """Wrong only where an element equals a bound or another element, or zero in some of the places."""
    tensor = wide(failure.inputs[place])
    for cause in at_bounds(results, {failure.names[place]: tensor, **_numbers(failure.call)}):
        if cause["usual"] == "at_bound":
            yield {"usual": "gradient_at_bound", "bound": cause["bound"]}
    wrong = ~torch.isclose(results.actual, results.expected, rtol=results.rtol, atol=results.atol, equal_nan=True)
    flat = tensor.reshape(-1)
    tied = ((flat[:, None] == flat[None, :]).sum(1) > 1).reshape(tensor.shape)
    if bool((~wrong).any()) and bool(tied[wrong].all()):
        yield {"usual": "gradient_at_tie"}
    if bool((~wrong & (results.actual != 0)).any()) and not bool(results.actual[wrong].any()):
        yield {"usual": "gradient_in_part"}


def _numbers(call: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in call.items() if isinstance(value, (int, float))}
