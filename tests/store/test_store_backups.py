"""Copies of the database: one a day, whole, the newest kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from store_building import NOW, Learner, content, open_store, sqlite, studied

from studytui.errors import StoreError
from studytui.store import backups
from studytui.store.files import backups_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "studytui.db"


def names(folder: Path) -> list[str]:
    return sorted(found.name for found in folder.iterdir()) if folder.exists() else []


def test_there_is_nothing_to_back_up_in_a_new_database(path: Path) -> None:
    open_store(path).close()
    open_store(path).close()

    assert names(backups_folder(path)) == []


def test_opening_backs_up_once_a_day(path: Path) -> None:
    studied(path)
    old = content(path)
    for hours in (0, 1, 14, 15, 38, 39):  # at 23:30 UTC and at 00:30, twice
        open_store(path, now=NOW + timedelta(hours=hours)).close()

    days = ["studytui-2026-11-24.db", "studytui-2026-11-25.db", "studytui-2026-11-26.db"]
    assert names(backups_folder(path)) == days
    assert content(backups_folder(path) / "studytui-2026-11-24.db") == old


def test_a_copy_asked_for_stands_for_that_days_copy(path: Path) -> None:
    studied(path)
    with open_store(path, readonly=True) as store:
        copy = store.backup(backups_folder(path))
    open_store(path).close()

    assert names(backups_folder(path)) == [copy.name] == ["studytui-2026-11-24T093000Z.db"]


def test_the_newest_ten_are_kept_and_nothing_else_is_touched(path: Path) -> None:
    studied(path)
    folder = backups_folder(path)
    folder.mkdir()
    others = ["notes.txt", "other-2020-01-01.db", "studytui-2020-01-01T000000Z-before-0002.db"]
    for name in others:
        (folder / name).touch()
    for days in range(15):
        open_store(path, now=NOW + timedelta(days=days)).close()

    kept = [f"studytui-{(NOW + timedelta(days=days)).date()}.db" for days in range(5, 15)]
    assert names(folder) == sorted(kept + others)


def test_a_copy_is_one_file_that_opens_by_itself(path: Path, tmp_path: Path) -> None:
    with open_store(path) as store:
        learner = Learner(store)
        learner.rate("deck/card-0")
        copy = store.backup(tmp_path / "elsewhere" / "deep")
        learner.rate("deck/card-1")

    assert names(copy.parent) == [copy.name]
    with sqlite(copy) as opened:
        assert opened.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert opened.execute("SELECT card FROM reviews").fetchall() == [("deck/card-0",)]


def test_a_copy_can_be_made_while_another_writes(path: Path, tmp_path: Path) -> None:
    studied(path)
    old = content(path)
    with open_store(path) as store, sqlite(path) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM memory")

        copy = store.backup(tmp_path / "copies")

    assert content(copy) == old


def test_a_copy_that_fails_midway_leaves_no_trace_and_the_older_ones(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied(path)
    open_store(path).close()
    before = names(backups_folder(path))

    def out_of_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "_sync", out_of_room)
    with open_store(path, now=NOW + timedelta(days=1)) as store:
        problem = store.backup_problem
        assert len(store.reviews()) == 3

    assert problem is not None
    assert "No space left" in problem.message
    assert names(backups_folder(path)) == before


def test_a_damaged_database_does_not_push_out_good_copies(path: Path) -> None:
    studied(path, reviews=200)
    for days in range(10):
        open_store(path, now=NOW + timedelta(days=days)).close()
    good = names(backups_folder(path))
    with sqlite(path) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'memory'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)

    with open_store(path, now=NOW + timedelta(days=10)) as store:
        assert store.backup_problem is not None
        with pytest.raises(StoreError, match="is damaged"):
            store.backup(backups_folder(path))

    assert names(backups_folder(path)) == good


def test_what_a_killed_backup_left_is_cleared_away_a_day_later(path: Path) -> None:
    studied(path)
    folder = backups_folder(path)
    folder.mkdir()
    left = folder / ".studytui-2026-11-23.db.abc123.partial"
    under_way = folder / ".studytui-2026-11-24.db.def456.partial"
    left.touch()
    under_way.touch()

    open_store(path).close()

    assert names(folder) == [under_way.name, "studytui-2026-11-24.db"]


def test_a_day_is_the_days_of_utc_wherever_the_clock_stands(path: Path) -> None:
    studied(path)
    evening_in_honolulu = datetime.fromisoformat("2026-11-23T23:30:00-10:00")
    assert evening_in_honolulu.astimezone(UTC).date() == NOW.date()

    open_store(path, now=evening_in_honolulu).close()
    open_store(path).close()

    assert names(backups_folder(path)) == ["studytui-2026-11-24.db"]


def test_a_backup_where_none_can_be_made_is_told(path: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with open_store(path) as store, pytest.raises(StoreError, match="taken is a file, not a folder"):
        store.backup(tmp_path / "taken")

    with sqlite(path) as connection:
        assert connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
