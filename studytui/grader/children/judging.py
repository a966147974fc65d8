"""What is wrong with an answer's result on one case.

A result comes from the answer's child and may be forged; what is found is plain data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from studytui.grader.children.calls import bare, float_names, named_lists, named_tensors
from studytui.grader.children.cases import tensors_in
from studytui.grader.children.codec import CodecError, decode, shown
from studytui.grader.children.compare import Difference, Tolerance, compare
from studytui.grader.children.distribution import compare_random
from studytui.grader.children.gradients import filled

if TYPE_CHECKING:
    import torch

    from studytui.grader.children.expected import Expected
    from studytui.grader.children.implementation import Implementation
    from studytui.grader.wire import Header

UNREADABLE = (CodecError, KeyError, TypeError, ValueError, RuntimeError, ArithmeticError, AttributeError, MemoryError)
"""What a forged result may raise while it is read and compared."""


class Judge:
    """Holds the results of one card's answer against what torch makes of its cases."""

    def __init__(self, grade: Implementation) -> None:
        self._card, self._signature, self._device = grade.card, grade.signature, grade.device

    def finding(self, one: Expected, header: Header, blob: bytes) -> Header | None:
        """What is wrong with the answer on one case, as data, or None."""
        if one.exactly is not None and one.exactly.is_said_by(header, blob):
            return None
        raised = one.raised.partition(":")[0] if one.raised else None
        if header["event"] == "raised":
            if raised is not None and raised in header["mro"]:
                return None
            said = f"{header['type']}: {header['message']}"
            if raised is not None:
                return _finding(one, Difference("raises", "output", one.raised, said), None, said)
            return _finding(one, Difference("crash", "output", None, said), shown(one.output), said)
        try:
            output = decode(header["output"], blob, self._device)
            if raised is not None:
                return _finding(one, Difference("no_raise", "output", one.raised, None), None, shown(output))
            difference = self._difference(one, output, header, blob)
        except UNREADABLE as error:
            return _finding(one, Difference("malformed", "output", None, str(error)[:500]), None, None)
        if difference is None:
            return None
        found, expected, actual = difference
        return _finding(one, found, expected, actual)

    def _difference(
        self, one: Expected, output: Any, header: Header, blob: bytes
    ) -> tuple[Difference, Any, Any] | None:
        found = self._compared(one, one.output, output)
        if found is not None:
            return found, shown(one.output), shown(output)
        names = [name for name, _ in named_tensors(one.case.arguments)]
        trees = header["after"]
        given = (
            tensors_in(list(one.case.arguments.values()))
            if trees is None
            else (decode(tree, blob, self._device) for tree in trees)
        )
        for name, right, actual in zip(names, one.after, given, strict=True):
            found = compare(right, actual, Tolerance(), f"{name} after the call")
            if found is not None:
                return (
                    Difference("changed", found.what, found.expected, found.actual, found.index),
                    shown(right),
                    shown(actual),
                )
        lists = named_lists(self._signature, one.case.arguments)
        for (name, before), tree in zip(lists, header["lists"], strict=True):
            after = decode(tree, blob, self._device)
            if compare(bare(before), after, Tolerance(), f"{name} after the call") is not None:
                return Difference("changed", f"{name} after the call", before, after), shown(before), shown(after)
        wanted = self._card["returns"]
        if wanted != "any" and one.output is not None and any(t.numel() for t in tensors_in(one.output)):
            shares = [bool(item) for item in header["shares"]]
            if shares != one.shares:
                return Difference(wanted, "output", one.shares, shares), shown(one.output), shown(output)
        return self._gradient_difference(one, header, blob) if one.gradients is not None else None

    def _compared(self, one: Expected, right: Any, got: Any, what: str = "output") -> Difference | None:
        """The first difference between two results of a case; most agree to the last bit, or nearly."""
        if self._card["compares"] != "values":
            return compare_random(right, got, one.tolerance)
        found = compare(right, got, one.exact, what)
        if found is None or found.kind != "value":
            return found
        return compare(right, got, one.tolerance if what == "output" else one.gradient_tolerance, what)

    def _gradient_difference(self, one: Expected, header: Header, blob: bytes) -> tuple[Difference, Any, Any] | None:
        assert one.gradients is not None
        detached = header.get("gradients") is None
        names = float_names(one.case.arguments)
        for name, right, got in zip(
            names, one.gradients, given_gradients(one, header, blob, self._device), strict=True
        ):
            found = self._compared(one, right, got, f"gradient of {name}")
            if found is not None and detached:
                return Difference("detached", found.what, None, None), shown(right), None
            if found is not None:
                return (
                    Difference("gradient", found.what, found.expected, found.actual, found.index),
                    shown(right),
                    shown(got),
                )
        return None


def given_gradients(one: Expected, header: Header, blob: bytes, device: str) -> list[torch.Tensor]:
    """The answer's gradients, zeros where it has none."""
    assert one.gradients is not None
    if header.get("gradients") is None:
        return filled(None, one.gradients)
    trees = header["gradients"]
    return filled([decode(tree, blob, device) for tree in trees], one.gradients)


def _finding(one: Expected, difference: Difference, expected: Any, actual: Any) -> Header:
    return {
        "kind": difference.kind,
        "what": difference.what,
        "first_expected": shown(difference.expected),
        "first_actual": shown(difference.actual),
        "index": None if difference.index is None else list(difference.index),
        "inputs": [[name, shown(value)] for name, value in one.case.arguments.items()],
        "expected": {"text": one.raised} if one.raised is not None else expected,
        "actual": {"text": actual} if isinstance(actual, str) else actual,
    }
