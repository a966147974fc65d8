"""Who knows what a shipped snippet gives passes, however they write it down."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studytui.cards.library import Library
from studytui.cards.models import PredictCard
from studytui.cards.reader import read_deck
from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Iterator

DECKS = Path(__file__).resolve().parents[2] / "decks"
LIBRARY = Library.open([DECKS], None)
PREDICT = {
    f"{deck.id}/{card.id}": card
    for deck in LIBRARY.decks
    for card in getattr(read_deck(deck.path)[0], "cards", ())
    if isinstance(card, PredictCard)
}
PRINTED = {"training/stdlib-lines"}
"""Cards of words, which without quotes are no value: what is printed is the plainest way to ask for them."""

SEED = 3
NOTATIONS = {
    "tensors/tensor-constructor": ["((2, 3), torch.float32, (2,), torch.int64)", "(2,3) float32\n[2] int64"],
    "tensors/tensor-draws-nothing": ["(True, False)", "True\nFalse", "true, false"],
    "numpy/shared-memory": ["([2.0, 2.0], [1.0, 1.0])", "[2,2] [1,1]", "[2., 2.]\n[1., 1.]"],
    "autograd/non-leaf-grad": ["(tensor(24.), None)", "24 None", "24.0\nNone"],
    "nn/pretrained-freeze": ["(['2.weight', '2.bias'], 0)", "[2.weight, 2.bias] 0"],
    "nn/dropout2d-channels": ["[0.0, 8.0]", "[0, 8]", "0 8"],
    "optim/diverging-rate": ["[-6.0, 12.0, -24.0]", "-6\n12\n-24", "-6, 12, -24"],
    "data/last-batch": ["[([0, 1, 2, 3, 4], (5, 3)), ([5], (1, 3))]", "[0,1,2,3,4] (5,3)\n[5] (1,3)"],
    "training/device-name": ["('cuda', 1, None, True)", "cuda 1 None True"],
}


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader() as made:
        yield made


@pytest.mark.parametrize("name", NOTATIONS)
def test_a_right_prediction_passes_in_any_notation(grader: Grader, name: str) -> None:
    verdicts = {answer: grader.grade(PREDICT[name], answer, seed=SEED) for answer in NOTATIONS[name]}
    assert [(answer, verdict.message) for answer, verdict in verdicts.items() if not verdict.passed] == []


def test_what_is_printed_is_asked_for_only_where_its_form_is_the_question() -> None:
    assert {name for name, card in PREDICT.items() if card.asks == "printed"} == PRINTED
    assert [name for name, card in PREDICT.items() if card.asks == "value" and "print(" in card.code] == []
