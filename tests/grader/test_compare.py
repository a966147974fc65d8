from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from studytui.grader.children.codec import Unknown
from studytui.grader.children.compare import (
    TOLERANCES,
    Tolerance,
    compare,
    largest_input,
    rounding_error,
)

PLAIN = Tolerance()


def differs(expected: Any, actual: Any, tolerance: Tolerance = PLAIN) -> str | None:
    """What kind of difference there is."""
    found = compare(expected, actual, tolerance)
    return None if found is None else found.kind


# ---- values


@pytest.mark.parametrize("dtype", TOLERANCES, ids=str)
def test_the_tolerances_are_torchs_own(dtype: torch.dtype) -> None:
    one = torch.tensor([1.0, 3.0]).to(dtype)
    rtol, atol = TOLERANCES[dtype]
    torch.testing.assert_close(one, one * (1 + rtol / 4))
    assert Tolerance().of(one) == (rtol, atol)


@pytest.mark.parametrize("dtype", TOLERANCES, ids=str)
def test_a_difference_within_the_tolerance_passes_and_one_beyond_does_not(dtype: torch.dtype) -> None:
    rtol, _ = TOLERANCES[dtype]
    expected = torch.full((4,), 3.0, dtype=dtype)
    assert differs(expected, expected * (1 + rtol / 3)) is None
    assert differs(expected, expected * (1 + 20 * rtol)) == "value"


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.uint8, torch.bool], ids=str)
def test_whole_numbers_are_compared_exactly(dtype: torch.dtype) -> None:
    expected = torch.tensor([0, 1, 1]).to(dtype)
    assert differs(expected, expected.clone()) is None
    assert differs(expected, torch.tensor([0, 1, 0]).to(dtype)) == "value"


def test_large_whole_numbers_are_not_taken_through_floats() -> None:
    assert differs(torch.tensor([2**62]), torch.tensor([2**62 + 1])) == "value"


@pytest.mark.parametrize("dtype", TOLERANCES, ids=str)
@pytest.mark.parametrize("magnitude", [1.0, 1e-3, 1e-6, 1e-9, 1e-30])
@pytest.mark.parametrize("scale", [0.0, 1.0, 4.0, 1e3, 1e30])
def test_zeros_never_pass_for_small_expected_values(dtype: torch.dtype, magnitude: float, scale: float) -> None:
    expected = (torch.tensor([1.0, -0.5, 0.25]) * magnitude).to(dtype)
    epsilons = 256 if dtype in {torch.float64, torch.complex128} else 4
    if float(expected.abs().max()) <= epsilons * torch.finfo(dtype).eps * min(scale, 1e4):
        return  # there is nothing in it, or nothing but rounding of what went in
    assert differs(expected, torch.zeros_like(expected), Tolerance(scale=scale)) == "value"


@pytest.mark.parametrize("magnitude", [1.0, 1e-2, 1e-4])
def test_zeros_pass_under_no_tolerance_a_card_asks_for(magnitude: float) -> None:
    expected = torch.tensor([1.0, 0.5], dtype=torch.float64) * magnitude
    assert differs(expected, torch.zeros_like(expected), Tolerance(override=(0.1, 0.1))) == "value"
    assert differs(magnitude, 0.0, Tolerance(override=(0.1, 0.1))) == "value"


def test_a_cards_own_tolerance_counts_instead_of_torchs() -> None:
    expected = torch.tensor([1.0, 2.0])
    assert differs(expected, expected + 0.01, Tolerance(override=(0.0, 0.02))) is None
    assert differs(expected, expected + 1e-7, Tolerance(override=(0.0, 0.0))) == "value"


def test_a_tolerance_is_not_shared_between_large_and_small_results() -> None:
    small = torch.tensor([1e-6, 2e-6], dtype=torch.float64)
    assert differs(small, small * 1.01) == "value"
    assert differs(small, small * (1 + 1e-8)) is None


