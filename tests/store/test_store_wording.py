"""What the store complains of is said in both languages, and alike in what it is filled with."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import studytui.store
from studytui.errors import StoreError
from studytui.store.wording import SAID, complaint


def placeholders(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("id_", SAID)
def test_both_languages_say_it_with_the_same_placeholders_and_the_decks_politeness(id_: str) -> None:
    english, korean = SAID[id_]
    assert placeholders(english) == placeholders(korean)
    assert not re.search(r"[가-힣]", english)
    assert re.search(r"[가-힣]", korean)
    assert not re.search(r"(니다|니까|시오)", korean)


def test_every_sentence_is_said_somewhere() -> None:
    room = Path(studytui.store.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in room.glob("*.py") if path.name != "wording.py")
    for id_ in SAID:
        assert f'"{id_}"' in code, id_


def test_a_complaint_inside_a_complaint_is_in_the_same_language() -> None:
    full = complaint("full", "full.hint", path="a.db")
    moved = complaint("moved", "moved.lost.hint", path="a.db", error=full)
    assert moved.hint.endswith("a.db cannot grow: the disk is full.")
    assert moved.said("en") == (moved.message, moved.hint)
    assert "디스크가 가득 차서" in moved.said("ko")[1]


def test_braces_in_a_path_are_only_a_path() -> None:
    assert complaint("closed", "closed.hint", path="/{home}/a.db").message == "/{home}/a.db is closed already."


def test_what_is_known_in_english_only_is_said_in_english() -> None:
    assert StoreError("No room.", "Make some.").said("ko") == ("No room.", "Make some.")
