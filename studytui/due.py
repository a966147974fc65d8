"""`studytui due`: what is left today, deck by deck."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from studytui.overview import glance_overview

if TYPE_CHECKING:
    from pathlib import Path

    from studytui.cards.library import Library
    from studytui.overview import Overview
    from studytui.settings import Settings


def due_now(library: Library, database: Path, settings: Settings) -> Overview:
    """How things stand at this moment."""
    return glance_overview(library, database, settings, datetime.now(UTC))


def as_json(standing: Overview) -> dict[str, Any]:
    """The overview as JSON values; times in UTC."""
    return {
        "schema": 1,
        "counts": asdict(standing.counts),
        "reviewed_today": standing.reviewed_today,
        "streak_days": standing.streak_days,
        "next_due": None if standing.next_due is None else standing.next_due.isoformat(),
        "decks": [asdict(deck) for deck in standing.decks],
    }


def render_due(standing: Overview) -> str:
    """The overview as a table."""
    width = max([len("deck"), *(len(deck.id) for deck in standing.decks)])
    lines = [f"{'deck':<{width}}   new  learning   due  cards"]
    lines += [
        f"{deck.id:<{width}}  {deck.new:>4}  {deck.learning:>8}  {deck.due:>4}  {deck.total:>5}"
        for deck in standing.decks
    ]
    counts = standing.counts
    lines += [
        "",
        f"Today: {counts.new} new, {counts.learning} learning, {counts.due} due; {standing.reviewed_today} reviewed.",
    ]
    if standing.next_due is not None and not (counts.new or counts.learning or counts.due):
        lines.append(f"Next: {standing.next_due.astimezone():%Y-%m-%d %H:%M}")
    return "\n".join(lines)
