"""Derivatives at one point, by autograd; and the truth, where a line gives it element by element."""

from __future__ import annotations

import torch
from torch import Tensor

from studytui.grader.formula.elements import by_elements, jacobian
from studytui.grader.formula.indexed import Indexed, error_at
from studytui.grader.formula.tree import Array, Derivative, Differential, Element, Name, Node

_MOST_DERIVATIVES = 600
"""Elements of a Jacobian: a matrix of 4 x 4 by another has 256."""


class Differentiated(Indexed):
    """What `dA/dB`, `d/dB(…)` and `grad(…, B)` are worth."""

    def derivative(self, node: Derivative, *, elementwise: bool) -> Tensor:
        """dA/dB by autograd: of the shape of B for a scalar A, of A for a scalar B, else [*A, *B].

        Args:
            node: the derivative.
            elementwise: where A and B are of one shape and each element of A uses its own element of B only, give the
                diagonal in that shape, as `da/dz = a*(1 - a)` means it.
        """
        key = (node.top, node.bottom, self._definitions.version)
        # One that is differentiated itself is computed anew, with its graph.
        full = None if torch.is_grad_enabled() else self._derivatives.get(key)
        if full is None:
            scope, self._scope = self._scope, []
            try:
                full = self._differentiated(Name(node.top, node.span), node.bottom)
            finally:
                self._scope = scope
            if not torch.is_grad_enabled():
                self._derivatives[key] = full
        rank = full.ndim - self.value_of(node.bottom, node.span).ndim
        if node.top_at or node.bottom_at:
            return self._elements_of(node, full, rank)
        return self._lifted(by_elements(full, rank, 0) if elementwise else full)

    def elements_of_truth(self, node: Node, truth: Tensor) -> Tensor:
        """The truth where `node` names elements of what is asked: `dL/dz_i` in the indices of its line."""
        indices = node.indices if isinstance(node, Array) else ()
        named = node.body if isinstance(node, Array) else node
        at = named.at if isinstance(named, Element) else ()
        if isinstance(named, Derivative):
            at = (*named.top_at, *named.bottom_at)
        with torch.no_grad():
            for index in indices:
                self._push(index, node)
            try:
                places: list[Tensor | None] = (
                    [self._evaluate(place) for place in at[-truth.ndim :]] if truth.ndim else []
                )
                found = self._taken(self._lifted(truth), places, node.span, self._named(named))
                return self._spread(found) if indices else found
            finally:
                del self._scope[:]

    def _differentiated(self, operand: Node, bottom_name: str) -> Tensor:
        """The whole Jacobian, behind the indices in scope; the graph is kept where it is differentiated once more."""
        span = operand.span
        plan = self._definitions.plan_of(operand, bottom_name)
        bottom = self.value_of(bottom_name, span)
        if plan is None:
            raise error_at(span, "derivative_of_derivative", top=self._named(operand))
        if not plan and not self._definitions.uses(operand, bottom_name):
            if bottom_name in self._definitions:
                raise error_at(span, "not_written_with", top=self._named(operand), bottom=bottom_name)
            top = self._evaluate(operand)
            return torch.zeros((*top.shape, *bottom.shape), dtype=torch.float64)
        keeps = torch.is_grad_enabled()
        saved = dict(self._values)
        scope = list(self._scope)
        try:
            with torch.enable_grad():
                leaf = bottom * 1.0 if bottom.requires_grad else bottom.detach().clone().requires_grad_()
                self._values[bottom_name] = leaf
                self._scope = []
                for name, form in plan:
                    self._values[name] = self._evaluate(form)
                self._scope = scope
                top = self._evaluate(operand)
                if top.numel() * leaf.numel() > _MOST_DERIVATIVES:
                    raise error_at(span, "too_many_values")
                # One that is differentiated itself keeps its graph, which costs about ten times as much.
                self._budget.spend(span, (50 if keeps else 5) * top.numel() * (1 + len(plan)))
                return jacobian(top, leaf, keeps=keeps)
        finally:
            self._values = saved
            self._scope = scope

    def _differential(self, node: Differential, *, elementwise: bool) -> Tensor:
        full = self._differentiated(node.operand, node.bottom)
        bottom = self.value_of(node.bottom, node.span)
        lead = len(self._scope)
        if node.at:
            at = [*[None] * (full.ndim - lead - bottom.ndim), *map(self._place, node.at)]
            return self._taken(full, at, node.span, node.bottom)
        return by_elements(full, full.ndim - lead - bottom.ndim, lead) if elementwise else full

    def _elements_of(self, node: Derivative, full: Tensor, rank: int) -> Tensor:
        top_at = [self._place(place) for place in node.top_at] or [None] * rank
        if len(top_at) != rank:
            raise error_at(node.span, "no_element", name=node.top, count=len(top_at))
        at = [*top_at, *map(self._place, node.bottom_at)]
        return self._taken(self._lifted(full), at, node.span, self._named(node))
