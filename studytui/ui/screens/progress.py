"""Progress: what was done, what was remembered, what is to come, and how far each deck is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from studytui.session.progress import AHEAD, RECENT
from studytui.ui.format import printable, span
from studytui.ui.keys import binding
from studytui.ui.screens.base import BaseScreen
from studytui.ui.widgets.column_chart import columns
from studytui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.types import CSSPathType

    from studytui.session.progress import DeckProgress, Progress, Recall
    from studytui.ui.screens.base import Context

_LOW, _HIGH = 3, 5
"""Lines of a chart, in low terminals and in high ones."""
_DAY = 2
"""Cells of a day that has been."""
_COMING = 4
"""Cells of a day to come: its number stands below it."""
_MAX_WEEKS = 12
_GAP = 3


class ProgressScreen(BaseScreen[None]):
    """Facts to read; nothing here can be changed."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["base.tcss", "progress.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [binding("escape,q,ctrl+q", "dismiss", "screen.back")]

    def __init__(self, context: Context, progress: Progress) -> None:
        super().__init__(context)
        self._progress = progress

    def compose_page(self) -> ComposeResult:
        """Title, and one part below the other."""
        yield Static(
            Content.styled(self.texts("progress.title"), "bold $text-primary"), id="progress-title", markup=False
        )
        with Pane():
            if not self._progress.done:
                yield Static(Content(self.texts("progress.none")), id="progress-none", markup=False)
                return
            with Vertical(id="progress-charts"):
                yield Static(id="progress-done", markup=False)
                yield Static(id="progress-due", markup=False)
            yield Static(self._recall(), id="progress-recall", markup=False)
            yield Static(id="progress-decks", markup=False)
            yield Static(Content(self.texts("progress.legend")), id="progress-legend", markup=False)

    def on_mount(self) -> None:
        """The arrows scroll."""
        self.query_one(Pane).focus()

    def on_resize(self, _event: events.Resize) -> None:
        """Draw as much as there is room for, once that is known."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not self._progress.done:
            return
        high = _HIGH if self.has_class("-tall") else _LOW
        for name, drawn in (("done", self._done), ("due", self._due)):
            part = self.query_one(f"#progress-{name}", Static)
            part.update(drawn(part.size.width, high))
        decks = self.query_one("#progress-decks", Static)
        decks.update(self._decks(decks.size.width))

    def _done(self, width: int, height: int) -> Content:
        """Reviews of each day: whole weeks back from today, the first day of each week below its column."""
        texts, progress = self.texts, self._progress
        weeks = max(1, min(_MAX_WEEKS, width // (7 * _DAY)))
        days = [progress.today - timedelta(days=ago) for ago in reversed(range(7 * weeks))]
        values = [progress.done.get(day, 0) for day in days]
        dates = "".join(f"{day:%m-%d}".ljust(7 * _DAY) for day in days[::7])
        return _chart(
            texts("progress.done", n=weeks),
            texts("progress.done.sum", n=sum(values), most=max(values)),
            [*columns(values, height=height, width=_DAY), Content.styled(dates.rstrip(), "dim")],
        )

    def _due(self, _width: int, height: int) -> Content:
        """Cards due on each day to come, with their numbers and the days of the week."""
        texts, progress = self.texts, self._progress
        names = texts("progress.weekdays").split()
        first = progress.today.weekday()
        numbers = [Content(str(number)).truncate(_COMING, pad=True) for number in progress.due]
        weekdays = [
            Content.styled(names[(first + ahead) % 7], "dim").truncate(_COMING, pad=True) for ahead in range(AHEAD)
        ]
        return _chart(
            texts("progress.due"),
            texts("progress.due.sum", n=sum(progress.due)),
            [
                *columns(progress.due, height=height, width=_COMING),
                Content.assemble(*numbers),
                Content.assemble(*weekdays),
            ],
        )

    def _recall(self) -> Content:
        texts, progress = self.texts, self._progress
        if not progress.ever.due:
            words = texts("progress.recall.none")
        else:
            recent = texts("progress.recall.recent", days=RECENT, **_numbers(progress.recent))
            ever = texts("progress.recall.ever", **_numbers(progress.ever))
            parts = [recent, ever] if progress.recent.due else [ever]
            words = " · ".join([*parts, texts("progress.recall.goal", share=_percent(progress.goal))])
        return Content.assemble((texts("progress.recall"), "bold"), f"\n{words}")

    def _decks(self, width: int) -> Content:
        texts, decks = self.texts, self._progress.decks
        heads = [Content(texts(f"progress.{name}")) for name in ("learned", "known", "lasts")]
        rows = [self._cells(deck) for deck in decks]
        widths = [max(cell.cell_length for cell in column) for column in zip(heads, *rows, strict=True)]
        title = max(10, width - sum(widths) - _GAP * len(widths))
        lines = [_row(Content(texts("progress.deck")), heads, title, widths).stylize("dim")]
        for deck, cells in zip(decks, rows, strict=True):
            line = _row(Content(printable(deck.title)), cells, title, widths)
            lines.append(line if deck.learned else line.stylize("dim"))
        return Content("\n").join(lines)

    def _cells(self, deck: DeckProgress) -> list[Content]:
        known = "–" if deck.known is None else _percent(deck.known)
        lasts = "–" if deck.lasts is None else span(self.texts, timedelta(days=deck.lasts))
        return [Content(f"{deck.learned} / {deck.total}"), Content(known), Content(lasts)]


def _chart(heading: str, note: str, lines: Sequence[Content]) -> Content:
    return Content("\n").join([Content.assemble((heading, "bold"), (f"   {note}", "dim")), *lines])


def _row(title: Content, cells: Sequence[Content], room: int, widths: Sequence[int]) -> Content:
    """A title, and cells at the right edges of their columns."""
    padded = [
        Content(" " * (_GAP + width - cell.cell_length)) + cell for cell, width in zip(cells, widths, strict=True)
    ]
    return Content.assemble(title.truncate(room, ellipsis=True, pad=True), *padded)


def _numbers(recall: Recall) -> dict[str, object]:
    return {"share": _percent(recall.share), "n": recall.due}


def _percent(share: float) -> str:
    return f"{share:.0%}"
