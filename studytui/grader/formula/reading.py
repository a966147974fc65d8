"""A whole answer, line by line, to trees: the part of checking a derivation that needs no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.syntax import Line, parse_line
from studytui.grader.formula.tokens import LONGEST_LINE, is_words, normalised
from studytui.grader.formula.tree import Name, walk
from studytui.grader.formula.vocabulary import CONSTANTS

if TYPE_CHECKING:
    from studytui.grader.formula.task import Task

MOST_LINES = 200
MOST_NODES = 4_000
"""Nodes of all lines together: a long derivation has about 300, and 4,000 are evaluated in under a second."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines that could be read, in order, up to the first that could not be, and what was wrong there."""

    lines: tuple[Line, ...]
    error: FormulaError | None = None


def read_answer(task: Task, text: str) -> Reading:
    """Read an answer: one step a line, words behind `#`, blank lines left out.

    A plain new name on the left of a line is the learner's definition, and lines below may use it.
    """
    lines: list[Line] = []
    vocabulary = task.vocabulary
    nodes = 0
    used: set[str] = set()
    try:
        sources = lines_of(text.rstrip())
        if len(sources) > MOST_LINES:
            raise FormulaError(Finding.of("too_many_lines", limit=MOST_LINES), MOST_LINES + 1)
        for number, source in enumerate(sources, 1):
            if len(source) <= LONGEST_LINE and is_words(source):
                continue
            line = parse_line(source, vocabulary, number)
            nodes += sum(1 for side in line.sides for _ in walk(side))
            if nodes > MOST_NODES:
                raise FormulaError(Finding.of("too_much_work"), number, 1, normalised(source))
            used |= {node.name for side in line.sides for node in walk(side) if isinstance(node, Name)}
            if line.defines in CONSTANTS and line.defines in used:
                finding = Finding.of("constant_used", name=line.defines)
                raise FormulaError(finding, number, 1, line.text)
            vocabulary = line.added_to(vocabulary)
            if task.asked.name and any(task.is_asked(side) for side in line.sides):
                vocabulary = vocabulary.plus(task.asked.name)
            lines.append(line)
        if not lines:
            raise FormulaError(Finding.of("empty_answer", asks=task.asked.spelling))
    except FormulaError as error:
        return Reading(tuple(lines), error)
    return Reading(tuple(lines))


def lines_of(text: str) -> list[str]:
    """Lines as an editor counts them; other separators that Python knows are odd characters inside a line."""
    return text[: MOST_LINES * (LONGEST_LINE + 2)].replace("\r\n", "\n").replace("\r", "\n").split("\n")
