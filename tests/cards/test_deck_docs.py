from __future__ import annotations

import re
from pathlib import Path

import pytest
from deck_building import deck

from studytui.cards.models import CARD_MODELS, Deck, Equivalent, Model, Option, Point, Slip, Tolerance
from studytui.cards.reader import read_text

DOCS = (Path(__file__).parents[2] / "docs" / "decks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
SHOWN = Path("decks/tensors.yaml")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split("id: ")[1].split("\n")[0])
def test_every_example_is_a_sound_deck_or_sound_cards(example: str) -> None:
    text = example if example.startswith("deck:") else deck(example)

    reading = read_text(text, Path("docs.yaml"))

    assert [problem.render() for problem in reading.problems if problem.severity == "error"] == []
    assert reading.deck is not None


def test_there_is_an_example_of_each_kind() -> None:
    assert set(re.findall(r"kind: (\w+)\n", "".join(EXAMPLES))) == set(CARD_MODELS)


def test_every_key_is_documented() -> None:
    models: list[type[Model]] = [Deck, *CARD_MODELS.values(), Point, Option, Slip, Equivalent, Tolerance]
    for model in models:
        for name in model.model_fields:
            assert f"`{name}`" in DOCS or f"{{{name}:" in DOCS or f" {name}:" in DOCS, name


def test_the_problems_shown_are_those_of_the_deck_beside_them() -> None:
    ((broken, shown),) = re.findall(r"```yaml broken\n(.*?)```.*?```text\n(.*?)```", DOCS, re.DOTALL)

    problems = read_text(broken, SHOWN).problems

    assert "\n".join(problem.render() for problem in problems) == shown.rstrip("\n")


def test_every_link_inside_leads_to_a_heading() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", DOCS, re.MULTILINE)
    }

    assert set(re.findall(r"\]\(#([^)]*)\)", DOCS)) <= headings
