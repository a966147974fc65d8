"""Lines of formula text to trees, by a Pratt parser of our own: nothing typed is ever run as Python.

Precedence, loosest first: comparisons; `+ -`; `* / @ ·` and a product written without a sign, all left to right; unary
minus; powers, right to left; postfix transposes and superscripts. As in Python, `-x^2` is -(x²).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from studytui.grader.formula.cursor import DEEPEST as DEEPEST
from studytui.grader.formula.operands import Operands
from studytui.grader.formula.ranks import rank_of
from studytui.grader.formula.tokens import Token, TokenKind
from studytui.grader.formula.tree import (
    Binary,
    Call,
    Element,
    Index,
    Name,
    Negative,
    Node,
    Number,
    Operator,
    Transposed,
    free_indices,
    over_all,
    plain_indices,
)
from studytui.grader.formula.vocabulary import FUNCTIONS, Vocabulary

if TYPE_CHECKING:
    from studytui.grader.formula.errors import FormulaError

_COMPARISONS: Final = ("<", ">", "<=", ">=", "==", "!=")
_BINDING: Final[dict[str, int]] = {
    **dict.fromkeys(_COMPARISONS, 5), "+": 10, "-": 10, "*": 20, "/": 20, "//": 20, "@": 20, "·": 20, "^": 40,
}  # fmt: skip
_PRODUCT, _UNARY, _POSTFIX = 20, 30, 50
_SIGNS: Final[dict[str, Operator]] = {
    "<": "<", ">": ">", "<=": "<=", ">=": ">=", "==": "==", "!=": "!=", "+": "+", "-": "-", "*": "*", "/": "/",
    "@": "@", "·": "·", "^": "^",
}  # fmt: skip
_STARTS_OPERAND = frozenset({TokenKind.NUMBER, TokenKind.NAME, TokenKind.OPEN, TokenKind.ROOT, TokenKind.PARTIAL})
_ROUNDED = {"⌊": "floor", "⌈": "ceil"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer, read.

    Attributes:
        number: 1-based.
        text: the line, normalised; columns of spans and errors count in it.
        sides: what stands between the equals signs, left to right; without the left side where that is a new name.
        continues: whether it started with an equals sign, and so goes on from the line above.
        defines: the new name on the left that this line gives a meaning, if it does.
        over: the indices of that name, where the line defines its elements: `p[i] = …`.
    """

    number: int
    text: str
    sides: tuple[Node, ...]
    continues: bool = False
    defines: str | None = None
    over: tuple[Index, ...] = ()

    def added_to(self, vocabulary: Vocabulary) -> Vocabulary:
        """The names that lines below may use, given those that this line may."""
        if not self.defines:
            return vocabulary
        rank = rank_of(over_all(self.sides[0], self.over), vocabulary.ranks)
        return vocabulary.plus(self.defines, rank, has_elements=bool(self.over))


def parse_line(text: str, vocabulary: Vocabulary, number: int = 1) -> Line:
    """Read one line: an expression, or a chain `a = b = c`, or `= b`.

    Raises:
        FormulaError: with the place; also for names that `vocabulary` lacks.
    """
    return _Parser(text, vocabulary, number).line()


def parse_expression(text: str, vocabulary: Vocabulary, number: int = 1) -> Node:
    """Read one expression with no equals sign.

    Raises:
        FormulaError: with the place.
    """
    return _Parser(text, vocabulary, number).lone_expression()


@dataclass(frozen=True, slots=True)
class _NewName:
    """A left side with no meaning yet: `stem` and the indices behind it, or the plain name that was typed."""

    typed: str
    stem: str = ""
    over: tuple[Index, ...] = ()
    is_sure: bool = False


