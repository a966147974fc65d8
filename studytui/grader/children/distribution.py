"""Comparison of random outputs: not whether two samples are equal, but whether one distribution may have made both.

A two-sample Kolmogorov-Smirnov test on the elements of every floating tensor, and z-tests of mean and variance, which
are sharper where the difference is one of scale. Each rejects a right answer with a chance of `ALPHA` at most, so that
a grade of 100 cases and three outputs, 900 tests in all, fails a right answer less than once in a million times.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from studytui.grader.children.compare import Difference, Tolerance, compare, compare_tensors

ALPHA = 1e-9
Z_CRITICAL = 6.11
"""Two-sided normal quantile of `ALPHA`."""
FEWEST = 1_000
"""Elements below which the tests' asymptotics do not hold that far out; of fewer only shape and dtype are compared."""


def compare_random(expected: Any, actual: Any, tolerance: Tolerance) -> Difference | None:
    """The first difference: in the distribution of floating elements, and in all else as `compare` finds it."""
    return compare(expected, actual, tolerance, tensors=_compare_tensors)


def _compare_tensors(
    expected: torch.Tensor, actual: torch.Tensor, tolerance: Tolerance, what: str
) -> Difference | None:
    same = expected.shape == actual.shape and expected.dtype == actual.dtype
    if not same or not expected.is_floating_point():
        return compare_tensors(expected, actual, tolerance, what)
    return _distribution(expected.detach().double().reshape(-1), actual.detach().double().reshape(-1), what)


def _distribution(expected: torch.Tensor, actual: torch.Tensor, what: str) -> Difference | None:
    if expected.numel() < FEWEST:
        return None
    if not bool(actual.isfinite().all()) and bool(expected.isfinite().all()):
        return Difference("not_finite", what, None, None)
    n = expected.numel()
    if abs(_z(expected, actual, n)) > Z_CRITICAL:
        return Difference("mean", what, float(expected.mean()), float(actual.mean()))
    centred = (expected - expected.mean()) ** 2, (actual - actual.mean()) ** 2
    if abs(_z(*centred, n)) > Z_CRITICAL:
        return Difference("std", what, float(expected.std(correction=0)), float(actual.std(correction=0)))
    if kolmogorov_smirnov(expected, actual) < ALPHA:
        return Difference("distribution", what, None, None)
    return None


def _z(expected: torch.Tensor, actual: torch.Tensor, n: int) -> float:
    """The difference of two means in standard errors; infinite where neither varies and they differ."""
    error = math.sqrt(float(expected.var(correction=0) + actual.var(correction=0)) / n)
    difference = float(expected.mean() - actual.mean())
    if error == 0:
        return 0.0 if abs(difference) < 1e-12 else math.inf
    return difference / error


def kolmogorov_smirnov(one: torch.Tensor, other: torch.Tensor) -> float:
    """The p-value of the two-sample test by its limit distribution, conservative where values tie."""
    from scipy.special import kolmogorov  # 0.05 s that only cards with randomness pay

    points = torch.cat([one, other]).sort().values
    below_one = torch.searchsorted(one.sort().values, points, right=True) / one.numel()
    below_other = torch.searchsorted(other.sort().values, points, right=True) / other.numel()
    distance = float((below_one - below_other).abs().max())
    scale = math.sqrt(one.numel() * other.numel() / (one.numel() + other.numel()))
    return float(kolmogorov(scale * distance))
