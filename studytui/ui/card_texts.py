"""What the list of cards says, in English and Korean: a part of the table in `texts`."""

from __future__ import annotations

from typing import Final

CARDS: Final[dict[str, tuple[str, str]]] = {
    "cards.title": ("Cards", "카드"),
    "cards.all": ("all decks", "모든 덱"),
    "cards.count": ("{n} of {total}", "{total}장 중 {n}장"),
    "cards.find": ("find by id, prompt, function or topic", "id, 문제, 함수, 주제로 찾기"),
    "cards.none": ("No card has all of that. {key} clears the words.", "모두 맞는 카드가 없어요. {key} 키로 지워요."),
    "cards.state.new": ("new", "새 카드"),
    "cards.state.learning": ("learning", "학습 중"),
    "cards.state.due": ("due today", "오늘 복습"),
    "cards.state.suspended": ("suspended", "정지"),
    "cards.state.needs": ("needs {need}", "{need} 필요"),
    "cards.needs": (
        "{card} needs {need}, which is not installed here: {command}",
        "{card} 카드는 {need}이(가) 있어야 해요. 설치: {command}",
    ),
    "cards.suspended": ("{card} is suspended; {key} releases it.", "{card} 카드를 정지했어요. {key} 키로 다시 풀어요."),
    "cards.rated": (
        "{card} is reviewed ({state}). {key} takes the review back.",
        "{card} 카드를 복습했어요({state}). {key} 키로 되돌려요.",
    ),
    "key.cards.study": ("Study this card", "이 카드 공부하기"),
    "key.cards.suspend": ("Suspend or release", "정지하거나 풀기"),
    "key.cards.undo": ("Undo last review", "마지막 복습 되돌리기"),
    "key.cards.find": ("Find", "찾기"),
    "key.cards.down": ("Down", "아래로"),
    "key.cards.up": ("Up", "위로"),
    "key.cards.page_down": ("Page down", "한 쪽 아래"),
    "key.cards.page_up": ("Page up", "한 쪽 위"),
    "key.cards.first": ("First", "처음"),
    "key.cards.last": ("Last", "끝"),
    "key.find.left": ("Left", "왼쪽"),
    "key.find.right": ("Right", "오른쪽"),
    "key.find.start": ("Start of words", "글 처음"),
    "key.find.end": ("End of words", "글 끝"),
    "key.find.delete_left": ("Delete left", "왼쪽 지우기"),
    "key.find.delete_right": ("Delete right", "오른쪽 지우기"),
    "key.find.delete_word": ("Delete word", "단어 지우기"),
    "key.find.clear": ("Clear", "모두 지우기"),
}
