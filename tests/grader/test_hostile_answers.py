"""Answers that hang, devour, die and flood: none passes, hangs, hurts or gets out.

`test_lying_answers` has the other half of the panel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hostile_answers import HARMING, panel
from hostile_grading import graded_in_time, nothing_left_behind, the_next_honest_answer_passes
from lying_answers import LYING

from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.grader.grader import Grader

PANEL = panel(HARMING)
TIMED_OUT, CRASHED, OUT_OF_MEMORY = Outcome.TIMED_OUT, Outcome.CRASHED, Outcome.OUT_OF_MEMORY
TOLD = {
    "endless: a loop": {TIMED_OUT},
    "endless: a loop in C": {TIMED_OUT},
    "endless: a loop in __del__": {TIMED_OUT},
    "endless: the alarm ignored": {TIMED_OUT},
    "greedy: a list": {OUT_OF_MEMORY},
    "greedy: a tensor": {OUT_OF_MEMORY},
    "greedy: a mapping": {OUT_OF_MEMORY},
    "dying: os._exit": {CRASHED},
    "dying: a segmentation fault": {CRASHED},
    "dying: a real-time alarm": {CRASHED},
    "flooding: standard output": {TIMED_OUT},
    "flooding: descriptors closed": {CRASHED},
}
"""What some of them are told they did."""


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(grader: Grader) -> Iterator[None]:
    with nothing_left_behind(grader):
        yield


@pytest.mark.parametrize("name", PANEL)
def test_it_gets_a_verdict_in_time_and_the_next_answer_its_own(name: str, grader: Grader) -> None:
    verdict = graded_in_time(grader, PANEL[name])
    assert verdict.outcome in TOLD.get(name, set(Outcome))
    assert the_next_honest_answer_passes(grader)


def test_the_panel_is_large_enough() -> None:
    assert len(panel(HARMING)) + len(panel(LYING)) >= 150
    assert set(TOLD) <= set(PANEL)
