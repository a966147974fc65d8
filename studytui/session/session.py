"""The state machine of a study session: no UI, no hidden clock.

Nothing is lost, whenever the app is killed: what is typed is a draft in the store, an attempt is there before its
verdict is shown, a review is committed before the next card shows, and the hints seen are kept beside the card at hand.

The queue is planned anew for every card from what the store says then, so undo, the turn of the day and another
studytui on the same database need no care of their own.
"""

from __future__ import annotations

import threading
import unicodedata
from typing import TYPE_CHECKING

from studytui.cards.answers import starter
from studytui.cards.instance import is_drawn
from studytui.cards.text import in_language
from studytui.errors import DeckError
from studytui.grader.verdict_json import to_text
from studytui.scheduling.types import Counts, Rating
from studytui.session.asking import Asking
from studytui.session.cards import SessionCards, comes_back
from studytui.session.ratings import choices_of, suggest
from studytui.session.seeds import seed_of
from studytui.session.traces import Traces, verdict_of
from studytui.session.values import Done, Effort, Phase, Summary, summed_up, ticked
from studytui.store.types import Attempt, Review

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from studytui.cards.library import Library
    from studytui.cards.models import Card
    from studytui.grader.picture import TracedLine
    from studytui.grader.verdict import Verdict
    from studytui.scheduling.scheduler import Scheduler
    from studytui.scheduling.types import Memory
    from studytui.session.values import Choice, GraderLike
    from studytui.settings import Settings
    from studytui.store.store import Store


