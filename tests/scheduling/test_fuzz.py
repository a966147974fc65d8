from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studytui.scheduling.fuzz import fuzz_factor, fuzz_range, fuzzed


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [
        (1.0, 1, 1),
        (2.49, 2, 2),
        (2.5, 2, 4),
        (7.0, 5, 9),
        (17.0, 14, 20),
        (20.0, 17, 23),
        (37.0, 33, 41),
        (100.0, 93, 107),
    ],
)
def test_ranges_are_ankis(interval: float, low: int, high: int) -> None:
    assert fuzz_range(interval) == (low, high)


def test_without_fuzz_an_interval_is_rounded_halves_up_and_at_least_the_minimum() -> None:
    assert [fuzzed(interval, None, 1, 100) for interval in (0.1, 1.5, 2.5, 101.0)] == [1, 2, 3, 100]


@pytest.mark.parametrize(
    ("interval", "minimum", "maximum", "expected"),
    [
        (100.0, 101, 1000, {101, 107}),
        (100.0, 1, 99, {93, 99}),
        (100.0, 97, 103, {97, 103}),
        (2.0, 3, 1000, {3}),
        (50.0, 60, 20, {20}),
    ],
)
def test_minimum_and_maximum_win_over_the_range(
    interval: float, minimum: int, maximum: int, expected: set[int]
) -> None:
    assert {fuzzed(interval, factor, minimum, maximum) for factor in (0.0, 0.999999)} == expected


@given(st.floats(0, 36_500), st.floats(0, 1, exclude_max=True))
def test_fuzz_never_leaves_its_range(interval: float, factor: float) -> None:
    low, high = fuzz_range(interval)
    assert max(low, 1) <= fuzzed(interval, factor, 1, 40_000) <= max(high, 1)


def test_every_day_of_the_range_is_about_as_likely() -> None:
    days = Counter(fuzzed(17.0, fuzz_factor(f"tensors/card-{n}", 3), 1, 36_500) for n in range(7_000))
    assert set(days) == set(range(14, 21))
    assert min(days.values()) > 850
    assert max(days.values()) < 1_150


def test_the_factor_depends_on_card_and_repetition_alone() -> None:
    assert fuzz_factor("tensors/view", 3) == pytest.approx(0.69820874)  # on every machine
    assert len({fuzz_factor("tensors/view", reps) for reps in range(100)}) == 100
    assert len({fuzz_factor(f"tensors/{n}", 1) for n in range(100)}) == 100
