"""The deck format as JSON Schema, for editors that complete and check YAML as it is typed."""

from __future__ import annotations

from typing import Any

from studytui.cards.models import Deck


def deck_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a deck's file.

    It says of a deck what the models say; that code parses, and that names fit together, only reading it tells.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Deck.model_json_schema(),
        "title": "A deck of studytui",
    }
