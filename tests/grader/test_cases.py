from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from studytui.cards.signature import parse_signature
from studytui.grader.children.cases import MAX_ELEMENTS, Case, CaseError, Generator, explicit_cases, tensors_in
from studytui.grader.children.codec import DTYPES


def card(function: str, **fields: Any) -> dict[str, Any]:
    return {"function": function, "inputs": {}, "dims": {}, "where": None, "cases": [], **fields}


def generate(function: str, inputs: dict[str, str], *, seed: int = 0, count: int = 100, **fields: Any) -> list[Case]:
    declared = card(function, inputs=inputs, **fields)
    return Generator(declared, parse_signature(function), seed).cases(count)


def explicit(function: str, *cases: dict[str, Any]) -> list[Case]:
    return explicit_cases(card(function, cases=cases), parse_signature(function))


def tensors(cases: list[Case], name: str = "x") -> list[torch.Tensor]:
    return [case.arguments[name] for case in cases if name in case.arguments]


def text(cases: list[Case]) -> str:
    return repr([(case.arguments, [tensor.stride() for tensor in tensors_in(list(case.arguments.values()))])
                 for case in cases])  # fmt: skip


MATMUL = {"x": "float[N, C]", "y": "float[C, M]"}


# ---- which cases, in what order


def test_the_same_seed_gives_the_same_cases_and_another_seed_others() -> None:
    once, again, other = (generate("f(x, y)", MATMUL, seed=seed) for seed in (7, 7, 8))
    assert text(once) == text(again)
    assert text(once) != text(other)


def test_as_many_cases_as_asked_for_and_no_two_alike() -> None:
    cases = generate("f(x, y)", MATMUL)
    assert len(cases) == 100
    assert len({text([case]) for case in cases}) == 100


def test_fewer_cases_where_there_are_no_more() -> None:
    assert sorted(case.arguments["n"] for case in generate("f(n)", {"n": "int in 1..3"})) == [1, 2, 3]


def test_no_generated_cases_where_none_are_asked_for() -> None:
    assert generate("f(x)", {"x": "float[N]"}, count=0) == []


def test_cases_come_smallest_first_empty_ones_after_their_nearest_likes() -> None:
    cases = generate("f(x, y)", MATMUL)
    weights = [case.weight for case in cases]
    assert weights == sorted(weights)
    assert weights[0][0] <= 3
    assert weights[-1][0] >= 30


def test_sizes_zero_and_one_and_shapes_that_are_not_square_occur() -> None:
    shapes = [tensor.shape for tensor in tensors(generate("f(x)", {"x": "float[N, C]"}))]
    assert any(0 in shape for shape in shapes)
    assert any(1 in shape for shape in shapes)
    assert sum(n != m for n, m in shapes) > 30
    assert max(n for shape in shapes for n in shape) == 5


@pytest.mark.parametrize("seed", range(3))
def test_every_memory_layout_occurs(seed: int) -> None:
    found = tensors(generate("f(x)", {"x": "float[N, C]"}, seed=seed))
    large = [tensor for tensor in found if min(tensor.shape) > 1]
    assert any(tensor.is_contiguous() for tensor in large)
    assert any(tensor.T.is_contiguous() and not tensor.is_contiguous() for tensor in large)
    assert any(tensor.stride(-1) == 2 for tensor in large)
    assert any(tensor.stride(0) == 0 for tensor in large)


def test_both_precisions_of_float_occur_and_never_both_in_one_case() -> None:
    cases = generate("f(x, y)", MATMUL)
    assert {tensor.dtype for tensor in tensors(cases)} == {torch.float32, torch.float64}
    assert sum(tensor.dtype is torch.float64 for tensor in tensors(cases)) > 50
    assert all(case.arguments["x"].dtype is case.arguments["y"].dtype for case in cases)


@pytest.mark.parametrize("name", DTYPES)
def test_a_tensor_has_the_dtype_it_is_declared_with(name: str) -> None:
    assert {tensor.dtype for tensor in tensors(generate("f(x)", {"x": f"{name}[N]"}, count=20))} == {DTYPES[name]}


