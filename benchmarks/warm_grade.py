"""What isolation costs: a warm grade of each shipped solution beside the same cases run in one process, in one run.

    python benchmarks/warm_grade.py [--prepared | --at-once] [rounds] [card ...]

For each implement card the median of `Grader.grade` on its solution is put beside the median of running the solution
on the same cases, torch already imported, nothing checked or compared: the calls, and the backward pass where the case
asks for gradients. Kernels are left out: they have no loops. The two take turns, a moment apart, as answers are. With
--at-once there is no moment, so that a grade finds no spare children. With --prepared the oracle has had a moment
before the grade, as it has in the app and in `studytui grade --watch`, where it begins when the card is shown and
again after each verdict.

Anything else that runs meanwhile counts: a grade uses two processors where the loops use one.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studytui.cards.library import Library
from studytui.cards.models import ImplementCard
from studytui.grader.children.calls import copies, float_inputs
from studytui.grader.children.gradients import gradients_of
from studytui.grader.children.harness import harness
from studytui.grader.children.implementation import Implementation
from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 1
MOMENT, PREPARED = 0.15, 0.5
"""Seconds between two grades: time for the warm process to make its spare children, and for an oracle to get ready."""


def main() -> None:
    """Print a line a card, and the worst of each figure."""
    prepares, at_once = "--prepared" in sys.argv, "--at-once" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    rounds = int(arguments[0]) if arguments else 5
    library = Library.open([Path(__file__).resolve().parent.parent / "decks"], None)
    wanted = arguments[1:] or [entry.id for entry in library.entries if entry.kind == "implement" and not entry.needs]
    print(f"{'card':<28}{'cases':>6}{'loops ms':>10}{'grade ms':>10}{'ratio':>8}{'beyond ms':>11}{'bound':>8}")
    worst_ratio = worst_beyond = 0.0
    with Grader() as grader:
        for name in wanted:
            card = library.card(name)
            assert isinstance(card, ImplementCard)
            loops, cases = _loops(card)
            graded: list[float] = []
            alone: list[float] = []
            for _ in range(rounds + 1):
                if prepares:
                    grader.prepare(card)
                time.sleep(0.0 if at_once else PREPARED if prepares else MOMENT)  # the learner writes
                alone.append(loops())
                verdict = grader.grade(card, card.solution, seed=None if prepares else SEED)
                assert verdict.passed, verdict
                graded.append(verdict.seconds)
            alone_ms, grade_ms = (statistics.median(times[1:]) * 1000 for times in (alone, graded))
            ratio, beyond = grade_ms / alone_ms, grade_ms - alone_ms
            within = grade_ms / (1.25 * alone_ms + 30)
            worst_ratio, worst_beyond = max(worst_ratio, within), max(worst_beyond, beyond)
            print(
                f"{name:<28}{cases:>6}{alone_ms:>10.1f}{grade_ms:>10.1f}{ratio:>8.2f}{beyond:>11.1f}{within:>8.2f}",
                flush=True,
            )
    print(f"\nworst of grade / (1.25 × loops + 30 ms)  {worst_ratio:.2f}   (at most 1)")
    print(f"worst beyond the loops                   {worst_beyond:.0f} ms  (at most 100)")


def _loops(card: ImplementCard) -> tuple[Callable[[], float], int]:
    """A function that runs the solution on every case in this process and gives the seconds it took."""
    oracle = Implementation(card.model_dump(mode="json"), SEED, "cpu")
    cases = [one for one in map(oracle.expect, oracle.cases()) if one.raised is None]
    scope: dict[str, Any] = {}
    exec(f"import torch\n{card.solution}", scope)
    solution = scope[card.function_name]
    if card.calls is not None:
        solution = harness(card.calls, card.inputs, card.function_name, solution)

    def run() -> float:
        calls = []
        for one in cases:
            arguments = copies(one.case.arguments, "cpu")
            inputs = float_inputs(arguments) if one.upstream is not None else []
            for tensor in inputs:
                tensor.requires_grad_()
            calls.append((*oracle.signature.bind(arguments), inputs, one.upstream))
        started = time.perf_counter()
        for positional, keyword, inputs, upstream in calls:
            output = solution(*positional, **keyword)
            if upstream is not None:
                gradients_of(output, inputs, upstream)
        return time.perf_counter() - started

    return run, len(cases)


if __name__ == "__main__":
    main()
