"""Opening the desk behind the first frame, and giving it back, whichever comes first."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from studytui.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.session.desk import Desk


class Opening:
    """The one desk of an app.

    Args:
        make: opens it; called in a thread, and again only where it failed.
    """

    def __init__(self, make: Callable[[], Desk]) -> None:
        self._make = make
        self._task: asyncio.Future[Desk] | None = None
        self._lock = threading.Lock()
        self._desk: Desk | None = None
        self._closed = False

    def begin(self) -> asyncio.Future[Desk]:
        """Open it, where that has not begun."""
        if self._task is None:
            self._task = asyncio.ensure_future(asyncio.to_thread(self._open))
        return self._task

    async def desk(self) -> Desk:
        """The desk, once it is open.

        Raises:
            StudyError: it cannot be opened; the next call tries anew.
        """
        task = self.begin()
        try:
            return await asyncio.shield(task)
        except StudyError:
            if self._task is task:  # another who waited for it may have begun anew
                self._task = None
            raise

    def close(self) -> None:
        """Give it back, at once or as soon as it is open."""
        with self._lock:
            self._closed = True
            if self._desk is not None:
                self._desk.close()

    def _open(self) -> Desk:
        desk = self._make()
        with self._lock:
            self._desk = desk
            if self._closed:  # the learner left before it was open
                desk.close()
        return desk
