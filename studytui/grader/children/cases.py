"""Cases from what a card declares: explicit ones first, then generated ones, smallest first, seeded.

Smallest first means that the first case on which an answer fails is already a small counterexample: nothing is shrunk
at grade time. Expressions of the deck are evaluated here, which is why this runs in the sandbox only.
"""

from __future__ import annotations

import ctypes
import math
import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import torch

from studytui.cards.spec import (
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
    names_in,
    parse_range,
    parse_spec,
)
from studytui.errors import described
from studytui.grader.children.draw import Draw, UnmeetableError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping
    from types import CodeType

    from studytui.cards.signature import Signature

LARGEST_SIZE = 5
MAX_ELEMENTS = 1 << 16
"""Elements of a tensor a case may have, and the largest size; a teaching case has a few dozen."""
ATTEMPTS_PER_CASE = 12
ENOUGH_CASES, MOST_IN_VAIN = 20, 60
"""With so many cases, a card that gave no new one in so many attempts has hardly any left."""
LEFT_OUT = 0.35
"""How often an optional argument is left out."""
ZERO_SIZED = 0.15
"""How often a size that the card does not name may be 0."""
INFERRED = 0.5
"""How often a target shape has a -1."""
PLAIN = 0.2
"""The first part of the cases, all of whose tensors are contiguous."""


class CaseError(Exception):
    """The deck's declaration of inputs cannot be used; the message is for its author."""


@dataclass(frozen=True, slots=True)
class Case:
    """Arguments by parameter name; one that is absent is left out of the call.

    Attributes:
        raises: name of the exception torch raises and the answer must raise too, or None.
        smooth: whether values are far from ties and kinks, so that gradients may be compared.
    """

    arguments: Mapping[str, Any]
    raises: str | None = None
    explicit: bool = False
    smooth: bool = False

    @property
    def weight(self) -> tuple[int, int]:
        """What cases are ordered by: elements, then those with an empty tensor after their nearest likes."""
        tensors = [item for value in self.arguments.values() for item in tensors_in(value)]
        numel = sum(tensor.numel() for tensor in tensors)
        empty = any(tensor.numel() == 0 for tensor in tensors)
        return (numel + 8 if empty else numel, int(empty))


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in a value, in order."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            if isinstance(item, torch.Tensor):
                yield item
            elif isinstance(item, (tuple, list)):
                yield from tensors_in(item)


def explicit_cases(card: Mapping[str, Any], signature: Signature) -> list[Case]:
    """The cases the card spells out.

    Raises:
        CaseError: an expression fails or a name is no parameter.
    """
    known = {parameter.name for parameter in signature.parameters}
    cases = []
    for number, written in enumerate(card["cases"], 1):
        arguments: dict[str, Any] = {}
        for name, value in written.items():
            if name == "raises":
                continue
            if name not in known:
                raise CaseError(f"case {number} names `{name}`, which is no parameter of `{card['function']}`")
            try:
                arguments[name] = _evaluate(value, {**vars(torch), **arguments}) if isinstance(value, str) else value
            except Exception as error:  # noqa: BLE001 - a deck's expression may raise anything
                raise CaseError(f"case {number}, `{name}: {value}`: {described(error)}") from None
        cases.append(Case(_in_order(arguments, signature), raises=written.get("raises"), explicit=True))
    return cases


