"""Values as people type them: `[1, 2]`, `tensor([1., 2.])`, `1 2`, `1/3`, `True`. Never run as Python."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TypeAlias

LONGEST = 20_000
"""Characters of an answer that are looked at."""

_DEEPEST = 40
_EXACT = 99


class LiteralError(Exception):
    """A text that is no value; `column` is the 0-based place in it."""

    def __init__(self, column: int) -> None:
        super().__init__(column)
        self.column = column


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as typed.

    Attributes:
        value: as a float; inf and nan too.
        whole: exact value where it was typed as an integer.
        digits: significant digits typed; many for a fraction, which is exact.
        unit: the size of one in the last digit typed, 0 where the number is exact.
        text: what was typed.
    """

    value: float
    whole: int | None
    digits: int
    unit: float
    text: str

    @property
    def has_point(self) -> bool:
        """Whether it was typed as a float."""
        return self.whole is None


@dataclass(frozen=True, slots=True)
class Word:
    """Anything that is no number: True, False and None by their own values, quoted and bare text as itself."""

    value: str | bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items in brackets, or in none: `bare` for numbers side by side, `rows` for lines of those.

    Attributes:
        items: in order.
        kind: `[`, `(`, `bare` or `rows`.
        is_tensor: written as `tensor(…)`.
        dtype: as stated by `dtype=…`, else empty.
        is_cut: holds an ellipsis; `items` are those before it.
    """

    items: tuple[Literal, ...]
    kind: str
    is_tensor: bool = False
    dtype: str = ""
    is_cut: bool = False


Literal: TypeAlias = Numeral | Word | Sequence

_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+)
    |(?P<row>[\n;]+)
    |(?P<cut>\.\.\.|…)
    |(?P<complex>[+-]?(?:\d{1,80}(?:\.\d{0,80})?[+-])?\d{1,80}(?:\.\d{0,80})?j\b)
    |(?P<fraction>[+-]?\d{1,40}\s*/\s*\d{1,40}(?![\d.]))
    |(?P<number>[+-]?(?:\d{1,80}(?:_\d{1,40}){0,5}(?:\.\d{0,80})?|\.\d{1,80})(?:[eE][+-]?\d{1,4})?(?![\w.]))
    |(?P<quoted>'[^'\n]*'|"[^"\n]*")
    |(?P<keyword>[A-Za-z_]\w*\s*=(?!=))
    |(?P<angle><[^<>\n]*>)
    |(?P<word>[+-]?(?:∞|(?:\d{1,9}\.){0,9}[A-Za-z_][\w.]*))
    |(?P<open>[\[(])
    |(?P<close>[\])])
    |(?P<comma>,)""",
    re.VERBOSE,
)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3}){1,26}(?:\.\d{0,80})?")
"""A number with separated thousands, as `16,384`: 80 digits at most, as any other. `16, 384` and `0,384` are two."""

