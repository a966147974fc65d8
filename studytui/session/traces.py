"""What a killed app, or an earlier session, leaves of a card that was begun and not rated: its attempts, and a note."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from studytui.grader.verdict_json import from_text
from studytui.session.values import Effort, effort_of

if TYPE_CHECKING:
    from datetime import date

    from studytui.grader.verdict import Verdict
    from studytui.scheduling.scheduler import Scheduler
    from studytui.scheduling.types import Memory
    from studytui.store.store import Store
    from studytui.store.types import Attempt

_AT_HAND = "session.card"


class Traces:
    """Reads and leaves traces in the store. Those of an earlier study day do not count: the effort begins afresh."""

    def __init__(self, store: Store, scheduler: Scheduler) -> None:
        self._store, self._scheduler = store, scheduler

    def keep(self, card_id: str | None, effort: Effort, memory: Memory | None, day: date) -> None:
        """Note which card is at hand, to be rated after `memory`, and what of it the learner has seen.

        None when there is no card.
        """
        kept = {"card": card_id, "day": day.isoformat(), "reps": _reps(memory), "hints": effort.hints}
        kept |= {"attempt": effort.attempt_id, "seed": effort.seed}
        kept |= {"solution_shown": effort.solution_shown, "gave_up": effort.gave_up}
        self._store.set(_AT_HAND, None if card_id is None else json.dumps(kept))

    def at_hand(self) -> str | None:
        """The card that was at hand last."""
        card = self._kept().get("card")
        return card if isinstance(card, str) else None

    def attempts(self, card_id: str, memory: Memory | None, day: date) -> list[Attempt]:
        """Attempts of the study day `day` since the last review, oldest first."""
        return [
            attempt
            for attempt in self._store.attempts(card_id)
            if self._scheduler.study_day(attempt.at) == day and (memory is None or attempt.at > memory.last_review)
        ]

    def effort(self, card_id: str, memory: Memory | None, day: date) -> Effort:
        """What the card has cost today already."""
        effort = effort_of(self.attempts(card_id, memory, day))
        kept = self._kept()
        begun = (card_id, day.isoformat(), _reps(memory))
        if (kept.get("card"), kept.get("day"), kept.get("reps")) == begun:
            effort.hints = max(effort.hints, kept.get("hints", 0))
            effort.solution_shown |= kept.get("solution_shown", False)
            effort.gave_up |= kept.get("gave_up", False)
            effort.attempt_id = kept.get("attempt")
            effort.seed = kept.get("seed")
        return effort

    def _kept(self) -> dict[str, Any]:
        kept = json.loads(self._store.get(_AT_HAND) or "{}")
        return kept if isinstance(kept, dict) else {}


def _reps(memory: Memory | None) -> int:
    return 0 if memory is None else memory.reps


def verdict_of(attempt: Attempt) -> Verdict | None:
    """The verdict kept with an attempt; None where an older studytui wrote it in another form."""
    try:
        return from_text(attempt.verdict)
    except (KeyError, TypeError, ValueError):
        return None
