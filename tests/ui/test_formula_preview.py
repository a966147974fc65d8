"""The derivation as on paper, beside or below the editor, as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from app_driving import driven
from textual.geometry import Region

from studytui.ui.widgets import formula_preview
from studytui.ui.widgets.answers import Answer
from studytui.ui.widgets.formula_preview import FormulaPreview
from studytui.ui.widgets.text_box import TextBox

if TYPE_CHECKING:
    from pathlib import Path

    from app_driving import Driven


def regions(run: Driven) -> tuple[Region, Region]:
    """Where the editor and the preview are."""
    return run.screen.query_one(TextBox).region, run.screen.query_one(FormulaPreview).region


@pytest.mark.parametrize("size", [(80, 24), (99, 30), (100, 30), (140, 45)])
async def test_formulas_are_drawn_beside_the_editor_where_there_is_room_and_else_below(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with driven(tmp_path, "derive", size=size) as run:
        await run.study()
        assert "Your lines, as on paper." in run.text
        await run.paste("dL/dw = x/2*(w - x)^2\nq = (x")
        await run.until(lambda: "───" in run.text and "(w − x)²" in run.text)
        assert "^ This bracket is never closed." in run.text
        editor, preview = regions(run)
        if size[0] >= 100:
            assert preview.x >= editor.right
            assert preview.y < editor.bottom
        else:
            assert preview.y >= editor.bottom
        assert Region(0, 0, *size).contains_region(preview)


async def test_a_draft_is_drawn_when_its_card_is_shown_again(tmp_path: Path) -> None:
    async with driven(tmp_path, "derive") as run:
        await run.study()
        await run.paste("dL/dw = x^2")
        await run.press("escape", "q")
        await run.shown("HomeScreen")
        await run.study()
        await run.until(lambda: "x²" in run.text)


async def test_the_line_at_the_cursor_is_in_sight(tmp_path: Path) -> None:
    async with driven(tmp_path, "derive", size=(80, 24)) as run:
        await run.study()
        await run.paste("\n".join(f"a{number} = {number}*x/w" for number in range(1, 10)))
        await run.until(lambda: "a₉" in run.text)
        assert "a₁ " not in run.text
        await run.press(*["up"] * 8)
        await run.until(lambda: "a₁ " in run.text)
        assert "a₉" not in run.text


async def test_a_problem_that_is_too_wide_to_stand_beside_its_caret_stands_below(tmp_path: Path) -> None:
    async with driven(tmp_path, "derive", size=(100, 30), language="ko") as run:
        await run.study()
        await run.paste("dL/dw = x*w*x*w*x*w*x*w*x*(w")
        await run.until(lambda: "여기서 연 괄호를 닫지 않았어요." in run.text)
        lines = run.text.split("\n")
        caret = next(place for place, line in enumerate(lines) if line.rstrip(" │").endswith("^"))
        assert "여기서 연 괄호를 닫지 않았어요." in lines[caret + 1]


async def test_typing_waits_for_no_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a drawing never ends, what is typed is there; the newest text is drawn after it, and nothing in between."""
    import threading

    from studytui.grader.preview.preview import Preview

    gate, began, texts = threading.Event(), threading.Event(), list[str]()
    draw = Preview.draw

    def slow(preview: Preview, text: str, width: int) -> object:
        texts.append(text)
        began.set()
        gate.wait()
        return draw(preview, text, width)

    monkeypatch.setattr(Preview, "draw", slow)
    monkeypatch.setattr(formula_preview, "DELAY", 0.001)
    async with driven(tmp_path, "derive") as run:
        try:
            await run.study()
            await run.press("x")
            await run.until(began.is_set)
            await run.press(*"*w*x")
            assert run.screen.query_one(Answer).value == "x*w*x"
        finally:
            gate.set()
        await run.until(lambda: "x·w·x" in run.text)
        assert texts[-1] == "x*w*x"
        assert len(texts) <= 3


async def test_a_card_that_cannot_be_read_has_an_editor_all_the_same(tmp_path: Path) -> None:
    deck = (
        "deck: odd\ntitle: Odd\ncards:\n"
        "  - {id: odd, kind: derive, prompt: p, symbols: {w: 'vector[n]'}, given: {L: 'w *'}, asks: w',\n"
        '     truth: return w, solution: "w\' = w"}\n'
    )
    (tmp_path / "decks").mkdir()
    (tmp_path / "decks" / "odd.yaml").write_text(deck, encoding="utf-8")
    async with driven(tmp_path) as run:
        await run.study()
        await run.paste("w' = w")
        assert run.screen.query_one(Answer).value == "w' = w"
        assert "Your lines, as on paper." in run.text
