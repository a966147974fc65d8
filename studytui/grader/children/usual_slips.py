"""Usual slips seen in the result itself: what was done to the right values gives the wrong ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.compare import TOLERANCES, Tolerance, compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from studytui.grader.wire import Header

ENOUGH = 3
"""What an expected output must tell before a slip is named by it, so that a chance likeness on a tiny case is not taken
for the cause: each distinct value counts one, a value that is no whole number two more, a wrong shape two more. Where
elements only move, nothing but distinct values counts."""
COUNTED = 4096
"""Elements that are looked at for distinct values."""
FACTORS = (2.0, 0.5)
MAX_SIZES = 8
"""Sizes of a case that are tried as the n of a mean."""


@dataclass(frozen=True, slots=True)
class Results:
    """The expected and the actual tensor, both as float64 or complex128, and what counts as equal."""

    expected: torch.Tensor
    actual: torch.Tensor
    dtypes: tuple[torch.dtype, torch.dtype]
    rtol: float
    atol: float
    distinct: int
    telling: bool

    @classmethod
    def of(cls, expected: Any, actual: Any, tolerance: Tolerance) -> Results | None:
        """The two outcomes, of tuples and lists the first items that differ; None where there is nothing to compare."""
        if isinstance(expected, (tuple, list)) and isinstance(actual, (tuple, list)):
            pairs = zip(expected, actual, strict=False)
            different = (pair for pair in pairs if compare(*pair, tolerance) is not None)
            expected, actual = next(different, (None, None))
        one, other = _tensor(expected), _tensor(actual)
        if one is None or other is None:
            return None
        rtol, atol = tolerance.of(one) if one.dtype in TOLERANCES else (0.0, 0.0)
        if one.dtype in TOLERANCES and other.dtype in TOLERANCES:
            rtol = max(rtol, TOLERANCES[other.dtype][0])
        finite = {value for value in one.flatten()[:COUNTED].tolist() if _is_finite(value)}
        distinct = len(finite) if finite != {0} else 0
        fractional = any(isinstance(value, float) and value != int(value) for value in finite)
        told = distinct + 2 * fractional + 2 * (one.shape != other.shape)
        dtypes = (one.dtype, other.dtype)
        return cls(wide(one), wide(other), dtypes, rtol, atol, distinct, told >= ENOUGH)

    def same(self, one: torch.Tensor, other: torch.Tensor | None = None) -> bool:
        """Whether a tensor is the actual one (or the other), in shape and values."""
        other = self.actual if other is None else other
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        return bool(torch.isclose(other, one, rtol=self.rtol, atol=self.atol, equal_nan=True).all())


def plain_likeness(results: Results, call: Mapping[str, Any]) -> Iterator[Header]:
    """The right values in another dtype or shape, rounded or without their sign; the input as it came; all zeros."""
    expected, actual = results.expected, results.actual
    came = any(isinstance(given, torch.Tensor) and results.same(wide(given)) for given in call.values())
    if expected.shape != actual.shape:
        if expected.numel() == actual.numel() and results.same(expected.reshape(-1), actual.reshape(-1)):
            yield {"usual": "right_values_wrong_shape"}
        if came:
            yield {"usual": "input_unchanged"}
        return
    if results.same(expected):
        yield {"usual": "dtype_lost"}
        return
    if not expected.is_complex():
        yield from _not_finite(results)
    if results.dtypes == (torch.float64, torch.float64):
        close = torch.isclose(actual.float(), expected.float(), rtol=1.3e-6, atol=0.0, equal_nan=True)
        if bool(close.all()):
            yield {"usual": "precision_lost"}
    if came:
        yield {"usual": "input_unchanged"}
    if not bool(actual.any()):
        yield {"usual": "all_zeros"}
        return
    if results.same(-expected) and results.dtypes[0] is not torch.bool:
        yield {"usual": "sign"}
    if expected.is_complex():
        return
    if results.same(expected.abs()):
        yield {"usual": "sign_lost"}
    if results.same(expected, actual.abs()):
        yield {"usual": "abs_missing"}
    if results.same(expected.floor()) or results.same(expected.trunc()):
        yield {"usual": "whole_down"}
    if results.same(expected.round()):
        yield {"usual": "rounded"}


def wrong_sizes(expected: Any, actual: Any) -> Iterator[Header]:
    """An item or an entry too many or too few, whatever the values; along dims long enough that it is no chance."""
    if isinstance(expected, (tuple, list)) and isinstance(actual, (tuple, list)):
        if abs(len(expected) - len(actual)) == 1:
            yield {"usual": "items_off_by_one", "expected": len(expected), "actual": len(actual)}
    elif isinstance(expected, torch.Tensor) and isinstance(actual, torch.Tensor) and expected.dim() == actual.dim():
        pairs = list(zip(expected.shape, actual.shape, strict=True))
        off = [dim for dim, (wanted, got) in enumerate(pairs) if wanted != got]
        steps = {got - wanted for wanted, got in pairs if wanted != got}
        if steps in ({1}, {-1}) and all(pairs[dim][0] > ENOUGH for dim in off):
            wanted, got = pairs[off[0]]
            yield {"usual": "size_off_by_one", "dim": off[0], "expected": wanted, "actual": got}


def _not_finite(results: Results) -> Iterator[Header]:
    expected, actual = results.expected, results.actual
    both = expected.isfinite() & actual.isfinite()
    if bool(both.all()) or not bool(both.any()) or not results.same(expected[both], actual[both]):
        return
    differ = ~both & ~torch.isclose(actual, expected, equal_nan=True)
    strange = expected[differ & ~expected.isfinite()]
    kind = "not_finite_missing" if strange.numel() else "not_finite_extra"
    strange = strange if strange.numel() else actual[differ]
    yield {"usual": kind, "value": "NaN" if bool(strange.isnan().any()) else "inf"}


def scaled(results: Results, call: Mapping[str, Any]) -> Iterator[Header]:
    """All wrong by the same factor, one of a mean or a variance where it can be told, or by the same amount."""
    expected, actual = results.expected, results.actual
    if not results.telling or expected.shape != actual.shape or expected.is_complex():
        return
    if results.dtypes[0] is torch.bool:
        return
    finite = torch.where(expected.isfinite() & actual.isfinite(), expected, 0.0).reshape(-1)
    place = int(finite.abs().argmax())
    largest, there = float(expected.reshape(-1)[place]), float(actual.reshape(-1)[place])
    ratio = there / largest if largest else 0.0
    if ratio not in (0.0, 1.0) and results.same(expected * ratio):
        yield from _mean(expected, ratio, call)
        if results.distinct >= 2 or ratio in FACTORS:
            yield {"usual": "factor", "factor": ratio}
    by = there - largest
    if results.distinct >= 2 and by and results.same(expected + by):
        yield {"usual": "offset", "by": by}


def _mean(expected: torch.Tensor, ratio: float, call: Mapping[str, Any]) -> Iterator[Header]:
    """A factor that comes from the sizes of an input which the function reduces."""

    def is_ratio(factor: float) -> bool:
        return math.isclose(ratio, factor, rel_tol=1e-5)

    sizes: dict[int, Header] = {}
    for name, value in call.items():
        if isinstance(value, torch.Tensor) and value.numel() > expected.numel():
            sizes.setdefault(value.numel(), {"name": name, "dim": None})
            for dim, size in enumerate(value.shape):
                sizes.setdefault(size, {"name": name, "dim": dim})
    counts = [n for n in sizes if n > 1][:MAX_SIZES]
    for n in counts:
        of = "elements" if sizes[n]["dim"] is None else "size"
        for kind, factor in ("not_divided", n), ("divided_again", 1 / n):
            if is_ratio(factor):
                yield {"usual": f"{kind}_{of}", "n": n, **sizes[n]}
    for wanted, got in permutations(counts, 2):
        if is_ratio(wanted / got):
            yield {"usual": "wrong_n", "wanted": wanted, "got": got}
    for n in (n for n in counts if n > 2):
        if is_ratio((n - 1) / n) or is_ratio(math.sqrt((n - 1) / n)):
            yield {"usual": "biased", "n": n, "less": n - 1}
        if is_ratio(n / (n - 1)) or is_ratio(math.sqrt(n / (n - 1))):
            yield {"usual": "unbiased", "n": n, "less": n - 1}
        if is_ratio(n - 1):
            yield {"usual": "not_divided_less", "n": n, "less": n - 1}


def _tensor(value: Any) -> torch.Tensor | None:
    if isinstance(value, torch.Tensor):
        return value.detach().cpu() if value.numel() else None
    if isinstance(value, int) and abs(value) > torch.iinfo(torch.int64).max:
        return None
    return torch.tensor(value) if isinstance(value, (bool, int, float)) else None


def wide(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor in the widest dtype of its kind, on the CPU."""
    return tensor.detach().cpu().to(torch.complex128 if tensor.is_complex() else torch.float64)


def _is_finite(value: complex) -> bool:
    return math.isfinite(value.real) and math.isfinite(value.imag)
