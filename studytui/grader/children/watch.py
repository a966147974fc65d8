"""The second net of "by hand": the operations torch itself sees while an answer runs.

The syntax tree cannot tell a slice of a list from a slice of a tensor, nor see through every alias; torch can. Watching
costs a few microseconds an operation, so the referee has it on for some cases only, which the answer cannot foresee.

Where a card uses the answer by `calls` of its own, an operation counts that the answer's code calls, be it by way of
torch's or Python's; what the card's code calls is free, and so is a module of torch's that it hands over.

While an operation runs torch sees nothing, so no code of the answer's may run meanwhile: no operation is given an
object of the answer's that torch would ask for its items, and nothing is finalised then, neither by the collector nor
for having been a gradient. What is asked of tensors here is bound when this is imported, since an answer may patch
torch.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import replace
from functools import cache
from gc import collect, disable, enable
from inspect import currentframe, getattr_static
from itertools import islice
from types import CodeType
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import Module, Parameter
from torch.overrides import TorchFunctionMode
from torch.overrides import _get_current_function_mode as _innermost_mode

from studytui.grader.children.codec import MAX_DEPTH, MAX_ITEMS
from studytui.grader.children.harness import CALLS_FILE
from studytui.grader.triton_code import HOST

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from studytui.grader.by_hand import Rules

ANSWER_FILE = "answer.py"
ELEMENT_ARITHMETIC = frozenset(
    f"__{prefix}{name}__"
    for name in ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift"]
    for prefix in ("", "r", "i")
) | frozenset(
    "__neg__ __pos__ __abs__ __invert__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __round__ add sub mul div "
    "true_divide floor_divide remainder pow neg eq ne lt le gt ge rsub __rdiv__ abs logical_not logical_and "
    "logical_or bitwise_and bitwise_or bitwise_xor bitwise_not positive rpow negative __ipow__ pow_ add_ sub_ "
    "mul_ div_ __divmod__ __rdivmod__ __trunc__ __ceil__ __floor__ double float half long int short bool".split()
)
"""Operators and what they dispatch to, and conversions; by loops they take single elements."""
HARMLESS = frozenset(
    "__len__ __iter__ __hash__ __repr__ __str__ __format__ __float__ __int__ __bool__ __index__ __complex__ "
    "requires_grad_ size dim _set_grad_enabled".split()
)
"""What computes nothing; a number and a truth are asked, as `item` is, of one element or torch itself refuses."""
FROM_DATA = {"tensor": 0, "as_tensor": 0, "scalar_tensor": 0, "new_tensor": 1, "new_full": 2, "full_like": 1}
"""Operations that make tensors of what they are given, and the argument it begins with: by loops single elements."""
WHOLE = frozenset({torch.int64, torch.int32, torch.int16, torch.int8})
"""Dtypes of an index; a bool or uint8 one would be a mask."""
SETTABLE = frozenset({"requires_grad", "grad"})
KINDS = frozenset({Tensor, Parameter})
"""Classes of tensors; what another does when an operation is called on it is its own."""
PLAIN = (int, float, complex, str, bytes, bytearray, range, torch.dtype, torch.device, torch.layout, type(None))
"""Kinds of values, beside lists and tuples, that torch reads without running anybody's code."""
dims_of = Tensor.dim
dtype_of = getattr_static(Tensor, "dtype").__get__
gradient_of = getattr_static(Tensor, "grad").__get__
TORCH = os.path.dirname(torch.__file__) + os.sep  # noqa: PTH120 - a name of a file, for each operation
PASSING_ON = frozenset({__file__, *(f"{TORCH}{name}.py" for name in ("overrides", "_tensor", "utils/_device"))})
"""Files that only pass an operation on to where it is done."""
MACHINERY = frozenset(f"{TORCH}nn/{name}.py" for name in ("modules/module", "modules/container", "parameter"))
"""Files of torch's that keep modules and parameters, and compute nothing."""


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
        self._settable = SETTABLE | {"data"} if rules.stateful else SETTABLE
        self._replaced: list[Tensor | None] = []
        self.refused: Refused | None = None

    def call(self, function: Callable[..., Any], positional: list[Any], keyword: dict[str, Any]) -> Any:
        """What the function returns, its lists and tuples made plain: to read them then runs no code of the answer."""
        disable()
        try:
            with self:
                output = self._plain(function(*positional, **keyword))
                collect()
                innermost = _innermost_mode()  # type: ignore[no-untyped-call]  # as torch ships it
                if innermost is not self:  # a `with torch.device(…)` was entered before this and left meanwhile
                    self.refused = self.refused or Refused("device", _line_of(function), None)
                return output
        finally:
            enable()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name, kwargs = _name(func), kwargs or {}
        if (self._refuses(name, func, args, kwargs) or not KINDS.issuperset(types)) and not self._is_free(name):
            self._refuse(f"__{name.strip('_')}__" if name in ELEMENT_ARITHMETIC else name)
        if name in {"__set__", "__delete__"} and _property(func) == "grad":
            self._replaced.append(gradient_of(args[0]))
        return func(*args, **kwargs)

    def _refuse(self, name: str) -> None:
        refusal = Refused(name, *_place())
        self.refused = self.refused or refusal
        raise refusal

    def _plain(self, value: Any, depth: int = 0) -> Any:
        if isinstance(value, Tensor) and type(value) not in KINDS:
            self._refuse(type(value).__name__)
        kind = next((kind for kind in (tuple, list) if isinstance(value, kind)), None)
        if kind is None or depth > MAX_DEPTH or kind.__len__(value) > MAX_ITEMS:
            return value
        return kind(self._plain(item, depth + 1) for item in kind.__iter__(value))

    def _refuses(self, name: str, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        plain = name.rstrip("_")
        if plain in FROM_DATA and not all(map(_is_data, (*args[FROM_DATA[plain] :], *kwargs.values()))):
            return True
        if self._rules.by_hand != "loops":
            return self._rules.refuses(name.partition(".")[0].strip("_"))
        if name in HARMLESS:
            return False
        if name in {"__set__", "__delete__"}:
            return _property(func) not in self._settable
        if name == "unbind":  # what iterating over a tensor comes down to; by name the syntax tree refuses it
            return args[1:] not in {(), (0,)} or bool(kwargs)
        if name == "__getitem__":
            return not _integers_only(args[1])
        if name == "__setitem__":
            return not (_integers_only(args[1]) and _one_element(args[0], args[1]))
        if name in ELEMENT_ARITHMETIC:
            return name.strip("_") in self._rules.forbid or not _all_single((*args, *kwargs.values()))
        if plain in self._rules.allow:
            return not _all_single((*args, *kwargs.values()))
        if plain in FROM_DATA and not _all_single((*args[FROM_DATA[plain] :], *kwargs.values())):
            return True
        return self._rules.refuses(plain) or kwargs.get("out") is not None

    def _is_free(self, name: str) -> bool:
        """Whether an operation that is refused is none of the answer's."""
        if self._launches:
            return name in HOST or not _by_answer()
        return self._rules.stateful and _by_calls(loops=self._rules.by_hand == "loops")


def _by_answer() -> bool:
    """Whether an operation is called by the answer's own code, or by torch's for it."""
    frame = currentframe()
    while frame is not None and (frame.f_code.co_filename == __file__ or _is_torchs(frame.f_code.co_filename)):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename == ANSWER_FILE


def _by_calls(*, loops: bool) -> bool:
    """Whether an operation is called by a card's `calls`, by what keeps a module's parameters, or by a torch's module.

    By loops an answer can make none of those that compute: it was handed over.
    """
    frame = currentframe()
    while frame is not None and frame.f_code.co_filename in PASSING_ON:
        frame = frame.f_back
    if frame is not None and frame.f_code.co_filename in MACHINERY:
        return True
    while frame is not None and (file := frame.f_code.co_filename) != ANSWER_FILE:
        if file == CALLS_FILE or (loops and _is_torchs(file) and _is_of_torchs_module(frame)):
            return True
        frame = frame.f_back
    return False


def _is_of_torchs_module(frame: FrameType) -> bool:
    module = frame.f_locals.get("self")
    return isinstance(module, Module) and type(module).__module__.startswith("torch.")


@cache
def _is_torchs(file: str) -> bool:
    return file.startswith(TORCH)


def _name(func: Any) -> str:
    """The name of an operation; of a property's getter the property's."""
    name = getattr(func, "__name__", type(func).__name__)
    return _property(func) if name == "__get__" else str(name)


def _property(func: Any) -> str:
    """The property whose getter or setter this is."""
    return str(getattr(getattr(func, "__self__", None), "__name__", "?"))


def _place() -> tuple[int | None, int | None]:
    """Where in the answer the call was made."""
    frame = currentframe()
    while frame is not None and frame.f_code.co_filename != ANSWER_FILE:
        frame = frame.f_back
    if frame is None:
        return None, None
    line, _, column, _ = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    return line, None if column is None else column + 1


def _is_data(value: Any, depth: int = 0) -> bool:
    """Whether torch makes a tensor of a value without running any code of the answer's meanwhile."""
    if issubclass(type(value), (*PLAIN, Tensor)):
        return True
    kind = next((kind for kind in (tuple, list, deque) if issubclass(type(value), kind)), None)
    if kind is None or depth > MAX_DEPTH or not _is_read_as(kind, value):
        return False
    return all(_is_data(item, depth + 1) for item in kind.__iter__(value))


def _is_read_as(kind: type, value: Any) -> bool:
    """Whether a list or tuple is read as any other, as a named one is: its class has no items of its own making."""
    return all(getattr(type(value), name) is getattr(kind, name) for name in ("__iter__", "__len__", "__getitem__"))


def _line_of(function: Any) -> int | None:
    """Where a function of the answer's is defined."""
    code = getattr(function, "__code__", None)
    return code.co_firstlineno if isinstance(code, CodeType) and code.co_filename == ANSWER_FILE else None


def _integers_only(index: Any) -> bool:
    if type(index) is tuple:
        return all(map(_is_integer, index))
    if not isinstance(index, tuple):
        return _is_integer(index)
    return _is_read_as(tuple, index) and all(map(_is_integer, index))


def _is_integer(item: Any) -> bool:
    if type(item) is int:  # nearly all are, and there are many
        return True
    if isinstance(item, Tensor):
        return dims_of(item) == 0 and dtype_of(item) in WHOLE
    return issubclass(type(item), int) and not isinstance(item, bool)


def _one_element(tensor: Tensor, index: Any) -> bool:
    return len(index if isinstance(index, tuple) else (index,)) == dims_of(tensor)


def _all_single(values: tuple[Any, ...]) -> bool:
    return all(dims_of(value) == 0 for value in values if isinstance(value, Tensor))
