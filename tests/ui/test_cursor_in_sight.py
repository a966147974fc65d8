"""Whatever a learner does, the line they write is on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app_driving import driven, judged, write_deck

from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from pathlib import Path

LONG = "Return `x` doubled, and let these words be long enough that they reach the right edge of a narrow screen."


async def test_a_stub_shows_from_its_first_column(tmp_path: Path) -> None:
    deck = write_deck(tmp_path / "decks", "implement")
    deck.write_text(deck.read_text(encoding="utf-8").replace("Return `x` doubled.", LONG), encoding="utf-8")
    async with driven(tmp_path) as run:
        await run.study()
        assert "def double(x):" in run.text
        assert "    ..." in run.text


async def test_a_terminal_made_smaller_keeps_the_line_being_written(tmp_path: Path) -> None:
    async with driven(tmp_path, "implement", size=(140, 45)) as run:
        await run.study()
        await run.paste("\n".join(f"    a{number} = {number}" for number in range(60)) + "\n    here = 1")
        assert "here = 1" in run.text
        await run.pilot.resize_terminal(80, 24)
        await run.settled()
        assert "here = 1" in run.text


async def test_writing_after_a_verdict_brings_the_code_back(tmp_path: Path) -> None:
    long = judged(Outcome.WRONG, message="\n".join(f"reason {number}" for number in range(30)))
    async with driven(tmp_path, "implement", verdicts=[long] * 3) as run:
        await run.study()
        await run.paste("return x")
        for key in ("up", "delete", "z"):
            await run.grade("f5")
            assert "reason 5" in run.text
            assert "def double(x):" not in run.text
            await run.press("ctrl+down")  # reading on asks for no code
            assert "def double(x):" not in run.text
            await run.press(key)
            assert "def double(x):" in run.text
