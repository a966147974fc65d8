"""What a card has to show: the stub an implement card starts from, and the right answer of any kind."""

from __future__ import annotations

from textwrap import indent, wrap
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from studytui.cards.text import in_language

if TYPE_CHECKING:
    from studytui.cards.models import Card, ChoiceCard, ImplementCard, RecallCard

_WIDTH = 68
"""Characters of a docstring's line, so that with its indent it fits the editor of a small terminal."""
_WIDE = 40
"""The same where characters take two cells, as in Korean."""


def starter(card: ImplementCard, language: str) -> str:
    """What the editor holds at first: the deck's own starter, else the signature and what the prompt begins with."""
    if card.starter is not None:
        return card.starter if card.starter.endswith("\n") else f"{card.starter}\n"
    prompt = " ".join(in_language(card.prompt, language).strip().partition("\n\n")[0].split())
    prompt = prompt.replace('"""', "'''")
    width = _WIDE if any(east_asian_width(character) in "WF" for character in prompt) else _WIDTH
    lines = wrap(prompt, width, break_long_words=False, break_on_hyphens=False)
    raw = "r" if "\\" in prompt else ""
    text = "\n".join(lines)
    end = "\n" if len(lines) > 1 or text.endswith(('"', "\\")) else ""
    docstring = indent(f'{raw}"""{text}{end}"""', "    ", lambda line: bool(line.strip()))
    return f"import torch\n\n\ndef {card.function.strip()}:\n{docstring}\n    ...\n"


def right_answer(card: Card, language: str) -> str | None:
    """The answer as Markdown (code for implement cards), or None where only running the card tells (predict)."""
    if card.kind == "implement" or card.kind == "derive":
        return card.solution
    if card.kind == "recall":
        return _recalled(card, language)
    return _right_options(card, language) if card.kind == "choice" else None


def _recalled(card: RecallCard, language: str) -> str:
    points = [f"- {in_language(point.says, language)}" for point in card.points]
    return "\n".join([in_language(card.answer, language), "", *points])


def _right_options(card: ChoiceCard, language: str) -> str:
    parts = []
    for number, option in enumerate(card.options, start=1):
        if option.right:
            why = f"\n   {in_language(option.why, language)}" if option.why else ""
            parts.append(f"{number}. {in_language(option.text, language)}{why}")
    return "\n".join(parts)
