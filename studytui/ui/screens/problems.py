"""Decks with problems: which were left out, where, why, and how to mend them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from studytui.ui.format import printable
from studytui.ui.keys import binding
from studytui.ui.screens.base import BaseScreen
from studytui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.types import CSSPathType

    from studytui.cards.problems import Problem
    from studytui.ui.screens.base import Context


class ProblemsScreen(BaseScreen[None]):
    """The problems as the reader renders them. Posts `Reload`."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["base.tcss", "problems.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        binding("r", "reload", "problems.reload"),
        binding("escape,q,ctrl+q", "dismiss", "screen.back"),
    ]

    class Reload(Message):
        """The decks should be read again."""

    def __init__(self, context: Context, problems: Sequence[Problem]) -> None:
        super().__init__(context)
        self.add_class("-problems")
        self._problems = problems

    def compose_page(self) -> ComposeResult:
        """Title, what to do, the problems."""
        yield Static(
            Content.styled(self.texts("problems.title"), "bold $text-primary"), id="problems-title", markup=False
        )
        hint = self.texts("problems.hint", key=self.key_of("problems.reload"))
        yield Static(Content.styled(hint, "dim"), id="problems-hint", markup=False)
        with Pane():
            yield Static(id="problems-list", markup=False)

    def on_mount(self) -> None:
        """Show them, and let the arrows scroll."""
        self.show(self._problems)
        self.query_one(Pane).focus()

    def show(self, problems: Sequence[Problem]) -> None:
        """Show other problems, as after a reload."""
        rendered = [_content(problem) for problem in problems]
        nothing = Content(self.texts("problems.none"))
        self.query_one("#problems-list", Static).update(Content("\n\n").join(rendered) if rendered else nothing)

    def action_reload(self) -> None:
        """Read the decks again."""
        self.post_message(self.Reload())


def _content(problem: Problem) -> Content:
    first, _, rest = printable(problem.render()).partition("\n")
    return Content.assemble((first, "bold"), f"\n{rest}" if rest else "")
