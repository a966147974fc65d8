"""What a card is: frozen pydantic models, one a kind, joined by `kind`.

The models are the deck format: the JSON Schema, the problems an author sees and the docs all come from here; a field's
description is also the hint an author gets where the field is missing. Syntax of embedded code and input specs is
checked in `checks`, and nothing of a deck is ever run in this process.

Lengths are bounded so that no deck can make reading it slow; true/false and numbers are strict, so that `right: "no"`
is a problem and not a guess.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Strict, StringConstraints, Tag, model_validator

from studytui.cards.replacing import fill_slips
from studytui.cards.text import in_language as in_language

Language: TypeAlias = Literal["en", "ko"]
Depth: TypeAlias = Literal["what", "how", "why"]
Kind: TypeAlias = Literal["recall", "choice", "predict", "implement", "derive"]
ByHand: TypeAlias = Literal["loops", "tensors", "free", "triton"]
Asks: TypeAlias = Literal["value", "shape", "dtype", "printed", "error"]

PLAIN, BY_LANGUAGE = "<plain>", "<by language>"
"""Tags of `Text`'s two forms: they stand in the location of an error and are no keys of the deck."""

NonEmpty: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=20_000, strip_whitespace=True)]
Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$", max_length=64)]
CardName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=129)]
Name: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Code: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Piece: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Line: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]
Flag: TypeAlias = Annotated[bool, Strict()]
Number: TypeAlias = Annotated[float, Strict(), Field(allow_inf_nan=False)]


def _form(value: Any) -> str:
    """Which form of `Text` was meant, so that an author hears of one form's problems and not of both."""
    return BY_LANGUAGE if isinstance(value, dict) else PLAIN


Text: TypeAlias = Annotated[
    Annotated[NonEmpty, Tag(PLAIN)]
    | Annotated[dict[Language, NonEmpty], Field(min_length=1, description="one wording a language"), Tag(BY_LANGUAGE)],
    Discriminator(_form),
]
"""A text for the learner: one string, or one string a language."""


class Model(BaseModel):
    """Frozen, and strict about unknown keys: a misspelt key is a problem, never a silent no-op."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)


class CardBase(Model):
    """What every kind of card carries."""

    id: Slug = Field(description="the card's name in its deck, for ever: reviews are kept under deck/id")
    topics: tuple[Slug, ...] = Field(
        default=(), max_length=50, description="what the card is about; cards that share a topic are siblings"
    )
    depth: Depth | None = Field(default=None, description="what it does, how it is written, or why it is so")
    after: tuple[CardName, ...] = Field(default=(), max_length=50, description="cards (id, or deck/id) to learn first")
    prompt: Text = Field(description="the question, in Markdown")
    hints: tuple[Text, ...] = Field(default=(), max_length=20, description="shown one at a time, the gentlest first")
    explanation: Text | None = Field(default=None, description="shown after the verdict, in Markdown")


class DrawnCard(CardBase):
    """A card that may have numbers drawn afresh at each review; `instance.instance_of` puts them in."""

    parameters: dict[Name, Line] = Field(
        default={}, max_length=20, description="numbers drawn afresh at each review, as `n: 2..5`; `{n}` stands for it"
    )


class Point(Model):
    """One thing a recall answer should say.

    `mentions` are words of which at least one is found in an answer that makes the point; they tick the point for the
    learner, who has the last word.
    """

    says: Text = Field(description="the point itself, as the learner reads it beside its tick box")
    mentions: tuple[NonEmpty, ...] = Field(
        default=(), max_length=50, description="words of which an answer that makes the point has at least one"
    )


class RecallCard(DrawnCard):
    """A question answered in words; the learner ticks the points they made."""

    kind: Literal["recall"] = Field(description="a question answered in words")
    answer: Text = Field(description="a model answer, in Markdown")
    points: tuple[Point, ...] = Field(
        min_length=1, max_length=20, description="what the answer should say, point by point"
    )


class Option(Model):
    """One option of a choice card, and why it is right or wrong."""

    text: Text = Field(description="the option as the learner reads it")
    right: Flag = Field(default=False, description="true for every option that must be chosen")
    why: Text | None = Field(default=None, description="why it is right or wrong, shown after the answer")


class ChoiceCard(DrawnCard):
    """A question with options; every right one must be chosen and no other."""

    kind: Literal["choice"] = Field(description="a question with options")
    options: tuple[Option, ...] = Field(
        min_length=2, max_length=9, description="two to nine options, at least one right"
    )


class PredictCard(DrawnCard):
    """A snippet whose real output is the truth: the value of its last expression, what it prints, or what it raises."""

    kind: Literal["predict"] = Field(description="code whose result the learner foretells")
    code: Code = Field(description="Python with torch; the grader runs it and compares")
    asks: Asks = Field(description="what to foretell: value, shape, dtype, printed or error")


class Slip(Model):
    """A named wrong answer: the cases must catch it, and the teacher can recognise it.

    `code` is filled in from `replace` as the card is read.
    """

    says: Text = Field(description="what is wrong, as the learner reads it")
    code: Code = Field(default="", description="the whole wrong function")
    replace: dict[Piece, Code | Literal[""]] = Field(
        default={}, max_length=20, description="or what is other in the solution: text there once → text instead"
    )


class Equivalent(Model):
    """A change of the solution that changes no result, so that no case can catch it: for `studytui check`."""

    replace: dict[Piece, Code | Literal[""]] = Field(
        min_length=1, max_length=20, description="text that stands once in the solution → text instead"
    )
    because: NonEmpty = Field(description="why the result is the same, for the deck's next author")


class Tolerance(Model):
    """How far an element may be from torch's: |actual - expected| <= atol + rtol * |expected|."""

    rtol: Number = Field(ge=0, le=0.1, description="relative part, 0 to 0.1")
    atol: Number = Field(ge=0, le=0.1, description="absolute part, 0 to 0.1")


