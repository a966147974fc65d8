"""What every screen has: a page, a notice, the key bar, and one clear sentence where the terminal is too small."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from studytui.errors import StudyError
from studytui.ui.keys import binding
from studytui.ui.widgets.key_bar import KeyBar
from studytui.ui.widgets.notice import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from studytui.ui.keys import Keys
    from studytui.ui.texts import Texts

MIN_WIDTH = 60
MIN_HEIGHT = 16
WIDE = 110
"""Columns from which a prompt and an answer stand side by side: 50 for the words, 60 for code."""

Result = TypeVar("Result")


class OfScreen(Message):
    """What a screen tells the app about itself.

    A key may come twice, and help may stand over the screen by then: the app asks whether and where it still is.
    """

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self.screen = screen


@dataclass(frozen=True, slots=True)
class Context:
    """What every screen is given: the learner's language and keys, and the clock (aware times)."""

    texts: Texts
    keys: Keys
    clock: Callable[[], datetime]


class BaseScreen(Screen[Result], inherit_bindings=False):
    """A screen of studytui; `compose_page` says what is on it."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (MIN_WIDTH, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - as textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (MIN_HEIGHT, "-short"), (32, "-tall")]  # noqa: RUF012 - as textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        binding("tab", "app.focus_next", "screen.next", show=False),
        binding("shift+tab", "app.focus_previous", "screen.previous", show=False),
        binding("ctrl+c,super+c", "screen.copy_text", "screen.copy", show=False),
    ]

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.texts = context.texts

    def compose(self) -> ComposeResult:
        """The page, and what stands over and under it."""
        with Vertical(id="page"):
            yield from self.compose_page()
        with Vertical(id="foot"):
            yield Notice()
            yield KeyBar(self.texts)
        yield Static(id="too-small", markup=False)

    def compose_page(self) -> ComposeResult:
        """The parts of this screen."""
        raise NotImplementedError

    def on_resize(self, event: events.Resize) -> None:
        """Say how small is too small; the classes of the breakpoints decide whether it is seen."""
        words = self.texts(
            "app.too_small",
            width=MIN_WIDTH,
            height=MIN_HEIGHT,
            now_width=event.size.width,
            now_height=event.size.height,
        )
        self.query_one("#too-small", Static).update(Content(words))

    def key_of(self, binding_id: str) -> str:
        """The first key of a binding as it is set now, as it is printed on a keyboard."""
        return self.context.keys.name(binding_id)

    def save_draft(self) -> None:
        """Save what was typed; on most screens nothing is."""

    def say(self, message: str) -> None:
        """Show a message that is good to know."""
        self.query_one(Notice).say(message)

    def complain(self, error: StudyError) -> None:
        """Show an error the learner can mend; everything goes on."""
        self.query_one(Notice).complain(*error.said(self.texts.language))

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turn an error the learner can mend into a message; everything goes on."""
        try:
            yield
        except StudyError as error:
            self.complain(error)

    def hush(self) -> None:
        """Take the message away."""
        self.query_one(Notice).hush()
