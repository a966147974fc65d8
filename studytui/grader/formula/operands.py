"""Names and calls in formula text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.grader.formula.differentials import Differentials
from studytui.grader.formula.tokens import Token, TokenKind
from studytui.grader.formula.tree import Binary, Call, Element, Index, Name, Node, Reduced
from studytui.grader.formula.vocabulary import CONSTANTS, FUNCTION_ALIASES, FUNCTIONS, PRIMED, REDUCED

if TYPE_CHECKING:
    from studytui.grader.formula.errors import FormulaError


class Operands(Differentials):
    """The part of the parser that reads what starts with a name."""

    def _named(self, token: Token) -> Node:
        spelling, vocabulary = token.text, self._vocabulary
        if any(index.name == spelling for index in self._bound):
            return self._taken_index(token)
        family = next((name for name in vocabulary.families.values() if name == spelling), None)
        name = vocabulary.resolve(spelling)
        if name is not None and family is None:
            self._at += 1
            return Name(name, self._span(token))
        found = self._derivative() or self._operator(token) or self._reduced(token)
        if found is not None:
            return found
        if self._is_called():
            function = _function(spelling)
            if function is not None:
                return self._call(token, function)
        element = self._subscripted(spelling, self._span(token))
        if element is not None:
            self._at += 1
            span = self._span(token)
            return self._tall(Element(Name(element[0], span), element[1], span), *element[1])
        if name is not None:
            self._at += 1
            return Name(name, self._span(token))
        if vocabulary.is_asked(spelling):
            raise self._fail("uses_asked", token, name=spelling)
        if spelling in CONSTANTS:
            self._at += 1
            return Name(spelling, self._span(token))
        if self._index(spelling, self._span(token)) is not None:
            return self._taken_index(token)
        return self._kronecker(token) or self._side_by_side(token)

    def _taken_index(self, token: Token) -> Index:
        index = self._index(token.text, self._span(token))
        assert index is not None
        self._at += 1
        return index

    def _kronecker(self, token: Token) -> Node | None:
        """`δ_ij`: 1 where the two are the same index, else 0."""
        stem, _, letters = token.text.partition("_")
        span = self._span(token)
        at = self._joined(letters, span) if stem == "delta" and len(letters) == 2 else None
        if at is None or len(at) != 2:
            return None
        self._at += 1
        return self._tall(Binary("==", at[0], at[1], span), *at)

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
        return self._found(self._vocabulary.unknown(spelling, called=self._is_called()), token)

    # ---- calls

    def _call(self, token: Token, function: str) -> Node:
        least, most, takes_dim = FUNCTIONS.get(function, (1, 1, False))
        self._at += 1
        opening = self._token
        self._at += 1
        arguments: list[Node] = []
        dim: int | Index | None = None
        while True:
            is_keyword = (
                self._token.kind is TokenKind.NAME
                and self._ahead(1).kind is TokenKind.EQUALS
                and self._ahead(1).text == "="
            )
            if is_keyword and self._token.text not in {"dim", "axis"}:
                raise self._fail("unknown_keyword", self._token, name=self._token.text)
            if takes_dim and arguments:
                self._at += 2 if is_keyword else 0
                dim = self._dim(function)
                break
            if is_keyword:
                raise self._fail("no_dim", self._token, function=function)
            arguments.append(self._expression(0))
            if not self._take(TokenKind.COMMA):
                break
        if self._token.kind is TokenKind.COMMA or not least <= len(arguments) <= most:
            wanted = str(least) if least == most else f"{least}-{most}"
            raise self._fail("argument_count", token, function=function, wanted=wanted)
        span = self._span(token, self._closing(opening))
        if isinstance(dim, Index):
            return self._tall(Reduced(REDUCED[function], dim, arguments[0], span), *arguments)
        return self._tall(Call(function, tuple(arguments), dim, span), *arguments)

    def _dim(self, function: str) -> int | Index:
        """The dim to reduce, or the index to sum over: `sum(X, 0)`, `sum(x[i]*w[i], i)`."""
        token = self._token
        index = self._index(token.text, self._span(token)) if function in REDUCED else None
        if token.kind is TokenKind.NAME and index is not None:
            self._at += 1
            return index
        sign = 1
        if token.kind is TokenKind.OPERATOR and token.text == "-":
            sign = -1
            self._at += 1
        number = self._token
        if number.kind is not TokenKind.NUMBER or number.text not in {"0", "1", "2"}:
            raise self._fail("dim_number", token, function=function)
        self._at += 1
        return sign * int(number.text)


def _function(spelling: str) -> str | None:
    """The function of that spelling; `sigmoid'` is the derivative of one."""
    stem = spelling.removesuffix("'")
    function = FUNCTION_ALIASES.get(stem, stem)
    if stem != spelling:
        return f"{function}'" if f"{function}'" in PRIMED else None
    return function if function in FUNCTIONS else None
