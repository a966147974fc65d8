"""What came of grading one implementation, as a verdict in the learner's language."""

from __future__ import annotations

import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from studytui.cards.text import in_language
from studytui.grader import wording
from studytui.grader.cleaning import plain, printable
from studytui.grader.exchange import End, Report
from studytui.grader.verdict import Counterexample, Outcome, Verdict

if TYPE_CHECKING:
    from studytui.cards.models import ImplementCard
    from studytui.grader.process import Ending

MEMORY = 512
"""Mebibytes an answer may use beyond torch's own."""
OUT_OF_MEMORY = ("MemoryError", "can't allocate memory", "Cannot allocate memory")
"""What Python, torch and the system say."""


def verdict_of(
    card: ImplementCard, report: Report, ending: Ending, language: str, seconds: float, device: str
) -> Verdict:
    """The verdict on an answer to a card, given how its child ended.

    Raises:
        ArithmeticError, AttributeError, LookupError, TypeError, ValueError: the oracle's finding cannot be read.
    """
    said = plain(report.said)
    base = Verdict(
        Outcome.PASSED,
        wording.sentence("passed", language, total=report.total),
        run=report.run,
        total=report.total,
        printed=said.get("printed", "") or printable(report.printed),
        device="cpu" if device == "auto" else device,
    )
    match report.end:
        case End.PASSED:
            return _passed(card, replace(base, printed=printable(report.printed)), report, language)
        case End.WRONG:
            return _wrong(card, base, plain(report.finding), said, language)
        case End.TIMED_OUT:
            line = said["line"] if said.get("event") == "timed_out" else None
            kind = "timed_out" if line is None else "timed_out_line"
            message = wording.sentence(kind, language, seconds=seconds, line=line)
            return replace(base, outcome=Outcome.TIMED_OUT, message=message, line=line)
        case End.STOPPED:
            return _stopped(card, base, said, language)
        case End.FORGED:
            return replace(base, outcome=Outcome.CRASHED, message=wording.sentence("forged", language))
    if ending.signal == signal.SIGKILL or (said.get("event") == "broken" and _is_memory(said)):
        return _out_of_memory(base, language)
    if ending.signal == signal.SIGXCPU:
        message = wording.sentence("timed_out", language, seconds=seconds)
        return replace(base, outcome=Outcome.TIMED_OUT, message=message)
    if ending.signal == 0 and ending.status is None:
        return replace(base, outcome=Outcome.CRASHED, message=wording.sentence("closed", language))
    how = _signal_name(ending.signal) if ending.signal else f"exit status {ending.status}"
    return replace(base, outcome=Outcome.CRASHED, message=wording.sentence("died", language, how=how))


def _passed(card: ImplementCard, base: Verdict, report: Report, language: str) -> Verdict:
    if card.by_hand != "triton" or not report.torch_took:
        return base
    times = report.answer_took / report.torch_took
    return replace(base, message=base.message + wording.speed_sentence(times, language), times_torch=times)


def _wrong(card: ImplementCard, base: Verdict, finding: dict[str, Any], said: dict[str, Any], language: str) -> Verdict:
    index = finding["index"]
    base = replace(
        base,
        outcome=Outcome.WRONG,
        message=wording.finding_sentence(finding, language),
        cause=_cause(card, finding.get("cause"), language),
        counterexample=Counterexample(
            inputs={name: wording.value_of(value) for name, value in finding["inputs"]},
            expected=wording.value_of(finding["expected"]),
            actual=wording.value_of(finding["actual"]),
            first_difference=None if index is None else tuple(index),
            what=finding["what"],
        ),
    )
    if finding["kind"] == "crash":
        if _is_memory(said):
            return replace(_out_of_memory(base, language), counterexample=base.counterexample)
        line = said.get("line")
        message = wording.crash_sentence(said, language)
        if line is None and said.get("type") == "TypeError":
            message += wording.sentence("signature", language, function=card.function)
        return replace(base, outcome=Outcome.CRASHED, message=message, line=line)
    if finding["kind"] == "raises":
        return replace(base, line=said.get("line"))
    return base


def _cause(card: ImplementCard, cause: dict[str, Any] | None, language: str) -> str:
    if not cause:
        return ""
    if "deck" in cause:
        return in_language(card.slips[cause["deck"]].says, language)
    return wording.cause_sentence(cause, language)


def _stopped(card: ImplementCard, base: Verdict, said: dict[str, Any], language: str) -> Verdict:
    line, column = said["line"], said["column"]
    if said["event"] == "refused":
        message = wording.refusal_sentence(said, card.by_hand, language)
        return replace(base, outcome=Outcome.REFUSED, message=message, line=line, column=column)
    if said["event"] == "missing":
        message = wording.sentence("missing", language, name=card.function_name, function=card.function)
        return replace(base, outcome=Outcome.WRONG, message=message)
    if said["event"] == "too_deep":
        return replace(base, outcome=Outcome.CRASHED, message=wording.sentence("too_deep", language))
    if _is_memory(said):
        return _out_of_memory(base, language)
    if "SyntaxError" in said["mro"]:
        message = wording.sentence("syntax", language, line=line or "?", message=said["message"])
        return replace(base, outcome=Outcome.CRASHED, message=message, line=line, column=column)
    return replace(base, outcome=Outcome.CRASHED, message=wording.crash_sentence(said, language), line=line)


def _is_memory(said: dict[str, Any]) -> bool:
    return said["type"] == "MemoryError" or any(words in said["message"] for words in OUT_OF_MEMORY)


def _out_of_memory(base: Verdict, language: str) -> Verdict:
    message = wording.sentence("out_of_memory", language, limit=MEMORY)
    return replace(base, outcome=Outcome.OUT_OF_MEMORY, message=message)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal has no name
        return f"signal {number}"
