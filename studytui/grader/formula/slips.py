"""Naming the slip behind a formula that is not what it should be, by trying the usual ones.

First the ratio of what should be and what is: a constant, a size, a symbol; then the same for each term of a sum; then
small changes of the formula itself: a sign, a transpose, the kind or order of a product, a reduction, a name.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

import torch
from torch import Tensor

from studytui.grader.formula.compare import close
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.tree import (
    Binary,
    Call,
    Element,
    Index,
    Name,
    Negative,
    Node,
    Number,
    Reduced,
    Transposed,
    children,
    core,
    terms,
    with_children,
    within,
)

Values: TypeAlias = Sequence[Tensor]
"""One tensor a point."""

_MOST_CHANGES = 200
_MOST_IN_PRODUCTS = 6
_CONSTANTS = {"1": 1.0, "2": 2.0, "1/2": 0.5, "3": 3.0, "4": 4.0}


@dataclass(frozen=True, slots=True)
class Workshop:
    """What slips are tried with.

    Attributes:
        evaluate: value of a changed formula at the point of an index, None where it cannot be evaluated.
        typed: a node as the learner typed it.
        sizes: of each point.
        names: symbols and defined names.
        parts: what may be missing as a factor: a name, or its elements where the formula speaks of an index.
        factors: the values of these, for every index.
        indices: those of the formula that is wrong.
        chain: values of the derivatives of defined names, by `ds/dz`; costly, so asked for last.
    """

    evaluate: Callable[[Node, int], Tensor | None]
    typed: Callable[[Node], str]
    sizes: Sequence[Mapping[str, int]]
    names: Sequence[str]
    parts: Mapping[str, Node]
    factors: Mapping[str, Values]
    indices: Sequence[Index]
    chain: Callable[[], Mapping[str, Values]]

    def values(self, node: Node) -> Values | None:
        """Values of a formula at every point, None where it cannot be evaluated at one."""
        found = [self.evaluate(node, index) for index in range(len(self.sizes))]
        values = [value for value in found if value is not None]
        return values if len(values) == len(found) else None

    def gives(self, node: Node, wanted: Values) -> bool:
        """Whether a formula gives what is wanted at every point; the first point mostly says no."""
        for index, right in enumerate(wanted):
            value = self.evaluate(node, index)
            if value is None or not close(right, value):
                return False
        return True


def find_slip(workshop: Workshop, node: Node, wanted: Values, found: Values | None) -> Finding | None:
    """The slip that explains why `node` does not give `wanted`; None where none of ours does.

    Args:
        workshop: what to try with.
        node: the formula that is wrong.
        wanted: what it should give.
        found: what it gives; None where its shapes do not even fit together.
    """
    if found is None:
        return _changed(workshop, node, wanted)
    if any(right.shape != wrong.shape for right, wrong in zip(wanted, found, strict=True)):
        return _transposed(wanted, found) or _changed(workshop, node, wanted) or _reduced(wanted, found)
    constant = _constant_ratio(found, wanted) or _size_ratio(workshop, found, wanted)
    if constant == "-1":
        return Finding.of("slip_negative")
    if constant:
        return Finding.of("slip_times", factor=constant)
    return (
        _of_a_term(workshop, node, wanted, found)
        or _symbol_ratio(workshop.factors, "slip", wanted, found)
        or _changed(workshop, node, wanted)
        or _missing_term(workshop, wanted, found)
        or _symbol_ratio(workshop.chain(), "slip", wanted, found)
    )


# ---- shapes


def _transposed(wanted: Values, found: Values) -> Finding | None:
    pairs = zip(wanted, found, strict=True)
    if all(wrong.ndim == 2 and close(right, wrong.T) for right, wrong in pairs):
        return Finding.of("slip_transposed")
    return None


def _reduced(wanted: Values, found: Values) -> Finding | None:
    tests: list[tuple[Finding, Callable[[Tensor], Tensor], bool]] = [
        (Finding.of("slip_not_summed"), torch.sum, False),
        (Finding.of("slip_not_averaged"), torch.mean, False),
        (Finding.of("slip_summed"), torch.sum, True),
        (Finding.of("slip_averaged"), torch.mean, True),
    ]
    for dim in (0, 1):
        tests.append((Finding.of("slip_sum_dim", dim=dim), partial(_over, dim, torch.sum), False))
        tests.append((Finding.of("slip_mean_dim", dim=dim), partial(_over, dim, torch.mean), False))
    for finding, change, of_wanted in tests:
        pairs = zip(wanted, found, strict=True)
        if all(close(change(right), wrong) if of_wanted else close(right, change(wrong)) for right, wrong in pairs):
            return finding
    return None


def _over(dim: int, reduce: Callable[..., Tensor], value: Tensor) -> Tensor:
    return reduce(value, dim=dim) if value.ndim == 2 else value


# ---- ratios


def _ratios(top: Values, bottom: Values) -> list[Tensor] | None:
    """Element by element, NaN where both are zero; None where one alone is zero or too little is left."""
    ratios = []
    count = 0
    for above, below in zip(top, bottom, strict=True):
        zero = (above == 0) & (below == 0)
        ratio = torch.where(zero, math.nan, above / below)
        known = ratio[~zero]
        if not bool(torch.isfinite(known).all()) or bool((known == 0).any()):
            return None
        count += known.numel()
        ratios.append(ratio)
    return ratios if count >= len(top) // 2 else None


def _equals(ratios: Values, candidate: Values) -> bool:
    for ratio, value in zip(ratios, candidate, strict=True):
        if value.ndim and value.shape != ratio.shape:
            return False
        difference = (ratio - value).abs()
        known = ~torch.isnan(ratio)
        if bool((difference > 1e-7 * value.abs())[known].any()) or not bool(torch.isfinite(value).all()):
            return False
    return True


def _constant_ratio(top: Values, bottom: Values) -> str:
    """The one number that top/bottom is everywhere, as a fraction or with four digits; empty where there is none."""
    ratios = _ratios(top, bottom)
    if ratios is None:
        return ""
    elements = torch.cat([ratio[~torch.isnan(ratio)].reshape(-1) for ratio in ratios])
    number = elements[0].item()
    if not bool(((elements - number).abs() <= 1e-7 * abs(number)).all()):
        return ""
    fraction = Fraction(number).limit_denominator(64)
    return str(fraction) if math.isclose(float(fraction), number, rel_tol=1e-7) else f"{number:.4g}"


def _size_ratio(workshop: Workshop, top: Values, bottom: Values) -> str:
    """As `_constant_ratio`, for a number made of sizes: n, 2/n, 1/(n*m), n/(n-1)."""
    ratios = _ratios(top, bottom)
    if ratios is None:
        return ""
    for label, of_sizes in _size_labels(list(workshop.sizes[0])):
        for sign in ("", "-"):
            values = [torch.tensor(of_sizes(sizes), dtype=torch.float64) for sizes in workshop.sizes]
            if _equals(ratios, [-value for value in values] if sign else values):
                return f"-({label})" if sign and "/" in label else sign + label
    return ""


def _size_labels(names: list[str]) -> Iterator[tuple[str, Callable[[Mapping[str, int]], float]]]:
    groups = [(name,) for name in names] + list(itertools.combinations(names, 2))
    for group in groups:
        label = "*".join(group)
        bracketed = f"({label})" if len(group) > 1 else label
        yield label, partial(_product, group, 1.0, 1)
        yield f"2*{label}", partial(_product, group, 2.0, 1)
        yield f"{label}/2", partial(_product, group, 0.5, 1)
        yield f"1/{bracketed}", partial(_product, group, 1.0, -1)
        yield f"2/{bracketed}", partial(_product, group, 2.0, -1)
        yield f"1/(2*{label})", partial(_product, group, 0.5, -1)
    for above, below in itertools.permutations(names, 2):
        yield f"{above}/{below}", partial(_quotient, above, below)
    for name in names:
        yield f"{name}/({name}-1)", partial(_bessel, name, 1)
        yield f"({name}-1)/{name}", partial(_bessel, name, -1)


def _product(group: tuple[str, ...], number: float, power: int, sizes: Mapping[str, int]) -> float:
    return number * math.prod(float(sizes[name]) for name in group) ** power


def _quotient(above: str, below: str, sizes: Mapping[str, int]) -> float:
    return sizes[above] / sizes[below]


def _bessel(name: str, power: int, sizes: Mapping[str, int]) -> float:
    return float((sizes[name] / (sizes[name] - 1)) ** power)


def _symbol_ratio(
    factors: Mapping[str, Values], prefix: str, wanted: Values, found: Values, **data: str
) -> Finding | None:
    """A factor that is missing or too much, where it is a symbol or a defined name, maybe with a small number."""
    missing, extra = _ratios(wanted, found), _ratios(found, wanted)
    for kind, ratios in (("missing_factor", missing), ("extra_factor", extra)):
        if ratios is None:
            continue
        for word, number in _CONSTANTS.items():
            for (name, values), sign in itertools.product(factors.items(), (1.0, -1.0)):
                if _equals(ratios, [sign * number * value for value in values]):
                    label = ("-" if sign < 0 else "") + ("" if word == "1" else f"{word}*") + name
                    return Finding.of(f"{prefix}_{kind}", factor=label, **data)
    return None


# ---- terms


def _of_a_term(workshop: Workshop, node: Node, wanted: Values, found: Values) -> Finding | None:
    parts = terms(core(node))
    if len(parts) < 2:
        return None
    valued = []
    for sign, term in parts:
        values = workshop.values(within(node, term))
        if values is not None and all(value.shape == right.shape for value, right in zip(values, wanted, strict=True)):
            valued.append((term, [sign * value for value in values]))
    needed = [
        [right - (wrong - value) for right, wrong, value in zip(wanted, found, values, strict=True)]
        for _, values in valued
    ]
    for (term, values), need in zip(valued, needed, strict=True):
        constant = _constant_ratio(values, need) or _size_ratio(workshop, values, need)
        if constant == "-1":
            return Finding.of("term_sign", term=workshop.typed(term))
        if constant:
            return Finding.of("term_times", term=workshop.typed(term), factor=constant)
        if all(close(value, torch.zeros_like(value)) for value in need):
            return Finding.of("term_extra", term=workshop.typed(term))
    for (term, values), need in zip(valued, needed, strict=True):
        slip = _symbol_ratio(workshop.factors, "term", need, values, term=workshop.typed(term))
        if slip is not None:
            return slip
    return None


def _missing_term(workshop: Workshop, wanted: Values, found: Values) -> Finding | None:
    rest = [right - wrong for right, wrong in zip(wanted, found, strict=True)]
    constant = _constant_ratio(rest, [torch.ones_like(value) for value in rest])
    if constant:
        return Finding.of("term_missing", term=constant)
    named = list(workshop.factors.items())
    scalars = [(name, values) for name, values in named if values[0].ndim == 0][:_MOST_IN_PRODUCTS]
    products = itertools.chain.from_iterable(itertools.combinations_with_replacement(scalars, k) for k in (2, 3))
    for group in itertools.chain(((one,) for one in named), products):
        for sign in (1.0, -1.0):
            if all(close(value, sign * _product_at(group, index)) for index, value in enumerate(rest)):
                return Finding.of("term_missing", term=("-" if sign < 0 else "") + "*".join(name for name, _ in group))
    return None


def _product_at(group: tuple[tuple[str, Values], ...], index: int) -> Tensor:
    product = group[0][1][index]
    for _, values in group[1:]:
        product = product * values[index]
    return product


# ---- changes of the formula


def _changed(workshop: Workshop, node: Node, wanted: Values) -> Finding | None:
    for finding, other in itertools.islice(_changes(workshop, node), _MOST_CHANGES):
        if workshop.gives(other, wanted):
            return finding
    return None


def _changes(workshop: Workshop, node: Node) -> Iterator[tuple[Finding, Node]]:
    """Every formula one usual slip away from `node`, outermost first."""
    yield from _changes_here(workshop, node)
    below = children(node)
    for index, child in enumerate(below):
        for finding, other in _changes(workshop, child):
            yield finding, with_children(node, (*below[:index], other, *below[index + 1 :]))


def _changes_here(workshop: Workshop, node: Node) -> Iterator[tuple[Finding, Node]]:
    typed = workshop.typed
    match node:
        case Binary(operator="+" | "-"):
            other_sign = replace(node, operator="-" if node.operator == "+" else "+")
            yield Finding.of("change_sign", term=typed(node.right)), other_sign
            for finding, by in _times(workshop, node.left):
                yield finding, replace(node, left=_multiplied(node.left, by))
            for finding, by in _times(workshop, node.right):
                yield finding, replace(node, right=_multiplied(node.right, by))
        case Binary(operator="@"):
            flips = [
                (_flipped(node.left, first), _flipped(node.right, second))
                for first, second in ((True, False), (False, True), (True, True))
            ]
            for left, right in flips:
                yield Finding.of("change_transpose", product=typed(node)), replace(node, left=left, right=right)
            swapped = replace(node, left=node.right, right=node.left)
            yield Finding.of("change_order", product=typed(node)), swapped
            for left, right in flips:
                yield Finding.of("change_transpose", product=typed(node)), replace(node, left=right, right=left)
            yield Finding.of("change_to_elementwise", product=typed(node)), replace(node, operator="*")
        case Binary(operator="*" | "beside" | "·"):
            yield Finding.of("change_to_matrix", product=typed(node)), replace(node, operator="@")
        case Negative():
            yield Finding.of("change_sign", term=typed(node.operand)), node.operand
        case Transposed():
            yield Finding.of("change_transpose", product=typed(node)), node.operand
        case Reduced(function="sum" | "mean"):
            changed = replace(node, function="mean" if node.function == "sum" else "sum")
            yield Finding.of("change_function", typed=node.function, right=changed.function), changed
        case Element() if len(node.at) == 2:
            yield Finding.of("change_transpose", product=typed(node)), replace(node, at=node.at[::-1])
        case Index(name=name):
            for index in workshop.indices:
                if index.name != name:
                    yield Finding.of("change_index", typed=name, right=index.name), replace(index, span=node.span)
        case Call(function="sum" | "mean"):
            function = "mean" if node.function == "sum" else "sum"
            yield Finding.of("change_function", typed=node.function, right=function), replace(node, function=function)
        case Name(name=name):
            for another in workshop.names:
                if another != name:
                    yield Finding.of("change_name", typed=name, right=another), replace(node, name=another)
        case _:
            return


def _times(workshop: Workshop, term: Node) -> Iterator[tuple[Finding, Node]]:
    """What a term inside a formula may have to be multiplied by, and what that says of it."""
    typed = workshop.typed(term)
    for factor, by in (("1/2", 2.0), ("2", 0.5)):
        yield Finding.of("term_times", term=typed, factor=factor), Number(by, term.span)
    for name, node in workshop.parts.items():
        yield Finding.of("term_missing_factor", term=typed, factor=name), node


def _multiplied(term: Node, by: Node) -> Node:
    return Binary("*", term, by, term.span, term.height + 1)


def _flipped(node: Node, really: bool) -> Node:
    if not really:
        return node
    return node.operand if isinstance(node, Transposed) else Transposed(node, node.span, node.height + 1)
