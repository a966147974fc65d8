"""A snippet's source by line and place, and what a line of it made: Python's own tracing tells when one is done."""

from __future__ import annotations

import ast
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from studytui.grader.children.snippet import SNIPPET_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from studytui.grader.children.arrays import Arrays

LONGEST_FACT = 72
LONGEST_NAME = 48
WHOLE = "="
"""The name of what a line gives as a whole."""
WAYS = 3
"""What a name stood for in a loop: the first so many different shapes."""

Place = tuple[int, int, int, int]
"""First line and column (in bytes), last line and column: where in the snippet a call stands."""


class Text:
    """The snippet's source: its statements by line, and the text of any place in it."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.rows = [row.encode() for row in code.split("\n")]
        self.tree = ast.parse(code)
        self.statements: dict[int, ast.stmt] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.stmt):
                body = body_of(node)
                last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
                for line in range(node.lineno, max(last, node.lineno) + 1):
                    known = self.statements.get(line)
                    if known is None or node.lineno >= known.lineno:
                        self.statements[line] = node

    def at(self, place: Place) -> str:
        """The source at a place, in one line."""
        first, start, last, end = place
        rows = self.rows[first - 1 : last]
        rows[-1] = rows[-1][:end]
        rows[0] = rows[0][start:]
        return " ".join(b" ".join(rows).decode(errors="replace").split())

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The source of a node, in one line."""
        return self.at((node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0))

    def line_of(self, place: Place) -> int:
        """The line on which the statement at a place begins."""
        statement = self.statements.get(place[0])
        return place[0] if statement is None else statement.lineno

    def row(self, line: int) -> str:
        """A line of the source, without its indentation."""
        return self.rows[line - 1].decode(errors="replace").strip() if 0 < line <= len(self.rows) else ""


def body_of(node: ast.stmt) -> list[ast.stmt]:
    """The statements inside a compound one."""
    return getattr(node, "body", [])


class Lines:
    """What Python's tracing calls: notes what each statement has assigned once it is done."""

    def __init__(self, text: Text, arrays: Arrays) -> None:
        self.facts: dict[int, dict[str, list[str]]] = {}
        self.round = 0
        """Counts the lines that were begun: what happens in another round happens once more."""
        self._text = text
        self._arrays = arrays
        self._running: dict[FrameType, ast.stmt] = {}

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Callable[..., Any] | None:
        """Follow the frames of the snippet's own code, as `sys.settrace` asks for each that begins."""
        return self._local if event == "call" and frame.f_code.co_filename == SNIPPET_FILE else None

    def _local(self, frame: FrameType, event: str, _arg: Any) -> Callable[..., Any]:
        with suppress(Exception):  # a value may raise when it is looked at, which is not the snippet's doing
            self.round += event == "line"
            if event in ("line", "return"):
                self._finish(frame)
            elif event == "exception":
                self._running.pop(frame, None)
            if event == "line" and (statement := self._text.statements.get(frame.f_lineno)) is not None:
                if self._running.get(frame) is not statement and frame.f_code.co_name == "<module>":
                    self._arrays.before(statement, frame.f_globals)
                self._running[frame] = statement
        return self._local

    def _finish(self, frame: FrameType) -> None:
        statement = self._running.pop(frame, None)
        name = frame.f_code.co_name
        if statement is None or (name.startswith("<") and name != "<module>"):
            return
        for target in targets_of(statement):
            if target in frame.f_locals:
                self.note(statement.lineno, target, in_short(frame.f_locals[target]))

    def note(self, line: int, name: str, what: str) -> None:
        """A name on a line stood for something."""
        if not what:
            return
        ways = self.facts.setdefault(line, {}).setdefault(shortened(name), [])
        if what not in ways and len(ways) <= WAYS:
            ways.append(what if len(ways) < WAYS else "…")

    def note_value(self, value: Any) -> None:
        """The value of the snippet's last expression."""
        last = self._text.tree.body[-1] if self._text.tree.body else None
        if isinstance(last, ast.Expr) and value is not None:
            self.note(last.lineno, WHOLE, in_short(value))


def shortened(text: str, longest: int = LONGEST_NAME) -> str:
    """The text of an expression as a name: a long one without what stands in brackets, and of that the end."""
    if len(text) <= longest:
        return text
    parts: list[str] = []
    depth = 0
    for character in text:
        depth -= character in ")]}"
        if depth <= 0:
            parts.append(character)
        if character in "([{":
            depth += 1
            parts += "…" if depth == 1 else ""
    short = "".join(parts)
    return short if len(short) <= 2 * longest else f"…{short[-longest:]}"


def targets_of(statement: ast.stmt) -> Iterator[str]:
    """The names a statement assigns."""
    roots: list[ast.AST] = []
    if isinstance(statement, ast.Assign):
        roots = [*statement.targets]
    elif isinstance(statement, (ast.AugAssign, ast.AnnAssign, ast.For)):
        roots = [statement.target]
    elif isinstance(statement, ast.With):
        roots = [item.optional_vars for item in statement.items if item.optional_vars is not None]
    for root in roots:
        for node in ast.walk(root):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def in_short(value: Any, depth: int = 0) -> str:
    """A value in a few words: a tensor by dtype and shape, a plain number as it is; empty for what tells nothing."""
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')} {list(value.shape)}"
    if isinstance(value, np.ndarray):
        return f"ndarray {value.dtype} {list(value.shape)}"
    if isinstance(value, (torch.Size, torch.dtype)):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str, np.generic)):
        text = repr(value) if not isinstance(value, int) or abs(value) < 1 << 1024 else "…"
        return text if len(text) <= LONGEST_FACT else ""
    if isinstance(value, (tuple, list)) and depth < 3 and len(value) <= 64:
        parts = [in_short(item, depth + 1) for item in value]
        if not all(parts) or not parts:
            return ""
        text = ", ".join(parts)
        if len(text) > LONGEST_FACT:
            text = ", ".join(parts[:2]) + ", …"
        return f"[{text}]" if isinstance(value, list) else f"({text}{',' if len(parts) == 1 else ''})"
    return ""
