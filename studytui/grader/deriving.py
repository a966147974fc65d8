"""Whether every line of a derivation holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from studytui.grader.cleaning import plain
from studytui.grader.failures import failure
from studytui.grader.formula.reading import lines_of
from studytui.grader.formula.result import DerivationResult
from studytui.grader.formula.wording import explain, steps
from studytui.grader.single import UNREADABLE, one_frame
from studytui.grader.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.cards.models import DeriveCard
    from studytui.grader.process import Warm


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
    frame = one_frame(warm, "derivation", job, seconds, cancelled, "derivation")
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
