"""The app: which screen comes when, the key map, and everything heavy opened after the first frame. Wiring only."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar, cast

# Both are read when textual is first imported; `studytui.ui` says why.
os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
os.environ.setdefault("TEXTUAL_FPS", "240")

from textual.app import App

from studytui.cards.library import Library
from studytui.errors import SettingsError, StudyError
from studytui.overview import glance_overview
from studytui.store.files import WAIT
from studytui.ui.drafts import rescue
from studytui.ui.keys import Keys, binding
from studytui.ui.opening import Opening
from studytui.ui.pages import Pages
from studytui.ui.screens.base import BaseScreen, Context
from studytui.ui.screens.home import HomeScreen
from studytui.ui.texts import Texts
from studytui.ui.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from textual.binding import BindingType
    from textual.screen import Screen
    from textual.types import CSSPathType

    from studytui.overview import Overview
    from studytui.session import GraderLike, Session
    from studytui.session.desk import Desk
    from studytui.settings import Paths, Settings
    from studytui.ui.drafts import Drafts
    from studytui.ui.screens.cards import CardsScreen
    from studytui.ui.screens.problems import ProblemsScreen
    from studytui.ui.screens.study import StudyScreen
    from studytui.ui.screens.summary import SummaryScreen

FIRST_WAIT = 0.05
"""Seconds that the first frame waits for a database that another program holds; it is asked again after it."""

REFRESH_SECONDS = 60.0
"""How often home counts again: a card in its learning steps becomes due while the learner looks."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class StudyApp(App[None], inherit_bindings=False):
    """studytui on a screen.

    Args:
        paths: where everything lies.
        settings: what the learner has set.
        library_paths: files and folders of decks, in order.
        clock: gives the time, aware.
        make_grader: makes the grader, in a thread, after the first frame; the real one where left out.
        when_open: called once all is imported and open.
    """

    TITLE = "studytui"
    # Home's are named here, because textual loads no style of a default screen by itself.
    CSS_PATH: ClassVar[CSSPathType | None] = ["ui/screens/base.tcss", "ui/screens/home.tcss"]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        binding("f1,question_mark", "help", "app.help"),
        binding("ctrl+c", "interrupt", "app.interrupt", show=False),
    ]

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        library_paths: Sequence[Path],
        *,
        clock: Callable[[], datetime] = _utc_now,
        make_grader: Callable[[], GraderLike] | None = None,
        when_open: Callable[[], None] = lambda: None,
    ) -> None:
        # textual alone would turn colours to greys; with the terminal's own colours none is sent at all.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self._paths = paths
        self._settings = settings
        self._library_paths = tuple(library_paths)
        self._clock = clock
        self._make_grader = make_grader
        self._when_open = when_open
        self._ui_context = Context(Texts(settings.language), Keys(settings.keys), clock)
        self._library: Library | None = None
        self._opening = Opening(self._open_desk)
        self._turns = Turns()
        self._drafts: list[Drafts] = []
        self._pages = Pages(
            self._ui_context, self._turns, settings, paths.database, self._read_library, self._await_desk
        )
        if not settings.animation:
            self.animation_level = "none"
        self.set_keymap(self._ui_context.keys.keymap)

    # Home, before anything heavy

    def get_default_screen(self) -> Screen[None]:
        """Home, with real counts where there is an index of the decks; else they are read after the first frame."""
        overview: Overview | None = None
        self._complaint: StudyError | None = None
        if self._paths.deck_index.exists():
            try:
                overview = self._read(FIRST_WAIT)
            except StudyError as error:
                self._complaint = error
        problems = self._library.problems if self._library else ()
        self._home = HomeScreen(self._ui_context, overview, problems, decks_folder=self._paths.decks)
        return self._home

    def on_mount(self) -> None:
        """Paint, then open the rest."""
        self._take_theme()
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name) and threading.current_thread() is threading.main_thread():
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self.exit)
        self.set_interval(REFRESH_SECONDS, self.refresh_counts)
        self.call_after_refresh(lambda: self.run_worker(self._open_all(), group="open"))

    async def _open_all(self) -> None:
        for error in self._early_complaints():
            self._home.complain(error)
        if self._library is None:
            await self._reload()
        opening = self._opening.begin()
        if self._complaint is not None:  # opening may have brought the database up to date, or waited for another
            with contextlib.suppress(StudyError):
                await asyncio.shield(opening)
                self._home.show(await self._turns.take(self._count))
                self._home.hush()
        await asyncio.wait([opening])
        self._when_open()

    def _read(self, wait: float = WAIT) -> Overview:
        """Read the decks (from their index where they have not changed) and count."""
        self._library = Library.open(self._library_paths, self._paths.deck_index)
        return self._count(wait)

    def _count(self, wait: float = WAIT) -> Overview:
        return glance_overview(self._read_library(), self._paths.database, self._settings, self._clock(), wait)

    def _early_complaints(self) -> list[StudyError]:
        context, theme = self._ui_context, self._settings.theme
        complaints = [self._complaint, context.keys.unknown(context.texts), context.keys.clash(context.texts)]
        if theme not in self.available_themes:
            hint = context.texts("app.theme.hint", themes=", ".join(sorted(self.available_themes)))
            complaints.append(SettingsError(context.texts("app.theme", theme=theme), hint))
        return [complaint for complaint in complaints if complaint is not None]

    def _take_theme(self) -> None:
        if self._settings.theme in self.available_themes:
            self.theme = self._settings.theme

    # The rest

    def _open_desk(self) -> Desk:
        from studytui.session.desk import Desk
        from studytui.ui.screens import cards, progress, study  # noqa: F401 - so that they show at once

        return Desk.open(self._paths.database, self._settings, self._clock, self._make_grader)

    def on_home_screen_study(self, message: HomeScreen.Study) -> None:
        """Begin a session."""
        self.run_worker(self._begin(message.deck), group="begin", exclusive=True)

    async def _begin(self, deck: str | None) -> None:
        try:
            desk = await self._await_desk()
            session = await self._turns.take(lambda: desk.start_session(self._read_library(), deck))
            await self._tell_at_home(desk)
        except StudyError as error:
            self._home.complain(error)
            return
        self._uncover(self._home)
        self._study(session)

    async def _tell_at_home(self, desk: Desk) -> None:
        """What the learner is to know is there when they come home, whatever they went to first."""
        complaints = await self._turns.take(desk.complaints)
        self._home.hush()
        for complaint in complaints:
            self._home.complain(complaint)

    async def _await_desk(self) -> Desk:
        if not self._opening.begin().done() and isinstance(self.screen, BaseScreen):
            self.screen.say(self._ui_context.texts("home.opening"))
        return await self._opening.desk()

    def _read_library(self) -> Library:
        if self._library is None:
            raise RuntimeError("the decks are read before anything is done with them")
        return self._library

    def _study(self, session: Session) -> None:
        from studytui.ui.screens.study import StudyScreen

        screen = StudyScreen(session, self._ui_context, self._turns, edit=self._edit)
        self._drafts = [drafts for drafts in self._drafts if drafts.unsaved] + [screen.drafts]
        self.push_screen(screen)
        clash = self._ui_context.keys.clash(self._ui_context.texts)
        if clash is not None:  # the study screen's keys are known only now
            self.call_after_refresh(screen.complain, clash)

    def _edit(self, card_id: str, text: str) -> str | None:
        from studytui.ui.external_editor import edit, editor_command

        texts = self._ui_context.texts
        command = editor_command(self._settings.editor, os.environ, texts)
        path = self._paths.state / "editor" / f"{card_id.replace('/', '-')}.py"
        with self.suspend():
            return edit(command, path, text, texts)

    # From screen to screen

    def _uncover(self, screen: Screen[Any]) -> bool:
        """Take off what stands over a screen; gives whether it is still there."""
        if screen not in self.screen_stack:
            return False
        while self.screen is not screen:
            self.pop_screen()
        return True

    def on_study_screen_left(self, message: StudyScreen.Left) -> None:
        """Back to where it was begun."""
        self._leave(message.screen)

    def on_study_screen_finished(self, message: StudyScreen.Finished) -> None:
        """Sum up; one card of the list is summed up there."""
        from studytui.ui.screens.cards import CardsScreen
        from studytui.ui.screens.summary import SummaryScreen

        if not self._uncover(message.screen):
            return
        self.pop_screen()
        if isinstance(self.screen, CardsScreen):
            self.screen.come_back(message.session, message.words)
        else:
            self.push_screen(SummaryScreen(self._ui_context, message.session, self._turns))

    def on_summary_screen_left(self, message: SummaryScreen.Left) -> None:
        """Back to home."""
        self._leave(message.screen)

    def on_summary_screen_undone(self, message: SummaryScreen.Undone) -> None:
        """Back to the card that was rated last."""
        if self._uncover(message.screen):
            self.pop_screen()
            self._study(message.session)

    def on_home_screen_show_problems(self) -> None:
        """Which decks were left out, and why."""
        from studytui.ui.screens.problems import ProblemsScreen

        self.push_screen(ProblemsScreen(self._ui_context, self._library.problems if self._library else ()))

    def on_home_screen_show_suspended(self) -> None:
        """Which cards are suspended, to release them."""
        self._show(self._pages.suspended)

    def on_home_screen_show_cards(self, message: HomeScreen.ShowCards) -> None:
        """All cards, to find one."""
        self._show(lambda: self._pages.cards(message.deck))

    def on_cards_screen_chosen(self, message: CardsScreen.Chosen) -> None:
        """To the card."""
        if self._uncover(message.screen):
            self._study(message.session)

    def on_home_screen_show_progress(self) -> None:
        """How learning goes."""
        self._show(self._pages.progress)

    def _show(self, make: Callable[[], Awaitable[Screen[None]]]) -> None:
        self.run_worker(self._shown(make), group="begin", exclusive=True)

    async def _shown(self, make: Callable[[], Awaitable[Screen[None]]]) -> None:
        try:
            screen = await make()
            await self._tell_at_home(await self._await_desk())
        except StudyError as error:
            self._home.complain(error)
        else:
            self._uncover(self._home)
            self.push_screen(screen, lambda _result: self.refresh_counts())

    def on_home_screen_reload(self) -> None:
        """Read the decks again."""
        self._home.hush()
        self.run_worker(self._reload(), group="reload", exclusive=True)

    def on_problems_screen_reload(self) -> None:
        """Read the decks again."""
        self.run_worker(self._reload(), group="reload", exclusive=True)

    async def _reload(self) -> None:
        try:
            overview = await asyncio.to_thread(self._read)
        except StudyError as error:
            self._home.complain(error)
            return
        problems = self._library.problems if self._library else ()
        self._home.show(overview, problems)
        if self.screen.has_class("-problems"):
            cast("ProblemsScreen", self.screen).show(problems)

    def _leave(self, screen: Screen[Any]) -> None:
        if self._uncover(screen):
            self.pop_screen()
            self.refresh_counts()

    def refresh_counts(self) -> None:
        """Count again, where home is what the learner looks at."""
        if self._library is not None and self.screen is self._home:
            self.run_worker(self._recount(), group="count", exclusive=True)

    async def _recount(self) -> None:
        try:
            overview = await self._turns.take(self._count)
        except StudyError as error:
            self._home.complain(error)
        else:
            self._home.show(overview)

    # Everywhere

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - textual's
        """There is no help on help."""
        return action != "help" or not self.screen.has_class("-help")

    def action_help(self) -> None:
        """The keys that work here."""
        from studytui.ui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self._ui_context, self.active_bindings, settings_file=self._paths.settings))

    def action_interrupt(self) -> None:
        """Ctrl+C copies; who wanted to quit is told how."""
        if isinstance(self.screen, BaseScreen):
            self.screen.say(self._ui_context.texts("app.leave", key=self._ui_context.keys.name("home.quit")))

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """Leave, by key or by signal; what was typed is saved first."""
        self._save_drafts()
        super().exit(*args, **kwargs)

    def close(self) -> None:
        """Give the database and the grader back once all is saved; to be called after `run`."""
        self._turns.close()
        self._opening.close()

    def rescue(self) -> list[str]:
        """Write what could not be saved into files, and say where; to be called after `close`."""
        unsaved = [found for drafts in self._drafts if (found := drafts.unsaved)]
        return [
            self._ui_context.texts("app.unsaved", card=card, file=path)
            for card, path in rescue(unsaved, self._paths.state / "unsaved")
        ]

    def _save_drafts(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, BaseScreen):
                screen.save_draft()

    def _fatal_error(self) -> None:
        """A mistake of ours: save what was typed, keep the traceback in a file, and say so in one sentence."""
        self._save_drafts()
        error = sys.exc_info()[1]
        log = self._paths.state / "crash.txt"
        with contextlib.suppress(OSError):
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text(traceback.format_exc(), encoding="utf-8")
        self._exit_renderables.append(self._ui_context.texts("app.bug", error=repr(error), file=log))
        self._close_messages_no_wait()


def run(paths: Paths, settings: Settings, library_paths: Sequence[Path]) -> int:
    """Run the app until the learner leaves; gives the exit status."""
    # What is there by then stays. Unfrozen, Python looks through all of it every few minutes: 35 ms without a key.
    app = StudyApp(paths, settings, library_paths, when_open=gc.freeze)
    try:
        app.run()
    finally:
        app.close()
        for words in app.rescue():
            print(words, file=sys.stderr)  # noqa: T201 - the screen is gone
    return app.return_code or 0
