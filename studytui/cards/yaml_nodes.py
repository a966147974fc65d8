"""YAML as decks use it: text in, plain values with their places out.

PyYAML's events are composed here and not by PyYAML, for four reasons: scalars follow YAML 1.2's core schema (`no` is a
string, `010` is ten); keys and values keep their places for the problems of later checks; duplicate keys are problems
and not a silent loss; and depth, size, anchors and tags are bounded before anything is built, so that neither ten
thousand brackets nor a billion laughs cost more than a few milliseconds.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from studytui.cards.problems import printable
from studytui.cards.yaml_scalars import scalar_value
from studytui.cards.yaml_syntax import explain_syntax

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.cards.problems import Problem, Source

MAX_DEPTH = 32
"""Levels of nesting; a card needs six, a case with a list of lists a few more."""

MAX_VALUES = 100_000
"""Values of a deck, aliases counted as often as they are used: some 1,500 cards, read in about half a second."""

Place = tuple[int, int]


class Node(NamedTuple):
    """A value of a deck and where it stands.

    A named tuple because a deck has tens of thousands of them: it is made in a third of the time of a frozen dataclass.

    Attributes:
        value: str, int, float, bool, None, list or dict.
        line, column: 1-based place of its first character (of the quote or `|` where there is one).
        style: `'`, `"`, `|`, `>` for quoted and block scalars, `{` or `[` for collections in flow style, else empty.
        text: a scalar as written, quotes and escapes resolved; empty for collections.
        size: how many values it holds, itself and repeated aliases counted.
        keys: of a mapping, the places of its keys.
        children: the nodes of a mapping by key, or of a sequence in order; empty for scalars.
    """

    value: Any
    line: int
    column: int
    style: str = ""
    text: str = ""
    size: int = 1
    keys: dict[str, Place] = {}  # noqa: RUF012 - shared by all scalars and never written
    children: dict[str, Node] | list[Node] = []  # noqa: RUF012 - the same

    @property
    def place(self) -> Place:
        """Line and column."""
        return self.line, self.column

    def child(self, step: str | int) -> Node | None:
        """The node at a key or index, or None where there is none."""
        if isinstance(self.children, dict):
            return self.children.get(step) if isinstance(step, str) else None
        if isinstance(step, int) and 0 <= step < len(self.children):
            return self.children[step]
        return None


class _Events(Protocol):
    """What both of PyYAML's parsers are here."""

    def get_event(self) -> Any: ...

    def dispose(self) -> None: ...


def _default_parser() -> type[Any]:
    if yaml.__with_libyaml__:
        from yaml._yaml import CParser  # type: ignore[import-not-found, unused-ignore]

        return CParser  # type: ignore[no-any-return, unused-ignore]
    from studytui.cards.yaml_pure import PureParser

    return PureParser


PARSER: type[Any] = _default_parser()
"""libyaml's parser where PyYAML was built with it, else the one in Python; both give the same nodes."""


def compose(source: Source, parser: type[Any] | None = None) -> tuple[Node | None, list[Problem]]:
    """The deck's root, or None where it is empty or no YAML, with every problem on the way.

    Reading goes on after a duplicate key or an unusable tag, and stops where the syntax is broken.
    """
    first = _FIRST_LINE.search(source.text)
    if first and first.group() == "%":
        place = source.place(first.start())
        message = "a line that starts with `%` is a directive"
        return None, [source.problem(place, message, "Delete it: decks need none.")]
    return _Composer(source).compose((parser or PARSER)(source.text + "\n"))


_FIRST_LINE = re.compile(r"^ *[^ #\r\n]", re.MULTILINE)

_TAG = "tag:yaml.org,2002:"


class _Frame:
    """A collection that is being read."""

    __slots__ = ("anchor", "children", "event", "key", "keys", "place", "size", "value")

    def __init__(self, event: Any, place: Place, anchor: str | None, *, mapping: bool) -> None:
        self.event = event
        self.place = place
        self.anchor = anchor
        self.value: dict[str, Any] | list[Any] = {} if mapping else []
        self.children: dict[str, Node] | list[Node] = {} if mapping else []
        self.keys: dict[str, Place] = {}
        self.key: _Key | None = None
        self.size = 1


