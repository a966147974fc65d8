"""The language in which an implement card declares its inputs, parsed without running anything.

`float[N, C]`, `float[..., C]`, `float[N] with nan, inf`, `int64[N] in 0..C-1`, `list[1..3] of float[_, C]`,
`int in 1..3`, `one_of(-1, [C, N])`, `dim(x)`, `permutation(n)`, `shape(N*C)`, or any Python expression over dims and
earlier inputs.
The generator of cases evaluates the expressions, in the sandbox.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TypeAlias

FLOATING = ("float", "float64", "float32", "float16", "bfloat16")
INTEGERS = ("int64", "int32", "int16", "int8", "uint8")
DTYPES = (*FLOATING, *INTEGERS, "bool", "complex128", "complex64")
SCALARS = ("int", "float", "bool")
MAX_SPEC_LENGTH = 500
MOST_LEADING = 2
"""Dims that the `...` of `float[..., C]` stands for."""


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor. `dims` are Python expressions, `_` a fresh size; None is any rank from 0 to 4.

    With `leading`, any number of dims from 0 to 2 come before `dims`, the same ones in every such input of a case.

    `float` stands for float64 in most cases and float32 in the others; all `float` inputs of a case share one dtype.
    `special` are values that some elements of some cases have: nan, inf, -inf.
    """

    dtype: str
    dims: tuple[str, ...] | None
    low: str | None = None
    high: str | None = None
    special: tuple[str, ...] = ()
    leading: bool = False


@dataclass(frozen=True, slots=True)
class TensorListSpec:
    """A list of `low` to `high` tensors, which differ in their `_` dims."""

    low: int
    high: int
    tensor: TensorSpec


