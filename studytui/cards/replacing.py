"""Code that is another piece of code but for a few places: how a slip is written without repeating the solution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def faults(code: str, replace: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every text to replace that does not stand in `code` exactly once, with what is wrong with it."""
    found = []
    for old in replace:
        times = code.count(old)
        if times != 1:
            found.append((old, "does not stand in the solution" if not times else f"stands {times} times in it"))
    return found


def replaced(code: str, replace: Mapping[str, str]) -> str:
    """`code` with every text replaced by its new one; a new text is not searched for the next old one.

    Raises:
        ValueError: a text does not stand in `code` exactly once, or two of them overlap.
    """
    if faults(code, replace):
        raise ValueError("each text must stand in the code exactly once")
    places = sorted((code.index(old), old) for old in replace)
    pieces, end = [], 0
    for start, old in places:
        if start < end:
            raise ValueError(f"`{old}` overlaps another text to replace")
        pieces += [code[end:start], replace[old]]
        end = start + len(old)
    return "".join((*pieces, code[end:]))


def fill_slips(card: Any) -> Any:
    """A card as read, with the `code` of every slip that says what to replace in the solution.

    What cannot be replaced is left as it is: `checks` tells the author.
    """
    if not isinstance(card, dict) or not isinstance(card.get("slips"), list | tuple):
        return card
    return {**card, "slips": [_filled(slip, card.get("solution")) for slip in card["slips"]]}


def _filled(slip: Any, solution: Any) -> Any:
    if not isinstance(slip, dict) or "code" in slip or not isinstance(solution, str):
        return slip
    replace = slip.get("replace")
    if not isinstance(replace, dict) or not all(isinstance(text, str) for text in (*replace, *replace.values())):
        return slip
    try:
        return {**slip, "code": replaced(solution, replace)}
    except ValueError:
        return slip
