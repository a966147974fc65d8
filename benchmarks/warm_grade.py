"""What isolation costs: a warm grade of each shipped solution beside the same cases run in one process, in one run.

    python benchmarks/warm_grade.py [--prepared] [rounds] [card ...]

For each implement card the median of `Grader.grade` on its solution is put beside the median of calling the solution on
the same cases, torch already imported, nothing checked or compared. The two take turns. With --prepared the oracle has
had a moment before the grade, as it has in the app, where it begins when the card is shown.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studytui.cards.library import Library
from studytui.cards.models import ImplementCard
from studytui.cards.signature import parse_signature
from studytui.grader.children.implementation import Implementation
from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 1


def main() -> None:
    """Print a line a card, and the worst of each figure."""
    prepares = "--prepared" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--prepared"]
    rounds = int(arguments[0]) if arguments else 5
    library = Library.open([Path(__file__).resolve().parent.parent / "decks"], None)
    wanted = arguments[1:] or [entry.id for entry in library.entries if entry.kind == "implement"]
    plain = [name for name in wanted if getattr(library.card(name), "calls", None) is None]
    print(f"{'card':<24}{'cases':>6}{'loops ms':>10}{'grade ms':>10}{'ratio':>8}{'beyond ms':>11}")
    worst_ratio = worst_beyond = 0.0
    with Grader() as grader:
        for name in plain:
            card = library.card(name)
            assert isinstance(card, ImplementCard)
            loops, cases = _loops(card)
            graded: list[float] = []
            alone: list[float] = []
            for _ in range(rounds + 1):
                alone.append(loops())
                if prepares:
                    grader.prepare(card)
                    time.sleep(0.2)  # the learner writes
                verdict = grader.grade(card, card.solution, seed=None if prepares else SEED)
                assert verdict.passed, verdict
                graded.append(verdict.seconds)
            alone_ms, grade_ms = (statistics.median(times[1:]) * 1000 for times in (alone, graded))
            ratio, beyond = grade_ms / alone_ms, grade_ms - alone_ms
            within = grade_ms / (1.25 * alone_ms + 30)
            worst_ratio, worst_beyond = max(worst_ratio, within), max(worst_beyond, beyond)
            print(f"{name:<24}{cases:>6}{alone_ms:>10.1f}{grade_ms:>10.1f}{ratio:>8.2f}{beyond:>11.1f}")
    print(f"\nworst of grade / (1.25 × loops + 30 ms)  {worst_ratio:.2f}   (at most 1)")
    print(f"worst beyond the loops                   {worst_beyond:.0f} ms  (at most 100)")


def _loops(card: ImplementCard) -> tuple[Callable[[], float], int]:
    """A function that runs the solution on every case in this process and gives the seconds it took."""
    oracle = Implementation(card.model_dump(mode="json"), SEED, "cpu")
    cases = [case for case in oracle.cases() if oracle.expect(case).raised is None]
    signature = parse_signature(card.function)
    scope: dict[str, Any] = {}
    exec(f"import torch\n{card.solution}", scope)
    solution = scope[signature.name]

    def run() -> float:
        calls = [signature.bind(dict(case.arguments)) for case in cases]
        started = time.perf_counter()
        for positional, keyword in calls:
            solution(*positional, **keyword)
        return time.perf_counter() - started

    return run, len(cases)


if __name__ == "__main__":
    main()
