"""The decks with their counts, as a list to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from studytui.ui.format import printable
from studytui.ui.keys import binding

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from studytui.overview import Overview
    from studytui.ui.texts import Texts

_COLUMNS = ("new", "learning", "due", "total")
_GAP = 3


class Row(NamedTuple):
    """One line of the list: a deck, or all of them where `deck` is None."""

    deck: str | None
    title: str
    new: int
    learning: int
    due: int
    total: int


def rows_of(overview: Overview, texts: Texts) -> list[Row]:
    """The decks of an overview, under "all decks" where there are several."""
    rows = [
        Row(deck.id, printable(deck.title), deck.new, deck.learning, deck.due, deck.total) for deck in overview.decks
    ]
    if len(rows) < 2:
        return rows
    counts = overview.counts
    everything = Row(
        None, texts("home.all"), counts.new, counts.learning, counts.due, sum(deck.total for deck in overview.decks)
    )
    return [everything, *rows]


class DeckRows(OptionList, inherit_bindings=False):
    """The rows; vi's keys beside the arrows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("enter,l,right", "select", "home.study"),
        binding("down,j", "cursor_down", "home.down", show=False),
        binding("up,k", "cursor_up", "home.up", show=False),
        binding("home,g", "first", "home.first", show=False),
        binding("end,G", "last", "home.last", show=False),
        binding("pagedown", "page_down", "home.page_down", show=False),
        binding("pageup", "page_up", "home.page_up", show=False),
    ]


class DeckList(Vertical):
    """A heading over `DeckRows`. Posts `Chosen` and `Pointed`."""

    DEFAULT_CSS = """
    DeckList {
        height: auto;
        #deck-heading { color: $foreground 55%; height: 1; padding: 0 1; }
        DeckRows {
            height: auto;
            max-height: 1fr;
            border: none;
            padding: 0;
            background: transparent;
            scrollbar-size-vertical: 1;
            &:focus { border: none; background-tint: transparent; }
            & > .option-list--option { padding: 0 1; }
            & > .option-list--option-highlighted, &:focus > .option-list--option-highlighted {
                background: $primary-muted;
                color: $text;
            }
            &:nocolor:focus > .option-list--option-highlighted { text-style: underline; }
        }
    }
    """

    class Chosen(Message):
        """A row was chosen by key or mouse; `deck` is None for all decks."""

        def __init__(self, deck: str | None) -> None:
            super().__init__()
            self.deck = deck

    class Pointed(Message):
        """The highlight is on another row."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._rows: list[Row] = []

    def compose(self) -> ComposeResult:
        """Heading and rows."""
        yield Static(id="deck-heading", markup=False)
        yield DeckRows(markup=False)

    def show(self, rows: list[Row]) -> None:
        """Show these rows; the highlight stays on the deck it was on."""
        pointed = self.pointed
        self._rows = rows
        option_list = self.query_one(DeckRows)
        option_list.clear_options()
        option_list.add_options([Option(self._line(row)) for row in rows])
        decks = [row.deck for row in rows]
        option_list.highlighted = (
            decks.index(pointed.deck) if pointed and pointed.deck in decks else 0 if rows else None
        )
        self._show_heading()

    @property
    def pointed(self) -> Row | None:
        """The highlighted row."""
        place = self.query_one(DeckRows).highlighted
        return self._rows[place] if place is not None and place < len(self._rows) else None

    def on_resize(self) -> None:
        """Move the numbers to the new right edge."""
        option_list = self.query_one(DeckRows)
        for place, row in enumerate(self._rows):
            option_list.replace_option_prompt_at_index(place, self._line(row))
        self._show_heading()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Pass on which deck it was."""
        event.stop()
        self.post_message(self.Chosen(self._rows[event.option_index].deck))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Pass on that it moved."""
        event.stop()
        self.post_message(self.Pointed())

    def _widths(self) -> list[int]:
        return [max(5, Content(self._texts(f"home.{name}")).cell_length) for name in _COLUMNS]

    def _title_width(self) -> int:
        inside = max(self.size.width - 2 - 1, 20)  # padding, and a column for the scroll bar
        return inside - sum(self._widths()) - _GAP * len(_COLUMNS)

    def _show_heading(self) -> None:
        names = [
            _right(Content(self._texts(f"home.{name}")), width + _GAP)
            for name, width in zip(_COLUMNS, self._widths(), strict=True)
        ]
        title = Content(self._texts("home.deck")).truncate(self._title_width(), pad=True)
        self.query_one("#deck-heading", Static).update(Content.assemble(title, *names))

    def _line(self, row: Row) -> Content:
        numbers = [
            _right(Content.styled(str(number), _style(name, number)), width + _GAP)
            for name, number, width in zip(
                _COLUMNS, (row.new, row.learning, row.due, row.total), self._widths(), strict=True
            )
        ]
        title = Content.styled(row.title, "bold" if row.deck is None else "")
        return Content.assemble(title.truncate(self._title_width(), ellipsis=True, pad=True), *numbers)


def _right(content: Content, width: int) -> Content:
    return Content(" " * max(0, width - content.cell_length)) + content


def _style(column: str, number: int) -> str:
    if column == "total" or not number:
        return "dim"
    return "bold"
