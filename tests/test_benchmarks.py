"""The benchmark scripts import, and what they count by is right, without the packages only they need."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
import torch

from studytui.cards.library import Library
from studytui.cards.models import ImplementCard
from studytui.cards.signature import parse_signature
from studytui.cards.spec import parse_spec
from studytui.grader.children.cases import Generator

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py"))
LIBRARY = Library.open([ROOT / "decks"], None)


def script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A benchmark as a module, under a name no installed package has."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", ROOT / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Any:
    return script("torch_judge", monkeypatch)


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Any:
    return script("op_db", monkeypatch)


def shipped(name: str) -> ImplementCard:
    card = LIBRARY.card(name)
    assert isinstance(card, ImplementCard)
    return card


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_benchmark_imports_without_running(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert script(name, monkeypatch).__doc__


def test_without_torch_judge_the_script_says_how_to_install_it(judge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    monkeypatch.setattr(sys, "argv", ["torch_judge.py"])
    with pytest.raises(SystemExit, match=r"pip install --no-deps torch-judge==0\.1\.1"):
        judge.main()


def test_without_expecttest_the_script_says_how_to_install_it(database: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.testing._internal.common_methods_invocations", None)
    monkeypatch.setattr(sys, "argv", ["op_db.py"])
    with pytest.raises(SystemExit, match="pip install --no-deps expecttest"):
        database.main()


def test_every_pair_narrows_its_card_to_parameters_it_has(judge: Any) -> None:
    for pair in judge.PAIRS:
        card = judge.narrowed(shipped(pair.card), pair)
        assert card.by_hand == "free"
        assert tuple(card.inputs) == pair.parameters
        assert Generator(card.model_dump(mode="json"), parse_signature(card.function), 1).cases(20)
        plain = judge.plain(card)
        for case in Generator(plain.model_dump(mode="json"), parse_signature(card.function), 1).cases(20):
            assert all(value.numel() for value in case.arguments.values() if isinstance(value, torch.Tensor))


def test_right_answers_agree_with_torch_on_the_probes_and_wrong_ones_do_not(judge: Any) -> None:
    for pair in judge.PAIRS:
        assert not judge.differs(pair, pair.written(pair.reference)), pair.task
        assert not judge.differs(pair, pair.written(pair.variant)), pair.task
        assert not judge.differs(pair, shipped(pair.card).solution), pair.task
        for name, expression in pair.wrong.items():
            assert judge.differs(pair, pair.written(expression)), (pair.task, name)


def test_a_changed_input_is_a_difference(judge: Any) -> None:
    relu = next(pair for pair in judge.PAIRS if pair.task == "relu")
    assert judge.differs(relu, relu.written("input.relu_()"))


def test_torch_judges_printed_verdict_is_read(judge: Any) -> None:
    printed = (
        "  \x1b[92m✅ [1/3] Basic\x1b[0m\n  \x1b[91m❌ [2/3] 2-D\x1b[0m\n  \x1b[91m💥 [3/3] Gradient flow\x1b[0m\n"
    )
    said = judge.read_reply({"said": "attempted", "printed": printed, "seconds": 0.5})
    assert said.failed == ("2-D", "Gradient flow")
    assert not said.accepted
    assert not said.accepted_by_values
    loops = judge.read_reply({"said": "attempted", "printed": printed.replace("2-D", "Performance"), "seconds": 0.5})
    assert loops.accepted_by_values
    assert judge.read_reply({"said": "solved", "printed": "", "seconds": 0.5}).accepted
    assert judge.read_reply({"said": "SystemExit", "printed": "", "seconds": 0.5}).why == "SystemExit"


def test_a_solution_is_taken_from_a_notebook_without_its_other_cells(judge: Any, tmp_path: Path) -> None:
    sources = ["import torch\nimport math", "# SOLUTION\ndef relu(x):\n    return x", "print(relu)", "check('relu')"]
    cells = [{"cell_type": "code", "source": [text]} for text in sources]
    notebook = {"cells": [{"cell_type": "markdown", "source": ["# SOLUTION"]}, *cells]}
    (tmp_path / "01_relu_solution.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    found = judge.reference_solutions(tmp_path, ["relu", "softmax"])
    assert found == {"relu": "import torch\nimport math\n\n# SOLUTION\ndef relu(x):\n    return x\n"}


def test_counts_stand_in_a_table(judge: Any) -> None:
    lines = judge.table({"accepted": [8, 0, 4]}).splitlines()
    assert lines[0].split() == ["answers", "ours", "torch-judge"]
    assert lines[1].split() == ["accepted", "8", "0", "4"]


def test_a_sample_is_bound_by_name_and_its_defaults_are_left_out(database: Any) -> None:
    view, total = parse_signature("view(x, *shape)"), parse_signature("sum(input, dim=None, keepdim=False)")
    assert database.bind(view, ["x", (2, -1)], {}) == {"x": "x", "shape": [2, -1]}
    assert database.bind(view, ["x", 2, -1], {}) == {"x": "x", "shape": [2, -1]}
    assert database.bind(total, ["x"], {"keepdim": False, "dim": 0}) == {"input": "x", "dim": 0}
    with pytest.raises(database.NotCoveredError, match="no parameter `dtype`"):
        database.bind(total, ["x"], {"dtype": torch.float64})
    with pytest.raises(database.NotCoveredError, match="more arguments"):
        database.bind(total, ["x", 0, True, 1], {})


@pytest.mark.parametrize(
    ("inputs", "arguments", "reason"),
    [
        ({"x": "float[N, C]"}, {"x": torch.ones(2)}, "rank 1"),
        ({"x": "float64[N]"}, {"x": torch.ones(2)}, "dtype float32"),
        ({"x": "float[N]", "y": "float[N]"}, {"x": torch.ones(2), "y": torch.ones(1)}, "do not fit"),
        ({"stride": "int in 1..2"}, {"stride": (1, 2)}, "type tuple"),
        ({"stride": "int in 1..2"}, {"stride": True}, "type bool"),
        ({"dim": "one_of(None, 0, -1)"}, {"dim": (0, 1)}, "type tuple"),
        ({"xs": "list[1..3] of float[_, C]"}, {"xs": [torch.ones(1, 2), torch.ones(1, 3)]}, "do not fit"),
        ({"x": "float[N]"}, {"eps": 1.0}, "not declared"),
    ],
)
def test_what_a_card_does_not_declare_is_not_covered(
    database: Any, inputs: dict[str, str], arguments: dict[str, Any], reason: str
) -> None:
    with pytest.raises(database.NotCoveredError, match=reason):
        database.cover({name: parse_spec(text) for name, text in inputs.items()}, arguments)


def test_what_a_card_declares_is_covered_beyond_the_sizes_it_draws(database: Any) -> None:
    inputs = {
        "x": "float[N, 2 * C]",
        "d": "dim(x)",
        "s": "one_of([-1], [C, N])",
        "groups": "C",
        "low": "one_of(None, 0.5)",
    }
    specs = {name: parse_spec(text) for name, text in inputs.items()}
    database.cover(specs, {"x": torch.ones(20, 6), "d": -1, "s": (3, 40), "groups": 3, "low": 2})
    leading = {"x": parse_spec("float[..., N]"), "y": parse_spec("int64[..., 2]")}
    database.cover(leading, {"x": torch.ones(3, 5), "y": torch.ones(3, 2, dtype=torch.int64)})
    for y in (torch.ones(2), torch.ones(4, 2), torch.ones(1, 3, 2)):
        with pytest.raises(database.NotCoveredError):
            database.cover(leading, {"x": torch.ones(3, 5), "y": y.long()})
    database.cover({"x": parse_spec("float[N]"), "y": parse_spec("float[N]")},
                   {"x": torch.ones(2), "y": torch.ones(3)}, sizes=False)  # fmt: skip


def test_samples_are_counted_as_right_refused_skipped_or_failed(database: Any) -> None:
    card = shipped("tensors/mm")
    raising = {"input": "torch.ones(1, 2)", "mat2": "torch.ones(1, 2)", "raises": "RuntimeError"}
    card = card.model_copy(update={"cases": (*card.cases, raising)})

    def sample(*arguments: torch.Tensor) -> SimpleNamespace:
        return SimpleNamespace(input=arguments[0], args=arguments[1:], kwargs={})

    entry = SimpleNamespace(
        op=torch.mm,
        dtypes={torch.float64},
        sample_inputs=lambda device, dtype: [
            sample(torch.ones(2, 3, dtype=dtype), torch.ones(3, 1, dtype=dtype)),
            sample(torch.ones(3, dtype=dtype), torch.ones(3, 1, dtype=dtype)),
        ],
        error_inputs_func=True,
        error_inputs=lambda device: [SimpleNamespace(sample_input=sample(torch.ones(2, 3), torch.ones(2, 3)))],
    )
    tally = database.run_card(card, [entry])
    assert (tally.right, tally.refusals, tally.skipped.total(), tally.faults) == (1, 1, 1, [])
    wrong = card.model_copy(update={"solution": "def mm(input, mat2):\n    return input\n"})
    tally = database.run_card(wrong, [entry])
    assert (tally.right, tally.refusals, tally.skipped.total(), len(tally.faults)) == (0, 0, 1, 2)
    assert tally.faults[0].startswith("mm(input=float64[2, 3], mat2=float64[3, 1]): ")


def test_an_error_must_be_of_torchs_type_or_a_more_special_one(database: Any) -> None:
    assert database.difference(LookupError("no"), IndexError("no")) == ""
    assert "torch raises IndexError" in database.difference(IndexError("no"), ValueError("no"))
    assert "the solution raises ValueError" in database.difference(torch.ones(1), ValueError("no"))
    assert database.difference(torch.tensor([torch.nan]), torch.tensor([torch.nan])) == ""
    assert database.difference(torch.ones(1), torch.ones(1, dtype=torch.float64))


def test_entries_are_found_by_name_and_under_functional(database: Any) -> None:
    names = ["mm", "nn.functional.linear", "linalg.norm"]
    entries = [SimpleNamespace(name=name) for name in names]
    assert [entry.name for entry in database.entries_of("linear", entries)] == ["nn.functional.linear"]
    assert database.entries_of("norm", entries) == []
