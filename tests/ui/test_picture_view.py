"""After a prediction: shapes line by line, and pictures that the arrow keys step through; rating goes on as before."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from app_driving import driven, places, write_deck
from textual.app import App
from textual.content import Content

from studytui.errors import GraderError
from studytui.grader.grader import Grader
from studytui.grader.picture import Cell, Panel, Picture
from studytui.grader.verdict import Tensor
from studytui.store.store import Store
from studytui.ui.texts import Texts
from studytui.ui.widgets.card_view import CardView
from studytui.ui.widgets.picture_view import PictureView, ShapesView
from studytui.ui.widgets.rating_bar import RatingBar
from studytui.ui.widgets.verdict_view import VerdictView

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.pilot import Pilot

DECK = """
deck: tiny
title: Tiny deck
cards:
  - id: cat
    kind: predict
    topics: [cat]
    prompt: What is the shape?
    code: |
      x = torch.arange(6).view(2, 3)
      torch.cat([x, x.flip(0)])
    asks: shape
    explanation: Rows come below rows.
  - id: plain
    kind: predict
    topics: [add]
    prompt: What is it?
    code: 1 + 2
    asks: value
"""


def picture(name: str, rows: int, columns: int) -> Picture:
    places_ = [(place % rows) * columns + place // rows for place in range(rows * columns)]
    x = Panel("x", Tensor("int64", (rows, columns), tuple(range(rows * columns))))
    y = Panel("y", Tensor("int64", (columns, rows), tuple(places_)))
    return Picture(name, "moved", (x,), (y,), tuple((Cell(0, place),) for place in places_))


class Hosting(App[None]):
    """A picture view on its own."""

    def __init__(self, *pictures: Picture) -> None:
        super().__init__()
        self._pictures = pictures

    def compose(self) -> ComposeResult:
        yield PictureView(self._pictures, Texts("en"), lambda id_: id_.rpartition(".")[2])


@asynccontextmanager
async def hosted(*pictures: Picture) -> AsyncIterator[tuple[PictureView, Pilot[None]]]:
    app = Hosting(*pictures)
    async with app.run_test(size=(80, 24)) as pilot:
        view = app.query_one(PictureView)
        view.focus()
        await pilot.pause()
        yield view, pilot


def text(view: PictureView) -> str:
    content = view.content
    assert isinstance(content, Content)
    return content.plain


async def test_arrows_step_from_cell_to_cell_and_from_row_to_row() -> None:
    async with hosted(picture("x.t()", 2, 3)) as (view, pilot):
        assert "1 of 6   y[0, 0] = 0  ←  x[0, 0]" in text(view)
        for key, step in [("right", 1), ("down", 3), ("left", 2), ("up", 0), ("up", 0), ("left", 0), ("end", 5)]:
            await pilot.press(key)
            assert view.step == step, key
        await pilot.press("right", "down")
        assert view.step == 5
        await pilot.press("home")
        assert view.step == 0


async def test_the_marked_cells_have_a_sign_and_a_colour() -> None:
    async with hosted(picture("x.t()", 2, 3)) as (view, pilot):
        await pilot.press("right")
        assert text(view).count("‹3›") == 2
        styles = {str(span.style) for span in view.content.spans if text(view)[span.start : span.end] == "‹3›"}  # type: ignore[union-attr]
        assert len(styles) == 2


async def test_there_may_be_several_pictures_and_each_keeps_its_step() -> None:
    async with hosted(picture("first", 2, 3), picture("last", 3, 2)) as (view, pilot):
        assert text(view).startswith("last")
        assert "(2 of 2)" in text(view)
        await pilot.press("right", "right", "n")
        assert text(view).startswith("first")
        assert view.step == 0
        await pilot.press("p")
        assert text(view).startswith("last")
        assert view.step == 2


async def test_one_picture_asks_for_no_other() -> None:
    async with hosted(picture("only", 2, 3)) as (view, pilot):
        await pilot.press("n", "p")
        assert text(view).startswith("only")
        assert "another picture" not in text(view)


def deck_of(root: Path) -> None:
    write_deck(root / "decks")
    (root / "decks" / "tiny.yaml").write_text(DECK, encoding="utf-8")


@pytest.mark.parametrize("size", [(80, 24), (140, 45)])
async def test_a_prediction_is_explained_and_stepped_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("app_driving.TIMES", 3000)
    deck_of(tmp_path)
    async with driven(tmp_path, real_grader=True, size=size) as run:
        screen = await run.study()
        await run.paste("(4, 3)")
        await run.grade("enter")
        await run.until(lambda: screen.query(PictureView), "the pictures")
        shapes = screen.query_one(ShapesView).content
        assert isinstance(shapes, Content)
        assert "x.flip(0)  int64 [2, 3]" in shapes.plain
        assert "=  int64 [4, 3]" in shapes.plain
        assert screen.query_one(VerdictView).region.y < screen.query_one(PictureView).region.y
        view = screen.query_one(PictureView)
        assert screen.focused is view
        if size[0] > 110:  # beside the snippet, not below it
            assert view.region.x >= screen.query_one(CardView).region.right
        assert "torch.cat([x, x.flip(0)])" in text(view)
        await run.press("right", "down", "down")
        assert "out[2, 1] = 4  ←  x.flip(0)[0, 1]" in run.text
        await run.press("3")
        await run.until(lambda: screen.session.card_id == "tiny/plain", "the next card")
        with Store.open(places(tmp_path).database, readonly=True) as store:
            assert len(store.reviews("tiny/cat")) == 1
        await run.paste("3")
        await run.grade("enter")
        assert not screen.query(PictureView)
        assert isinstance(screen.focused, RatingBar)


async def test_a_solution_is_explained_too_and_a_retry_takes_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app_driving.TIMES", 3000)
    deck_of(tmp_path)
    async with driven(tmp_path, real_grader=True, language="ko") as run:
        screen = await run.study()
        await run.grade("f3", "f3")
        await run.until(lambda: screen.query(PictureView), "the pictures")
        assert "다른 칸" in text(screen.query_one(PictureView))
        await run.press("r")
        assert not screen.query(PictureView)


async def test_a_verdict_stands_without_its_explanation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise GraderError("The snippet cannot be traced.", "Its verdict holds.")

    monkeypatch.setattr("app_driving.TIMES", 3000)
    monkeypatch.setattr(Grader, "trace", fail)
    deck_of(tmp_path)
    async with driven(tmp_path, real_grader=True) as run:
        screen = await run.study()
        await run.paste("(4, 3)")
        await run.grade("enter")
        await run.until(lambda: not any(worker.group == "explain" for worker in run.app.workers))
        assert "✓ Passed" in run.text
        assert not screen.query(ShapesView)
        assert not run.notice
