"""Cards that need no torch: the points of a recall answer, the options of a choice."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from studytui.cards.text import in_language
from studytui.grader.verdict import Outcome, Step, Verdict

if TYPE_CHECKING:
    from studytui.cards.models import ChoiceCard, Point, RecallCard

LONGEST_NUMBER = 9
"""Digits of an option's number that are read; none has two."""

_SENTENCES = {
    "recall_passed": {"en": "Every point is made.", "ko": "모든 요점을 말했어요."},
    "recall_wrong": {
        "en": "{made} of {total} points found in your answer; tick what you said in other words.",
        "ko": "요점 {total}개 중 {made}개를 찾았어요. 다른 말로 말한 것은 직접 체크하세요.",
    },
    "recall_empty": {"en": "The answer is empty.", "ko": "답이 비어 있어요."},
    "choice_passed": {"en": "Right.", "ko": "맞아요."},
    "choice_wrong": {
        "en": "Not quite. You chose {chosen}; right: {right}.",
        "ko": "아쉬워요. 고른 것: {chosen}. 정답: {right}.",
    },
    "choice_unreadable": {
        "en": "Answer with the numbers of options, 1 to {total}, as `2` or `1,3`.",
        "ko": "보기 번호(1~{total})로 답하세요. 예: `2` 또는 `1,3`",
    },
}


def grade_recall(card: RecallCard, answer: str, language: str) -> Verdict:
    """Which points an answer makes, by the words they are known by; the learner has the last word.

    A point without such words counts as not made: only the learner can tick it.
    """
    text = _folded(answer)
    steps = tuple(Step(in_language(point.says, language), _makes(text, point)) for point in card.points)
    made = sum(step.holds for step in steps)
    kind = "recall_passed" if made == len(steps) else "recall_wrong" if text else "recall_empty"
    outcome = Outcome.PASSED if made == len(steps) else Outcome.WRONG
    expected = in_language(card.answer, language)
    return Verdict(outcome, _say(kind, language, made=made, total=len(steps)), steps=steps, expected=expected)


def grade_choice(card: ChoiceCard, answer: str, language: str) -> Verdict:
    """Whether exactly the right options are chosen; `answer` names them by number, from 1, in the card's own order."""
    total = len(card.options)
    numbers = {int(number[:LONGEST_NUMBER]) for number in re.findall(r"\d+", answer)[:20]}
    readable = re.fullmatch(r"[\d\s,;]*", answer.strip()) is not None and numbers <= set(range(1, total + 1))
    right = {number for number, option in enumerate(card.options, 1) if option.right}
    steps = tuple(
        Step(
            in_language(option.text, language),
            (number in numbers) == option.right,
            in_language(option.why, language) if option.why else "",
            number in numbers,
        )
        for number, option in enumerate(card.options, 1)
    )
    expected = _listed(right)
    if not readable or not numbers:
        message = _say("choice_unreadable", language, total=total)
        if answer.strip():
            return Verdict(Outcome.WRONG, message)  # a slip of the fingers, which need not cost the answer
        return Verdict(Outcome.WRONG, message, steps=steps, expected=expected)
    passed = numbers == right
    message = _say("choice_passed" if passed else "choice_wrong", language, chosen=_listed(numbers), right=expected)
    return Verdict(Outcome.PASSED if passed else Outcome.WRONG, message, steps=steps, expected=expected)


def _listed(numbers: set[int]) -> str:
    return ",".join(map(str, sorted(numbers)))


def _makes(text: str, point: Point) -> bool:
    return any(_mentions(text, _folded(word)) for word in point.mentions)


def _mentions(text: str, word: str) -> bool:
    """Whether a word occurs; at word borders where it is written in ASCII, so that "max" is not found in "maximal"."""
    if word.isascii() and word[:1].isalnum() and word[-1:].isalnum():
        return re.search(rf"(?<![a-z0-9_]){re.escape(word)}(?![a-z0-9_])", text) is not None
    return word in text


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _say(kind: str, language: str, **words: object) -> str:
    wordings = _SENTENCES[kind]
    return wordings.get(language, wordings["en"]).format(**words)
