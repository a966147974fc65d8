# ruff: noqa: E501 - the table of mistakes reads by rows
from __future__ import annotations

from pathlib import Path

import pytest
from deck_building import CHOICE, DERIVE, EVERY_KIND, IMPLEMENT, PREDICT, RECALL, at, deck, only_problem, problems_of

from studytui.cards.explain import explain
from studytui.cards.models import CARD_MODELS
from studytui.cards.problems import Source
from studytui.cards.reader import read_text
from studytui.cards.wording import label
from studytui.cards.yaml_nodes import compose

# a change of a sound card → what the caret points at, what the message says, what the hint says
ONE_PROBLEM = {
    "unknown depth": (RECALL, "depth: what", "depth: waht", "waht", "`depth` is 'waht'; it must be one of what, how, why", "Did you mean `what`?"),
    "depth in another case": (RECALL, "depth: what", "depth: What", "What", "must be one of", "Did you mean `what`?"),
    "unknown kind": (RECALL, "kind: recall", "kind: recal", "recal", "`kind` is 'recal'; it must be one of recall, choice", "Did you mean `recall`?"),
    "kind in another case": (CHOICE, "kind: choice", "kind: Choice", "Choice", "`kind` is 'Choice'", "Did you mean `choice`?"),
    "kind of another world": (RECALL, "kind: recall", "kind: cloze", "cloze", "`kind` is 'cloze'", ""),
    "empty kind": (RECALL, "kind: recall", "kind:", "kind:", "`kind` is empty", ""),
    "no kind": (RECALL, "  kind: recall\n", "", "id: clamp-what", "this card has no `kind`", "recall, choice"),
    "misspelt key": (RECALL, "prompt:", "promt:", "promt:", "`promt` is no key of a recall card", "Did you mean `prompt`?"),
    "key of another format": (RECALL, "topics:", "tags:", "tags:", "`tags` is no key", "Did you mean `topics`?"),
    "key of another kind": (RECALL, "depth: what", "options: []", "options:", "`options` is no key of a recall card", "It belongs to choice cards."),
    "key of nothing": (RECALL, "depth: what", "zzz: 1", "zzz:", "`zzz` is no key", "Known keys: id, topics"),
    "merge key": (RECALL, "depth: what", "<<: {a: b}", "<<:", "`<<` is no key", "Merge keys"),
    "misspelt key of a part": (CHOICE, "why:", "wy:", "wy:", "`wy` is no key of an option", "Did you mean `why`?"),
    "missing key": (RECALL, "  answer: {en: It limits every element., ko: 제한해요.}\n", "", "id: clamp-what", "this recall card has no `answer`", "`answer`: a model answer"),
    "missing key of a part": (RECALL, "- says: {en: both bounds are optional, ko: 생략할 수 있어요}\n      mentions", "- mentions", "mentions", "this point has no `says`", "`says`: the point itself"),
    "octal-looking id": (RECALL, "id: clamp-what", "id: 010", "010", "`id` is read as the number 10", '"010"'),
    "id that is true": (RECALL, "id: clamp-what", "id: true", "true", "`id` is read as the truth value true", '"true"'),
    "id with a space": (RECALL, "id: clamp-what", "id: clamp  what!", "clamp", "`id` is 'clamp  what!'", "Did you mean `clamp-what`?"),
    "id with a slash": (RECALL, "id: clamp-what", "id: a/b", "a/b", "`id` is 'a/b'", "Did you mean `a-b`?"),
    "number as text": (RECALL, "{en: It limits every element., ko: 제한해요.}", "42", "42", "`answer` is read as the number 42", '"42"'),
    "number in a language": (RECALL, "ko: 제한해요.", "ko: 1.5", "1.5", "`answer.ko` is read as the number 1.5", '"1.5"'),
    "nothing as text": (RECALL, "{en: It limits every element., ko: 제한해요.}", "", "answer:", "`answer` is empty", "Write a text."),
    "null as text": (RECALL, "{en: It limits every element., ko: 제한해요.}", "null", "null", "`null` means nothing", "quotes"),
    "blank text": (RECALL, "{en: It limits every element., ko: 제한해요.}", "'  '", "'  '", "`answer` is empty", "Write a text."),
    "no language at all": (RECALL, "{en: It limits every element., ko: 제한해요.}", "{}", "{}", "`answer` is empty", ""),
    "list as text": (RECALL, "{en: It limits every element., ko: 제한해요.}", "[a, b]", "[a, b]", "must be a text; a value that starts with `[`", "quotes"),
    "braces as text": (PREDICT, "{en: The shape?, ko: 모양은?}", "{n}", "n}", "`n` is no language", "quotes"),
    "unknown language": (RECALL, "ko: 제한해요.", "kr: 제한해요.", "kr:", "`kr` is no language of a deck; it must be one of en, ko", "Did you mean `ko`?"),
    "text too long": (PREDICT, "x.T", "#" + "x" * 20_000, "|", "`code` has 20,", "Shorten"),
    "topics as text": (RECALL, "topics: [clamp]", "topics: clamp", "clamp", "`topics` must be a list and is a text", "- "),
    "no topics": (RECALL, "topics: [clamp]", "topics:", "topics:", "`topics` is empty", "delete the key"),
    "topic with a space": (RECALL, "topics: [clamp]", "topics: [clamp, a b]", "a b]", "item 2 of `topics` is 'a b'", "Did you mean `a-b`?"),
    "hints by language": (RECALL, "depth: what", "hints: {en: [a], ko: [b]}", "{en", "`hints` must be a list", "- {en: …, ko: …}"),
    "no points": (RECALL, "points:\n    - says: {en: both bounds are optional, ko: 생략할 수 있어요}\n      mentions: [optional, left out]", "points: []", "[]", "`points` is empty", "- says"),
    "point as text": (RECALL, "- says: {en: both bounds are optional, ko: 생략할 수 있어요}\n      mentions: [optional, left out]", "- optional", "optional", "item 1 of `points` must hold `key: value` and is a text", "- says"),
    "right as a word": (CHOICE, "right: true", "right: yes", "yes", "`right` is 'yes'; it must be true or false", "Did you mean `true`?"),
    "right in quotes": (CHOICE, "right: true", "right: 'false'", "'false'", "must be true or false", "Did you mean `false`?"),
    "right as a number": (CHOICE, "right: true", "right: 1", "1", "`right` is the number 1", "Did you mean `true`?"),
    "one option": (CHOICE, '- {text: "2", right: true}\n    ', "", "-", "`options` has 1 item; it needs at least 2", "- text"),
    "seconds too many": (IMPLEMENT, "dims:", "seconds: 500\n  dims:", "500", "`seconds` is 500; it must be at most 120", ""),
    "no seconds": (IMPLEMENT, "dims:", "seconds: 0\n  dims:", "0", "must be more than 0", ""),
    "endless seconds": (IMPLEMENT, "dims:", "seconds: .inf\n  dims:", ".inf", "it must be a number", ""),
    "seconds in quotes": (IMPLEMENT, "dims:", "seconds: '10'\n  dims:", "'10'", "`seconds` is '10'; it must be a number", "without quotes"),
    "seconds as a truth value": (IMPLEMENT, "dims:", "seconds: true\n  dims:", "true", "it must be a number", ""),
    "tolerance as a number": (IMPLEMENT, "dims:", "tolerance: 1e-3\n  dims:", "1e-3", "`tolerance` must hold `key: value` and is the number 0.001", "rtol"),
    "tolerance below zero": (IMPLEMENT, "dims:", "tolerance: {rtol: -1, atol: 0}\n  dims:", "-1", "`tolerance.rtol` is -1; it must be at least 0", ""),
    "size as a number": (IMPLEMENT, "N: 1..4", "N: 3", "3", "`dims.N` is the number 3, not a range", "3..3"),
    "inputs as a list": (IMPLEMENT, "inputs:\n    x: float64[N, C]\n    shape: one_of([-1], [C, N])", "inputs: [x]", "[x]", "`inputs` must hold `key: value` and is a list", "float64"),
    "case as text": (IMPLEMENT, '- {x: "arange(6.).view(2, 3)", shape: [3, -1]}', "- arange(6.)", "arange", "item 1 of `cases` must hold `key: value`", "- {x"),
    "no symbols": (DERIVE, "{w: real, g: real, eta: 0.01..0.5}", "{}", "{}", "`symbols` is empty", "w: real"),
    "unknown question": (PREDICT, "asks: shape", "asks: shapes", "shapes", "`asks` is 'shapes'; it must be one of value, shape", "Did you mean `shape`?"),
    "returns what": (IMPLEMENT, "dims:", "returns: views\n  dims:", "views", "must be one of any, view, copy", "Did you mean `view`?"),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE_PROBLEM)
