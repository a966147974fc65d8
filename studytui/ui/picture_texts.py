"""What pictures say, in English and Korean: a part of the table in `texts`."""

from __future__ import annotations

from typing import Final

PICTURES: Final[dict[str, tuple[str, str]]] = {
    "picture.lines": ("Line by line", "한 줄씩 보기"),
    "picture.where": ("Which cell goes where", "어느 칸이 어디로 가는지"),
    "picture.keys": ("{keys} another cell", "{keys} 다른 칸"),
    "picture.of": ("{key} another picture ({n} of {total})", "{key} 다른 그림 ({n}/{total})"),
    "picture.step": ("{n} of {total}", "{total}개 중 {n}번째"),
    "picture.nowhere": ("comes from no input cell", "입력의 어느 칸에서도 오지 않아요"),
    "picture.chosen": ("the value of {cell}", "그중 {cell}의 값"),
    "picture.numbered": (
        "Cells are numbered: their values would not tell them apart.",
        "값만으로는 구별되지 않아 칸에 번호를 매겼어요.",
    ),
    "picture.at_these_values": (
        "True for these values; with others, other cells may be chosen.",
        "이 값일 때 그래요. 값이 달라지면 다른 칸이 선택될 수 있어요.",
    ),
    "picture.empty": ("The result has no cells.", "결과에 칸이 없어요."),
    "key.picture.next": ("Next cell", "다음 칸"),
    "key.picture.previous": ("Previous cell", "이전 칸"),
    "key.picture.down": ("Cell below", "아래 칸"),
    "key.picture.up": ("Cell above", "위 칸"),
    "key.picture.first": ("First cell", "첫 칸"),
    "key.picture.last": ("Last cell", "마지막 칸"),
    "key.picture.next_picture": ("Next picture", "다음 그림"),
    "key.picture.previous_picture": ("Previous picture", "이전 그림"),
    "picture.unknown": ("Where its cells come from cannot be traced.", "칸이 어디에서 왔는지는 추적할 수 없어요."),
}
