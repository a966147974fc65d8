"""Verdicts that take one question to one child: what a snippet really gives, whether a derivation holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studytui.errors import GraderError
from studytui.grader.cleaning import MAX_MESSAGE, plain, printable
from studytui.grader.exchange import ask
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
ASK_AUTHOR = "Tell the deck's author."
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
        raise GraderError(f"What the snippet gives cannot be read: {error!r:.200}.", ASK_AUTHOR) from None


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
        return Verdict(
            Outcome.PASSED if result.passed else Outcome.WRONG,
            explain(result, language, source),
            line=result.line,
            column=result.column,
            steps=steps(result, language),
        )
    except UNREADABLE as error:
        raise GraderError(f"The derivation's verdict cannot be read: {error!r:.200}.", ASK_AUTHOR) from None


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
        raise GraderError("What the cases catch cannot be read.", ASK_AUTHOR)
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
        raise GraderError("What the card has computed cannot be read.", ASK_AUTHOR)
    return texts


def _one_frame(
    warm: Warm, role: str, job: Header, seconds: float, cancelled: Callable[[], bool] | None, event: str
) -> dict[str, Any]:
    child = warm.spawn(role, seconds=seconds, memory=MEMORY)
    try:
        frame = ask(child.connection, job, seconds, cancelled)
    except TimeoutError:
        raise GraderError(f"The card's own code did not finish in {seconds:g} s.", ASK_AUTHOR) from None
    except FrameError as error:
        raise GraderError(f"The card's own code broke the protocol: {error}.", ASK_AUTHOR) from None
    finally:
        warm.end(child, grace=False)
    if frame is None:
        raise GraderError("The card's own code ended its process.", "It may need more memory than a grade has.")
    if frame.get("event") != event:
        reason = printable(str(frame.get("message", ""))).strip().rpartition("\n")[2][:MAX_MESSAGE]
        raise GraderError(f"This card cannot be graded: {reason or 'no reason given'}", ASK_AUTHOR)
    return frame
