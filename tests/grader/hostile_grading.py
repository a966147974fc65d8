"""How a hostile answer is graded in a test, and what must hold then and afterwards."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from card_building import HONEST, children_at_work, descriptors, implement, is_printable, warm_process, watchdog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.grader.grader import Grader
    from studytui.grader.verdict import Verdict

SECONDS = 0.15
"""What a hostile answer may take."""
CARD = implement("double(x)", "x + x", inputs={"x": "int64[N] in 1..2"}, dims={"N": "0..3"})
QUICK = implement("double(x)", "x + x", inputs={"x": "int64[1] in 1..1"})


def graded_in_time(grader: Grader, code: str) -> Verdict:
    """The verdict on a hostile answer, which is in time, not passed and fit to print."""
    verdict = grader.grade(CARD, code, seed=1, seconds=SECONDS, cancelled=watchdog())
    assert not verdict.passed
    assert verdict.message
    assert is_printable(verdict), verdict
    return verdict


def the_next_honest_answer_passes(grader: Grader) -> bool:
    """Whether the grader still does its work."""
    return grader.grade(QUICK, HONEST, seed=1, seconds=5).passed


@contextmanager
def nothing_left_behind(grader: Grader) -> Iterator[None]:
    """Afterwards there are no more processes and descriptors than before, and the warm process is the same."""
    assert the_next_honest_answer_passes(grader)
    before, warm = descriptors(), warm_process(grader)
    yield
    assert the_next_honest_answer_passes(grader)
    assert warm_process(grader) == warm
    assert children_at_work(grader) == set()
    assert descriptors() == before
