"""What the grader says of an answer, for a learner: what is wrong, on what, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from studytui.grader.verdict import Outcome
from studytui.ui.format import hanging, printable
from studytui.ui.widgets.counterexample import counterexample_lines
from studytui.ui.widgets.words import inline

if TYPE_CHECKING:
    from textual import events

    from studytui.grader.verdict import Step, Verdict
    from studytui.ui.texts import Texts

_TITLE = "bold"
_PRINTED_LINES = 12
_MADE_OF_IT = {
    (True, True): "verdict.chosen.rightly",
    (True, False): "verdict.chosen.wrongly",
    (False, True): "verdict.left.rightly",
    (False, False): "verdict.left.wrongly",
}
"""Whether an option was chosen, and whether that was right."""


class VerdictView(Static):
    """A verdict laid out for the width it has.

    Args:
        verdict: what to show.
        texts: the sentences.
        steps: whether to list the judged steps and the right answer; choice and recall show their own.
    """

    DEFAULT_CSS = """
    VerdictView { height: auto; }
    """

    def __init__(self, verdict: Verdict, texts: Texts, *, steps: bool) -> None:
        super().__init__(verdict_content(verdict, 60, texts, steps=steps), markup=False)
        self._verdict = verdict
        self._texts = texts
        self._steps = steps

    def show(self, verdict: Verdict) -> None:
        """Show another verdict, as after a tick."""
        self._verdict = verdict
        self.update(verdict_content(verdict, self.content_size.width, self._texts, steps=self._steps))

    def on_resize(self, event: events.Resize) -> None:
        """Lay out the grids anew."""
        self.update(verdict_content(self._verdict, event.size.width, self._texts, steps=self._steps))


def verdict_content(verdict: Verdict, width: int, texts: Texts, *, steps: bool) -> Content:
    """The whole of `verdict` for `width` cells, a blank line between its parts."""
    parts = [_headline(verdict, texts)]
    if verdict.message:
        parts.append(inline(verdict.message))
    if verdict.cause:
        cause = Content.assemble((f"{texts('verdict.cause')}: ", _TITLE), inline(verdict.cause))
        parts.append(cause)
    if steps and verdict.steps:
        parts.append(
            Content("\n").join(_step(step, number, width, texts) for number, step in enumerate(verdict.steps, 1))
        )
    if steps and verdict.expected:
        parts.append(Content.assemble((texts("verdict.expected.answer"), _TITLE), _block(printable(verdict.expected))))
    if verdict.counterexample:
        parts.append(Content("\n").join(counterexample_lines(verdict.counterexample, width, texts)))
    if verdict.printed:
        parts.append(_printed(printable(verdict.printed), texts))
    return Content("\n\n").join(parts)


def _headline(verdict: Verdict, texts: Texts) -> Content:
    name = texts(f"verdict.{verdict.outcome}")
    badge = (
        (f" ✓ {name} ", "bold $text on $success-muted")
        if verdict.passed
        else (f" ✗ {name} ", "bold $text on $error-muted")
    )
    facts = []
    if verdict.total and verdict.passed:
        facts.append(texts("verdict.cases.passed", n=verdict.run, seconds=f"{verdict.seconds:.2f}"))
    elif verdict.run and verdict.outcome is Outcome.WRONG:
        facts.append(texts("verdict.cases.failed", n=verdict.run, total=verdict.total))
    if verdict.line and not verdict.passed:
        facts.append(texts("verdict.line", n=verdict.line))
    return Content.assemble(badge, ("  " + " · ".join(facts), "dim"))


def mark(step: Step, texts: Texts) -> tuple[tuple[str, str], str]:
    """The sign before a judged part, with its style, and what was made of it in words: of an option only, else empty.

    A bare sign beside an option reads as what the option is, not as what was made of it.
    """
    sign = ("✓ ", "bold $text-success") if step.holds else ("✗ ", "bold $text-error")
    if step.chosen is None:
        return sign, ""
    return sign if step.chosen or not step.holds else ("· ", "dim"), texts(_MADE_OF_IT[step.chosen, step.holds])


def _step(step: Step, number: int, width: int, texts: Texts) -> Content:
    sign, made_of_it = mark(step, texts)
    text = printable(step.text)
    if made_of_it:
        text = f"{number}. {text.rstrip()} — {made_of_it}"
    line = Content.assemble(sign, hanging(Content(text), width - 2, 2))
    if step.says:
        says = inline(step.says, "dim" if step.holds else "")
        line = Content.assemble(line, "\n    ", hanging(says, width - 4, 4))
    return line


def _block(text: str) -> str:
    return "".join(f"\n  {line}" for line in text.rstrip("\n").split("\n"))


def _printed(text: str, texts: Texts) -> Content:
    lines = text.rstrip("\n").split("\n")
    shown = lines[:_PRINTED_LINES]
    more = len(lines) - len(shown)
    rest = ("\n  " + texts("verdict.more", n=more), "dim") if more else ""
    return Content.assemble((texts("verdict.printed"), _TITLE), (_block("\n".join(shown)), "dim"), rest)
