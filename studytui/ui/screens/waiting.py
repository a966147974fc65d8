"""A screen that asks for what may take its time, the store or the grader, and answers keys meanwhile."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from studytui.errors import StudyError
from studytui.ui.screens.base import BaseScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from studytui.ui.screens.base import Context
    from studytui.ui.turns import Turns

PATIENCE = 0.5
"""Seconds after which a learner is told that the database lets them wait."""

T = TypeVar("T")


class WaitingScreen(BaseScreen[None]):
    """One piece of such work at a time.

    Args:
        context: what every screen is given.
        turns: where all that asks the store waits for its turn.
    """

    def __init__(self, context: Context, turns: Turns) -> None:
        super().__init__(context)
        self._turns = turns
        self._waiting = False

    @property
    def is_waiting(self) -> bool:
        """Whether something is being waited for."""
        return self._waiting

    def wait_for(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something that may take its time; an error leaves everything as it was, and is told."""
        self._waiting = True
        self.hush()
        self.refresh_bindings()
        self.run_worker(self._waited(work), group="wait")

    async def turn(self, work: Callable[[], T]) -> T:
        """What `work` gives in the store's turn; says so where that takes long.

        Raises:
            StudyError: as `work` raises it.
            CancelledError: the screen was left meanwhile; `work` is done all the same, and there is nothing to show.
        """
        patience = self.set_timer(PATIENCE, lambda: self.say(self.texts("study.waiting")))
        try:
            given = await self._turns.take(work)
        finally:
            patience.stop()
            if self not in self.app.screen_stack:
                raise asyncio.CancelledError
            self.hush()
        return given

    def after_waiting(self, error: StudyError | None) -> None:
        """It is over; keys mean again what they did."""
        if error is not None:
            self.complain(error)
        self.refresh_bindings()

    async def _waited(self, work: Callable[[], Awaitable[None]]) -> None:
        failure: StudyError | None = None
        try:
            await work()
        except StudyError as error:
            failure = error
        finally:
            self._waiting = False
        self.after_waiting(failure)
