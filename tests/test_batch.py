"""Many answers at once: one broken file never stops the rest, and a run that was stopped is gone on with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from studytui.batch import Batch, Row, collect, grade_batch, known_rows
from studytui.batch_report import FORMATS, report
from studytui.cards.library import Library
from studytui.errors import GradeCancelledError, GraderError, StudyError
from studytui.grader.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from studytui.cards.models import Card

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


class Judge:
    """Stands for the grader: passes what says `right`, and counts."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.seeds: set[int | None] = set()

    def grade(self, card: Card, answer: str, *, seed: int | None, cancelled: Any, **_: Any) -> Verdict:
        if cancelled():
            raise GradeCancelledError
        self.seen.append(answer)
        self.seeds.add(seed)
        if "broken" in answer:
            raise GraderError("The grader broke.", "")
        return Verdict(
            Outcome.PASSED if "right" in answer else Outcome.WRONG, "said \x01", run=1, total=1, seed=seed or 0
        )


@pytest.fixture
def library(tmp_path: Path) -> Library:
    deck = tmp_path / "small.yaml"
    deck.write_text(DECK, encoding="utf-8")
    return Library.open([deck], None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    answers = tmp_path / "answers"
    files = {
        "a.py": "def double(x): right",
        "b.py": "def double(x): wrong",
        "sub/c.py": "def double(x): right",
        "other.py": "def triple(x): right",
        "broken.py": "def double(x): broken",
        ".hidden/d.py": "def double(x): right",
        "notes.txt": "def double(x): right",
    }
    for name, text in files.items():
        (answers / name).parent.mkdir(parents=True, exist_ok=True)
        (answers / name).write_text(text, encoding="utf-8")
    (answers / "binary.py").write_bytes(b"\0\xff")
    return answers


def grade(
    batch: Batch, library: Library, judge: Judge, known: Any = None, output: Any = None, stopped: Any = None
) -> list[Row]:
    rows = grade_batch(
        batch,
        library,
        judge,  # type: ignore[arg-type]
        language="en",
        device="cpu",
        jobs=2,
        known=known or {},
        output=output,
        on_row=lambda done, total: None,
        stopped=stopped or (lambda: False),
    )
    return list(rows)


def test_every_file_becomes_a_row_and_none_stops_the_others(folder: Path, library: Library) -> None:
    rows = grade(collect(folder, None, library, 1, "v"), library, Judge())
    said = {row.file: (row.passed, row.error.partition("\n")[0]) for row in rows}
    assert said.pop("a.py") == (True, "")
    assert said.pop("sub/c.py") == (True, "")
    assert said.pop("b.py") == (False, "")
    assert "no card asks for `triple`" in said.pop("other.py")[1]
    assert "not UTF-8 text" in said.pop("binary.py")[1]
    assert said.pop("broken.py") == (False, "The grader broke.")
    assert said == {}


def test_all_files_are_graded_on_the_same_cases(folder: Path, library: Library) -> None:
    judge = Judge()
    batch = collect(folder, None, library, None, "v")
    grade(batch, library, judge)
    assert judge.seeds == {batch.seed}


DRAWN = """
  - id: shape
    kind: predict
    prompt: What is the shape?
    parameters: {n: 1..1000000}
    code: "torch.zeros({n})"
    asks: shape
"""


@pytest.fixture
def drawn(tmp_path: Path) -> Library:
    """A deck of which one card draws its numbers, and two answers to that card: the first says its seed."""
    (tmp_path / "small.yaml").write_text(DECK + DRAWN, encoding="utf-8")
    answers = tmp_path / "drawn"
    answers.mkdir()
    (answers / "own.py").write_text("# studytui: small/shape --seed 5\n(3,)", encoding="utf-8")
    (answers / "silent.py").write_text("# studytui: small/shape\n(3,)", encoding="utf-8")
    return Library.open([tmp_path / "small.yaml"], None)


def test_a_seed_that_is_asked_for_draws_the_numbers_of_every_card(tmp_path: Path, drawn: Library) -> None:
    batch = collect(tmp_path / "drawn", None, drawn, 7, "v")
    assert batch.errors == ()
    assert {task.file: task.seed for task in batch.tasks} == {"own.py": 7, "silent.py": 7}


@pytest.mark.parametrize("earlier", [None, 7])
def test_without_one_each_answer_is_to_its_own_numbers(tmp_path: Path, drawn: Library, earlier: int | None) -> None:
    """Also where a run is gone on with: the seed of its cases says nothing of what a learner was shown."""
    batch = collect(tmp_path / "drawn", None, drawn, None, "v", earlier)
    assert {task.file: task.seed for task in batch.tasks} == {"own.py": 5}
    assert [row.file for row in batch.errors] == ["silent.py"]
    assert "does not say to which ones" in batch.errors[0].error
    assert earlier in {None, batch.seed}


def test_a_run_that_was_stopped_is_gone_on_with(folder: Path, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    first = Judge()
    batch = collect(folder, None, library, 7, "v")
    with path.open("w", encoding="utf-8") as output:
        grade(batch, library, first, output=output, stopped=lambda: len(first.seen) >= 1)
    with path.open("a", encoding="utf-8") as output:
        output.write('{"file": "cut o')
    known, seed = known_rows(path)
    assert seed == 7
    second = Judge()
    rows = grade(collect(folder, None, library, seed, "v"), library, second, known=known)
    assert len(rows) == 6
    assert 1 <= len(known) < 4
    assert len(known) + len(second.seen) == 4


def test_an_answer_that_was_edited_is_graded_again(folder: Path, library: Library, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    with path.open("w", encoding="utf-8") as output:
        grade(collect(folder, None, library, 7, "v"), library, Judge(), output=output)
    (folder / "b.py").write_text("def double(x): right now", encoding="utf-8")
    judge = Judge()
    rows = grade(collect(folder, None, library, 7, "v"), library, judge, known=known_rows(path)[0])
    assert "def double(x): right now" in judge.seen
    assert "def double(x): right" not in judge.seen
    assert sum(row.passed for row in rows) == 3


def test_another_version_of_the_grader_or_another_seed_grades_again(folder: Path, library: Library) -> None:
    digests = {
        task.digest
        for version, seed in (("v", 1), ("w", 1), ("v", 2))
        for task in collect(folder, None, library, seed, version).tasks
        if task.file == "a.py"
    }
    assert len(digests) == 3


def test_a_folder_without_answers_is_said_to_have_none(tmp_path: Path, library: Library) -> None:
    with pytest.raises(StudyError, match="no Python file"):
        collect(tmp_path, None, library, 1, "v")


@pytest.fixture
def rows(folder: Path, library: Library) -> list[Row]:
    return grade(collect(folder, None, library, 1, "v"), library, Judge())


def test_the_table_counts_what_passed(rows: list[Row]) -> None:
    lines = report(rows, "text").splitlines()
    assert lines[-1] == "2 of 6 passed"
    assert lines[0].startswith("✓ a.py")


def test_json_and_json_lines_hold_the_same_rows(rows: list[Row]) -> None:
    whole = json.loads(report(rows, "json"))["results"]
    assert [json.loads(line) for line in report(rows, "jsonl").splitlines()] == whole
    assert len(whole) == 6


def test_junit_counts_failures_and_errors_apart(rows: list[Row]) -> None:
    suites = ET.fromstring(report(rows, "junit"))
    assert sum(int(suite.get("failures", "0")) for suite in suites) == 1
    assert sum(int(suite.get("errors", "0")) for suite in suites) == 3
    assert "\x01" not in report(rows, "junit")


def test_gradescope_gets_a_test_a_row_with_its_score(rows: list[Row]) -> None:
    tests = json.loads(report(rows, "gradescope"))["tests"]
    assert sum(test["score"] for test in tests) == 2
    assert {test["status"] for test in tests} == {"passed", "failed"}


def test_every_format_can_hold_no_row_that_passed() -> None:
    for how in FORMATS:
        assert report([Row("a.py", None, "It is empty.\nWrite it.")], how)
