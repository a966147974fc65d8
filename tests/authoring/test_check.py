"""Faults planted in a small deck: each is found, at its place, with its reason."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from studytui.authoring.check import Checked, Placed, Wanted, check
from studytui.authoring.check_report import as_json, render
from studytui.authoring.findings import CardReport
from studytui.cli import main
from studytui.errors import DeckError

if TYPE_CHECKING:
    from studytui.grader.grader import Grader

DECK = Path(__file__).parent / "planted.yaml"
LINES = DECK.read_text(encoding="utf-8").split("\n")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def checked(kept: Path) -> Checked:
    return check(Wanted((DECK,), jobs=2, kept=kept))


def found(checked: Checked, card: str, rule: str) -> list[Placed]:
    """The problems of one card by one rule."""
    return [one for one in checked.problems if one.card == f"planted/{card}" and one.rule == rule]


def report(checked: Checked, card: str) -> CardReport:
    """The report of one card."""
    return next(one for one in checked.reports if one.card == f"planted/{card}")


@pytest.mark.parametrize(
    ("card", "rule", "severity", "line", "message"),
    [
        ("weak", "slip", "error", "says: {en: Negative", "no case catches the slip “Negative elements were kept.”"),
        ("weak", "slips", "warning", "says: {en: Negative", "names 2 slips"),
        ("weak", "score", "error", "solution: |", "mutants: "),
        (
            "explained",
            "equivalent",
            "error",
            'replace: {"x[i] > 0": "x[i] > 9"}',
            "this does change the result: ",
        ),
        ("wrong-solution", "solution", "error", "solution: |", "the solution does not pass with seed 1"),
        ("broken-reference", "reference", "error", "reference: torch.no_such", "no_such_function"),
        ("given-away", "starter", "error", "starter: |", "the starter passes as it is"),
        ("unmade-point", "recall", "error", "says: {en: negative", "does not make this point in Korean"),
        ("silent-option", "choice", "warning", '- text: "1"', "option 2 does not say why"),
        ("silent-option", "topic", "warning", "topics: [rleu]", "`rleu` is no topic"),
        ("unstable", "predict", "error", "code: torch.rand(2)", "another result each time"),
        ("torn-text", "markdown", "error", "en: What does `relu do?", "no other that ends the code"),
        ("torn-text", "markdown", "error", "```python", "this code block has no end"),
        ("lenient", "derive", "error", "accepts: [x + x, 3*x]", "this right answer is not accepted"),
        ("lenient", "derive", "error", "rejects: [x*2]", "this wrong answer is accepted"),
    ],
)
def test_a_planted_fault_is_told_at_its_line(
    checked: Checked, card: str, rule: str, severity: str, line: str, message: str
) -> None:
    problems = [one.problem for one in found(checked, card, rule) if message in one.problem.message]

    assert [problem.severity for problem in problems] == [severity]
    assert line in LINES[problems[0].line - 1]
    assert problems[0].column > 0


def test_a_counterexample_is_told_as_tensors_are_written(checked: Checked) -> None:
    (told,) = [placed for placed in checked.problems if placed.rule == "solution"]
    assert "Tensor(" not in told.detail
    assert re.search(r"^expected: \w+ \[[\d, ]*\]: ", told.detail, re.MULTILINE)


def test_what_comes_after_no_card_is_an_error_here(checked: Checked) -> None:
    (placed,) = [one for one in checked.problems if one.rule == "after"]

    assert placed.problem.severity == "error"
    assert "nowhere/no-such-card" in LINES[placed.problem.line - 1]


def test_a_sound_card_has_no_problem(checked: Checked) -> None:
    assert not [one for one in checked.problems if one.card == "planted/stable"]
    assert not [
        one for one in checked.problems if one.card == "planted/unmade-point" and "English" in one.problem.message
    ]


def test_the_mutants_that_a_weak_card_lets_pass_are_shown_with_their_lines(checked: Checked) -> None:
    mutation = report(checked, "weak").mutation
    shown = found(checked, "weak", "mutant")

    assert mutation is not None
    assert len(shown) == len(mutation.survivors) > 0
    assert mutation.score < 0.95
    negated = [one for one in shown if "+        if x[i] > -1:" in one.detail.split("\n")]
    assert len(negated) == 1
    assert "-        if x[i] > 0:" in negated[0].detail.split("\n")
    assert "if x[i] > 0:" in LINES[negated[0].problem.line - 1]


def test_a_mutant_that_the_card_explains_counts_for_nothing(checked: Checked) -> None:
    mutation = report(checked, "explained").mutation

    assert mutation is not None
    assert mutation.explained == 1
    assert mutation.killed + mutation.explained + len(mutation.survivors) == mutation.total
    assert not found(checked, "explained", "score")


def test_a_slip_is_told_with_the_case_that_catches_it(checked: Checked) -> None:
    missed, caught = report(checked, "weak").slips

    assert (missed.case, missed.recognised) == (0, "")
    assert caught.case > 0
    assert not caught.explicit
    assert caught.recognised == "own"


def test_reports_of_unchanged_cards_are_kept(checked: Checked, kept: Path) -> None:
    def no_grader() -> Grader:
        raise AssertionError("nothing was to be run")

    sound = ("silent-option", "stable", "strong")
    again = check(Wanted((DECK,), cards=sound, kept=kept), no_grader)

    assert again.reports == tuple(report(checked, card) for card in ("strong", "silent-option", "stable"))
    assert [one.problem for one in again.problems if one.card] == [
        one.problem for one in checked.problems if one.card.removeprefix("planted/") in sound
    ]


def test_a_card_that_has_changed_is_checked_again(kept: Path, tmp_path: Path) -> None:
    changed = tmp_path / "planted.yaml"
    text = DECK.read_text(encoding="utf-8")
    changed.write_text(text.replace("torch.zeros({n}, 2)", "torch.rand({n}).sum()"), encoding="utf-8")
    changed.write_text(changed.read_text(encoding="utf-8").replace("asks: shape", "asks: value"), encoding="utf-8")

    again = check(Wanted((changed,), cards=("stable",), kept=kept))

    assert [one.rule for one in again.problems if one.card == "planted/stable"] == ["predict"]


def test_the_report_for_machines_has_what_the_documentation_says(checked: Checked) -> None:
    docs = (Path(__file__).parents[2] / "docs" / "checking.md").read_text(encoding="utf-8")
    told: dict[str, Any] = json.loads(json.dumps(as_json(checked)))

    card = next(one for one in told["cards"] if one["mutants"])
    for part in (told, told["problems"][0], card, card["slips"][0], card["mutants"], card["mutants"]["survivors"][0]):
        assert all(f"`{key}`" in docs for key in part)
    assert all(f"`{one['rule']}`" in docs for one in told["problems"])
    assert told["errors"] == sum(one["severity"] == "error" for one in told["problems"])


def test_a_report_survives_being_kept(checked: Checked) -> None:
    for one in checked.reports:
        assert CardReport.from_json(json.loads(json.dumps(one.as_json()))) == one


def test_the_text_has_every_problem_and_what_it_comes_to(checked: Checked) -> None:
    text = render(checked, scores=True)

    assert text.count(str(DECK)) == len(checked.problems)
    assert text.endswith(f"{checked.count('error')} errors, {checked.count('warning')} warnings.")
    assert "no case       Negative elements were kept." in text


def test_a_card_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(DeckError, match="no card `planted/no-such`"):
        check(Wanted((DECK,), cards=("planted/no-such",)))
    with pytest.raises(DeckError, match="no card like"):
        check(Wanted((DECK,), cards=("nothing/*",)))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-k", "stable"], 0),
        (["-k", "silent-option", "--no-mutants"], 1),  # its `after` names no card
        (["-k", "planted/sta*", "--json"], 0),
        (["-k", "strong", "--no-mutants"], 0),
        (["-k", "strong", "--no-mutants", "--strict"], 1),
        (["-k", "nothing"], 2),
        (["--jobs", "0"], 2),
    ],
)
def test_the_command_says_in_its_exit_code_what_came_of_it(
    arguments: list[str], code: int, kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STUDYTUI_HOME", str(kept))  # one for all, so that little is run twice
    deck = kept / "planted.yaml"
    text = DECK.read_text(encoding="utf-8")
    deck.write_text(text if "silent-option" in arguments else text.replace("    after: [nowhere/no-such-card]\n", ""))

    assert main(["check", str(deck), *arguments]) == code

    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    if "--json" in arguments:
        assert json.loads(out)["schema"] == 1


def test_a_path_that_is_not_there_is_unusable(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "no/such/deck.yaml"]) == 2
    assert "no/such/deck.yaml" in capsys.readouterr().err
