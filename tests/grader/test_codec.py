from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
import torch

from studytui.grader.children.codec import (
    DTYPES,
    MAX_DEPTH,
    MAX_ITEMS,
    SHOWN_ELEMENTS,
    SHOWN_ITEMS,
    CodecError,
    Decoder,
    Unknown,
    decode,
    encode,
    shown,
    strange_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def through(value: Any) -> Any:
    """`value` after it has crossed as JSON and bytes."""
    blob = bytearray()
    tree = json.loads(json.dumps(encode(value, blob)))
    return decode(tree, bytes(blob))


def same_tensor(one: torch.Tensor, other: torch.Tensor) -> bool:
    if (one.dtype, one.shape, one.stride()) != (other.dtype, other.shape, other.stride()):
        return False
    return bool(torch.equal(torch.nan_to_num(one), torch.nan_to_num(other)))


def a_tensor(dtype: torch.dtype, *shape: int) -> torch.Tensor:
    return torch.arange(-2, math.prod(shape) - 2).reshape(shape).to(dtype)


def tensor_tree(**claims: Any) -> list[Any]:
    """The tree of a 2×3 float64 tensor over 48 bytes, with some claims changed."""
    said = {"dtype": "float64", "shape": [2, 3], "stride": [3, 1], "offset": 0, "at": 0, "bytes": 48}
    return ["T", {**said, **claims}]


# ---- what arrives as it left


@pytest.mark.parametrize("name", DTYPES)
def test_a_tensor_of_every_dtype_crosses(name: str) -> None:
    tensor = a_tensor(DTYPES[name], 2, 3)
    assert same_tensor(tensor, through(tensor))


@pytest.mark.parametrize("name", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (1,), (2, 0, 3), (1, 1, 1, 1, 1)])
def test_scalars_and_empty_tensors_of_every_dtype_cross(name: str, shape: tuple[int, ...]) -> None:
    tensor = torch.zeros(shape, dtype=DTYPES[name])
    assert same_tensor(tensor, through(tensor))


BASE = torch.arange(24.0).reshape(2, 3, 4)
LAYOUTS = {
    "transposed": BASE.transpose(0, 2),
    "permuted": BASE.permute(1, 2, 0),
    "every other": BASE[..., ::2],
    "offset": BASE[1:, 1:, 1:],
    "row": BASE[1, 2],
    "expanded": torch.arange(3.0).reshape(1, 3, 1).expand(4, 3, 2),
    "scalar of a tensor": BASE[1, 2, 3],
    "overlapping": torch.arange(6.0).as_strided((4, 3), (1, 1)),
    "empty slice": BASE[:, 3:],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_strides_offsets_and_expanded_dims_arrive_as_they_left(layout: str) -> None:
    assert same_tensor(LAYOUTS[layout], through(LAYOUTS[layout]))


def test_an_expanded_tensor_takes_the_bytes_of_its_storage_only() -> None:
    blob = bytearray()
    encode(torch.ones(1).expand(1_000_000), blob)
    assert len(blob) == 4


def test_a_small_view_of_a_large_storage_does_not_take_it_along() -> None:
    blob = bytearray()
    tree = encode(torch.arange(100_000.0)[5:7], blob)
    assert len(blob) == 8
    assert decode(tree, bytes(blob)).tolist() == [5.0, 6.0]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -7,
        2**200,
        0.1,
        -0.0,
        float("inf"),
        complex(1.5, -2),
        complex(0, float("inf")),
        "",
        "한국어\n",
        torch.float16,
        (),
        [],
        (1, [2, (None, "x")], 3.5),
    ],
    ids=repr,
)
def test_plain_values_cross_with_their_types(value: Any) -> None:
    arrived = through(value)
    assert type(arrived) is type(value)
    assert repr(arrived) == repr(value)


def test_nan_crosses() -> None:
    assert math.isnan(through(float("nan")))


def test_tensors_in_tuples_and_lists_cross_each_with_memory_of_its_own() -> None:
    tensor = torch.arange(4.0)
    first, (second, third) = through([tensor, (tensor, tensor[1:])])
    assert torch.equal(first, second)
    first[1] = 9
    assert second[1] == third[0] == 1


def test_a_torch_size_and_a_named_tuple_cross_as_tuples() -> None:
    assert through(torch.Size([2, 3])) == (2, 3)
    values, indices = through(torch.max(torch.tensor([[1.0, 3.0]]), dim=1))
    assert (values.item(), indices.item()) == (3.0, 1)


def test_conjugated_and_negated_tensors_cross_as_plain_ones() -> None:
    complex_one = torch.tensor([1 + 2j]).conj()
    assert through(complex_one).tolist() == [1 - 2j]
    assert through(torch.tensor([1 + 2j]).conj().imag).tolist() == [-2.0]


