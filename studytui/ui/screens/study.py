"""Study: the prompt, the answer, the verdict, the rating; then the next card."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from textual.app import SuspendNotSupported
from textual.widgets import TextArea

from studytui.errors import StudyError
from studytui.scheduling.types import Rating
from studytui.session import Phase
from studytui.ui.drafts import Drafts
from studytui.ui.format import span
from studytui.ui.grading import GradeRun
from studytui.ui.screens.base import OfScreen
from studytui.ui.screens.study_keys import RATE_KEYS, STUDY_BINDINGS, allows
from studytui.ui.screens.waiting import WaitingScreen
from studytui.ui.widgets.after_view import AfterView
from studytui.ui.widgets.answers import Answer, make_answer
from studytui.ui.widgets.card_view import CardView
from studytui.ui.widgets.choice_list import PointList, TickList
from studytui.ui.widgets.pane import Pane
from studytui.ui.widgets.progress import GradeProgress
from studytui.ui.widgets.rating_bar import RatingBar
from studytui.ui.widgets.study_header import StudyHeader
from studytui.ui.widgets.text_box import TextBox
from studytui.ui.widgets.verdict_view import VerdictView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.types import CSSPathType

    from studytui.cards.models import Card
    from studytui.session import Session
    from studytui.ui.grading import Work
    from studytui.ui.screens.base import Context
    from studytui.ui.turns import Turns

DRAFT_DELAY = 0.3
"""Seconds after which what was typed is saved: all that a killed app may lose."""


class StudyScreen(WaitingScreen):
    """One session. Posts `Left` when the learner goes home and `Finished` when no card is left.

    Args:
        session: already started.
        context: what every screen is given.
        turns: where all that asks the store waits for its turn.
        edit: opens the learner's own editor on a card's answer (card id, text); gives back what was saved, if anything.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["base.tcss", "study.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = STUDY_BINDINGS

    class Left(OfScreen):
        """The learner goes home; the draft is saved."""

    class Finished(OfScreen):
        """No card is left; `words` say what was done last, where that wants saying."""

        def __init__(self, screen: StudyScreen, words: str) -> None:
            super().__init__(screen)
            self.session = screen.session
            self.words = words

    def __init__(
        self, session: Session, context: Context, turns: Turns, *, edit: Callable[[str, str], str | None]
    ) -> None:
        super().__init__(context, turns)
        self.session = session
        self.drafts = Drafts(session, turns, self._complain_later)
        self._edit = edit
        self._run: GradeRun | None = None
        self._leaving = False
        self._asked: str | None = None

    # What is on the screen

    def compose_page(self) -> ComposeResult:
        """The body is filled by each card."""
        yield StudyHeader(self.texts)
        yield Pane(id="body", can_focus=False)
        yield GradeProgress(self.texts)
        yield RatingBar(self.texts)

    def on_mount(self) -> None:
        """Show the card the session is at."""
        self.set_interval(DRAFT_DELAY, self.drafts.save_typed)
        self._move(None, self._on_arrival)

    def on_resize(self, _event: events.Resize) -> None:
        """The line being written stays in sight."""
        for box in self.query(TextBox):
            box.call_after_refresh(box.reveal_cursor)

    @property
    def is_busy(self) -> bool:
        """Whether a verdict, a solution or the store is being waited for: the card cannot be acted on meanwhile."""
        return self._run is not None or self.is_waiting

    @property
    def _card(self) -> Card:
        card = self.session.card
        if card is None:
            raise RuntimeError("a session without a card is finished and shows nothing")
        return card

    @property
    def _answer(self) -> Answer:
        return self.query_one(Answer)

    def _on_arrival(self) -> str:
        """What is good to know before the first card."""
        if missing := len(self.session.missing):
            return self.texts("study.missing", n=missing)
        early = self._early
        return self.texts("study.early.why", span=span(self.texts, early)) if early else ""

    @property
    def _early(self) -> timedelta:
        return timedelta(days=self.session.days_early)

    async def _show_card(self, draft: str, words: str) -> None:
        """Show the session's card from its start, and `words` about how it came to it; finish where there is none."""
        card = self.session.card
        if card is None or self.session.phase is Phase.FINISHED:
            self.post_message(self.Finished(self, words))
            return
        self._asked = None
        self.drafts.turn_to(self.session.card_id)
        body = self.query_one("#body", Pane)
        with self.app.batch_update():
            await body.remove_children()
            body.set_class(card.kind == "derive", "-derive")
            answer = make_answer(card, self.texts)
            await body.mount(CardView(card, self.texts), answer, AfterView(card, self.texts))
            with self.prevent(TextArea.Changed, TextArea.SelectionChanged):
                answer.load(draft)
            await self.query_one(CardView).show_hints(self.session.hints())
            body.scroll_home(animate=False)
            await self._show_phase()
        self.query_one(StudyHeader).show(self.session.card_id or "", self.session.counts, self._early)
        if words:
            self.say(words)

    async def _show_phase(self) -> None:
        """Show the verdict and the ratings once there are some, and put the focus where the learner goes on."""
        session, answer, after = self.session, self._answer, self.query_one(AfterView)
        graded = session.phase is Phase.GRADED
        verdict = session.verdict if graded else None
        solution = await self._solution() if graded and session.solution_shown else None
        answer.judge(verdict)
        self.set_class(verdict is not None or solution is not None, "-judged")
        await after.show(verdict, solution)
        if verdict is None or not verdict.passed:  # while the learner writes, the grader gets ready
            self.run_worker(asyncio.to_thread(session.prepare), group="prepare", exit_on_error=False)
        self.refresh_bindings()
        if not graded:
            self.query_one(RatingBar).withdraw()
            answer.input.focus(scroll_visible=False)
            return
        self._offer_ratings()
        kind = self._card.kind
        if kind == "predict":
            self.run_worker(self._explain(), group="explain", exclusive=True)
        if kind == "recall" and verdict is not None:
            self.query_one(PointList).focus()
        elif kind in ("implement", "derive") and verdict is not None and not verdict.passed and solution is None:
            answer.input.focus()  # most want to mend it and grade again
        else:
            self.query_one(RatingBar).focus()
        shown = answer if kind in ("recall", "choice") and verdict is not None else after
        self.call_after_refresh(shown.scroll_visible, animate=False, top=True)

    async def _explain(self) -> None:
        """Show why a snippet gives what it gives, as soon as that is known; its pictures take the arrow keys."""
        card = self.session.card
        traced = await asyncio.to_thread(self.session.explain)
        if not traced or self.session.card is not card or self.session.phase is not Phase.GRADED:
            return
        after = self.query_one(AfterView)
        view = await after.explain(traced, self.key_of)
        self.call_after_refresh(after.scroll_visible, animate=False, top=True)
        if view is not None and isinstance(self.focused, RatingBar):
            view.focus(scroll_visible=False)

    async def _solution(self) -> str | None:
        """The solution; of a predict card met again it may have to be run, which must not hold up the keys."""
        try:
            return await asyncio.to_thread(self.session.solution)
        except StudyError as error:
            self.complain(error)
            return None

    def _offer_ratings(self) -> None:
        choices = self.session.choices()
        first = f"{self.key_of('box.leave')} " if isinstance(self.focused, TextBox) else ""
        self.query_one(RatingBar).offer(
            {rating: choice.interval for rating, choice in choices.items()},
            self.session.suggested(),
            {rating: first + self.key_of(id_) for rating, id_ in RATE_KEYS.items()},
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - textual's
        """Which keys mean something now."""
        return allows(action, self.session, busy=self.is_busy)

    # Answering

    def on_answer_edited(self, message: Answer.Edited) -> None:
        """What is typed is saved a moment later."""
        message.stop()
        self.drafts.note(self._answer.value)

    def on_answer_submitted(self, message: Answer.Submitted) -> None:
        """Enter, where it means that."""
        message.stop()
        self.action_grade()

    def on_text_box_left(self, message: TextBox.Left) -> None:
        """Letters are commands again; a running grade is cancelled, as Escape does elsewhere."""
        message.stop()
        if self._run is not None:
            self._run.cancel()
            return
        self.save_draft()
        graded = self.session.phase is Phase.GRADED
        (self.query_one(RatingBar) if graded else self.query_one(CardView)).focus()

    def on_descendant_focus(self) -> None:
        """Where letters are typed, a rating takes one key more."""
        if self.session.phase is Phase.GRADED and not self.is_busy:
            self._offer_ratings()

    def on_descendant_blur(self) -> None:
        """Whatever had the focus, its text is saved."""
        self.save_draft()

    def save_draft(self) -> None:
        """Have what is not saved yet saved; says once where that fails."""
        self.drafts.save()

    def _complain_later(self, error: StudyError) -> None:
        """Complain from another thread; an app that is already leaving says it at its end."""
        with contextlib.suppress(RuntimeError):
            self.call_later(self.complain, error)

    def action_edit(self) -> None:
        """Go to the answer."""
        self._answer.input.focus()

    def action_hint(self) -> None:
        """Reveal one more hint."""
        self.wait_for(self._hint)

    async def _hint(self) -> None:
        try:
            if await self.turn(self.session.hint) is None:
                self.say(self.texts("study.hints.all" if self._card.hints else "study.hints.none"))
        finally:
            await self.query_one(CardView).show_hints(self.session.hints())

    def action_solution(self) -> None:
        """Show the solution; asks first where the rating will be again for it."""
        verdict = self.session.verdict
        costs = not self.session.solution_shown and (verdict is None or not verdict.passed)
        if costs and not self._sure("study.solution", "study.solution.confirm"):
            return
        self.save_draft()
        self._start(lambda _progress, _cancelled: self.session.reveal())

    async def action_external_editor(self) -> None:
        """Write the answer in the learner's own editor; it is graded when it was saved."""
        self.hush()
        self.save_draft()
        try:
            saved = self._edit(self.session.card_id or "", self._answer.value)
        except StudyError as error:
            self.complain(error)
        except SuspendNotSupported:
            self.say(self.texts("editor.unsupported"))
        else:
            if saved is None:
                self.say(self.texts("editor.unsaved"))
                return
            self._answer.load(saved)
            self.drafts.note(saved)
            self.action_grade()

    def action_copy_answer(self) -> None:
        """Put the answer on the clipboard, by OSC 52, so that it works over SSH too."""
        self.app.copy_to_clipboard(self._answer.value)
        self.say(self.texts("study.copied"))

    # Grading

    def action_grade(self) -> None:
        """Grade the answer in a thread."""
        if self.is_busy:
            return
        answer = self._answer.value
        if not answer.strip():
            self.say(self.texts("study.empty_answer"))
            return
        self.save_draft()
        grade = self.session.grade
        self._start(lambda progress, cancelled: grade(answer, on_progress=progress, cancelled=cancelled))

    def _sure(self, binding_id: str, question: str) -> bool:
        """Whether the learner has pressed a key for the second time; asks at the first."""
        if self._asked == binding_id:
            return True
        self._asked = binding_id
        self.say(self.texts(question, key=self.key_of(binding_id)))
        return False

    def _start(self, work: Work) -> None:
        self.hush()
        self._run = GradeRun(work, self)
        self.query_one(RatingBar).withdraw()
        self.query_one(GradeProgress).show(0, 0, self.key_of("study.home"))
        self.refresh_bindings()
        self.run_worker(self._run, thread=True, group="grade")

    def on_grade_run_progressed(self, message: GradeRun.Progressed) -> None:
        """Move the bar."""
        if message.run is self._run:
            self.query_one(GradeProgress).show(*message.run.read_progress(), self.key_of("study.home"))

    def on_grade_run_ended(self, message: GradeRun.Ended) -> None:
        """Show the verdict, or why there is none."""
        if message.run is self._run:
            self.wait_for(lambda: self._show_end(message))

    async def _show_end(self, message: GradeRun.Ended) -> None:
        self._run = None
        self.query_one(GradeProgress).hide()
        await self._show_phase()
        if message.error is not None and message.run.cancelled:
            self.say(self.texts("study.cancelled"))
        elif message.error is not None:
            self.complain(message.error)

    # After the verdict

    def on_tick_list_ticked(self, message: TickList.Ticked) -> None:
        """The learner has the last word on a recall answer."""
        message.stop()
        if self.is_busy:  # the ticks that are being graded or rated are the ones that stay
            self._answer.judge(self.session.verdict)
            return
        self.session.tick(message.ticks)
        if self.session.verdict is not None:
            self.query_one(VerdictView).show(self.session.verdict)
        self._offer_ratings()

    def on_tick_list_done(self, message: TickList.Done) -> None:
        """On to the rating."""
        message.stop()
        self.query_one(RatingBar).focus()

    async def action_retry(self) -> None:
        """Answer once more; the answer is kept."""
        self.hush()
        self.session.retry()
        await self._show_phase()

    def on_rating_bar_rated(self, message: RatingBar.Rated) -> None:
        """A click rates."""
        message.stop()
        self.action_rate(message.rating.value)

    def action_accept(self) -> None:
        """Take the suggested rating."""
        self.action_rate(self.session.suggested().value)

    def action_rate(self, number: int) -> None:
        """Rate, which commits the review, and go on."""
        self._move(lambda: self.session.rate(Rating(number)), self._leech, keep=False)

    def _leech(self) -> str:
        leech = self.session.leech
        return "" if leech is None else self.texts("study.leech", card=leech)

    def action_skip(self) -> None:
        """Go on without rating."""
        self._move(self.session.skip, lambda: self.texts("study.skipped"))

    def action_bury(self) -> None:
        """Hide the card until tomorrow."""
        self._move(self.session.bury, lambda: self.texts("study.buried"))

    def action_suspend(self) -> None:
        """Hide the card until it is released; asks first, because a letter may be meant for the answer."""
        if self._sure("study.suspend", "study.suspend.confirm"):
            self._move(self.session.suspend, lambda: self.texts("study.suspended"))

    def action_undo(self) -> None:
        """Take the last review back and return to its card."""
        undone: list[str | None] = []
        self._move(
            lambda: undone.append(self.session.undo()),
            lambda: self.texts("study.undone" if undone[0] else "study.nothing_to_undo"),
        )

    # What waits for the store

    def _move(self, step: Callable[[], object] | None, then: Callable[[], str], *, keep: bool = True) -> None:
        """Let the session take a step, if any, and show where it is; an error leaves everything as it was.

        Args:
            step: taken in the store's turn.
            then: what is to be said after it.
            keep: whether what was typed must be saved before it.
        """
        if not self.is_busy:
            self.wait_for(lambda: self._take(step, then, keep=keep))

    async def _take(self, step: Callable[[], object] | None, then: Callable[[], str], *, keep: bool) -> None:
        def taken() -> str:
            if keep:
                self.drafts.save_now()
            if step is not None:
                step()
            return self.session.draft()

        draft = await self.turn(taken)
        await self._show_card(draft, then())

    def after_waiting(self, error: StudyError | None) -> None:
        """Go on where the learner is now, or home if that is what they waited for."""
        leaving, self._leaving = self._leaving and error is None, False
        if leaving:
            self.post_message(self.Left(self))
            return
        super().after_waiting(error)
        if self.session.phase is Phase.GRADED:
            self._offer_ratings()

    # Going

    def action_scroll_page(self, direction: int) -> None:
        """Scroll what is beside the answer while the answer has the focus."""
        after, card, body = self.query_one(AfterView), self.query_one(CardView), self.query_one("#body", Pane)
        for pane in (after, body, card) if after.has_class("-shown") else (card, body):
            if pane.display and pane.allow_vertical_scroll:
                (pane.scroll_page_down if direction > 0 else pane.scroll_page_up)(animate=False)
                return

    def action_home(self) -> None:
        """Stop the grade if one is running, else go home once all is saved; the second time in any case."""
        if self._run is not None:
            self._run.cancel()
        elif self.is_waiting:
            self._leaving = True
        elif self._asked == "study.home":
            self.post_message(self.Left(self))
        else:
            self._asked = "study.home"
            self._leaving = True
            self.wait_for(lambda: self.turn(self.drafts.save_now))

    def on_unmount(self) -> None:
        """However the screen goes, the answer stays."""
        if self._run is not None:
            self._run.cancel()
        self.save_draft()
