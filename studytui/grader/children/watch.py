"""The second net of "by hand": the operations torch itself sees while an answer runs.

The syntax tree cannot tell a slice of a list from a slice of a tensor, nor see through every alias; torch can. Watching
costs a few microseconds an operation, so the referee has it on for some cases only, which the answer cannot foresee.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.overrides import TorchFunctionMode

if TYPE_CHECKING:
    from studytui.grader.by_hand import Rules

ELEMENT_ARITHMETIC = frozenset(
    f"__{prefix}{name}__"
    for name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift"]
    for prefix in ("", "r", "i")
) | frozenset(
    "__neg__ __pos__ __abs__ __invert__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __round__ __float__ "
    "__int__ __bool__ __index__ __complex__ add sub mul div true_divide floor_divide remainder pow neg eq "
    "ne lt le gt ge rsub abs logical_not logical_and logical_or bitwise_and bitwise_or bitwise_xor "
    "bitwise_not positive rpow negative __ipow__ pow_ add_ sub_ mul_ div_ __divmod__ __rdivmod__ "
    "__trunc__ __ceil__ __floor__".split()
)
"""Operators and what they dispatch to; by loops they take single elements."""
HARMLESS = frozenset(
    "__len__ __iter__ __hash__ __repr__ __str__ __format__ __set__ __delete__ requires_grad_ size dim".split()
)


class Refused(BaseException):
    """An operation the card does not let the answer use; no `except Exception` of the answer's catches it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Watch(TorchFunctionMode):
    """Refuses what the rules refuse while it is entered; `refused` keeps the first, whatever the answer catches."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules
        self.refused: Refused | None = None

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = _name(func)
        if self._refuses(name, args, kwargs or {}):
            self.refused = self.refused or Refused(name)
            raise self.refused
        return func(*args, **(kwargs or {}))

    def _refuses(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        if self._rules.by_hand != "loops":
            return self._rules.refuses(name.strip("_") if name.startswith("__") else name.rstrip("_"))
        if name in HARMLESS:
            return False
        if name == "__getitem__":
            return not _integers_only(args[1])
        if name == "__setitem__":
            return not (_integers_only(args[1]) and _one_element(args[0], args[1]))
        if name in ELEMENT_ARITHMETIC:
            return name.strip("_").rstrip("_") in self._rules.forbid or not _all_single((*args, *kwargs.values()))
        plain = name.rstrip("_")
        if plain in self._rules.allow:
            return not _all_single((*args, *kwargs.values()))
        return self._rules.refuses(plain)


def _name(func: Any) -> str:
    """The name of an operation; of a property's getter the property's."""
    name = getattr(func, "__name__", type(func).__name__)
    if name == "__get__":
        return str(getattr(getattr(func, "__self__", None), "__name__", name))
    return str(name)


def _integers_only(index: Any) -> bool:
    items = index if isinstance(index, tuple) else (index,)
    return all(
        (isinstance(item, int) and not isinstance(item, bool))
        or (isinstance(item, torch.Tensor) and item.dim() == 0 and not item.is_floating_point())
        for item in items
    )


def _one_element(tensor: torch.Tensor, index: Any) -> bool:
    return len(index if isinstance(index, tuple) else (index,)) == tensor.dim()


def _all_single(values: tuple[Any, ...]) -> bool:
    return all(value.dim() == 0 for value in values if isinstance(value, torch.Tensor))
