"""The snippet of a predict card, run once more to be looked at: what each line makes, and which cell goes where.

Two observers stand by. Python's own tracing tells when a line is done: what it assigned is described then, by shape and
dtype. torch tells of each of its functions that the snippet calls (a `TorchFunctionMode` sees methods, operators,
indexing, and what modules call inside): its arguments are kept, and after the snippet's end the call is run again and
again on other values of the same shapes, which `children.sources` makes sources of.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import sys
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from studytui.grader.children.learner import Printed, describe
from studytui.grader.children.panels import Room, names, panel, picture
from studytui.grader.children.snippet import SNIPPET_FILE, execute, names_of_snippets
from studytui.grader.children.sources import Kept, is_plain, sources, tensors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from studytui.grader.wire import Channel, Header

MOST_CALLS = 48
"""Calls whose arguments are kept."""
MOST_KEPT = 1 << 18
"""Elements of the tensors a call gets, for them to be kept."""
MOST_INPUTS = 8
MOST_PICTURES = 16
LONGEST_FACT = 72
LONGEST_NAME = 48
VIEWING = frozenset("T H mT mH real imag".split())
"""Properties that are operations."""
INITIALISING = frozenset(
    "normal uniform kaiming_uniform kaiming_normal xavier_uniform xavier_normal trunc_normal".split()
)
WAYS = 3
"""What a name stood for in a loop: the first so many different shapes."""

Place = tuple[int, int, int, int]
"""First line and column (in bytes), last line and column: where in the snippet a call stands."""


def serve(channel: Channel, job: Header, device: str) -> None:  # noqa: ARG001 - one signature for all roles
    """Trace the snippet and send its lines."""
    channel.send({"event": "trace", "lines": trace(job["code"], int(job["seed"]), float(job["seconds"]))})


def trace(code: str, seed: int, seconds: float) -> list[dict[str, Any]]:
    """The lines of a snippet that made something, each with its facts and pictures; `seconds` for the pictures."""
    deadline = time.monotonic() + seconds
    try:
        text = _Text(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1
        return [_line(line, "", [], [], f"{type(error).__name__}: {getattr(error, 'msg', error)}")]
    torch.manual_seed(seed)
    np.random.seed(seed)
    scope = names_of_snippets()
    lines, raised = _Lines(text), None
    calls = _Calls(text, scope, lines)
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
    return _told(text, lines, calls, raised, deadline)


class _Text:
    """The snippet's source: its statements by line, and the text of any place in it."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.rows = [row.encode() for row in code.split("\n")]
        self.tree = ast.parse(code)
        self.statements: dict[int, ast.stmt] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.stmt):
                body = _body(node)
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

    def row(self, line: int) -> str:
        """A line of the source, without its indentation."""
        return self.rows[line - 1].decode(errors="replace").strip() if 0 < line <= len(self.rows) else ""


def _body(node: ast.stmt) -> list[ast.stmt]:
    """The statements inside a compound one."""
    return getattr(node, "body", [])


class _Lines:
    """What Python's tracing calls: notes what each statement has assigned once it is done."""

    def __init__(self, text: _Text) -> None:
        self.facts: dict[int, dict[str, list[str]]] = {}
        self.round = 0
        """Counts the lines that were begun: what happens in another round happens once more."""
        self._text = text
        self._running: dict[FrameType, ast.stmt] = {}

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Callable[..., Any] | None:
        if frame.f_code.co_filename != SNIPPET_FILE:
            return None
        return self._local if event == "call" else None

    def _local(self, frame: FrameType, event: str, _arg: Any) -> Callable[..., Any]:
        self.round += event == "line"
        if event in ("line", "return"):
            self._finish(frame)
        elif event == "exception":
            self._running.pop(frame, None)
        if event == "line" and (statement := self._text.statements.get(frame.f_lineno)) is not None:
            self._running[frame] = statement
        return self._local

    def _finish(self, frame: FrameType) -> None:
        statement = self._running.pop(frame, None)
        name = frame.f_code.co_name
        if statement is None or (name.startswith("<") and name != "<module>"):
            return
        for target in _targets(statement):
            if target in frame.f_locals:
                self.note(statement.lineno, target, in_short(frame.f_locals[target]))

    def note(self, line: int, name: str, what: str) -> None:
        """A name on a line stood for something."""
        if not what:
            return
        ways = self.facts.setdefault(line, {}).setdefault(name[:LONGEST_NAME], [])
        if what not in ways and len(ways) <= WAYS:
            ways.append(what if len(ways) < WAYS else "…")

    def note_value(self, value: Any) -> None:
        """The value of the snippet's last expression."""
        last = self._text.tree.body[-1] if self._text.tree.body else None
        if isinstance(last, ast.Expr) and value is not None:
            self.note(last.lineno, self._text.of(last.value), in_short(value))


def _targets(statement: ast.stmt) -> Iterator[str]:
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


