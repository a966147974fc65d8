"""Any expression over named inputs, run once for its result and then traced: `studytui picture`.

`children.sources` says how. Here are the names that an expression may use, and errors with their place in it.
"""

from __future__ import annotations

import ast
import builtins
import math
import traceback
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import nn

from studytui.grader.children.learner import describe
from studytui.grader.children.panels import Room, names, panel, picture
from studytui.grader.children.sources import Kept, sources, tensors_of

if TYPE_CHECKING:
    from types import CodeType

    from studytui.grader.wire import Channel, Header

SEED = 0
SHARE = 0.6
"""Of the time there is, what the search for sources may take."""


class _FaultError(Exception):
    """What ends the job, as it is told to the referee."""

    def __init__(self, **said: Any) -> None:
        super().__init__()
        self.said: Header = {"event": "fault", **said}


def serve(channel: Channel, job: Header, device: str) -> None:  # noqa: ARG001 - one signature for all roles
    """Run and trace one expression."""
    try:
        found = _traced(job["expression"], job["inputs"], float(job["seconds"]) * SHARE)
    except _FaultError as fault:
        channel.send(fault.said)
        return
    channel.send({"event": "picture", "picture": found})


def _traced(expression: str, inputs: list[list[str]], seconds: float) -> dict[str, Any]:
    _seed()
    scope = _scope()
    for name, source in inputs:
        scope[name] = _run(_compiled(source, name), scope, name, source)
    code = _compiled(expression, "")
    used = [name for name in _names_in(expression) if name in dict(inputs) and _is_tensor(scope[name])]
    kept = [Kept.of(tensor) for name in used for tensor in tensors_of(scope[name]) or ()]
    room = Room()
    shown = [panel(name, tensor, room) for name in used for tensor in tensors_of(scope[name]) or ()]
    state = torch.get_rng_state(), np.random.get_state()
    result = _run(code, scope, "", expression)
    outputs = tensors_of(result)
    if outputs is None:
        raise _FaultError(kind="no_tensor", name="", type=type(result).__name__)
    if not used:
        raise _FaultError(kind="no_input", name="")
    arrays = [isinstance(scope[name], np.ndarray) for name in used]
    drawn = [panel(name, tensor, room) for name, tensor in zip(names(len(outputs)), outputs, strict=True)]

    def function(given: list[torch.Tensor]) -> Any:
        torch.set_rng_state(state[0])
        np.random.set_state(state[1])  # the expression may use the global generator
        put = (tensor.numpy() if array else tensor for tensor, array in zip(given, arrays, strict=True))
        return eval(code, {**scope, **dict(zip(used, put, strict=True))})  # what this child is for

    return picture(expression, shown, drawn, sources(function, kept, seconds), room)


def _scope() -> dict[str, Any]:
    """The names of torch stand bare, as long as they hide none of Python's."""
    bare = {name: value for name, value in vars(torch).items() if not (name.startswith("_") or hasattr(builtins, name))}
    return {**bare, "torch": torch, "F": F, "nn": nn, "np": np, "math": math, "__name__": "picture"}


def _seed() -> None:
    torch.manual_seed(SEED)
    np.random.seed(SEED)


def _names_in(source: str) -> list[str]:
    """The names an expression reads, in order."""
    found = [node for node in ast.walk(ast.parse(source, mode="eval")) if isinstance(node, ast.Name)]
    return list(dict.fromkeys(node.id for node in sorted(found, key=lambda node: (node.lineno, node.col_offset))))


def _is_tensor(value: Any) -> bool:
    return isinstance(value, (torch.Tensor, np.ndarray)) and tensors_of(value) is not None


def _compiled(source: str, name: str) -> CodeType:
    try:
        return compile(source, _file(name), "eval")
    except SyntaxError as error:
        place = {"line": error.lineno, "column": error.offset, "end": error.end_offset}
        raise _FaultError(kind="syntax", name=name, message=error.msg, **place) from None
    except (RecursionError, MemoryError):  # the parser's own stack
        raise _FaultError(kind="syntax", name=name, message="it is nested too deeply") from None
    except ValueError as error:
        raise _FaultError(kind="syntax", name=name, message=str(error)) from None


def _run(code: CodeType, scope: dict[str, Any], name: str, source: str) -> Any:
    try:
        return eval(code, scope)  # what this child is for
    except BaseException as error:  # noqa: BLE001 - an expression may raise anything, SystemExit too
        told = describe(error)
        raise _FaultError(
            kind="raised", name=name, type=told["type"], message=told["message"], **_place(error, _file(name), source)
        ) from None


def _file(name: str) -> str:
    return f"--{name}" if name else "expression"


def _place(error: BaseException, file: str, source: str) -> dict[str, int | None]:
    """Where in the text it was raised: the innermost of its own places, 1-based, in characters."""
    found: dict[str, int | None] = {}
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == file and frame.colno is not None and frame.lineno == frame.end_lineno:
            row = source.split("\n")[(frame.lineno or 1) - 1].encode()
            start, end = (len(row[:bytes_].decode(errors="ignore")) for bytes_ in (frame.colno, frame.end_colno or 0))
            found = {"line": frame.lineno, "column": start + 1, "end": end + 1}
    return found
