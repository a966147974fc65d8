"""Usual slips with arguments, as calls: what the reference gives when an argument is ignored, swapped or off by one.

Each is a change that can be made to any call of the card's function, so that it can be held to the cases before the
failing one too.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from studytui.cards.signature import Parameter
    from studytui.grader.wire import Header

    Call = Mapping[str, Any]

NEUTRAL: dict[str, Any] = {"eps": 0.0, "epsilon": 0.0, "stride": 1, "padding": 0, "dilation": 1}
"""What an argument is to somebody who forgot it, where that is not its default."""
REDUCTIONS = ("mean", "sum", "none")
_DIM, _SIZE = re.compile(r"(\w+_)?(dim|axis)\d*"), re.compile(r"(\w+_)?(shape|sizes?)")
KERNEL_RANK = 3
"""Dims of a tensor that may be a convolution's weight: outputs, inputs, and a place or more."""
IMAGE_RANK = 4
"""Dims of a tensor whose last two are a height and a width."""


def is_dim(parameter: Parameter) -> bool:
    """Whether the parameter chooses a dim, by its name."""
    return _DIM.fullmatch(parameter.name) is not None


def is_size(parameter: Parameter) -> bool:
    """Whether the parameter is a target shape, in which -1 has a meaning, by its name."""
    return _SIZE.fullmatch(parameter.name) is not None


def _as_it_is(call: Call, outcome: Any) -> Any:  # noqa: ARG001 - a change of the outcome may need the call
    return outcome


@dataclass(frozen=True, slots=True)
class Altered:
    """A slip as another call of the reference.

    Attributes:
        cause: what is said where it gives what the answer gave.
        change: the arguments that the slip amounts to.
        back: what is done to the outcome of that call, given the call as it came.
    """

    cause: Header
    change: Callable[[Call], Call]
    back: Callable[[Call, Any], Any] = _as_it_is


def dropped(call: Call, parameters: Sequence[Parameter]) -> Iterator[Altered]:
    """An argument ignored, a flag, a reduction or a dim taken for another, a negative dim taken literally."""
    for parameter in parameters:
        name = parameter.name
        if name in call and parameter.default is not None:
            yield Altered({"usual": "ignored", "name": name}, _without(name))
    for parameter in parameters:
        name, value = parameter.name, _value(call, parameter)
        if name == "groups" and _is_int(value) and value > 1:
            yield Altered({"usual": "ignored", "name": name}, _first_group)
        if name in NEUTRAL and value != NEUTRAL[name]:
            cause = {"usual": "ignored_for", "name": name, "value": repr(NEUTRAL[name])}
            yield Altered(cause, _with(name, NEUTRAL[name]))
        if isinstance(value, bool):
            yield Altered(_as_if(name, not value), _with(name, not value))
        elif isinstance(value, str) and value in REDUCTIONS:
            for other in REDUCTIONS:
                if other != value:
                    yield Altered(_as_if(name, other), _with(name, other))
        elif is_dim(parameter) and _is_int(value) and value < 0:
            cause = {"usual": "negative_literal", "name": name, "value": value, "taken": -value}
            yield Altered(cause, _mapped(name, abs))
    yield from _other_dims(call, parameters, _rank(call))


def redirected(call: Call, parameters: Sequence[Parameter]) -> Iterator[Altered]:
    """Two arguments swapped, height and width swapped, a kernel flipped, a number off by one, max and min swapped."""
    tensors = [parameter.name for parameter in parameters if isinstance(call.get(parameter.name), torch.Tensor)]
    yield from _swapped_pairs(call)
    if tensors and call[tensors[0]].dim() >= IMAGE_RANK:
        yield Altered({"usual": "height_and_width"}, _mapped(tensors[0], _swap_last), _swapped_back)
    for name in (name for name in tensors[1:] if call[name].dim() >= KERNEL_RANK):
        yield Altered({"usual": "kernel_flipped", "name": name}, _mapped(name, _flip_kernel))
    numbers = [p.name for p in parameters if _is_int(call.get(p.name))]
    for group in (numbers, tensors):
        for one, other in combinations(group, 2):
            yield Altered({"usual": "swapped", "one": one, "other": other}, _exchanged(one, other))
    for parameter in parameters:
        value = _value(call, parameter)
        if _is_int(value) and not is_dim(parameter):
            for step in (-1, 1):
                cause = {**_as_if(parameter.name, value + step), "usual": "neighbour", "asked": value}
                yield Altered(cause, _stepped(parameter, step))
    for name in tensors[:1]:
        if call[name].dtype is not torch.bool:
            yield Altered({"usual": "extremes"}, _mapped(name, torch.neg), _chosen_from(name))


