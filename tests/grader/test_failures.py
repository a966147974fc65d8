"""What the grader says where it fails itself: the same in both languages, with what happened quoted in each."""

from __future__ import annotations

import string

import pytest

from studytui.errors import GraderError
from studytui.grader.failures import _SAID, failure

WORDS = {"why": "a {brace} of its own", "seconds": 1.5}


def places(text: str) -> set[str]:
    """The names of the places in a text."""
    return {name.partition(":")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", _SAID)
def test_a_failure_is_told_in_english_and_korean(kind: str) -> None:
    (english, korean), (hint, korean_hint) = _SAID[kind]
    assert places(english) == places(korean)
    assert places(hint) == places(korean_hint)
    error = failure(kind, **WORDS)
    assert isinstance(error, GraderError)
    assert error.said("en") == (error.message, error.hint)
    said, do = error.said("ko")
    assert said != error.message
    for text in (error.message, said, error.hint, do):
        assert text
    assert ("a {brace} of its own" in error.message + error.hint) == ("why" in places(english + hint))
    assert ("a {brace} of its own" in said + do) == ("why" in places(english + hint))
