"""Which cards are left today, and in what order.

A queue is planned anew from the candidates after every review: with 10,000 cards that takes a few milliseconds, and it
can never disagree with what was logged, undone, buried or studied in another window meanwhile.

FSRS is not needed here: at one and the same curve the lowest retrievability is the highest elapsed / stability.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from studytui.scheduling.days import day_starts
from studytui.scheduling.types import Counts, Memory, State, Today

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from studytui.settings import SchedulingSettings

__all__ = ["Candidate", "Counts", "Queue", "Today", "counts_by_deck", "is_buried", "next_due", "plan"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card as far as its place in the queue depends on it.

    Attributes:
        id: full id, as "tensors/view".
        after: full ids of the cards to learn first.
        memory: None for a card never reviewed.
        buried_until: the study day on which the card comes back; None if it is not buried.
        gradable: whether this machine can grade it; where it cannot, the card is asked no more than a suspended one.
    """

    id: str
    deck: str
    topics: tuple[str, ...] = ()
    memory: Memory | None = None
    suspended: bool = False
    buried_until: date | None = None
    after: tuple[str, ...] = ()
    gradable: bool = True

    @property
    def is_set_aside(self) -> bool:
        """Whether the card is not to be asked, on no day: no other waits for it, or gives way to it."""
        return self.suspended or not self.gradable


@dataclass(frozen=True, slots=True)
class Queue:
    """What is left of a study day.

    Attributes:
        learning: cards in their steps that are due, or will be within the learn-ahead time; earliest first.
        learning_due: when each of them is due.
        reviews: lowest retrievability first.
        new: prerequisites first, then in deck order.
        main: reviews and new cards as they are shown, new ones spread evenly among the reviews.
    """

    learning: tuple[str, ...]
    learning_due: tuple[datetime, ...]
    reviews: tuple[str, ...]
    new: tuple[str, ...]
    main: tuple[str, ...]

    @property
    def counts(self) -> Counts:
        """How many cards are left, each of which will be shown."""
        return Counts(new=len(self.new), learning=len(self.learning), due=len(self.reviews))

    def due_learning(self, now: datetime) -> tuple[str, ...]:
        """The learning cards whose step is over: they go before everything else."""
        return tuple(card for card, due in zip(self.learning, self.learning_due, strict=True) if due <= now)

    def ahead(self, now: datetime) -> tuple[str, ...]:
        """The learning cards whose step is not over: they come last, early rather than tomorrow."""
        return tuple(card for card, due in zip(self.learning, self.learning_due, strict=True) if due > now)

    def next(self, now: datetime) -> str | None:
        """The card to show at `now`, None when today's work is done."""
        return next(iter((*self.due_learning(now), *self.main, *self.ahead(now))), None)


def is_buried(buried_until: date | None, day: date) -> bool:
    """Whether a card is out of the way on the study day `day`."""
    return buried_until is not None and day < buried_until


def plan(
    candidates: Iterable[Candidate], today: Today, settings: SchedulingSettings, now: datetime, day: date
) -> Queue:
    """The queue of the study day `day` as it stands at `now`.

    `candidates` come in the order in which new cards are to be shown, prerequisites first. `today` is what was done on
    `day` already: the limits allow the rest, and the spread of new cards goes on from it.
    """
    learning: list[tuple[datetime, str]] = []
    reviews: list[tuple[float, Candidate]] = []
    new: list[Candidate] = []
    passed_over: set[str] = set()
    taken: set[str] = set()  # topics that have had, or will have, their card today
    horizon = now + timedelta(seconds=settings.learn_ahead)
    for card in candidates:
        memory = card.memory
        if memory is None:
            new.append(card)
        elif card.is_set_aside or is_buried(card.buried_until, day):
            continue
        elif memory.state is not State.REVIEW:
            if memory.due <= horizon:
                learning.append((memory.due, card.id))
            if memory.due <= horizon or memory.due_day <= day:
                taken.update(card.topics)
        elif memory.due_day <= day:
            reviews.append(((day - memory.last_day).days / memory.stability, card))
    learning.sort()
    reviews.sort(key=lambda item: item[0], reverse=True)

    def free(card: Candidate) -> bool:
        """Whether none of the card's topics had its turn; if so, they have now."""
        if settings.bury_siblings and not taken.isdisjoint(card.topics):
            return False
        taken.update(card.topics)
        return True

    chosen_reviews: list[str] = []
    for _, card in reviews:
        if len(chosen_reviews) >= settings.reviews_per_day - today.reviews:
            break
        if free(card):
            chosen_reviews.append(card.id)
    chosen_new: list[str] = []
    for card in new:
        if len(chosen_new) >= settings.new_per_day - today.new:
            break
        if not passed_over.isdisjoint(card.after):
            passed_over.add(card.id)  # be it set aside: what comes after it comes after those too
        elif card.is_set_aside:
            continue
        elif is_buried(card.buried_until, day) or not free(card):
            passed_over.add(card.id)
        else:
            chosen_new.append(card.id)
    return Queue(
        learning=tuple(card for _, card in learning),
        learning_due=tuple(due for due, _ in learning),
        reviews=tuple(chosen_reviews),
        new=tuple(chosen_new),
        main=tuple(
            card for _, card in sorted([*_spread(chosen_reviews, today.reviews), *_spread(chosen_new, today.new)])
        ),
    )


def counts_by_deck(
    candidates: Iterable[Candidate], today: Today, settings: SchedulingSettings, now: datetime, day: date
) -> Mapping[str, Counts]:
    """What a session on each deck alone would show, so that the number beside a deck is true when it is opened.

    The daily limits are shared, so the numbers may add up to more than a session on all decks would show.
    """
    decks: defaultdict[str, list[Candidate]] = defaultdict(list)
    for card in candidates:
        decks[card.deck].append(card)
    return {deck: plan(cards, today, settings, now, day).counts for deck, cards in decks.items()}


def _spread(cards: Sequence[str], done: int) -> Iterator[tuple[float, str]]:
    """Each card with its place on the day from 0 to 1.

    The cards done today have their places too: without them every new plan would start the spread afresh, and of two
    kinds of cards the one that comes first would always be next.
    """
    whole = done + len(cards)
    return (((done + index + 0.5) / whole, card) for index, card in enumerate(cards))


def next_due(candidates: Iterable[Candidate], queue: Queue, settings: SchedulingSettings, day: date) -> datetime | None:
    """When there will be more to study than `queue`, planned on `day`, holds; None where nothing is known to come.

    What the daily limits or a sibling kept back today comes tomorrow, when the study day starts.
    """
    here = {*queue.learning, *queue.main}
    tomorrow = day + timedelta(days=1)
    learning: list[datetime] = []
    days: list[date] = []
    for card in candidates:
        if card.is_set_aside or card.id in here:
            continue
        back = max(tomorrow, card.buried_until or tomorrow)
        memory = card.memory
        if memory is None:
            if settings.new_per_day:
                days.append(back)
        elif memory.state is State.REVIEW:
            if settings.reviews_per_day:
                days.append(max(memory.due_day, back))
        elif is_buried(card.buried_until, day):
            days.append(max(memory.due_day, back))
        else:
            learning.append(memory.due)
    starts = [day_starts(min(days), settings)] if days else []
    return min((*learning, *starts), default=None)
