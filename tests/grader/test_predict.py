"""A prediction is judged by what it says, not by how it is typed, and the sentence tells what differs."""

from __future__ import annotations

import math
import re
import time
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import studytui.grader.predict
from studytui.cards.models import Asks
from studytui.grader.predict import PredictTruth, expected_text, judge_prediction
from studytui.grader.prediction.literals import LiteralError, read_literal
from studytui.grader.prediction.wording import SENTENCES
from studytui.grader.verdict import Tensor, Value


def value(real: Value, text: str = "") -> PredictTruth:
    return PredictTruth("value", real, text)


def raised(error: str, message: str = "") -> PredictTruth:
    return PredictTruth("raised", error=error, error_message=message)


def printed(text: str) -> PredictTruth:
    return PredictTruth("value", printed=text)


MATRIX = Tensor("int64", (2, 2), (1, 2, 3, 4))
VECTOR = Tensor("float32", (2,), (1.0, 2.0))
WIDE = Tensor("float32", (2, 32), (0.0,) * 64)
SCALAR = Tensor("int64", (), (3,))
PAIR = (VECTOR, Tensor("int64", (2,), (0, 1)))
LONG = Tensor("float32", (100,), tuple(float(i) for i in range(50)), truncated=True)
SIGMOID_1 = 0.7310585786300049

RIGHT: list[tuple[Asks, PredictTruth, list[str]]] = [
    ("shape", value(WIDE), ["(2, 32)", "[2,32]", "2x32", "2×32", "2 32", "2, 32", "torch.Size([2, 32])", "((2, 32))"]),
    ("shape", value(WIDE), ["shape = (2,32)", "x.shape == (2, 32)", "Size([2,32])", "  (2,32)\n"]),
    ("shape", value(SCALAR), ["()", "[]", "scalar", "torch.Size([])", "스칼라", "Scalar"]),
    ("shape", value(Tensor("bool", (3,), (True,) * 3)), ["(3,)", "3", "[3]", "(3)", "torch.Size([3])"]),
    ("shape", value(Tensor("bool", (0, 2), ())), ["(0, 2)", "0x2"]),
    ("shape", value((2, 3)), ["(2, 3)"]),
    ("shape", value(PAIR), ["(2,), (2,)", "[(2,), (2,)]"]),
    (
        "dtype",
        value(VECTOR),
        ["float32", "torch.float32", "float", "torch.float", "FLOAT32", "torch.FloatTensor", "fp32"],
    ),
    ("dtype", value(MATRIX), ["int64", "long", "torch.long", "dtype=torch.int64"]),
    ("dtype", value(Tensor("torch.bool", (), (True,))), ["bool", "torch.bool"]),
    ("dtype", value(3.5), ["float"]),
    (
        "value",
        value(VECTOR),
        ["tensor([1., 2.])", "1 2", "[1,2]", "(1, 2)", "1., 2.", "[1.0, 2.0]", "torch.tensor([1, 2])"],
    ),
    ("value", value(VECTOR), ["tensor([1., 2.], grad_fn=<AddBackward0>)", "tensor([1., 2.], dtype=torch.float32)"]),
    (
        "value",
        value(MATRIX),
        ["[[1,2],[3,4]]", "1 2\n3 4", "1 2; 3 4", "[1,2],[3,4]", "tensor([[1, 2],\n        [3, 4]])"],
    ),
    ("value", value(SCALAR), ["3", "tensor(3)", "3.0", "(3)"]),
    ("value", value(Tensor("float32", (1,), (2.0,))), ["[2.]", "2", "tensor([2.])"]),
    ("value", value(Tensor("float32", (0,), ())), ["[]", "tensor([])"]),
    ("value", value(Tensor("bool", (2,), (True, False))), ["True False", "[true, false]", "tensor([ True, False])"]),
    ("value", value(Tensor("complex64", (1,), ("(1+2j)",))), ["1+2j", "[1.+2.j]"]),
    ("value", value(SIGMOID_1), ["0.731", "0.7311", ".731", "0.7310585786", "7.311e-1", "tensor(0.7311)"]),
    ("value", value(1 / 3), ["1/3", "0.333", "2/6", "0.33333"]),
    ("value", value(1234.56), ["1234.56", "1235", "1234.6"]),
    ("value", value(16384), ["16,384", "16384", "16_384", "+16,384", "16,384.0"]),
    ("value", value(-1234567), ["-1,234,567", "−1,234,567"]),
    ("value", value(1234.56), ["1,234.56", "1,235"]),
    ("value", value(Tensor("int64", (), (16384,))), ["16,384"]),
    ("value", value(Tensor("float32", (1,), (16384.0,))), ["16,384"]),
    ("value", value((16, 384)), ["16,384", "(16,384)"]),
    ("value", value([16, 384]), ["16,384", "[16,384]"]),
    ("value", value(Tensor("int64", (2,), (16, 384))), ["16,384", "[16,384]"]),
    ("shape", value(Tensor("bool", (16, 384), (True,) * 64, truncated=True)), ["16,384", "(16,384)"]),
    ("value", value(0.0), ["0", "0.0", "-0.0"]),
    ("value", value(-2), ["-2", "−2"]),
    ("value", value(10**20), ["100000000000000000000"]),
    ("value", value(math.nan), ["nan", "NaN", "float('nan')", "math.nan"]),
    ("value", value(-math.inf), ["-inf", "-∞", "float('-inf')"]),
    ("value", value(real=True), ["True", "true"]),
    ("value", value(None), ["None", "none"]),
    ("value", value("hi there"), ["hi there", "'hi there'", '"hi there"']),
    ("value", value((1, 2.5, "a")), ["(1, 2.5, 'a')", "[1, 2.5, a]", "1, 2.5, 'a'"]),
    (
        "value",
        value(((2, 3), "torch.float32", (2,), "torch.int64")),
        [
            "((2, 3), torch.float32, (2,), torch.int64)",
            "(2, 3) torch.float32\n(2,) torch.int64",
            "(2,3) float [2] long",
            "(2, 3), float32; 2, 'int64'",
        ],
    ),
    ("value", value((True, False)), ["True False", "True\nFalse", "(True, False)", "[true, false]"]),
    ("value", value(["0.weight", "head.bias"]), ["['0.weight', 'head.bias']", "[0.weight, head.bias]"]),
    ("value", value([]), ["[]", "()"]),
    ("value", value(PAIR), ["[1,2],[0,1]", "(tensor([1., 2.]), tensor([0, 1]))"]),
    ("value", value(PAIR), ["torch.return_types.max(\nvalues=tensor([1., 2.]),\nindices=tensor([0, 1]))"]),
    ("value", value(LONG), ["[0, 1, 2, ..., 99]", "tensor([0., 1., 2., …, 99.])", " ".join(map(str, range(100)))]),
    ("value", raised("RuntimeError"), ["RuntimeError"]),
    ("error", raised("RuntimeError", "shape '[2]'"), ["RuntimeError", "RuntimeError: bad ValueError", "runtime error"]),
    ("error", raised("RuntimeError"), ["it raises a RuntimeError.", "runtimeerror", "torch.RuntimeError"]),
    ("error", value(3), ["no error", "none", "에러 없음"]),
    ("printed", printed("a 1\nb\n"), ["a 1\nb", "a 1  \nb\n\n", "a 1\r\nb"]),
    ("printed", printed("x tensor([1.0000, 2.5000])\n"), ["x tensor([1., 2.5])", "x tensor([1.0,2.50])"]),
    ("printed", printed("tensor([[1., 2.],\n        [3., 4.]])\n"), ["tensor([[1.0, 2.0], [3.0, 4.0]])"]),
    ("printed", printed("[1, 2] (3, 'a')\n"), ["[1,2] (3,'a')", "[ 1, 2 ] (3 , 'a')"]),
    ("printed", printed(""), ["nothing", "없음"]),
]


