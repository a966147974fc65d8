"""A verdict as text: what the command line says of it."""

from __future__ import annotations

import pytest

from studytui.grader.verdict import Outcome, Step, Verdict
from studytui.verdict_text import render

OPTIONS = tuple(
    Step(f"option {number}", holds=chosen == right, says=f"because {number}", chosen=chosen)
    for number, (chosen, right) in enumerate([(True, True), (True, False), (False, True), (False, False)], 1)
)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["chosen, and right", "chosen, but wrong", "not chosen, though right", "rightly not chosen"]),
        (
            "ko",
            ["골랐고, 맞아요", "골랐지만, 틀려요", "고르지 않았지만, 맞는 보기예요", "고르지 않았고, 틀린 보기예요"],
        ),
    ],
)
def test_an_option_says_in_words_what_was_made_of_it(language: str, said: list[str]) -> None:
    text = render("deck/card", Verdict(Outcome.WRONG, "No.", steps=OPTIONS, expected="1,3"), language, colours=False)
    lines = [line.strip() for line in text.split("\n") if " — " in line]
    assert lines == [
        f"{sign} {n}. option {n} — {words}" for n, sign, words in zip(range(1, 5), "✓✗✗·", said, strict=True)
    ]


def test_a_verdict_that_ran_no_case_counts_none() -> None:
    none_ran = Verdict(Outcome.WRONG, "There is no function `view`.", run=0, total=100)
    assert "case" not in render("deck/card", none_ran, "en", colours=False)
    assert "케이스" not in render("deck/card", none_ran, "ko", colours=False)
    third = Verdict(Outcome.WRONG, "It differs.", run=3, total=100)
    assert "case 3 of 100" in render("deck/card", third, "en", colours=False)
