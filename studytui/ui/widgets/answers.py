"""Where a card is answered: one widget a kind, all of them read and written as the text the grader takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from studytui.cards.text import in_language
from studytui.ui.widgets.choice_list import ChoiceList, PointList, TickList
from studytui.ui.widgets.formula_preview import FormulaPreview
from studytui.ui.widgets.text_box import CodeEditor, TextBox

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from studytui.cards.models import Card, ChoiceCard, DeriveCard, PredictCard, RecallCard
    from studytui.grader.verdict import Verdict
    from studytui.ui.texts import Texts

BESIDE = 100
"""Columns of a terminal from which formulas are drawn beside the editor and not below it."""


class Answer(Vertical):
    """The answer to one card. Posts `Edited` when it changes and `Submitted` when it is finished.

    Args:
        texts: the sentences.
    """

    DEFAULT_CSS = """
    Answer {
        height: auto;
        & > .title { height: 1; color: $foreground 55%; }
        TextArea {
            border: round $foreground 25%;
            background: transparent;
            padding: 0 1;
            scrollbar-size-vertical: 1;
            scrollbar-size-horizontal: 1;
            &:focus { border: round $primary; }
            &:nocolor:focus { border: heavy $foreground; }
        }
    }
    """
    is_text: ClassVar[bool] = True
    """Whether it is typed, so that letters are no commands while it has the focus."""

    class Edited(Message):
        """The answer is another one now."""

    class Submitted(Message):
        """The learner asks for the verdict."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self.texts = texts
        self.heading = texts(f"answer.title.{self.kind}")

    kind: ClassVar[str]

    def compose(self) -> ComposeResult:
        """A title and what is typed into."""
        yield Static(Content(self.heading), classes="title", markup=False)
        yield self.make_input()

    def make_input(self) -> Widget:
        """What the learner types into."""
        return TextBox()

    @property
    def input(self) -> Widget:
        """What takes the focus."""
        return self.query_one(TextBox)

    @property
    def value(self) -> str:
        """The answer as the grader takes it."""
        return self.query_one(TextBox).text

    def load(self, text: str) -> None:
        """Put `text` in, as it was saved."""
        box = self.query_one(TextBox)
        box.load_text(text)
        box.move_cursor(box.document.end)
        box.call_after_refresh(box.reveal_cursor)

    def judge(self, verdict: Verdict | None) -> None:
        """Show of a verdict what belongs beside the answer; None takes it away."""

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """It was typed."""
        event.stop()
        self._follow(event.text_area)
        self.post_message(self.Edited())

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """The cursor moved."""
        event.stop()
        self._follow(event.text_area)

    def _follow(self, box: TextArea) -> None:
        """Bring what is being written back into sight, after a verdict below it; never under a mouse that selects."""
        if box.has_focus and self.app.mouse_captured is None:
            box.scroll_visible(animate=False)

    def on_text_box_submitted(self, event: TextBox.Submitted) -> None:
        """Enter, where it means that."""
        event.stop()
        self.post_message(self.Submitted())


class ImplementAnswer(Answer):
    """A Python editor."""

    kind = "implement"

    def make_input(self) -> Widget:
        """An editor that knows Python's indentation."""
        return CodeEditor()

    def load(self, text: str) -> None:
        """Put the code in, with the cursor where there is something to write."""
        editor = self.query_one(CodeEditor)
        editor.load_text(text)
        lines = text.rstrip().split("\n")
        if lines[-1].strip() == "...":
            row = len(lines) - 1
            editor.selection = editor.selection.__class__((row, len(lines[-1]) - 3), (row, len(lines[-1])))
        else:
            editor.move_cursor(editor.document.end)
        editor.call_after_refresh(editor.reveal_cursor)

    def judge(self, verdict: Verdict | None) -> None:
        """Put the cursor where the verdict points."""
        if verdict is not None and verdict.line is not None and not verdict.passed:
            editor = self.query_one(CodeEditor)
            row = min(verdict.line, editor.document.line_count) - 1
            with self.prevent(TextArea.SelectionChanged):  # the verdict is to be read first
                editor.move_cursor((row, max(0, (verdict.column or 1) - 1)))


