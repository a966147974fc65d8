"""What a derive card asks, read: domains of its symbols, its given formulas, and the left side that is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from graphlib import CycleError, TopologicalSorter
from keyword import iskeyword
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from studytui.errors import DeckError
from studytui.grader.formula.domains import Domain, DomainKind, names_of_size, read_domain
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.finding import Finding
from studytui.grader.formula.ranks import rank_of
from studytui.grader.formula.syntax import Line, parse_expression, parse_line
from studytui.grader.formula.tokens import TokenKind, is_words, tokens_of
from studytui.grader.formula.tree import (
    Derivative,
    Differential,
    Element,
    Index,
    Name,
    Node,
    core,
    free_indices,
    plain_indices,
    walk,
)
from studytui.grader.formula.vocabulary import FUNCTIONS, Asked, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_P = ParamSpec("_P")
_T = TypeVar("_T")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*'{0,3}")


@dataclass(frozen=True, slots=True)
class Task:
    """A derive card without its texts.

    Attributes:
        symbols: domains by name, in the card's order; without the indices.
        indices: how many values each declared index takes, from 0 up: a size's name, a sum of them, or a number.
        sizes: names of dims, in order of first use; they may stand in formulas.
        given: formulas by name, each after those it uses.
        asked: the left side that the last line must give.
        truth: the card's Python code.
        steps: lines of the card's own solution; 1 where it has none.
        lemmas: what the card states beyond its given formulas; each holds and may be used.
    """

    symbols: dict[str, Domain]
    sizes: tuple[str, ...]
    given: dict[str, Node]
    asked: Asked
    truth: str
    steps: int = 1
    indices: dict[str, str | int] = field(default_factory=dict)
    lemmas: tuple[Line, ...] = ()

    @property
    def base(self) -> Vocabulary:
        """The names that lemmas may use: symbols, sizes and given formulas."""
        ranks: dict[str, int | None] = {name: domain.rank for name, domain in self.symbols.items()}
        ranks |= dict.fromkeys(self.sizes, 0)
        for name, node in self.given.items():
            ranks[name] = rank_of(node, ranks)
        names = frozenset((*self.symbols, *self.sizes, *self.given))
        return Vocabulary(names, self.asked, indices=self.indices, ranks=ranks)

    @property
    def vocabulary(self) -> Vocabulary:
        """The names a learner may use from the first line on."""
        vocabulary = self.base
        for line in self.lemmas:
            vocabulary = line.added_to(vocabulary)
        return vocabulary

    def is_asked(self, node: Node) -> bool:
        """Whether `node` is what is asked, in either notation of a derivative, whole or by its elements."""
        asked = self.asked
        match core(node):
            case Name(name=name):
                return bool(asked.name) and name == asked.name
            case Element(target=Name(name=name), at=at):
                return bool(asked.name) and name == asked.name and plain_indices(at) is not None
            case Derivative() as found:
                at = (*found.top_at, *found.bottom_at)
                return (found.top, found.bottom) == (asked.top, asked.bottom) and (
                    not at or all(isinstance(index, Index) for index in at)
                )
            case _:
                return False


def read_task(card: Mapping[str, Any]) -> Task:
    """The task in a derive card, as `DeriveCard.model_dump()` or its JSON gives it.

    Uses `symbols`, `given`, `asks`, `truth` and `solution`; other keys are ignored.

    Raises:
        DeckError: when the card is at fault; the message names the field and, for a formula, the place in it.
    """
    domains, formulas = dict(card["symbols"]), dict(card.get("given") or {})
    declared = {name: _in_field(f"symbols.{name}", read_domain, str(text)) for name, text in domains.items()}
    symbols = {name: domain for name, domain in declared.items() if domain.kind is not DomainKind.INDEX}
    indices = {name: domain.sizes[0] for name, domain in declared.items() if name not in symbols}
    sizes = tuple(dict.fromkeys(_size_names(declared)))
    asked = _in_field("asks", read_asked, str(card["asks"]), {*symbols, *formulas}, indices)
    for name in (*declared, *sizes):
        if not name.isidentifier() or iskeyword(name):
            raise DeckError(f"`{name}` is no name in the truth's Python.", "Use a name such as `eta` or `lam`.")
    names = [*declared, *sizes, *formulas]
    for name in names:
        _check_name(name, asked, names)
    plain = Task(symbols, sizes, {}, asked, "", indices=indices)
    given = _read_given(formulas, plain.base)
    solution = str(card.get("solution") or "").splitlines()
    steps = sum(1 for line in solution if not is_words(line))
    task = Task(symbols, sizes, given, asked, str(card["truth"]), max(steps, 1), indices)
    return replace(task, lemmas=_read_lemmas(card, task))


def read_asked(text: str, names: Collection[str] = (), indices: Collection[str] = ()) -> Asked:
    """The left side that `text` names: `w'`, `dL/dw`, `∂L/∂w`, or the elements of one, as `dL/dz_i` or `y[t]`.

    Args:
        text: as the card says it.
        names: declared ones; a name under a `d` that is none of them may have subscripts.
        indices: declared ones; only these are subscripts of a plain name.

    Raises:
        FormulaError: when it is neither a name nor a derivative.
    """
    tokens = [token for token in tokens_of(text) if token.kind is not TokenKind.END]
    spelled = "".join("d" if token.kind is TokenKind.PARTIAL else token.text for token in tokens)
    whole = re.sub(r"\[[a-z](,[a-z])?\]", "", spelled)
    derivative = re.fullmatch(r"d(\w+'*)/d(\w+'*)", whole)
    if derivative is not None:
        top, bottom = (_without_subscripts(part, names) for part in derivative.groups())
        asked = Asked(top=top, bottom=bottom)
    elif len(tokens) == 1 and tokens[0].kind is TokenKind.NAME:
        stem, _, letters = whole.rpartition("_")
        is_element = stem and (letters in indices or set(letters) <= set(indices))
        asked = Asked(name=stem if is_element else whole)
    elif whole != spelled and re.fullmatch(r"\w+'*", whole):
        asked = Asked(name=whole)
    else:
        raise FormulaError(Finding.of("bad_asks", asks=text))
    return asked if asked.spelling == spelled else replace(asked, spelled=spelled)


def _without_subscripts(part: str, names: Collection[str]) -> str:
    stem, _, letters = part.rpartition("_")
    return stem if part not in names and stem in names and letters.isalpha() else part


def _read_lemmas(card: Mapping[str, Any], task: Task) -> tuple[Line, ...]:
    """The formulas of the card's lemmas, each with the names of those before it.

    Lines of lemmas are numbered down from 0, so that none is taken for a line of an answer.
    """
    vocabulary = task.base
    lines: list[Line] = []
    for index, lemma in enumerate(card.get("lemmas") or ()):
        where = f"lemmas.{index + 1}"
        line = _in_field(where, parse_line, str(lemma["formula"]), vocabulary, -index)
        if line.continues or (len(line.sides) < 2 and not line.defines):
            raise DeckError(f"{where} states nothing: `{line.text}`.", "Write an equation, as `ds/dz = s*(1 - s)`.")
        if any(task.is_asked(side) for side in line.sides):
            raise DeckError(f"{where} gives `{task.asked.spelling}`, which is asked.", "Leave that to the learner.")
        vocabulary = line.added_to(vocabulary)
        lines.append(line)
    return tuple(lines)


def _read_given(texts: dict[str, str], base: Vocabulary) -> dict[str, Node]:
    vocabulary = replace(base, names=base.names | texts.keys())
    read = {name: _in_field(f"given.{name}", parse_expression, str(text), vocabulary) for name, text in texts.items()}
    uses = {name: {below.name for below in walk(node) if isinstance(below, Name)} for name, node in read.items()}
    for name, node in read.items():
        if any(isinstance(below, Derivative | Differential) for below in walk(node)):
            raise DeckError(f"given.{name} holds a derivative.", "Give what it is, written out.")
        if free_indices(node):
            raise DeckError(f"given.{name} speaks of single elements.", "Give the whole, as `sum_i(x[i]*w[i])`.")
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
    names = [name for domain in symbols.values() for size in domain.sizes for name in names_of_size(size)]
    bounds = [bound.size for domain in symbols.values() for bound in (domain.low, domain.high) if bound.size]
    return names + bounds


def _in_field(field: str, read: Callable[_P, _T], *arguments: _P.args, **keywords: _P.kwargs) -> _T:
    try:
        return read(*arguments, **keywords)
    except FormulaError as error:
        raise DeckError(f"{field}: {error.message}", error.render().partition("\n")[2]) from None