class Generator:
    """Draws cases for one card, the same ones for the same seed."""

    def __init__(self, card: Mapping[str, Any], signature: Signature, seed: int) -> None:
        self._random = random.Random(seed)  # reproducible, not secret
        self._torch = torch.Generator().manual_seed(seed)
        self._signature = signature
        try:
            self._specs: dict[str, Spec] = {name: parse_spec(text) for name, text in card["inputs"].items()}
            self._ranges = {name: parse_range(text) for name, text in card["dims"].items()}
        except ValueError as error:
            raise CaseError(str(error)) from None
        self._where = card["where"]
        self._optional = frozenset(parameter.name for parameter in signature.parameters if parameter.optional)
        self._dims = sorted((self._dim_names() | set(self._ranges)) - set(self._specs) - {"_"})

    def _dim_names(self) -> set[str]:
        names: set[str] = set()
        for spec in self._specs.values():
            tensor = spec.tensor if isinstance(spec, TensorListSpec) else spec
            if isinstance(tensor, TensorSpec):
                for dim in tensor.dims or ():
                    names |= names_in(dim)
        return names

    def cases(self, count: int) -> list[Case]:
        """Up to `count` different cases, smallest first; fewer where the card admits fewer.

        Raises:
            CaseError: an expression of the deck fails, or its conditions admit no case at all.
        """
        found: dict[Hashable, Case] = {}
        last = 0
        for attempt in range(count * ATTEMPTS_PER_CASE):
            if len(found) >= count or (len(found) >= ENOUGH_CASES and attempt - last > max(count, MOST_IN_VAIN)):
                break
            try:
                case = self._case(min(1.0, attempt / count))
            except UnmeetableError:
                continue
            if case is not None and found.setdefault(_fingerprint(case), case) is case:
                last = attempt
        if count and not found:
            raise CaseError("no case meets the card's dims, bounds and `where`")
        return sorted(found.values(), key=lambda case: case.weight)

    def _case(self, progress: float) -> Case | None:
        draw = self._random
        scope: dict[str, Any] = {}
        for name in self._dims:
            low, high = self._range(name, scope)
            cap = low + math.ceil((high - low) * math.sqrt(progress))
            scope[name] = draw.randint(low, max(low, cap))
        values = Draw(draw, self._torch, plain=progress < PLAIN)
        self._rank = draw.randint(0, 4)
        self._any_shape: tuple[int, ...] | None = None
        self._leading: tuple[int, ...] | None = None
        arguments: dict[str, Any] = {}
        for name, spec in self._specs.items():
            try:
                value = self._value(name, spec, scope, values)
            except (CaseError, UnmeetableError):
                raise
            except Exception as error:  # noqa: BLE001 - what a deck's expressions give may be of any type
                raise CaseError(f"the input `{name}`: {described(error)}") from None
            scope[name] = value
            if name in self._optional and draw.random() < LEFT_OUT:
                continue
            arguments[name] = value
        if self._where is not None and not self._evaluate("where", self._where, scope):
            return None
        return Case(_in_order(arguments, self._signature), smooth=values.smooth)

    def _range(self, name: str, scope: Mapping[str, Any]) -> tuple[int, int]:
        if name not in self._ranges:
            return 0, LARGEST_SIZE
        low, high = (self._size(f"dims, {name}", end, scope) for end in self._ranges[name])
        return low, max(low, high)

    def _size(self, where: str, text: str, scope: Mapping[str, Any]) -> int:
        """A size, maybe negative, but never one that takes long to fill."""
        size = self._evaluate(where, text, scope)
        if not isinstance(size, (int, float)) or size != size // 1:
            raise CaseError(f"`{where}: {text}` gives {str(size)[:60]}, which is no size")
        if size > MAX_ELEMENTS:
            raise CaseError(f"`{where}: {text}` is over {MAX_ELEMENTS:,}, which no case needs")
        return int(size)

    def _value(self, name: str, spec: Spec, scope: Mapping[str, Any], values: Draw) -> Any:
        draw = self._random
        match spec:
            case TensorSpec():
                return self._tensor(name, spec, scope, values)
            case TensorListSpec(low, high, tensor):
                count = draw.randint(low, high)
                return [self._tensor(name, tensor, scope, values) for _ in range(count)]
            case ScalarSpec("bool"):
                return draw.random() < 0.5
            case ScalarSpec(kind, low_text, high_text):
                low = self._evaluate(name, low_text, scope) if low_text else -9
                high = self._evaluate(name, high_text, scope) if high_text else 9
                if high < low:
                    raise UnmeetableError
                return draw.randint(int(low), int(high)) if kind == "int" else self._float(low, high)
            case OneOfSpec(options):
                return self._evaluate(name, draw.choice(options), scope)
            case DimSpec(of):
                rank = max(1, scope[of].dim() if isinstance(scope[of], torch.Tensor) else scope[of][0].dim())
                return draw.randint(-rank, rank - 1)
            case PermutationSpec(length):
                return draw.sample(range(n := self._size(name, length, scope)), n)
            case ShapeSpec(numel):
                return self._target_shape(self._size(name, numel, scope))
            case ExpressionSpec(text):
                return self._evaluate(name, text, scope)

    def _target_shape(self, numel: int) -> list[int]:
        """Sizes whose product is `numel`, one of them sometimes -1 where it can be inferred."""
        draw = self._random
        sizes = [numel] if numel else [0]
        for _ in range(draw.randint(0, 3)):
            place = draw.randrange(len(sizes))
            divisors = [n for n in range(1, sizes[place] + 1) if sizes[place] % n == 0] or [1]
            divisor = draw.choice(divisors)
            sizes[place : place + 1] = [divisor, sizes[place] // divisor]
        if draw.random() < INFERRED:
            place = draw.randrange(len(sizes))
            if math.prod(sizes[:place] + sizes[place + 1 :]):
                sizes[place] = -1
        return sizes

    def _float(self, low: float, high: float) -> float:
        """A float with few digits, so that a counterexample reads well."""
        return min(max(round(self._random.uniform(low, high), 2), low), high)

    def _shape(self, name: str, spec: TensorSpec, scope: Mapping[str, Any]) -> tuple[int, ...]:
        draw = self._random
        if spec.dims is None:
            if self._any_shape is None:
                self._any_shape = self._sizes(self._rank)
            return self._any_shape
        if spec.leading and self._leading is None:
            self._leading = self._sizes(draw.randint(0, MOST_LEADING))
        sizes = (
            self._size(name, dim, {**scope, "_": draw.randint(0, 3)} if "_" in dim else scope) for dim in spec.dims
        )
        return ((self._leading or ()) if spec.leading else ()) + tuple(sizes)

    def _sizes(self, rank: int) -> tuple[int, ...]:
        draw = self._random
        return tuple(draw.randint(0 if draw.random() < ZERO_SIZED else 1, 3) for _ in range(rank))

    def _tensor(self, name: str, spec: TensorSpec, scope: Mapping[str, Any], values: Draw) -> torch.Tensor:
        low = None if spec.low is None else self._evaluate(name, spec.low, scope)
        high = None if spec.high is None else self._evaluate(name, spec.high, scope)
        shape = self._shape(name, spec, scope)
        if math.prod(shape) > MAX_ELEMENTS:
            raise CaseError(f"the input `{name}` has {math.prod(shape):,} elements; {MAX_ELEMENTS:,} are allowed")
        return values.tensor(shape, spec, low, high)

    def _evaluate(self, where: str, text: str, scope: Mapping[str, Any]) -> Any:
        if text in scope:
            return scope[text]
        if text.isdecimal():
            return int(text)
        try:
            return _evaluate(text, {"torch": torch, "math": math, **scope})
        except Exception as error:  # noqa: BLE001 - a deck's expression may raise anything
            raise CaseError(f"`{where}: {text}`: {described(error)}") from None


def _in_order(arguments: Mapping[str, Any], signature: Signature) -> dict[str, Any]:
    """Arguments in the order of the signature, which is the order a call passes their tensors in."""
    return {
        parameter.name: arguments[parameter.name] for parameter in signature.parameters if parameter.name in arguments
    }


def _evaluate(text: str, scope: dict[str, Any]) -> Any:
    return eval(_compiled(text), scope)  # deck code, inside the sandbox


@cache
def _compiled(text: str) -> CodeType:
    return compile(text.strip(), "deck", "eval")


def _fingerprint(case: Case) -> Hashable:
    """Equal for cases that would ask the same question."""
    return tuple((name, _identity(value)) for name, value in case.arguments.items())


def _identity(value: Any) -> Hashable:
    if isinstance(value, torch.Tensor):
        plain = value.contiguous()
        elements = ctypes.string_at(plain.data_ptr(), plain.nbytes) if plain.numel() else b""
        return value.dtype, value.shape, value.stride(), elements
    return tuple(map(_identity, value)) if isinstance(value, (tuple, list)) else repr(value)
