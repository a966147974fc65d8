"""Why a snippet gives what it gives: what each line made, and a picture that the arrow keys step through."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content
from textual.widgets import Static

from studytui.ui.format import printable
from studytui.ui.keys import binding
from studytui.ui.picture_drawing import draw, row_length
from studytui.ui.trace_drawing import shape_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events
    from textual.binding import BindingType

    from studytui.grader.picture import Picture, TracedLine
    from studytui.ui.line_layout import Line
    from studytui.ui.texts import Texts

_STYLES: Final = {
    "dim": "dim",
    "title": "bold",
    "source": "bold $text on $primary-muted",
    "chosen": "bold $text on $warning-muted",
    "target": "bold $text on $success-muted",
    "error": "$text-error",
}
_WIDTH: Final = 60
"""Before the first layout has said what there is."""


class ShapesView(Static):
    """The lines of a snippet with shapes and dtypes, for the width it has."""

    DEFAULT_CSS = """
    ShapesView { height: auto; }
    """

    def __init__(self, traced: Sequence[TracedLine]) -> None:
        super().__init__(content_of(shape_lines(traced, _WIDTH)), markup=False)
        self._traced = traced

    def on_resize(self, event: events.Resize) -> None:
        """Lay the lines out anew."""
        self.update(content_of(shape_lines(self._traced, event.size.width)))


class PictureView(Static, can_focus=True):
    """One of several pictures, with one of its output cells marked.

    Args:
        pictures: one or more; the last one is shown first, since it is nearest to what was asked.
        texts: the sentences.
        key_of: names the key of a binding; the key bar has no room for these.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding("right,l", "step(1)", "picture.next", show=False),
        binding("left", "step(-1)", "picture.previous", show=False),
        binding("down", "row(1)", "picture.down", show=False),
        binding("up", "row(-1)", "picture.up", show=False),
        binding("home", "end(-1)", "picture.first", show=False),
        binding("end", "end(1)", "picture.last", show=False),
        binding("n", "turn(1)", "picture.next_picture", show=False),
        binding("p", "turn(-1)", "picture.previous_picture", show=False),
    ]
    DEFAULT_CSS = """
    PictureView {
        height: auto;
        border-left: outer $foreground 20%;
        padding-left: 1;
        &:focus { border-left: outer $primary; }
    }
    """

    def __init__(self, pictures: Sequence[Picture], texts: Texts, key_of: Callable[[str], str]) -> None:
        super().__init__(markup=False)
        self._key_of = key_of
        self._pictures = pictures
        self._texts = texts
        self._at = len(pictures) - 1
        self._steps = [0] * len(pictures)

    @property
    def picture(self) -> Picture:
        """The one that is shown."""
        return self._pictures[self._at]

    @property
    def step(self) -> int:
        """The output cell that is marked, counted from 0."""
        return self._steps[self._at]

    def on_mount(self) -> None:
        """Show the last picture's first step."""
        self._show()

    def on_resize(self) -> None:
        """Lay it out anew."""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - textual's
        """Another picture only where there is one."""
        return action != "turn" or len(self._pictures) > 1

    def action_step(self, by: int) -> None:
        """Mark the output cell so many further on, if there is one."""
        self._go(self.step + by)

    def action_row(self, by: int) -> None:
        """Mark the output cell above or below."""
        self._go(self.step + by * row_length(self.picture, self.step))

    def action_end(self, direction: int) -> None:
        """Mark the first or the last output cell."""
        self._go(0 if direction < 0 else self.picture.steps - 1)

    def action_turn(self, by: int) -> None:
        """Show another picture, at the step where it was left."""
        self._at = (self._at + by) % len(self._pictures)
        self._show()
        self.scroll_visible(animate=False)

    def _go(self, step: int) -> None:
        if 0 <= step < self.picture.steps:
            self._steps[self._at] = step
            self._show()
        self.scroll_visible(animate=False)

    def _show(self) -> None:
        width = self.content_size.width or _WIDTH
        title = Content.styled(printable(self.picture.expression), "bold $text-primary").truncate(width, ellipsis=True)
        lines = draw(self.picture, self.step, width, self._texts)
        self.update(Content("\n").join([title, content_of(lines), Content.styled(self._keys(), "dim")]))

    def _keys(self) -> str:
        arrows = [self._key_of(f"picture.{name}") for name in ("previous", "next", "up", "down")]
        words = [self._texts("picture.keys", keys=" ".join(arrows))]
        if (total := len(self._pictures)) > 1:
            words.append(
                self._texts("picture.of", n=self._at + 1, total=total, key=self._key_of("picture.next_picture"))
            )
        return " · ".join(words)


def content_of(lines: Iterable[Line]) -> Content:
    """Drawn lines in this app's colours."""
    return Content("\n").join(
        Content.assemble(*((printable(text), _STYLES.get(role, "")) for text, role in line)) for line in lines
    )
