"""Every sentence about a prediction, in English and in Korean (해요체). No particle hangs on what was typed."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "asked_value": ("the value", "값"),
    "asked_shape": ("the shape, as (2, 3)", "모양을 (2, 3)처럼"),
    "asked_dtype": ("the dtype, as float32", "dtype을 float32처럼"),
    "asked_printed": ("what is printed", "출력되는 내용"),
    "asked_error": ("the error, as ValueError", "에러 이름을 ValueError처럼"),
    "empty": ("There is no answer yet. Write {asks}.", "아직 답이 없어요. 구할 것: {asks}."),
    "right": ("Right.", "맞아요."),
    "right_whole": ("Right. These are integers, though: {real}.", "맞아요. 다만 정수예요: {real}."),
    "right_error": ("Right: {real}", "맞아요: {real}"),
    "right_then_raises": ("Right; after that it raises {real}.", "맞아요. 그다음에는 {real} 에러가 나요."),
    "unreadable": (
        "`{given}` cannot be read as a value: look at character {column}. Write 3, [1, 2] or tensor([1., 2.]).",
        "`{given}`: {column}번째 글자부터 값으로 읽을 수 없어요. 3, [1, 2], tensor([1., 2.])처럼 써 주세요.",
    ),
    "no_shape": (
        "`{given}` is no shape. Write it as (2, 3); the shape of a scalar is ().",
        "`{given}` 표기는 모양으로 읽을 수 없어요. (2, 3)처럼 쓰고, 스칼라는 ()로 써 주세요.",
    ),
    "dtype_for_shape": (
        "`{given}` is a dtype; the shape is asked, as (2, 3).",
        "`{given}` 표기는 dtype이에요. 구할 것은 (2, 3) 같은 모양이에요.",
    ),
    "dims_differ": (
        "{given} is {dims}-D, but the result is {real_dims}-D: {real}.",
        "{given}: {dims}차원이에요. 결과는 {real_dims}차원이에요: {real}.",
    ),
    "dims_swapped": (
        "The sizes are right, but in another order: {real}.",
        "크기는 맞지만 순서가 달라요: {real}.",
    ),
    "dim_differs": (
        "Dim {index} is {real}, not {given}: the shape is {shape}.",
        "dim {index} 크기가 달라요. 쓴 값 {given}, 실제 값 {real}. 모양: {shape}.",
    ),
    "no_dtype": (
        "`{given}` is no dtype. Write it as float32 or int64.",
        "`{given}` 표기는 dtype이 아니에요. float32, int64처럼 써 주세요.",
    ),
    "shape_for_dtype": (
        "`{given}` is a shape; the dtype is asked, as float32.",
        "`{given}` 표기는 모양이에요. 구할 것은 float32 같은 dtype이에요.",
    ),
    "dtype_differs": ("It is {real}, not {given}.", "dtype이 달라요. 쓴 것 {given}, 실제 {real}."),
    "dtype_alias_differs": (
        "`{given}` is {meant}, but the result is {real}.",
        "`{given}` 표기는 {meant}: 실제 dtype은 {real}.",
    ),
    "dtype_for_value": (
        "`{given}` is a dtype; the value is asked.",
        "`{given}` 표기는 dtype이에요. 구할 것은 값이에요.",
    ),
    "shape_for_value": (
        "`{given}` is its shape; the value is asked.",
        "`{given}` 표기는 모양이에요. 구할 것은 값이에요.",
    ),
    "error_for_value": (
        "It raises no error: it gives a value.",
        "에러가 나지 않아요. 값이 나와요.",
    ),
    "value_differs": ("It is {real}, not {given}.", "값이 달라요. 쓴 값 {given}, 실제 값 {real}."),
    "element_differs": (
        "At {place} you have {given}; it is {real}.",
        "{place} 자리부터 달라요. 쓴 값 {given}, 실제 값 {real}.",
    ),
    "too_few_digits": (
        "{given} is right as far as it goes, but write at least {digits} digits: {real}.",
        "{given}: 여기까지는 맞지만 유효 숫자를 {digits}자리 이상 써 주세요. 실제 값 {real}.",
    ),
    "text_differs": ("It is '{real}', not '{given}'.", "문자열이 달라요. 쓴 것 '{given}', 실제 '{real}'."),
    "ragged": ("The rows have different lengths.", "행의 길이가 서로 달라요."),
    "count_differs": (
        "You have {count} elements; there are {real_count}, in shape {real}.",
        "원소 수가 달라요. 쓴 것 {count}개, 실제 {real_count}개. 모양: {real}.",
    ),
    "only_shape_differs": (
        "The numbers are right, but the shape is {real}, not {given}: set the brackets.",
        "숫자는 맞지만 모양이 달라요. 쓴 모양 {given}, 실제 모양 {real}. 괄호로 모양을 나타내 주세요.",
    ),
    "value_shape_differs": (
        "The shape is {real}, not {given}, and the numbers differ too.",
        "모양도 숫자도 달라요. 쓴 모양 {given}, 실제 모양 {real}.",
    ),
    "cut_too_early": (
        "Write at least three elements before the dots.",
        "줄임표 앞에 원소를 세 개 이상 써 주세요.",
    ),
    "length_differs": (
        "You have {count} items; there are {real_count}: {real}.",
        "항목 수가 달라요. 쓴 것 {count}개, 실제 {real_count}개: {real}.",
    ),
    "item_differs": (
        "Item {index} is {real}, not {given}.",
        "{index}번 항목이 달라요. 쓴 것 {given}, 실제 {real}.",
    ),
    "no_error_raised": ("It raises no error: it gives {real}.", "에러가 나지 않아요. 결과: {real}."),
    "says_no_error": ("It does raise an error: {real}", "에러가 나요: {real}"),
    "name_the_error": (
        "It raises an error: which one? Write its name, as ValueError. It is {real}",
        "에러 이름을 ValueError처럼 써 주세요. 실제 에러: {real}",
    ),
    "several_errors": ("Name one error, not several: {given}.", "에러는 하나만 써 주세요. 쓴 것: {given}."),
    "error_parent": (
        "Close: {given} is the family, but name the error itself: {real}",
        "거의 맞았어요. {given} 종류이긴 하지만 정확한 이름으로 써 주세요: {real}",
    ),
    "error_differs": ("It is not {given}. It is {real}", "{given} 에러가 아니에요. 실제 에러: {real}"),
    "prints_nothing": (
        "It prints nothing. For that, write: nothing",
        "아무것도 출력되지 않아요. 그럴 때는 '없음'이라고 써 주세요.",
    ),
    "line_differs": (
        "Line {line} differs. Printed, and yours:\n  {real}\n  {given}\n  {caret}",
        "{line}번째 줄이 달라요. 실제 출력, 쓴 답:\n  {real}\n  {given}\n  {caret}",
    ),
    "line_missing": ("Line {line} is missing: {real}", "{line}번째 줄이 빠졌어요: {real}"),
    "line_extra": ("Line {line} is too much: {given}", "{line}번째 줄은 출력되지 않아요: {given}"),
}

_LONGEST_WORD = 300


def say(kind: str, language: str, **words: object) -> str:
    """The sentence of a kind in `language` (`ko`, else English), with its words made printable and short."""
    english, korean = SENTENCES[kind]
    return (korean if language == "ko" else english).format_map({key: _plain(word) for key, word in words.items()})


def _plain(word: object) -> str:
    text = str(word)
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:_LONGEST_WORD])
    return shown + ("…" if len(text) > _LONGEST_WORD else "")
