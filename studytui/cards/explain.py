"""Pydantic's errors in an author's words, at their places in the YAML.

Pydantic says where by a path of keys (with its union tags among them) and what in a programmer's words; here the path
is walked through the nodes, and each kind of error has a sentence that names the key and, where it can be told, the
mend.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from studytui.cards.models import BY_LANGUAGE, CARD_MODELS, PLAIN, Deck, Model, Option, Point, Slip, Tolerance
from studytui.cards.problems import nearest, printable
from studytui.cards.yaml_nodes import Node, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic_core import ErrorDetails

    from studytui.cards.problems import Problem, Source
    from studytui.cards.yaml_nodes import Place

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

_SHAPES = {
    "dims": "Write ranges of sizes, as `N: 1..4`.",
    "inputs": "Write what each parameter is given, as `x: float64[N, C]`.",
    "cases": "Write each case as `- {x: 'arange(6.)', dim: 0}`.",
    "symbols": "Write each symbol's domain, as `w: real`.",
    "given": "Write formulas by name, as `z: w*x + b`.",
    "points": "Write each point as `- says: …`.",
    "options": "Write each option as `- text: …`, and `right: true` below the right ones.",
    "slips": "Write each slip as `- says: …` with `code: |` below.",
    "tolerance": "Write it as `{rtol: 1e-5, atol: 1e-6}`.",
    "cards": "Write each card as `- id: …` with its other keys below.",
}


class _Fault(NamedTuple):
    """One of pydantic's errors, found in the YAML.

    Attributes:
        steps: the path without pydantic's tags.
        node: the node at the path, or the deepest one above it where the path leads nowhere (a missing key).
        key: where the last key of the path stands, if it does.
        context: what pydantic adds, as limits and allowed values.
        input: the value at fault.
    """

    steps: tuple[str | int, ...]
    node: Node
    key: Place | None
    context: Mapping[str, Any]
    value: Any

    @property
    def last(self) -> str:
        """The nearest key above the value."""
        return next((step for step in reversed(self.steps) if isinstance(step, str)), "deck")

    @property
    def label(self) -> str:
        """The value's name in a sentence."""
        return label(self.steps)


_Words = tuple[str, str]


def explain(errors: Iterable[ErrorDetails], root: Node, source: Source) -> list[Problem]:
    """One problem an error, in the order they stand in the file.

    A missing key is not told of where the unknown key that must be its misspelling is.
    """
    problems: list[Problem] = []
    misspelt: set[tuple[tuple[str | int, ...], str]] = set()
    missing: list[tuple[tuple[str | int, ...], Problem]] = []
    for error in errors:
        fault, is_key = _find(error, root)
        kind = error["type"]
        if kind == "extra_forbidden":
            problem, meant = _unknown_key(fault, root, source)
            misspelt.add((fault.steps[:-1], meant))
            problems.append(problem)
        elif kind == "missing":
            missing.append((fault.steps, source.problem(fault.node.place, *_missing(fault, root))))
        elif is_key:
            problems.append(source.problem(fault.key or fault.node.place, *_bad_key(kind, fault)))
        else:
            message, hint = _EXPLAINED.get(kind, _as_pydantic_says(error["msg"]))(fault)
            problems.append(source.problem(fault.node.place, message, hint))
    problems += [problem for steps, problem in missing if (steps[:-1], str(steps[-1])) not in misspelt]
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def label(steps: tuple[str | int, ...]) -> str:
    """How a sentence names the value at a path: `depth`, `prompt.ko`, item 2 of `topics`, the card, the deck."""
    if not steps:
        return "the deck"
    *above, last = steps
    parent = next((step for step in reversed(above) if isinstance(step, str)), "")
    if isinstance(last, int):
        return f"item {last + 1} of `{printable(parent, 60)}`"
    direct = above[-1] if above else ""
    return f"`{printable(f'{direct}.{last}' if isinstance(direct, str) and direct else last, 60)}`"


def _find(error: ErrorDetails, root: Node) -> tuple[_Fault, bool]:
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
    return _Fault(tuple(steps), node, key, error.get("ctx", {}), error["input"]), is_key


