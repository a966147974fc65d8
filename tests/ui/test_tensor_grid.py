"""Values as grids: aligned, cut where they do not fit, wrong cells marked by a sign."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studytui.grader.verdict import Counterexample, Tensor, Value
from studytui.ui.texts import Texts
from studytui.ui.widgets.counterexample import counterexample_lines
from studytui.ui.widgets.tensor_grid import choose_numbers, differing, index_of, value_lines, window


def plain(value: Value, width: int = 60, **options: object) -> list[str]:
    return [line.plain.rstrip() for line in value_lines(value, width, **options)]  # type: ignore[arg-type]


def shown(example: Counterexample, width: int = 60, language: str = "en") -> str:
    return "\n".join(line.plain.rstrip() for line in counterexample_lines(example, width, Texts(language)))


def tensor(shape: tuple[int, ...], *elements: float, dtype: str = "float64", truncated: bool = False) -> Tensor:
    return Tensor(dtype, shape, elements, truncated)


def count_up(*shape: int) -> Tensor:
    return tensor(shape, *(float(number) for number in range(math.prod(shape))))


def test_a_matrix_is_bracketed_with_its_columns_right_aligned() -> None:
    assert plain(tensor((2, 2), 1.0, -20.5, 300.25, 4.0)) == [
        "float64 [2, 2]",
        "⎡   1.00  -20.50 ⎤",
        "⎣ 300.25    4.00 ⎦",
    ]


def test_vectors_numbers_and_nothing_have_forms_of_their_own() -> None:
    assert plain(tensor((3,), 1, 2, 3, dtype="int64"))[1] == "[ 1  2  3 ]"
    assert plain(tensor((), 5.0))[1].strip() == "5."
    assert plain(tensor((0, 3)))[1] == "[]"
    assert plain(Tensor("bool", (2,), (True, False)))[1] == "[  True  False ]"
    assert plain(tensor((2,), math.nan, -math.inf))[1] == "[  nan  -inf ]"


def test_higher_ranks_are_labelled_slabs() -> None:
    assert plain(count_up(2, 1, 2)) == [
        "float64 [2, 1, 2]",
        "[0, :, :]",
        "  [ 0.  1. ]",
        "[1, :, :]",
        "  [ 2.  3. ]",
    ]


def test_python_values_look_like_python() -> None:
    assert plain((2, -1)) == ["(2, -1)"]
    assert plain((2,)) == ["(2,)"]
    assert plain([None, True, 0.5, "x"]) == ["[None, True, 0.5, 'x']"]
    assert plain("RuntimeError: no") == ["RuntimeError: no"]
    assert plain([count_up(1), 3]) == ["[0] float64 [1]", "    [ 0. ]", "[1] 3"]


def test_wrong_cells_carry_a_sign_and_not_only_a_style() -> None:
    lines = plain(count_up(2, 2), marked={(0, 1)}, focus=(0, 1))
    assert lines[1:] == ["⎡ 0. ‹1.›⎤", "⎣ 2.  3. ⎦"]


def test_numbers_that_differ_never_look_alike() -> None:
    numbers = choose_numbers([0.1, 0.10000001], apart=[(0.1, 0.10000001)])
    assert numbers.write(0.1) != numbers.write(0.10000001)
    assert choose_numbers([0.5, 1.25]).write(1.25) == "1.25"
    assert choose_numbers([1e-7, 1.0]).write(1e-7) == "1.0000e-07"


def test_a_wide_tensor_is_cut_to_the_width_around_the_first_difference() -> None:
    lines = plain(count_up(20, 30), width=40, marked={(12, 25)}, focus=(12, 25))
    assert max(map(len, lines)) <= 40
    assert any("‹385.›" in line for line in lines)
    assert len(lines) <= 9


def test_elements_the_verdict_does_not_hold_are_dots() -> None:
    assert plain(tensor((2, 2), 1.0, 2.0, 3.0, truncated=True))[2] == "⎣ 3.   · ⎦"


@given(length=st.integers(1, 200), fit=st.integers(1, 30), data=st.data())
def test_a_window_fits_is_in_order_and_holds_the_focus(length: int, fit: int, data: st.DataObject) -> None:
    focus = data.draw(st.none() | st.integers(0, length - 1))
    places = window(length, fit, focus)
    real = [place for place in places if place is not None]
    assert len(places) <= max(fit, 3)
    assert real == sorted(set(real))
    assert focus is None or focus in real
    assert None in places or len(real) == length


@given(st.lists(st.integers(1, 5), max_size=4))
def test_positions_and_indices_agree(shape: list[int]) -> None:
    seen = [index_of(position, tuple(shape)) for position in range(math.prod(shape))]
    assert len(set(seen)) == len(seen)
    assert seen == sorted(seen)


def test_only_cells_that_differ_are_marked_and_nan_equals_nan() -> None:
    expected, actual = tensor((4,), 1.0, math.nan, 3.0, 0.0), tensor((4,), 1.0 + 1e-9, math.nan, 4.0, 0.0)
    assert differing(expected, actual, (2,)) == {(2,)}
    assert differing(expected, tensor((2,), 1.0, 2.0), None) == set()


def test_a_counterexample_names_inputs_and_sets_both_results_side_by_side() -> None:
    example = Counterexample(
        {"x": count_up(2, 2), "dim": -1}, tensor((2,), 1.0, 3.0), tensor((2,), 1.0, 5.0), (1,), "output"
    )
    assert shown(example).split("\n") == [
        "Inputs",
        "  x    float64 [2, 2]",
        "       ⎡ 0.  1. ⎤",
        "       ⎣ 2.  3. ⎦",
        "  dim  -1",
        "",
        "Expected         Yours",
        "  float64 [2]      float64 [2]",
        "  [ 1. ‹3.›]       [ 1. ‹5.›]",
    ]


def test_results_too_wide_to_stand_side_by_side_stand_below_each_other() -> None:
    lines = shown(Counterexample({}, count_up(12), count_up(11), None), width=50).split("\n")
    assert lines[0] == "Expected"
    assert "Yours" in lines
    assert max(map(len, lines)) <= 50


@pytest.mark.parametrize(
    ("other", "sign"), [(tensor((2,), 1.0, 2.0, dtype="float32"), "‹float32›"), (count_up(3), "‹[3]›")]
)
def test_a_wrong_dtype_or_shape_is_marked_in_the_heading(other: Tensor, sign: str) -> None:
    text = shown(Counterexample({}, tensor((2,), 1.0, 2.0), other, None))
    assert sign in text
    assert text.count("‹") == 2


def test_what_torch_refuses_is_told_in_its_words() -> None:
    text = shown(Counterexample({"x": 1}, "RuntimeError: no", None, None, "gradient of x"), language="ko")
    assert "RuntimeError: no" in text
    assert "gradient of x" in text
    assert "None" in text
