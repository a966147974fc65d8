"""One graded implementation: cases from the oracle to the learner's child, results back, under one clock.

The referee reads both sockets without ever blocking on either, forwards a few cases ahead of the answers (which come in
order, so that a time-out has its case), and takes no word of the learner's child for anything but what the answer gave.
Results are judged in the order of their cases: an answer that is wrong on one case and misbehaves on the next is wrong,
whichever word comes first.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from studytui.errors import DeviceError, GradeCancelledError
from studytui.grader.cleaning import MAX_MESSAGE, MAX_NAME, printable, said_of
from studytui.grader.failures import failure
from studytui.grader.wire import AT_ONCE, MAX_RESULT, FrameError, FrameReader, Header, pack

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from studytui.grader.process import Child

CARD_SECONDS = 15.0
"""Time a card's own code may take in one grade: making cases, asking torch, judging; 0.1 s is usual."""
SETUP_SECONDS = 60.0
"""Longest wait for a child to be closed in; an accelerator takes a few seconds to initialise."""
CAUSE_SECONDS = 1.0
"""How long past the first wrong case the oracle may look for the slip behind it."""
GRACE_SECONDS = 0.5
"""How long past its time the answer's child may take to say on which line it was."""
CANCEL_POLL_SECONDS = 0.05
CHILD_HEADER = 1 << 19
"""A child's header is parsed in the app's process: half a megabyte parses in about 3 ms."""
MAX_CASES = 1_000
QUEUED_BYTES = 256 << 20
"""Bytes of cases that may wait for the answer."""
RESULT_BYTES = 4 << 20
"""Bytes of results that may wait for the oracle before the answer gets another case."""
JUDGED = ("output", "after", "shares", "lists", "gradients")
"""What of a result only the oracle looks at."""

