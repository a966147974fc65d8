"""Topics by depths: which cards teach what the topics file asks for, and what is missing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studytui.cards.text import in_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studytui.authoring.topics import Topic, Topics
    from studytui.cards.index import Entry
    from studytui.cards.models import Depth

DEPTHS: tuple[Depth, ...] = ("what", "how", "why")
KINDS = ("recall", "choice", "predict", "implement", "derive")


@dataclass(frozen=True, slots=True)
class Covered:
    """One topic and the cards that teach it, by depth, asked for or not."""

    topic: Topic
    section: str
    cards: dict[Depth, tuple[str, ...]]

    @property
    def missing(self) -> tuple[Depth, ...]:
        """Depths that are asked for and that no card has."""
        return tuple(depth for depth in self.topic.depth if not self.cards[depth])


@dataclass(frozen=True, slots=True)
class Unshown:
    """A claim that no card lets a learner disprove: it names none, or one that is not there."""

    topic: str
    wrong: str
    card: str | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cards teach of a topics file.

    Attributes:
        unknown: topics of cards that the file does not have, with how many cards are about each.
        counts: cards by deck, and of each by kind.
        depths: cards by depth; those without one under `none`.
    """

    covered: tuple[Covered, ...]
    claims: int
    unshown: tuple[Unshown, ...]
    unknown: dict[str, int]
    counts: dict[str, Counter[str]]
    depths: Counter[str]

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.unshown and not any(one.missing for one in self.covered)


def coverage(topics: Topics, entries: Sequence[Entry]) -> Coverage:
    """What the cards teach of the topics; how a thing is written is taught only by a card that has it written."""
    cards: dict[tuple[str, str], list[str]] = {}
    unknown: Counter[str] = Counter()
    counts: dict[str, Counter[str]] = {}
    for entry in entries:
        counts.setdefault(entry.deck, Counter())[entry.kind] += 1
        for topic in entry.topics:
            unknown[topic] += topic not in topics.names
            if entry.depth and (entry.depth != "how" or entry.kind == "implement"):
                cards.setdefault((topic, entry.depth), []).append(entry.id)
    covered = tuple(
        Covered(topic, section.section, {depth: tuple(cards.get((topic.id, depth), ())) for depth in DEPTHS})
        for section in topics.sections
        for topic in section.topics
    )
    known = {entry.id for entry in entries}
    claims = [(one.topic.id, claim) for one in covered for claim in one.topic.claims]
    return Coverage(
        covered,
        len(claims),
        tuple(
            Unshown(topic, in_language(claim.wrong, "en"), claim.card)
            for topic, claim in claims
            if claim.card not in known
        ),
        {topic: number for topic, number in sorted(unknown.items()) if number},
        counts,
        Counter(entry.depth or "none" for entry in entries),
    )


def render(found: Coverage) -> str:
    """A table a section, cards by deck and kind, and what is missing."""
    width = max(len(one.topic.id) for one in found.covered) + 2
    lines: list[str] = []
    section = ""
    for one in found.covered:
        if one.section != section:
            section = one.section
            lines += ["", f"{section:<{width}}" + "".join(f"{depth:>9}" for depth in DEPTHS)]
        lines.append(f"{one.topic.id:<{width}}" + "".join(f"{_cell(one, depth):>9}" for depth in DEPTHS))
    total: Counter[str] = sum(found.counts.values(), Counter())
    name = max(len(deck) for deck in [*found.counts, "total"]) + 2
    lines += ["", f"{'deck':<{name}}" + "".join(f"{kind:>11}" for kind in (*KINDS, "cards"))]
    for deck, counts in [*found.counts.items(), ("total", total)]:
        numbers = [*(counts[kind] for kind in KINDS), counts.total()]
        lines.append(f"{deck:<{name}}" + "".join(f"{number:>11}" for number in numbers))
    lines += ["", "depth: " + ", ".join(f"{depth} {number}" for depth, number in sorted(found.depths.items()))]
    if found.unknown:
        lines.append("not in the topics file: " + ", ".join(found.unknown))
    return "\n".join([*lines[1:], "", *_missing(found)])


def _cell(one: Covered, depth: Depth) -> str:
    number = len(one.cards[depth])
    return str(number) if number else "missing" if depth in one.topic.depth else "-"


def _missing(found: Coverage) -> list[str]:
    gaps = [f"{one.topic.id} ({', '.join(one.missing)})" for one in found.covered if one.missing]
    lines = [f"missing: {gap}" for gap in gaps]
    for claim in found.unshown:
        which = f"`{claim.card}` is not there" if claim.card else "no card is named"
        lines.append(f"claim of {claim.topic}: {which}: {claim.wrong}")
    if found.complete:
        return [f"Nothing is missing: {len(found.covered)} topics, {found.claims} claims."]
    depths = sum(len(one.missing) for one in found.covered)
    return [
        *lines,
        f"{depths} depths of {len(gaps)} topics and {len(found.unshown)} of {found.claims} claims are missing.",
    ]


def as_json(found: Coverage) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "schema": 1,
        "complete": found.complete,
        "topics": [
            {
                "id": one.topic.id,
                "section": one.section,
                "depth": list(one.topic.depth),
                "missing": list(one.missing),
                "cards": {depth: list(cards) for depth, cards in one.cards.items()},
            }
            for one in found.covered
        ],
        "claims": {
            "total": found.claims,
            "missing": [{"topic": one.topic, "wrong": one.wrong, "card": one.card} for one in found.unshown],
        },
        "unknown": found.unknown,
        "decks": {deck: {**counts, "cards": counts.total()} for deck, counts in found.counts.items()},
        "depths": dict(found.depths),
    }
