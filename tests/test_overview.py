from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

import pytest
from session_world import START, TENSORS, make_world, plain_deck, write_decks

from studytui.cards.library import Library
from studytui.overview import (
    DeckCounts,
    Overview,
    Standing,
    candidates,
    card_rows,
    glance_cards,
    glance_overview,
    overview,
)
from studytui.scheduling.types import Counts, Memory, Rating, State
from studytui.settings import SchedulingSettings, Settings
from studytui.store.types import DayTally, Record

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 3, 10)
SETTINGS = Settings(scheduling=SchedulingSettings(timezone="UTC"))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open([write_decks(tmp_path / "decks")], None)


def due_on(day: date) -> Record:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    last = START - timedelta(days=9)
    return Record(Memory(State.REVIEW, None, 5.0, 5.0, at, day, last, last.date(), 2, 0))


def look(library: Library, records: dict[str, Record] | None = None, *days: DayTally) -> Overview:
    return overview(library, records or {}, days, SETTINGS, START)


def streak(library: Library, *ago: int) -> int:
    return look(library, None, *(DayTally(DAY - timedelta(days=n), 1, 0, 1) for n in ago)).streak_days


def test_of_fresh_decks_all_cards_are_new_and_siblings_wait(library: Library) -> None:
    seen = look(library)
    assert seen.decks == (
        DeckCounts("optim", "Optimizers", new=2, learning=0, due=0, total=2),
        DeckCounts("tensors", "Tensors by hand", new=2, learning=0, due=0, total=3),
    )
    assert seen.counts == Counts(new=4)
    assert (seen.reviewed_today, seen.streak_days) == (0, 0)


def test_titles_are_in_the_learners_language(library: Library) -> None:
    korean = overview(library, {}, (), Settings(language="ko", scheduling=SETTINGS.scheduling), START)
    assert [deck.title for deck in korean.decks] == ["Optimizers", "손으로 쓰는 텐서"]


def test_due_learning_suspended_and_buried_cards_are_counted_as_a_session_shows_them(library: Library) -> None:
    records = {
        "optim/sgd": due_on(DAY),
        "optim/momentum": Record(suspended=True),
        "tensors/view": due_on(DAY + timedelta(days=3)),
        "tensors/clamp": Record(buried_until=DAY + timedelta(days=1)),
    }
    seen = look(library, records)
    assert seen.decks[0] == DeckCounts("optim", "Optimizers", new=0, learning=0, due=1, total=2)
    assert seen.counts == Counts(new=1, due=1)
    assert seen.next_due == datetime(2026, 3, 11, 4, tzinfo=UTC)


def test_records_of_cards_in_no_deck_are_left_out(library: Library) -> None:
    seen = look(library, {"tensors/gone": due_on(DAY), "old/deck": due_on(DAY)})
    assert seen.counts == Counts(new=4)
    assert "tensors/gone" not in candidates(library, {"tensors/gone": due_on(DAY)})


def test_todays_work_counts_against_the_limits(library: Library) -> None:
    seen = look(library, None, DayTally(DAY - timedelta(days=1), 20, 0, 40), DayTally(DAY, 19, 3, 25))
    assert seen.counts == Counts(new=1)
    assert seen.reviewed_today == 25
    assert [deck.new for deck in seen.decks] == [1, 1]


def test_next_due_is_none_when_nothing_is_known_to_come(tmp_path: Path) -> None:
    lonely = Library.open([write_decks(tmp_path / "decks", plain=plain_deck("a"))], None)
    assert look(lonely).next_due is None
    assert look(lonely, {"plain/a": Record(suspended=True)}).next_due is None


def test_next_due_is_the_earliest_of_steps_and_study_days(tmp_path: Path) -> None:
    library = Library.open([write_decks(tmp_path / "decks", plain=plain_deck("a", "b"))], None)
    later = START + timedelta(hours=2)
    step = Record(Memory(State.LEARNING, 1, 1.0, 5.0, later, DAY, START, DAY, 1, 0))
    in_three_days = due_on(DAY + timedelta(days=3))
    assert look(library, {"plain/a": step, "plain/b": in_three_days}).next_due == later
    assert look(library, {"plain/a": in_three_days, "plain/b": in_three_days}).next_due == datetime(
        2026, 3, 13, 4, tzinfo=UTC
    )
    buried = Record(in_three_days.memory, buried_until=DAY + timedelta(days=5))
    assert look(library, {"plain/a": buried, "plain/b": Record(suspended=True)}).next_due == datetime(
        2026, 3, 15, 4, tzinfo=UTC
    )


