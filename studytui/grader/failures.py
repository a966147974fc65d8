"""What is said where the grader itself failed, or a card cannot be graded: in English and Korean, keyed by kind.

What a system, torch or a deck's code says is quoted as it is.
"""

from __future__ import annotations

from typing import Final

from studytui.errors import GraderError

_AUTHOR: Final = ("Tell the deck's author.", "덱을 만든 사람에게 알려 주세요.")
_AGAIN: Final = ("Try again; `studytui doctor` says more.", "다시 해 보세요. 자세한 것은 `studytui doctor`가 알려줘요.")
_HOLDS: Final = ("Its verdict holds.", "채점 결과는 그대로예요.")

_SAID: Final[dict[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "no_torch": (
        ("torch is not installed.", "torch가 설치되어 있지 않아요."),
        ("Install it with `pip install torch`, then try again.", "`pip install torch`로 설치하고 다시 해 보세요."),
    ),
    "no_triton": (
        (
            "This card asks for a Triton kernel, and Triton is not installed.",
            "이 카드는 Triton 커널을 묻는데 Triton이 설치되어 있지 않아요.",
        ),
        (
            "Install it with `pip install 'studytui[triton]'` (Linux only, about 1 GB), or learn other cards.",
            "`pip install 'studytui[triton]'`로 설치하거나(Linux만, 약 1GB) 다른 카드를 공부하세요.",
        ),
    ),
    "no_start": (
        ("The grader cannot be started: {why}.", "채점기를 시작할 수 없어요: {why}."),
        ("Close some programs and try again.", "다른 프로그램을 닫고 다시 해 보세요."),
    ),
    "gone": (("The grader's process ended.", "채점기 프로세스가 끝났어요."), _AGAIN),
    "gone_why": (("The grader's process ended: {why}", "채점기 프로세스가 끝났어요: {why}"), _AGAIN),
    "gone_meanwhile": (
        ("The grader's process was ended while it graded.", "채점하는 동안 채점기 프로세스가 끝났어요."),
        ("Try again.", "다시 해 보세요."),
    ),
    "no_sandbox": (("The sandbox cannot be set up.", "샌드박스를 준비할 수 없어요."), ("{why}", "{why}")),
    "sandbox_slow": (("The sandbox took too long to set up.", "샌드박스를 준비하는 데 너무 오래 걸려요."), _AGAIN),
    "answer_not_set_up": (
        ("The answer's process could not be set up.", "답을 실행할 프로세스를 준비하지 못했어요."),
        ("{why}", "{why}"),
    ),
    "reference_slow": (
        ("The card's own reference did not finish in time.", "카드의 기준 코드가 제시간에 끝나지 않았어요."),
        ("Tell the deck's author; other cards work.", "덱을 만든 사람에게 알려 주세요. 다른 카드는 괜찮아요."),
    ),
    "oracle_gone": (
        (
            "The oracle's process ended before it had judged the answer.",
            "기준 코드의 프로세스가 채점을 마치기 전에 끝났어요.",
        ),
        (
            "The card's reference may need more memory than a grade has.",
            "카드의 기준 코드에 필요한 메모리가 한도를 넘는 것 같아요.",
        ),
    ),
    "oracle_protocol": (
        ("The oracle broke the protocol: {why}.", "기준 코드의 프로세스가 규약을 어겼어요: {why}."),
        _AUTHOR,
    ),
    "oracle_failed": (("The oracle failed: {why}.", "기준 코드의 프로세스가 실패했어요: {why}."), _AUTHOR),
    "oracle_unreadable": (
        ("The oracle's finding cannot be read: {why}.", "기준 코드의 프로세스가 찾은 것을 읽을 수 없어요: {why}."),
        _AUTHOR,
    ),
    "ungradable": (("This card cannot be graded: {why}", "이 카드는 채점할 수 없어요: {why}"), _AUTHOR),
    "code_slow": (
        ("The card's own code did not finish in {seconds:g} s.", "카드의 코드가 {seconds:g}초 안에 끝나지 않았어요."),
        _AUTHOR,
    ),
    "code_protocol": (
        ("The card's own code broke the protocol: {why}.", "카드의 코드가 규약을 어겼어요: {why}."),
        _AUTHOR,
    ),
    "code_gone": (
        ("The card's own code ended its process.", "카드의 코드가 제 프로세스를 끝냈어요."),
        ("It may need more memory than a grade has.", "필요한 메모리가 한도를 넘는 것 같아요."),
    ),
    "truth_unreadable": (
        ("What the snippet gives cannot be read: {why}.", "코드가 낸 결과를 읽을 수 없어요: {why}."),
        _AUTHOR,
    ),
    "derivation_unreadable": (
        ("The derivation's verdict cannot be read: {why}.", "유도의 채점 결과를 읽을 수 없어요: {why}."),
        _AUTHOR,
    ),
    "trials_unreadable": (
        ("What the cases catch cannot be read.", "케이스가 무엇을 잡는지 읽을 수 없어요."),
        _AUTHOR,
    ),
    "computed_unreadable": (
        ("What the card has computed cannot be read.", "카드가 계산한 값을 읽을 수 없어요."),
        _AUTHOR,
    ),
    "not_traced": (("The snippet cannot be traced.", "코드를 따라가며 볼 수 없어요."), ("{why}", "{why}")),
    "expression_not_traced": (
        ("The sandbox could not trace the expression.", "식을 따라가며 볼 수 없어요."),
        ("{why}", "{why}"),
    ),
    "trace_slow": (
        (
            "Tracing the snippet did not finish in {seconds:g} s.",
            "코드를 따라가며 보는 일이 {seconds:g}초 안에 끝나지 않았어요.",
        ),
        _HOLDS,
    ),
    "trace_unreadable": (
        ("The snippet's trace cannot be read: {why}.", "코드를 따라간 기록을 읽을 수 없어요: {why}."),
        _HOLDS,
    ),
}


def failure(kind: str, **words: object) -> GraderError:
    """The error of a kind, its places filled."""
    (message, korean), (hint, korean_hint) = _SAID[kind]
    return GraderError(
        message.format(**words), hint.format(**words), korean=(korean.format(**words), korean_hint.format(**words))
    )
