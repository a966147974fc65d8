"""After a prediction a session asks the grader why, of the snippet that was shown and with its verdict's seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from session_world import FakeGrader, World, make_world

from studytui.errors import GraderError
from studytui.grader.picture import TracedLine

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from studytui.cards.models import Card, PredictCard
    from studytui.grader.verdict import Verdict

DECK = """\
deck: small
title: Small
cards:
  - id: drawn
    kind: predict
    prompt: What is the shape of {n} rows?
    parameters: {n: 2..9}
    code: torch.zeros({n}, 3)
    asks: shape
"""
LINES = (TracedLine(1, "torch.zeros(3)"),)


@dataclass
class Tracing(FakeGrader):
    """A grader that says what it was asked to trace."""

    traced: list[tuple[str, int]] = field(default_factory=list)
    fails: bool = False

    def grade(self, card: Card, answer: str, **how: Any) -> Verdict:
        return replace(super().grade(card, answer, **how), seed=how.get("seed") or 77)

    def trace(self, card: PredictCard, *, seed: int) -> tuple[TracedLine, ...]:
        self.traced.append((card.code, seed))
        if self.fails:
            raise GraderError("It cannot be traced.")
        return LINES


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = make_world(tmp_path, small=DECK)
    world.grader = Tracing()
    return world


def grader_of(world: World) -> Tracing:
    assert isinstance(world.grader, Tracing)
    return world.grader


def test_the_snippet_that_was_shown_is_traced_with_the_seed_of_its_verdict(world: World) -> None:
    session = world.session()
    assert session.explain() == ()
    verdict = session.grade("right")
    assert session.explain() == LINES
    assert session.card is not None
    assert session.card.kind == "predict"
    assert grader_of(world).traced == [(session.card.code, verdict.seed)]
    assert "{" not in session.card.code


def test_a_solution_that_was_asked_for_is_explained_too(world: World) -> None:
    session = world.session()
    session.reveal()
    assert session.explain() == LINES
    assert grader_of(world).traced[0][0] == session.card.code  # type: ignore[union-attr]


def test_a_verdict_stands_where_nothing_can_be_traced(world: World) -> None:
    session = world.session()
    session.grade("right")
    grader_of(world).fails = True
    assert session.explain() == ()


def test_other_kinds_and_other_graders_have_nothing_to_trace(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    session = world.session(only="tensors/clamp")
    session.grade("right")
    assert session.explain() == ()
    world.grader = Tracing()
    session = world.session(only="optim/momentum")
    session.grade("2")
    assert session.explain() == ()
    assert not world.grader.traced
