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

_MOST_LISTED = 10

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
    if len(result.lines) > 1:
        parts.append(_credit(result, korean=korean))
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
            return (
                f"맞아요. 다만 중간 단계를 건너뛰고 결과로 바로 갔어요. 카드의 유도는 {result.steps}줄이에요. "
                "중간 단계를 쓰면 식이 어디서 나오는지 보여요."
            )
        return (
            f"Right, but straight to the result: the card's own derivation takes {result.steps} lines. "
            "The steps between would show where it comes from."
        )
    if len(result.lines) == 1:
        return "맞아요." if korean else "Right."
    return "맞아요. 모든 줄이 성립해요." if korean else "Right: every line holds."


def _credit(result: DerivationResult, *, korean: bool) -> str:
    """How much of a derivation holds, and which lines do not."""
    total = len(result.lines)
    failing = [str(line.line) for line in result.lines if not line.holds]
    held = total - len(failing)
    listed = ", ".join(failing[:_MOST_LISTED]) + (", …" if len(failing) > _MOST_LISTED else "")
    if not failing:
        return f"읽은 {total}줄은 모두 성립해요." if korean else f"All {total} lines that were judged hold."
    if korean:
        return f"{total}줄 가운데 {held}줄이 성립해요. 성립하지 않는 줄: {listed}."
    return f"{held} of {total} lines hold; not {listed}."


def _numbers(difference: Difference, *, korean: bool) -> str:
    where = ", ".join(f"{name} = {value}" for name, value in difference.point)
    expected = f"{difference.reference} = {difference.expected}"
    actual = f"{difference.written} = {difference.actual}"
    if korean:
        return f"{where}일 때\n  {expected}\n  {actual}"
    return f"At {where}:\n  {expected}\n  {actual}"
