"""What the first frame waits for: nothing heavy, however many cards there are."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from app_driving import places, write_deck

from studytui.cards.library import Library

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
from studytui.app import StudyApp
from studytui.settings import Paths, Settings
root = Path(sys.argv[1])
paths = Paths(root / "settings.toml", root / "data", root / "state", root / "cache")
home = StudyApp(paths, Settings(), [root / "decks"]).get_default_screen()
heavy = "torch numpy sqlalchemy alembic pydantic yaml fsrs_rs_python tree_sitter markdown_it pygments studytui.session"
print(*(name for name in heavy.split() if name in sys.modules))
print(home._overview.counts.new)
"""


def test_home_with_counts_imports_nothing_heavy(tmp_path: Path) -> None:
    write_deck(tmp_path / "decks", "recall", "choice")
    Library.open([tmp_path / "decks"], places(tmp_path).deck_index)
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.split("\n")[:2] == ["", "2"], run.stdout


def test_the_kitty_protocol_is_off_unless_the_learner_wants_it() -> None:
    script = "import studytui.app, textual.constants; print(textual.constants.DISABLE_KITTY_KEY)"
    for environ, off in (({}, "True"), ({"TEXTUAL_DISABLE_KITTY_KEY": "0"}, "False")):
        run = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
        assert run.stdout.strip() == off


def test_a_key_need_not_wait_for_the_next_60th_of_a_second_unless_the_learner_says_so() -> None:
    for environ, rate in (({}, "240"), ({"TEXTUAL_FPS": "30"}, "30")):
        script = "import studytui.app; from textual import constants; print(constants.MAX_FPS)"
        command = [sys.executable, "-c", script]
        told = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        assert told.stdout.strip() == rate
