"""Lines of formula text to trees, by a Pratt parser of our own: nothing typed is ever run as Python.

Precedence, loosest first: comparisons; `+ -`; `* / @ ·` and a product written without a sign, all left to right; unary
minus; powers, right to left; postfix transposes and superscripts. As in Python, `-x^2` is -(x²).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.tokens import Token, TokenKind, normalised, tokens_of
from studytui.grader.formula.tree import (
    Binary,
    Call,
    Derivative,
    Name,
    Negative,
    Node,
    Number,
    Operator,
    Span,
    Transposed,
)
from studytui.grader.formula.vocabulary import CONSTANTS, FUNCTION_ALIASES, FUNCTIONS, Vocabulary

DEEPEST = 100
"""Levels of a tree, and of brackets: far above what is typed, and at three frames a level inside Python's limit."""

_BINDING: Final[dict[str, int]] = {
    "<": 5, ">": 5, "<=": 5, ">=": 5, "+": 10, "-": 10, "*": 20, "/": 20, "@": 20, "·": 20, "^": 40,
}  # fmt: skip
_PRODUCT, _UNARY, _POSTFIX = 20, 30, 50
_SIGNS: Final[dict[str, Operator]] = {
    "<": "<", ">": ">", "<=": "<=", ">=": ">=", "+": "+", "-": "-", "*": "*", "/": "/", "@": "@", "·": "·", "^": "^",
}  # fmt: skip
_STARTS_OPERAND = frozenset({TokenKind.NUMBER, TokenKind.NAME, TokenKind.OPEN, TokenKind.ROOT, TokenKind.PARTIAL})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer, read.

    Attributes:
        number: 1-based.
        text: the line, normalised; columns of spans and errors count in it.
        sides: what stands between the equals signs, left to right; without the left side where that is a new name.
        continues: whether it started with an equals sign, and so goes on from the line above.
        defines: the new name on the left that this line gives a meaning, if it does.
    """

    number: int
    text: str
    sides: tuple[Node, ...]
    continues: bool = False
    defines: str | None = None


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


class _Parser:
    def __init__(self, text: str, vocabulary: Vocabulary, number: int) -> None:
        self._text = normalised(text)
        self._number = number
        self._vocabulary = vocabulary
        self._tokens = tokens_of(text, number)
        self._at = 0
        self._depth = 0

    # ---- lines

    def line(self) -> Line:
        continues = self._token.kind is TokenKind.EQUALS
        defines = None
        if continues:
            self._at += 1
        else:
            defines = self._new_name()
        sides = [self._side()]
        while self._token.kind is TokenKind.EQUALS:
            self._at += 1
            sides.append(self._side())
        self._expect_end()
        return Line(self._number, self._text, tuple(sides), continues, defines)

    def lone_expression(self) -> Node:
        node = self._expression(0)
        self._expect_end()
        return node

    def _new_name(self) -> str | None:
        """A plain name that has no meaning yet, with an equals sign behind it."""
        first = self._token
        if first.kind is not TokenKind.NAME or self._ahead(1).kind is not TokenKind.EQUALS:
            return None
        name = first.text
        if self._vocabulary.is_asked(name) or self._vocabulary.resolve(name) is not None:
            return None
        if name in FUNCTIONS:
            raise self._fail("name_taken", first, name=name)
        self._at += 2
        return name

    def _side(self) -> Node:
        asked = self._asked_alone()
        return asked if asked is not None else self._expression(0)

    def _asked_alone(self) -> Node | None:
        """What is asked, as a whole side; `f'(x)` is read as `f'` there."""
        start, asked = self._at, self._vocabulary.asked
        first = self._token
        node: Node | None = None
        if asked.name and first.kind is TokenKind.NAME and self._vocabulary.is_asked(first.text):
            self._at += 1
            node = Name(asked.name, self._span(first))
            if self._token.kind is TokenKind.OPEN:
                self._skip_applied_names()
        elif asked.top:
            found = self._derivative()
            if found is not None and (found.top, found.bottom) == (asked.top, asked.bottom):
                node = found
        if node is not None and self._token.kind in {TokenKind.EQUALS, TokenKind.END}:
            return node
        self._at = start
        return None

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
        if token.kind is TokenKind.CLOSE:
            raise self._fail("never_opened", token)
        raise self._fail("unexpected", token, text=token.text)

    # ---- tokens and errors

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _ahead(self, count: int) -> Token:
        return self._tokens[min(self._at + count, len(self._tokens) - 1)]

    def _span(self, first: Token, last: Token | None = None) -> Span:
        return Span(self._number, first.start, (last or first).end)

    def _typed(self, span: Span) -> str:
        return self._text[span.start : span.end]

    def _fail(self, kind: str, place: Token | Span, **data: str | int) -> FormulaError:
        return FormulaError(Finding.of(kind, **data), self._number, place.start + 1, self._text)

    def _tall(self, node: Node, *below: Node) -> Node:
        height = 1 + max(child.height for child in below)
        if height > DEEPEST:
            raise self._fail("too_deep", node.span, limit=DEEPEST)
        return replace(node, height=height)

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
            elif token.kind is TokenKind.OPERATOR:
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
        if binding == _BINDING["<"] and _is_bare(left, "<", ">", "<=", ">="):
            raise self._fail("comparison_chain", token)
        right = self._expression(binding)
        return self._tall(Binary(_SIGNS[token.text], left, right, left.span.to(right.span)), left, right)

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
                return self._in_brackets(token)
            case TokenKind.ROOT:
                return self._root(token)
            case TokenKind.PARTIAL:
                found = self._derivative()
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
        if token.kind is TokenKind.CLOSE:
            return self._fail("never_opened", token)
        return self._fail("missing_before", token, text=token.text)

    def _in_brackets(self, opening: Token) -> Node:
        self._at += 1
        node = self._expression(0)
        closing = self._closing(opening)
        return replace(node, span=self._span(opening, closing))

    def _closing(self, opening: Token) -> Token:
        token = self._token
        if token.kind is TokenKind.CLOSE:
            self._at += 1
            return token
        if token.kind in {TokenKind.END, TokenKind.EQUALS}:
            raise self._fail("never_closed", opening)
        raise self._fail("unexpected", token, text=token.text)

    def _root(self, token: Token) -> Node:
        self._at += 1
        if self._token.kind is TokenKind.OPEN:
            operand = self._in_brackets(self._token)
        else:
            operand = self._expression(_POSTFIX)
            if self._token.text == "^" or _is_bare(operand, "^"):
                raise self._fail("root_of_power", token)
        return self._tall(Call("sqrt", (operand,), None, self._span(token).to(operand.span)), operand)

    # ---- names

    def _named(self, token: Token) -> Node:
        spelling, vocabulary = token.text, self._vocabulary
        name = vocabulary.resolve(spelling)
        if name is not None:
            self._at += 1
            return Name(name, self._span(token))
        found = self._derivative()
        if found is not None:
            return found
        if self._ahead(1).kind is TokenKind.OPEN:
            function = FUNCTION_ALIASES.get(spelling, spelling)
            if function in FUNCTIONS:
                return self._call(token, function)
        if vocabulary.is_asked(spelling):
            raise self._fail("uses_asked", token, name=spelling)
        if spelling in CONSTANTS:
            self._at += 1
            return Name(spelling, self._span(token))
        return self._side_by_side(token)

    def _side_by_side(self, token: Token) -> Node:
        ways = self._vocabulary.pieces(token.text)
        if not ways:
            raise self._unknown(token, token.text)
        if len(ways) > 1:
            readings = ["*".join(way) for way in ways[:2]]
            raise self._fail("two_readings", token, name=token.text, first=readings[0], second=readings[1])
        self._at += 1
        span = self._span(token)
        first, *others = (Name(piece, span) for piece in ways[0])
        node: Node = first
        for name in others:
            node = self._tall(Binary("beside", node, name, span), node, name)
        return node

    def _unknown(self, token: Token, spelling: str) -> FormulaError:
        called = self._ahead(1).kind is TokenKind.OPEN
        return FormulaError(
            self._vocabulary.unknown(spelling, called=called), self._number, token.start + 1, self._text
        )

    def _derivative(self) -> Derivative | None:
        """`dL/dw` or `∂L/∂w` here, or None with nothing taken."""
        first, start = self._token, self._at
        top = self._differential()
        if top is None or self._token.text != "/" or self._token.kind is not TokenKind.OPERATOR:
            self._at = start
            return None
        self._at += 1
        bottom = self._differential()
        last = self._tokens[self._at - 1]
        vocabulary = self._vocabulary
        top_name = vocabulary.resolve_part(top, vocabulary.asked.top)
        bottom_name = vocabulary.resolve_part(bottom, vocabulary.asked.bottom) if bottom else None
        if top_name is not None and bottom_name is not None:
            return Derivative(top_name, bottom_name, self._span(first, last))
        self._at = start
        if bottom is None or (top_name is None and bottom_name is None and first.kind is TokenKind.NAME):
            return None  # `dz/2`, `delta/den`: names of no derivative
        missing = top if top_name is None else bottom
        close, known = vocabulary.close_to(missing), vocabulary.listed
        raise self._fail("unknown_name", first, name=missing, close=close, known=known)

    def _differential(self) -> str | None:
        """The name under a `d` or `∂` at this place, taken; a declared name that starts with d is no differential."""
        token = self._token
        if token.kind is TokenKind.PARTIAL and self._ahead(1).kind is TokenKind.NAME:
            self._at += 2
            return self._tokens[self._at - 1].text
        if token.kind is not TokenKind.NAME or token.text[0] != "d" or self._vocabulary.resolve(token.text) is not None:
            return None
        if len(token.text) > 1:
            self._at += 1
            return token.text[1:]
        behind = self._ahead(1)
        # `dη` is two tokens: a Greek letter starts a name of its own.
        if behind.kind is TokenKind.NAME and behind.start == token.end:
            self._at += 2
            return behind.text
        return None

    def _call(self, token: Token, function: str) -> Node:
        least, most, takes_dim = FUNCTIONS[function]
        self._at += 1
        opening = self._token
        self._at += 1
        arguments: list[Node] = []
        dim: int | None = None
        while True:
            is_keyword = self._token.kind is TokenKind.NAME and self._ahead(1).kind is TokenKind.EQUALS
            if is_keyword and self._token.text not in {"dim", "axis"}:
                raise self._fail("unknown_keyword", self._token, name=self._token.text)
            if takes_dim and arguments:
                self._at += 2 if is_keyword else 0
                dim = self._dim(function)
                break
            if is_keyword:
                raise self._fail("no_dim", self._token, function=function)
            arguments.append(self._expression(0))
            if self._token.kind is not TokenKind.COMMA:
                break
            self._at += 1
        if self._token.kind is TokenKind.COMMA or not least <= len(arguments) <= most:
            wanted = str(least) if least == most else f"{least}-{most}"
            raise self._fail("argument_count", token, function=function, wanted=wanted)
        closing = self._closing(opening)
        call = Call(function, tuple(arguments), dim, self._span(token, closing))
        return self._tall(call, *arguments)

    def _dim(self, function: str) -> int:
        token = self._token
        sign = 1
        if token.kind is TokenKind.OPERATOR and token.text == "-":
            sign = -1
            self._at += 1
        number = self._token
        if number.kind is not TokenKind.NUMBER or number.text not in {"0", "1", "2"}:
            raise self._fail("dim_number", token, function=function)
        self._at += 1
        return sign * int(number.text)


def _is_bare(node: Node, *operators: str) -> bool:
    """Whether `node` is one of these operations with no brackets around it: brackets widen a node's span."""
    return isinstance(node, Binary) and node.operator in operators and node.left.span.start == node.span.start
