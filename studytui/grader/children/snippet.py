"""The snippet of a predict card, run for what it really gives: its value, what it prints, or what it raises."""

from __future__ import annotations

import ast
import math
from contextlib import redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import nn

from studytui.grader.children.codec import shown
from studytui.grader.children.printed import Printed

if TYPE_CHECKING:
    from studytui.grader.wire import Channel, Header

SNIPPET_FILE = "snippet.py"


def serve(channel: Channel, job: Header, device: str) -> None:  # noqa: ARG001 - one signature for all roles
    """Run the snippet once and send what came of it."""
    channel.send(run(job["card"]["code"], int(job["seed"])))


def run(code: str, seed: int) -> Header:
    """What a snippet gives. `value` is that of its last expression, or of its last assignment where it ends in one."""
    torch.manual_seed(seed)
    np.random.seed(seed)  # snippets use the global generator
    printed = Printed()
    try:
        with redirect_stdout(printed), redirect_stderr(Printed()):
            value = execute(code, names_of_snippets())
    except BaseException as error:  # noqa: BLE001 - what a snippet raises is what is asked
        return {
            "event": "truth",
            "kind": "raised",
            "printed": printed.take(),
            "error": type(error).__name__,
            "error_message": (error.msg if isinstance(error, SyntaxError) else str(error))[:1_000],
            "error_parents": [parent.__name__ for parent in type(error).__mro__[1:-1]],
        }
    return {
        "event": "truth",
        "kind": "value",
        "value": _shown(value),
        "text": repr(value)[:10_000],
        "printed": printed.take(),
    }


def names_of_snippets() -> dict[str, Any]:
    """What a snippet may use without importing it."""
    return {"torch": torch, "F": F, "nn": nn, "np": np, "math": math, "__name__": "snippet"}


def execute(code: str, scope: dict[str, Any]) -> Any:
    """Run a snippet, and give the value of its last expression or assignment."""
    tree = ast.parse(code, SNIPPET_FILE)
    last = tree.body[-1] if tree.body else None
    if isinstance(last, ast.Expr):
        body = ast.Module(tree.body[:-1], [])
        exec(compile(body, SNIPPET_FILE, "exec"), scope)  # deck code, sandboxed
        return eval(compile(ast.Expression(last.value), SNIPPET_FILE, "eval"), scope)  # as above
    exec(compile(tree, SNIPPET_FILE, "exec"), scope)  # as above
    if isinstance(last, ast.Assign) and isinstance(last.targets[0], ast.Name):
        return scope[last.targets[0].id]
    return None


def _shown(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        return shown(torch.from_numpy(np.ascontiguousarray(value)))
    if isinstance(value, np.generic):
        return shown(value.item())
    if value is None or isinstance(value, (torch.Tensor, bool, int, float, complex, str, tuple, list, torch.dtype)):
        return shown(value)
    return {"text": repr(value)[:2_000]}
