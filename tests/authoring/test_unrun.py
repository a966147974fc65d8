"""Cards whose answers cannot run, for what they need is not installed: all else is checked, and that is said."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from studytui.authoring.check import Checked, Wanted, check
from studytui.authoring.check_report import as_json, summary
from studytui.cli import main

DECK = Path(__file__).with_name("triton.yaml")


@pytest.fixture
def without_triton(monkeypatch: pytest.MonkeyPatch) -> None:
    find_spec = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "triton" else find_spec(name))


@pytest.fixture
def checked(without_triton: None, tmp_path: Path) -> Checked:
    return check(Wanted((DECK,), kept=tmp_path))


def told(checked: Checked, card: str) -> dict[str, str]:
    return {one.rule: one.problem.message for one in checked.problems if one.card == f"kernels/{card}"}


def test_the_reference_is_run_and_what_an_answer_may_use_is_judged(checked: Checked) -> None:
    sound = told(checked, "double")
    assert list(sound) == ["slip"]
    assert sound["slip"].startswith("the slip “Torch did it.” is refused before any case runs: ")
    assert "`torch.add` outside a kernel" in sound["slip"]
    broken = told(checked, "broken")
    assert "no_such_function" in broken["reference"]
    assert "asks for a Triton kernel" in broken["solution"]
    assert "0 slips" in broken["slips"]


def test_how_many_were_not_run_is_said_and_is_no_warning(checked: Checked) -> None:
    first, second = summary(checked).splitlines()
    assert first == "2 cards, 3 errors, 1 warning."
    assert second.startswith("2 cards not run, for Triton is not installed (pip install 'studytui[triton]')")
    told = as_json(checked)
    assert told["not_run"] == 2
    assert [card["lacking"] for card in told["cards"]] == ["triton", "triton"]
    assert [card["mutants"] for card in told["cards"]] == [None, None]


def test_a_card_that_was_not_run_is_looked_at_again(without_triton: None, tmp_path: Path) -> None:
    wanted = Wanted((DECK,), cards=("double",), kept=tmp_path)
    check(wanted)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_strict_lets_it_pass(
    without_triton: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    deck = tmp_path / "sound.yaml"
    sound = DECK.read_text(encoding="utf-8").partition("  - id: broken")[0]
    deck.write_text(sound.replace("return torch.add(x, x)", "return x"), encoding="utf-8")
    assert main(["check", str(deck), "--strict", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["errors"], printed["warnings"], printed["not_run"]) == (0, 0, 1)
