"""Printed text against what a learner says is printed: the first line that differs, if one does."""

from __future__ import annotations

import re
import unicodedata

from studytui.grader.prediction.values import Difference

_NUMBER = re.compile(r"(?<![\w.])[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
_AT_COMMA = re.compile(r"[ \t]*,[ \t]*(?=\S)")
_IN_BRACKETS = re.compile(r"(?<=[\[({])[ \t]+|[ \t]+(?=[\])}])")


def first_difference(real: str, given: str) -> Difference | None:
    """Where `given` differs from `real`; None where it does not.

    Blanks at the ends of lines, after brackets and around commas and empty lines at the end say nothing. Inside
    `tensor(…)`, blanks, line breaks and the zeros behind a point say nothing either.
    """
    real_lines, given_lines = _lines(real), _lines(given)
    if real_lines == given_lines:
        return None
    real_lines, given_lines = _lines(_alike(real)), _lines(_alike(given))
    for number, (right, wrong) in enumerate(zip(real_lines, given_lines, strict=False), 1):
        if right != wrong:
            at = next(
                (i for i, (a, b) in enumerate(zip(right, wrong, strict=False)) if a != b), min(len(right), len(wrong))
            )
            start = max(0, at - 50)
            shown = {"real": right[start : start + 70], "given": wrong[start : start + 70]}
            return Difference("line_differs", {"line": str(number), **shown, "caret": _caret(wrong[start:at])})
    if len(real_lines) > len(given_lines):
        missing = real_lines[len(given_lines)]
        return Difference("line_missing", {"line": str(len(given_lines) + 1), "real": missing[:200]})
    if len(given_lines) > len(real_lines):
        extra = given_lines[len(real_lines)]
        return Difference("line_extra", {"line": str(len(real_lines) + 1), "given": extra[:200]})
    return None


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _caret(before: str) -> str:
    return " " * sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in before) + "^"


def _alike(text: str) -> str:
    """The text with one blank after each comma and none inside brackets, and its tensors alike."""
    return _IN_BRACKETS.sub("", _AT_COMMA.sub(", ", _tensors_alike(text)))


def _tensors_alike(text: str) -> str:
    """The text with each `tensor(…)` on one line, without blanks, its floats in their shortest form."""
    parts: list[str] = []
    at = 0
    while (start := text.find("tensor(", at)) >= 0:
        end = _closing(text, start + len("tensor("))
        parts += [text[at:start], _tensor_alike(text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def _closing(text: str, at: int) -> int:
    depth = 1
    for index in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index + 1
    return len(text)


def _tensor_alike(tensor: str) -> str:
    shortened = _NUMBER.sub(lambda match: _shortest(match.group()), tensor)
    return re.sub(r"\s+", "", shortened).replace(",", ", ")


def _shortest(number: str) -> str:
    return number if re.fullmatch(r"[+-]?\d+", number) else repr(float(number))
