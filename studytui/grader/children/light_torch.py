"""Stand-ins for two parts of torch that its first backward pass and its optimizers import and have no use for here.

The first `torch.autograd.grad` imports SymPy (0.2 s) to compare two shapes; the first optimizer imports the compiler
(0.8 s) to learn that it is not compiled. Whoever asks a stand-in for more gets the real module, imported then.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import torch.fx.experimental  # noqa: F401 - the parent of one of them

if TYPE_CHECKING:
    from collections.abc import Callable


class _StandIn(ModuleType):
    """A module of torch's with a few of its names, until another is asked for."""

    def __init__(self, name: str, *, package: bool, **names: Any) -> None:
        super().__init__(name)
        vars(self).update(names)
        vars(self)["_package"] = package

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and not (name == "__path__" and self._package):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
            parent, _, own = self.__name__.rpartition(".")
            vars(sys.modules[parent]).pop(own, None)
        return getattr(importlib.import_module(self.__name__), name)


def lighten() -> None:
    """Put the stand-ins in their places, where the real modules are not imported yet."""
    for module in (
        _StandIn("torch._dynamo", package=True, disable=_disable, graph_break=_nothing),
        _StandIn("torch.fx.experimental.symbolic_shapes", package=False, expect_true=_as_it_is, sym_eq=_equal),
    ):
        if module.__name__ not in sys.modules:
            parent, _, own = module.__name__.rpartition(".")
            sys.modules[module.__name__] = module
            setattr(sys.modules[parent], own, module)


def _disable(function: Callable[..., Any] | None = None, *_: object, **__: object) -> Any:
    """A function the compiler is not to look into, or what decorates one so: `@torch.compiler.disable()`."""
    return _as_it_is if function is None else function


def _as_it_is(value: Any, *_: object, **__: object) -> Any:
    """`expect_true`: a condition the compiler may count on."""
    return value


def _nothing(*_: object, **__: object) -> None:
    """`graph_break`: there is no graph."""


def _equal(one: object, other: object) -> bool:
    """`sym_eq`, where sizes are numbers: a list of sizes equals a tuple of the same."""
    sequences = (tuple, list)
    return tuple(one) == tuple(other) if isinstance(one, sequences) and isinstance(other, sequences) else one == other
