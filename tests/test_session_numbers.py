"""Cards whose numbers are drawn afresh: shown the same until they are rated, and other ones at the next review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from session_world import FakeGrader, World, make_world

from studytui.cards.instance import instance_of
from studytui.errors import DeckError, GraderError
from studytui.grader.verdict import Verdict
from studytui.scheduling.types import Rating
from studytui.session import Phase, Session
from studytui.session.seeds import seed_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from studytui.cards.models import Card

AGAIN, HARD, GOOD, EASY = Rating

DRAWN = """\
deck: fresh
title: Fresh
cards:
  - id: size
    kind: predict
    prompt: "What is printed for {n}?"
    parameters: {n: 0..999999}
    code: print({n})
    asks: printed
    hints: ["Look at {n}."]
"""
PLAIN = """\
  - {id: plain, kind: predict, prompt: What?, code: print(1), asks: printed}
"""
COMPUTED = """\
  - id: twice
    kind: choice
    prompt: "Twice {n}?"
    parameters: {n: 3..999999}
    options: [{text: "{= n * 2}", right: true}, {text: "{= n ** 2}"}]
"""


@dataclass
class SeededGrader(FakeGrader):
    """As the real one: a verdict holds the seed it was given, and expressions are worked out."""

    broken: bool = False

    def grade(self, card: Card, answer: str, *, seed: int | None = None, **options: Any) -> Verdict:
        verdict = super().grade(card, answer, seed=seed, **options)
        return Verdict(verdict.outcome, verdict.message, expected=verdict.expected, seed=seed or 0)

    def compute(self, values: Mapping[str, Any], expressions: Sequence[str]) -> list[str]:
        if self.broken:
            raise GraderError("`{= n * 2}` raises NameError.")
        return [f"{expression}|{values['n']}" for expression in expressions]


def world_of(folder: Path, deck: str) -> World:
    made = make_world(folder, fresh=deck)
    made.grader = SeededGrader()
    return made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = world_of(tmp_path, DRAWN)
    yield made
    made.store.close()


def number(session: Session) -> str:
    """The number on the screen."""
    assert session.card is not None
    assert session.card.kind == "predict"
    assert str(session.card.prompt) == f"What is printed for {session.card.code.removeprefix('print(')[:-1]}?"
    return session.card.code


def test_the_card_at_hand_has_its_numbers_in_every_text(world: World) -> None:
    session = world.session()

    assert "{" not in number(session)
    assert session.hint() == f"Look at {number(session).removeprefix('print(')[:-1]}."


def test_numbers_stay_until_the_card_is_rated_and_are_others_then(world: World) -> None:
    session = world.session()
    first = number(session)
    session.grade("wrong")
    session.retry()
    session.grade("right")
    assert number(session) == first

    session.rate(AGAIN)

    assert session.card_id == "fresh/size"
    assert number(session) != first


def test_numbers_stay_through_a_restart_a_skip_and_the_night(tmp_path: Path) -> None:
    world = world_of(tmp_path, DRAWN + PLAIN)
    session = world.session()
    first = number(session)
    session.save_draft("12")
    session.skip()
    assert session.card_id == "fresh/plain"

    world.clock.advance(days=1)
    again = world.session()
    if again.card_id == "fresh/plain":
        again.skip()

    assert (number(again), again.draft()) == (first, "12")


def test_the_seed_is_kept_with_the_review_and_gives_the_same_card(world: World) -> None:
    session = world.session()
    shown = session.card
    session.grade("right")
    session.rate(GOOD)

    (review,) = world.store.reviews()
    assert review.seed == seed_of("fresh/size", None)
    assert instance_of(world.library().card("fresh/size"), review.seed) == shown


def test_a_card_without_numbers_has_no_seed(tmp_path: Path) -> None:
    world = world_of(tmp_path, DRAWN.partition("  - id")[0] + PLAIN)
    session = world.session()
    session.grade("right")
    session.rate(GOOD)

    assert [review.seed for review in world.store.reviews()] == [None]


def test_undo_brings_back_the_numbers_and_the_verdict_on_them(world: World) -> None:
    session = world.session()
    first = number(session)
    verdict = session.grade("right")
    session.rate(AGAIN)

    session.undo()
    assert (number(session), session.verdict, session.phase) == (first, verdict, Phase.GRADED)

    session.rate(HARD)
    assert number(session) != first


def test_undo_in_a_later_session_brings_back_the_numbers_that_were_reviewed(world: World) -> None:
    graded = world.session(only="fresh/size", seed=5)
    first = number(graded)
    graded.grade("right")
    graded.rate(EASY)

    later = world.session()
    later.undo()

    assert (number(later), later.phase) == (first, Phase.GRADED)
    assert number(world.session()) == first


def test_a_verdict_on_other_numbers_is_not_taken_for_one_on_these(world: World) -> None:
    elsewhere = world.session(only="fresh/size", seed=5)
    world.session()
    elsewhere.grade("right")

    session = world.session()

    assert number(session) != number(elsewhere)
    assert (session.phase, session.verdict) == (Phase.ANSWERING, None)


def test_the_grader_is_given_the_card_as_it_is_shown_and_its_seed(world: World) -> None:
    session = world.session()

    verdict = session.grade("right")

    assert verdict.seed == seed_of("fresh/size", None)


def test_what_is_computed_is_asked_of_the_grader(tmp_path: Path) -> None:
    world = world_of(tmp_path, DRAWN.partition("  - id")[0] + COMPUTED)

    session = world.session()

    assert session.card is not None
    assert session.card.kind == "choice"
    assert [str(option.text).partition("|")[0] for option in session.card.options] == ["n * 2", "n ** 2"]
    assert session.grade("1").passed


def test_a_card_that_cannot_be_drawn_is_left_out_and_the_others_are_studied(tmp_path: Path) -> None:
    world = world_of(tmp_path, DRAWN.partition("  - id")[0] + COMPUTED + PLAIN)
    world.grader = SeededGrader(broken=True)

    session = world.session()

    assert (session.card_id, session.missing) == ("fresh/plain", ("fresh/twice",))
    with pytest.raises(DeckError, match="raises NameError"):
        world.session(only="fresh/twice")


def test_hints_and_solution_seen_before_a_review_do_not_count_for_the_next(world: World) -> None:
    session = world.session()
    session.hint()
    session.reveal()
    session.rate(AGAIN)

    assert session.card_id == "fresh/size"
    assert (session.hints_shown, session.solution_shown) == (0, False)
    session.grade("right")
    assert session.suggested() is not AGAIN


def test_seeds_follow_from_the_last_review_alone(world: World) -> None:
    session = world.session()
    session.grade("right")
    session.rate(GOOD)
    memory = world.store.records()["fresh/size"].memory

    assert seed_of("fresh/size", memory) == seed_of("fresh/size", memory)
    assert len({seed_of("fresh/size", memory), seed_of("fresh/size", None), seed_of("fresh/other", None)}) == 3
    assert 0 <= seed_of("fresh/size", memory) < 1 << 31