class _Parser(Operands):
    def __init__(self, text: str, vocabulary: Vocabulary, number: int) -> None:
        super().__init__(text, vocabulary, number)
        self._depth = 0
        self._brackets = 0

    # ---- lines

    def line(self) -> Line:
        continues = self._take(TokenKind.EQUALS)
        new = None if continues else self._new_name()
        sides = [self._side()]
        while self._take(TokenKind.EQUALS):
            sides.append(self._side())
        self._expect_end()
        if new is None:
            return Line(self._number, self._text, tuple(sides), continues)
        name, over = self._defined(new, sides[0])
        return Line(self._number, self._text, tuple(sides), continues, name, over)

    def lone_expression(self) -> Node:
        node = self._expression(0)
        self._expect_end()
        return node

    def _new_name(self) -> _NewName | None:
        """A name that has no meaning yet, maybe with indices behind it, and an equals sign behind that."""
        first, start = self._token, self._at
        if first.kind is not TokenKind.NAME or first.text in self._vocabulary.families.values():
            return None
        typed, vocabulary = first.text, self._vocabulary
        if vocabulary.is_asked(typed) or vocabulary.resolve(typed) is not None:
            return None
        if self._ahead(1).kind is TokenKind.EQUALS:
            if typed in FUNCTIONS:
                raise self._fail("name_taken", first, name=typed)
            stem, _, letters = typed.rpartition("_")
            if stem and (vocabulary.is_asked(stem) or self._subscripted(typed, self._span(first)) is not None):
                return None
            over = plain_indices(self._joined(letters, self._span(first)) or ()) if stem else None
            self._at += 2
            is_sure = bool(over) and all(index.name in vocabulary.indices for index in over or ())
            return _NewName(typed, stem, over or (), is_sure)
        if self._ahead(1).kind is TokenKind.OPEN_INDEX and typed not in FUNCTIONS:
            self._at += 1
            over = plain_indices(self._in_square_brackets())
            if over and self._take(TokenKind.EQUALS):
                return _NewName(typed, typed, over, is_sure=True)
        self._at = start
        return None

    def _defined(self, new: _NewName, side: Node) -> tuple[str, tuple[Index, ...]]:
        """The name that a line defines: `h_t = …` names one thing, unless its right side speaks of every `t`."""
        free = {index.name for index in free_indices(side)}
        if not new.over or not (new.is_sure or free & {index.name for index in new.over}):
            return new.typed, ()
        is_taken = self._vocabulary.resolve(new.stem) is not None or new.stem in FUNCTIONS
        return new.typed if is_taken else new.stem, new.over

    def _side(self) -> Node:
        asked = self._asked_alone()
        return asked if asked is not None else self._expression(0)

    def _asked_alone(self) -> Node | None:
        """What is asked, as a whole side; `f'(x)` is read as `f'` there."""
        start, asked = self._at, self._vocabulary.asked
        first = self._token
        node: Node | None = None
        if asked.name and first.kind is TokenKind.NAME:
            node = self._asked_name(first, asked.name)
        elif asked.top:
            found = self._derivative()
            if found is not None and (found.top, found.bottom) == (asked.top, asked.bottom):
                node = found
        if node is not None and self._token.kind in {TokenKind.EQUALS, TokenKind.END}:
            return node
        self._at = start
        return None

    def _asked_name(self, first: Token, name: str) -> Node | None:
        self._at += 1
        span = self._span(first)
        if self._vocabulary.is_asked(first.text):
            if self._token.kind is TokenKind.OPEN:
                self._skip_applied_names()
            elif self._token.kind is TokenKind.OPEN_INDEX:
                return self._element(Name(name, span))
            return Name(name, span)
        stem, _, letters = first.text.rpartition("_")
        at = self._joined(letters, span) if self._vocabulary.is_asked(stem) else None
        return self._tall(Element(Name(name, span), at, span), *at) if at else None

    def _skip_applied_names(self) -> None:
        """Take `(x)` or `(x, y)` here, if that is what stands here."""
        kinds = [token.kind for token in self._tokens[self._at :]]
        length = kinds.index(TokenKind.CLOSE) if TokenKind.CLOSE in kinds else 0
        names, commas = kinds[1:length:2], kinds[2:length:2]
        if length % 2 == 0 and length and set(names) == {TokenKind.NAME} and set(commas) <= {TokenKind.COMMA}:
            self._at += length + 1

    def _expect_end(self) -> None:
        token = self._token
        if token.kind is TokenKind.END:
            return
        if token.kind in {TokenKind.CLOSE, TokenKind.CLOSE_INDEX}:
            raise self._fail("never_opened", token)
        raise self._fail("unexpected", token, text=token.text)

    # ---- expressions

    def _expression(self, least: int) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._fail("too_deep", self._token, limit=DEEPEST)
        left = self._operand()
        while True:
            token = self._token
            if token.kind in {TokenKind.POWER, TokenKind.TRANSPOSE}:
                left = self._postfix(left, token)
            elif token.kind is TokenKind.OPEN_INDEX:
                left = self._element(left)
            elif token.kind is TokenKind.OPERATOR or (token.text == "==" and self._is_inside()):
                binding = _BINDING[token.text]
                if binding < least or (binding == least and token.text != "^"):
                    break
                left = self._binary(left, token, binding)
            elif token.kind in _STARTS_OPERAND:
                if least >= _PRODUCT:
                    break
                left = self._beside(left, token)
            else:
                break
        self._depth -= 1
        return left

    def _binary(self, left: Node, token: Token, binding: int) -> Node:
        self._at += 1
        if token.text == "^" and self._is_transpose_sign():
            last = self._token
            self._at += 1
            return self._tall(Transposed(left, left.span.to(self._span(last))), left)
        if binding == _BINDING["<"] and _is_bare(left, *_COMPARISONS):
            raise self._fail("comparison_chain", token)
        right = self._expression(binding)
        span = left.span.to(right.span)
        if binding == _PRODUCT:
            self._check_reach(left, right)
        if token.text == "//":
            ratio = self._tall(Binary("/", left, right, span), left, right)
            return self._tall(Call("floor", (ratio,), None, span), ratio)
        return self._tall(Binary(_SIGNS[token.text], left, right, span), left, right)

    def _is_inside(self) -> bool:
        """Whether `==` compares: inside brackets. Between the sides of a line it is an equals sign."""
        return self._brackets > 0 or self._subscripts_open > 0

    def _is_transpose_sign(self) -> bool:
        token = self._token
        if token.kind is TokenKind.TRANSPOSE:
            return True
        return token.kind is TokenKind.NAME and token.text == "T" and self._vocabulary.resolve("T") is None

    def _postfix(self, left: Node, token: Token) -> Node:
        self._at += 1
        span = left.span.to(self._span(token))
        if token.kind is TokenKind.TRANSPOSE:
            return self._tall(Transposed(left, span), left)
        exponent = self._exponent(token)
        return self._tall(Binary("^", left, exponent, span), left, exponent)

    def _exponent(self, token: Token) -> Node:
        if token.text.lstrip("+-") != "n":
            return Number(float(token.text), self._span(token))
        if self._vocabulary.resolve("n") is None:
            raise self._unknown(token, "n")
        name = Name("n", self._span(token))
        return Negative(name, name.span, 2) if token.text.startswith("-") else name

    def _beside(self, left: Node, token: Token) -> Node:
        """A product with no sign: `2x`, `2(a + b)`, `(a)(b)`, `w(a + b)`, `w x`."""
        if token.kind is TokenKind.NUMBER:
            raise self._fail("ask_times", token, left=self._typed(left.span)[-20:], right=token.text)
        if _is_bare(left, "/"):
            raise self._fail("ambiguous_division", token, left=self._typed(left.span)[-20:])
        right = self._expression(_PRODUCT)
        self._check_reach(left, right)
        return self._tall(Binary("beside", left, right, left.span.to(right.span)), left, right)

    def _operand(self) -> Node:
        token = self._token
        match token.kind:
            case TokenKind.NUMBER:
                self._at += 1
                return Number(float(token.text), self._span(token))
            case TokenKind.NAME:
                return self._named(token)
            case TokenKind.OPEN:
                return self._in_brackets()
            case TokenKind.ROOT:
                return self._root(token)
            case TokenKind.PARTIAL:
                found = self._derivative() or self._operator(token)
                if found is None:
                    raise self._fail("derivative_operator", token)
                return found
            case TokenKind.OPERATOR if token.text in {"-", "+"}:
                self._at += 1
                operand = self._expression(_UNARY)
                if token.text == "+":
                    return operand
                return self._tall(Negative(operand, self._span(token).to(operand.span)), operand)
            case _:
                raise self._missing(token)

    def _missing(self, token: Token) -> FormulaError:
        if self._at:
            return self._fail("missing_after", token, before=self._tokens[self._at - 1].text)
        if token.kind in {TokenKind.CLOSE, TokenKind.CLOSE_INDEX}:
            return self._fail("never_opened", token)
        if token.kind is TokenKind.OPEN_INDEX:
            return self._fail("round_brackets", token)
        return self._fail("missing_before", token, text=token.text)

    def _in_brackets(self) -> Node:
        opening = self._token
        self._at += 1
        self._brackets += 1
        node = self._expression(0)
        self._brackets -= 1
        span = self._span(opening, self._closing(opening))
        if opening.text in _ROUNDED:
            return self._tall(Call(_ROUNDED[opening.text], (node,), None, span), node)
        return replace(node, span=span)

    def _call(self, token: Token, function: str) -> Node:
        self._brackets += 1
        node = super()._call(token, function)
        self._brackets -= 1
        return node

    def _root(self, token: Token) -> Node:
        self._at += 1
        if self._token.kind is TokenKind.OPEN:
            operand = self._in_brackets()
        else:
            operand = self._expression(_POSTFIX)
            if self._token.text == "^" or _is_bare(operand, "^"):
                raise self._fail("root_of_power", token)
        return self._tall(Call("sqrt", (operand,), None, self._span(token).to(operand.span)), operand)


def _is_bare(node: Node, *operators: str) -> bool:
    """Whether `node` is one of these operations with no brackets around it: brackets widen a node's span."""
    return isinstance(node, Binary) and node.operator in operators and node.left.span.start == node.span.start
