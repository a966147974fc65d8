"""Pydantic's errors in an author's words, at their places in the YAML.

Pydantic says where by a path of keys (with its union tags among them) and what in a programmer's words; here the path
is walked through the nodes; the sentences are in `wording`, but for unknown and missing keys, which need the models.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from studytui.cards.models import BY_LANGUAGE, CARD_MODELS, PLAIN, Deck, Model, Option, Point, Slip, Tolerance
from studytui.cards.problems import nearest, printable
from studytui.cards.wording import Fault, bad_key, bad_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

    from studytui.cards.problems import Problem, Source
    from studytui.cards.wording import Steps, Words
    from studytui.cards.yaml_nodes import Node

_PARTS: dict[str, type[Model]] = {"points": Point, "options": Option, "slips": Slip, "tolerance": Tolerance}

_OTHER_WORDS = {
    "question": "prompt",
    "front": "prompt",
    "back": "answer",
    "name": "id",
    "type": "kind",
    "tags": "topics",
    "tag": "topics",
    "choices": "options",
    "correct": "right",
    "signature": "function",
    "prerequisites": "after",
    "text": "says",
}
"""What authors who know other formats write, and what it is called here."""


def explain(errors: Iterable[ErrorDetails], root: Node, source: Source) -> list[Problem]:
    """One problem an error, in the order they stand in the file.

    What only follows from another problem is left out: a missing key whose misspelling is there, the value of an
    unknown language, a list that is too short without its broken items.
    """
    told: list[tuple[Steps, Problem]] = []
    missing: list[tuple[Steps, Problem]] = []
    misspelt: set[Steps] = set()
    dropped: set[Steps] = set()
    for error in errors:
        fault, is_key = _find(error, root)
        kind = error["type"]
        if kind == "extra_forbidden":
            problem, meant = _unknown_key(fault, root, source)
            misspelt.add((*fault.steps[:-1], meant))
            told.append((fault.steps, problem))
        elif kind == "missing":
            missing.append((fault.steps, source.problem(fault.node.place, *_missing(fault, root))))
        elif is_key:
            dropped.add(fault.steps)
            place = fault.key or fault.node.place
            told.append(((*fault.steps, "[key]"), source.problem(place, *bad_key(kind, fault))))
        elif kind != "too_short" or len(fault.node.children) < fault.context.get("min_length", 1):
            node = (fault.node.child("kind") if kind == "union_tag_invalid" else None) or fault.node
            told.append((fault.steps, source.problem(node.place, *bad_value(kind, error["msg"], fault))))
    problems = [problem for steps, problem in told if steps not in dropped]
    problems += [problem for steps, problem in missing if steps not in misspelt]
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _find(error: ErrorDetails, root: Node) -> tuple[Fault, bool]:
    steps = list(error["loc"])
    if len(steps) > 2 and steps[0] == "cards" and isinstance(steps[1], int):
        del steps[2]  # the tag of the union of kinds
    steps = [step for step in steps if step not in (PLAIN, BY_LANGUAGE)]
    is_key = bool(steps) and steps[-1] == "[key]"
    if is_key:
        steps.pop()
    node, key = root, None
    for step in steps:
        child = node.child(step)
        if child is None:
            key = node.keys.get(str(step))
            break
        key = node.keys.get(str(step)) if isinstance(step, str) else None
        node = child
    model = _model(tuple(steps[:-1]), root)
    field = model.model_fields.get(str(steps[-1])) if model and steps else None
    optional = not field.is_required() if field else True
    return Fault(tuple(steps), node, key, error.get("ctx", {}), error["input"], optional), is_key


def _model(steps: Steps, root: Node) -> type[Model] | None:
    """The model whose keys stand at a path."""
    if not steps:
        return Deck
    for step in reversed(steps):
        if isinstance(step, str):
            if step in _PARTS:
                return _PARTS[step]
            break
    if len(steps) == 2 and steps[0] == "cards":
        cards = root.child("cards")
        card = cards.child(steps[1]) if cards else None
        kind = card.child("kind") if card else None
        return CARD_MODELS.get(str(kind.value)) if kind else None
    return None


def _noun(steps: Steps, root: Node) -> str:
    """What a mapping is: the deck, recall card, point."""
    model = _model(steps, root)
    kind = next((kind for kind, card_model in CARD_MODELS.items() if model is card_model), "")
    return f"{kind} card" if kind else model.__name__.lower() if model else "mapping"


def _of_a(noun: str) -> str:
    return "of the deck" if noun == "deck" else f"of {'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _unknown_key(fault: Fault, root: Node, source: Source) -> tuple[Problem, str]:
    *above, last = fault.steps
    word = str(last)
    model = _model(tuple(above), root)
    known = list(model.model_fields) if model else []
    meant = nearest(word, known) or (_OTHER_WORDS.get(word.lower(), "") if known else "")
    meant = meant if meant in known else ""
    others = [kind for kind, other in CARD_MODELS.items() if word in other.model_fields]
    message = f"`{printable(word, 60)}` is no key {_of_a(_noun(tuple(above), root))}"
    if word == "<<":
        hint = "Merge keys are not part of decks; write the keys out."
    elif len(above) == 2 and others and not (meant and nearest(word, known, 0.85)):
        hint = f"It belongs to {' and '.join(others)} cards."
        meant = ""
    elif meant:
        hint = f"Did you mean `{meant}`?"
    elif fault.node.style == "{" or re.search(r"[()\[\]]", word):
        hint = f"Inside {{ }} a comma ends a value: put texts in quotes. Known keys: {', '.join(known)}."
    else:
        hint = f"Known keys: {', '.join(known)}."
    return source.problem(fault.key or fault.node.place, message, hint), meant


def _missing(fault: Fault, root: Node) -> Words:
    *above, last = fault.steps
    model = _model(tuple(above), root)
    field = model.model_fields.get(str(last)) if model else None
    description = field.description if field else ""
    noun = _noun(tuple(above), root)
    whose = "the deck" if noun == "deck" else f"this {noun}"
    return f"{whose} has no `{last}`", f"`{last}`: {description}." if description else ""
