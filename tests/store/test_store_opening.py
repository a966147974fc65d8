"""Opening a database: making it, knowing its version, migrating it."""

from __future__ import annotations

import re
import shutil
import sqlite3
import textwrap
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from store_building import NOW, Learner, an_attempt, content, open_store, sqlite, studied, told_by_child

from studytui.errors import StoreError
from studytui.store import database, tables
from studytui.store.database import CURRENT, Database, Schema, open_database
from studytui.store.files import backups_folder
from studytui.store.schema import REVISIONS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "studytui.db"


def opened_with(path: Path, current: Schema, *, readonly: bool = False) -> Database:
    return open_database(path, readonly=readonly, wait=0.0, now=NOW, current=current)


def version(path: Path) -> str:
    with sqlite(path) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_a_new_database_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    path = tmp_path / "some where?#%41" / "deep" / "studytui.db"

    with open_store(path) as store:
        assert store.records() == {}
        assert store.check() == []

    assert version(path) == REVISIONS[-1]


def test_an_empty_file_is_taken_for_a_new_database(path: Path) -> None:
    path.touch()

    with open_store(path) as store:
        assert store.check() == []


def test_every_connection_is_as_durable_as_promised(path: Path) -> None:
    with open_store(path, wait=1.5) as store:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")
        found = [store._database.raw.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]

    full = 2
    assert found == ["wal", full, 1, 1, 1500]


