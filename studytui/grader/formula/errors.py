"""The one error of the formula language: what is wrong, free of language, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.errors import StudyError
from studytui.grader.formula.wording import pointed, sentence

if TYPE_CHECKING:
    from studytui.grader.formula.finding import Finding


class FormulaError(StudyError):
    """A formula that cannot be read or evaluated.

    Args:
        finding: what is wrong; `message` is its English sentence, `render` gives it in any language.
        line: 1-based line of the answer.
        column: 1-based column of the line in NFC.
        source: the line, for the caret; empty where the raiser does not know it.
    """

    def __init__(self, finding: Finding, line: int = 1, column: int = 1, source: str = "") -> None:
        super().__init__(sentence(finding, "en"))
        self.finding = finding
        self.line = line
        self.column = column
        self.source = source

    def render(self, language: str = "en") -> str:
        """The sentence, and below it the line with a caret under the place."""
        words = sentence(self.finding, language)
        return f"{words}\n{pointed(self.source, self.column)}" if self.source else words
