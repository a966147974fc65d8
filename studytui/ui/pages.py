"""The screens that home leads to and that read the store, each made with what it needs; the app shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.cards.text import in_language
from studytui.overview import glance_cards

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from studytui.cards.library import Library
    from studytui.overview import CardRow
    from studytui.session import Session
    from studytui.session.desk import Desk
    from studytui.settings import Settings
    from studytui.ui.screens.base import Context
    from studytui.ui.screens.cards import CardsScreen
    from studytui.ui.screens.progress import ProgressScreen
    from studytui.ui.screens.suspended import SuspendedScreen
    from studytui.ui.turns import Turns


class Pages:
    """Makes them; each may raise StudyError where the store cannot be read.

    Args:
        context: what every screen is given.
        turns: where all that asks the store waits for its turn.
        settings: what the learner has set.
        database: where the database is, or is to be.
        library: the decks as they were read last.
        desk: the desk, once it is open.
    """

    def __init__(
        self,
        context: Context,
        turns: Turns,
        settings: Settings,
        database: Path,
        library: Callable[[], Library],
        desk: Callable[[], Awaitable[Desk]],
    ) -> None:
        self._context, self._turns, self._settings, self._database = context, turns, settings, database
        self._library, self._desk = library, desk

    async def suspended(self) -> SuspendedScreen:
        """Which cards are suspended, to release them."""
        from studytui.ui.screens.suspended import SuspendedScreen

        desk = await self._desk()
        cards = await self._turns.take(desk.suspended)
        return SuspendedScreen(self._context, cards, lambda card: self._suspend(card, suspended=False))

    async def cards(self, deck: str | None) -> CardsScreen:
        """The cards of `deck`, of all decks where it is None, to find one; they are there before the desk is open."""
        from studytui.ui.screens.cards import CardsScreen

        library = self._library()

        def read() -> Sequence[CardRow]:
            return glance_cards(library, self._database, self._settings, self._context.clock(), deck)

        async def start(card: str) -> Session:
            desk = await self._desk()
            return await self._turns.take(lambda: desk.start_session(library, only=card))

        titles = [info.title for info in library.decks if info.id == deck]
        title = in_language(titles[0], self._settings.language) if titles else self._context.texts("cards.all")
        rows = await self._turns.take(read)
        return CardsScreen(
            self._context, self._turns, title=title, rows=rows, read=read, start=start, suspend=self._suspend
        )

    async def progress(self) -> ProgressScreen:
        """How learning goes."""
        from studytui.ui.screens.progress import ProgressScreen

        desk = await self._desk()
        library = self._library()
        return ProgressScreen(self._context, await self._turns.take(lambda: desk.progress(library)))

    async def _suspend(self, card: str, suspended: bool) -> None:
        desk = await self._desk()
        await self._turns.take(lambda: desk.suspend(card, suspended=suspended))
