"""Our grader beside torch-judge 0.1.1 on the tasks both have: time, right answers, wrong answers, hostile answers.

    pip install --no-deps torch-judge==0.1.1
    python benchmarks/torch_judge.py [--rounds N] [--solutions FOLDER]

torch-judge is needed by this script alone. Its reference solutions are in neither its wheel nor its source archive but
in the `solutions` folder of its repository (duoan/TorchCode); name a copy of that folder to have them graded too.

It runs as in a notebook: its `check` in a kernel that lives on, IPython's way with what an answer raises included. An
answer written for one judge is adapted to the other's signature; ours then grades it `free` on its own card, narrowed
to the parameters both know. A wrong answer counts only where it differs from torch on the calls listed here.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
import selectors
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch_judge_answers import HOSTILE, PAIRS, Pair

from studytui.cards.library import Library
from studytui.cards.models import ImplementCard
from studytui.errors import StudyError
from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Self

ROOT = Path(__file__).resolve().parent.parent
VERSION = "0.1.1"
THEIR_TASKS = 40
SEED = 1
LIMIT = 20.0
"""Seconds an answer may take in torch-judge, which sets no limit itself."""
NOT_OF_VALUES = frozenset({"Gradient check", "Gradient flow", "Performance"})
"""Its tests that a loop fails whatever it computes: gradients, which our loop cards do not ask for, and speed."""

KERNEL = r"""
import contextlib, io, json, os, shutil, sys, time
replies = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
import torch, torch_judge
from torch_judge.tasks import TASKS
cell = {"__name__": "__main__"}
replies.write("{}\n")
replies.flush()
for line in sys.stdin:
    job = json.loads(line)
    shutil.rmtree("data", ignore_errors=True)
    every = TASKS[job["task"]]["tests"]
    TASKS[job["task"]]["tests"] = [test for test in every if test["name"] not in job["without"]]
    printed, raised, started = io.StringIO(), "", time.perf_counter()
    try:
        with contextlib.redirect_stdout(printed):
            exec(job["source"], cell)
            started = time.perf_counter()
            exec("from torch_judge import check\ncheck(" + repr(job["task"]) + ")", cell)
    except BaseException as error:
        raised = type(error).__name__
    seconds = time.perf_counter() - started
    TASKS[job["task"]]["tests"] = every
    with contextlib.suppress(OSError):
        raised = raised or json.load(open("data/progress.json"))[job["task"]]["status"]
    replies.write(json.dumps({"said": raised, "printed": printed.getvalue(), "seconds": seconds}) + "\n")
    replies.flush()
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What torch-judge made of an answer: `failed` names its tests that did; `ended` how its kernel did, if so."""

    accepted: bool
    failed: tuple[str, ...] = ()
    seconds: float = 0.0
    ended: str = ""

    @property
    def accepted_by_values(self) -> bool:
        """Whether only tests failed that are not of values."""
        return not self.ended and set(self.failed) <= NOT_OF_VALUES

    @property
    def why(self) -> str:
        """What rejected the answer."""
        return self.ended or ", ".join(self.failed) or "no verdict"


def read_reply(reply: Mapping[str, Any]) -> Said:
    """The verdict in what the kernel replies: printed lines, and the status torch-judge keeps."""
    tests = re.findall(r"([✅❌💥]) \[\d+/\d+\] (.*?)\x1b", reply["printed"])
    failed = tuple(name for sign, name in tests if sign != "✅")
    ended = "" if reply["said"] in {"solved", "attempted"} else reply["said"] or "no verdict"
    return Said(reply["said"] == "solved", failed, reply["seconds"], ended)


class Kernel:
    """torch-judge in a process of its own that lives from answer to answer, as a notebook's kernel does."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", KERNEL], cwd=self._folder.name, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def check(self, task: str, source: str, without: Iterable[str] = (), *, restart: bool = True) -> Said:
        """Its verdict; a kernel that died or hung is started anew if `restart`."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        line = ""
        ended = "the kernel died"
        if process.poll() is None:
            process.stdin.write(json.dumps({"task": task, "source": source, "without": list(without)}) + "\n")
            process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                ready = selector.select(LIMIT)
            line = process.stdout.readline() if ready else ""
            ended = ended if ready else f"no end within {LIMIT:.0f} s"
        if line:
            return read_reply(json.loads(line))
        process.kill()
        process.communicate()
        if restart:
            self._start()
        return Said(accepted=False, ended=ended)


def narrowed(card: ImplementCard, pair: Pair) -> ImplementCard:
    """Our card `free` and with the pair's parameters only: its own cases stay where they name no other."""
    kept = set(pair.parameters)
    required = {name for name in kept if f"{name}=" not in pair.function}
    cases = [case for case in card.cases if set(case) - {"raises"} <= kept and set(case) >= required]
    return card.model_copy(
        update={
            "function": pair.function, "reference": pair.reference, "by_hand": "free", "cases": tuple(cases),
            "inputs": {name: text for name, text in card.inputs.items() if name in kept},
            "dims": dict(pair.dims) or card.dims, "where": pair.where, "slips": (),
        }
    )  # fmt: skip