def test_values_are_whole_tied_fractional_and_large_negative_ones_too() -> None:
    found = [tensor for tensor in tensors(generate("f(x)", {"x": "float64[N, C]"})) if tensor.numel() > 3]
    assert any(bool((tensor == tensor.round()).all()) for tensor in found)
    assert any(len(set(tensor.flatten().tolist())) <= 3 for tensor in found)
    assert any(0 < tensor.abs().max() < 5 and bool((tensor != tensor.round()).any()) for tensor in found)
    assert any(tensor.abs().max() > 100 for tensor in found)
    assert any(bool((tensor < 0).any()) for tensor in found)


def test_large_values_are_never_in_low_precision() -> None:
    found = tensors(generate("f(x)", {"x": "float[N]"}))
    assert all(tensor.dtype is torch.float64 for tensor in found if tensor.numel() and tensor.abs().max() > 10)


def test_gradients_are_only_asked_for_away_from_ties_and_kinks() -> None:
    for case in generate("f(x)", {"x": "float64[N, C]"}):
        x = case.arguments["x"]
        if case.smooth and x.numel() and 0 not in x.stride():
            assert len(set(x.flatten().tolist())) == x.numel()


def test_nan_and_infinity_occur_only_where_the_card_allows_them() -> None:
    plain = tensors(generate("f(x)", {"x": "float[N, C]"}))
    assert all(bool(tensor.isfinite().all()) for tensor in plain)
    special = tensors(generate("f(x)", {"x": "float[N, C] with nan, inf, -inf"}))
    assert any(bool(tensor.isnan().any()) for tensor in special)
    assert any(bool((tensor == float("-inf")).any()) for tensor in special)
    assert sum(bool(tensor.isfinite().all()) for tensor in special) > 30


# ---- what a card declares


def test_dims_are_shared_between_inputs() -> None:
    for case in generate("f(x, y)", MATMUL):
        assert case.arguments["x"].shape[1] == case.arguments["y"].shape[0]


def test_dims_keep_to_their_ranges_and_reach_both_ends() -> None:
    cases = generate("f(x)", {"x": "float[N, K]"}, dims={"N": "2..4", "K": "3..3"})
    assert {tensor.shape for tensor in tensors(cases)} == {(2, 3), (3, 3), (4, 3)}


def test_dims_may_be_numbers_and_expressions() -> None:
    for case in generate("f(x, y)", {"x": "float[N*C, 2]", "y": "float[N, C]"}):
        n, c = case.arguments["y"].shape
        assert case.arguments["x"].shape == (n * c, 2)


def test_a_dim_that_would_be_negative_gives_no_case() -> None:
    cases = generate("f(x, y)", {"x": "float[N]", "y": "float[N-3]"})
    assert min(tensor.shape[0] for tensor in tensors(cases)) >= 3


def test_an_underscore_is_a_fresh_size_every_time() -> None:
    cases = generate("f(x)", {"x": "float[_, _]"})
    assert any(n != m for n, m in (tensor.shape for tensor in tensors(cases)))


def test_any_rank_occurs_and_two_inputs_of_any_rank_have_one_shape() -> None:
    cases = generate("f(x, y)", {"x": "float[...]", "y": "float[...]"})
    assert {tensor.dim() for tensor in tensors(cases)} == {0, 1, 2, 3, 4}
    assert all(case.arguments["x"].shape == case.arguments["y"].shape for case in cases)


def test_the_dims_before_the_named_ones_are_zero_to_two_and_shared_by_all_that_have_them() -> None:
    inputs = {"x": "float[..., I]", "w": "float[O, I]", "m": "bool[..., O]", "xs": "list[2..2] of float[..., I]"}
    shapes = []
    for case in generate("f(x, w, m, xs)", inputs, dims={"O": "1..2", "I": "1..3"}):
        x, w, m, xs = (case.arguments[name] for name in ("x", "w", "m", "xs"))
        assert x.shape[-1:] == w.shape[1:]
        assert m.shape == (*x.shape[:-1], w.shape[0])
        assert [tensor.shape for tensor in xs] == [x.shape, x.shape]
        shapes.append(x.shape[:-1])
    assert {len(shape) for shape in shapes} == {0, 1, 2}
    assert {size for shape in shapes for size in shape} == {0, 1, 2, 3}
    assert sum(shape in {(), (1,)} for shape in shapes[:10]) >= 5
    assert any(len(shape) == 2 and shape[0] != shape[1] for shape in shapes)


