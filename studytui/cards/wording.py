"""The sentences an author reads where a value or a key does not fit the models.

One function a kind of pydantic's errors; each gives a message that names the key and a hint that mends it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from studytui.cards.models import CARD_MODELS
from studytui.cards.problems import nearest, printable
from studytui.cards.yaml_nodes import Node, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from studytui.cards.yaml_nodes import Place

Steps: TypeAlias = tuple[str | int, ...]
Words: TypeAlias = tuple[str, str]

_SHAPES = {
    "dims": "Write ranges of sizes, as `N: 1..4`.",
    "inputs": "Write what each parameter is given, as `x: float64[N, C]`.",
    "cases": "Write each case as `- {x: 'arange(6.)', dim: 0}`.",
    "symbols": "Write each symbol's domain, as `w: real`.",
    "given": "Write formulas by name, as `z: w*x + b`.",
    "points": "Write each point as `- says: …`.",
    "options": "Write each option as `- text: …`, and `right: true` below the right ones.",
    "slips": "Write each slip as `- says: …` with `code: |` or `replace: {…}` below.",
    "replace": "Write what is other in the solution, as `{'n - 1': 'n'}`.",
    "tolerance": "Write it as `{rtol: 1e-5, atol: 1e-6}`.",
    "cards": "Write each card as `- id: …` with its other keys below.",
}


class Fault(NamedTuple):
    """One of pydantic's errors, found in the YAML.

    Attributes:
        steps: the path without pydantic's tags.
        node: the node at the path, or the deepest one above it where the path leads nowhere (a missing key).
        key: where the last key of the path stands, if it does.
        context: what pydantic adds, as limits and allowed values.
        value: what is at fault.
        optional: whether the last key of the path may be left out.
    """

    steps: Steps
    node: Node
    key: Place | None
    context: Mapping[str, Any]
    value: Any
    optional: bool

    @property
    def last(self) -> str:
        """The nearest key above the value."""
        return next((step for step in reversed(self.steps) if isinstance(step, str)), "deck")

    @property
    def label(self) -> str:
        """The value's name in a sentence."""
        return label(self.steps)


def label(steps: Steps) -> str:
    """How a sentence names the value at a path: `depth`, `prompt.ko`, item 2 of `topics`, the card, the deck."""
    if not steps:
        return "the deck"
    *above, last = steps
    parent = next((step for step in reversed(above) if isinstance(step, str)), "")
    if isinstance(last, int):
        return f"item {last + 1} of `{printable(parent, 60)}`"
    direct = above[-1] if above else ""
    return f"`{printable(f'{direct}.{last}' if isinstance(direct, str) and direct else last, 60)}`"


def bad_value(kind: str, message: str, fault: Fault) -> Words:
    """Message and hint of an error of pydantic's in a value; pydantic's own message for a kind that is not known."""
    words = _EXPLAINED.get(kind)
    return words(fault) if words else (f"{fault.label}: {message[:1].lower()}{message[1:]}", "")


def bad_key(kind: str, fault: Fault) -> Words:
    """Message and hint of an error of pydantic's in a key: an unknown language, an empty or endless name."""
    word = printable(str(fault.steps[-1]), 60)
    if kind == "literal_error":
        known = _allowed(fault)
        if fault.node.value is None:  # {n}: a text in braces that YAML takes for a mapping
            return f"`{word}` is no language of a deck", "A text that starts with `{` must be in quotes as a whole."
        return f"`{word}` is no language of a deck; it must be one of {', '.join(known)}", _meant(word, known)
    if kind == "string_too_short":
        return "a name is empty", "Write the name before the `:`."
    return f"the name `{printable(word, 20)}` is too long", "Names have 64 characters at most."


def _allowed(fault: Fault) -> list[str]:
    return re.findall(r"'([^']*)'", str(fault.context.get("expected") or fault.context.get("expected_tags") or ""))


def _meant(word: str, known: list[str]) -> str:
    near = nearest(word, known, 0.5)
    return f"Did you mean `{near}`?" if near else ""


def _shown(node: Node) -> str:
    """A value as an author wrote it, cut."""
    return f"'{printable(node.text, 40)}'" if isinstance(node.value, str) else type_name(node.value)


