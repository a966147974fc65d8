"""Seeded points inside a card's domains, at which every line of a derivation is evaluated.

A wrong identity between rational formulas of degree d holds by chance at one of these points with a probability of at
most d*p (Schwartz-Zippel), where p is that of the likeliest value: 1/5,400 for `real`, at four digits. At 16 points
drawn one by one it does not happen. docs/grader.md says what this leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from studytui.errors import DeckError
from studytui.grader.formula.domains import LARGEST_SIZE, Domain, DomainKind, size_at

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from studytui.grader.formula.task import Task

_SMALL = (2.0, 3.0, 1.0, -1.0, 4.0, -2.0, 5.0, 0.5, -3.0)
_TRIES = 200


@dataclass(frozen=True, slots=True)
class Point:
    """One choice of sizes and values: float64 tensors, int64 for `int` symbols, none with a gradient.

    Attributes:
        sizes: named sizes; all different from each other and from 1, so that no two shapes agree by accident.
        values: by symbol, in the card's order.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, torch.Tensor]

    def in_sizes(self, shape: tuple[int, ...]) -> str:
        """A shape in the names of its sizes, `[n, m]`, as far as they have one."""
        names = {value: name for name, value in self.sizes.items()}
        return "[" + ", ".join(names.get(size, str(size)) for size in shape) + "]"


def draw(task: Task, source: random.Random, *, small: bool = False) -> Point:
    """A point inside the domains.

    Args:
        task: whose symbols are drawn.
        source: what makes the point the same again.
        small: small whole numbers where the domains have them, which people can follow. They may lie on kinks and make
            wrong formulas true, so nothing is judged there.

    Raises:
        DeckError: when a domain is empty at the sizes drawn.
    """
    return _Drawing(task, source, small=small).point()


class _Drawing:
    def __init__(self, task: Task, source: random.Random, *, small: bool) -> None:
        self._task = task
        self._random = source
        self._small = small
        self._drawn: list[float] = []
        self._sizes = self._draw_sizes()

    def point(self) -> Point:
        values = {name: self._value(name, domain) for name, domain in self._task.symbols.items()}
        return Point(self._sizes, values)

    def _draw_sizes(self) -> dict[str, int]:
        names = self._task.sizes
        largest = max(4, len(names) + 1)
        if largest > LARGEST_SIZE:
            raise DeckError(f"A derive card has at most {LARGEST_SIZE - 1} sizes.", "Use fewer names for sizes.")
        return dict(zip(names, self._random.sample(range(2, largest + 1), len(names)), strict=True))

    def _value(self, name: str, domain: Domain) -> torch.Tensor:
        shape = tuple(self._size(name, size) for size in domain.sizes)
        low, high = domain.low.at(self._sizes), domain.high.at(self._sizes)
        if low > high:
            raise DeckError(f"symbols.{name}: from {low:g} to {high:g} there is nothing.", "Turn the range round.")
        match domain.kind:
            case DomainKind.INT:
                return torch.tensor(self._random.randint(round(low), round(high)))
            case DomainKind.ONEHOT:
                chosen = self._random.randrange(shape[0])
                return torch.tensor([float(index == chosen) for index in range(shape[0])], dtype=torch.float64)
            case _:
                if self._small:
                    self._drawn = []
                count = 1
                for size in shape:
                    count *= size
                elements = [self._number(low, high) for _ in range(count)]
                return torch.tensor(elements, dtype=torch.float64).reshape(shape)

    def _size(self, name: str, size: str | int) -> int:
        found = size_at(size, self._sizes)
        if not 1 <= found <= LARGEST_SIZE:
            raise DeckError(f"symbols.{name}: the size {size} may be {found}.", f"Sizes are 1 to {LARGEST_SIZE}.")
        return found

    def _number(self, low: float, high: float) -> float:
        """Four digits inside [low, high], the last of them no 0, not drawn before: kinks and ties lie elsewhere.

        A kink is at 0, at a round number such as the 6 of ReLU6, or where two symbols are equal.
        """
        number = low
        for _ in range(_TRIES):
            number = self._candidate(low, high)
            if low <= number <= high and number not in self._drawn and (self._small or not _is_round(number)):
                break
        self._drawn.append(number)
        return number

    def _candidate(self, low: float, high: float) -> float:
        if self._small:
            fitting = [number for number in _SMALL if low <= number <= high and number not in self._drawn]
            if fitting:
                return self._random.choice(fitting[:4])
            return float(f"{self._random.uniform(low, high):.1g}")
        return float(f"{self._random.uniform(low, high):.4g}")


def _is_round(number: float) -> bool:
    """Whether a number has fewer than four digits."""
    return f"{number:.3e}".partition("e")[0].endswith("0")
