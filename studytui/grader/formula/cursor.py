"""A place in the tokens of a line, what is said of it, and trees that never grow too tall."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.tokens import Token, TokenKind, normalised, tokens_of
from studytui.grader.formula.tree import Node, Span

if TYPE_CHECKING:
    from studytui.grader.formula.tree import (
        Array,
        Binary,
        Call,
        Derivative,
        Differential,
        Element,
        Negative,
        Reduced,
        Transposed,
    )
    from studytui.grader.formula.vocabulary import Vocabulary

    _T = TypeVar("_T", Array, Binary, Call, Derivative, Differential, Element, Negative, Reduced, Transposed)

DEEPEST = 100
"""Levels of a tree, and of brackets: far above what is typed, and at three frames a level inside Python's limit."""

_CLOSING = {"(": ")", "⌊": "⌋", "⌈": "⌉", "[": "]"}


class Cursor:
    """Tokens of one line, read from left to right."""

    def __init__(self, text: str, vocabulary: Vocabulary, number: int) -> None:
        self._text = normalised(text)
        self._number = number
        self._vocabulary = vocabulary
        self._tokens = tokens_of(text, number)
        self._at = 0

    def _expression(self, least: int) -> Node:
        """What binds tighter than `least`; the parser's own."""
        raise NotImplementedError

    def _in_brackets(self) -> Node:
        """What stands in the bracket that opens here; the parser's own."""
        raise NotImplementedError

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _ahead(self, count: int) -> Token:
        return self._tokens[min(self._at + count, len(self._tokens) - 1)]

    def _is_called(self, count: int = 1) -> bool:
        """Whether a round bracket opens there."""
        token = self._ahead(count)
        return token.kind is TokenKind.OPEN and token.text == "("

    def _take(self, kind: TokenKind) -> bool:
        """Go on behind a token of a kind, if it stands here."""
        found = self._token.kind is kind
        self._at += found
        return found

    def _span(self, first: Token, last: Token | None = None) -> Span:
        return Span(self._number, first.start, (last or first).end)

    def _since(self, first: Token) -> Span:
        """From a token to the last one taken."""
        return self._span(first, self._tokens[self._at - 1])

    def _typed(self, span: Span) -> str:
        return self._text[span.start : span.end]

    def _fail(self, kind: str, place: Token | Span, **data: str | int) -> FormulaError:
        return self._found(Finding.of(kind, **data), place)

    def _found(self, finding: Finding, place: Token | Span) -> FormulaError:
        return FormulaError(finding, self._number, place.start + 1, self._text)

    def _tall(self, node: _T, *below: Node) -> _T:
        height = 1 + max((child.height for child in below), default=0)
        if height > DEEPEST:
            raise self._fail("too_deep", node.span, limit=DEEPEST)
        return replace(node, height=height)

    def _closing(self, opening: Token) -> Token:
        """Take the bracket that closes what `opening` opened."""
        token = self._token
        if token.kind in {TokenKind.CLOSE, TokenKind.CLOSE_INDEX} and token.text == _CLOSING[opening.text]:
            self._at += 1
            return token
        if token.kind in {TokenKind.END, TokenKind.EQUALS}:
            raise self._fail("never_closed", opening)
        raise self._fail("unexpected", token, text=token.text)
