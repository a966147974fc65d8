from __future__ import annotations

import math
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from deck_building import EVERY_KIND, deck

from studytui.cards.problems import Source
from studytui.cards.yaml_nodes import MAX_VALUES, PARSER, Node, compose
from studytui.cards.yaml_pure import PureParser
from studytui.cards.yaml_scalars import scalar_value

if TYPE_CHECKING:
    from studytui.cards.problems import Problem

both_parsers = pytest.mark.parametrize("parser", [PARSER, PureParser], ids=["default", "pure"])


def nodes(text: str, parser: type[Any] | None = None) -> tuple[Node | None, list[Problem]]:
    return compose(Source(Path("x.yaml"), text), parser)


def value(text: str, parser: type[Any] | None = None) -> Any:
    root, problems = nodes(text, parser)
    assert not problems
    assert root is not None
    return root.value


def refused(text: str, parser: type[Any] | None = None) -> Problem:
    root, problems = nodes(text, parser)
    assert root is None
    (problem,) = problems
    return problem


def test_libyaml_is_used_where_pyyaml_has_it() -> None:
    assert (PARSER is not PureParser) == yaml.__with_libyaml__


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("0b11", "0b11"),
        ("-7", -7),
        ("+7", 7),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-01-02", "2024-01-02"),
        ("1e3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.inf", -math.inf),
        (".INF", math.inf),
        ("1..4", "1..4"),
        ("-", "-"),
        (".", "."),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("", None),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(text: str, expected: object) -> None:
    found = scalar_value(text)

    assert found == expected
    assert type(found) is type(expected)


def test_not_a_number_is_read() -> None:
    assert math.isnan(scalar_value(".nan"))  # type: ignore[arg-type]


@both_parsers
def test_quoted_and_block_scalars_are_texts_whatever_they_look_like(parser: type[Any]) -> None:
    assert value("a: '010'\nb: \"true\"\nc: |-\n  null\nd: >-\n  1\n  2\n", parser) == {
        "a": "010",
        "b": "true",
        "c": "null",
        "d": "1 2",
    }


@both_parsers
def test_a_question_mark_or_colon_inside_braces_belongs_to_the_text(parser: type[Any]) -> None:
    assert value("title: {en: What? Why?, ko: 왜?}\nurl: [a:b, c?d]\n", parser) == {
        "title": {"en": "What? Why?", "ko": "왜?"},
        "url": ["a:b", "c?d"],
    }


@both_parsers
def test_core_tags_say_the_type_and_other_tags_are_refused_at_their_place(parser: type[Any]) -> None:
    assert value("a: !!str 010\nb: !!float 1\nc: !!null ~\nd: !!seq [1]\ne: ! 5\n", parser) == {
        "a": "010",
        "b": 1.0,
        "c": None,
        "d": [1],
        "e": "5",
    }
    _, problems = nodes("a: 1\nb: !!python/object/apply:os.system [ls]\nc: !!int x\n", parser)
    assert [(problem.line, problem.column) for problem in problems] == [(2, 4), (3, 4)]
    assert "`!!python/object/apply:os.system`" in problems[0].message


@both_parsers
def test_places_are_those_of_the_first_character_counted_in_characters(parser: type[Any]) -> None:
    root, _ = nodes("# words\n한글: {a: 'x',\n  b: [1, |\n", parser)
    assert root is None
    root, _ = nodes("# words\n한글: {가: 'x', b: y}\nc:\n  - d\n  - |\n    e\n", parser)
    assert root is not None
    inner = root.child("한글")
    assert inner is not None
    assert inner.place == (2, 5)
    assert inner.style == "{"
    assert inner.keys == {"가": (2, 6), "b": (2, 14)}
    (first, second) = (inner.child("가"), inner.child("b"))
    assert first is not None
    assert second is not None
    assert (first.place, first.style, second.place, second.style) == ((2, 9), "'", (2, 17), "")
    items = root.child("c")
    assert items is not None
    block = items.child(1)
    assert block is not None
    assert (block.place, block.style, block.value) == ((5, 5), "|", "e\n")


@both_parsers
def test_a_value_that_is_not_there_has_the_place_of_its_key(parser: type[Any]) -> None:
    root, _ = nodes("a:\nb: {c:   , d: 1}\n", parser)
    assert root is not None
    a, b = root.child("a"), root.child("b")
    assert a is not None
    assert b is not None
    c = b.child("c")
    assert c is not None
    assert (a.place, c.place) == ((1, 1), (2, 5))


@both_parsers
def test_duplicate_keys_are_told_and_the_rest_is_still_read(parser: type[Any]) -> None:
    root, problems = nodes("a: 1\nb: 2\na: {c: 3, c: 4}\nb: 5\nd: 6\n", parser)

    assert root is not None
    assert root.value == {"a": 1, "b": 2, "d": 6}
    assert {(problem.line, problem.column) for problem in problems} == {(3, 1), (3, 11), (4, 1)}
    assert "line 1" in next(problem.message for problem in problems if problem.column == 1)


@both_parsers
@pytest.mark.parametrize("key", ["1", "true", "~", "", "[a]", "{a: b}"])
def test_keys_that_are_no_words_are_told(key: str, parser: type[Any]) -> None:
    root, problems = nodes(f"a: 1\n? {key}\n: x\nb: 2\n", parser)

    assert root is not None
    assert root.value == {"a": 1, "b": 2}
    assert [problem.line for problem in problems] == [2]


