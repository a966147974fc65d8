"""Many answers to one card, tried in one process: mutants of its solution, from which nothing need be hidden.

A grade of its own for each would fork two processes and make all cases anew. Here cases are made once, and an answer
that the first of them catches costs a millisecond. What no case catches here is graded for good by whoever asks.
"""

from __future__ import annotations

import signal
import sys
import time
from typing import TYPE_CHECKING, Any

from studytui.grader.children.cases import CaseError
from studytui.grader.children.implementation import CardFaultError, Implementation
from studytui.grader.children.judging import Judge
from studytui.grader.children.learner import attempt
from studytui.grader.children.printed import Printed

if TYPE_CHECKING:
    from types import FrameType

    from studytui.grader.children.expected import Expected
    from studytui.grader.wire import Channel, Header

LEAST_SECONDS, TIMES_AS_LONG = 0.3, 10.0
"""Processor time an answer may take: ten times the solution's, and this at the least; more, and it never ends."""
AGAIN_SECONDS = 0.1
"""How soon an answer that swallowed the end of its time hears of it again."""
MAX_FAULT = 1_000


class _TimeIsUp(BaseException):
    """An answer ran for longer than it may."""


def serve(channel: Channel, job: Header, device: str) -> None:
    """Try every answer on the card's cases, each until one catches it."""
    sys.stdout = sys.stderr = Printed()
    try:
        grade = Implementation(job["card"], int(job["seed"]), device)
        expected = [grade.expect(case) for case in grade.cases()]
    except (CardFaultError, CaseError) as fault:
        channel.send({"event": "fault", "message": str(fault)[:MAX_FAULT]})
        return
    expected = [one for one in expected if one.raised is None or one.case.explicit]
    frames = [grade.frame(one) for one in expected]
    cases = [(header | {"index": index}, bytes(blob)) for index, (header, blob) in enumerate(frames)]
    judge = Judge(grade)
    signal.signal(signal.SIGPROF, _time_is_up)
    begun = time.process_time()
    solution = job | {"source": job["card"]["solution"]}
    if _caught(judge, expected, cases, solution, device, float(job["seconds"])):
        channel.send({"event": "fault", "message": "the solution itself does not pass in here"})
        return
    seconds = max(LEAST_SECONDS, TIMES_AS_LONG * (time.process_time() - begun))
    caught = [_caught(judge, expected, cases, job | {"source": one}, device, seconds) for one in job["answers"]]
    channel.send({"event": "tried", "caught": caught})


def _caught(
    judge: Judge,
    expected: list[Expected],
    cases: list[tuple[Header, bytes]],
    job: Header,
    device: str,
    seconds: float,
) -> bool:
    signal.setitimer(signal.ITIMER_PROF, seconds, AGAIN_SECONDS)
    try:
        for one, (header, blob) in zip(expected, attempt(job, cases, device), strict=False):
            if header["event"] not in {"result", "raised"} or judge.finding(one, header, bytes(blob)) is not None:
                return True
    except _TimeIsUp:
        return True
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    return False


def _time_is_up(_signal: int, _frame: FrameType | None) -> Any:
    raise _TimeIsUp
