"""Bindings: every one has an id, and every letter its key on a Korean layout too."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from textual.binding import Binding

from studytui.errors import SettingsError
from studytui.ui.texts import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.binding import ActiveBinding

    from studytui.ui.texts import Texts

JAMO: Final = dict(
    zip("qwertyuiopasdfghjklzxcvbnm", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", strict=True)
)
"""What each letter key sends on the standard two-set Korean layout."""
_SHIFTED: Final = {"Q": "ㅃ", "W": "ㅉ", "E": "ㄸ", "R": "ㄲ", "T": "ㅆ", "O": "ㅒ", "P": "ㅖ"}

_NAMES: Final = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
    "delete": "Delete",
    "question_mark": "?",
    "slash": "/",
}


_defaults: Final[dict[str, str]] = {}
"""The keys each binding has unless the settings say otherwise, by id."""


def binding(keys: str, action: str, id: str, *, show: bool = True) -> Binding:  # noqa: A002 - textual's own word
    """A `Binding` with an id, its text from the table, and jamo aliases for its letters."""
    _defaults[id] = keys
    return Binding(with_jamo(keys), action, TABLE[f"key.{id}"][0], show=show, id=id)


class Keys:
    """The keys as the learner has set them.

    Args:
        overrides: binding id → keys, comma-separated, as in the settings.
    """

    def __init__(self, overrides: Mapping[str, str]) -> None:
        self.keymap = {id_: with_jamo(keys) for id_, keys in overrides.items()}

    def unknown(self, texts: Texts) -> SettingsError | None:
        """The first id in the settings that no binding has."""
        for id_ in self.keymap:
            if f"key.{id_}" not in TABLE:
                return SettingsError(texts("app.keys.unknown", id=id_), texts("app.keys.unknown.hint"))
        return None

    def clash(self, texts: Texts) -> SettingsError | None:
        """The ids of which two want one key in one place; of bindings in modules that are imported by now.

        textual reports only some of these, and the later binding would take the key without a word.
        """
        taken: dict[tuple[str, str], str] = {}
        clashing: dict[str, None] = {}
        for id_, default in _defaults.items():
            for key in with_jamo(self.keymap.get(id_) or default).split(","):
                other = taken.setdefault((id_.partition(".")[0], key), id_)
                if other != id_:
                    clashing |= {other: None, id_: None}
        if not clashing:
            return None
        return SettingsError(texts("app.keys.clash", ids=", ".join(clashing)), texts("app.keys.clash.hint"))

    def name(self, binding_id: str) -> str:
        """The first key of a binding as it is printed on a keyboard."""
        return key_name((self.keymap.get(binding_id) or _defaults[binding_id]).split(",")[0].strip())


def with_jamo(keys: str) -> str:
    """`keys` (comma-separated) with the jamo of each single letter added."""
    wanted = [key.strip() for key in keys.split(",")]
    aliases = [jamo for key in wanted if (jamo := JAMO.get(key) or _SHIFTED.get(key))]
    return ",".join([*wanted, *(alias for alias in aliases if alias not in wanted)])


def key_name(key: str) -> str:
    """A key as it is printed on a keyboard: `Esc`, `F5`, `Ctrl+J`, `h`."""
    if key in _NAMES:
        return _NAMES[key]
    *modifiers, last = key.split("+")
    name = _NAMES.get(last) or (_character(last) if len(last) > 1 else last)
    if len(last) > 1 and last[0] == "f" and last[1:].isdigit():
        name = last.upper()
    if modifiers:
        return "+".join([*(modifier.capitalize() for modifier in modifiers), name.upper() if len(name) == 1 else name])
    return name


def _character(name: str) -> str:
    """The character that textual calls `name`, as `exclamation_mark`; `name` itself where there is none."""
    try:
        return unicodedata.lookup(name.replace("_", " ").upper())
    except KeyError:
        return name


def is_jamo(key: str) -> bool:
    """Whether a key is a Korean letter: such aliases work but are not shown."""
    return "ㄱ" <= key <= "ㅣ"


def shown_keys(active: Mapping[str, ActiveBinding]) -> dict[str, list[str]]:
    """The keys of each active binding by id, jamo left out: the focused widget's first, each node's in their order.

    A key that was rebound comes last in textual's own map.
    """
    nodes = list(dict.fromkeys(node for node, _bound, _enabled, _tooltip in active.values()))
    order = {id_: place for place, id_ in enumerate(_defaults)}
    places: dict[str, tuple[int, int]] = {}
    keys: dict[str, list[str]] = {}
    for key, (node, bound, _enabled, _tooltip) in active.items():
        if bound.id is None or is_jamo(key):
            continue
        places.setdefault(bound.id, (nodes.index(node), order.get(bound.id, len(order))))
        keys.setdefault(bound.id, []).append(key)
    return {id_: keys[id_] for id_ in sorted(keys, key=places.__getitem__)}
