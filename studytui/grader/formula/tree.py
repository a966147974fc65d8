"""The tree of a formula: frozen nodes that say where in the answer they stand.

Heights are kept in the nodes so that a limit on them costs nothing: every walk here and in the evaluator may then be
recursive, whatever was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Reduction: TypeAlias = Literal["sum", "prod", "mean", "max", "min"]
"""What may be made of a formula's values for each value of an index."""

Operator: TypeAlias = Literal["+", "-", "*", "/", "@", "·", "beside", "^", "<", ">", "<=", ">=", "==", "!="]
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
class Index:
    """An index: of a sum, or of every element that a line speaks of.

    Attributes:
        name: as it was typed.
        size: how many values it takes, from 0 up: a size's name or a number; None where only what it indexes tells.
    """

    name: str
    size: str | int | None
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Whole:
    """The `:` of `X[:, j]`: all along a dim."""

    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Element:
    """`x[i]`, `x_i`, `X[i, j]`; with fewer indices than dims, what is left: `X[i]` is a row."""

    target: Node
    at: tuple[Node, ...]
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Derivative:
    """`dA/dB`: to be computed by autograd, never taken on the learner's word.

    Attributes:
        top, bottom: the names; the elements of them that are meant are in `top_at` and `bottom_at` (`dL/dW[i, j]`).
    """

    top: str
    bottom: str
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)
    top_at: tuple[Node, ...] = ()
    bottom_at: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Differential:
    """`d/dx(…)`, `grad(…, x)`: a formula differentiated with respect to a name, or an element of it, by autograd."""

    operand: Node
    bottom: str
    at: tuple[Node, ...]
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Reduced:
    """`sum_i(…)`, `Σ_i …`: a formula for each value of an index, made one."""

    function: Reduction
    index: Index
    body: Node
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Array:
    """A formula for every value of indices: what a side of a line is where `i` is free in the line.

    Nobody types it: `over_all` puts it round a side. It is worth a tensor with one dim an index, in their order.
    """

    indices: tuple[Index, ...]
    body: Node
    span: Span = field(compare=False)
    height: int = field(default=1, compare=False)
    told_by: tuple[Node, ...] = field(default=(), compare=False)
    """What else says how far an index of no declared size runs: the other sides of the line."""


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


Node: TypeAlias = (
    Number
    | Name
    | Index
    | Whole
    | Element
    | Derivative
    | Differential
    | Reduced
    | Array
    | Negative
    | Transposed
    | Binary
    | Call
)


def children(node: Node) -> tuple[Node, ...]:
    """The direct operands of `node`, left to right."""
    match node:
        case Binary():
            return (node.left, node.right)
        case Negative() | Transposed():
            return (node.operand,)
        case Call():
            return node.arguments
        case Element():
            return (node.target, *node.at)
        case Derivative():
            return (*node.top_at, *node.bottom_at)
        case Differential():
            return (node.operand, *node.at)
        case Reduced() | Array():
            return (node.body,)
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
        case Element():
            return replace(node, target=operands[0], at=operands[1:])
        case Derivative():
            count = len(node.top_at)
            return replace(node, top_at=operands[:count], bottom_at=operands[count:])
        case Differential():
            return replace(node, operand=operands[0], at=operands[1:])
        case Reduced() | Array():
            return replace(node, body=operands[0])
        case _:
            return node


def names_in(node: Node) -> set[str]:
    """The names that a formula uses, those of its derivatives too."""
    found: set[str] = set()
    for below in walk(node):
        match below:
            case Name():
                found.add(below.name)
            case Derivative():
                found |= {below.top, below.bottom}
            case Differential():
                found.add(below.bottom)
            case _:
                pass
    return found


def free_indices(node: Node) -> tuple[Index, ...]:
    """The indices that no sum of `node` runs over, in the order in which they are typed."""
    found: dict[str, Index] = {}
    _collect_free(node, frozenset(), found)
    return tuple(found.values())


def _collect_free(node: Node, bound: frozenset[str], found: dict[str, Index]) -> None:
    match node:
        case Index():
            if node.name not in bound:
                found.setdefault(node.name, node)
        case Reduced():
            _collect_free(node.body, bound | {node.index.name}, found)
        case Array():
            _collect_free(node.body, bound | {index.name for index in node.indices}, found)
        case _:
            for child in children(node):
                _collect_free(child, bound, found)


def over_all(node: Node, indices: tuple[Index, ...], told_by: tuple[Node, ...] = ()) -> Node:
    """`node` for every value of `indices`; itself where there are none. Taken off again by `core`."""
    return Array(indices, node, node.span, node.height + 1, told_by) if indices else node


def within(outer: Node, node: Node) -> Node:
    """`node` for every value of the indices that `over_all` put round `outer`."""
    return replace(outer, body=node, span=node.span, height=node.height + 1) if isinstance(outer, Array) else node


def indices_of(nodes: Iterable[Node]) -> tuple[Index, ...]:
    """The free indices of the sides of a line, in the order in which they are typed."""
    found: dict[str, Index] = {}
    for node in nodes:
        for index in free_indices(node):
            found.setdefault(index.name, index)
    return tuple(found.values())


def core(node: Node) -> Node:
    """What stands on a line, without the indices that `over_all` put round it."""
    return node.body if isinstance(node, Array) else node


def plain_indices(at: tuple[Node, ...]) -> tuple[Index, ...] | None:
    """`at` where it is made of different indices and nothing else, as on the left of `p[i] = …`; else None."""
    indices = tuple(node for node in at if isinstance(node, Index))
    is_plain = len(indices) == len(at) and len({index.name for index in indices}) == len(at)
    return indices if is_plain else None


def whole_of(node: Node) -> Node:
    """The name or derivative whose elements `node` gives, all of them; `node` itself for anything else.

    `ds_i/dz_i` gives the diagonal only, whatever its index is called.
    """
    match core(node):
        case Element(target=Name() as name, at=at) if plain_indices(at):
            return name
        case Derivative(top_at=top_at, bottom_at=bottom_at) as derivative if top_at or bottom_at:
            if plain_indices((*top_at, *bottom_at)):
                return replace(derivative, top_at=(), bottom_at=())
            if top_at == bottom_at and plain_indices(top_at):
                at = tuple(Index(str(number), None, derivative.span) for number in range(len(top_at)))
                return replace(derivative, top_at=at, bottom_at=at)
            return derivative
        case other:
            return other


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
