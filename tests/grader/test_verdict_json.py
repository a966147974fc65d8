from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studytui.grader.verdict import Counterexample, Outcome, Step, Tensor, Value, Verdict
from studytui.grader.verdict_json import from_json, from_text, to_json, to_text

NUMBERS = st.integers() | st.booleans() | st.floats(allow_nan=False)
DTYPES: dict[str, st.SearchStrategy[Any]] = {
    "float64": st.floats(allow_nan=False),
    "int64": st.integers(-9, 9),
    "complex64": st.sampled_from(["1+2j", "nan"]),
}


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    dtype = draw(st.sampled_from(sorted(DTYPES)))
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=4)))
    count = math.prod(shape)
    kept = draw(st.integers(0, count)) if shape else count
    elements = draw(st.lists(DTYPES[dtype], min_size=kept, max_size=kept))
    return Tensor(dtype, shape, tuple(elements), truncated=kept < count)


VALUES: st.SearchStrategy[Value] = st.recursive(
    NUMBERS | st.text() | st.sampled_from(["nan", "inf", "-inf"]) | st.none() | tensors(),
    lambda inner: st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple),
    max_leaves=5,
)
VERDICTS = st.builds(
    Verdict,
    outcome=st.sampled_from(Outcome),
    message=st.text(),
    run=st.integers(0, 200),
    total=st.integers(0, 200),
    line=st.none() | st.integers(1, 99),
    column=st.none() | st.integers(1, 99),
    counterexample=st.none()
    | st.builds(
        Counterexample,
        inputs=st.dictionaries(st.text(max_size=5), VALUES, max_size=3),
        expected=VALUES,
        actual=VALUES,
        first_difference=st.none() | st.lists(st.integers(0, 9), max_size=4).map(tuple),
        what=st.sampled_from(["output", "gradient of x"]),
    ),
    cause=st.text(),
    steps=st.lists(st.builds(Step, st.text(), st.booleans(), st.text()), max_size=3).map(tuple),
    expected=st.text(),
    printed=st.text(),
    seconds=st.floats(0, 100),
    seed=st.integers(0, 2**31),
    device=st.sampled_from(["cpu", "cuda"]),
)


def strict(text: str) -> Any:
    """As JSON of the standard, which knows no NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def shown(value: Value) -> Any:
    verdict = Verdict(Outcome.WRONG, "", counterexample=Counterexample({"x": value}, None, None, None))
    return strict(to_text(verdict, card="d/c"))["counterexample"]["inputs"]["x"]


def read_back(value: Value) -> Any:
    verdict = Verdict(Outcome.WRONG, "", counterexample=Counterexample({"x": value}, None, None, None))
    found = from_text(to_text(verdict, card="d/c")).counterexample
    assert found is not None
    return found.inputs["x"]


@settings(max_examples=150, deadline=None)
@given(VERDICTS)
def test_a_verdict_comes_back_as_it_was(verdict: Verdict) -> None:
    text = to_text(verdict, card="tensors/view", function="view")
    strict(text)
    assert text.isascii()
    back = from_text(text)
    assert back == verdict
    assert repr(back) == repr(verdict)  # tells True from 1, (1,) from [1], -0.0 from 0.0


def test_the_shape_is_that_of_the_command_lines_results() -> None:
    verdict = Verdict(
        Outcome.WRONG,
        "element [0, 1] differs",
        run=3,
        total=120,
        line=4,
        counterexample=Counterexample(
            {"x": Tensor("float64", (2, 2), (1.0, math.nan, math.inf, 4.0)), "shape": [4, -1]},
            Tensor("int64", (), (3,)),
            "RuntimeError: no",
            (0, 1),
        ),
        steps=(Step("w - eta*g", holds=False, says="sign"),),
        seconds=0.04,
        seed=7,
    )
    assert to_json(verdict, card="tensors/view", function="view") == {
        "card": "tensors/view",
        "function": "view",
        "verdict": "wrong",
        "cases": {"run": 3, "total": 120},
        "message": "element [0, 1] differs",
        "line": 4,
        "column": None,
        "counterexample": {
            "inputs": {
                "x": {"dtype": "float64", "shape": [2, 2], "data": [[1.0, "nan"], ["inf", 4.0]]},
                "shape": [4, -1],
            },
            "expected": {"dtype": "int64", "shape": [], "data": 3},
            "actual": "RuntimeError: no",
            "first_difference": [0, 1],
            "what": "output",
        },
        "cause": "",
        "steps": [{"text": "w - eta*g", "holds": False, "says": "sign"}],
        "expected_answer": "",
        "printed": "",
        "seconds": 0.04,
        "seed": 7,
        "device": "cpu",
        "times_torch": None,
    }


def test_inputs_keep_the_order_of_the_signature() -> None:
    found = Counterexample({"x": 1, "a": 2, "m": 3}, None, None, None)
    back = from_text(to_text(Verdict(Outcome.WRONG, "", counterexample=found), card="d/c")).counterexample
    assert back is not None
    assert list(back.inputs) == ["x", "a", "m"]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_lacks_are_strings_and_come_back_as_numbers(number: float) -> None:
    assert shown(number) == str(number)
    assert repr(read_back(number)) == repr(number)
    assert repr(read_back(Tensor("float32", (2,), (1.0, number)))) == repr(Tensor("float32", (2,), (1.0, number)))


def test_a_string_that_reads_like_such_a_number_stays_a_string() -> None:
    assert read_back("nan") == "nan"
    assert read_back(["inf", math.inf]) == ["inf", math.inf]


def test_a_cut_tensor_says_so_and_nests_what_it_has() -> None:
    cut = Tensor("int64", (3, 4), (1, 2, 3, 4, 5, 6), truncated=True)
    assert shown(cut) == {"dtype": "int64", "shape": [3, 4], "data": [[1, 2, 3, 4], [5, 6]], "truncated": True}
    assert read_back(cut) == cut


def test_a_tensor_of_any_shape_without_elements_costs_nothing() -> None:
    empty = Tensor("float64", (10**12, 0), ())
    assert shown(empty)["data"] == []
    assert read_back(empty) == empty


def test_elements_that_do_not_fit_the_shape_are_still_written() -> None:
    for odd in (Tensor("int64", (), (1, 2)), Tensor("int64", (), ()), Tensor("int64", (2, -3), (1, 2, 3))):
        assert read_back(odd) == odd


def test_an_integer_of_thousands_of_digits_is_written_too() -> None:
    assert shown(10**5000).startswith("0x")


def test_what_is_no_verdict_is_refused() -> None:
    for text in ("", "[]", "{}", '{"verdict": "great"}'):
        with pytest.raises((KeyError, TypeError, ValueError)):
            from_text(text)
    with pytest.raises(ValueError, match="great"):
        from_json({**to_json(Verdict(Outcome.PASSED, ""), card="d/c"), "verdict": "great"})
