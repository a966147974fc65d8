"""What is wrong with one card, collected: each problem at its place in the file, all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.cards.python_code import CodeError, parse_code, place_in

if TYPE_CHECKING:
    import ast

    from studytui.cards.problems import Problem, Severity, Source
    from studytui.cards.yaml_nodes import Node

LIBRARIES = frozenset({"torch", "F", "nn", "np", "math"})
"""Modules in scope of the code of a reference."""


class CardCheck:
    """Collects problems of one card, placed by paths of keys below it."""

    def __init__(self, node: Node, source: Source) -> None:
        self.node = node
        self.source = source
        self.problems: list[Problem] = []

    def at(self, *steps: str | int) -> Node:
        """The node at a path, or the deepest above it."""
        node = self.node
        for step in steps:
            child = node.child(step)
            if child is None:
                break
            node = child
        return node

    def note(self, steps: tuple[str | int, ...], message: str, hint: str = "", severity: Severity = "error") -> None:
        """A problem of the value at a path."""
        self.problems.append(self.source.problem(self.at(*steps).place, message, hint, severity))

    def note_key(
        self, steps: tuple[str | int, ...], message: str, hint: str = "", severity: Severity = "error"
    ) -> None:
        """A problem of the last key of a path."""
        *above, key = steps
        parent = self.at(*above)
        self.problems.append(self.source.problem(parent.keys.get(str(key), parent.place), message, hint, severity))

    def note_offset(self, steps: tuple[str | int, ...], offset: int, message: str, hint: str = "") -> None:
        """A problem at a character of a text."""
        before = self.at(*steps).text[:offset].split("\n")
        self.note_code(steps, CodeError(message, len(before), len(before[-1]) + 1), hint)

    def note_code(self, steps: tuple[str | int, ...], error: CodeError, hint: str = "") -> None:
        """A problem inside code, at its own line."""
        node = self.at(*steps)
        self.problems.append(self.source.problem(place_in(node, self.source, error), str(error), hint))

    def code(self, steps: tuple[str | int, ...], text: str) -> ast.Module | None:
        """Code parsed, or None with its problem noted."""
        try:
            return parse_code(text)
        except CodeError as error:
            self.note_code(steps, error)
            return None