AHEAD = 64
"""Cases the answer's child may have before it has answered them: one at a time, it would wait for each."""
BEGUN, BUSY, PACE_SECONDS = 8, 24, 0.0005
"""From so many cases judged to so many left, frames are looked at every half millisecond: to wake for each would take
the processor from those who work, a fifth of a grade where there are two. The first, on which most wrong answers fail,
and the last are not kept waiting."""


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
        said: for WRONG what the answer's child said on that case, else its last words (`cleaning.said_of`).
        printed: the first thing the answer printed, on loading or in a case.
        case: index of the case in flight, for a time-out or a death.
        answer_took, torch_took: seconds each was at work on the cases, as their processes say.
    """

    end: End = End.PASSED
    run: int = 0
    total: int = 0
    finding: Header | None = None
    said: Header = field(default_factory=dict)
    printed: str = ""
    case: int | None = None
    answer_took: float = 0.0
    torch_took: float = 0.0


class Exchange:
    """The referee's side of one grade.

    Args:
        oracle: child that makes cases and judges.
        learner: child that runs the answer.
        seconds: time the answer may run, over all cases.
        card_seconds: time the card's own code may run.
        on_progress: called with (cases judged, cases planned).
        cancelled: asked about 20 times a second.
    """

    def __init__(
        self,
        oracle: Child,
        learner: Child,
        seconds: float,
        card_seconds: float,
        on_progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._children = {"oracle": oracle, "learner": learner}
        self._on_progress = on_progress or _ignore
        self._cancelled = cancelled or (lambda: False)
        self._readers = {
            "oracle": FrameReader(),
            "learner": FrameReader(max_header=CHILD_HEADER, max_blob=MAX_RESULT),
        }
        self._outgoing = {"oracle": bytearray(), "learner": bytearray()}
        self._begun = {"oracle": False, "learner": False}
        self._clocks = {"setup": 0.0, "oracle": 0.0, "learner": 0.0, "cause": 0.0}
        self._limits = {
            "setup": SETUP_SECONDS,
            "oracle": card_seconds,
            "learner": seconds + GRACE_SECONDS,
            "cause": CAUSE_SECONDS,
        }
        self._cases: deque[bytes] = deque()
        self._queued = 0
        self._received = self._sent = self._answered = 0
        self._given: dict[int, Header] = {}
        self._total_is_final = False
        self._loaded = False
        self._ending: End | None = None
        self._report = Report()
        self._selector = selectors.DefaultSelector()

    def run(self, oracle_job: Header | None, learner_job: Header) -> Report:
        """Grade; the children are still to be ended afterwards. An oracle that has its job already gets None.

        Raises:
            GraderError: the oracle died or broke the protocol, or the card cannot be graded.
            GradeCancelledError: the learner cancelled.
        """
        if oracle_job is not None:
            self._outgoing["oracle"] += pack(oracle_job)
        self._outgoing["learner"] += pack(learner_job)
        for name, child in self._children.items():
            child.connection.settimeout(0)
            self._selector.register(child.connection, selectors.EVENT_READ, name)
        ended, now = False, time.monotonic()
        try:
            while not ended:
                running = self._running()
                ended = self._step()
                before, now = now, time.monotonic()
                if self._cancelled():
                    raise GradeCancelledError
                ended = ended or self._charge(running, now - before)
        finally:
            self._selector.close()
        if self._report.finding is not None:
            self._report.end = End.WRONG
        elif self._ending is not None and not self._all_judged():
            self._report.end = self._ending
        self._report.case = self._answered if self._in_flight else None
        return self._report

    @property
    def _in_flight(self) -> bool:
        return self._sent > self._answered

    def _all_judged(self) -> bool:
        return self._total_is_final and self._report.run == self._report.total

    def _charge(self, running: list[str], passed: float) -> bool:
        """Charge the time that passed to whom it was spent on; True once that ends the exchange."""
        for clock in running:
            self._clocks[clock] += passed
            if self._clocks[clock] <= self._limits[clock]:
                continue
            match clock:
                case "setup":
                    raise failure("sandbox_slow")
                case "oracle":
                    raise failure("reference_slow")
                case "learner":
                    return self._learner_ends(End.TIMED_OUT)
            return True
        return False

    def _running(self) -> list[str]:
        """The clocks that run: of whom the referee waits for."""
        if self._report.finding is not None:
            return ["cause"]
        if not all(self._begun.values()):
            return ["setup"]
        answering = self._ending is None and (self._in_flight or not self._loaded)
        judging = not self._total_is_final or self._answered > self._report.run or not answering
        return ["oracle"] * judging + ["learner"] * answering

    def _step(self) -> bool:
        """Move what can be moved; True once the exchange has ended."""
        for key in list(self._selector.get_map().values()):
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._outgoing[key.data] else 0)
            if key.events != wanted:
                self._selector.modify(key.fileobj, wanted, key.data)
        ended = False
        if self._report.run >= BEGUN and self._report.total - self._report.run >= BUSY:
            time.sleep(PACE_SECONDS)
        for key, events in self._selector.select(CANCEL_POLL_SECONDS):
            if events & selectors.EVENT_WRITE:
                self._flush(key.data)
            if events & selectors.EVENT_READ and not ended:
                ended = self._read(key.data)
        return ended

    def _flush(self, name: str) -> None:
        try:
            sent = self._children[name].connection.send(self._outgoing[name])
        except BlockingIOError:
            return
        except OSError:
            self._outgoing[name].clear()  # the reading side sees the end and says how it came
            return
        del self._outgoing[name][:sent]
        self._send_case()

    def _read(self, name: str) -> bool:
        try:
            data = self._children[name].connection.recv(AT_ONCE)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if name == "oracle":
            return self._from_oracle(data)
        if not data:
            return self._learner_ends(End.DIED)
        try:
            frames = self._readers[name].feed(data)
            return any(self._learner_says(header, blob) for header, blob in frames)
        except FrameError:
            return self._learner_ends(End.FORGED)

    def _from_oracle(self, data: bytes) -> bool:
        if not data:
            if self._report.finding is not None:
                return True
            raise failure("oracle_gone")
        try:
            return any(self._oracle_says(header, blob) for header, blob in self._readers["oracle"].feed(data))
        except (FrameError, KeyError, TypeError, ValueError) as error:
            raise failure("oracle_protocol", why=printable(str(error))[:MAX_MESSAGE]) from None

    def _oracle_says(self, header: Header, blob: bytes) -> bool:
        if self._report.finding is not None:
            self._report.finding["cause"] = header.get("cause")
            return True
        match header.get("event"):
            case "begun":
                self._begun["oracle"] = True
            case "no_device":
                raise DeviceError(printable(str(header.get("device")))[:MAX_NAME])
            case "plan":
                self._report.total, self._total_is_final = int(header["total"]), bool(header["final"])
                if not self._received <= self._report.total <= MAX_CASES:
                    raise ValueError(f"a plan of {self._report.total} cases")
                self._on_progress(self._report.run, self._report.total)
                return self._all_judged()
            case "case":
                if not isinstance(header["args"], list) or not isinstance(header["kwargs"], dict):
                    raise TypeError("a case without arguments")
                self._queue(pack(header, blob))
            case "right":
                count = int(header["count"])
                if not 1 <= count <= self._answered - self._report.run:
                    raise ValueError("a case judged before it was answered")
                self._report.torch_took += float(header["took"])
                for _ in range(count):
                    self._given.pop(self._report.run, None)
                    self._report.run += 1
                self._on_progress(self._report.run, self._report.total)
                return self._all_judged() or (self._ending is not None and self._report.run == self._answered)
            case "wrong":
                self._report.said = self._given.get(self._report.run, {})
                self._report.run += 1
                self._report.finding = header
                self._leave_learner()
                return not header["explicable"]
            case "fault":
                raise failure("ungradable", why=f"{_message(header)}.")
            case _:
                reason = _message(header).rpartition("\n")[2]  # the last line of a traceback says it
                raise failure("oracle_failed", why=reason or "no reason given")
        return False

    def _queue(self, case: bytes) -> None:
        self._received += 1
        self._queued += len(case)
        if self._received > self._report.total or self._queued > QUEUED_BYTES:
            raise ValueError(f"more than {self._report.total} cases, or {QUEUED_BYTES} bytes of them")
        self._cases.append(case)
        self._send_case()

    def _learner_says(self, header: Header, blob: bytes) -> bool:
        if self._ending is not None or self._report.finding is not None:
            return False
        said = self._report.said = said_of(header)
        self._report.printed = self._report.printed or said["printed"]
        match said["event"]:
            case "begun" if not self._begun["learner"]:
                self._begun["learner"] = True
            case "no_device" if not self._begun["learner"]:
                raise DeviceError(printable(str(header.get("device")))[:MAX_NAME])
            case "broken" if not self._begun["learner"]:
                raise failure("answer_not_set_up", why=printable(said["message"])[-500:])
            case "ready" if not self._loaded:
                self._loaded = True
                self._send_case()
            case "result" | "raised" if self._in_flight:
                self._given[self._answered] = said
                self._report.answer_took += said["took"]
                self._answered += 1
                judged = {key: header[key] for key in JUDGED if key in header}
                about = said if said["event"] == "raised" else {"event": "result"}
                self._outgoing["oracle"] += pack(about | judged, blob)
                self._send_case()
            case "timed_out":
                return self._learner_ends(End.TIMED_OUT)
            case "broken":
                return self._learner_ends(End.DIED)
            case "refused" if self._in_flight or not self._loaded:
                return self._learner_ends(End.STOPPED)
            case "crashed" | "missing" | "too_deep" if not self._loaded:
                return self._learner_ends(End.STOPPED)
            case _:
                return self._learner_ends(End.FORGED)
        return False

    def _learner_ends(self, end: End) -> bool:
        """The answer runs no further case; True where every result it gave is judged."""
        if self._ending is None and self._report.finding is None:
            self._ending = end
            self._leave_learner()
        return self._report.finding is None and self._report.run == self._answered

    def _leave_learner(self) -> None:
        connection = self._children["learner"].connection
        if connection in self._selector.get_map():
            self._selector.unregister(connection)

    def _send_case(self) -> None:
        room = len(self._outgoing["oracle"]) <= RESULT_BYTES
        while self._loaded and self._sent < self._answered + AHEAD and self._cases and room and self._ending is None:
            case = self._cases.popleft()
            self._queued -= len(case)
            self._outgoing["learner"] += case
            self._sent += 1


def ask(connection: socket.socket, job: Header, seconds: float, cancelled: Callable[[], bool] | None) -> Header | None:
    """Send a job to a child that answers with one frame, and give that; None where it died first.

    Raises:
        GradeCancelledError: the learner cancelled.
        FrameError: the child sent what is no frame.
        TimeoutError: `seconds` went by.
    """
    deadline = time.monotonic() + seconds
    reader = FrameReader(max_header=CHILD_HEADER, max_blob=0)
    try:
        connection.settimeout(seconds)
        connection.sendall(pack(job))
        connection.settimeout(CANCEL_POLL_SECONDS)
        while True:
            if cancelled is not None and cancelled():
                raise GradeCancelledError
            if time.monotonic() > deadline:
                raise TimeoutError
            try:
                data = connection.recv(AT_ONCE)
            except TimeoutError:
                continue
            if not data:
                return None
            frames = reader.feed(data)
            if frames:
                return frames[0][0]
    except (BrokenPipeError, ConnectionResetError):
        return None


def _message(header: Header) -> str:
    return printable(str(header.get("message", ""))[-MAX_MESSAGE:]).strip()


def _ignore(run: int, total: int) -> None:
    """Nobody watches the progress."""
