"""Small cards of each kind for the grader's tests, and what the children of a process look like from outside."""

from __future__ import annotations

import time
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from studytui.cards.models import DeriveCard, ImplementCard, PredictCard
from studytui.grader.process import WarmProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.grader.grader import Grader
    from studytui.grader.verdict import Value, Verdict

HONEST = "def double(x):\n    return x + x\n"
"""Right for `DOUBLE`."""


def implement(function: str, reference: str, **fields: Any) -> ImplementCard:
    """An implement card; `by_hand` is free unless given."""
    given = {"id": "card", "kind": "implement", "prompt": "?", "by_hand": "free", "solution": "pass", "seconds": 5.0}
    fields.setdefault("inputs", {})
    return ImplementCard.model_validate({**given, "function": function, "reference": dedent(reference), **fields})


def predict(code: str, asks: str = "value") -> PredictCard:
    """A predict card."""
    fields = {"id": "card", "kind": "predict", "prompt": "?", "code": dedent(code), "asks": asks}
    return PredictCard.model_validate(fields)


def derive(truth: str, *, solution: str = "w' = w - eta*dL/dw", **fields: Any) -> DeriveCard:
    """A derive card about one step of gradient descent on L = w²."""
    given = {
        "id": "card",
        "kind": "derive",
        "prompt": "?",
        "symbols": {"w": "real", "eta": "0.01..0.5"},
        "given": {"L": "w^2"},
        "asks": "w'",
        "solution": solution,
    }
    return DeriveCard.model_validate({**given, "truth": dedent(truth), **fields})


DOUBLE = implement("double(x)", "x + x", inputs={"x": "int64[N] in 1..2"}, dims={"N": "0..2"})
"""Quick to grade, as it has a dozen cases; right for `HONEST`."""
DOUBLE_FLOATS = implement("double(x)", "x + x", inputs={"x": "float[N]"}, dims={"N": "0..4"})
"""The same on a hundred cases."""
DOUBLE_BY_LOOPS = DOUBLE.model_copy(update={"by_hand": "loops"})
DOUBLE_BY_TENSORS = DOUBLE.model_copy(update={"by_hand": "tensors"})
KERNEL = """
import torch
import triton
import triton.language as tl

@triton.jit
def add_kernel(x_ptr, y_ptr, out_ptr, n, BLOCK: tl.constexpr):
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = at < n
    x = tl.load(x_ptr + at, mask=inside)
    y = tl.load(y_ptr + at, mask=inside)
    tl.store(out_ptr + at, x + y, mask=inside)

def add(x, y):
    x, y = x.contiguous(), y.contiguous()
    out = torch.empty(x.shape, dtype=x.dtype)
    n = out.numel()
    if n:
        add_kernel[(triton.cdiv(n, 4),)](x, y, out, n, BLOCK=4)
    return out
"""
ADDS = implement("add(x, y)", "x + y", inputs={"x": "float[N]", "y": "float[N]"}, by_hand="triton", seconds=30.0)
"""A kernel is right for it: `KERNEL`."""


def texts_in(verdict: Verdict) -> list[str]:
    """Every text of a verdict that somebody may print."""
    texts = [verdict.message, verdict.cause, verdict.expected, verdict.printed]
    texts += [text for step in verdict.steps for text in (step.text, step.says)]
    if (found := verdict.counterexample) is not None:
        texts += [found.what, *found.inputs, *_strings([*found.inputs.values(), found.expected, found.actual])]
    return texts


def _strings(values: list[Value] | tuple[Value, ...]) -> list[str]:
    found: list[str] = []
    for value in values:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found += _strings(value)
    return found


def is_printable(verdict: Verdict) -> bool:
    """Whether nothing of a verdict could move a terminal's cursor, and none of it floods the screen."""
    texts = texts_in(verdict)
    places = all(place is None or (type(place) is int and place > 0) for place in (verdict.line, verdict.column))
    clean = all(letter.isprintable() or letter in "\n\t" for text in texts for letter in text)
    return places and clean and max(map(len, texts)) <= 20_000


def watchdog(seconds: float = 60.0) -> Callable[[], bool]:
    """A `cancelled` that only a grade that hangs ever meets, however busy the machine is."""
    started = time.monotonic()
    return lambda: time.monotonic() - started > seconds


def descriptors() -> int:
    """How many this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def children_of(pid: int) -> set[int]:
    """The living children of a process, zombies too."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.add(int(entry.name))
    return found


def children_at_work(grader: Grader) -> set[int]:
    """The children of a grader's warm process but for spares, which wait for a job."""
    status = grader._process().ask({"op": "status"})
    return children_of(int(status["pid"])) - {*status["spares"]}


def warm_process(grader: Grader) -> int:
    """The process id of a grader's warm process."""
    warm = grader._warm
    assert isinstance(warm, WarmProcess)
    return warm._process.pid
