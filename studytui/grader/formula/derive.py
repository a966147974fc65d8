"""Judging a derivation line by line, by evaluation at seeded points. Runs deck code: in the sandboxed child only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from studytui.errors import DeckError
from studytui.grader.formula.definitions import Definitions
from studytui.grader.formula.equality import Equality, Failure
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.places import Places
from studytui.grader.formula.reading import Reading, read_answer
from studytui.grader.formula.result import DerivationResult, JudgedLine
from studytui.grader.formula.task import Task, read_task
from studytui.grader.formula.tree import (
    Call,
    Derivative,
    Differential,
    Element,
    Name,
    Node,
    free_indices,
    indices_of,
    over_all,
    plain_indices,
    walk,
    whole_of,
)
from studytui.grader.formula.truth import AUTHOR
from studytui.grader.formula.vocabulary import PRIMED
from studytui.grader.formula.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from studytui.grader.formula.syntax import Line


def check_derivation(card: Mapping[str, Any], text: str, *, seed: int) -> DerivationResult:
    """Judge an answer to a derive card.

    Args:
        card: `symbols`, `given`, `asks`, `truth` and maybe `solution`, as `DeriveCard.model_dump()` gives them.
        text: the answer, one step a line.
        seed: what draws the points; the same seed judges the same way.

    Raises:
        DeckError: when the card itself is at fault. Nothing in `text` can raise.
    """
    task = read_task(card)
    return _Check(task, seed).judge(read_answer(task, text))


class _Check:
    """One answer: what names mean, and what is written out, grows from line to line."""

    def __init__(self, task: Task, seed: int) -> None:
        self._task = task
        self._definitions = Definitions(task.given)
        self._places = Places(task, self._definitions, seed)
        self._equality = Equality(self._places, self._typed, lambda: [*task.symbols, *self._definitions.names])
        self._written_out: set[Node] = set()
        self._above: Node | None = None
        self._texts: dict[int, str] = {}
        for line in task.lemmas:
            self._lemma(line)
        self._above = None

    def _lemma(self, line: Line) -> None:
        """Hold a lemma of the card to what it says, and let the answer use it."""
        where = f"lemmas.{1 - line.number}"
        self._texts[line.number] = line.text
        try:
            _, failure = self._line(line, is_last=False)
        except FormulaError as error:
            raise DeckError(f"{where}: {error.message}", AUTHOR) from None
        if failure is not None:
            raise DeckError(f"{where} does not hold. {sentence(failure.finding, 'en')}", AUTHOR)

    # ---- the answer

    def judge(self, reading: Reading) -> DerivationResult:
        """Judge every line that could be read, each for itself: a wrong one does not make those below it wrong."""
        judged: list[JudgedLine] = []
        first: tuple[Line, Failure] | None = None
        gives: Node | None = None
        for index, line in enumerate(reading.lines):
            self._texts[line.number] = line.text
            is_last = index == len(reading.lines) - 1 and reading.error is None
            try:
                gives, failure = self._line(line, is_last=is_last)
            except FormulaError as error:
                failure = Failure(error.finding, error.column)
            finding = None if failure is None else failure.finding
            judged.append(JudgedLine(line.number, line.text, failure is None, finding))
            if failure is not None and first is None:
                first = (line, failure)
        result = DerivationResult(
            passed=False,
            readable=reading.error is None,
            asked=self._task.asked.spelling,
            lines=tuple(judged),
            steps=self._task.steps,
            points=len(self._places.judged),
        )
        if first is not None:
            line, failure = first
            result = replace(result, finding=failure.finding, line=line.number, column=failure.column)
            return replace(result, difference=failure.difference, slip=failure.slip)
        if reading.error is not None:
            unread = reading.error
            return replace(result, finding=unread.finding, line=unread.line, column=unread.column)
        last = reading.lines[-1]
        unfinished = self._unfinished(last, gives)
        if unfinished is not None:
            return replace(result, finding=unfinished, line=last.number, column=1)
        skips = len(judged) == 1 and len(last.sides) <= 2 and self._task.steps > 2
        return replace(result, passed=True, skips=skips)

    def _unfinished(self, last: Line, gives: Node | None) -> Finding | None:
        """What the last line lacks to be an answer, though it holds."""
        asked = self._task.asked.spelling
        if gives is None or not self._places.is_asked(gives):
            return Finding.of("not_asked", asks=asked, gives=self._equality.name_of(gives) if gives else "")
        answer = next((side for side in reversed(last.sides) if not self._places.is_asked(side)), last.sides[-1])
        held = self._open_derivative(answer)
        return Finding.of("open_derivative", what=held) if held else None

    # ---- one line

    def _line(self, line: Line, *, is_last: bool) -> tuple[Node, Failure | None]:
        """What the line is about, which its other sides must equal, and why it fails, if it does."""
        self._refuse_assignment(line)
        for side in line.sides:
            for node in walk(side):
                if isinstance(node, Derivative) and not self._definitions.plan(node.top, node.bottom):
                    self._places.rewrite_with(node.bottom)
                if isinstance(node, Differential) and not self._definitions.plan_of(node.operand, node.bottom):
                    self._places.rewrite_with(node.bottom)
        if line.defines:
            return self._definition(line.defines, line)
        sides = list(line.sides)
        subject = self._subject_of(sides)
        is_lone = subject is None and len(sides) == 1
        if not line.continues and not is_lone:
            subject = subject or sides[0]
            return self._judged(subject, [side for side in sides if side is not subject])
        if self._above is not None and not (is_lone and not line.continues and self._answers_at_last(sides[0])):
            return self._judged(self._above, sides)
        if is_last or self._places.is_truth(sides[0]):
            return self._judged(self._places.asked_by(indices_of(sides), sides[0].span), sides)
        return self._judged(sides[0], sides[1:])

    def _answers_at_last(self, side: Node) -> bool:
        """Whether a lone expression is the answer, though the line above is about something else."""
        assert self._above is not None
        return not self._places.is_asked(self._above) and self._places.is_truth(side)

    def _definition(self, name: str, line: Line) -> tuple[Node, Failure | None]:
        first, *others = line.sides
        subject: Node = Name(name, first.span)
        if line.over:
            subject = Element(subject, line.over, first.span)
        known = {index.name for index in line.over}
        outside = next((index for index in free_indices(first) if index.name not in known), None)
        if outside is not None:
            raise FormulaError(Finding.of("index_free", name=outside.name), line.number, outside.span.start + 1)
        form = over_all(first, line.over, tuple(others))
        self._definitions.add(name, form)
        self._places.values(form)  # so that its errors are told here
        if not self._open_derivative(first):
            self._written_out.add(whole_of(subject))
        return self._judged(subject, others)

    def _judged(self, subject: Node, sides: Sequence[Node]) -> tuple[Node, Failure | None]:
        """Compare for every value of the indices, and remember what the line has shown for the lines below it."""
        together = (subject, *sides)
        indices = indices_of(together)
        failure = self._equality.first_failure(
            over_all(subject, indices, together), [over_all(side, indices, together) for side in sides]
        )
        self._above = subject
        if failure is None:
            for side in sides:
                self._shown(subject, side, together)
        return subject, failure

    def _shown(self, subject: Node, side: Node, together: tuple[Node, ...]) -> None:
        """What an equation that holds is good for: one more form of a name, and nothing left to write out."""
        about = whole_of(subject)
        if not self._places.covers(subject):
            return
        if isinstance(about, Name) and about.name in self._definitions:
            at = subject.at if isinstance(subject, Element) else ()
            named = plain_indices(at) or ()
            if {index.name for index in free_indices(side)} <= {index.name for index in named}:
                self._definitions.add(about.name, over_all(side, named, together))
        if not self._open_derivative(side):
            self._written_out.add(about)

    def _subject_of(self, sides: Sequence[Node]) -> Node | None:
        """The side that says what a line is about: what is asked, else a derivative, else a plain name."""
        if len(sides) < 2:
            return sides[0] if self._places.is_asked(sides[0]) else None
        tests = (
            self._places.is_asked,
            lambda node: isinstance(node, Derivative),
            lambda node: isinstance(whole_of(node), Name),
        )
        return next((side for test in tests for side in sides if test(side)), None)

    def _refuse_assignment(self, line: Line) -> None:
        """`w = w - …` assigns as a program does; on paper the new value has a name of its own."""
        left, asked = line.sides[0], self._task.asked.name
        if line.continues or line.defines or len(line.sides) < 2 or not isinstance(left, Name):
            return
        is_old_value = left.name in self._task.symbols and left.name == asked.rstrip("'")
        if is_old_value and any(isinstance(node, Name) and node.name == left.name for node in walk(line.sides[1])):
            raise FormulaError(Finding.of("assigned", name=left.name, asks=asked), line.number, left.span.start + 1)

    # ---- what is written out

    def _open_derivative(self, node: Node) -> str:
        """A derivative that `node` leans on and no line has written out; empty where there is none.

        Own names lean on what they were defined by: `g = dL/dw` does not hide a derivative. Names that were found to
        lean on none are in `_written_out`, which keeps this from walking a web of names more than once.
        """
        for below in walk(node):
            if isinstance(below, Call) and below.function in PRIMED:
                return self._typed(below)
            if not isinstance(below, Name | Derivative | Differential) or whole_of(below) in self._written_out:
                continue
            if isinstance(below, Derivative | Differential):
                return self._equality.name_of(below)
            if below.name == self._task.asked.name:
                return below.name
            if below.name in self._definitions and below.name not in self._task.given:
                held = self._open_derivative(self._definitions.first(below.name))
                if held:
                    return held
        return ""

    def _typed(self, node: Node) -> str:
        text = self._texts[node.span.line][node.span.start : node.span.end]
        return text if len(text) <= 80 else text[:79] + "…"
