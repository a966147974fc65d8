from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress

import pytest
from deck_building import CHOICE, PREDICT, RECALL, at, only_problem, problems_of, read_cards
from hypothesis import given
from hypothesis import strategies as st

from studytui.cards.instance import instance_of, twins
from studytui.cards.parameters import ParameterError, draw
from studytui.cards.templates import TemplateError, filled, pieces
from studytui.errors import DeckError

SEEDS = range(200)


def drawn(*texts: str) -> list[list[object]]:
    """The values of parameters p0, p1, … for many seeds."""
    parameters = {f"p{number}": text for number, text in enumerate(texts)}
    return [list(draw(parameters, seed).values()) for seed in SEEDS]


# What is drawn


def test_whole_numbers_reach_both_ends() -> None:
    assert {value for (value,) in drawn("2..5")} == {2, 3, 4, 5}


def test_fractions_have_one_decimal_and_reach_both_ends() -> None:
    values = {value for (value,) in drawn("0.1..0.4")}

    assert values == {0.1, 0.2, 0.3, 0.4}
    assert all(isinstance(value, float) for value in values)


def test_lists_are_nested_as_their_sizes_say() -> None:
    for n, x, k in drawn("1..3", "float[p0] in -3..3", "int[2, p0+1] in 0..p0-1"):
        assert isinstance(x, list)
        assert isinstance(k, list)
        assert (len(x), len(k), len(k[0])) == (n, 2, int(str(n)) + 1)
        assert all(-3 <= value <= 3 for value in x)
        assert all(value in range(int(str(n))) for row in k for value in row)


def test_one_of_gives_plain_values_and_a_permutation_each_number_once() -> None:
    values = drawn("one_of('row', 'col', None, [1, 2])", "permutation(3)")

    assert {str(value) for value, _ in values} == {"row", "col", "None", "[1, 2]"}
    assert {tuple(order) for _, order in values} == {  # type: ignore[arg-type]
        (0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)
    }  # fmt: skip


def test_a_seed_gives_the_same_in_every_process_and_for_ever() -> None:
    parameters = {"n": "2..50", "x": "float[3] in -3..3", "d": "one_of('row', 'col')", "p": "permutation(4)"}

    assert draw(parameters, 7) == {"n": 21, "x": [2.1, -0.4, -1.8], "d": "col", "p": [2, 3, 1, 0]}
    assert draw(parameters, 7, attempt=1) != draw(parameters, 7)


def test_a_parameter_added_below_changes_none_above() -> None:
    first = {"n": "2..50", "m": "n..99"}

    assert draw({**first, "k": "0..9"}, 3) | draw(first, 3) == draw({**first, "k": "0..9"}, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "says not what is drawn"),
        ("two", "says not what is drawn"),
        ("5..2", "no whole number lies in 5..2"),
        ("0.01..0.04", "no number with one decimal lies in 0.01..0.04"),
        ("0..x", "no number that can be used here"),
        ("0..2**9", "no number that can be used here"),
        ("0..(1).__class__", "no number that can be used here"),
        ("0..1//0", "no number that can be used here"),
        ("0..10000000", "no number that can be used here"),
        ("0..__import__('os').getpid()", "no number that can be used here"),
        ("0..(", "cannot be read"),
        ("int[1000] in 0..1", "is no size"),
        ("int[50, 50] in 0..1", "100 numbers and no more"),
        ("int[0.5] in 0..1", "is no size"),
        ("permutation(-1)", "is no size"),
        ("one_of(1)", "two or more values"),
        ("one_of(open('/etc/passwd'), 1)", "is no plain value"),
        ("one_of('a\\x1b', 1)", "no value that a card can hold"),
        ("0.." + "1" * 600, "500 characters"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ParameterError, match=says) as caught:
        draw({"n": text}, 1)
    assert caught.value.name == "n"


@given(st.text(alphabet="intfloa[]()., in.0123456789n+-*/'", max_size=40))
def test_no_text_makes_drawing_raise_anything_else(text: str) -> None:
    with suppress(ParameterError):
        draw({"n": "1..3", "m": text}, 1)


