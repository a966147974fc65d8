"""Elements of tensors, Jacobians, and the diagonal that `da/dz = a*(1 - a)` means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from studytui.grader.formula.functions import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def elements(value: Tensor, at: Sequence[Tensor | None], lead: int) -> Tensor:
    """The elements of `value` at indices, one for each of its first dims behind the leading ones.

    Args:
        value: with `lead` leading dims.
        at: an index with leading dims only, or None for all along a dim.
        lead: how many leading dims there are.

    Raises:
        SizeError: for an index that is no whole number, or outside.
    """
    kept = [lead + dim for dim, index in enumerate(at) if index is None]
    taken = [lead + dim for dim, index in enumerate(at) if index is not None]
    rest = list(range(lead + len(at), value.ndim))
    value = value.permute(*range(lead), *taken, *kept, *rest)
    given = [index for index in at if index is not None]
    found = [places(index, value.shape[lead + dim]) for dim, index in enumerate(given)]
    if all(size == 1 for size in value.shape[:lead]):
        flat = value.reshape(value.shape[lead:])
        return flat[tuple(found)] if found else value
    shapes = [value.shape[:lead], *(index.shape for index in found)]
    shape = [max(sizes) for sizes in zip(*shapes, strict=True)]
    value = value.expand(*shape, *value.shape[lead:])
    own = [torch.arange(size).reshape((-1,) + (1,) * (lead - 1 - dim)) for dim, size in enumerate(shape)]
    return value[tuple(own + found)]


def jacobian(top: Tensor, leaf: Tensor, *, keeps: bool) -> Tensor:
    """The derivatives of `top` by `leaf`, of the shape [*top, *leaf]; `keeps` their graph, to be differentiated too."""
    rows = []
    for element in top.reshape(-1):
        gradient: Tensor | None = None
        if element.requires_grad:
            (gradient,) = torch.autograd.grad(element, leaf, retain_graph=True, allow_unused=True, create_graph=keeps)
        rows.append(torch.zeros_like(leaf) if gradient is None else gradient)
    found = torch.stack(rows).reshape((*top.shape, *leaf.shape))
    return found if keeps else found.detach()


def by_elements(full: Tensor, rank: int, lead: int) -> Tensor:
    """The diagonal of a Jacobian, where top and bottom are of one shape and each element uses its own only.

    Args:
        full: the Jacobian, with leading dims.
        rank: of what was differentiated.
        lead: how many leading dims there are.
    """
    half = full.ndim - lead - rank
    inner = full.shape[lead:]
    if not rank or half != rank or inner[:rank] != inner[rank:]:
        return full
    count = math.prod(inner[:rank])
    square = full.reshape(*full.shape[:lead], count, count)
    diagonal = square.diagonal(dim1=-2, dim2=-1)
    if torch.count_nonzero(square - torch.diag_embed(diagonal)):
        return full
    return diagonal.reshape(*full.shape[:lead], *inner[:rank])
