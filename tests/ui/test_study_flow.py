"""What a learner can do around an answer: hints, solution, cancel, undo, leave a card out, recover from errors."""

from __future__ import annotations

import threading
import unicodedata
from typing import TYPE_CHECKING

import pytest
from app_driving import PASSED, WRONG, driven, judged

from studytui.errors import GraderError, StoreError
from studytui.grader.verdict import Outcome, Verdict
from studytui.scheduling.types import Rating
from studytui.session import Phase
from studytui.settings import SchedulingSettings, Settings
from studytui.ui.widgets.answers import Answer
from studytui.ui.widgets.text_box import CodeEditor

if TYPE_CHECKING:
    from pathlib import Path


async def test_hints_come_one_at_a_time_and_lower_the_suggestion(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", verdicts=[PASSED], size=(140, 45)) as run:
        await run.study()
        await run.press("f2")
        assert "Hint 1 of 2 — First hint." in run.text
        assert "Second hint." not in run.text
        await run.press("escape", "h")
        assert "Hint 2 of 2 — Second hint." in run.text
        assert "F2 Hint" not in run.text
        await run.grade("f5")
        assert "▸ 2 hard" in run.text


async def test_the_solution_is_asked_for_twice_and_means_again(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", size=(140, 45)) as run:
        screen = await run.study()
        await run.press("f3")
        assert "Press F3 once more" in run.notice
        assert "range(x.shape[0])" not in run.text
        await run.grade("f3")
        assert "range(x.shape[0])" in run.text
        assert "linearity" in run.text
        assert screen.session.suggested() is Rating.AGAIN
        await run.press("enter")
        with run.store() as store:
            assert [review.rating for review in store.reviews()] == [Rating.AGAIN]


async def test_the_solution_of_a_passed_card_costs_nothing_and_is_shown_at_once(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", verdicts=[PASSED], size=(140, 45)) as run:
        screen = await run.study()
        await run.press(*"return 1")
        await run.grade("f5")
        suggested = screen.session.suggested()
        await run.grade("f3")
        assert "range(x.shape[0])" in run.text
        assert screen.session.suggested() is suggested is not Rating.AGAIN


@pytest.mark.parametrize("kind", ["recall", "choice", "predict"])
async def test_where_the_verdict_tells_the_answer_no_solution_is_offered(tmp_path: Path, kind: str) -> None:
    verdict = judged(Outcome.WRONG, "✗✗✗" if kind == "choice" else "✗✗", expected="(2, 3)")
    async with driven(tmp_path, kind, verdicts=[verdict]) as run:
        await run.study()
        assert "F3 Solution" in run.text
        await run.press("1")
        await run.grade("f5")
        assert "F3 Solution" not in run.text


async def test_a_grade_shows_its_progress_and_escape_cancels_it(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", verdicts=[PASSED]) as run:
        screen = await run.study()
        run.grader.gate = threading.Event()
        await run.paste("return x")
        await run.press("f5")
        await run.until(lambda: "5 of 12 cases" in run.text)
        await run.press("f1")  # keys are answered meanwhile
        await run.shown("HelpScreen")
        await run.press("escape")
        await run.grade("escape")
        assert "cancelled" in run.notice
        assert screen.session.phase is Phase.ANSWERING
        assert "return x" in screen.query_one(Answer).value
        assert run.draft("tiny/double") == screen.query_one(Answer).value


async def test_what_is_typed_during_a_grade_is_kept(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", verdicts=[judged(Outcome.WRONG, "✗✗")]) as run:
        screen = await run.study()
        run.grader.gate = threading.Event()
        await run.press("a", "f5")
        await run.until(run.grader.began.is_set)
        await run.press("b")
        run.grader.gate.set()
        await run.until(lambda: not screen.is_busy)
        assert run.grader.answers == ["a"]
        assert screen.query_one(Answer).value == "ab"
        assert run.draft("tiny/relu") == "ab"


async def test_an_empty_answer_is_not_graded(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        await run.study()
        await run.press("f5")
        assert run.notice == "There is no answer yet."
        assert run.grader.answers == []


async def test_undo_takes_the_review_back_and_returns_to_the_card(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "predict", verdicts=[judged(Outcome.PASSED, "✗✓✗")]) as run:
        screen = await run.study()
        await run.press("2")
        await run.grade("enter")
        await run.press("4")
        await run.until(lambda: screen.session.card_id == "tiny/shape")
        await run.press("escape", "u")
        await run.until(lambda: screen.session.card_id == "tiny/sizes")
        assert "taken back" in run.notice
        assert "✓ (•) 2" in run.text
        with run.store() as store:
            assert store.reviews() == []
        await run.press("u")
        assert "no review to take back" in run.notice


async def test_undo_works_from_the_summary(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", verdicts=[judged(Outcome.PASSED, "✗✓✗")]) as run:
        await run.study()
        await run.press("2")
        await run.grade("enter")
        await run.press("4")
        await run.shown("SummaryScreen")
        await run.press("u")
        await run.shown("StudyScreen")
        await run.press("1")
        await run.until(lambda: "tiny/sizes" in run.text)


async def test_skip_bury_and_suspend_go_on_without_a_review(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", "choice", "predict") as run:
        screen = await run.study()
        assert screen.session.card_id == "tiny/relu"
        await run.press("escape", "s")
        await run.until(lambda: screen.session.card_id == "tiny/sizes")
        assert "Skipped" in run.notice
        await run.press("b")
        await run.until(lambda: screen.session.card_id == "tiny/shape")
        assert "Buried" in run.notice
        await run.press("escape", "x")
        assert "once more" in run.notice
        await run.press("x")
        await run.until(lambda: screen.session.card_id == "tiny/relu")
        assert "Suspended" in run.notice
        with run.store() as store:
            records = store.records()
            assert store.reviews() == []
        assert records["tiny/sizes"].buried_until is not None
        assert records["tiny/shape"].suspended


async def test_a_suspended_card_is_released_at_home(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice") as run:
        await run.press("s")
        await run.shown("SuspendedScreen")
        assert "No card is suspended." in run.text
        await run.press("escape")
        await run.study()
        await run.press("x", "x")
        await run.shown("SummaryScreen")
        await run.press("enter")
        await run.shown("HomeScreen")
        assert "Nothing is due" in run.text
        await run.press("s")
        await run.shown("SuspendedScreen")
        assert "tiny/sizes" in run.text
        await run.press("enter")
        assert run.notice == "tiny/sizes is back."
        await run.press("escape")
        await run.shown("HomeScreen")
        assert "study 1 new card" in run.text


async def test_a_leech_is_told_and_the_summary_names_what_to_look_at_again(tmp_path: Path) -> None:
    settings = Settings(scheduling=SchedulingSettings(leech_lapses=1, learning_steps=(), relearning_steps=()))
    async with driven(tmp_path, "choice", verdicts=[judged(Outcome.PASSED, "✗✓✗")] * 2, settings=settings) as run:
        for key in ("4", "1"):
            await run.study()
            await run.press("2")
            await run.grade("enter")
            await run.press(key)
            await run.shown("SummaryScreen")
            assert ("To look at again" in run.text) == (key == "1")
            assert ("tiny/sizes was forgotten many times" in run.text) == (key == "1")
            await run.press("enter")
            await run.shown("HomeScreen")
            run.clock.move(days=40)
            run.app.refresh_counts()
            await run.settled()


async def test_retry_keeps_the_answer_and_takes_the_verdict_away(tmp_path: Path) -> None:
    async with driven(tmp_path, "predict", verdicts=[judged(Outcome.WRONG, message="Not so."), PASSED]) as run:
        await run.study()
        await run.paste("(3,)")
        await run.grade("enter")
        assert "Not so." in run.text
        await run.press("r")
        assert "Not so." not in run.text
        await run.press("backspace", "backspace")
        await run.grade("enter")
        assert run.grader.answers == ["(3,)", "(3"]
        assert "▸ 2 hard" in run.text


async def test_a_failing_grader_is_a_message_and_the_answer_stays(tmp_path: Path) -> None:
    failure = GraderError("torch is missing.", "Install it.")
    async with driven(tmp_path, "recall", verdicts=[failure, judged(Outcome.PASSED, "✓✓")]) as run:
        screen = await run.study()
        await run.press("a")
        await run.grade("f5")
        assert "torch is missing." in run.notice
        assert "Install it." in run.notice
        assert screen.query_one(Answer).value == "a"
        await run.grade("f5")
        assert run.notice == ""
        assert "▸ 4 easy" in run.text


async def test_a_mistake_in_the_grader_is_a_message_too(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", verdicts=[ZeroDivisionError("oh")]) as run:
        await run.study()
        await run.press("a")
        await run.grade("f5")
        assert "ZeroDivisionError" in run.notice


async def test_a_review_that_cannot_be_saved_leaves_the_card_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driven(tmp_path, "choice", verdicts=[judged(Outcome.PASSED, "✗✓✗")]) as run:
        screen = await run.study()
        await run.press("2")
        await run.grade("enter")

        def full(*_arguments: object) -> None:
            raise StoreError("The disk is full.", "Make room.")

        with monkeypatch.context() as patch:
            patch.setattr(screen.session, "rate", full)
            await run.press("3")
            assert "The disk is full." in run.notice
        await run.press("4")
        await run.shown("SummaryScreen")


async def test_ratings_and_keys_can_be_clicked(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", verdicts=[judged(Outcome.WRONG, "✗✗")]) as run:
        await run.study()
        await run.press("a")
        await run.click("F5 Grade")
        await run.until(lambda: run.grader.answers and not run.screen.is_busy)
        await run.pilot.click("PointList", offset=(5, 1))
        await run.pilot.pause()
        assert "[x] 2" in run.text
        await run.click("4 easy")
        await run.shown("SummaryScreen")
        with run.store() as store:
            assert [review.rating for review in store.reviews()] == [Rating.EASY]


async def test_letters_are_commands_only_outside_the_text(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        screen = await run.study()
        await run.press(*"hus1?")
        assert screen.query_one(Answer).value == "hus1?"
        await run.press("escape", "y")
        assert run.app.clipboard == "hus1?"
        await run.press("e", "!")
        assert screen.query_one(Answer).value == "hus1?!"


async def test_a_korean_keyboard_reaches_every_command(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", "choice", verdicts=[PASSED], size=(140, 45)) as run:
        screen = await run.study()
        await run.press("escape", "ㅗ")
        assert "Hint 1 of 2" in run.text
        await run.press("ㄴ")
        await run.until(lambda: screen.session.card_id == "tiny/sizes")
        await run.press("ㅓ", "space")
        assert "(•) 2" in run.text
        await run.press("ㅂ")
        await run.shown("HomeScreen")


async def test_korean_pasted_in_parts_is_put_together(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        screen = await run.study()
        await run.paste(unicodedata.normalize("NFD", "양수"))
        await run.press("backspace")
        assert screen.query_one(Answer).value == "양"


async def test_tab_indents_enter_keeps_the_indentation_and_escape_leaves(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement") as run:
        screen = await run.study()
        editor = screen.query_one(CodeEditor)
        editor.load_text("")
        await run.press(*"if x:", "enter", "a", "enter", "backspace", "b", "enter", "tab", "c", "shift+tab")
        assert editor.text == "if x:\n    a\nb\nc"
        editor.select_all()
        await run.press("tab")
        assert editor.text == "    if x:\n        a\n    b\n    c"
        await run.press("escape")
        assert screen.focused is not editor


async def test_a_verdict_puts_the_cursor_where_it_points(tmp_path: Path) -> None:
    verdict = Verdict(Outcome.REFUSED, "Line 2 calls `x.sum`.", line=2, column=5)
    async with driven(tmp_path, "implement", verdicts=[verdict]) as run:
        screen = await run.study()
        screen.query_one(CodeEditor).load_text("def double(x):\n    return x.sum()\n")
        await run.grade("f5")
        assert screen.query_one(CodeEditor).cursor_location == (1, 4)
        assert "line 2" in run.text
        assert "✗ Refused" in run.text


async def test_printed_output_is_shown_and_cannot_drive_the_terminal(tmp_path: Path) -> None:
    verdict = Verdict(Outcome.WRONG, "No.", printed="x is \x1b[31mred\n" + "line\n" * 30)
    async with driven(tmp_path, "implement", verdicts=[verdict], size=(140, 45)) as run:
        await run.study()
        await run.grade("f5")
        assert "x is ␛[31mred" in run.text
        assert "… 19 more" in run.text


async def test_wrong_then_left_means_the_verdict_is_there_again(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", verdicts=[WRONG]) as run:
        await run.study()
        await run.grade("f5")
        await run.press("ctrl+q")
        await run.shown("HomeScreen")
        await run.study()
        assert "def double(x):" in run.text


async def test_a_long_verdict_is_scrolled_by_keys_while_the_rating_is_asked_for(tmp_path: Path) -> None:
    verdict = Verdict(Outcome.WRONG, "No.", printed="line\n" * 11 + "the end\n", expected="(2, 3)")
    async with driven(tmp_path, "predict", verdicts=[verdict], size=(80, 18)) as run:
        await run.study()
        await run.paste("(3, 2)")
        await run.grade("enter")
        assert "the end" not in run.text
        await run.press("pagedown", "ctrl+down")
        assert "the end" in run.text
        await run.press("pageup", "ctrl+up", "pageup")
        assert "the end" not in run.text


async def test_keys_that_come_twice_leave_once(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", verdicts=[PASSED]) as run:
        await run.study()
        await run.press("2")
        await run.grade("enter")
        await run.press("4")
        await run.shown("SummaryScreen")
        run.strike("enter", "enter", "escape")
        await run.shown("HomeScreen")
        await run.settled()
        assert len(run.app.screen_stack) == 1
        assert "1 review" in run.text
