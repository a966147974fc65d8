"""What the models cannot say of a card: its code parses, its names fit together, its languages are complete.

Everything is checked on the card beside its YAML node, so that a problem can be placed in the file, and all problems of
a card come at once. Nothing is run: whether a reference is right is for the grader to find out.
"""

from __future__ import annotations

import re
import warnings
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from studytui.cards.card_check import LIBRARIES, CardCheck
from studytui.cards.implement_checks import check_implement
from studytui.cards.models import CardBase, ChoiceCard, DeriveCard, DrawnCard, ImplementCard, PredictCard
from studytui.cards.parameter_checks import check_parameters, codes_of
from studytui.cards.problems import did_you_mean, printable
from studytui.cards.python_code import MAX_CODE, returns

if TYPE_CHECKING:
    from collections.abc import Callable

    from studytui.cards.problems import Problem, Source
    from studytui.cards.yaml_nodes import Node

_DOMAINS = ("real", "positive", "int", "vector", "matrix", "onehot", "index")


def check_card(card: CardBase, node: Node, source: Source) -> list[Problem]:
    """Every problem of one card that fits its model."""
    check = CardCheck(node, source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of `\\d` in deck code on stderr; that is no problem of ours
        if isinstance(card, DrawnCard) and card.parameters:
            _drawn(card, check)
        for kind, run in _BY_KIND.items():
            if isinstance(card, kind):
                run(card, check)
    return check.problems


def check_code(node: Node, source: Source) -> list[Problem]:
    """Code that is no Python, in a card that does not fit its model for other reasons."""
    check = CardCheck(node, source)
    kind, asks = (check.at(key).text for key in ("kind", "asks"))
    keys = {"implement": ("reference", "starter", "solution"), "derive": ("truth",)}.get(kind, ())
    if kind == "predict" and asks != "error" and "parameters" not in node.keys:
        keys = ("code",)
    slips = len(check.at("slips").children) if kind == "implement" and "slips" in node.keys else 0
    paths: list[tuple[str | int, ...]] = [(key,) for key in keys]
    paths += [("slips", index, "code") for index in range(slips)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for steps in paths:
            code = check.at(*steps)
            if isinstance(code.value, str) and len(code.value) <= MAX_CODE:
                check.code(steps, code.value)
    return check.problems


def _drawn(card: DrawnCard, check: CardCheck) -> None:
    for found in check_parameters(card, LIBRARIES):
        if found.offset is not None:
            check.note_offset(found.steps, found.offset, found.message, found.hint)
        elif found.of_key:
            check.note_key(found.steps, found.message, found.hint, found.severity)
        else:
            check.note(found.steps, found.message, found.hint, found.severity)


def _choice(card: ChoiceCard, check: CardCheck) -> None:
    if not any(option.right for option in card.options):
        check.note(("options",), "no option is right", "Write `right: true` below each option that must be chosen.")


def _predict(card: PredictCard, check: CardCheck) -> None:
    if card.asks == "error":
        return  # code that is no Python is a fair question: it raises SyntaxError
    for code in codes_of(card):
        module = check.code(("code",), code)
        if module is None:
            return
        last = module.body[-1] if module.body else None
        if card.asks != "printed" and type(last).__name__ not in ("Expr", "Assign"):
            check.note(
                ("code",),
                f"the code ends in no expression, so there is no {card.asks} to foretell",
                "End it with the expression that is asked, or write `asks: printed`.",
            )
            return


def _derive(card: DeriveCard, check: CardCheck) -> None:
    for name, domain in card.symbols.items():
        if not name.isidentifier() or not name.isascii() or iskeyword(name):
            check.note_key(
                ("symbols", name),
                f"`{printable(name, 60)}` is no name for a symbol",
                "Symbols are ASCII names that Python allows: `eta` (learners may type `η`), `lam` for λ.",
            )
        head = re.match(r"[A-Za-z_]*", domain)
        word = head.group() if head else ""
        if word not in _DOMAINS and ".." not in domain:
            hint = did_you_mean(word, _DOMAINS) or "As in `real`, `0.01..0.5`, `vector[n]`, `matrix[n, m]`."
            check.note(("symbols", name), f"`{printable(domain, 60)}` is no domain of a symbol", hint)
    module = check.code(("truth",), card.truth)
    if module is not None and not returns(module):
        check.note(("truth",), "`truth` gives nothing back", "End it with `return …`.")


_BY_KIND: dict[type[CardBase], Callable[[Any, CardCheck], None]] = {
    ChoiceCard: _choice,
    PredictCard: _predict,
    DeriveCard: _derive,
    ImplementCard: check_implement,
}