@both_parsers
def test_anchors_share_a_value_with_its_place(parser: type[Any]) -> None:
    root, problems = nodes("a: &x {b: 1}\nc: *x\nd: &x 2\ne: *x\n", parser)

    assert not problems
    assert root is not None
    assert root.value == {"a": {"b": 1}, "c": {"b": 1}, "d": 2, "e": 2}
    c = root.child("c")
    assert c is not None
    assert c.place == (1, 4)


@both_parsers
@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: &x [1, *x]\n", 2, "inside its own anchor"),
        ("a: *nothing\n", 1, "not there"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: " + "[" * 10_000, 1, "levels of nesting"),
        ("a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 100)), 33, "levels of nesting"),
        ("? " * 10_000, 1, "levels of nesting"),
        ("%YAML 1.1\n---\na: 1\n", 1, "directive"),
        ("# x\n\n%TAG ! tag:example.org,2000:\n---\na: 1\n", 3, "directive"),
    ],
    ids=["cycle", "no anchor", "two documents", "brackets", "indentation", "keys", "version", "tag"],
)
def test_what_would_not_end_or_has_no_meaning_is_refused_at_its_line(
    text: str, line: int, says: str, parser: type[Any]
) -> None:
    problem = refused(text, parser)

    assert problem.line == line
    assert says in problem.message
    assert problem.hint


@both_parsers
def test_a_billion_laughs_are_refused_without_being_built(parser: type[Any]) -> None:
    lines = ["a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    problem = refused("\n".join(lines), parser)

    assert f"{MAX_VALUES:,}" in problem.message
    assert problem.line == 4


def test_a_number_too_long_for_any_use_is_a_problem() -> None:
    _, problems = nodes(f"a: {'9' * 5_000}\n")

    assert "5,000 digits" in problems[0].message


@both_parsers
@pytest.mark.parametrize("escape", [r"\e[2J", r"\x07", r"\u202e", r"\u200f"])
def test_escapes_cannot_bring_in_what_a_terminal_obeys(escape: str, parser: type[Any]) -> None:
    _, problems = nodes(f'a: "x{escape}"\n', parser)

    assert [problem.column for problem in problems] == [4]
    assert "control character" in problems[0].message


def test_a_lone_surrogate_is_a_problem_with_either_parser() -> None:
    for parser in (PARSER, PureParser):
        _, problems = nodes('a: "\\ud800"\n', parser)
        assert len(problems) == 1


@both_parsers
def test_escaped_line_breaks_and_tabs_are_texts(parser: type[Any]) -> None:
    assert value('a: "x\\n\\ty"\n', parser) == {"a": "x\n\ty"}


def test_hangul_written_in_parts_is_read_whole() -> None:
    assert value("a: \u1112\u1161\u11ab\n") == {"a": "한"}


@both_parsers
@pytest.mark.parametrize("text", ["", "\n\n", "# only words\n", "---\n"])
def test_nothing_is_no_root_and_no_problem(text: str, parser: type[Any]) -> None:
    assert nodes(text, parser) == (None, [])


HOSTILE = {
    "brackets": "a: " + "[" * 4_000_000,
    "pairs": "a: " + "[]" * 2_000_000,
    "items": "a: [" + "a," * 2_000_000 + "]",
    "lines": "a:\n" + "- b\n" * 1_000_000,
    "keys": "a: {" + ",".join(f"k{i}: 1" for i in range(300_000)) + "}",
    "same keys": "a: 1\n" * 800_000,
    "documents": "---\n" * 1_000_000,
    "open quote": 'a: "' + "x \n" * 1_500_000,
    "block": "a: |\n" + " x\n" * 1_500_000,
    "comments": "#x\n" * 1_500_000,
    "colons": ":" * 4_000_000,
    "anchors": "&a " * 1_000_000,
    "tags": "!" * 4_000_000,
    "digits": "a: " + "9" * 4_000_000,
    "spaces": " " * 4_000_000,
}


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML's own parser is some thirty times slower")
@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_of_the_size_allowed_takes_a_second(name: str) -> None:
    source = Source(Path("x.yaml"), HOSTILE[name])
    began = time.process_time()

    _, problems = compose(source)

    assert time.process_time() - began < 1
    assert len(problems) <= MAX_VALUES


def test_both_parsers_read_the_same_from_damaged_decks() -> None:
    text = deck(EVERY_KIND)
    pieces = [
        "'",
        '"',
        ": ",
        "\n",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "|",
        ">",
        "#",
        "&a ",
        "*a",
        "?",
        "\\",
        "~",
        "010",
        "한",
    ]
    draw = random.Random(7)
    agreed = broken = 0
    for _ in range(400):
        damaged = text
        for _ in range(draw.choice([1, 1, 2, 4])):
            cut = draw.randrange(len(damaged))
            damaged = damaged[:cut] + draw.choice(pieces) + damaged[cut + draw.randrange(3) :]
        left, right = nodes(damaged), nodes(damaged, PureParser)
        assert left[0] == right[0]
        assert bool(left[1]) == bool(right[1])
        agreed += left[1] == right[1]
        broken += bool(left[1])
    assert broken > 100
    assert agreed >= 396  # on a `!` or `|` in an odd place the two may find fault with neighbouring characters
