"""The second net of "by hand": the operations torch itself sees while an answer runs.

The syntax tree cannot tell a slice of a list from a slice of a tensor, nor see through every alias; torch can. Watching
costs a few microseconds an operation, so the referee has it on for some cases only, which the answer cannot foresee.
"""

from __future__ import annotations

import inspect
import itertools
import os
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

from studytui.grader.triton_code import HOST

if TYPE_CHECKING:
    from studytui.grader.by_hand import Rules

ANSWER_FILE = "answer.py"
ELEMENT_ARITHMETIC = frozenset(
    f"__{prefix}{name}__"
    for name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift"]
    for prefix in ("", "r", "i")
) | frozenset(
    "__neg__ __pos__ __abs__ __invert__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __round__ __float__ "
    "__int__ __bool__ __index__ __complex__ add sub mul div true_divide floor_divide remainder pow neg eq "
    "ne lt le gt ge rsub __rdiv__ abs logical_not logical_and logical_or bitwise_and bitwise_or bitwise_xor "
    "bitwise_not positive rpow negative __ipow__ pow_ add_ sub_ mul_ div_ __divmod__ __rdivmod__ "
    "__trunc__ __ceil__ __floor__ double float half long int short bool".split()
)
"""Operators and what they dispatch to, and conversions; by loops they take single elements."""
HARMLESS = frozenset(
    "__len__ __iter__ __hash__ __repr__ __str__ __format__ requires_grad_ size dim _set_grad_enabled".split()
)
FROM_DATA = {"tensor": 0, "as_tensor": 0, "scalar_tensor": 0, "new_tensor": 1, "new_full": 2, "full_like": 1}
"""Operations that make tensors of what they are given, and the argument it begins with: by loops single elements."""
WHOLE = frozenset({torch.int64, torch.int32, torch.int16, torch.int8})
"""Dtypes of an index; a bool or uint8 one would be a mask."""
SETTABLE = frozenset({"requires_grad", "grad"})


class Refused(BaseException):
    """An operation the card does not let the answer use; no `except Exception` of the answer's catches it.

    Attributes:
        line, column: 1-based place in the answer, or None where it was not the answer's own code that called.
    """

    def __init__(self, name: str, line: int | None, column: int | None) -> None:
        super().__init__(name)
        self.name = name
        self.line = line
        self.column = column


class Watch(TorchFunctionMode):
    """Refuses what the rules refuse while it is entered; `refused` keeps the first, whatever the answer catches.

    Where the card asks for a Triton kernel, what launches it is held to the rules of loops, and Triton itself to none.
    """

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._launches = rules.by_hand == "triton"
        self._rules = replace(rules, by_hand="loops") if self._launches else rules
        self.refused: Refused | None = None

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = _name(func)
        free = self._launches and (name in HOST or not _by_answer())
        if not free and self._refuses(name, func, args, kwargs or {}):
            refusal = Refused(name, *_place())
            self.refused = self.refused or refusal
            raise refusal
        return func(*args, **(kwargs or {}))

    def _refuses(self, name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        if self._rules.by_hand != "loops":
            return self._rules.refuses(name.partition(".")[0].strip("_"))
        if name in HARMLESS:
            return False
        if name in {"__set__", "__delete__"}:
            return _property(func) not in SETTABLE
        if name == "unbind":  # what iterating over a tensor comes down to; by name the syntax tree refuses it
            return args[1:] not in {(), (0,)} or bool(kwargs)
        if name == "__getitem__":
            return not _integers_only(args[1])
        if name == "__setitem__":
            return not (_integers_only(args[1]) and _one_element(args[0], args[1]))
        if name in ELEMENT_ARITHMETIC:
            return name.strip("_") in self._rules.forbid or not _all_single((*args, *kwargs.values()))
        plain = name.rstrip("_")
        if plain in self._rules.allow:
            return not _all_single((*args, *kwargs.values()))
        if plain in FROM_DATA and not _all_single((*args[FROM_DATA[plain] :], *kwargs.values())):
            return True
        return self._rules.refuses(plain)


def _by_answer() -> bool:
    """Whether an operation is called by the answer's own code, or by torch's for it."""
    frame = inspect.currentframe()
    while frame is not None and (frame.f_code.co_filename == __file__ or _is_torchs(frame.f_code.co_filename)):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename == ANSWER_FILE


@cache
def _is_torchs(file: str) -> bool:
    return file.startswith(os.path.dirname(torch.__file__))  # noqa: PTH120 - a name of a file, for each operation


def _name(func: Any) -> str:
    """The name of an operation; of a property's getter the property's."""
    name = getattr(func, "__name__", type(func).__name__)
    return _property(func) if name == "__get__" else str(name)


def _property(func: Any) -> str:
    """The property whose getter or setter this is."""
    return str(getattr(getattr(func, "__self__", None), "__name__", "?"))


def _place() -> tuple[int | None, int | None]:
    """Where in the answer the call was made."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename != ANSWER_FILE:
        frame = frame.f_back
    if frame is None:
        return None, None
    line, _, column, _ = next(itertools.islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    return line, None if column is None else column + 1


def _integers_only(index: Any) -> bool:
    items = index if isinstance(index, tuple) else (index,)
    return all(_is_integer(item) for item in items)


def _is_integer(item: Any) -> bool:
    if isinstance(item, torch.Tensor):
        return item.dim() == 0 and item.dtype in WHOLE
    return isinstance(item, int) and not isinstance(item, bool)


def _one_element(tensor: torch.Tensor, index: Any) -> bool:
    return len(index if isinstance(index, tuple) else (index,)) == tensor.dim()


def _all_single(values: tuple[Any, ...]) -> bool:
    return all(value.dim() == 0 for value in values if isinstance(value, torch.Tensor))
