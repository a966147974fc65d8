"""Imports that must not happen: what a command pays for is looked up in a fresh interpreter's `sys.modules`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "numpy", "textual", "sqlalchemy", "alembic", "pydantic", "yaml", "fsrs_rs_python", "click", "rich")


def loaded_after(statement: str, home: Path) -> set[str]:
    """Which of the heavy packages a fresh interpreter has imported after `statement`."""
    code = f"import sys\n{statement}\nprint('loaded', *(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    (home / "settings.toml").write_text("keep_warm = 0\n", encoding="utf-8")  # leave no process behind
    environment = {"STUDYTUI_HOME": str(home), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    return set(done.stderr.splitlines()[-1].split()) - {"loaded"}


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import studytui.settings, studytui.errors", set()),
        ("import studytui.cli", {"click"}),
        ("import studytui.grader.grader", set()),
        ("import studytui.cards.library", set()),
        ("import studytui.overview", set()),
        ("import studytui.store.glance", set()),
        ("import studytui.store.store", {"sqlalchemy"}),
        ("import studytui.scheduling.queue", set()),
        ("import studytui.scheduling.scheduler", {"fsrs_rs_python"}),
        ("import studytui.app", {"textual", "rich"}),
        ("import studytui.grading", set()),
        ("import studytui.ui.picture_drawing", set()),
    ],
)
def test_a_room_imports_nothing_heavy_but_what_it_is_for(statement: str, allowed: set[str], tmp_path: Path) -> None:
    assert loaded_after(statement, tmp_path) <= allowed


@pytest.mark.parametrize("command", [["--help"], ["paths"], ["grade", "--help"]])
def test_a_command_that_needs_no_deck_imports_only_click(command: list[str], tmp_path: Path) -> None:
    assert loaded_after(f"from studytui.cli import main; main({command!r})", tmp_path) == {"click"}


@pytest.mark.parametrize("command", [["list"], ["due"]])
def test_a_second_look_at_unchanged_decks_reads_neither_yaml_nor_models(command: list[str], tmp_path: Path) -> None:
    loaded_after("from studytui.cli import main; main(['list'])", tmp_path)
    assert loaded_after(f"from studytui.cli import main; main({command!r})", tmp_path) == {"click"}


def test_grading_imports_torch_in_the_graders_process_only(tmp_path: Path) -> None:
    command = ["grade", "--card", "tensors/view", "--answer", "def view(x, *shape): return None", "--format", "json"]
    loaded = loaded_after(f"from studytui.cli import main; main({command!r})", tmp_path)
    assert not loaded & {"torch", "numpy", "textual", "sqlalchemy"}
