"""Matching the functions of a learner's file to cards."""

from __future__ import annotations

from pathlib import Path

import pytest

from studytui.answer_file import MAX_BYTES, Answer, answers_in, read_answer_file, stub, without_comments
from studytui.cards.library import Library
from studytui.errors import DeckError, StudyError

IMPLEMENT = """
  - id: {id}
    kind: implement
    prompt: {{en: "Write `{function}`.", ko: "`{function}`을 쓰세요."}}
    function: {function}
    inputs: {{x: "float64[N]"}}
    reference: x
    solution: "def {name}(x): return x"
"""
WORDS = """
  - {{id: {id}, kind: predict, prompt: What is it?, code: "torch.ones({n})", asks: shape}}
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    def deck(name: str, *cards: str) -> None:
        (tmp_path / f"{name}.yaml").write_text(f"deck: {name}\ntitle: T\ncards:{''.join(cards)}", encoding="utf-8")

    def implement(card: str, function: str) -> str:
        return IMPLEMENT.format(id=card, function=function, name=function.partition("(")[0])

    deck("tensors", implement("view", "view(x)"), implement("double", "relu(x)"), WORDS.format(id="ones", n=2))
    deck("nn", implement("relu", "relu(x)"))
    return Library.open([tmp_path], None)


def test_functions_are_matched_by_name_and_helpers_are_left_alone(library: Library) -> None:
    text = "def helper(x): ...\n\n\ndef view(x):\n    return helper(x)\n"
    assert answers_in(text, "a.py", library) == [Answer("tensors/view", "view", text)]


def test_a_file_with_a_syntax_error_is_still_matched(library: Library) -> None:
    text = "def view(x:\n    return ]\n"
    assert [answer.card for answer in answers_in(text, "a.py", library)] == ["tensors/view"]


def test_a_name_that_fits_two_cards_needs_a_comment(library: Library) -> None:
    with pytest.raises(StudyError, match="may answer any of"):
        answers_in("def relu(x): ...", "a.py", library)
    marked = answers_in("# studytui: nn/relu\ndef relu(x): ...", "a.py", library)
    assert [answer.card for answer in marked] == ["nn/relu"]


def test_two_marked_functions_of_one_file_answer_two_cards(library: Library) -> None:
    text = "# studytui: tensors/view\ndef view(x): ...\n# studytui: nn/relu\ndef relu(x): ..."
    assert [answer.card for answer in answers_in(text, "a.py", library)] == ["tensors/view", "nn/relu"]


def test_a_marker_names_the_card_that_words_answer(library: Library) -> None:
    text = "# studytui: tensors/ones\n# What is it?\n\n(2,)\n"
    assert answers_in(text, "a.txt", library) == [Answer("tensors/ones", None, "(2,)")]


def test_a_marker_that_names_no_card_is_an_error(library: Library) -> None:
    with pytest.raises(DeckError, match=r"a\.py, line 2: there is no card `tensors/veiw`"):
        answers_in("import torch\n# studytui: tensors/veiw\ndef view(x): ...", "a.py", library)


def test_nothing_to_grade_says_what_to_do(library: Library) -> None:
    with pytest.raises(StudyError) as caught:
        answers_in("def veiw(x): ...", "a.py", library)
    assert "Did you mean `view`?" in caught.value.hint
    with pytest.raises(StudyError, match="defines no function"):
        answers_in("x = 3", "a.py", library)


def test_every_unreadable_file_is_said_to_be_what_it_is(tmp_path: Path) -> None:
    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    cases = {
        write("empty.py", b" \n"): "is empty",
        write("binary.py", b"a\x00b"): "binary",
        write("latin.py", b"# \xe4"): "UTF-8",
        write("huge.py", b"#" * (MAX_BYTES + 1)): "larger than 1 MiB",
        tmp_path: "is a folder",
        tmp_path / "emtpy.py": "no file",
    }
    for path, words in cases.items():
        with pytest.raises(StudyError) as caught:
            read_answer_file(path)
        assert words in caught.value.message
    with pytest.raises(StudyError) as caught:
        read_answer_file(tmp_path / "emtpy.py")
    assert "empty.py" in caught.value.hint


def test_a_file_that_this_user_may_not_read_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "a.py")

    (tmp_path / "a.py").write_text("def clamp(x): ...", encoding="utf-8")
    monkeypatch.setattr("pathlib.Path.open", denied)
    with pytest.raises(StudyError, match=r"a\.py cannot be read: Permission denied\."):
        read_answer_file(tmp_path / "a.py")


def test_a_name_that_no_file_can_have_is_one_sentence() -> None:
    with pytest.raises(StudyError, match="There is no file of such a name"):
        read_answer_file(Path("a\0.py"))


def test_a_file_that_is_not_there_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "clamp.py").write_text("def clamp(x): ...", encoding="utf-8")
    for name, hint in [("clmap.py", "Did you mean"), ("empty.py", "studytui start"), ("-", "`--card CARD --answer -`")]:
        with pytest.raises(StudyError, match="There is no file") as told:
            read_answer_file(tmp_path / name)
        assert hint in told.value.hint


def test_a_byte_order_mark_is_no_part_of_an_answer(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbfdef view(x): ...")
    assert read_answer_file(path) == "def view(x): ..."


def test_a_stub_names_its_card_and_is_matched_again(library: Library) -> None:
    for card in ("tensors/view", "tensors/ones"):
        text = stub(card, library.card(card), "ko")
        answered = text if card == "tensors/view" else text + "(2,)"
        assert [answer.card for answer in answers_in(answered, "a.py", library)] == [card]


def test_comment_lines_are_no_part_of_an_answer_in_words() -> None:
    assert without_comments("# studytui: a/b\n# prompt\n\n1, 3\n") == "1, 3"
