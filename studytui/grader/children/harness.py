"""How a stateful answer is used: the card's `calls`, run on the learner's class and on torch's alike.

`calls` is the deck's code over the case's inputs; the answer goes by its own name in it, and what it returns is
compared. It tells nothing of what is right, so it may run beside the answer.
"""

from __future__ import annotations

import math
import textwrap
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


CALLS_FILE = "calls.py"
"""Where the code of `calls` says it stands, by which it is told from the answer's."""


def harness(calls: str, inputs: Iterable[str], name: str, answer: Any) -> Callable[..., Any]:
    """A function of the inputs that uses `answer` as the card says.

    Raises:
        SyntaxError: the code does not compile.
    """
    scope: dict[str, Any] = {"torch": torch, "F": F, "nn": nn, "math": math, name: answer}
    source = f"def __calls__({', '.join(inputs)}):\n{textwrap.indent(calls, '    ')}\n"
    exec(compile(source, CALLS_FILE, "exec", dont_inherit=True), scope)  # deck code, sandboxed
    used: Callable[..., Any] = scope["__calls__"]
    return used
