"""What torch_judge.py puts to both judges: the tasks both have, and right, wrong and hostile answers to them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Pair:
    """A task of theirs and a card of ours that ask for the same function.

    Attributes:
        task, card: its name in torch-judge, and the id of our card.
        function, reference: our signature narrowed to what both know, and torch's own operation on it.
        to_theirs: appended to an answer in our signature, makes it one in theirs.
        to_ours: appended to an answer in theirs, makes it one in the narrowed signature.
        variant: a right answer by tensor operations.
        wrong: wrong answers by tensor operations, as expressions.
        probes: calls, as the text of their arguments, on which a wrong answer must differ from torch to count.
        dims, where: of the narrowed card, its own where there are none.
    """

    task: str
    card: str
    function: str
    reference: str
    to_theirs: str
    to_ours: str
    variant: str
    wrong: Mapping[str, str]
    probes: tuple[str, ...]
    dims: Mapping[str, str] = field(default_factory=dict)
    where: str | None = None

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the narrowed signature."""
        return tuple(re.findall(r"(\w+)(?:=[^,)]*)?[,)]", self.function))

    def written(self, expression: str) -> str:
        """An answer in the narrowed signature that returns the expression."""
        return f"import torch\nimport torch.nn.functional as F\n\n\ndef {self.function}:\n    return {expression}\n"


