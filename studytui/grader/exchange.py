"""One graded implementation: cases from the oracle to the learner's child, results back, under one clock.

The referee reads both sockets without ever blocking on either, forwards one case at a time (so that a time-out has its
case), and takes no word of the learner's child for anything but what the answer gave.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from studytui.errors import GradeCancelledError, GraderError
from studytui.grader.wire import FrameError, FrameReader, Header, pack

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from studytui.grader.process import Child

ORACLE_SECONDS = 30.0
"""Wall time the oracle may take beyond the answer's own."""
GRACE_SECONDS = 0.5
"""How long past its time the answer's child may take to say on which line it was."""
CANCEL_POLL_SECONDS = 0.05
LEARNER_HEADER = 1 << 19
"""A learner's header is parsed in the app's process: half a megabyte parses in about 3 ms."""

SAID = frozenset({"event", "printed", "type", "mro", "message", "line", "variables"})
"""What is kept of a result until it is judged; its tensors go to the oracle alone."""


class End(StrEnum):
    """How an exchange ended."""

    PASSED = "passed"
    WRONG = "wrong"
    STOPPED = "stopped"
    TIMED_OUT = "timed_out"
    DIED = "died"
    FORGED = "forged"


@dataclass(slots=True)
class Report:
    """What came of an exchange.

    Attributes:
        finding: the oracle's, for WRONG.
        said: for STOPPED why the answer's child runs no further case, for WRONG what it gave on that case.
        case: index of the case in flight, for a time-out or a death.
    """

    end: End = End.PASSED
    run: int = 0
    total: int = 0
    finding: Header = field(default_factory=dict)
    said: Header = field(default_factory=dict)
    case: int | None = None


class Exchange:
    """The referee's side of one grade."""

    def __init__(
        self,
        oracle: Child,
        learner: Child,
        seconds: float,
        on_progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._oracle, self._learner = oracle, learner
        self._on_progress = on_progress or _ignore
        self._cancelled = cancelled or (lambda: False)
        self._readers = {"oracle": FrameReader(), "learner": FrameReader(max_header=LEARNER_HEADER)}
        self._outgoing: dict[str, bytearray] = {"oracle": bytearray(), "learner": bytearray()}
        self._cases: deque[bytes] = deque()
        self._sent = 0
        self._given: dict[int, Header] = {}
        self._in_flight = False
        self._total_is_final = False
        self._learner_ready = False
        self._seconds = seconds
        self._report = Report()
        self._selector = selectors.DefaultSelector()

    def run(self, oracle_job: Header, learner_job: Header) -> Report:
        """Grade; the children are still to be ended afterwards.

        Raises:
            GraderError: the oracle died or broke the protocol, or the card cannot be graded.
            GradeCancelledError: the learner cancelled.
        """
        started = time.monotonic()
        answer_deadline = started + self._seconds + GRACE_SECONDS
        oracle_deadline = started + self._seconds + ORACLE_SECONDS
        self._outgoing["oracle"] += pack(oracle_job)
        self._outgoing["learner"] += pack(learner_job)
        for name, child in (("oracle", self._oracle), ("learner", self._learner)):
            child.connection.settimeout(0)
            self._selector.register(child.connection, selectors.EVENT_READ, name)
        try:
            while not self._step():
                now = time.monotonic()
                if self._cancelled():
                    raise GradeCancelledError
                if now > answer_deadline and (self._in_flight or not self._learner_ready):
                    self._report.end = End.TIMED_OUT
                    break
                if now > oracle_deadline:
                    raise GraderError(
                        "The card's own reference did not finish in time.", "Tell the deck's author; other cards work."
                    )
        finally:
            self._selector.close()
        self._report.case = self._sent - 1 if self._in_flight else None
        return self._report

    def _step(self) -> bool:
        """Move what can be moved; True once the exchange has ended."""
        for name, child in (("oracle", self._oracle), ("learner", self._learner)):
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing[name] else 0)
            if self._selector.get_key(child.connection).events != wanted:
                self._selector.modify(child.connection, wanted, name)
        ended = False
        for key, events in self._selector.select(CANCEL_POLL_SECONDS):
            side: str = key.data
            if events & selectors.EVENT_WRITE:
                self._flush(side)
            if events & selectors.EVENT_READ and not ended:
                ended = self._read(side)
        return ended

    def _flush(self, name: str) -> None:
        connection = (self._oracle if name == "oracle" else self._learner).connection
        try:
            sent = connection.send(self._outgoing[name])
        except BlockingIOError:
            return
        except OSError:
            self._outgoing[name].clear()  # the reading side sees the end and says how it came
            return
        del self._outgoing[name][:sent]

    def _read(self, name: str) -> bool:
        connection = (self._oracle if name == "oracle" else self._learner).connection
        try:
            data = connection.recv(1 << 18)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            return self._closed(name)
        try:
            frames = self._readers[name].feed(data)
        except FrameError as error:
            if name == "oracle":
                raise GraderError(f"The oracle broke the protocol: {error}.", "Tell the deck's author.") from None
            self._report.end = End.FORGED
            return True
        handle = self._from_oracle if name == "oracle" else self._from_learner
        return any(handle(header, blob) for header, blob in frames)

    def _closed(self, name: str) -> bool:
        if name == "oracle":
            raise GraderError(
                "The oracle's process ended before it had judged the answer.",
                "The card's reference may need more memory or time than a grade has.",
            )
        self._report.end = End.DIED
        return True

    def _from_oracle(self, header: Header, blob: bytes) -> bool:
        match header.get("event"):
            case "plan":
                self._report.total, self._total_is_final = int(header["total"]), bool(header["final"])
                self._on_progress(self._report.run, self._report.total)
                return self._all_judged()
            case "case":
                self._cases.append(pack(header, blob))
                self._send_case()
            case "right":
                self._given.pop(self._report.run, None)
                self._report.run += 1
                self._on_progress(self._report.run, self._report.total)
                return self._all_judged()
            case "wrong":
                self._report.said = self._given.get(self._report.run, {})
                self._report.run += 1
                self._report.end, self._report.finding = End.WRONG, header
                return True
            case "fault":
                raise GraderError(f"This card cannot be graded: {header['message']}.", "Tell the deck's author.")
            case _:
                raise GraderError(f"The oracle failed: {header.get('message', 'no reason given')}", "")
        return False

    def _from_learner(self, header: Header, blob: bytes) -> bool:
        event = header.get("event")
        if event == "ready" and not self._learner_ready:
            self._learner_ready = True
            self._send_case()
            return False
        if event in {"result", "raised"} and self._in_flight:
            self._in_flight = False
            self._given[self._sent - 1] = {key: value for key, value in header.items() if key in SAID}
            self._outgoing["oracle"] += pack(header, blob)
            self._send_case()
            return False
        self._report.said = header
        if event == "timed_out":
            self._report.end = End.TIMED_OUT
        elif event in {"refused", "crashed", "missing", "broken"} and (self._in_flight or not self._learner_ready):
            self._report.end = End.STOPPED
        else:
            self._report.end = End.FORGED
        return True

    def _all_judged(self) -> bool:
        return self._total_is_final and self._report.run == self._report.total

    def _send_case(self) -> None:
        if self._learner_ready and not self._in_flight and self._cases:
            self._outgoing["learner"] += self._cases.popleft()
            self._in_flight = True
            self._sent += 1


