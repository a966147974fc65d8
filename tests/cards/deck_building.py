"""Decks for the tests of the cards' room: small ones, one card of each kind, and folders full of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from studytui.cards.reader import Reading, read_text

if TYPE_CHECKING:
    from studytui.cards.problems import Problem

DECK = Path("deck.yaml")

RECALL = """\
- id: clamp-what
  kind: recall
  topics: [clamp]
  depth: what
  prompt: {en: What does `clamp` do?, ko: 무엇을 하나요?}
  answer: {en: It limits every element., ko: 제한해요.}
  points:
    - says: {en: both bounds are optional, ko: 생략할 수 있어요}
      mentions: [optional, left out]
"""

CHOICE = """\
- id: rank
  kind: choice
  prompt: {en: The rank?, ko: 차원은?}
  options:
    - {text: "2", right: true}
    - text: "3"
      why: {en: It has two dims., ko: 둘이에요.}
"""

PREDICT = """\
- id: shape
  kind: predict
  prompt: {en: The shape?, ko: 모양은?}
  code: |
    x = torch.zeros(2, 3)
    x.T
  asks: shape
"""

IMPLEMENT = """\
- id: view
  kind: implement
  after: [clamp-what]
  prompt: {en: Write view., ko: view를 구현해요.}
  function: view(x, *shape)
  dims: {N: 1..4}
  inputs:
    x: float64[N, C]
    shape: one_of([-1], [C, N])
  where: N >= C or C > 0
  cases:
    - {x: "arange(6.).view(2, 3)", shape: [3, -1]}
    - x: torch.zeros(2, 3)
      shape: [4, -1]
      raises: RuntimeError
  reference: x.view(*shape)
  solution: |
    def view(x, *shape):
        return x
  slips:
    - says: {en: transposed, ko: 뒤집힘}
      code: |
        def view(x, *shape):
            return x.t()
"""

DERIVE = """\
- id: sgd
  kind: derive
  prompt: {en: The new w?, ko: 새 w는?}
  symbols: {w: real, g: real, eta: 0.01..0.5}
  asks: w'
  truth: return w - eta * g
  accepts: [w - eta*g]
  rejects: [w + eta*g]
  solution: |
    w' = w - eta*g
"""

EVERY_KIND = RECALL + CHOICE + PREDICT + IMPLEMENT + DERIVE


def deck(cards: str, name: str = "tensors", title: str = "{en: Tensors, ko: 텐서}") -> str:
    """A deck's text around cards that start in the first column."""
    return f"deck: {name}\ntitle: {title}\ncards:\n{indent(dedent(cards), '  ')}"


def read_cards(cards: str) -> Reading:
    """What reading a deck with these cards gives."""
    return read_text(deck(cards), DECK)


def problems_of(cards: str) -> list[Problem]:
    """The problems of a deck with these cards."""
    return list(read_cards(cards).problems)


def only_problem(cards: str) -> Problem:
    """The one problem of a deck with these cards."""
    problems = problems_of(cards)
    assert len(problems) == 1, "\n".join(problem.render() for problem in problems)
    return problems[0]


def recall(name: str, more: str = "") -> str:
    """A small recall card; `more` are further keys, a line each."""
    lines = f"- id: {name}\n  kind: recall\n  prompt: p\n  answer: a\n  points: [{{says: s}}]\n"
    return lines + indent(dedent(more), "  ")


def at(problem: Problem) -> str:
    """The rest of the source line from the problem's column on: what its caret points at."""
    return problem.source[problem.column - 1 :]


def write_decks(folder: Path, decks: int, cards: int) -> None:
    """A folder of decks, each with so many recall and implement cards."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(decks):
        pieces = [
            IMPLEMENT.replace("id: view", f"id: view-{index}").replace("[clamp-what]", f"[what-{index}]")
            + RECALL.replace("id: clamp-what", f"id: what-{index}")
            for index in range(cards // 2)
        ]
        (folder / f"deck-{number:02}.yaml").write_text(deck("".join(pieces), f"deck-{number}"), encoding="utf-8")
