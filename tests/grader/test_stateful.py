"""Answers that keep state, used as their card says, and answers that are random, judged by their distribution."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
import torch
from card_building import is_printable, watchdog
from hostile_by_hand import CALLED, FREED, HIDDEN_IN_CALLS, HONEST_IN_CALLS, HOSTILE_IN_CALLS, YIELDED
from test_by_hand import marked

from studytui.cards.models import ImplementCard
from studytui.grader.children.compare import Tolerance
from studytui.grader.children.distribution import ALPHA, compare_random, kolmogorov_smirnov
from studytui.grader.grader import Grader
from studytui.grader.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def stateful_grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


def card(**fields: Any) -> ImplementCard:
    return ImplementCard.model_validate({
        "id": "card", "kind": "implement", "prompt": "Write it.", "by_hand": "loops", "solution": "x", **fields,
    })  # fmt: skip


COUNTER = {
    "function": "Linear(in_features, out_features)",
    "dims": {"N": "1..3", "I": "1..3", "O": "1..3"},
    "inputs": {"x": "float64[N, I]", "w": "float64[O, I]"},
    "calls": dedent("""
        layer = Linear(x.shape[1], w.shape[0])
        with torch.no_grad():
            layer.weight.copy_(w)
            layer.bias.zero_()
        return layer(x), sorted(name for name, _ in layer.named_parameters()), layer.eval().training
    """),
    "reference": "lambda i, o: nn.Linear(i, o, dtype=torch.float64)",
}
MODULE = """
import torch
from torch import nn

class Linear(nn.Module):
    def __init__(self, in_features, out_features):
        super().__init__()
        self.weight = {weight}
        self.bias = nn.Parameter(torch.zeros(out_features, dtype=torch.float64))

    def forward(self, x):
        out = torch.zeros((x.shape[0], self.bias.shape[0]), dtype=x.dtype)
        for n in range(x.shape[0]):
            for o in range(self.bias.shape[0]):
                out[n, o] = sum(x[n, i] * self.weight[o, i] for i in range(x.shape[1])) + self.bias[o]
        return out
"""
WEIGHT = "torch.zeros(out_features, in_features, dtype=torch.float64)"


def grade(grader: Grader, fields: dict[str, Any], answer: str) -> Verdict:
    return grader.grade(card(**fields), answer, seed=1)


def test_a_module_is_compared_over_its_calls(stateful_grader: Grader) -> None:
    assert grade(stateful_grader, COUNTER, MODULE.format(weight=f"nn.Parameter({WEIGHT})")).passed


def test_a_weight_that_is_no_parameter_is_found(stateful_grader: Grader) -> None:
    verdict = grade(stateful_grader, COUNTER, MODULE.format(weight=WEIGHT))
    assert verdict.outcome is Outcome.WRONG
    assert "output[1]" in verdict.message


def test_torchs_own_class_is_refused_by_hand(stateful_grader: Grader) -> None:
    for answer in (
        "from torch import nn\nclass Linear(nn.Linear):\n    pass\n",
        "from torch import nn\ndef Linear(i, o):\n    return nn.Linear(i, o)\n",
        "import torch\nclass Linear(torch.Tensor):\n    pass\n",
    ):
        assert grade(stateful_grader, COUNTER, answer).outcome is Outcome.REFUSED


@pytest.mark.parametrize("name", HIDDEN_IN_CALLS)
def test_what_the_calls_of_a_card_lead_to_is_by_hand_too(name: str, stateful_grader: Grader) -> None:
    fields, code = HIDDEN_IN_CALLS[name]
    code, line, column = marked(code)
    verdict = grade(stateful_grader, fields, code)
    assert verdict.outcome is Outcome.REFUSED, verdict
    assert (verdict.line, verdict.column) == (line, column), verdict


def test_nothing_is_computed_when_a_gradient_is_freed(stateful_grader: Grader) -> None:
    assert not grade(stateful_grader, CALLED, FREED).passed


@pytest.mark.parametrize("name", HONEST_IN_CALLS)
def test_what_is_torchs_about_a_module_or_an_optimizer_is_no_computing(name: str, stateful_grader: Grader) -> None:
    fields, code = HONEST_IN_CALLS[name]
    verdict = grade(stateful_grader, fields, dedent(code))
    assert verdict.passed, verdict


@pytest.mark.parametrize("name", HOSTILE_IN_CALLS)
def test_what_is_hostile_where_a_card_uses_it_neither_passes_nor_holds_up_the_next(
    name: str, stateful_grader: Grader
) -> None:
    fields, code = HOSTILE_IN_CALLS[name]
    verdict = stateful_grader.grade(card(**fields), dedent(code), seed=1, seconds=0.15, cancelled=watchdog())
    assert not verdict.passed
    assert is_printable(verdict), verdict
    honest = "def countdown(n):\n    yield from range(n, 0, -1)\n"
    assert grade(stateful_grader, YIELDED, honest).passed


def test_an_optimizer_is_compared_after_every_step(stateful_grader: Grader) -> None:
    fields = {
        "function": "SGD(params, lr=0.001)",
        "inputs": {"w": "float64[N]", "g": "float64[N]"},
        "calls": "p = nn.Parameter(w.clone())\nopt = SGD([p], lr=0.5)\np.grad = g.clone()\nopt.step()\n"
        "first = p.detach().clone()\nopt.step()\nreturn first, p.detach()",
        "reference": "torch.optim.SGD",
    }
    right = dedent("""
        import torch

        class SGD:
            def __init__(self, params, lr=0.001):
                self.params, self.lr = list(params), lr

            def step(self):
                with torch.no_grad():
                    for p in self.params:
                        for i in range(p.shape[0]):
                            p[i] = p[i] - self.lr * p.grad[i]
    """)
    assert grade(stateful_grader, fields, right).passed
    assert not grade(stateful_grader, fields, right.replace("- self.lr", "+ self.lr")).passed


def test_a_generator_is_compared_by_what_it_yields(stateful_grader: Grader) -> None:
    fields = {
        "function": "countdown(n)",
        "inputs": {"n": "int in 0..5"},
        "calls": "return list(countdown(n))",
        "reference": "lambda n: iter(range(n, 0, -1))",
    }
    assert grade(
        stateful_grader, fields, "def countdown(n):\n    while n > 0:\n        yield n\n        n -= 1\n"
    ).passed
    assert not grade(
        stateful_grader, fields, "def countdown(n):\n    while n >= 0:\n        yield n\n        n -= 1\n"
    ).passed


RANDOM = {
    "function": "rand(n)",
    "inputs": {"n": "one_of(2000, 3000)"},
    "calls": "return rand(n)",
    "compares": "distribution",
    "reference": "lambda n: torch.rand(n, dtype=torch.float64)",
}
DRAW = """
import random
import torch

