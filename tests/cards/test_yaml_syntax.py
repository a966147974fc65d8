from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from studytui.cards.problems import Source
from studytui.cards.yaml_nodes import PARSER, compose
from studytui.cards.yaml_pure import PureParser

BROKEN = {
    "open single quote": ("a: 'b\nc: d\n", (1, 4), "never closed"),
    "open double quote": ('a: b\nc: "d\n', (2, 4), "never closed"),
    "unknown escape": ('a: "\\work"\n', (1, 5), "`\\w` is no escape"),
    "open list": ("a: [1, 2\nb: 3\n", (1, 4), "`[` opened here is not closed"),
    "open list at the end": ("a: [1, 2", (1, 4), "`[` opened here is not closed"),
    "open mapping": ("a: {x: 1\nb: 3\n", (1, 4), "`{` opened here is not closed"),
    "text after a quote in a list": ("a: ['b' c]\n", (1, 9), "`,` or `]` was expected"),
    "brackets in a flow mapping": ("a: {x: float64[N, C]}\n", (1, 15), "cannot hold `[`"),
    "two colons": ("prompt: What does this do: x\n", (1, 26), "a second `: `"),
    "key below a value": ("a: b\n  c: d\n", (2, 4), "a key cannot stand here"),
    "backtick": ("a: `x` is\n", (1, 4), "cannot start with a backtick"),
    "at sign": ("a: @x\n", (1, 4), "cannot start with `@`"),
    "percent sign": ("a: %x\n", (1, 4), "cannot start with `%`"),
    "star": ("a: * x\n", (1, 4), "cannot start with `*`"),
    "ampersand": ("a: & x\n", (1, 4), "cannot start with `&`"),
    "closing brace": ("a: }\n", (1, 4), "cannot start with `}`"),
    "question mark": ("a: ? b\n", (1, 4), "cannot start with `? `"),
    "list item after a key": ("a: - b\n", (1, 4), "a list item cannot stand here"),
    "colon at the end inside braces": ("a: {b: c:, d: e}\n", (1, 8), "`:` just before"),
    "indentation too small": ("a:\n    b: 1\n   c: 2\n", (3, 4), "indentation fits none"),
    "mapping among items": ("- a\nb: c\n", (2, 1), "does not start with `- `"),
    "text below a text": ("a: |\n  b\nc\n", (3, 1), "is no `key: value`"),
    "text after the block sign": ("a: |x\n", (1, 5), "nothing else stands"),
    "quotes in the middle": ("a: 'don't'\n", (1, 9), "follows a value that has ended"),
    "no key": (": b\n", (1, 1), "nothing stands before the `:`"),
    "undefined tag handle": ("a: !x!y z\n", (1, 4), "cannot start with `!`"),
    "end of document": ("a: 1\n...\nb: 2\n", (3, 1), "the document has ended"),
}


@pytest.mark.parametrize("parser", [PARSER, PureParser], ids=["default", "pure"])
@pytest.mark.parametrize("name", BROKEN)
def test_broken_yaml_is_one_problem_in_an_authors_words_at_the_place_to_mend(name: str, parser: type[Any]) -> None:
    text, place, says = BROKEN[name]

    root, problems = compose(Source(Path("x.yaml"), text), parser)

    assert root is None
    (problem,) = problems
    assert (problem.line, problem.column) == place
    assert says in problem.message
    assert problem.hint
