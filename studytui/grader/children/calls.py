"""The arguments of one call: copied, changed, and their tensors by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.cases import CaseError, tensors_in
from studytui.grader.children.codec import strange_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from studytui.cards.signature import Signature


def copies(
    arguments: Mapping[str, Any], device: str, change: Callable[[torch.Tensor], torch.Tensor] | None = None
) -> dict[str, Any]:
    """The arguments on the device, with memory of their own but the same strides; floating tensors changed if asked.

    Raises:
        CaseError: a tensor is none that can cross a process border.
    """

    def copy(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            if (strange := strange_in(value)) is not None:
                raise CaseError(f"a case holds {strange}, which cannot be handed over")
            if value.is_contiguous() and value.nbytes == value.untyped_storage().nbytes():
                clone = value.detach().clone().to(device)
            else:
                memory = torch.empty(0, dtype=value.dtype).set_(value.detach().untyped_storage().clone())  # type: ignore[no-untyped-call]
                clone = memory.to(device).as_strided(value.shape, value.stride(), value.storage_offset())
            return clone if change is None or not clone.is_floating_point() else change(clone)
        if isinstance(value, (list, tuple)):
            return type(value)(copy(item) for item in value)
        return value

    return {name: copy(value) for name, value in arguments.items()}


def float_inputs(arguments: Mapping[str, Any]) -> list[torch.Tensor]:
    """The floating tensors of a call, in order: those that have gradients."""
    return [tensor for tensor in tensors_in(list(arguments.values())) if tensor.is_floating_point()]


def named_tensors(arguments: Mapping[str, Any]) -> list[tuple[str, torch.Tensor]]:
    """The tensors of a call, in order, each with its parameter's name and its place where that is a list."""
    named = []
    for name, value in arguments.items():
        tensors = list(tensors_in(value))
        single = isinstance(value, torch.Tensor)
        named += [(name if single else f"{name}[{i}]", tensor) for i, tensor in enumerate(tensors)]
    return named


def bare(value: Any) -> Any:
    """A list or tuple with None for each tensor: what a call may have done to the list itself."""
    if isinstance(value, torch.Tensor):
        return None
    return type(value)(bare(item) for item in value) if isinstance(value, (list, tuple)) else value


def named_lists(signature: Signature, arguments: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    """The lists that a call hands over as they are, in order; one that is spread comes as another tuple each time."""
    spread = {parameter.name for parameter in signature.parameters if parameter.spread}
    order = [parameter.name for parameter in signature.parameters if parameter.name in arguments]
    return [(name, arguments[name]) for name in order if name not in spread and type(arguments[name]) is list]


def float_names(arguments: Mapping[str, Any]) -> list[str]:
    """The names of `float_inputs`: of its parameter, with its place where that is a list."""
    return [name for name, tensor in named_tensors(arguments) if tensor.is_floating_point()]
