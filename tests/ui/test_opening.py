"""The desk is opened once and given back once, in whatever order the two come."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import pytest
from app_driving import driven

from studytui.errors import StoreError
from studytui.session.desk import Desk
from studytui.ui.opening import Opening

if TYPE_CHECKING:
    from pathlib import Path


class CountingDesk:
    """Counts how often it is given back."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


async def test_who_leaves_before_it_is_open_gives_it_back_all_the_same() -> None:
    desk, gate = CountingDesk(), threading.Event()

    def make() -> Desk:
        gate.wait()
        return cast("Desk", desk)

    opening = Opening(make)
    task = opening.begin()
    opening.close()
    assert desk.closed == 0
    gate.set()
    await task
    assert desk.closed == 1


async def test_what_failed_is_tried_anew_and_what_is_open_is_not() -> None:
    desk = cast("Desk", CountingDesk())
    outcomes: list[Desk | StoreError] = [StoreError("The disk is full."), desk]

    def make() -> Desk:
        outcome = outcomes.pop(0)
        if isinstance(outcome, StoreError):
            raise outcome
        return outcome

    opening = Opening(make)
    with pytest.raises(StoreError):
        await opening.desk()
    assert await opening.desk() is desk
    assert await opening.desk() is desk


async def test_a_store_that_fails_as_the_session_begins_is_told_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_desk: Desk) -> None:
        raise StoreError("The database is locked.")

    async with driven(tmp_path, "choice") as run:
        with monkeypatch.context() as patch:
            patch.setattr(Desk, "complaints", locked)
            await run.press("enter")
            await run.until(lambda: "is locked" in run.notice)
        await run.study()
