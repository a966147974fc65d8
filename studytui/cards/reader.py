"""A deck's file in, a deck or its problems out. Nothing in a file, and no file, makes this raise or take long."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from studytui.cards.checks import check_card, check_code
from studytui.cards.deck_checks import check_ids, check_languages
from studytui.cards.explain import explain
from studytui.cards.models import Card, Deck
from studytui.cards.problems import Problem, Source, did_you_mean, printable
from studytui.cards.yaml_nodes import HIDDEN, Node, compose, type_name

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 5_000_000
"""Size of a deck's file; two thousand cards with pages of text in two languages have less."""

MAX_PROBLEMS = 100
"""Problems of one file that are told; whoever has more mends these first."""

_CARD: TypeAdapter[Any] = TypeAdapter(Card)

_UNUSABLE = re.compile(f"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029{HIDDEN}\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a file gave.

    Attributes:
        deck: None where there is an error among the problems.
        problems: in the order of the file; warnings among them leave the deck usable.
        root: the YAML's nodes, for the places of things; None where it could not be read at all.
        source: the text; None where there was none to read.
    """

    deck: Deck | None
    problems: tuple[Problem, ...]
    root: Node | None = None
    source: Source | None = None


def read_deck(path: Path) -> tuple[Deck | None, list[Problem]]:
    """The deck in a file, or None, and every problem of the file at once; a deck may come with warnings."""
    reading = read(path)
    return reading.deck, list(reading.problems)


def read(path: Path) -> Reading:
    """The deck in a file, with the places of its parts."""
    data = _bytes(path)
    if isinstance(data, Problem):
        return Reading(None, (data,))
    text = _text(data, path)
    if isinstance(text, Problem):
        return Reading(None, (text,))
    return read_text(text, path)


def read_text(text: str, path: Path) -> Reading:
    """The deck in `text`, which stands or will stand in `path`."""
    source = Source(path, text)
    unusable = _unusable(source)
    if unusable is not None:
        return Reading(None, (unusable,))
    root, problems = compose(source)
    if root is None:
        if not problems:
            what = "only comments" if text.strip() else "nothing"
            problems = [
                Problem(path, 0, 0, f"the file holds {what}", "A deck starts with `deck: name`, `title:`, `cards:`.")
            ]
        return Reading(None, _cut(problems))
    if not isinstance(root.value, dict):
        return Reading(None, _cut([*problems, _no_mapping(root, source)]))
    deck = None
    try:
        deck = Deck.model_validate(root.value)
    except ValidationError as error:
        problems += explain(error.errors(include_url=False), root, source)
    problems += _check_cards(root, source, deck)
    problems += check_languages(root, source) if deck else []
    problems += check_ids(root, source)
    problems.sort(key=lambda problem: (problem.line, problem.column))
    sound = all(problem.severity == "warning" for problem in problems)
    return Reading(deck if sound else None, _cut(problems), root, source)


def _check_cards(root: Node, source: Source, deck: Deck | None) -> list[Problem]:
    """Problems beyond the models of every card that fits its own; of the others, code that is no Python."""
    problems: list[Problem] = []
    cards = root.child("cards")
    for index, node in enumerate(cards.children if cards and isinstance(cards.children, list) else ()):
        try:
            card = deck.cards[index] if deck else _CARD.validate_python(node.value)
        except ValidationError:
            problems += check_code(node, source)
        else:
            problems += check_card(card, node, source)
    return problems


def _cut(problems: list[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    left = len(problems) - MAX_PROBLEMS
    last = Problem(problems[0].path, 0, 0, f"and {left:,} more problem{'s' if left > 1 else ''}", "Mend these first.")
    return (*problems[:MAX_PROBLEMS], last)


def _no_mapping(root: Node, source: Source) -> Problem:
    if isinstance(root.value, list):
        hint = "Write `deck: name`, `title: …` and `cards:` above it, and indent the list."
    else:
        hint = "A deck starts with `deck: name`, `title:` and `cards:`."
    return source.problem(root.place, f"a deck must hold `key: value` and this file is {type_name(root.value)}", hint)


def _bytes(path: Path) -> bytes | Problem:
    """The file's bytes; anything but a regular file of a fair size is refused before it is opened."""

    def problem(message: str, hint: str = "") -> Problem:
        return Problem(path, 0, 0, message, hint)

    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return problem("this is a folder and no deck", "Rename it, or name a .yaml file in it.")
        if not stat.S_ISREG(found.st_mode):
            return problem("this is no regular file", "Name a .yaml file.")
        if found.st_size > MAX_BYTES:
            return problem(
                f"the file has {found.st_size / 1e6:.1f} MB; a deck's may have {MAX_BYTES / 1e6:.0f} MB",
                "Split it into several decks.",
            )
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        return data if len(data) <= MAX_BYTES else problem("the file grew while it was read", "Try again.")
    except FileNotFoundError:
        return problem("there is no such file", _near_file(path))
    except ValueError:
        return problem("this is no name of a file", "Name a .yaml file.")
    except OSError as error:
        return problem(f"the file cannot be read: {printable(error.strerror or str(error))}", "Mend its permissions.")


def _near_file(path: Path) -> str:
    try:
        names = [entry for entry in os.listdir(path.parent) if entry.endswith((".yaml", ".yml"))][:1_000]  # noqa: PTH208 - texts will do
    except OSError:
        return "Its folder is not there either."
    return did_you_mean(path.name, names) or "Check the name."


def _text(data: bytes, path: Path) -> str | Problem:
    """The file's text, without a byte order mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(path, 0, 0, "the file is UTF-16", "Save it as UTF-8.")
    if b"\0" in data:
        return Problem(path, 0, 0, "the file is binary and no deck", "Name a YAML text file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = Source(path, data[: error.start].decode("utf-8", "replace"))
        line, column = before.place(len(before.text))
        return Problem(
            path,
            line,
            column,
            f"the file is not UTF-8: byte 0x{data[error.start]:02x} stands here",
            "Save it as UTF-8.",
        )


def _unusable(source: Source) -> Problem | None:
    """A character that YAML refuses, that a terminal would obey, or that hides what it does to the text."""
    tab = source.text.find("\t")
    if tab >= 0:
        more = sum("\t" in line for line in source.text[tab:].split("\n")) - 1
        others = f", and tabs on {more} more line{'s' if more > 1 else ''}" if more else ""
        return source.problem(
            source.place(tab), f"a tab stands here{others}", 'Use spaces; a tab in a text is `\\t` in "…".'
        )
    found = _UNUSABLE.search(source.text)
    if found is None:
        return None
    return source.problem(
        source.place(found.start()),
        f"the character U+{ord(found.group()):04X} stands here, which cannot be seen",
        "Delete it; it may have come along with copied text.",
    )
