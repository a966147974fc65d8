"""What the sandbox lacks on this system: the app says it once, `studytui doctor` always."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.errors import StudyError
from studytui.grader.children.sandbox import available

if TYPE_CHECKING:
    from studytui.store.store import Store

_TOLD = "sandbox.lacking.told"
_MESSAGES = {
    "en": ("The sandbox of this system has no {walls}.", "Grade only code you trust; `studytui doctor` says why."),
    "ko": (
        "이 시스템의 샌드박스에는 {walls}이(가) 없어요.",
        "믿을 수 있는 코드만 채점하세요. 이유는 `studytui doctor`가 알려줘요.",
    ),
}


def unsaid_lack(store: Store, language: str) -> StudyError | None:
    """What to tell the learner of walls this system lacks; None where there is nothing, or it was told before."""
    walls = ", ".join(wall for wall, reason in available().items() if reason)
    if not walls or store.get(_TOLD) == walls:
        return None
    store.set(_TOLD, walls)
    message, hint = _MESSAGES.get(language, _MESSAGES["en"])
    return StudyError(message.format(walls=walls), hint)
