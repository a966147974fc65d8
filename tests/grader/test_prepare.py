"""An oracle at work before there is an answer: used by the next grade of its card alone, and never left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from card_building import DOUBLE, HONEST, children_at_work, implement

from studytui.grader.grader import Grader
from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

WRONG = "def double(x):\n    return x * 3\n"
OTHER = implement("triple(x)", "x * 3", inputs={"x": "float[N]"})


@pytest.fixture
def own_grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


def children(grader: Grader) -> int:
    return len(children_at_work(grader))


def test_a_prepared_card_is_graded_like_any_other(own_grader: Grader) -> None:
    for answer, outcome in ((HONEST, Outcome.PASSED), (WRONG, Outcome.WRONG), (HONEST, Outcome.PASSED)):
        own_grader.prepare(DOUBLE)
        assert own_grader.grade(DOUBLE, answer).outcome is outcome


def test_its_cases_are_those_of_its_seed(own_grader: Grader) -> None:
    own_grader.prepare(DOUBLE)
    prepared = own_grader.grade(DOUBLE, WRONG)
    replayed = own_grader.grade(DOUBLE, WRONG, seed=prepared.seed)
    assert prepared.counterexample == replayed.counterexample


def test_preparing_again_and_for_another_card_leaves_one_oracle(own_grader: Grader) -> None:
    for card in (DOUBLE, DOUBLE, OTHER, OTHER, DOUBLE):
        own_grader.prepare(card)
        assert children(own_grader) == 1


def test_a_grade_of_another_card_gives_up_what_was_prepared(own_grader: Grader) -> None:
    own_grader.prepare(OTHER)
    assert own_grader.grade(DOUBLE, HONEST).passed
    assert children(own_grader) == 0


def test_a_seed_that_is_asked_for_is_not_replaced_by_the_prepared_one(own_grader: Grader) -> None:
    own_grader.prepare(DOUBLE)
    assert own_grader.grade(DOUBLE, HONEST, seed=5).seed == 5


def test_what_was_prepared_on_a_process_that_died_is_prepared_anew(own_grader: Grader) -> None:
    own_grader.prepare(DOUBLE)
    own_grader._process().close()
    assert own_grader.grade(DOUBLE, HONEST).passed


def test_a_card_of_another_kind_needs_no_preparing(own_grader: Grader) -> None:
    from card_building import predict

    own_grader.prepare(predict("1 + 1"))
    assert children(own_grader) == 0
