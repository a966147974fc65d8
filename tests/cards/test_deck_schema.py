from __future__ import annotations

import json
from typing import Any

from studytui.cards.models import CARD_MODELS, Deck
from studytui.cards.schema import deck_schema


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """A part of the schema with a reference followed."""
    found: dict[str, Any] = schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    return found


def test_the_schema_is_json_and_says_which_dialect_it_is() -> None:
    schema = json.loads(json.dumps(deck_schema()))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["deck", "title", "cards"]
    assert schema["additionalProperties"] is False


def test_the_schema_knows_every_kind_and_describes_every_key() -> None:
    schema = deck_schema()
    cards = schema["properties"]["cards"]["items"]["oneOf"]
    kinds = {resolved(schema, card)["properties"]["kind"]["const"] for card in cards}

    assert kinds == set(CARD_MODELS)
    for model in (schema, *schema["$defs"].values()):
        for name, part in model["properties"].items():
            assert part.get("description"), name


def test_a_text_may_be_one_string_or_one_a_language() -> None:
    plain, by_language = deck_schema()["properties"]["title"]["oneOf"]

    assert plain["type"] == "string"
    assert by_language["propertyNames"] == {"enum": ["en", "ko"]}


def test_the_schema_has_the_keys_of_the_models() -> None:
    assert set(deck_schema()["properties"]) == set(Deck.model_fields)
