"""An app on decks of its own, driven by keys, with a grader that says what the test tells it to."""

from __future__ import annotations

import dataclasses
import threading
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from textual import events
from textual.widgets import Static

from studytui.app import StudyApp
from studytui.cards.library import Library
from studytui.grader.verdict import Outcome, Step, Verdict
from studytui.settings import Paths, Settings
from studytui.store.store import Store
from studytui.ui.screens.base import BaseScreen
from studytui.ui.screens.study import StudyScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from studytui.cards.models import Card

TIMES = 500
"""How often a condition is looked at, at least 10 ms apart, before the test gives up."""

WAITING = frozenset({"wait", "count"})
"""Groups of workers that wait for the store."""

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

PASSED = Verdict(Outcome.PASSED, "", run=12, total=12, seconds=0.02)
WRONG = Verdict(Outcome.WRONG, "The output differs at [1]: expected 2, got 3.", run=3, total=12)

CARDS = {
    "implement": """
  - id: double
    kind: implement
    topics: [mul]
    prompt: {en: "Return `x` doubled.", ko: "`x`를 두 배로."}
    function: double(x)
    inputs: {x: "float64[N]"}
    reference: x * 2
    hints: [{en: First hint., ko: 첫 힌트.}, {en: Second hint., ko: 둘째 힌트.}]
    explanation: {en: Because of linearity., ko: 선형이라서.}
    solution: |
      import torch

      def double(x):
          out = torch.zeros(x.shape[0], dtype=x.dtype)
          for i in range(x.shape[0]):
              out[i] = x[i] * 2
          return out
""",
    "recall": """
  - id: relu
    kind: recall
    topics: [relu]
    prompt: {en: What is ReLU?, ko: ReLU는?}
    answer: {en: The larger of zero and x., ko: 0과 x 중 큰 값.}
    points:
      - says: {en: It keeps positive numbers., ko: 양수는 그대로 둔다.}
      - says: {en: It makes negative ones zero., ko: 음수는 0으로 만든다.}
""",
    "choice": """
  - id: sizes
    kind: choice
    topics: [view]
    prompt: {en: Which one copies?, ko: 복사하는 것은?}
    options:
      - {text: "`view`", why: {en: It shares memory., ko: 메모리를 공유한다.}}
      - {text: "`clone`", right: true, why: {en: It copies., ko: 복사한다.}}
      - {text: "`detach`"}
""",
    "predict": """
  - id: shape
    kind: predict
    topics: [zeros]
    prompt: {en: What is the shape?, ko: 크기는?}
    code: torch.zeros(2, 3)
    asks: shape
""",
    "derive": """
  - id: slope
    kind: derive
    topics: [gradient]
    prompt: {en: Derive the slope., ko: 기울기를 구하세요.}
    symbols: {w: real, x: real}
    given: {L: w*x}
    asks: dL/dw
    truth: return torch.autograd.grad(w * x, w)[0]
    solution: dL/dw = x
""",
}


