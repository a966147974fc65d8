"""Whether an implement card keeps what it promises: its cases let right answers pass and catch wrong ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studytui.authoring.findings import CardReport, Finding, Mutation, SlipFound, Steps, Survivor
from studytui.authoring.mutants import difference, mutants, same_program
from studytui.cards.answers import starter
from studytui.cards.replacing import replaced
from studytui.cards.text import in_language
from studytui.errors import GraderError
from studytui.grader.verdict import Outcome, Tensor

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.cards.models import ImplementCard
    from studytui.cards.problems import Severity
    from studytui.grader.grader import Grader
    from studytui.grader.verdict import Value, Verdict

SEEDS = (1, 2, 3)
FEWEST_CASES = 25
"""Cases of a grade below which an answer may be right by chance."""
FEWEST_SLIPS = 5
LEAST_SCORE = 0.95
SLOW_SECONDS = 1.0
"""A grade that a learner notices waiting for."""
NEAR_LIMIT = 0.5
"""Part of an answer's time that the solution may take: a learner's machine may be half as fast."""
ENDLESS, LEAST_SECONDS = 10.0, 2.0
"""A mutant that takes ten times as long as the solution, and this at the least, is one that never ends."""


@dataclass(slots=True)
class _Check:
    """One card, and what is found of it."""

    name: str
    card: ImplementCard
    grader: Grader
    cancelled: Callable[[], bool]
    findings: list[Finding] = field(default_factory=list)
    slips: list[SlipFound] = field(default_factory=list)
    mutation: Mutation | None = None
    seconds: float | None = None

    def grade(self, answer: str, seed: int = 1) -> Verdict:
        return self.grader.grade(self.card, answer, seed=seed, cancelled=self.cancelled)

    def note(self, rule: str, severity: Severity, message: str, steps: Steps, hint: str = "", detail: str = "") -> None:
        self.findings.append(Finding(rule, severity, message, steps, hint=hint, detail=detail))


def check_implement(
    name: str, card: ImplementCard, grader: Grader, *, with_mutants: bool, cancelled: Callable[[], bool]
) -> CardReport:
    """Grade the solution, the starter, a call of torch itself, every slip and every mutant.

    Raises:
        GraderError: the grader itself failed.
        GradeCancelledError: `cancelled` said so.
    """
    check = _Check(name, card, grader, cancelled)
    try:
        right = _solution(check)
    except GraderError as error:
        check.note("reference", "error", _sentence(error), ("reference",))
        right = False
    if right:
        _starter(check)
        _torch_itself(check)
        _slips(check)
        if with_mutants:
            _mutants(check)
    return CardReport(name, card.kind, tuple(check.findings), check.seconds, tuple(check.slips), check.mutation)


def few_cases(number: int) -> Finding:
    """That a grade has too few cases."""
    message = f"a grade has {number} cases; fewer than {FEWEST_CASES} may be passed by chance"
    return Finding("cases", "warning", message, ("inputs",), hint="Widen `dims` or add cases.")


def few_slips(card: ImplementCard) -> list[Finding]:
    """That a card names too few slips, if it does."""
    if len(card.slips) >= FEWEST_SLIPS:
        return []
    message = f"the card names {len(card.slips)} slips; {FEWEST_SLIPS} or more tell how well its cases are chosen"
    return [Finding("slips", "warning", message, ("slips",) if card.slips else ())]


def _solution(check: _Check) -> bool:
    """Whether the solution passes, whatever the seed."""
    seconds = []
    for seed in SEEDS:
        verdict = check.grade(check.card.solution, seed)
        seconds.append(verdict.seconds)
        if not verdict.passed:
            message = f"the solution does not pass with seed {seed}: {verdict.message}"
            check.findings.append(
                Finding(
                    "solution", "error", message, ("solution",), verdict.line, verdict.column, detail=_shown(verdict)
                )
            )
            return False
        if verdict.total < FEWEST_CASES and seed == SEEDS[0]:
            check.findings.append(few_cases(verdict.total))
    check.seconds = min(seconds)
    if check.seconds > check.card.seconds * NEAR_LIMIT:
        message = f"the solution takes {check.seconds:.1f} s of the {check.card.seconds:g} s an answer may take"
        check.note("time", "warning", message, ("solution",), "Use smaller sizes in `dims`, or raise `seconds`.")
    elif check.seconds > SLOW_SECONDS:
        message = f"a grade of the solution takes {check.seconds:.1f} s"
        check.note("time", "warning", message, ("solution",), "Use smaller sizes in `dims`.")
    return True


def _starter(check: _Check) -> None:
    verdict = check.grade(starter(check.card, "en"))
    if verdict.passed:
        where: Steps = ("starter",) if check.card.starter is not None else ("function",)
        check.note("starter", "error", "the starter passes as it is", where, "Leave something to write.")


def _torch_itself(check: _Check) -> None:
    card = check.card
    if card.by_hand == "free" or card.calls is not None or card.function_name in card.allow:
        return
    call = f"import torch.nn.functional as F\n\n\ndef {card.function}:\n    return F.{card.function_name}()\n"
    verdict = check.grade(call)
    if verdict.outcome is not Outcome.REFUSED:
        message = f"an answer that calls torch's own `{card.function_name}` is not refused"
        check.note("torch", "error", message, ("function",), "Set `by_hand: loops`, or name it in `forbid`.")


def _slips(check: _Check) -> None:
    card = check.card
    names = {in_language(slip.says, "en") for slip in card.slips}
    check.findings += few_slips(card)
    for index, slip in enumerate(card.slips):
        says = in_language(slip.says, "en")
        verdict = check.grade(slip.code)
        caught = verdict.outcome in {Outcome.WRONG, Outcome.CRASHED, Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY}
        recognised = "own" if verdict.cause == says else "other" if verdict.cause in names else "usual"
        recognised = recognised if verdict.cause else ""
        case = verdict.run if caught else 0
        check.slips.append(SlipFound(says, case, 0 < case <= len(card.cases), recognised))
        steps: Steps = ("slips", index)
        if verdict.passed:
            check.note("slip", "error", f"no case catches the slip “{says}”", steps, "Add a case that tells it apart.")
        elif not caught:
            message = f"the slip “{says}” is refused before any case runs: {verdict.message}"
            check.note("slip", "error", message, steps, "A slip is a wrong answer by hand; write it so.")
        elif verdict.outcome is Outcome.WRONG and not recognised and "input" not in verdict.message:
            message = f"the slip “{says}” is caught by case {case} and not recognised there"
            check.note("slip-name", "warning", message, steps, "Put a case first on which it gives what tells enough.")


def _mutants(check: _Check) -> None:
    card = check.card.model_copy(update={"slips": ()})  # nobody is told why a mutant is wrong
    explained = {same_program(replaced(card.solution, one.replace)): n for n, one in enumerate(card.equivalent)}
    seconds = max(LEAST_SECONDS, ENDLESS * (check.seconds or 0.0))
    survivors, excused = [], set()
    made = mutants(card.solution)
    try:
        codes = [mutant.code for mutant in made]
        caught = check.grader.try_all(card, codes, seed=1, cancelled=check.cancelled)
    except GraderError:  # one of them brought the process down: which, a grade of each will tell
        caught = [False] * len(made)
    for mutant, done in zip(made, caught, strict=True):
        if done:
            continue
        verdict = check.grader.grade(card, mutant.code, seed=1, seconds=seconds, cancelled=check.cancelled)
        if not verdict.passed:
            continue
        number = explained.get(same_program(mutant.code))
        if number is None:
            survivors.append(Survivor(mutant.line, difference(card.solution, mutant.code, check.name)))
        else:
            excused.add(number)
    for number in set(range(len(card.equivalent))) - excused:
        verdict = check.grade(replaced(card.solution, card.equivalent[number].replace))
        if not verdict.passed:
            message = f"this does change the result: {verdict.message}"
            check.note("equivalent", "error", message, ("equivalent", number), "Delete it.", _shown(verdict))
    killed = len(made) - len(survivors) - len(excused)
    check.mutation = mutation = Mutation(len(made), killed, len(excused), tuple(survivors))
    low = mutation.score < LEAST_SCORE
    if low:
        message = f"the cases catch {killed} of {killed + len(survivors)} mutants: {mutation.score:.1%}, below 95 %"
        hint = "Add cases that tell the mutants below apart, or explain in `equivalent` why one changes nothing."
        check.note("score", "error", message, ("solution",), hint)
    for survivor in survivors:
        message = "no case catches this mutant"
        check.findings.append(Finding("mutant", "warning", message, ("solution",), survivor.line, detail=survivor.diff))


def _shown(verdict: Verdict) -> str:
    """The counterexample's inputs, shortly."""
    found = verdict.counterexample
    if found is None:
        return ""
    named = {**found.inputs, "expected": found.expected, "actual": found.actual}
    return "\n".join(f"{name}: {_plain(value)}"[:200] for name, value in named.items())


def _plain(value: Value) -> str:
    if not isinstance(value, Tensor):
        return repr(value)
    listed = ", ".join(map(str, value.elements))
    return f"{value.dtype} {list(value.shape)}: {listed}{', …' if value.truncated else ''}"


def _sentence(error: GraderError) -> str:
    """The grader's sentence as a problem says it."""
    return error.message[:1].lower() + error.message[1:].rstrip(".")