def test_a_mistake_is_one_problem_at_its_place_in_an_authors_words(name: str) -> None:
    card, old, new, pointed, says, hint = ONE_PROBLEM[name]
    assert old in card

    problem = only_problem(RECALL.replace("[clamp]", "[x]") * (card is IMPLEMENT) + card.replace(old, new))

    assert at(problem).startswith(pointed)
    assert says in problem.message
    assert hint in problem.hint
    assert problem.severity == "error"
    for foreign in ("Input should", "pydantic", "valid string", "NoneType", "dictionary", "expected tags"):
        assert foreign not in problem.message


@pytest.mark.parametrize(
    ("kind", "card"), [("recall", RECALL), ("choice", CHOICE), ("predict", PREDICT), ("derive", DERIVE)]
)
def test_every_required_key_is_missed_by_name_with_what_it_is_for(kind: str, card: str) -> None:
    for key, field in CARD_MODELS[kind].model_fields.items():
        if not field.is_required() or key in ("kind", "id"):
            continue
        problems = problems_of(f"- {{id: x, kind: {kind}}}\n")
        assert f"this {kind} card has no `{key}`" in [problem.message for problem in problems]
        assert all(problem.hint and "None" not in problem.hint for problem in problems)


def test_all_problems_of_a_file_come_at_once_in_its_order() -> None:
    text = deck(EVERY_KIND)
    for old, new in [
        ("title:", "titel:"),
        ("depth: what", "depth: waht"),
        ("right: true", "right: yes"),
        ("asks: shape", "asks: shapes"),
        ("function: view(x, *shape)", "function: view(x, *shape"),
        ("symbols: {w: real", "symbols: {w: reel"),
    ]:
        assert old in text
        text = text.replace(old, new)

    problems = read_text(text, only_problem("- 1").path).problems

    assert [at(problem).partition(":")[0].split(",")[0] for problem in problems] == [
        "titel",
        "waht",
        "yes}",
        "shapes",
        "view(x",
        "reel",
    ]


