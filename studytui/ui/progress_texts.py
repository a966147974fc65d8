"""What the progress screen says, in English and Korean: a part of the table in `texts`."""

from __future__ import annotations

from typing import Final

PROGRESS: Final[dict[str, tuple[str, str]]] = {
    "progress.title": ("Progress", "진도"),
    "progress.none": (
        "Nothing is reviewed yet. From the first card on, this page shows what you did and how much of it stays.",
        "아직 복습한 카드가 없어요. 첫 카드부터 무엇을 했고 얼마나 기억하는지 여기에 보여요.",
    ),
    "progress.done": ("Reviews a day, last {n} weeks", "하루 복습 수, 지난 {n}주"),
    "progress.done.sum": ("{n} in all, at most {most} a day", "모두 {n}번, 하루 최대 {most}번"),
    "progress.due": ("Due from today on", "오늘부터 복습할 카드"),
    "progress.due.sum": ("{n} in all, without new cards", "모두 {n}장, 새 카드 제외"),
    "progress.recall": ("Recalled when due", "때맞춰 복습할 때 기억한 비율"),
    "progress.recall.recent": ("{share} of {n} in the last {days} days", "지난 {days}일 {n}번 중 {share}"),
    "progress.recall.ever": ("{share} of {n} in all", "모두 {n}번 중 {share}"),
    "progress.recall.goal": ("the goal is {share}", "목표 {share}"),
    "progress.recall.none": ("No card has come back yet.", "아직 다시 나온 카드가 없어요."),
    "progress.deck": ("Deck", "덱"),
    "progress.learned": ("Learned", "익힌 카드"),
    "progress.known": ("Known now", "지금 기억"),
    "progress.lasts": ("Lasts", "유지 기간"),
    "progress.legend": (
        (
            "Known now: how much of what you learned you would most likely recall today. "
            "Lasts: after this long one in ten would be forgotten."
        ),
        "지금 기억: 익힌 카드 가운데 오늘 떠올릴 수 있을 비율. 유지 기간: 열에 하나를 잊기까지 걸리는 시간.",
    ),
    "progress.weekdays": ("Mo Tu We Th Fr Sa Su", "월 화 수 목 금 토 일"),
}
