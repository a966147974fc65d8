"""Comparison of what an answer gave with what torch gives.

Tolerances are torch's own a dtype (`torch.testing.assert_close`), made stricter where they would let zeros pass for
small expected values, and no stricter than the arithmetic allows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.cases import tensors_in
from studytui.grader.children.codec import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

TOLERANCES: dict[torch.dtype, tuple[float, float]] = {
    torch.float16: (1e-3, 1e-5),
    torch.bfloat16: (1.6e-2, 1e-5),
    torch.float32: (1.3e-6, 1e-5),
    torch.float64: (1e-7, 1e-7),
    torch.complex64: (1.3e-6, 1e-5),
    torch.complex128: (1e-7, 1e-7),
}
"""(rtol, atol) a dtype, as in `torch.testing.assert_close`."""
EXACT = (torch.float64, torch.complex128)
"""The highest precision: there is nothing to tell its own rounding error by."""
NOISE, HALF_NOISE = 64, 8
"""Machine epsilons of the largest input below which a difference is rounding, never an error of the answer."""
HALVES = (torch.float16, torch.bfloat16)
NOISE_SCALE = 1e4
"""Largest input that counts for noise: of 1e30 one epsilon is more than most results."""
TORCH_ERROR_FACTOR = 8
"""How many times torch's own rounding error (against float64) an answer's may be: the order of sums matters."""
MEANINGFUL = 4
"""How many times its own rounding error, or the noise, a result must be to mean something: zeros then never pass."""


@dataclass(frozen=True, slots=True)
class Difference:
    """The first thing in which an answer differs.

    Attributes:
        kind: type, length, dtype, shape, value.
        what: "output", "output[1]", "gradient of x", "x after the call".
        index: of the first differing element, for `value`.
        expected, actual: for `value` the two elements, else the two types, lengths, dtypes or shapes.
    """

    kind: str
    what: str
    expected: Any
    actual: Any
    index: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far apart two floating values may be, and where the floor of rounding lies.

    Attributes:
        override: (rtol, atol) a card asks for instead of torch's.
        scale: largest finite magnitude among the inputs.
        rounding: torch's own largest error against the float64 result for a lower precision, of a gradient in any
            precision; 0 where not known.
    """

    override: tuple[float, float] | None = None
    scale: float = 0.0
    rounding: float = 0.0

    def of(self, expected: torch.Tensor) -> tuple[float, float]:
        """(rtol, atol) for a tensor; atol is a quarter of its largest element at most, unless that is but rounding."""
        rtol, atol = TOLERANCES[expected.dtype]
        largest = _largest(expected)
        if largest:
            atol = atol * min(1.0, largest)
        factor = HALF_NOISE if expected.dtype in HALVES else NOISE
        epsilon = torch.finfo(expected.dtype).eps * min(self.scale, NOISE_SCALE)
        noise = factor * epsilon
        floor = max(atol, noise, TORCH_ERROR_FACTOR * self.rounding)
        own_error = max(self.rounding, noise if expected.dtype in EXACT else epsilon)
        if self.override is not None:
            rtol, floor = self.override
        meaningful = largest > MEANINGFUL * own_error
        return rtol, min(floor, largest / 4) if meaningful else floor


def largest_input(arguments: Any) -> float:
    """The largest finite magnitude among the tensors and numbers of a call."""
    largest = max((_largest(tensor) for tensor in tensors_in(arguments)), default=0.0)
    numbers = [abs(value) for value in _numbers_in(arguments) if math.isfinite(value)]
    return max([largest, *numbers])


def _numbers_in(value: Any) -> list[float]:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return [float(value)] if abs(value) < 1e300 else []
    if isinstance(value, (list, tuple)):
        return [number for item in value for number in _numbers_in(item)]
    return []


def _largest(tensor: torch.Tensor) -> float:
    if tensor.numel() == 0 or tensor.dtype is torch.bool:
        return 0.0
    magnitudes = tensor.detach().abs()
    largest = float(magnitudes.max())
    return largest if math.isfinite(largest) else float(torch.where(magnitudes.isfinite(), magnitudes, 0).max())


def rounding_error(expected: Any, exact: Any) -> float:
    """Torch's largest error in `expected` against `exact`, the same in float64 or from inputs rounded otherwise."""
    worst = 0.0
    for low, high in zip(tensors_in(expected), tensors_in(exact), strict=False):
        if low.shape == high.shape and low.is_floating_point() and low.numel():
            error = (low.detach().double() - high.detach().double()).abs()
            worst = max(worst, float(torch.where(error.isfinite(), error, 0.0).max()))
    return worst


def compare(
    expected: Any,
    actual: Any,
    tolerance: Tolerance,
    what: str = "output",
    tensors: Callable[[torch.Tensor, torch.Tensor, Tolerance, str], Difference | None] | None = None,
) -> Difference | None:
    """The first difference, or None where the two agree; `tensors` compares two, by default element by element."""
    if isinstance(expected, torch.Tensor):
        if not isinstance(actual, torch.Tensor):
            return Difference("type", what, type_name(expected), type_name(actual))
        return (tensors or compare_tensors)(expected, actual, tolerance, what)
    if isinstance(expected, (tuple, list)):
        if type_name(expected) != type_name(actual):
            return Difference("type", what, type_name(expected), type_name(actual))
        if len(expected) != len(actual):
            return Difference("length", what, len(expected), len(actual))
        pairs = enumerate(zip(expected, actual, strict=True))
        differences = (compare(one, other, tolerance, f"{what}[{i}]", tensors) for i, (one, other) in pairs)
        return next((difference for difference in differences if difference is not None), None)
    if type_name(expected) != type_name(actual):
        return Difference("type", what, type_name(expected), type_name(actual))
    same = bool(expected == actual) or (isinstance(expected, float) and _close(expected, actual, tolerance))
    return None if same else Difference("value", what, expected, actual, ())


def _close(expected: float, actual: float, tolerance: Tolerance) -> bool:
    if math.isnan(expected):
        return math.isnan(actual)
    rtol, atol = tolerance.of(torch.tensor(expected, dtype=torch.float64))
    return abs(actual - expected) <= atol + rtol * abs(expected) < math.inf


def compare_tensors(expected: torch.Tensor, actual: torch.Tensor, tolerance: Tolerance, what: str) -> Difference | None:
    """The first difference between two tensors: shape, then dtype, then the first element in row-major order."""
    if expected.shape != actual.shape:
        return Difference("shape", what, list(expected.shape), list(actual.shape))
    if expected.dtype != actual.dtype:
        return Difference("dtype", what, expected.dtype, actual.dtype)
    expected, actual = expected.detach(), actual.detach()
    if torch.equal(expected, actual):  # most are, bit for bit, and this costs a tenth of what follows
        return None
    if expected.dtype.is_floating_point or expected.dtype.is_complex:
        rtol, atol = tolerance.of(expected)
        if float((actual - expected).abs().max()) <= atol:  # a third of the cost of asking element by element
            return None
        close = torch.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)
    else:
        close = actual == expected
    if bool(close.all()):
        return None
    index = tuple(int(i) for i in (~close).nonzero()[0])
    return Difference("value", what, expected[index].item(), actual[index].item(), index)


def type_name(value: Any) -> str:
    """What a learner calls the type of a value."""
    if isinstance(value, torch.Tensor):
        return "Tensor"
    if isinstance(value, Unknown):
        return value.type_name
    if value is None:
        return "None"
    if isinstance(value, tuple):
        return "tuple"
    return type(value).__name__
