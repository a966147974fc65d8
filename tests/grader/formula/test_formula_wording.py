"""Results cross a process border as JSON unchanged, and every finding has a sentence in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from formula_cards import MSE, SGD, check

import studytui.grader.formula
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.result import DerivationResult
from studytui.grader.formula.sentences import EVALUATING, JUDGING, READING, SLIPS
from studytui.grader.formula.wording import KINDS, explain, sentence, steps

SENTENCES = READING | EVALUATING | JUDGING | SLIPS


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_a_sentence_uses_the_same_words_in_both_languages(kind: str) -> None:
    english, korean = (set(re.findall(r"{(\w+)}", text)) for text in SENTENCES[kind])
    assert (
        english - {"reference", "known", "gives"} == korean - {"reference", "known", "gives"}
        or kind == "unknown_function"
    )
    assert re.search("[가-힣]", SENTENCES[kind][1])
    assert SENTENCES[kind][1].rstrip(".").rstrip()[-1] in "요}" or ":" in SENTENCES[kind][1]


def test_every_kind_of_finding_in_the_code_has_a_sentence_and_every_sentence_is_used() -> None:
    folder = Path(studytui.grader.formula.__file__).parent
    code = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "sentences.py")
    quoted = set(re.findall(r'"([a-z_]+)"', code))
    built = {f"{prefix}_{kind}" for prefix in ("slip", "term") for kind in ("missing_factor", "extra_factor")}
    assert KINDS - quoted - built == set()
    named = re.findall(r'(?:Finding\.of|self\._fail|_error|self\._finding)\(\s*(?:\w+(?:\.span)?,\s*)?"(\w+)"', code)
    assert set(named) <= KINDS
    assert len(set(named)) > 40


@pytest.mark.parametrize(
    "text", ["w' = w - eta*(w*x - y)*x", "w' = w + eta*(w*x - y)*x", "dL/dz = z\nw' = (", "", "w' = w @ x"]
)
def test_a_result_survives_json(text: str) -> None:
    result = check(SGD, text)
    assert DerivationResult.from_json(json.loads(json.dumps(result.as_json()))) == result


@pytest.mark.parametrize(
    "change",
    [{"passed": 1}, {"lines": [{"line": 1}]}, {"finding": "x"}, {"difference": []}, {"points": True}, {"asked": None}],
)
def test_what_is_no_result_is_refused(change: dict[str, object]) -> None:
    plain = check(SGD, "w' = w").as_json() | change
    with pytest.raises(ValueError, match="not the result"):
        DerivationResult.from_json(plain)


def test_a_failure_is_explained_with_line_slip_and_numbers() -> None:
    said = explain(check(SGD, "z = w*x\nw' = w + eta*(z - y)*x"), "en").splitlines()
    assert said[0] == "Line 2: `w + eta*(z - y)*x` is not `w'`."
    assert said[1] == "The sign before `eta*(z - y)*x` is the wrong way round."
    assert said[2].startswith("At w = ")
    assert said[3].startswith("  w' = ")
    assert said[4].startswith("  w + eta*(z - y)*x = ")


def test_a_failure_is_explained_in_korean() -> None:
    said = explain(check(SGD, "z = w*x\nw' = w + eta*(z - y)*x"), "ko").splitlines()
    assert said[0] == "2번째 줄: `w + eta*(z - y)*x` ≠ `w'`: 두 값이 같지 않아요."
    assert said[1] == "`eta*(z - y)*x` 항의 부호가 반대예요."
    assert said[2].endswith("일 때")


def test_what_cannot_be_read_is_shown_with_a_caret() -> None:
    text = "w' = w - q*x"
    assert explain(check(SGD, text), "en", text).splitlines()[1:] == [text, "         ^"]


def test_shapes_are_told_by_the_names_of_their_sizes() -> None:
    assert "[n, m] and [n] do not fit `@`" in explain(check(MSE, "X@(X@w - y)"), "en")


def test_lines_become_steps_that_say_what_is_wrong() -> None:
    first, second = steps(check(SGD, "dL/dz = z + y\nw' = w - eta*(z - y)*x"), "ko")
    assert not first.holds
    assert "같지 않아요" in first.says
    assert second.holds
    assert second.says == ""


def test_words_with_braces_are_no_templates() -> None:
    assert "{name}" in sentence(Finding.of("bad_character", character="{name}"), "en")


def test_how_much_of_a_derivation_holds_is_said() -> None:
    text = "dL/dz = z + y\ndz/dw = x\nw' = w - eta*(z - y)*x"
    assert explain(check(SGD, text), "en").splitlines()[-1] == "2 of 3 lines hold; not 1."
    assert explain(check(SGD, text), "ko").splitlines()[-1] == "3줄 가운데 2줄이 성립해요. 성립하지 않는 줄: 1."
    unfinished = "dL/dz = z - y\ndz/dw = x"
    assert explain(check(SGD, unfinished), "en").splitlines()[-1] == "All 2 lines that were judged hold."


def test_who_goes_straight_to_the_result_is_told_how_many_steps_there_are() -> None:
    result = check(SGD, "w' = w - eta*(w*x - y)*x")
    assert "4 lines" in explain(result, "en")
    assert "4줄" in explain(result, "ko")
