"""A store that is killed, and stores on one file in several threads and processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from store_building import Learner, child, open_store, studied

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "studytui.db"


def test_kill_9_amid_writing_loses_no_review_that_was_committed(path: Path) -> None:
    committed = 0
    for reviews in (1, 40, 17):
        with child("write_until_killed", path) as process:
            assert process.stdout is not None
            for _ in range(reviews):
                process.stdout.readline()
            process.kill()
            # What it had said before the signal reached it is committed too.
            rest = process.stdout.read().splitlines()
        with open_store(path) as store:
            found = len(store.reviews())
            assert store.check() == []
        committed += reviews + len([line for line in rest if line.isdigit()])
        # One more may have been committed that it did not live to tell of.
        assert committed <= found <= committed + 1
        committed = found


@pytest.mark.parametrize("statements", [pytest.param(6, id="siblings-buried"), pytest.param(7, id="review-logged")])
def test_kill_9_between_two_statements_of_a_review_leaves_nothing_of_it(path: Path, statements: int) -> None:
    taken = studied(path)
    with open_store(path) as store:
        before = store.records()

    with child("stop_midway", path, statements) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == '"midway"\n'
        process.kill()

    with open_store(path) as store:
        assert store.reviews() == taken
        assert store.records() == before
        assert store.check() == []
        Learner(store).rate("deck/card-0")


def test_two_processes_write_to_one_file_and_every_review_is_there(path: Path) -> None:
    open_store(path).close()
    with child("record_many", path, "first", 60) as first, child("record_many", path, "second", 60) as second:
        for process in (first, second):
            assert process.stdout is not None
            assert process.stdout.readline() == '"ready"\n'
        for process in (first, second):
            process.communicate("go\n")

    assert (first.returncode, second.returncode) == (0, 0)
    with open_store(path) as store:
        decks = [review.card.split("/")[0] for review in store.reviews()]
        assert (decks.count("first"), decks.count("second")) == (60, 60)
        assert store.check() == []


def test_processes_that_make_the_same_database_at_once_all_get_it(tmp_path: Path) -> None:
    processes = [child("open_many", tmp_path, 15) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == '"ready"\n'
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        with process:
            process.communicate()
        assert process.returncode == 0

    for number in range(15):
        with open_store(tmp_path / f"{number}.db") as store:
            assert store.check() == []


def test_threads_share_a_store_and_lose_nothing(path: Path) -> None:
    with open_store(path) as store:

        def study(deck: str) -> None:
            learner = Learner(store)
            for number in range(25):
                learner.rate(f"{deck}/card-{number % 3}")
                store.draft(f"{deck}/card-0")

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(study, ["one", "two", "three", "four"]))

        assert len(store.reviews()) == 100
        assert store.check() == []


def test_two_stores_on_one_file_see_each_others_reviews(path: Path) -> None:
    with open_store(path) as one, open_store(path) as other:
        first = Learner(one).rate("deck/card-0")
        second = Learner(other).rate("deck/card-0")

        assert one.reviews() == other.reviews() == [first, second]
        assert one.undo() == second
        assert other.records()["deck/card-0"].memory == first.memory_after
