"""Whether recall, choice, predict and derive cards keep what they promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from studytui.authoring.findings import CardReport, Finding, Steps
from studytui.cards.instance import instance_of, is_drawn
from studytui.cards.text import in_language
from studytui.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from studytui.cards.models import ChoiceCard, DeriveCard, PredictCard, RecallCard, Text
    from studytui.grader.grader import Grader

C = TypeVar("C", "RecallCard", "ChoiceCard", "PredictCard")

SEEDS = (1, 2)
DRAWN_SEEDS = (1, 2, 3, 4, 5)
SLOW_SECONDS = 1.0
NONSENSE = "surely not this"


def check_recall(name: str, card: RecallCard, grader: Grader, *, cancelled: Callable[[], bool]) -> CardReport:
    """Whether the card's own answer makes its points, in every language it is written in."""
    del cancelled  # nothing here takes long
    found: dict[tuple[Steps, str], Finding] = {}
    for instance, seed in _instances(card, grader, found):
        for language in _languages(card.answer):
            verdict = grader.grade(instance, in_language(instance.answer, language), language=language)
            for index, step in enumerate(verdict.steps):
                if not step.holds:
                    mentions = ", ".join(instance.points[index].mentions) or "nothing"
                    message = f"the card's own answer does not make this point{_in(language, card.answer)}"
                    hint = f"`mentions` of the point: {mentions}. One of them must be found in the answer."
                    steps: Steps = ("points", index)
                    found.setdefault((steps, language), Finding("recall", "error", message, steps, hint=hint + seed))
    return CardReport(name, card.kind, tuple(found.values()))


def check_choice(name: str, card: ChoiceCard, grader: Grader, *, cancelled: Callable[[], bool]) -> CardReport:
    """Whether every option says why, and the right ones pass, whatever is drawn."""
    del cancelled
    found: dict[tuple[Steps, str], Finding] = {}
    for instance, seed in _instances(card, grader, found):
        right = ",".join(str(number) for number, option in enumerate(instance.options, 1) if option.right)
        if not grader.grade(instance, right).passed:
            found[(), "right"] = Finding("choice", "error", "the right options do not pass", ("options",), hint=seed)
    for index, option in enumerate(card.options):
        if option.why is None:
            steps: Steps = ("options", index)
            found[steps, "why"] = Finding("choice", "warning", f"option {index + 1} does not say why", steps)
    return CardReport(name, card.kind, tuple(found.values()))


def check_predict(name: str, card: PredictCard, grader: Grader, *, cancelled: Callable[[], bool]) -> CardReport:
    """Whether a snippet gives the same twice, and that is accepted and nonsense is not.

    Raises:
        GradeCancelledError: `cancelled` said so.
    """
    found: dict[tuple[Steps, str], Finding] = {}
    seconds = []
    for instance, drawn in _instances(card, grader, found):
        given = set()
        for seed in SEEDS:
            asked = grader.grade(instance, NONSENSE, seed=seed, cancelled=cancelled)
            given.add(asked.expected)
            seconds.append(asked.seconds)
            if asked.passed:
                found[("code",), "nonsense"] = _finding("predict", f"“{NONSENSE}” is accepted", "code", drawn)
        if len(given) > 1:
            message = f"the snippet gives another result each time: {' and then '.join(sorted(given))[:200]}"
            found[("code",), "stable"] = _finding("predict", message, "code", "Seed it, or ask for the shape." + drawn)
            continue
        (expected,) = given
        verdict = grader.grade(instance, expected, seed=SEEDS[0], cancelled=cancelled)
        if not verdict.passed:
            message = f"what the snippet gives is not accepted: {expected[:200]}"
            found[("code",), "accepted"] = _finding("predict", message, "code", verdict.message + drawn)
    least = min(seconds, default=0.0)
    if least > SLOW_SECONDS:
        found[("code",), "time"] = Finding("time", "warning", f"the snippet takes {least:.1f} s", ("code",))
    return CardReport(name, card.kind, tuple(found.values()), least if seconds else None)


def check_derive(name: str, card: DeriveCard, grader: Grader, *, cancelled: Callable[[], bool]) -> CardReport:
    """Whether the solution and what `accepts` lists are accepted, and what `rejects` lists is not.

    Raises:
        GraderError: the card's truth cannot be computed.
        GradeCancelledError: `cancelled` said so.
    """
    found: dict[tuple[Steps, str], Finding] = {}
    right: list[tuple[Steps, str]] = [(("solution",), card.solution)]
    right += [(("accepts", index), answer) for index, answer in enumerate(card.accepts)]
    seconds = []
    for steps, answer in right:
        for seed in SEEDS:
            verdict = grader.grade(card, answer, seed=seed, cancelled=cancelled)
            seconds.append(verdict.seconds)
            if not verdict.passed:
                what = "the solution" if steps == ("solution",) else "this right answer"
                message = f"{what} is not accepted: {verdict.message}"
                line = verdict.line if steps == ("solution",) else None
                found[steps, ""] = Finding("derive", "error", message, steps, line, verdict.column if line else None)
                break
    for index, answer in enumerate(card.rejects):
        verdict = grader.grade(card, answer, seed=SEEDS[0], cancelled=cancelled)
        steps = ("rejects", index)
        if verdict.passed:
            found[steps, ""] = Finding("derive", "error", "this wrong answer is accepted", steps)
        elif not verdict.message:
            found[steps, ""] = Finding("derive", "error", "this wrong answer is rejected without a word", steps)
    for key in ("accepts", "rejects"):
        if not getattr(card, key):
            message = f"the card has no `{key}`, so nothing tries its truth"
            found[(), key] = Finding("derive", "warning", message)
    if min(seconds) > SLOW_SECONDS:
        found[(), "time"] = Finding("time", "warning", f"a grade takes {min(seconds):.1f} s", ("truth",))
    return CardReport(name, card.kind, tuple(found.values()), min(seconds))


def _instances(card: C, grader: Grader, found: dict[tuple[Steps, str], Finding]) -> Iterator[tuple[C, str]]:
    """The card, or what is drawn for it from several seeds, each with words that name the seed."""
    if not is_drawn(card):
        yield card, ""
        return
    for seed in DRAWN_SEEDS:
        try:
            instance = instance_of(card, seed, grader.compute)
        except StudyError as error:
            steps: Steps = ("parameters",)
            message = f"nothing can be drawn with seed {seed}: {error.message}"
            found[steps, ""] = Finding("parameters", "error", message, steps)
            return
        yield instance, f" (drawn with seed {seed})"


def _finding(rule: str, message: str, key: str, hint: str) -> Finding:
    return Finding(rule, "error", message, (key,), hint=hint.strip())


def _languages(text: Text) -> tuple[str, ...]:
    return ("en",) if isinstance(text, str) else tuple(text)


def _in(language: str, text: Text) -> str:
    return "" if isinstance(text, str) else f" in {'Korean' if language == 'ko' else 'English'}"
