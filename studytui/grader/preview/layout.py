"""From a formula's tree to a box: fractions drawn, sums with their index below, scripts raised and lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from studytui.grader.formula.ranks import rank_of
from studytui.grader.formula.tree import (
    Array,
    Binary,
    Call,
    Derivative,
    Differential,
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
from studytui.grader.preview.boxes import Box, beside, bracketed, fraction, lowered, raised, rooted, text_box, under
from studytui.grader.preview.spelling import number, spelled, subscript, superscript, vulgar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DRAWN_FRACTIONS = 3
"""Fractions within fractions that are drawn; those further in are written with a slash."""

_COMPARED, _SUM, _SERIES, _PRODUCT, _UNARY, _POWER, _ATOM = range(7)
"""How tightly a formula holds together. A series, `∑ x`, takes in all the factors behind it."""
_SIGNS: Final = {
    "+": " + ", "-": " − ", "·": "·", "<": " < ", ">": " > ", "<=": " ≤ ", ">=": " ≥ ", "==": " = ", "!=": " ≠ ",
}  # fmt: skip
_BIG: Final = {"sum": "∑", "prod": "∏"}
_AROUND: Final = {"abs": ("|", "|"), "norm": ("‖", "‖"), "floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉")}
_NAMED: Final = {"sigmoid": "σ", "trace": "tr", "sign": "sgn"}


class Layout:
    """Draws formulas; `ranks` tell where a product is one of elements."""

    def __init__(self, ranks: Mapping[str, int | None]) -> None:
        self._ranks = ranks

    def box(self, node: Node) -> Box:
        """The whole formula."""
        return self._box(node, 0)

    def sums(self, node: Node) -> list[Box]:
        """The terms of a sum, each with its sign: where a line may be broken."""
        taken: list[tuple[str, Node]] = []
        while isinstance(node, Binary) and node.operator in "+-":
            taken.append((node.operator, node.right))
            node = node.left
        boxes = [self._held(node, _SUM, 0)]
        for sign, term in reversed(taken):
            boxes.append(beside(text_box(_SIGNS[sign]), self._held(term, _SERIES, 0)))
        return boxes

    def name(self, name: str, over: Sequence[Index] = ()) -> Box:
        """A name, and the indices of its elements."""
        return self._with_indices(text_box(spelled(name)), over, 0) if over else text_box(spelled(name))

    def _box(self, node: Node, depth: int) -> Box:
        match node:
            case Number():
                return text_box(number(node.value))
            case Name() | Index():
                return text_box(spelled(node.name))
            case Whole():
                return text_box(":")
            case Element():
                return self._with_indices(self._held(node.target, _ATOM, depth), node.at, depth)
            case Derivative():
                return self._derivative(node, depth)
            case Differential():
                below = beside(text_box("∂"), self._element(node.bottom, node.at, depth))
                return beside(fraction(text_box("∂"), below), bracketed(self._box(node.operand, depth), "[", "]"))
            case Reduced():
                return self._reduced(node.function, text_box(spelled(node.index.name)), node.body, depth)
            case Array():
                return self._box(node.body, depth)
            case Negative():
                return beside(text_box("−"), self._held(node.operand, _SERIES, depth))
            case Transposed():
                return _topped(self._held(node.operand, _ATOM, depth), text_box("ᵀ"))
            case Binary():
                return self._binary(node, depth)
            case Call():
                return self._call(node, depth)

    def _held(self, node: Node, least: int, depth: int) -> Box:
        """A formula in brackets where it binds less than what is around it."""
        box = self._box(node, depth)
        return box if self._binds(node, depth) >= least else bracketed(box)

    def _binds(self, node: Node, depth: int) -> int:
        match node:
            case Binary(operator="+" | "-"):
                return _SUM
            case Binary(operator="/"):
                return _PRODUCT if depth >= DRAWN_FRACTIONS else _POWER
            case Binary(operator="^"):
                return _POWER
            case Binary(operator="*" | "@" | "·" | "beside"):
                return _PRODUCT
            case Reduced() | Call(function="sum" | "prod"):
                return _SERIES
            case Binary():
                return _COMPARED
            case Negative():
                return _SUM
            case Number(value=value) if value < 0:
                return _SUM
            case Derivative() | Differential():
                return _POWER
            case Call(function="outer"):
                return _SUM
            case _:
                return _ATOM

    def _binary(self, node: Binary, depth: int) -> Box:
        left, right = node.left, node.right
        match node.operator:
            case "+" | "-" as sign:
                after = self._held(right, _SERIES, depth)
                return beside(self._held(left, _SUM, depth), text_box(_SIGNS[sign]), after)
            case "/":
                return self._fraction(left, right, depth)
            case "^":
                return self._power(left, right, depth)
            case "*" | "@" | "·" | "beside" as sign:
                # −a·b is one thing, whichever comes first; −∑ a·b would not be.
                is_signed = isinstance(left, Negative) and self._binds(left.operand, depth) >= _PRODUCT
                before = self._box(left, depth) if is_signed else self._held(left, _PRODUCT, depth)
                return beside(before, text_box(self._joint(sign, left, right)), self._held(right, _UNARY, depth))
            case sign:
                first, second = self._held(left, _SUM, depth), self._held(right, _SUM, depth)
                return beside(first, text_box(_SIGNS[sign]), second)

    def _joint(self, sign: str, left: Node, right: Node) -> str:
        """What stands between factors: nothing but room in a product of matrices or after a number."""
        if sign in ("@", "beside"):
            return " "
        if sign == "·":
            return " · "
        ranks = (rank_of(left, self._ranks), rank_of(right, self._ranks))
        if all(ranks):  # neither 0 nor unknown: element by element
            return " ⊙ "
        return " " if isinstance(left, Number) and not isinstance(right, Number) else "·"

    def _fraction(self, top: Node, bottom: Node, depth: int) -> Box:
        if isinstance(top, Number) and isinstance(bottom, Number):
            sign = vulgar(top.value, bottom.value)
            if sign is not None:
                return text_box(sign)
        if depth >= DRAWN_FRACTIONS:
            before = self._held(top, _PRODUCT, depth)
            return beside(before, text_box("/"), self._held(bottom, _UNARY, depth))
        return fraction(self._box(top, depth + 1), self._box(bottom, depth + 1))

    def _power(self, base: Node, exponent: Node, depth: int) -> Box:
        held = self._held(base, _ATOM, depth)
        script = self._box(exponent, DRAWN_FRACTIONS)
        high = superscript(script.rows[0].replace(" ", "")) if script.is_flat else None
        return raised(held, script) if high is None else _topped(held, text_box(high))

    def _derivative(self, node: Derivative, depth: int) -> Box:
        top = beside(text_box("∂"), self._element(node.top, node.top_at, depth))
        bottom = beside(text_box("∂"), self._element(node.bottom, node.bottom_at, depth))
        return beside(top, text_box("/"), bottom) if depth >= DRAWN_FRACTIONS else fraction(top, bottom)

    def _element(self, name: str, at: Sequence[Node], depth: int) -> Box:
        box = text_box(spelled(name))
        return self._with_indices(box, at, depth) if at else box

    def _with_indices(self, box: Box, at: Sequence[Node], depth: int) -> Box:
        parts = [self._box(index, max(depth, DRAWN_FRACTIONS)) for index in at]
        if all(part.is_flat for part in parts):
            texts = [part.rows[0].replace(" ", "") for part in parts]
            low = subscript("".join(texts)) if all(len(text) == 1 for text in texts) or len(texts) == 1 else None
            if low is not None:
                return beside(box, text_box(low))
        return lowered(box, _listed(parts, ","))

    def _reduced(self, function: str, label: Box, body: Node, depth: int) -> Box:
        sign = text_box(_BIG.get(function, function))
        return beside(under(sign, label), text_box(" "), self._held(body, _SERIES, depth))

    def _call(self, node: Call, depth: int) -> Box:
        function, first = node.function, node.arguments[0]
        alone = len(node.arguments) == 1 and node.dim is None
        if function in _AROUND and alone:
            return bracketed(self._box(first, depth), *_AROUND[function])
        if function == "transpose" and alone:
            return _topped(self._held(first, _ATOM, depth), text_box("ᵀ"))
        if function == "sqrt" and alone:
            box = self._box(first, depth)
            return beside(text_box("√"), box) if self._binds(first, depth) == _ATOM and box.is_flat else rooted(box)
        if function in _BIG and len(node.arguments) == 1:
            sign = text_box(_BIG[function])
            sign = sign if node.dim is None else under(sign, text_box(f"dim {node.dim}"))
            return beside(sign, text_box(" "), self._held(first, _SERIES, depth))
        if function == "outer":
            before = self._held(first, _UNARY, depth)
            return beside(before, text_box(" ⊗ "), self._held(node.arguments[1], _UNARY, depth))
        inside = [self._box(argument, depth) for argument in node.arguments]
        if function == "dot":
            return bracketed(_listed(inside, ", "), "⟨", "⟩")
        if node.dim is not None:
            inside.append(text_box(f"dim {node.dim}"))
        stem = function.rstrip("'")
        name = _NAMED.get(stem, stem) + "′" * (len(function) - len(stem))
        return beside(text_box(name), bracketed(_listed(inside, ", ")))


def _topped(box: Box, script: Box) -> Box:
    """A script of one row at the top right of a box; beside it where that is one row too."""
    if box.is_flat:
        return beside(box, script)
    return beside(box, Box((script.rows[0], *(" " * script.width for _ in box.rows[1:])), box.base, script.width))


def _listed(boxes: Sequence[Box], joint: str) -> Box:
    parts: list[Box] = []
    for box in boxes:
        parts += [text_box(joint), box] if parts else [box]
    return beside(*parts)
