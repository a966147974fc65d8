"""Judging what a learner says a snippet gives, against what it really gave. No torch here.

Notation is forgiven, substance is not: `(2, 32)`, `[2,32]`, `2x32` and `torch.Size([2, 32])` are one shape; `1 2` is
`tensor([1., 2.])`; decimals may be rounded to three digits or more.
"""

from __future__ import annotations

import builtins
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from studytui.grader.prediction.dtypes import read_dtype
from studytui.grader.prediction.literals import LONGEST, LiteralError, Numeral, Sequence, Word, read_literal
from studytui.grader.prediction.printed import first_difference
from studytui.grader.prediction.values import compare, show
from studytui.grader.prediction.wording import say
from studytui.grader.verdict import Tensor, Value

if TYPE_CHECKING:
    from studytui.cards.models import Asks


@dataclass(frozen=True, slots=True)
class PredictTruth:
    """What a snippet really did.

    Attributes:
        kind: whether it came to its end (`value`) or an exception ended it (`raised`).
        value: of its last expression; None where that is no expression.
        text: that value's repr.
        printed: what it printed, all of it.
        error: type name of the exception, as `RuntimeError`.
        error_message: what the exception said.
        error_parents: names of the exception's base classes, nearest first.
    """

    kind: Literal["value", "raised"]
    value: Value = None
    text: str = ""
    printed: str = ""
    error: str = ""
    error_message: str = ""
    error_parents: tuple[str, ...] = ()


_SCALAR_WORDS = {"scalar", "스칼라", "()", "[]", "0-d", "0d", "empty", "없음"}
_NOTHING_WORDS = {"nothing", "(nothing)", "no output", "없음", "아무것도 없음", "출력 없음", "none"}
_NO_ERROR_WORDS = {"none", "no", "no error", "nothing", "없음", "에러 없음", "오류 없음", "no exception"}
_ERROR_NAME = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Iteration|Exit|Warning)\b|\bException\b")
_LONGEST_ERROR = 500
"""Characters in which an error's name is looked for: a name and a message are shorter."""

_SHAPE_WRAPPERS = re.compile(r"^(?:torch\.)?(?:size|shape)\s*[=:]?\s*|^x?\.shape\s*[=:]+\s*", re.IGNORECASE)


def judge_prediction(asks: Asks, truth: PredictTruth, answer: str, language: str) -> tuple[bool, str]:
    """Whether an answer says what the snippet gave, and the sentence about it.

    Args:
        asks: what the card asks of the snippet.
        truth: what the snippet did.
        answer: as typed.
        language: `ko`, else English.
    """
    text = answer[:LONGEST].strip()
    if not text:
        return False, say("empty", language, asks=say(f"asked_{asks}", language))
    if asks == "printed":
        return _printed(truth, answer[:LONGEST], language)
    if asks == "error" or truth.kind == "raised":
        return _error(asks, truth, text, language)
    judge = {"shape": _shape, "dtype": _dtype, "value": _value}[asks]
    return judge(truth, text, language)


def expected_text(asks: Asks, truth: PredictTruth) -> str:
    """The right answer in words, for the verdict's `expected`."""
    if asks == "printed":
        return truth.printed.rstrip("\n")
    if truth.kind == "raised":
        return f"{truth.error}: {truth.error_message}" if truth.error_message else truth.error
    match asks:
        case "shape":
            return _shape_text(_shape_of(truth.value))
        case "dtype":
            return _dtype_of(truth.value)
        case "error":
            return "no error"
        case _:
            return truth.text or show(truth.value)


# ---- shape

_Shape = tuple["int | _Shape", ...]


