"""A derivation as on paper, beside the editor it is typed in; drawn a moment after typing, off the keys' way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from studytui.cards.models import DeriveCard
    from studytui.grader.preview.preview import Drawn, Preview
    from studytui.ui.texts import Texts

DELAY = 0.05
"""Seconds of no typing after which it is drawn: a burst is drawn once."""
MARGIN = 3
"""Cells for a line's number."""
MOST_ROWS = 120
"""Rows laid out at once, around the cursor: more than any screen shows, and few enough to paint within a frame."""


class FormulaPreview(VerticalScroll, can_focus=False):
    """What could be read is drawn, what could not is pointed at quietly: nobody is wrong while still typing."""

    DEFAULT_CSS = """
    FormulaPreview {
        height: auto;
        scrollbar-size: 1 1;
        padding: 0 0 0 1;
        Static { width: 1fr; height: auto; }
    }
    """

    def __init__(self, card: DeriveCard, texts: Texts) -> None:
        super().__init__()
        self._card = card
        self._texts = texts
        self._preview: Preview | None = None
        self._wanted: tuple[str, int] = ("", 0)
        self._shown: tuple[str, int] | None = None
        self._row = 0
        self._drawn: tuple[Drawn, ...] = ()
        self._places: dict[int, tuple[int, int]] = {}
        self._is_due = False

    def compose(self) -> ComposeResult:
        """What is drawn."""
        yield Static(Content.styled(self._texts("answer.derive.preview"), "dim"), markup=False)

    def show(self, text: str, row: int) -> None:
        """Draw another answer soon, with the line at `row` (0-based) in sight."""
        self._row = row
        self._want(text)

    def look_at(self, row: int) -> None:
        """Bring the line at `row` into sight."""
        if row != self._row:
            self._row = row
            if row in self._places:
                self._follow()
            else:
                self._lay_out()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._want(self._wanted[0])

    def _want(self, text: str) -> None:
        self._wanted = (text, max(20, self.size.width - MARGIN - 2))
        if not self._is_due and self._wanted != self._shown:
            self._is_due = True
            self.set_timer(DELAY, lambda: self.run_worker(self._draw(), group="preview"))

    async def _draw(self) -> None:
        try:
            while self._wanted != self._shown:
                text, width = wanted = self._wanted
                self._drawn = await asyncio.to_thread(self._read, text, width)
                self._shown = wanted
                self._lay_out()
        finally:
            self._is_due = False

    def _read(self, text: str, width: int) -> tuple[Drawn, ...]:
        """In a thread; what reads formulas is imported there too (30 ms)."""
        if self._preview is None:
            from studytui.grader.preview.preview import make_preview

            self._preview = make_preview(self._card, self._texts.language)
        return self._preview.draw(text, width) if self._preview is not None else ()

    def _lay_out(self) -> None:
        """Show the lines around the one at the cursor."""
        rows: list[Content] = []
        self._places = {}
        for line in self._near():
            start = len(rows)
            for place, row in enumerate(line.rows):
                number = f"{line.number:>2} " if place == line.base else " " * MARGIN
                rows.append(Content.assemble((number, "dim"), (row, "dim" if line.problem else "")))
            if line.problem:
                rows += self._pointed(line, self._wanted[1])
            self._places[line.number - 1] = (start, len(rows))
        content = Content("\n").join(rows) if rows else Content.styled(self._texts("answer.derive.preview"), "dim")
        self.query_one(Static).update(content)
        self.call_after_refresh(self._follow)

    def _near(self) -> tuple[Drawn, ...]:
        """The lines that could be in sight while the cursor stays where it is."""
        lines = self._drawn
        here = next((place for place, line in enumerate(lines) if line.number > self._row), len(lines))
        first = last = min(here, len(lines))
        rows = 0
        while rows < MOST_ROWS and (first > 0 or last < len(lines)):
            if first > 0:
                first -= 1
                rows += len(lines[first].rows)
            if last < len(lines):
                rows += len(lines[last].rows)
                last += 1
        return lines[first:last]

    def _pointed(self, line: Drawn, width: int) -> list[Content]:
        """A caret, and the sentence beside it where it fits, else below."""
        caret, sentence = Content.styled(" " * (MARGIN + line.column) + "^", "dim"), Content.styled(line.problem, "dim")
        if line.column + 2 + sentence.cell_length <= width:
            return [Content.assemble(caret, " ", sentence)]
        return [caret, *(Content(" " * MARGIN) + part for part in sentence.wrap(width))]

    def _follow(self) -> None:
        """Scroll so that the line that is typed shows, all of it if it can."""
        end_of_all = max((end for _, end in self._places.values()), default=0)
        start, end = self._places.get(self._row, (end_of_all, end_of_all))  # a line not written yet is the last
        top, height = self.scroll_offset.y, self.size.height
        if start < top or end > top + height:
            self.scroll_to(y=max(0, min(start, end - height)), animate=False)
