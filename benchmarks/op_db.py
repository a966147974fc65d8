"""Torch's own operator database put to the shipped cards: each loop solution on the samples its card covers.

    pip install --no-deps expecttest
    python benchmarks/op_db.py [-v] [card ...]

`torch.testing._internal`'s database needs `expecttest`, which this script alone uses. A card covers a sample where its
declared inputs do: rank, dtype, kind of each argument, and sizes that go by one name are equal. How large a size or a
number may be is not asked: declared ranges keep generated cases small, they are no limit of the function. A refusal of
torch's is covered where the card has a case that raises the same error. Exit status 1 where a solution fails.
"""

from __future__ import annotations

import ast
import math
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from studytui.cards.library import Library
from studytui.cards.models import ImplementCard
from studytui.cards.signature import Parameter, Signature, parse_signature
from studytui.cards.spec import (
    FLOATING,
    MOST_LEADING,
    DimSpec,
    ExpressionSpec,
    OneOfSpec,
    PermutationSpec,
    ScalarSpec,
    ShapeSpec,
    Spec,
    TensorListSpec,
    TensorSpec,
    parse_spec,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
DTYPES = (torch.float64, torch.float32)
MOST_ELEMENTS = 20_000
"""Elements a sample may have for a loop of a second or so."""
SWAPPED = frozenset({"embedding"})
"""Operations whose database entry takes the first two arguments the other way round: a weight, then indices."""
KINDS: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,)}


class NotCoveredError(Exception):
    """The card does not cover a sample; the message is the reason, in words that many samples share."""


