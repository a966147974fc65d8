"""The list of cards: find one, study it now, come back to where one was."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from app_driving import PASSED, WRONG, driven, write_deck

from studytui.errors import StoreError, StudyError
from studytui.session import Session
from studytui.settings import SchedulingSettings, Settings
from studytui.store.types import Record
from studytui.ui.screens.cards import CardsScreen
from studytui.ui.widgets.card_table import CardTable
from studytui.ui.widgets.find_box import FindBox

if TYPE_CHECKING:
    from pathlib import Path

    from app_driving import Driven

STEPLESS = Settings(scheduling=SchedulingSettings(learning_steps=(), fuzz=False, timezone="UTC"))
"""A new card that is rated good comes back after days, not minutes."""

ALL_KINDS = ("implement", "recall", "choice", "predict", "derive")
ALL = ["double", "relu", "sizes", "shape", "slope"]


async def cards(run: Driven, key: str = "c") -> CardsScreen:
    """From home to the list."""
    await run.press(key)
    await run.shown("CardsScreen")
    screen = run.app.screen
    assert isinstance(screen, CardsScreen)
    return screen


def listed(run: Driven) -> list[str]:
    """The ids of the rows, without the deck."""
    return [row.entry.id.partition("/")[2] for row in run.app.screen.query_one(CardTable)._rows]


def pointed(run: Driven) -> str:
    row = run.app.screen.query_one(CardTable).pointed
    assert row is not None
    return row.entry.id


def line(run: Driven, words: str) -> str:
    """The first row of the list that has these words."""
    return next(line for line in run.text.split("\n")[3:] if words in line)


async def write(run: Driven, text: str) -> None:
    """Type, character by character."""
    await run.press(*("space" if character == " " else character for character in text))


async def study_and_rate(run: Driven, card: str, key: str = "3") -> None:
    """From the list through a choice card that passes, back to the list."""
    await write(run, card)
    await run.press("enter")
    await run.shown("StudyScreen")
    await run.press("2")
    await run.grade("enter")
    await run.press(key)
    await run.shown("CardsScreen")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (140, 45)])
@pytest.mark.parametrize(
    ("language", "prompt", "kind", "state"),
    [("en", "What is ReLU?", "recall", "new"), ("ko", "ReLU는?", "설명하기", "새 카드")],
)
async def test_every_card_has_a_row_in_the_learners_language(
    tmp_path: Path, size: tuple[int, int], language: str, prompt: str, kind: str, state: str
) -> None:
    async with driven(tmp_path, *ALL_KINDS, size=size, language=language) as run:
        await cards(run)
        assert listed(run) == ALL
        assert prompt in line(run, "relu")
        assert state in line(run, "relu")
        await run.press("down")
        assert kind in run.text
        bar = run.text.split("\n")[-2:]
        assert any("Esc" in words for words in bar)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("relu", ["relu"]),
        ("RELU", ["relu"]),
        ("copies", ["sizes"]),
        ("복사하는", ["sizes"]),
        (unicodedata.normalize("NFD", "복사하는"), ["sizes"]),
        ("복ㅅ", ["sizes"]),
        ("gradient", ["slope"]),
        ("double(x", []),
        ("mul", ["double"]),
        ("the what", ["shape"]),
        ("tiny s", ["relu", "sizes", "shape", "slope"]),
        ("relu copies", []),
        ("   ", ALL),
    ],
)
async def test_typing_finds_by_id_prompt_and_topic_in_both_languages(
    tmp_path: Path, typed: str, found: list[str]
) -> None:
    async with driven(tmp_path, *ALL_KINDS) as run:
        await cards(run)
        await write(run, typed)
        assert listed(run) == found
        assert ("No card has all of that." in run.text) == (not found)
        await run.press("ctrl+u")
        assert listed(run) == ALL


async def test_only_the_cards_of_the_deck_that_is_pointed_at_are_listed(tmp_path: Path) -> None:
    write_deck(tmp_path / "decks", "choice", deck="other")
    async with driven(tmp_path, "recall", "predict") as run:
        await cards(run)
        assert "all decks" in run.text
        assert "tiny/relu" in line(run, "relu")
        assert listed(run) == ["sizes", "relu", "shape"]
        await run.press("escape")
        await run.shown("HomeScreen")
        await run.press("j", "j")
        await cards(run, "/")
        assert "Tiny deck" in run.text
        assert listed(run) == ["relu", "shape"]


async def test_the_list_moves_by_arrows_while_one_types_and_by_letters_where_it_has_the_focus(tmp_path: Path) -> None:
    async with driven(tmp_path, *ALL_KINDS) as run:
        screen = await cards(run)
        await run.press("down", "down", "up")
        assert pointed(run) == "tiny/relu"
        await run.press("end")
        assert pointed(run) == "tiny/slope"
        await run.press("tab", "k", "k")
        assert pointed(run) == "tiny/sizes"
        await run.press("g", "j")
        assert pointed(run) == "tiny/relu"
        assert screen.query_one(FindBox).value == ""
        await run.press("slash", "s", "h")
        assert listed(run) == ["shape"]


async def test_a_new_card_is_learned_at_once_and_the_list_is_where_it_was(tmp_path: Path) -> None:
    async with driven(tmp_path, *ALL_KINDS, verdicts=[PASSED], settings=STEPLESS) as run:
        screen = await cards(run)
        await study_and_rate(run, "copies", "3")
        assert screen.query_one(FindBox).value == "copies"
        assert pointed(run) == "tiny/sizes"
        assert "in 2 days" in line(run, "sizes")
        assert "tiny/sizes is reviewed (in 2 days). Ctrl+Z" in run.notice
        with run.store() as store:
            assert [review.card for review in store.reviews()] == ["tiny/sizes"]
        await run.press("escape")
        await run.shown("HomeScreen")
        assert "1 review" in run.text


async def test_a_card_that_is_not_due_says_so_before_it_is_rated_and_counts_as_a_review(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "recall", verdicts=[PASSED, PASSED], settings=STEPLESS) as run:
        await cards(run)
        await study_and_rate(run, "sizes", "4")
        wait = run.notice.partition("(in ")[2].split()[0]
        run.clock.move(days=2)
        left = int(wait) - 2
        await run.press("enter")
        await run.shown("StudyScreen")
        assert f"This card is due only in {left} days" in run.notice
        await run.press("2")
        await run.grade("enter")
        assert f"early review: due in {left} days" in run.text
        assert "s Skip" not in run.text
        await run.press("3")
        await run.shown("CardsScreen")
        with run.store() as store:
            first, second = store.reviews()
            memory = store.records()["tiny/sizes"].memory
        assert memory == second.memory_after
        assert second.memory_after.due_day > first.memory_after.due_day


async def test_a_due_card_is_an_ordinary_review(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", verdicts=[PASSED], settings=STEPLESS) as run:
        await cards(run)
        await study_and_rate(run, "sizes")
        run.clock.move(days=3)
        await run.press("f1", "escape")  # the list looks again when it is come back to
        assert "due today" in line(run, "sizes")
        await run.press("enter")
        await run.shown("StudyScreen")
        assert "early" not in run.text


async def test_a_card_that_is_left_keeps_its_draft_and_is_as_it_was(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", "recall", verdicts=[WRONG]) as run:
        await cards(run)
        await write(run, "relu")
        await run.press("enter")
        await run.shown("StudyScreen")
        await run.paste("it clips")
        await run.press("escape", "escape")
        await run.shown("CardsScreen")
        assert listed(run) == ["relu"]
        assert "new" in line(run, "relu")
        assert run.notice == ""
        assert run.draft("tiny/relu") == "it clips"
        with run.store() as store:
            assert store.records() == {}
            assert store.reviews() == []
        await run.press("enter")
        await run.shown("StudyScreen")
        assert "it clips" in run.text
        await run.press("escape", "escape")
        await run.shown("CardsScreen")
        await run.press("escape")
        await run.shown("HomeScreen")
        await run.study()
        assert run.screen.session.card_id == "tiny/double"  # the queue goes on where it was


async def test_a_review_from_the_list_is_taken_back_there(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "recall", verdicts=[PASSED], settings=STEPLESS) as run:
        await cards(run)
        assert "Undo" not in run.text
        await study_and_rate(run, "sizes")
        assert "Undo" in run.text
        await run.press("ctrl+z")
        await run.shown("StudyScreen")
        assert run.screen.session.card_id == "tiny/sizes"
        await run.press("escape")
        await run.shown("CardsScreen")
        assert "new" in line(run, "sizes")
        assert "Undo" not in run.text


async def test_a_card_begun_from_the_list_takes_back_no_review_of_another(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "predict", verdicts=[PASSED], settings=STEPLESS) as run:
        await cards(run)
        await study_and_rate(run, "sizes")
        await run.press("ctrl+u", "down", "enter")
        await run.shown("StudyScreen")
        assert "Undo" not in run.text
        await run.press("escape", "u")
        assert run.screen.session.card_id == "tiny/shape"
        with run.store() as store:
            assert len(store.reviews()) == 1


async def test_a_card_is_suspended_and_released_in_the_list_and_can_be_studied_meanwhile(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "recall") as run:
        await cards(run)
        assert "/ Find" not in run.text  # there it is a letter
        await run.press("ctrl+x")
        assert "suspended" in line(run, "sizes")
        assert run.notice == "tiny/sizes is suspended; Ctrl+X releases it."
        with run.store() as store:
            assert store.records()["tiny/sizes"].suspended
        await run.press("enter")
        await run.shown("StudyScreen")
        await run.press("escape")
        await run.shown("CardsScreen")
        await run.press("tab")
        assert "/ Find" in run.text
        await run.press("x")
        assert "new" in line(run, "sizes")
        with run.store() as store:
            assert store.records() == {}


async def test_a_card_that_cannot_be_graded_here_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_deck(tmp_path / "decks", "implement", "recall")
    text = path.read_text(encoding="utf-8").replace("    function:", "    by_hand: triton\n    function:")
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr("studytui.cards.library.is_missing", lambda need: need == "triton")
    async with driven(tmp_path) as run:
        await cards(run)
        assert "needs Triton" in line(run, "double")
        await run.press("enter")
        assert "tiny/double needs Triton, which is not installed here: pip install" in run.notice
        assert isinstance(run.app.screen, CardsScreen)


async def test_a_row_is_pointed_at_by_a_click_and_studied_by_the_next(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "recall", "predict") as run:
        await cards(run)
        await run.click("What is ReLU?")
        assert pointed(run) == "tiny/relu"
        await run.click("What is ReLU?")
        await run.shown("StudyScreen")
        assert run.screen.session.card_id == "tiny/relu"


@pytest.mark.parametrize(("language", "said"), [("en", "cannot be read any more"), ("ko", "덱을 읽을 수 없어요")])
async def test_a_deck_that_is_gone_meanwhile_is_told_in_the_list(tmp_path: Path, language: str, said: str) -> None:
    async with driven(tmp_path, "choice", "recall", language=language) as run:
        await cards(run)
        (tmp_path / "decks" / "tiny.yaml").unlink()
        await run.press("enter")
        assert "tiny.yaml" in run.notice
        assert said in run.notice
        assert isinstance(run.app.screen, CardsScreen)


async def test_where_there_are_no_decks_there_is_no_list_to_open(tmp_path: Path) -> None:
    async with driven(tmp_path) as run:
        assert "Cards" not in run.text
        await run.press("c")
        assert type(run.app.screen).__name__ == "HomeScreen"


async def test_without_colour_the_row_that_is_pointed_at_has_a_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driven(tmp_path, "choice", "recall") as run:
        await cards(run)
        assert line(run, "sizes").strip().startswith("▸")
        await run.press("down")
        assert line(run, "relu").strip().startswith("▸")
        assert not line(run, "sizes").strip().startswith("▸")


async def test_the_keys_of_the_list_can_be_changed(tmp_path: Path) -> None:
    settings = Settings(keys={"home.cards": "f6", "cards.suspend": "f7", "find.clear": "f8"})
    async with driven(tmp_path, "choice", "recall", settings=settings) as run:
        await cards(run, "f6")
        assert "F7 Suspend or release" in run.text
        await run.press("z", "z")
        assert "F8 clears" in run.text
        await run.press("f8", "f7")
        assert "suspended" in line(run, "sizes")


async def test_pasted_words_are_found_once_and_korean_in_parts_is_whole(tmp_path: Path) -> None:
    async with driven(tmp_path, *ALL_KINDS) as run:
        screen = await cards(run)
        await run.paste(unicodedata.normalize("NFD", "복사"))
        assert screen.query_one(FindBox).value == "복사"
        assert listed(run) == ["sizes"]


async def test_a_suspended_card_that_cannot_be_graded_here_is_not_begun_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_deck(tmp_path / "decks", "implement", "recall")
    text = path.read_text(encoding="utf-8").replace("    function:", "    by_hand: triton\n    function:")
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr("studytui.cards.library.is_missing", lambda need: need == "triton")
    async with driven(tmp_path) as run:
        await cards(run)
        await run.press("ctrl+x")
        assert "suspended" in line(run, "double")
        await run.press("enter")
        assert "tiny/double needs Triton" in run.notice
        assert isinstance(run.app.screen, CardsScreen)


async def test_an_undo_that_fails_can_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with driven(tmp_path, "choice", "recall", verdicts=[PASSED], settings=STEPLESS) as run:
        await cards(run)
        await study_and_rate(run, "sizes")

        def refuse(_session: Session) -> None:
            raise StoreError("The disk is full.")

        with monkeypatch.context() as patched:
            patched.setattr(Session, "undo", refuse)
            await run.press("ctrl+z")
        assert "The disk is full." in run.notice
        await run.press("ctrl+z")
        await run.shown("StudyScreen")
        with run.store() as store:
            assert store.reviews() == []


@pytest.mark.parametrize("key", ["ctrl+x", "ctrl+z"])
async def test_who_leaves_the_list_while_it_waits_for_the_store_is_home_and_all_is_done(
    tmp_path: Path, key: str
) -> None:
    async with driven(tmp_path, "choice", "recall", verdicts=[PASSED], settings=STEPLESS) as run:
        screen = await cards(run)
        await study_and_rate(run, "sizes")
        with run.held_store():
            await run.pilot.press(key)
            await run.until(lambda: screen.is_waiting)
            run.strike("escape", "escape")
            await run.shown("HomeScreen")
        await run.settled()
        with run.store() as store:
            assert store.records().get("tiny/sizes", Record()).suspended == (key == "ctrl+x")
            assert len(store.reviews()) == (key == "ctrl+x")
        await cards(run)


async def test_a_rating_ends_in_the_list_though_help_stands_over_the_card_by_then(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "recall", verdicts=[PASSED], settings=STEPLESS) as run:
        await cards(run)
        await write(run, "sizes")
        await run.press("enter")
        await run.shown("StudyScreen")
        await run.press("2")
        await run.grade("enter")
        with run.held_store():
            await run.pilot.press("3")
            await run.pilot.press("f1")
            await run.shown("HelpScreen")
        await run.shown("CardsScreen")
        await run.settled()
        assert "tiny/sizes is reviewed" in run.notice
        assert len(run.app.screen_stack) == 2


async def test_who_studies_from_the_list_alone_is_told_too_what_the_sandbox_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lacks = [StudyError("The sandbox lacks a wall.", "See `studytui doctor`.")]
    monkeypatch.setattr("studytui.session.desk.unsaid_lack", lambda store, language: lacks.pop() if lacks else None)
    async with driven(tmp_path, *ALL_KINDS) as run:
        await cards(run)
        await run.press("escape")
        await run.shown("HomeScreen")
        assert "The sandbox lacks a wall." in run.text
