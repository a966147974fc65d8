from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from deck_building import DECK, EVERY_KIND, RECALL, at, deck, recall

from studytui.cards.reader import MAX_BYTES, MAX_PROBLEMS, read, read_deck, read_text

if TYPE_CHECKING:
    from studytui.cards.problems import Problem


def refused(path: Path) -> Problem:
    """The one problem of a file that holds no deck; found within a second."""
    began = time.process_time()
    found, problems = read_deck(path)
    assert time.process_time() - began < 1
    assert found is None
    (problem,) = problems
    assert problem.severity == "error"
    assert problem.path == path
    return problem


def test_a_sound_deck_is_read_without_problems(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(deck(EVERY_KIND), encoding="utf-8")

    found, problems = read_deck(path)

    assert problems == []
    assert found is not None
    assert [card.kind for card in found.cards] == ["recall", "choice", "predict", "implement", "derive"]


def test_answers_are_read_by_yaml_1_2(tmp_path: Path) -> None:
    reading = read_text(deck(recall("a").replace("answer: a", "answer: no")), DECK)

    assert reading.deck is not None
    assert reading.deck.cards[0].answer == "no"  # type: ignore[union-attr]


def test_plain_values_in_cases_keep_their_types() -> None:
    cards = EVERY_KIND.replace("shape: [3, -1]}", "shape: [3, -1, 0x10, 1e3, true, null, no, [1]]}")

    reading = read_text(deck(cards), DECK)

    assert reading.deck is not None
    assert reading.deck.cards[3].cases[0]["shape"] == [3, -1, 16, 1000.0, True, None, "no", [1]]  # type: ignore[union-attr]


FILES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 0, "the file holds nothing"),
    "blank": (b" \n\n", 0, "the file holds nothing"),
    "only comments": (b"# one\n# two\n", 0, "only comments"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00", 0, "binary"),
    "gzip": (b"\x1f\x8b\x08\x08\xd5\xa5", 1, "not UTF-8"),
    "UTF-16": ("deck: x".encode("utf-16"), 0, "UTF-16"),
    "Latin-1": ("deck: x\ntitle: caf\u00e9\n".encode("latin-1"), 2, "byte 0xe9"),
    "cut in a character": ("deck: 한".encode()[:-1], 1, "not UTF-8"),
    "escape character": (b"deck: x\ntitle: \x1b[2J\n", 2, "U+001B"),
    "bidirectional override": ("deck: x\ntitle: a\u202eb\n".encode(), 2, "U+202E"),
    "line separator": ("deck: x\ntitle: a\u2028b\n".encode(), 2, "U+2028"),
    "inner byte order mark": ("deck: x\n\ufefftitle: a\n".encode(), 2, "U+FEFF"),
    "tab": (b"deck: x\n\ttitle: a\n\tcards: b\n", 2, "a tab stands here, and tabs on 1 more line"),
    "a list": (b"- id: a\n- id: b\n", 1, "this file is a list"),
    "a text": (b"hello\n", 1, "this file is a text"),
    "a number": (b"42\n", 1, "this file is the number 42"),
    "null": (b"~\n", 1, "this file is nothing"),
    "two decks": (deck(RECALL).encode() + b"---\ndeck: y\n", 13, "a second document"),
    "cycle": (b"deck: x\ntitle: &t [*t]\n", 2, "inside its own anchor"),
    "object tag": (b"!!python/object/apply:os.system [ls]\n", 1, ""),
    "open quote": (b"deck: x\ntitle: 'a\ncards: []\n", 2, "never closed"),
    "deep": (b"deck: " + b"[" * 10_000, 1, "levels of nesting"),
    "deep mappings": (b"{a: " * 10_000, 1, "levels of nesting"),
    "billion laughs": (
        b"a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
        + b"".join(b"a%d: &a%d [%s]\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 12)),
        4,
        "more than 100,000 values",
    ),
}


@pytest.mark.parametrize("name", [name for name in FILES if name != "object tag"])
def test_a_file_that_is_no_deck_is_one_clear_problem(name: str, tmp_path: Path) -> None:
    data, line, says = FILES[name]
    path = tmp_path / "x.yaml"
    path.write_bytes(data)

    problem = refused(path)

    assert problem.line == line
    assert says in problem.message
    assert problem.hint


def test_objects_of_python_are_never_made(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(FILES["object tag"][0])

    found, problems = read_deck(path)

    assert found is None
    assert "has no meaning in a deck" in problems[0].message


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + deck(EVERY_KIND).replace("\n", "\r\n").encode())

    found, problems = read_deck(path)

    assert found is not None
    assert problems == []


def test_places_are_right_below_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfdekc: x\n")

    problem = read_deck(path)[1][0]

    assert (problem.line, problem.column, problem.source) == (1, 1, "dekc: x")


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "tensors.yaml").touch()

    problem = refused(tmp_path / "tensor.yaml")

    assert problem.message == "there is no such file"
    assert problem.hint == "Did you mean `tensors.yaml`?"


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "no" / "x.yaml").hint == "Its folder is not there either."


def test_a_folder_is_no_deck(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()

    assert "folder" in refused(tmp_path / "x.yaml").message


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.yaml")

    assert "no regular file" in refused(tmp_path / "x.yaml").message


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES * 1_000)

    assert "5000.0 MB" in refused(path).message


@pytest.mark.parametrize("name", ["a\0b.yaml", "x" * 5_000 + ".yaml", "\ud800.yaml"])
def test_a_name_no_file_can_have_is_a_problem(name: str, tmp_path: Path) -> None:
    problem = refused(tmp_path / name)

    assert "\0" not in problem.render()
    problem.render().encode()


def test_a_link_to_itself_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").symlink_to(tmp_path / "x.yaml")

    assert "cannot be read" in refused(tmp_path / "x.yaml").message


def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(deck(RECALL), encoding="utf-8")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    assert refused(path).message == "the file cannot be read: Permission denied"


def test_problems_beyond_what_anybody_reads_are_counted() -> None:
    text = deck("".join(recall(f"a{index}", "nothing: 1\n") for index in range(MAX_PROBLEMS + 5)))

    problems = read_text(text, DECK).problems

    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].message == "and 5 more problems"


def test_warnings_leave_a_deck_usable() -> None:
    reading = read_text(deck(recall("a").replace("prompt: p", "prompt: {ko: p}")), DECK)

    assert reading.deck is not None
    assert {problem.severity for problem in reading.problems} == {"warning"}


def test_an_error_beyond_the_model_leaves_the_deck_out() -> None:
    reading = read_text(deck(recall("a") + recall("a")), DECK)

    assert reading.deck is None
    assert len(reading.problems) == 1


def test_what_was_read_can_be_placed_again(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(deck(RECALL), encoding="utf-8")

    reading = read(path)

    assert reading.root is not None
    assert reading.source is not None
    cards = reading.root.child("cards")
    assert cards is not None
    assert reading.source.line(cards.children[0].line) == "  - id: clamp-what"  # type: ignore[index]


def test_every_cut_of_a_deck_is_read_without_an_exception() -> None:
    text = deck(EVERY_KIND)

    for end in range(0, len(text), 7):
        reading = read_text(text[:end], DECK)
        assert reading.deck is not None or reading.problems
        for problem in reading.problems:
            assert problem.render()
            assert problem.line == 0 or at(problem) is not None
