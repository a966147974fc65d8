"""Which numbers a card is shown with, and until when."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studytui.scheduling.types import Memory

SEED_BITS = 31
"""As many as `studytui grade --seed` takes."""


def seed_of(card_id: str, memory: Memory | None) -> int:
    """The seed of a card's next review.

    It follows from the last review: the same card stays on the screen until it is rated, through a restart, a day's
    pause or an undo, and another one comes after each review, without anything to be kept.
    """
    last = "" if memory is None else f"{memory.reps}\0{memory.last_review.isoformat()}"
    digest = hashlib.blake2b(f"{card_id}\0{last}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - SEED_BITS)
