"""How many dims a formula's value has, as far as its form tells: `x_i` is an element only where `x` has any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.grader.formula.tree import (
    Array,
    Binary,
    Call,
    Derivative,
    Element,
    Index,
    Name,
    Negative,
    Node,
    Number,
    Reduced,
    Transposed,
    Whole,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_TO_NUMBER = frozenset({"norm", "trace", "dot", "sum", "prod", "mean", "var", "logsumexp"})
_TO_VECTOR = frozenset({"ones", "onehot"})


def rank_of(node: Node, ranks: Mapping[str, int | None]) -> int | None:
    """The rank of `node`'s value, None where that cannot be told.

    Args:
        node: a formula.
        ranks: of names.
    """
    match node:
        case Number() | Index():
            return 0
        case Name():
            return ranks.get(node.name)
        case Negative() | Transposed():
            return rank_of(node.operand, ranks)
        case Binary():
            return _of_product(node, ranks)
        case Call():
            return _of_call(node, ranks)
        case Element():
            target = rank_of(node.target, ranks)
            kept = sum(isinstance(at, Whole) for at in node.at)
            return None if target is None else target - len(node.at) + kept
        case Reduced():
            return rank_of(node.body, ranks)
        case Array():
            body = rank_of(node.body, ranks)
            return None if body is None else body + len(node.indices)
        case Derivative() if ranks.get(node.top) == 0:
            bottom = ranks.get(node.bottom)
            return None if bottom is None else bottom - len(node.bottom_at)
        case _:
            return None


def _of_product(node: Binary, ranks: Mapping[str, int | None]) -> int | None:
    left, right = rank_of(node.left, ranks), rank_of(node.right, ranks)
    if left is None or right is None:
        return None
    is_matrix_product = node.operator == "@" or (node.operator in {"·", "beside"} and left and right)
    if not is_matrix_product:
        return max(left, right)
    return None if left == right == 1 else left + right - 2


def _of_call(node: Call, ranks: Mapping[str, int | None]) -> int | None:
    each = [rank_of(argument, ranks) for argument in node.arguments]
    if node.function in _TO_VECTOR:
        return 1
    if node.function == "outer":
        return 2
    if None in each:
        return None
    known = [rank for rank in each if rank is not None]
    if node.function in _TO_NUMBER or (node.function in {"max", "min"} and len(known) == 1):
        return 0 if node.dim is None else known[0] - 1
    if node.function == "diag":
        return 3 - known[0]
    return max(known)
