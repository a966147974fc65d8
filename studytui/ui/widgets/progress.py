"""How far a grade has come: a still bar that only moves when a case is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from studytui.ui.texts import Texts

_CELLS = 24


class GradeProgress(Static):
    """Hidden unless a grade is running."""

    DEFAULT_CSS = """
    GradeProgress {
        height: 1;
        display: none;
        &.-shown { display: block; }
    }
    """

    def __init__(self, texts: Texts) -> None:
        super().__init__(markup=False)
        self._texts = texts

    def show(self, run: int, total: int, cancel_key: str) -> None:
        """Show `run` of `total` cases; a total of 0 is not known yet."""
        filled = _CELLS * run // total if total else 0
        done = self._texts("study.grading.cases", run=run, total=total) if total else self._texts("study.grading")
        self.update(
            Content.assemble(
                ("━" * filled, "bold $primary"), ("─" * (_CELLS - filled), "dim"), f"  {done}  ",
                (self._texts("study.grading.cancel", key=cancel_key), "dim"),
            )
        )  # fmt: skip
        self.add_class("-shown")

    def hide(self) -> None:
        """The grade is over."""
        self.remove_class("-shown")
