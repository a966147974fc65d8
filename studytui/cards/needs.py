"""What grading a card needs beside what is always installed, known without the card's texts and without importing it.

A card whose need is missing stays what it is: it can be read and begun, and its history is kept. It is not asked.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studytui.cards.models import Card

TRITON = "triton"
NAMES = {TRITON: "Triton"}
"""How a need is called in sentences, by the name it is imported by; only these are ever looked for."""
INSTALL = {TRITON: "pip install 'studytui[triton]'"}


def need_of(card: Card) -> str | None:
    """The package without which a card cannot be graded; None where what is always installed will do."""
    return TRITON if card.kind == "implement" and card.by_hand == "triton" else None


def is_missing(need: str | None) -> bool:
    """Whether a card with this need cannot be graded here."""
    if need not in NAMES:
        return False
    found = importlib.util.find_spec(need)
    return found is None or found.origin is None  # a folder of that name, beside which the app was started
