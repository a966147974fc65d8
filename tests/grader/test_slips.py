"""Usual slips are named, in the learner's language, from one failing case; a chance likeness never is."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

import pytest

from studytui.cards.models import ImplementCard
from studytui.grader.grader import Grader
from studytui.grader.slip_wording import SLIPS
from studytui.grader.verdict import Outcome
from studytui.grader.wording import cause_sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.grader.verdict import Verdict


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader(seed=7) as grader:
        yield grader


def card(
    function: str, reference: str, *cases: dict[str, Any], slips: tuple[dict[str, str], ...] = (), **fields: Any
) -> ImplementCard:
    """A card whose own cases are tried first; `inputs` may be left out where the last of them always fails."""
    names = [name.partition("=")[0].strip() for name in function.partition("(")[2].rstrip(")").split(",")]
    return ImplementCard.model_validate(
        {
            "id": "a",
            "kind": "implement",
            "prompt": "-",
            "function": function,
            "by_hand": "free",
            "inputs": dict.fromkeys(names, "one_of(0)"),
            "cases": cases,
            "reference": reference,
            "solution": "-",
            "slips": slips,
            **fields,
        }
    )


def said(kind: str, language: str = "en", **words: Any) -> str:
    return cause_sentence({"usual": kind, **words}, language)


def grade(grader: Grader, asked: ImplementCard, body: str, language: str = "en") -> Verdict:
    verdict = grader.grade(
        asked, f"import torch\nimport torch.nn.functional as F\ndef {asked.function}:\n    {body}\n", language=language
    )
    assert verdict.outcome in {Outcome.WRONG, Outcome.CRASHED}, verdict.message
    return verdict


def d(values: str) -> str:
    """An expression for a float64 tensor."""
    return f"tensor({values}, dtype=torch.float64)"


ROWS = d("[[1., 2., 4.], [8., 16., 33.]]")
LINE = d("[1., 2., 4., 8.5]")
MIXED = d("[[-1.5, 2., -4.], [8., -16.5, 33.]]")
IMAGE = "arange(12., dtype=torch.float64).view(1, 1, 3, 4) ** 2"
KERNEL = d("[[[[1., 2.], [-3., 7.]]]]")

ARGUMENTS: list[tuple[ImplementCard, str, dict[str, Any]]] = [
    # arguments ignored or taken for another
    (
        card("pool(x, padding=0)", "F.max_pool2d(x, 2, padding=padding)", {"x": IMAGE}, {"x": IMAGE, "padding": 1}),
        "return F.max_pool2d(x, 2)",
        {"kind": "ignored", "name": "padding"},
    ),
    (
        card("pool(x, stride=2)", "F.max_pool2d(x, 2, stride)", {"x": IMAGE}, {"x": IMAGE, "stride": 1}),
        "return F.max_pool2d(x, 2, 2)",
        {"kind": "ignored", "name": "stride"},
    ),
    (
        card("pool(x, stride=2)", "F.max_pool2d(x, 2, stride)", {"x": IMAGE}),
        "return F.max_pool2d(x, 2, 1)",
        {"kind": "ignored_for", "name": "stride", "value": "1"},
    ),
    (
        card("conv(x, w, dilation=1)", "F.conv2d(x, w, dilation=dilation)",
             {"x": IMAGE, "w": "ones(1, 1, 2, 2).double()", "dilation": 2}),
        "return F.conv2d(x, w)",
        {"kind": "ignored", "name": "dilation"},
    ),
    (
        card("conv(x, w, bias=None)", "F.conv2d(x, w, bias)",
             {"x": IMAGE, "w": "ones(1, 1, 2, 2).double()", "bias": d("[1.5]")}),
        "return F.conv2d(x, w)",
        {"kind": "ignored", "name": "bias"},
    ),
    (
        card("conv(x, w, groups=1)", "F.conv1d(x, w, groups=groups)",
             {"x": "arange(6.).view(1, 2, 3)", "w": "ones(2, 2, 1)"},
             {"x": "arange(6.).view(1, 2, 3) ** 2", "w": "ones(2, 1, 1)", "groups": 2}),
        "return F.conv1d(x[:, : w.shape[1]], w)",
        {"kind": "ignored", "name": "groups"},
    ),
    (
        card("total(x, keepdim=False)", "x.sum(1, keepdim=keepdim)", {"x": ROWS}, {"x": ROWS, "keepdim": True}),
        "return x.sum(1)",
        {"kind": "ignored", "name": "keepdim"},
    ),
    (
        card("total(x, keepdim=False)", "x.sum(1, keepdim=keepdim)", {"x": ROWS}),
        "return x.sum(1, keepdim=True)",
        {"kind": "as_if", "name": "keepdim", "value": "True"},
    ),
    (
        card("norm(x, eps=1e-5)", "F.layer_norm(x, x.shape[-1:], eps=eps)", {"x": LINE, "eps": 0.25}),
        "return F.layer_norm(x, x.shape[-1:], eps=0)",
        {"kind": "ignored_for", "name": "eps", "value": "0.0"},
    ),
    (
        card("norm(x, eps=1e-5)", "F.layer_norm(x, x.shape[-1:], eps=eps)", {"x": LINE, "eps": 0.25}),
        "return F.layer_norm(x, x.shape[-1:])",
        {"kind": "ignored", "name": "eps"},
    ),
    (
        card("loss(x, y, ignore_index=-100)", "F.nll_loss(x, y, ignore_index=ignore_index)",
             {"x": ROWS, "y": "tensor([0, 1])"}, {"x": MIXED, "y": "tensor([0, 1])", "ignore_index": 1}),
        "return F.nll_loss(x, y)",
        {"kind": "ignored", "name": "ignore_index"},
    ),
    (
        card("total(x, dim=None)", "x.sum(dim)", {"x": ROWS}, {"x": MIXED, "dim": 1}),
        "return x.sum()",
        {"kind": "ignored", "name": "dim"},
    ),
    (
        card("loss(x, reduction='mean')", "getattr(x, reduction)()", {"x": LINE}),
        "return x.sum()",
        {"kind": "as_if", "name": "reduction", "value": "'sum'"},
    ),
    # dims
    (
        card("total(x, dim)", "x.sum(dim)", {"x": ROWS, "dim": 0}),
        "return x.sum(1)",
        {"kind": "wrong_dim", "name": "dim", "value": 1, "asked": 0},
    ),
    (
        card("cum(x, dim)", "x.cumsum(dim)", {"x": f"{ROWS}[:, :, None]", "dim": 1},
             {"x": "arange(8.).view(2, 2, 2)", "dim": -1}),
        "return x.cumsum(abs(dim))",
        {"kind": "negative_literal", "name": "dim", "value": -1, "taken": 1},
    ),
    (
        card("cum(x, dim)", "x.cumsum(dim)", {"x": ROWS, "dim": 0}, {"x": ROWS, "dim": 1}, {"x": ROWS, "dim": -1}),
        "return x.cumsum([0, 1].index(dim))",
        {"kind": "negative_dim", "name": "dim", "value": -1},
    ),
    (
        card("view(x, shape)", "x.view(shape)", {"x": LINE, "shape": [2, 2]}, {"x": LINE, "shape": [4, 1]},
             {"x": LINE, "shape": [2, -1]}),
        "return torch.zeros(shape, dtype=x.dtype).copy_(x.view(shape))",
        {"kind": "negative_size", "name": "shape", "value": -1},
    ),
    # swaps
    (
        card("sub(x, y)", "x - y", {"x": LINE, "y": d("[3., 9., 27., 81.]")}),
        "return y - x",
        {"kind": "sign"},
    ),
    (
        card("div(x, y)", "x / y", {"x": LINE, "y": d("[3., 9., 27., 81.]")}),
        "return y / x",
        {"kind": "swapped", "one": "x", "other": "y"},
    ),
    (
        card("steps(n, m)", "torch.arange(float(n)) * m", {"n": 4, "m": 3}),
        "return torch.arange(float(m)) * n",
        {"kind": "swapped", "one": "n", "other": "m"},
    ),
    (
        card("pool(x, size)", "F.avg_pool2d(x, size)", {"x": IMAGE, "size": "(1, 2)"}),
        "return F.avg_pool2d(x, (size[1], size[0]))",
        {"kind": "pair_swapped", "name": "size"},
    ),
    (
        card("pool(x, size, stride)", "F.avg_pool2d(x, size, stride)",
             {"x": f"torch.cat([{IMAGE}, {IMAGE}], 2)", "size": [1, 3], "stride": [2, 1]}),
        "return F.avg_pool2d(x, size[::-1], stride[::-1])",
        {"kind": "height_and_width"},
    ),
    (
        card("conv(x, w)", "F.conv2d(x, w)",
             {"x": IMAGE, "w": KERNEL}),
        "return F.conv2d(x, w.mT)",
        {"kind": "height_and_width"},
    ),
    (
        card("conv(x, w)", "F.conv2d(x, w)", {"x": f"sin({IMAGE})", "w": KERNEL}),
        "return F.conv2d(x, w.flip(2, 3))",
        {"kind": "kernel_flipped", "name": "w"},
    ),
    (
        card("swap(x, dim0, dim1)", "x.transpose(dim0, dim1)", {"x": ROWS, "dim0": 0, "dim1": 1}),
        "return x",
        {"kind": "input_unchanged"},
    ),
    (
        card("add_dim(x, dim)", "x.unsqueeze(dim)", {"x": ROWS, "dim": 1}),
        "return x.unsqueeze(0)",
        {"kind": "wrong_dim", "name": "dim", "value": 0, "asked": 1},
    ),
    # numbers off by one, extremes
    (
        card("count(start, end)", "torch.arange(float(start), float(end))", {"start": 2, "end": 6}),
        "return torch.arange(float(start), float(end + 1))",
        {"kind": "neighbour", "name": "end", "value": "7", "asked": 6},
    ),
    (
        card("lower(x, diagonal=0)", "x.tril(diagonal)", {"x": ROWS}),
        "return x.tril(diagonal - 1)",
        {"kind": "neighbour", "name": "diagonal", "value": "-1", "asked": 0},
    ),
    (
        card("top(x)", "x.amax(0)", {"x": MIXED}),
        "return x.amin(0)",
        {"kind": "extremes"},
    ),
    (
        card("pool(x)", "F.max_pool2d(x, 2, 1)", {"x": IMAGE}),
        "return -F.max_pool2d(-x, 2, 1)",
        {"kind": "extremes"},
    ),
    (
        card("place(x)", "x.argmax(0)", {"x": d("[[1., 5., 3., 7.], [2., 0., 9., 2.], [0., 2., 2., 9.]]")}),
        "return x.argmin(0)",
        {"kind": "extremes"},
    ),
]  # fmt: skip

RESULTS: list[tuple[str, str, str, dict[str, Any]]] = [
    # reference, answer, x, what is named
    ("x * 2", "(x * 2).view(-1)", ROWS, {"kind": "right_values_wrong_shape"}),
    ("x * 2", "(x * 2).float()", ROWS, {"kind": "dtype_lost"}),
    ("(x / 70).exp() ** 8", "((x / 70).float().exp() ** 8).double()", ROWS, {"kind": "precision_lost"}),
    ("x / x.abs().sqrt()", "torch.nan_to_num(x / x.abs().sqrt())", d("[1., 0., 4., 9.]"),
     {"kind": "not_finite_missing", "value": "NaN"}),
    ("1 / x", "torch.nan_to_num(1 / x)", d("[1., 0., 4., 9.]"), {"kind": "not_finite_missing", "value": "inf"}),
    ("x.sign() * x", "x * x / x", d("[1., 0., 4., 9.]"), {"kind": "not_finite_extra", "value": "NaN"}),
    ("x / 3", "x // 3", ROWS, {"kind": "whole_down"}),
    ("x / 3", "(x / 3).trunc()", MIXED, {"kind": "whole_down"}),
    ("x / 3", "(x / 3).round()", ROWS, {"kind": "rounded"}),
    ("x + 1", "-x - 1", ROWS, {"kind": "sign"}),
    ("x * 3", "(x * 3).abs()", MIXED, {"kind": "sign_lost"}),
    ("(x * 3).abs()", "x * 3", MIXED, {"kind": "abs_missing"}),
    ("x + 1", "torch.zeros_like(x)", ROWS, {"kind": "all_zeros"}),
    ("x + 1", "x", ROWS, {"kind": "input_unchanged"}),
    ("x + 1", "(x + 1).T", ROWS, {"kind": "transposed"}),
    ("x + 1", "(x + 1).transpose(0, 2)", f"{ROWS}[:, :, None] * {LINE}",
     {"kind": "dims_swapped", "one": 0, "other": 2}),
    ("x + 1", "(x + 1).flip(1)", ROWS, {"kind": "reversed", "dim": 1}),
    ("x + 1", "(x + 1).roll(1, 0)", LINE, {"kind": "rolled", "dim": 0}),
    ("x + 1", "torch.cat([x[:1] * 0, x[:-1] + 1])", LINE, {"kind": "rolled", "dim": 0}),
    ("x + 1", "torch.cat([x[1:] + 1, x[-1:] + 1])", LINE, {"kind": "rolled", "dim": 0}),
    ("x < 2", "x <= 2", LINE, {}),
    ("x > 2", "~(x > 2)", LINE, {"kind": "inverted"}),
    ("x.heaviside(x.new_ones(()))", "x.heaviside(x.new_zeros(()))", d("[-2., 0., 3., 0.]"),
     {"kind": "at_bound", "name": "x", "bound": "0"}),
    ("x + 1", "torch.cat([x[:1] + 1, x[1:] * 0])", ROWS, {"kind": "first_only", "dim": 0}),
    ("x + 1", "torch.cat([x[:1] * 0, x[1:] + 1])", ROWS, {"kind": "last_only", "dim": 0}),
    ("x + 1", "(x[:1] + 1).expand(2, 3)", ROWS, {"kind": "first_everywhere", "dim": 0}),
    ("x + 1", "(x[-1:] + 1).expand(2, 3)", ROWS, {"kind": "last_everywhere", "dim": 0}),
    ("x + 1", "torch.cat([x[:1] * 0, x[1:] + 1])", LINE, {"kind": "all_but_first", "dim": 0}),
    ("x + 1", "torch.cat([x[:-1] + 1, x[:1] * 0])", LINE, {"kind": "all_but_last", "dim": 0}),
    ("x + 1", "x[:-1] + 1", LINE, {"kind": "last_missing", "dim": 0}),
    ("x + 1", "(x + 1)[:, 1:]", ROWS, {"kind": "first_missing", "dim": 1}),
    ("x + 1", "torch.cat([x + 1, x[-1:]])", LINE, {"kind": "last_extra", "dim": 0}),
    ("x + 1", "torch.cat([x[:1], x + 1])", LINE, {"kind": "first_extra", "dim": 0}),
    ("x + 1", "x[:-1] * 7", LINE, {"kind": "size_off_by_one", "dim": 0, "actual": 3, "expected": 4}),
    ("list(x)", "list(x)[:-1]", LINE, {"kind": "items_off_by_one", "actual": 3, "expected": 4}),
    ("(x, x + 1)", "(x, x)", LINE, {"kind": "input_unchanged"}),
    ("(x, x + 1)", "(x, x + 1.5)", LINE, {"kind": "offset", "by": 0.5}),
    ("x.mean()", "x.sum()", LINE, {"kind": "not_divided_elements", "n": 4, "name": "x"}),
    ("x.mean().item()", "x.sum().item()", LINE, {"kind": "not_divided_elements", "n": 4, "name": "x"}),
    ("x.mean(1)", "x.sum(1)", MIXED, {"kind": "not_divided_size", "n": 3, "dim": 1, "name": "x"}),
    ("x.sum() / 7", "x.mean() / 7", LINE, {"kind": "divided_again_elements", "n": 4, "name": "x"}),
    ("x.sum(1) / 7", "x.mean(1) / 7", ROWS, {"kind": "divided_again_size", "n": 3, "dim": 1, "name": "x"}),
    ("x.var()", "x.var(correction=0)", LINE, {"kind": "biased", "n": 4, "less": 3}),
    ("x.std()", "x.std(correction=0)", LINE, {"kind": "biased", "n": 4, "less": 3}),
    ("x.var(correction=0)", "x.var()", LINE, {"kind": "unbiased", "n": 4, "less": 3}),
    ("x.var()", "((x - x.mean()) ** 2).sum()", LINE, {"kind": "not_divided_less", "n": 4, "less": 3}),
    ("x.sum() / x.shape[0] / 7", "x.sum() / x.shape[1] / 7", ROWS, {"kind": "wrong_n", "wanted": 2, "got": 3}),
    ("x * 3", "x * 6", ROWS, {"kind": "factor", "factor": 2.0}),
    ("x * 3", "x * 4.5", ROWS, {"kind": "factor", "factor": 1.5}),
    ("x + 1", "x + 3.5", ROWS, {"kind": "offset", "by": 2.5}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "body", "named"), ARGUMENTS)
def test_a_slip_with_an_argument_is_named(
    grader: Grader, asked: ImplementCard, body: str, named: dict[str, Any]
) -> None:
    assert grade(grader, asked, body).cause == (said(**named) if named else "")


@pytest.mark.parametrize(("reference", "answer", "x", "named"), RESULTS)
def test_a_slip_that_shows_in_the_result_is_named(
    grader: Grader, reference: str, answer: str, x: str, named: dict[str, Any]
) -> None:
    verdict = grade(grader, card("f(x)", reference, {"x": x}), f"return {answer}")
    assert verdict.cause == (said(**named) if named else "")


# a wrong gradient of the right values


VALUES = d("[[0.5, -1.25, 2.5], [1.5, 0.75, -3.5]]")
SQUARE = d("[[0.5, -1.25, 2.5], [1.5, 0.75, -3.5], [0.25, 4.5, 1.75]]")
BACKWARD = """
class Op(torch.autograd.Function):
    @staticmethod
    def forward(context, x, y):
        context.save_for_backward(x, y)
        return x * y
    @staticmethod
    def backward(context, g):
        x, y = context.saved_tensors
        return {gradients}
