"""Texts with places for what is drawn: `{n}` for a parameter, `{= n * 2}` for what the sandbox works out.

A literal brace is written twice. Only cards with parameters have such places; in all others a brace is a brace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MARK = re.compile(r"\{\{|\}\}|\{=|\{\s*([A-Za-z_]\w*)\s*\}|[{}]")
_INSIDE = re.compile(r"[{}]|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"", re.DOTALL)


class TemplateError(ValueError):
    """A text whose braces make no sense; `offset` is where."""

    def __init__(self, message: str, hint: str, offset: int) -> None:
        super().__init__(message)
        self.hint = hint
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: plain words, a parameter's name, or an expression; `offset` is where it begins."""

    kind: Literal["words", "name", "expression"]
    text: str
    offset: int


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text, in order.

    Raises:
        TemplateError: a brace stands alone.
    """
    at = 0
    while mark := _MARK.search(text, at):
        yield Piece("words", text[at : mark.start()], at)
        at = mark.end()
        if mark[1]:
            yield Piece("name", mark[1], mark.start())
        elif mark[0] == "{=":
            end = _end(text, mark.start())
            yield Piece("expression", text[at:end].strip(), mark.start())
            at = end + 1
        elif len(mark[0]) > 1:
            yield Piece("words", mark[0][0], mark.start())
        else:
            raise _alone(mark[0], mark.start())
    yield Piece("words", text[at:], at)


def filled(text: str, values: Mapping[str, str], computed: Mapping[str, str]) -> str:
    """A text with its places filled: parameters from `values`, expressions from `computed`.

    Raises:
        TemplateError: a brace stands alone.
        KeyError: there is no such value.
    """
    if "{" not in text and "}" not in text:
        return text
    sources = {"name": values, "expression": computed}
    return "".join(piece.text if piece.kind == "words" else sources[piece.kind][piece.text] for piece in pieces(text))


def named(text: str) -> str:
    """A text with its places filled by what they are called: `zeros({n}, {= n * 2})` as `zeros(n, n * 2)`.

    Raises:
        TemplateError: a brace stands alone.
    """
    return "".join(piece.text for piece in pieces(text))


def _end(text: str, start: int) -> int:
    """Where the brace that opens at `start` closes; braces in strings do not count."""
    depth = 0
    for found in _INSIDE.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    raise TemplateError("`{=` is not closed", "End the expression with `}`.", start)


def _alone(brace: str, offset: int) -> TemplateError:
    hint = f"Write `{brace}{brace}` for the sign itself, `{{n}}` for a parameter, `{{= n * 2}}` for what is computed."
    return TemplateError(f"`{brace}` stands alone in a card with parameters", hint, offset)
