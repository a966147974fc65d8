"""The progress screen: what it says of a log, at every size, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from app_driving import PASSED, driven
from textual.content import Content

from studytui.settings import SchedulingSettings, Settings
from studytui.ui.widgets.column_chart import columns

if TYPE_CHECKING:
    from pathlib import Path

    from app_driving import Driven

STEPLESS = Settings(scheduling=SchedulingSettings(learning_steps=(), relearning_steps=(), fuzz=False, timezone="UTC"))


async def rate(run: Driven, key: str) -> None:
    """The choice card that waits, from home and back."""
    await run.study()
    await run.press("2")
    await run.grade("enter")
    await run.press(key)
    await run.shown("SummaryScreen")
    await run.press("enter")
    await run.shown("HomeScreen")


async def progress(run: Driven) -> None:
    await run.press("t")
    await run.shown("ProgressScreen")
    await run.pilot.pause()


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Nothing is reviewed yet."), ("ko", "아직 복습한 카드가 없어요.")]
)
async def test_before_the_first_review_it_says_what_will_be_here(tmp_path: Path, language: str, said: str) -> None:
    async with driven(tmp_path, "choice", language=language) as run:
        await progress(run)
        assert said in run.text
        await run.press("escape")
        await run.shown("HomeScreen")


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (140, 45)])
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_it_shows_what_was_done_recalled_and_is_to_come(
    tmp_path: Path, size: tuple[int, int], language: str
) -> None:
    async with driven(
        tmp_path, "choice", verdicts=[PASSED] * 3, settings=STEPLESS, size=size, language=language
    ) as run:
        await rate(run, "3")
        for days, key in ((5, "3"), (90, "1")):
            run.clock.move(days=days)
            run.app.refresh_counts()
            await run.settled()
            await rate(run, key)
        await progress(run)
        shown = run.text
        for _ in range(4):
            await run.press("pagedown")
            shown += "\n" + run.text
        english = language == "en"
        weeks = {60: 3, 80: 5, 140: 4}[size[0]]
        assert (f"last {weeks} weeks" if english else f"지난 {weeks}주") in shown
        assert ("0% of 1 in the last 30 days" if english else "지난 30일 1번 중 0%") in shown
        assert ("50% of 2 in all" if english else "모두 2번 중 50%") in shown
        assert ("goal is 90%" if english else "목표 90%") in shown
        deck = next(line for line in shown.split("\n") if ("Tiny deck" if english else "작은 덱") in line)
        assert "1 / 1" in deck
        assert "100%" in deck
        assert ("1 in all, without new cards" if english else "모두 1장, 새 카드 제외") in shown
        assert max(map(len, shown.split("\n"))) <= size[0]


async def test_before_a_card_has_come_back_no_share_is_told(tmp_path: Path) -> None:
    async with driven(tmp_path, "choice", verdicts=[PASSED], settings=STEPLESS) as run:
        await rate(run, "3")
        await progress(run)
        assert "No card has come back yet." in run.text


def drawn(*values: int, height: int = 2) -> list[str]:
    return [line.plain for line in columns(values, height=height, width=2)]


def test_columns_are_as_high_as_their_numbers_and_none_that_counts_is_lost() -> None:
    assert drawn(0, 4, 2) == ["  █   ", "· █ █ "]
    assert drawn(0, 0) == ["    ", "· · "]
    assert drawn(1, 1_000)[1].startswith("▁")
    assert drawn(3, 4, height=1) == ["▆ █ "]
    assert drawn() == ["", ""]
    assert all(isinstance(line, Content) for line in columns([1], height=1, width=3))