class DeriveAnswer(Answer):
    """Lines of formulas, and how they look on paper: beside them where there is room, else below."""

    kind = "derive"
    DEFAULT_CSS = """
    DeriveAnswer {
        #derivation { height: auto; }
        FormulaPreview { max-height: 8; margin-top: 0; }
        &.-beside {
            #derivation { layout: horizontal; }
            TextBox, FormulaPreview { width: 1fr; }
            FormulaPreview { max-height: 20; margin: 1 0 0 1; }
        }
    }
    """

    def __init__(self, card: DeriveCard, texts: Texts) -> None:
        super().__init__(texts)
        self._card = card
        self._placeholder = texts("answer.derive.placeholder", asks=card.asks)

    def compose(self) -> ComposeResult:
        """The editor and its preview."""
        yield Static(Content(self.heading), classes="title", markup=False)
        with Vertical(id="derivation"):
            yield self.make_input()
            yield FormulaPreview(self._card, self.texts)

    def make_input(self) -> Widget:
        """Lines with numbers, as the verdict names them."""
        box = TextBox(placeholder=self._placeholder)
        box.show_line_numbers = True
        return box

    def load(self, text: str) -> None:
        """Put the lines in, and draw them."""
        super().load(text)
        self._draw()

    def on_resize(self) -> None:
        """Beside or below."""
        self.set_class(self.app.size.width >= BESIDE, "-beside")

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """It was typed."""
        super().on_text_area_changed(event)
        self._draw()

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """The line at the cursor is in sight."""
        super().on_text_area_selection_changed(event)
        self.query_one(FormulaPreview).look_at(event.selection.end[0])

    def _draw(self) -> None:
        box = self.query_one(TextBox)
        self.query_one(FormulaPreview).show(box.text, box.cursor_location[0])


class PredictAnswer(Answer):
    """What the code gives; Enter grades, except where the output may have several lines."""

    kind = "predict"

    def __init__(self, card: PredictCard, texts: Texts) -> None:
        super().__init__(texts)
        self._asks = card.asks

    def make_input(self) -> Widget:
        """One line, or several for what is printed."""
        placeholder = self.texts(f"answer.predict.{self._asks}")
        return TextBox(submit_on_enter=self._asks != "printed", placeholder=placeholder)


class RecallAnswer(Answer):
    """Words first; then the points, to be ticked."""

    kind = "recall"

    def __init__(self, card: RecallCard, texts: Texts) -> None:
        super().__init__(texts)
        self._points = [in_language(point.says, texts.language) for point in card.points]

    def make_input(self) -> Widget:
        """A few lines for words."""
        return TextBox(placeholder=self.texts("answer.recall.placeholder"))

    def compose(self) -> ComposeResult:
        """The points stay hidden until the answer is given."""
        yield from super().compose()
        with Vertical(id="points"):
            yield Static(Content(self.texts("points.title")), classes="title", markup=False)
            yield PointList(self._points)

    def on_mount(self) -> None:
        """No points yet."""
        self.query_one("#points").display = False

    def judge(self, verdict: Verdict | None) -> None:
        """Show the points, those ticked that the grader found."""
        self.query_one("#points").display = verdict is not None
        if verdict is not None:
            self.query_one(PointList).show_ticks([step.holds for step in verdict.steps])


class ChoiceAnswer(Answer):
    """The options."""

    kind = "choice"
    is_text = False

    def __init__(self, card: ChoiceCard, texts: Texts) -> None:
        super().__init__(texts)
        self._options = [in_language(option.text, texts.language) for option in card.options]
        self._one = sum(option.right for option in card.options) == 1
        self.heading = texts("answer.title.choice" if self._one else "answer.title.choice.many")

    def make_input(self) -> Widget:
        """A list to tick."""
        return ChoiceList(self._options, one=self._one)

    @property
    def input(self) -> Widget:
        """The list."""
        return self.query_one(ChoiceList)

    @property
    def value(self) -> str:
        """The numbers of the chosen options, in the card's order."""
        return self.query_one(ChoiceList).numbers

    def load(self, text: str) -> None:
        """Tick the numbers in `text`."""
        chosen = {number.strip() for number in text.split(",")}
        self.query_one(ChoiceList).show_ticks([str(place + 1) in chosen for place in range(len(self._options))])

    def judge(self, verdict: Verdict | None) -> None:
        """What was made of each option, and why."""
        self.query_one(ChoiceList).judge(verdict.steps if verdict else (), self.texts)

    def on_tick_list_ticked(self, message: TickList.Ticked) -> None:
        """Another choice."""
        message.stop()
        self.post_message(self.Edited())

    def on_tick_list_done(self, message: TickList.Done) -> None:
        """Enter."""
        message.stop()
        self.post_message(self.Submitted())


def make_answer(card: Card, texts: Texts) -> Answer:
    """The widget for a card's kind."""
    match card.kind:
        case "implement":
            return ImplementAnswer(texts)
        case "derive":
            return DeriveAnswer(card, texts)
        case "predict":
            return PredictAnswer(card, texts)
        case "recall":
            return RecallAnswer(card, texts)
        case "choice":
            return ChoiceAnswer(card, texts)
