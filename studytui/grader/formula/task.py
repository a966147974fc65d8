"""What a derive card asks, read: domains of its symbols, its given formulas, and the left side that is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from studytui.errors import DeckError
from studytui.grader.formula.domains import Domain, read_domain
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.syntax import parse_expression
from studytui.grader.formula.tokens import TokenKind, is_words, tokens_of
from studytui.grader.formula.tree import Derivative, Name, Node, walk
from studytui.grader.formula.vocabulary import FUNCTIONS, Asked, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_P = ParamSpec("_P")
_T = TypeVar("_T")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*'{0,3}")


@dataclass(frozen=True, slots=True)
class Task:
    """A derive card without its texts.

    Attributes:
        symbols: domains by name, in the card's order.
        sizes: names of dims, in order of first use; they may stand in formulas.
        given: formulas by name, each after those it uses.
        asked: the left side that the last line must give.
        truth: the card's Python code.
        steps: lines of the card's own solution; 1 where it has none.
    """

    symbols: dict[str, Domain]
    sizes: tuple[str, ...]
    given: dict[str, Node]
    asked: Asked
    truth: str
    steps: int = 1

    @property
    def vocabulary(self) -> Vocabulary:
        """The names a learner may use from the first line on."""
        return Vocabulary(frozenset((*self.symbols, *self.sizes, *self.given)), self.asked)

    def is_asked(self, node: Node) -> bool:
        """Whether `node` is what is asked, in either notation of a derivative."""
        asked = self.asked
        match node:
            case Name():
                return bool(asked.name) and node.name == asked.name
            case Derivative():
                return (node.top, node.bottom) == (asked.top, asked.bottom)
            case _:
                return False


def read_task(card: Mapping[str, Any]) -> Task:
    """The task in a derive card, as `DeriveCard.model_dump()` or its JSON gives it.

    Uses `symbols`, `given`, `asks`, `truth` and `solution`; other keys are ignored.

    Raises:
        DeckError: when the card is at fault; the message names the field and, for a formula, the place in it.
    """
    domains, formulas = dict(card["symbols"]), dict(card.get("given") or {})
    symbols = {name: _in_field(f"symbols.{name}", read_domain, str(text)) for name, text in domains.items()}
    sizes = tuple(dict.fromkeys(_size_names(symbols)))
    asked = _in_field("asks", read_asked, str(card["asks"]))
    for name in (*symbols, *sizes):
        if not name.isidentifier() or iskeyword(name):
            raise DeckError(f"`{name}` is no name in the truth's Python.", "Use a name such as `eta` or `lam`.")
    names = [*symbols, *sizes, *formulas]
    for name in names:
        _check_name(name, asked, names)
    given = _read_given(formulas, Vocabulary(frozenset((*symbols, *sizes)), asked))
    solution = str(card.get("solution") or "").splitlines()
    steps = sum(1 for line in solution if not is_words(line))
    return Task(symbols, sizes, given, asked, str(card["truth"]), max(steps, 1))


def read_asked(text: str) -> Asked:
    """The left side that `text` names: `w'`, `dL/dw` or `∂L/∂w`.

    Raises:
        FormulaError: when it is neither a name nor a derivative.
    """
    tokens = [token for token in tokens_of(text) if token.kind is not TokenKind.END]
    spelled = "".join("d" if token.kind is TokenKind.PARTIAL else token.text for token in tokens)
    derivative = re.fullmatch(r"d(\w+'*)/d(\w+'*)", spelled)
    if derivative is not None:
        return Asked(top=derivative.group(1), bottom=derivative.group(2))
    if len(tokens) == 1 and tokens[0].kind is TokenKind.NAME:
        return Asked(name=tokens[0].text)
    raise FormulaError(Finding.of("bad_asks", asks=text))


def _read_given(texts: dict[str, str], base: Vocabulary) -> dict[str, Node]:
    vocabulary = Vocabulary(base.names | texts.keys(), base.asked)
    read = {name: _in_field(f"given.{name}", parse_expression, str(text), vocabulary) for name, text in texts.items()}
    uses = {name: {below.name for below in walk(node) if isinstance(below, Name)} for name, node in read.items()}
    for name, node in read.items():
        if any(isinstance(below, Derivative) for below in walk(node)):
            raise DeckError(f"given.{name} holds a derivative.", "Give what it is, written out.")
    try:
        order = TopologicalSorter({name: uses[name] & texts.keys() for name in texts}).static_order()
        return {name: read[name] for name in order}
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise DeckError(f"The given formulas go round in a circle: {circle}.", "Cut it somewhere.") from None


def _check_name(name: str, asked: Asked, names: list[str]) -> None:
    if not _NAME.fullmatch(name):
        raise DeckError(f"`{name}` is no name of a formula.", "Use ASCII letters, digits and _, such as `eta` or `w0`.")
    if name in FUNCTIONS:
        raise DeckError(f"`{name}` is a function of the formula language.", "Give the symbol another name.")
    if names.count(name) > 1:
        raise DeckError(f"`{name}` has two meanings among symbols, sizes and given formulas.", "Rename one of them.")
    if name == asked.name:
        raise DeckError(f"`{name}` is asked, and given too.", f"Ask for a new name, such as `{name}'`.")


def _size_names(symbols: dict[str, Domain]) -> list[str]:
    names = [size for domain in symbols.values() for size in domain.sizes if isinstance(size, str)]
    bounds = [bound.size for domain in symbols.values() for bound in (domain.low, domain.high) if bound.size]
    return names + bounds


def _in_field(field: str, read: Callable[_P, _T], *arguments: _P.args, **keywords: _P.kwargs) -> _T:
    try:
        return read(*arguments, **keywords)
    except FormulaError as error:
        raise DeckError(f"{field}: {error.message}", error.render().partition("\n")[2]) from None