class ImplementCard(CardBase):
    """A function of torch's to write by hand, compared with torch case by case."""

    kind: Literal["implement"] = Field(description="a function to write by hand")
    function: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)] = Field(
        description="the signature, with torch's own name, parameter order and defaults"
    )
    by_hand: ByHand = Field(default="loops", description="loops, tensors (tensor operations), free or triton")
    allow: tuple[Name, ...] = Field(default=(), max_length=200, description="torch names allowed beyond by_hand")
    forbid: tuple[Name, ...] = Field(default=(), max_length=200, description="torch names refused beyond by_hand")
    dims: dict[Name, Line] = Field(default={}, max_length=50, description="ranges of sizes, as `N: 1..4`")
    inputs: dict[Name, Line] = Field(max_length=50, description="what each parameter is given, as `x: float64[N, C]`")
    where: Line | None = Field(default=None, description="a condition on dims and inputs that every case meets")
    cases: tuple[dict[Name, Any], ...] = Field(
        default=(), max_length=500, description="explicit cases, tried first: parameter → value or expression"
    )
    reference: Code = Field(description="the same by torch: an expression, or lines that end in `return …`")
    gradients: Flag = Field(default=False, description="whether gradients are compared too")
    calls: Code | None = Field(
        default=None,
        description="how a class or generator is used: Python over the inputs, in which the answer goes by its name; "
        "what it returns is compared, and `reference` gives torch's own class",
    )
    compares: Literal["values", "distribution"] = Field(
        default="values", description="`distribution` for random outputs: floating elements by statistical tests"
    )
    returns: Literal["any", "view", "copy"] = Field(
        default="any", description="whether the result must share memory with its input (view) or must not (copy)"
    )
    tolerance: Tolerance | None = Field(default=None, description="rtol and atol, where torch's own do not fit")
    starter: Code | None = Field(default=None, description="what the editor holds at first")
    solution: Code = Field(description="the whole function by hand, with its imports")
    slips: tuple[Slip, ...] = Field(default=(), max_length=50, description="named wrong answers the cases must catch")
    equivalent: tuple[Equivalent, ...] = Field(
        default=(), max_length=50, description="changes of the solution that are no mistakes, and why"
    )
    seconds: Number = Field(default=10.0, gt=0, le=120, description="time an answer may take over all cases")

    @model_validator(mode="before")
    @classmethod
    def _fill_slips(cls, card: Any) -> Any:
        return fill_slips(card)

    @property
    def function_name(self) -> str:
        """The function's name: what stands before the parenthesis of `function`."""
        return self.function.partition("(")[0].strip()


class Lemma(Model):
    """A fact that a derivation may use without showing it; the grader holds it to what it says."""

    says: Text = Field(description="the fact in words, as the learner reads it")
    formula: Line = Field(description="the fact as an equation, as `ds/dz = diag(s) - outer(s, s)`")


class DeriveCard(CardBase):
    """A formula to derive; every line is evaluated and compared with torch's autograd or a real optimizer step."""

    kind: Literal["derive"] = Field(description="a formula to derive")
    symbols: dict[Name, Line] = Field(
        min_length=1,
        max_length=50,
        description="each symbol's domain: `w: real`, `X: matrix[n, m]`, `i: index[n]`",
    )
    given: dict[Name, Line] = Field(default={}, max_length=50, description="what the learner may use: name → formula")
    lemmas: tuple[Lemma, ...] = Field(
        default=(), max_length=20, description="facts the learner may use without showing them: says and formula"
    )
    asks: Line = Field(description="the left side that the last line must define, as `dL/dw` or `w'`")
    truth: Code = Field(description="Python with torch that ends in `return …`, the symbols in scope as tensors")
    accepts: tuple[Line, ...] = Field(default=(), max_length=50, description="right answers as learners type them")
    rejects: tuple[Line, ...] = Field(default=(), max_length=50, description="wrong answers as learners type them")
    solution: NonEmpty = Field(description="the derivation, one step a line")


Card: TypeAlias = Annotated[
    RecallCard | ChoiceCard | PredictCard | ImplementCard | DeriveCard, Field(discriminator="kind")
]

CARD_MODELS: dict[str, type[CardBase]] = {
    "recall": RecallCard,
    "choice": ChoiceCard,
    "predict": PredictCard,
    "implement": ImplementCard,
    "derive": DeriveCard,
}


def card_from_json(text: str) -> Card:
    """The card that `model_dump_json` wrote."""
    kind = json.loads(text)["kind"]
    card: Any = CARD_MODELS[kind].model_validate_json(text)
    return cast("Card", card)


class Deck(Model):
    """One YAML file of cards."""

    deck: Slug = Field(description="the deck's name, for ever: reviews are kept under deck/id")
    title: Text = Field(description="the deck's title as the learner reads it")
    about: Text | None = Field(default=None, description="what the deck teaches, in Markdown")
    cards: tuple[Card, ...] = Field(
        min_length=1, max_length=5_000, description="the cards, in the order they are learnt"
    )
