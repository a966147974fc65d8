"""What a child finds around itself, for `studytui doctor`: the walls that went up and the devices torch sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from studytui.grader.children.sandbox import available

if TYPE_CHECKING:
    from studytui.grader.wire import Channel, Header


def serve(channel: Channel, job: Header, device: str) -> None:  # noqa: ARG001 - one signature for all roles
    """Send what is found."""
    channel.send(
        {
            "event": "probe",
            "walls": job["walls"],
            "lacking": {wall: reason for wall, reason in available().items() if reason},
            "devices": {
                "cpu": f"torch {torch.__version__}",
                "cuda": _cuda(),
                "mps": "available" if torch.backends.mps.is_available() else "",
            },
        }
    )


def _cuda() -> str:
    if not torch.cuda.is_available():
        return ""
    return ", ".join(torch.cuda.get_device_name(n) for n in range(torch.cuda.device_count()))
