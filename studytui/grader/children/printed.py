"""What an answer prints, warnings among it, kept up to a bound."""

from __future__ import annotations

import io
import warnings
from inspect import currentframe

from studytui.grader.children.harness import CALLS_FILE
from studytui.grader.children.watch import ANSWER_FILE

PRINTED_LIMIT = 8_000


class Printed(io.TextIOBase):
    """Standard output of an answer: keeps the first few thousand characters and swallows any flood."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._room = PRINTED_LIMIT

    def writable(self) -> bool:
        """Text streams are asked this."""
        return True

    def write(self, text: str) -> int:
        """Keep what still has room."""
        if self._room > 0 and text:
            self._parts.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def take(self) -> str:
        """What was printed since the last call, and room for as much again."""
        text = "".join(self._parts)
        self._parts.clear()
        self._room = PRINTED_LIMIT
        return text

    def hear_warnings(self) -> None:
        """Have warnings written here, with the line of the answer they come from.

        Those that come from the deck's code, which uses the answer, are no business of the learner's.
        """

        def show(message: Warning | str, category: type[Warning], *_: object, **__: object) -> None:
            frame = currentframe()
            while frame is not None and frame.f_code.co_filename not in {ANSWER_FILE, CALLS_FILE}:
                frame = frame.f_back
            if frame is not None and frame.f_code.co_filename == ANSWER_FILE:
                self.write(f"line {frame.f_lineno}: {category.__name__}: {message}\n")

        warnings.showwarning = show
