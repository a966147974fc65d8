"""Whether a prediction is what the snippet really gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.grader.cleaning import plain
from studytui.grader.failures import failure
from studytui.grader.predict import PredictTruth, expected_text, judge_prediction
from studytui.grader.single import UNREADABLE, one_frame
from studytui.grader.verdict import Outcome, Verdict
from studytui.grader.wording import value_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.cards.models import PredictCard
    from studytui.grader.process import Warm


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
    found = plain(one_frame(warm, "snippet", job, seconds, cancelled, "truth"))
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