@pytest.mark.parametrize(("asks", "truth", "answers"), RIGHT)
def test_every_way_to_say_what_is_right_is_accepted(asks: Asks, truth: PredictTruth, answers: list[str]) -> None:
    for answer in answers:
        for language in ("en", "ko"):
            holds, said = judge_prediction(asks, truth, answer, language)
            assert holds, (answer, said)


WRONG: list[tuple[Asks, PredictTruth, str, str]] = [
    ("shape", value(WIDE), "(32, 2)", "another order"),
    ("shape", value(WIDE), "(2, 31)", "Dim 1 is 32, not 31"),
    ("shape", value(WIDE), "64", "1-D, but the result is 2-D"),
    ("shape", value(WIDE), "float32", "is a dtype; the shape is asked"),
    ("shape", value(WIDE), "two by two", "is no shape"),
    ("shape", value(WIDE), "(2, 32.5)", "is no shape"),
    ("shape", value(SCALAR), "(1,)", "1-D, but the result is 0-D"),
    ("dtype", value(MATRIX), "int", "`int` is int32, but the result is int64"),
    ("dtype", value(MATRIX), "float32", "It is int64, not float32"),
    ("dtype", value(MATRIX), "(2, 2)", "is a shape; the dtype is asked"),
    ("dtype", value(MATRIX), "big", "is no dtype"),
    ("value", value(VECTOR), "1 3", "At [1] you have 3; it is 2"),
    ("value", value(VECTOR), "[1, 2", "look at character 6"),
    ("value", value(VECTOR), "[[1, 2]]", "the shape is (2,), not (1, 2)"),
    ("value", value(VECTOR), "1 2 3", "3 elements; there are 2"),
    ("value", value(VECTOR), "(2,)", "is its shape; the value is asked"),
    ("value", value(VECTOR), "float32", "is a dtype; the value is asked"),
    ("value", value(VECTOR), "RuntimeError", "raises no error"),
    ("value", value(VECTOR), "tensor([1., 2.], dtype=torch.float64)", "It is float32, not float64"),
    ("value", value(MATRIX), "[[1,2],[3,5]]", "At [1, 1] you have 5; it is 4"),
    ("value", value(MATRIX), "1 2 3 4", "numbers are right, but the shape is (2, 2)"),
    ("value", value(MATRIX), "[[1,2],[3]]", "rows have different lengths"),
    ("value", value(Tensor("bool", (2,), (True, False))), "1 0", "At [0] you have 1; it is True"),
    ("value", value(SIGMOID_1), "0.73", "at least 3 digits"),
    ("value", value(SIGMOID_1), "0.732", "It is 0.731059, not 0.732"),
    ("value", value(SIGMOID_1), "0", "It is 0.731059, not 0"),
    ("value", value(3.0), "3.001", "It is 3, not 3.001"),
    ("value", value(16384), "16,385", "It is 16384, not 16,385"),
    ("value", value(16384), "[16,384]", "It is 16384, not [16, 384]"),
    ("value", value(16384), "16, 384", "It is 16384, not [16, 384]"),
    ("value", value(384), "0,384", "It is 384, not [0, 384]"),
    ("value", value(16384), "1,6384", "It is 16384, not [1, 6384]"),
    ("value", value(Tensor("int64", (2,), (16384, 2))), "16,384,2", "3 elements; there are 2"),
    ("value", value((16384,)), "16,384", "2 items; there are 1"),
    ("value", value(3), "[3]", "It is 3, not [3]"),
    ("value", value(3), "True", "It is 3, not True"),
    ("value", value(real=True), "1", "It is True, not 1"),
    ("value", value(None), "0", "It is None, not 0"),
    ("value", value(math.nan), "0", "It is nan, not 0"),
    ("value", value(math.inf), "-inf", "It is inf, not -inf"),
    ("value", value("hi"), "ho", "It is 'hi', not 'ho'"),
    ("value", value((1, 2)), "1, 3", "At [1] you have 3; it is 2"),
    ("value", value(((2, 3), "torch.float32")), "(2, 3), int64", "At [1] you have int64; it is torch.float32"),
    ("value", value((True, False)), "True\nTrue", "At [1] you have True; it is False"),
    ("value", value((1, 2)), "1, 2, 3", "3 items; there are 2"),
    ("value", value(PAIR), "[1,2],[0,2]", "Item 1 is tensor([0, 1]), not [0, 2]"),
    ("value", value(LONG), "0 1 3 ... 99", "At [2] you have 3; it is 2"),
    ("value", value(LONG), "0, ...", "at least three elements"),
    ("value", value(LONG), "0 1 2", "3 elements; there are 100"),
    ("value", raised("RuntimeError", "no"), "3", "does raise an error: RuntimeError: no"),
    ("error", raised("RuntimeError", "no"), "ValueError", "It is not ValueError. It is RuntimeError: no"),
    ("error", raised("IndexError"), "LookupError", "Close: LookupError"),
    ("error", raised("RuntimeError"), "Exception", "Close: Exception"),
    ("error", raised("RuntimeError"), "an error", "which one?"),
    ("error", raised("RuntimeError"), "no error", "does raise an error"),
    ("error", raised("RuntimeError"), "IndexError or RuntimeError", "Name one error"),
    ("error", value(3, "3"), "RuntimeError", "raises no error: it gives 3"),
    ("printed", printed("a 1\nb\n"), "a 1", "Line 2 is missing: b"),
    ("printed", printed("a 1\n"), "a 1\nb", "Line 2 is too much: b"),
    ("printed", printed("tensor([1., 2.])"), "tensor([1, 2])", "Line 1 differs"),
    ("printed", printed("a 1.0"), "a 1.", "Line 1 differs"),
    ("printed", printed("[1, 2]"), "[1 2]", "Line 1 differs"),
    ("printed", printed("1 2"), "12", "Line 1 differs"),
    ("printed", printed(""), "3", "prints nothing"),
    *[(asks, value(VECTOR), " \n", "no answer yet") for asks in get_args(Asks)],
]