def plain(card: ImplementCard) -> ImplementCard:
    """The card without its own cases, and no size 0: neither what torch refuses nor what is empty is asked."""
    dims = {name: re.sub(r"^0\.\.", "1..", text) for name, text in card.dims.items()}
    return card.model_copy(update={"cases": (), "dims": dims})


def differs(pair: Pair, source: str) -> bool:
    """Whether an answer in our signature differs from torch on one of the pair's probes, its inputs included."""
    import torch
    import torch.nn.functional as F  # noqa: N812 - the field's name for it

    scope: dict[str, Any] = {"torch": torch, "F": F}
    exec(source, scope)
    answer = scope[pair.function.partition("(")[0]]
    exec(pair.written(pair.reference), scope)
    right = scope[pair.function.partition("(")[0]]
    for probe in pair.probes:
        given, kept = (eval(f"({probe},)", dict(scope)) for _ in range(2))
        try:
            expected = right(*kept)
        except Exception as error:  # noqa: BLE001 - torch refuses in many ways
            expected = type(error)
        try:
            actual = answer(*given)
        except Exception as error:  # noqa: BLE001 - wrong answers fail as they like
            actual = type(error)
        try:
            torch.testing.assert_close((actual, given), (expected, kept), equal_nan=True)
        except (AssertionError, TypeError):
            if actual is not expected:
                return True
    return False


def reference_solutions(folder: Path, tasks: Iterable[str]) -> dict[str, str]:
    """Source of torch-judge's own solution a task, from its notebooks: the cells that import or hold the solution."""
    found = {}
    for task in tasks:
        for path in folder.glob(f"*_{task}_solution.ipynb"):
            cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
            sources = ["".join(cell["source"]) for cell in cells]
            kept = [text for text in sources if "SOLUTION" in text or re.fullmatch(r"(\s*import [\w. ]+)+\s*", text)]
            found[task] = "\n\n".join(kept) + "\n"
    return found


