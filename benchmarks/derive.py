"""What a check of a derivation takes, over every shipped derive card: its solution, what it accepts, what it rejects.

    python benchmarks/derive.py [--cards] [rounds]

A check reads the answer, draws the points, runs the truth there, judges every line, and names a slip. Beside it stands
the bare evaluation: the truth and both sides of each line at the same points, already drawn and read, nothing compared.
All in this process, as the child does it, in processor time, so that what else runs counts little; a grade adds what
warm_grade.py measures. With --cards a line a card.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from studytui.cards.library import Library
from studytui.cards.models import DeriveCard
from studytui.grader.formula.definitions import Definitions
from studytui.grader.formula.derive import check_derivation
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.places import Places
from studytui.grader.formula.reading import read_answer
from studytui.grader.formula.task import read_task
from studytui.grader.formula.tree import Node, indices_of, over_all
from studytui.grader.formula.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 1


def main() -> None:
    """Print the times by kind of answer, and how many are judged as the card says."""
    torch.set_num_threads(1)
    numbers = [argument for argument in sys.argv[1:] if argument.isdecimal()]
    rounds = int(numbers[0]) if numbers else 3
    library = Library.open([Path(__file__).resolve().parent.parent / "decks"], None)
    checks: dict[str, list[float]] = defaultdict(list)
    ratios: dict[str, list[float]] = defaultdict(list)
    wrong: list[str] = []
    cards = 0
    for entry in library.entries:
        card = library.card(entry.id)
        if not isinstance(card, DeriveCard):
            continue
        cards += 1
        fields = card.model_dump(mode="json")
        own: list[float] = []
        for kind, answer in answers(card):
            took = median_ms(partial(check_derivation, fields, answer, seed=SEED), rounds)
            if check_derivation(fields, answer, seed=SEED).passed != (kind != "rejects"):
                wrong.append(f"{entry.id}: {answer.splitlines()[-1]} ({kind})")
            checks[kind].append(took)
            ratios[kind].append(took / median_ms(bare(fields, answer), rounds))
            own.append(took)
        if "--cards" in sys.argv:
            print(
                f"{entry.id:<40}{len(own):>4} answers, median {statistics.median(own):.1f} ms, worst {max(own):.1f} ms"
            )
    head = f"{'answers':<10}{'count':>6}{'median ms':>11}{'95 % ms':>9}{'worst ms':>10}{'× bare':>8}"
    print(f"{cards} derive cards\n\n{head}")
    for kind, times in checks.items():
        at_most = sorted(times)[min(len(times) - 1, round(0.95 * len(times)))]
        ratio = statistics.median(ratios[kind])
        print(
            f"{kind:<10}{len(times):>6}{statistics.median(times):>11.1f}{at_most:>9.1f}{max(times):>10.1f}{ratio:>8.1f}"
        )
    print(f"\njudged otherwise than the card says: {len(wrong)}", *wrong, sep="\n  ")


def answers(card: DeriveCard) -> Iterator[tuple[str, str]]:
    """Every answer a card knows of, and what it is."""
    yield "solution", card.solution
    yield from (("accepts", answer) for answer in card.accepts)
    yield from (("rejects", answer) for answer in card.rejects)


def median_ms(run: Callable[[], Any], rounds: int) -> float:
    """The median time of some runs, in milliseconds, after one that is not counted."""
    times = []
    for _ in range(rounds + 1):
        started = time.process_time()
        run()
        times.append((time.process_time() - started) * 1000)
    return statistics.median(times[1:])


def bare(fields: dict[str, Any], answer: str) -> Callable[[], None]:
    """What evaluates the truth, and the sides of every line that can be, at the points of a check."""
    task = read_task(fields)
    definitions = Definitions(task.given)
    places = Places(task, definitions, SEED)
    truth = Truth(task)
    sides: list[Node] = []
    for line in (*task.lemmas, *read_answer(task, answer).lines):
        indices = line.over or indices_of(line.sides)
        wrapped = [over_all(side, indices, line.sides) for side in line.sides]
        if line.defines:
            definitions.add(line.defines, wrapped[0])
        sides += wrapped

    def evaluate() -> None:
        for place in places.judged:
            truth.at(place.point)
        for side in sides:
            try:
                places.values(side)
            except FormulaError:
                continue

    return evaluate


if __name__ == "__main__":
    main()