def test_cancellation_leaves_noise_of_the_inputs_size() -> None:
    """x - mean(x) of equal numbers is 0 or a few epsilons of x: either is right."""
    noise = torch.tensor([1.1e-13, -1.1e-13, 0.0], dtype=torch.float64)
    assert differs(noise, torch.zeros(3, dtype=torch.float64), Tolerance(scale=1000.0)) is None
    assert differs(torch.zeros(3, dtype=torch.float64), noise, Tolerance(scale=1000.0)) is None
    assert differs(torch.zeros(3, dtype=torch.float64), noise + 1e-6, Tolerance(scale=1000.0)) == "value"


@pytest.mark.parametrize("seed", range(5))
def test_a_float32_sum_in_another_order_passes(seed: int) -> None:
    x = torch.randn(400, generator=torch.Generator().manual_seed(seed)) * 4
    expected, exact = x.sum(), x.double().sum()
    total = torch.zeros(())
    for value in x:
        total = total + value
    tolerance = Tolerance(scale=float(x.abs().max()), rounding=rounding_error(expected, exact))
    assert differs(expected, total, tolerance) is None
    assert differs(expected, total + 0.01 * abs(total), tolerance) == "value"


def test_the_rounding_error_is_torchs_own_against_float64() -> None:
    low = torch.tensor([0.1, 0.2])
    assert rounding_error((low, None), (low.double() + 1e-5, None)) == pytest.approx(1e-5, rel=1e-2)
    assert rounding_error(low, torch.zeros(3)) == 0.0
    assert rounding_error(torch.tensor([math.inf]), torch.tensor([1.0])) == 0.0


def test_torchs_own_error_widens_the_tolerance_eightfold_and_no_further() -> None:
    expected = torch.tensor([1.0, 2.0])
    tolerance = Tolerance(rounding=1e-3)
    assert differs(expected, expected + 7e-3, tolerance) is None
    assert differs(expected, expected + 9e-3, tolerance) == "value"


def test_the_largest_input_counts_numbers_and_tensors_that_are_finite() -> None:
    assert largest_input([torch.tensor([1.0, -7.0, math.inf, math.nan]), [3, (2.5,)], True, None, "x"]) == 7.0
    assert largest_input([torch.zeros(0), torch.ones(2, dtype=torch.bool)]) == 0.0
    assert largest_input([-9, torch.tensor([2])]) == 9.0
    assert largest_input([10**400]) == 0.0


# ---- NaN and infinity


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16], ids=str)
def test_nan_and_infinity_must_stand_where_they_should(dtype: torch.dtype) -> None:
    nan, inf = math.nan, math.inf
    expected = torch.tensor([1.0, nan, inf, -inf], dtype=dtype)
    assert differs(expected, expected.clone()) is None
    for wrong in ([nan, 1.0, inf, -inf], [1.0, nan, -inf, inf], [1.0, nan, inf, 0.0], [1.0, 0.0, inf, -inf]):
        assert differs(expected, torch.tensor(wrong, dtype=dtype)) == "value"
    assert differs(torch.ones(2, dtype=dtype), torch.full((2,), nan, dtype=dtype)) == "value"
    assert differs(torch.ones(2, dtype=dtype), torch.full((2,), inf, dtype=dtype)) == "value"
    huge = torch.full((2,), torch.finfo(dtype).max, dtype=dtype)
    assert differs(torch.full((2,), inf, dtype=dtype), huge) == "value"


# ---- what is not a value


def test_shape_dtype_and_type_come_before_values() -> None:
    x = torch.ones(2, 3)
    assert differs(x, torch.ones(3, 2)) == "shape"
    assert differs(x, torch.ones(2, 3, 1)) == "shape"
    assert differs(x, x.double()) == "dtype"
    assert differs(torch.ones(2, dtype=torch.int64), torch.ones(2, dtype=torch.int32)) == "dtype"
    assert differs(x, 1.0) == "type"
    assert differs(torch.tensor(1.0), 1.0) == "type"
    assert differs(x, None) == "type"
    assert differs(x, [x]) == "type"
    assert differs(x, Unknown("ndarray", "array(1)")) == "type"


