"""What the first paint reads: the same as the store, without SQLAlchemy, and writing nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from store_building import DAY, TOMORROW, Learner, open_store, sqlite, studied, told_by_child

from studytui.errors import StoreError
from studytui.scheduling.types import Rating
from studytui.store.glance import Glance, glance
from studytui.store.rows import to_records
from studytui.store.schema import REVISIONS
from studytui.store.types import DayTally, Record

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "studytui.db"


def test_a_glance_sees_what_the_store_sees(path: Path) -> None:
    with open_store(path) as store:
        learner = Learner(store, day=DAY - timedelta(days=1))
        learner.rate("deck/a", bury=["deck/b"], until=TOMORROW)
        learner.rate("deck/a", Rating.AGAIN)
        learner.day = DAY
        learner.rate("deck/a")
        learner.rate("deck/c")
        store.undo()
        store.suspend("deck/a", suspended=True)
        store.suspend("deck/d", suspended=True)

        records, days = glance(path)

        assert records == store.records()
        assert days == store.days() == (DayTally(DAY, 0, 0, 1), DayTally(DAY - timedelta(days=1), 1, 0, 2))


def test_nothing_is_there_before_the_first_review_and_nothing_is_made(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    new = tmp_path / "new.db"
    open_store(new).close()

    for path in (tmp_path / "missing.db", tmp_path / "no" / "folder" / "missing.db", empty, new):
        assert glance(path) == Glance({}, ())

    assert sorted(found.name for found in tmp_path.iterdir() if found.suffix == ".db") == ["empty.db", "new.db"]


def test_a_glance_works_while_another_writes_and_sees_what_is_committed(path: Path) -> None:
    with open_store(path) as store:
        Learner(store).rate("deck/a")
        with sqlite(path) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("DELETE FROM memory")

            assert list(glance(path, wait=0.0).records) == ["deck/a"]


def test_records_and_days_are_of_one_moment_whoever_writes_in_between(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(path) as store:
        learner = Learner(store)
        learner.rate("deck/a")

        def read_then_write(rows: Any) -> dict[str, Record]:
            records = to_records(rows)
            learner.rate("deck/b")
            return records

        monkeypatch.setattr("studytui.store.glance.to_records", read_then_write)
        records, days = glance(path)

    assert list(records) == ["deck/a"]
    assert days == (DayTally(DAY, 1, 0, 1),)


def test_a_glance_writes_nothing(path: Path) -> None:
    studied(path)
    before = path.read_bytes()

    glance(path)

    assert path.read_bytes() == before


def test_a_glance_imports_no_sqlalchemy(path: Path) -> None:
    studied(path)

    modules = told_by_child("modules_after_glance", path)

    assert "sqlite3" in modules
    heavy = {"sqlalchemy", "alembic", "pydantic", "fsrs_rs_python", "textual", "torch", "yaml", "asyncio"}
    assert not heavy.intersection(name.split(".")[0] for name in modules)


def test_whatever_is_wrong_is_one_clear_error(path: Path, tmp_path: Path) -> None:
    def told(place: Path) -> str:
        with pytest.raises(StoreError) as caught:
            glance(place, wait=0.0)
        assert caught.value.hint
        return caught.value.message

    (tmp_path / "folder.db").mkdir()
    (tmp_path / "garbage.db").write_bytes(b"no database " * 1000)
    with sqlite(tmp_path / "theirs.db") as other:
        other.execute("CREATE TABLE bookmarks (url)")
    studied(tmp_path / "value.db")
    with sqlite(tmp_path / "value.db") as other:
        other.execute("UPDATE memory SET state = 'asleep'")
    studied(tmp_path / "newer.db")
    with sqlite(tmp_path / "newer.db") as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    studied(tmp_path / "cut.db", reviews=30)
    (tmp_path / "cut.db").write_bytes((tmp_path / "cut.db").read_bytes()[:30_000])
    studied(path)

    assert "is a folder" in told(tmp_path / "folder.db")
    assert "is a file, not a folder" in told(tmp_path / "garbage.db" / "studytui.db")
    assert "is not an SQLite database" in told(tmp_path / "garbage.db")
    assert "not one of studytui's" in told(tmp_path / "theirs.db")
    assert "never writes" in told(tmp_path / "value.db")
    assert "newer studytui" in told(tmp_path / "newer.db")
    assert "is damaged" in told(tmp_path / "cut.db")
    with sqlite(path) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        assert "is locked" in told(path)


def test_a_file_that_is_yet_to_be_migrated_is_told_and_left_as_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied(path)
    before = path.read_bytes()
    monkeypatch.setattr("studytui.store.schema.REVISIONS", (*REVISIONS, "9999"))

    with pytest.raises(StoreError, match="older studytui") as caught:
        glance(path)

    assert "when you begin to study" in caught.value.hint
    assert path.read_bytes() == before