def test_problems_inside_a_shared_anchor_point_at_where_it_is_written() -> None:
    problems = problems_of("- &c {id: a, kind: recall, prompt: p, answer: 1, points: [{says: s}]}\n- *c\n")

    assert [(problem.line, at(problem)[0]) for problem in problems if "answer" in problem.message] == [(4, "1")] * 2


def test_no_key_of_a_deck_can_pass_for_a_tag_of_a_union() -> None:
    problems = problems_of("- {id: a, kind: recall, prompt: p, answer: a, points: [{says: s}], recall: {x: 1}}\n")

    assert [problem.message for problem in problems] == ["`recall` is no key of a recall card"]


def test_values_are_named_by_their_path_below_the_card() -> None:
    assert label(()) == "the deck"
    assert label(("cards", 3, "prompt", "ko")) == "`prompt.ko`"
    assert label(("cards", 3, "topics", 1)) == "item 2 of `topics`"
    assert label(("cards", 3, "slips", 0, "code")) == "`code`"


def test_a_missing_key_that_no_model_of_ours_describes_is_named_all_the_same() -> None:
    source = Source(Path("deck.yaml"), "deck: d\ntitle: t\n")
    root, _ = compose(source)
    assert root is not None
    (problem,) = explain([{"type": "missing", "loc": ("other",), "msg": "", "input": {}}], root, source)
    assert (problem.message, problem.hint) == ("the deck has no `other`", "")
