"""What studying needs, opened once and given back once: the database, the scheduler and the grader."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from studytui.grader.grader import Grader
from studytui.scheduling.scheduler import Scheduler
from studytui.session.progress import progress
from studytui.session.session import Session
from studytui.session.walls import unsaid_lack
from studytui.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from studytui.cards.library import Library
    from studytui.errors import StudyError
    from studytui.session.progress import Progress
    from studytui.session.values import GraderLike
    from studytui.settings import Settings


@runtime_checkable
class Closes(Protocol):
    """A grader that holds a process."""

    def close(self) -> None:
        """End it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What every session at it is given. All but `close` may wait for another program to let go of the database."""

    settings: Settings
    clock: Callable[[], datetime]
    store: Store
    scheduler: Scheduler
    grader: GraderLike

    @classmethod
    def open(
        cls,
        database: Path,
        settings: Settings,
        clock: Callable[[], datetime],
        make_grader: Callable[[], GraderLike] | None = None,
    ) -> Desk:
        """Open the database at `database`, and start the grader: the real one where none is given.

        Raises:
            StudyError: the database cannot be opened, or the grader cannot be started.
        """
        with ExitStack() as undone:
            store = undone.enter_context(Store.open(database, clock=clock))
            desk = cls(settings, clock, store, Scheduler(settings.scheduling), (make_grader or _started_grader)())
            undone.pop_all()
        return desk

    def start_session(self, library: Library, deck: str | None = None, *, only: str | None = None) -> Session:
        """A session with the cards of `deck`, or of every deck where it is None, its first card at hand.

        Args:
            only: the one card to study, due or not.

        Raises:
            StudyError: the database cannot be read or written, or there is no card `only`.
        """
        session = Session(
            library=library,
            store=self.store,
            scheduler=self.scheduler,
            grader=self.grader,
            settings=self.settings,
            clock=self.clock,
            decks=None if deck is None else frozenset({deck}),
            only=only,
        )
        session.start()
        return session

    def progress(self, library: Library) -> Progress:
        """What the log and the memories come to, over the cards of a library."""
        return progress(library, self.store, self.scheduler, self.settings, self.clock())

    def complaints(self) -> list[StudyError]:
        """What the learner is to know before studying: no backup could be made, or the sandbox lacks something."""
        found = (self.store.backup_problem, unsaid_lack(self.store, self.settings.language))
        return [complaint for complaint in found if complaint is not None]

    def suspended(self) -> list[str]:
        """The ids of the suspended cards, sorted."""
        return sorted(card for card, record in self.store.records().items() if record.suspended)

    def suspend(self, card: str, *, suspended: bool) -> None:
        """Take a card out of all sessions but its own, or in again."""
        self.store.suspend(card, suspended=suspended)

    def close(self) -> None:
        """Give the database back and end the grader's process."""
        self.store.close()
        if isinstance(self.grader, Closes):
            self.grader.close()


def _started_grader() -> Grader:
    grader = Grader()
    grader.start()
    return grader