def ask(connection: socket.socket, job: Header, seconds: float, cancelled: Callable[[], bool] | None) -> Header | None:
    """Send a job to a child that answers with one frame, and give that; None where it died first.

    Raises:
        GradeCancelledError: the learner cancelled.
        FrameError: the child sent what is no frame.
        TimeoutError: `seconds` went by.
    """
    deadline = time.monotonic() + seconds
    reader = FrameReader()
    try:
        connection.settimeout(seconds)
        connection.sendall(pack(job))
        connection.settimeout(CANCEL_POLL_SECONDS)
        while True:
            try:
                data = connection.recv(1 << 18)
            except TimeoutError:
                if cancelled is not None and cancelled():
                    raise GradeCancelledError from None
                if time.monotonic() > deadline:
                    raise
                continue
            if not data:
                return None
            frames = reader.feed(data)
            if frames:
                return frames[0][0]
    except (BrokenPipeError, ConnectionResetError):
        return None


def plain(value: Any, depth: int = 0) -> Any:
    """A child's JSON with every string cleaned of control characters and cut: fit for the learner's terminal."""
    if isinstance(value, str):
        return printable(value[:20_000])
    if isinstance(value, list) and depth < 40:
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, dict) and depth < 40:
        return {printable(str(key)[:200]): plain(item, depth + 1) for key, item in value.items()}
    return value if isinstance(value, (bool, int, float, type(None))) else None


def printable(text: str) -> str:
    """`text` without what would move a terminal's cursor or change its colours; newlines and tabs stay."""
    return "".join(c if c in "\n\t" or (c.isprintable() and c != "\x7f") else "�" for c in text)


def _ignore(run: int, total: int) -> None:
    """Nobody watches the progress."""
