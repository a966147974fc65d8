"""Spans of time, dates and untrusted text as the screens show them."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from studytui.ui.texts import Texts

_DAYS_PER_MONTH = 30.436875
"""The Gregorian mean: 365.2425 / 12."""


def span(texts: Texts, length: timedelta) -> str:
    """`length` in the largest unit that fits: "10 min", "3 days", "1.2 months"."""
    seconds = length.total_seconds()
    if seconds < 3570:  # what would round to 60 minutes is an hour
        return texts("time.minutes", n=max(1, round(seconds / 60)))
    if seconds < 84_600:
        return texts("time.hours", n=round(seconds / 3600))
    days = seconds / 86_400
    if round(days) < 31:
        return texts("time.days", n=round(days))
    if days < 365.2425:
        return texts("time.months", n=_short(days / _DAYS_PER_MONTH))
    return texts("time.years", n=_short(days / 365.2425))


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def spent(texts: Texts, seconds: float) -> str:
    """Time that went by, to the second: "4 min 12 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return texts("time.spent", minutes=minutes, seconds=rest) if minutes else texts("time.spent.short", seconds=rest)


def until(texts: Texts, when: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """How long it is until `when`, with the clock where it is within a day: "in 25 min (14:32)".

    `when` and `now` are aware; `zone` is the clock's, the system's where it is None.
    """
    left = when - now
    if left <= timedelta(0):
        return texts("time.now")
    if left < timedelta(days=1):
        return texts("time.at", span=span(texts, left), clock=f"{when.astimezone(zone):%H:%M}")
    return texts("time.in", span=span(texts, left))


def printable(text: str) -> str:
    """`text` with control characters shown as signs, so that no deck and no answer can drive the terminal.

    Newlines and tabs stay; so does everything that only looks like something.
    """
    if text.isprintable():
        return text
    return "".join(map(_sign, text))


def _sign(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in ("Cc", "Cs"):
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"


def hanging(content: Content, width: int, margin: int) -> Content:
    """`content` broken into lines of `width` cells, those after the first one `margin` cells further in."""
    return Content("\n" + " " * margin).join(content.wrap(width))
