"""Where an answer is written: a text box for words, and an editor for code."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from studytui.ui.keys import binding

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType

INDENT = 4


def _text_area_bindings() -> list[BindingType]:
    """The editing keys of `TextArea`, each with an id made of its action, so that they can be rebound like ours."""
    return [
        replace(bound, id=f"text.{bound.action.replace('(True)', '_select')}")
        for bound in TextArea.BINDINGS
        if isinstance(bound, Binding)
    ]


class TextBox(TextArea, inherit_bindings=False):
    """A text box that Escape leaves.

    Args:
        text: what stands in it at first.
        submit_on_enter: Enter asks for the verdict instead of a new line.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("escape", "leave", "box.leave"),
        *_text_area_bindings(),
    ]

    class Left(Message):
        """The learner wants to be elsewhere: keys are commands again."""

    class Submitted(Message):
        """The answer is finished."""

    def __init__(self, text: str = "", *, submit_on_enter: bool = False, placeholder: str = "") -> None:
        super().__init__(
            text, soft_wrap=True, tab_behavior="focus", placeholder=placeholder, highlight_cursor_line=False
        )
        self.cursor_blink = False
        self._submit_on_enter = submit_on_enter

    def action_leave(self) -> None:
        """Leave; Tab is for the next part, or for indenting."""
        self.post_message(self.Left())

    def reveal_cursor(self) -> None:
        """Scroll to the cursor, and no further sideways than it asks for.

        To be called once the box has its size: textual follows a cursor in a box of no size to the wrong place.
        """
        self.scroll_to(x=0, animate=False, immediate=True)
        self.scroll_cursor_visible()

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """What is typed here is no command, Enter included."""
        return key == "enter" or super().check_consume_key(key, character)

    async def _on_paste(self, event: events.Paste) -> None:
        # Copied from macOS, Korean comes in parts: the cursor would stop inside syllables, and Backspace halve them.
        event.text = unicodedata.normalize("NFC", event.text)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" and self._submit_on_enter:
            event.stop()
            event.prevent_default()
            self.post_message(self.Submitted())


class CodeEditor(TextBox):
    """A Python editor: Tab indents, Enter keeps the indentation, Escape leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("tab", "indent", "code.indent"),
        binding("shift+tab", "dedent", "code.dedent", show=False),
    ]

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.soft_wrap = False
        self.show_line_numbers = True
        self.highlight_cursor_line = True
        self.language = "python"

    def on_mount(self) -> None:
        """Colours for the theme's brightness; the background stays the app's."""
        light = TextAreaTheme.get_builtin_theme("github_light")
        if light is not None and not self.app.current_theme.dark:
            self.register_theme(TextAreaTheme("light", syntax_styles=light.syntax_styles))
            self.theme = "light"

    def action_indent(self) -> None:
        """Indent the selected lines, or put spaces up to the next stop."""
        first, last = sorted((self.selection.start, self.selection.end))
        if first[0] == last[0]:
            _row, column = self.cursor_location
            self.replace(" " * (INDENT - column % INDENT), first, last, maintain_selection_offset=False)
        else:
            self._shift(range(first[0], last[0] + 1), INDENT)

    def action_dedent(self) -> None:
        """Take one indentation from the line, or from every selected one."""
        first, last = sorted((self.selection.start, self.selection.end))
        self._shift(range(first[0], last[0] + 1), -INDENT)

    def _shift(self, rows: range, by: int) -> None:
        for row in rows:
            line = self.document[row]
            if by > 0:
                if line.strip():
                    self.insert(" " * by, (row, 0), maintain_selection_offset=True)
            else:
                spaces = min(-by, len(line) - len(line.lstrip(" ")))
                self.delete((row, 0), (row, spaces), maintain_selection_offset=True)

    def action_delete_left(self) -> None:
        """Delete to the stop before the cursor where only spaces are left of it, else one character."""
        row, column = self.cursor_location
        before = self.document[row][:column]
        if self.selection.is_empty and before and not before.strip(" "):
            self.delete((row, (column - 1) // INDENT * INDENT), (row, column), maintain_selection_offset=False)
        else:
            super().action_delete_left()

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            row, column = min(self.selection.start, self.selection.end)
            before = self.document[row][:column]
            deeper = INDENT if before.rstrip().endswith(":") else 0
            spaces = len(before) - len(before.lstrip(" ")) + deeper
            self.replace("\n" + " " * spaces, *self.selection, maintain_selection_offset=False)
