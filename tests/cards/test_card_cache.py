"""Cards kept as JSON: the same cards as the deck has, and never those of another state of its file."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from studytui.cards.library import Library

if TYPE_CHECKING:
    from pathlib import Path

DECK = """
deck: small
title: Small
cards:
  - {id: one, kind: predict, prompt: "What is it?", code: "1 + 1", asks: value}
  - {id: two, kind: choice, prompt: Which?, options: [{text: a}, {text: b, right: true}]}
  - id: three
    kind: implement
    prompt: {en: "Write `f`.", ko: "`f`를 쓰세요."}
    function: f(x)
    inputs: {x: "float64[N]"}
    cases: [{x: "arange(3.)", raises: ValueError}]
    tolerance: {rtol: 0.001, atol: 0}
    reference: x
    solution: "def f(x): return x"
"""
NAMES = ("small/one", "small/two", "small/three")


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "decks" / "small.yaml"
    path.parent.mkdir()
    path.write_text(DECK, encoding="utf-8")
    return path


def opened(deck: Path) -> Library:
    return Library.open([deck], deck.parent.parent / "cache" / "decks.json")


def test_a_kept_card_is_the_card_of_the_deck(deck: Path) -> None:
    read = [opened(deck).card(name) for name in NAMES]
    assert list(deck.parent.parent.glob("cache/cards-*.json"))
    assert [opened(deck).card(name) for name in NAMES] == read


def test_a_kept_card_needs_no_yaml(deck: Path) -> None:
    opened(deck).card("small/one")
    cache = deck.parent.parent / "cache" / "decks.json"
    code = f"""
import sys
from pathlib import Path
from studytui.cards.library import Library
Library.open([Path({str(deck)!r})], Path({str(cache)!r})).card("small/three")
assert "yaml" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_edited_deck_is_read_again(deck: Path) -> None:
    opened(deck).card("small/one")
    deck.write_text(DECK.replace("1 + 1", "10 + 10"), encoding="utf-8")
    card = opened(deck).card("small/one")
    assert card.kind == "predict"
    assert card.code == "10 + 10"


@pytest.mark.parametrize("damage", ["", "{}", "nonsense\n{}", "cut"])
def test_a_damaged_file_is_not_used(damage: str, deck: Path) -> None:
    before = opened(deck).card("small/two")
    (kept,) = deck.parent.parent.glob("cache/cards-*.json")
    text = kept.read_text(encoding="ascii")
    kept.write_text(text[: len(text) // 2] if damage == "cut" else damage, encoding="ascii")
    assert opened(deck).card("small/two") == before


def test_without_a_cache_nothing_is_written(deck: Path) -> None:
    Library.open([deck], None).card("small/one")
    assert [path.name for path in deck.parent.parent.iterdir()] == ["decks"]
