"""A row a card: id, prompt, kind, how it stands. Only the rows in sight are drawn, however many there are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from studytui.cards.needs import NAMES
from studytui.cards.text import in_language
from studytui.overview import Standing
from studytui.ui.format import printable, span
from studytui.ui.widgets.words import unmarked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events

    from studytui.overview import CardRow
    from studytui.ui.texts import Texts

_GAP = 2
_SIGN = 2
"""Cells of the sign before the row that is pointed at."""
_LEAST_PROMPT = 24
"""Cells below which a prompt says too little to be worth the column of kinds beside it."""
_DIM = Style(dim=True)
_STYLES = {Standing.DUE: Style(bold=True), Standing.LEARNING: Style(bold=True), Standing.NEW: Style()}


def standing_words(row: CardRow, texts: Texts) -> str:
    """How a card stands, as "in 12 days"."""
    match row.standing:
        case Standing.LATER:
            return texts("time.in", span=span(texts, timedelta(days=row.days)))
        case Standing.NEEDS:
            need = row.entry.needs or ""
            return texts("cards.state.needs", need=NAMES.get(need, need))
    return texts(f"cards.state.{row.standing}")


class CardTable(ScrollView, can_focus=True, inherit_bindings=False):
    """The rows, one of which is pointed at. Posts `Pointed` and `Chosen`; keys are the screen's."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"card-table--pointed"}
    DEFAULT_CSS = """
    CardTable {
        height: 1fr;
        overflow-x: hidden;
        background: transparent;
        & > .card-table--pointed { background: $primary-muted; color: $text; }
        &:nocolor > .card-table--pointed { text-style: underline; }
    }
    """

    class Pointed(Message):
        """Another row is pointed at, or the rows are others."""

    class Chosen(Message):
        """The row that is pointed at was clicked."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._rows: Sequence[CardRow] = ()
        self._place = 0
        self._of_one_deck = False
        self._widest: tuple[int, int, int] = (0, 0, 0)

    @property
    def pointed(self) -> CardRow | None:
        """The row that is pointed at; None where there are none."""
        return self._rows[self._place] if self._rows else None

    def measure(self, rows: Sequence[CardRow]) -> None:
        """Make the columns wide enough for these rows: they stay as they are while a filter takes rows away."""
        texts = self._texts
        self._of_one_deck = len({row.entry.deck for row in rows}) == 1
        self._widest = (
            max((cell_len(self._shown_id(row)) for row in rows), default=0),
            max((cell_len(texts(f"study.kind.{kind}")) for kind in {row.entry.kind for row in rows}), default=0),
            max((cell_len(standing_words(row, texts)) for row in rows), default=0),
        )

    def show(self, rows: Sequence[CardRow], pointed: str | None = None) -> None:
        """Show these rows, and point at the card of id `pointed`; at the first where it is not among them."""
        self._rows = rows
        self._place = next((place for place, row in enumerate(rows) if row.entry.id == pointed), 0)
        self.virtual_size = Size(0, len(rows))
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Pointed())

    def move(self, by: int) -> None:
        """Point `by` rows further down, at the last one at most."""
        self._point(self._place + by)

    @property
    def page(self) -> int:
        """How many rows a page is, one of which stays in sight."""
        return max(1, self.size.height - 1)

    def render_line(self, y: int) -> Strip:
        """One row."""
        width, place = self.scrollable_content_region.width, y + self.scroll_offset.y
        if place >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        return Strip(self._cells(self._rows[place], width, pointed=place == self._place), width)

    def on_click(self, event: events.Click) -> None:
        """Point at a row; the second click chooses it."""
        event.stop()
        place = event.y + self.scroll_offset.y
        if place < len(self._rows):
            if place == self._place:
                self.post_message(self.Chosen())
            self._point(place)

    def on_resize(self) -> None:
        """The row that is pointed at stays in sight."""
        self._keep_in_sight()

    def _point(self, place: int) -> None:
        place = max(0, min(place, len(self._rows) - 1))
        if place != self._place:
            self.refresh_line(self._place)
            self.refresh_line(place)
            self._place = place
            self._keep_in_sight()
            self.post_message(self.Pointed())

    def _keep_in_sight(self) -> None:
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if not top <= self._place < top + height:
            self.scroll_to(y=self._place if self._place < top else self._place - height + 1, animate=False)

    def _shown_id(self, row: CardRow) -> str:
        """The id; without its deck where that is the same for all, so that more of the prompt is seen."""
        return printable(row.entry.id.partition("/")[2] if self._of_one_deck else row.entry.id)

    def _cells(self, row: CardRow, width: int, *, pointed: bool) -> Iterator[Segment]:
        """The row as segments of `width` cells together: a `Content` would take five times as long to draw."""
        texts = self._texts
        ids, kinds, states = self._widest
        room = width - _SIGN - states - 2 * _GAP
        with_kind = room - min(ids, room * 2 // 5) - kinds - _GAP >= _LEAST_PROMPT
        ids = min(ids, room * 2 // 5 if with_kind else room // 2)
        prompt = room - ids - (kinds + _GAP if with_kind else 0)
        style = self.get_component_rich_style("card-table--pointed") if pointed else self.rich_style
        words = unmarked(in_language(row.entry.prompt, texts.language))
        yield Segment(f"{'▸ ' if pointed else '  '}{_fitted(self._shown_id(row), ids)}{' ' * _GAP}", style)
        yield Segment(_fitted(words, prompt) + " " * _GAP, style + _DIM)
        if with_kind:
            yield Segment(_fitted(texts(f"study.kind.{row.entry.kind}"), kinds + _GAP), style)
        yield Segment(_fitted(standing_words(row, texts), states), style + _STYLES.get(row.standing, _DIM))


def _fitted(text: str, width: int) -> str:
    """`text` cut or filled to `width` cells."""
    return set_cell_size(text, width) if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"
