"""A lemma of a derive card is shown wherever the card is, in the learner's language, and a grade may lean on it."""

from __future__ import annotations

import pytest

from studytui.answer_file import stub
from studytui.cards.models import DeriveCard
from studytui.errors import GraderError
from studytui.grader.grader import Grader
from studytui.ui.texts import Texts
from studytui.ui.widgets.card_view import derive_facts
from studytui.verdict_text import render_card

FIELDS = {
    "id": "card",
    "kind": "derive",
    "prompt": "Derive it.",
    "symbols": {"z": "vector[n]", "y": "onehot[n]"},
    "given": {"p": "softmax(z)", "L": "-sum(y*log(p))"},
    "lemmas": [
        {"says": {"en": "Softmax's slope.", "ko": "softmax의 도함수예요."}, "formula": "dp/dz = diag(p) - p@p.T"}
    ],
    "asks": "dL/dz",
    "truth": "grad(F.cross_entropy(z, y), z)",
    "solution": "dL/dp = -y/p\ndL/dz = dp/dz @ dL/dp",
}
CARD = DeriveCard.model_validate(FIELDS)


@pytest.mark.parametrize(("language", "says"), [("en", "Softmax's slope."), ("ko", "softmax의 도함수예요.")])
def test_a_lemma_is_shown_in_the_learner_s_language(language: str, says: str) -> None:
    for text in (derive_facts(CARD, Texts(language)).plain, stub("deck/card", CARD, language)):
        assert "dp/dz = diag(p) - p@p.T" in text
        assert says in text


def test_a_lemma_is_shown_by_the_command() -> None:
    facts = dict.fromkeys(("signature", "code", "options", "symbols", "given", "seed", "depth"))
    lemma = {"formula": "a = b", "says": "It is so."}
    shown = {**facts, "card": "d/c", "kind": "derive", "topics": [], "prompt": "?", "asks": "x", "lemmas": [lemma]}
    assert "a = b" in render_card(shown)
    assert "It is so." in render_card(shown)


def test_a_grade_leans_on_a_lemma_and_refuses_a_wrong_one() -> None:
    wrong = {**FIELDS, "lemmas": [{"says": "?", "formula": "dp/dz = diag(p)"}]}
    with Grader() as grader:
        assert grader.grade(CARD, CARD.solution).passed
        assert not grader.grade(CARD, "dL/dz = dp/dz @ y").passed
        with pytest.raises(GraderError, match=r"lemmas\.1 does not hold"):
            grader.grade(DeriveCard.model_validate(wrong), CARD.solution)
