"""`studytui grade --watch`: every save is graded, whatever the editor does, and what has passed is remembered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studytui import cli, grading
from studytui.answer_file import Answer, read_answer_file
from studytui.cards.library import Library
from studytui.errors import EXIT_UNUSABLE, GraderError, StudyError
from studytui.grader.grader import Grader
from studytui.grader.verdict import Outcome, Verdict
from studytui.grading import Request, Result, grading_again
from studytui.settings import Settings, find_paths
from studytui.watch import CLEAR, Stamp, Watch, changes_of, follow, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from studytui.cards.models import Card

ROOT = Path(__file__).resolve().parent.parent
SAVE, QUIET = {"a save"}, set[str]()
NOON = datetime(2026, 3, 10, 14, 2, tzinfo=UTC)
WAITING = "Graded a.py at {}; waiting for the next save. Ctrl+C ends."
BOUND = 30.0
"""Longest wait for a real process or file event, in seconds; a fraction of one is usual."""
HEARS_CTRL_C = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from studytui.cli import main; sys.exit(main())"
)
"""The command as a terminal starts it: a shell that runs the tests in its background has them ignore SIGINT."""

DECK = """
deck: small
title: Small
cards:
  - id: double
    kind: implement
    prompt: "Return `x` times two."
    function: double(x)
    by_hand: free
    inputs: {x: "float64[N]"}
    reference: x * 2
    solution: "def double(x): return x + x"
