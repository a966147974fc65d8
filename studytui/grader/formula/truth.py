"""What a card's Python code says is right, at a point. Runs deck code: in the sandboxed child only."""

from __future__ import annotations

import ast
import math
import warnings
from typing import TYPE_CHECKING, Any

import torch

from studytui.errors import DeckError, described
from studytui.grader.formula.domains import DomainKind
from studytui.grader.formula.truth_helpers import HELPERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from studytui.grader.formula.points import Point
    from studytui.grader.formula.task import Task


class Truth:
    """The truth of a card as a function of the point.

    The code is the body of a function over the card's symbols and sizes, or a single expression. Real symbols, vectors
    and matrices come as fresh float64 leaves that require gradients, one-hot vectors as plain float64, `int` symbols as
    0-d int64 tensors, sizes as Python ints. `torch`, `F`, `nn`, `math` and the functions of `truth_helpers` are in
    scope; given formulas are not: the truth is found without them.

    Raises:
        DeckError: when the code is no Python.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._code = _compiled(task)

    def at(self, point: Point) -> torch.Tensor:
        """The value asked, in float64.

        Raises:
            DeckError: when the code fails or gives no number, vector or matrix.
        """
        with torch.enable_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.manual_seed(0)
            try:
                value = self._function()(**self._arguments(point))
            except Exception as error:  # noqa: BLE001  deck code may raise anything
                raise DeckError(f"The truth of this card fails: {described(error)}", AUTHOR) from None
        if isinstance(value, int | float):
            value = torch.tensor(float(value))
        if not isinstance(value, torch.Tensor) or value.is_complex() or value.ndim > 2:
            raise DeckError("The truth of this card gives neither a number nor a vector nor a matrix.", AUTHOR)
        return value.detach().to(torch.float64).clone()

    def _function(self) -> Callable[..., Any]:
        scope: dict[str, Any] = {**HELPERS, "torch": torch, "F": torch.nn.functional, "nn": torch.nn, "math": math}
        exec(self._code, scope)
        function: Callable[..., Any] = scope["truth"]
        return function

    def _arguments(self, point: Point) -> dict[str, Any]:
        arguments: dict[str, Any] = dict(point.sizes)
        for name, value in point.values.items():
            leaf = value.clone()
            if self._task.symbols[name].kind not in {DomainKind.INT, DomainKind.ONEHOT}:
                leaf.requires_grad_()
            arguments[name] = leaf
        return arguments


AUTHOR = "This is the card's fault, not yours: tell its author."
"""The hint of every error that only the author of a card can mend."""


def _compiled(task: Task) -> CodeType:
    names = [*task.sizes, *task.symbols]
    module = ast.parse(f"def truth({', '.join(names)}): pass")
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    try:
        body = ast.parse(task.truth.strip()).body
        if len(body) == 1 and isinstance(body[0], ast.Expr):
            body = [ast.copy_location(ast.Return(body[0].value), body[0])]
        function.body = body or function.body
        return compile(module, "<truth>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DeckError(f"The truth of this card is no Python: {str(error) or type(error).__name__}", AUTHOR) from None
