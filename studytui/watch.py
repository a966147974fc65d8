"""`studytui grade --watch`: the verdicts of a file again at every save, and what has passed so far.

The loop knows no file system, clock or terminal: it is given what changed, the time and where to show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from studytui.grading import Result

Stamp = tuple[int, int, int] | None
"""What tells one saved state of a file from another; None where there is no file."""

CLEAR = "\x1b[H\x1b[2J"
"""Cursor home, then the screen cleared; what was scrolled away stays."""
QUIET_MS = 50
"""How long no event must come before a burst of them counts as one save."""
LOOK_MS = 1_000
"""How often the file is looked at where no event comes: some network and container file systems send none."""
_WORDS = {
    "en": {
        "passed": "{passed} of {total} passed",
        "since": "{card} passed at {time}",
        "before": "{card} passed at {time}, but no longer",
        "waiting": "Graded {file} at {now}; waiting for the next save. Ctrl+C ends.",
    },
    "ko": {
        "passed": "{total}개 중 {passed}개 통과",
        "since": "{card} {time}에 통과",
        "before": "{card} {time}에 통과했지만 지금은 아니에요",
        "waiting": "{now}에 {file}을(를) 채점했어요. 다시 저장하면 또 채점하고, Ctrl+C로 끝내요.",
    },
}


class Watch:
    """What the grades of one file have come to so far.

    Args:
        name: of the file, as the learner reads it.
        grade: reads the file and grades all of it.
        render: words its verdicts.
        clock: the learner's local time.
        language: of the summary, `en` or `ko`.
    """

    def __init__(
        self,
        name: str,
        grade: Callable[[], Sequence[Result]],
        render: Callable[[Sequence[Result]], str],
        clock: Callable[[], datetime],
        language: str,
    ) -> None:
        self._name, self._grade, self._render, self._clock = name, grade, render, clock
        self._words = _WORDS.get(language, _WORDS["en"])
        self._passed: dict[str, datetime] = {}
        self._failing: set[str] = set()

    def page(self) -> str:
        """The file graded now: its verdicts, then the summary.

        Raises:
            StudyError: the file cannot be graded.
        """
        results = self._grade()
        now = self._clock()
        for result in results:
            card = result.answer.card
            if not result.verdict.passed:
                self._failing.add(card)
            elif card in self._failing or card not in self._passed:
                self._failing.discard(card)
                self._passed[card] = now
        passed = sum(result.verdict.passed for result in results)
        counted = self._words["passed"].format(passed=passed, total=len(results))
        return "\n".join([self._render(results), "; ".join([counted, *self._remembered()]), self._waiting(now)])

    def page_or_error(self) -> str:
        """The page, or what is wrong with the file or the grader, above what has passed."""
        try:
            return self.page()
        except StudyError as error:
            remembered = "; ".join(self._remembered())
            lines = [str(error), "", remembered, self._waiting(self._clock())]
            return "\n".join(lines if remembered else [*lines[:2], lines[-1]])

    def _remembered(self) -> Iterator[str]:
        for card, at in self._passed.items():
            kind = "before" if card in self._failing else "since"
            yield self._words[kind].format(card=card.rpartition("/")[2], time=f"{at:%H:%M}")

    def _waiting(self, now: datetime) -> str:
        return self._words["waiting"].format(file=self._name, now=f"{now:%H:%M:%S}")


def follow(
    watch: Watch, changes: Iterable[Collection[object]], stamp: Callable[[], Stamp], show: Callable[[str], None]
) -> None:
    """Show a page now and after every change, until `changes` ends.

    Args:
        watch: gives the pages.
        changes: what changed, save by save; an empty one says only that time went by.
        stamp: of the file as it is, so that a save without an event is found as well.
        show: takes a whole page.

    Raises:
        StudyError: the file cannot be graded the first time; later such errors are shown.
    """
    graded = stamp()
    show(watch.page())
    for changed in changes:
        now = stamp()
        if changed or now != graded:
            graded = now
            show(watch.page_or_error())


def stamp_of(path: Path) -> Stamp:
    """When a file was last written, its size and which file it is."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def changes_of(path: Path) -> Iterator[Collection[object]]:
    """Saves of a file, each burst of events as one, and an empty change now and then.

    Its folder is watched and not the file itself, which many editors replace; so is the folder that a link leads to.

    Raises:
        KeyboardInterrupt: Ctrl+C.
    """
    import watchfiles

    places = {path.parent.resolve() / path.name, path.resolve()}
    names = {str(place) for place in places}
    return watchfiles.watch(
        *{place.parent for place in places},
        watch_filter=lambda _, name: name in names,
        step=QUIET_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        recursive=False,
    )
