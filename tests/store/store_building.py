"""Reviews to put into a store, and children to share it with."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studytui.scheduling.types import Memory, Rating, State
from studytui.store.store import Attempt, Record, Review, Store

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

NOW = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)
DAY = date(2026, 11, 24)
TOMORROW = DAY + timedelta(days=1)


def memory_after(before: Memory | None, rating: Rating, at: datetime, day: date) -> Memory:
    """Some memory, different for every history, with the awkward floats that FSRS gives."""
    reps = 1 if before is None else before.reps + 1
    known = rating is not Rating.AGAIN and reps > 1
    return Memory(
        state=State.REVIEW if known else State.LEARNING,
        step=None if known else 0,
        stability=(1.0 if before is None else before.stability) * (rating + 0.1) / 3,
        difficulty=10 - rating / 7,
        due=at + timedelta(minutes=10, microseconds=reps),
        due_day=day + timedelta(days=reps if known else 0),
        last_review=at,
        last_day=day,
        reps=reps,
        lapses=0 if before is None else before.lapses + (rating is Rating.AGAIN),
    )


@dataclass
class Learner:
    """Reviews cards one after another, a minute each, beginning at `NOW` unless told otherwise."""

    store: Store
    now: datetime = NOW
    day: date = DAY
    taken: list[Review] = field(default_factory=list)

    def rate(
        self,
        card: str,
        rating: Rating = Rating.GOOD,
        *,
        bury: Collection[str] = (),
        until: date | None = None,
        attempt_id: int | None = None,
    ) -> Review:
        review = self.next_review(card, rating, attempt_id=attempt_id)
        self.store.record(review, bury, until)
        self.taken.append(review)
        return review

    def next_review(self, card: str, rating: Rating = Rating.GOOD, *, attempt_id: int | None = None) -> Review:
        self.now += timedelta(minutes=1)
        before = self.store.records().get(card, Record()).memory
        return Review(
            card=card,
            rating=rating,
            suggested=Rating.HARD,
            at=self.now,
            day=self.day,
            seconds=12.5,
            verdict="passed",
            attempt_id=attempt_id,
            memory_after=memory_after(before, rating, self.now, self.day),
        )


def open_store(path: Path, *, readonly: bool = False, wait: float = 0.0, now: datetime = NOW) -> Store:
    """A store whose clock stands still, and that waits for nobody unless told to."""
    return Store.open(path, readonly=readonly, wait=wait, clock=lambda: now)


def an_attempt(card: str = "tensors/view", answer: str = "def view(x): ...") -> Attempt:
    return Attempt(
        card=card,
        at=NOW,
        answer=answer,
        outcome="wrong",
        verdict='{"outcome": "wrong"}',
        seconds=3.25,
        hints=2,
        solution_shown=True,
    )


def studied(path: Path, reviews: int = 3) -> list[Review]:
    """Make a database with a few reviews, and close it."""
    with open_store(path) as store:
        learner = Learner(store)
        for number in range(reviews):
            learner.rate(f"deck/card-{number % 2}")
    return learner.taken


@contextmanager
def sqlite(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as any other program would open it."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        yield connection


def content(path: Path) -> list[str]:
    """All that is in the file, as SQL."""
    with sqlite(path) as connection:
        return list(connection.iterdump())


def child(command: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Start a command of `store_child` in a process of its own, to be talked to over pipes."""
    script = Path(__file__).with_name("store_child.py")
    return subprocess.Popen(
        [sys.executable, str(script), command, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def told_by_child(command: str, *arguments: object) -> Any:
    """What a command of `store_child` has to say, as JSON; it must not fail."""
    with child(command, *arguments) as process:
        out, _ = process.communicate()
    assert process.returncode == 0, out
    return json.loads(out)