"""

GRADIENTS: list[tuple[str, dict[str, str], str, dict[str, Any]]] = [
    # reference, inputs, answer, what is named
    ("x * x", {"x": VALUES}, "return (x * x).detach()", {"kind": "gradient_cut"}),
    ("x * x", {"x": VALUES}, "return torch.tensor([[v.item() ** 2 for v in row] for row in x], dtype=x.dtype)",
     {"kind": "gradient_cut"}),
    ("x * y", {"x": VALUES, "y": VALUES}, "return x.detach() * y", {"kind": "gradient_missing", "name": "x"}),
    ("x * x", {"x": VALUES}, "y = x * x\n    return torch.cat([y[:1], y[1:].detach()])",
     {"kind": "gradient_in_part", "name": "x"}),
    ("x * x", {"x": VALUES}, "y = x * x\n    return 2 * y.detach() - y", {"kind": "gradient_sign", "name": "x"}),
    ("x.sum()", {"x": VALUES}, "return x.mean() + (x.sum() - x.mean()).detach()", {}),
    ("(x * x).sum()", {"x": VALUES}, "y = (x * x).mean()\n    return y + ((x * x).sum() - y).detach()",
     {"kind": "gradient_over", "name": "x", "n": 6}),
    ("(x * x).mean(1)", {"x": VALUES}, "y = (x * x).sum(1)\n    return y + ((x * x).mean(1) - y).detach()",
     {"kind": "gradient_times", "name": "x", "n": 3}),
    ("x * x", {"x": VALUES}, "return x * x.detach()", {"kind": "gradient_factor", "name": "x", "factor": 0.5}),
    ("x * x", {"x": VALUES}, "y = x * x\n    return 2.5 * y - 1.5 * y.detach()",
     {"kind": "gradient_factor", "name": "x", "factor": 2.5}),
    ("x.abs()", {"x": VALUES}, "return torch.where(x < 0, -x, (x.detach() - x).sqrt() * 0 + x)",
     {"kind": "gradient_not_finite", "name": "x"}),
    ("x.clamp(max=bound) ** 2", {"x": VALUES}, "return torch.where(x >= bound, x * 0 + bound, x) ** 2",
     {"kind": "gradient_at_bound", "name": "x", "bound": "bound"}),
    ("x.relu() * x.exp()", {"x": d("[[0.5, -1.25, 0.0], [1.5, 0., -3.5]]")},
     "return torch.where(x >= 0, x, x * 0) * x.exp()",
     {"kind": "gradient_at_bound", "name": "x", "bound": "0"}),
    ("x.amax(1)", {"x": d("[[0.5, 2.5, 2.5], [4.75, -3.5, 4.75]]")}, "return x.max(1).values",
     {"kind": "gradient_at_tie", "name": "x"}),
    ("x * y", {"x": VALUES, "y": f"{SQUARE}[:2] + 1.25"}, "return Op.apply(x, y)  # g * x, g * y",
     {"kind": "gradient_of_another", "name": "x", "other": "y"}),
    ("x * y", {"x": VALUES, "y": f"{SQUARE}[:2] + 1.25"}, "return Op.apply(x, y)  # y, x",
     {"kind": "gradient_upstream", "name": "x"}),
    ("x * y", {"x": SQUARE, "y": f"{SQUARE} + 1.25"}, "return Op.apply(x, y)  # (g * y).T, g * x",
     {"kind": "gradient_transposed", "name": "x"}),
    ("x * y", {"x": VALUES, "y": f"{SQUARE}[:2] + 1.25"}, "return Op.apply(x, y)  # g * y, -g * x",
     {"kind": "gradient_sign", "name": "y"}),
]  # fmt: skip


def differentiable(reference: str, inputs: dict[str, str], **fields: Any) -> ImplementCard:
    """A card with one case, compared with its gradients."""
    given = {name: f"torch.{values}" for name, values in inputs.items()}
    given |= {"bound": "1.5"} if "bound" in reference else {}
    return card(f"f({', '.join(given)})", reference, inputs=given, gradients=True, **fields)


def grade_gradient(grader: Grader, asked: ImplementCard, body: str, language: str = "en") -> Verdict:
    """An answer graded on cases whose values count as smooth (one in three does), `# a, b` what `Op` gives back."""
    body, _, gradients = body.partition("  # ")
    source = (
        f"import torch\n{BACKWARD.format(gradients=gradients or 'None, None')}\ndef {asked.function}:\n    {body}\n"
    )
    for seed in range(40):
        verdict = grader.grade(asked, source, language=language, seed=seed)
        if not verdict.passed:
            return verdict
    raise AssertionError("the gradient was never compared")


@pytest.mark.parametrize(("reference", "inputs", "body", "named"), GRADIENTS)
def test_a_slip_in_a_gradient_is_named(
    grader: Grader, reference: str, inputs: dict[str, str], body: str, named: dict[str, Any]
) -> None:
    verdict = grade_gradient(grader, differentiable(reference, inputs), body)
    assert verdict.outcome is Outcome.WRONG
    assert verdict.counterexample is not None
    assert verdict.counterexample.what == f"gradient of {named.get('name', 'x')}"
    assert verdict.cause == (said(**named) if named else "")


def test_a_slip_of_the_deck_whose_gradient_is_the_answers_is_named_before_a_usual_one(grader: Grader) -> None:
    slips = (
        {"says": "another value", "code": "def f(x): return 2 * x"},
        {"says": "another gradient", "code": "def f(x): return 2 * (x * x) - (x * x).detach()"},
        {"says": "the same gradient", "code": "def f(x): return x * x.detach()"},
        {"says": "too late", "code": "def f(x): return x.detach() * x"},
    )
    asked = differentiable("x * x", {"x": VALUES}, slips=slips)
    assert grade_gradient(grader, asked, "return x.clone().detach() * x").cause == "the same gradient"
    assert "gradient" not in grade_gradient(grader, asked, "return x * 2").cause


def test_a_slip_of_the_deck_that_is_cut_off_as_the_answer_is_is_named(grader: Grader) -> None:
    slips = (
        {"says": "a list of numbers", "code": "import torch\ndef f(x): return torch.tensor((x * x).tolist()).double()"},
    )
    asked = differentiable("x * x", {"x": VALUES}, slips=slips)
    verdict = grade_gradient(grader, asked, "return (x * x).detach()", language="ko")
    assert verdict.cause == "a list of numbers"
    assert "그래디언트가 흐르지" in verdict.message or "끊" in verdict.message


def test_the_cause_of_a_wrong_gradient_is_said_in_korean(grader: Grader) -> None:
    verdict = grade_gradient(grader, differentiable("x * x", {"x": VALUES}), "return x * x.detach()", language="ko")
    assert verdict.cause == "`x`의 그래디언트가 기대한 값의 0.5배예요."


@pytest.mark.parametrize("body", [
    ("out = torch.zeros(x.shape, dtype=x.dtype)\n    for i in range(len(x)):\n        if x[i] > 0:\n            "
     "out[i] = x[i]\n    return out"),
    "return torch.stack([max(v, v.new_zeros(())) for v in x]) if len(x) else torch.zeros(0, dtype=x.dtype)",
])  # fmt: skip
def test_a_result_that_hangs_on_no_input_where_torchs_gradient_is_zero_is_right(grader: Grader, body: str) -> None:
    asked = card("f(x)", "x.relu()", inputs={"x": "float[N]"}, dims={"N": "0..2"}, gradients=True)
    verdict = grader.grade(asked, f"import torch\ndef f(x):\n    {body}\n")
    assert verdict.passed, verdict.message


# what is not named


@pytest.mark.parametrize(
    ("reference", "answer", "x"),
    [
        ("x + 1", "-x - 1", d("[4.]")),
        ("x * 3", "x * 6", d("[2.]")),
        ("x.sum()", "x.sum() * 2", d("[1., 3.]")),
        ("x + 1", "(x + 1).flip(0)", d("[3., 5.]")),
        ("x + 1", "(x + 1).T", d("[[1., 1.], [2., 1.]]")),
        ("x + 1", "x[:-1] * 7", d("[1., 2., 5.]")),
        ("x + 1", "(x + 1).mT * 2", d("[[1., 2.], [5., 2.], [8., 9.]]")),
    ],
)
def test_a_likeness_on_a_tiny_case_is_not_taken_for_the_cause(
    grader: Grader, reference: str, answer: str, x: str
) -> None:
    assert grade(grader, card("f(x)", reference, {"x": x}), f"return {answer}").cause == ""


def test_an_argument_that_an_earlier_case_shows_in_use_is_not_called_ignored(grader: Grader) -> None:
    asked = card("total(x, keepdim=False)", "x.sum(1, keepdim=keepdim)", {"x": MIXED, "keepdim": True},
                 {"x": ROWS, "keepdim": True})  # fmt: skip
    body = "return x.sum(1, keepdim=bool(x.min() < 0))"
    assert grade(grader, asked, body).cause == said("right_values_wrong_shape")


def test_a_dim_that_an_earlier_case_shows_in_use_is_not_called_wrong(grader: Grader) -> None:
    asked = card("total(x, dim)", "x.cumsum(dim)", {"x": MIXED, "dim": 0}, {"x": ROWS, "dim": 0})
    assert grade(grader, asked, "return x.cumsum(int(x.min() > 0))").cause == ""


def test_a_negative_dim_is_not_suspected_before_two_others_have_passed(grader: Grader) -> None:
    asked = card("cum(x, dim)", "x.cumsum(dim)", {"x": ROWS, "dim": 1}, {"x": ROWS, "dim": -1})
    assert grade(grader, asked, "return x.cumsum([0, 1].index(dim))").cause == ""


# which is named first, in which language


def test_a_slip_of_the_deck_wins_over_a_usual_one(grader: Grader) -> None:
    slips = ({"says": "the deck's own words", "code": "def f(x): return -x - 1"},)
    assert grade(grader, card("f(x)", "x + 1", {"x": ROWS}, slips=slips), "return -x - 1").cause == slips[0]["says"]


def test_an_ignored_argument_is_more_precise_than_an_input_as_it_came(grader: Grader) -> None:
    asked = card("limit(x, low=None, high=50)", "x.clamp(low, high)", {"x": ROWS, "low": 3.0})
    assert grade(grader, asked, "return x.clamp(None, high)").cause == said("ignored", name="low")


def test_a_reference_that_fails_on_altered_arguments_leaves_the_finding_standing(grader: Grader) -> None:
    reference = "if flag is not True: raise KeyError(flag)\nreturn x + 1"
    asked = card("f(x, flag=None)", reference, {"x": ROWS, "flag": True})
    assert grade(grader, asked, "return x + 3").cause == said("offset", by=2.0)


def test_a_likeness_that_would_take_too_many_calls_to_hold_to_the_cases_before_is_not_named(grader: Grader) -> None:
    before = [{"x": d(f"[{n}., 2., 5.]"), "flag": False} for n in range(250)]
    asked = card("f(x, flag=False)", "x + 1 if flag else x", *before, {"x": LINE, "flag": True})
    assert grade(grader, asked, "return x").cause == said("input_unchanged")


def test_the_cause_is_said_in_korean(grader: Grader) -> None:
    asked = card("f(x)", "x + 1", {"x": ROWS})
    cause = grade(grader, asked, "return (x + 1).flip(1)", language="ko").cause
    assert cause == "결과가 dim 1 방향으로 뒤집혀 있어요."


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", SLIPS)
def test_each_sentence_has_the_same_places_in_both_languages(kind: str) -> None:
    assert SLIPS[kind].keys() == {"en", "ko"}
    english, korean = places(SLIPS[kind]["en"]), places(SLIPS[kind]["ko"])
    assert korean <= english


def test_every_sentence_is_said_by_some_test_here() -> None:
    named = [*(named for _, _, named in ARGUMENTS), *(named for _, _, _, named in RESULTS)]
    named += [named for *_, named in GRADIENTS]
    tested = {words["kind"] for words in named if words}
    assert SLIPS.keys() <= tested
