"""How learning goes: what was done, what was remembered, what is to come, and how far each deck is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean, median
from typing import TYPE_CHECKING

from studytui.cards.text import in_language
from studytui.overview import candidates
from studytui.scheduling.types import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from studytui.cards.library import Library
    from studytui.scheduling.queue import Candidate
    from studytui.scheduling.scheduler import Scheduler
    from studytui.settings import Settings
    from studytui.store.store import Store
    from studytui.store.types import DayRecall

AHEAD = 14
"""Study days looked ahead, today included."""
RECENT = 30
"""Study days that count as recent, today included."""


@dataclass(frozen=True, slots=True)
class Recall:
    """True retention: how many reviews of due cards there were, and how many of them were not rated again."""

    due: int
    recalled: int

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was due."""
        return self.recalled / self.due if self.due else 0.0


@dataclass(frozen=True, slots=True)
class DeckProgress:
    """One deck.

    Attributes:
        learned: cards that have been through their learning steps.
        known: the average probability, 0 to 1, of recalling one of those now; None where there is none.
        lasts: the median of their stabilities: the days after which one in ten would be forgotten.
    """

    title: str
    learned: int
    total: int
    known: float | None
    lasts: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What the log and the memories come to.

    Attributes:
        today: the study day it is.
        done: reviews of each study day that had some, learning steps included.
        recent: of the last `RECENT` study days.
        due: cards due on each of `AHEAD` study days from today on; what is overdue is due today.
        goal: the retention that is aimed for.
    """

    today: date
    done: Mapping[date, int]
    recent: Recall
    ever: Recall
    due: tuple[int, ...]
    decks: tuple[DeckProgress, ...]
    goal: float


def progress(library: Library, store: Store, scheduler: Scheduler, settings: Settings, now: datetime) -> Progress:
    """How things stand at `now`.

    Raises:
        StoreError: the database cannot be read.
    """
    today = scheduler.study_day(now)
    cards = candidates(library, store.records())
    recalls = store.recalls()
    since = today - timedelta(days=RECENT)
    return Progress(
        today=today,
        done={tally.day: tally.total for tally in store.days()},
        recent=_sum(each for each in recalls if each.day > since),
        ever=_sum(recalls),
        due=_due(cards.values(), today),
        decks=tuple(
            _deck(
                in_language(deck.title, settings.language), [cards[entry.id] for entry in deck.entries], scheduler, now
            )
            for deck in library.decks
        ),
        goal=settings.scheduling.desired_retention,
    )


def _sum(recalls: Iterable[DayRecall]) -> Recall:
    each = list(recalls)
    return Recall(sum(day.due for day in each), sum(day.recalled for day in each))


def _due(cards: Iterable[Candidate], today: date) -> tuple[int, ...]:
    days = Counter(
        (max(card.memory.due_day, card.buried_until or today, today) - today).days
        for card in cards
        if card.memory is not None and not card.is_set_aside
    )
    return tuple(days[ahead] for ahead in range(AHEAD))


def _deck(title: str, cards: Sequence[Candidate], scheduler: Scheduler, now: datetime) -> DeckProgress:
    learned = [card.memory for card in cards if card.memory is not None and card.memory.state is not State.LEARNING]
    if not learned:
        return DeckProgress(title, 0, len(cards), None, None)
    known = fmean(scheduler.retrievability(memory, now) for memory in learned)
    return DeckProgress(title, len(learned), len(cards), known, median(memory.stability for memory in learned))
