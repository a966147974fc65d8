"""The snippet of a predict card, run once more to be looked at: what each line makes, and which cell goes where.

Two observers stand by. `children.lines` describes what a line has made, by shape and dtype. `children.recording` keeps
the calls of torch's functions with their arguments; after the snippet's end each is run again and again on other values
of the same shapes, which `children.sources` makes sources of.
"""

from __future__ import annotations

import ast
import sys
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from studytui.errors import described
from studytui.grader.children.arrays import Arrays
from studytui.grader.children.learner import describe
from studytui.grader.children.lines import WHOLE, Lines, Text, body_of, in_short, shortened
from studytui.grader.children.panels import names, panel, picture
from studytui.grader.children.printed import Printed
from studytui.grader.children.recording import Calls
from studytui.grader.children.snippet import SNIPPET_FILE, execute, names_of_snippets
from studytui.grader.children.sources import is_plain, sources, tensors_of

if TYPE_CHECKING:
    from studytui.grader.children.arrays import ArrayExpression
    from studytui.grader.children.panels import Room
    from studytui.grader.children.recording import Call
    from studytui.grader.wire import Channel, Header
MOST_PICTURES = 16
LONGEST_ERROR = 300


def serve(channel: Channel, job: Header, device: str) -> None:  # noqa: ARG001 - one signature for all roles
    """Trace the snippet and send its lines."""
    channel.send({"event": "trace", "lines": trace(job["code"], int(job["seed"]), float(job["seconds"]))})


