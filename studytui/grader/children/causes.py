"""Why an answer failed, as far as a slip explains it: the card's own are run first, then the usual ones are tried."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.calls import float_inputs, float_names
from studytui.grader.children.codec import decode
from studytui.grader.children.gradient_slips import GradientFailure, gradient_slip
from studytui.grader.children.judging import UNREADABLE, given_gradients
from studytui.grader.children.kernels import OutOfBoundsError
from studytui.grader.children.slips import Failure, Raised, deck_slip, usual_slip

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.grader.children.expected import Expected
    from studytui.grader.children.implementation import Implementation
    from studytui.grader.wire import Header

GRADIENT_KINDS = frozenset({"gradient", "detached"})
"""Findings of gradients, where all values are right."""
EXPLICABLE = frozenset({"value", "shape", "dtype", "type", "length", "crash", "raises", "no_raise"}) | GRADIENT_KINDS
"""Findings that a slip can explain; the others speak of memory and inputs."""


def cause_of(kind: str, grade: Implementation, so_far: list[Expected], header: Header, blob: bytes) -> Header | None:
    """The slip that does what the answer did on the last of the cases so far, if one is known.

    `{"deck": n}` for the deck's n-th, `{"usual": name, ...}` for a usual one.

    Args:
        kind: of the finding there, an explicable one.
        header, blob: what the answer gave there.
    """
    find = _in_gradients if kind in GRADIENT_KINDS else _in_outcomes
    return find(grade, so_far, header, blob)


def _in_outcomes(grade: Implementation, so_far: list[Expected], header: Header, blob: bytes) -> Header | None:
    if header["event"] == "raised" and header["type"] == OutOfBoundsError.__name__:
        return None  # it says itself what is wrong, and more slips lead to it than one could be told apart
    if header["event"] == "raised":
        actual: Any = Raised(header["type"])
    else:
        actual = decode(header["output"], blob, grade.device)
    failure = Failure(
        right=[_right(one) for one in so_far],
        calls=[one.case.arguments for one in so_far],
        actual=actual,
        tolerance=so_far[-1].tolerance,
        parameters=grade.signature.parameters,
        reference=lambda arguments: grade.outcome(grade.reference, replace(so_far[-1].case, arguments=arguments)),
    )
    number = _deck_slip(grade, so_far, failure, lambda function, one: grade.outcome(function, one.case))
    if number is not None:
        return {"deck": number}
    try:
        return usual_slip(failure)
    except UNREADABLE:
        return None


def _in_gradients(grade: Implementation, so_far: list[Expected], header: Header, blob: bytes) -> Header | None:
    failing = so_far[-1]
    assert failing.gradients is not None
    assert failing.upstream is not None
    given = given_gradients(failing, header, blob, grade.device)
    failure = Failure(
        right=[(_right(one), one.gradients) for one in so_far],
        calls=[one.case.arguments for one in so_far],
        actual=(failing.output, given),
        tolerance=failing.gradient_tolerance,
        parameters=grade.signature.parameters,
        reference=grade.reference,
    )
    number = _deck_slip(grade, so_far, failure, grade.with_gradients)
    if number is not None:
        return {"deck": number}
    ones = replace(failing, upstream=[None if one is None else torch.ones_like(one) for one in failing.upstream])
    try:
        return gradient_slip(
            GradientFailure(
                call=failing.case.arguments,
                output=failing.output,
                names=float_names(failing.case.arguments),
                inputs=float_inputs(failing.case.arguments),
                right=failing.gradients,
                actual=given,
                tolerance=failing.gradient_tolerance,
                with_ones=lambda: grade.with_gradients(grade.reference, ones)[1] or [],
            )
        )
    except UNREADABLE:
        return None


def _right(one: Expected) -> Any:
    """What torch does on a case."""
    return Raised(one.raised.partition(":")[0]) if one.raised else one.output


def _deck_slip(
    grade: Implementation, so_far: list[Expected], failure: Failure, run: Callable[[Callable[..., Any], Expected], Any]
) -> int | None:
    def outcomes(number: int) -> list[Any]:
        try:
            function = grade.slip(number)
        except BaseException as error:  # noqa: BLE001 - a slip may fail as it likes
            return [Raised(type(error).__name__)] * len(so_far)
        return [run(function, one) for one in so_far]

    return deck_slip(len(grade.card["slips"]), outcomes, failure)
