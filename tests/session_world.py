"""What tests of sessions and overviews share: small decks, a clock set by hand, a grader that knows what is right."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from studytui.cards.library import Library
from studytui.grader.recall import grade_choice, grade_recall
from studytui.grader.verdict import Counterexample, Outcome, Tensor, Verdict
from studytui.scheduling.scheduler import Scheduler
from studytui.session import Session
from studytui.settings import SchedulingSettings, Settings
from studytui.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from studytui.cards.models import Card

START = datetime(2026, 3, 10, 12, tzinfo=UTC)

TENSORS = """\
deck: tensors
title: {en: Tensors by hand, ko: 손으로 쓰는 텐서}
cards:
  - id: view
    kind: implement
    topics: [view]
    prompt: {en: "Return `x` with the sizes in `shape`.", ko: "`x`를 `shape` 크기로 돌려주세요."}
    function: view(x, *shape)
    inputs: {x: "float64[N]", shape: "one_of([-1])"}
    reference: x.view(*shape)
    hints:
      - {en: Which size must -1 be?, ko: -1은 몇이어야 할까요?}
      - {en: Count in row-major order., ko: 행 우선 순서로 세어 보세요.}
    solution: |
      def view(x, *shape):
          return x
  - id: view-what
    kind: recall
    topics: [view]
    prompt: What does view do?
    answer: {en: It gives the same data another shape., ko: 같은 데이터를 다른 모양으로 봅니다.}
    points:
      - {says: {en: same data, ko: 같은 데이터}, mentions: [same data, 같은 데이터]}
      - {says: {en: another shape, ko: 다른 모양}, mentions: [shape, 모양]}
  - id: clamp
    kind: predict
    topics: [clamp]
    prompt: What is printed?
    code: print(torch.tensor(5).clamp(max=3).item())
    asks: printed
"""
OPTIM = """\
deck: optim
title: Optimizers
cards:
  - id: sgd
    kind: derive
    topics: [sgd]
    prompt: One step of SGD?
    symbols: {w: real, g: real, eta: 0.01..0.5}
    asks: w'
    truth: return w - eta * g
    solution: w' = w - eta*g
  - id: momentum
    kind: choice
    after: [sgd]
    prompt: What does momentum keep?
    options:
      - {text: The last gradient.}
      - {text: {en: An average of gradients., ko: 그래디언트의 평균}, right: true, why: It decays.}
"""


def write_decks(folder: Path, **decks: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in (decks or {"tensors": TENSORS, "optim": OPTIM}).items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def plain_deck(*cards: str, deck: str = "plain", topics: str = "") -> str:
    """A deck of predict cards, without topics unless `topics` is given as in ", topics: [a]"."""
    rest = "kind: predict, prompt: What?, code: print(1), asks: printed"
    lines = "".join(f"  - {{id: {card}, {rest}{topics}}}\n" for card in cards)
    return f"deck: {deck}\ntitle: Plain\ncards:\n{lines}"


class Clock:
    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


COUNTEREXAMPLE = Counterexample(
    {"x": Tensor("float64", (2,), (1.0, float("inf")))}, Tensor("int64", (), (3,)), None, first_difference=(0,)
)


@dataclass
class FakeGrader:
    """Passes "right" and whatever a recall or choice card calls right; `during` runs while it grades."""

    during: Callable[[], None] | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

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
        self.asked.append((card.id, answer))
        if self.during is not None:
            self.during()
        if card.kind == "recall":
            return grade_recall(card, answer, language)
        if card.kind == "choice":
            return grade_choice(card, answer, language)
        if answer == "right":
            return Verdict(Outcome.PASSED, "맞아요." if language == "ko" else "Right.", expected="3", device=device)
        return Verdict(Outcome.WRONG, "Not yet.", counterexample=COUNTEREXAMPLE, expected="3", device=device)


@dataclass
class World:
    """Decks, a database and a clock; sessions come and go in it as the app is opened, killed and opened again."""

    folder: Path
    clock: Clock
    settings: Settings
    store: Store
    grader: FakeGrader

    @property
    def decks(self) -> Path:
        return self.folder / "decks"

    def library(self) -> Library:
        return Library.open([self.decks], None)

    def scheduler(self) -> Scheduler:
        return Scheduler(self.settings.scheduling)

    def session(
        self,
        *,
        decks: frozenset[str] | None = None,
        only: str | None = None,
        store: Store | None = None,
        seed: int | None = None,
    ) -> Session:
        """A session that has been started, with the decks read afresh."""
        session = Session(
            library=self.library(),
            store=store or self.store,
            scheduler=self.scheduler(),
            grader=self.grader,
            settings=self.settings,
            clock=self.clock,
            decks=decks,
            only=only,
            seed=seed,
        )
        session.start()
        return session

    def set(self, language: str | None = None, **scheduling: object) -> None:
        changed = replace(self.settings.scheduling, **scheduling)  # type: ignore[arg-type]
        self.settings = replace(self.settings, language=language or self.settings.language, scheduling=changed)


def make_world(folder: Path, **decks: str) -> World:
    write_decks(folder / "decks", **decks)
    clock = Clock()
    settings = Settings(scheduling=SchedulingSettings(timezone="UTC"))
    return World(folder, clock, settings, Store.open(folder / "studytui.db", clock=clock), FakeGrader())
