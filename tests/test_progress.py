"""How learning goes: sums over the log and the memories, on a log as long as years of study leave."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from session_world import START, make_world, plain_deck

from studytui.scheduling.types import Memory, Rating, State
from studytui.session.progress import AHEAD, Recall, progress
from studytui.store.rows import from_memory, from_time
from studytui.store.types import Review

if TYPE_CHECKING:
    from pathlib import Path

    from session_world import World

    from studytui.session.progress import Progress

TODAY = START.date()
LONG = 50_000
CARDS = 500


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def memory(due: date, last: date, reps: int = 3, state: State = State.REVIEW, stability: float = 10.0) -> Memory:
    step = None if state is State.REVIEW else 0
    return Memory(state, step, stability, 5.0, at_noon(due), due, at_noon(last), last, reps, 0)


def look(world: World) -> Progress:
    return progress(world.library(), world.store, world.scheduler(), world.settings, world.clock())


def rate(world: World, card: str, *ratings: Rating, days: int = 0) -> None:
    """Review a card, each time `days` study days before or after it is due, and leave the clock there."""
    for rating in ratings:
        before = world.store.records().get(card)
        known = before.memory if before else None
        if known is not None:
            world.clock.now = at_noon(known.due_day + timedelta(days=days))
        now, day = world.clock(), world.clock().date()
        after = world.scheduler().next_memories(card, known, now, day)[rating]
        world.store.record(Review(card, rating, None, now, day, 5.0, None, None, after))


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path, plain=plain_deck("a", "b", "c"), other=plain_deck("d", deck="other"))
    made.set(learning_steps=(), relearning_steps=())
    return made


def test_of_nothing_reviewed_there_is_nothing_to_sum(world: World) -> None:
    seen = look(world)
    assert (seen.done, seen.recent, seen.ever) == ({}, Recall(0, 0), Recall(0, 0))
    assert seen.due == (0,) * AHEAD
    assert [(deck.title, deck.learned, deck.total, deck.known, deck.lasts) for deck in seen.decks] == [
        ("Plain", 0, 1, None, None),
        ("Plain", 0, 3, None, None),
    ]


def test_retention_counts_due_reviews_alone_and_not_what_was_taken_back(world: World) -> None:
    rate(world, "plain/a", Rating.GOOD)  # new: says nothing
    rate(world, "plain/a", Rating.GOOD, Rating.AGAIN)
    assert look(world).ever == Recall(2, 1)
    rate(world, "plain/a", Rating.HARD, days=-1)  # early
    assert look(world).ever == Recall(2, 1)
    rate(world, "plain/a", Rating.AGAIN, days=3)  # late
    assert look(world).ever == Recall(3, 1)
    world.store.undo()
    assert look(world).ever == Recall(2, 1)
    world.clock.advance(days=40)
    assert look(world).recent == Recall(0, 0)


def test_steps_say_nothing_of_retention(world: World) -> None:
    world.set(learning_steps=(60, 600), relearning_steps=(600,))
    rate(world, "plain/a", Rating.GOOD, Rating.GOOD)
    assert look(world).decks[1].learned == 1
    rate(world, "plain/b", Rating.AGAIN)
    seen = look(world)
    assert seen.ever == Recall(0, 0)
    assert seen.decks[1].learned == 1  # b is in its steps
    assert sum(seen.done.values()) == 3


def test_what_is_overdue_is_due_today_and_what_is_set_aside_never(world: World) -> None:
    rate(world, "plain/a", Rating.EASY)
    rate(world, "plain/b", Rating.GOOD)
    rate(world, "other/d", Rating.EASY)
    days = {
        card: (record.memory.due_day - TODAY).days for card, record in world.store.records().items() if record.memory
    }
    assert look(world).due == tuple(list(days.values()).count(ahead) for ahead in range(AHEAD))
    world.clock.advance(days=60)
    assert look(world).due == (3, *(0,) * (AHEAD - 1))
    world.store.suspend("plain/a", suspended=True)
    world.store.bury("plain/b", world.clock().date() + timedelta(days=1))
    assert look(world).due == (1, 1, *(0,) * (AHEAD - 2))


def test_a_deck_fades_from_day_to_day_and_lasts_as_long_as_its_memories(world: World) -> None:
    rate(world, "plain/a", Rating.EASY)
    stability = world.store.reviews()[0].memory_after.stability
    fresh = look(world).decks[1]
    assert fresh.known == pytest.approx(1.0)
    assert fresh.lasts == stability
    world.clock.advance(days=round(stability))
    faded = look(world).decks[1].known
    assert faded == pytest.approx(0.9, abs=0.01)


def fill(world: World) -> list[tuple[date, int, date | None]]:
    """A log of `LONG` reviews by SQL, each review of a card after another; (day, rating, due before) of each."""
    drawn = random.Random(7)
    before: dict[str, Memory] = {}
    rows, told = [], []
    start = TODAY - timedelta(days=LONG // 100)
    for number in range(LONG):
        card, day = f"plain/c{number % CARDS}", start + timedelta(days=number // 100)
        known, rating = before.get(card), drawn.choice((1, 2, 3, 3, 3, 4))
        after = memory(day + timedelta(days=drawn.randint(3, 7)), day, known.reps + 1 if known else 1)
        restores = {"memory": from_memory(known) if known else None, "draft": None, "buried": {}, "until": None}
        rows.append(
            {
                **from_memory(after),
                "kind": "review",
                "card": card,
                "rating": rating,
                "at": from_time(at_noon(day)),
                "day": day.isoformat(),
                "seconds": 5.0,
                "state_before": known.state.value if known else None,
                "restores": json.dumps(restores),
            }
        )
        told.append((day, rating, known.due_day if known else None))
        before[card] = after
    names = list(rows[0])
    raw = world.store._database.raw
    raw.execute("BEGIN")
    raw.executemany(
        f"INSERT INTO reviews ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})", rows
    )
    columns = ", ".join(from_memory(next(iter(before.values()))))
    raw.executemany(
        f"INSERT INTO memory (card, {columns}) VALUES ({', '.join('?' * 11)})",
        [(card, *from_memory(known).values()) for card, known in before.items()],
    )
    raw.execute("COMMIT")
    return told


def test_years_of_reviews_are_summed_up_as_one_by_one(tmp_path: Path) -> None:
    world = make_world(tmp_path, plain=plain_deck(*(f"c{number}" for number in range(CARDS))))
    told = fill(world)
    seen = look(world)
    due = [(day, rating) for day, rating, was_due in told if was_due is not None and was_due <= day]
    recent = [rating for day, rating in due if day > TODAY - timedelta(days=30)]
    assert 0 < len(recent) < len(due) < LONG
    assert seen.ever == Recall(len(due), sum(rating > 1 for _, rating in due))
    assert seen.recent == Recall(len(recent), sum(rating > 1 for rating in recent))
    assert sum(seen.done.values()) == LONG
    assert seen.decks[0].learned == CARDS
    assert sum(seen.due) == CARDS
