"""A grade of a card of our own, done while nobody waits: once in the warm process, and in each spare child.

torch sets up much at the first use of an operation, and Python at the first run of a function; children forked later
find it done. A child still has every page to itself that it is first to touch: it does that ahead of its job. Measured:
a grade of 100 small cases takes 60 ms with neither, 40 ms with the first, 20 ms with both.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from studytui.grader.by_hand import Rules
from studytui.grader.children import learner
from studytui.grader.children.codec import encode
from studytui.grader.children.implementation import Implementation
from studytui.grader.children.judging import Judge
from studytui.grader.wire import pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.grader.wire import Header

CARD: dict[str, Any] = {
    "function": "mm(a, b)",
    "inputs": {"a": "float[N, K]", "b": "float[K, M]"},
    "dims": {},
    "where": None,
    "cases": [],
    "reference": "torch.mm(a, b)",
    "gradients": False,
    "returns": "any",
    "tolerance": None,
    "calls": None,
    "compares": "values",
    "slips": [],
}
ANSWER = """
def mm(a, b):
    out = torch.zeros(a.shape[0], b.shape[1], dtype=a.dtype)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            out[i, j] = sum(a[i, k] * b[k, j] for k in range(a.shape[1]))
    return out
"""
MOST_CASES = 40


def _never() -> bool:
    return False


def exercise(enough: Callable[[], bool] = _never) -> None:
    """Make cases, expect, hand over and judge, as the oracle does, until it is `enough`."""
    grade = Implementation(CARD, 1, "cpu")
    judge = Judge(grade)
    for case in grade.cases():
        if enough():
            return
        one = grade.expect(case)
        if one.raised is None:
            pack(*grade.frame(one))
            blob = bytearray()
            header = {
                "event": "result",
                "output": encode(one.output, blob),
                "after": [encode(tensor, blob) for tensor in one.after],
                "shares": one.shares,
                "lists": [],
                "printed": "",
            }
            judge.finding(one, header, bytes(blob))


def rehearse(enough: Callable[[], bool] = _never) -> None:
    """Run an answer of our own on a few cases, as the learner's child does, until it is `enough`."""
    learner.rehearse(ANSWER, Rules("loops", CARD["function"].partition("(")[0]), _calls(), enough)


@cache
def _calls() -> list[tuple[Header, bytes]]:
    """The frames of some cases: inputs and no more, since children that run answers keep them."""
    grade = Implementation(CARD, 1, "cpu")
    expected = [grade.expect(case) for case in islice(grade.cases(), MOST_CASES)]
    frames = [grade.frame(one) for one in expected if one.raised is None]
    return [(header | {"index": index}, bytes(blob)) for index, (header, blob) in enumerate(frames)]