def _shape(truth: PredictTruth, text: str, language: str) -> tuple[bool, str]:
    real = _shape_of(truth.value)
    given = _read_shape(text)
    if given is None:
        if read_dtype(text) is not None:
            return False, say("dtype_for_shape", language, given=text)
        return False, say("no_shape", language, given=text)
    if given == real or (len(real) == 1 and given == real[0]) or (given == (real,)):
        return True, say("right", language)
    real_text, given_text = _shape_text(real), _shape_text(given)
    if len(given) != len(real):
        return False, say(
            "dims_differ", language, given=given_text, dims=len(given), real=real_text, real_dims=len(real)
        )
    index = next(i for i, (right, wrong) in enumerate(zip(real, given, strict=True)) if right != wrong)
    if sorted(map(str, given)) == sorted(map(str, real)):
        return False, say("dims_swapped", language, given=given_text, real=real_text)
    return False, say("dim_differs", language, index=index, given=given[index], real=real[index], shape=real_text)


def _shape_of(value: Value) -> _Shape:
    """The shape of a tensor, the shapes of several, or a shape that the snippet itself gave."""
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, list | tuple):
        whole = tuple(item for item in value if isinstance(item, int) and not isinstance(item, bool))
        return whole if len(whole) == len(value) else tuple(_shape_of(item) for item in value)
    return ()