@dataclass(slots=True)
class Tally:
    """What came of one card's samples."""

    right: int = 0
    refusals: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def bind(signature: Signature, positional: Iterable[Any], keyword: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of a call by the signature's names, those equal to their default left out.

    Raises:
        NotCoveredError: the signature has no such parameter, or a required one is missing.
    """
    bound: dict[str, Any] = {}
    rest = list(positional)
    for parameter in signature.parameters:
        if parameter.spread:
            given = rest[0] if len(rest) == 1 and isinstance(rest[0], (tuple, list)) else rest
            bound[parameter.name], rest = list(given), []
        elif rest and not parameter.keyword_only:
            bound[parameter.name] = rest.pop(0)
        elif parameter.name in keyword:
            bound[parameter.name] = keyword[parameter.name]
        elif not parameter.optional:
            raise NotCoveredError(f"no `{parameter.name}` is given")
    if rest or (unknown := sorted(set(keyword) - set(bound))):
        raise NotCoveredError("more arguments than parameters" if rest else f"no parameter `{unknown[0]}`")
    defaults = {parameter.name: _default(parameter) for parameter in signature.parameters}
    return {name: _listed(value) for name, value in bound.items() if not _same(value, defaults[name])}


def _listed(value: Any) -> Any:
    """A tuple of numbers as the list that a deck would write."""
    whole = isinstance(value, tuple) and all(isinstance(item, int) for item in value)
    return list(value) if whole else value


def _default(parameter: Parameter) -> Any:
    return ... if parameter.default is None else ast.literal_eval(parameter.default)


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and not isinstance(value, torch.Tensor) and bool(value == default)


def cover(specs: Mapping[str, Spec], arguments: Mapping[str, Any], where: str = "", *, sizes: bool = True) -> None:
    """Nothing, where the declared inputs cover the arguments.

    With `sizes`, equal names must mean equal sizes, and `where` must hold.

    Raises:
        NotCoveredError: they do not.
    """
    known: dict[str, int] = {}
    for name, value in arguments.items():
        if name not in specs:
            raise NotCoveredError(f"`{name}` is not declared")
        match specs[name]:
            case TensorSpec() as spec:
                _cover_tensor(name, spec, value, known if sizes else {})
            case TensorListSpec(tensor=spec):
                if not isinstance(value, (tuple, list)) or not value:
                    raise NotCoveredError(f"`{name}` is no list of tensors")
                for tensor in value:
                    _cover_tensor(name, spec, tensor, known if sizes else {})
                if len({getattr(tensor, "dtype", None) for tensor in value}) > 1:
                    raise NotCoveredError(f"`{name}` mixes dtypes")
            case spec:
                if not _fits(spec, value):
                    raise NotCoveredError(f"`{name}` of type {type(value).__name__}")
                if isinstance(value, float) and not math.isfinite(value):
                    raise NotCoveredError(f"`{name}` is {value}")
    if sizes and where and not _holds(where, {**known, **arguments}):
        raise NotCoveredError("what the card calls `where` does not hold")


def _holds(where: str, names: dict[str, Any]) -> bool:
    """Whether a card's condition holds; one of our own decks; where no argument shows a size, it is taken to."""
    try:
        return bool(eval(where, {"torch": torch, "math": math}, names))
    except NameError:
        return True


def _cover_tensor(name: str, spec: TensorSpec, value: Any, known: dict[str, int]) -> None:
    if not isinstance(value, torch.Tensor):
        raise NotCoveredError(f"`{name}` of type {type(value).__name__}")
    dtype = str(value.dtype).removeprefix("torch.")
    if dtype != spec.dtype and not (spec.dtype == "float" and dtype in FLOATING):
        raise NotCoveredError(f"`{name}` of dtype {dtype}")
    if spec.dims is None:
        return
    dims = spec.dims
    if spec.leading:
        leading = known.setdefault("...", value.dim() - len(dims))
        dims = tuple(f"_leading{place}" for place in range(min(leading, MOST_LEADING))) + dims
    if value.dim() != len(dims):
        raise NotCoveredError(f"`{name}` of rank {value.dim()}")
    for dim, size in zip(dims, value.shape, strict=True):
        wanted = int(dim) if dim.isdecimal() else known.setdefault(dim, size) if dim.isidentifier() else size
        if dim != "_" and wanted != size:
            raise NotCoveredError(f"`{name}`, whose sizes do not fit the others")


def _fits(spec: Spec, value: Any) -> bool:
    """Whether a value that is no tensor is of a kind the spec has."""
    match spec:
        case ScalarSpec(type=kind):
            return isinstance(value, KINDS[kind]) and (kind == "bool" or not isinstance(value, bool))
        case OneOfSpec(options):
            return any(_like(option, value) for option in options)
        case DimSpec():
            return isinstance(value, int)
        case PermutationSpec() | ShapeSpec():
            return isinstance(value, (tuple, list)) and all(isinstance(item, int) for item in value)
        case ExpressionSpec(text):
            return _like(text, value)
        case _:
            return False


def _like(expression: str, value: Any) -> bool:
    """Whether a value is of the type an expression gives, as far as its text tells; a name or a sum is an int."""
    node = ast.parse(expression.strip(), mode="eval").body
    if isinstance(node, (ast.List, ast.Tuple, ast.ListComp, ast.Call)):
        return isinstance(value, (tuple, list)) and all(isinstance(item, int) for item in value)
    try:
        example = ast.literal_eval(node)
    except ValueError:
        example = 0
    if isinstance(example, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is type(example)


def run_card(card: ImplementCard, entries: Iterable[Any]) -> Tally:
    """Every sample and every refusal of the database's entries, put to the card's solution."""
    tally = Tally()
    scope: dict[str, Any] = {"__name__": card.id}
    exec(card.solution, scope)
    solution = scope[card.function_name]
    promised = {case["raises"] for case in card.cases if "raises" in case}
    for entry in entries:
        for dtype in DTYPES:
            if dtype not in entry.dtypes:
                continue
            for sample in entry.sample_inputs("cpu", dtype):
                _try(tally, card, sample, entry.op, solution)
        if entry.error_inputs_func is not None:
            for error in entry.error_inputs("cpu"):
                _try(tally, card, error.sample_input, entry.op, solution, promised)
    return tally


def _try(
    tally: Tally,
    card: ImplementCard,
    sample: Any,
    operation: Callable[..., Any],
    solution: Callable[..., Any],
    promised: set[str] | None = None,
) -> None:
    """One sample; `promised` are the errors the card asks for, where torch is expected to refuse."""
    signature = parse_signature(card.function)
    specs = {name: parse_spec(text) for name, text in card.inputs.items()}
    positional = [sample.input, *sample.args]
    if signature.name in SWAPPED:
        positional[:2] = reversed(positional[:2])
    kind = "sample" if promised is None else "refusal"
    try:
        arguments = bind(signature, positional, sample.kwargs)
        cover(specs, arguments, card.where or "", sizes=promised is None)
        if sum(tensor.numel() for tensor in _tensors(list(arguments.values()))) > MOST_ELEMENTS:
            raise NotCoveredError(f"over {MOST_ELEMENTS:,} elements")
        expected = _outcome(operation, [sample.input, *sample.args], sample.kwargs)
        refused = isinstance(expected, Exception)
        if refused is (promised is None):
            raise NotCoveredError("torch refuses it" if refused else "torch takes it")
        if promised is not None and type(expected).__name__ not in promised:
            raise NotCoveredError(f"no case of the card raises {type(expected).__name__}")
    except NotCoveredError as reason:
        tally.skipped[f"{kind}: {reason}"] += 1
        return
    actual = _outcome(solution, *signature.bind(_copy(arguments)))
    problem = difference(expected, actual)
    if problem:
        shown = ", ".join(f"{name}={describe(value)}" for name, value in arguments.items())
        tally.faults.append(f"{signature.name}({shown}): {problem}")
    elif promised is None:
        tally.right += 1
    else:
        tally.refusals += 1


def _outcome(function: Callable[..., Any], positional: Iterable[Any], keyword: Mapping[str, Any]) -> Any:
    """What a call gives, or the exception it raises."""
    try:
        return function(*_copy(list(positional)), **_copy(dict(keyword)))
    except Exception as error:  # noqa: BLE001 - torch refuses in many ways
        return error


def difference(expected: Any, actual: Any) -> str:
    """How an outcome differs from torch's, in a line, or nothing; an error must be of torch's type or more special."""
    if isinstance(expected, Exception):
        named = type(expected).__name__ in {kind.__name__ for kind in type(actual).__mro__}
        return "" if named else f"torch raises {type(expected).__name__}, the solution gives {describe(actual)}"
    if isinstance(actual, Exception):
        return f"the solution raises {type(actual).__name__}: {actual}"
    try:
        torch.testing.assert_close(actual, expected, equal_nan=True)
    except (AssertionError, TypeError) as error:
        return " ".join(str(error).split())
    return ""


def _copy(value: Any) -> Any:
    """The value with tensors of its own: what a call writes stays in them."""
    if isinstance(value, torch.Tensor):
        return value.detach().clone()
    if isinstance(value, dict):
        return {name: _copy(item) for name, item in value.items()}
    return type(value)(map(_copy, value)) if type(value) in {list, tuple} else value


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _tensors(item)


def describe(value: Any) -> str:
    """A value in a few words: a tensor by its dtype and shape."""
    if isinstance(value, torch.Tensor):
        return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(describe, value))}]"
    return repr(value)


