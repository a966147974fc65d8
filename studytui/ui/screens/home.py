"""Home: what is waiting, what was done today, and one key to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from studytui.errors import StoreError
from studytui.ui.format import printable, until
from studytui.ui.keys import binding
from studytui.ui.screens.base import BaseScreen
from studytui.ui.widgets.deck_list import DeckList, DeckRows, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.types import CSSPathType

    from studytui.cards.problems import Problem
    from studytui.errors import StudyError
    from studytui.overview import Overview
    from studytui.ui.screens.base import Context
    from studytui.ui.widgets.deck_list import Row


class HomeScreen(BaseScreen[None]):
    """Decks and counts. Posts `Study`, `Reload` and `Show…` to the app.

    Args:
        context: what every screen is given.
        overview: what the first frame shows; None while the decks are being read.
        problems: of the decks that were left out, and warnings.
        decks_folder: where the learner's own decks go, named where there are none.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["base.tcss", "home.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        binding("c,slash", "show_cards", "home.cards"),
        binding("t", "show_progress", "home.progress"),
        binding("p", "show_problems", "home.problems"),
        binding("s", "show_suspended", "home.suspended"),
        binding("r", "reload", "home.reload"),
        binding("q,ctrl+q", "app.quit", "home.quit"),
    ]

    class Study(Message):
        """The learner wants to study `deck`, or every deck where it is None."""

        def __init__(self, deck: str | None) -> None:
            super().__init__()
            self.deck = deck

    class Reload(Message):
        """The decks should be read again."""

    class ShowCards(Message):
        """The cards of `deck` should be shown, or of every deck where it is None."""

        def __init__(self, deck: str | None) -> None:
            super().__init__()
            self.deck = deck

    class ShowProgress(Message):
        """It should be shown how learning goes."""

    class ShowSuspended(Message):
        """The suspended cards should be shown."""

    class ShowProblems(Message):
        """The problems should be shown."""

    def __init__(
        self,
        context: Context,
        overview: Overview | None,
        problems: Sequence[Problem],
        *,
        decks_folder: Path,
    ) -> None:
        super().__init__(context)
        self._overview = overview
        self._problems = problems
        self._decks_folder = decks_folder

    def compose_page(self) -> ComposeResult:
        """From top to bottom: today, what to do, the decks, what was left out."""
        yield Static(id="today", markup=False)
        yield Static(id="todo", markup=False)
        yield DeckList(self.texts)
        yield Static(id="left-out", markup=False)

    def on_mount(self) -> None:
        """Fill the page before its first frame."""
        if self._overview is None:
            self.query_one(DeckList).display = False
            self.query_one("#today", Static).update(Content.styled(self.texts("home.title"), "bold $text-primary"))
            self.query_one("#todo", Static).update(Content.styled(self.texts("home.reading"), "dim"))
        else:
            self.show(self._overview, self._problems)

    def show(self, overview: Overview, problems: Sequence[Problem] | None = None) -> None:
        """Show other counts, and other problems where they are given."""
        self._overview = overview
        if problems is not None:
            self._problems = problems
        rows = rows_of(overview, self.texts)
        deck_list = self.query_one(DeckList)
        deck_list.show(rows)
        deck_list.display = bool(rows)
        if self.focused is None and rows:
            self.query_one(DeckRows).focus()
        self.query_one("#today", Static).update(self._today(overview))
        self.query_one("#left-out", Static).update(self._left_out())
        self._show_todo()
        self.refresh_bindings()

    def complain(self, error: StudyError) -> None:
        """Show an error; one of the database says why there are no counts, which are then no longer waited for."""
        super().complain(error)
        if self._overview is None and isinstance(error, StoreError):
            self.query_one("#todo", Static).update(Content())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - textual's
        """Problems are offered where there are some, cards and progress where there are decks."""
        if action in ("show_cards", "show_progress"):
            return self._overview is not None and bool(self._overview.decks)
        return action != "show_problems" or bool(self._problems)

    def action_show_cards(self) -> None:
        """Show the cards of the deck that is pointed at."""
        row = self.query_one(DeckList).pointed
        self.post_message(self.ShowCards(row.deck if row else None))

    def action_show_problems(self) -> None:
        """Say which decks were left out and why."""
        self.post_message(self.ShowProblems())

    def action_show_progress(self) -> None:
        """Show how learning goes."""
        self.post_message(self.ShowProgress())

    def action_show_suspended(self) -> None:
        """Show the cards that are suspended."""
        self.post_message(self.ShowSuspended())

    def action_reload(self) -> None:
        """Read the decks again."""
        self.post_message(self.Reload())

    def on_deck_list_chosen(self, message: DeckList.Chosen) -> None:
        """Study, or say that there is nothing to study."""
        message.stop()
        row = self.query_one(DeckList).pointed
        if row and row.new + row.learning + row.due == 0:
            self.say(self._nothing_due())
        else:
            self.hush()
            self.post_message(self.Study(message.deck))

    def on_deck_list_pointed(self, message: DeckList.Pointed) -> None:
        """What Enter does depends on the row."""
        message.stop()
        self._show_todo()

    def _today(self, overview: Overview) -> Content:
        texts = self.texts
        done = [texts("home.reviewed", n=overview.reviewed_today)]
        if overview.streak_days > 1:
            done.append(texts("home.streak", n=overview.streak_days))
        return Content.assemble(
            (texts("home.title"), "bold $text-primary"),
            "    ",
            (f"{texts('home.today')}  ", "dim"),
            " · ".join(done),
        )

    def _show_todo(self) -> None:
        row = self.query_one(DeckList).pointed
        self.query_one("#todo", Static).update(self._todo(row))

    def _todo(self, row: Row | None) -> Content:
        texts = self.texts
        if row is None:
            return Content.assemble(
                (texts("home.empty"), "bold"), "\n", texts("home.empty.hint", folder=printable(str(self._decks_folder)))
            )
        parts = [
            texts(f"home.what.{name}", n=number)
            for name, number in (("due", row.due), ("learning", row.learning), ("new", row.new))
            if number
        ]
        if not parts:
            return Content.assemble((texts("home.nothing"), "bold"), " ", self._nothing_due())
        what = parts[0] if len(parts) == 1 else texts("home.what.and", first=", ".join(parts[:-1]), second=parts[-1])
        return Content.assemble(
            ("▸ ", "$text-primary"), (texts("home.study", key=self.key_of("home.study"), what=what), "bold")
        )

    def _nothing_due(self) -> str:
        overview, texts = self._overview, self.texts
        if overview is None or overview.next_due is None:
            return texts("home.done")
        return texts("home.next_due", when=until(texts, overview.next_due, self.context.clock()))

    def _left_out(self) -> Content:
        texts = self.texts
        if not self._problems:
            return Content()
        left_out = {problem.path.name: None for problem in self._problems if problem.severity == "error"}
        key = self.key_of("home.problems")
        if not left_out:
            return Content.styled(texts("home.warnings", n=len(self._problems), key=key), "dim")
        names = ", ".join(map(printable, list(left_out)[:3])) + (", …" if len(left_out) > 3 else "")
        return Content.assemble(
            ("! ", "bold $text-warning"), texts("home.left_out", n=len(left_out), names=names, key=key)
        )
