"""Whatever happens to the app, what was typed is there the next time."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from app_driving import PASSED, driven, places, write_deck

from studytui.cards.library import Library
from studytui.errors import StoreError
from studytui.store.store import Store
from studytui.ui.widgets.answers import Answer

if TYPE_CHECKING:
    from pathlib import Path

APP = """
import sys
from pathlib import Path
from studytui.app import StudyApp
from studytui.settings import Paths, Settings
root = Path(sys.argv[1])
paths = Paths(root / "settings.toml", root / "data", root / "state", root / "cache")
class Grader:
    def grade(self): ...
StudyApp(paths, Settings(), [root / "decks"], make_grader=Grader).run()
"""


async def test_typing_is_saved_while_the_app_runs_and_without_any_goodbye(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        await run.study()
        await run.press(*"hal")
        await run.until(lambda: run.draft("tiny/relu") == "hal")


async def test_a_draft_is_there_again_in_the_next_session(tmp_path: Path) -> None:
    async with driven(tmp_path, "derive") as run:
        await run.study()
        await run.paste("dL/dw = \nlines")
        await run.press("escape", "escape")
        await run.shown("HomeScreen")
        assert run.draft("tiny/slope") == "dL/dw = \nlines"
        screen = await run.study()
        assert screen.query_one(Answer).value == "dL/dw = \nlines"


async def test_a_choice_is_a_draft_too(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice") as run:
        await run.study()
        await run.press("3", "escape")
        await run.shown("HomeScreen")
        await run.study()
        assert "(•) 3" in run.text


async def test_leaving_by_ctrl_q_and_quitting_keeps_the_draft(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall") as run:
        await run.study()
        await run.press("x")
        run.app.exit()
    with Store.open(places(tmp_path).database, readonly=True) as store:
        assert store.draft("tiny/relu") == "x"


async def test_a_mistake_of_ours_keeps_the_draft_and_a_traceback(tmp_path: Path) -> None:
    async def break_it() -> None:
        async with driven(tmp_path, "recall") as run:
            screen = await run.study()
            await run.press("x")
            screen.call_later(lambda: 1 / 0)
            await run.pilot.pause()

    with pytest.raises(ZeroDivisionError):
        await break_it()
    paths = places(tmp_path)
    with Store.open(paths.database, readonly=True) as store:
        assert store.draft("tiny/relu") == "x"
    assert "ZeroDivisionError" in (paths.state / "crash.txt").read_text(encoding="utf-8")


async def test_the_draft_is_gone_once_the_card_is_rated(tmp_path: Path) -> None:
    async with driven(tmp_path, "predict", verdicts=[PASSED]) as run:
        await run.study()
        await run.paste("(2, 3)")
        await run.grade("enter")
        await run.press("4")
        await run.shown("SummaryScreen")
        assert run.draft("tiny/shape") is None


async def test_a_draft_that_cannot_be_saved_is_told_once_and_kept_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driven(tmp_path, "recall") as run:
        screen = await run.study()

        def locked(*_arguments: object) -> None:
            raise StoreError("The database is locked.", "Close the other program.")

        with monkeypatch.context() as patch:
            patch.setattr(screen.session, "save_draft", locked)
            await run.press("x")
            await run.until(lambda: "The database is locked." in run.notice)
            assert "Close the other program." in run.notice
            await run.press("y")
            assert screen.query_one(Answer).value == "xy"
        await run.press("escape")  # leaving the text tries again
        assert run.draft("tiny/relu") == "xy"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_killed_app_loses_nothing_that_was_typed_a_moment_before(tmp_path: Path, by: signal.Signals) -> None:
    write_deck(tmp_path / "decks", "recall")
    paths = places(tmp_path)
    Library.open([tmp_path / "decks"], paths.deck_index)
    master, slave = pty.openpty()
    environ = {**os.environ, "TERM": "xterm-256color", "LINES": "24", "COLUMNS": "80"}
    command = [sys.executable, "-c", APP, str(tmp_path)]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environ) as app:
        os.close(slave)
        try:
            read_until(master, b"new card")
            os.write(master, b"\r")
            read_until(master, b"own words")
            os.write(master, b"half a thought")
            if by is signal.SIGKILL:
                wait_for_draft(paths.database, "half a thought")
            else:
                read_until(master, b"ught")
            app.send_signal(by)
            read_until(master, None)
            status = app.wait(10)
        finally:
            app.kill()
            os.close(master)
    assert status == (-by if by is signal.SIGKILL else 0)
    with Store.open(paths.database, readonly=True) as store:
        assert store.draft("tiny/relu") == "half a thought"


def read_until(master: int, wanted: bytes | None) -> None:
    """Read what the app paints until it has painted `wanted`, or has ended where that is None."""
    seen = b""
    deadline = time.monotonic() + 20
    while wanted is None or wanted not in seen:
        if time.monotonic() > deadline:
            raise AssertionError(f"never painted {wanted!r}: {seen[-500:]!r}")
        if select.select([master], [], [], 0.1)[0]:
            try:
                block = os.read(master, 65_536)
            except OSError:
                block = b""
            if not block:
                assert wanted is None, seen[-500:]
                return
            seen += block


def wait_for_draft(database: Path, wanted: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with Store.open(database, readonly=True) as store:
            if store.draft("tiny/relu") == wanted:
                return
    raise AssertionError("the draft was never saved")
