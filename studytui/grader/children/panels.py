"""A traced call as a frame carries it: tensors by name with their first elements, and where output cells come from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch

    from studytui.grader.children.sources import Sources

SHOWN_ELEMENTS = 1_024
"""Elements of one tensor that are sent."""
DIGITS = 6


class Room:
    """How much may still be sent: a frame's header is half a megabyte at most."""

    def __init__(self) -> None:
        self.elements = 12_000
        self.links = 30_000


def panel(name: str, tensor: torch.Tensor, room: Room) -> list[Any]:
    """A tensor by name, floats to six digits, as much of it as there is room for."""
    flat = tensor.detach().resolve_conj().resolve_neg().reshape(-1)
    elements = flat[: min(SHOWN_ELEMENTS, room.elements)].cpu().tolist()
    room.elements -= len(elements)
    shown = {
        "dtype": str(tensor.dtype).removeprefix("torch."),
        "shape": list(tensor.shape),
        "elements": [_number(element) for element in elements],
        "truncated": len(elements) < tensor.numel(),
    }
    return [name[:80], {"tensor": shown}]


def picture(
    expression: str, inputs: list[list[Any]], outputs: list[list[Any]], found: Sources | None, room: Room
) -> dict[str, Any]:
    """A picture as JSON; `found` is None where nothing is known of where cells come from."""
    cells: list[list[int]] = []
    for step in () if found is None else found.cells:
        if len(step) > room.links:
            break
        room.links -= len(step) + 1
        cells.append(step)
    return {
        "expression": expression,
        "kind": "unknown" if found is None or not cells else found.kind,
        "inputs": inputs,
        "outputs": outputs,
        "cells": cells,
        "chosen": [] if found is None else [pair for pair in found.chosen.items() if pair[0] < len(cells)],
    }


def names(count: int, name: str = "out") -> Sequence[str]:
    """What the outputs of a call go by."""
    return [name] if count == 1 else [f"{name}[{number}]" for number in range(count)]


def _number(element: Any) -> Any:
    if isinstance(element, float):
        return float(f"{element:.{DIGITS}g}") if math.isfinite(element) else {"number": repr(element)}
    return element if isinstance(element, (bool, int)) else {"number": f"{element:.3g}"}
