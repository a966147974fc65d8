"""Why an answer is wrong: the slip, named by the deck or usual everywhere, that gives what the answer gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studytui.grader.children.altered_calls import Altered, dropped, is_dim, is_size, redirected
from studytui.grader.children.compare import Tolerance, compare
from studytui.grader.children.moved_slips import at_bounds, moved
from studytui.grader.children.usual_slips import Results, plain_likeness, scaled, wrong_sizes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from studytui.cards.signature import Parameter
    from studytui.grader.wire import Header

MAX_CALLS = 200
"""Other calls of the reference in one search, those on earlier cases counted: 0.1 ms each, its comparison included."""
COUNTED_BEFORE = 2
"""Cases with a parameter at zero or above that were passed before the first negative one is suspected."""


@dataclass(frozen=True, slots=True)
class Raised:
    """That a function raised, and what."""

    error: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer's first wrong case, and those before it, which it passed.

    Attributes:
        right: what torch gave, case by case; the failing one is the last.
        calls: the arguments of those cases.
        actual: what the answer gave on the failing case.
        parameters: of the card's function.
        reference: what torch gives for other arguments; `Raised` where it refuses, never an exception.
    """

    right: Sequence[Any]
    calls: Sequence[Mapping[str, Any]]
    actual: Any
    tolerance: Tolerance
    parameters: Sequence[Parameter]
    reference: Callable[[Mapping[str, Any]], Any]

    def alike(self, one: Any, other: Any) -> bool:
        """Whether two outcomes are the same, errors by their type."""
        if isinstance(one, Raised) or isinstance(other, Raised):
            return bool(one == other)
        return compare(one, other, self.tolerance) is None


def deck_slip(count: int, outcomes: Callable[[int], list[Any]], failure: Failure) -> int | None:
    """Which of the card's slips does what the answer did; `outcomes` gives what a slip does on each case.

    It must do so on the failing case, and agree with torch on every case before it, so that a chance likeness on a tiny
    case is not taken for the cause.
    """
    for number in range(count):
        *before, here = outcomes(number)
        agree = all(failure.alike(*pair) for pair in zip(failure.right, before, strict=False))
        if agree and failure.alike(here, failure.actual):
            return number
    return None


def usual_slip(failure: Failure) -> Header | None:
    """`{"usual": name, ...}` for the most precise usual slip that gives what the answer gave.

    Only an output that tells something is compared (`usual_slips.ENOUGH`); and torch called with other arguments must
    agree with torch called rightly on every case before.
    """
    return next(_usual(failure), None)


def _usual(failure: Failure) -> Iterator[Header]:
    if isinstance(failure.right[-1], Raised):
        return
    if not isinstance(failure.actual, Raised):
        results = Results.of(failure.right[-1], failure.actual, failure.tolerance)
        calls = iter(range(MAX_CALLS))
        if results is not None and results.telling:
            yield from _reruns(failure, dropped(failure.calls[-1], failure.parameters), calls)
            yield from plain_likeness(results, failure.calls[-1])
            yield from _reruns(failure, redirected(failure.calls[-1], failure.parameters), calls)
        if results is not None:
            yield from at_bounds(results, failure.calls[-1])
            yield from moved(results)
            yield from scaled(results, failure.calls[-1])
        yield from wrong_sizes(failure.right[-1], failure.actual)
    yield from _first_negative(failure)


def _reruns(failure: Failure, altered: Iterator[Altered], calls: Iterator[int]) -> Iterator[Header]:
    """The altered calls that give what the answer gave, here and before, as far as `calls` lets them be made."""
    *before, right = failure.right
    for _, one in zip(calls, altered, strict=False):
        given = _outcome(failure, one, failure.calls[-1])
        if not failure.alike(given, failure.actual) or failure.alike(right, given):
            continue
        agreed = 0
        for torch_gave, call, _ in zip(before, failure.calls, calls, strict=False):
            if not failure.alike(torch_gave, _outcome(failure, one, call)):
                break
            agreed += 1
        if agreed == len(before):
            yield one.cause


def _outcome(failure: Failure, altered: Altered, call: Mapping[str, Any]) -> Any:
    try:
        return altered.back(call, failure.reference(altered.change(call)))
    except Exception as error:  # noqa: BLE001 - a change made for one call may not fit another
        return Raised(type(error).__name__)


def _first_negative(failure: Failure) -> Iterator[Header]:
    """A dim or a size below zero, where the answer got every earlier one right and none of those was negative."""
    *before, call = failure.calls
    for parameter in failure.parameters:
        kind = "dim" if is_dim(parameter) else "size" if is_size(parameter) else None
        value = call.get(parameter.name)
        if kind is None or not _negatives(value):
            continue
        earlier = [other[parameter.name] for other in before if other.get(parameter.name) is not None]
        if len(earlier) >= COUNTED_BEFORE and not any(map(_negatives, earlier)):
            yield {"usual": f"negative_{kind}", "name": parameter.name, "value": _negatives(value)[0]}


def _negatives(value: Any) -> list[int]:
    items = value if isinstance(value, (list, tuple)) else [value]
    return [item for item in items if isinstance(item, int) and item < 0]
