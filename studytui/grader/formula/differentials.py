"""Derivatives in formula text: `dL/dw`, `∂L/∂W[i, j]`, `d/dx(…)`, `grad(L, w)`."""

from __future__ import annotations

from studytui.grader.formula.indexing import Indexing
from studytui.grader.formula.tokens import Token, TokenKind
from studytui.grader.formula.tree import Derivative, Differential, Element, Name, Node, children, plain_indices
from studytui.grader.formula.vocabulary import DIFFERENTIATORS

_MOST_ORDERS = 3
"""Derivatives one in the other: each costs ten times what the one below it does."""


class Differentials(Indexing):
    """The part of the parser that reads derivatives; each is taken by autograd when it is evaluated."""

    def _derivative(self) -> Derivative | None:
        """`dL/dw` or `∂L/∂w` here, or None with nothing taken."""
        first, start = self._token, self._at
        vocabulary = self._vocabulary
        top = self._differential(vocabulary.asked.top)
        if top is None or self._token.text != "/":
            self._at = start
            return None
        self._at += 1
        bottom = self._differential(vocabulary.asked.bottom)
        if bottom is not None and top[0] and bottom[0]:
            at = (*top[2], *bottom[2])
            node = Derivative(top[0], bottom[0], self._since(first), 1, top[2], bottom[2])
            return self._tall(node, *at) if at else node
        self._at = start
        if bottom is None or (not top[0] and not bottom[0] and first.kind is TokenKind.NAME):
            return None  # `dz/2`, `delta/den`: names of no derivative
        missing = bottom[1] if top[0] else top[1]
        close, known = vocabulary.close_to(missing), vocabulary.listed
        raise self._fail("unknown_name", first, name=missing, close=close, known=known)

    def _differential(self, asked: str = "") -> tuple[str, str, tuple[Node, ...]] | None:
        """The name under a `d` or `∂` at this place, taken: as declared (empty for none), as typed, and its subscripts.

        None where no differential stands here; a declared name that starts with d is none.
        """
        token = self._token
        typed = ""
        if token.kind is TokenKind.PARTIAL and self._ahead(1).kind is TokenKind.NAME:
            self._at += 2
            typed = self._tokens[self._at - 1].text
        elif token.kind is TokenKind.NAME and token.text[0] == "d" and self._vocabulary.resolve(token.text) is None:
            behind = self._ahead(1)
            if len(token.text) > 1:
                self._at += 1
                typed = token.text[1:]
            elif behind.kind is TokenKind.NAME and behind.start == token.end:
                # `dη` is two tokens: a Greek letter starts a name of its own.
                self._at += 2
                typed = behind.text
        if not typed:
            return None
        name = self._vocabulary.resolve_part(typed, asked)
        if name is None:
            found = self._subscripted(typed, self._since(token), asked)
            return (found[0], typed, found[1]) if found is not None else ("", typed, ())
        if self._token.kind is TokenKind.OPEN_INDEX:
            return name, typed, self._in_square_brackets()
        return name, typed, ()

    def _operator(self, token: Token) -> Node | None:
        """`d/dx(…)`, `∂/∂w(…)`, `d(…)/dx`, `grad(…, x)`, `∇_x(…)` at this token, or None with nothing taken."""
        start = self._at
        is_d = token.kind is TokenKind.PARTIAL or token.text == "d"
        if is_d and self._ahead(1).text == "/":
            self._at += 2
            bottom = self._differential()
            if bottom is None or not bottom[0]:
                self._at = start
                return None
            if not self._is_called(0):
                raise self._fail("differential_brackets", token, name=bottom[1])
            return self._differentiated(token, self._in_brackets(), bottom[0], bottom[2])
        if is_d and self._is_called():
            self._at += 1
            operand = self._in_brackets()
            bottom = None
            if self._token.text == "/":
                self._at += 1
                bottom = self._differential()
            if bottom is None or not bottom[0]:
                raise self._fail("derivative_operator", token)
            return self._differentiated(token, operand, bottom[0], bottom[2])
        return self._gradient(token)

    def _gradient(self, token: Token) -> Node | None:
        word, joint, letters = token.text.partition("_")
        if token.kind is not TokenKind.NAME or word not in DIFFERENTIATORS:
            return None
        if joint:
            name = self._vocabulary.resolve(letters)
            if name is None:
                return None
            self._at += 1
            operand = self._in_brackets() if self._is_called(0) else self._one_name(token)
            return self._differentiated(token, operand, name, ())
        if not self._is_called():
            return None
        opening = self._ahead(1)
        self._at += 2
        operand = self._expression(0)
        if not self._take(TokenKind.COMMA):
            raise self._fail("derivative_operator", token)
        place = self._token
        by = self._expression(0)
        self._closing(opening)
        match by:
            case Name():
                return self._differentiated(token, operand, by.name, ())
            case Element(target=Name(name=name)):
                return self._differentiated(token, operand, name, by.at)
            case _:
                raise self._fail("derivative_by", place)

    def _one_name(self, token: Token) -> Node:
        name = self._vocabulary.resolve(self._token.text) if self._token.kind is TokenKind.NAME else None
        if name is None:
            raise self._fail("derivative_operator", token)
        self._at += 1
        return Name(name, self._since(self._tokens[self._at - 1]))

    def _differentiated(self, first: Token, operand: Node, bottom: str, at: tuple[Node, ...]) -> Node:
        """A name differentiated is the same node however it was typed: what was shown of one holds for the other."""
        span = self._since(first)
        deepest = max((_orders(node) for node in (operand, *at)), default=0)
        if deepest >= _MOST_ORDERS:
            raise self._fail("derivative_order", first, limit=_MOST_ORDERS)
        match operand:
            case Name(name=top):
                node = Derivative(top, bottom, span, 1, (), at)
                return self._tall(node, *at) if at else node
            case Element(target=Name(name=top)) if plain_indices(operand.at):
                return self._tall(Derivative(top, bottom, span, 1, operand.at, at), *operand.at, *at)
            case _:
                return self._tall(Differential(operand, bottom, at, span), operand, *at)


def _orders(node: Node) -> int:
    """How many derivatives stand one in the other."""
    below = max(map(_orders, children(node)), default=0)
    return below + isinstance(node, Derivative | Differential)