@pytest.mark.parametrize(
    ("tensor", "name"),
    [
        (torch.eye(2).to_sparse(), "Tensor of layout torch.sparse_coo"),
        (torch.ones(2).to(torch.float8_e5m2), "Tensor of torch.float8_e5m2"),
        (torch.ones(2, device="meta"), "Tensor without data"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_odd_tensor_crosses_by_its_name_only_and_never_as_a_plain_one(tensor: torch.Tensor, name: str) -> None:
    arrived = through(tensor)
    assert isinstance(arrived, Unknown)
    assert arrived.type_name == name
    assert strange_in(tensor) == f"a {name}"


def test_that_a_tensor_asks_for_a_gradient_stays_behind() -> None:
    assert not through(torch.ones(1, requires_grad=True)).requires_grad


def test_an_object_crosses_as_its_name_and_a_short_text_only() -> None:
    arrived = through({"a": "x" * 10_000})
    assert isinstance(arrived, Unknown)
    assert arrived.type_name == "dict"
    assert len(arrived.text) <= 500


def test_an_int_of_thousands_of_digits_crosses_as_a_text() -> None:
    assert isinstance(through(7**5_000), Unknown)


# ---- what is refused on leaving


def nested(levels: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return value


def test_values_nested_too_deep_or_too_many_are_refused() -> None:
    assert through(nested(MAX_DEPTH - 1)) == nested(MAX_DEPTH - 1)
    for value in (nested(MAX_DEPTH + 1), nested(10_000), [0] * (MAX_ITEMS + 1)):
        with pytest.raises(CodecError):
            encode(value, bytearray())


def test_a_list_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(CodecError):
        encode(endless, bytearray())


# ---- lies


@pytest.mark.parametrize(
    "claims",
    [
        {"bytes": 49},
        {"bytes": -1},
        {"bytes": 10**18},
        {"bytes": 40},
        {"at": 1},
        {"at": -48},
        {"at": 10**30},
        {"offset": 1},
        {"offset": -1},
        {"offset": 10**18},
        {"shape": [2, 4]},
        {"shape": [-2, 3]},
        {"shape": [2, 3, 1]},
        {"shape": [10**12, 10**12], "stride": [0, 0]},
        {"shape": [1 << 27], "stride": [0]},
        {"shape": [0, 10**30], "stride": [1, 1]},
        {"shape": [1] * 33, "stride": [1] * 33},
        {"shape": "23"},
        {"shape": None},
        {"shape": [[2], 3]},
        {"shape": ["2", "x"]},
        {"shape": [float("inf"), 3]},
        {"shape": [float("nan"), 3]},
        {"stride": [3, -1]},
        {"stride": [10**18, 1]},
        {"stride": [3]},
        {"stride": {}},
        {"dtype": "float65"},
        {"dtype": None},
        {"dtype": ["float64"]},
        {"dtype": "complex128"},
        {"dtype": "__class__"},
    ],
    ids=repr,
)
def test_a_tensor_that_lies_about_itself_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(CodecError):
        decode(tensor_tree(**claims), bytes(48))


def test_the_same_tensor_without_lies_is_read() -> None:
    assert decode(tensor_tree(), bytes(48)).shape == (2, 3)


def test_a_tensor_without_some_claim_is_refused() -> None:
    for claim in ("dtype", "shape", "stride", "offset", "at", "bytes"):
        tree = tensor_tree()
        del tree[1][claim]
        with pytest.raises(CodecError):
            decode(tree, bytes(48))


def test_two_tensors_may_not_claim_the_same_bytes() -> None:
    """A header of half a megabyte could otherwise make gigabytes of a few."""
    decode(["t", [tensor_tree(), tensor_tree(at=48)]], bytes(96))
    with pytest.raises(CodecError):
        decode(["t", [tensor_tree(), tensor_tree()]], bytes(48))


def test_bytes_that_are_no_bool_are_refused() -> None:
    tree = tensor_tree(dtype="bool", shape=[4], stride=[1], bytes=4)
    assert torch.equal(decode(tree, bytes([0, 1, 1, 0])), torch.tensor([False, True, True, False]))
    with pytest.raises(CodecError, match="neither 0 nor 1"):
        decode(tree, bytes([0, 1, 2, 255]))


def test_tensors_begin_where_their_bytes_can_be_used_in_place() -> None:
    blob = bytearray()
    trees = [encode(tensor, blob) for tensor in (torch.tensor([True]), torch.ones(3, dtype=torch.float64))]
    assert torch.equal(decode(trees[1], bytes(blob)), torch.ones(3, dtype=torch.float64))
    trees[1][1]["at"] = 1
    with pytest.raises(CodecError, match="do not lie where"):
        decode(trees[1], bytes(blob) + bytes(8))


@pytest.mark.parametrize("dtype", [torch.float32, torch.int64, torch.bool])
def test_whether_a_tensor_was_written_to_shows_however_it_was_done(dtype: torch.dtype) -> None:
    blob = bytearray()
    tree = encode([torch.zeros(3, dtype=dtype), torch.zeros(2, 2)], blob)
    ways: tuple[Callable[[torch.Tensor], object], ...] = (
        lambda x: x.fill_(1),
        lambda x: x.data.fill_(1),
        lambda x: x.numpy().fill(1),
        lambda x: x[1:].add_(1) if x.dtype is not torch.bool else x[1:].logical_not_(),
    )
    for write in ways:
        decoder = Decoder(bytes(blob), "cpu")
        first, _ = decoder.value(tree)
        assert decoder.untouched()
        write(first)
        assert not decoder.untouched()


@pytest.mark.parametrize(
    "tree",
    [
        None,
        0,
        "T",
        {},
        [],
        ["x"],
        [None],
        [["T"]],
        ["T"],
        ["T", None],
        ["T", []],
        ["T", "float64"],
        ["b"],
        ["i"],
        ["i", "x"],
        ["i", "9" * 5_000],
        ["i", []],
        ["i", 1e400],
        ["f", "x"],
        ["f", {}],
        ["c", "1"],
        ["c", "1", "x"],
        ["d", "int128"],
        ["d", []],
        ["s"],
        ["o"],
        ["o", "type"],
        ["t"],
        ["t", 3],
        ["t", "ab"],
        ["t", None],
        ["l", [[]]],
        ["l", [["n"], 5]],
        ["l", [["n"]] * (MAX_ITEMS + 1)],
    ],
    ids=lambda tree: repr(tree)[:30],
)
def test_a_malformed_tree_is_refused(tree: Any) -> None:
    with pytest.raises(CodecError):
        decode(tree, b"")


def test_a_tree_nested_too_deep_is_refused() -> None:
    tree: list[Any] = ["n"]
    for _ in range(400):
        tree = ["l", [tree]]
    with pytest.raises(CodecError):
        decode(tree, b"")


def test_a_tree_cannot_name_anything_but_known_dtypes() -> None:
    with pytest.raises(CodecError):
        decode(["d", "load"], b"")


# ---- what cannot be compared


def test_what_cannot_be_compared_is_named() -> None:
    assert strange_in((1, 2.0, None, "x", torch.ones(1), [torch.float32, 1j])) is None
    assert strange_in([{}]) == "a dict"
    assert strange_in(torch.ones(1).to(torch.float8_e5m2)) == "a Tensor of torch.float8_e5m2"
    assert "nested" in str(strange_in(nested(50)))
    assert strange_in((10**1000,)) == "an integer of over 1,000 digits"
    assert strange_in("x" * 100_001) == "a text of over 100,000 characters"


# ---- what is shown


def test_shown_values_are_json_and_keep_what_json_lacks() -> None:
    value = (torch.tensor([1.0, float("nan"), float("-inf")]), [True, None, 2, 1j], "x", torch.int8, {1}, 10**2_000)
    told = shown(value)
    json.dumps(told, allow_nan=False)
    first, rest, *others = told["tuple"]
    assert first["tensor"] == {
        "dtype": "float32",
        "shape": [3],
        "elements": [1.0, {"number": "nan"}, {"number": "-inf"}],
        "truncated": False,
    }
    assert rest == {"list": [True, None, 2, {"number": "1j"}]}
    assert others == [
        {"text": "x"},
        {"text": "torch.int8"},
        {"text": "{1}"},
        {"text": "an integer of over 1,000 digits"},
    ]


def test_a_large_tensor_is_shown_by_its_first_elements_in_row_major_order() -> None:
    told = shown(torch.arange(10_000).reshape(20, 500))["tensor"]
    assert told["elements"] == list(range(SHOWN_ELEMENTS))
    assert told["truncated"]
    assert shown(torch.arange(6).reshape(2, 3).T)["tensor"]["elements"] == [0, 3, 1, 4, 2, 5]


def test_a_huge_expanded_tensor_is_shown_without_being_copied() -> None:
    told = shown(torch.ones(1).expand(1 << 20, 1 << 20))["tensor"]
    assert told["shape"] == [1 << 20, 1 << 20]
    assert len(told["elements"]) == SHOWN_ELEMENTS


def test_of_many_tensors_a_few_thousand_elements_are_shown() -> None:
    told = shown([torch.zeros(500)] * 400)["list"]
    assert sum(len(one["tensor"]["elements"]) for one in told) <= SHOWN_ITEMS


def test_empty_and_scalar_tensors_are_shown() -> None:
    assert shown(torch.zeros(2, 0, 3))["tensor"]["elements"] == []
    assert shown(torch.tensor(2.5))["tensor"] == {
        "dtype": "float32",
        "shape": [],
        "elements": [2.5],
        "truncated": False,
    }
