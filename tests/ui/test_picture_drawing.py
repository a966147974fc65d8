"""Drawn pictures: they fit, mark what they are about by a sign, and never cut it away."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studytui.grader.picture import Cell, Fact, Panel, Picture, TracedLine
from studytui.grader.verdict import Tensor
from studytui.ui.line_layout import cut, plain, width_of, wrapped
from studytui.ui.picture_drawing import draw, row_length, shown
from studytui.ui.texts import Texts
from studytui.ui.trace_drawing import shape_lines

TEXTS = Texts("en")


def panel(name: str, *shape: int, elements: tuple[float | int | bool | str, ...] | None = None) -> Panel:
    count = math.prod(shape)
    numbers = tuple(range(min(count, 64))) if elements is None else elements
    return Panel(name, Tensor("int64", shape, numbers, truncated=len(numbers) < count))


def moved(source: Panel, target: Panel, places: list[int | None]) -> Picture:
    cells = tuple((Cell(0, place),) if place is not None else () for place in places)
    return Picture("x.op()", "moved", (source,), (target,), cells)


def page(picture: Picture, step: int = 0, width: int = 80) -> list[str]:
    return [plain(line).rstrip() for line in draw(picture, step, width, TEXTS)]


TRANSPOSED = moved(panel("x", 2, 3), panel("y", 3, 2, elements=(0, 3, 1, 4, 2, 5)), [0, 3, 1, 4, 2, 5])


def test_a_picture_has_both_sides_and_marks_a_cell_and_its_source() -> None:
    assert page(TRANSPOSED, 1) == [
        "2 of 6   y[0, 1] = 3  ←  x[1, 0]",
        "",
        "x  int64 [2, 3]       y  int64 [3, 2]",
        "⎡ 0  1  2 ⎤           ⎡ 0 ‹3›⎤",
        "⎣‹3› 4  5 ⎦       →   ⎢ 1  4 ⎥",
        "                      ⎣ 2  5 ⎦",
    ]


def test_marks_have_roles_of_their_own() -> None:
    roles = {span.role: span.text for line in draw(TRANSPOSED, 1, 80, TEXTS) for span in line if "‹" in span.text}
    assert roles == {"source": "‹3›", "target": "‹3›"}


def test_what_does_not_fit_beside_stands_below() -> None:
    lines = page(TRANSPOSED, 0, width=30)
    assert "  ↓" in lines
    assert max(map(len, lines)) <= 30


def test_cells_are_numbered_where_values_would_not_tell_them_apart() -> None:
    zeros = (0, 0, 0)
    picture = moved(panel("x", 3, elements=zeros), panel("y", 3, elements=zeros), [2, 1, None])
    lines = page(picture)
    assert "[ 0  1 ‹2›]" in lines[3]
    assert "[‹2› 1  · ]" in lines[3]
    assert lines[0] == "1 of 3   y[0] = 0  ←  x[2]"
    assert "numbered" in lines[-1]
    assert "comes from no input cell" in page(picture, 2)[0]


def test_several_inputs_are_numbered_by_letters_and_an_index_keeps_its_values() -> None:
    inputs = (panel("i", 2, elements=(7, 7)), panel("x", 2, elements=(0, 0)), panel("y", 2, elements=(0, 0)))
    cells = ((Cell(1, 0), Cell(0, 0)), (Cell(2, 1), Cell(0, 1)))
    picture = Picture("e", "moved", inputs, (panel("out", 2, elements=(0, 0)),), cells)
    text = "\n".join(page(picture))
    assert "[‹7› 7 ]" in text
    assert "[‹a0› a1 ]" in text
    assert "[ b0  b1 ]" in text
    assert "[‹a0› b1 ]" in text


def test_one_of_several_sources_may_be_chosen() -> None:
    cells = (tuple(Cell(0, place) for place in range(4)),)
    picture = Picture("max", "read", (panel("x", 2, 2),), (panel("y", elements=(3,)),), cells, {0: Cell(0, 3)})
    lines = page(picture)
    assert lines[0] == "1 of 1   y = 3  ←  x[:, :]: the value of x[1, 1]"
    assert "‹2›«3»" in "".join(lines)


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([5], "x[1, 1]"),
        ([0, 1, 4, 5], "x[0:2, 0:2]"),
        ([1, 3], "x[0, 1:4:2]"),
        ([4, 5, 6, 7], "x[1, :]"),
        ([0, 5, 10], "x[0, 0], x[1, 1], x[2, 2]"),
        ([0, 5, 10, 3, 7], "x[0, 0], x[0, 3], x[1, 1], … (5)"),
    ],
)
def test_sources_are_called_as_one_would_index_them(places: list[int], words: str) -> None:
    cells = (tuple(Cell(0, place) for place in places),)
    picture = Picture("e", "read", (panel("x", 3, 4),), (panel("y", elements=(0,)),), cells)
    assert page(picture)[0].endswith(f"←  {words}")


def test_an_expression_as_a_name_is_indexed_as_a_whole() -> None:
    for name, called in [("a < 1", "(a < 1)[0]"), ("x.t()", "x.t()[0]"), ("f(a + b)", "f(a + b)[0]")]:
        picture = moved(panel(name, 2), panel("y", 1), [0])
        assert page(picture)[0].endswith(called)


def test_what_cannot_be_traced_says_so_and_has_shapes() -> None:
    picture = Picture("e", "unknown", (panel("x", 2),), (panel("y", 1),))
    assert page(picture)[-1] == "Where its cells come from cannot be traced."
    assert "x  int64 [2]" in page(picture)[0]
    empty = Picture("e", "unknown", (panel("x", 0),), (panel("y", 0),))
    assert page(empty)[-1] == "The result has no cells."


def test_the_cell_below_is_a_row_further() -> None:
    assert row_length(TRANSPOSED, 0) == 2
    assert row_length(moved(panel("x", 3), panel("y", 3), [0, 1, 2]), 0) == 1


shapes = st.lists(st.integers(1, 40), max_size=4).map(tuple)


@settings(deadline=None)
@given(shapes, shapes, st.data(), st.sampled_from([40, 74, 80, 120]))
def test_every_line_fits_and_the_marked_cells_are_there(
    source: tuple[int, ...], target: tuple[int, ...], data: st.DataObject, width: int
) -> None:
    count, steps = math.prod(source), min(math.prod(target), 50)
    draws = data.draw(st.lists(st.integers(0, count - 1), min_size=steps, max_size=steps))
    picture = moved(panel("x", *source), panel("y", *target), [*draws])
    step = data.draw(st.integers(0, steps - 1))
    lines = draw(picture, step, width, TEXTS)
    assert all(width_of(line) <= width for line in lines)
    text = "\n".join(map(plain, lines))
    assert text.count("‹") == 2
    assert len(lines) < 80


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 20), st.sets(st.integers(0, 59), max_size=8))
def test_what_is_wanted_is_shown_as_far_as_there_is_room(length: int, fit: int, wanted: set[int]) -> None:
    wanted = {place for place in wanted if place < length}
    places = shown(length, fit, wanted)
    kept = [place for place in places if place is not None]
    assert kept == sorted(set(kept))
    assert len(places) <= max(fit, 3)
    assert kept
    assert not wanted or wanted & set(kept)
    if len(wanted) == 1:
        assert wanted <= set(kept)
    gaps = [place for place in range(length) if place not in kept]
    assert bool(gaps) == (None in places)


def traced(*lines: tuple[int, str, list[tuple[str, str]], str]) -> list[TracedLine]:
    return [
        TracedLine(number, code, tuple(Fact(*fact) for fact in facts), (), error)
        for number, code, facts, error in lines
    ]


def test_shapes_stand_beside_their_lines() -> None:
    lines = traced(
        (3, "x = torch.zeros(2, 3)", [("x", "float32 [2, 3]")], ""),
        (4, "y = x.t().reshape(-1)", [("x.t()", "float32 [3, 2]"), ("y", "float32 [6]")], ""),
        (5, "y @ x", [], "RuntimeError: no"),
        (6, "y", [("=", "float32 [6]")], ""),
    )
    assert [plain(line).rstrip() for line in shape_lines(lines, 80)] == [
        "3  x = torch.zeros(2, 3)   x  float32 [2, 3]",
        "4  y = x.t().reshape(-1)   x.t()  float32 [3, 2]",
        "                           y  float32 [6]",
        "5  y @ x",
        "   ✗ RuntimeError: no",
        "6  y                       =  float32 [6]",
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 300),
            st.text("ab c한(", max_size=100),
            st.lists(st.tuples(st.text("xyz", min_size=1, max_size=48), st.text("int 64[],", max_size=72)), max_size=3),
            st.text("Er ror한", max_size=200),
        ),
        max_size=6,
    ),
    st.sampled_from([40, 60, 76, 120]),
)
def test_shape_lines_fit(lines: list[tuple[int, str, list[tuple[str, str]], str]], width: int) -> None:
    assert all(width_of(line) <= width for line in shape_lines(traced(*lines), width))


def test_what_finds_no_room_at_all_leaves_no_sign() -> None:
    assert cut(" ", 0) == ""


def test_wide_characters_take_two_columns() -> None:
    assert cut("한국어", 5) == "한국…"
    assert plain(wrapped(draw(TRANSPOSED, 0, 80, Texts("ko"))[0], 20)[0]).startswith("6개 중 1번째")
