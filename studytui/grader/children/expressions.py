"""What the texts of a card with parameters have computed: expressions over the drawn values, as text."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import nn

from studytui.errors import described

if TYPE_CHECKING:
    from studytui.grader.wire import Channel, Header

DECIMALS = 4
"""Of a number in a text: float32 would show its rounding error, and torch prints as many."""
LONGEST = 1_000


def serve(channel: Channel, job: Header, device: str) -> None:  # noqa: ARG001 - one signature for all roles
    """Work out every expression and send their texts."""
    torch.manual_seed(0)
    np.random.seed(0)  # an expression may use the global generator, and gives the same at every draw
    values = ast.literal_eval(job["values"])
    texts = []
    for expression in job["expressions"]:
        scope: dict[str, Any] = {"torch": torch, "F": F, "nn": nn, "np": np, "math": math, **values}
        try:
            texts.append(in_words(eval(expression, scope))[:LONGEST])  # deck code, sandboxed
        except Exception as error:  # noqa: BLE001 - whatever a deck raises, its author is told
            message = f"`{{= {expression}}}` raises {described(error)}"
            channel.send({"event": "unknown", "message": message[:LONGEST]})
            return
    channel.send({"event": "computed", "texts": texts})


def in_words(value: Any) -> str:
    """A value as it stands in a card: a text as it is, all else as Python writes it, with four decimals at most."""
    return value if isinstance(value, str) else repr(_rounded(value))


def _rounded(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and math.isfinite(value):
        return round(value, DECIMALS) + 0.0  # and no -0.0
    if type(value) in (list, tuple):
        return type(value)(_rounded(item) for item in value)
    return value
