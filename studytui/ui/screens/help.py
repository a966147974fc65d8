"""Help: the keys that work where the learner is, as they are set now, with the names to rebind them by."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from studytui.ui.format import printable
from studytui.ui.keys import binding, key_name, shown_keys
from studytui.ui.screens.base import BaseScreen
from studytui.ui.widgets.pane import Pane

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.binding import ActiveBinding, Binding, BindingType
    from textual.dom import DOMNode
    from textual.types import CSSPathType

    from studytui.ui.screens.base import Context
    from studytui.ui.texts import Texts


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One binding: its keys, what it does, and its id."""

    id: str
    does: str
    group: str
    keys: list[str]


_KEYS_WIDTH = 22
_GROUPS = ("here", "screen", "app", "text")


def help_rows(active: Mapping[str, ActiveBinding], texts: Texts) -> list[HelpRow]:
    """The active bindings: those of the focused widget first, plain editing last; numbered ones (1 … 9) are one row."""
    bound_by_id = {bound.id: (node, bound) for node, bound, _enabled, _tooltip in active.values()}
    rows = []
    for id_, keys in shown_keys(active).items():
        node, bound = bound_by_id[id_]
        does = texts.binding(id_, bound.description)
        rows.append(HelpRow(id_, does, _group(node, bound), [key_name(key) for key in keys]))
    merged: list[HelpRow] = []
    for stem, numbered in groupby(rows, key=lambda row: row.id.rstrip("123456789")):
        first, *rest = numbered
        if rest and stem != first.id:
            last = rest[-1]
            to = f" … {last.id[len(stem) :]}"
            merged.append(HelpRow(first.id + to, first.does + to, first.group, [f"{first.keys[0]} … {last.keys[0]}"]))
        else:
            merged += [first, *rest]
    return sorted(merged, key=lambda row: _GROUPS.index(row.group))


def _group(node: DOMNode, bound: Binding) -> str:
    if isinstance(node, App):
        return "app"
    if isinstance(node, Screen):
        return "screen"
    return "text" if (bound.id or "").startswith("text.") else "here"


class HelpScreen(BaseScreen[None]):
    """The help for one screen and focus.

    Args:
        context: what every screen is given.
        active: the bindings that were active when help was asked for.
        settings_file: where keys are rebound.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["base.tcss", "help.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [binding("escape,q,ctrl+q", "dismiss", "screen.back")]

    def __init__(self, context: Context, active: Mapping[str, ActiveBinding], *, settings_file: Path) -> None:
        super().__init__(context)
        self.add_class("-help")
        self._rows = help_rows(active, context.texts)
        self._settings_file = settings_file

    def compose_page(self) -> ComposeResult:
        """Title, keys, how to change them."""
        yield Static(Content.styled(self.texts("help.title"), "bold $text-primary"), id="help-title", markup=False)
        with Pane():
            yield Static(help_table(self._rows, self.texts), markup=False)
            rebind = self.texts("help.rebind", file=printable(str(self._settings_file)))
            yield Static(Content(f"{rebind}\n\n{self.texts('help.mouse')}"), id="help-rebind", markup=False)

    def on_mount(self) -> None:
        """Arrows scroll."""
        self.query_one(Pane).focus()


def help_table(rows: Sequence[HelpRow], texts: Texts) -> Content:
    """Keys, what they do, ids; aligned in cells, grouped by where they work."""
    keys = [_key_lines(row.keys) for row in rows]
    keys_width = max((line.cell_length for lines in keys for line in lines), default=0)
    does_width = max((Content(row.does).cell_length for row in rows), default=0)
    table: list[Content] = []
    group = ""
    for row, (first, *more) in zip(rows, keys, strict=True):
        if row.group != group:
            group = row.group
            table += [*([Content("")] if table else []), Content.styled(texts(f"help.group.{group}"), "bold")]
        does = Content(row.does)
        gaps = [" " * (keys_width - first.cell_length + 2), " " * (does_width - does.cell_length + 2)]
        table.append(Content.assemble("  ", first, gaps[0], does, gaps[1], (row.id, "dim")))
        table += [Content("  ") + line for line in more]
    return Content("\n").join(table)


def _key_lines(keys: Sequence[str]) -> list[Content]:
    """The keys of one binding, over as many lines as they take."""
    lines = [keys[0]]
    for key in keys[1:]:
        if len(lines[-1]) + 2 + len(key) <= _KEYS_WIDTH:
            lines[-1] += f"  {key}"
        else:
            lines.append(key)
    return [Content.styled(line, "bold $text-primary") for line in lines]
