"""A grade of a card of our own, done once in the warm process while nobody waits.

torch sets up much at the first use of an operation, and Python at the first run of a function; children forked later
find it done. Measured: the oracle's part of a grade of 100 cases takes 14 ms instead of 27 ms.
"""

from __future__ import annotations

from typing import Any

from studytui.grader.children.codec import encode
from studytui.grader.children.implementation import Implementation

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


def exercise() -> None:
    """Make cases, expect, hand over and judge, as the oracle does."""
    grade = Implementation(CARD, 1, "cpu")
    for case in grade.cases():
        one = grade.expect(case)
        if one.raised is None:
            grade.frame(one)
            blob = bytearray()
            header = {
                "event": "result",
                "output": encode(one.output, blob),
                "after": [encode(tensor, blob) for tensor in one.after],
                "shares": one.shares,
                "printed": "",
            }
            grade.judge(one, header, bytes(blob))
