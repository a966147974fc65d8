"""The sentences of a verdict on an implementation, in the learner's language.

What the children found arrives as plain data, already cleaned (`cleaning.plain`); the words are all here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studytui.grader.slip_wording import SLIPS
from studytui.grader.verdict import Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENTENCES: dict[str, dict[str, str]] = {
    "speed": {
        "en": " On them your kernel took {times} times as long as torch's own operation: in Triton's interpreter, "
        "where each program is Python. Compiled for a GPU it is another number.",
        "ko": " 이 케이스들에서 torch 연산의 {times}배 시간이 걸렸어요. "
        "프로그램 하나하나가 파이썬인 Triton 인터프리터에서 잰 값이고, GPU용으로 컴파일하면 달라져요.",
    },
    "passed": {"en": "All {total} cases agree with torch.", "ko": "{total}개 케이스가 모두 torch와 같아요."},
    "value": {
        "en": "{place}expected {expected}, got {actual}.",
        "ko": "{place}기대한 값은 {expected}, 나온 값은 {actual}이에요.",
    },
    "shape": {
        "en": "The shape of the {what} is {actual}; it should be {expected}.",
        "ko": "{what}의 shape이 {actual}이에요. {expected}이어야 해요.",
    },
    "dtype": {
        "en": "The dtype of the {what} is {actual}; it should be {expected}.",
        "ko": "{what}의 dtype이 {actual}이에요. {expected}이어야 해요.",
    },
    "type": {
        "en": "The {what} is a {actual}; it should be a {expected}.",
        "ko": "{what}의 타입이 {actual}이에요. {expected}이어야 해요.",
    },
    "type_none": {
        "en": "The function returned nothing; it should return a {expected}.",
        "ko": "함수가 아무것도 반환하지 않았어요. {expected}을(를) 반환해야 해요.",
    },
    "length": {
        "en": "The {what} has {actual} items; it should have {expected}.",
        "ko": "{what}의 항목이 {actual}개예요. {expected}개여야 해요.",
    },
    "changed": {
        "en": "The function changed its input ({what}); torch leaves it as it was.",
        "ko": "함수가 입력을 바꿨어요({what}). torch는 그대로 둬요.",
    },
    "view": {
        "en": "The values are right, but torch's result shares memory with its input and yours does not.",
        "ko": "값은 맞지만, torch의 결과는 입력과 메모리를 공유하는데 이 결과는 그렇지 않아요.",
    },
    "copy": {
        "en": "The values are right, but your result shares memory with the input; torch gives a copy.",
        "ko": "값은 맞지만, 결과가 입력과 메모리를 공유해요. torch는 복사본을 줘요.",
    },
    "detached": {
        "en": "The values are right, but no gradient flows back: the result is cut off from its inputs.",
        "ko": "값은 맞지만 그래디언트가 흐르지 않아요. 결과가 입력에서 끊겨 있어요.",
    },
    "gradient": {
        "en": "The values are right, but the {what} is not. {place}expected {expected}, got {actual}.",
        "ko": "값은 맞지만 {what}이(가) 달라요. {place}기대한 값은 {expected}, 나온 값은 {actual}이에요.",
    },
    "mean": {
        "en": "The {what} is random, and its mean is {actual}; torch's is {expected}. Chance does not explain that.",
        "ko": "{what}은(는) 무작위지만 평균이 {actual}이에요. torch는 {expected}이고, 우연으로 설명되지 않아요.",
    },
    "std": {
        "en": "The {what} is random, and its standard deviation is {actual}; torch's is {expected}. "
        "Chance does not explain that.",
        "ko": "{what}은(는) 무작위지만 표준편차가 {actual}이에요. torch는 {expected}이고, 우연으로 설명되지 않아요.",
    },
    "distribution": {
        "en": "The {what} has the right mean and standard deviation, but another distribution than torch's.",
        "ko": "{what}의 평균과 표준편차는 맞지만 분포가 torch와 달라요.",
    },
    "not_finite": {
        "en": "The {what} has NaN or infinite elements; torch's has none.",
        "ko": "{what}에 NaN이나 무한대가 있어요. torch에는 없어요.",
    },
    "raises": {
        "en": "torch refuses this call with {expected}. Your function raised {actual}.",
        "ko": "torch는 이 호출을 {expected}(으)로 거부해요. 이 함수는 {actual}을(를) 일으켰어요.",
    },
    "no_raise": {
        "en": "torch refuses this call with {expected}. Your function accepted it.",
        "ko": "torch는 이 호출을 {expected}(으)로 거부해요. 이 함수는 받아들였어요.",
    },
    "crash": {"en": "Your function raised {actual}.", "ko": "함수가 {actual}을(를) 일으켰어요."},
    "malformed": {"en": "The result cannot be read: {actual}.", "ko": "결과를 읽을 수 없어요: {actual}."},
    "at_line": {"en": "{sentence} That was on line {line}.", "ko": "{sentence} {line}번째 줄이에요."},
    "variables": {"en": " There, {variables}.", "ko": " 그때 {variables}."},
    "signature": {
        "en": " The card asks for `{function}`.",
        "ko": " 이 카드는 `{function}`을(를) 물어요.",
    },
    "syntax": {
        "en": "Line {line} is no Python: {message}.",
        "ko": "{line}번째 줄이 올바른 파이썬이 아니에요: {message}.",
    },
    "too_deep": {
        "en": "The answer is no Python: an expression in it is nested too deeply.",
        "ko": "답을 파이썬이 읽을 수 없어요: 식이 너무 깊이 중첩되어 있어요.",
    },
    "missing": {
        "en": "There is no function `{name}`; the card asks for `{function}`.",
        "ko": "`{name}` 함수가 없어요. 이 카드는 `{function}`을(를) 물어요.",
    },
    "empty": {
        "en": "The answer is empty. Write `def {function}:` and its loops.",
        "ko": "답이 비어 있어요. `def {function}:`과 반복문을 써 보세요.",
    },
    "timed_out": {"en": "Time ran out after {seconds:g} s.", "ko": "{seconds:g}초 안에 끝나지 않았어요."},
    "timed_out_line": {
        "en": "Time ran out after {seconds:g} s, on line {line}. Does its loop end?",
        "ko": "{line}번째 줄에서 {seconds:g}초가 지났어요. 반복이 끝나나요?",
    },
    "out_of_memory": {
        "en": "The answer asked for more memory than the {limit} MiB it may use.",
        "ko": "답이 쓸 수 있는 메모리 {limit} MiB를 넘었어요.",
    },
    "died": {
        "en": "The answer's process ended by itself ({how}).",
        "ko": "답을 실행하던 프로세스가 스스로 끝났어요({how}).",
    },
    "closed": {
        "en": "The answer closed the grader's own channel.",
        "ko": "답이 채점기의 통로를 닫았어요.",
    },
    "forged": {
        "en": "The answer wrote to the grader's own channel.",
        "ko": "답이 채점기의 통로에 직접 썼어요.",
    },
    "refused_call_loops": {
        "en": "Line {line} calls `{name}`; this card asks for loops.",
        "ko": "{line}번째 줄에서 `{name}`을(를) 썼어요. 이 카드는 반복문으로 쓰라고 해요.",
    },
    "refused_call_tensors": {
        "en": "Line {line} calls `{name}`, which gives the answer away; build it from other operations.",
        "ko": "{line}번째 줄의 `{name}`은(는) 답 그 자체예요. 다른 연산으로 만들어 보세요.",
    },
    "refused_slice": {
        "en": "Line {line} reads or writes more than one element of a tensor at once; this card asks for loops.",
        "ko": "{line}번째 줄에서 텐서의 여러 원소를 한꺼번에 읽거나 써요. 이 카드는 반복문으로 쓰라고 해요.",
    },
    "refused_tensor_arithmetic": {
        "en": "Line {line} computes with whole tensors (`{name}`); this card asks for single elements.",
        "ko": "{line}번째 줄에서 텐서 전체로 계산해요(`{name}`). 이 카드는 원소 하나씩 계산하라고 해요.",
    },
    "refused_forbidden": {
        "en": "Line {line} uses `{name}`, which this card asks you to do without.",
        "ko": "{line}번째 줄에서 `{name}`을(를) 썼어요. 이 카드는 그것 없이 쓰라고 해요.",
    },
    "refused_import": {
        "en": "Line {line} imports `{name}`; an answer by hand needs torch and math only.",
        "ko": "{line}번째 줄에서 `{name}`을(를) import 해요. 직접 쓰는 답에는 torch와 math면 충분해요.",
    },
    "refused_name": {
        "en": "Line {line} uses `{name}`, which an answer by hand does not need.",
        "ko": "{line}번째 줄의 `{name}`은(는) 직접 쓰는 답에 필요하지 않아요.",
    },
    "refused_call_kernel": {
        "en": "Line {line} uses `{name}` outside a kernel; this card asks for a kernel that computes it.",
        "ko": "{line}번째 줄에서 커널 밖의 `{name}`을(를) 썼어요. 이 카드는 Triton 커널로 계산하라고 해요.",
    },
    "refused_kernel": {
        "en": "This card asks for a Triton kernel: a function below `@triton.jit`, launched as `kernel[grid](…)`.",
        "ko": "이 카드는 Triton 커널을 물어요. `@triton.jit` 아래의 함수를 `kernel[grid](…)`로 실행해 보세요.",
    },
    "refused_in_kernel": {
        "en": "Line {line} uses `{name}` inside a kernel, where only Triton's own language works.",
        "ko": "{line}번째 줄의 `{name}`은(는) 커널 안에서 쓸 수 없어요. 커널에서는 Triton의 언어만 써요.",
    },
    "refused_matmul": {
        "en": "Line {line} uses `@`; this card asks for loops.",
        "ko": "{line}번째 줄에서 `@`를 썼어요. 이 카드는 반복문으로 쓰라고 해요.",
    },
}  # fmt: skip
"""By kind, then by language; a test holds the languages to the same kinds and the same places."""

_WORDS = {"ko": {"output": "출력", "gradient of": "그래디언트:", "after the call": "(호출 뒤)"}}


def sentence(kind: str, language: str, **words: Any) -> str:
    """The sentence of a kind, its places filled."""
    wordings = _SENTENCES[kind]
    return wordings.get(language, wordings["en"]).format(**words)


def speed_sentence(times: float, language: str) -> str:
    """How many times as long as torch's operation a kernel took, in words."""
    return sentence("speed", language, times=f"{times:,.0f}" if times >= 10 else f"{times:.1f}")


