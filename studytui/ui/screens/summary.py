"""Summary: what this sitting came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from studytui.scheduling.types import Rating
from studytui.ui.format import printable, spent, until
from studytui.ui.keys import binding
from studytui.ui.screens.base import BaseScreen, OfScreen
from studytui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.types import CSSPathType

    from studytui.session import Session
    from studytui.ui.screens.base import Context
    from studytui.ui.turns import Turns

_BAR = 30
_LISTED = 12


class SummaryScreen(BaseScreen[None]):
    """Counts, time, what comes next. Posts `Left` and `Undone`."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["base.tcss", "summary.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        binding("enter,space,escape,q,ctrl+q", "home", "summary.back"),
        binding("u,ctrl+z", "undo", "summary.undo"),
    ]

    class Left(OfScreen):
        """Seen; home."""

    class Undone(OfScreen):
        """The last review was taken back; the session is at its card again."""

        def __init__(self, screen: SummaryScreen) -> None:
            super().__init__(screen)
            self.session = screen.session

    def __init__(self, context: Context, session: Session, turns: Turns) -> None:
        super().__init__(context)
        self.session = session
        self._turns = turns
        self._summary = session.summary()

    def compose_page(self) -> ComposeResult:
        """Title and facts."""
        title = Content.styled(self.texts("summary.title"), "bold $text-primary")
        yield Static(title, id="summary-title", markup=False)
        with Pane():
            yield Static(self._facts(), markup=False)

    def on_mount(self) -> None:
        """Arrows scroll, Enter goes home."""
        self.query_one(Pane).focus()

    def action_home(self) -> None:
        """Home."""
        self.post_message(self.Left(self))

    def action_undo(self) -> None:
        """Back to the card that was rated last."""
        self.run_worker(self._undo(), group="wait")

    async def _undo(self) -> None:
        with self.guard():
            if await self._turns.take(self.session.undo) is None:
                self.say(self.texts("study.nothing_to_undo"))
            else:
                self.post_message(self.Undone(self))

    def _facts(self) -> Content:
        summary, texts = self._summary, self.texts
        if not summary.reviewed:
            parts = [Content(texts("summary.none"))]
        else:
            parts = [
                Content.assemble(
                    (texts("summary.reviewed", n=summary.reviewed), "bold"),
                    f" · {texts('summary.first_try', n=summary.first_try_passed)}"
                    f" · {texts('summary.time')} {spent(texts, summary.seconds)}",
                ),
                self._ratings(),
            ]
        if summary.next_due is not None:
            when = until(texts, summary.next_due, self.context.clock())
            parts.append(Content.assemble((texts("summary.next"), "bold"), f"  {when}"))
        if summary.again:
            listed = [printable(card) for card in summary.again[:_LISTED]]
            if len(summary.again) > _LISTED:
                listed.append(texts("summary.more", n=len(summary.again) - _LISTED))
            parts.append(Content.assemble((texts("summary.again"), "bold"), *(f"\n  {card}" for card in listed)))
        if self.session.leech is not None:
            parts.append(Content(texts("study.leech", card=printable(self.session.leech))))
        return Content("\n\n").join(parts)

    def _ratings(self) -> Content:
        texts, by_rating = self.texts, self._summary.by_rating
        names = [Content(texts(f"rating.{rating.value}")) for rating in Rating]
        width = max(name.cell_length for name in names)
        most = max(by_rating.values(), default=0) or 1
        lines = [Content.styled(texts("summary.ratings"), "bold")]
        for rating, name in zip(Rating, names, strict=True):
            number = by_rating.get(rating, 0)
            bar = "█" * max(round(_BAR * number / most), 1 if number else 0)
            lines.append(
                Content.assemble("  ", name, " " * (width - name.cell_length), f"  {number:>3}  ", (bar, "$primary"))
            )
        return Content("\n").join(lines)