@pytest.mark.parametrize(("asks", "truth", "answer", "words"), WRONG)
def test_what_is_wrong_is_told(asks: Asks, truth: PredictTruth, answer: str, words: str) -> None:
    holds, said = judge_prediction(asks, truth, answer, "en")
    assert not holds
    assert words in said
    holds, said = judge_prediction(asks, truth, answer, "ko")
    assert not holds
    assert any("가" <= letter <= "힣" for letter in said)


def test_a_parent_of_a_torch_error_is_known_from_the_truth() -> None:
    truth = PredictTruth("raised", error="OutOfMemoryError", error_parents=("RuntimeError", "Exception"))
    assert "Close" in judge_prediction("error", truth, "RuntimeError", "en")[1]


def test_the_first_differing_letter_of_a_printed_line_is_marked() -> None:
    said = judge_prediction("printed", printed("loss 0.25\n값 3"), "loss 0.25\n값 4", "en")[1]
    assert said.splitlines()[1:] == ["  값 3", "  값 4", "     ^"]


def test_integers_typed_as_floats_pass_with_a_word() -> None:
    assert judge_prediction("value", value(MATRIX, "tensor(...)"), "[[1.,2],[3,4]]", "en") == (
        True,
        "Right. These are integers, though: tensor(...).",
    )


