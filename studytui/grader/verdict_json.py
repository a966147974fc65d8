"""Verdicts as JSON and back: what `studytui grade --format json` prints is what the store keeps with an attempt.

JSON has no NaN, no tuples and no tensors, so within inputs, expected and actual
- NaN and the infinities are the strings "nan", "inf" and "-inf"; a real string that reads so is {"string": ...};
- a tuple is {"tuple": [...]}, a list is a list;
- a tensor is {"dtype", "shape", "data"}: `data` nested as the shape says, a bare element for a tensor of no dims. A cut
  one has "truncated": true, and its `data` ends where it was cut; one without elements has an empty `data`;
- an integer of more than 1,024 bits is its hexadecimal text: Python refuses to write thousands of digits.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from studytui.grader.verdict import Counterexample, Outcome, Step, Tensor, Value, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_MOST_BITS = 1024


def to_json(verdict: Verdict, *, card: str, function: str | None = None) -> dict[str, Any]:
    """`verdict` on an answer to `card` as plain JSON values; `function` is the name of an implement card's function."""
    return {
        "card": card,
        "function": function,
        "verdict": verdict.outcome.value,
        "cases": {"run": verdict.run, "total": verdict.total},
        "message": verdict.message,
        "line": verdict.line,
        "column": verdict.column,
        "counterexample": None if verdict.counterexample is None else _from_counterexample(verdict.counterexample),
        "cause": verdict.cause,
        "steps": [{"text": step.text, "holds": step.holds, "says": step.says} for step in verdict.steps],
        "expected_answer": verdict.expected,
        "printed": verdict.printed,
        "seconds": verdict.seconds,
        "seed": verdict.seed,
        "device": verdict.device,
        "times_torch": verdict.times_torch,
    }


def from_json(data: Mapping[str, Any]) -> Verdict:
    """The verdict that `to_json` made `data` of.

    Raises:
        KeyError, TypeError, ValueError: `data` is nothing that `to_json` makes.
    """
    found = data["counterexample"]
    return Verdict(
        outcome=Outcome(data["verdict"]),
        message=data["message"],
        run=data["cases"]["run"],
        total=data["cases"]["total"],
        line=data["line"],
        column=data["column"],
        counterexample=None if found is None else _to_counterexample(found),
        cause=data["cause"],
        steps=tuple(Step(step["text"], step["holds"], step["says"]) for step in data["steps"]),
        expected=data["expected_answer"],
        printed=data["printed"],
        seconds=data["seconds"],
        seed=data["seed"],
        device=data["device"],
        times_torch=data.get("times_torch"),
    )


def to_text(verdict: Verdict, *, card: str, function: str | None = None) -> str:
    """`to_json` as one line of text, ASCII only."""
    return json.dumps(to_json(verdict, card=card, function=function), allow_nan=False, separators=(",", ":"))


def from_text(text: str) -> Verdict:
    """The verdict that `to_text` wrote.

    Raises:
        KeyError, TypeError, ValueError: `text` is nothing that `to_text` writes.
    """
    return from_json(json.loads(text))


def _from_counterexample(found: Counterexample) -> dict[str, Any]:
    return {
        "inputs": {name: _from_value(value) for name, value in found.inputs.items()},
        "expected": _from_value(found.expected),
        "actual": _from_value(found.actual),
        "first_difference": None if found.first_difference is None else list(found.first_difference),
        "what": found.what,
    }


def _to_counterexample(data: Mapping[str, Any]) -> Counterexample:
    place = data["first_difference"]
    return Counterexample(
        inputs={name: _to_value(value) for name, value in data["inputs"].items()},
        expected=_to_value(data["expected"]),
        actual=_to_value(data["actual"]),
        first_difference=None if place is None else tuple(place),
        what=data["what"],
    )


def _from_value(value: Value) -> Any:
    if isinstance(value, Tensor):
        data: dict[str, Any] = {"dtype": value.dtype, "shape": list(value.shape), "data": _nested(value)}
        return {**data, "truncated": True} if value.truncated else data
    if isinstance(value, tuple):
        return {"tuple": [_from_value(item) for item in value]}
    if isinstance(value, list):
        return [_from_value(item) for item in value]
    if isinstance(value, str):
        return {"string": value} if value in _NOT_FINITE else value
    return _plain(value)


def _to_value(data: Any) -> Value:
    if isinstance(data, dict):
        if "tuple" in data:
            return tuple(_to_value(item) for item in data["tuple"])
        return str(data["string"]) if "string" in data else _to_tensor(data)
    if isinstance(data, list):
        return [_to_value(item) for item in data]
    return _NOT_FINITE.get(data, data) if isinstance(data, str) else data


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return hex(value) if isinstance(value, int) and value.bit_length() > _MOST_BITS else value


def _nested(tensor: Tensor) -> Any:
    elements = [_plain(element) for element in tensor.elements]
    if not tensor.shape and len(elements) == 1:
        return elements[0]
    return _rows(elements, tensor.shape)


def _rows(elements: Sequence[Any], shape: Sequence[int]) -> list[Any]:
    """`elements` in nested lists; the last ones are short or missing where the elements were cut."""
    size = math.prod(shape[1:])
    if len(shape) < 2 or not elements or size < 1:
        return list(elements)
    return [_rows(elements[start : start + size], shape[1:]) for start in range(0, len(elements), size)]


def _to_tensor(data: Mapping[str, Any]) -> Tensor:
    dtype = data["dtype"]
    flat = list(_flat(data["data"]))
    if "complex" not in dtype:
        flat = [_NOT_FINITE.get(element, element) if isinstance(element, str) else element for element in flat]
    return Tensor(dtype, tuple(data["shape"]), tuple(flat), data.get("truncated", False))


def _flat(data: Any) -> Iterator[Any]:
    if isinstance(data, list):
        for item in data:
            yield from _flat(item)
    else:
        yield data