"""


def verdicts(**passed: bool) -> list[Result]:
    """Results of cards by name: whether each passed."""
    outcome = {True: Outcome.PASSED, False: Outcome.WRONG}
    return [Result(Answer(f"t/{name}", name, ""), Verdict(outcome[ok], "")) for name, ok in passed.items()]


class Scripted:
    """Grades what it is told, one a call, an hour apart; an error is raised."""

    def __init__(self, *grades: list[Result] | StudyError) -> None:
        self.left = list(grades)
        self.now = NOON
        self.pages: list[str] = []

    def __call__(self) -> list[Result]:
        grade = self.left.pop(0)
        if isinstance(grade, StudyError):
            raise grade
        return grade

    def clock(self) -> datetime:
        return self.now

    def show(self, page: str) -> None:
        self.pages.append(page)
        self.now += timedelta(hours=1)

    def follow(
        self, *changes: set[str], stamps: Callable[[], Stamp] = lambda: (1, 1, 1), language: str = "en"
    ) -> list[str]:
        """The pages that were shown."""
        follow(Watch("a.py", self, names, self.clock, language), changes, stamps, self.show)
        return self.pages


def names(results: Sequence[Result]) -> str:
    return "\n".join(f"{result.answer.card} {result.verdict.outcome}" for result in results)


def test_the_file_is_graded_at_once_and_then_at_each_save() -> None:
    pages = Scripted(verdicts(view=False), verdicts(view=True)).follow(SAVE)
    assert pages == [
        "t/view wrong\n0 of 1 passed\n" + WAITING.format("14:02:00"),
        "t/view passed\n1 of 1 passed; view passed at 15:02\n" + WAITING.format("15:02:00"),
    ]


def summary(page: str) -> str:
    return page.splitlines()[-2]


def test_what_passed_is_remembered_with_the_time_it_first_did() -> None:
    grades = [verdicts(view=True, mm=False, cat=False), *[verdicts(view=True, mm=True, cat=False)] * 2]
    pages = Scripted(*grades).follow(SAVE, SAVE)
    assert summary(pages[0]) == "1 of 3 passed; view passed at 14:02"
    assert summary(pages[1]) == summary(pages[2]) == "2 of 3 passed; view passed at 14:02; mm passed at 15:02"


def test_what_passed_and_broke_again_is_told_and_passes_anew() -> None:
    pages = Scripted(verdicts(view=True), verdicts(view=False), verdicts(view=True)).follow(SAVE, SAVE)
    assert summary(pages[1]) == "0 of 1 passed; view passed at 14:02, but no longer"
    assert summary(pages[2]) == "1 of 1 passed; view passed at 16:02"


def test_the_summary_is_in_the_learners_language() -> None:
    assert summary(Scripted(verdicts(view=True)).follow(language="ko")[0]) == "1개 중 1개 통과; view 14:02에 통과"


def test_a_first_request_that_is_unusable_ends_the_watch() -> None:
    with pytest.raises(StudyError, match="no file"):
        Scripted(StudyError("There is no file a.py.")).follow(SAVE)


@pytest.mark.parametrize("error", [StudyError("a.py is empty.", "Write."), GraderError("The oracle failed.", "Tell.")])
def test_a_later_error_is_shown_and_waited_out_with_what_passed_kept(error: StudyError) -> None:
    pages = Scripted(verdicts(view=True), error, verdicts(view=True)).follow(SAVE, SAVE)
    assert pages[1].startswith(f"{error.message}\n{error.hint}\n\nview passed at 14:02\n")
    assert summary(pages[2]) == "1 of 1 passed; view passed at 14:02"


def test_time_going_by_grades_nothing_but_a_file_that_changed_without_an_event() -> None:
    stamps = iter([(1, 1, 1), (1, 1, 1), (2, 1, 1), (2, 1, 1)])
    pages = Scripted(verdicts(view=False), verdicts(view=True)).follow(QUIET, QUIET, QUIET, stamps=lambda: next(stamps))
    assert len(pages) == 2


def test_a_file_that_is_momentarily_missing_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("one", encoding="utf-8")
    seen: list[str] = []

    def grade() -> list[Result]:
        seen.append(read_answer_file(path))
        return verdicts(view=True)

    def changes() -> Iterator[set[str]]:
        path.unlink()
        yield SAVE
        path.write_text("", encoding="utf-8")
        yield SAVE
        path.write_text("two", encoding="utf-8")
        yield QUIET

    pages: list[str] = []
    follow(Watch("a.py", grade, names, lambda: NOON, "en"), changes(), lambda: stamp_of(path), pages.append)
    assert seen == ["one", "two"]
    assert ["There is no file" in page or "is empty" in page for page in pages] == [False, True, True, False]


def test_the_stamp_tells_a_replaced_file_from_the_old_one(tmp_path: Path) -> None:
    path, other = tmp_path / "a.py", tmp_path / "b.py"
    for one in (path, other):
        one.write_text("x", encoding="utf-8")
        os.utime(one, ns=(0, 0))
    before = stamp_of(path)
    other.replace(path)
    assert before != stamp_of(path)
    assert stamp_of(tmp_path / "none.py") is None


def saves(path: Path, save: Callable[[], object]) -> set[object]:
    """What a real watch of `path` first reports of `save`, which happens once it is watched."""
    changes = changes_of(path)
    next(changes)  # the watch stands: its first look found no event
    timer = threading.Timer(0, save)
    timer.start()
    found = next(changed for changed in islice(changes, int(BOUND)) if changed)  # a look a second
    timer.join()
    return set(found)


@pytest.mark.parametrize("by", ["writing", "renaming", "through a link"])
def test_a_real_save_is_seen_however_the_editor_does_it(tmp_path: Path, by: str) -> None:
    path = tmp_path / "a.py"
    path.write_text("one", encoding="utf-8")
    (tmp_path / "other").mkdir()
    link = tmp_path / "other" / "link.py"
    link.symlink_to(path)

    def rename() -> None:
        swap = tmp_path / ".a.py.swp"
        swap.write_text("two", encoding="utf-8")
        swap.replace(path)

    save = rename if by == "renaming" else lambda: path.write_text("two", encoding="utf-8")
    assert saves(link if by == "through a link" else path, save)


def test_only_one_file_is_watched_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    file = tmp_path / "a.py"
    file.write_text("def view(x, *shape): return x", encoding="utf-8")
    for more in ([str(file), "--record"], [str(file), "--format", "json"], [str(tmp_path)],
                 ["--answer", "1", "--card", "tensors/view"]):  # fmt: skip
        assert cli.main(["grade", "--watch", *more]) == EXIT_UNUSABLE
        assert "--watch takes a single FILE" in capsys.readouterr().err


@pytest.mark.parametrize("terminal", [True, False])
def test_the_screen_is_cleared_before_a_page_on_a_terminal_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], terminal: bool
) -> None:
    @contextmanager
    def grading_again(*_: object) -> Iterator[Callable[[], list[Result]]]:
        yield lambda: verdicts(view=True)

    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(grading, "grading_again", grading_again)
    monkeypatch.setattr("studytui.watch.changes_of", lambda _: [SAVE])
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    cli.main(["grade", "--watch", str(tmp_path / "a.py")])
    out = capsys.readouterr().out
    assert out.count("1 of 1 passed") == 2
    assert out.startswith(CLEAR) == terminal
    assert out.count(CLEAR) == 2 * terminal


@pytest.mark.parametrize(("seed", "prepared"), [(None, ["double"]), (5, [])])
def test_the_grader_begins_on_the_card_while_the_learner_mends_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int | None, prepared: list[str]
) -> None:
    begun: list[str] = []

    class Prepares(Grader):
        def prepare(self, card: Card, *, device: str = "auto") -> None:
            assert card.kind == "implement"
            begun.append(card.function_name)

    monkeypatch.setattr(grading, "Grader", Prepares)
    (tmp_path / "small.yaml").write_text(DECK, encoding="utf-8")
    file = tmp_path / "a.py"
    file.write_text("def double(x): return x * 3", encoding="utf-8")
    paths, settings = find_paths({"STUDYTUI_HOME": str(tmp_path / "home")}), Settings(keep_warm=0)
    request = Request(file, None, None, "cpu", None, record=False, seed=seed)
    with grading_again(request, paths, settings, lambda: Library.open([tmp_path / "small.yaml"], None)) as grade:
        assert not grade()[0].verdict.passed
    assert begun == prepared


def test_a_saved_file_is_graded_by_the_command_until_ctrl_c_ends_it_quietly(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("keep_warm = 0\n", encoding="utf-8")  # leave no process behind
    (tmp_path / "small.yaml").write_text(DECK, encoding="utf-8")
    answer = tmp_path / "a.py"
    answer.write_text("def double(x): return x * 3", encoding="utf-8")
    environment = {
        "STUDYTUI_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)
    }  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-c", HEARS_CTRL_C, "grade", "--watch", "a.py", "--decks", "small.yaml"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
    )
    bound = threading.Timer(BOUND, running.kill)
    bound.start()
    try:
        assert "0 of 1 passed" in page_of(running)
        answer.write_text("def double(x) return x * 2", encoding="utf-8")
        assert "Line 1 is no Python" in page_of(running)
        (tmp_path / "new").write_text("def double(x): return x * 2", encoding="utf-8")
        (tmp_path / "new").replace(answer)
        page = page_of(running)
        assert "1 of 1 passed; double passed at " in page
        assert CLEAR not in page
        running.send_signal(signal.SIGINT)
        _, complaints = running.communicate()
    finally:
        bound.cancel()
        running.kill()
        running.wait()
    assert (running.returncode, complaints) == (130, "")


def page_of(running: subprocess.Popen[str]) -> str:
    """The next page that the command prints; all it printed where it ends."""
    assert running.stdout is not None
    page = ""
    for line in running.stdout:
        page += line
        if "Ctrl+C ends." in line:
            break
    return page
