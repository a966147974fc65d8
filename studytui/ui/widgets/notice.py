"""One message at a time above the key bar: what went wrong and what to do, until something else happens."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from studytui.ui.format import printable


class Notice(Static):
    """Hidden while there is nothing to say; a click dismisses it.

    A toast would be gone before a slow reader has read it, and would cover the verdict.
    """

    DEFAULT_CSS = """
    Notice {
        height: auto;
        max-height: 6;
        padding: 0 1;
        display: none;
        background: $boost;
        border-left: thick $primary;
        &.-error { border-left: thick $error; }
        &.-shown { display: block; }
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)

    def say(self, message: str) -> None:
        """Show something that is good to know."""
        self._show(Content(printable(message)), error=False)

    def complain(self, message: str, hint: str) -> None:
        """Show what went wrong and what to do about it; the hint may be empty."""
        rest = f"\n  {printable(hint)}" if hint else ""
        self._show(Content.assemble(("✗ ", "bold $text-error"), (printable(message), "bold"), rest), error=True)

    def hush(self) -> None:
        """Show nothing."""
        self.remove_class("-shown")

    def on_click(self) -> None:
        """Read, thank you."""
        self.hush()

    def _show(self, content: Content, *, error: bool) -> None:
        self.set_class(error, "-error")
        self.add_class("-shown")
        self.update(content)
