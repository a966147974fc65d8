"""Choosing a wording: apart from the models, so that a front can do it without importing pydantic (0.1 s)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def in_language(text: str | Mapping[Any, str], language: str) -> str:
    """The wording of `text` in `language`, else in English, else in the language it has."""
    if isinstance(text, str):
        return text
    return text.get(language) or text.get("en") or next(iter(text.values()))