class Session:
    """One sitting. `start` it, then act on `phase`: answer and `grade` or `reveal`, then `rate`.

    Every method may be called from any thread, and raises StoreError where the database cannot be read or written. What
    was to be saved can then be tried again; where it was saved and only the next card cannot be read, the session is
    finished. `rate`, `tick` and `retry` raise RuntimeError outside `Phase.GRADED`: a learner cannot have meant them.

    Whatever reads or writes the store may wait for another program to let go of it. The rest never does: attributes,
    `counts`, `days_early`, `hints`, `suggested`, `choices`, `tick`, `retry` and `summary`.

    Args:
        clock: gives the time, aware.
        decks: ids of the decks to study; all if None.
        only: the one card to study, due or not, suspended or not; the session is finished after it.
        seed: of the numbers of that card; by default they follow from its last review.

    Attributes:
        phase: what the learner can do now.
        card_id, card: the card at hand, its numbers drawn; None when finished.
        verdict: on the answer graded last; None before, and where the solution was asked for without an answer.
        leech: the card just rated, if it was forgotten so often that it wants rewriting; else None.
    """

    def __init__(
        self,
        *,
        library: Library,
        store: Store,
        scheduler: Scheduler,
        grader: GraderLike,
        settings: Settings,
        clock: Callable[[], datetime],
        decks: frozenset[str] | None = None,
        only: str | None = None,
        seed: int | None = None,
    ) -> None:
        self.phase = Phase.FINISHED
        self.card_id: str | None = None
        self.card: Card | None = None
        self.verdict: Verdict | None = None
        self.leech: str | None = None
        self._library, self._store, self._scheduler = library, store, scheduler
        self._asking = Asking(grader, settings)
        self._language, self._clock, self._only, self._seed = settings.language, clock, only, seed
        self._lock = threading.RLock()
        self._at_hand = threading.Lock()  # for phase, card and verdict alone, and never held while the store is asked
        self._cards = SessionCards(library, store, settings.scheduling, decks)
        self._traces = Traces(store, scheduler)
        self._done: list[Done] = []
        self._efforts: dict[str, Effort] = {}
        self._effort = Effort()
        self._since = clock()

    def start(self) -> None:
        """Show the first card: the one the learner was at, if it is still due, and its verdict if it had one.

        Raises:
            DeckError: there is no card `only`, or its numbers cannot be drawn.
        """
        with self._lock:
            first = self._traces.at_hand()
            if self._only is None:
                self._advance(first=first)
            else:
                self._cards.plan(*self._now())
                self._show(self._only)
            if self.card_id is not None and self.card_id == first:
                tries = self._tries(first)
                if tries and tries[-1].answer == self.draft():
                    self._restore(tries)

    # The card at hand

    @property
    def counts(self) -> Counts:
        """What is left, the card at hand included."""
        if self._only is None:
            return self._cards.counts
        if self.phase is Phase.FINISHED:
            return Counts()
        memory = self._memory()
        return Counts(new=1) if memory is None else Counts(learning=1) if memory.is_learning else Counts(due=1)

    @property
    def is_single(self) -> bool:
        """Whether it is about one card that was asked for by name."""
        return self._only is not None

    @property
    def days_early(self) -> int:
        """By how many study days the card at hand comes before it is due, as one asked for by name may."""
        memory = self._memory()
        return 0 if memory is None or memory.is_learning else max(0, (memory.due_day - self._now()[1]).days)

    @property
    def missing(self) -> tuple[str, ...]:
        """Cards left out because their deck has lost them since the library was opened."""
        return self._cards.missing

    @property
    def reviewed(self) -> int:
        """Reviews of this session, net of undo."""
        return len(self._done)

    @property
    def hints_shown(self) -> int:
        """How many hints of this card the learner has seen."""
        return self._effort.hints

    @property
    def solution_shown(self) -> bool:
        """Whether the learner has seen this card's solution."""
        return self._effort.solution_shown

    def draft(self) -> str:
        """What the learner had typed, else what the card starts from."""
        with self._lock:
            saved = self._store.draft(self.card_id) if self.card_id else None
            return self._starter() if saved is None else saved

    def save_draft(self, text: str, card_id: str | None = None) -> None:
        """Keep what is typed. A save that comes late, for a card (`card_id`) no longer at hand, is dropped."""
        with self._lock:
            if self.card_id is None or card_id not in (None, self.card_id):
                return
            saved = self._store.draft(self.card_id)
            if text != (self._starter() if saved is None else saved):
                self._store.save_draft(self.card_id, text, self._clock())

    def hint(self) -> str | None:
        """One more hint; None when none is left."""
        with self._lock:
            if self.card is None or self._effort.hints >= len(self.card.hints):
                return None
            self._effort.hints += 1
            self._keep_trace()
            return self.hints()[-1]

    def hints(self) -> tuple[str, ...]:
        """The hints shown so far."""
        shown = self.card.hints[: self._effort.hints] if self.card else ()
        return tuple(in_language(hint, self._language) for hint in shown)

    def solution(self) -> str:
        """The right answer. That of a predict card is found by running it, so this may block for a moment.

        Raises:
            GraderError: it had to be run and the grader failed.
        """
        card, effort, verdict = self.card, self._effort, self.verdict
        if card is None:
            return ""
        if effort.solution is None:
            effort.solution = self._asking.solution(card, verdict, effort.seed)
        return effort.solution

    def reveal(self) -> str:
        """Show the solution. A card that was not passed by then is given up: again is suggested.

        Raises:
            GraderError: as in `solution`.
        """
        effort = self._effort
        text = self.solution()
        with self._lock:
            # The learner may have gone on to another card while a predict card was run.
            if self.card is not None and self._effort is effort:
                self._count_seconds()
                effort.solution_shown = True
                effort.gave_up |= self.verdict is None or not self.verdict.passed
                self.phase = Phase.GRADED
                self._keep_trace()
        return text

    def explain(self) -> tuple[TracedLine, ...]:
        """What each line of the predict card at hand made, once its answer is told; blocks shortly.

        Empty where there is nothing to show: the verdict stands without it.
        """
        card, verdict, effort = self.card, self.verdict, self._effort
        if card is None or self.phase is not Phase.GRADED:
            return ()
        return self._asking.lines(card, verdict.seed if verdict else effort.seed or 0)

    # The answer and its verdict

    def prepare(self) -> None:
        """Have the grader begin on the card at hand, for its next answer to be graded at once; blocks shortly.

        A grader that cannot, or fails, is no matter here: the grade itself will tell.
        """
        card = self.card
        if card is not None:
            self._asking.prepare(card)

    def grade(
        self,
        answer: str,
        *,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Verdict:
        """Grade an answer; blocks while the grader works, so call it in a worker.

        The answer is saved as a draft first, and the attempt is in the store when this returns. Should the learner have
        gone on to another card meanwhile, the attempt is kept and nothing else happens.

        Raises:
            GraderError: the grader failed; the answer is kept.
            GradeCancelledError: `cancelled` said so; the answer is kept.
        """
        with self._lock:
            card, card_id, effort = self.card, self.card_id, self._effort
            if card is None or card_id is None:
                raise RuntimeError("there is no card to answer")
            if card.kind != "implement":
                # Korean may arrive in parts (macOS, some terminals); no word of a deck would be found in it.
                answer = unicodedata.normalize("NFC", answer)
            if self.phase is Phase.GRADED:
                self.retry()
            self.save_draft(answer)
            self._count_seconds()
            seconds = effort.seconds
        verdict = self._asking.grade(card, answer, effort.seed, on_progress, cancelled)
        function = card.function_name if card.kind == "implement" else None
        text = to_text(verdict, card=card_id, function=function)
        with self._lock:
            now = self._clock()
            attempt = Attempt(
                card_id, now, answer, verdict.outcome.value, text, seconds, effort.hints, effort.solution_shown
            )
            effort.attempt_id = self._store.save_attempt(attempt)
            effort.hints_at_grade = effort.hints
            if self.card_id == card_id and self._effort is effort:
                self._keep_trace()
                with self._at_hand:
                    self.verdict, self.phase = verdict, Phase.GRADED
        return verdict

    def tick(self, ticks: tuple[bool, ...]) -> None:
        """Take the learner's word for which points of a recall card they made; all of them made is passed.

        Raises:
            ValueError: there are not as many ticks as points.
        """
        with self._at_hand:
            if (
                self.phase is not Phase.GRADED
                or self.verdict is None
                or self.card is None
                or self.card.kind != "recall"
            ):
                raise RuntimeError("there are no points to tick")
            self.verdict = ticked(self.verdict, ticks, self._language)

    def retry(self) -> None:
        """Back to the prompt, with the answer kept; a verdict that was not passed counts as a wrong try."""
        with self._at_hand:
            if self.phase is not Phase.GRADED:
                raise RuntimeError("there is no verdict to come back from")
            if self.verdict is not None and not self.verdict.passed:
                self._effort.misses += 1
            self.verdict, self.phase, self._since = None, Phase.ANSWERING, self._clock()

    # The rating, and the way on

    def suggested(self) -> Rating:
        """The rating that the verdict suggests; the learner may overrule it."""
        return suggest(self.card.kind, self.verdict, self._effort) if self.card else Rating.AGAIN

    def choices(self) -> dict[Rating, Choice]:
        """What each rating would give now; empty when finished."""
        card_id = self.card_id
        if card_id is None:
            return {}
        now, day = self._now()
        return choices_of(self._scheduler.next_memories(card_id, self._cards.memory(card_id), now, day), now, day)

    def rate(self, rating: Rating) -> None:
        """Commit the review, bury its siblings for the day, and show the next card or finish.

        Raises:
            StoreError: also where another studytui reviewed this card in the same instant; rate it again then.
        """
        with self._lock:
            card_id, effort, verdict = self.card_id, self._effort, self.verdict
            if self.phase is not Phase.GRADED or card_id is None:
                raise RuntimeError("there is nothing to rate")
            now, day = self._now()
            self._cards.read()
            before = self._memory()
            after = self._scheduler.next_memories(card_id, before, now, day)[rating]
            review = Review(
                card=card_id,
                rating=rating,
                suggested=self.suggested(),
                at=after.last_review,
                day=day,
                seconds=effort.seconds,
                verdict=verdict.outcome.value if verdict else None,
                attempt_id=effort.attempt_id,
                memory_after=after,
                seed=effort.seed,
            )
            siblings, until = self._cards.siblings(card_id, day), comes_back(day)
            self._store.record(review, bury=siblings, bury_until=until)
            self._cards.reviewed(card_id, after, siblings, until)
            self._done.append(Done(review, effort, verdict))
            self._efforts.pop(card_id, None)
            self.leech = card_id if self._scheduler.becomes_leech(before, after) else None
            self._advance(left=card_id)

    def undo(self) -> str | None:
        """Take back the last review of the log, and return to its card and verdict.

        Returns:
            The card, or None if there was nothing to take back. Should no deck have the card any more, its review is
            taken back all the same and the session stays where it is.
        """
        with self._lock:
            review = self._store.undo()
            if review is None:
                return None
            self.leech = None
            done = next((each for each in reversed(self._done) if each.review == review), None)
            if done is not None:
                self._done.remove(done)
            self._cards.read(anew=True)
            self._cards.plan(*self._now())
            try:
                self._show(review.card, review.seed)
            except DeckError:
                return review.card
            if done is not None:
                self._effort = self._efforts[review.card] = done.effort
                self.verdict = done.verdict
                if done.verdict is not None or done.effort.gave_up:
                    self.phase = Phase.GRADED
                self._keep_trace()
            elif review.attempt_id is not None:
                self._effort.attempt_id = review.attempt_id
                self._restore([attempt for attempt in self._tries(review.card) if attempt.at <= review.at])
            return review.card

    def skip(self) -> None:
        """Go on; the card comes back later in this session, with its draft."""
        with self._lock:
            if self.card_id is not None:
                self._cards.skip(self.card_id)
                self._advance(left=self.card_id)

    def bury(self) -> None:
        """Go on; the card comes back on the next study day."""
        with self._lock:
            if self.card_id is not None:
                until = comes_back(self._now()[1])
                self._store.bury(self.card_id, until)
                self._cards.bury(self.card_id, until)
                self._advance(left=self.card_id)

    def suspend(self) -> None:
        """Go on; the card does not come back until it is taken in again."""
        with self._lock:
            if self.card_id is not None:
                self._store.suspend(self.card_id, suspended=True)
                self._cards.suspend(self.card_id)
                self._advance(left=self.card_id)

    def summary(self) -> Summary:
        """What the session came to so far."""
        return summed_up(tuple(self._done), self._cards.next_due(self._now()[1]))

    # Below: the lock is held

    def _advance(self, first: str | None = None, left: str | None = None) -> None:
        """Show the next card, `first` if it is due, or finish; `left` is the card that was just left."""
        with self._at_hand:
            self.phase, self.card_id, self.card, self.verdict = Phase.FINISHED, None, None, None
        self._cards.plan(*self._now())
        while (card_id := self._next(first, left)) is not None:
            try:
                self._show(card_id)
            except DeckError:
                self._cards.leave_out(card_id)
                self._cards.plan(*self._now())
            else:
                return
        self._keep_trace()

    def _next(self, first: str | None, left: str | None) -> str | None:
        if self._only is not None:
            return self._only if left is None and self._only not in self.missing else None
        return self._cards.next(self._clock(), first)

    def _show(self, card_id: str, seed: int | None = None) -> None:
        """Put a card at hand, its numbers drawn from `seed` where that is known.

        Raises:
            DeckError: no deck has it any more, or it cannot be drawn; nothing has changed then.
        """
        card, memory = self._library.card(card_id), self._cards.memory(card_id)
        effort = self._efforts.get(card_id) or self._traces.effort(card_id, memory, self._now()[1])
        if is_drawn(card):
            known = (seed, effort.seed, self._seed, seed_of(card_id, memory))
            effort.seed = next(each for each in known if each is not None)
            card = self._asking.drawn(card, effort.seed)
        else:
            effort.seed = None
        with self._at_hand:
            self._effort = self._efforts[card_id] = effort
            self.card_id, self.card, self.verdict, self.phase = card_id, card, None, Phase.ANSWERING
        self._cards.shown(card_id)
        self._since = self._clock()
        self._keep_trace()

    def _restore(self, tries: list[Attempt]) -> None:
        """Go back to the verdict on the last of `tries`, attempts on the card at hand that made up its effort."""
        verdict = verdict_of(tries[-1]) if tries else None
        drawn = self._effort.seed
        if verdict is not None and drawn in (None, verdict.seed):  # a verdict on other numbers says nothing of these
            self._effort.misses -= not verdict.passed
            self._effort.hints_at_grade = tries[-1].hints
            self.verdict, self.phase = verdict, Phase.GRADED

    def _tries(self, card_id: str) -> list[Attempt]:
        return self._traces.attempts(card_id, self._cards.memory(card_id), self._now()[1])

    def _keep_trace(self) -> None:
        if self._only is None:
            self._traces.keep(self.card_id, self._effort, self._memory(), self._now()[1])

    def _memory(self) -> Memory | None:
        return self._cards.memory(self.card_id) if self.card_id else None

    def _now(self) -> tuple[datetime, date]:
        now = self._clock()
        return now, self._scheduler.study_day(now)

    def _starter(self) -> str:
        return starter(self.card, self._language) if self.card and self.card.kind == "implement" else ""

    def _count_seconds(self) -> None:
        if self.phase is Phase.ANSWERING:
            now = self._clock()
            self._effort.seconds += max(0.0, (now - self._since).total_seconds())
            self._since = now
