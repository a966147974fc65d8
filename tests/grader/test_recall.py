from __future__ import annotations

from typing import Any

import pytest

from studytui.cards.models import ChoiceCard, RecallCard
from studytui.grader.recall import grade_choice, grade_recall
from studytui.grader.verdict import Outcome


def recall(*points: dict[str, Any]) -> RecallCard:
    fields = {"id": "card", "kind": "recall", "prompt": "?", "answer": {"en": "Model.", "ko": "모범."}}
    return RecallCard.model_validate({**fields, "points": points})


def choice(*right: int, of: int = 4) -> ChoiceCard:
    options = [
        {"text": {"en": f"option {n}", "ko": f"보기 {n}"}, "right": n in right, "why": f"because {n}"}
        for n in range(1, of + 1)
    ]
    return ChoiceCard.model_validate({"id": "card", "kind": "choice", "prompt": "?", "options": options})


BOUNDS = {"says": {"en": "bounds are optional", "ko": "생략할 수 있어요"}, "mentions": ["optional", "left out", "생략"]}
EDGE = {"says": "C++ counts from 0", "mentions": ["C++", "0-based"]}
UNSAID = {"says": "only the learner knows"}


def made(answer: str, *points: dict[str, Any]) -> list[bool]:
    return [step.holds for step in grade_recall(recall(*points), answer, "en").steps]


# ---- recall


@pytest.mark.parametrize(
    "answer",
    [
        "Both are optional.",
        "OPTIONAL",
        "they may be left   out",
        "they may be left\nout",
        "(optional)",
        "둘 다 생략할 수 있다",
        "생략".encode().decode(),
        "\u1109\u1162\u11bc\u1105\u1163\u11a8",
    ],
)
def test_a_point_is_made_by_any_of_its_words(answer: str) -> None:
    assert made(answer, BOUNDS) == [True]


@pytest.mark.parametrize("answer", ["", "   ", "optionally", "non_optional", "left", "out left", "option al", "생 략"])
def test_a_point_is_not_made_by_half_a_word(answer: str) -> None:
    assert made(answer, BOUNDS) == [False]


def test_words_that_end_in_signs_are_found_too() -> None:
    assert made("in C++ it is so", EDGE) == [True]
    assert made("it is 0-based.", EDGE) == [True]


def test_every_point_must_be_made_to_pass() -> None:
    card = recall(BOUNDS, EDGE)
    assert grade_recall(card, "optional, as in C++", "en").passed
    verdict = grade_recall(card, "optional", "en")
    assert verdict.outcome is Outcome.WRONG
    assert "1 of 2" in verdict.message
    assert [step.holds for step in verdict.steps] == [True, False]


def test_a_point_without_words_can_only_be_ticked() -> None:
    assert made("only the learner knows", UNSAID) == [False]


def test_the_points_and_the_model_answer_come_in_the_learners_language() -> None:
    card = recall(BOUNDS)
    english, korean = grade_recall(card, "x", "en"), grade_recall(card, "x", "ko")
    assert (english.steps[0].text, english.expected) == ("bounds are optional", "Model.")
    assert (korean.steps[0].text, korean.expected) == ("생략할 수 있어요", "모범.")
    assert "요점" in korean.message


def test_an_empty_answer_is_told_to_be_empty() -> None:
    assert "empty" in grade_recall(recall(BOUNDS), " \n ", "en").message


def test_a_long_answer_is_read_quickly_and_whole() -> None:
    assert made("x " * 50_000 + "optional", BOUNDS) == [True]


# ---- choice


@pytest.mark.parametrize("answer", ["1,3", "3,1", "1 3", " 1 , 3 ", "1;3", "1,3,3", "01,3", "1\n3"])
def test_exactly_the_right_options_pass_however_they_are_listed(answer: str) -> None:
    assert grade_choice(choice(1, 3), answer, "en").passed


@pytest.mark.parametrize("answer", ["1", "3", "1,2,3", "2", "1,3,4"])
def test_too_few_too_many_or_others_do_not(answer: str) -> None:
    verdict = grade_choice(choice(1, 3), answer, "en")
    assert verdict.outcome is Outcome.WRONG
    assert verdict.expected == "1,3"


@pytest.mark.parametrize(
    "answer", ["", " ", "0", "5", "one", "1 and 3", "option 1", "-1", "1.5", "1,3,99", "9" * 10_000]
)
def test_what_names_no_options_is_told_how_to_answer(answer: str) -> None:
    verdict = grade_choice(choice(1, 3), answer, "en")
    assert not verdict.passed
    assert "1 to 4" in verdict.message


def test_every_option_says_whether_it_was_judged_right_and_why() -> None:
    verdict = grade_choice(choice(2, of=3), "1,2", "en")
    assert [(step.text, step.holds, step.says) for step in verdict.steps] == [
        ("option 1", False, "because 1"),
        ("option 2", True, "because 2"),
        ("option 3", True, "because 3"),
    ]
    assert [step.chosen for step in verdict.steps] == [True, True, False]
    assert "You chose 1,2; right: 2" in verdict.message


@pytest.mark.parametrize("answer", ["one", "5", "13", "1 and 3"])
def test_a_choice_that_cannot_be_read_gives_nothing_away(answer: str) -> None:
    verdict = grade_choice(choice(1, 3), answer, "en")
    assert (verdict.steps, verdict.expected) == ((), "")


def test_a_choice_speaks_korean() -> None:
    verdict = grade_choice(choice(2), "2", "ko")
    assert verdict.steps[0].text == "보기 1"
    assert verdict.message == "맞아요."


def test_full_width_digits_are_digits() -> None:
    assert grade_choice(choice(1, 3), "１，３".replace("，", ","), "ko").passed
