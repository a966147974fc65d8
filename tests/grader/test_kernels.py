"""Triton's interpreter is as strict as memory is: what a GPU would not forgive, no grade does."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest
from card_building import ADDS, KERNEL, implement

from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from studytui.grader.grader import Grader

pytestmark = pytest.mark.skipif(importlib.util.find_spec("triton") is None, reason="Triton is not installed")


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("x = tl.load(x_ptr + at, mask=inside)", "x = tl.load(x_ptr + at)", "reads", 10),
        ("inside = at < n", "inside = at <= n", "reads", 10),
        ("x + y, mask=inside)", "x + y)", "writes", 12),
        ("    tl.store(", "    tl.atomic_add(out_ptr + at, x)\n    tl.store(", "writes", 12),
    ],
)
def test_memory_outside_of_the_tensors_is_out_of_bounds(
    grader: Grader, old: str, new: str, says: str, line: int
) -> None:
    assert old in KERNEL
    verdict = grader.grade(ADDS, KERNEL.replace(old, new))
    assert (verdict.outcome, verdict.line) == (Outcome.CRASHED, line)
    assert f"OutOfBoundsError: the kernel {says}" in verdict.message
    assert "outside of the tensors it was given" in verdict.message


def test_a_view_is_read_at_its_strides_and_no_further(grader: Grader) -> None:
    card = implement("f(x)", "x[:, 0].clone()", inputs={"x": "float[N, 3]"}, by_hand="triton", seconds=30.0)
    kernel = KERNEL.partition("def add(")[0].replace("add_kernel(x_ptr, y_ptr,", "kernel(x_ptr, step,")
    kernel = kernel.replace("x_ptr + at,", "x_ptr + at * step,").replace(
        "    y = tl.load(y_ptr + at, mask=inside)\n", ""
    )
    kernel = kernel.replace("x + y", "x")
    launch = "def f(x):\n    n = x.shape[0]\n    out = torch.empty(n, dtype=x.dtype)\n    if n:\n        "
    launch += "kernel[(triton.cdiv(n, 4),)](x, STEP, out, n, BLOCK=4)\n    return out\n"
    assert grader.grade(card, kernel + launch.replace("STEP", "x.stride(0)"), seed=1).passed
    beyond = grader.grade(card, kernel + launch.replace("STEP", "x.stride(0) + 1"), seed=1)
    assert beyond.outcome in {Outcome.WRONG, Outcome.CRASHED}


def test_what_a_mask_leaves_out_is_undefined_unless_other_says_so(grader: Grader) -> None:
    summing = KERNEL.replace("x + y, mask", "x + y + 0 * tl.sum(x, 0), mask")
    assert grader.grade(ADDS, summing).outcome is Outcome.WRONG
    assert grader.grade(ADDS, summing.replace("x_ptr + at, mask=inside)", "x_ptr + at, mask=inside, other=0)")).passed


def test_tensor_descriptors_load_and_store_and_pad_with_zeros(grader: Grader) -> None:
    card = implement("f(x)", "x + x.sum()", inputs={"x": "float[N]"}, dims={"N": "1..3"}, by_hand="triton", seconds=30)
    kernel = """
import torch
import triton
import triton.language as tl

@triton.jit
def kernel(x_ptr, out_ptr, n):
    x = tl.make_tensor_descriptor(x_ptr, shape=[n], strides=[1], block_shape=[4])
    out = tl.make_tensor_descriptor(out_ptr, shape=[n], strides=[1], block_shape=[4])
    block = x.load([0])
    out.store([0], block + tl.sum(block, 0))

def f(x):
    out = torch.empty(x.shape, dtype=x.dtype)
    kernel[(1,)](x.contiguous(), out, x.shape[0])
    return out
"""
    verdict = grader.grade(card, kernel)
    assert verdict.passed, verdict


def test_a_kernels_error_is_told_at_its_own_line(grader: Grader) -> None:
    verdict = grader.grade(ADDS, KERNEL.replace("BLOCK=4", "BLOCK=3"))
    assert (verdict.outcome, verdict.line) == (Outcome.CRASHED, 8)
    assert "power of 2" in verdict.message


def test_a_learner_who_makes_a_named_slip_is_told_so_by_name(grader: Grader) -> None:
    slip = {"says": "It was subtracted.", "code": KERNEL.replace("x + y", "x - y")}
    named = ADDS.model_copy(update={"slips": implement("add(x, y)", "x + y", slips=[slip]).slips})
    assert grader.grade(named, KERNEL.replace("x + y", "x + -1 * y")).cause == "It was subtracted."


def test_a_kernel_that_counts_on_contiguous_inputs_meets_others(grader: Grader) -> None:
    verdict = grader.grade(ADDS, KERNEL.replace("x.contiguous(), y.contiguous()", "x, y"))
    assert verdict.outcome in {Outcome.WRONG, Outcome.CRASHED}


def test_what_a_kernel_leaves_unwritten_is_no_number_whoever_had_the_memory_before(grader: Grader) -> None:
    slip = {"says": "The grid was rounded down.", "code": KERNEL.replace("triton.cdiv(n, 4)", "n // 4")}
    named = ADDS.model_copy(update={"slips": implement("add(x, y)", "x + y", slips=[slip]).slips})
    verdict = grader.grade(named, KERNEL.replace("triton.cdiv(n, 4)", "(n - n % 4) // 4"))
    assert "got nan" in verdict.message
    assert verdict.cause == "The grid was rounded down."


def test_memory_outside_is_put_down_to_no_slip_for_many_lead_there(grader: Grader) -> None:
    slip = {"says": "The store has no mask.", "code": KERNEL.replace("x + y, mask=inside)", "x + y)")}
    named = ADDS.model_copy(update={"slips": implement("add(x, y)", "x + y", slips=[slip]).slips})
    assert grader.grade(named, KERNEL.replace("at < n", "at <= n")).cause == ""