def test_a_backup_put_back_is_used_in_wal_mode_again(path: Path, tmp_path: Path) -> None:
    taken = studied(path)
    with open_store(path) as store:
        copy = store.backup(tmp_path / "copies")
    path.unlink()
    shutil.copy(copy, path)

    with open_store(path) as store:
        assert store.reviews() == taken
        assert store._database.raw.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_switch_to_wal_is_tried_again_while_another_is_in_the_way(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite(path) as other, sqlite(path) as raw:
        other.execute("CREATE TABLE anything (id)")
        other.execute("BEGIN")
        other.execute("SELECT * FROM anything").fetchall()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            database._use_wal(raw, 0.0)

        monkeypatch.setattr("studytui.store.database.time.sleep", lambda _: other.rollback())
        database._use_wal(raw, 60.0)

        assert raw.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_closing_leaves_one_file_and_may_be_done_twice(path: Path) -> None:
    with open_store(path) as store:
        store.set("key", "value")
        store.close()

    assert [found.name for found in path.parent.iterdir()] == [path.name]
    with pytest.raises(StoreError, match="closed"):
        store.get("key")


def test_opening_needs_no_alembic(path: Path) -> None:
    modules = told_by_child("modules_after_opening", path)

    assert "sqlalchemy" in modules
    assert not [name for name in modules if name.split(".")[0] in {"alembic", "mako", "torch", "textual", "pydantic"}]


# A new database and a migrated one are the same


def test_the_tables_and_the_migrations_make_the_same_schema(tmp_path: Path) -> None:
    opened_with(tmp_path / "created.db", CURRENT).close()
    migrated(tmp_path / "migrated.db")

    assert schema_of(tmp_path / "created.db") == schema_of(tmp_path / "migrated.db")


def test_alembic_finds_no_difference_between_the_tables_and_the_migrations(tmp_path: Path) -> None:
    migrated(tmp_path / "migrated.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        differences = compare_metadata(context, tables.metadata)
    engine.dispose()

    assert [difference for difference in differences if "alembic_version" not in str(difference)] == []


def test_the_revisions_known_are_those_shipped_in_one_line() -> None:
    scripts = ScriptDirectory(str(CURRENT.migrations))

    assert tuple(script.revision for script in reversed(list(scripts.walk_revisions()))) == REVISIONS
    assert scripts.get_heads() == [REVISIONS[-1]]


def migrated(path: Path) -> None:
    """A database that came to be by every shipped migration in turn."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        database._upgrade(connection, CURRENT.migrations)
    engine.dispose()


def schema_of(path: Path) -> list[tuple[str, str, str]]:
    with sqlite(path) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return sorted((kind, name, definition(sql)) for kind, name, sql in rows)


def definition(sql: str) -> str:
    """A statement with the parts in its outer brackets in one order: a column added later stands behind constraints."""
    head, _, rest = " ".join(sql.split()).partition(" (")
    parts = re.split(r", (?![^(]*\))", rest.removesuffix(")").strip())
    return f"{head} ({', '.join(sorted(part.strip() for part in parts))})"


# An older database is brought up to date; the next release is one that does not exist yet

NEXT = "9999"


def next_release(folder: Path, upgrade: str) -> Schema:
    """The schema of a release to come: all the shipped revisions, and one more that does `upgrade`."""
    migrations = folder / "migrations of 100%"
    shutil.copytree(CURRENT.migrations, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    body = textwrap.indent(textwrap.dedent(upgrade).strip(), "    ")
    (migrations / "versions" / "v9999_to_come.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {NEXT!r}\ndown_revision = {REVISIONS[-1]!r}\n"
        f"\n\ndef upgrade():\n{body}\n"
    )
    return Schema(tables.metadata, (*REVISIONS, NEXT), migrations)


ADD_A_COLUMN = """
    with op.batch_alter_table("drafts") as batch:
        batch.add_column(sa.Column("language", sa.Text, nullable=False, server_default="en"))
    with op.batch_alter_table("attempts", recreate="always") as batch:
        batch.add_column(sa.Column("device", sa.Text))
"""


def test_an_older_file_is_migrated_with_all_it_holds_after_a_backup(path: Path, tmp_path: Path) -> None:
    taken = studied(path)
    with open_store(path) as store:
        attempt_id = store.save_attempt(an_attempt())
        Learner(store).rate("deck/attempted", attempt_id=attempt_id)
        store.save_draft("deck/card-0", "text", NOW)
    old = content(path)

    opened_with(path, next_release(tmp_path, ADD_A_COLUMN)).close()

    (saved,) = [copy for copy in backups_folder(path).iterdir() if copy.name.endswith(f"-before-{NEXT}.db")]
    assert version(path) == NEXT
    assert content(saved) == old
    with sqlite(path) as connection:
        assert connection.execute("SELECT text, language FROM drafts").fetchall() == [("text", "en")]
        assert connection.execute("SELECT COUNT(*) FROM reviews").fetchone()[0] == len(taken) + 1
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_file_of_the_first_release_gains_the_seeds_of_reviews(path: Path) -> None:
    taken = studied(path)
    with sqlite(path) as first:
        first.execute("ALTER TABLE reviews DROP COLUMN seed")
        first.execute("UPDATE alembic_version SET version_num = '0001'")

    with open_store(path) as store:
        assert store.reviews() == taken
        learner = Learner(store, now=NOW + timedelta(days=1))
        store.record(replace(learner.next_review("deck/card-0"), seed=5))
        assert [review.seed for review in store.reviews()] == [*[None] * len(taken), 5]
        assert store.check() == []

    assert version(path) == REVISIONS[-1]
    assert any(copy.name.endswith(f"-before-{REVISIONS[-1]}.db") for copy in backups_folder(path).iterdir())


def test_foreign_keys_are_on_again_after_a_migration(path: Path, tmp_path: Path) -> None:
    studied(path)

    opened = opened_with(path, next_release(tmp_path, ADD_A_COLUMN))

    assert opened.raw.execute("PRAGMA foreign_keys").fetchone()[0] == 1
    opened.close()


def test_a_migrated_file_is_not_migrated_again(path: Path, tmp_path: Path) -> None:
    studied(path)
    following = next_release(tmp_path, ADD_A_COLUMN)
    opened_with(path, following).close()
    copies = sorted(backups_folder(path).iterdir())

    opened_with(path, following).close()

    assert sorted(backups_folder(path).iterdir()) == copies


@pytest.mark.parametrize(
    "failing",
    [
        pytest.param("1 / 0", id="raises"),
        pytest.param('op.execute("INSERT INTO nowhere VALUES (1)")', id="sql-fails"),
        pytest.param('op.execute("DROP TABLE attempts")', id="leaves-rows-that-point-nowhere"),
    ],
)
def test_a_migration_that_fails_midway_leaves_the_file_as_it_was(path: Path, tmp_path: Path, failing: str) -> None:
    studied(path)
    with open_store(path) as store:
        Learner(store).rate("deck/attempted", attempt_id=store.save_attempt(an_attempt()))
    old = path.read_bytes()
    begin = 'op.execute("DELETE FROM memory")\nop.add_column("drafts", sa.Column("language", sa.Text))'

    with pytest.raises(StoreError, match=f"could not be brought up to schema {NEXT}") as caught:
        opened_with(path, next_release(tmp_path, f"{begin}\n{failing}"))

    assert path.read_bytes() == old
    (saved,) = [copy for copy in backups_folder(path).iterdir() if copy.name.endswith(f"-before-{NEXT}.db")]
    assert str(saved) in caught.value.hint
    with open_store(path) as store:
        assert store.check() == []


def test_no_migration_is_begun_where_the_backup_fails(path: Path, tmp_path: Path) -> None:
    studied(path)
    shutil.rmtree(backups_folder(path), ignore_errors=True)
    backups_folder(path).write_text("in the way")
    old = path.read_bytes()

    with pytest.raises(StoreError, match="backups is a file"):
        opened_with(path, next_release(tmp_path, ADD_A_COLUMN))

    assert path.read_bytes() == old


def test_a_migration_waits_for_no_one_longer_than_told_and_says_who_is_in_the_way(path: Path, tmp_path: Path) -> None:
    studied(path)
    with sqlite(path) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreError, match="is locked"):
            opened_with(path, next_release(tmp_path, ADD_A_COLUMN))

    assert version(path) == REVISIONS[-1]


def test_an_older_file_is_not_migrated_by_a_reader(path: Path, tmp_path: Path) -> None:
    studied(path)

    with pytest.raises(StoreError, match=f"older schema {REVISIONS[-1]}"):
        opened_with(path, next_release(tmp_path, ADD_A_COLUMN), readonly=True)

    assert version(path) == REVISIONS[-1]


def test_a_file_from_a_newer_release_is_refused_untouched(path: Path, tmp_path: Path) -> None:
    studied(path)
    opened_with(path, next_release(tmp_path, ADD_A_COLUMN)).close()
    newer = path.read_bytes()

    for readonly in (False, True):
        with pytest.raises(StoreError, match=f"newer studytui: its schema is {NEXT}") as caught:
            open_store(path, readonly=readonly)
        assert "pip install --upgrade" in caught.value.hint

    assert path.read_bytes() == newer


def test_a_database_of_something_else_is_refused_untouched(path: Path) -> None:
    with sqlite(path) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    theirs = path.read_bytes()

    with pytest.raises(StoreError, match=r"not one of studytui's"):
        open_store(path)

    assert path.read_bytes() == theirs


# Reading only


def test_a_reader_sees_all_and_can_write_nothing(path: Path) -> None:
    taken = studied(path)
    old = path.read_bytes()

    with open_store(path, readonly=True) as store:
        assert store.reviews() == taken
        with pytest.raises(StoreError, match="read-only"):
            store.set("key", "value")

    assert path.read_bytes() == old
    assert not backups_folder(path).exists()


def test_a_reader_does_not_make_a_missing_database(path: Path) -> None:
    with pytest.raises(StoreError, match="no database"):
        open_store(path, readonly=True)

    assert not path.exists()
