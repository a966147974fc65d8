"""The result frame of an answer that gives torch's own result to the last bit, unchanged inputs included.

Most right answers do, and comparing a frame with this costs a tenth of reading it and comparing its tensors. A frame
that is another may be right all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from studytui.grader.children.codec import encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from studytui.grader.wire import Header


class Exact:
    """What the frame says.

    Args:
        output: torch's.
        lists: the lists of the call, bare of tensors, as they were before it.
        shares: whether each tensor of the output shares memory with an input; None where the card does not care.
        gradients: torch's, or None where none are asked for.
    """

    __slots__ = ("_blob", "_said")

    def __init__(
        self,
        output: Any,
        lists: Sequence[Any],
        shares: list[bool] | None,
        gradients: Sequence[torch.Tensor] | None,
    ) -> None:
        self._blob = bytearray()
        self._said: dict[str, Any] = {
            "event": "result",
            "after": None,
            "output": encode(_packed(output), self._blob),
            "lists": [encode(one, self._blob) for one in lists],
        }
        if shares is not None:
            self._said["shares"] = shares
        if gradients is not None:
            self._said["gradients"] = [encode(_packed(one), self._blob) for one in gradients]

    def is_said_by(self, header: Header, blob: bytes) -> bool:
        """Whether a result says just this."""
        return blob == self._blob and _says(header, self._said)


def _says(header: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    return all(key in header and header[key] == value for key, value in said.items())


def _packed(value: Any) -> Any:
    """The value, each tensor in memory that it fills: an answer's loops fill such a one."""
    if isinstance(value, torch.Tensor):
        plain = value.detach().contiguous()
        return plain if plain.untyped_storage().nbytes() == plain.nbytes else plain.clone()
    if isinstance(value, tuple):  # a named one, too, crosses as a plain one
        return tuple(map(_packed, value))
    return list(map(_packed, value)) if isinstance(value, list) else value
