"""Another program holds the database: keys are answered, nothing is lost, and the order stays."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
from app_driving import WRONG, driven, judged, places

from studytui.errors import StoreError
from studytui.grader.verdict import Outcome
from studytui.scheduling.types import Rating
from studytui.session import Phase
from studytui.store.store import Store
from studytui.ui.drafts import Drafts, rescue
from studytui.ui.turns import Turns
from studytui.ui.widgets.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app_driving import Driven

CHOSEN = judged(Outcome.PASSED, "✗✓✗")


@contextmanager
def held(run: Driven, patience: int = 600_000) -> Iterator[sqlite3.Connection]:
    """The database held for writing by another program, for which the app waits so many milliseconds."""
    desk = run.app._opening._desk
    assert desk is not None
    desk.store._database.raw.execute(f"PRAGMA busy_timeout = {patience}")
    with closing(sqlite3.connect(run.paths.database, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        if other.in_transaction:
            other.rollback()


def reviews(run: Driven) -> list[Rating]:
    with run.store() as store:
        return [review.rating for review in store.reviews()]


async def test_keys_are_answered_while_a_review_waits_and_it_is_saved_then(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "predict", verdicts=[CHOSEN]) as run:
        screen = await run.study()
        await run.press("2")
        await run.grade("enter")
        with held(run):
            await run.pilot.press("4")
            await run.until(lambda: screen.is_busy)
            await run.pilot.press("f1")
            await run.shown("HelpScreen")
            await run.pilot.press("escape")
            await run.shown("StudyScreen")
            await run.pilot.press("1", "u", "s", "enter")  # what would act on the card again is not taken
            assert (screen.is_busy, screen.session.card_id, reviews(run)) == (True, "tiny/sizes", [])
        await run.settled()
        assert (screen.session.card_id, reviews(run)) == ("tiny/shape", [Rating.EASY])
        assert run.notice == ""


async def test_a_long_wait_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studytui.ui.screens.waiting.PATIENCE", 0.01)
    async with driven(tmp_path, "choice", verdicts=[CHOSEN]) as run:
        await run.study()
        await run.press("2")
        await run.grade("enter")
        with held(run):
            await run.pilot.press("4")
            await run.until(lambda: "Another program holds the database" in run.notice)
        await run.shown("SummaryScreen")


async def test_a_review_that_could_not_be_saved_is_told_and_can_be_given_again(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", "predict", verdicts=[CHOSEN]) as run:
        screen = await run.study()
        await run.press("2")
        await run.grade("enter")
        with held(run, patience=0):
            await run.press("4")
            assert "is locked" in run.notice
            assert (screen.session.card_id, screen.session.phase) == ("tiny/sizes", Phase.GRADED)
            assert "▸ 4 easy" in run.text
        await run.press("3")
        assert (screen.session.card_id, reviews(run)) == ("tiny/shape", [Rating.GOOD])


async def test_typing_goes_on_while_the_draft_waits_and_the_last_word_is_saved(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        screen = await run.study()
        with held(run):
            await run.pilot.press("a")
            screen.save_draft()
            await run.pilot.press("b", "c")
            screen.save_draft()
            assert screen.query_one(Answer).value == "abc"
            assert run.draft("tiny/relu") is None
        await run.until(lambda: run.draft("tiny/relu") == "abc")


async def test_a_draft_is_saved_before_the_card_is_skipped_or_the_card_stays(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", "choice") as run:
        screen = await run.study()
        await run.press("a")
        with held(run, patience=0):
            await run.press("b", "escape", "s")
            assert "is locked" in run.notice
            assert screen.session.card_id == "tiny/relu"
            assert screen.query_one(Answer).value == "ab"
        await run.press("s")
        assert (screen.session.card_id, run.draft("tiny/relu")) == ("tiny/sizes", "ab")


async def test_going_home_waits_for_the_draft(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        await run.study()
        with held(run):
            await run.pilot.press("a", "escape", "escape", "q")
            assert type(run.app.screen).__name__ == "StudyScreen"
        await run.shown("HomeScreen")
        assert run.draft("tiny/relu") == "a"


async def test_who_wants_to_go_home_all_the_same_may(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        await run.study()
        with held(run, patience=0):
            await run.press("a", "escape", "q")
            assert "is locked" in run.notice
            assert type(run.app.screen).__name__ == "StudyScreen"
            await run.press("q")
            await run.shown("HomeScreen")


async def test_quitting_waits_for_what_is_being_saved(tmp_path: Path) -> None:
    with ExitStack() as after:
        async with driven(tmp_path, "recall") as run:
            await run.study()
            other = after.enter_context(held(run))
            await run.pilot.press("x")
            run.app.exit()
            close = run.app._turns.close

            def let_go_and_close() -> None:
                assert run.draft("tiny/relu") is None
                other.rollback()
                close()

            run.app._turns.close = let_go_and_close  # type: ignore[method-assign]
        with Store.open(places(tmp_path).database, readonly=True) as store:
            assert store.draft("tiny/relu") == "x"
        assert run.app.rescue() == []


async def test_what_cannot_be_saved_at_the_end_is_left_in_a_file_and_told(tmp_path: Path) -> None:
    with ExitStack() as after:
        async with driven(tmp_path, "recall") as run:
            await run.study()
            after.enter_context(held(run, patience=0))
            await run.pilot.press("x", "y")
            run.app.exit()
        (told,) = run.app.rescue()
    file = places(tmp_path).state / "unsaved" / "tiny-relu.txt"
    assert str(file) in told
    assert file.read_text(encoding="utf-8") == "xy"


async def test_undo_from_the_summary_and_a_released_card_wait_too(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", verdicts=[CHOSEN]) as run:
        await run.study()
        await run.press("2")
        await run.grade("enter")
        await run.press("4")
        await run.shown("SummaryScreen")
        with held(run):
            await run.pilot.press("u", "f1")
            await run.shown("HelpScreen")
            await run.pilot.press("escape")
            assert reviews(run) == [Rating.EASY]
        await run.shown("StudyScreen")
        await run.press("x", "x")
        await run.shown("SummaryScreen")
        await run.press("enter")
        await run.press("s")
        await run.shown("SuspendedScreen")
        with held(run):
            await run.pilot.press("enter", "enter", "f1")
            await run.shown("HelpScreen")
            await run.pilot.press("escape")
        await run.settled()
        assert run.notice == "tiny/sizes is back."


async def test_a_grade_that_waits_for_the_store_leaves_the_keys_free(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", verdicts=[WRONG]) as run:
        screen = await run.study()
        with held(run):
            await run.pilot.press("a", "f5", "b")
            await run.until(lambda: screen.is_busy)
            await run.pilot.press("c")
            assert screen.query_one(Answer).value == "abc"
            assert run.grader.answers == []
        await run.until(lambda: not screen.is_busy)
        assert run.grader.answers == ["a"]


async def test_the_first_frame_does_not_wait_for_a_locked_database(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice") as run:
        await run.study()
        await run.press("escape")
    with closing(sqlite3.connect(places(tmp_path).database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE anything (id)")
        async with driven(tmp_path) as run:
            assert "studytui" in run.text
            await run.pilot.press("f1")
            await run.shown("HelpScreen")
            await run.pilot.press("escape")
            other.close()
            await run.until(lambda: "study 1 new card" in run.text)


async def test_an_older_database_is_brought_up_to_date_and_counted_at_once(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice") as run:
        await run.study()
        await run.press("escape")
    with closing(sqlite3.connect(places(tmp_path).database, isolation_level=None)) as old:
        old.execute("ALTER TABLE reviews DROP COLUMN seed")
        old.execute("UPDATE alembic_version SET version_num = '0001'")
    async with driven(tmp_path) as run:
        await run.until(lambda: "study 1 new card" in run.text)
        assert run.notice == ""


# The queue itself


class Saves:
    """Stands for a session: keeps what is saved, or fails."""

    def __init__(self) -> None:
        self.saved: list[tuple[str, str | None]] = []
        self.broken = False

    def save_draft(self, text: str, card: str | None) -> None:
        if self.broken:
            raise StoreError("The disk is full.")
        self.saved.append((text, card))


def test_work_is_done_in_the_order_in_which_it_was_handed_in_and_all_of_it() -> None:
    turns, done = Turns(), list[int]()
    for number in range(50):
        turns.hand_in(partial(done.append, number))

    turns.close()

    assert done == list(range(50))


def test_a_draft_is_saved_once_and_only_the_newest() -> None:
    session, turns, told = Saves(), Turns(), list[StoreError]()
    drafts = Drafts(session, turns, told.append)  # type: ignore[arg-type]
    drafts.turn_to("a/b")
    for text in ("h", "ha", "hal"):
        drafts.note(text)
    drafts.save()
    drafts.save()
    turns.close()

    assert (session.saved, drafts.unsaved, told) == ([("hal", "a/b")], None, [])


def test_a_draft_that_fails_is_told_once_kept_and_tried_again() -> None:
    session, turns, told = Saves(), Turns(), list[StoreError]()
    drafts = Drafts(session, turns, told.append)  # type: ignore[arg-type]
    drafts.turn_to("a/b")
    session.broken = True
    for text in ("h", "ha"):
        drafts.note(text)
        with pytest.raises(StoreError):
            drafts.save_now()
    drafts.save_typed()  # each try may take seconds, so only what the learner does next tries again
    kept = drafts.unsaved
    assert kept == ("a/b", "ha")

    session.broken = False
    drafts.save()
    turns.close()

    assert session.saved == [("ha", "a/b")]
    assert drafts.unsaved is None
    assert told == []


def test_a_rescued_answer_never_takes_the_place_of_another(tmp_path: Path) -> None:
    earlier = rescue([("a/b", "last week")], tmp_path / "unsaved")
    later = rescue([("a/b", "before home"), ("a/b", "after home")], tmp_path / "unsaved")
    assert [path.read_text(encoding="utf-8") for _card, path in earlier + later] == [
        "last week",
        "before home",
        "after home",
    ]
    assert {card for card, _path in earlier + later} == {"a/b"}
