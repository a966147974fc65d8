"""The four ratings and when each would bring the card back, the suggested one marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from studytui.scheduling.types import Rating
from studytui.ui.format import span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from textual.app import ComposeResult

    from studytui.ui.texts import Texts


class RatingBar(Horizontal, can_focus=True):
    """Hidden until there is something to rate. Posts `Rated` when a rating is clicked; keys are the screen's."""

    # A click rates at once. Were it to take the focus first, the key bar could change its height under the mouse.
    FOCUS_ON_CLICK = False
    DEFAULT_CSS = """
    RatingBar {
        dock: bottom;
        height: 2;
        display: none;
        &.-shown { display: block; }
    }
    """

    class Rated(Message):
        """A rating was clicked."""

        def __init__(self, rating: Rating) -> None:
            super().__init__()
            self.rating = rating

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts

    def compose(self) -> ComposeResult:
        """One cell a rating."""
        for rating in Rating:
            yield RatingCell(rating, self._texts)

    def offer(self, intervals: Mapping[Rating, timedelta], suggested: Rating, keys: Mapping[Rating, str]) -> None:
        """Show what each rating gives.

        Args:
            intervals: until the card would be due.
            suggested: the rating that Enter takes.
            keys: the keys of each rating, as they are set now.
        """
        for cell in self.query(RatingCell):
            cell.show(span(self._texts, intervals[cell.rating]), keys[cell.rating], suggested=cell.rating is suggested)
        self.add_class("-shown")

    def withdraw(self) -> None:
        """Nothing to rate."""
        self.remove_class("-shown")


class RatingCell(Static):
    """One rating: key and name, and the interval below."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RatingCell {
        width: 1fr;
        height: 2;
        background: $surface;
        color: $foreground 80%;
        &.-suggested { background: $primary-muted; color: $text; }
        &:hover { background: $boost; }
    }
    """

    def __init__(self, rating: Rating, texts: Texts) -> None:
        super().__init__(markup=False)
        self.rating = rating
        self._texts = texts

    def show(self, interval: str, key: str, *, suggested: bool) -> None:
        """Name the rating with its key and interval; the suggested one has a sign as well as a colour."""
        self.set_class(suggested, "-suggested")
        name = self._texts(f"rating.{self.rating.value}")
        sign = "▸ " if suggested else "  "
        self.update(
            Content.assemble(
                (sign, "bold"), (key, "bold $text-primary"), (f" {name}", "bold" if suggested else ""),
                f"\n    {interval}",
            )
        )  # fmt: skip

    def on_click(self) -> None:
        """Rate."""
        self.post_message(RatingBar.Rated(self.rating))
