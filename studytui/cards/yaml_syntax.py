"""What broken YAML means in an author's words.

libyaml and PyYAML's own parser say the same things in other words ("did not find expected key", "expected <block end>,
but found '?'"); both are recognised by what their messages share, so that an author reads the same with either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from studytui.cards.problems import printable

if TYPE_CHECKING:
    import yaml

    from studytui.cards.problems import Problem, Source

_QUOTE = "Put the whole text in quotes, or write it below the key after `|`."


class _Trouble(NamedTuple):
    """What the parser said, with places 1-based; `context` is where the thing began that it was reading."""

    said: str
    during: str
    at: tuple[int, int]
    context: tuple[int, int]
    line: str

    @property
    def before(self) -> str:
        return self.line[: self.at[1] - 1]

    @property
    def sign(self) -> str:
        return self.line[self.at[1] - 1 : self.at[1]]


def explain_syntax(error: yaml.YAMLError, source: Source) -> Problem:
    """The one problem that stopped the parser, at the place an author has to look at."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    began = getattr(error, "context_mark", None)
    said = str(getattr(error, "problem", None) or error)
    during = str(getattr(error, "context", None) or "")
    context = (began.line + 1, began.column + 1) if began else at
    trouble = _Trouble(said, during, at, context, source.line(at[0]))
    place, message, hint = _explain(trouble)
    return source.problem(place, message, hint)


_Words = tuple[tuple[int, int], str, str]


def _explain(trouble: _Trouble) -> _Words:
    said, during = trouble.said, trouble.during
    if "quoted scalar" in during:
        return _quoted(trouble)
    if "flow sequence" in during or "flow mapping" in during:
        return _flow(trouble)
    if "block collection" in during:
        return (
            trouble.at,
            "this line stands among list items and does not start with `- `",
            "Start it with `- `, or mend its indentation.",
        )
    if "block mapping" in during:
        return _mapping(trouble)
    if "block scalar" in during:
        return (
            trouble.at,
            "after `|` or `>` nothing else stands on the line",
            "Start the text on the next line, indented.",
        )
    if "alias" in during or "anchor" in during:
        return trouble.context, f"a text cannot start with `{'*' if 'alias' in during else '&'}`", _QUOTE
    if "tag" in during or "tag" in said:
        return trouble.context, "a text cannot start with `!`", _QUOTE
    if "directive" in during:
        return trouble.context, "a line cannot start with `%`", _QUOTE
    return _elsewhere(trouble)


def _elsewhere(trouble: _Trouble) -> _Words:
    said, at = trouble.said, trouble.at
    if "values are not allowed" in said:
        if ":" in trouble.before:
            return (
                at,
                "a second `: ` in one line",
                "Put the text after the first `: ` in quotes, or write it below the key after `|`.",
            )
        return (
            at,
            "a key cannot stand here: the line above has its value already",
            "Line it up with the keys above, or put the text in quotes.",
        )
    if "entries are not allowed" in said:
        return (
            at,
            "a list item cannot stand here",
            "Start the list on a line of its own; if `- ` begins a text, put the text in quotes.",
        )
    if "keys are not allowed" in said:
        return at, "a text cannot start with `? `", _QUOTE
    if "start any token" in said or "node content" in said:
        if trouble.sign:
            return at, f"a text cannot start with {_named(trouble.sign)}", _QUOTE
        return at, "a value is missing here", "Write the value, or delete the key."
    if "unexpected ':'" in said:
        return trouble.context, "this text holds a `:` just before `,` or a bracket", "Put the whole text in quotes."
    if "expected ':'" in said:
        return (
            trouble.context,
            "this line is no `key: value`, nor does it belong to the text above",
            "Write `key: value`; or, if it goes on with a text, indent it below that text's key.",
        )
    if "document start" in said:
        return at, "the document has ended above, and here it goes on", "Delete the line `...` above."
    return at, f"the YAML cannot be read here: {printable(said)}", "Mend this line or the one above it."


def _quoted(trouble: _Trouble) -> _Words:
    if "escape" in trouble.said or "hexdecimal" in trouble.said or "hexadecimal" in trouble.said:
        line, column = trouble.at
        while column > 1 and trouble.line[column - 1 : column] != "\\":
            column -= 1
        return (
            (line, column),
            f"`{printable(trouble.line[column - 1 : column + 1])}` is no escape in a text in double quotes",
            "Use single quotes or `|`, where a backslash is a backslash; in double quotes write it twice.",
        )
    return (
        trouble.context,
        "the quote opened here is never closed",
        "Close it. In single quotes an apostrophe is written twice: 'don''t'.",
    )


def _flow(trouble: _Trouble) -> _Words:
    opened, closes = ("[", "]") if "sequence" in trouble.during else ("{", "}")
    hint = f"Close it with `{closes}`. A text in it that holds , : [ ] {{ }} or a quote must be in quotes as a whole."
    if trouble.at[0] != trouble.context[0] or not trouble.sign:
        return trouble.context, f"the `{opened}` opened here is not closed", hint
    if trouble.sign in "[{":
        return (
            trouble.at,
            f"a text inside {opened} {closes} cannot hold `{trouble.sign}` unless it is in quotes",
            'Put the whole text in quotes, as "float64[N, C]", or write one item a line, without the brackets around.',
        )
    return trouble.at, f"`,` or `{closes}` was expected here, after the `{opened}` in column {trouble.context[1]}", hint


def _mapping(trouble: _Trouble) -> _Words:
    before = trouble.before.strip()
    if trouble.sign == ":" and not before.strip("- "):
        return trouble.at, "nothing stands before the `:`", "Write the key before it, or put the text in quotes."
    if before:
        return (
            trouble.at,
            "something follows a value that has ended",
            "A text that starts with a quote ends with it; put the whole text in quotes of the other kind.",
        )
    return (
        trouble.at,
        "this line's indentation fits none of the lines above",
        f"Keys of one mapping start in the same column; the mapping open here starts in column {trouble.context[1]}.",
    )


def _named(sign: str) -> str:
    return "a backtick" if sign == "`" else f"`{printable(sign)}`"
