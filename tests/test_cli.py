"""What the commands promise: output, exit codes, and a clear word for everything a user can get wrong."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from studytui import cli, grading
from studytui.batch import known_rows
from studytui.cli.common import ERASED
from studytui.grader.grader import Grader
from studytui.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent

RIGHT = """
def double(x):
    out = torch.zeros(x.shape, dtype=x.dtype)
    for i in range(x.shape[0]):
        out[i] = x[i] * 2
    return out
"""
WRONG = RIGHT.replace("* 2", "* 3")
DECK = """
deck: small
title: {en: Small, ko: 작은}
cards:
  - id: double
    kind: implement
    topics: [mul]
    depth: how
    prompt: {en: "Return `x` times two.", ko: "`x`의 두 배를 돌려주세요."}
    function: double(x)
    inputs: {x: "float64[N]"}
    cases: [{x: "tensor([1., 2.], dtype=torch.float64)"}]
    reference: x * 2
    solution: |
      def double(x):
          out = torch.zeros(x.shape, dtype=x.dtype)
          for i in range(x.shape[0]):
              out[i] = x[i] + x[i]
          return out
    slips:
      - says: {en: "times three", ko: "세 배"}
        code: "def double(x): return x * 3"
  - id: shape
    kind: predict
    prompt: What is the shape?
    code: torch.zeros(2, 3).view(3, -1)
    asks: shape
  - id: pick
    kind: choice
    prompt: Which is even?
    options: [{text: one}, {text: two, right: true, why: 2 = 2 * 1}]
  - id: say
    kind: recall
    prompt: What does it do?
    answer: It doubles.
    points: [{says: doubles, mentions: [doubles, twice]}]
  - id: slope
    kind: derive
    prompt: Derive it.
    symbols: {x: real}
    given: {y: x^2}
    asks: dy/dx
    truth: "y = x ** 2; y.backward(); return x.grad"
    solution: dy/dx = 2*x
