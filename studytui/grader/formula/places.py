"""The points of one check, each with its evaluator and the truth: what a formula is worth, everywhere at once."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch

from studytui.errors import DeckError
from studytui.grader.formula.compare import close
from studytui.grader.formula.domains import DomainKind, size_at
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.evaluate import Evaluator
from studytui.grader.formula.indexed import Budget
from studytui.grader.formula.points import Point, draw
from studytui.grader.formula.tree import (
    Derivative,
    Element,
    Index,
    Name,
    Node,
    Span,
    children,
    core,
    free_indices,
    over_all,
    plain_indices,
    whole_of,
    with_children,
)
from studytui.grader.formula.truth import AUTHOR, Truth

if TYPE_CHECKING:
    from torch import Tensor

    from studytui.grader.formula.definitions import Definitions
    from studytui.grader.formula.task import Task

POINTS = 16
"""Points at which every line is judged; `points` says why a wrong one cannot slip through all of them."""

WHOLE_POINTS = 96
"""Where every symbol is a whole number: such formulas may differ at few of the values there are. One that was drawn
before is drawn anew, while there are others."""

_SMALL_POINTS = 4
_TRIES = 20
"""Points drawn for one where the truth is finite."""

_SAME_AT = 3
"""Points at which a part of a formula must equal a name to be taken for it."""

_MOST_PAIRS = 40
"""Derivatives tried as the missing factor of a chain rule."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point with what is right there."""

    evaluator: Evaluator
    truth: Tensor

    @property
    def point(self) -> Point:
        """Sizes and symbols' values."""
        return self.evaluator.point


