"""Triton's interpreter, made as strict as memory is: a kernel that reads or writes outside of its tensors is told so.

On a GPU that is an illegal access, or somebody else's data; the interpreter reads and writes whatever lies there, and a
kernel without its mask may be right by luck. What a masked load leaves out is undefined where it names no `other`; the
interpreter gives zeros, with which a sum is right by luck too, so it is NaN here (all bits set, -1 as an integer). So
is what a kernel leaves of a new tensor, which else may hold the right result of the call before.
"""

from __future__ import annotations

import importlib
import os
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


class OutOfBoundsError(IndexError):
    """A kernel reads or writes outside of the tensors it was given."""


@cache
def ready() -> None:
    """Import Triton for its interpreter, with the checks of memory in it; kernels are run by it from then on."""
    os.environ["TRITON_INTERPRET"] = "1"  # compiling takes a compiler's process and a cache, and both are shut out
    os.environ["TRITON_FRONT_END_DEBUGGING"] = "1"  # an error of a kernel's comes as it is, with the kernel's own line
    torch.set_deterministic_debug_mode("warn")  # fills new tensors
    interpreter: Any = importlib.import_module("triton.runtime.interpreter")
    memory = _Memory()
    raw = interpreter._interpreter  # noqa: SLF001 - nothing public is as near to the memory
    executor, builder = interpreter.GridExecutor, interpreter.InterpreterBuilder
    with_arguments, masked_load = executor._init_args_hst, builder.create_masked_load  # noqa: SLF001 - as above

    def init_args(self: Any, args: Any, kwargs: Any) -> Any:
        found = with_arguments(self, args, kwargs)
        memory.open(found)
        return found

    def load(self: Any, pointers: Any, mask: Any, other: Any, *rest: Any, **named: Any) -> Any:
        if other is None:
            kind = pointers.get_element_ty()
            left_out = _undefined(pointers.data.shape, interpreter._get_np_dtype(kind))  # noqa: SLF001 - as above
            other = interpreter.TensorHandle(left_out, kind)
        return masked_load(self, pointers, mask, other, *rest, **named)

    def checked_load(pointers: Any, mask: Any, other: Any, dtype: Any) -> Any:
        memory.check("reads", pointers, mask, np.dtype(dtype).itemsize)
        return raw.load(pointers, mask, other, dtype)

    def checked_store(pointers: Any, values: Any, mask: Any) -> Any:
        memory.check("writes", pointers, mask, values.dtype.itemsize)
        return raw.store(pointers, values, mask)

    def checked_change(operation: Any, pointers: Any, values: Any, mask: Any, *rest: Any) -> Any:
        memory.check("writes", pointers, mask, values.dtype.itemsize)
        return raw.atomic_rmw(operation, pointers, values, mask, *rest)

    def checked_swap(pointers: Any, expected: Any, values: Any, *rest: Any) -> Any:
        memory.check("writes", pointers, np.True_, values.dtype.itemsize)
        return raw.atomic_cas(pointers, expected, values, *rest)

    executor._init_args_hst, builder.create_masked_load = init_args, load  # noqa: SLF001 - as above
    checked = {
        "load": checked_load, "store": checked_store, "atomic_rmw": checked_change, "atomic_cas": checked_swap,
    }  # fmt: skip
    interpreter._interpreter = SimpleNamespace(**vars(raw) | checked)  # noqa: SLF001 - as above


class _Memory:
    """The memory of the tensors that the kernel at work was given: first byte and the one behind the last."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []

    def open(self, arguments: Any) -> None:
        self._spans = sorted(set(_spans(arguments)))

    def check(self, does: str, pointers: NDArray[Any], mask: Any, size: int) -> None:
        """Refuse what is outside.

        Raises:
            OutOfBoundsError: a pointer that the mask lets through is in no tensor.
        """
        at = pointers.astype(np.int64)
        inside = np.zeros(at.shape, dtype=bool)
        for first, end in self._spans:
            inside |= (at >= first) & (at + size <= end)
        outside = int((~inside & mask).sum())
        if outside:
            places = "place" if outside == 1 else "places"
            raise OutOfBoundsError(f"the kernel {does} {outside} {places} outside of the tensors it was given")


def _spans(value: Any) -> Iterator[tuple[int, int]]:
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)):
        for part in value:
            yield from _spans(part)
        return
    value = getattr(value, "base", value)  # of a tensor descriptor, or of a view of another dtype
    if hasattr(value, "data_ptr") and value.numel():
        last = sum((size - 1) * step for size, step in zip(value.shape, value.stride(), strict=True))
        yield value.data_ptr(), value.data_ptr() + (last + 1) * value.element_size()


def _undefined(shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return np.ones(shape, dtype=kind)
    bits: NDArray[Any] = np.full((*shape, kind.itemsize), 0xFF, dtype=np.uint8)
    undefined: NDArray[Any] = bits.view(kind).reshape(shape)
    return undefined
