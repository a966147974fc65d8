"""The commands with a card whose numbers are drawn: shown, begun, graded and logged with one seed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studytui import cli
from studytui.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

DECK = Path(__file__).parent / "decks" / "fresh" / "fresh.yaml"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("STUDYTUI_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("keep_warm = 0\n")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    shutil.copy(DECK, tmp_path / "fresh.yaml")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(["--decks", "fresh.yaml", *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return run


def sizes(code: str) -> tuple[int, int]:
    """The two sizes in the drawn code of `view-keeps`."""
    rows, columns = code.partition("zeros(")[2].partition(")")[0].split(", ")
    return int(rows), int(columns)


def test_show_draws_anew_each_time_and_the_same_from_a_seed(run: Run) -> None:
    shown = [json.loads(run("show", "view-keeps", "--json")[1]) for _ in range(12)]
    assert len({card["code"] for card in shown}) > 1

    again = json.loads(run("show", "view-keeps", "--json", "--seed", str(shown[0]["seed"]))[1])

    assert again == shown[0]
    assert f"seed: {shown[0]['seed']}" in run("show", "view-keeps", "--seed", str(shown[0]["seed"]))[1]


def test_a_card_without_numbers_shows_no_seed(run: Run, tmp_path: Path) -> None:
    plain = "deck: p\ntitle: P\ncards:\n  - {id: a, kind: predict, prompt: W, code: print(1), asks: printed}\n"
    (tmp_path / "fresh.yaml").write_text(plain, encoding="utf-8")

    assert json.loads(run("show", "a", "--json")[1])["seed"] is None
    assert "seed" not in run("show", "a", "--seed", "3")[1]


def test_an_answer_is_graded_and_logged_for_the_card_of_its_seed(run: Run, tmp_path: Path) -> None:
    rows, columns = sizes(json.loads(run("show", "view-keeps", "--json", "--seed", "11")[1])["code"])
    right = ("--card", "view-keeps", "--answer", f"({columns}, {rows})", "--seed", "11")

    assert run("grade", *right)[0] == 0
    assert run("grade", *right, "--record")[0] == 0

    with Store.open(next((tmp_path / "home").rglob("studytui.db"))) as store:
        assert [(review.seed, review.verdict) for review in store.reviews()] == [(11, "passed")]


def test_an_answer_without_a_seed_is_refused_with_what_to_do(run: Run) -> None:
    code, out, err = run("grade", "--card", "view-keeps", "--answer", "(2, 3)")

    assert (code, out) == (2, "")
    assert "draws its numbers afresh" in err
    assert "studytui show fresh/view-keeps" in err


def test_a_stub_names_the_seed_and_its_file_is_graded_with_it(run: Run, tmp_path: Path) -> None:
    stub = run("start", "view-keeps")[1]
    rows, columns = sizes(stub)
    (tmp_path / "answer.py").write_text(f"{stub}({columns}, {rows})\n", encoding="utf-8")

    assert stub.startswith("# studytui: fresh/view-keeps --seed ")
    assert run("grade", "answer.py")[0] == 0
    assert run("grade", ".", "--format", "jsonl")[0] == 0

    (tmp_path / "answer.py").write_text(f"# studytui: fresh/view-keeps\n({columns}, {rows})\n", encoding="utf-8")
    assert run("grade", "answer.py")[0] == 2


def test_what_is_computed_is_shown_and_graded_too(run: Run) -> None:
    shown = run("show", "var-of", "--seed", "3")[1]

    assert "{" not in shown
    assert run("grade", "--card", "var-of", "--answer", "1", "--seed", "3")[0] == 0
    assert run("grade", "--card", "var-of", "--answer", "2", "--seed", "3")[0] == 1
