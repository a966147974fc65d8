"""What is typed, until it is saved."""

from __future__ import annotations

import contextlib
import itertools
import threading
from typing import TYPE_CHECKING

from studytui.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from studytui.session import Session
    from studytui.ui.turns import Turns


class Drafts:
    """The newest text of the card at hand, and whether the store has it.

    Args:
        session: what saves.
        turns: where saving waits for its turn.
        complain: told once a card when saving fails, in the thread that saves.
    """

    def __init__(self, session: Session, turns: Turns, complain: Callable[[StudyError], None]) -> None:
        self._session = session
        self._turns = turns
        self._complain = complain
        self._lock = threading.Lock()
        self._card: str | None = None
        self._text: str | None = None
        self._handed_in = False
        self._failed = False

    def turn_to(self, card: str | None) -> None:
        """Another card is on the screen; what was typed for the one before has been saved, or was rated."""
        with self._lock:
            self._card, self._text, self._failed = card, None, False

    def note(self, text: str) -> None:
        """This was typed."""
        with self._lock:
            self._text = text

    @property
    def unsaved(self) -> tuple[str, str] | None:
        """A card and what was typed for it, where the store does not have that."""
        with self._lock:
            return None if self._text is None or self._card is None else (self._card, self._text)

    def save(self) -> None:
        """Have what is not saved yet saved when its turn comes."""
        with self._lock:
            if self._text is None or self._handed_in:  # what was handed in takes the newest text, whenever that is
                return
            self._handed_in = True
        self._turns.hand_in(self._save_or_complain)

    def save_typed(self) -> None:
        """The same for each moment of typing; after a failure only `save` tries again, as each try may take seconds."""
        if not self._failed:
            self.save()

    def save_now(self) -> None:
        """Save what is not saved yet, in this thread.

        Raises:
            StudyError: it cannot be saved; it is kept here.
        """
        with self._lock:
            card, text, self._handed_in = self._card, self._text, False
        if text is None:
            return
        try:
            self._session.save_draft(text, card)
        except StudyError:
            self._failed = True
            raise
        with self._lock:
            self._failed = False
            if self._text is text and self._card == card:
                self._text = None

    def _save_or_complain(self) -> None:
        known = self._failed
        try:
            self.save_now()
        except StudyError as error:
            if not known:
                self._complain(error)


def rescue(unsaved: Iterable[tuple[str, str]], folder: Path) -> list[tuple[str, Path]]:
    """Write what could not be saved, cards and what was typed for them, into new files below `folder`.

    Returns:
        Each card with its file; no file that was there before is touched.
    """
    made = []
    for card, text in unsaved:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            path = _new_file(folder, card.replace("/", "-"))
            path.write_text(text, encoding="utf-8")
            made.append((card, path))
    return made


def _new_file(folder: Path, name: str) -> Path:
    numbered = (folder / f"{name}-{number}.txt" for number in itertools.count(2))
    return next(path for path in itertools.chain([folder / f"{name}.txt"], numbered) if not path.exists())
