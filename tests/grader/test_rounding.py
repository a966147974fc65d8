"""Right answers in float32 whose rounding differs from torch's: they must pass, whatever the seed."""

from __future__ import annotations

import torch

from studytui.grader.children.compare import Tolerance, compare, rounding_error


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
