"""The key bar: what can be done here, from the live key map, as clickable words over as many lines as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from studytui.ui.keys import key_name, shown_keys

if TYPE_CHECKING:
    from textual.screen import Screen

    from studytui.ui.texts import Texts

_GAP = 2


class KeyBar(Static):
    """Shows the bindings of the focused widget, its screen and the app that are meant to be seen.

    textual's own footer is one line that scrolls; at 80 columns half of the study screen's keys would be out of sight.
    """

    ALLOW_SELECT: ClassVar[bool] = False
    DEFAULT_CSS = """
    KeyBar {
        height: auto;
        padding: 0 1;
        background: $panel;
        color: $foreground 75%;
        link-style: none;
        link-color: $foreground 75%;
        link-background-hover: $boost;
        link-color-hover: $foreground;
        link-style-hover: bold;
    }
    """

    def __init__(self, texts: Texts) -> None:
        super().__init__(markup=False)
        self._texts = texts
        self._items: list[tuple[str, str]] = []

    def on_mount(self) -> None:
        """Follow the key map, which changes with the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow, immediate=True)

    def on_resize(self) -> None:
        """Lay the words out anew."""
        self._lay_out(self.content_size.width)

    def _follow(self, screen: Screen[object]) -> None:
        if screen is not self.screen or not self.is_attached:
            return
        active = screen.active_bindings
        shown = {bound.id: bound for _node, bound, enabled, _tip in active.values() if bound.show and enabled}
        items = [
            (keys[0], self._texts.binding(id_, shown[id_].description))
            for id_, keys in shown_keys(active).items()
            if id_ in shown
        ]
        if items != self._items:
            self._items = items
            self._lay_out(self.content_size.width)

    def _lay_out(self, width: int) -> None:
        lines: list[list[Content]] = [[]]
        used = 0
        for key, words in self._items:
            item = Content.assemble((key_name(key), "bold $primary-lighten-2"), " ", words).stylize(
                Style.from_meta({"@click": f"app.simulate_key({key!r})"})
            )
            if used and width and used + _GAP + item.cell_length > width:
                lines.append([])
                used = 0
            used += item.cell_length + (_GAP if lines[-1] else 0)
            lines[-1].append(item)
        self.update(Content("\n").join(Content(" " * _GAP).join(line) for line in lines))