def write_deck(folder: Path, *kinds: str, deck: str = "tiny") -> Path:
    """A deck of one card of each of `kinds`, all of them if none is named."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{deck}.yaml"
    cards = "".join(CARDS[kind] for kind in kinds or CARDS)
    path.write_text(f"deck: {deck}\ntitle: {{en: Tiny deck, ko: 작은 덱}}\ncards:{cards}", encoding="utf-8")
    return path


def places(root: Path) -> Paths:
    """Every place below `root`."""
    return Paths(root / "settings.toml", root / "data", root / "state", root / "cache")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class TellingGrader:
    """Says the verdicts it was given, one after the other; waits at `gate` where one is set."""

    def __init__(self, *verdicts: Verdict | Exception) -> None:
        self.verdicts = list(verdicts)
        self.answers: list[str] = []
        self.gate: threading.Event | None = None
        self.began = threading.Event()

    def grade(
        self,
        card: Card,
        answer: str,
        *,
        language: str,
        device: str = "auto",
        seconds: float | None = None,
        seed: int | None = None,
        on_progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Verdict:
        from studytui.errors import GradeCancelledError

        self.answers.append(answer)
        if on_progress:
            on_progress(5, 12)
        self.began.set()
        while self.gate is not None and not self.gate.wait(0.005):
            if cancelled and cancelled():
                raise GradeCancelledError
        verdict = self.verdicts.pop(0)
        if isinstance(verdict, Exception):
            raise verdict
        return verdict


def judged(outcome: Outcome, signs: str = "", **more: str) -> Verdict:
    """A verdict with steps, as choice, recall and derive have; `signs` is as "✓✗"."""
    steps = tuple(Step(f"step {number}", sign == "✓", f"why {number}") for number, sign in enumerate(signs, 1))
    return Verdict(outcome, more.get("message", ""), steps=steps, expected=more.get("expected", ""))


@dataclasses.dataclass
class Driven:
    """A running app and what drives it."""

    app: StudyApp
    pilot: Pilot[None]
    paths: Paths
    grader: TellingGrader
    clock: Clock

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, each once what the one before began is done."""
        for key in keys:
            await self.pilot.press(key)
            await self.settled()

    def strike(self, *keys: str) -> None:
        """Keys that come together, as from a slow line: none waits for what the one before began."""
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))

    @contextmanager
    def held_store(self) -> Iterator[None]:
        """Whatever is handed in for the store waits until this ends, as where another program holds it."""
        gate = threading.Event()
        self.app._turns.hand_in(gate.wait)
        try:
            yield
        finally:
            gate.set()

    async def settled(self) -> None:
        """Wait until nothing waits for the store; a grade may still run."""
        await self.pilot.pause()
        await self.until(lambda: not any(worker.group in WAITING for worker in self.app.workers), "the store's turn")

    async def click(self, words: str) -> None:
        """Click where the screen says `words`, for the first time; only narrow characters may stand left of them."""
        lines = self.text.split("\n")
        row = next(place for place, line in enumerate(lines) if words in line)
        await self.pilot.click(offset=(lines[row].index(words) + 1, row))
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        """Put text into what has the focus, as a terminal pastes it."""
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait for something that another thread does."""
        for _ in range(TIMES):
            if condition():
                await self.pilot.pause()
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"never: {what or condition}\n{self.text}")

    async def shown(self, name: str) -> None:
        """Wait for a screen by its class."""
        await self.until(lambda: type(self.app.screen).__name__ == name, f"the screen {name}")

    async def study(self) -> StudyScreen:
        """From home to the first card."""
        await self.press("enter")
        await self.shown("StudyScreen")
        return self.screen

    async def grade(self, *keys: str) -> None:
        """Press keys that ask for the verdict, and wait for it."""
        await self.press(*keys)
        await self.until(lambda: not self.screen.is_busy, "the end of the grade")

    @property
    def screen(self) -> StudyScreen:
        screen = self.app.screen
        assert isinstance(screen, StudyScreen), screen
        return screen

    @property
    def text(self) -> str:
        """What the screen shows, line by line."""
        strips = self.app.screen._compositor.render_strips(self.app.size)
        return "\n".join("".join(segment.text for segment in line).rstrip() for line in strips)

    @property
    def notice(self) -> str:
        """The message above the key bar; empty where there is none."""
        screen = self.app.screen
        assert isinstance(screen, BaseScreen)
        notice = screen.query_one("Notice", Static)
        return str(notice.content) if notice.has_class("-shown") else ""

    def store(self) -> Store:
        """The database, looked at from outside the app."""
        return Store.open(self.paths.database, readonly=True)

    def draft(self, card: str) -> str | None:
        with self.store() as store:
            return store.draft(card)


@asynccontextmanager
async def driven(
    root: Path,
    *kinds: str,
    verdicts: Sequence[Verdict | Exception] = (),
    settings: Settings | None = None,
    size: tuple[int, int] = (80, 24),
    language: str = "en",
    warm: bool = True,
    real_grader: bool = False,
) -> AsyncIterator[Driven]:
    """Run the app on a deck of `kinds` below `root`; the index of decks is there already where `warm`."""
    paths = places(root)
    if kinds:
        write_deck(root / "decks", *kinds)
    (root / "decks").mkdir(exist_ok=True)
    if warm:
        Library.open([root / "decks"], paths.deck_index)
    grader, clock = TellingGrader(*verdicts), Clock()
    settings = dataclasses.replace(settings or Settings(), language=language)
    app = StudyApp(paths, settings, [root / "decks"], clock=clock, make_grader=None if real_grader else lambda: grader)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield Driven(app, pilot, paths, grader, clock)
    finally:
        app.close()