class Comparison:
    """Both judges, warm, and the counts as they grow."""

    def __init__(self, kernel: Kernel, grader: Grader, rounds: int, solutions: Mapping[str, str]) -> None:
        self.kernel, self.grader, self.rounds, self.solutions = kernel, grader, rounds, solutions
        self.library = Library.open([ROOT / "decks"], None)
        self.counts: dict[str, list[int]] = {}
        self.notes: list[str] = []

    def count(self, row: str, *, ours: bool, theirs: bool) -> None:
        """Add an answer to a row: how many, how many ours and theirs did what the row says."""
        counts = self.counts.setdefault(row, [0, 0, 0])
        for place, more in enumerate((True, ours, theirs)):
            counts[place] += more

    def ours(self, card: ImplementCard, answer: str) -> tuple[bool, str]:
        """Whether we accept an answer, and the first line of what is said."""
        try:
            verdict = self.grader.grade(card, answer, seed=SEED)
        except StudyError as error:
            return False, str(error)
        return verdict.passed, verdict.message.splitlines()[0] if verdict.message else verdict.outcome.value

    def pair(self, pair: Pair) -> str:
        """Compare one task, and give its line of the table of times."""
        card = self.library.card(pair.card)
        assert isinstance(card, ImplementCard)
        free = narrowed(card, pair)
        operation = pair.written(pair.reference)
        right = {"torch's own operation": operation, "by tensor operations": pair.written(pair.variant)}
        for name, source in right.items():
            self.right(pair, name, self.ours(free, source), self.kernel.check(pair.task, source + pair.to_theirs))
        if (solution := self.solutions.get(pair.task)) is not None:
            said = self.kernel.check(pair.task, solution)
            self.right(pair, "its own solution", self.ours(free, solution + pair.to_ours), said)
            self.right(pair, "its own, nothing empty or refused", self.ours(plain(free), solution + pair.to_ours), said)
        said = self.kernel.check(pair.task, card.solution + pair.to_theirs)
        self.right(pair, "our loop solution", self.ours(card, card.solution), said)
        if not said.accepted and not said.accepted_by_values:
            said = self.kernel.check(pair.task, card.solution + pair.to_theirs, NOT_OF_VALUES)
        self.count("  those, judged by values only", ours=False, theirs=not said.accepted_by_values)
        for name, expression in pair.wrong.items():
            source = pair.written(expression)
            if differs(pair, source):
                said = self.kernel.check(pair.task, source + pair.to_theirs)
                self.wrong("wrong by tensor operations", pair, name, self.ours(free, source)[0], said.accepted)
            else:
                self.notes.append(f"{pair.task}: `{name}` does not differ from torch on the probes; left out")
        self.slips(pair, card)
        said = self.kernel.check(pair.task, operation + pair.to_theirs)
        self.wrong("calls the operation itself", pair, "", self.ours(card, operation)[0], said.accepted)
        return self.times(pair, card, free)

    def right(self, pair: Pair, name: str, ours: tuple[bool, str], theirs: Said) -> None:
        """Count a right answer, and note who rejected it and why."""
        self.count(f"rejected: {name}", ours=not ours[0], theirs=not theirs.accepted)
        if not ours[0]:
            self.notes.append(f"{pair.task}: we reject {name}: {ours[1]}")
        if not theirs.accepted:
            self.notes.append(f"{pair.task}: torch-judge rejects {name}: {theirs.why}")

    def wrong(self, row: str, pair: Pair, name: str, ours: bool, theirs: bool) -> None:
        """Count a wrong answer, and note who accepted it."""
        self.count(f"accepted: {row}", ours=ours, theirs=theirs)
        for judge, accepted in (("we accept", ours), ("torch-judge accepts", theirs)):
            if accepted and name:
                self.notes.append(f"{pair.task}: {judge} `{name}`")

    def slips(self, pair: Pair, card: ImplementCard) -> None:
        """Our named slips, on our card as shipped; adapted in theirs, where wrong within what both ask."""
        for number, slip in enumerate(card.slips, 1):
            name = f"slip {number}: {slip.says['en'] if isinstance(slip.says, dict) else slip.says}"
            if not differs(pair, slip.code):
                self.notes.append(f"{pair.task}: not matched, wrong only in what torch-judge does not ask: {name}")
                continue
            said = self.kernel.check(pair.task, slip.code + pair.to_theirs, {"Performance"})
            accepted, _ = self.ours(card, slip.code)
            self.count("accepted: named slips (loops)", ours=accepted, theirs=said.accepted)
            self.wrong("named slips, judged by values only", pair, name, accepted, said.accepted_by_values)

    def times(self, pair: Pair, card: ImplementCard, free: ImplementCard) -> str:
        """Medians of the same answer in both, warm, in turn, and of our loop solution on our card as shipped."""
        operation = pair.written(pair.reference)
        taken: dict[str, list[float]] = {"theirs": [], "ours": [], "loops": []}
        cases = 0
        for _ in range(self.rounds + 1):
            taken["theirs"].append(self.kernel.check(pair.task, operation + pair.to_theirs).seconds)
            verdict = self.grader.grade(free, operation, seed=SEED)
            cases = verdict.run
            taken["ours"].append(verdict.seconds)
            taken["loops"].append(self.grader.grade(card, card.solution, seed=SEED).seconds)
        theirs, ours, loops = (statistics.median(times[1:]) * 1000 for times in taken.values())
        return f"{pair.task:<16}{cases:>6}{theirs:>12.1f}{ours:>10.1f}{ours / theirs:>8.2f}{loops:>12.1f}"

    def hostile(self) -> None:
        """Each in a kernel of its own: survived where it is not accepted and the next two answers are judged well."""
        pair = next(pair for pair in PAIRS if pair.task == "softmax")
        card = self.library.card(pair.card)
        assert isinstance(card, ImplementCard)
        free = narrowed(card, pair).model_copy(update={"seconds": 3.0})
        good, bad = pair.written(pair.variant), pair.written("input * 0")
        for name, source in HOSTILE.items():
            passed, _ = self.ours(free, source)
            ours = not passed and self.ours(free, good)[0] and not self.ours(free, bad)[0]
            with Kernel() as kernel:
                said = [kernel.check(pair.task, text + pair.to_theirs, restart=False) for text in (source, good, bad)]
            theirs = [one.accepted for one in said] == [False, True, False]
            self.count("hostile answers accepted", ours=passed, theirs=said[0].accepted)
            self.count("hostile answers survived", ours=ours, theirs=theirs)
            told = "survives" if theirs else "accepts it" if said[0].accepted else said[0].ended or "misjudges the next"
            self.notes.append(f"hostile, {name}: torch-judge {told}; ours {'survives' if ours else 'does not'}")


