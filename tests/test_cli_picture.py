"""`studytui picture`: what it prints, the exit code, and a clear word for everything that can be wrong with it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from studytui import cli, grading
from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parent.parent / "docs" / "pictures.md"
VIEW = ["picture", "x.view(2, -1)", "--x", "arange(12).view(3, 4)"]


@pytest.fixture(scope="module")
def warm() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


class Kept(Grader):
    """A grader on the module's warm process, with the time-out it is asked for."""

    def __init__(self, seconds: float | None, warm: Grader) -> None:
        super().__init__(seconds, warm._process)

    def close(self) -> None:
        """The warm process is another's."""


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, warm: Grader) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(grading, "Grader", lambda seconds, _make_warm: Kept(seconds, warm))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    code, out, err = run(capsys, *arguments, "--json")
    assert (code, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def test_the_picture_of_the_documentation_is_what_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *VIEW, "--step", "8")
    assert (code, err) == (0, "")
    page = PAGE.read_text(encoding="utf-8")
    block = re.search(r"```\n\$ studytui picture .*?\n(.*?)```", page, re.DOTALL)
    assert block is not None
    assert out == block[1]


def test_the_first_cell_is_marked_unless_another_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, *VIEW)[1].startswith("1 of 12   out[0, 0] = 0  ←  x[0, 0]\n")
    assert run(capsys, *VIEW[:2], "--step=3", *VIEW[2:])[1].startswith("3 of 12   out[0, 2] = 2  ←  x[0, 2]\n")


def test_inputs_are_named_in_either_way_and_may_look_like_options(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "picture", "torch.cat([x, größe])", "--x=arange(2)", "--größe", "-arange(2) - 1")
    assert [one["name"] for one in found["inputs"]] == ["x", "größe"]
    assert [one["elements"] for one in found["inputs"]] == [[0, 1], [-1, -2]]


def test_json_has_every_cell_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, "picture", "x.amax(1)", "--x", "tensor([[1., nan], [3., 2.]])")
    assert found["schema"] == 1
    assert found["kind"] == "read"
    assert found["inputs"] == [
        {"name": "x", "dtype": "float32", "shape": [2, 2], "elements": [1.0, "nan", 3.0, 2.0], "truncated": False}
    ]
    assert found["total"] == 2
    assert found["cells"][1] == {
        "step": 2,
        "output": {"tensor": "out", "index": [1]},
        "from": [{"tensor": "x", "index": [1, 0]}, {"tensor": "x", "index": [1, 1]}],
        "chosen": None,
    }


def test_json_of_a_step_is_of_that_cell(capsys: pytest.CaptureFixture[str]) -> None:
    found = answered(capsys, *VIEW, "--step", "8")
    assert [cell["step"] for cell in found["cells"]] == [8]
    assert found["cells"][0]["from"] == [{"tensor": "x", "index": [1, 3]}]


def test_the_width_of_the_terminal_is_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (40, 80, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        _, out, _ = run(capsys, "picture", "x.permute(1, 2, 0)", "--x", "rand(3, 30, 30)", "--step", "77")
        assert max(map(len, out.split("\n"))) <= columns
        assert "…" in out
        assert out.count("‹") == 2


def test_it_speaks_korean(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('language = "ko"\n', encoding="utf-8")
    assert run(capsys, *VIEW)[1].startswith("12개 중 1번째   out[0, 0] = 0  ←  x[0, 0]\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["picture"], 2, "Missing argument 'EXPRESSION'"),
        (["picture", ""], 2, "The expression is empty."),
        (["picture", "x", "--x", " "], 2, "The expression of --x is empty."),
        (["picture", "x", "y"], 2, "y belongs to no input"),
        (["picture", "x", "--1x", "3"], 2, "--1x belongs to no input"),
        (["picture", "x", "--a-b", "3"], 2, "--a-b belongs to no input"),
        (["picture", "x", "--x"], 2, "--x needs an expression"),
        (["picture", "x", "--x", "1", "--x", "2"], 2, "--x is given twice."),
        (["picture", "x" * 20_001], 2, "over 20,000 characters"),
        ([*VIEW, "--step", "13"], 2, "There is no step 13: the result has 12 cells."),
        ([*VIEW, "--step", "0"], 2, "--step"),
        (["picture", "x.permute(2, 0, 1)", "--x", "zeros(64, 64, 3)", "--step", "5000"], 2, "the first 4096"),
        (["picture", "x.view(5)", "--x", "arange(12)"], 2, "raises RuntimeError: shape '[5]' is invalid"),
        (["picture", "x.numel()", "--x", "arange(12)"], 2, "gives no tensor but an int"),
        (["picture", "arange(12)"], 2, "uses no tensor that was given"),
        (
            ["picture", "x + [0 for _ in iter(int, 1)]", "--x", "zeros(1)", "--timeout", "0.3"],
            2,
            "did not finish in 0.3 s",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    given, out, err = run(capsys, *arguments)
    assert (given, out) == (code, "")
    assert words in err
    assert err.startswith("studytui: ")
    assert "Traceback" not in err


def test_a_caret_stands_under_the_place(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "picture", "한글 + x.foo", "--x", "arange(3)", "--한글", "zeros(3)")
    assert err.split("\n")[1:3] == ["  한글 + x.foo", "         ^^^^^"]


def test_colours_are_for_a_terminal_that_wants_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\x1b" not in run(capsys, *VIEW)[1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[1;36m‹0›\x1b[0m" in run(capsys, *VIEW)[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run(capsys, *VIEW)[1]
