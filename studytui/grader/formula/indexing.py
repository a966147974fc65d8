"""Indices in formula text: `x[i]`, `X_ij`, `sum_i(…)`, and whether a letter is an index at all."""

from __future__ import annotations

from studytui.grader.formula.cursor import Cursor
from studytui.grader.formula.tokens import Token, TokenKind
from studytui.grader.formula.tree import Binary, Element, Index, Name, Node, Reduced, Span, Whole, free_indices
from studytui.grader.formula.vocabulary import REDUCED, Vocabulary

SUM_BINDING = 10
"""`Σ_i a*b + c` sums `a*b`: an index sum without brackets takes the product that follows."""

_MOST_INDICES = 3


class Indexing(Cursor):
    """The part of the parser that knows which letters are indices.

    A card may declare indices, a sum binds its own, and any other small letter with no meaning is an index where it
    stands as a subscript; how far it runs is then told by what it indexes.
    """

    def __init__(self, text: str, vocabulary: Vocabulary, number: int) -> None:
        super().__init__(text, vocabulary, number)
        self._bound: list[Index] = []
        self._seen: set[str] = set()
        self._subscripts_open = 0

    # ---- which names are indices

    def _index(self, spelling: str, span: Span, *, in_subscript: bool = False) -> Index | None:
        """The index of that name here: one of a sum around, a declared one, or a free letter in a subscript."""
        bound = next((index for index in reversed(self._bound) if index.name == spelling), None)
        if bound is not None:
            return Index(spelling, bound.size, span)
        if spelling in self._vocabulary.indices:
            return Index(spelling, self._vocabulary.indices[spelling], span)
        in_subscript = in_subscript or self._subscripts_open > 0
        if self._vocabulary.is_free_letter(spelling) and (in_subscript or spelling in self._seen):
            self._seen.add(spelling)
            return Index(spelling, None, span)
        return None

    def _joined(self, letters: str, span: Span) -> tuple[Node, ...] | None:
        """The subscripts in the `ij` of `X_ij`: one index, or a letter each; None where one has no meaning."""
        whole = self._subscript(letters, span)
        if whole is not None:
            return (whole,)
        if len(letters) > _MOST_INDICES or not letters.isalpha():
            return None
        each = [self._subscript(letter, span) for letter in letters]
        known = tuple(node for node in each if node is not None)
        return known if len(known) == len(each) else None

    def _subscript(self, letters: str, span: Span) -> Node | None:
        index = self._index(letters, span, in_subscript=True)
        if index is not None:
            return index
        is_name = len(letters) == 1 and letters.isalpha() and self._vocabulary.resolve(letters) is not None
        return Name(self._vocabulary.resolve(letters) or letters, span) if is_name else None

    # ---- elements

    def _subscripted(self, spelling: str, span: Span, asked: str = "") -> tuple[str, tuple[Node, ...]] | None:
        """The name and the subscripts in `x_i`, where `x` has elements; None where it is no such thing."""
        stem, joint, letters = spelling.rpartition("_")
        if not joint or not stem:
            return None
        family = self._vocabulary.families.get(stem)
        name = family or self._vocabulary.resolve_part(stem, asked)
        if name is None:
            return None
        at = self._joined(letters, span)
        if at is None or not self._vocabulary.may_have_elements(name, len(at)):
            return None
        return name, at

    def _element(self, target: Node) -> Node:
        """`[i, j]` behind `target`, here."""
        at = self._in_square_brackets()
        element = Element(target, at, target.span.to(self._since(self._tokens[self._at - 1])))
        return self._tall(element, target, *at)

    def _in_square_brackets(self) -> tuple[Node, ...]:
        opening = self._token
        self._at += 1
        self._subscripts_open += 1
        at: list[Node] = []
        while True:
            token = self._token
            if self._take(TokenKind.COLON):
                at.append(Whole(self._span(token)))
            else:
                at.append(self._expression(0))
            if not self._take(TokenKind.COMMA):
                break
        self._subscripts_open -= 1
        self._closing(opening)
        return tuple(at)

    # ---- sums

    def _reduced(self, token: Token) -> Node | None:
        """`sum_i(…)`, `Σ_i …`, `sum_ij(…)` at this token, or None with nothing taken."""
        word, joint, letters = token.text.partition("_")
        if not joint or word not in REDUCED:
            return None
        span = self._span(token)
        names = [letters] if self._may_bind(letters) else list(letters)
        if not all(map(self._may_bind, names)) or len(set(names)) != len(names) or len(names) > _MOST_INDICES:
            return None
        self._at += 1
        indices = [Index(name, self._vocabulary.indices.get(name), span) for name in names]
        self._bound += indices
        body = self._in_brackets() if self._is_called(0) else self._expression(SUM_BINDING)
        del self._bound[len(self._bound) - len(indices) :]
        for index in reversed(indices):
            node = Reduced(REDUCED[word], index, body, self._since(token))
            body = self._tall(node, body)
        return body

    def _may_bind(self, name: str) -> bool:
        return name in self._vocabulary.indices or self._vocabulary.is_free_letter(name)

    def _check_reach(self, left: Node, right: Node) -> None:
        """Refuse `sum_i(a_i)*b_i`: it may have been meant to add up the whole product."""
        bound = {node.index.name for node in _factors(left) if isinstance(node, Reduced)}
        outside = next((index for index in free_indices(right) if index.name in bound), None)
        if outside is not None and not any(index.name == outside.name for index in self._bound):
            raise self._fail("index_outside_sum", outside.span, name=outside.name)


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Binary) and node.operator in {"*", "/", "@", "·", "beside"}:
        return _factors(node.left) + _factors(node.right)
    return [node]
