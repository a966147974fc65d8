"""Lists whose lines are ticked by digit, space or click: the options of a choice, the points of a recall answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from studytui.ui.format import hanging
from studytui.ui.keys import binding
from studytui.ui.widgets.verdict_view import mark
from studytui.ui.widgets.words import inline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.binding import BindingType

    from studytui.grader.verdict import Step
    from studytui.ui.texts import Texts

DIGITS = "123456789"
_MARGIN = 6
"""Cells of the box and the number before a line's words."""


class TickList(OptionList, inherit_bindings=False):
    """Numbered lines, each ticked or not. Posts `Ticked` after every change and `Done` on Enter.

    Args:
        lines: what each line says.
        one: at most one line is ticked at a time.
        ticks: which are ticked at first.
    """

    DEFAULT_CSS = """
    TickList {
        height: auto;
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;
        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted { background: transparent; color: $foreground; text-style: none; }
        &:focus > .option-list--option-highlighted { background: $primary-muted; color: $text; text-style: none; }
        &:nocolor:focus > .option-list--option-highlighted { text-style: underline; }
    }
    """

    class Ticked(Message):
        """The ticks changed."""

        def __init__(self, ticks: tuple[bool, ...]) -> None:
            super().__init__()
            self.ticks = ticks

    class Done(Message):
        """The learner is done with ticking."""

    def __init__(self, lines: Sequence[str], *, one: bool = False, ticks: Sequence[bool] = ()) -> None:
        self._words = [line.strip() for line in lines]
        self._one = one
        self._ticks = list(ticks) or [False] * len(self._words)
        self._judged: list[tuple[tuple[str, str], str, str]] = []
        """Of each line its sign, what was made of it, and why."""
        self._cells = 60
        super().__init__(*(Option(self._line(place)) for place in range(len(self._words))), markup=False)

    @property
    def ticks(self) -> tuple[bool, ...]:
        """Which lines are ticked."""
        return tuple(self._ticks)

    @property
    def numbers(self) -> str:
        """The ticked lines as the grader takes them: 1-based, comma-separated."""
        return ",".join(str(place + 1) for place, ticked in enumerate(self._ticks) if ticked)

    def show_ticks(self, ticks: Sequence[bool]) -> None:
        """Set the ticks without a message."""
        self._ticks = [*ticks, *([False] * len(self._words))][: len(self._words)]
        self._redraw()

    def judge(self, steps: Sequence[Step], texts: Texts) -> None:
        """Say of each line whether it was rightly ticked or left, and why; no steps takes that away."""
        self._judged = [(*mark(step, texts), step.says.strip()) for step in steps]
        self._redraw()

    def action_tick(self) -> None:
        """Tick the highlighted line, or untick it."""
        if self.highlighted is not None:
            self._flip(self.highlighted)

    def action_digit(self, number: int) -> None:
        """Tick line `number`, or untick it."""
        if number <= len(self._words):
            self.highlighted = number - 1
            self._flip(number - 1)

    def action_submit(self) -> None:
        """Done; a list of which one line is to be chosen takes the highlighted one where none is."""
        if self._one and not any(self._ticks):
            self.action_tick()
        self.post_message(self.Done())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click ticks."""
        event.stop()
        self._flip(event.option_index)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Of no interest to others."""
        event.stop()

    def _flip(self, place: int) -> None:
        if self.disabled or self._judged:
            return
        ticked = not self._ticks[place]
        if self._one:
            self._ticks = [False] * len(self._words)
        self._ticks[place] = ticked
        self._redraw()
        self.post_message(self.Ticked(self.ticks))

    def _redraw(self) -> None:
        for place in range(len(self._words)):
            self.replace_option_prompt_at_index(place, self._line(place))

    def on_resize(self, event: events.Resize) -> None:
        """Break the lines anew."""
        if event.size.width != self._cells:
            self._cells = event.size.width
            self._redraw()

    def _line(self, place: int) -> Content:
        ticked = self._ticks[place]
        box = ("(•)" if ticked else "( )") if self._one else ("[x]" if ticked else "[ ]")
        sign, made_of_it, why = self._judged[place] if place < len(self._judged) else (("", ""), "", "")
        margin = _MARGIN + len(sign[0])
        width = max(self._cells - 3 - margin, 20)  # padding, and a column for the scroll bar
        line = inline(self._words[place])
        if made_of_it:
            line = Content.assemble(line, (f" — {made_of_it}", "bold"))
        words = hanging(line, width, margin)
        if why:
            words = Content.assemble(words, "\n" + " " * margin, hanging(inline(why, "dim"), width, margin))
        return Content.assemble(sign, (box, "bold" if ticked else ""), (f" {place + 1} ", "dim"), words)


class ChoiceList(TickList, inherit_bindings=False):
    """The options of a choice card."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("space", "tick", "choice.tick"),
        *(binding(digit, f"digit({digit})", f"choice.digit{digit}", show=False) for digit in DIGITS),
        binding("enter", "submit", "choice.submit"),
        binding("down,j", "cursor_down", "choice.down", show=False),
        binding("up,k", "cursor_up", "choice.up", show=False),
    ]


class PointList(TickList, inherit_bindings=False):
    """The points of a recall answer: the grader ticks those it finds, the learner has the last word."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("space", "tick", "points.tick"),
        *(binding(digit, f"digit({digit})", f"points.digit{digit}", show=False) for digit in DIGITS),
        binding("enter", "submit", "points.done"),
        binding("down,j", "cursor_down", "points.down", show=False),
        binding("up,k", "cursor_up", "points.up", show=False),
    ]
