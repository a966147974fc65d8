"""One line to type words into, by which a list is narrowed at once."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, ClassVar

from textual.widgets import Input

from studytui.ui.keys import binding

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType


class FindBox(Input, inherit_bindings=False):
    """An `Input` that leaves Enter, Home, End and the arrows up and down to the list below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("left", "cursor_left", "find.left", show=False),
        binding("right", "cursor_right", "find.right", show=False),
        binding("ctrl+a", "home", "find.start", show=False),
        binding("ctrl+e", "end", "find.end", show=False),
        binding("backspace", "delete_left", "find.delete_left", show=False),
        binding("delete,ctrl+d", "delete_right", "find.delete_right", show=False),
        binding("ctrl+w,ctrl+backspace", "delete_left_word", "find.delete_word", show=False),
        binding("ctrl+u", "clear", "find.clear", show=False),
    ]
    DEFAULT_CSS = """
    FindBox, FindBox:focus {
        width: 1fr;
        height: 1;
        border: none;
        padding: 0;
        background: transparent;
        background-tint: transparent;
    }
    """

    def __init__(self, placeholder: str) -> None:
        super().__init__(placeholder=placeholder, select_on_focus=False)
        self.cursor_blink = False

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """What is typed here is no command; textual knows no character of the name slash."""
        return key == "slash" or super().check_consume_key(key, character)

    def action_clear(self) -> None:
        """Take all words away."""
        self.clear()

    def _on_paste(self, event: events.Paste) -> None:
        # As in a text box: Korean that comes in parts would be halved by Backspace. Textual calls Input's own after it.
        event.text = unicodedata.normalize("NFC", event.text)
