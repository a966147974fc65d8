"""What a front needs to know of a deck without its cards' texts.

Nothing here imports yaml or pydantic at the top, so that decks whose index is kept cost neither: `index_deck` does, for
a deck that has changed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from studytui.cards.needs import need_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from studytui.cards.models import Card, Deck, Depth, Kind
    from studytui.cards.problems import Problem, Source
    from studytui.cards.yaml_nodes import Node

MAX_LINE = 300
"""Characters kept of a prompt's first line."""

SourcePlace: TypeAlias = tuple[int, int, str]
"""Line, column and the source line."""

NOWHERE: SourcePlace = (0, 0, "")


@dataclass(frozen=True, slots=True)
class Entry:
    """A card as lists and queues know it.

    Attributes:
        id: deck/id.
        after: full ids of the cards to learn first.
        function: the name of an implement card's function, else None.
        line: 1-based line of the deck on which the card starts.
        needs: the package without which the card cannot be graded, as `needs.NAMES` has it; None for most.
        prompt: the prompt's first line by language; a prompt that has but one wording is under `en`. A number that is
            drawn goes by its name, as it would on paper: nothing is drawn for a list.
    """

    id: str
    deck: str
    kind: Kind
    depth: Depth | None
    topics: tuple[str, ...]
    after: tuple[str, ...]
    function: str | None
    line: int
    prompt: Mapping[str, str] = field(hash=False)
    needs: str | None = None


@dataclass(frozen=True, slots=True)
class DeckInfo:
    """A deck without its cards' texts; `title` is one string, or one a language."""

    id: str
    title: str | Mapping[str, str] = field(hash=False)
    path: Path
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """An `after` that names a card of another deck, and where it stands: only a library can tell whether it is."""

    card: str
    target: str
    place: SourcePlace


@dataclass(frozen=True, slots=True)
class DeckIndex:
    """What is known of one file.

    Attributes:
        id: the deck's id; known of some decks that cannot be used, else empty.
        info: None where the deck cannot be used.
        place: where the deck's id stands, for a second deck of the same one.
    """

    id: str
    info: DeckInfo | None
    problems: tuple[Problem, ...]
    place: SourcePlace = NOWHERE
    references: tuple[Reference, ...] = ()


def index_deck(path: Path) -> DeckIndex:
    """Read a deck's file, with all its problems."""
    from studytui.cards.reader import read

    reading = read(path)
    root, source = reading.root, reading.source
    if root is None or source is None:
        return DeckIndex("", None, reading.problems)
    node = root.child("deck")
    name = node.value if node and isinstance(node.value, str) else ""
    place = (node.line, node.column, source.line(node.line)) if node else NOWHERE
    if reading.deck is None:
        return DeckIndex(name, None, reading.problems, place)
    cards = root.child("cards")
    nodes: list[Node] = cards.children if cards and isinstance(cards.children, list) else []
    entries = tuple(_entry(reading.deck, card, node.line) for card, node in zip(reading.deck.cards, nodes, strict=True))
    title = reading.deck.title
    info = DeckInfo(
        name,
        title if isinstance(title, str) else {str(language): text for language, text in title.items()},
        path,
        entries,
    )
    return DeckIndex(name, info, reading.problems, place, tuple(_references(entries, nodes, source)))


def _entry(deck: Deck, card: Card, line: int) -> Entry:
    prompt = {"en": card.prompt} if isinstance(card.prompt, str) else card.prompt
    return Entry(
        id=f"{deck.deck}/{card.id}",
        deck=deck.deck,
        kind=card.kind,
        depth=card.depth,
        topics=card.topics,
        after=tuple(name if "/" in name else f"{deck.deck}/{name}" for name in card.after),
        function=card.function_name if card.kind == "implement" else None,
        line=line,
        prompt={language: _first_line(text, card) for language, text in prompt.items()},
        needs=need_of(card),
    )


def _first_line(prompt: str, card: Card) -> str:
    from studytui.cards.instance import is_drawn
    from studytui.cards.templates import named

    text = named(prompt) if is_drawn(card) else prompt
    return text.partition("\n")[0].rstrip()[:MAX_LINE]


def _references(entries: tuple[Entry, ...], nodes: list[Node], source: Source) -> Iterator[Reference]:
    for entry, node in zip(entries, nodes, strict=True):
        after = node.child("after")
        for index, target in enumerate(entry.after):
            if not target.startswith(f"{entry.deck}/"):
                place = (after.child(index) if after else None) or node
                yield Reference(entry.id, target, (place.line, place.column, source.line(place.line)))