def rand(n):
    return torch.tensor([{draw} for _ in range(n)], dtype=torch.float64)
"""


@pytest.mark.parametrize(
    ("draw", "passes"),
    [
        ("random.random()", True),
        ("1 - random.random()", True),
        ("random.random() * 0.9", False),
        ("random.random() * 2 - 0.5", False),
        ("random.betavariate(2, 2)", False),
        ("0.5 + random.choice([-1, 1]) / 12 ** 0.5", False),
        ("0.0", False),
        ("float('nan')", False),
    ],
)
def test_random_answers_are_judged_by_their_distribution(draw: str, passes: bool, stateful_grader: Grader) -> None:
    verdict = grade(stateful_grader, RANDOM, DRAW.format(draw=draw))
    assert verdict.passed is passes, verdict.message


def test_what_is_exact_in_a_random_answer_is_compared_exactly() -> None:
    sample = torch.randn(2000, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    assert compare_random((sample, True), (sample.flip(0), True), Tolerance()) is None
    found = compare_random((sample, True), (sample, False), Tolerance())
    assert found is not None
    assert found.what == "output[1]"
    found = compare_random(sample, sample.float(), Tolerance())
    assert found is not None
    assert found.kind == "dtype"


def test_the_kolmogorov_smirnov_test_is_scipys() -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    source = torch.Generator().manual_seed(2)
    one, other = (torch.randn(3000, generator=source, dtype=torch.float64) for _ in range(2))
    for shifted in (other, other + 0.05, other * 1.2):
        theirs = scipy_stats.ks_2samp(one.numpy(), shifted.numpy(), method="asymp").pvalue
        assert kolmogorov_smirnov(one, shifted) == pytest.approx(theirs, rel=0.2, abs=1e-12)


def test_right_samples_are_not_rejected_in_two_thousand_tries() -> None:
    source = torch.Generator().manual_seed(3)
    draws = (torch.rand(2, 1000, generator=source, dtype=torch.float64) for _ in range(2000))
    assert all(compare_random(one, other, Tolerance()) is None for one, other in draws)
    assert ALPHA <= 1e-9
