"""Values for the tensors of one case: of one style, one precision and one memory layout, so that a case reads well.

Styles go from small integers, on which a learner sees a difference at once, to magnitudes at which a naive formula
overflows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from studytui.cards.spec import FLOATING, INTEGERS
from studytui.grader.children.codec import DTYPES

if TYPE_CHECKING:
    import random

    from studytui.cards.spec import TensorSpec

LARGE = 1000.0
"""Bound of the large values: past 709 `exp` overflows float64, so that a softmax without its maximum is caught."""
STYLES = ("integers", "ties", "normal", "large")
STYLE_ODDS = (45, 60, 90, 100)
"""Percent, each with those before it."""
LAYOUTS = ("contiguous", "transposed", "strided", "expanded")
LAYOUT_ODDS = (70, 82, 92, 100)
LOW_PRECISION = 0.35
"""How often `float` stands for float32; never with large values, whose sums float32 cannot hold."""
SPECIAL = 0.3
"""How often an element is NaN or infinite in a case that has any, where the card allows it."""


class UnmeetableError(Exception):
    """These sizes admit no value, as `0..C-1` with C = 0 and an element to fill: try others."""


class Draw:
    """The style, precision and layout of one case, and values of them.

    Args:
        source: decides style, precision and layout.
        values: gives the numbers.
        plain: whether memory must be contiguous, as it is for the first and smallest cases.
    """

    def __init__(self, source: random.Random, values: torch.Generator, *, plain: bool) -> None:
        self.style = source.choices(STYLES, cum_weights=STYLE_ODDS)[0]
        low = self.style != "large" and source.random() < LOW_PRECISION
        self.dtype = torch.float32 if low else torch.float64
        self.layout = "contiguous" if plain else source.choices(LAYOUTS, cum_weights=LAYOUT_ODDS)[0]
        self.special = source.random() < SPECIAL
        self._values = values

    @property
    def smooth(self) -> bool:
        """Whether no two values are equal or whole; expanded memory repeats them."""
        return self.style == "normal" and self.layout != "expanded"

    def tensor(self, shape: tuple[int, ...], spec: TensorSpec, low: float | None, high: float | None) -> torch.Tensor:
        """A tensor of a shape, its values between `low` and `high`, both included, where they are given.

        Raises:
            UnmeetableError: there is no such tensor.
        """
        if min(shape, default=0) < 0:
            raise UnmeetableError
        if self.layout == "transposed" and len(shape) >= 2:
            return self._fill(shape[::-1], spec, low, high).permute(*range(len(shape) - 1, -1, -1))
        if self.layout == "strided" and shape and shape[-1]:
            return self._fill((*shape[:-1], shape[-1] * 2), spec, low, high)[..., ::2]
        if self.layout == "expanded" and shape and shape[0] > 1:
            return self._fill((1, *shape[1:]), spec, low, high).expand(shape)
        return self._fill(shape, spec, low, high)

    def _fill(self, shape: tuple[int, ...], spec: TensorSpec, low: float | None, high: float | None) -> torch.Tensor:
        dtype = self.dtype if spec.dtype == "float" else DTYPES[spec.dtype]
        if dtype is torch.bool:
            return torch.rand(shape, generator=self._values) < 0.5
        if spec.dtype in INTEGERS:
            return self._integers(shape, dtype, low, high)
        if dtype.is_complex:
            parts = torch.randint(-4, 5, (2, *shape), generator=self._values).double()
            return torch.complex(parts[0], parts[1]).to(dtype)
        assert spec.dtype in FLOATING
        filled = self._floats(shape, low, high).to(dtype)
        return self._with_special(filled, spec.special) if spec.special and self.special else filled

    def _integers(
        self, shape: tuple[int, ...], dtype: torch.dtype, low: float | None, high: float | None
    ) -> torch.Tensor:
        first = (-9 if dtype.is_signed else 0) if low is None else int(low)
        last = 9 if high is None else int(high)
        if last < first:
            if math.prod(shape):
                raise UnmeetableError
            return torch.empty(shape, dtype=dtype)
        return torch.randint(first, last + 1, shape, generator=self._values, dtype=dtype)

    def _floats(self, shape: tuple[int, ...], low: float | None, high: float | None) -> torch.Tensor:
        """float64 values of the style, inside the bounds where there are any."""
        if low is not None and high is not None:
            if high < low:
                raise UnmeetableError
            first, last = math.ceil(low), math.floor(high)
            if self.style == "integers" and first <= last:
                return torch.randint(first, last + 1, shape, generator=self._values).double()
            if self.style == "ties":
                return low + (high - low) * (self._uniform(shape) * 3).floor() / 2
            return low + (high - low) * self._uniform(shape)
        match self.style:
            case "integers":
                return torch.randint(-4, 5, shape, generator=self._values).double()
            case "ties":
                return torch.randint(-1, 2, shape, generator=self._values).double()
            case "normal":
                return torch.randn(shape, generator=self._values, dtype=torch.float64)
        return (self._uniform(shape) * 2 - 1) * LARGE

    def _uniform(self, shape: tuple[int, ...]) -> torch.Tensor:
        return torch.rand(shape, generator=self._values, dtype=torch.float64)

    def _with_special(self, filled: torch.Tensor, special: tuple[str, ...]) -> torch.Tensor:
        chosen = torch.rand(filled.shape, generator=self._values) < SPECIAL
        which = torch.randint(0, len(special), filled.shape, generator=self._values)
        table = torch.tensor([float(name) for name in special], dtype=filled.dtype)
        return torch.where(chosen, table[which], filled)
