from __future__ import annotations

import pytest
from deck_building import CHOICE, DECK, EVERY_KIND, RECALL, at, deck, only_problem, problems_of, recall

from studytui.cards.reader import read_text


def test_an_id_given_twice_is_an_error_that_names_the_first() -> None:
    problem = only_problem(recall("a") + recall("b") + recall("a"))

    assert (problem.line, at(problem)) == (14, "a")
    assert "already taken by the card on line 4" in problem.message


def test_ids_are_compared_in_cards_with_other_problems_too() -> None:
    problems = problems_of(recall("a") + recall("a", "nothing: 1\n"))

    assert [at(problem).partition(":")[0] for problem in problems] == ["a", "nothing"]


@pytest.mark.parametrize(
    ("after", "says", "hint"),
    [
        ("c", "this deck has no card `c`", "deck/id"),
        ("tensors/first", "this deck has no card `tensors/first`", "Did you mean `firs`?"),
        ("b", "cannot come after itself", "Delete"),
        ("tensors/b", "cannot come after itself", "Delete"),
        ("a/b/c", "is no name of a card", "deck/id"),
        ("other/", "is no name of a card", "deck/id"),
    ],
)
def test_after_names_a_card(after: str, says: str, hint: str) -> None:
    problem = only_problem(recall("firs") + recall("b", f"after: [firs, {after}]\n"))

    assert at(problem) == f"{after}]"
    assert says in problem.message
    assert hint in problem.hint


def test_after_may_name_cards_of_other_decks_and_its_own_in_full() -> None:
    assert problems_of(recall("a") + recall("b", "after: [tensors/a, other/x]\n")) == []


def test_cards_that_come_after_each_other_are_an_error() -> None:
    problem = only_problem(recall("a", "after: [c]\n") + recall("b", "after: [a]\n") + recall("c", "after: [b]\n"))

    assert "`a` → `c` → `b` → `a`" in problem.message
    assert at(problem) == "after: [c]"


def test_a_text_that_lacks_a_language_others_have_is_a_warning() -> None:
    text = deck(EVERY_KIND).replace("{en: The rank?, ko: 차원은?}", "{en: The rank?}")

    reading = read_text(text, DECK)

    assert reading.deck is not None
    (problem,) = reading.problems
    assert problem.severity == "warning"
    assert problem.message == "`prompt` has no Korean wording"
    assert at(problem) == "{en: The rank?}"


def test_a_text_in_korean_alone_lacks_english() -> None:
    (problem,) = read_text(deck(EVERY_KIND).replace("en: The rank?, ", ""), DECK).problems

    assert problem.message == "`prompt` has no English wording"


def test_a_plain_text_of_english_words_lacks_a_wording_and_one_of_code_does_not() -> None:
    cards = CHOICE.replace('text: "3"', "text: x.view(2, 3)").replace(
        "{en: The rank?, ko: 차원은?}", "What is it here?"
    )

    (problem,) = problems_of(RECALL + cards)

    assert problem.severity == "warning"
    assert at(problem) == "What is it here?"
    assert problems_of(RECALL + CHOICE.replace('text: "3"', "text: '`a tensor of rank` $n and more$'")) == []


def test_a_deck_in_one_language_needs_no_other() -> None:
    for title in ("{en: Tensors}", "{ko: 텐서}", "Tensors in many words"):
        assert read_text(deck(recall("a"), title=title), DECK).problems == ()


def test_inputs_and_symbols_are_no_texts_whatever_their_names() -> None:
    card = EVERY_KIND.replace(
        "symbols: {w: real, g: real, eta: 0.01..0.5}", "symbols: {w: real, g: real, eta: 0.01..0.5, en: real}"
    )

    assert problems_of(card) == []
