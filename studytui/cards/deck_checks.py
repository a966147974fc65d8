"""What only a whole deck shows: ids given twice, cards that come after none or after each other, missing languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from studytui.cards.order import in_order
from studytui.cards.problems import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from studytui.cards.problems import Problem, Source
    from studytui.cards.yaml_nodes import Node

TEXTS = frozenset({"title", "about", "prompt", "hints", "explanation", "answer", "says", "text", "why"})
"""Keys whose values are texts for the learner."""

_CARD_NAME = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)?")
_NO_PROSE = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$|\{=[^}]*\}", re.DOTALL)
_WORD = re.compile(r"\b[A-Za-z]{2,}\b")

LANGUAGE_NAMES = {"en": "English", "ko": "Korean"}


def check_ids(root: Node, source: Source) -> list[Problem]:
    """Problems of ids and of `after`: they are looked at in the nodes, so that cards with other problems count too."""
    cards = _cards(root)
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for card in cards:
        node = card.child("id")
        if node is None or not isinstance(node.value, str):
            continue
        if node.value in first:
            problems.append(
                source.problem(
                    node.place,
                    f"the id `{printable(node.value, 64)}` is already taken by the card on line {first[node.value]}",
                    "Give one of the two another id; the one that learners have reviewed must keep its own.",
                )
            )
        first.setdefault(node.value, card.line)
    deck = root.child("deck")
    after = _after(cards, str(deck.value) if deck else "", first, source, problems)
    for cycle in in_order(list(first), after)[1]:
        where = next(card for card in cards if (card.child("id") or card).value == cycle[0])
        place = where.keys.get("after", where.place)
        names = " → ".join(f"`{name}`" for name in [*cycle, cycle[0]])
        problems.append(
            source.problem(place, f"these cards each come after the next: {names}", "Take one of them out of `after`.")
        )
    return problems


def check_languages(root: Node, source: Source) -> list[Problem]:
    """Warnings of texts that lack a language which other texts of the deck have.

    A plain string stands for every language; one that reads as English prose is taken for a forgotten translation.
    """
    texts = list(_texts(root))
    used = {language for _, node in texts for language in node.keys}
    if len(used) < 2:
        return []
    problems: list[Problem] = []
    for key, node in texts:
        if isinstance(node.value, str) and _is_prose(node.value):
            missing = sorted(used - {"en"})
        elif isinstance(node.value, dict):
            missing = sorted(used - node.keys.keys())
        else:
            continue
        for language in missing:
            name = LANGUAGE_NAMES.get(language, language)
            problems.append(
                source.problem(
                    node.place, f"`{key}` has no {name} wording", f"Add `{language}: …` to it.", severity="warning"
                )
            )
    return problems


def _cards(root: Node) -> list[Node]:
    node = root.child("cards")
    children: Sequence[Node] = node.children if node and isinstance(node.children, list) else []
    return [child for child in children if isinstance(child.value, dict)]


def _after(
    cards: list[Node], deck: str, ids: dict[str, int], source: Source, problems: list[Problem]
) -> dict[str, list[str]]:
    """The prerequisites inside the deck, by id; what names no card is noted. Other decks' cards are for the library."""
    found: dict[str, list[str]] = {}
    for card in cards:
        after, own = card.child("after"), card.child("id")
        if after is None or own is None or not isinstance(after.children, list):
            continue
        for node in after.children:
            if not isinstance(node.value, str):
                continue
            name = node.value.removeprefix(f"{deck}/")
            shown = printable(node.value, 130)
            if not _CARD_NAME.fullmatch(name):
                problems.append(source.problem(node.place, f"`{shown}` is no name of a card", "Write id, or deck/id."))
            elif name == own.value:
                problems.append(source.problem(node.place, f"`{shown}` cannot come after itself", "Delete it here."))
            elif "/" not in name and name not in ids:
                hint = did_you_mean(name, ids) or "A card of another deck is named deck/id."
                problems.append(source.problem(node.place, f"this deck has no card `{shown}`", hint))
            elif "/" not in name:
                found.setdefault(str(own.value), []).append(name)
    return found


def _texts(node: Node, key: str = "") -> Iterator[tuple[str, Node]]:
    """Every text of a deck with the key it stands under."""
    if isinstance(node.children, dict):
        if key in TEXTS:
            yield key, node
            return
        for name, child in node.children.items():
            yield from _texts(child, name)
    elif isinstance(node.value, list):
        for child in node.children:
            yield from _texts(child, key)
    elif key in TEXTS:
        yield key, node


def _is_prose(text: str) -> bool:
    """Whether a text is English, judged by three words outside code and formulas and no letter of another script."""
    bare = _NO_PROSE.sub(" ", text)
    return bare.isascii() and len(_WORD.findall(bare)) >= 3
