"""The line over a card: which one it is, and how many are left or how early it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from studytui.ui.format import printable, span

if TYPE_CHECKING:
    from datetime import timedelta

    from studytui.scheduling.types import Counts
    from studytui.ui.texts import Texts


class StudyHeader(Static):
    """The card's id at the left edge, words at the right one."""

    DEFAULT_CSS = """
    StudyHeader { height: 1; margin-bottom: 1; }
    """

    def __init__(self, texts: Texts) -> None:
        super().__init__(markup=False)
        self._texts = texts
        self._card = ""
        self._words = ""

    def show(self, card: str, counts: Counts, early: timedelta) -> None:
        """Show another card; `early` is how long before it is due it comes, nothing for most."""
        self._card = card
        if early:
            self._words = self._texts("study.early", span=span(self._texts, early))
        else:
            self._words = self._texts("study.counts", new=counts.new, learning=counts.learning, due=counts.due)
        self._lay_out()

    def on_resize(self) -> None:
        """The words stay at the right edge."""
        self._lay_out()

    def _lay_out(self) -> None:
        right = Content.styled(self._words, "dim")
        left = Content.styled(printable(self._card), "bold")
        left = left.truncate(max(self.size.width - right.cell_length - 2, 1), ellipsis=True)
        gap = max(2, self.size.width - left.cell_length - right.cell_length)
        self.update(Content.assemble(left, " " * gap, right))
