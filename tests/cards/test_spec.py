from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studytui.cards.spec import (
    DTYPES,
    MAX_SPEC_LENGTH,
    DimSpec,
    ExpressionSpec,
    OneOfSpec,
    PermutationSpec,
    ScalarSpec,
    ShapeSpec,
    Spec,
    TensorListSpec,
    TensorSpec,
    check_expression,
    names_in,
    parse_range,
    parse_spec,
)

SPECS: dict[str, Spec] = {
    "float[N, C]": TensorSpec("float", ("N", "C")),
    "float64[N]": TensorSpec("float64", ("N",)),
    " float64 [N] ": ExpressionSpec("float64 [N]"),
    "float[]": TensorSpec("float", ()),
    "float[...]": TensorSpec("float", None),
    "float[ ... ]": TensorSpec("float", None),
    "float[..., C]": TensorSpec("float", ("C",), leading=True),
    "float64[ ..., N, H + 2] in 0..1 with nan": TensorSpec("float64", ("N", "H + 2"), "0", "1", ("nan",), leading=True),
    "list[1..3] of float[..., _]": TensorListSpec(1, 3, TensorSpec("float", ("_",), leading=True)),
    "bool[_, 3]": TensorSpec("bool", ("_", "3")),
    "float[N*C, H + 2]": TensorSpec("float", ("N * C", "H + 2")),
    "float[max(N, 1), x.dim()]": TensorSpec("float", ("max(N, 1)", "x.dim()")),
    "float[N,\n  C]": TensorSpec("float", ("N", "C")),
    "int64[N] in 0..C-1": TensorSpec("int64", ("N",), "0", "C-1"),
    "int64[N] in 0..len([1, 2])-1": TensorSpec("int64", ("N",), "0", "len([1, 2])-1"),
    "float[N] in -0.5..0.5": TensorSpec("float", ("N",), "-0.5", "0.5"),
    "float[N] with nan": TensorSpec("float", ("N",), special=("nan",)),
    "float[N] with nan, inf, -inf": TensorSpec("float", ("N",), special=("nan", "inf", "-inf")),
    "float[N] in 0..1 with inf": TensorSpec("float", ("N",), "0", "1", ("inf",)),
    "list[1..3] of float[_, C]": TensorListSpec(1, 3, TensorSpec("float", ("_", "C"))),
    "list[2..2] of int64[N] in 0..3": TensorListSpec(2, 2, TensorSpec("int64", ("N",), "0", "3")),
    "int": ScalarSpec("int"),
    "int in 1..3": ScalarSpec("int", "1", "3"),
    "float in -2..2": ScalarSpec("float", "-2", "2"),
    "int in 0..x.dim()-1": ScalarSpec("int", "0", "x.dim()-1"),
    "bool": ScalarSpec("bool"),
    "one_of(-1, [C, N], None)": OneOfSpec(("-1", "[C, N]", "None")),
    "one_of('sum', \"mean\")": OneOfSpec(("'sum'", "'mean'")),
    "dim(x)": DimSpec("x"),
    "dim( input )": DimSpec("input"),
    "permutation(x.dim())": PermutationSpec("x.dim()"),
    "shape(N*C)": ShapeSpec("N*C"),
    "list(range(x.ndim))": ExpressionSpec("list(range(x.ndim))"),
    "x.shape[0]": ExpressionSpec("x.shape[0]"),
    "N in [1, 2]": ExpressionSpec("N in [1, 2]"),
    "3": ExpressionSpec("3"),
}


@pytest.mark.parametrize("text", SPECS)
def test_what_a_spec_says(text: str) -> None:
    assert parse_spec(text) == SPECS[text]


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype_is_known(dtype: str) -> None:
    assert parse_spec(f"{dtype}[N]") == TensorSpec(dtype, ("N",))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "an input needs a spec"),
        ("   ", "an input needs a spec"),
        ("x" * (MAX_SPEC_LENGTH + 1), f"may have {MAX_SPEC_LENGTH} characters"),
        ("float65[N]", "`float65` is no dtype of a tensor; known are float, float64"),
        ("Float[N]", "no dtype"),
        ("float[N", "no Python expression"),
        ("float[N,, C]", "no Python expression"),
        ("float[N], [C]", "sizes"),
        ("float[n for n in x]", "sizes"),
        ("float[*x.shape]", "sizes"),
        ("float[C, ...]", "`...` stands once and first, as in `float[..., C]`, not as in `[C, ...]`"),
        ("float[..., ..., C]", "`...` stands once and first"),
        ("float[...,]", "a size is missing after `...,`"),
        ("float[N] in 3", "low..high"),
        ("float[N] in ..3", "low..high"),
        ("float[N] in 1..", "low..high"),
        ("int in 1..2..3", "no Python expression"),
        ("int64[N] with nan", "only floating tensors"),
        ("list[1..3] of int", "a list holds tensors"),
        ("list[3..1] of float[N]", "runs from low to high"),
        ("list[1..99] of float[N]", "16 at most"),
        ("list[1..3] of", "no Python expression"),
        ("one_of()", "takes one or more expressions"),
        ("one_of(a=1)", "takes one or more expressions"),
        ("one_of(*x)", "takes one or more expressions"),
        ("one_of(1)(2)", "takes one or more expressions"),
        ("one_of(1", "no Python expression"),
        ("permutation()", "no Python expression"),
        ("import os", "no Python expression"),
        ("x = 3", "no Python expression"),
        ("lambda:", "no Python expression"),
        ("(" * 400, "no Python expression"),
        ("-" * 450 + "1", ""),
        ("\x00", "no Python expression"),
        ("str", ""),
    ],
    ids=lambda text: repr(text)[:30],
)
def test_a_spec_that_says_nothing_is_refused_with_a_sentence(text: str, says: str) -> None:
    if not says:
        assert isinstance(parse_spec(text), ExpressionSpec)
        return
    with pytest.raises(ValueError, match=r".") as raised:
        parse_spec(text)
    assert says in str(raised.value)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="floatin64[]().,_ *NC-+0123'=\n", max_size=40) | st.text(max_size=20))
def test_any_text_is_a_spec_or_a_value_error(text: str) -> None:
    with suppress(ValueError):
        parse_spec(text)


def test_a_range_has_two_ends() -> None:
    assert parse_range("1..4") == ("1", "4")
    assert parse_range(" 0.01 .. 0.5 ") == ("0.01", "0.5")
    assert parse_range("K..2*K+1") == ("K", "2*K+1")


@pytest.mark.parametrize("text", ["", "3", "1.4", "..", "1..", "..4", "a b..c", "1..4..5", "1..import os"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"range|expression"):
        parse_range(text)


def test_the_names_an_expression_reads() -> None:
    assert names_in("N*C + x.shape[i] - len([1])") == {"N", "C", "x", "i", "len"}


def test_an_expression_is_read_and_never_run() -> None:
    check_expression("__import__('os').system('exit 1')")
    with pytest.raises(ValueError, match="no Python expression"):
        check_expression("x; y")
