"""Topics by depths: what the planted deck teaches of the topics file beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studytui.authoring.coverage import Coverage, as_json, coverage, render
from studytui.authoring.topics import read_topics
from studytui.cards.library import Library
from studytui.cli import main
from studytui.errors import StudyError

FOLDER = Path(__file__).parent


@pytest.fixture
def found() -> Coverage:
    topics, problems = read_topics(FOLDER / "topics.yaml")
    assert topics is not None
    assert problems == []
    entries = [entry for deck in Library.open([FOLDER / "planted.yaml"], None).decks for entry in deck.entries]
    return coverage(topics, entries)


def test_each_topic_has_its_cards_by_depth(found: Coverage) -> None:
    relu, gelu = found.covered

    assert relu.cards["what"] == ("planted/unmade-point",)
    assert relu.cards["how"] == ("planted/weak", "planted/strong", "planted/explained")
    assert relu.missing == ()
    assert gelu.missing == ("how", "why")


def test_a_claim_needs_a_card_that_is_there(found: Coverage) -> None:
    assert [(one.topic, one.card) for one in found.unshown] == [("relu", None)]
    assert found.claims == 2
    assert not found.complete


def test_topics_that_the_file_does_not_have_are_told(found: Coverage) -> None:
    assert found.unknown == {"rleu": 1}


def test_cards_are_counted_by_deck_kind_and_depth(found: Coverage) -> None:
    assert found.counts["planted"] == {"implement": 6, "recall": 2, "choice": 1, "predict": 2, "derive": 1}
    assert found.depths == {"how": 3, "what": 2, "none": 7}


def test_the_text_and_the_json_say_the_same(found: Coverage) -> None:
    text, told = render(found), json.loads(json.dumps(as_json(found)))

    assert "missing: gelu (how, why)" in text
    assert "claim of relu: no card is named: `relu` needs a dim." in text
    assert [one["id"] for one in told["topics"] if one["missing"]] == ["gelu"]
    assert told["complete"] is False
    assert told["decks"]["planted"]["cards"] == 12


def test_the_command_takes_the_file_beside_the_deck(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", str(FOLDER / "planted.yaml")]) == 1
    assert "2 depths of 1 topics and 1 of 2 claims are missing." in capsys.readouterr().out


def test_the_command_takes_another_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(
        "sections:\n  - section: all\n    title: All\n    topics:\n      - {id: relu, depth: [how], about: It.}\n"
    )

    assert main(["coverage", str(FOLDER / "planted.yaml"), "--topics", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["complete"] is True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "`sections:`"),
        ("deck: mine\ntitle: Mine\ncards: []\n", "`sections:`"),
        ("sections: []", "sections"),
        (
            "sections:\n  - {section: a, title: A, topics: [{id: x, depth: [waht], about: It}]}\n",
            "'waht'; it must be one of what, how, why",
        ),
        (
            "sections:\n  - {section: a, title: A, topics: [&x {id: x, depth: [why], about: It}, *x]}\n",
            "`x` stands twice",
        ),
    ],
)
def test_a_broken_topics_file_is_told_and_unusable(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "topics.yaml"
    path.write_text(text)

    assert main(["coverage", str(FOLDER / "planted.yaml"), "--topics", str(path)]) == 2
    assert message in capsys.readouterr().err


def test_a_topics_file_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(StudyError, match="There is no topics file"):
        read_topics(Path("no/topics.yaml"))


def test_a_topics_file_is_no_deck(tmp_path: Path) -> None:
    for name in ("topics.yaml", "planted.yaml"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")

    library = Library.open([tmp_path], None)

    assert [deck.id for deck in library.decks] == ["planted"]
