"""Work that may take a while, run in a thread so that the app answers keys meanwhile; it reports by messages."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeAlias

from textual.message import Message

from studytui.errors import GraderError, StudyError, described

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.message_pump import MessagePump

    Work: TypeAlias = Callable[[Callable[[int, int], None], Callable[[], bool]], object]
    """Takes `on_progress` and `cancelled`, as a session's `grade` does."""


class GradeRun:
    """A grade, or a solution being looked up. Posts `Progressed` as it goes, and `Ended` once.

    Args:
        work: what to do.
        target: where the messages go.
    """

    class Progressed(Message):
        """Some more cases were compared."""

        def __init__(self, run: GradeRun) -> None:
            super().__init__()
            self.run = run

    class Ended(Message):
        """It is done; `error` says why it could not be."""

        def __init__(self, run: GradeRun, error: StudyError | None) -> None:
            super().__init__()
            self.run = run
            self.error = error

    def __init__(self, work: Work, target: MessagePump) -> None:
        self._work = work
        self._target = target
        self._cancelled = threading.Event()
        self._told = True
        self._cases = (0, 0)

    def cancel(self) -> None:
        """Stop as soon as the grader looks."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether the learner gave up waiting."""
        return self._cancelled.is_set()

    def read_progress(self) -> tuple[int, int]:
        """Cases run and planned so far; asks to be told again when there are more."""
        self._told = True
        return self._cases

    def __call__(self) -> None:
        """Do it; to be called in a thread."""
        error: StudyError | None = None
        try:
            self._work(self._progress, self._cancelled.is_set)
        except StudyError as failure:
            error = failure
        except Exception as bug:  # noqa: BLE001 - a mistake of ours must not take the app and the answer with it
            error = _mistake(bug)
        self._target.post_message(self.Ended(self, error))

    def _progress(self, run: int, total: int) -> None:
        self._cases = (run, total)
        if self._told:  # one message at a time: a quick grade compares more cases than a screen can show
            self._told = False
            self._target.post_message(self.Progressed(self))


def _mistake(bug: Exception) -> GraderError:
    said = described(bug)
    return GraderError(
        f"studytui made a mistake: {said}.",
        "Your answer is kept. Try again, and report this if it comes back.",
        korean=(f"studytui 내부 오류: {said}.", "답은 그대로 있어요. 다시 해 보고, 또 생기면 알려 주세요."),
    )