def test_empty_tensors_agree_if_their_shapes_do() -> None:
    assert differs(torch.zeros(0, 3), torch.ones(0, 3)) is None
    assert differs(torch.zeros(0, 3), torch.ones(3, 0)) == "shape"


def test_strides_do_not_matter() -> None:
    x = torch.arange(6.0).reshape(2, 3)
    assert differs(x, x.T.contiguous().T) is None
    assert differs(torch.ones(3).expand(2, 3), torch.ones(2, 3)) is None


def test_the_first_difference_is_given_in_row_major_order() -> None:
    expected = torch.arange(6.0).reshape(2, 3)
    actual = expected.clone()
    actual[1, 0], actual[1, 2] = 9.0, 9.0
    found = compare(expected, actual, PLAIN)
    assert found is not None
    assert (found.index, found.expected, found.actual, found.what) == ((1, 0), 3.0, 9.0, "output")
    scalar = compare(torch.tensor(1.0), torch.tensor(2.0), PLAIN)
    assert scalar is not None
    assert scalar.index == ()


@pytest.mark.parametrize(
    ("expected", "actual", "kind"),
    [
        ((1, 2), (1, 2), None),
        ([1, 2], [1, 2], None),
        ((1, 2), [1, 2], "type"),
        ([1, 2], (1, 2), "type"),
        ((1, 2), (1, 2, 3), "length"),
        ((1, 2), (1,), "length"),
        ((), (), None),
        ((1, (2, [3])), (1, (2, [4])), "value"),
        (None, None, None),
        (None, 0, "type"),
        (0, None, "type"),
        (1, 1, None),
        (1, 2, "value"),
        (1, True, "type"),
        (True, True, None),
        (True, 1, "type"),
        (1, 1.0, "type"),
        (1.0, 1, "type"),
        (1.0, 1.0 + 1e-9, None),
        (1.0, 1.001, "value"),
        (0.0, 0.0, None),
        (0.0, 1e-9, None),
        (0.0, 1e-3, "value"),
        (1e-9, 0.0, "value"),
        (math.nan, math.nan, None),
        (math.nan, 1.0, "value"),
        (1.0, math.nan, "value"),
        (math.inf, math.inf, None),
        (math.inf, -math.inf, "value"),
        (math.inf, 1e308, "value"),
        (1e308, math.inf, "value"),
        (1 + 2j, 1 + 2j, None),
        (1 + 2j, 1 - 2j, "value"),
        (1 + 2j, 1.0, "type"),
        ("sum", "sum", None),
        ("sum", "mean", "value"),
        (torch.float32, torch.float32, None),
        (torch.float32, torch.float64, "value"),
        (2**70, 2**70 + 1, "value"),
    ],
    ids=repr,
)
def test_tuples_lists_none_and_scalars(expected: Any, actual: Any, kind: str | None) -> None:
    assert differs(expected, actual) == kind


def test_a_named_tuple_of_torchs_is_a_tuple() -> None:
    pair = torch.max(torch.tensor([[1.0, 3.0]]), dim=1)
    assert differs(pair, (torch.tensor([3.0]), torch.tensor([1]))) is None
    found = compare(pair, (torch.tensor([3.0]), torch.tensor([0])), PLAIN)
    assert found is not None
    assert found.what == "output[1]"


def test_what_differs_is_named_by_its_place() -> None:
    found = compare([torch.ones(1), (torch.ones(1), 2)], [torch.ones(1), (torch.ones(1), 3)], PLAIN, "gradient")
    assert found is not None
    assert found.what == "gradient[1][1]"


def test_gradients_and_views_are_compared_by_value() -> None:
    x = torch.ones(3, requires_grad=True)
    assert differs(x * 2, torch.full((3,), 2.0)) is None