def _not_text(fault: Fault) -> Words:
    node = fault.node
    if node.value is None:
        how = "" if node.text == "" else f" (`{printable(node.text)}` means nothing in YAML)"
        return f"{fault.label} is empty{how}", "Put it in quotes." if how else _fill(fault)
    if isinstance(node.value, bool | int | float):
        written = printable(node.text, 40)
        if "dims" in fault.steps:
            return f"{fault.label} is {type_name(node.value)}, not a range", f"Write `{written}..{written}`."
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


def _fill(fault: Fault) -> str:
    return "Write a text, or delete the key." if fault.optional else "Write a text."


def _empty_text(fault: Fault) -> Words:
    return f"{fault.label} is empty", _fill(fault)


def _long_text(fault: Fault) -> Words:
    limit = fault.context.get("max_length", 0)
    return f"{fault.label} has {len(str(fault.value)):,} characters; {limit:,} are allowed", "Shorten it."


def _bad_slug(fault: Fault) -> Words:
    slug = re.sub(r"[-_]*[^A-Za-z0-9_-]+[-_]*", "-", str(fault.value)).strip("-_")
    hint = f"Did you mean `{slug[:64]}`?" if slug else "As in `clamp-what`."
    return (
        f"{fault.label} is {_shown(fault.node)}; it may hold letters a-z, digits, and single `-` or `_` between",
        hint,
    )


def _not_allowed(fault: Fault) -> Words:
    known = _allowed(fault)
    said = fault.node.text if isinstance(fault.value, str) else ""
    what = "empty" if fault.value is None else _shown(fault.node)
    return f"{fault.label} is {what}; it must be one of {', '.join(known)}", _meant(said, known)


def _kind(fault: Fault) -> Words:
    known = list(CARD_MODELS)
    kind = fault.node.child("kind")
    if kind is None:
        return "this card has no `kind`", f"Write one of {', '.join(known)}."
    what = "empty" if kind.value is None else _shown(kind)
    return f"`kind` is {what}; it must be one of {', '.join(known)}", _meant(kind.text, known)


def _not_list(fault: Fault) -> Words:
    hint = _SHAPES.get(fault.last, "Write one item a line, each after `- `; or all as [a, b].")
    if fault.node.value is None:
        return f"{fault.label} is empty", hint if fault.last == "cards" else f"{hint} Or delete the key."
    if fault.last == "hints" and isinstance(fault.value, dict):
        hint = "Write one hint after the other, each in its languages: `- {en: …, ko: …}`."
    return f"{fault.label} must be a list and is {type_name(fault.value)}", hint


def _not_mapping(fault: Fault) -> Words:
    hint = _SHAPES.get(fault.last, "Write `key: value`.")
    if fault.node.value is None:
        return f"{fault.label} is empty", hint
    return f"{fault.label} must hold `key: value` and is {type_name(fault.value)}", hint


def _not_flag(fault: Fault) -> Words:
    said = str(fault.value).lower()
    meant = "true" if said in ("yes", "on", "y", "1", "t") else "false" if said in ("no", "off", "n", "0", "f") else ""
    meant = meant or (said if said in ("true", "false") else "")
    return (
        f"{fault.label} is {_shown(fault.node)}; it must be true or false",
        f"Did you mean `{meant}`?" if meant else "",
    )


def _not_number(fault: Fault) -> Words:
    return f"{fault.label} is {_shown(fault.node)}; it must be a number", "Write it without quotes, as 0.001 or 1e-3."


def _out_of_range(fault: Fault) -> Words:
    names = {"gt": "more than", "ge": "at least", "lt": "less than", "le": "at most"}
    limits = [f"{names[key]} {value:g}" for key, value in fault.context.items() if key in names]
    return f"{fault.label} is {printable(fault.node.text, 24)}; it must be {' and '.join(limits)}", ""


def _too_few(fault: Fault) -> Words:
    least = fault.context.get("min_length", 1)
    many = len(fault.node.children)
    found = f"has {many} item{'s' if many != 1 else ''}; it needs at least {least}" if many else "is empty"
    return f"{fault.label} {found}", _SHAPES.get(fault.last, "")


def _too_many(fault: Fault) -> Words:
    most = fault.context.get("max_length", 0)
    return f"{fault.label} has more than the {most:,} items it may have", "Split it."


_EXPLAINED: dict[str, Callable[[Fault], Words]] = {
    "string_type": _not_text,
    "string_too_short": _empty_text,
    "string_too_long": _long_text,
    "string_pattern_mismatch": _bad_slug,
    "literal_error": _not_allowed,
    "union_tag_not_found": _kind,
    "union_tag_invalid": _kind,
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