def test_a_streak_is_study_days_in_a_row_up_to_today_or_yesterday(library: Library) -> None:
    assert streak(library) == 0
    assert streak(library, 0) == 1
    assert streak(library, 0, 1, 2, 4) == 3
    assert streak(library, 1, 2) == 2
    assert streak(library, 2, 3) == 0


def test_a_glance_at_a_database_says_what_an_open_store_says(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    library, path = world.library(), tmp_path / "studytui.db"
    assert glance_overview(library, tmp_path / "none.db", SETTINGS, START) == look(library)
    session = world.session()
    session.grade("right")
    session.rate(Rating.GOOD)
    seen = glance_overview(library, path, SETTINGS, START)
    assert seen == overview(library, world.store.records(), world.store.days(), SETTINGS, START)
    assert (seen.reviewed_today, seen.counts.learning, seen.streak_days) == (1, 1, 1)


def test_counts_by_deck_are_those_of_a_session_on_that_deck(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    session = world.session()
    session.grade("right")
    session.rate(Rating.GOOD)
    world.clock.advance(minutes=3)
    seen = glance_overview(world.library(), tmp_path / "studytui.db", world.settings, world.clock())
    assert seen.counts == world.session().counts
    for deck in seen.decks:
        counts = world.session(decks=frozenset({deck.id})).counts
        assert Counts(deck.new, deck.learning, deck.due) == counts


def test_an_overview_imports_nothing_that_the_first_paint_cannot_wait_for() -> None:
    heavy = "{'sqlalchemy', 'alembic', 'pydantic', 'yaml', 'fsrs_rs_python', 'torch', 'numpy', 'click'}"
    code = f"import studytui.overview, studytui.cards.library, sys; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_kernels_are_offered_where_triton_is_installed_and_keep_their_history_where_it_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernels = TENSORS.replace("deck: tensors", "deck: kernels")
    kernels = kernels.replace("    function:", "    by_hand: triton\n    function:")
    library = Library.open([write_decks(tmp_path / "decks", kernels=kernels)], None)
    begun = {"kernels/view": due_on(DAY)}

    def seen(*, installed: bool) -> DeckCounts:
        found = ModuleSpec("triton", None, origin="triton/__init__.py") if installed else None
        monkeypatch.setattr("importlib.util.find_spec", lambda _: found)
        assert candidates(library, begun)["kernels/view"].memory == begun["kernels/view"].memory
        return look(library, begun).decks[0]

    assert seen(installed=True) == DeckCounts("kernels", "Tensors by hand", new=1, learning=0, due=1, total=3)
    assert seen(installed=False) == DeckCounts("kernels", "Tensors by hand", new=2, learning=0, due=0, total=3)
    assert look(library).decks[0].new == 2  # its sibling, and the card about something else


def test_a_list_says_of_every_card_how_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    kernel = TENSORS.replace("deck: tensors", "deck: kernels").replace(
        "    function:", "    by_hand: triton\n    function:"
    )
    names = ("a", "b", "c", "d", "e", "f", "g")
    library = Library.open([write_decks(tmp_path / "decks", plain=plain_deck(*names), z=kernel)], None)
    learning = Memory(State.LEARNING, 0, 1.0, 5.0, START, DAY, START, DAY, 1, 0)
    due = due_on(DAY - timedelta(days=3))
    records = {
        "plain/b": Record(learning),
        "plain/c": due,
        "plain/d": due_on(DAY + timedelta(days=9)),
        "plain/e": Record(due.memory, suspended=True),
        "plain/f": Record(due.memory, buried_until=DAY + timedelta(days=1)),
        "plain/g": Record(None, buried_until=DAY + timedelta(days=1)),
        "kernels/view": due,
    }
    rows = card_rows(library, records, SETTINGS, START)
    assert [row.entry.id for row in rows] == [
        *(f"plain/{name}" for name in names),
        *(entry.id for entry in library.decks[1].entries),
    ]
    assert [(row.standing, row.days) for row in rows[:8]] == [
        (Standing.NEW, 0),
        (Standing.LEARNING, 0),
        (Standing.DUE, 0),
        (Standing.LATER, 9),
        (Standing.SUSPENDED, 0),
        (Standing.LATER, 1),
        (Standing.NEW, 0),
        (Standing.NEEDS, 0),
    ]
    assert {row.entry.deck for row in card_rows(library, records, SETTINGS, START, "kernels")} == {"kernels"}


def test_the_list_read_from_the_file_is_that_of_the_store(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    assert all(
        row.standing is Standing.NEW for row in glance_cards(world.library(), tmp_path / "none.db", SETTINGS, START)
    )
    world.store.suspend("tensors/view", suspended=True)
    rows = glance_cards(world.library(), world.store.path, world.settings, START, "tensors")
    assert [row.standing for row in rows] == [Standing.SUSPENDED, Standing.NEW, Standing.NEW]
