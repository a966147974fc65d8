"""What the home screen, the list of cards and `studytui due` say: counts by deck, today's work, how each card stands.

Pure and cheap, and without SQLAlchemy, pydantic or FSRS, because the first paint waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from studytui.cards.text import in_language
from studytui.scheduling.days import study_day
from studytui.scheduling.queue import Candidate, counts_by_deck, next_due, plan
from studytui.scheduling.types import Counts, Today
from studytui.store.files import WAIT
from studytui.store.glance import glance

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime
    from pathlib import Path

    from studytui.cards.library import Entry, Library
    from studytui.settings import Settings
    from studytui.store.types import DayTally, Record


@dataclass(frozen=True, slots=True)
class DeckCounts:
    """One deck: what a session on it alone would show now, and how many cards it has in all."""

    id: str
    title: str
    new: int
    learning: int
    due: int
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """How things stand.

    Attributes:
        counts: what a session on all decks would show now; the daily limits are shared, so it may be less than the sum
            over the decks.
        reviewed_today: reviews of this study day, learning steps included.
        next_due: when there will be more to study than now; None if nothing is known to come.
        streak_days: study days in a row with a review, up to today, or to yesterday while today has none.
    """

    decks: tuple[DeckCounts, ...]
    counts: Counts
    reviewed_today: int
    next_due: datetime | None
    streak_days: int


class Standing(StrEnum):
    """How a card stands with the learner, as a list says it."""

    NEW = "new"
    LEARNING = "learning"
    DUE = "due"
    LATER = "later"
    SUSPENDED = "suspended"
    NEEDS = "needs"
    """It cannot be graded here: what its entry needs is missing."""


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card in a list.

    Attributes:
        days: the study days until it is due; 0 unless it stands at `LATER`.
        gradable: whether it can be graded here; a suspended card may lack what it needs too.
    """

    entry: Entry
    standing: Standing
    days: int = 0
    gradable: bool = True


def candidates(
    library: Library, records: Mapping[str, Record], decks: Collection[str] | None = None
) -> dict[str, Candidate]:
    """The cards of `decks` (of all if None) by id, in the order new ones are to come.

    Records of cards that are in no deck any more are left out; they wait in the store for the card to come back.
    """
    found: dict[str, Candidate] = {}
    missing = library.missing_needs()
    for entry in library.entries:
        if decks is None or entry.deck in decks:
            record = records.get(entry.id)
            gradable = entry.needs not in missing
            if record is None:
                found[entry.id] = Candidate(entry.id, entry.deck, entry.topics, after=entry.after, gradable=gradable)
            else:
                found[entry.id] = Candidate(
                    entry.id,
                    entry.deck,
                    entry.topics,
                    record.memory,
                    record.suspended,
                    record.buried_until,
                    entry.after,
                    gradable,
                )
    return found


def overview(
    library: Library, records: Mapping[str, Record], days: Iterable[DayTally], settings: Settings, now: datetime
) -> Overview:
    """How things stand at `now`; `days` are the study days with a review, in any order."""
    rules = settings.scheduling
    day = study_day(now, rules)
    by_day = {tally.day: tally for tally in days}
    tally = by_day.get(day)
    today = Today(tally.new, tally.reviews) if tally else Today()
    cards = candidates(library, records).values()
    queue = plan(cards, today, rules, now, day)
    by_deck = counts_by_deck(cards, today, rules, now, day)
    decks = []
    for deck in library.decks:
        counts = by_deck.get(deck.id, Counts())
        title = in_language(deck.title, settings.language)
        decks.append(DeckCounts(deck.id, title, counts.new, counts.learning, counts.due, len(deck.entries)))
    return Overview(
        decks=tuple(decks),
        counts=queue.counts,
        reviewed_today=tally.total if tally else 0,
        next_due=next_due(cards, queue, rules, day),
        streak_days=_streak(by_day, day),
    )


def glance_overview(
    library: Library, database: Path, settings: Settings, now: datetime, wait: float = WAIT
) -> Overview:
    """The overview read straight from the database file; of a file that is not there yet, all cards are new.

    Args:
        wait: seconds to wait for another program that holds the file.

    Raises:
        StoreError: the file is there and cannot be read, or is of another version.
    """
    seen = glance(database, wait=wait)
    return overview(library, seen.records, seen.days, settings, now)


def card_rows(
    library: Library, records: Mapping[str, Record], settings: Settings, now: datetime, deck: str | None = None
) -> tuple[CardRow, ...]:
    """The cards of `deck`, of all decks where it is None, as they stand at `now`; in the order new ones are to come."""
    day, missing = study_day(now, settings.scheduling), library.missing_needs()
    return tuple(
        _row(entry, records.get(entry.id), day, gradable=entry.needs not in missing)
        for entry in library.entries
        if deck is None or entry.deck == deck
    )


def glance_cards(
    library: Library, database: Path, settings: Settings, now: datetime, deck: str | None = None
) -> tuple[CardRow, ...]:
    """The same read straight from the database file.

    Raises:
        StoreError: as for `glance_overview`.
    """
    return card_rows(library, glance(database).records, settings, now, deck)


def _row(entry: Entry, record: Record | None, day: date, *, gradable: bool) -> CardRow:
    if record is not None and record.suspended:
        return CardRow(entry, Standing.SUSPENDED, gradable=gradable)
    if not gradable:
        return CardRow(entry, Standing.NEEDS, gradable=False)
    if record is None or record.memory is None:
        return CardRow(entry, Standing.NEW)
    if record.memory.is_learning:
        return CardRow(entry, Standing.LEARNING)
    days = (max(record.memory.due_day, record.buried_until or day) - day).days
    return CardRow(entry, Standing.LATER, days) if days > 0 else CardRow(entry, Standing.DUE)


def _streak(days: Collection[date], today: date) -> int:
    day = today if today in days else today - timedelta(days=1)
    length = 0
    while day in days:
        length += 1
        day -= timedelta(days=1)
    return length