def trace(code: str, seed: int, seconds: float) -> list[dict[str, Any]]:
    """The lines of a snippet that made something, each with its facts and pictures; `seconds` for the pictures."""
    deadline = time.monotonic() + seconds
    try:
        text = Text(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        return [_line(line, "", [], [], described(error, getattr(error, "msg", None)))]
    torch.manual_seed(seed)
    np.random.seed(seed)
    scope = names_of_snippets()
    arrays, raised = Arrays(), None
    lines = Lines(text, arrays)
    calls = Calls(text, scope, lines)
    try:
        with redirect_stdout(Printed()), redirect_stderr(Printed()), calls:
            sys.settrace(lines)
            try:
                value = execute(code, scope)
            finally:
                sys.settrace(None)
        lines.note_value(value)
    except BaseException as error:  # noqa: BLE001 - what a snippet raises belongs to what is shown
        raised = _Raised(error)
    return _told(text, lines, calls, arrays, raised, deadline)


class _Raised:
    """What a snippet raised, on which of its lines, and what was there."""

    def __init__(self, error: BaseException) -> None:
        told = describe(error)
        self.line = 0
        self.says = " ".join(f"{told['type']}: {told['message']}".split())[:LONGEST_ERROR]
        self._names: dict[str, Any] = {}
        place = error.__traceback__
        while place is not None:
            if place.tb_frame.f_code.co_filename == SNIPPET_FILE:
                self.line, self._names = place.tb_lineno, {**place.tb_frame.f_globals, **place.tb_frame.f_locals}
            place = place.tb_next

    def read_by(self, statement: ast.stmt | None) -> list[tuple[str, str]]:
        """The names a statement reads, with what they stood for: most errors are about shapes."""
        nodes = [] if statement is None or body_of(statement) else ast.walk(statement)
        read = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        return [
            (name, what)
            for name in dict.fromkeys(read)
            if (what := in_short(self._names.get(name))) not in ("", "None")
        ]


def _told(
    text: Text, lines: Lines, calls: Calls, arrays: Arrays, error: _Raised | None, deadline: float
) -> list[dict[str, Any]]:
    """Every line that made something, raised, or has a picture."""
    many = Counter(call.place for call in calls.found)
    last = {text.line_of(call.place): call for call in calls.found}
    drawn: dict[int, list[dict[str, Any]]] = {}
    facts = {line: [(name, " → ".join(ways)) for name, ways in found.items()] for line, found in lines.facts.items()}
    for call in calls.found:
        statement = text.statements.get(call.place[0])
        line = text.line_of(call.place)
        expression = text.of(statement) if statement is not None and call.word == "setitem" else text.at(call.place)
        if many[call.place] > 1:
            expression = f"{expression} · {call.word}"
        whole = isinstance(statement, (ast.Assign, ast.Expr)) and text.of(statement.value) == expression
        if whole and isinstance(statement, ast.Assign):
            call.rename_outputs([target.id for target in _leaves(statement.targets[0])])
        made = (
            None if sum(map(len, drawn.values())) >= MOST_PICTURES else _picture(call, expression, calls.room, deadline)
        )
        if made is not None and made not in drawn.setdefault(line, []):
            drawn[line].append(made)
        known = lines.facts.get(line, {})
        fact = (WHOLE if whole else shortened(expression), call.what)
        listed = facts.setdefault(line, [])
        is_last = call is last[line]
        if not (whole and known) and (made is not None or (not known and is_last)) and call.what and fact not in listed:
            listed.insert(len(listed) - len(known), fact)
    for read in arrays.found.values():
        line = text.line_of((read.node.lineno, 0, 0, 0))
        if not any(text.line_of(call.place) == line for call in calls.found) and time.monotonic() < deadline:
            made = _picture_of_arrays(read, text, calls.room, deadline)
            if made is not None:
                drawn.setdefault(line, []).append(made)
                shown = made["outputs"][0][1]["tensor"]
                facts.setdefault(line, [(made["expression"], f"ndarray {shown['dtype']} {shown['shape']}")])
    if error is not None:
        failed = text.statements.get(error.line)
        error.line = error.line if failed is None else failed.lineno
        got = [] if calls.failed is None else list(zip(calls.failed.names, calls.failed.got, strict=True))
        facts[error.line] = [*dict.fromkeys([*facts.get(error.line, []), *(got or error.read_by(failed))])]
    return [
        _line(
            line,
            text.row(line),
            facts[line],
            drawn.get(line, []),
            "" if not error or error.line != line else error.says,
        )
        for line in sorted(facts)
        if facts[line] or (error is not None and line == error.line)
    ]


def _leaves(target: ast.expr) -> list[ast.Name]:
    """The names of an assignment's target, if it is nothing but names."""
    parts = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    return [part for part in parts if isinstance(part, ast.Name)]


def _picture(call: Call, expression: str, room: Room, deadline: float) -> dict[str, Any] | None:
    """The picture of a call; None where it would tell nothing."""
    left = deadline - time.monotonic()
    found = sources(call.gives, call.kept, left) if left > 0 else None
    if found is None or is_plain(found, call.kept, call.shapes):
        return None
    made = picture(expression, call.inputs, call.outputs, found, room)
    return made if made["cells"] else None


def _picture_of_arrays(expression: ArrayExpression, text: Text, room: Room, deadline: float) -> dict[str, Any] | None:
    """The picture of an expression over arrays; None where it would tell nothing."""
    try:
        before = [one.laid_out(one.values) for one in expression.kept]
        outputs = tensors_of(expression.gives([one.clone() for one in before]))
    except Exception:  # noqa: BLE001 - what raises has no picture
        return None
    found = None if not outputs else sources(expression.gives, expression.kept, deadline - time.monotonic())
    if not outputs or found is None or is_plain(found, expression.kept, [tuple(one.shape) for one in outputs]):
        return None
    inputs = [panel(name, one, room) for name, one in zip(expression.names, before, strict=True)]
    given = [panel(name, one, room) for name, one in zip(names(len(outputs)), outputs, strict=True)]
    made = picture(text.of(expression.node), inputs, given, found, room)
    return made if made["cells"] else None


def _line(
    number: int, code: str, facts: list[tuple[str, str]], pictures: list[dict[str, Any]], error: str
) -> dict[str, Any]:
    return {"number": number, "code": code, "facts": facts, "pictures": pictures, "error": error}
