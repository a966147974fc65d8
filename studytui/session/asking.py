"""What a session asks of the grader, whatever that can: to grade, and where it is able to begin early or explain."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from studytui.cards.answers import right_answer
from studytui.cards.instance import instance_of
from studytui.errors import DeckError, GraderError, StudyError
from studytui.session.values import Computes, Explains, Prepares

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.cards.models import Card
    from studytui.grader.picture import TracedLine
    from studytui.grader.verdict import Verdict
    from studytui.session.values import GraderLike
    from studytui.settings import Settings


class Asking:
    """A grader in the learner's language, on the learner's device."""

    def __init__(self, grader: GraderLike, settings: Settings) -> None:
        self._grader = grader
        self._language, self._device = settings.language, settings.device

    def grade(
        self,
        card: Card,
        answer: str,
        seed: int | None,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Verdict:
        """As the grader's `grade`."""
        return self._grader.grade(
            card,
            answer,
            language=self._language,
            device=self._device,
            seed=seed,
            on_progress=on_progress,
            cancelled=cancelled,
        )

    def drawn(self, card: Card, seed: int) -> Card:
        """A card with its numbers drawn.

        Raises:
            DeckError: they cannot be.
        """
        try:
            return instance_of(card, seed, self._grader.compute if isinstance(self._grader, Computes) else None)
        except GraderError as error:
            raise DeckError(error.message, error.hint, korean=error.korean) from error

    def solution(self, card: Card, verdict: Verdict | None, seed: int | None) -> str:
        """The right answer; that of a predict card is found by running it, where no verdict has told it.

        Raises:
            GraderError: it had to be run and the grader failed.
        """
        known = right_answer(card, self._language) or (verdict.expected if verdict else "")
        return known or self.grade(card, "", seed).expected

    def prepare(self, card: Card) -> None:
        """Begin on a card before its answer; that the grader cannot, or fails, is no matter here."""
        if isinstance(self._grader, Prepares):
            with suppress(StudyError, OSError):
                self._grader.prepare(card, device=self._device)

    def lines(self, card: Card, seed: int) -> tuple[TracedLine, ...]:
        """What each line of a predict card made; nothing where that cannot be shown."""
        if card.kind == "predict" and isinstance(self._grader, Explains):
            with suppress(StudyError, OSError):
                return self._grader.trace(card, seed=seed)
        return ()
