"""Answers that forge, cheat and make noise: none passes, and what they say is fit to be printed.

`test_hostile_answers` has the other half of the panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hostile_answers import panel
from hostile_grading import graded_in_time, nothing_left_behind, the_next_honest_answer_passes
from lying_answers import LYING

from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.grader.grader import Grader

PANEL = panel(LYING)
TOLD = {
    "forging: a failure of the grader": Outcome.CRASHED,
    "forging: a deep header": Outcome.CRASHED,
    "forging: an event that is a list": Outcome.CRASHED,
    "forging: a tensor without bytes": Outcome.WRONG,
    "cheating: torch's comparison": Outcome.WRONG,
    "cheating: an expected value in memory": Outcome.WRONG,
    "cheating: a time bomb": Outcome.WRONG,
    "cheating: the number of the case": Outcome.WRONG,
    "noisy: escapes raised": Outcome.CRASHED,
    "noisy: a sparse tensor": Outcome.WRONG,
    "noisy: a list that holds itself": Outcome.CRASHED,
}
"""What some of them are told they are."""


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(grader: Grader) -> Iterator[None]:
    with nothing_left_behind(grader):
        yield


@pytest.mark.parametrize("name", PANEL)
def test_it_gets_a_verdict_in_time_and_the_next_answer_its_own(name: str, grader: Grader) -> None:
    verdict = graded_in_time(grader, PANEL[name])
    assert verdict.outcome is TOLD.get(name, verdict.outcome)
    assert the_next_honest_answer_passes(grader)


def test_what_is_told_of_is_in_the_panel() -> None:
    assert set(TOLD) <= set(PANEL)
