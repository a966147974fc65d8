"""Cards that ask for a Triton kernel: what an answer may use, and its grade in the interpreter if Triton is there."""

from __future__ import annotations

import ast
import importlib.util
from typing import TYPE_CHECKING

import pytest
import torch
from card_building import ADDS, KERNEL, implement

from studytui.errors import GraderError
from studytui.grader.by_hand import Rules
from studytui.grader.cleaning import said_of
from studytui.grader.exchange import Report
from studytui.grader.process import Ending
from studytui.grader.report_verdict import verdict_of
from studytui.grader.triton_code import check
from studytui.grader.verdict import Outcome
from studytui.grader.verdict_json import from_json, to_json

if TYPE_CHECKING:
    from studytui.grader.grader import Grader

RULES = Rules("triton", "add")
TORCH_NAMES = frozenset({*dir(torch), *dir(torch.Tensor)})
needs_triton = pytest.mark.skipif(importlib.util.find_spec("triton") is None, reason="Triton is not installed")


def refused(source: str) -> tuple[str, str, int] | None:
    refusal = check(ast.parse(source), RULES, TORCH_NAMES)
    return None if refusal is None else (refusal.kind, refusal.name, refusal.line)


def test_a_kernel_and_what_launches_it_are_allowed() -> None:
    assert refused(KERNEL) is None


@pytest.mark.parametrize(
    ("old", "new", "kind", "name"),
    [
        ("add_kernel[(triton.cdiv(n, 4),)](x, y, out, n, BLOCK=4)", "pass", "kernel", "add"),
        ("@triton.jit", "", "kernel", "add"),
        ("return out", "return x.mul(y)", "call", "x.mul"),
        ("return out", "return torch.add(x, y)", "call", "torch.add"),
        ("return out", "return getattr(x, 'add')(y)", "name", "getattr"),
        ("x + y, mask=inside)", "torch.add(x, y), mask=inside)", "in_kernel", "torch"),
        ("inside = at < n", "inside = eval('at < n')", "name", "eval"),
        ("inside = at < n", "inside = tl.core.builtin", "name", "tl.core"),
        ("inside = at < n", "inside = at.__class__", "name", "at.__class__"),
        ("inside = at < n", "import os", "import", "os"),
        ("@triton.jit", "@triton.autotune([], [])\n@triton.jit", "call", "triton.autotune"),
        ("import torch", "import torch, os", "import", "os"),
        ("import triton\n", "from triton.runtime import driver\n", "import", "triton.runtime"),
    ],
)
def test_what_gives_the_answer_away_or_leads_out_is_refused(old: str, new: str, kind: str, name: str) -> None:
    assert old in KERNEL
    found = refused(KERNEL.replace(old, new))
    assert found is not None
    assert found[:2] == (kind, name)


def test_without_triton_a_card_says_how_to_get_it(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(GraderError, match="Triton is not installed") as raised:
        grader.grade(ADDS, KERNEL)
    assert "pip install 'studytui[triton]'" in raised.value.hint


@pytest.mark.parametrize(
    ("answer_took", "torch_took", "language", "says"),
    [(2.0, 0.004, "en", "took 500 times as long"), (0.01, 0.004, "en", "took 2.5 times"), (9.0, 0.002, "ko", "4,500배"),
     (2.0, 0.0, "en", None)],
)  # fmt: skip
def test_a_kernel_is_told_how_fast_it_is_beside_torch(
    answer_took: float, torch_took: float, language: str, says: str | None
) -> None:
    report = Report(run=3, total=3, answer_took=answer_took, torch_took=torch_took)
    verdict = verdict_of(ADDS, report, Ending(0, 0, 0), language, 10.0, "cpu")
    assert verdict.passed
    assert says is None or says in verdict.message
    assert verdict.times_torch == (answer_took / torch_took if says else None)
    assert from_json(to_json(verdict, card="t/add")) == verdict


def test_loops_are_not_told_how_slow_they_are() -> None:
    loops = implement("add(x, y)", "x + y", inputs={"x": "float[N]", "y": "float[N]"})
    verdict = verdict_of(
        loops, Report(run=3, total=3, answer_took=2.0, torch_took=0.1), Ending(0, 0, 0), "en", 10.0, "cpu"
    )
    assert verdict.times_torch is None
    assert "torch's own operation" not in verdict.message


@pytest.mark.parametrize("lie", [float("nan"), float("inf"), -1.0, 1e9, "1", None, [1.0]])
def test_a_time_that_is_none_counts_nothing(lie: object) -> None:
    assert said_of({"event": "result", "took": lie})["took"] == 0.0


@needs_triton
@pytest.mark.parametrize("device", ["auto", "cpu", "cuda"])
def test_a_right_kernel_passes_on_the_cpu_whatever_the_device(grader: Grader, device: str) -> None:
    verdict = grader.grade(ADDS, KERNEL, device=device)
    assert verdict.passed, verdict.message
    assert verdict.device == "cpu"
    assert verdict.times_torch is not None
    assert verdict.times_torch > 0
    assert "times as long as torch's own operation: in Triton's interpreter" in verdict.message


@needs_triton
@pytest.mark.parametrize(
    ("old", "new"),
    [("x + y, mask", "x - y, mask"), ("triton.cdiv(n, 4)", "n // 4")],
)
def test_a_wrong_kernel_gets_its_counterexample(grader: Grader, old: str, new: str) -> None:
    assert old in KERNEL
    verdict = grader.grade(ADDS, KERNEL.replace(old, new))
    assert verdict.outcome is Outcome.WRONG
    assert verdict.counterexample is not None


@needs_triton
@pytest.mark.parametrize("sly", ["x.add(y)", "x + y", "[x][0].add(y)"])
def test_what_the_tree_does_not_tell_is_seen_as_it_runs(grader: Grader, sly: str) -> None:
    verdict = grader.grade(ADDS, KERNEL.replace("return out", f"return {sly}"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.line == KERNEL.splitlines().index("    return out") + 1
    assert "`add` outside a kernel" in verdict.message


@needs_triton
def test_an_answer_without_a_kernel_is_refused_with_a_sentence(grader: Grader) -> None:
    for language, says in (("en", "asks for a Triton kernel"), ("ko", "Triton 커널을 물어요")):
        verdict = grader.grade(ADDS, "def add(x, y):\n    return x + y\n", language=language)
        assert verdict.outcome is Outcome.REFUSED
        assert says in verdict.message
