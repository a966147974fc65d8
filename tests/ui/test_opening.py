"""The desk is opened once and given back once, in whatever order the two come."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, cast

import pytest
from app_driving import Clock, driven

from studytui.errors import GraderError, StoreError
from studytui.session.desk import Desk
from studytui.settings import Settings
from studytui.store.store import Store
from studytui.ui.opening import Opening

if TYPE_CHECKING:
    from pathlib import Path

    from studytui.session import GraderLike


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


async def test_two_who_wait_for_what_fails_do_not_open_it_twice_afterwards() -> None:
    desk, gate, made = cast("Desk", CountingDesk()), threading.Event(), list[int]()

    def make() -> Desk:
        made.append(1)
        if len(made) == 1:
            raise StoreError("The disk is full.")
        gate.wait()
        return desk

    async def stubborn() -> Desk:
        with contextlib.suppress(StoreError):
            return await opening.desk()
        return await opening.desk()

    opening = Opening(make)
    both = asyncio.gather(stubborn(), stubborn())
    await asyncio.sleep(0)
    gate.set()
    assert list(await both) == [desk, desk]
    assert len(made) == 2


def test_a_desk_whose_grader_does_not_start_gives_the_database_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Store] = []
    close = Store.close

    def noted(store: Store) -> None:
        closed.append(store)
        close(store)

    def broken() -> GraderLike:
        raise GraderError("The grader does not start.")

    monkeypatch.setattr(Store, "close", noted)
    with pytest.raises(GraderError):
        Desk.open(tmp_path / "studytui.db", Settings(), Clock(), broken)
    assert len(closed) == 1
