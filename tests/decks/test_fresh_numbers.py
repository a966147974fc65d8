from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from studytui.cards.instance import instance_of
from studytui.cards.library import Library
from studytui.errors import DeckError, GraderError
from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.cards.models import Card

DECKS = Path(__file__).with_name("fresh")
SEEDS = range(5)


@pytest.fixture(scope="module")
def library() -> Library:
    found = Library.open([DECKS], None)
    assert [problem.render() for problem in found.problems] == []
    return found


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader() as made:
        yield made


def texts(card: Card) -> str:
    return card.model_dump_json()


@pytest.mark.parametrize("name", ["view-keeps", "sum-along", "var-of", "conv-size"])
def test_other_seeds_give_other_numbers_and_the_same_seed_the_same(library: Library, grader: Grader, name: str) -> None:
    card = library.card(f"fresh/{name}")

    drawn = [texts(instance_of(card, seed, grader.compute)) for seed in SEEDS]

    assert len(set(drawn)) > 2
    assert drawn == [texts(instance_of(card, seed, grader.compute)) for seed in SEEDS]
    assert "{" not in "".join(drawn).replace('{"', "").replace("{}", "")


def test_a_prediction_is_judged_by_what_the_drawn_code_gives(library: Library, grader: Grader) -> None:
    card = library.card("fresh/view-keeps")
    for seed in SEEDS:
        code = instance_of(card, seed).code  # type: ignore[union-attr]
        rows, columns = code.partition("zeros(")[2].partition(")")[0].split(", ")

        right = grader.grade(card, f"({columns}, {rows})", seed=seed)
        wrong = grader.grade(card, f"({rows}, {columns})", seed=seed)

        assert (right.passed, wrong.passed, right.seed) == (True, False, seed)


def test_distractors_are_what_the_usual_slip_gives(library: Library, grader: Grader) -> None:
    made = instance_of(library.card("fresh/var-of"), 3, grader.compute)

    assert made.kind == "choice"
    x = [float(number) for number in str(made.prompt["en"]).partition("[")[2].partition("]")[0].split(",")]  # type: ignore[index]
    mean = sum(x) / len(x)
    squares = sum((each - mean) ** 2 for each in x)
    shown = [float(str(option.text).strip("`")) for option in made.options]
    assert shown == pytest.approx([squares / (len(x) - 1), squares / len(x), (squares / (len(x) - 1)) ** 0.5], abs=1e-4)
    assert grader.grade(made, "1").passed


def test_what_raises_in_the_sandbox_names_the_expression(grader: Grader) -> None:
    with pytest.raises(GraderError, match=r"`\{= 1 / n\}` raises ZeroDivisionError"):
        grader.compute({"n": 0}, ["n + 1", "1 / n"])


def test_what_never_ends_in_the_sandbox_is_given_up() -> None:
    with Grader(card_seconds=0.3) as grader, pytest.raises(GraderError, match="did not finish"):
        grader.compute({}, ["[0 for _ in iter(int, 1)]"])


def test_computed_texts_are_short_plain_and_of_four_decimals(grader: Grader) -> None:
    values: dict[str, Any] = {"x": [0.1, 2.0], "d": "row"}
    wanted = ["torch.tensor(x).tolist()", "1 / 3", "tuple(torch.zeros(2, 3).shape)", "d", "'\\x1b[31m'", "-0.00001"]

    assert grader.compute(values, wanted) == ["[0.1, 2.0]", "0.3333", "(2, 3)", "row", "�[31m", "0.0"]


def test_without_a_grader_a_card_that_computes_is_refused_and_others_are_drawn(library: Library) -> None:
    assert instance_of(library.card("fresh/sum-along"), 1).kind == "predict"
    with pytest.raises(DeckError, match="no grader"):
        instance_of(library.card("fresh/var-of"), 1)
