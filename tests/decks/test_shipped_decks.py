"""What we ask of our own decks beyond what `studytui check` asks of any: two languages, and enough of everything.

Whether their solutions pass, their slips are caught, their predictions and derivations hold is run by `make test` as
`studytui check decks/`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studytui.cards.library import Library
from studytui.cards.models import ChoiceCard, DeriveCard, ImplementCard, PredictCard, RecallCard
from studytui.cards.reader import read_deck

if TYPE_CHECKING:
    from studytui.cards.models import Card

DECKS = Path(__file__).resolve().parent.parent.parent / "decks"
LIBRARY = Library.open([DECKS], None)
CARDS: dict[str, Card] = {
    f"{deck.id}/{card.id}": card for deck in LIBRARY.decks for card in getattr(read_deck(deck.path)[0], "cards", ())
}
IMPLEMENT = {name: card for name, card in CARDS.items() if isinstance(card, ImplementCard)}
DERIVE = {name: card for name, card in CARDS.items() if isinstance(card, DeriveCard)}
CHOICE = {name: card for name, card in CARDS.items() if isinstance(card, ChoiceCard)}
RECALL = {name: card for name, card in CARDS.items() if isinstance(card, RecallCard)}
PROMISED = {
    "tensors/view", "tensors/clamp-what", "optim/sgd-update", "tensors/clamp", "tensors/transpose", "tensors/bmm",
    "tensors/cat", "nn/softmax", "nn/conv2d", "nn/max_pool2d", "loss/cross_entropy", "nn/linear", "nn/embedding",
}  # fmt: skip
"""Cards whose names are given away: the README, the documentation and learners' logs have them."""


def test_no_shipped_deck_has_an_error_or_a_warning() -> None:
    assert [problem.render() for problem in LIBRARY.problems] == []


def test_there_are_cards_of_all_five_kinds() -> None:
    assert IMPLEMENT
    assert DERIVE
    assert CHOICE
    assert RECALL
    assert any(isinstance(card, PredictCard) for card in CARDS.values())
    assert set(CARDS) >= PROMISED


@pytest.mark.parametrize("name", CARDS)
def test_every_text_is_in_english_and_korean(name: str) -> None:
    card = CARDS[name]
    texts = [card.prompt, *card.hints, *([card.explanation] if card.explanation else [])]
    assert all(isinstance(text, dict) and set(text) == {"en", "ko"} for text in texts)
    assert card.topics
    assert card.depth


@pytest.mark.parametrize("name", IMPLEMENT)
def test_an_implement_card_has_enough_slips_cases_and_hints(name: str) -> None:
    card = IMPLEMENT[name]
    assert len(card.slips) >= 5
    assert len(card.cases) >= 2
    assert card.hints


@pytest.mark.parametrize("name", DERIVE)
def test_derivations_are_tried_from_both_sides(name: str) -> None:
    assert len(DERIVE[name].accepts) >= 4
    assert len(DERIVE[name].rejects) >= 4


@pytest.mark.parametrize("name", CHOICE)
def test_every_option_says_why(name: str) -> None:
    assert all(option.why for option in CHOICE[name].options)


@pytest.mark.parametrize("name", RECALL)
def test_every_point_is_known_by_words(name: str) -> None:
    assert all(point.mentions for point in RECALL[name].points)
