from __future__ import annotations

import ast
from pathlib import Path

import pytest

from studytui.cards.problems import Source
from studytui.cards.python_code import (
    CodeError,
    defined_in,
    parameters_of,
    parse_code,
    parse_value,
    place_in,
    returns,
    unknown_names,
)
from studytui.cards.yaml_nodes import compose


def test_an_error_says_where_in_the_code_it_is() -> None:
    with pytest.raises(CodeError, match="no valid Python") as caught:
        parse_code("x = 1\ny = (\n")

    assert caught.value.line == 2


def test_code_of_any_length_or_depth_ends_in_an_error_of_ours() -> None:
    for code in ("x" * 30_000, "-" * 19_000 + "1", "\0"):
        with pytest.raises(CodeError):
            parse_code(code)


@pytest.mark.parametrize("text", ["x = 1", "x; y", "", "def f(): ..."])
def test_a_value_is_one_expression(text: str) -> None:
    with pytest.raises(CodeError, match="one Python expression"):
        parse_value(text)


@pytest.mark.parametrize(
    ("code", "gives"),
    [
        ("x + 1", True),
        ("y = x\nreturn y", True),
        ("if x:\n    return 1\nelse:\n    return 2", True),
        ("with a:\n    return 1", True),
        ("def f():\n    return 1", False),
        ("y = x", False),
        ("f = lambda: 1", False),
        ("x\ny", False),
    ],
)
def test_a_reference_gives_something_by_an_expression_or_a_return_of_its_own(code: str, gives: bool) -> None:
    assert returns(parse_code(code)) is gives


def test_names_bound_in_an_expression_are_no_unknown_ones() -> None:
    tree = parse_value("[i * n for i in range(len(x)) if (k := i)] + sorted(x, key=lambda v: v + missing)")

    assert unknown_names(tree, frozenset({"x", "n"})) == ["missing"]


def test_parameters_are_those_of_the_last_definition_of_the_name() -> None:
    module = ast.parse("def f(a): ...\ndef g(): ...\ndef f(a, /, b, *c, d=1, **e): ...\n")

    assert parameters_of(module, "f") == ["a", "b", "*c", "d", "**e"]
    assert parameters_of(module, "h") is None
    assert defined_in(module) == ["f", "g", "f"]


@pytest.mark.parametrize(
    ("deck", "error", "place"),
    [
        ("code: |\n    a\n    b c\n", CodeError("m", 2, 3), (3, 7)),
        ("code: |\n\n    a\n      b c\n", CodeError("m", 3, 5), (4, 9)),
        ("code: |2\n    a b\n", CodeError("m", 1, 3), (2, 5)),
        ("code: a b c\n", CodeError("m", 1, 3), (1, 9)),
        ("code: 'a b c'\n", CodeError("m", 1, 3), (1, 10)),
        ("code: >\n  a\n  b c\n", CodeError("m", 1, 3), (1, 7)),
        ("code: |\n  a\n", CodeError("m", 9, 1), (1, 7)),
        ("code: |\n  a\n", CodeError("m"), (1, 7)),
        ("code: |\n  a (\n", CodeError("m", 1, 99), (2, 6)),
        ("한글: |\n  '가' (\n", CodeError("m", 1, 5), (2, 7)),
    ],
)
def test_an_error_in_code_is_placed_in_the_deck(deck: str, error: CodeError, place: tuple[int, int]) -> None:
    source = Source(Path("x.yaml"), deck)
    root, _ = compose(source)
    assert root is not None
    (node,) = root.children.values()  # type: ignore[union-attr]

    assert place_in(node, source, error) == place
