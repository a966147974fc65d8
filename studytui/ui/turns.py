"""Work on the store, one piece after the other in a thread of its own, so that keys are answered meanwhile.

Another program may hold the database for seconds. What is handed in is done in that order, and all of it before the
app ends: leaving waits for it.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

T = TypeVar("T")


class Turns:
    """The one queue of an app."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    def hand_in(self, work: Callable[[], T]) -> Future[T]:
        """Have `work` done when its turn comes; returns at once."""
        return self._thread.submit(work)

    async def take(self, work: Callable[[], T]) -> T:
        """What `work` gives, once its turn has come. It is done even if nobody waits for it any more."""
        return await asyncio.shield(asyncio.wrap_future(self.hand_in(work)))

    def close(self) -> None:
        """Wait until all is done; nothing can be handed in after that."""
        self._thread.shutdown()