def finding_sentence(finding: Mapping[str, Any], language: str) -> str:
    """What the oracle found, in words."""
    kind = finding["kind"]
    expected, actual = value_of(finding["first_expected"]), value_of(finding["first_actual"])
    if kind == "type" and actual == "None":
        kind = "type_none"
    words = {
        "what": what_in_words(finding["what"], language),
        "place": place(finding["index"], language),
        "expected": short(expected),
        "actual": short(actual),
    }
    if kind == "value" and finding["what"] != "output":
        words["place"] = f"{words['what']}, {words['place']}"
    return sentence(kind, language, **words)


def cause_sentence(cause: Mapping[str, Any], language: str) -> str:
    """A usual slip in words."""
    wordings = SLIPS[cause["usual"]]
    words = {key: value for key, value in cause.items() if key != "usual"}
    return wordings.get(language, wordings["en"]).format(**words)


def refusal_sentence(said: Mapping[str, Any], by_hand: str, language: str) -> str:
    """What is refused, and where."""
    kind, name, line = str(said.get("kind")), str(said.get("name")), said.get("line") or "?"
    if kind in {"call", "matmul"} and by_hand == "triton":
        kind, name = "call_kernel", name.strip("_")
    elif kind == "call":
        if name in {"__getitem__", "__setitem__"}:
            return sentence("refused_slice", language, line=line)
        if by_hand == "loops" and name.startswith("__"):
            return sentence("refused_tensor_arithmetic", language, line=line, name=name.strip("_"))
        kind = "call_tensors" if by_hand == "tensors" else "call_loops"
    known = kind if f"refused_{kind}" in _SENTENCES else "name"
    return sentence(f"refused_{known}", language, line=line, name=name)


