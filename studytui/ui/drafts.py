"""What is typed, until it is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.session import Session


class Drafts:
    """The newest text of the card at hand, and whether the store has it.

    Args:
        session: what saves.
        complain: told once a card when saving fails.
    """

    def __init__(self, session: Session, complain: Callable[[StudyError], None]) -> None:
        self._session = session
        self._complain = complain
        self._card: str | None = None
        self._text: str | None = None
        self._failed = False

    def turn_to(self, card: str | None) -> None:
        """Another card is on the screen; what was typed for the one before has been saved, or was rated."""
        self._card, self._text, self._failed = card, None, False

    def note(self, text: str) -> None:
        """This was typed."""
        self._text = text

    def save(self) -> None:
        """Save what is not saved yet."""
        if self._text is None:
            return
        try:
            self._session.save_draft(self._text, self._card)
        except StudyError as error:
            if not self._failed:
                self._complain(error)
            self._failed = True
        else:
            self._text, self._failed = None, False

    def save_typed(self) -> None:
        """Save what was typed; after a failure only `save` tries again, or each try would hold up the keys."""
        if not self._failed:
            self.save()
