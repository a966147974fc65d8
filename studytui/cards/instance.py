"""A card with parameters, made into one without: this is the only way there is, for the app, the commands and `check`.

Numbers are drawn and put into texts here, in pure Python. What a text has computed (`{= …}`) is worked out by whoever
passes `compute`: the grader's sandbox, since a deck is nobody's to run here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from studytui.cards.parameters import ParameterError, draw, shown
from studytui.cards.templates import TemplateError, filled, pieces
from studytui.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from studytui.cards.models import Card
    from studytui.cards.parameters import Value

    Compute: TypeAlias = Callable[[Mapping[str, Value], Sequence[str]], Sequence[str]]
    """Takes the drawn values and expressions over them; gives each expression's value as text."""

C = TypeVar("C", bound="Card")

TRIES = 20
"""Draws from one seed until no two options of a choice card read the same."""

_KEPT = frozenset({"id", "topics", "depth", "after", "kind", "asks", "parameters"})
"""Keys that have no places to fill."""


def is_drawn(card: Card) -> bool:
    """Whether a card has parameters, so that a seed is needed to show it."""
    return bool(getattr(card, "parameters", None))


def instance_of(card: C, seed: int, compute: Compute | None = None) -> C:
    """The card as it is shown for `seed`; a card without parameters is given back as it is.

    Raises:
        DeckError: nothing can be drawn, two options always read the same, or something is to be computed and there is
            no `compute`.
        GraderError: as `compute` raises it.
    """
    if not is_drawn(card):
        return card
    parameters: Mapping[str, str] = card.parameters  # type: ignore[union-attr]  # only kinds that have them are drawn
    try:
        wanted = list(dict.fromkeys(expressions_of(card)))
        for attempt in range(TRIES):
            values = draw(parameters, seed, attempt)
            computed = _computed(card, values, wanted, compute)
            texts = {name: shown(value) for name, value in values.items()}
            made = cast("C", _with_places_filled(card, texts, computed))
            if twins(made) is None:
                return made
    except (ParameterError, TemplateError, KeyError) as error:
        raise DeckError(f"The card `{card.id}` cannot be drawn: {error}.", "Tell the deck's author.") from None
    first, second = twins(made) or (0, 0)
    raise DeckError(
        f"Options {first} and {second} of the card `{card.id}` read the same, whatever is drawn.",
        "Tell the deck's author.",
    )


def expressions_of(card: Card) -> Iterator[str]:
    """Every expression in a card's texts.

    Raises:
        TemplateError: a brace stands alone.
    """
    for _, text in texts_of(card):
        yield from (piece.text for piece in pieces(text) if piece.kind == "expression")


def texts_of(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of a card that may have places, with the path of keys that leads to it."""
    if isinstance(value, str):
        yield steps, value
    elif fields := _fields(value):
        for name in fields:
            yield from texts_of(getattr(value, name), (*steps, name))
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from texts_of(part, (*steps, name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from texts_of(part, (*steps, index))


def twins(card: Card) -> tuple[int, int] | None:
    """The numbers of two options that read the same in some language; None where there are none."""
    if card.kind != "choice":
        return None
    for language in ("en", "ko"):
        seen: dict[str, int] = {}
        for number, option in enumerate(card.options, 1):
            text = option.text if isinstance(option.text, str) else option.text.get(language)
            plain = " ".join(str(text).split())
            if text is not None and seen.setdefault(plain, number) != number:
                return seen[plain], number
    return None


def _computed(
    card: Card, values: Mapping[str, Value], wanted: Sequence[str], compute: Compute | None
) -> dict[str, str]:
    if not wanted:
        return {}
    if compute is None:
        raise DeckError(
            f"The card `{card.id}` has something computed, and there is no grader to do it.",
            "Show it in the app or with `studytui show`.",
        )
    return dict(zip(wanted, compute(values, wanted), strict=True))


def _with_places_filled(value: Any, values: Mapping[str, str], computed: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return filled(value, values, computed)
    if fields := _fields(value):
        update = {name: _with_places_filled(getattr(value, name), values, computed) for name in fields}
        return value.model_copy(update={**update, "parameters": {}} if is_drawn(value) else update)
    if isinstance(value, dict):
        return {name: _with_places_filled(part, values, computed) for name, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_with_places_filled(part, values, computed) for part in value)
    return value


def _fields(value: Any) -> list[str]:
    """The fields of a model that may have places; none of anything else. pydantic (20 ms) is not imported for it."""
    return [name for name in getattr(type(value), "model_fields", ()) if name not in _KEPT]
