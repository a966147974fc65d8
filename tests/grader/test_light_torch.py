"""What torch would import for its first backward pass and its optimizers stays out until somebody needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = "{'sympy', 'torch._dynamo.convert_frame', 'torch._inductor'} & set(sys.modules)"
LIGHT = """
import sys
import torch
from studytui.grader.children.light_torch import lighten

lighten()
x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
"""


def after(code: str) -> str:
    """What is printed by `code`, in a process of its own, last of all which heavy modules are loaded."""
    command = [sys.executable, "-W", "ignore", "-c", f"{LIGHT}{code}\nprint({HEAVY} or '')"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("print(torch.autograd.grad(x * x, x, torch.ones(3))[0].tolist())", "[2.0, 4.0, 6.0]"),
        ("(x * x).sum().backward(); print(x.grad.tolist())", "[2.0, 4.0, 6.0]"),
        ("print(torch.autograd.functional.hessian(lambda x: (x**3).sum(), x).diag().tolist())", "[6.0, 12.0, 18.0]"),
        ("o = torch.optim.SGD([x], lr=1.0); x.grad = torch.ones(3); o.step(); print(x.tolist())", "[0.0, 1.0, 2.0]"),
        (
            "o = torch.optim.Adam([x], lr=1.0); x.grad = torch.ones(3); o.step(); print(x.round().tolist())",
            "[0.0, 1.0, 2.0]",
        ),
        ("print(torch.optim.lr_scheduler.StepLR(torch.optim.SGD([x], lr=1.0), 1, 0.5).get_last_lr())", "[1.0]"),
        ("print(list(torch.utils.data.DataLoader([1, 2, 3], 3))[0].tolist())", "[1, 2, 3]"),
    ],
)
def test_backward_passes_and_optimizers_import_no_compiler(code: str, printed: str) -> None:
    assert after(code) == printed


def test_a_gradient_of_another_shape_is_still_refused() -> None:
    code = "try: torch.autograd.grad(x * x, x, torch.ones(2))\nexcept RuntimeError as error: print(str(error)[:8])"
    assert after(code).splitlines()[0] == "Mismatch"


@pytest.mark.parametrize("decorator", ["disable", "disable()", "disable(recursive=False)"])
def test_functions_may_be_kept_from_the_compiler(decorator: str) -> None:
    assert after(f"@torch.compiler.{decorator}\ndef f(x): return x + 1\nprint(f(1))").splitlines()[0] == "2"


def test_sizes_are_compared_as_torch_compares_them() -> None:
    code = """
from torch.fx.experimental import symbolic_shapes
pairs = [([1], (1,)), ((1, 2), (1, 2)), ([1], [2]), ((1,), (1, 1)), (3, 3), (3, 4)]
print([symbolic_shapes.sym_eq(*pair) for pair in pairs])
"""
    assert after(code) == "[True, True, False, False, True, False]"


def test_whoever_needs_the_real_modules_gets_them() -> None:
    code = """
from torch.utils.checkpoint import checkpoint
print(checkpoint(lambda x: x * x, x, use_reentrant=False).tolist())
import torch._dynamo.config
from torch.fx.experimental.symbolic_shapes import sym_eq
print(torch._dynamo.__file__ is not None, sym_eq.__module__)
"""
    lines = after(code).splitlines()
    assert lines[:2] == ["[1.0, 4.0, 9.0]", "True torch.fx.experimental.symbolic_shapes"]
    assert "torch._dynamo.convert_frame" in lines[2]
