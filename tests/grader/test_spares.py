"""Children made ahead of need: a grade finds them ready, and each serves one answer like any other child."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from card_building import DOUBLE, children_of, implement, warm_process, watchdog

from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = """
import os
print(os.getpid(), "left" in globals())
left = True
def double(x):
    return x + x
"""
OPTIMIZER = implement(
    "step(x)",
    """
    w = x.clone().requires_grad_()
    w.grad = torch.ones_like(w)
    torch.optim.SGD([w], lr=0.5).step()
    return w.detach()
    """,
    inputs={"x": "float64[N]"},
)


@pytest.fixture
def own_grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


def spares(grader: Grader, count: int = 2) -> set[int]:
    """The spares, once there are so many; the warm process makes them when nobody asks it anything."""
    late, warm = watchdog(), warm_process(grader)
    while len(found := children_of(warm)) != count:
        assert not late()
    return found


def test_the_next_answer_gets_a_child_made_ahead_and_no_child_gets_two(own_grader: Grader) -> None:
    seen: set[int] = set()
    for _ in range(3):
        first = own_grader.grade(DOUBLE, ANSWER, seconds=4)
        made = spares(own_grader)
        second = own_grader.grade(DOUBLE, ANSWER, seconds=4)
        pids = {int(verdict.printed.split()[0]) for verdict in (first, second)}
        assert len(pids & made) == 1
        assert not pids & seen
        assert all(verdict.passed and "False" in verdict.printed for verdict in (first, second))
        seen |= pids
        spares(own_grader)


def test_a_child_made_for_another_time_limit_is_not_used(own_grader: Grader) -> None:
    own_grader.grade(DOUBLE, ANSWER, seconds=4)
    made = spares(own_grader)
    assert int(own_grader.grade(DOUBLE, ANSWER, seconds=40).printed.split()[0]) not in made


def test_a_spare_that_the_system_ended_is_passed_over(own_grader: Grader) -> None:
    own_grader.grade(DOUBLE, ANSWER)
    for pid in spares(own_grader):
        os.kill(pid, signal.SIGKILL)
    assert own_grader.grade(DOUBLE, ANSWER).passed


def test_a_prepared_card_has_its_answers_child_ready_too(own_grader: Grader) -> None:
    own_grader.prepare(DOUBLE)
    made = spares(own_grader, 3)
    verdict = own_grader.grade(DOUBLE, ANSWER)
    assert int(verdict.printed.split()[0]) in made


def test_a_card_with_an_optimizer_is_graded_with_spares_that_lack_its_import(own_grader: Grader) -> None:
    own_grader.grade(DOUBLE, ANSWER)
    spares(own_grader)
    answer = "def step(x):\n    return x - 0.5\n"
    assert own_grader.grade(OPTIMIZER, answer, seconds=5).passed


def test_spares_end_with_the_warm_process() -> None:
    with Grader() as grader:
        grader.grade(DOUBLE, ANSWER)
        made = spares(grader)
    for pid in made:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
