"""What torch makes of one case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studytui.grader.children.compare import Tolerance

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from studytui.grader.children.cases import Case
    from studytui.grader.children.exact import Exact


class Once:
    """A measurement that few cases need, taken at the first call."""

    __slots__ = ("_measure", "_taken")

    def __init__(self, measure: Callable[[], Tolerance]) -> None:
        self._measure = measure
        self._taken: Tolerance | None = None

    def __call__(self) -> Tolerance:
        """What was measured."""
        if self._taken is None:
            self._taken = self._measure()
        return self._taken


@dataclass(frozen=True, slots=True)
class Expected:
    """What torch makes of a case.

    Attributes:
        output: torch's result; meaningless where `raised` is set.
        after: the tensors of the call, afterwards.
        exact: the tolerance as far as the card says it; `tolerance` costs a measurement and is never less.
        shares: for each tensor of the output, whether it shares memory with an input.
        took: seconds torch worked on it.
        exactly: how a result looks that is torch's own; None where none need be.
        raised: "RuntimeError: ..." where torch refuses.
        upstream, gradients: where the card asks for gradients and the case is smooth; a gradient for each floating
            input, zeros where torch has none.
    """

    case: Case
    output: Any
    after: list[torch.Tensor]
    shares: list[bool]
    exact: Tolerance
    measure: Callable[[], Tolerance]
    measure_gradients: Callable[[], Tolerance] = Tolerance
    took: float = 0.0
    exactly: Exact | None = None
    raised: str | None = None
    upstream: list[torch.Tensor | None] | None = None
    gradients: list[torch.Tensor] | None = None

    @property
    def tolerance(self) -> Tolerance:
        """What two right results may differ by."""
        return self.measure()

    @property
    def gradient_tolerance(self) -> Tolerance:
        """The same for gradients."""
        return self.measure_gradients()
