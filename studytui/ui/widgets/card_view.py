"""The question side of a card: its prompt, what may be used, and the hints shown so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from studytui.cards.text import in_language
from studytui.ui.format import printable
from studytui.ui.widgets.pane import Pane
from studytui.ui.widgets.words import Words, fenced

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from studytui.cards.models import Card, DeriveCard
    from studytui.ui.texts import Texts


class CardView(Pane):
    """Everything the learner may know before answering."""

    DEFAULT_CSS = """
    CardView {
        height: auto;
        .about { color: $foreground 55%; margin-bottom: 1; }
        .hint { border-left: outer $primary; padding-left: 1; margin-bottom: 1; }
        .hint MarkdownParagraph { margin: 0; }
        .facts { margin-bottom: 1; }
    }
    """

    def __init__(self, card: Card, texts: Texts) -> None:
        super().__init__(classes=f"-{card.kind}")
        self.card = card
        self.texts = texts

    def compose(self) -> ComposeResult:
        """From what kind of card it is to what it gives."""
        yield Static(Content(self._about()), classes="about", markup=False)
        yield Words(prompt_markdown(self.card, self.texts.language))
        if self.card.kind == "derive":
            yield Static(derive_facts(self.card, self.texts), classes="facts", markup=False)

    async def show_hints(self, hints: tuple[str, ...]) -> None:
        """Show the hints revealed so far, and scroll to the last."""
        shown = len(self.query(".hint"))
        total = len(self.card.hints)
        for number, hint in enumerate(hints[shown:], start=shown + 1):
            title = self.texts("study.hint", n=number, total=total)
            words = Words(f"**{title}** — {hint}", classes="hint")
            await self.mount(words)
            words.scroll_visible(animate=False)

    def _about(self) -> str:
        parts = [self.texts(f"study.kind.{self.card.kind}")]
        if self.card.depth:
            parts.append(self.texts(f"study.depth.{self.card.depth}"))
        if self.card.kind == "implement":
            parts.append(self.texts(f"study.by_hand.{self.card.by_hand}"))
        return " · ".join(parts)


def prompt_markdown(card: Card, language: str) -> str:
    """The prompt as Markdown, with the code of a predict card below it."""
    prompt = in_language(card.prompt, language)
    if card.kind == "predict":
        return f"{prompt}\n\n{fenced(card.code)}"
    return prompt


def lemma_lines(card: DeriveCard, language: str) -> list[str]:
    """What may be used without showing it: the equation, and behind it what it says."""
    return [f"{lemma.formula}  # {in_language(lemma.says, language)}" for lemma in card.lemmas]


def derive_facts(card: DeriveCard, texts: Texts) -> Content:
    """What to find, what is given, and what the symbols may be: a line each where they are short."""
    domains: dict[str, list[str]] = {}
    for name, domain in card.symbols.items():
        domains.setdefault(domain, []).append(name)
    facts = [
        (texts("study.asks"), [card.asks]),
        (texts("study.uses"), [f"{name} = {formula}" for name, formula in card.given.items()]),
        (texts("study.lemmas"), lemma_lines(card, texts.language)),
        (texts("study.symbols"), ["; ".join(f"{', '.join(names)}: {domain}" for domain, names in domains.items())]),
    ]
    facts = [(title, lines) for title, lines in facts if lines]
    width = max(Content(title).cell_length for title, _lines in facts) + 2
    rows: list[Content] = []
    for title, lines in facts:
        label = Content.styled(title, "bold")
        for line in lines:
            rows.append(label + Content(" " * (width - label.cell_length) + printable(line)))
            label = Content("")
    return Content("\n").join(rows)