@dataclass(frozen=True, slots=True)
class ScalarSpec:
    """A Python int, float or bool."""

    type: str
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True, slots=True)
class OneOfSpec:
    """One of several Python expressions."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DimSpec:
    """A valid dim of the tensor input `of`: `-rank` to `rank - 1`."""

    of: str


@dataclass(frozen=True, slots=True)
class PermutationSpec:
    """The numbers from 0 to `length` - 1 in any order, as a list."""

    length: str


@dataclass(frozen=True, slots=True)
class ShapeSpec:
    """A list of sizes that multiply to `numel`; one of them may be -1 where it can be inferred."""

    numel: str


@dataclass(frozen=True, slots=True)
class ExpressionSpec:
    """A Python expression over dims and earlier inputs."""

    text: str


Spec: TypeAlias = (
    TensorSpec | TensorListSpec | ScalarSpec | OneOfSpec | DimSpec | PermutationSpec | ShapeSpec | ExpressionSpec
)

_TENSOR = re.compile(rf"({'|'.join(sorted(DTYPES, key=len, reverse=True))})\[(.*)\]", re.DOTALL)
_LIST = re.compile(r"list\[(\d+)\.\.(\d+)\]\s+of\s+(.*)", re.DOTALL)
_SCALAR = re.compile(r"(int|float|bool)")
_DIM = re.compile(r"dim\(\s*([A-Za-z_]\w*)\s*\)")
_ONE_ARGUMENT = re.compile(r"(permutation|shape)\((.*)\)", re.DOTALL)
_SPECIAL = re.compile(r"(.*\S)\s+with\s+((?:nan|-?inf)(?:\s*,\s*(?:nan|-?inf))*)\s*", re.DOTALL)
_BOUNDS = re.compile(r"(.*?[\])a-z])\s+in\s+(.+)", re.DOTALL)


def parse_spec(text: str) -> Spec:
    """What an input's spec says.

    Raises:
        ValueError: with a sentence for the deck's author.
    """
    text = text.strip()
    if not text:
        raise ValueError("an input needs a spec, as `float[N, C]` or `int in 1..3`")
    if len(text) > MAX_SPEC_LENGTH:
        raise ValueError(f"a spec may have {MAX_SPEC_LENGTH} characters; this one has {len(text)}")
    if many := _LIST.fullmatch(text):
        low, high, inner = int(many[1]), int(many[2]), parse_spec(many[3])
        if not isinstance(inner, TensorSpec):
            raise ValueError(f"a list holds tensors, as `list[1..3] of float[_, C]`, not `{many[3]}`")
        if not low <= high <= 16:
            raise ValueError(f"a list's length runs from low to high, 16 at most, not {low}..{high}")
        return TensorListSpec(low, high, inner)
    if one := _DIM.fullmatch(text):
        return DimSpec(one[1])
    if text.startswith("one_of(") and text.endswith(")"):
        return OneOfSpec(_options(text))
    if asked := _ONE_ARGUMENT.fullmatch(text):
        check_expression(asked[2])
        return PermutationSpec(asked[2]) if asked[1] == "permutation" else ShapeSpec(asked[2])
    special: tuple[str, ...] = ()
    if marked := _SPECIAL.fullmatch(text):
        text, special = marked[1], tuple(name.strip() for name in marked[2].split(","))
    head, low_bound, high_bound = _split_bounds(text)
    if tensor := _TENSOR.fullmatch(head):
        if special and tensor[1] not in FLOATING:
            raise ValueError(f"only floating tensors hold nan and inf, not {tensor[1]}")
        dims, leading = _dims(tensor[2])
        return TensorSpec(tensor[1], dims, low_bound, high_bound, special, leading)
    if _SCALAR.fullmatch(head):
        return ScalarSpec(head, low_bound, high_bound)
    if unknown := re.fullmatch(r"([A-Za-z]\w*)\[.*\]\s*", head):
        raise ValueError(f"`{unknown[1]}` is no dtype of a tensor; known are {', '.join(DTYPES)}")
    check_expression(text)
    return ExpressionSpec(text)


def parse_range(text: str) -> tuple[str, str]:
    """The two ends of `a..b`, both expressions, both included.

    Raises:
        ValueError: with a sentence for the deck's author.
    """
    low, dots, high = text.strip().partition("..")
    if not dots or not low.strip() or not high.strip():
        raise ValueError(f"a range is written `low..high`, both ends included, not `{text}`")
    check_expression(low)
    check_expression(high)
    return low.strip(), high.strip()


def names_in(expression: str) -> frozenset[str]:
    """The names an expression reads."""
    return frozenset(node.id for node in ast.walk(ast.parse(expression, mode="eval")) if isinstance(node, ast.Name))


def check_expression(text: str) -> None:
    """Refuse what is no Python expression.

    Raises:
        ValueError: with a sentence for the deck's author.
    """
    try:
        ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"`{text.strip()}` is no Python expression: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise ValueError(f"`{text.strip()[:40]}` is no Python expression that can be read") from None


def _split_bounds(text: str) -> tuple[str, str | None, str | None]:
    bounded = _BOUNDS.fullmatch(text)
    if bounded and (_TENSOR.fullmatch(bounded[1]) or _SCALAR.fullmatch(bounded[1])):
        return bounded[1], *parse_range(bounded[2])
    return text, None, None


def _dims(text: str) -> tuple[tuple[str, ...] | None, bool]:
    """The sizes, None for any number of them, and whether dims that are not named come before them."""
    if text.strip() == "...":
        return None, False
    if not text.strip():
        return (), False
    check_expression(f"[{text}]")
    listed = ast.parse(f"[{text}]", mode="eval").body
    if not isinstance(listed, ast.List) or any(isinstance(item, ast.Starred) for item in listed.elts):
        raise ValueError(f"`{text.strip()}` are no sizes; write them as `N, C` or `N*C, 3`")
    sizes = [ast.unparse(item) for item in listed.elts]
    leading = sizes[0] == "..."
    if "..." in sizes[leading:]:
        raise ValueError(f"`...` stands once and first, as in `float[..., C]`, not as in `[{text.strip()}]`")
    if sizes == ["..."]:
        raise ValueError("a size is missing after `...,`; any shape is written `float[...]`")
    return tuple(sizes[leading:]), leading


def _options(text: str) -> tuple[str, ...]:
    check_expression(text)
    call = ast.parse(text, mode="eval").body
    if (
        not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name))
        or call.keywords
        or not call.args
        or any(isinstance(item, ast.Starred) for item in call.args)
    ):
        raise ValueError("`one_of(...)` takes one or more expressions, as `one_of(-1, [C, N])`")
    return tuple(ast.unparse(item) for item in call.args)