"""
CARDS = {"double": RIGHT, "shape": "(3, 2)", "pick": "2", "say": "it gives twice", "slope": "dy/dx = 2*x"}
MISSES = {"double": WRONG, "shape": "(2, 3)", "pick": "1", "say": "it adds", "slope": "dy/dx = x"}


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


class SharedGrader:
    """Stands where a command makes its own grader: the real one, kept warm from test to test."""

    def __init__(self, grader: Grader) -> None:
        self._grader = grader

    def __call__(self, seconds: float | None, make_warm: object, *, seed: int | None = None) -> SharedGrader:
        self._grader._seed = seed
        self._grader._seconds = seconds
        return self

    def __enter__(self) -> Grader:
        return self._grader

    def __exit__(self, *_: object) -> None:
        """It is needed again."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grader: Grader) -> Path:
    """A user of their own, with one small deck as theirs and the shipped ones out of sight."""
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(grading, "Grader", SharedGrader(grader))
    (tmp_path / "small.yaml").write_text(DECK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(home: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["--decks", "small.yaml", *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def write(path: str, text: str) -> str:
    Path(path).write_text(text, encoding="utf-8")
    return path


# grade


def test_grade_of_a_right_file_exits_0_and_says_so(run: Any) -> None:
    code, out, err = run("grade", write("a.py", RIGHT))
    assert (code, err) == (0, "")
    assert "small/double" in out
    assert "Passed" in out


def test_grade_of_a_wrong_file_exits_1_with_the_counterexample_and_its_cause(run: Any) -> None:
    code, out, _ = run("grade", write("a.py", WRONG))
    assert code == 1
    assert "element 0: expected 2, got 3." in out
    assert "times three" in out
    assert "‹3.›" in out


def test_a_wrong_verdict_says_the_seed_that_gives_its_cases_again(run: Any) -> None:
    run("grade", write("a.py", WRONG))
    (seed,) = re.findall(r"--seed (\d+)", run("grade", "a.py")[1])
    again = json.loads(run("grade", "a.py", "--seed", seed, "--format", "json")[1])["results"][0]
    assert again["seed"] == int(seed)
    assert "--seed" not in run("grade", write("b.py", RIGHT))[1]


def test_json_is_one_object_with_the_documented_keys(run: Any) -> None:
    code, out, _ = run("grade", write("a.py", WRONG), "--format", "json")
    report = json.loads(out)
    assert code == 1
    assert (report["schema"], report["device"]) == (1, "cpu")
    (result,) = report["results"]
    assert (result["card"], result["function"], result["verdict"]) == ("small/double", "double", "wrong")
    assert result["cases"]["run"] == 1
    assert result["cases"]["total"] > 20
    assert result["counterexample"]["first_difference"] == [0]
    assert result["counterexample"]["inputs"]["x"]["data"] == [1.0, 2.0]
    assert result["counterexample"]["expected"]["data"] == [2.0, 4.0]
    assert result["counterexample"]["actual"]["data"] == [3.0, 6.0]
    assert result["line"] is None
    assert result["seconds"] >= 0


@pytest.mark.parametrize("card", CARDS)
def test_every_kind_is_graded_by_answer(card: str, run: Any) -> None:
    assert run("grade", "--card", card, "--answer", CARDS[card])[0] == 0
    assert run("grade", "--card", f"small/{card}", "--answer", MISSES[card])[0] == 1


def test_an_answer_can_come_through_a_pipe(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write_end = os.pipe()
    os.write(write_end, b"(3, 2)\n")
    os.close(write_end)
    with os.fdopen(read) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert run("grade", "--card", "shape", "--answer", "-")[0] == 0


def test_a_refused_answer_names_its_line(run: Any) -> None:
    code, out, _ = run("grade", write("a.py", "def double(x):\n    return x.mul(2)\n"))
    assert code == 1
    assert "Line 2 calls x.mul; this card asks for loops." in out


def test_timeout_bounds_an_endless_answer(run: Any) -> None:
    code, out, _ = run("grade", write("a.py", "def double(x):\n    while True: pass\n"), "--timeout", "0.3")
    assert code == 1
    assert "on line 2" in out


def test_record_logs_a_review_that_due_then_counts(run: Any) -> None:
    run("grade", "--card", "shape", "--answer", "(3, 2)", "--record")
    code, out, _ = run("due", "--json")
    assert (code, json.loads(out)["reviewed_today"]) == (0, 1)


def test_without_record_nothing_is_logged(run: Any, home: Path) -> None:
    run("grade", "--card", "shape", "--answer", "(3, 2)")
    assert not (home / "home" / "data").exists()


def test_a_folder_is_graded_file_by_file(run: Any) -> None:
    Path("answers").mkdir()
    write("answers/right.py", RIGHT)
    write("answers/wrong.py", WRONG)
    code, out, _ = run("grade", "answers", "--jobs", "2", "--output", "rows.jsonl")
    assert code == 1
    assert out.endswith("1 of 2 passed\n")
    again = json.loads(run("grade", "answers", "--format", "json", "--output", "rows.jsonl")[1])["results"]
    assert [row["verdict"] for row in again] == ["passed", "wrong"]
    rows = Path("rows.jsonl").read_text(encoding="utf-8")
    assert len(rows.splitlines()) == 2
    Path("rows.jsonl").write_text(rows[:-20], encoding="utf-8")  # as where a run was killed while it wrote
    run("grade", "answers", "--jobs", "1", "--output", "rows.jsonl")
    assert len(known_rows(Path("rows.jsonl"))[0]) == 2


def test_the_count_of_a_folder_leaves_its_line_of_the_terminal_empty(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("answers").mkdir()
    write("answers/right.py", RIGHT)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run("grade", "answers")[2] == f"{ERASED}1/1{ERASED}"
    assert run("check", "small.yaml", "-k", "say")[2].endswith(f"small/say{ERASED}")


# Requests that cannot be used: exit 2, one message, what to do, no traceback


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade"], "either a FILE, or --answer"),
        (["grade", "--answer", "1"], "--answer needs --card"),
        (["grade", "none.py"], "There is no file none.py"),
        (["grade", "folder"], "has no Python file"),
        (["grade", "other.py", "--jobs", "2"], "are for a folder"),
        (["grade", "small.yaml"], "defines no function"),
        (["grade", "other.py"], "no card asks for `other`"),
        (["grade", "empty.py"], "is empty"),
        (["grade", "--card", "duble", "--answer", "1"], "Did you mean `small/double`"),
        (["grade", "--card", "shape", "--answer", " "], "--answer is empty"),
        (["grade", "other.py", "--timeout", "-1"], "--timeout"),
        (["grade", "other.py", "--device", "tpu"], "--device"),
        (["show", "nothing/here"], "no card `nothing/here`"),
        (["start", "double", "-o", "small.yaml"], "is there already and is left as it is"),
        (["start", "double", "-o", "no/where.py"], "cannot be written"),
        (["list", "--decks", "empty.py"], "No deck can be used"),
        (["grade", "right.py", "--device", "cuda"], "cannot use the device cuda here"),
        (["list", "--decks", "nowhere"], "no deck file or folder nowhere"),
        (["nonsense"], "No such command"),
    ],
)
def test_an_unusable_request_exits_2_with_one_clear_message(arguments: list[str], message: str, run: Any) -> None:
    if "cuda" in arguments and Path("/dev/nvidiactl").exists():
        pytest.skip("this machine has a GPU")
    write("other.py", "def other(x): return x\n")
    write("empty.py", "\n")
    write("right.py", RIGHT)
    Path("folder").mkdir()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_bad_deck_is_named_and_does_not_stop_the_others(run: Any) -> None:
    write("bad.yaml", "deck: bad\ntitle: Bad\ncards:\n  - {id: a, kind: recal, prompt: p}\n")
    code, out, err = run("list", "--decks", "bad.yaml", "--decks", "small.yaml")
    assert code == 0
    assert "small/double" in out
    assert "bad.yaml:4" in err
    assert "recall" in err


def test_a_settings_file_with_a_mistake_is_named(run: Any, home: Path) -> None:
    (home / "home").mkdir()
    (home / "home" / "settings.toml").write_text("langauge = 'ko'\n", encoding="utf-8")
    code, _, err = run("list")
    assert code == 2
    assert "Did you mean `language`?" in err


def test_a_corrupt_database_is_said_to_be_so(run: Any, home: Path) -> None:
    data = home / "home" / "data"
    data.mkdir(parents=True)
    (data / "studytui.db").write_bytes(b"this is no database" * 100)
    code, _, err = run("due")
    assert code == 2
    assert "studytui.db" in err
    assert "Traceback" not in err


def test_a_locked_database_loses_nothing_and_says_so(run: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("grade", "--card", "shape", "--answer", "(3, 2)", "--record")
    monkeypatch.setattr(Store, "open", partial(Store.open, wait=0.05))
    holder = sqlite3.connect(home / "home" / "data" / "studytui.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        code, _, err = run("grade", "--card", "pick", "--answer", "2", "--record")
    finally:
        holder.close()
    assert code == 2
    assert "studytui.db" in err
    assert "Traceback" not in err


# list, show, start, paths


def test_list_and_show_give_the_same_facts_in_json(run: Any) -> None:
    listed = json.loads(run("list", "--json")[1])["cards"]
    assert [card["card"] for card in listed] == [f"small/{name}" for name in CARDS]
    shown = json.loads(run("show", "double", "--json")[1])
    assert (shown["signature"], shown["depth"], shown["topics"]) == ("double(x)", "how", ["mul"])
    assert listed[0].items() <= {**shown, "prompt": listed[0]["prompt"]}.items()


def test_a_kernel_is_listed_shown_and_begun_where_triton_is_missing_and_its_grade_says_what_to_install(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("small.yaml", DECK.replace("    function:", "    by_hand: triton\n    function:"))
    find_spec = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "triton" else find_spec(name))

    lines = run("list")[1].splitlines()
    assert [line for line in lines if "(needs Triton, not installed)" in line] == lines[:1]
    facts = [(card["needs"], card["gradable"]) for card in json.loads(run("list", "--json")[1])["cards"]]
    assert (facts[0], set(facts[1:])) == (("triton", False), {(None, True)})
    assert "Triton is not installed (pip install 'studytui[triton]')" in run("show", "double")[1]
    assert "def double(x):" in run("start", "double")[1]
    code, _, err = run("grade", "--card", "double", "--answer", RIGHT)
    assert code == 3
    assert "pip install 'studytui[triton]'" in err


@pytest.mark.parametrize("card", CARDS)
def test_show_gives_the_solution_only_when_asked(card: str, run: Any) -> None:
    plain, full = run("show", card)[1], run("show", card, "--solution")[1]
    assert full.startswith(plain.rstrip())
    assert "x[i] + x[i]" not in plain
    assert ("x[i] + x[i]" in full) == (card == "double")


def test_start_writes_a_stub_that_grade_recognises(run: Any) -> None:
    code, out, err = run("start", "double", "-o", "mine.py")
    assert (code, out) == (0, "")
    assert "studytui grade mine.py" in err
    text = Path("mine.py").read_text(encoding="utf-8")
    assert text.startswith("# studytui: small/double\n")
    assert "def double(x):" in text
    assert run("grade", "mine.py")[0] == 1
    assert run("start", "double")[1] == text


def test_paths_names_every_place(run: Any, home: Path) -> None:
    assert json.loads(run("paths", "--json")[1])["database"] == str(home / "home" / "data" / "studytui.db")


# The real thing, in processes of its own


def studytui(*arguments: str, home: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "STUDYTUI_HOME": str(home / "home"), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "studytui", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, **options)


def test_a_closed_pipe_on_stdout_ends_quietly(tmp_path: Path) -> None:
    environment = {**os.environ, "STUDYTUI_HOME": str(tmp_path)}
    read, write_end = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "studytui", "list"],
        stdout=write_end,
        stderr=subprocess.PIPE,
        env=environment,
        check=False,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (cli.EXIT_PIPE_CLOSED, b"")


def test_a_full_disk_behind_stdout_is_said_to_be_full(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    environment = {**os.environ, "STUDYTUI_HOME": str(tmp_path)}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "studytui", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment,
            check=False,
        )
    assert done.returncode == 2
    assert b"stdout cannot be written" in done.stderr
    assert b"Traceback" not in done.stderr


def test_without_a_terminal_the_app_says_so(tmp_path: Path) -> None:
    done = studytui(home=tmp_path, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr


def test_doctor_examines_a_fresh_installation_without_complaint(tmp_path: Path) -> None:
    done = studytui("doctor", "--json", home=tmp_path)
    findings = json.loads(done.stdout)["findings"]
    assert [finding for finding in findings if finding["state"] == "bad"] == []
    assert {"versions", "paths", "decks", "database", "devices", "sandbox"} <= {f["section"] for f in findings}
    assert done.returncode == 0
