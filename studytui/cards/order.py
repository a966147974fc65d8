"""The order in which new cards come: as written, but each after the cards it builds on."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def in_order(names: Sequence[str], after: Mapping[str, Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """`names` with prerequisites first, and the cycles that stood in the way.

    A name waits for its prerequisites and then comes as early as its written place allows; nothing else moves.
    Prerequisites that are not in `names` are ignored. A cycle (`[a, b]` where each comes after the other) is entered at
    its first name as written.
    """
    place = {name: index for index, name in enumerate(names)}
    waits = {name: {before for before in after.get(name, ()) if before in place} for name in names}
    unlocks: dict[str, list[str]] = {name: [] for name in names}
    for name, before in waits.items():
        for prerequisite in before:
            unlocks[prerequisite].append(name)
    ready = [place[name] for name in names if not waits[name]]
    heapq.heapify(ready)
    ordered: list[str] = []
    cycles: list[list[str]] = []
    left = dict.fromkeys(name for name in names if waits[name])
    while ready or left:
        if not ready:
            cycle = _cycle(left, waits)
            cycles.append(cycle)
            first = min(cycle, key=place.__getitem__)
            waits[first].difference_update(cycle)
            if not waits[first]:
                left.pop(first)
                heapq.heappush(ready, place[first])
            continue
        name = names[heapq.heappop(ready)]
        ordered.append(name)
        for unlocked in unlocks[name]:
            if unlocked in left:
                waits[unlocked].discard(name)
                if not waits[unlocked]:
                    left.pop(unlocked)
                    heapq.heappush(ready, place[unlocked])
    return ordered, cycles


def _cycle(left: Mapping[str, None], waits: Mapping[str, set[str]]) -> list[str]:
    """A cycle among names of which each waits for another that is left."""
    walked: dict[str, int] = {}
    name = next(iter(left))
    while name not in walked:
        walked[name] = len(walked)
        name = min(before for before in waits[name] if before in left)
    return list(walked)[walked[name] :]