def test_a_shape_of_any_rank_has_nothing_to_do_with_the_dims_before_the_named_ones() -> None:
    cases = generate("f(x, y)", {"x": "float[..., 2]", "y": "float[...]"})
    assert any(case.arguments["x"].dim() < case.arguments["y"].dim() - 1 for case in cases)
    assert {case.arguments["y"].dim() for case in cases} == {0, 1, 2, 3, 4}


def test_bounds_of_floats_are_respected_and_approached() -> None:
    found = [tensor for tensor in tensors(generate("f(x)", {"x": "float64[N] in 0.25..1"})) if tensor.numel()]
    assert min(float(tensor.min()) for tensor in found) >= 0.25
    assert max(float(tensor.max()) for tensor in found) <= 1
    assert max(float(tensor.max()) for tensor in found) > 0.9


def test_bounds_of_ints_are_respected_both_ends_included() -> None:
    found = torch.cat(tensors(generate("f(x)", {"x": "int32[N] in -2..3"})))
    assert (int(found.min()), int(found.max())) == (-2, 3)
    unbounded = torch.cat(tensors(generate("f(x)", {"x": "int64[N]"})))
    assert (int(unbounded.min()), int(unbounded.max())) == (-9, 9)
    assert int(torch.cat(tensors(generate("f(x)", {"x": "uint8[N]"}))).min()) == 0


def test_values_that_depend_on_a_dim_stay_valid_indices() -> None:
    cases = generate("f(x, y)", {"x": "float64[N, C]", "y": "int64[N] in 0..C-1"})
    reached = set()
    for case in cases:
        y, classes = case.arguments["y"], case.arguments["x"].shape[1]
        assert not y.numel() or (int(y.min()) >= 0 and int(y.max()) < classes)
        reached |= {classes - 1 - int(n) for n in y}
    assert 0 in reached
    assert any(case.arguments["x"].shape == (0, 0) for case in cases) or len(cases) == 100


def test_scalars_keep_to_their_types_and_bounds() -> None:
    cases = generate("f(a, b, c)", {"a": "int in 1..3", "b": "float in -0.5..0.5", "c": "bool"})
    assert {case.arguments["a"] for case in cases} == {1, 2, 3}
    assert all(type(case.arguments["b"]) is float and abs(case.arguments["b"]) <= 0.5 for case in cases)
    assert {case.arguments["c"] for case in cases} == {True, False}


def test_a_scalar_may_depend_on_what_was_drawn_before_it() -> None:
    for case in generate("f(x, k)", {"x": "float[N]", "k": "int in 0..N"}, dims={"N": "1..4"}):
        assert 0 <= case.arguments["k"] <= case.arguments["x"].shape[0]


def test_a_dim_of_an_input_is_valid_negative_ones_too() -> None:
    cases = generate("f(x, dim)", {"x": "float[...]", "dim": "dim(x)"})
    ranks = [(case.arguments["x"].dim(), case.arguments["dim"]) for case in cases]
    assert all(-max(1, rank) <= dim < max(1, rank) for rank, dim in ranks)
    assert {dim for rank, dim in ranks if rank == 3} == {-3, -2, -1, 0, 1, 2}


def test_a_dim_of_a_list_is_one_of_its_first_tensor() -> None:
    cases = generate("f(xs, dim)", {"xs": "list[1..3] of float[N, C]", "dim": "dim(xs)"})
    assert {case.arguments["dim"] for case in cases} == {-2, -1, 0, 1}