@pytest.mark.parametrize(
    ("asks", "truth", "text"),
    [
        ("shape", value(SCALAR), "()"),
        ("shape", value(Tensor("bool", (3,), (True,) * 3)), "(3,)"),
        ("dtype", value(Tensor("torch.float64", (), (1.0,))), "float64"),
        ("value", value(VECTOR), "tensor([1., 2.])"),
        ("value", value(MATRIX), "tensor([[1, 2], [3, 4]])"),
        ("value", value(3, "3"), "3"),
        ("error", raised("ValueError", "no"), "ValueError: no"),
        ("error", value(3), "no error"),
        ("printed", printed("a\nb\n"), "a\nb"),
    ],
)
def test_the_right_answer_is_given_in_words(asks: Asks, truth: PredictTruth, text: str) -> None:
    assert expected_text(asks, truth) == text


@pytest.mark.parametrize(("asks", "truth"), [(asks, truth) for asks, truth, _ in RIGHT])
def test_what_is_shown_as_right_is_accepted_as_an_answer(asks: Asks, truth: PredictTruth) -> None:
    shown = expected_text(asks, truth) or "nothing"
    if not shown.endswith("...])"):
        assert judge_prediction(asks, truth, shown, "en")[0], shown


def test_every_kind_that_the_code_names_has_a_sentence_and_every_sentence_is_used() -> None:
    folder = Path(studytui.grader.predict.__file__).parent
    files = [
        folder / "predict.py",
        *(path for path in (folder / "prediction").glob("*.py") if path.name != "wording.py"),
    ]
    code = "\n".join(path.read_text("utf-8") for path in files)
    named = set(re.findall(r'(?:say|Difference)\(\s*"(\w+)"', code))
    assert named <= SENTENCES.keys()
    assert {kind for kind in SENTENCES if not kind.startswith("asked_")} <= set(re.findall(r'"([a-z_]+)"', code))


def test_every_sentence_has_the_same_words_in_both_languages() -> None:
    for kind, (english, korean) in SENTENCES.items():
        used = [set(re.findall(r"{(\w+)}", text)) for text in (english, korean)]
        assert used[0] == used[1], kind


@pytest.mark.parametrize(
    "answer",
    [
        "[" * 5000,
        "(" * 50 + ")" * 50,
        "9" * 20000,
        "1_" * 9000,
        "a" * 20000,
        "aError" * 3000,
        "1e99999",
        "1/0",
        "\x00",
        "tensor(" * 3000,
        "'" * 999,
        "__import__('os')",
        "tensor(1).item()",
        "<" * 9000,
        "1 2\n" * 5000,
        "�",
    ],
    ids=lambda answer: ascii(answer[:12]),
)
def test_a_hostile_answer_is_answered_soon_and_printably(answer: str) -> None:
    for asks, truth in {asks: truth for asks, truth, _ in RIGHT}.items():
        started = time.perf_counter()
        holds, said = judge_prediction(asks, truth, answer, "en")
        assert not holds
        assert all(letter.isprintable() or letter == "\n" for letter in said)
        assert time.perf_counter() - started < 1.0


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789.,-+/eE[]()' \n;…truefalsnoinf=xj", max_size=30))
def test_no_text_breaks_the_reading_of_values(text: str) -> None:
    try:
        read_literal(text)
        place = 0
    except LiteralError as error:
        place = error.column
    assert 0 <= place <= len(text)
    for asks in get_args(Asks):
        judge_prediction(asks, value(MATRIX), text, "ko")
