"""A part of a screen that scrolls, with vi's keys beside the arrows and an id for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll

from studytui.ui.keys import binding

if TYPE_CHECKING:
    from textual.binding import BindingType


class Pane(VerticalScroll, inherit_bindings=False):
    """Scrolls when its content is taller than it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("down,j", "scroll_down", "pane.down", show=False),
        binding("up,k", "scroll_up", "pane.up", show=False),
        binding("pagedown", "page_down", "pane.page_down", show=False),
        binding("pageup", "page_up", "pane.page_up", show=False),
        binding("home,g", "scroll_home", "pane.home", show=False),
        binding("end,G", "scroll_end", "pane.end", show=False),
    ]
    DEFAULT_CSS = """
    Pane { scrollbar-size: 1 1; }
    """
