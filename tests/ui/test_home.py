"""Home: what waits, what was done, what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app_driving import PASSED, driven, write_deck

from studytui.settings import SchedulingSettings, Settings

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_first_frame_has_real_counts(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", "choice") as run:
        row = next(line for line in run.text.split("\n") if "Tiny deck" in line)
        assert row.split() == ["Tiny", "deck", "2", "0", "0", "2"]
        assert "Enter  study 2 new cards" in run.text


async def test_decks_never_read_before_are_read_after_the_first_frame(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", warm=False) as run:
        await run.until(lambda: "Tiny deck" in run.text)
        await run.study()


async def test_several_decks_have_a_row_for_all_of_them(tmp_path: Path) -> None:
    write_deck(tmp_path / "decks", "choice", deck="other")
    async with driven(tmp_path, "recall", verdicts=[PASSED]) as run:
        assert "All decks" in run.text
        assert "study 2 new cards" in run.text
        await run.press("j")
        assert "study 1 new card" in run.text
        await run.press("l")
        await run.shown("StudyScreen")
        assert run.screen.session.card_id == "other/sizes"


async def test_a_deck_is_opened_with_the_mouse(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        await run.pilot.click("DeckRows", offset=(3, 0))
        await run.shown("StudyScreen")


async def test_a_learner_without_decks_is_told_where_they_go(tmp_path: Path) -> None:
    async with driven(tmp_path) as run:
        assert "There are no decks yet." in run.text
        assert "Enter" not in run.text
        assert "data/decks" in "".join(run.text.split())


async def test_a_bad_deck_stops_no_other_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "decks").mkdir()
    bad = tmp_path / "decks" / "broken.yaml"
    bad.write_text("deck: broken\ntitle: Broken\ncards:\n  - id: a\n    kind: recal\n", encoding="utf-8")
    async with driven(tmp_path, "recall") as run:
        assert "Tiny deck" in run.text
        assert "1 deck left out: broken.yaml. p says why." in run.text
        await run.press("p")
        await run.shown("ProblemsScreen")
        assert "broken.yaml:5:11" in "".join(run.text.split())
        assert "Did you mean `recall`?" in run.text
        bad.unlink()
        await run.press("r")
        await run.until(lambda: "Every deck can be used." in run.text)
        await run.press("escape")
        await run.shown("HomeScreen")
        assert "left out" not in run.text


async def test_a_new_deck_is_found_by_reading_again(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        write_deck(tmp_path / "decks", "choice", deck="other")
        await run.press("r")
        await run.until(lambda: "All decks" in run.text)


async def test_when_nothing_is_due_the_next_time_is_told(tmp_path: Path) -> None:
    settings = Settings(scheduling=SchedulingSettings(learn_ahead=0))
    async with driven(tmp_path, "choice", verdicts=[PASSED], settings=settings) as run:
        await run.study()
        await run.press("2")
        await run.grade("enter")
        await run.press("3")  # good: ten minutes
        await run.shown("SummaryScreen")
        assert "in 10 min" in run.text
        await run.press("enter")
        await run.shown("HomeScreen")
        assert "Nothing is due now. Next card in 10 min" in run.text
        await run.press("enter")
        assert "Next card in 10 min" in run.notice
        run.clock.move(minutes=11)
        run.app.refresh_counts()
        await run.pilot.pause()
        assert "study 1 card in learning" in run.text


async def test_ctrl_c_says_how_to_leave_and_leaves_nothing(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        await run.press("ctrl+c")
        assert run.notice == "q leaves studytui."