_INFINITE = {"inf", "infinity", "∞", "math.inf", "torch.inf", "np.inf", "float.inf"}
_NOT_A_NUMBER = {"nan", "math.nan", "torch.nan", "np.nan"}
_TENSORS = frozenset({"tensor", "Tensor", "array", "Parameter"})
_SEQUENCES = frozenset({"Size", "list", "tuple", "shape"})
_SILENT_KEYWORDS = {"device", "requires_grad", "grad_fn", "size", "layout"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


def read_literal(text: str, *, one_number: bool = False) -> Literal:
    """The value that a whole answer states.

    Args:
        text: as typed.
        one_number: whether one number is asked, so that `16,384` is that and not two.

    Raises:
        LiteralError: with the place, when it is none.
    """
    plain = text[:LONGEST].strip().replace("−", "-")
    if one_number and _GROUPED.fullmatch(plain):
        return _numeral(_Token("number", plain, 0))
    return _Reader(_tokens(plain)).whole()


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise LiteralError(at)
        if match.lastgroup != "blank":
            tokens.append(_Token(str(match.lastgroup), match.group(), at))
        at = match.end()
    return [*tokens, _Token("end", "", len(text))]


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Literal:
        rows: list[list[Literal]] = [[]]
        commas = False
        is_cut = False
        while True:
            token = self._take()
            if token.kind == "end":
                break
            if token.kind == "row":
                if rows[-1] and not commas:
                    rows.append([])
                continue
            if token.kind == "comma" and rows[-1]:
                commas = True
                continue
            commas = False
            if token.kind == "keyword":
                continue
            if token.kind == "cut":
                is_cut = True
                break
            rows[-1].append(self._item(token))
        filled = [row for row in rows if row]
        if not filled:
            raise LiteralError(0)
        if len(filled) == 1:
            return (
                filled[0][0]
                if len(filled[0]) == 1 and not is_cut
                else Sequence(tuple(filled[0]), "bare", is_cut=is_cut)
            )
        if all(len(row) == 1 and isinstance(row[0], Sequence) for row in filled):
            return Sequence(tuple(row[0] for row in filled), "bare", is_cut=is_cut)
        return Sequence(tuple(Sequence(tuple(row), "bare") for row in filled), "rows", is_cut=is_cut)

    def _take(self) -> _Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _item(self, token: _Token) -> Literal:
        match token.kind:
            case "number":
                return _numeral(token)
            case "fraction":
                return _fraction(token)
            case "quoted":
                return Word(token.text[1:-1], token.text)
            case "complex":
                return Word(token.text, token.text)
            case "word":
                is_call = self._tokens[self._at].text == "("
                return self._called(token) if is_call else _word(token)
            case "open":
                return self._bracketed(token)
            case _:
                raise LiteralError(token.start)

    def _called(self, name: _Token) -> Literal:
        """`tensor(…)`, `torch.Size(…)`, `torch.return_types.max(…)`, `float('inf')`."""
        inside = self._bracketed(self._take())
        if name.text in {"float", "int"} and len(inside.items) == 1:
            item = inside.items[0]
            return _word(_Token("word", str(item.value), name.start)) if isinstance(item, Word) else item
        last = name.text.rpartition(".")[2]
        if last not in _TENSORS and last not in _SEQUENCES and ".return_types." not in name.text:
            raise LiteralError(name.start)
        if last in _TENSORS:
            inner = inside.items[0] if len(inside.items) == 1 else inside
            if isinstance(inner, Sequence):
                return Sequence(inner.items, "[", is_tensor=True, dtype=inside.dtype, is_cut=inner.is_cut)
            return Sequence((inner,), "0", is_tensor=True, dtype=inside.dtype)
        if len(inside.items) == 1 and isinstance(inside.items[0], Sequence):
            return inside.items[0]
        return inside

    def _bracketed(self, opening: _Token) -> Sequence:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise LiteralError(opening.start)
        closing = "]" if opening.text == "[" else ")"
        items: list[Literal] = []
        dtype, keyword, is_cut = "", "", False
        while True:
            token = self._take()
            if token.kind in {"row", "comma"}:
                continue
            if token.kind == "close" and token.text == closing:
                break
            if token.kind == "keyword":
                keyword = token.text.rstrip("= ")
                continue
            if token.kind == "cut":
                is_cut = True
                continue
            item = Word(token.text, token.text) if token.kind == "angle" else self._item(token)
            if keyword == "dtype" and isinstance(item, Word):
                dtype = item.text
            elif keyword not in _SILENT_KEYWORDS and not is_cut:
                items.append(item)
            keyword = ""
        self._depth -= 1
        return Sequence(tuple(items), opening.text, dtype=dtype, is_cut=is_cut)


def _numeral(token: _Token) -> Numeral:
    text = token.text.replace("_", "").replace(",", "")
    whole = int(text) if re.fullmatch(r"[+-]?\d+", text) else None
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    digits = len(mantissa.lstrip("+-").replace(".", "").lstrip("0"))
    power = max(-300, min(300, int(exponent or 0) - decimals))
    return Numeral(float(text), whole, digits, 10.0**power, token.text)


def _fraction(token: _Token) -> Numeral:
    above, _, below = token.text.partition("/")
    if int(below) == 0:
        raise LiteralError(token.start)
    return Numeral(int(above) / int(below), None, _EXACT, 0.0, token.text)


def _word(token: _Token) -> Literal:
    text = token.text
    bare = text.lstrip("+-").lower()
    sign = -1.0 if text.startswith("-") else 1.0
    if bare in _INFINITE:
        return Numeral(sign * math.inf, None, _EXACT, 0.0, text)
    if bare in _NOT_A_NUMBER:
        return Numeral(math.nan, None, _EXACT, 0.0, text)
    known: dict[str, bool | None] = {"true": True, "false": False, "none": None}
    return Word(known[bare], text) if bare in known and bare == text.lower() else Word(text, text)
