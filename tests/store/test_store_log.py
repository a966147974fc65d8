"""The log of reviews, and what undo and rebuild make of it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from store_building import DAY, NOW, TOMORROW, Learner, an_attempt, content, open_store, sqlite, studied

from studytui.errors import StoreError
from studytui.scheduling.scheduler import Scheduler
from studytui.scheduling.types import Memory, Rating, Today
from studytui.settings import SchedulingSettings
from studytui.store.store import DayTally, Record, Review, Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VIEW, CLAMP, CAT = "tensors/view", "tensors/clamp-what", "tensors/cat"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "studytui.db") as opened:
        yield opened


@pytest.fixture
def learner(store: Store) -> Learner:
    return Learner(store)


def memory_of(store: Store, card: str) -> Memory | None:
    return store.records().get(card, Record()).memory


def test_a_review_is_logged_as_it_was_and_its_memory_is_remembered(store: Store, learner: Learner) -> None:
    attempt_id = store.save_attempt(an_attempt(VIEW))

    review = learner.rate(VIEW, attempt_id=attempt_id)

    assert store.reviews() == [review]
    assert store.records() == {VIEW: Record(review.memory_after)}


def test_reviews_come_oldest_first_and_by_card(store: Store, learner: Learner) -> None:
    taken = [learner.rate(card) for card in (VIEW, CLAMP, VIEW)]

    assert store.reviews() == taken
    assert store.reviews(VIEW) == [taken[0], taken[2]]
    assert store.reviews("tensors/unknown") == []


def test_a_time_of_any_zone_is_the_same_instant_when_it_comes_back_in_utc(store: Store, learner: Learner) -> None:
    learner.now = datetime(2026, 11, 24, 18, 30, 0, 1, tzinfo=timezone(timedelta(hours=9)))

    review = learner.rate(VIEW)

    kept = store.reviews()[0].at
    assert kept == review.at
    assert kept.tzinfo is UTC


def test_a_time_without_zone_is_refused_and_nothing_saved(store: Store, learner: Learner) -> None:
    learner.now = NOW.replace(tzinfo=None)

    with pytest.raises(ValueError, match="no time zone"):
        learner.rate(VIEW)

    assert store.records() == {}


def test_nobody_can_change_or_delete_the_log_by_sql(store: Store, learner: Learner) -> None:
    learner.rate(VIEW, attempt_id=store.save_attempt(an_attempt()))

    with sqlite(store.path) as other:
        for statement in (
            "UPDATE reviews SET rating = 4",
            "DELETE FROM reviews",
            "UPDATE attempts SET outcome = 'passed'",
            "DELETE FROM attempts",
        ):
            with pytest.raises(sqlite3.IntegrityError, match=r"are never (changed|deleted)"):
                other.execute(statement)


def test_our_own_replace_cannot_slip_past_the_triggers(store: Store, learner: Learner) -> None:
    learner.rate(VIEW)

    with pytest.raises(sqlite3.IntegrityError, match="are never deleted"):
        store._database.raw.execute("REPLACE INTO reviews SELECT * FROM reviews")


def test_a_review_that_lacks_its_memory_or_rating_cannot_get_into_the_log(store: Store, learner: Learner) -> None:
    learner.rate(VIEW)
    raw = store._database.raw
    columns = [row[1] for row in raw.execute("PRAGMA table_info(reviews)")]

    for missing in ("rating", "seconds", "restores", "state", "stability", "due", "last_review", "reps"):
        values = ["NULL" if column in {missing, "id"} else column for column in columns]
        with pytest.raises(sqlite3.IntegrityError, match="review_or_undo"):
            raw.execute(f"INSERT INTO reviews SELECT {', '.join(values)} FROM reviews WHERE id = 1")


def test_a_review_of_an_attempt_that_is_not_there_is_refused(store: Store, learner: Learner) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        learner.rate(VIEW, attempt_id=99)

    assert store.reviews() == []


# Undo


def test_undo_of_an_empty_log_does_nothing(store: Store) -> None:
    assert store.undo() is None


def test_several_undos_in_a_row_restore_each_memory_exactly(store: Store, learner: Learner) -> None:
    seen = [store.records()]
    for card, rating in ((VIEW, 3), (CLAMP, 1), (VIEW, 4), (VIEW, 1), (CLAMP, 2)):
        learner.rate(card, Rating(rating))
        seen.append(store.records())

    for before, review in zip(reversed(seen[:-1]), reversed(learner.taken), strict=True):
        assert store.undo() == review
        assert store.records() == before

    assert store.undo() is None


def test_undo_leaves_the_review_in_the_log_beside_a_row_that_takes_it_back(store: Store, learner: Learner) -> None:
    learner.rate(VIEW)
    store.undo()

    with sqlite(store.path) as other:
        rows = other.execute("SELECT id, kind, undoes, card, at FROM reviews").fetchall()

    assert [row[:4] for row in rows] == [(1, "review", None, VIEW), (2, "undo", 1, VIEW)]
    assert datetime.fromisoformat(rows[1][4]) == NOW


def test_a_card_can_be_rated_again_after_undo(store: Store, learner: Learner) -> None:
    first = learner.rate(VIEW)
    learner.rate(VIEW, Rating.AGAIN)
    store.undo()

    again = learner.rate(VIEW, Rating.EASY)

    assert store.reviews() == [first, again]
    assert memory_of(store, VIEW) == again.memory_after
    assert store.undo() == again
    assert memory_of(store, VIEW) == first.memory_after


def test_undo_restores_what_a_rebuild_had_made_of_the_memory(store: Store, learner: Learner) -> None:
    learner.rate(VIEW)
    store.rebuild(Scheduler(SchedulingSettings(desired_retention=0.8)))
    rebuilt = memory_of(store, VIEW)
    learner.rate(VIEW)

    store.undo()

    assert memory_of(store, VIEW) == rebuilt


def test_undo_survives_closing(tmp_path: Path) -> None:
    taken = studied(tmp_path / "studytui.db", reviews=3)

    with open_store(tmp_path / "studytui.db") as store:
        assert store.undo() == taken[2]
    with open_store(tmp_path / "studytui.db") as store:
        assert store.undo() == taken[1]
        assert store.reviews() == taken[:1]


# Siblings


def test_siblings_are_buried_with_the_review_and_released_by_undo(store: Store, learner: Learner) -> None:
    learner.rate(VIEW, bury=[CLAMP, CAT], until=TOMORROW)
    buried = {card: record.buried_until for card, record in store.records().items()}
    store.undo()

    assert buried == {VIEW: None, CLAMP: TOMORROW, CAT: TOMORROW}
    assert store.records() == {}


def test_a_sibling_buried_for_longer_stays_so_through_review_and_undo(store: Store, learner: Learner) -> None:
    later = TOMORROW + timedelta(days=5)
    store.bury(CLAMP, later)
    learner.rate(VIEW, bury=[CLAMP], until=TOMORROW)
    assert store.records()[CLAMP].buried_until == later

    store.undo()

    assert store.records()[CLAMP].buried_until == later


def test_undo_gives_a_sibling_the_burial_it_had(store: Store, learner: Learner) -> None:
    store.bury(CLAMP, DAY)
    learner.rate(VIEW, bury=[CLAMP], until=TOMORROW)

    store.undo()

    assert store.records()[CLAMP].buried_until == DAY


def test_undo_leaves_alone_what_the_learner_did_to_a_sibling_since(store: Store, learner: Learner) -> None:
    learner.rate(VIEW, bury=[CLAMP, CAT], until=TOMORROW)
    store.bury(CLAMP, date(2027, 1, 1))
    store.suspend(CAT, suspended=True)

    store.undo()

    assert store.records() == {
        CLAMP: Record(buried_until=date(2027, 1, 1)),
        CAT: Record(suspended=True, buried_until=None),
    }


def test_cards_are_not_buried_without_a_day(store: Store, learner: Learner) -> None:
    with pytest.raises(ValueError, match="until"):
        learner.rate(VIEW, bury=[CLAMP])


def test_suspending_and_burying_leave_memory_and_each_other_alone(store: Store, learner: Learner) -> None:
    review = learner.rate(VIEW)
    store.suspend(VIEW, suspended=True)
    store.bury(VIEW, TOMORROW)
    assert store.records() == {VIEW: Record(review.memory_after, suspended=True, buried_until=TOMORROW)}

    store.suspend(VIEW, suspended=False)

    assert store.records() == {VIEW: Record(review.memory_after, suspended=False, buried_until=TOMORROW)}


# Drafts, attempts, state


def test_a_draft_is_kept_until_the_review_and_given_back_by_undo(store: Store, learner: Learner) -> None:
    store.save_draft(VIEW, "def view", NOW)
    store.save_draft(VIEW, "def view(x): 'é한\x00'", NOW)
    store.save_draft(CLAMP, "other", NOW)
    learner.rate(VIEW)
    assert store.draft(VIEW) is None

    store.undo()

    assert store.draft(VIEW) == "def view(x): 'é한\x00'"
    assert store.draft(CLAMP) == "other"


def test_undo_does_not_overwrite_a_newer_draft(store: Store, learner: Learner) -> None:
    store.save_draft(VIEW, "old", NOW)
    learner.rate(VIEW)
    store.save_draft(VIEW, "newer", NOW)

    store.undo()

    assert store.draft(VIEW) == "newer"


def test_a_cleared_draft_is_gone(store: Store) -> None:
    store.save_draft(VIEW, "text", NOW)
    store.clear_draft(VIEW)

    assert store.draft(VIEW) is None


def test_every_attempt_is_kept_through_review_and_undo(store: Store, learner: Learner) -> None:
    tries = [an_attempt(VIEW, f"try {number}") for number in range(3)]
    ids = [store.save_attempt(attempt) for attempt in tries]
    store.save_attempt(an_attempt(CLAMP))
    learner.rate(VIEW, attempt_id=ids[-1])
    store.undo()

    assert ids == [1, 2, 3]
    assert store.attempts(VIEW) == tries


def test_text_that_utf8_cannot_hold_is_kept_readable_rather_than_lost(store: Store) -> None:
    store.save_attempt(an_attempt(VIEW, "bad \udcff byte"))
    store.save_draft(VIEW, "bad \udcff byte", NOW)

    assert store.attempts(VIEW)[0].answer == store.draft(VIEW) == "bad \\udcff byte"


def test_state_is_kept_by_key_until_forgotten(store: Store) -> None:
    assert store.get("card") is None
    store.set("card", VIEW)
    store.set("card", CLAMP)
    assert store.get("card") == CLAMP

    store.set("card", None)

    assert store.get("card") is None


# What was done on a day


def test_today_counts_new_cards_once_and_reviews_of_known_cards_net_of_undo(store: Store, learner: Learner) -> None:
    yesterday = DAY - timedelta(days=1)
    learner.day = yesterday
    learner.rate(VIEW)
    learner.rate(VIEW)
    assert store.today(DAY) == Today()

    learner.day = DAY
    learner.rate(VIEW)  # known by now: a review
    learner.rate(CLAMP, Rating.AGAIN)  # new
    learner.rate(CLAMP)  # a learning step of the same card
    learner.rate(CAT)  # new, but taken back
    store.undo()

    assert store.today(DAY) == Today(new=1, reviews=1)
    assert store.today(yesterday) == Today(new=1, reviews=0)
    assert store.days() == (
        DayTally(DAY, new=1, reviews=1, total=3),
        DayTally(yesterday, new=1, reviews=0, total=2),
    )


def test_a_card_undone_and_rated_again_is_new_once(store: Store, learner: Learner) -> None:
    learner.rate(VIEW)
    store.undo()
    learner.rate(VIEW)

    assert store.today(DAY) == Today(new=1, reviews=0)


# One transaction a review


def test_a_review_is_one_transaction_that_takes_the_write_lock_at_its_start(store: Store, learner: Learner) -> None:
    store.save_draft(VIEW, "text", NOW)
    review = learner.next_review(VIEW)
    seen: list[str] = []
    store._database.raw.set_trace_callback(seen.append)

    store.record(review, [CLAMP], TOMORROW)

    words = [statement.split()[0].upper() for statement in seen]
    assert seen[0] == "BEGIN IMMEDIATE"
    assert Counter(words)["BEGIN"] == Counter(words)["COMMIT"] == 1
    assert words[-1] == "COMMIT"


@pytest.mark.parametrize("step", ["record", "undo"])
def test_whichever_statement_fails_nothing_is_half_written(store: Store, learner: Learner, step: str) -> None:
    learner.rate(CLAMP)
    store.save_draft(VIEW, "text", NOW)
    if step == "undo":
        learner.rate(VIEW, bury=[CLAMP, CAT], until=TOMORROW)
    review = learner.next_review(VIEW)
    fails_at = 0
    done = 0

    class PulledPlugError(Exception): ...

    @event.listens_for(store._database.connection.engine, "before_cursor_execute")
    def pull_the_plug(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == fails_at:
            raise PulledPlugError

    old = content(store.path)
    finished = False
    while not finished:
        fails_at, done = fails_at + 1, 0
        try:
            store.record(review, [CLAMP, CAT], TOMORROW) if step == "record" else store.undo()
            finished = True
        except PulledPlugError:
            assert content(store.path) == old

    assert fails_at > 5
    assert content(store.path) != old


def test_a_card_reviewed_elsewhere_meanwhile_is_told_and_its_log_kept_straight(tmp_path: Path) -> None:
    with open_store(tmp_path / "x.db") as one, open_store(tmp_path / "x.db") as other:
        stale = Learner(one).next_review(VIEW)
        Learner(other).rate(VIEW)

        with pytest.raises(StoreError, match="reviewed elsewhere") as caught:
            one.record(stale)

        assert caught.value.hint
        assert len(one.reviews()) == 1
        assert one.check() == []


# Memory is a cache of the log

EVENTS = st.lists(
    st.tuples(
        st.sampled_from([VIEW, CLAMP, "undo"]),
        st.sampled_from(Rating),
        st.sampled_from([30, 700, 86_400, 400_000]),
    ),
    max_size=15,
)


@given(events=EVENTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_rebuild_from_the_log_alone_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[str, Rating, int]]
) -> None:
    scheduler = Scheduler(SchedulingSettings(timezone="Asia/Seoul"))
    now = NOW
    with open_store(tmp_path_factory.mktemp("rebuild") / "x.db") as store:
        for card, rating, seconds in events:
            now += timedelta(seconds=seconds)
            if card == "undo":
                store.undo()
                continue
            after = scheduler.next_memories(card, memory_of(store, card), now)[rating]
            store.record(Review(card, rating, None, now, after.last_day, 1.0, None, None, after))
        before = store.records()

        assert store.rebuild(scheduler) == 0
        assert store.records() == before
        assert store.check() == []

        with sqlite(store.path) as other:
            other.execute("UPDATE memory SET stability = stability + 1 WHERE card = ?", (VIEW,))
            other.execute("DELETE FROM memory WHERE card = ?", (CLAMP,))
            other.execute(
                "INSERT INTO memory SELECT 'tensors/astray', state, step, stability, difficulty, due, due_day, "
                "last_review, last_day, reps, lapses FROM memory LIMIT 1"
            )
            changed = other.execute("SELECT COUNT(*) FROM memory WHERE card = ?", (VIEW,)).fetchone()[0]
            astray = other.execute("SELECT COUNT(*) FROM memory WHERE card = 'tensors/astray'").fetchone()[0]

        assert store.rebuild(scheduler) == changed + (CLAMP in before) + astray
        assert store.records() == before


def test_a_rebuild_with_other_settings_tells_how_many_cards_it_changed(store: Store, learner: Learner) -> None:
    scheduler = Scheduler(SchedulingSettings())
    for card in (VIEW, CLAMP):
        learner.rate(card)
    logged = store.reviews()

    assert store.rebuild(scheduler) == 2
    assert store.rebuild(scheduler) == 0
    assert store.reviews() == logged


def test_the_seed_of_a_cards_numbers_is_kept_with_its_review_and_given_back_by_undo(tmp_path: Path) -> None:
    path = tmp_path / "studytui.db"
    with open_store(path) as store:
        learner = Learner(store)
        drawn = replace(learner.next_review("deck/drawn"), seed=(1 << 31) - 1)
        store.record(drawn)
        plain = learner.rate("deck/plain")

    with open_store(path) as store:
        assert store.reviews() == [drawn, plain]
        assert (store.undo(), store.undo()) == (plain, drawn)
