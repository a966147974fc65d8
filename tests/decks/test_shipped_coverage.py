"""The shipped decks teach every topic of decks/topics.yaml at every depth it names, and disprove every claim."""

from __future__ import annotations

from pathlib import Path

from studytui.authoring.coverage import coverage, render
from studytui.authoring.topics import read_topics
from studytui.cards.library import Library

DECKS = Path(__file__).resolve().parents[2] / "decks"
FEWEST_CARDS = 400


def test_nothing_is_missing() -> None:
    topics, problems = read_topics(DECKS / "topics.yaml")
    assert topics is not None, problems
    entries = [entry for deck in Library.open([DECKS], None).decks for entry in deck.entries]

    found = coverage(topics, entries)

    assert found.complete, render(found)
    assert found.unknown == {}
    assert sum(found.depths.values()) >= FEWEST_CARDS
    assert found.depths["none"] == 0


def test_topics_are_told_in_both_languages() -> None:
    topics, _ = read_topics(DECKS / "topics.yaml")
    assert topics is not None
    for section in topics.sections:
        told = [section.title, *(topic.about for topic in section.topics)]
        told += [claim.wrong for topic in section.topics for claim in topic.claims]
        assert all(isinstance(text, dict) and set(text) == {"en", "ko"} for text in told)
