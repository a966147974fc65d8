"""The table of sentences: complete in both languages, and alike in what they have to be filled with."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import studytui
from studytui.ui.texts import TABLE, Texts


def placeholders(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("id_", TABLE)
def test_both_languages_say_something_with_the_same_placeholders(id_: str) -> None:
    english, korean = TABLE[id_]
    assert english.strip()
    assert korean.strip()
    for half in english.split("|"):
        assert placeholders(half) == placeholders(korean)


def test_every_sentence_is_used_somewhere() -> None:
    root = Path(studytui.__file__).parent
    sources = [root / "app.py", *(root / "ui").rglob("*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in sources if not path.name.endswith("texts.py"))
    families = set(re.findall(r"""f["']([a-z_.]+\.)\{""", code))
    for id_ in TABLE:
        if not id_.startswith("key."):
            spelled = f'"{id_}"' in code or f"'{id_}'" in code
            assert spelled or id_[: id_.rindex(".") + 1] in families, id_


def test_the_singular_is_for_one_only() -> None:
    texts = Texts("en")
    assert texts("home.what.due", n=1) == "1 due card"
    assert texts("home.what.due", n=0) == "0 due cards"
    assert texts("home.what.due", n=12) == "12 due cards"
    assert Texts("ko")("home.what.due", n=1) == "복습할 카드 1장"


def test_a_binding_without_a_text_keeps_its_own_words() -> None:
    assert Texts("ko").binding("study.grade", "Grade") == "채점"
    assert Texts("ko").binding(None, "Grade") == "Grade"


@pytest.mark.parametrize("id_", TABLE)
def test_korean_speaks_as_the_decks_do(id_: str) -> None:
    korean = TABLE[id_][1]
    assert not re.search(r"(니다|니까|시오)", korean), "another politeness than the decks'"
    assert "경우" not in korean, "a case is 케이스 everywhere"