@dataclass(slots=True)
class _Call:
    """A call of a function of torch's, with its arguments as they were."""

    function: Any
    args: Any
    kwargs: Any
    kept: list[Kept]
    place: Place
    names: list[str]
    state: tuple[Any, Any]
    what: str = ""
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    inputs: list[list[Any]] = field(default_factory=list)
    outputs: list[list[Any]] = field(default_factory=list)

    def rename_outputs(self, targets: list[str]) -> None:
        """Call the outputs what they are assigned to."""
        if len(targets) in (1, len(self.outputs)):
            called = targets if len(targets) == len(self.outputs) else names(len(self.outputs), targets[0])
            self.outputs = [[name, shown] for name, (_, shown) in zip(called, self.outputs, strict=True)]

    @property
    def word(self) -> str:
        """The function's own name."""
        return str(getattr(self.function, "__name__", "")).strip("_")

    @property
    def gives(self) -> Callable[[list[torch.Tensor]], Any]:
        """The call as a function of its tensors; one that gives nothing is looked at for what it has changed."""

        def again(given: list[torch.Tensor]) -> Any:
            torch.set_rng_state(self.state[0])
            np.random.set_state(self.state[1])
            args, kwargs = _put(self.args, given), _put(self.kwargs, given)
            result = self.function(*args, **kwargs)
            return given[0] if result is None else result

        return again


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where in a call's arguments a tensor belongs."""

    number: int


class _Calls(TorchFunctionMode):
    """Keeps the calls the snippet makes; whatever goes wrong in here, the snippet is none the wiser."""

    def __init__(self, text: _Text, scope: dict[str, Any], lines: _Lines) -> None:
        super().__init__()
        self.found: list[_Call] = []
        self.room = Room()
        self._lines = lines
        self._text = text
        self._scope = scope
        self._rounds: dict[Place, int] = {}
        self._texts: dict[int, str] = {}
        self._alive: list[Any] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        call, place = None, None
        with suppress(Exception):
            frame, place = _place()
            if frame is not None and place is not None and not _is_inner_work(func):
                call = self._before(frame, place, func, args, kwargs)
        result = func(*args, **kwargs)
        with suppress(Exception):
            if place is not None:
                self._name(result, self._text.at(place))
            if call is not None:
                self._after(call, args[0] if result is None and args else result)
        return result

    def _name(self, result: Any, text: str) -> None:
        """What the snippet writes for a result, for where it goes on without a name."""
        made = tensors_of(result) or []
        self._texts |= {id(one): text for one in made if len(text) <= LONGEST_NAME}
        self._alive += made  # an identity is that of a living object

    def _before(self, frame: FrameType, place: Place, func: Any, args: Any, kwargs: Any) -> _Call | None:
        if len(self.found) >= MOST_CALLS or self._rounds.setdefault(place, self._lines.round) != self._lines.round:
            return None
        tensors: list[torch.Tensor] = []
        slotted = _slotted(args, tensors), _slotted(kwargs, tensors)
        if not 0 < len(tensors) <= MOST_INPUTS or sum(one.numel() for one in tensors) > MOST_KEPT:
            return None
        if any(tensors_of(one) is None for one in tensors):
            return None
        known = self._known(frame)
        state = torch.get_rng_state(), np.random.get_state()
        kept = [Kept.of(one) for one in tensors]
        called = [known.get(id(one)) or self._texts.get(id(one), "") for one in tensors]
        self._alive += tensors
        return _Call(func, *slotted, kept, place, _distinct(called), state)

    def _known(self, frame: FrameType) -> dict[int, str]:
        """What the snippet calls its tensors, parameters of its modules among them, by their identity."""
        known: dict[int, str] = {}
        for name, value in [*self._scope.items(), *frame.f_locals.items()]:
            if isinstance(value, torch.Tensor):
                known[id(value)] = name
            elif isinstance(value, torch.nn.Module):
                known |= {id(part): f"{name}.{path}" for path, part in value.named_parameters()}
        return known

    def _after(self, call: _Call, result: Any) -> None:
        outputs = tensors_of(result)
        if outputs is None:
            return
        call.what = in_short(result)
        call.shapes = [tuple(one.shape) for one in outputs]
        before = [one.laid_out(one.values) for one in call.kept]
        call.inputs = [panel(name, one, self.room) for name, one in zip(call.names, before, strict=True)]
        call.outputs = [panel(name, one, self.room) for name, one in zip(names(len(outputs)), outputs, strict=True)]
        self.found.append(call)


