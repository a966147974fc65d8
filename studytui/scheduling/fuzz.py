"""Spreading reviews over neighbouring days, so that cards learned together do not stay together for ever.

The ranges are Anki's (docs.ankiweb.net, "Fuzz Factor"): no fuzz below 2.5 days, else a day either way, plus 15 % of the
days from 2.5 to 7, 10 % of those from 7 to 20 and 5 % of the rest.
"""

from __future__ import annotations

from hashlib import blake2b
from math import floor

_NO_FUZZ_BELOW = 2.5
_RANGES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))


def fuzz_factor(card_id: str, reps: int) -> float:
    """A number in [0, 1) that is the same for one repetition of one card on every machine, after undo and in replay."""
    digest = blake2b(f"{card_id}\0{reps}".encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


def fuzz_range(interval: float) -> tuple[int, int]:
    """The first and the last day, both included, that an interval of `interval` days may become."""
    delta = 0.0
    if interval >= _NO_FUZZ_BELOW:
        delta = 1.0 + sum(share * max(0.0, min(interval, end) - start) for start, end, share in _RANGES)
    return _nearest(interval - delta), _nearest(interval + delta)


def fuzzed(interval: float, factor: float | None, minimum: int, maximum: int) -> int:
    """`interval` as whole days within `minimum` and `maximum`: the nearest if `factor` is None, else spread by it.

    A `minimum` above the fuzz range, or a `maximum` below it, wins over the range; `maximum` wins over `minimum`.
    """
    low, high = (_nearest(interval),) * 2 if factor is None else fuzz_range(interval)
    low, high = (min(max(bound, minimum), maximum) for bound in (low, high))
    return low if factor is None else low + floor(factor * (high - low + 1))


def _nearest(days: float) -> int:
    """Halves up: Python's own rounding would take 2.5 to 2 and 3.5 to 4."""
    return floor(days + 0.5)