def crash_sentence(said: Mapping[str, Any], language: str) -> str:
    """An exception: what it says, on which line, and the variables there."""
    raised = f"{said.get('type') or 'an exception'}: {said.get('message', '')}".rstrip(": ").rstrip(".")
    words = sentence("crash", language, actual=raised)
    if isinstance(said.get("line"), int):
        words = sentence("at_line", language, sentence=words, line=said["line"])
    variables = said.get("variables")
    if isinstance(variables, dict) and variables:
        listed = ", ".join(f"{name} = {value}" for name, value in variables.items())
        words += sentence("variables", language, variables=listed)
    return words


def place(index: list[int] | None, language: str) -> str:
    """Where an element is, as a sentence's beginning; empty for a scalar."""
    if not index:
        return ""
    if len(index) == 1:
        return f"{index[0]}번 원소: " if language == "ko" else f"element {index[0]}: "
    if len(index) == 2:
        return f"{index[0]}행 {index[1]}열: " if language == "ko" else f"row {index[0]}, column {index[1]}: "
    return f"원소 {index}: " if language == "ko" else f"element {index}: "


def what_in_words(what: str, language: str) -> str:
    """`output[1]`, `gradient of x`, `x after the call` in the language."""
    for english, other in _WORDS.get(language, {}).items():
        what = what.replace(english, other)
    return what


def short(value: Value) -> str:
    """A value within a sentence."""
    if isinstance(value, float):
        return f"{value:.7g}"
    if isinstance(value, list):
        return "(" + ", ".join(map(str, value)) + ("," if len(value) == 1 else "") + ")"
    return str(value)


def value_of(shown: Any) -> Value:
    """A value from the JSON of `codec.shown`; what does not fit becomes text, never an error."""
    if isinstance(shown, dict):
        if isinstance(tensor := shown.get("tensor"), dict):
            shape, elements = tensor.get("shape"), tensor.get("elements")
            if isinstance(shape, list) and isinstance(elements, list):
                return Tensor(
                    str(tensor.get("dtype")),
                    tuple(n for n in shape if isinstance(n, int)),
                    tuple(_number(item) for item in elements),
                    bool(tensor.get("truncated")),
                )
        if isinstance(items := shown.get("tuple"), list):
            return tuple(value_of(item) for item in items)
        if isinstance(items := shown.get("list"), list):
            return [value_of(item) for item in items]
        if "text" in shown:
            return str(shown["text"])
        return _number(shown)
    return shown if isinstance(shown, (bool, int, float, str, type(None))) else str(shown)


def _number(item: Any) -> float | int | bool | str:
    if isinstance(item, (bool, int, float)):
        return item
    text = str(item.get("number")) if isinstance(item, dict) else str(item)
    return {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}.get(text, text)
