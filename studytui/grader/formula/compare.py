"""When two values at a point are the same, and how values are shown."""

from __future__ import annotations

import torch
from torch import Tensor

RELATIVE = 1e-9
"""Of the largest element. Rounding of float64 over a hundred operations is a thousand times less; forgetting an `eps`
of 1e-8, the smallest that optimizers have, is ten times more."""

ABSOLUTE = 1e-12
_MOST_SHOWN = 40


def close(left: Tensor, right: Tensor) -> bool:
    """Whether two finite tensors agree in shape and values."""
    if left.shape != right.shape:
        return False
    if not left.numel():
        return True
    scale = torch.maximum(left.abs().max(), right.abs().max())
    return bool(((left - right).abs() <= RELATIVE * scale + ABSOLUTE).all())


def both_undefined(left: Tensor, right: Tensor) -> bool:
    """Whether neither side is finite somewhere, and they agree on where: such a point tells nothing."""
    if left.shape != right.shape:
        return False
    odd_left, odd_right = ~torch.isfinite(left), ~torch.isfinite(right)
    return bool(odd_left.any()) and torch.equal(odd_left, odd_right)


def show(value: Tensor, digits: int = 6) -> str:
    """A value for a sentence: rows in brackets, cut where it is long."""
    if value.numel() > _MOST_SHOWN:
        return "[" + ", ".join(f"{number:.{digits}g}" for number in value.reshape(-1)[:_MOST_SHOWN].tolist()) + ", …]"
    return _nested(value.tolist(), digits)


def show_apart(left: Tensor, right: Tensor) -> tuple[str, str]:
    """Two values that differ, with as many digits as it takes to see it."""
    for digits in (6, 10):
        if show(left, digits) != show(right, digits):
            return show(left, digits), show(right, digits)
    return show(left, 17), show(right, 17)


def _nested(value: object, digits: int) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_nested(element, digits) for element in value) + "]"
    assert isinstance(value, int | float)
    return f"{value:.{digits}g}"