def _model(steps: tuple[str | int, ...], root: Node) -> type[Model] | None:
    """The model whose keys stand at a path."""
    if not steps:
        return Deck
    for step in reversed(steps):
        if isinstance(step, str):
            if step in _PARTS:
                return _PARTS[step]
            break
    if len(steps) == 2 and steps[0] == "cards":
        card = root.child("cards")
        kind = card.child(steps[1]).child("kind") if card and card.child(steps[1]) else None  # type: ignore[union-attr]
        return CARD_MODELS.get(str(kind.value)) if kind else None
    return None


def _noun(steps: tuple[str | int, ...], root: Node) -> str:
    """What a mapping is: the deck, a recall card, a point."""
    model = _model(steps, root)
    for kind, card_model in CARD_MODELS.items():
        if model is card_model:
            return f"this {kind} card"
    return "the deck" if model is Deck else f"this {model.__name__.lower()}" if model else "this mapping"


def _unknown_key(fault: _Fault, root: Node, source: Source) -> tuple[Problem, str]:
    *above, last = fault.steps
    word = str(last)
    model = _model(tuple(above), root)
    known = list(model.model_fields) if model else []
    meant = nearest(word, known) or (_OTHER_WORDS.get(word.lower(), "") if known else "")
    meant = meant if meant in known else ""
    others = [kind for kind, other in CARD_MODELS.items() if word in other.model_fields]
    message = f"`{printable(word, 60)}` is no key of {_noun(tuple(above), root).removeprefix('this ')}"
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


def _missing(fault: _Fault, root: Node) -> _Words:
    *above, last = fault.steps
    model = _model(tuple(above), root)
    description = model.model_fields[str(last)].description if model else ""
    return f"{_noun(tuple(above), root)} has no `{last}`", f"`{last}`: {description}." if description else ""


def _bad_key(kind: str, fault: _Fault) -> _Words:
    word = printable(str(fault.steps[-1]), 60)
    if kind == "literal_error":
        known = _allowed(fault)
        return f"`{word}` is no language of a deck; it must be one of {', '.join(known)}", _meant(word, known)
    if kind == "string_too_short":
        return "a name is empty", "Write the name before the `:`."
    return f"the name `{printable(word, 20)}` is too long", "Names have 64 characters at most."


def _as_pydantic_says(message: str) -> Callable[[_Fault], _Words]:
    return lambda fault: (f"{fault.label}: {message[:1].lower()}{message[1:]}", "")


def _allowed(fault: _Fault) -> list[str]:
    return re.findall(r"'([^']*)'", str(fault.context.get("expected") or fault.context.get("expected_tags") or ""))


def _meant(word: str, known: list[str]) -> str:
    near = nearest(word, known, 0.5)
    return f"Did you mean `{near}`?" if near else ""


def _shown(node: Node) -> str:
    """A value as an author wrote it, cut."""
    return f"'{printable(node.text, 40)}'" if isinstance(node.value, str) else type_name(node.value)


def _not_text(fault: _Fault) -> _Words:
    node = fault.node
    if node.value is None:
        how = "" if node.text == "" else f" (`{printable(node.text)}` means nothing in YAML)"
        return f"{fault.label} is empty{how}", "Write a text, or delete the key." if not how else "Put it in quotes."
    if isinstance(node.value, bool | int | float):
        written = printable(node.text, 40)
        if fault.last in ("dims", "inputs") or (len(fault.steps) > 1 and fault.steps[-2] in ("dims", "inputs")):
            return f"{fault.label} is {type_name(node.value)}, not a text", f"Write a range, as `{written}..{written}`."
        return (
            f"{fault.label} is read as {type_name(node.value)}",
            f'If the text is meant, put it in quotes: "{written}".',
        )
    if node.style:
        bracket = "{" if isinstance(node.value, dict) else "["
        return (
            f"{fault.label} must be a text; a value that starts with `{bracket}` is read as {type_name(node.value)}",
            "Put the text in quotes, or write it below the key after `|`.",
        )
    return f"{fault.label} must be a text and is {type_name(node.value)}", "Write one text, in quotes or after `|`."


def _empty_text(fault: _Fault) -> _Words:
    return f"{fault.label} is empty", "Write a text, or delete the key."


def _long_text(fault: _Fault) -> _Words:
    limit = fault.context.get("max_length", 0)
    return f"{fault.label} has {len(str(fault.value)):,} characters; {limit:,} are allowed", "Shorten it."


