"""A slip says only what is other in the solution, and reads like one that was written whole."""

from __future__ import annotations

import pytest
from deck_building import IMPLEMENT, read_cards

from studytui.cards.models import ImplementCard, card_from_json
from studytui.cards.replacing import replaced

SLIP = "      code: |\n        def view(x, *shape):\n            return x.t()\n"


def test_a_slip_that_replaces_has_the_whole_wrong_function() -> None:
    reading = read_cards(
        IMPLEMENT.replace("  after: [clamp-what]\n", "").replace(SLIP, "      replace: {return x: return x.t()}\n")
    )

    assert reading.deck is not None
    card = reading.deck.cards[0]
    assert isinstance(card, ImplementCard)
    assert card.slips[0].code == "def view(x, *shape):\n    return x.t()\n"
    assert card_from_json(card.model_dump_json()) == card


def test_new_texts_are_not_searched_for_the_next_old_one() -> None:
    assert replaced("a - b", {"a": "b", "b": "a"}) == "b - a"


@pytest.mark.parametrize("replace", [{"c": "d"}, {"a": "b"}, {"a - a": "1", "- a": "2"}])
def test_a_text_must_stand_there_once_and_alone(replace: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"each text|overlaps"):
        replaced("a - a", replace)