def test_drawing_needs_neither_torch_nor_pydantic() -> None:
    script = (
        "import sys; from studytui.cards.parameters import draw; draw({'n': 'float[2] in 0..1'}, 1)\n"
        "import studytui.cards.instance; print({'torch', 'numpy', 'pydantic'} & set(sys.modules))"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "set()"


# Where it stands


def test_places_are_filled_and_double_braces_are_braces() -> None:
    text = "{n} of {{n}} in {{{n}}} is {= {1: n}[1] } and {='}'}"

    assert filled(text, {"n": "3"}, {"{1: n}[1]": "3", "'}'": "}"}) == "3 of {n} in {3} is 3 and }"


@pytest.mark.parametrize(("text", "offset"), [("a { b", 2), ("a } b", 2), ("{n.m}", 0), ("x {= n", 2), ("{}", 0)])
def test_a_lone_brace_is_refused_at_its_place(text: str, offset: int) -> None:
    with pytest.raises(TemplateError) as caught:
        list(pieces(text))
    assert caught.value.offset == offset


DRAWN = PREDICT.replace("torch.zeros(2, 3)", "torch.zeros({n}, 3)").replace(
    "  code: |", "  parameters: {n: 2..5}\n  code: |"
)
MISTAKES = {
    "unknown name": ("zeros({n}, 3)", "zeros({n}, {m})", "{m}", "`m` is no parameter of this card", "written twice"),
    "misspelt name": ("{n: 2..5}", "{m: 2..5}", "{n}", "`n` is no parameter of this card", "written twice"),
    "not used": ("{n: 2..5}", "{m: 2..5, n: 2..5}", "m: 2..5", "nothing uses `m`", "{m}"),
    "lone brace": ("zeros({n}, 3)", "zeros({n}, 3})", "}", "`}` stands alone", "}}"),
    "not closed": ("The shape?", '"The {= n shape?"', "{= n", "`{=` is not closed", "`}`"),
    "expression": ("The shape?", '"The {= n + }?"', "{= n + }", "no valid Python", ""),
    "expression's name": ("The shape?", '"{= n + m}?"', "{= n + m}", "`m` is no parameter of this card", ""),
    "no range": ("{n: 2..5}", "{n: 2-5}", "2-5", "says not what is drawn", "2..5"),
    "empty range": ("{n: 2..5}", "{n: 5..2}", "5..2", "no whole number lies in 5..2", ""),
    "sometimes empty": ("{n: 2..5}", "{k: 2..5, n: 4..k}", "4..k", "no whole number lies in 4..k, where k = 3", ""),
    "not above": ("{n: 2..5}", "{n: 2..m, m: 3..5}", "2..m", "`m` is no parameter above", "order"),
    "bad name": ("{n: 2..5}", "{n: 2..5, 2n: 2..5}", "2n", "`2n` is no name for a parameter", "ASCII"),
    "no Python once drawn": ("zeros({n}, 3)", "zeros({n} 3)", "zeros", "no valid Python", ""),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_problem_at_its_place(name: str) -> None:
    old, new, pointed, says, hint = MISTAKES[name]
    assert old in DRAWN

    problem = only_problem(DRAWN.replace(old, new))

    assert says in problem.message
    assert hint in problem.hint
    assert problem.line
    if name != "no Python once drawn":  # Python says where in the drawn code, which is shifted
        assert at(problem).startswith(pointed)


def test_the_card_these_tests_damage_is_sound() -> None:
    assert problems_of(DRAWN) == []


def test_in_a_card_without_parameters_a_brace_is_a_brace() -> None:
    cards = RECALL.replace("It limits every element.", '"{x} {{ } {= 1"')

    assert problems_of(cards) == []
    deck = read_cards(cards).deck
    assert deck is not None
    assert instance_of(deck.cards[0], 1) is deck.cards[0]


def test_every_text_of_a_card_is_filled() -> None:
    deck = read_cards(
        """
        - id: a
          kind: recall
          prompt: {en: "p {n}", ko: "p {n}"}
          parameters: {n: 4..4}
          answer: a {n}
          points: [{says: "s {n}", mentions: ["m {n}"]}]
          hints: ["h {n}"]
          explanation: e {n}
        """
    ).deck
    assert deck is not None

    made = instance_of(deck.cards[0], 1)

    assert sorted(re.findall(r'"([a-z]) 4"', made.model_dump_json())) == sorted("pphesma")
    assert not made.parameters  # type: ignore[union-attr]


# Options that read the same


def choice(second: str, parameters: str = "{n: 0..2, m: 0..2}") -> str:
    return (
        CHOICE.replace('"2"', '"{n}"')
        .replace('"3"', second)
        .replace("  options:", f"  parameters: {parameters}\n  options:")
    )


def test_options_that_happen_to_read_the_same_are_drawn_again() -> None:
    deck = read_cards(choice('"{m}"')).deck
    assert deck is not None

    made = [instance_of(deck.cards[0], seed) for seed in SEEDS]

    assert all(twins(card) is None for card in made)
    assert len({card.model_dump_json() for card in made}) == 6


def test_options_that_always_read_the_same_are_a_problem_of_the_deck() -> None:
    problem = only_problem(choice('" {n} "', "{n: 0..2}"))

    assert problem.message == "two options read the same, whatever is drawn"
    assert at(problem).startswith("- {text")


def test_computed_options_that_always_read_the_same_are_refused_when_they_are_drawn() -> None:
    deck = read_cards(choice('"{= n}"', "{n: 0..2}")).deck
    assert deck is not None

    with pytest.raises(DeckError, match="Options 1 and 2 of the card `rank` read the same"):
        instance_of(deck.cards[0], 1, lambda values, _: [str(values["n"])])