PAIRS = (
    Pair(
        "relu", "nn/relu", "relu(input)", "torch.relu(input)",
        to_theirs="_ours = relu\ndef relu(x):\n    return _ours(x.reshape(1, -1)).reshape(x.shape)\n",
        to_ours="",
        variant="torch.where(input < 0, torch.zeros_like(input), input)",
        wrong={
            "absolute value": "input.abs()",
            "NaN becomes 0": "torch.where(input > 0, input, torch.zeros_like(input))",
            "changes its input": "input.clamp_(min=0)",
            "loses float64": "input.float().clamp(min=0)",
            "-inf becomes NaN": "input * (input > 0)",
        },
        probes=(
            "torch.tensor([[-1.0, 0.0, 2.0]])", "torch.tensor([[-1.5, 0.1]], dtype=torch.float64)",
            "torch.tensor([[torch.nan, -1.0]])", "torch.tensor([[-torch.inf, torch.inf]])",
        ),
        dims={"N": "0..5", "C": "0..5"},
    ),
    Pair(
        "softmax", "nn/softmax", "softmax(input, dim)", "torch.softmax(input, dim)",
        to_theirs="def my_softmax(x, dim=-1):\n"
        "    return softmax(x[None], 1)[0] if x.dim() == 1 else softmax(x, dim)\n",
        to_ours="def softmax(input, dim):\n    return my_softmax(input, dim)\n",
        variant="(e := (input - input.logsumexp(dim, keepdim=True)).exp()) / e.sum(dim, keepdim=True)",
        wrong={
            "always the last dim": "torch.softmax(input, -1)",
            "overflows": "input.exp() / input.exp().sum(dim, keepdim=True)",
            "one sum for all": "(input - input.max()).exp() / (input - input.max()).exp().sum()",
            "one maximum for all": "(e := (input - input.max()).exp()) / e.sum(dim, keepdim=True)",
            "loses float64": "torch.softmax(input.float(), dim)",
        },
        probes=(
            "torch.tensor([[0.0, 1.0], [2.0, -1.0]]), 0", "torch.tensor([[0.1, 1.0, 2.0]], dtype=torch.float64), 1",
            "torch.tensor([[1000.0, 999.0], [-1000.0, -1001.0]]), -1",
        ),
    ),
    Pair(
        "linear", "nn/linear", "linear(input, weight, bias)", "F.linear(input, weight, bias)",
        to_theirs="class SimpleLinear:\n    def __init__(self, i, o):\n        import torch\n"
        "        self.weight = (torch.randn(o, i) / i**0.5).requires_grad_()\n"
        "        self.bias = torch.zeros(o).requires_grad_()\n"
        "    def forward(self, x):\n        return linear(x, self.weight, self.bias)\n",
        to_ours="def linear(input, weight, bias):\n    layer = SimpleLinear(weight.shape[1], weight.shape[0])\n"
        "    layer.weight, layer.bias = weight, bias\n    return layer.forward(input)\n",
        variant="torch.einsum('ni,oi->no', input, weight) + bias",
        wrong={
            "without the bias": "input @ weight.T",
            "bias taken away": "input @ weight.T - bias",
            "bias for every feature": "input @ weight.T + bias * input.shape[1]",
            "weight read as (in, out)": "input @ weight.reshape(weight.shape[1], weight.shape[0]) + bias",
        },
        probes=(
            "torch.ones(2, 2), torch.tensor([[0.0, 1.0], [2.0, 3.0]]), torch.tensor([10.0, 20.0])",
            "torch.ones(1, 2), torch.ones(3, 2), torch.zeros(3)",
        ),
        dims={"N": "0..4", "I": "1..4", "O": "0..4"},
    ),
    Pair(
        "conv2d", "nn/conv2d", "conv2d(input, weight, bias=None, stride=1, padding=0)",
        "F.conv2d(input, weight, bias, stride, padding)",
        to_theirs="def my_conv2d(x, weight, bias=None, stride=1, padding=0):\n"
        "    return conv2d(x, weight, bias, stride, padding)\n",
        to_ours="def conv2d(input, weight, bias=None, stride=1, padding=0):\n"
        "    return my_conv2d(input, weight, bias, stride, padding)\n",
        variant="torch.nn.functional.conv3d(input[:, :, None], weight[:, :, None], bias, (1, stride, stride), "
        "(0, padding, padding))[:, :, 0]",
        wrong={
            "kernel flipped": "F.conv2d(input, weight.flip(2, 3), bias, stride, padding)",
            "without the bias": "F.conv2d(input, weight, None, stride, padding)",
            "pads with the edge": "F.conv2d(F.pad(input, [padding] * 4, mode='replicate'), weight, bias, stride)",
            "stride and padding both halved": "F.conv2d(input, weight, bias, (stride + 1) // 2, padding)",
            "stride and padding never together":
                "F.conv2d(input, weight, bias, stride, 0 if stride > 1 else padding)",
            "weight's height for both": "F.conv2d(input, weight[..., : weight.shape[2]], bias, stride, padding)",
        },
        probes=(
            "torch.arange(9.0).view(1, 1, 3, 3), torch.tensor([[[[1.0, 0.0], [0.0, 10.0]]]])",
            "torch.arange(12.0).view(1, 1, 3, 4), torch.tensor([[[[1.0, 2.0, 3.0]]]]), torch.tensor([0.5]), 1, 1",
            "torch.arange(16.0).view(1, 1, 4, 4), torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), None, 2, 1",
        ),
        dims={"N": "0..2", "G": "1..1", "A": "1..2", "B": "1..2", "H": "1..5", "W": "1..5", "KH": "1..3", "KW": "1..3"},
        where="H + 2 * padding >= KH and W + 2 * padding >= KW",
    ),
    Pair(
        "cross_entropy", "loss/cross_entropy", "cross_entropy(input, target)", "F.cross_entropy(input, target)",
        to_theirs="def cross_entropy_loss(logits, targets):\n    return cross_entropy(logits, targets)\n",
        to_ours="def cross_entropy(input, target):\n    return cross_entropy_loss(input, target)\n",
        variant="F.nll_loss(input.log_softmax(1), target)",
        wrong={
            "the sum, not the mean": "F.cross_entropy(input, target, reduction='sum')",
            "minus sign missing": "-F.cross_entropy(input, target)",
            "logits taken for log-probabilities": "F.nll_loss(input, target)",
            "probabilities under the logarithm": "-(input.softmax(1)[torch.arange(len(target)), target] + 1e-6)"
                ".log().mean()",
            "counts -100 as a class": "-input.log_softmax(1)[torch.arange(len(target)), target.clamp(min=0)].mean()",
        },
        probes=(
            "torch.tensor([[2.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 0])",
            "torch.tensor([[1000.0, 0.0], [-1000.0, -999.0]]), torch.tensor([1, 0])",
            "torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.tensor([-100, 0])",
        ),
        dims={"N": "0..5", "C": "1..4"},
    ),
    Pair(
        "embedding", "nn/embedding", "embedding(input, weight)", "F.embedding(input, weight)",
        to_theirs="import torch\nclass MyEmbedding(torch.nn.Module):\n    def __init__(self, n, d):\n"
        "        super().__init__()\n        self.weight = torch.nn.Parameter(torch.randn(n, d))\n"
        "    def forward(self, x):\n"
        "        return embedding(x[None], self.weight)[0] if x.dim() == 1 else embedding(x, self.weight)\n",
        to_ours="def embedding(input, weight):\n    layer = MyEmbedding(*weight.shape)\n"
        "    layer.weight = torch.nn.Parameter(weight)\n    return layer(input)\n",
        variant="weight.index_select(0, input.reshape(-1)).reshape(*input.shape, weight.shape[1])",
        wrong={
            "counts negative indices from the end": "weight[input]",
            "loses float64": "F.embedding(input, weight).float()",
            "row 0 as zeros": "F.embedding(input, weight) * (input != 0)[..., None]",
            "batch transposed": "F.embedding(input.T.reshape(input.shape), weight)",
        },
        probes=(
            "torch.tensor([[1, 1, 0], [0, 2, 2]]), torch.arange(12.0).view(3, 4) / 7 + 1",
            "torch.tensor([[1]]), torch.tensor([[0.1], [0.2]], dtype=torch.float64)",
            "torch.tensor([[-1]]), torch.ones(3, 2)",
        ),
        dims={"B": "0..3", "T": "0..4", "V": "1..5", "D": "0..4"},
    ),
)  # fmt: skip