def test_one_of_gives_each_option_evaluated() -> None:
    cases = generate("f(x, shape)", {"x": "float[N, C]", "shape": "one_of(-1, [C, N], None)"})
    for case in cases:
        n, c = case.arguments["x"].shape
        assert case.arguments["shape"] in (-1, [c, n], None)
    assert {type(case.arguments["shape"]) for case in cases} == {int, list, type(None)}


def test_a_list_has_as_many_tensors_as_declared_that_differ_in_fresh_dims_only() -> None:
    cases = generate("f(xs)", {"xs": "list[1..3] of float[_, C]"})
    lists = [case.arguments["xs"] for case in cases]
    assert {len(xs) for xs in lists} == {1, 2, 3}
    assert all(len({x.shape[1] for x in xs}) == 1 for xs in lists)
    assert any(len({x.shape[0] for x in xs}) > 1 for xs in lists)


def test_a_permutation_is_one() -> None:
    cases = generate("f(x, dims)", {"x": "float[...]", "dims": "permutation(x.dim())"})
    assert all(sorted(case.arguments["dims"]) == list(range(case.arguments["x"].dim())) for case in cases)
    assert any(case.arguments["dims"] == [2, 0, 1] for case in cases)


def test_a_target_shape_has_as_many_elements_and_at_most_one_size_to_infer() -> None:
    cases = generate("f(x, shape)", {"x": "float[N, C]", "shape": "shape(N*C)"})
    for case in cases:
        assert case.arguments["x"].reshape(case.arguments["shape"]).numel() == case.arguments["x"].numel()
    assert any(-1 in case.arguments["shape"] for case in cases)
    assert {len(case.arguments["shape"]) for case in cases} >= {1, 2, 3}


def test_an_expression_sees_dims_and_earlier_inputs() -> None:
    for case in generate("f(x, n)", {"x": "float[N, C]", "n": "[x.dim(), N, math.floor(2.5)]"}):
        assert case.arguments["n"] == [2, case.arguments["x"].shape[0], 2]


def test_every_case_meets_the_condition() -> None:
    cases = generate("f(x, k)", {"x": "float[N]", "k": "int in 1..5"}, where="k <= N")
    assert len(cases) > 50
    assert all(case.arguments["k"] <= case.arguments["x"].shape[0] for case in cases)


def test_optional_arguments_are_sometimes_left_out_and_required_ones_never() -> None:
    inputs = {"x": "float[N]", "low": "float", "high": "float", "rest": "one_of([1, 2])"}
    cases = generate("f(x, low=None, *rest, high=0.0)", inputs)
    given = {tuple(case.arguments) for case in cases}
    assert all(names[0] == "x" for names in given)
    assert {("x",), ("x", "low"), ("x", "high"), ("x", "low", "rest", "high")} <= given


def test_arguments_come_in_the_order_of_the_signature() -> None:
    cases = generate("f(x, n)", {"n": "int in 0..3", "x": "float[n]"})
    assert all(list(case.arguments) == ["x", "n"] for case in cases)


# ---- cases a card spells out


def test_explicit_cases_come_in_the_cards_order_evaluated_with_torchs_names_in_scope() -> None:
    first, second, third = explicit(
        "view(x, *shape)",
        {"x": "arange(6.).view(2, 3)", "shape": [3, -1]},
        {"x": "zeros(2, 2)", "shape": "x.shape[::-1]"},
        {"x": "zeros(2)", "shape": [5], "raises": "RuntimeError"},
    )
    assert torch.equal(first.arguments["x"], torch.arange(6.0).view(2, 3))
    assert first.arguments["shape"] == [3, -1]
    assert second.arguments["shape"] == (2, 2)
    assert (first.raises, third.raises) == (None, "RuntimeError")
    assert all(case.explicit for case in (first, second, third))


def test_an_explicit_case_may_hold_plain_values_and_leave_arguments_out() -> None:
    (case,) = explicit("clamp(x, min=None, max=None)", {"max": 1.5, "x": [1, 2]})
    assert dict(case.arguments) == {"x": [1, 2], "max": 1.5}
    assert list(case.arguments) == ["x", "max"]


# ---- what an author is told


