"""A typed value against a real one: where they first differ, in words that can be told."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studytui.grader.prediction.dtypes import read_dtype
from studytui.grader.prediction.literals import Literal, Numeral, Sequence, Word
from studytui.grader.verdict import Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

FEWEST_DIGITS = 3
"""Significant digits a rounded decimal must have: two would let 0.73 pass for 0.7311 and for 0.7269."""

_RELATIVE = 1e-3
_SAME = 1e-6
_TINY = 1e-9
_FEWEST_BEFORE_CUT = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """A kind that `wording` knows, and its words."""

    kind: str
    data: dict[str, str] = field(default_factory=dict)


def compare(real: Value, given: Literal) -> Difference | None:
    """The first difference between a real value and a typed one; None where the typed one says the same."""
    if isinstance(real, Tensor):
        return _tensor(real, given)
    if isinstance(real, list | tuple):
        return _sequence(real, given)
    return _scalar(real, _unwrapped(given), "")


def show(value: Value, most: int = 20) -> str:
    """A value as torch would print it on one line, cut where it is long."""
    match value:
        case Tensor():
            elements = [_element(element) for element in value.elements[:most]]
            if value.truncated or len(value.elements) > most:
                elements.append("...")
                return f"tensor([{', '.join(elements)}])"
            return f"tensor({_nested(elements, value.shape)})"
        case tuple():
            inside = ", ".join(show(item, most) for item in value[:most])
            return f"({inside},)" if len(value) == 1 else f"({inside})"
        case list():
            return f"[{', '.join(show(item, most) for item in value[:most])}]"
        case _:
            return repr(value)


def _element(element: float | bool | str) -> str:
    """A number as torch prints it: floats keep their point."""
    if not isinstance(element, float):
        return str(element).strip("()")
    text = f"{element:.5g}"
    return f"{text}." if text.lstrip("-").isdigit() else text


def _nested(elements: list[str], shape: tuple[int, ...]) -> str:
    if not shape:
        return elements[0] if elements else ""
    step = math.prod(shape[1:])
    rows = [elements[row * step : (row + 1) * step] for row in range(shape[0])]
    return "[" + ", ".join(_nested(row, shape[1:]) for row in rows) + "]"


# ---- tensors


def _tensor(real: Tensor, given: Literal) -> Difference | None:
    if isinstance(given, Sequence) and given.dtype:
        stated = given.dtype.removeprefix("torch.")
        if stated != real.dtype.removeprefix("torch."):
            return Difference("dtype_differs", {"given": stated, "real": real.dtype.removeprefix("torch.")})
    flat = list(_flat(given))
    if _is_cut(given):
        return _before_cut(real, flat)
    shape = _shape(given)
    if shape is None:
        return Difference("ragged")
    if not _fits(shape, real.shape, given):
        return _shape_difference(real, shape, flat)
    for index, (right, wrong) in enumerate(zip(real.elements, flat, strict=False)):
        difference = _scalar(right, wrong, _place(index, real.shape))
        if difference is not None:
            return difference
    return None


def _fits(shape: tuple[int, ...], real: tuple[int, ...], given: Literal) -> bool:
    if shape == real:
        return True
    is_one_number = math.prod(shape) == math.prod(real) == 1
    if is_one_number and not (isinstance(given, Sequence) and given.kind == "["):
        return True
    if isinstance(given, Sequence) and given.kind in {"bare", "("} and shape == (1, *real):
        return True
    return math.prod(shape) == math.prod(real) == 0 and len(real) == 1


def _shape_difference(real: Tensor, shape: tuple[int, ...], flat: list[Literal]) -> Difference:
    count, real_count = len(flat), math.prod(real.shape)
    data = {
        "given": _shape_text(shape),
        "real": _shape_text(real.shape),
        "count": str(count),
        "real_count": str(real_count),
    }
    if count != real_count:
        return Difference("count_differs", data)
    differ = any(_scalar(right, wrong, "") for right, wrong in zip(real.elements, flat, strict=False))
    return Difference("value_shape_differs" if differ else "only_shape_differs", data)


def _before_cut(real: Tensor, flat: list[Literal]) -> Difference | None:
    """Numbers before an ellipsis: what is left out is taken on trust, but three must stand there."""
    for index, (right, wrong) in enumerate(zip(real.elements, flat, strict=False)):
        difference = _scalar(right, wrong, _place(index, real.shape))
        if difference is not None:
            return difference
    if len(flat) < min(_FEWEST_BEFORE_CUT, math.prod(real.shape)) or len(flat) > math.prod(real.shape):
        return Difference("cut_too_early")
    return None


def _flat(given: Literal) -> Iterator[Literal]:
    if isinstance(given, Sequence):
        for item in given.items:
            yield from _flat(item)
            if _is_cut(item):
                return
    else:
        yield given


def _is_cut(given: Literal) -> bool:
    return isinstance(given, Sequence) and (given.is_cut or any(_is_cut(item) for item in given.items))


def _shape(given: Literal) -> tuple[int, ...] | None:
    """The shape of nested brackets, None where rows differ."""
    if not isinstance(given, Sequence) or given.kind == "0":
        return ()
    inner = {_shape(item) for item in given.items}
    if len(inner) > 1 or None in inner:
        return None
    below = inner.pop() if inner else ()
    return None if below is None else (len(given.items), *below)


def _place(index: int, shape: tuple[int, ...]) -> str:
    """The index of the element at a row-major position, as `[1, 0]`; empty for a scalar."""
    place: list[int] = []
    for size in reversed(shape):
        index, rest = divmod(index, max(size, 1))
        place.insert(0, rest)
    return f"[{', '.join(map(str, place))}]" if place else ""


def _shape_text(shape: tuple[int, ...]) -> str:
    return f"({shape[0]},)" if len(shape) == 1 else f"({', '.join(map(str, shape))})"


# ---- sequences and scalars


def _sequence(real: list[Value] | tuple[Value, ...], given: Literal) -> Difference | None:
    items = given.items if isinstance(given, Sequence) and not given.is_tensor else (given,)
    if len(items) == 1 != len(real) and isinstance(items[0], Sequence):
        return _sequence(real, items[0])
    if isinstance(given, Sequence) and given.kind == "rows" and len(items) != len(real):
        items = tuple(item for row in given.items if isinstance(row, Sequence) for item in row.items)
    if len(items) != len(real):
        return Difference(
            "length_differs", {"count": str(len(items)), "real_count": str(len(real)), "real": show(real)}
        )
    for index, (right, wrong) in enumerate(zip(real, items, strict=True)):
        if isinstance(right, Tensor | list | tuple):
            difference = compare(right, wrong)
            if difference is not None:
                return Difference("item_differs", {"index": str(index), "given": _typed(wrong), "real": show(right)})
        else:
            difference = _scalar(right, _unwrapped(wrong), f"[{index}]")
            if difference is not None:
                return difference
    return None


def _unwrapped(given: Literal) -> Literal:
    while isinstance(given, Sequence) and given.kind in {"(", "0", "bare"} and len(given.items) == 1:
        given = given.items[0]
    return given


def _scalar(real: float | bool | str | None, given: Literal, place: str) -> Difference | None:
    if _same(real, given):
        return None
    shown = f"{real:.6g}" if isinstance(real, float) else str(real)
    data = {"given": _typed(given), "real": shown, "place": place}
    if isinstance(real, float) and isinstance(given, Numeral) and _is_rounded_too_far(real, given):
        return Difference("too_few_digits", data | {"digits": str(FEWEST_DIGITS)})
    return Difference("element_differs" if place else "value_differs", data)


def _same(real: float | bool | str | None, given: Literal) -> bool:
    match real:
        case None | bool():
            return isinstance(given, Word) and given.value is real
        case str():
            return _same_text(real, given)
        case int():
            if not isinstance(given, Numeral):
                return False
            return given.whole == real if given.whole is not None else given.value == real
        case _:
            return isinstance(given, Numeral) and _same_float(real, given)


def _same_text(real: str, given: Literal) -> bool:
    """Strings letter by letter; dtypes and complex numbers, which come as strings, by what they mean."""
    typed = given.value if isinstance(given, Word) and isinstance(given.value, str) else _typed(given)
    if typed == real:
        return True
    if real.startswith("torch.") and read_dtype(real) is not None:
        return read_dtype(typed) == read_dtype(real)
    try:
        return complex(real.replace(" ", "")) == complex(typed.replace(" ", ""))
    except ValueError:
        return False


def _same_float(real: float, given: Numeral) -> bool:
    if not (math.isfinite(real) and math.isfinite(given.value)):
        return real == given.value or (math.isnan(real) and math.isnan(given.value))
    difference = abs(real - given.value)
    if difference <= _SAME * abs(real) + _TINY:
        return True
    if real == round(real) or given.digits < FEWEST_DIGITS:
        return False
    return difference <= _RELATIVE * abs(real) or difference <= 0.5000001 * given.unit


def _is_rounded_too_far(real: float, given: Numeral) -> bool:
    difference = abs(real - given.value)
    is_near = difference <= 0.5000001 * given.unit and difference <= 0.1 * abs(real)
    return given.digits < FEWEST_DIGITS and math.isfinite(real) and is_near


def _typed(given: Literal) -> str:
    if not isinstance(given, Sequence):
        return given.text
    inside = ", ".join(_typed(item) for item in given.items)
    if given.kind == "0":
        return inside
    return f"({inside})" if given.kind == "(" else f"[{inside}]"
