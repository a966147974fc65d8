"""Verdicts that take one question to one child: what a snippet really gives, whether a derivation holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from studytui.grader.cleaning import MAX_MESSAGE, plain, printable
from studytui.grader.exchange import ask
from studytui.grader.failures import failure
from studytui.grader.formula.reading import lines_of
from studytui.grader.formula.result import DerivationResult
from studytui.grader.formula.wording import explain, steps
from studytui.grader.predict import PredictTruth, expected_text, judge_prediction
from studytui.grader.verdict import Outcome, Verdict
from studytui.grader.wire import FrameError
from studytui.grader.wording import value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from studytui.cards.models import DeriveCard, ImplementCard, PredictCard
    from studytui.cards.parameters import Value as ParameterValue
    from studytui.grader.process import Warm
    from studytui.grader.wire import Header

MEMORY = 512
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a forged frame may raise while it is read."""


def grade_predict(
    warm: Warm,
    card: PredictCard,
    answer: str,
    language: str,
    seed: int,
    seconds: float,
    cancelled: Callable[[], bool] | None,
) -> Verdict:
    """Whether a prediction is what the snippet really gives, run now.

    Raises:
        GraderError: the snippet gives nothing that can be asked.
        GradeCancelledError: the learner cancelled.
    """
    job = {"card": card.model_dump(mode="json"), "seed": seed}
    found = plain(_one_frame(warm, "snippet", job, seconds, cancelled, "truth"))
    try:
        truth = PredictTruth(
            kind="raised" if found["kind"] == "raised" else "value",
            value=value_of(found.get("value")),
            text=str(found.get("text", "")),
            printed=str(found["printed"]),
            error=str(found.get("error", "")),
            error_message=str(found.get("error_message", "")),
            error_parents=tuple(map(str, found.get("error_parents", ()))),
        )
        holds, message = judge_prediction(card.asks, truth, answer, language)
        return Verdict(Outcome.PASSED if holds else Outcome.WRONG, message, expected=expected_text(card.asks, truth))
    except UNREADABLE as error:
        raise failure("truth_unreadable", why=f"{error!r:.200}") from None


def grade_derive(
    warm: Warm,
    card: DeriveCard,
    answer: str,
    language: str,
    seed: int,
    seconds: float,
    cancelled: Callable[[], bool] | None,
) -> Verdict:
    """Whether every line of a derivation follows and the last gives what is asked.

    Raises:
        GraderError: the card's truth cannot be computed.
        GradeCancelledError: the learner cancelled.
    """
    job = {"card": card.model_dump(mode="json"), "answer": answer, "seed": seed}
    frame = _one_frame(warm, "derivation", job, seconds, cancelled, "derivation")
    try:
        result = DerivationResult.from_json(plain(frame["result"]))
        lines = lines_of(answer)
        source = lines[result.line - 1] if result.line is not None and result.line <= len(lines) else ""
        message = explain(result, language, source)
        told = (replace(step, says="") if step.says in message else step for step in steps(result, language))
        return Verdict(
            Outcome.PASSED if result.passed else Outcome.WRONG,
            message,
            line=result.line,
            column=result.column,
            steps=tuple(told),
        )
    except UNREADABLE as error:
        raise failure("derivation_unreadable", why=f"{error!r:.200}") from None


def tried(
    warm: Warm, card: ImplementCard, job: Header, seconds: float, cancelled: Callable[[], bool] | None
) -> list[bool]:
    """Which of the answers in a job the card's cases catch; see `children.trials`.

    Raises:
        GraderError: the card cannot be graded, or an answer brought the process down.
        GradeCancelledError: the author cancelled.
    """
    caught = _one_frame(warm, "trials", {**job, "card": card.model_dump(mode="json")}, seconds, cancelled, "tried")
    found = [bool(one) for one in caught.get("caught", ())]
    if len(found) != len(job["answers"]):
        raise failure("trials_unreadable")
    return found


def computed_texts(
    warm: Warm, values: Mapping[str, ParameterValue], expressions: Sequence[str], seconds: float
) -> list[str]:
    """What expressions of a card come to beside the drawn values, each as a text of one printable kind.

    Raises:
        GraderError: an expression raises, or takes too long.
    """
    job = {"card": {}, "values": repr(dict(values)), "expressions": list(expressions)}
    frame = plain(_one_frame(warm, "expressions", job, seconds, None, "computed"))
    texts = [printable(str(text)) for text in frame.get("texts", ())]
    if len(texts) != len(expressions):
        raise failure("computed_unreadable")
    return texts


def _one_frame(
    warm: Warm, role: str, job: Header, seconds: float, cancelled: Callable[[], bool] | None, event: str
) -> dict[str, Any]:
    child = warm.spawn(role, seconds=seconds, memory=MEMORY)
    try:
        frame = ask(child.connection, job, seconds, cancelled)
    except TimeoutError:
        raise failure("code_slow", seconds=seconds) from None
    except FrameError as error:
        raise failure("code_protocol", why=error) from None
    finally:
        warm.end(child, grace=False)
    if frame is None:
        raise failure("code_gone")
    if frame.get("event") != event:
        reason = printable(str(frame.get("message", ""))).strip().rpartition("\n")[2][:MAX_MESSAGE]
        raise failure("ungradable", why=reason or "no reason given")
    return frame
