"""What is wrong with a card's parameters, and with the places for them in its texts. Nothing is run."""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword
from typing import TYPE_CHECKING

from studytui.cards.instance import instance_of, texts_of
from studytui.cards.parameters import ParameterError, draw, names_of, parse_parameter
from studytui.cards.problems import did_you_mean, printable
from studytui.cards.python_code import CodeError, parse_value, unknown_names
from studytui.cards.templates import TemplateError, pieces
from studytui.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from studytui.cards.problems import Severity

SEEDS = range(30)
"""Draws that are tried on a deck's card as it is read; an empty range shows in one of them."""
CODE_SEEDS = range(5)
"""Draws whose code is parsed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of the value at a path of keys: of its key if `of_key`, or at `offset` in its text."""

    steps: tuple[str | int, ...]
    message: str
    hint: str = ""
    of_key: bool = False
    offset: int | None = None
    severity: Severity = "error"


def check_parameters(card: Any, libraries: frozenset[str]) -> list[Finding]:
    """Every problem of a card with parameters.

    Args:
        card: a recall, choice or predict card.
        libraries: modules that an expression may use beside the parameters.
    """
    findings = list(_declared(card.parameters))
    used = {name for text in card.parameters.values() for name in _named(text)}
    for steps, text in texts_of(card):
        findings += _places(steps, text, card.parameters, libraries, used)
    if findings:
        return findings
    for name in card.parameters:
        if name not in used:
            hint = f"Write `{{{name}}}` where it should stand, or delete it."
            steps = ("parameters", name)
            findings.append(Finding(steps, f"nothing uses `{name}`", hint, of_key=True, severity="warning"))
    return findings + list(_draws(card))


def codes_of(card: Any) -> Iterator[str]:
    """The code of a predict card as it may be drawn, each once; nothing that cannot be drawn."""
    seen = set()
    for seed in CODE_SEEDS if card.parameters else ():
        try:
            code = instance_of(card, seed, lambda _, expressions: ["0"] * len(expressions)).code
        except DeckError:
            continue
        if code not in seen:
            seen.add(code)
            yield code
    if not card.parameters:
        yield card.code


def _declared(parameters: dict[str, str]) -> Iterator[Finding]:
    known: list[str] = []
    for name, text in parameters.items():
        steps = ("parameters", name)
        if not name.isidentifier() or not name.isascii() or iskeyword(name):
            hint = "Parameters have ASCII names that Python allows, as `n` or `in_channels`."
            yield Finding(steps, f"`{printable(name, 60)}` is no name for a parameter", hint, of_key=True)
        try:
            names = names_of(parse_parameter(text))
        except ParameterError as error:
            yield Finding(steps, str(error), error.hint)
            names = ()
        for other in names:
            if other not in known:
                hint = did_you_mean(other, known) or "Parameters are drawn in the order they are listed."
                yield Finding(steps, f"`{printable(other, 60)}` is no parameter above", hint)
        known.append(name)


def _named(text: str) -> tuple[str, ...]:
    try:
        return names_of(parse_parameter(text))
    except ParameterError:
        return ()


def _places(
    steps: tuple[str | int, ...], text: str, parameters: dict[str, str], libraries: frozenset[str], used: set[str]
) -> Iterator[Finding]:
    """Problems of the places in one text; the names that stand in them are added to `used`."""
    try:
        for piece in pieces(text):
            if piece.kind == "words":
                continue
            names = [piece.text]
            if piece.kind == "expression":
                try:
                    expression = parse_value(piece.text)
                except CodeError as error:
                    yield Finding(steps, f"`{printable(piece.text, 60)}`: {error}", offset=piece.offset)
                    continue
                used |= {name for name in unknown_names(expression, libraries) if name in parameters}
                names = unknown_names(expression, libraries | parameters.keys())
            for name in names:
                used.add(name)
                if name not in parameters:
                    hint = did_you_mean(name, parameters) or "A literal brace is written twice: `{{` and `}}`."
                    message = f"`{printable(name, 60)}` is no parameter of this card"
                    yield Finding(steps, message, hint, offset=piece.offset)
    except TemplateError as error:
        yield Finding(steps, str(error), error.hint, offset=error.offset)


def _draws(card: Any) -> Iterator[Finding]:
    """What only drawing shows: ranges that may be empty, options that always read the same."""
    for seed in SEEDS:
        try:
            draw(card.parameters, seed)
        except ParameterError as error:
            yield Finding(("parameters", error.name), str(error), error.hint)
            return
    has_computed = any(piece.kind == "expression" for _, text in texts_of(card) for piece in pieces(text))
    if card.kind != "choice" or has_computed:  # what is computed is known in the sandbox only
        return
    try:
        instance_of(card, 0)
    except DeckError:
        message = "two options read the same, whatever is drawn"
        yield Finding(("options",), message, "Make one of them another mistake, or widen a range.")
