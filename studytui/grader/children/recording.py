"""The calls of torch's functions that a snippet makes, kept to be made again on other values.

A `TorchFunctionMode` sees them all: methods, operators, indexing, and what modules call inside.
"""

from __future__ import annotations

import inspect
import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from studytui.grader.children.lines import body_of, in_short, shortened
from studytui.grader.children.panels import Room, names, panel
from studytui.grader.children.snippet import SNIPPET_FILE
from studytui.grader.children.sources import Kept, tensors_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from studytui.grader.children.lines import Lines, Place, Text

MOST_CALLS = 48
"""Calls whose arguments are kept."""
MOST_KEPT = 1 << 18
"""Elements of the tensors a call gets, for them to be kept."""
MOST_INPUTS = 8
LONGEST_CALLED = 24
"""Characters of an expression that can be a name."""
VIEWING = frozenset("T H mT mH real imag".split())
"""Properties that are operations."""
_TORCH = f"{Path(torch.__file__).parent}/"
_PARTS = (
    "nn/functional.py nn/modules/ functional.py _tensor.py _jit_internal.py overrides.py _ops.py utils/_contextlib.py"
)
PASSING_ON = tuple(f"{_TORCH}{part}" for part in _PARTS.split())
"""Python code of torch's that gives back what the call in it gives; in any other a call is not the snippet's own."""
BUILDING = frozenset({"__init__", "reset_parameters"})


@dataclass(slots=True)
class Call:
    """A call of a function of torch's, with its arguments as they were."""

    function: Any
    args: Any
    kwargs: Any
    kept: list[Kept]
    place: Place
    names: list[str]
    got: list[str]
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


class Calls(TorchFunctionMode):
    """Keeps the calls the snippet makes; whatever goes wrong in here, the snippet is none the wiser."""

    def __init__(self, text: Text, scope: dict[str, Any], lines: Lines) -> None:
        super().__init__()
        self.found: list[Call] = []
        self.room = Room()
        self.failed: Call | None = None
        """The call that runs, or that raised."""
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
            frame, place = self._place(func)
            if frame is not None and place is not None:
                call = self._before(frame, place, func, args, kwargs)
        self.failed = call
        result = func(*args, **kwargs)
        self.failed = None
        with suppress(Exception):
            if place is not None:
                self._name(result, self._text.at(place))
            if call is not None:
                self._after(call, args[0] if result is None and call.word == "setitem" else result)
        return result

    def _place(self, func: Any) -> tuple[FrameType | None, Place | None]:
        """The frame of the snippet's own code, and where in the source it is; only of calls whose result it gets."""
        name = str(getattr(func, "__name__", ""))
        if name == "__get__":
            name = str(getattr(getattr(func, "__self__", None), "__name__", ""))
            if name not in VIEWING:
                return None, None
        frame = inspect.currentframe()
        while frame is not None and frame.f_code.co_filename != SNIPPET_FILE:
            file = frame.f_code.co_filename
            if frame.f_code.co_name in BUILDING or not (file == __file__ or file.startswith(PASSING_ON)):
                return None, None
            frame = frame.f_back
        if frame is None:
            return None, None
        first, last, start, end = next(itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
        if first is None or last is None or start is None or end is None:
            return frame, None
        statement = self._text.statements.get(first)
        covers_body = statement is not None and last > first and bool(body_of(statement))
        return frame, None if covers_body else (first, start, last, end)

    def _name(self, result: Any, text: str) -> None:
        """What the snippet writes for a result, for where it goes on without a name."""
        made = tensors_of(result) or []
        self._texts |= {id(one): shortened(text, LONGEST_CALLED) for one in made}
        self._alive += made  # an identity is that of a living object

    def _before(self, frame: FrameType, place: Place, func: Any, args: Any, kwargs: Any) -> Call | None:
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
        return Call(func, *slotted, kept, place, _distinct(called), [in_short(one) for one in tensors], state)

    def _known(self, frame: FrameType) -> dict[int, str]:
        """What the snippet calls its tensors, those of its modules among them, by their identity."""
        known: dict[int, str] = {}
        for name, value in [*self._scope.items(), *frame.f_locals.items()]:
            if isinstance(value, torch.Tensor):
                known[id(value)] = name
            elif isinstance(value, torch.nn.Module):
                named = itertools.chain(value.named_parameters(), value.named_buffers())
                known |= {id(part): f"{name}.{path}" for path, part in named}
        return known

    def _after(self, call: Call, result: Any) -> None:
        outputs = tensors_of(result)
        if outputs is None:
            return
        call.what = in_short(result)
        call.shapes = [tuple(one.shape) for one in outputs]
        before = [one.laid_out(one.values) for one in call.kept]
        call.inputs = [panel(name, one, self.room) for name, one in zip(call.names, before, strict=True)]
        call.outputs = [panel(name, one, self.room) for name, one in zip(names(len(outputs)), outputs, strict=True)]
        self.found.append(call)


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