class Places:
    """Every point of one check.

    Args:
        task: whose truth is computed at each point.
        definitions: what names mean; may grow between calls.
        seed: what draws the points.

    Raises:
        DeckError: when the truth fails, or is nowhere finite.
    """

    def __init__(self, task: Task, definitions: Definitions, seed: int) -> None:
        self._task = task
        self._definitions = definitions
        self._seed = seed
        self._budget = Budget()
        self._truth = Truth(task)
        self._rewritten: set[tuple[str, str]] = set()
        self._seen: set[tuple[int, ...]] = set()
        self._is_whole = all(domain.kind is DomainKind.INT for domain in task.symbols.values())
        count = WHOLE_POINTS if self._is_whole else POINTS
        self.judged = [self._place(index, small=False) for index in range(count)]
        self._check_given()

    def _check_given(self) -> None:
        for name, node in self._task.given.items():
            try:
                self.values(Name(name, node.span))
            except FormulaError as error:
                raise DeckError(f"given.{name}: {error.message}", AUTHOR) from None

    @cached_property
    def small(self) -> list[Place]:
        """Points of small numbers, to show a difference at; drawn only where there is one to show."""
        return [self._place(index, small=True) for index in range(_SMALL_POINTS)]

    def _place(self, index: int, *, small: bool) -> Place:
        source = random.Random(f"{self._seed}:{index}:{small}")
        for tries in range(_TRIES):
            point = draw(self._task, source, small=small)
            if self._is_whole and not small and self._is_known(point) and tries < _TRIES // 2:
                continue
            truth = self._truth.at(point)
            if small or bool(torch.isfinite(truth).all()):
                place = Place(Evaluator(point, self._definitions, self._budget), truth)
                if self._task.asked.name:
                    # It may be used from the line on that first gives it: the reading sees to that.
                    place.evaluator.know(self._task.asked.name, truth)
                return place
        raise DeckError("The truth of this card is not a finite number inside the domains of its symbols.", AUTHOR)

    def _is_known(self, point: Point) -> bool:
        """Whether a point of whole numbers was drawn before; now it was."""
        values = (*point.sizes.values(), *(int(value) for value in point.values.values()))
        is_known = values in self._seen
        self._seen.add(values)
        return is_known

    def value(self, place: Place, node: Node) -> Tensor:
        """What a side of a line is worth at one point.

        Raises:
            FormulaError: where it cannot be evaluated.
        """
        if not self.is_asked(node):
            return place.evaluator.value(node)
        if isinstance(node, Name) or (isinstance(node, Derivative) and not (node.top_at or node.bottom_at)):
            return place.truth
        return place.evaluator.elements_of_truth(node, place.truth)

    def is_asked(self, node: Node) -> bool:
        """Whether `node` is what is asked: whole, or element by element, with an index for each dim of the truth.

        Where the truth has one dim for a derivative of a vector by a vector, as `dt/dz` of a function that goes element
        by element, the elements are `dt_i/dz_i`.
        """
        if not self._task.is_asked(node):
            return False
        found = core(node)
        at = found.at if isinstance(found, Element) else ()
        if isinstance(found, Derivative):
            at = (*found.top_at, *found.bottom_at)
        if not at:
            return True
        rank = self.judged[0].truth.ndim
        if len(at) == 2 * rank and at[:rank] == at[rank:]:
            at = at[rank:]
        indices = plain_indices(at)
        return len(at) == rank and indices is not None and all(_run_over(indices, place) for place in self.judged)

    def covers(self, subject: Node) -> bool:
        """Whether the elements that a left side gives are all there are of what it names."""
        whole = whole_of(subject)
        if whole == subject:
            return True
        place = self.judged[0]
        try:
            given = place.evaluator.value(over_all(subject, free_indices(subject), (subject,)))
            if isinstance(whole, Derivative) and not whole.top_at:
                return given.shape == place.evaluator.derivative(whole, elementwise=False).shape
            return isinstance(whole, Derivative) or given.shape == place.evaluator.value(whole).shape
        except FormulaError:
            return False

    def asked_by(self, indices: tuple[Index, ...], span: Span) -> Node:
        """What is asked, in words that fit a line which leaves it out and speaks of these indices."""
        asked = self._task.asked
        if not asked.name:
            return Derivative(asked.top, asked.bottom, span, 1, (), self._in_order(indices))
        name = Name(asked.name, span)
        return Element(name, self._in_order(indices), span) if indices else name

    def _in_order(self, indices: tuple[Index, ...]) -> tuple[Index, ...]:
        """The order of the asked one's own subscripts, else that of the alphabet."""
        letters = self._task.asked.spelled
        return tuple(sorted(indices, key=lambda index: (letters.rfind(index.name), index.name)))

    def values(self, node: Node) -> list[Tensor]:
        """What a side of a line is worth at every point it is judged at.

        Raises:
            FormulaError: where it cannot be evaluated.
        """
        return [self.value(place, node) for place in self.judged]

    def whole(self, node: Derivative) -> list[Tensor]:
        """As `values`, with the whole Jacobian where `values` gives the diagonal."""
        if self.is_asked(node):
            return [self.value(place, node) for place in self.judged]
        return [place.evaluator.derivative(node, elementwise=False) for place in self.judged]

    def chain(self, span: Span) -> dict[str, Derivative]:
        """The derivatives of defined names with respect to what they are written with: factors of a chain rule."""
        names = (*self._definitions.names, *self._task.symbols)
        pairs = [(top, bottom) for top in self._definitions.names for bottom in names if top != bottom]
        written = [(top, bottom) for top, bottom in pairs[:_MOST_PAIRS] if self._definitions.plan(top, bottom)]
        return {f"d{top}/d{bottom}": Derivative(top, bottom, span) for top, bottom in written}

    def is_truth(self, node: Node) -> bool:
        """Whether a formula is worth the truth everywhere."""
        wrapped = over_all(node, self._in_order(free_indices(node)))
        try:
            return all(close(place.truth, self.value(place, wrapped)) for place in self.judged)
        except FormulaError:
            return False

    def rewrite_with(self, name: str) -> None:
        """Find what `name` is worth inside other formulas and give those a form with `name` in its place.

        With `e = w*x - y` defined and `L` given as `1/2*(w*x - y)^2`, a learner rightly expects dL/de to be `e`, and
        does not restate L first. Only a form that uses what `name` is made of nowhere else will do: with `+ w^2` in L
        it is for the learner to say what stays and what varies.
        """
        if name not in self._definitions:
            return
        symbols = self._definitions.roots(self._definitions.first(name)) & self._task.symbols.keys()
        for other in self._definitions.names:
            if other != name and (name, other) not in self._rewritten:
                self._rewritten.add((name, other))
                form = self._definitions.first(other)
                rewritten = self._replaced(form, Name(name, form.span))
                if rewritten != form and not symbols & self._definitions.roots(rewritten, cut=name):
                    self._definitions.add(other, rewritten)

    def _replaced(self, node: Node, name: Name) -> Node:
        if node != name and children(node):
            for other in self._spellings(node, name):
                if self._same(node, other):
                    return other
        below = children(node)
        return with_children(node, tuple(self._replaced(child, name) for child in below)) if below else node

    def _spellings(self, node: Node, name: Name) -> list[Node]:
        """The name, or its elements in either order of the indices that are free in a part of a formula."""
        indices = free_indices(node)
        if not indices:
            return [name]
        if len(indices) > 2 or self.judged[0].evaluator.value(name).ndim != len(indices):
            return []
        return [Element(name, at, name.span) for at in {indices, indices[::-1]}]

    def _same(self, node: Node, other: Node) -> bool:
        indices = free_indices(node)
        left, right = (over_all(side, indices, (node, other)) for side in (node, other))
        try:
            return all(close(self.value(place, left), self.value(place, right)) for place in self.judged[:_SAME_AT])
        except FormulaError:
            return False


def _run_over(indices: tuple[Index, ...], place: Place) -> bool:
    """Whether declared indices run over all of the truth: one over a part of it leaves the rest unsaid."""
    sizes = zip(indices, place.truth.shape, strict=True)
    return all(index.size is None or size_at(index.size, place.point.sizes) == size for index, size in sizes)
