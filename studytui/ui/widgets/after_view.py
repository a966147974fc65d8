"""What comes after an answer: the verdict, then what explains it, then the solution."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from studytui.cards.text import in_language
from studytui.ui.widgets.pane import Pane
from studytui.ui.widgets.picture_view import PictureView, ShapesView
from studytui.ui.widgets.verdict_view import VerdictView
from studytui.ui.widgets.words import Words, fenced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.widget import Widget

    from studytui.cards.models import Card
    from studytui.grader.picture import TracedLine
    from studytui.grader.verdict import Verdict
    from studytui.ui.texts import Texts

_OWN_STEPS = ("choice", "recall")
"""Kinds whose answer widget shows the judged steps itself."""
_TELLS = ("choice", "recall", "predict")
"""Kinds whose verdict tells the right answer, so that an explanation gives nothing away."""


class AfterView(Pane):
    """Hidden while there is nothing in it."""

    DEFAULT_CSS = """
    AfterView {
        height: auto;
        display: none;
        &.-shown { display: block; }
        VerdictView, ShapesView, PictureView { margin-bottom: 1; }
        .title { color: $foreground 55%; }
    }
    """

    def __init__(self, card: Card, texts: Texts) -> None:
        super().__init__()
        self.card = card
        self.texts = texts

    async def show(self, verdict: Verdict | None, solution: str | None) -> None:
        """Show a verdict, a solution, or both; nothing hides the view."""
        with self.app.batch_update():
            await self.remove_children()
            self.set_class(verdict is not None or solution is not None, "-shown")
            if verdict is not None:
                await self.mount(VerdictView(verdict, self.texts, steps=self.card.kind not in _OWN_STEPS))
            if verdict is not None and self.card.kind == "recall" and solution is None:
                await self._mount("study.answer", in_language(self.card.answer, self.texts.language))
            if solution is not None:
                await self._mount("study.solution", self._solution(solution))
            told = verdict is not None and (verdict.passed or self.card.kind in _TELLS)
            if self.card.explanation is not None and (told or solution is not None):
                await self._mount("study.explanation", in_language(self.card.explanation, self.texts.language))
            self.scroll_home(animate=False)

    async def explain(self, traced: Sequence[TracedLine], key_of: Callable[[str], str]) -> PictureView | None:
        """Show, below the verdict, what each line of the snippet made; gives the pictures, if there are any.

        `key_of` names the key of a binding.
        """
        pictures = [picture for line in traced for picture in line.pictures]
        view = PictureView(pictures, self.texts, key_of) if pictures else None
        parts: list[Widget] = [self._title("picture.lines"), ShapesView(traced)] if traced else []
        parts += [self._title("picture.where"), view] if view is not None else []
        await self.mount(*parts, after=self.query(VerdictView).first() if self.query(VerdictView) else None)
        return view

    def _title(self, title: str) -> Static:
        return Static(Content(self.texts(title)), classes="title", markup=False)

    async def _mount(self, title: str, markdown: str) -> None:
        await self.mount(self._title(title), Words(markdown))

    def _solution(self, solution: str) -> str:
        if self.card.kind == "implement":
            return fenced(solution)
        return fenced(solution, "text") if self.card.kind in ("derive", "predict") else solution
