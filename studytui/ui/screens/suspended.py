"""Suspended cards, and the way back for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from studytui.ui.format import printable
from studytui.ui.keys import binding
from studytui.ui.screens.base import BaseScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.types import CSSPathType

    from studytui.ui.screens.base import Context


class SuspendedList(OptionList, inherit_bindings=False):
    """The cards; Enter or a click releases one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("enter", "select", "suspended.release"),
        binding("down,j", "cursor_down", "suspended.down", show=False),
        binding("up,k", "cursor_up", "suspended.up", show=False),
    ]


class SuspendedScreen(BaseScreen[None]):
    """The suspended cards by id.

    Args:
        context: what every screen is given.
        cards: their ids.
        release: takes one in again; may wait, and raise StudyError.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["base.tcss", "suspended.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [binding("escape,q,ctrl+q", "dismiss", "screen.back")]

    def __init__(self, context: Context, cards: Sequence[str], release: Callable[[str], Awaitable[None]]) -> None:
        super().__init__(context)
        self._cards = list(cards)
        self._release = release

    def compose_page(self) -> ComposeResult:
        """Title and cards."""
        title = Content.styled(self.texts("suspended.title"), "bold $text-primary")
        yield Static(title, id="suspended-title", markup=False)
        yield Static(Content(self.texts("suspended.none")), id="suspended-none", markup=False)
        yield SuspendedList(*(Option(printable(card)) for card in self._cards), markup=False)

    def on_mount(self) -> None:
        """The list has the focus where there is one."""
        self._show_which()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Release the card."""
        event.stop()
        self.run_worker(self._let_go(self._cards[event.option_index]), group="wait")

    async def _let_go(self, card: str) -> None:
        with self.guard():
            await self._release(card)
            if card in self._cards:  # Enter may have been pressed twice
                index = self._cards.index(card)
                del self._cards[index]
                self.query_one(SuspendedList).remove_option_at_index(index)
            self.say(self.texts("suspended.released", card=printable(card)))
        self._show_which()

    def _show_which(self) -> None:
        option_list = self.query_one(SuspendedList)
        option_list.display = bool(self._cards)
        self.query_one("#suspended-none").display = not self._cards
        if self._cards:
            option_list.focus()
