"""Every sentence the formula language says to a learner, in English and in Korean. No torch here."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from studytui.grader.formula.sentences import EVALUATING, JUDGING, READING, SLIPS
from studytui.grader.verdict import Step

if TYPE_CHECKING:
    from studytui.grader.formula.finding import Finding
    from studytui.grader.formula.result import DerivationResult, Difference

_SENTENCES = READING | EVALUATING | JUDGING | SLIPS

KINDS = frozenset(_SENTENCES)
"""Every kind of finding that has a sentence."""


def sentence(finding: Finding, language: str) -> str:
    """What a finding says, in `language` (`ko`, else English)."""
    english, korean = _SENTENCES[finding.kind]
    words = dict(finding.data)
    said = (korean if language == "ko" else english).format_map(words)
    if words.get("close"):
        said += f" `{words['close']}`?"
    return said


def pointed(source: str, column: int) -> str:
    """A line, made printable, with a caret below its 1-based `column`; wide characters take two cells."""
    start = max(0, column - 60)
    shown = _printable(source[start : start + 78])
    cells = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in source[start : column - 1])
    return f"{shown}\n{' ' * cells}^"


def explain(result: DerivationResult, language: str, source: str = "") -> str:
    """Sentences for the learner about a whole derivation.

    Args:
        result: what the check found.
        language: `ko`, else English.
        source: the line that `result.line` names, where it could not be read; a caret is set below it.
    """
    korean = language == "ko"
    finding = result.finding
    if finding is None:
        return _praise(result, korean=korean)
    said = sentence(finding, language)
    if result.line is not None and (len(result.lines) > 1 or result.line > 1):
        said = f"{result.line}번째 줄: {said}" if korean else f"Line {result.line}: {said}"
    parts = [said]
    if result.slip is not None:
        parts.append(sentence(result.slip, language))
    if result.difference is not None:
        parts.append(_numbers(result.difference, korean=korean))
    elif result.line is not None and result.column is not None and finding.kind not in JUDGING:
        line = next((judged.text for judged in result.lines if judged.line == result.line), source)
        if line:
            parts.append(pointed(line, result.column))
    return "\n".join(parts)


def steps(result: DerivationResult, language: str) -> tuple[Step, ...]:
    """The lines of a derivation as the steps of a verdict."""
    return tuple(
        Step(_printable(line.text), line.holds, sentence(line.finding, language) if line.finding is not None else "")
        for line in result.lines
    )


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def _praise(result: DerivationResult, *, korean: bool) -> str:
    if result.skips:
        if korean:
            return "맞아요. 결과로 바로 갔네요. 중간 단계를 쓰면 식이 어디서 나오는지 보여요."
        return "Right, and straight to the result. The steps between would show where it comes from."
    if len(result.lines) == 1:
        return "맞아요." if korean else "Right."
    return "맞아요. 모든 줄이 성립해요." if korean else "Right: every line holds."


def _numbers(difference: Difference, *, korean: bool) -> str:
    where = ", ".join(f"{name} = {value}" for name, value in difference.point)
    expected = f"{difference.reference} = {difference.expected}"
    actual = f"{difference.written} = {difference.actual}"
    if korean:
        return f"{where}일 때\n  {expected}\n  {actual}"
    return f"At {where}:\n  {expected}\n  {actual}"
