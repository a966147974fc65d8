"""Shipped decks are tested like code: every card's claims are run.

A starter must fail and a solution pass; each named slip must be caught, and recognised by its own name or another that
does the same; predictions must be what the snippet gives; derivations must accept their right variants and reject the
wrong ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studytui.cards.answers import starter
from studytui.cards.library import Library
from studytui.cards.models import ChoiceCard, DeriveCard, ImplementCard, PredictCard, RecallCard
from studytui.cards.reader import read_deck
from studytui.cards.text import in_language
from studytui.grader.grader import Grader
from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.cards.models import Card

DECKS = Path(__file__).resolve().parent.parent.parent / "decks"
LIBRARY = Library.open([DECKS], None)
CARDS: dict[str, Card] = {
    f"{deck.id}/{card.id}": card for deck in LIBRARY.decks for card in getattr(read_deck(deck.path)[0], "cards", ())
}
IMPLEMENT = {name: card for name, card in CARDS.items() if isinstance(card, ImplementCard)}
PREDICT = {name: card for name, card in CARDS.items() if isinstance(card, PredictCard)}
DERIVE = {name: card for name, card in CARDS.items() if isinstance(card, DeriveCard)}
CHOICE = {name: card for name, card in CARDS.items() if isinstance(card, ChoiceCard)}
RECALL = {name: card for name, card in CARDS.items() if isinstance(card, RecallCard)}
SEEDS = (1, 2, 3)
PROMISED = {
    "tensors/view", "tensors/clamp-what", "optim/sgd-update", "tensors/clamp", "tensors/transpose", "tensors/bmm",
    "tensors/cat", "nn/softmax", "nn/conv2d", "nn/max_pool2d", "loss/cross_entropy", "nn/linear", "nn/embedding",
}  # fmt: skip


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


def test_no_shipped_deck_has_an_error_or_a_warning() -> None:
    assert [problem.render() for problem in LIBRARY.problems] == []


def test_at_least_thirty_cards_over_all_five_kinds() -> None:
    assert len(CARDS) >= 30
    assert IMPLEMENT
    assert PREDICT
    assert DERIVE
    assert CHOICE
    assert RECALL
    assert set(CARDS) >= PROMISED


@pytest.mark.parametrize("name", CARDS)
def test_every_text_is_in_english_and_korean(name: str) -> None:
    card = CARDS[name]
    texts = [card.prompt, *card.hints, *([card.explanation] if card.explanation else [])]
    assert all(isinstance(text, dict) and set(text) == {"en", "ko"} for text in texts)
    assert card.topics
    assert card.depth


@pytest.mark.parametrize("name", IMPLEMENT)
def test_the_solution_passes_whatever_the_seed(name: str, grader: Grader) -> None:
    for seed in SEEDS:
        verdict = grader.grade(IMPLEMENT[name], IMPLEMENT[name].solution, seed=seed)
        assert verdict.passed, verdict
        assert verdict.run == verdict.total >= 25


@pytest.mark.parametrize("name", IMPLEMENT)
def test_the_starter_does_not_pass(name: str, grader: Grader) -> None:
    verdict = grader.grade(IMPLEMENT[name], starter(IMPLEMENT[name], "en"), seed=1)
    assert verdict.outcome in {Outcome.WRONG, Outcome.CRASHED}
    assert verdict.counterexample is not None


@pytest.mark.parametrize("name", IMPLEMENT)
def test_every_slip_is_caught_and_told_to_be_one(name: str, grader: Grader) -> None:
    card = IMPLEMENT[name]
    assert len(card.slips) >= 4
    for slip in card.slips:
        verdict = grader.grade(card, slip.code, seed=1)
        assert verdict.outcome in {Outcome.WRONG, Outcome.CRASHED}, (slip.says, verdict)
        assert verdict.cause or "input" in verdict.message, (slip.says, verdict)


@pytest.mark.parametrize("name", IMPLEMENT)
def test_calling_torch_itself_is_refused(name: str, grader: Grader) -> None:
    card = IMPLEMENT[name]
    call = f"import torch.nn.functional as F\n\n\ndef {card.function}:\n    return F.{card.function_name}()\n"
    assert grader.grade(card, call, seed=1).outcome is Outcome.REFUSED


@pytest.mark.parametrize("name", PREDICT)
def test_what_the_snippet_really_gives_is_accepted_and_nonsense_is_not(name: str, grader: Grader) -> None:
    card = PREDICT[name]
    again = 1 if card.parameters else 2  # numbers that are drawn come from the seed
    asked = grader.grade(card, "surely not this", seed=1)
    assert not asked.passed
    assert asked.expected
    assert grader.grade(card, asked.expected, seed=again).passed, asked.expected


@pytest.mark.parametrize("name", DERIVE)
def test_derivations_accept_right_variants_and_reject_wrong_ones(name: str, grader: Grader) -> None:
    card = DERIVE[name]
    assert len(card.accepts) >= 4
    assert len(card.rejects) >= 4
    for answer in (card.solution, *card.accepts):
        assert grader.grade(card, answer, seed=1).passed, answer
    for answer in card.rejects:
        verdict = grader.grade(card, answer, seed=1)
        assert not verdict.passed, answer
        assert verdict.message


@pytest.mark.parametrize("name", CHOICE)
def test_choices_say_why_for_every_option(name: str, grader: Grader) -> None:
    card = CHOICE[name]
    right = ",".join(str(number) for number, option in enumerate(card.options, 1) if option.right)
    assert grader.grade(card, right).passed
    assert all(option.why for option in card.options)


@pytest.mark.parametrize("name", RECALL)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_recall_cards_own_answer_makes_its_points(name: str, language: str, grader: Grader) -> None:
    card = RECALL[name]
    points = " ".join(in_language(point.says, language) for point in card.points)
    told = in_language(card.answer, language)
    verdict = grader.grade(card, f"{told} {points}", language=language)
    assert verdict.passed, [step.text for step in verdict.steps if not step.holds]
