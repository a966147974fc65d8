"""Gradients of one call: under one upstream gradient, with respect to every floating input.

An output that hangs on no input has gradients of zero: a loop that copies only positive elements gives just that where
there are none, and torch, which stays attached, gives zeros.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.cases import tensors_in

if TYPE_CHECKING:
    from collections.abc import Sequence


def drawn_upstream(output: Any) -> list[torch.Tensor | None] | None:
    """For each tensor of torch's output a gradient of small integers, None where none flows; None where all are so."""
    upstream = [
        torch.randint(-3, 4, tensor.shape).to(tensor) if tensor.requires_grad else None for tensor in tensors_in(output)
    ]
    return upstream if any(tensor is not None for tensor in upstream) else None


def gradients_of(
    output: Any, inputs: Sequence[torch.Tensor], upstream: Sequence[torch.Tensor | None]
) -> list[torch.Tensor | None] | None:
    """Gradients with respect to the inputs, None for one that the output does not hang on; None where it does on none.

    Raises:
        RuntimeError: torch cannot go back through the output.
    """
    pairs = [
        (tensor, gradient)
        for tensor, gradient in zip(tensors_in(output), upstream, strict=False)
        if gradient is not None and tensor.requires_grad and tensor.shape == gradient.shape
    ]
    if not pairs or not inputs:
        return None
    outputs, gradients = zip(*pairs, strict=True)
    return list(torch.autograd.grad(outputs, inputs, gradients, allow_unused=True))


def filled(gradients: Sequence[torch.Tensor | None] | None, inputs: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """The gradients, zeros where there are none."""
    given = gradients if gradients is not None else [None] * len(inputs)
    return [
        torch.zeros_like(tensor, requires_grad=False) if gradient is None else gradient.detach()
        for tensor, gradient in zip(inputs, given, strict=True)
    ]
