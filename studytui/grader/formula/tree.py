"""The tree of a formula: frozen nodes that say where in the answer they stand.

Heights are kept in the nodes so that a limit on them costs nothing: every walk here and in the evaluator may then be
recursive, whatever was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Operator: TypeAlias = Literal["+", "-", "*", "/", "@", "·", "beside", "^", "<", ">", "<=", ">="]
"""Binary operators. `·` is the inner product of two vectors; `beside` is a product written with no sign at all."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node was typed: 1-based line, and 0-based columns [start, end) of the normalised line."""

    line: int
    start: int
    end: int

    def to(self, other: Span) -> Span:
        """From the start of this to the end of `other`."""
        return Span(self.line, self.start, other.end)


@dataclass(frozen=True, slots=True)
class Number:
    """A literal; always a float, so that no power can grow without bound."""

    value: float
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol, a size, a given, a constant or a learner's own name, in its declared spelling."""

    name: str
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Derivative:
    """`dA/dB`: to be computed by autograd, never taken on the learner's word."""

    top: str
    bottom: str
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Node
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Transposed:
    """`X.T`, `Xᵀ`, `X^T`."""

    operand: Node
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what joins them."""

    operator: Operator
    left: Node
    right: Node
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language applied; `dim` where it was asked to reduce one dim only."""

    function: str
    arguments: tuple[Node, ...]
    dim: int | None
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


Node: TypeAlias = Number | Name | Derivative | Negative | Transposed | Binary | Call


def children(node: Node) -> tuple[Node, ...]:
    """The direct operands of `node`, left to right."""
    match node:
        case Binary():
            return (node.left, node.right)
        case Negative() | Transposed():
            return (node.operand,)
        case Call():
            return node.arguments
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """`node` and everything below it, depth first."""
    yield node
    for child in children(node):
        yield from walk(child)


def with_children(node: Node, operands: tuple[Node, ...]) -> Node:
    """A copy of `node` over other operands; its span stays, so that messages point at what was typed."""
    match node:
        case Binary():
            return replace(node, left=operands[0], right=operands[1])
        case Negative() | Transposed():
            return replace(node, operand=operands[0])
        case Call():
            return replace(node, arguments=operands)
        case _:
            return node


def terms(node: Node) -> list[tuple[int, Node]]:
    """The signed terms of a sum, left to right: `a - b + c` gives (1, a), (-1, b), (1, c)."""
    match node:
        case Binary(operator="+" | "-"):
            sign = 1 if node.operator == "+" else -1
            return terms(node.left) + [(sign * inner, term) for inner, term in terms(node.right)]
        case Negative():
            return [(-sign, term) for sign, term in terms(node.operand)]
        case _:
            return [(1, node)]
