"""Cards and verdicts as plain text for a terminal or a file: the app's own layout, without the app."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from studytui.cards.needs import INSTALL, NAMES
from studytui.prose import reflowed, wrapped
from studytui.ui.cells import cell_width
from studytui.ui.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from studytui.grader.verdict import Verdict

_GREEN, _RED, _RESET = "\x1b[1;32m", "\x1b[1;31m", "\x1b[0m"
WIDEST = 100
_SEED = {"en": "Same cases again: --seed {seed}", "ko": "같은 케이스로 다시: --seed {seed}"}


def render(card: str, verdict: Verdict, language: str, colours: bool) -> str:
    """One verdict: its card and outcome on the first line, then what the learner should see."""
    width = _width() - 2
    first, *laid_out = _laid_out(verdict, width, Texts(language)).split("\n")
    rest = [part for line in laid_out for part in (wrapped(line, width) if cell_width(line) > width else [line])]
    if verdict.counterexample:
        rest += ["", _SEED.get(language, _SEED["en"]).format(seed=verdict.seed)]
    headline = f"{card}  {first.strip()}"
    if colours:
        headline = f"{_GREEN if verdict.passed else _RED}{headline}{_RESET}"
    return "\n".join([headline, *(f"  {line}".rstrip() for line in rest)]) + "\n"


def _width() -> int:
    return min(shutil.get_terminal_size().columns, WIDEST)


def _laid_out(verdict: Verdict, width: int, texts: Texts) -> str:
    if verdict.passed and verdict.total and not verdict.printed:
        # All there is to say is words. The app's layout would take 0.1 s to import, half of a warm command's time.
        facts = texts("verdict.cases.passed", n=verdict.run, seconds=f"{verdict.seconds:.2f}")
        return f"✓ {texts('verdict.passed')}   {facts}\n\n{verdict.message}"
    from studytui.ui.widgets.verdict_view import verdict_content

    return verdict_content(verdict, width, texts, steps=True).plain


def render_card(card: Mapping[str, Any]) -> str:
    """A card as `studytui show` prints it."""
    facts = [card["kind"], card["depth"], *card["topics"]]
    lines = [f"{card['card']}  ({', '.join(fact for fact in facts if fact)})", "", reflowed(card["prompt"], _width())]
    if card["signature"]:
        lines += ["", f"    {card['signature']}"]
    if card.get("gradable") is False:
        need = card["needs"]
        lines += ["", f"An answer cannot be graded here: {NAMES[need]} is not installed ({INSTALL[need]})."]
    if card["code"]:
        lines += ["", *(f"    {line}" for line in card["code"].splitlines())]
    if card["options"]:
        lines += ["", *(f"{number}. {option}" for number, option in enumerate(card["options"], 1))]
    for name, value in ("symbols", card["symbols"]), ("given", card["given"]):
        if value:
            lines += ["", f"{name}: " + ", ".join(f"{key} = {text}" for key, text in value.items())]
    for lemma in card["lemmas"] or ():
        lines += ["", f"lemma: {lemma['formula']}", f"    {lemma['says']}"]
    if card["asks"]:
        lines += ["", f"asks: {card['asks']}"]
    if card["seed"] is not None:
        lines += ["", f"seed: {card['seed']}"]
    if card.get("solution"):
        lines += ["", "---", "", card["solution"].strip()]
    return "\n".join(lines)
