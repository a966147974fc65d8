"""Files that cannot be used: one clear error each, with what to do, and nothing lost."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import pytest
from store_building import NOW, Learner, content, open_store, sqlite, studied, told_by_child

from studytui.errors import StoreError
from studytui.store.files import backups_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "studytui.db"


def refused(path: Path, *, readonly: bool = False) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(path, readonly=readonly)
    return caught.value


# Locked


def test_a_write_lock_held_by_another_is_told_with_how_long_we_waited(path: Path) -> None:
    taken = studied(path)
    with open_store(path, wait=0.01) as store, sqlite(path) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match=r"is locked.* 0\.01 s") as caught:
            Learner(store).rate("deck/card-0")
        assert "Close the other" in caught.value.hint
        assert store.reviews() == taken

        other.execute("ROLLBACK")
        assert Learner(store).rate("deck/card-0") == store.reviews()[-1]


def test_one_that_only_reads_keeps_nobody_from_writing(path: Path) -> None:
    taken = studied(path)
    with open_store(path) as store, sqlite(path) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM reviews").fetchone()

        store.set("key", "value")

        assert len(store.reviews()) == len(taken)


def test_opening_waits_for_nobody_who_writes(path: Path) -> None:
    studied(path)
    with sqlite(path) as other:
        other.execute("BEGIN IMMEDIATE")

        with open_store(path) as store:
            assert store.check() == []


def test_a_file_that_another_has_to_itself_is_told_as_locked(path: Path) -> None:
    studied(path)
    with sqlite(path) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")

        assert "is locked" in refused(path).message


# Damaged


@pytest.mark.parametrize("readonly", [False, True])
def test_bytes_that_are_no_database_are_refused_and_left_as_they_are(path: Path, *, readonly: bool) -> None:
    garbage = bytes(range(256)) * 64
    path.write_bytes(garbage)

    error = refused(path, readonly=readonly)

    assert error.message == f"{path} is not an SQLite database."
    assert "no backup" in error.hint
    assert path.read_bytes() == garbage


def test_a_truncated_file_is_told_as_damaged_with_the_backup_to_go_back_to(path: Path) -> None:
    studied(path, reviews=30)
    with open_store(path) as store:
        copy = store.backup(backups_folder(path))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    error = refused(path)

    assert f"{path} is damaged" in error.message
    assert str(copy) in error.hint
    assert path.read_bytes() == whole[: len(whole) // 2]


def test_pages_overwritten_with_garbage_are_found_by_check_and_told_by_whatever_meets_them(path: Path) -> None:
    studied(path, reviews=200)
    with sqlite(path) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        pages = [
            page - 1
            for (page,) in connection.execute("SELECT rootpage FROM sqlite_master WHERE name IN ('reviews', 'memory')")
        ]
    with path.open("r+b") as file:
        for page in pages:
            file.seek(page * size)
            file.write(b"\xa5" * size)

    with open_store(path) as store:
        assert any("damaged" in problem for problem in store.check())
        assert store.backup_problem is not None
        assert "damaged" in store.backup_problem.message
        for meet in (store.records, store.reviews, lambda: Learner(store).rate("deck/new")):
            with pytest.raises(StoreError, match="is damaged"):
                meet()


def test_a_value_that_no_studytui_writes_is_told_as_damage(path: Path) -> None:
    studied(path)
    with sqlite(path) as other:
        other.execute("UPDATE memory SET due = 'tomorrow'")

    with open_store(path) as store, pytest.raises(StoreError, match=r"never writes.*tomorrow"):
        store.records()


def test_check_finds_memory_that_the_log_does_not_lead_to_and_missing_triggers(path: Path) -> None:
    studied(path)
    with sqlite(path) as other:
        other.execute("DELETE FROM memory WHERE card = 'deck/card-0'")
        other.execute("DROP TRIGGER reviews_are_never_changed")

    with open_store(path) as store:
        problems = store.check()

    assert len(problems) == 2
    assert "triggers are missing" in problems[0]
    assert "deck/card-0" in problems[1]


# Places that cannot be used


def test_a_folder_in_the_place_of_the_file(path: Path) -> None:
    path.mkdir()

    for readonly in (False, True):
        error = refused(path, readonly=readonly)
        assert error.message == f"{path} is a folder, not a database."
        assert error.hint


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")

    for path in (tmp_path / "data" / "studytui.db", tmp_path / "data" / "deep" / "studytui.db"):
        error = refused(path)
        assert f"{tmp_path / 'data'} is a file, not a folder" in error.message
        assert error.hint
    assert (tmp_path / "data").read_text() == "mine"


def test_a_read_only_file_is_told_at_opening_and_can_still_be_read(path: Path) -> None:
    studied(path)
    path.chmod(0o444)

    message, hint = told_by_child("open_as_nobody", path, "open")

    assert message == f"{path} cannot be written: it is read-only."
    assert "Nothing that was saved is lost" in hint
    assert told_by_child("open_as_nobody", path, "readonly") == 3


def test_a_read_only_folder_is_told_at_opening_and_can_still_be_read(path: Path) -> None:
    studied(path)
    path.parent.chmod(0o555)
    try:
        message, _ = told_by_child("open_as_nobody", path, "open")
        assert message == f"{path} cannot be written: the folder {path.parent} is read-only."
        assert told_by_child("open_as_nobody", path, "readonly") == 3
        assert told_by_child("glance_as_nobody", path) == 2
    finally:
        path.parent.chmod(0o755)


def test_reviews_still_in_the_wal_of_a_read_only_folder_are_not_passed_over(path: Path, tmp_path: Path) -> None:
    (tmp_path / "copied").mkdir()
    copied = tmp_path / "copied" / path.name
    with open_store(path) as store:
        Learner(store).rate("deck/card-0")
        for name in (path.name, f"{path.name}-wal"):
            (copied.parent / name).write_bytes((path.parent / name).read_bytes())
    copied.parent.chmod(0o555)
    try:
        for command, *mode in (("open_as_nobody", "readonly"), ("glance_as_nobody",)):
            message, hint = told_by_child(command, copied, *mode)
            assert "its folder" in message
            assert "read-only" in message
            assert "copy the folder" in hint
    finally:
        copied.parent.chmod(0o755)


def test_a_file_that_may_not_be_read(path: Path) -> None:
    studied(path)
    path.chmod(0o000)

    message, hint = told_by_child("open_as_nobody", path, "write")

    assert message == f"{path} cannot be read: no permission."
    assert hint
    assert told_by_child("glance_as_nobody", path)[0] == message


def test_a_folder_in_which_nothing_may_be_made(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o555)

    for path in (folder / "studytui.db", folder / "deep" / "studytui.db"):
        message, hint = told_by_child("open_as_nobody", path, "write")
        assert message == f"{path} cannot be made: no permission to write in {folder}."
        assert "STUDYTUI_HOME" in hint


def test_a_folder_that_may_not_be_entered(path: Path) -> None:
    studied(path)
    path.parent.chmod(0o000)
    try:
        message, hint = told_by_child("open_as_nobody", path, "write")
        assert str(path) in message
        assert "Permission denied" in message
        assert hint
        assert told_by_child("glance_as_nobody", path)[0] == message
    finally:
        path.parent.chmod(0o755)


# The disk


def test_a_full_disk_saves_all_or_nothing_and_goes_on_once_there_is_room(path: Path) -> None:
    with open_store(path) as store:
        learner = Learner(store)
        learner.rate("deck/first")
        raw = store._database.raw
        raw.execute(f"PRAGMA max_page_count = {raw.execute('PRAGMA page_count').fetchone()[0]}")

        with pytest.raises(StoreError, match="disk is full") as caught:
            store.save_draft("deck/second", "x" * 100_000, NOW)
        assert "Free some space" in caught.value.hint
        assert store.draft("deck/second") is None
        assert store.reviews() == learner.taken
        assert store.check() == []

        raw.execute("PRAGMA max_page_count = 100000")
        learner.rate("deck/second")
        assert store.reviews() == learner.taken


def test_a_quota_met_while_committing_loses_no_committed_review(path: Path) -> None:
    studied(path)
    size = path.stat().st_size

    message, hint, taken, seen = told_by_child("fill_up", path, size + 40_000)

    assert str(path) in message
    assert "full" in message + hint
    assert seen == taken + 3
    with open_store(path) as store:
        assert len(store.reviews()) == seen
        assert store.check() == []


def test_a_database_deleted_while_open_is_told_before_anything_is_written_nowhere(path: Path) -> None:
    with open_store(path) as store:
        learner = Learner(store)
        learner.rate("deck/card-0")
        path.unlink()

        with pytest.raises(StoreError, match="deleted or replaced") as caught:
            learner.rate("deck/card-1")
        with pytest.raises(StoreError, match="deleted or replaced"):
            store.save_draft("deck/card-1", "text", NOW)

    (rescued,) = backups_folder(path).iterdir()
    assert str(rescued) in caught.value.hint
    rescued.rename(path)
    with open_store(path) as store:
        assert store.reviews() == learner.taken


def test_a_database_deleted_while_open_is_told_even_where_it_cannot_be_rescued(path: Path) -> None:
    with open_store(path) as store:
        path.unlink()
        backups_folder(path).write_text("in the way")

        with pytest.raises(StoreError, match="deleted or replaced") as caught:
            store.set("key", "value")

    assert "could what was saved before be copied" in caught.value.hint


def test_a_database_replaced_while_open_is_told_and_the_other_left_alone(path: Path, tmp_path: Path) -> None:
    studied(tmp_path / "other.db", reviews=1)
    other = content(tmp_path / "other.db")
    with open_store(path) as store:
        (tmp_path / "other.db").replace(path)

        with pytest.raises(StoreError, match="deleted or replaced"):
            store.set("key", "value")
        assert content(path) == other


def test_what_was_open_before_does_not_spill_into_the_file_put_in_its_place(path: Path, tmp_path: Path) -> None:
    studied(tmp_path / "other.db", reviews=1)
    other = content(tmp_path / "other.db")
    with open_store(path) as store:
        Learner(store).rate("deck/card-9")
        (tmp_path / "other.db").replace(path)

    assert content(path) == other


def test_bugs_of_ours_are_not_dressed_up_as_the_users_problems(path: Path) -> None:
    no_text: Any = None
    with open_store(path) as store, pytest.raises(sqlite3.IntegrityError, match="NOT NULL"):
        store.suspend(no_text, suspended=True)