def table(counts: Mapping[str, list[int]]) -> str:
    """The rows of counts: answers, ours, theirs."""
    lines = [f"{'':<46}{'answers':>8}{'ours':>6}{'torch-judge':>13}"]
    lines += [f"{row:<46}{number:>8}{ours:>6}{theirs:>13}" for row, (number, ours, theirs) in counts.items()]
    return "\n".join(lines)


def main() -> None:
    """Print times, counts, and every disagreement."""
    parser = argparse.ArgumentParser(description="Our grader beside torch-judge.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--solutions", type=Path, help="torch-judge's folder of solution notebooks")
    options = parser.parse_args()
    try:
        found = importlib.metadata.version("torch-judge")
    except importlib.metadata.PackageNotFoundError:
        found = "not there"
    if found != VERSION:
        raise SystemExit(f"torch-judge is {found}; for this script only: pip install --no-deps torch-judge=={VERSION}")
    solutions = reference_solutions(options.solutions, [pair.task for pair in PAIRS]) if options.solutions else {}
    with Kernel() as kernel, Grader() as grader:
        comparison = Comparison(kernel, grader, options.rounds, solutions)
        print(f"{'task':<16}{'cases':>6}{'theirs ms':>12}{'ours ms':>10}{'ratio':>8}{'our loops ms':>14}")
        for pair in PAIRS:
            print(comparison.pair(pair), flush=True)
        comparison.hostile()
    print(f"\n{table(comparison.counts)}\n")
    print("\n".join(comparison.notes))
    if not solutions:
        print("torch-judge's own solutions: not matched; its packages hold none (see --solutions)")
    print(f"{len(PAIRS)} of torch-judge's {THEIR_TASKS} tasks are matched; for the others no card has the function")


if __name__ == "__main__":
    main()
