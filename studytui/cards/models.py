"""What a card is: frozen pydantic models, one a kind, joined by `kind`.

The models are the deck format: the JSON Schema, the problems an author sees and the docs all come from here.
Syntax of embedded code and input specs is checked here too, but nothing of a deck is ever run in this process.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Language: TypeAlias = Literal["en", "ko"]
Depth: TypeAlias = Literal["what", "how", "why"]
Kind: TypeAlias = Literal["recall", "choice", "predict", "implement", "derive"]
ByHand: TypeAlias = Literal["loops", "tensors", "free"]
Asks: TypeAlias = Literal["value", "shape", "dtype", "printed", "error"]

NonEmpty: TypeAlias = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$", max_length=64)]
Code: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Text: TypeAlias = NonEmpty | Annotated[dict[Language, NonEmpty], Field(min_length=1)]
"""A text for the learner: one string, or one string a language."""


def in_language(text: Text, language: str) -> str:
    """The wording of `text` in `language`, else in English, else in the language it has."""
    if isinstance(text, str):
        return text
    wordings: dict[Any, str] = dict(text)
    return wordings.get(language) or wordings.get("en") or next(iter(wordings.values()))


class Model(BaseModel):
    """Frozen, and strict about unknown keys: a misspelt key is a problem, never a silent no-op."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class CardBase(Model):
    """What every kind of card carries."""

    id: Slug
    topics: tuple[Slug, ...] = ()
    depth: Depth | None = None
    after: tuple[str, ...] = Field(default=(), description="cards (id, or deck/id) to learn first")
    prompt: Text
    hints: tuple[Text, ...] = ()
    explanation: Text | None = None


class Point(Model):
    """One thing a recall answer should say.

    `mentions` are words of which at least one is found in an answer that makes the point; they tick the point for the
    learner, who has the last word.
    """

    says: Text
    mentions: tuple[NonEmpty, ...] = ()


class RecallCard(CardBase):
    """A question answered in words; the learner ticks the points they made."""

    kind: Literal["recall"]
    answer: Text
    points: tuple[Point, ...] = Field(min_length=1)


class Option(Model):
    """One option of a choice card, and why it is right or wrong."""

    text: Text
    right: bool = False
    why: Text | None = None


class ChoiceCard(CardBase):
    """A question with options; every right one must be chosen and no other."""

    kind: Literal["choice"]
    options: tuple[Option, ...] = Field(min_length=2, max_length=9)


class PredictCard(CardBase):
    """A snippet whose real output is the truth: the value of its last expression, what it prints, or what it raises."""

    kind: Literal["predict"]
    code: Code
    asks: Asks


class Slip(Model):
    """A named wrong answer: the cases must catch it, and the teacher can recognise it."""

    says: Text
    code: Code


class Tolerance(Model):
    """How far an element may be from torch's: |actual - expected| <= atol + rtol * |expected|."""

    rtol: float = Field(ge=0, le=0.1)
    atol: float = Field(ge=0, le=0.1)


class ImplementCard(CardBase):
    """A function of torch's to write by hand, compared with torch case by case."""

    kind: Literal["implement"]
    function: Annotated[str, StringConstraints(max_length=500)] = Field(
        description="the signature, with torch's own name, parameter order and defaults"
    )
    by_hand: ByHand = "loops"
    allow: tuple[str, ...] = Field(default=(), description="torch names allowed beyond by_hand")
    forbid: tuple[str, ...] = Field(default=(), description="torch names refused beyond by_hand")
    dims: dict[str, str] = Field(default={}, description="ranges of sizes, as `N: 1..4`")
    inputs: dict[str, str]
    where: str | None = Field(default=None, description="a condition on dims and inputs that every case meets")
    cases: tuple[dict[str, Any], ...] = ()
    reference: Code
    gradients: bool = False
    returns: Literal["any", "view", "copy"] = "any"
    tolerance: Tolerance | None = None
    starter: Code | None = None
    solution: Code
    slips: tuple[Slip, ...] = ()
    seconds: float = Field(default=10.0, gt=0, le=120)

    @property
    def function_name(self) -> str:
        """The function's name: what stands before the parenthesis of `function`."""
        return self.function.partition("(")[0].strip()


class DeriveCard(CardBase):
    """A formula to derive; every line is evaluated and compared with torch's autograd or a real optimizer step."""

    kind: Literal["derive"]
    symbols: dict[str, str]
    given: dict[str, str] = Field(default={}, description="what the learner may use: name = formula")
    asks: NonEmpty
    truth: Code
    accepts: tuple[NonEmpty, ...] = ()
    rejects: tuple[NonEmpty, ...] = ()
    solution: NonEmpty


Card: TypeAlias = Annotated[
    RecallCard | ChoiceCard | PredictCard | ImplementCard | DeriveCard, Field(discriminator="kind")
]


class Deck(Model):
    """One YAML file of cards."""

    deck: Slug
    title: Text
    about: Text | None = None
    cards: tuple[Card, ...] = Field(min_length=1)
