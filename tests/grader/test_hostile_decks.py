"""Cards that mean harm end in an error for their author, in bounded time, and leave the grader as it was.

They are graded in a row by one grader: what one of them spoilt, the next ones and the last honest answer would tell.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from card_building import HONEST, is_printable, watchdog
from hostile_decks import DERIVE, IMPLEMENT, PREDICT, QUIET
from hostile_grading import nothing_left_behind

from studytui.errors import GraderError
from studytui.grader.grader import Grader
from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.cards.models import Card
    from studytui.grader.verdict import Verdict

CARD_SECONDS = 0.4
"""What a card's own code may take here: many of these take all of it."""


@pytest.fixture(scope="module")
def hasty() -> Iterator[Grader]:
    with Grader(card_seconds=CARD_SECONDS) as grader:
        yield grader


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(hasty: Grader) -> Iterator[None]:
    with nothing_left_behind(hasty):
        yield
    assert not Path("/tmp/made").exists()


def ended(grader: Grader, card: Card, answer: str) -> Verdict | GraderError:
    """What a grade ends in, which is there in time and fit to print."""
    try:
        return grader.grade(card, answer, seed=1, seconds=CARD_SECONDS, cancelled=watchdog())
    except GraderError as error:
        return error


def is_told_to_the_author(error: Verdict | GraderError) -> bool:
    assert isinstance(error, GraderError), error
    text = f"{error.message}{error.hint}"
    return (
        bool(error.message and error.hint) and len(text) < 5_000 and all(c.isprintable() or c in "\n\t" for c in text)
    )


@pytest.mark.parametrize("name", IMPLEMENT)
def test_a_hostile_card_ends_in_an_error_for_its_author(name: str, hasty: Grader) -> None:
    assert is_told_to_the_author(ended(hasty, IMPLEMENT[name], HONEST))


@pytest.mark.parametrize("name", QUIET)
def test_a_card_that_can_do_no_harm_is_graded(name: str, hasty: Grader) -> None:
    right = ended(hasty, QUIET[name], HONEST)
    assert not isinstance(right, GraderError)
    assert right.passed
    wrong = ended(hasty, QUIET[name], "def double(x):\n    return x\n")
    assert not isinstance(wrong, GraderError)
    assert wrong.outcome is Outcome.WRONG
    assert is_printable(wrong)


@pytest.mark.parametrize("name", PREDICT)
def test_a_hostile_snippet_ends_in_a_verdict_or_an_error(name: str, hasty: Grader) -> None:
    end = ended(hasty, PREDICT[name], "surely not this")
    if isinstance(end, GraderError):
        assert is_told_to_the_author(end)
    else:
        assert end.outcome is Outcome.WRONG
        assert is_printable(end)


@pytest.mark.parametrize("name", DERIVE)
def test_a_hostile_truth_ends_in_an_error(name: str, hasty: Grader) -> None:
    assert is_told_to_the_author(ended(hasty, DERIVE[name], "w' = w - eta*2*w"))
