"""A card of each kind, studied by keys from home to the summary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from app_driving import PASSED, WRONG, driven, judged

from studytui.grader.verdict import Outcome, Step, Verdict
from studytui.scheduling.types import Rating
from studytui.ui.widgets.answers import Answer

if TYPE_CHECKING:
    from pathlib import Path

    from app_driving import Driven

    from studytui.session import Session

SIZES = [(80, 24), (140, 45)]


def options_judged(chosen: int) -> Verdict:
    """What the grader makes of one chosen option of the choice card, whose second one is right."""
    steps = tuple(
        Step(f"option {number}", (number == chosen) == (number == 2), f"why {number}", number == chosen)
        for number in (1, 2, 3)
    )
    return Verdict(Outcome.PASSED if chosen == 2 else Outcome.WRONG, "", steps=steps)


def rated(run: Driven) -> list[tuple[str, Rating]]:
    """The reviews in the database."""
    with run.store() as store:
        return [(review.card, review.rating) for review in store.reviews()]


@pytest.mark.parametrize("size", SIZES)
async def test_implement_starts_from_the_signature_and_is_graded_mended_and_rated(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with driven(tmp_path, "implement", verdicts=[WRONG, PASSED], size=size) as run:
        await run.study()
        assert "def double(x):" in run.text
        assert "..." in run.text
        await run.press(*"return 1")
        await run.grade("f5")
        assert run.grader.answers[0].rstrip().endswith("    return 1")
        assert "✗ Wrong" in run.text
        assert "expected 2, got 3" in run.text
        await run.press("backspace", "2")
        await run.grade("ctrl+j")
        assert run.grader.answers[1].rstrip().endswith("    return 2")
        assert "✓ Passed" in run.text
        assert "linearity" in run.text
        assert "▸ 2 hard" in run.text
        await run.press("4")
        await run.shown("SummaryScreen")
        assert rated(run) == [("tiny/double", Rating.EASY)]
        assert "1 card reviewed" in run.text
        assert "0 passed at the first try" in run.text


@pytest.mark.parametrize("size", SIZES)
async def test_recall_is_written_then_ticked_by_the_learner(tmp_path: Path, size: tuple[int, int]) -> None:
    verdict = judged(Outcome.WRONG, "✓✗")
    async with driven(tmp_path, "recall", verdicts=[verdict], size=size) as run:
        await run.study()
        await run.paste("keeps positives")
        await run.grade("f5")
        assert run.grader.answers == ["keeps positives"]
        assert "[x] 1" in run.text
        assert "[ ] 2" in run.text
        assert "▸ 1 again" in run.text
        await run.press("2")
        assert "[x] 2" in run.text
        assert "▸ 1 again" not in run.text
        await run.press("enter")  # done ticking
        await run.press("3")
        assert rated(run) == [("tiny/relu", Rating.GOOD)]


async def test_recall_shows_the_model_answer_beside_the_points(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", verdicts=[judged(Outcome.WRONG, "✗✗")], size=(140, 45)) as run:
        await run.study()
        await run.press("a")
        assert "larger of zero" not in run.text
        await run.grade("f5")
        assert "larger of zero" in run.text


@pytest.mark.parametrize("size", SIZES)
async def test_choice_is_chosen_by_digit_and_shows_why_for_each_option(tmp_path: Path, size: tuple[int, int]) -> None:
    async with driven(tmp_path, "choice", verdicts=[options_judged(chosen=2)], size=size) as run:
        await run.study()
        await run.press("1", "2")
        assert "( ) 1" in run.text
        assert "(•) 2" in run.text
        await run.grade("enter")
        assert run.grader.answers == ["2"]
        assert "· ( ) 1 view" in run.text
        assert "✓ (•) 2 clone" in run.text
        assert "why 3" in run.text
        await run.press("enter")
        await run.until(lambda: rated(run))


@pytest.mark.parametrize(
    ("language", "after_right", "after_wrong"),
    [
        (
            "en",
            ["1 view — rightly not chosen", "2 clone — chosen, and right", "3 detach — rightly not chosen"],
            ["1 view — chosen, but wrong", "2 clone — not chosen, though right", "3 detach — rightly not chosen"],
        ),
        (
            "ko",
            ["1 view — 고르지 않았고, 틀린 보기예요", "2 clone — 골랐고, 맞아요"],
            ["1 view — 골랐지만, 틀려요", "2 clone — 고르지 않았지만, 맞는 보기예요"],
        ),
    ],
)
async def test_what_was_made_of_each_option_is_said_in_words(
    tmp_path: Path, language: str, after_right: list[str], after_wrong: list[str]
) -> None:
    verdicts = [options_judged(chosen=1), options_judged(chosen=2)]
    async with driven(tmp_path, "choice", verdicts=verdicts, language=language) as run:
        await run.study()
        await run.press("1")
        await run.grade("enter")
        assert [said for said in after_wrong if said not in run.text] == []
        await run.press("r")
        assert "—" not in run.text
        await run.press("2")
        await run.grade("enter")
        assert [said for said in after_right if said not in run.text] == []


async def test_choice_is_chosen_with_arrows_or_vi_keys_and_space(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", verdicts=[judged(Outcome.WRONG, "✗✓✗")]) as run:
        await run.study()
        await run.press("j", "down", "space")
        await run.grade("enter")
        assert run.grader.answers == ["3"]


async def test_choice_is_chosen_with_the_mouse(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", verdicts=[judged(Outcome.PASSED, "✗✓✗")]) as run:
        await run.study()
        await run.pilot.click("ChoiceList", offset=(5, 1))
        await run.pilot.pause()
        assert "(•) 2" in run.text


@pytest.mark.parametrize("size", SIZES)
async def test_predict_is_typed_and_enter_grades(tmp_path: Path, size: tuple[int, int]) -> None:
    verdict = judged(Outcome.WRONG, message="Not quite.", expected="(2, 3)")
    async with driven(tmp_path, "predict", verdicts=[verdict], size=size) as run:
        await run.study()
        assert "torch.zeros(2, 3)" in run.text
        await run.press(*"(3, 2)")
        await run.grade("enter")
        assert run.grader.answers == ["(3, 2)"]
        assert "(2, 3)" in run.text.partition("right answer")[2]
        await run.press("space")  # takes the suggestion
        assert rated(run) == [("tiny/shape", Rating.AGAIN)]


@pytest.mark.parametrize("size", SIZES)
async def test_derive_shows_what_is_given_and_judges_line_by_line(tmp_path: Path, size: tuple[int, int]) -> None:
    verdict = judged(Outcome.WRONG, "✓✗")
    async with driven(tmp_path, "derive", verdicts=[verdict], size=size) as run:
        await run.study()
        assert "L = w*x" in run.text
        assert "w, x: real" in run.text
        await run.paste("dL/dw = 1")
        await run.press("enter")
        await run.paste("dL/dw = x")
        await run.grade("f5")
        assert run.grader.answers == ["dL/dw = 1\ndL/dw = x"]
        assert "✓ step 1" in run.text
        assert "✗ step 2" in run.text
        assert "why 2" in run.text
        assert run.screen.query_one(Answer).value.startswith("dL/dw = 1")


def _moved_on(session: Session, card: str | None) -> bool:
    return session.card_id != card


async def test_every_kind_is_studied_in_one_sitting_and_summed_up(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "predict", "derive", verdicts=[PASSED] * 3) as run:
        screen = await run.study()
        for text, key in (("", "enter"), ("(2, 3)", "enter"), ("dL/dw = x", "f5")):
            card = screen.session.card_id
            await run.paste(text)
            await run.grade(key)
            await run.press("4")
            await run.until(partial(_moved_on, screen.session, card))
        await run.shown("SummaryScreen")
        assert "3 cards reviewed" in run.text
        assert "3 passed at the first try" in run.text
        assert len(rated(run)) == 3
        await run.press("enter")
        await run.shown("HomeScreen")
        assert "3 reviews" in run.text


async def test_korean_learners_get_korean_prompts_and_screens(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", verdicts=[PASSED], language="ko") as run:
        assert "작은 덱" in run.text
        await run.study()
        assert "두 배로" in run.text
        assert "채점" in run.text
        await run.grade("f5")
        assert "통과" in run.text
        assert "어려움" in run.text


async def test_the_right_answer_is_said_once(tmp_path: Path) -> None:
    said = judged(Outcome.WRONG, "✗✗", expected="The larger of zero and x.")
    async with driven(tmp_path, "recall", verdicts=[said], size=(80, 30)) as run:
        await run.study()
        await run.press("a")
        await run.grade("f5")
        assert run.text.count("The larger of zero and x.") == 1
