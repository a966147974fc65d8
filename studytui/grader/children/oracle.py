"""The oracle's child: sends the cases it makes, and judges what the answer gave.

It runs the deck's own code, so it is as closed off as the learner's child; it never runs the learner's. It says what it
found as plain data; the referee words it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.grader.children.cases import Case, CaseError
from studytui.grader.children.causes import EXPLICABLE, cause_of
from studytui.grader.children.implementation import CardFaultError, Implementation
from studytui.grader.children.judging import Judge
from studytui.grader.wire import FrameError

if TYPE_CHECKING:
    from studytui.grader.children.expected import Expected
    from studytui.grader.wire import Channel, Header

MAX_FAULT = 1_000
MOST_AT_ONCE = 8
"""Results that are called right in one frame, where more wait to be judged."""


def serve(channel: Channel, job: Header, device: str) -> None:
    """Send the cases of an implement card as they are made, and judge a result a frame meanwhile."""
    channel.send({"event": "begun"})
    try:
        grade = Implementation(job["card"], int(job["seed"]), device)
        channel.send({"event": "plan", "total": grade.most_cases, "final": False})
        grading = _Grading(channel, grade)
        for case in grade.cases():
            grading.send(case)
            while channel.has_frame():
                if not grading.next():
                    return
    except (CardFaultError, CaseError) as fault:
        channel.send({"event": "fault", "message": str(fault)[:MAX_FAULT]})
        return
    if not grading.expected:
        channel.send({"event": "fault", "message": f"torch refuses every case, the last with {grading.refused}"})
        return
    channel.send({"event": "plan", "total": len(grading.expected), "final": True})
    while grading.next():
        """Until every case is judged, one is wrong, or the referee has closed."""


class _Grading:
    """Cases out, results in, in one order; the first wrong one ends it."""

    def __init__(self, channel: Channel, grade: Implementation) -> None:
        self.expected: list[Expected] = []
        self.refused = ""
        self._channel, self._grade, self._judge = channel, grade, Judge(grade)
        self._judged = self._right = 0
        self._took = 0.0

    def send(self, case: Case) -> None:
        """Send a case, unless it is a generated one that torch refuses."""
        one = self._grade.expect(case)
        if one.raised is not None and not case.explicit:
            self.refused = one.raised
            return
        header, blob = self._grade.frame(one)
        try:
            self._channel.send({"event": "case", "index": len(self.expected), **header}, blob)
        except FrameError as error:
            raise CardFaultError(f"a case is too large: {error}") from None
        self.expected.append(one)

    def _say_right(self) -> None:
        if self._right:
            self._channel.send({"event": "right", "count": self._right, "took": self._took})
        self._right, self._took = 0, 0.0

    def next(self) -> bool:
        """Judge the next result; False once there is nothing more to judge."""
        if self._judged == len(self.expected) or (frame := self._channel.receive()) is None:
            return False
        finding = self._judge.finding(self.expected[self._judged], *frame)
        self._judged += 1
        index = self._judged - 1
        if finding is None:
            self._right += 1
            self._took += self.expected[index].took
            if self._right == MOST_AT_ONCE or self._judged == len(self.expected) or not self._channel.has_frame():
                self._say_right()
            return True
        self._say_right()
        explicable = finding["kind"] in EXPLICABLE
        self._channel.send({"event": "wrong", "case": index, "explicable": explicable, **finding})
        if explicable:  # slips are the deck's code too, and may never end: the finding stands without
            cause = cause_of(finding["kind"], self._grade, self.expected[: self._judged], *frame)
            self._channel.send({"event": "cause", "cause": cause})
        return False
