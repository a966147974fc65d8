"""A derivation, judged in a child: the deck's truth runs here, the learner's formulas are only ever evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.errors import DeckError
from studytui.grader.formula.derive import check_derivation

if TYPE_CHECKING:
    from studytui.grader.wire import Channel, Header


def serve(channel: Channel, job: Header, device: str) -> None:  # noqa: ARG001 - formulas are evaluated on the CPU
    """Judge one derivation and send the result."""
    try:
        result = check_derivation(job["card"], job["answer"], seed=int(job["seed"]))
    except DeckError as error:
        channel.send({"event": "fault", "message": error.message})
        return
    channel.send({"event": "derivation", "result": result.as_json()})