def _shape_text(shape: _Shape) -> str:
    inside = ", ".join(str(size) if isinstance(size, int) else _shape_text(size) for size in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


def _read_shape(text: str) -> _Shape | None:
    plain = _SHAPE_WRAPPERS.sub("", text.strip())
    if plain.lower() in _SCALAR_WORDS or re.fullmatch(r"[(\[]\s*[(\[]?\s*[)\]]?\s*[)\]]", plain):
        return ()
    plain = re.sub(r"(?<=\d)\s*[x×*]\s*(?=\d)", ", ", plain)
    try:
        literal = read_literal(plain)
    except LiteralError:
        return None
    if isinstance(literal, Numeral):
        return None if literal.whole is None else (literal.whole,)
    return _sizes(literal) if isinstance(literal, Sequence) else None


def _sizes(literal: Sequence) -> _Shape | None:
    if literal.is_tensor or literal.is_cut:
        return None
    sizes: list[int | _Shape] = []
    for item in literal.items:
        size = _sizes(item) if isinstance(item, Sequence) else item.whole if isinstance(item, Numeral) else None
        if size is None:
            return None
        sizes.append(size)
    inner = sizes[0] if len(sizes) == 1 else None
    return inner if isinstance(inner, tuple) else tuple(sizes)


# ---- dtype


def _dtype(truth: PredictTruth, text: str, language: str) -> tuple[bool, str]:
    real = _dtype_of(truth.value)
    given = read_dtype(text)
    if given == real or text.strip().lower().removeprefix("torch.") == real:
        return True, say("right", language)
    if given is None:
        if _read_shape(text) is not None:
            return False, say("shape_for_dtype", language, given=text)
        return False, say("no_dtype", language, given=text)
    if given != text.strip().removeprefix("torch."):
        return False, say("dtype_alias_differs", language, given=text, meant=given, real=real)
    return False, say("dtype_differs", language, given=given, real=real)


def _dtype_of(value: Value) -> str:
    if isinstance(value, Tensor):
        return value.dtype.removeprefix("torch.")
    if isinstance(value, str):
        return value.removeprefix("torch.")
    return type(value).__name__


# ---- value


def _value(truth: PredictTruth, text: str, language: str) -> tuple[bool, str]:
    if isinstance(truth.value, str):
        return _text_value(truth.value, text, language)
    try:
        literal = read_literal(text, one_number=_is_one_number(truth.value))
    except LiteralError as error:
        return False, say("unreadable", language, given=text, column=error.column + 1)
    difference = compare(truth.value, literal)
    if difference is None:
        note = _note(truth.value, literal)
        return True, say(note, language, real=truth.text or show(truth.value)) if note else say("right", language)
    if isinstance(literal, Word) and isinstance(literal.value, str):
        if read_dtype(text) is not None:
            return False, say("dtype_for_value", language, given=text)
        if _ERROR_NAME.fullmatch(text):
            return False, say("error_for_value", language, given=text)
    given_shape = _read_shape(text)
    if isinstance(truth.value, Tensor) and given_shape and given_shape == truth.value.shape:
        return False, say("shape_for_value", language, given=text)
    return False, say(difference.kind, language, **difference.data)


def _is_one_number(value: Value) -> bool:
    """Whether a number without brackets may say it; a list or a tuple of one number is written as such."""
    if isinstance(value, Tensor):
        return math.prod(value.shape) == 1
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text_value(real: str, text: str, language: str) -> tuple[bool, str]:
    plain = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
    if real in {plain, text} or real.strip() == plain.strip():
        return True, say("right", language)
    return False, say("text_differs", language, given=plain, real=real)


def _note(value: Value, literal: object) -> str:
    """What is worth saying of a right answer whose notation claims another type."""
    if isinstance(value, Tensor):
        real_is_whole = value.dtype.removeprefix("torch.").startswith(("int", "uint"))
        return "right_whole" if real_is_whole and _has_point(literal) else ""
    if isinstance(value, int) and not isinstance(value, bool) and _has_point(literal):
        return "right_whole"
    return ""


def _has_point(literal: object) -> bool:
    if isinstance(literal, Numeral):
        return literal.has_point and math.isfinite(literal.value)
    return isinstance(literal, Sequence) and any(_has_point(item) for item in literal.items)


# ---- errors


def _error(asks: Asks, truth: PredictTruth, text: str, language: str) -> tuple[bool, str]:
    named = list(dict.fromkeys(name.rpartition(".")[2] for name in _ERROR_NAME.findall(_joined(text[:_LONGEST_ERROR]))))
    if truth.kind == "value":
        if not named and text.lower().rstrip(".") in _NO_ERROR_WORDS:
            return True, say("right", language)
        return False, say("no_error_raised", language, real=truth.text or show(truth.value))
    real = f"{truth.error}: {truth.error_message}" if truth.error_message else truth.error
    if not named:
        is_about_errors = asks == "error" and text.lower() not in _NO_ERROR_WORDS
        return False, say("name_the_error" if is_about_errors else "says_no_error", language, real=real)
    if len(named) > 1 and not re.match(r"[\w.]+\s*:", text):
        return False, say("several_errors", language, given=", ".join(named))
    name = named[0]
    if name.lower() == truth.error.rpartition(".")[2].lower():
        return True, say("right_error", language, real=real)
    if name in (truth.error_parents or _parents(truth.error)):
        return False, say("error_parent", language, given=name, real=real)
    return False, say("error_differs", language, given=name, real=real)


def _joined(text: str) -> str:
    """`runtime error` as `RuntimeError`: what is asked is which error, not its spelling."""
    return re.sub(r"\b(?!(?:an?|the|no|any)\b)([A-Za-z]+)[ _]?[Ee]rror\b", _spelled, text, count=1)


def _spelled(match: re.Match[str]) -> str:
    return f"{match[1][0].upper()}{match[1][1:]}Error"


def _parents(name: str) -> tuple[str, ...]:
    known = getattr(builtins, name, None)
    if not isinstance(known, type) or not issubclass(known, BaseException):
        return ("Exception",)
    return tuple(parent.__name__ for parent in known.__mro__[1:])


# ---- printed


def _printed(truth: PredictTruth, answer: str, language: str) -> tuple[bool, str]:
    if not truth.printed.strip():
        if answer.strip().lower() in _NOTHING_WORDS:
            return True, say("right", language)
        return False, say("prints_nothing", language)
    found = first_difference(truth.printed, answer)
    if found is None:
        if truth.kind == "raised":
            return True, say("right_then_raises", language, real=truth.error)
        return True, say("right", language)
    return False, say(found.kind, language, **found.data)