def _place() -> tuple[FrameType | None, Place | None]:
    """The frame of the snippet's own code that runs, and where in the source it is."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename != SNIPPET_FILE:
        frame = frame.f_back
    if frame is None:
        return None, None
    first, last, start, end = next(itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    known = first is not None and last is not None and start is not None and end is not None
    return frame, (first, start, last, end) if known else None  # type: ignore[return-value]


def _is_inner_work(function: Any) -> bool:
    """Whether a function is what modules do to make or look at their parameters."""
    name = str(getattr(function, "__name__", ""))
    if name == "__get__":
        return str(getattr(getattr(function, "__self__", None), "__name__", "")) not in VIEWING
    return name in ("__set__", "__delete__") or (name.rstrip("_") in INITIALISING and name.endswith("_"))


def _slotted(value: Any, tensors: list[torch.Tensor], depth: int = 0) -> Any:
    """Arguments with a slot in the place of each tensor, which goes to `tensors`."""
    if isinstance(value, torch.Tensor):
        known = next((number for number, one in enumerate(tensors) if one is value), None)
        if known is None:
            known = len(tensors)
            tensors.append(value)
        return _Slot(known)
    if type(value) in (tuple, list) and depth < 3:
        return type(value)(_slotted(item, tensors, depth + 1) for item in value)
    if type(value) is dict:
        return {key: _slotted(item, tensors, depth + 1) for key, item in value.items()}
    return value


def _put(value: Any, tensors: list[torch.Tensor]) -> Any:
    """What `_slotted` has made, with tensors in the slots."""
    if isinstance(value, _Slot):
        return tensors[value.number]
    if type(value) in (tuple, list):
        return type(value)(_put(item, tensors) for item in value)
    if type(value) is dict:
        return {key: _put(item, tensors) for key, item in value.items()}
    return value


def _distinct(called: list[str]) -> list[str]:
    """Names, a letter for what has none."""
    free = (letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in called)
    return [name or next(free) for name in called]


class _Raised:
    """What a snippet raised, on which of its lines, and what was there."""

    def __init__(self, error: BaseException) -> None:
        told = describe(error)
        self.line = 0
        self.says = f"{told['type']}: {told['message']}"[:400]
        self._names: dict[str, Any] = {}
        place = error.__traceback__
        while place is not None:
            if place.tb_frame.f_code.co_filename == SNIPPET_FILE:
                self.line, self._names = place.tb_lineno, {**place.tb_frame.f_globals, **place.tb_frame.f_locals}
            place = place.tb_next

    def read_by(self, statement: ast.stmt | None) -> list[tuple[str, str]]:
        """The names a statement reads, with what they stood for: most errors are about shapes."""
        nodes = [] if statement is None or _body(statement) else ast.walk(statement)
        read = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
        return [
            (name, what)
            for name in dict.fromkeys(read)
            if (what := in_short(self._names.get(name))) not in ("", "None")
        ]


def _told(text: _Text, lines: _Lines, calls: _Calls, error: _Raised | None, deadline: float) -> list[dict[str, Any]]:
    """Every line that made something, raised, or has a picture."""
    many = Counter(call.place for call in calls.found)
    drawn: dict[int, list[dict[str, Any]]] = {}
    facts = {line: [(name, " → ".join(ways)) for name, ways in found.items()] for line, found in lines.facts.items()}
    for call in calls.found:
        statement = text.statements.get(call.place[0])
        line = call.place[0] if statement is None else statement.lineno
        expression = text.of(statement) if statement is not None and call.word == "setitem" else text.at(call.place)
        if many[call.place] > 1:
            expression = f"{expression} · {call.word}"
        whole = isinstance(statement, (ast.Assign, ast.Expr)) and text.of(statement.value) == expression
        if whole and isinstance(statement, ast.Assign):
            call.rename_outputs([target.id for target in _leaves(statement.targets[0])])
        made = (
            None if sum(map(len, drawn.values())) >= MOST_PICTURES else _picture(call, expression, calls.room, deadline)
        )
        if made is not None:
            drawn.setdefault(line, []).append(made)
        known = lines.facts.get(line, {})
        fact = (expression[:LONGEST_NAME], call.what)
        listed = facts.setdefault(line, [])
        if not (whole and known) and (made is not None or not known) and call.what and fact not in listed:
            listed.insert(len(listed) - len(known), fact)
    if error is not None:
        failed = text.statements.get(error.line)
        error.line = error.line if failed is None else failed.lineno
        facts[error.line] = [*facts.get(error.line, []), *error.read_by(failed)]
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


def _picture(call: _Call, expression: str, room: Room, deadline: float) -> dict[str, Any] | None:
    """The picture of a call; None where it would tell nothing."""
    left = deadline - time.monotonic()
    found = sources(call.gives, call.kept, left) if left > 0 else None
    if found is None or is_plain(found, call.kept, call.shapes):
        return None
    made = picture(expression, call.inputs, call.outputs, found, room)
    return made if made["cells"] else None


def _line(
    number: int, code: str, facts: list[tuple[str, str]], pictures: list[dict[str, Any]], error: str
) -> dict[str, Any]:
    return {"number": number, "code": code, "facts": facts, "pictures": pictures, "error": error}
