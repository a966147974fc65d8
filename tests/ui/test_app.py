"""The app around the screens: keys, help, sizes, settings, errors at the start, the learner's own editor."""

from __future__ import annotations

import os
import stat
from contextlib import nullcontext
from typing import TYPE_CHECKING

import pytest
from app_driving import PASSED, driven

from studytui.settings import Settings
from studytui.ui.keys import is_jamo, key_name
from studytui.ui.screens.base import MIN_HEIGHT, MIN_WIDTH
from studytui.ui.widgets.answers import Answer
from studytui.ui.widgets.key_bar import KeyBar
from studytui.ui.widgets.text_box import TextBox

if TYPE_CHECKING:
    from pathlib import Path

    from app_driving import Driven


def active(run: Driven) -> dict[str, tuple[str, bool]]:
    """Every key that works now: its binding's id, and whether it is meant for the key bar."""
    return {
        key: (bound.id or "", bound.show)
        for key, (_node, bound, enabled, _tip) in run.app.active_bindings.items()
        if enabled
    }


async def check_help(run: Driven) -> None:
    """The key bar shows every binding that is meant for it, and help lists all of them with their ids."""
    keys = active(run)
    bar = str(run.app.screen.query_one(KeyBar).content)
    assert bar.split("\n")[-1].strip() in run.text
    for key, (id_, show) in keys.items():
        assert id_, key
        first = next(k for k, (other, _show) in keys.items() if other == id_)
        if show and not is_jamo(first):
            assert key_name(first) in bar, (id_, bar)
    await run.press("f1")
    await run.shown("HelpScreen")
    shown = run.text
    for _ in range(12):
        await run.press("pagedown")
        shown += run.text
    for key, (id_, _show) in keys.items():
        assert id_.rstrip("123456789") in shown, id_
        if not is_jamo(key) and not id_[-1].isdigit():
            assert key_name(key) in shown, key
    await run.press("escape")


