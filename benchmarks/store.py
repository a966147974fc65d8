"""The store at 10,000 cards and 50,000 reviews, against bare sqlite3 doing the same in the same run.

    python benchmarks/store.py [--cards 10000] [--reviews 50000] [--rounds 400]

With TMPDIR on a file system in memory the disk drops out, and what is left of `record` is the store's own work.

`record` is compared with a loop that inserts the very same rows into a copy of the file with the same pragmas, one
transaction a review, the two taking turns; `records` with fetching the same rows and making nothing of them; imports
with that of SQLAlchemy alone. Anki's figures at 10,000 cards, for fetch and answer: 0.28 ms median, 0.5 ms p95.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from studytui.scheduling.types import Memory, Rating, State
from studytui.store import tables
from studytui.store.database import open_database
from studytui.store.glance import glance
from studytui.store.rows import DAY_SQL, MEMORY_COLUMNS, RECORDS_SQL, from_memory, from_review
from studytui.store.store import Review, Store

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
MEMORY = Memory(State.REVIEW, None, 53.62691, 6.3574867, START, START.date(), START, START.date(), reps=0, lapses=0)


def main() -> None:
    """Fill a database, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--reviews", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=400)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "studytui.db"
        fill(path, options.cards, options.reviews)
        print(f"{options.cards:,} cards, {options.reviews:,} reviews, {path.stat().st_size / 2**20:.1f} MB")
        opening(path)
        reading(path)
        recording(path, options.cards, options.rounds)
    imports()


def review_of(number: int, cards: int) -> Review:
    """The review with this number: the cards in turn, 100 a day."""
    at = START + timedelta(days=number // 100, seconds=number % 100)
    memory = replace(MEMORY, last_review=at, last_day=at.date(), reps=number // cards + 1)
    return Review(
        f"deck-{number % cards % 7}/card-{number % cards}",
        Rating.GOOD,
        Rating.GOOD,
        at,
        at.date(),
        9.5,
        "passed",
        None,
        memory,
    )


def fill(path: Path, cards: int, reviews: int) -> None:
    """What `reviews` calls of record would have left, in one transaction."""
    database = open_database(path, readonly=False, wait=1.0, now=START)
    log, memories = [], {}
    for number in range(reviews):
        review = review_of(number, cards)
        before = replace(review.memory_after, reps=review.memory_after.reps - 1) if number >= cards else None
        log.append(from_review(review, before, restores(before)))
        memories[review.card] = {"card": review.card, **from_memory(review.memory_after)}
    with database.transaction(write=True) as connection:
        connection.execute(insert(tables.reviews), log)
        connection.execute(insert(tables.memory), list(memories.values()))
    database.close()


def restores(before: Memory | None) -> dict[str, Any]:
    """What record keeps for undo where there was no draft and nothing was buried."""
    return {"memory": before and from_memory(before), "draft": None, "buried": {}, "until": None}


def opening(path: Path) -> None:
    """The first opening of a day makes a backup; the others only look."""
    first = timed(lambda: Store.open(path).close())
    others = median(timed(lambda: Store.open(path).close()) for _ in range(15))
    bare = median(
        timed(lambda: sqlite3.connect(path).execute("SELECT 1 FROM reviews").connection.close()) for _ in range(15)
    )
    print(f"open, first of the day, with backup     {first * 1e3:8.1f} ms")
    line("open and close", others, bare)


def reading(path: Path) -> None:
    """Everything a session begins with."""
    with closing(sqlite3.connect(path)) as bare, Store.open(path, readonly=True) as store:
        rows = median(timed(lambda: bare.execute(RECORDS_SQL).fetchall()) for _ in range(9))
        line("records()", median(timed(store.records) for _ in range(9)), rows)
        line("glance(), records and days", median(timed(lambda: glance(path)) for _ in range(9)), rows)
        day = START.date()
        one_day = median(timed(lambda: bare.execute(DAY_SQL, (day.isoformat(),)).fetchall()) for _ in range(99))
        line("today()", median(timed(lambda: store.today(day)) for _ in range(99)), one_day)


def recording(path: Path, cards: int, rounds: int) -> None:
    """One review, committed to the disk: through the store, and as bare inserts, in turns."""
    twin = path.with_name("twin.db")
    shutil.copy(path, twin)
    columns = [column.name for column in tables.reviews.columns if column.name not in {"id", "undoes"}]
    log = f"INSERT INTO reviews ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"
    remember = (
        f"INSERT INTO memory (card, {', '.join(MEMORY_COLUMNS)}) "
        f"VALUES (:card, {', '.join(':' + name for name in MEMORY_COLUMNS)}) "
        f"ON CONFLICT (card) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in MEMORY_COLUMNS)}"
    )
    ours, theirs, undone = [], [], []
    with closing(sqlite3.connect(twin, isolation_level=None)) as bare, Store.open(path) as store:
        bare.execute("PRAGMA synchronous = FULL")
        bare.execute("PRAGMA foreign_keys = ON")
        done = len(store.reviews())
        for number in range(done, done + rounds):
            review = review_of(number, cards)
            before = replace(review.memory_after, reps=review.memory_after.reps - 1)
            row = from_review(review, before, restores(before))

            def insert_it(row: dict[str, Any] = row) -> None:
                bare.execute("BEGIN IMMEDIATE")
                bare.execute(log, row)
                bare.execute(remember, row)
                bare.execute("COMMIT")

            def record_it(review: Review = review) -> None:
                store.record(review)

            ours.append(timed(record_it))
            theirs.append(timed(insert_it))
        undone = [timed(store.undo) for _ in range(min(rounds, 100))]
    line("record(), median", median(ours), median(theirs))
    line("record(), p95", quantiles(ours, n=20)[-1], quantiles(theirs, n=20)[-1])
    line("undo(), median", median(undone), median(theirs))


def imports() -> None:
    """What importing costs a fresh Python, above an empty program."""
    empty = started("pass")
    sqlalchemy = started("import sqlalchemy") - empty
    line("import studytui.store.store", started("import studytui.store.store") - empty, sqlalchemy, "sqlalchemy alone")
    line(
        "import studytui.store.glance", started("import studytui.store.glance") - empty, sqlalchemy, "sqlalchemy alone"
    )


def started(code: str) -> float:
    """Seconds a Python takes to run `code`, median of nine."""
    return median(timed(lambda: subprocess.run([sys.executable, "-c", code], check=True)) for _ in range(9))


def timed(function: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = perf_counter()
    function()
    return perf_counter() - start


def line(what: str, ours: float, theirs: float, peer: str = "bare sqlite3") -> None:
    """One row of the table: milliseconds, and how many times the peer's."""
    print(f"{what:38}  {ours * 1e3:8.3f} ms   {peer} {theirs * 1e3:8.3f} ms   × {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