def entries_of(function: str, database: Iterable[Any]) -> list[Any]:
    """The database's entries of a function, by its name or as one of `torch.nn.functional`."""
    return [entry for entry in database if entry.name in {function, f"nn.functional.{function}"}]


def main() -> None:
    """Print a line a card, what was skipped and why, and every fault."""
    try:
        from torch.testing._internal.common_methods_invocations import op_db
    except ModuleNotFoundError as missing:
        raise SystemExit(f"{missing}; for this script only: pip install --no-deps expecttest") from None
    verbose = "-v" in sys.argv[1:]
    library = Library.open([ROOT / "decks"], None)
    wanted = [name for name in sys.argv[1:] if name != "-v"]
    wanted = wanted or [entry.id for entry in library.entries if entry.kind == "implement" and not entry.needs]
    print(f"{'card':<24}{'right':>7}{'refusals':>10}{'failed':>8}{'skipped':>9}")
    total = Tally()
    absent = []
    for name in wanted:
        card = library.card(name)
        assert isinstance(card, ImplementCard)
        entries = entries_of(card.function_name, op_db)
        if not entries:
            absent.append(name)
            continue
        tally = run_card(card, entries)
        skipped = tally.skipped.total()
        print(f"{name:<24}{tally.right:>7}{tally.refusals:>10}{len(tally.faults):>8}{skipped:>9}", flush=True)
        for reason, times in tally.skipped.most_common() if verbose else ():
            print(f"    {times:>5} × {reason}")
        total.right += tally.right
        total.refusals += tally.refusals
        total.skipped.update(tally.skipped)
        total.faults += [f"{name}: {fault}" for fault in tally.faults]
    skipped = total.skipped.total()
    print(f"{'all':<24}{total.right:>7}{total.refusals:>10}{len(total.faults):>8}{skipped:>9}")
    print(f"\nnot in the database: {', '.join(absent) or 'none'}\nskipped, by reason:")
    for reason, times in total.skipped.most_common():
        print(f"{times:>7} × {reason}")
    print("\n".join(["", f"failed: {len(total.faults)}", *total.faults]))
    raise SystemExit(1 if total.faults else 0)


if __name__ == "__main__":
    main()
