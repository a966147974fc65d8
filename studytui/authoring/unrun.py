"""What can be checked of an implement card whose answers cannot run here, for what they need is not installed.

torch's own part is run: the reference, on all cases, graded as an answer that may use anything. What the solution and
the slips are made of is judged on their syntax trees. Nothing is said of time, or of which case catches what.
"""

from __future__ import annotations

import ast
import textwrap
from typing import TYPE_CHECKING

from studytui.authoring.findings import CardReport, Finding, Steps
from studytui.authoring.implementation import FEWEST_CASES, SEEDS, few_cases, few_slips
from studytui.cards.needs import need_of
from studytui.cards.text import in_language
from studytui.errors import GraderError
from studytui.grader import triton_code
from studytui.grader.by_hand import Rules
from studytui.grader.wording import refusal_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from studytui.cards.models import ImplementCard
    from studytui.grader.grader import Grader

IMPORTS = "import math\n\nimport numpy as np\nimport torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


def check_unrun(name: str, card: ImplementCard, grader: Grader, *, cancelled: Callable[[], bool]) -> CardReport:
    """Run the reference on all cases, and judge the solution and the slips as they are written.

    Raises:
        GraderError: the grader itself failed.
        GradeCancelledError: `cancelled` said so.
    """
    findings = [*_reference(card, grader, cancelled), *_solution(card), *_slips(card)]
    return CardReport(name, card.kind, tuple(findings), lacking=need_of(card) or "")


def _reference(card: ImplementCard, grader: Grader, cancelled: Callable[[], bool]) -> Iterator[Finding]:
    free = card.model_copy(update={"by_hand": "free", "slips": ()})
    answer = _torchs_answer(card)
    for seed in SEEDS:
        try:
            verdict = grader.grade(free, answer, seed=seed, cancelled=cancelled)
        except GraderError as error:
            message = error.message[:1].lower() + error.message[1:].rstrip(".")
            yield Finding("reference", "error", message, ("reference",))
            return
        if not verdict.passed:
            message = f"the reference does not give the same twice, with seed {seed}: {verdict.message}"
            yield Finding("reference", "error", message, ("reference",))
            return
        if verdict.total < FEWEST_CASES and seed == SEEDS[0]:
            yield few_cases(verdict.total)


def _solution(card: ImplementCard) -> Iterator[Finding]:
    refused = _refusal(card, card.solution)
    if refused is not None:
        message, line = refused
        yield Finding("solution", "error", f"the solution is refused: {message}", ("solution",), line)


def _slips(card: ImplementCard) -> Iterator[Finding]:
    yield from few_slips(card)
    for index, slip in enumerate(card.slips):
        refused = _refusal(card, slip.code)
        if refused is not None:
            steps: Steps = ("slips", index)
            message = f"the slip “{in_language(slip.says, 'en')}” is refused before any case runs: {refused[0]}"
            yield Finding("slip", "error", message, steps, hint="A slip is a wrong answer by hand; write it so.")


def _torchs_answer(card: ImplementCard) -> str:
    """The reference as an answer to the card."""
    if card.calls is not None:
        return f"{IMPORTS}\n{card.function_name} = ({card.reference.strip()}\n)\n"
    try:
        ast.parse(card.reference.strip(), mode="eval")
        body = f"return ({card.reference.strip()}\n)"
    except SyntaxError:
        body = card.reference
    return f"{IMPORTS}\n\ndef {card.function.strip()}:\n{textwrap.indent(body, '    ')}\n"


def _refusal(card: ImplementCard, answer: str) -> tuple[str, int] | None:
    """Why an answer is refused before it runs, and on which line; None where it is not."""
    rules = Rules(
        card.by_hand, card.function_name, frozenset(card.allow), frozenset(card.forbid), card.calls is not None
    )
    found = triton_code.check(ast.parse(answer), rules)
    if found is None:
        return None
    said = {"kind": found.kind, "name": found.name, "line": found.line}
    return refusal_sentence(said, card.by_hand, "en"), found.line
