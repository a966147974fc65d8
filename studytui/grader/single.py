"""One question to one child: a job in, a frame out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studytui.grader.cleaning import MAX_MESSAGE, plain, printable
from studytui.grader.exchange import ask
from studytui.grader.failures import failure
from studytui.grader.wire import FrameError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from studytui.cards.models import ImplementCard
    from studytui.cards.parameters import Value as ParameterValue
    from studytui.grader.process import Warm
    from studytui.grader.wire import Header

MEMORY = 512
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a forged frame may raise while it is read."""


def tried(
    warm: Warm, card: ImplementCard, job: Header, seconds: float, cancelled: Callable[[], bool] | None
) -> list[bool]:
    """Which of the answers in a job the card's cases catch; see `children.trials`.

    Raises:
        GraderError: the card cannot be graded, or an answer brought the process down.
        GradeCancelledError: the author cancelled.
    """
    caught = one_frame(warm, "trials", {**job, "card": card.model_dump(mode="json")}, seconds, cancelled, "tried")
    found = [bool(one) for one in caught.get("caught", ())]
    if len(found) != len(job["answers"]):
        raise failure("trials_unreadable")
    return found


def computed_texts(
    warm: Warm, values: Mapping[str, ParameterValue], expressions: Sequence[str], seconds: float
) -> list[str]:
    """What expressions of a card come to beside the drawn values, each as a text of one printable kind.

    Raises:
        GraderError: an expression raises, or takes too long.
    """
    job = {"card": {}, "values": repr(dict(values)), "expressions": list(expressions)}
    frame = plain(one_frame(warm, "expressions", job, seconds, None, "computed"))
    texts = [printable(str(text)) for text in frame.get("texts", ())]
    if len(texts) != len(expressions):
        raise failure("computed_unreadable")
    return texts


def one_frame(
    warm: Warm, role: str, job: Header, seconds: float, cancelled: Callable[[], bool] | None, event: str
) -> dict[str, Any]:
    """What a child of this role says to one job, where it is the event that is waited for.

    Raises:
        GraderError: the card's own code does not finish, breaks the protocol, or fails.
        GradeCancelledError: the learner cancelled.
    """
    child = warm.spawn(role, seconds=seconds, memory=MEMORY)
    try:
        frame = ask(child.connection, job, seconds, cancelled)
    except TimeoutError:
        raise failure("code_slow", seconds=seconds) from None
    except FrameError as error:
        raise failure("code_protocol", why=error) from None
    finally:
        warm.end(child, grace=False)
    if frame is None:
        raise failure("code_gone")
    if frame.get("event") != event:
        reason = printable(str(frame.get("message", ""))).strip().rpartition("\n")[2][:MAX_MESSAGE]
        raise failure("ungradable", why=reason or "no reason given")
    return frame