class _Key(NamedTuple):
    name: str
    place: Place
    usable: bool


class _StopError(Exception):
    """Reading ends here; its problem is already noted."""


class _Composer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.stack: list[_Frame] = []
        self.anchors: dict[str, Node | None] = {}
        self.root: Node | None = None
        self.documents = 0
        self.values = 0

    def compose(self, parser: _Events) -> tuple[Node | None, list[Problem]]:
        try:
            for event in self.events(parser):
                self.take(event)
        except _StopError:
            return None, self.problems
        except yaml.YAMLError as error:
            self.problems.append(explain_syntax(error, self.source))
            return None, self.problems
        finally:
            parser.dispose()
        empty = self.root is not None and self.root.value is None and not self.root.style and self.root.text == ""
        return None if empty else self.root, self.problems

    @staticmethod
    def events(parser: _Events) -> Iterator[Any]:
        get_event = parser.get_event
        while (event := get_event()) is not None:
            yield event

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is ScalarEvent:
            self.put(self.scalar(event), 1)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            self.open(event, mapping=kind is MappingStartEvent)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            self.put(self.close(), 1)
        elif kind is AliasEvent:
            node = self.alias(event)
            self.put(node, node.size)
        elif kind is DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                self.stop(
                    _place(event), "a second document starts here", "One file is one deck: make it a file of its own."
                )

    def stop(self, place: Place, message: str, hint: str) -> None:
        self.note(place, message, hint)
        raise _StopError

    def note(self, place: Place, message: str, hint: str = "") -> None:
        self.problems.append(self.source.problem(place, message, hint))

    def scalar(self, event: Any) -> Node:
        mark = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        text: str = event.value
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)  # some systems write Hangul in parts; answers are compared whole
        style: str = event.style or ""
        if style == '"' and not text.isprintable():
            self.check_characters(text, (line, column))
        value: Any = text
        try:
            if event.tag == "!":  # "not to be resolved", on which the two parsers differ: always a text
                value = text
            elif event.tag is not None:
                value = self.tagged(event, text, (line, column))
            elif event.implicit[0]:
                value = scalar_value(text)
        except ValueError as error:
            self.note((line, column), str(error))
        node = Node(value, line, column, style, text)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def tagged(self, event: Any, text: str, place: Place) -> Any:
        """A scalar whose type is said: `!!str 010`. Only the core schema's types are known; nothing is ever built."""
        kind = event.tag.removeprefix(_TAG)
        value = text if kind == "str" else scalar_value(text)
        types: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (float, int), "bool": (bool,)}
        types["null"] = (type(None),)
        if not event.tag.startswith(_TAG) or kind not in types:
            self.refuse_tag(event, place)
            return text
        if not isinstance(value, types[kind]) or (isinstance(value, bool) and kind != "bool"):
            raise ValueError(f"`{printable(text, 40)}` is no {kind}, which its tag `!!{kind}` says it is")
        return float(value) if kind == "float" and value is not None else value

    def refuse_tag(self, event: Any, place: Place) -> None:
        tag = event.tag.replace(_TAG, "!!") if event.tag.startswith(_TAG) else event.tag
        self.note(
            place,
            f"the tag `{printable(tag, 60)}` has no meaning in a deck",
            "Delete it; or, if a text starts with `!`, put the text in quotes.",
        )

    def check_characters(self, text: str, place: Place) -> None:
        """Escapes must not smuggle in what a terminal obeys or what cannot be saved as UTF-8."""
        for character in text:
            if character not in "\n\t" and (ord(character) < 32 or 127 <= ord(character) < 160 or _hidden(character)):
                self.note(
                    place,
                    f"an escape in this text stands for the control character U+{ord(character):04X}",
                    "Delete it; texts hold what can be read, and line breaks.",
                )
                return

    def open(self, event: Any, *, mapping: bool) -> None:
        place = _place(event)
        if len(self.stack) >= MAX_DEPTH:
            self.stop(
                place,
                f"more than {MAX_DEPTH} levels of nesting",
                "A card needs about six. If a text starts with `[`, `{` or `- `, put it in quotes.",
            )
        if event.tag is not None and event.tag not in ("!", f"{_TAG}map" if mapping else f"{_TAG}seq"):
            self.refuse_tag(event, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        self.stack.append(_Frame(event, place, event.anchor, mapping=mapping))

    def close(self) -> Node:
        frame = self.stack.pop()
        mapping = isinstance(frame.value, dict)
        style = ("{" if mapping else "[") if frame.event.flow_style else ""
        node = Node(frame.value, *frame.place, style, "", frame.size, frame.keys, frame.children)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = node
        return node

    def alias(self, event: Any) -> Node:
        place = _place(event)
        name = printable(event.anchor, 60)
        if event.anchor not in self.anchors:
            self.stop(
                place,
                f"`*{name}` refers to an anchor that is not there",
                "A text that starts with `*` must be in quotes; an anchor `&name` must stand above its use.",
            )
        node = self.anchors[event.anchor]
        if node is None:
            self.stop(place, f"`*{name}` stands inside its own anchor `&{name}`", "Write the value out instead.")
        assert node is not None
        return node

    def put(self, node: Node, values: int) -> None:
        """Give a finished node, which adds so many values to the deck, to the collection it stands in."""
        self.values += values
        if self.values > MAX_VALUES:
            self.stop(
                node.place,
                f"the deck has more than {MAX_VALUES:,} values, aliases counted as often as they are used",
                "Split it into several decks, and use anchors sparingly.",
            )
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        if isinstance(frame.value, list) and isinstance(frame.children, list):
            frame.value.append(node.value)
            frame.children.append(node)
            frame.size += node.size
        elif frame.key is None:
            frame.key = self.key(node, frame)
        else:
            self.put_item(node, frame, frame.key)

    def put_item(self, node: Node, frame: _Frame, key: _Key) -> None:
        if node.text == "" and not node.style and node.value is None:
            node = node._replace(
                line=key.place[0], column=key.place[1]
            )  # nothing is there: its key is what can be shown
        if key.usable and isinstance(frame.value, dict) and isinstance(frame.children, dict):
            frame.value[key.name] = node.value
            frame.children[key.name] = node
            frame.size += node.size + 1
        frame.key = None

    def key(self, node: Node, frame: _Frame) -> _Key:
        """The key a node is; problems are noted here, and the value of an unusable key is read and dropped."""
        if not isinstance(node.value, str):
            if isinstance(node.value, dict | list):
                self.note(node.place, "a mapping or list cannot be a key", "If this is a text, put it in quotes.")
            else:
                what = "nothing stands before the `:`" if node.text == "" else f"the key `{printable(node.text, 40)}`"
                meant = "" if node.text == "" else f" is read as {type_name(node.value)}"
                self.note(node.place, f"{what}{meant}", "A key is a word; put it in quotes if it is meant as one.")
            return _Key("", node.place, usable=False)
        if node.value in frame.keys:
            first = frame.keys[node.value][0]
            self.note(
                node.place,
                f"`{printable(node.value, 60)}` is already there, on line {first}",
                "Keep one of the two: a key stands once in a mapping.",
            )
            return _Key(node.value, node.place, usable=False)
        frame.keys[node.value] = node.place
        return _Key(node.value, node.place, usable=True)


def type_name(value: object) -> str:
    """What a value is, in an author's words."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {printable(str(value), 24)}"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "a text"


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


HIDDEN = "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
"""Characters that change the order or meaning of what is shown and cannot be seen, as a range of a regular expression.

Joiners (U+200C, U+200D) are left out: emoji and some scripts need them.
"""

_hidden = re.compile(f"[{HIDDEN}\ud800-\udfff]").match
