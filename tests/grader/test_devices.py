"""What can be told of accelerators without one: torch's own device without data stands in for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from card_building import implement

from studytui.grader.children.implementation import Implementation

if TYPE_CHECKING:
    from studytui.grader.grader import Grader

LOOKUP = implement(
    "embedding(input, weight)",
    "found = F.embedding(input, weight)\nreturn torch.zeros(found.shape).double() if found.is_meta else found",
    inputs={"input": "int64[N] in 0..3", "weight": "float64[3, 2]"},
    cases=[
        {"input": "tensor([3])", "weight": "ones(3, 2).double()", "raises": "IndexError"},
        {"input": "tensor([2])", "weight": "ones(3, 2).double()"},
    ],
)


@pytest.fixture
def lookup() -> Implementation:
    return Implementation(LOOKUP.model_dump(mode="json"), 1, "meta")


def test_what_torch_refuses_is_found_on_the_cpu_and_tried_there(lookup: Implementation) -> None:
    refused, accepted, *_ = lookup.cases()
    one = lookup.expect(refused)
    assert one.raised is not None
    assert one.raised.startswith("IndexError")
    assert lookup.frame(one)[0]["on_cpu"]
    other = lookup.expect(accepted)
    assert other.raised is None
    assert not lookup.frame(other)[0]["on_cpu"]


def test_a_generated_case_that_the_cpu_refuses_never_reaches_the_device(lookup: Implementation) -> None:
    on_device: list[Any] = []
    reference = lookup.reference

    def watched(*arguments: Any) -> Any:
        if arguments[1].device.type == "meta":
            on_device.append(arguments[0])
        return reference(*arguments)

    lookup.reference = watched
    cases = list(lookup.cases())
    raised = [lookup.expect(case).raised is not None for case in cases]
    assert any(raised[2:])
    assert len(on_device) == raised.count(False)


def test_an_answer_runs_a_case_that_torch_refuses_beside_the_others(grader: Grader) -> None:
    answer = """
import torch
def embedding(input, weight):
    for i in input:
        if not 0 <= i < weight.shape[0]:
            raise IndexError(int(i))
    return weight[input]
"""
    assert grader.grade(LOOKUP, answer).passed
