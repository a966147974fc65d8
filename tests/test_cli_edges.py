"""What commands say where a user slips at their edges: a typo, a wrong place, a terminal of another size."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from studytui import cli
from studytui.ui.cells import cell_width

if TYPE_CHECKING:
    from collections.abc import Callable

DECK = """
deck: small
title: Small
cards:
  - id: double
    kind: implement
    prompt: Return `x` times two.
    function: double(x)
    inputs: {x: "float64[N]"}
    reference: x * 2
    solution: "def double(x): return x"
"""


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """A command of a user with one small deck; none of these comes as far as a grader."""
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr("studytui.grading.warm", lambda *_: pytest.fail("a grader was started"))
    monkeypatch.chdir(tmp_path)
    Path("small.yaml").write_text(DECK, encoding="utf-8")
    Path("answers").mkdir()
    Path("answers/a.py").write_text("def double(x): return x\n", encoding="utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["--decks", "small.yaml", *arguments])
        return code, *capfd.readouterr()

    return run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade", "answer", "--jobs", "2"], "There is no file or folder answer.\n  Did you mean answers?"),
        (["grade", "none", "--format", "junit"], "There is no file or folder none."),
        (["grade", "answers", "--output", "answers"], "answers is a folder"),
        (["grade", "answers", "--output", "answers/a.py"], "answers/a.py holds something else than rows"),
        (["grade", "answers/a.py", "--timeout", "soon"], "'soon' is not a valid number"),
        (["grade", "answers/a.py", "--seed", "-1"], "-1 is not in the range"),
        (["check", "answers"], "There is no deck in answers"),
        (["picture", "x", "--x", " "], "The expression of --x is empty"),
        (["picture", " "], "The expression is empty"),
        (["picture", "x + 1", "--x", "arange(3)", "--stepp", "2"], "Did you mean --step?"),
    ],
)
def test_a_slip_is_told_with_its_place_and_what_to_do(arguments: list[str], message: str, run: Any) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_an_output_that_is_no_text_is_left_alone(run: Any) -> None:
    Path("picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    code, _, err = run("grade", "answers", "--output", "picture.png")
    assert code == 2
    assert "picture.png holds something else than rows" in err
    assert Path("picture.png").read_bytes() == b"\x89PNG\r\n\x1a\n\xff"


def test_a_broken_deck_is_told_rather_than_the_card_that_it_hides(run: Any) -> None:
    Path("small.yaml").write_text(DECK.replace("implement", "implment"), encoding="utf-8")
    code, _, err = run("check", "small.yaml", "-k", "double")
    assert code == 2
    assert "small.yaml:6:11" in err
    assert "Did you mean `implement`?" in err


def test_a_group_without_its_command_shows_its_help(run: Any) -> None:
    code, out, err = run("grader")
    assert code == 2
    assert (out, err.count("Usage:")) == ("", 1)
    assert err.startswith("Usage:")
    assert "status" in err


def test_the_help_says_what_each_command_does_to_the_end() -> None:
    context = click.Context(cli.commands, info_name="studytui")
    lines = cli.commands.get_help(context).splitlines()
    assert [line for line in lines if line.startswith("  ") and line.endswith("...")] == []


def test_an_option_for_a_number_says_so_without_our_types() -> None:
    for name, command in cli.commands.commands.items():
        assert "RANGE" not in command.get_help(click.Context(command, info_name=name)), name


def test_a_stdout_that_is_closed_from_the_start_is_no_crash(tmp_path: Path) -> None:
    environment = {**os.environ, "STUDYTUI_HOME": str(tmp_path)}
    command = f'"{sys.executable}" -m studytui paths >&-'
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("columns", ["40", "80"])
def test_a_prompt_is_broken_between_words_for_the_terminal(
    columns: str, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    prompt = "\n".join(f"      {line}" for line in (LONG, "", f"- {LONG}", "", "```", "code  stays", "  here", "```"))
    Path("small.yaml").write_text(
        DECK.replace("prompt: Return `x` times two.", f"prompt: |\n{prompt}"), encoding="utf-8"
    )
    shown = run("show", "double")[1].splitlines()
    assert max(map(len, shown)) <= int(columns)
    assert " ".join(" ".join(shown).split()).count(LONG) == 2
    assert [line for line in shown if "code" in line or "here" in line] == ["code  stays", "  here"]


def test_a_list_keeps_to_the_width_of_a_terminal_and_is_whole_in_a_pipe(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = "`x`의 모든 원소를 두 배로 만든 새 텐서를 반환하는 함수를 반복문으로 구현해 보세요."
    Path("small.yaml").write_text(DECK.replace("Return `x` times two.", f'"{wide}"'), encoding="utf-8")
    assert wide in run("list")[1]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "50")
    (line,) = run("list")[1].splitlines()
    assert line.endswith("…")
    assert 45 <= cell_width(line) <= 50


LONG = (
    "It returns a new tensor in which every element of `input` is limited to the range from `min` to `max`, as it is."
)
