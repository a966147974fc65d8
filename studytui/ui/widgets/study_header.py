"""The line over a card: which one it is, and how many are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from studytui.scheduling.types import Counts
from studytui.ui.format import printable

if TYPE_CHECKING:
    from studytui.ui.texts import Texts


class StudyHeader(Static):
    """The card's id at the left edge, the counts at the right one."""

    DEFAULT_CSS = """
    StudyHeader { height: 1; margin-bottom: 1; }
    """

    def __init__(self, texts: Texts) -> None:
        super().__init__(markup=False)
        self._texts = texts
        self._card = ""
        self._counts = Counts()

    def show(self, card: str, counts: Counts) -> None:
        """Show another card."""
        self._card, self._counts = card, counts
        self._lay_out()

    def on_resize(self) -> None:
        """The counts stay at the right edge."""
        self._lay_out()

    def _lay_out(self) -> None:
        counts = self._counts
        left = Content.styled(printable(self._card), "bold")
        words = self._texts("study.counts", new=counts.new, learning=counts.learning, due=counts.due)
        right = Content.styled(words, "dim")
        gap = max(2, self.size.width - left.cell_length - right.cell_length)
        self.update(Content.assemble(left, " " * gap, right))
