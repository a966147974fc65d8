"""What a snippet does with NumPy's arrays: no hook tells of it, so an expression is a function of the arrays it reads.

Before a line of the snippet's own level is run, the arrays that its expressions read are kept, with the names around
them; after the snippet's end the expressions can be evaluated again on other arrays.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from studytui.grader.children.snippet import SNIPPET_FILE
from studytui.grader.children.sources import Kept, tensors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import torch

MOST_KEPT = 1 << 16
"""Elements of the arrays that an expression reads."""
MOST_EXPRESSIONS = 24
_UNPACKING = frozenset({"tolist", "item"})
"""Methods that only show what an array holds."""


@dataclass(frozen=True, slots=True)
class ArrayExpression:
    """An expression over arrays, with what it stood on."""

    node: ast.expr
    scope: Mapping[str, Any]
    names: tuple[str, ...]
    kept: tuple[Kept, ...]
    state: Any

    @property
    def gives(self) -> Callable[[list[torch.Tensor]], Any]:
        """The expression as a function of its arrays."""
        code = compile(ast.Expression(self.node), SNIPPET_FILE, "eval")

        def again(given: list[torch.Tensor]) -> Any:
            np.random.set_state(self.state)
            arrays = {name: one.numpy() for name, one in zip(self.names, given, strict=True)}
            return eval(code, {**self.scope, **arrays})  # deck code, sandboxed

        return again


class Arrays:
    """Keeps the expressions of a snippet that read arrays, each the first time it is run."""

    def __init__(self) -> None:
        self.found: dict[ast.expr, ArrayExpression] = {}

    def before(self, statement: ast.stmt, scope: Mapping[str, Any]) -> None:
        """A statement is about to be run with these names around it."""
        for node in _expressions(statement):
            if node in self.found or len(self.found) >= MOST_EXPRESSIONS:
                continue
            read = dict.fromkeys(part.id for part in ast.walk(node) if isinstance(part, ast.Name))
            arrays = {name: scope[name] for name in read if isinstance(scope.get(name), np.ndarray)}
            if not arrays or isinstance(node, ast.Name) or sum(array.size for array in arrays.values()) > MOST_KEPT:
                continue
            tensors = [tensors_of(array) for array in arrays.values()]
            kept = tuple(Kept.of(part) for one in tensors for part in one or ())
            if len(kept) == len(arrays):
                self.found[node] = ArrayExpression(node, dict(scope), tuple(arrays), kept, np.random.get_state())


def _expressions(statement: ast.stmt) -> Iterator[ast.expr]:
    """What a statement evaluates that may be an array: its value, or each argument of a `print`."""
    if not isinstance(statement, (ast.Assign, ast.Expr)):
        return
    value = statement.value
    printed = isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print"
    for node in value.args if printed and isinstance(value, ast.Call) else [value]:
        yield _unpacked(node)


def _unpacked(node: ast.expr) -> ast.expr:
    """`x.T` of `x.T.tolist()`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _UNPACKING:
        return _unpacked(node.func.value)
    return node
