"""The list of cards: find one, study it now, suspend or release it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from studytui.cards.needs import INSTALL, NAMES
from studytui.cards.text import in_language
from studytui.overview import Standing
from studytui.ui.card_filter import CardFilter
from studytui.ui.format import printable
from studytui.ui.keys import binding
from studytui.ui.screens.base import OfScreen
from studytui.ui.screens.waiting import WaitingScreen
from studytui.ui.widgets.card_table import CardTable, standing_words
from studytui.ui.widgets.find_box import FindBox
from studytui.ui.widgets.words import inline

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.types import CSSPathType
    from textual.widgets import Input

    from studytui.overview import CardRow
    from studytui.session import Session
    from studytui.ui.screens.base import Context
    from studytui.ui.turns import Turns


class CardsScreen(WaitingScreen):
    """The cards of a deck, or of all. Posts `Chosen` with a session that is at the card.

    Letters go into the box above the list; where the list has the focus they are vi's keys.

    Args:
        context: what every screen is given.
        turns: where all that asks the store waits for its turn.
        title: whose cards these are.
        rows: the cards as they stand now.
        read: reads them anew, in the store's turn.
        start: begins a session that is about one card.
        suspend: suspends a card, or releases it where its second argument is false.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["base.tcss", "cards.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        binding("enter", "study", "cards.study"),
        binding("ctrl+x,x", "suspend", "cards.suspend"),
        binding("ctrl+z,u", "undo", "cards.undo"),
        binding("slash", "find", "cards.find"),
        binding("down,j", "move(1)", "cards.down", show=False),
        binding("up,k", "move(-1)", "cards.up", show=False),
        binding("pagedown", "page(1)", "cards.page_down", show=False),
        binding("pageup", "page(-1)", "cards.page_up", show=False),
        binding("home,g", "move(-1_000_000)", "cards.first", show=False),
        binding("end,G", "move(1_000_000)", "cards.last", show=False),
        binding("escape,q,ctrl+q", "dismiss", "screen.back"),
    ]

    class Chosen(OfScreen):
        """A card is to be studied; its session has been started."""

        def __init__(self, screen: CardsScreen, session: Session) -> None:
            super().__init__(screen)
            self.session = session

    def __init__(
        self,
        context: Context,
        turns: Turns,
        *,
        title: str,
        rows: Sequence[CardRow],
        read: Callable[[], Sequence[CardRow]],
        start: Callable[[str], Awaitable[Session]],
        suspend: Callable[[str, bool], Awaitable[None]],
    ) -> None:
        super().__init__(context, turns)
        self._heading = title
        self._rows = rows
        self._filter = CardFilter(row.entry for row in rows)
        self._read, self._start, self._suspend = read, start, suspend
        self._rated: Session | None = None
        """The session whose review can be taken back from here."""
        self._is_stale = False

    def compose_page(self) -> ComposeResult:
        """From top to bottom: how many, what to find, the rows, the one that is pointed at."""
        yield Static(id="cards-title", markup=False)
        with Horizontal(id="cards-find"):
            yield Static("›", markup=False)
            yield FindBox(self.texts("cards.find"))
        yield CardTable(self.texts)
        nothing = self.texts("cards.none", key=self.key_of("find.clear"))
        yield Static(Content(nothing), id="cards-none", markup=False)
        with Vertical(id="card-detail"):
            yield Static(id="card-facts", markup=False)
            yield Static(id="card-prompt", markup=False)

    def on_mount(self) -> None:
        """Type to find."""
        self.query_one(CardTable).measure(self._rows)
        self._narrow()
        self.query_one(FindBox).focus()

    def on_screen_suspend(self) -> None:
        """What is done elsewhere changes the rows."""
        self._is_stale = True

    def on_screen_resume(self) -> None:
        """Back from a card, or from help."""
        if self._is_stale and not self.is_waiting:
            self.wait_for(self._renew)

    def come_back(self, session: Session, words: str) -> None:
        """A card was studied to its end; `words` say what was done last."""
        self._rated = session if session.reviewed else None
        self.wait_for(lambda: self._renew(lambda: words or self._outcome()))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - textual's
        """A review can be taken back where there was one; without a row there is nothing to study or suspend."""
        if action == "undo":
            return self._rated is not None and not self.is_waiting
        return action not in ("study", "suspend") or (self._pointed is not None and not self.is_waiting)

    # Finding

    def on_input_changed(self, message: Input.Changed) -> None:
        """Show what has all of the words."""
        message.stop()
        self.hush()
        self._narrow()

    def on_card_table_pointed(self, message: CardTable.Pointed) -> None:
        """Say more about the row."""
        message.stop()
        self.query_one("#card-facts", Static).update(self._facts())
        row = self._pointed
        prompt = inline(in_language(row.entry.prompt, self.texts.language)) if row else Content()
        self.query_one("#card-prompt", Static).update(prompt)

    def on_card_table_chosen(self, message: CardTable.Chosen) -> None:
        """As Enter."""
        message.stop()
        self.action_study()

    def action_find(self) -> None:
        """Type again."""
        self.query_one(FindBox).focus()

    def action_move(self, by: int) -> None:
        """Point `by` rows further down."""
        self.query_one(CardTable).move(by)

    def action_page(self, direction: int) -> None:
        """A page up or down."""
        table = self.query_one(CardTable)
        table.move(direction * table.page)

    # Doing

    def action_study(self) -> None:
        """Study the card that is pointed at, now."""
        row = self._pointed
        if row is None or self.is_waiting:
            return
        if not row.gradable:
            need, card = row.entry.needs or "", printable(row.entry.id)
            self.say(self.texts("cards.needs", card=card, need=NAMES.get(need, need), command=INSTALL.get(need, need)))
            return
        self.wait_for(lambda: self._begin(row.entry.id))

    async def _begin(self, card: str) -> None:
        self.post_message(self.Chosen(self, await self._start(card)))

    def action_suspend(self) -> None:
        """Suspend the card that is pointed at, or take it in again."""
        row = self._pointed
        if row is not None and not self.is_waiting:
            self.wait_for(lambda: self._toggle(row))

    async def _toggle(self, row: CardRow) -> None:
        suspended = row.standing is not Standing.SUSPENDED
        await self._suspend(row.entry.id, suspended)
        sentence = "cards.suspended" if suspended else "suspended.released"
        card, key = printable(row.entry.id), self.key_of("cards.suspend")
        await self._renew(lambda: self.texts(sentence, card=card, key=key))

    def action_undo(self) -> None:
        """Take the last review back and return to its card."""
        session = self._rated
        if session is not None and not self.is_waiting:
            self.wait_for(lambda: self._undo(session))

    async def _undo(self, session: Session) -> None:
        undone = await self.turn(session.undo)
        self._rated = None
        if undone is None:
            self.say(self.texts("study.nothing_to_undo"))
        else:
            self.post_message(self.Chosen(self, session))

    async def _renew(self, then: Callable[[], str] = str) -> None:
        """Show the rows as they stand now, and say what `then` gives."""
        rows = await self.turn(self._read)
        self._is_stale = False
        if [row.entry.id for row in rows] != [row.entry.id for row in self._rows]:
            self._filter = CardFilter(row.entry for row in rows)
        self._rows = rows
        self.query_one(CardTable).measure(rows)
        self._narrow()
        if words := then():
            self.say(words)

    def _outcome(self) -> str:
        """What a review that was just made has come to."""
        session, row = self._rated, self._pointed
        if session is None or row is None or session.summary().cards != (row.entry.id,):
            return ""
        state = standing_words(row, self.texts)
        key = self.key_of("cards.undo")
        return self.texts("cards.rated", card=printable(row.entry.id), state=state, key=key)

    # What is on the screen

    @property
    def _pointed(self) -> CardRow | None:
        return self.query_one(CardTable).pointed

    def _narrow(self) -> None:
        pointed = self._pointed
        places = self._filter.matches(self.query_one(FindBox).value)
        self.query_one(CardTable).show([self._rows[place] for place in places], pointed.entry.id if pointed else None)
        self.set_class(not places, "-none")
        self.query_one("#cards-title", Static).update(
            Content.assemble(
                (self.texts("cards.title"), "bold $text-primary"),
                f"  {printable(self._heading)}  ",
                (self.texts("cards.count", n=len(places), total=len(self._rows)), "dim"),
            )
        )
        self.refresh_bindings()

    def _facts(self) -> Content:
        row, texts = self._pointed, self.texts
        if row is None:
            return Content()
        entry = row.entry
        facts = [texts(f"study.kind.{entry.kind}")]
        if entry.depth is not None:
            facts.append(texts(f"study.depth.{entry.depth}"))
        if entry.topics:
            facts.append(printable(", ".join(entry.topics)))
        return Content.assemble(
            (printable(entry.id), "bold"),
            f"  {standing_words(row, texts)}",
            (f"  {' · '.join(facts)}", "dim"),
        )
