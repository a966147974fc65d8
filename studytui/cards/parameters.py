"""The parameters of a card: the language they are declared in, and how their values are drawn.

`n: 2..5`, `p: 0.1..0.9`, `x: float[n] in -3..3`, `k: int[2, n] in 0..n-1`, `d: one_of('row', 'col')`,
`order: permutation(3)`. Sizes and ends are arithmetic over the parameters above, worked out here by a few lines of our
own: a deck's text is never evaluated by Python. The same seed gives the same values everywhere, for ever; a review is
replayed from it.
"""

from __future__ import annotations

import ast
import math
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from studytui.cards.problems import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value: TypeAlias = "int | float | str | bool | list[Any] | tuple[Any, ...] | None"

MAX_SPEC = 500
"""Characters of one declaration."""
MAX_NUMBERS = 100
"""Numbers of one parameter: more nobody reads in a prompt."""
LARGEST = 10**6
"""Magnitude of sizes, ends and what is worked out on the way to them."""
TENTHS = 10
"""A drawn fraction has one decimal: it can be worked with in the head."""
LONGEST_OPTION = 200


class ParameterError(ValueError):
    """A parameter that cannot be read, or has no value; `name` says which, empty where only its text is known."""

    def __init__(self, message: str, hint: str = "", name: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.name = name


@dataclass(frozen=True, slots=True)
class Numbers:
    """A number between two ends, both included; with `sizes`, nested lists of them."""

    whole: bool
    sizes: tuple[str, ...]
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of several values."""

    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Permutation:
    """The numbers from 0 to `length` - 1 in any order, as a list."""

    length: str


Parameter: TypeAlias = Numbers | OneOf | Permutation

_NUMBERS = re.compile(r"(?:(?P<kind>int|float)(?:\[(?P<sizes>[^\[\]]*)\])?\s+in\s+)?(?P<low>.+?)\.\.(?P<high>.+)")
_PERMUTATION = re.compile(r"permutation\((.+)\)")
_EXAMPLES = "As in `2..5`, `float[n] in -3..3`, `one_of('row', 'col')` or `permutation(3)`."


def parse_parameter(text: str) -> Parameter:
    """What a parameter's text says.

    Raises:
        ParameterError: with a sentence for the deck's author.
    """
    text = text.strip()
    if len(text) > MAX_SPEC:
        raise ParameterError(f"a parameter may have {MAX_SPEC} characters; this one has {len(text)}")
    if text.startswith("one_of("):
        return OneOf(_options(text))
    if of := _PERMUTATION.fullmatch(text):
        return Permutation(of[1].strip())
    found = _NUMBERS.fullmatch(text)
    if found is None:
        raise ParameterError(f"`{printable(text, 60)}` says not what is drawn", _EXAMPLES)
    low, high = found["low"].strip(), found["high"].strip()
    whole = found["kind"] == "int" if found["kind"] else "." not in low + high
    sizes = () if found["sizes"] is None else tuple(size.strip() for size in found["sizes"].split(","))
    return Numbers(whole, sizes, low, high)


def names_of(parameter: Parameter) -> tuple[str, ...]:
    """The parameters that a parameter's sizes and ends speak of.

    Raises:
        ParameterError: one of them is no arithmetic.
    """
    texts: tuple[str, ...] = ()
    if isinstance(parameter, Numbers):
        texts = (*parameter.sizes, parameter.low, parameter.high)
    elif isinstance(parameter, Permutation):
        texts = (parameter.length,)
    names = [node.id for text in texts for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name)]
    return tuple(dict.fromkeys(names))


def draw(parameters: Mapping[str, str], seed: int, attempt: int = 0) -> dict[str, Value]:
    """A value of every parameter; `attempt` gives other ones of the same seed.

    Raises:
        ParameterError: a parameter cannot be read, or has no value beside those drawn before it.
    """
    source = random.Random(f"{seed}.{attempt}")
    values: dict[str, Value] = {}
    for name, text in parameters.items():
        try:
            values[name] = _drawn(parse_parameter(text), values, source)
        except ParameterError as error:
            error.name = name
            raise
    return values


def shown(value: Value) -> str:
    """A value as it stands in a card: a text as it is, all else as Python writes it."""
    return value if isinstance(value, str) else repr(value)


def _drawn(parameter: Parameter, values: Mapping[str, Value], source: random.Random) -> Value:
    match parameter:
        case OneOf(options):
            return source.choice(options)
        case Permutation(length):
            order = list(range(_size(length, values)))
            source.shuffle(order)
            return order
        case Numbers(whole, sizes, low, high):
            unit = 1 if whole else TENTHS
            # A float's tenths are rounded off first: 0.3 * 10 is a little more than 3.
            least = math.ceil(round(_worked_out(low, values) * unit, 6))
            most = math.floor(round(_worked_out(high, values) * unit, 6))
            if least > most:
                what = "whole number" if whole else "number with one decimal"
                where = _beside(values, (low, high))
                raise ParameterError(f"no {what} lies in {printable(low, 40)}..{printable(high, 40)}{where}")
            counts = [_size(size, values) for size in sizes]
            if math.prod(counts) > MAX_NUMBERS:
                raise ParameterError(f"a parameter may have {MAX_NUMBERS} numbers and no more")
            return _nested(counts, lambda: source.randint(least, most) if whole else source.randint(least, most) / unit)


def _nested(counts: list[int], number: Callable[[], float]) -> float | list[Any]:
    return [_nested(counts[1:], number) for _ in range(counts[0])] if counts else number()


def _size(text: str, values: Mapping[str, Value]) -> int:
    size = _worked_out(text, values)
    if not isinstance(size, int) or not 0 <= size <= MAX_NUMBERS:
        where = _beside(values, (text,))
        raise ParameterError(f"`{printable(text, 40)}` is no size: it is {size}{where}")
    return size


def _beside(values: Mapping[str, Value], texts: tuple[str, ...]) -> str:
    """Which values drawn before make a text what it is."""
    names = [node.id for text in texts for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name)]
    told = ", ".join(f"{name} = {shown(values[name])}" for name in dict.fromkeys(names) if name in values)
    return f", where {told}" if told else ""


def _options(text: str) -> tuple[Value, ...]:
    call = _parsed(text)
    if not isinstance(call, ast.Call) or call.keywords or len(call.args) < 2:
        raise ParameterError("`one_of(...)` takes two or more values, as `one_of(0, 1)`")
    options: list[Value] = []
    for argument in call.args:
        try:
            value = ast.literal_eval(argument)
        except (ValueError, TypeError, RecursionError, MemoryError):
            written = printable(ast.unparse(argument), 40)
            raise ParameterError(
                f"`{written}` in `one_of(...)` is no plain value",
                "Write numbers, truth values, lists, or texts in quotes: `one_of('row', 'col')`.",
            ) from None
        if not _is_plain(value):
            raise ParameterError(f"`{printable(repr(value), 40)}` in `one_of(...)` is no value that a card can hold")
        options.append(value)
    return tuple(options)


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return value.isprintable() and len(value) <= LONGEST_OPTION
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or (isinstance(value, bool | int | float) and abs(value) <= LARGEST)


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ParameterError(f"`{printable(text, 60)}` cannot be read", _EXAMPLES) from None


def _worked_out(text: str, values: Mapping[str, Value]) -> int | float:
    try:
        return _number(_parsed(text), values)
    except RecursionError:
        raise ParameterError(f"`{printable(text, 40)}` is nested too deeply") from None


def _number(node: ast.expr, values: Mapping[str, Value]) -> int | float:
    """Arithmetic over numbers and parameters above."""
    found: object = None
    match node:
        case ast.Constant(value):
            found = value
        case ast.Name(name) if name in values:
            found = values[name]
        case ast.UnaryOp(ast.USub(), operand):
            found = -_number(operand, values)
        case ast.BinOp(left, operator, right):
            found = _combined(operator, _number(left, values), _number(right, values))
    if isinstance(found, bool) or not isinstance(found, int | float) or not abs(found) <= LARGEST:
        raise ParameterError(
            f"`{printable(ast.unparse(node), 40)}` is no number that can be used here",
            "Sizes and ends are numbers, or sums and products of parameters listed above.",
        )
    return found


def _combined(operator: ast.operator, left: float, right: float) -> int | float | None:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.FloorDiv() | ast.Mod() if not right:
            return None
        case ast.FloorDiv():
            return left // right
        case ast.Mod():
            return left % right
    return None
