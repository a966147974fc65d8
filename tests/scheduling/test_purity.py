from __future__ import annotations

import ast
from pathlib import Path

import pytest

import studytui.scheduling

MODULES = sorted(Path(studytui.scheduling.__path__[0]).glob("*.py"))
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_scheduling_has_no_hidden_clock_and_no_hidden_randomness(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    imports = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imports |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert called.isdisjoint(CLOCKS)
    assert imports.isdisjoint({"random", "secrets", "uuid", "time", "os"})
