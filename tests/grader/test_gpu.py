"""Grading on an accelerator: needs one, and skips itself where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from studytui.cards.models import ImplementCard
from studytui.grader.grader import Grader
from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

DEVICE = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else ""
pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not DEVICE, reason="there is no accelerator")]
CARD: dict[str, Any] = {
    "id": "scale",
    "kind": "implement",
    "prompt": "Return `x` times two, on its own device.",
    "function": "scale(x)",
    "by_hand": "tensors",
    "inputs": {"x": "float32[N, C]"},
    "reference": "x * 2",
    "gradients": True,
    "solution": "def scale(x): return x + x",
}


@pytest.fixture(scope="module")
def gpu_grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


def grade(grader: Grader, answer: str, device: str = DEVICE) -> Any:
    return grader.grade(ImplementCard.model_validate(CARD), answer, device=device, seconds=60, seed=1)


def test_inputs_and_reference_live_on_the_device(gpu_grader: Grader) -> None:
    answer = f"def scale(x):\n    assert x.device.type == '{DEVICE}', x.device\n    return x + x\n"
    verdict = grade(gpu_grader, answer)
    assert verdict.passed, verdict.message
    assert verdict.device == DEVICE


def test_a_wrong_answer_on_the_device_gets_its_counterexample(gpu_grader: Grader) -> None:
    verdict = grade(gpu_grader, "def scale(x):\n    return x * 3\n")
    assert verdict.outcome is Outcome.WRONG
    assert verdict.counterexample is not None


def test_a_case_that_torch_refuses_does_not_spoil_the_device_for_the_next(gpu_grader: Grader) -> None:
    lookup = ImplementCard.model_validate(
        CARD
        | {
            "function": "embedding(input, weight)",
            "inputs": {"input": "int64[N] in 0..3", "weight": "float32[3, 2]"},
            "cases": [{"input": "tensor([3])", "weight": "ones(3, 2)", "raises": "IndexError"}],
            "reference": "F.embedding(input, weight)",
            "by_hand": "free",
        }
    )
    answer = "import torch.nn.functional as F\ndef embedding(input, weight):\n    return F.embedding(input, weight)\n"
    verdict = gpu_grader.grade(lookup, answer, device=DEVICE, seconds=60, seed=1)
    assert verdict.passed, verdict.message
    assert verdict.total > 1


def test_the_cpu_is_still_there_after_the_device(gpu_grader: Grader) -> None:
    assert grade(gpu_grader, "def scale(x):\n    return x + x\n", "cpu").passed
    assert grade(gpu_grader, "def scale(x):\n    return x + x\n").passed
