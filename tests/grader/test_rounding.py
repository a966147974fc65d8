"""Right answers in float32 whose rounding differs from torch's: they must pass, whatever the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from card_building import implement

from studytui.grader.children.compare import Tolerance, compare, rounding_error

if TYPE_CHECKING:
    from studytui.grader.grader import Grader


def test_a_loss_that_is_but_rounding_beside_its_logits_may_come_out_as_zero() -> None:
    logits = torch.tensor([[20.0, 4.0]])
    target = torch.tensor([0])
    expected = torch.nn.functional.cross_entropy(logits, target)
    exact = torch.nn.functional.cross_entropy(logits.double(), target)
    right = -(logits[0, 0] - logits.logsumexp(1)[0])
    assert float(expected) > 0
    assert float(right) == 0
    tolerance = Tolerance(scale=20.0, rounding=rounding_error(expected, exact))
    assert compare(expected, right, tolerance) is None


def test_in_float64_zero_does_not_pass_for_the_same_loss() -> None:
    logits, target = torch.tensor([[20.0, 4.0]], dtype=torch.float64), torch.tensor([0])
    expected = torch.nn.functional.cross_entropy(logits, target)
    assert compare(expected, torch.zeros_like(expected), Tolerance(scale=20.0)) is not None


def test_small_results_of_small_inputs_are_no_rounding() -> None:
    expected = torch.full((3,), 1e-6)
    assert compare(expected, torch.zeros(3), Tolerance(scale=1e-3)) is not None


GROUPS_OF_ONE = implement(
    "norm(x, w)",
    "F.group_norm(x, x.shape[1], w)",
    inputs={"x": "float[N, 1]", "w": "float[1]"},
    dims={"N": "1..3"},
    gradients=True,
)


@pytest.mark.parametrize("seed", range(5))
def test_a_gradient_that_is_zero_on_paper_may_come_out_as_zero(grader: Grader, seed: int) -> None:
    right = "import torch.nn.functional as F\ndef norm(x, w):\n    return F.group_norm(x.detach(), x.shape[1], w)\n"
    verdict = grader.grade(GROUPS_OF_ONE, right, seed=seed)
    assert verdict.passed, verdict


def test_a_gradient_that_is_no_rounding_may_not(grader: Grader) -> None:
    small = GROUPS_OF_ONE.model_copy(update={"reference": "(x * 1e-9) * w"})
    verdict = grader.grade(small, "def norm(x, w):\n    return (x * 1e-9).detach() * w\n", seed=1)
    assert verdict.counterexample is not None
    assert verdict.counterexample.what == "gradient of x"