@pytest.mark.parametrize(
    ("inputs", "fields", "says"),
    [
        ({"x": "float[N"}, {}, "x"),
        ({"x": "float65[N]"}, {}, "no dtype"),
        ({"x": "float[N]"}, {"dims": {"N": "3"}}, "low..high"),
        ({"x": "float[N]"}, {"dims": {"N": "0..missing"}}, "`dims, N: missing`: NameError"),
        ({"x": "float[N]"}, {"dims": {"N": "'a'..3"}}, "`dims, N: 'a'` gives a, which is no size"),
        ({"x": "float[N]"}, {"dims": {"N": "1..None"}}, "no size"),
        ({"x": "float[N]"}, {"dims": {"N": "1..10**9"}}, "`dims, N: 10**9` is over"),
        ({"x": "float[N]"}, {"dims": {"N": "1..2**4000"}}, "is over"),
        ({"x": "float[N/2]"}, {"dims": {"N": "1..1"}}, "`x: N / 2` gives 0.5, which is no size"),
        ({"x": "float[10**9]"}, {}, "`x: 10 ** 9` is over"),
        ({"x": "float[N, N]"}, {"dims": {"N": "60000..60000"}}, "the input `x` has 3,600,000,000 elements"),
        ({"x": "float[1/0]"}, {}, "`x: 1 / 0`: ZeroDivisionError"),
        ({"x": "float[N] in 0..oops"}, {}, "`x: oops`: NameError"),
        ({"x": "float[N] in 'a'..'b'"}, {}, "the input `x`: "),
        ({"x": "int64[N] in 0..2**70"}, {}, "the input `x`: "),
        ({"x": "uint8[N] in 0..300"}, {"dims": {"N": "1..1"}}, "the input `x`: "),
        ({"n": "int in 1..'x'"}, {}, "the input `n`: "),
        ({"x": "permutation(10**9)"}, {}, "`x: 10**9` is over"),
        ({"x": "permutation(-1)"}, {}, "the input `x`: "),
        ({"x": "shape(10**12)"}, {}, "`x: 10**12` is over"),
        ({"x": "dim(y)"}, {}, "the input `x`: KeyError"),
        ({"n": "int", "x": "dim(n)"}, {}, "the input `x`: "),
        ({"x": "one_of(missing)"}, {}, "`x: missing`: NameError"),
        ({"n": "int in 0..9"}, {"where": "n > 9"}, "no case meets"),
        ({"n": "int in 5..1"}, {}, "no case meets"),
        ({"n": "int"}, {"where": "n.missing"}, "`where: n.missing`: AttributeError"),
        ({"x": "float[N] in 2..1"}, {"dims": {"N": "1..2"}}, "no case meets"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_declaration_that_cannot_be_used_is_a_case_error_that_says_where(
    inputs: dict[str, str], fields: dict[str, Any], says: str
) -> None:
    names = ", ".join(inputs)
    with pytest.raises(CaseError) as raised:
        generate(f"f({names})", inputs, **fields)
    assert says in str(raised.value)
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ({"y": 1}, "case 1 names `y`, which is no parameter"),
        ({"x": "zeros("}, "case 1, `x: zeros(`: SyntaxError"),
        ({"x": "missing"}, "case 1, `x: missing`: NameError"),
        ({"x": "zeros(-1)"}, "case 1, `x: zeros(-1)`: RuntimeError"),
        ({"x": "zeros(10**12)"}, "case 1, `x: zeros(10**12)`: RuntimeError"),
        ({"x": "1/0"}, "ZeroDivisionError"),
    ],
    ids=repr,
)
def test_an_explicit_case_that_fails_is_named_by_its_number(case: dict[str, Any], says: str) -> None:
    with pytest.raises(CaseError) as raised:
        explicit("f(x)", case)
    assert says in str(raised.value)


def test_the_largest_size_allowed_is_allowed() -> None:
    (case,) = generate("f(x)", {"x": f"bool[{MAX_ELEMENTS}]"}, count=1)
    assert math.prod(case.arguments["x"].shape) == MAX_ELEMENTS
