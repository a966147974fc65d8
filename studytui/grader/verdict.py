"""What the grader says of an answer, as plain values: no torch here, and nothing that a child could make unsafe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping


class Outcome(StrEnum):
    """The six things a verdict can be."""

    PASSED = "passed"
    WRONG = "wrong"
    REFUSED = "refused"
    CRASHED = "crashed"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor as a verdict shows it: row-major elements as Python numbers (complex ones as strings).

    `elements` may be cut: it then holds the first ones, and `truncated` is true.
    """

    dtype: str
    shape: tuple[int, ...]
    elements: tuple[float | int | bool | str, ...]
    truncated: bool = False


Value: TypeAlias = "Tensor | bool | int | float | str | tuple[Value, ...] | list[Value] | None"
"""What a function took or gave: a tensor, a Python scalar, None, or a tuple or list of those."""


@dataclass(frozen=True, slots=True)
class Counterexample:
    """The smallest case found on which an answer is wrong.

    Attributes:
        inputs: by parameter name, in the order of the signature.
        expected: what torch gives; a string such as "RuntimeError: ..." where torch refuses.
        actual: what the answer gave; None also where it gave nothing.
        first_difference: index of the first differing element, or None where dtype, shape or type differ.
        what: which of several compared things differs, as "output", "output[1]", "gradient of x", "x after the call".
    """

    inputs: Mapping[str, Value]
    expected: Value
    actual: Value
    first_difference: tuple[int, ...] | None
    what: str = "output"


@dataclass(frozen=True, slots=True)
class Step:
    """One judged part of an answer: a line of a derivation, a point of a recall answer, an option of a choice.

    An option holds where it was rightly chosen or rightly left; `chosen` says which, and is None for other parts.
    """

    text: str
    holds: bool
    says: str = ""
    chosen: bool | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the grader says of one answer.

    Attributes:
        message: sentences for the learner, in their language; safe to print (no control characters but newlines).
        line, column: 1-based place in the answer the message speaks of.
        run, total: cases compared, cases planned; 0 and 0 where a kind has no cases.
        cause: the named slip that reproduces the answer, if one does.
        steps: lines, points or options judged one by one.
        expected: right answer in words where the kind has one to show (predict, choice, derive).
        printed: what the answer printed while it ran, cut to a few kilobytes.
        seconds: wall time of the grade.
        seed: what replays the same cases.
        times_torch: how many times as long as torch's own operation a kernel took, where a card asks for one.
    """

    outcome: Outcome
    message: str
    run: int = 0
    total: int = 0
    line: int | None = None
    column: int | None = None
    counterexample: Counterexample | None = None
    cause: str = ""
    steps: tuple[Step, ...] = ()
    expected: str = ""
    printed: str = ""
    seconds: float = 0.0
    seed: int = 0
    device: str = "cpu"
    times_torch: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.outcome is Outcome.PASSED
