"""What each name of a derivation is made of, and how to compute one name from another: the plan of a derivative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.grader.formula.tree import Derivative, Name, Node, names_in, walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_VISITS = 2_000
"""Names looked at in one search: what is circular is not remembered, and a web of names could be walked for ever."""

_DEEPEST = 60
"""Restatements followed one into the next: three frames each, well inside Python's recursion limit."""


class Definitions:
    """Formulas by name: the card's givens, the learner's own, and restatements of either that were found to hold.

    A name may have several forms. `L` given as `1/2*(w*x - y)^2` and restated as `1/2*e^2` has a derivative with
    respect to `e` by its second form only.
    """

    def __init__(self, given: Mapping[str, Node]) -> None:
        self._forms: dict[str, list[Node]] = {name: [node] for name, node in given.items()}
        self._plans: dict[tuple[str, str], tuple[tuple[str, Node], ...] | None] = {}
        self.version = 0
        """Goes up with every form: what was computed by a plan holds for one version."""

    def __contains__(self, name: str) -> bool:
        return name in self._forms

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that has a form, oldest first."""
        return tuple(self._forms)

    def first(self, name: str) -> Node:
        """The form a name was given by."""
        return self._forms[name][0]

    def forms(self, name: str) -> tuple[Node, ...]:
        """Every form of a name, oldest first; none for a symbol."""
        return tuple(self._forms.get(name, ()))

    def add(self, name: str, form: Node) -> None:
        """Give a name its meaning, or one more form of it."""
        self._forms.setdefault(name, []).append(form)
        self._plans.clear()
        self.version += 1

    def roots(self, node: Node, cut: str = "") -> frozenset[str]:
        """The names with no form that `node` is made of in the end, by first forms; nothing below `cut` is counted."""
        found: set[str] = set()
        seen = {cut}
        left = [node]
        while left:
            names = names_in(left.pop()) - seen
            seen |= names
            found |= {name for name in names if name not in self}
            left += [self.first(name) for name in names if name in self]
        return frozenset(found)

    def plan(self, top: str, bottom: str) -> tuple[tuple[str, Node], ...] | None:
        """The names between `bottom` and `top` with the form to compute each by, in the order to compute them.

        `bottom` counts as a leaf: a chain of definitions is cut there, as in ∂L/∂z. For a symbol, first forms say
        everything; restatements are looked at for names only, and never in a circle. Forms that hold derivatives are
        passed over.

        Returns:
            Nothing to compute where `top` is `bottom` or is not written with it; None where that cannot be told.
        """
        if (top, bottom) not in self._plans:
            self._plans[top, bottom] = self._planned((top,), bottom)
        return self._plans[top, bottom]

    def plan_of(self, node: Node, bottom: str) -> tuple[tuple[str, Node], ...] | None:
        """As `plan`, for every name that a formula uses."""
        if isinstance(node, Name):
            return self.plan(node.name, bottom)
        return self._planned(sorted(names_in(node)), bottom)

    def uses(self, node: Node, bottom: str) -> bool:
        """Whether `bottom` itself stands in a formula."""
        return bottom in names_in(node)

    def _planned(self, tops: Sequence[str], bottom: str) -> tuple[tuple[str, Node], ...] | None:
        search = _Search(self, bottom)
        for name in self._forms:
            # First forms use older names only: in this order the search stays flat, however long the derivation.
            search.reaches(name)
        if None in [search.reaches(top) for top in tops]:
            return None
        needed = set(tops)
        plan: list[tuple[str, Node]] = []
        for name, form in reversed(search.chosen.items()):
            if name in needed:
                needed |= names_in(form)
                plan.append((name, form))
        return tuple(reversed(plan))


class _Search:
    """Depth first from a name down to `bottom`; `chosen` fills in the order in which names can be computed."""

    def __init__(self, definitions: Definitions, bottom: str) -> None:
        self.chosen: dict[str, Node] = {}
        self._definitions = definitions
        self._bottom = bottom
        self._known: dict[str, bool] = {}
        self._active: set[str] = set()
        self._left = _MOST_VISITS

    def reaches(self, name: str) -> bool | None:
        """Whether a form of `name` uses the bottom; None where no form tells without going in a circle."""
        if name == self._bottom:
            return True
        if name in self._known:
            return self._known[name]
        self._left -= 1
        if name in self._active or self._left < 0 or len(self._active) >= _DEEPEST:
            return None
        self._active.add(name)
        found = self._by_a_form(name)
        self._active.discard(name)
        if found is not None:
            self._known[name] = found
        return found

    def _by_a_form(self, name: str) -> bool | None:
        forms = self._definitions.forms(name)
        unknown = False
        for form in forms if self._bottom in self._definitions else forms[:1]:
            if any(isinstance(node, Derivative) for node in walk(form)):
                unknown = True
                continue
            # Every name is looked at, not just the first that reaches: each needs its own form in the plan.
            reached = [self.reaches(name) for name in sorted(names_in(form))]
            if None in reached:
                unknown = True
            elif any(reached):
                self.chosen[name] = form
                return True
        return None if unknown else False
