"""The keys of the study screen, and when each means something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from studytui.scheduling.types import Rating
from studytui.session import Phase
from studytui.ui.keys import binding

if TYPE_CHECKING:
    from textual.binding import BindingType

    from studytui.session import Session

RATE_KEYS: Final = {
    Rating.AGAIN: "study.rate_again",
    Rating.HARD: "study.rate_hard",
    Rating.GOOD: "study.rate_good",
    Rating.EASY: "study.rate_easy",
}

STUDY_BINDINGS: Final[list[BindingType]] = [
    binding("f5,ctrl+j", "grade", "study.grade"),
    *(binding(str(rating.value), f"rate({rating.value})", id_, show=False) for rating, id_ in RATE_KEYS.items()),
    binding("enter,space", "accept", "study.accept"),
    binding("r", "retry", "study.retry"),
    binding("e,i", "edit", "study.edit"),
    binding("f2,h", "hint", "study.hint"),
    binding("f3", "solution", "study.solution"),
    binding("f4,ctrl+e", "external_editor", "study.editor"),
    binding("u,ctrl+z", "undo", "study.undo"),
    binding("s", "skip", "study.skip"),
    binding("b", "bury", "study.bury"),
    binding("x", "suspend", "study.suspend"),
    binding("y", "copy_answer", "study.copy"),
    binding("ctrl+down,pagedown", "scroll_page(1)", "study.scroll_down", show=False),
    binding("ctrl+up,pageup", "scroll_page(-1)", "study.scroll_up", show=False),
    binding("escape,q,ctrl+q", "home", "study.home"),
]


def allows(action: str, session: Session, *, busy: bool) -> bool:
    """Whether `action` means something with the session as it is, and while the grader or the store is waited for."""
    card, graded = session.card, session.phase is Phase.GRADED
    if action not in _OF_THE_CARD:
        return True
    if busy or card is None:
        return not busy
    match action:
        case "rate" | "accept" | "retry":
            return graded
        case "hint":
            return session.hints_shown < len(card.hints)
        case "solution":
            return not (graded and (session.solution_shown or _is_told(session)))
        case "external_editor" | "copy_answer":
            return card.kind != "choice"
        case "skip":
            return not session.is_single  # there is nothing to come back to it from
        case "undo":  # in a session on one card, no other's review is meant
            return session.reviewed > 0 or not session.is_single
        case "grade":
            return not (graded and card.kind == "choice")
        case _:
            return True


def _is_told(session: Session) -> bool:
    """Whether the verdict itself tells the right answer: asking for it again would only cost the rating."""
    card, verdict = session.card, session.verdict
    if card is None or verdict is None:
        return False
    return card.kind in ("choice", "recall") or (card.kind == "predict" and bool(verdict.expected))


_OF_THE_CARD: Final = frozenset(
    "rate accept retry hint solution external_editor copy_answer grade edit undo skip bury suspend".split()
)
"""What would change the card while it is graded, rated or left."""
