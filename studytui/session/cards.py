"""The cards a session is about, as the store has them now, and which of them comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from studytui.overview import candidates
from studytui.scheduling.queue import Candidate, Queue, is_buried, next_due, plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from studytui.cards.library import Library
    from studytui.scheduling.types import Counts, Memory
    from studytui.settings import SchedulingSettings
    from studytui.store.store import Store


class SessionCards:
    """Candidates, queue, and the session's own order of things skipped.

    Reading 10,000 cards takes some 60 ms, so what the session itself does is told here (`reviewed`, `bury`, `suspend`),
    and the store is read again only when another connection has written. One session uses a store at a time.

    Attributes:
        missing: cards left out because their deck has lost them since the library was opened.
    """

    def __init__(
        self, library: Library, store: Store, settings: SchedulingSettings, decks: frozenset[str] | None
    ) -> None:
        self.missing: tuple[str, ...] = ()
        self._library, self._store, self._settings, self._decks = library, store, settings, decks
        self._candidates: dict[str, Candidate] = {}
        self._version: int | None = None
        self._queue = Queue((), (), (), (), ())
        self._skipped: list[str] = []

    @property
    def counts(self) -> Counts:
        """How many cards are left, as of the last plan."""
        return self._queue.counts

    def read(self, *, anew: bool = False) -> None:
        """Take in what the store says now, where that may be news, or in any case if `anew`."""
        version = self._store.version()
        if anew or version != self._version:
            # The version is of before: a write in between is then read twice, never missed.
            self._candidates, self._version = candidates(self._library, self._store.records()), version

    def plan(self, now: datetime, day: date) -> None:
        """Read, and plan the rest of the study day anew."""
        self.read()
        self._queue = plan(self._mine(), self._store.today(day), self._settings, now, day)

    def reviewed(self, card_id: str, memory: Memory, buried: Iterable[str], until: date) -> None:
        """The store has a review of a card now, and its siblings are `buried`."""
        self._change(card_id, memory=memory)
        for sibling in buried:
            self.bury(sibling, until)

    def bury(self, card_id: str, until: date) -> None:
        """The store has a card buried now."""
        self._change(card_id, buried_until=until)

    def suspend(self, card_id: str) -> None:
        """The store has a card suspended now."""
        self._change(card_id, suspended=True)

    def next(self, now: datetime, first: str | None = None) -> str | None:
        """The card to show, `first` if it is due; skipped ones come after the rest, but before steps not over yet."""
        ahead = self._queue.ahead(now)
        ready = (*self._queue.due_learning(now), *self._queue.main)
        if first in (*ready, *ahead):
            return first
        skipped = [card for card in self._skipped if card in ready or card in ahead]
        fresh = [card for card in ready if card not in skipped]
        return next(iter((*fresh, *skipped, *ahead)), None)

    def memory(self, card_id: str) -> Memory | None:
        """What is known of a card; None if it is new, or in no deck."""
        card = self._candidates.get(card_id)
        return card.memory if card else None

    def siblings(self, card_id: str, day: date) -> list[str]:
        """The cards, of any deck, that a review would give away, were they shown on the same day."""
        card = self._candidates.get(card_id)
        topics = set(card.topics) if card and self._settings.bury_siblings else set()
        return [
            other.id
            for other in self._candidates.values()
            if other.id != card_id
            and not topics.isdisjoint(other.topics)
            and not other.is_set_aside
            and not is_buried(other.buried_until, day)
            and (other.memory is None or (not other.memory.is_learning and other.memory.due_day <= day))
        ]

    def skip(self, card_id: str) -> None:
        """Let a card wait until the others are done."""
        self._skipped.append(card_id)

    def shown(self, card_id: str) -> None:
        """A card that is shown is not skipped any more."""
        self._skipped = [skipped for skipped in self._skipped if skipped != card_id]

    def leave_out(self, card_id: str) -> None:
        """Leave out a card that its deck has lost; the next plan is without it."""
        self.missing += (card_id,)

    def next_due(self, day: date) -> datetime | None:
        """When there will be more to study than the queue holds; None if nothing is known to come."""
        return next_due(self._mine(), self._queue, self._settings, day)

    def _mine(self) -> Iterable[Candidate]:
        missing = set(self.missing)
        for card in self._candidates.values():
            if (self._decks is None or card.deck in self._decks) and card.id not in missing:
                yield card

    def _change(self, card_id: str, **fields: Any) -> None:
        card = self._candidates.get(card_id)
        if card is not None:
            self._candidates[card_id] = replace(card, **fields)


def comes_back(day: date) -> date:
    """The study day on which a card buried on `day` comes back."""
    return day + timedelta(days=1)