async def test_key_bar_and_help_know_every_key_of_every_screen(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", "choice", verdicts=[PASSED, PASSED], size=(100, 30)) as run:
        await check_help(run)
        await run.press("c")
        await run.shown("CardsScreen")
        await check_help(run)
        await run.press("tab")
        await check_help(run)
        await run.press("escape", "t")
        await run.shown("ProgressScreen")
        await check_help(run)
        await run.press("escape")
        screen = await run.study()
        await check_help(run)
        await run.press("escape")
        await check_help(run)
        await run.grade("f5")
        await check_help(run)
        await run.press("4")
        await run.until(lambda: screen.session.card_id == "tiny/sizes")
        await check_help(run)
        await run.press("2")
        await run.grade("enter")
        await check_help(run)
        await run.press("4")
        await run.shown("SummaryScreen")
        await check_help(run)


async def test_keys_are_rebound_by_id_in_bar_help_and_deed(tmp_path: Path) -> None:
    settings = Settings(keys={"study.grade": "ctrl+g", "home.study": "g"})
    async with driven(tmp_path, "implement", verdicts=[PASSED], settings=settings) as run:
        assert "g  study 1 new card" in run.text
        await run.press("ㅎ")  # the jamo comes along
        await run.shown("StudyScreen")
        assert "Ctrl+G Grade" in run.text
        assert "F5" not in run.text
        await run.press("f5")
        assert not run.grader.answers
        await run.grade("ctrl+g")
        assert run.grader.answers
        await run.press("f1")
        await run.shown("HelpScreen")
        assert "Ctrl+G" in run.text
        assert "F5" not in run.text


async def test_a_key_for_a_binding_that_does_not_exist_is_told(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", settings=Settings(keys={"study.grad": "g"})) as run:
        await run.until(lambda: "study.grad" in run.notice)


async def test_two_bindings_for_one_key_are_told(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", settings=Settings(keys={"study.skip": "b"})) as run:
        await run.study()
        await run.until(lambda: "study.bury" in run.notice)


async def test_an_unknown_theme_is_told_and_another_taken(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", settings=Settings(theme="sepia")) as run:
        await run.until(lambda: "The theme sepia does not exist." in run.notice)


@pytest.mark.parametrize("size", [(MIN_WIDTH - 1, 30), (100, MIN_HEIGHT - 1)])
async def test_a_terminal_too_small_gets_one_sentence_and_loses_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    async with driven(tmp_path, "recall") as run:
        screen = await run.study()
        await run.press("a")
        await run.pilot.resize_terminal(*size)
        await run.pilot.pause()
        assert "The terminal is too small." in run.text
        assert f"it is {size[0]} × {size[1]}" in run.text
        assert "ReLU" not in run.text
        await run.pilot.resize_terminal(80, 24)
        await run.pilot.pause()
        assert "ReLU" in run.text
        await run.press("b")
        assert screen.query_one(Answer).value == "ab"


async def test_at_the_smallest_size_everything_fits(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", verdicts=[PASSED], size=(MIN_WIDTH, MIN_HEIGHT)) as run:
        screen = await run.study()
        assert screen.query_one(TextBox).size.height >= 3
        await run.grade("f5")
        assert "easy" in run.text


async def test_wide_terminals_show_prompt_and_code_side_by_side(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", size=(140, 45)) as run:
        screen = await run.study()
        card, answer = screen.query_one("CardView"), screen.query_one(Answer)
        assert card.region.y == answer.region.y
        assert card.region.right <= answer.region.x
        await run.pilot.resize_terminal(80, 24)
        await run.pilot.pause()
        assert card.region.bottom <= answer.region.y


async def test_a_damaged_database_is_told_and_home_goes_on(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "studytui.db").write_bytes(b"no database at all" * 100)
    async with driven(tmp_path, "recall") as run:
        await run.until(lambda: "studytui.db" in run.notice)
        assert "Reading the decks" not in run.text
        await run.press("r")
        await run.until(lambda: "studytui.db" in run.notice)
        assert run.app.is_running
        run.paths.database.unlink()
        await run.press("r")
        await run.until(lambda: "study 1 new card" in run.text)
        assert run.notice == ""


async def test_a_korean_learner_is_told_of_it_in_korean(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "studytui.db").write_bytes(b"no database at all" * 100)
    async with driven(tmp_path, "recall", language="ko") as run:
        await run.until(lambda: "SQLite 데이터베이스가 아니에요." in run.notice)
        assert "백업이 없어요." in run.notice


async def test_no_color_means_no_color(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driven(tmp_path, "recall") as run:
        lines = run.app.screen._compositor.render_strips(run.app.size)
        row = next(line for line in lines if "Tiny deck" in line.text)
        assert any(segment.style.underline for segment in row if segment.style is not None)
        await run.study()
        strips = run.app.screen._compositor.render_strips(run.app.size)
        styles = [segment.style for line in strips for segment in line if segment.style is not None]
        filtered = [style for style in styles if style.color is not None or style.bgcolor is not None]
        assert run.app.no_color
        assert all(color is None or color.is_default for style in filtered for color in (style.color, style.bgcolor))


def editor_script(folder: Path, body: str) -> str:
    path = folder / "my-editor"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.skipif(os.name != "posix", reason="the editor is a shell script")
@pytest.mark.parametrize(
    ("body", "graded", "notice"),
    [
        ('printf "from outside" > "$1"', "from outside", ""),
        (":", None, "Nothing was saved, so nothing is graded."),
        ("exit 3", None, "ended with status 3"),
        ('printf "\\377" > "$1"', None, "cannot be"),
    ],
)
async def test_an_answer_written_in_the_own_editor_is_graded_when_it_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, graded: str | None, notice: str
) -> None:
    settings = Settings(editor=editor_script(tmp_path, body))
    async with driven(tmp_path, "recall", verdicts=[PASSED], settings=settings) as run:
        monkeypatch.setattr(run.app, "suspend", nullcontext)
        screen = await run.study()
        await run.paste("before")
        await run.grade("f4")
        assert run.grader.answers == ([graded] if graded else [])
        assert screen.query_one(Answer).value == (graded or "before")
        assert notice in run.notice


async def test_a_missing_editor_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with driven(tmp_path, "recall", settings=Settings(editor="/no/such/editor -w")) as run:
        monkeypatch.setattr(run.app, "suspend", nullcontext)
        await run.study()
        await run.press("a", "f4")
        assert "/no/such/editor" in run.notice


async def test_no_editor_set_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with driven(tmp_path, "recall") as run:
        await run.study()
        await run.press("a", "f4")
        assert "No editor is set." in run.notice


async def test_where_the_app_cannot_step_aside_it_says_so(tmp_path: Path) -> None:
    async with driven(tmp_path, "recall", settings=Settings(editor="true")) as run:
        await run.study()
        await run.press("a", "f4")
        assert run.notice == "An editor cannot be opened here."