def _other_dims(call: Call, parameters: Sequence[Parameter], rank: int) -> Iterator[Altered]:
    for parameter in parameters:
        name, value = parameter.name, _value(call, parameter)
        if not (is_dim(parameter) and _is_int(value)):
            continue
        others = [_value(call, other) for other in parameters if is_dim(other) and other is not parameter]
        for dim in (*range(rank + 1), *range(-1, -rank - 2, -1)):
            if dim == value or any(_is_int(other) and (other - dim) % max(rank, 1) == 0 for other in others):
                continue  # the call's own dim, or two of one dim, which would change nothing
            cause = {"usual": "wrong_dim", "name": name, "asked": value, "value": dim}
            yield Altered(cause, _with(name, dim))


def _swapped_pairs(call: Call) -> Iterator[Altered]:
    names = [name for name, value in call.items() if _is_pair(value) and value[0] != value[1]]
    for name in names:
        yield Altered({"usual": "pair_swapped", "name": name}, _mapped(name, _backwards))
    if len(names) > 1:

        def all_backwards(given: Call) -> Call:
            return {name: _backwards(value) if name in names else value for name, value in given.items()}

        yield Altered({"usual": "height_and_width"}, all_backwards)


def _as_if(name: str, value: Any) -> Header:
    return {"usual": "as_if", "name": name, "value": repr(value)}


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_pair(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and len(value) == 2 and all(map(_is_int, value))


def _backwards(value: Any) -> Any:
    return value[::-1] if _is_pair(value) else value


def _rank(call: Call) -> int:
    """Dims of the first tensor of a call."""
    for value in call.values():
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(item, torch.Tensor):
                return item.dim()
    return 0


def _value(call: Call, parameter: Parameter) -> Any:
    """An argument, its default where it is left out, None where that is no plain value."""
    if parameter.name in call or parameter.default is None:
        return call.get(parameter.name)
    try:
        return ast.literal_eval(parameter.default)
    except (ValueError, SyntaxError):
        return None


def _without(name: str) -> Callable[[Call], Call]:
    return lambda call: {key: value for key, value in call.items() if key != name}


def _with(name: str, value: Any) -> Callable[[Call], Call]:
    return lambda call: {**call, name: value}


def _mapped(name: str, change: Callable[[Any], Any]) -> Callable[[Call], Call]:
    return lambda call: {**call, name: change(call[name])} if name in call else call


def _first_group(call: Call) -> Call:
    """Without `groups`, loops over a weight's channels read the first group's channels for every output."""
    groups = call.get("groups", 1)
    first = next(name for name, value in call.items() if isinstance(value, torch.Tensor))
    return {**call, first: call[first].narrow(1, 0, call[first].shape[1] // groups), "groups": 1}


def _exchanged(one: str, other: str) -> Callable[[Call], Call]:
    return lambda call: {**call, one: call[other], other: call[one]} if one in call and other in call else call


def _stepped(parameter: Parameter, step: int) -> Callable[[Call], Call]:
    def change(call: Call) -> Call:
        value = _value(call, parameter)
        return {**call, parameter.name: value + step} if _is_int(value) else call

    return change


def _swap_last(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.transpose(-2, -1) if tensor.dim() > 1 else tensor


def _flip_kernel(weight: torch.Tensor) -> torch.Tensor:
    return weight.flip(tuple(range(2, weight.dim())))


def _swapped_back(call: Call, outcome: Any) -> Any:
    if isinstance(outcome, torch.Tensor):
        return _swap_last(outcome)
    if isinstance(outcome, (list, tuple)):
        items = [_swapped_back(call, item) for item in outcome]
        return items if isinstance(outcome, list) else tuple(items)
    return outcome


def _chosen_from(name: str) -> Callable[[Call, Any], Any]:
    """From the outcome for the negated input: elements negated back, indices as they are; so max becomes min.

    Raises (when called):
        TypeError, ValueError: it is neither, so the function does not choose among the input's elements.
    """

    def chosen(call: Call, outcome: Any) -> Any:
        given: torch.Tensor = call[name]
        if isinstance(outcome, (list, tuple)):
            items = [chosen(call, item) for item in outcome]
            return items if isinstance(outcome, list) else tuple(items)
        if not isinstance(outcome, torch.Tensor):
            raise TypeError("no tensor")
        if outcome.dtype is torch.int64 and given.is_floating_point():
            return outcome
        if outcome.dtype != given.dtype or not {*given.flatten().tolist(), 0}.issuperset((-outcome).flatten().tolist()):
            raise ValueError("not elements of the input")
        return -outcome

    return chosen