def _bad_slug(fault: _Fault) -> _Words:
    slug = re.sub(r"[-_]*[^A-Za-z0-9_-]+[-_]*", "-", str(fault.value)).strip("-_")
    hint = f"Did you mean `{slug[:64]}`?" if slug else "As in `clamp-what`."
    return (
        f"{fault.label} is {_shown(fault.node)}; it may hold letters a-z, digits, and single `-` or `_` between",
        hint,
    )


def _not_allowed(fault: _Fault) -> _Words:
    known = _allowed(fault)
    said = fault.node.text if isinstance(fault.value, str) else ""
    what = "empty" if fault.value is None else _shown(fault.node)
    return f"{fault.label} is {what}; it must be one of {', '.join(known)}", _meant(said, known)


def _unknown_kind(fault: _Fault) -> _Words:
    kind = fault.node
    known = list(CARD_MODELS)
    what = "empty" if kind.value is None else _shown(kind)
    return f"`kind` is {what}; it must be one of {', '.join(known)}", _meant(kind.text, known)


def _no_kind(fault: _Fault) -> _Words:
    kinds = ", ".join(CARD_MODELS)
    if "kind" in fault.node.keys:
        return "`kind` is empty", f"Write one of {kinds}."
    return "this card has no `kind`", f"Write one of {kinds}."


def _not_list(fault: _Fault) -> _Words:
    hint = _SHAPES.get(fault.last, "Write one item a line, each after `- `; or all as [a, b].")
    if fault.node.value is None:
        return f"{fault.label} is empty", hint if fault.last == "cards" else f"{hint} Or delete the key."
    if fault.last == "hints" and isinstance(fault.value, dict):
        hint = "Write one hint after the other, each in its languages: `- {en: …, ko: …}`."
    return f"{fault.label} must be a list and is {type_name(fault.value)}", hint


def _not_mapping(fault: _Fault) -> _Words:
    hint = _SHAPES.get(fault.last, "Write `key: value`.")
    if fault.node.value is None:
        return f"{fault.label} is empty", hint
    return f"{fault.label} must hold `key: value` and is {type_name(fault.value)}", hint


def _not_flag(fault: _Fault) -> _Words:
    said = str(fault.value).lower()
    meant = "true" if said in ("yes", "on", "y", "1", "t") else "false" if said in ("no", "off", "n", "0", "f") else ""
    meant = meant or (said if said in ("true", "false") else "")
    return (
        f"{fault.label} is {_shown(fault.node)}; it must be true or false",
        f"Did you mean `{meant}`?" if meant else "",
    )


def _not_number(fault: _Fault) -> _Words:
    return f"{fault.label} is {_shown(fault.node)}; it must be a number", "Write it without quotes, as 0.001 or 1e-3."


def _out_of_range(fault: _Fault) -> _Words:
    names = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    limits = [f"{names[key]} {value:g}" for key, value in fault.context.items() if key in names]
    return f"{fault.label} is {printable(fault.node.text, 24)}; it must be {' and '.join(limits)}", ""


def _too_few(fault: _Fault) -> _Words:
    least = fault.context.get("min_length", 1)
    many = fault.context.get("actual_length", 0)
    found = f"has {many} item{'s' if many != 1 else ''}; it needs at least {least}" if many else "is empty"
    return f"{fault.label} {found}", _SHAPES.get(fault.last, "")


def _too_many(fault: _Fault) -> _Words:
    most = fault.context.get("max_length", 0)
    return f"{fault.label} has more than the {most:,} items it may have", "Split it."


_EXPLAINED: dict[str, Callable[[_Fault], _Words]] = {
    "string_type": _not_text,
    "string_too_short": _empty_text,
    "string_too_long": _long_text,
    "string_pattern_mismatch": _bad_slug,
    "literal_error": _not_allowed,
    "union_tag_not_found": _no_kind,
    "tuple_type": _not_list,
    "dict_type": _not_mapping,
    "model_type": _not_mapping,
    "model_attributes_type": _not_mapping,
    "bool_type": _not_flag,
    "float_type": _not_number,
    "finite_number": _not_number,
    "greater_than": _out_of_range,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "too_short": _too_few,
    "too_long": _too_many,
}