ZEROS = "def softmax(input, dim):\n    return torch.zeros_like(input)\n"
HOSTILE = {
    "patches torch.allclose": f"import torch\ntorch.allclose = lambda *a, **k: True\n{ZEROS}",
    "a tensor whose comparisons lie": """
import torch
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function in (torch.allclose, torch.equal, torch.Tensor.__eq__):
            return True
        return super().__torch_function__(function, types, args, kwargs or {})
    def __eq__(self, other):
        return True
    __hash__ = torch.Tensor.__hash__
def softmax(input, dim):
    return torch.zeros_like(input).as_subclass(Liar)
""",
    "right for three calls, then wrong": """
import torch
calls = 0
def softmax(input, dim):
    global calls
    calls += 1
    return torch.softmax(input, dim) * (calls <= 3)
""",
    "empties the judge's tests": f"""
import sys, torch
for name, module in list(sys.modules.items()):
    if name.startswith("torch_judge"):
        for task in getattr(module, "TASKS", {{}}).values():
            task["tests"].clear()
    if name.startswith("studytui"):
        for key, value in list(vars(module).items()):
            if key in {{"compare", "judge", "assert_close", "cause_of"}}:
                setattr(module, key, lambda *a, **k: None)
{ZEROS}""",
    "sys.exit(0)": "import sys\ndef softmax(input, dim):\n    sys.exit(0)\n",
    "os._exit(0)": "import os\ndef softmax(input, dim):\n    os._exit(0)\n",
    "segmentation fault": "import ctypes\ndef softmax(input, dim):\n    ctypes.string_at(0)\n",
    "endless loop": "def softmax(input, dim):\n    while True:\n        pass\n",
}
"""Answers to softmax, `free` on our side so that nothing is refused for its syntax."""
