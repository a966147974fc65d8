"""One implement card being graded: its cases, what torch makes of them, and what its slips do.

It runs the deck's own code, so it belongs into the oracle's child; what it finds is plain data.
"""

from __future__ import annotations

import linecache
import math
import textwrap
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it
from torch import nn

from studytui.cards.signature import Signature, case_signature
from studytui.errors import described
from studytui.grader.children import kernels
from studytui.grader.children.calls import bare, copies, float_inputs, named_lists
from studytui.grader.children.cases import Case, Generator, explicit_cases, tensors_in
from studytui.grader.children.codec import encode, strange_in
from studytui.grader.children.compare import Tolerance, largest_input, rounding_error
from studytui.grader.children.exact import Exact
from studytui.grader.children.expected import Expected, Once
from studytui.grader.children.gradients import drawn_upstream, filled, gradients_of
from studytui.grader.children.harness import harness
from studytui.grader.children.slips import Raised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from studytui.grader.wire import Header

CASES = 100
"""Cases a card is graded on: the explicit ones and as many generated ones as make up this number."""

ROUNDED = 2
"""Machine epsilons by which an input is changed to see what rounding makes of it."""


class CardFaultError(Exception):
    """The card cannot be graded: its reference or its declarations fail. The message is for its author."""


class Implementation:
    """One implement card being graded: its cases, and what torch and the card's slips make of them."""

    def __init__(self, card: Mapping[str, Any], seed: int, device: str) -> None:
        self.card = card
        self._seed = seed
        self.device = device
        try:
            self.signature: Signature = case_signature(card["function"], card["inputs"], card["calls"])
        except ValueError as error:
            raise CardFaultError(str(error)) from None
        asked = card["tolerance"]
        self._override = (float(asked["rtol"]), float(asked["atol"])) if asked else None
        self.reference = self._compiled_reference()

    def _compiled_reference(self) -> Callable[..., Any]:
        card, name = self.card, self.signature.name
        if card["calls"] is None:
            return compile_function(card["function"], card["reference"], name, "reference")
        try:
            return self._used(compile_function(f"{name}()", card["reference"], name, "reference")())
        except CardFaultError:
            raise
        except Exception as error:  # noqa: BLE001 - a deck's code may raise anything
            raise CardFaultError(f"the reference or `calls` fails: {described(error)}") from None

    def _used(self, answer: Any) -> Callable[..., Any]:
        """The function itself, or what uses it where the card has `calls`."""
        calls = self.card["calls"]
        return answer if calls is None else harness(calls, self.card["inputs"], self.signature.name, answer)

    def cases(self) -> Iterator[Case]:
        """The card's own cases, then generated ones, smallest first; these are made once those are taken."""
        torch.manual_seed(self._seed)
        explicit = explicit_cases(self.card, self.signature)
        yield from explicit
        generator = Generator(self.card, self.signature, self._seed)
        yield from generator.cases(max(0, CASES - len(explicit)))

    @property
    def most_cases(self) -> int:
        """How many there are at most."""
        return max(CASES, len(self.card["cases"]))

    def expect(self, case: Case) -> Expected:
        """What torch makes of a case.

        Raises:
            CardFaultError: it is one of the card's own, and torch does something else than the card says.
        """
        one = self._expect(case)
        raised = one.raised.partition(":")[0] if one.raised else None
        if case.explicit and raised != case.raises:
            shown_call = ", ".join(f"{name}={value}" for name, value in case.arguments.items())[:200]
            wanted = case.raises or "nothing"
            raise CardFaultError(f"the case {shown_call} raises {one.raised or 'nothing'}, not {wanted}")
        return one

    def _refusal(self, case: Case) -> Expected | None:
        """That the CPU refuses a case, asked before an accelerator is.

        An index out of range there is an assertion that fails on the device, after which nothing works in the process.
        """
        if self.device == "cpu":
            return None
        try:
            self._call(self.reference, copies(case.arguments, "cpu"))
        except Exception as error:  # noqa: BLE001 - torch and decks raise many kinds
            return _refused(case, error)
        return None

    def _expect(self, case: Case) -> Expected:
        if (refused := self._refusal(case)) is not None:
            return refused
        arguments = copies(case.arguments, self.device)
        inputs = float_inputs(arguments) if self.card["gradients"] and case.smooth else []
        for tensor in inputs:
            tensor.requires_grad_()
        begun = time.perf_counter()
        try:
            output = self._call(self.reference, arguments)
        except Exception as error:  # noqa: BLE001 - torch and decks raise many kinds
            return _refused(case, error)
        took = time.perf_counter() - begun
        if (strange := strange_in(output)) is not None:
            raise CardFaultError(f"the reference returns {strange}, which cannot be compared")
        upstream = drawn_upstream(output) if inputs else None
        gradients = None if upstream is None else _right_gradients(output, inputs, upstream)
        after = list(tensors_in(list(arguments.values())))
        storages = {tensor.untyped_storage().data_ptr() for tensor in after} - {0}
        shares = [tensor.untyped_storage().data_ptr() in storages for tensor in tensors_in(output)]
        return Expected(
            case,
            output,
            after,
            shares,
            exact=Tolerance(self._override),
            measure=Once(lambda: self._tolerance(case, output)),
            measure_gradients=Once(lambda: self._gradient_tolerance(case, upstream or [], gradients or [])),
            took=took,
            exactly=self._exactly(case, output, after, shares, gradients),
            upstream=upstream,
            gradients=gradients,
        )

    def _exactly(
        self,
        case: Case,
        output: Any,
        after: list[torch.Tensor],
        shares: list[bool],
        gradients: list[torch.Tensor] | None,
    ) -> Exact | None:
        """How torch's own result looks, where it is one value and the inputs stay as they were."""
        if self.card["compares"] != "values" or self.device != "cpu":
            return None
        given = tensors_in(list(case.arguments.values()))
        if not all(
            one.dtype == other.dtype and torch.equal(one, other) for one, other in zip(given, after, strict=True)
        ):
            return None
        lists = [bare(value) for _, value in named_lists(self.signature, case.arguments)]
        return Exact(output, lists, None if self.card["returns"] == "any" else shares, gradients)

    def _call(self, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        positional, keyword = self.signature.bind(arguments)
        return function(*positional, **keyword)

    def _tolerance(self, case: Case, output: Any) -> Tolerance:
        scale = largest_input(list(case.arguments.values()))
        low = any(t.is_floating_point() and t.dtype is not torch.float64 for t in tensors_in(output))
        rounding = 0.0
        if low:
            try:
                exact = self._call(self.reference, copies(case.arguments, self.device, torch.Tensor.double))
                rounding = rounding_error(output, exact)
            except Exception:  # noqa: BLE001 - a reference tied to one dtype has no exact value to offer
                rounding = 0.0
        return Tolerance(self._override, scale, rounding)

    def _gradient_tolerance(
        self, case: Case, upstream: list[torch.Tensor | None], right: list[torch.Tensor]
    ) -> Tolerance:
        """As `_tolerance`; a gradient that is zero on paper is what rounding leaves of large numbers.

        How much that is shows where the inputs change by what they are rounded by, and in float64 for lower precisions.
        """
        chance = torch.Generator().manual_seed(self._seed)

        def rounded(tensor: torch.Tensor) -> torch.Tensor:
            steps = torch.randint(-ROUNDED, ROUNDED + 1, tensor.shape, generator=chance).to(tensor)
            return tensor * (1 + steps * torch.finfo(tensor.dtype).eps)

        rounding = 0.0
        largest = largest_input([*right, 1.0])
        jump = largest * max((torch.finfo(one.dtype).eps for one in right), default=0.0) ** 0.5
        for change in (rounded, rounded, rounded, torch.Tensor.double):
            arguments = copies(case.arguments, self.device, change)
            wanted = [one.double() if one is not None and change is not rounded else one for one in upstream]
            gradients = self._gradients(self.reference, arguments, float_inputs(arguments), wanted)[1]
            error = rounding_error(right, gradients or [])
            if change is not rounded or error < jump:  # more is no rounding: there is a kink
                rounding = max(rounding, error)
        return Tolerance(self._override, largest_input(list(case.arguments.values())), rounding)

    def frame(self, one: Expected) -> tuple[Header, bytearray]:
        """The call as the learner's child receives it."""
        blob = bytearray()
        arguments = one.case.arguments
        positional, keyword = self.signature.bind(arguments)
        for name, value in arguments.items():
            if (strange := strange_in(value)) is not None:
                raise CardFaultError(f"`{name}` is {strange}, which cannot be handed over")
        header = {
            "args": [encode(value, blob) for value in positional],
            "kwargs": {name: encode(value, blob) for name, value in keyword.items()},
            "upstream": encode(one.upstream, blob),
            "on_cpu": one.raised is not None,
        }
        return header, blob

    def with_gradients(self, function: Callable[..., Any], one: Expected) -> tuple[Any, list[torch.Tensor] | None]:
        """What a function gives on a case, and its gradients where they are asked for there."""
        if one.upstream is None:
            return self.outcome(function, one.case), None
        arguments = copies(one.case.arguments, self.device)
        return self._gradients(function, arguments, float_inputs(arguments), one.upstream)

    def _gradients(
        self,
        function: Callable[..., Any],
        arguments: Mapping[str, Any],
        inputs: list[torch.Tensor],
        upstream: list[torch.Tensor | None],
    ) -> tuple[Any, list[torch.Tensor] | None]:
        for tensor in inputs:
            tensor.requires_grad_()
        try:
            output = self._call(function, arguments)
            return output, filled(gradients_of(output, inputs, upstream), inputs)
        except BaseException as error:  # noqa: BLE001 - a slip may fail as it likes
            return Raised(type(error).__name__), None

    def slip(self, number: int) -> Callable[..., Any]:
        """The function of one of the card's slips.

        Raises:
            Exception: of any kind, as deck code does.
        """
        scope: dict[str, Any] = {"torch": torch, "__name__": "slip"}
        code, name = self.card["slips"][number]["code"], f"slip {number}"
        if self.card["by_hand"] == "triton":
            kernels.ready()
            linecache.cache[name] = len(code), None, code.splitlines(keepends=True), name  # kernels are read there
        exec(compile(code, name, "exec"), scope)  # deck code, sandboxed
        return self._used(scope[self.signature.name])

    def outcome(self, function: Callable[..., Any], case: Case) -> Any:
        """What a function gives on a case, or what it raises."""
        try:
            return self._call(function, copies(case.arguments, self.device))
        except BaseException as error:  # noqa: BLE001 - a slip may fail as it likes
            return Raised(type(error).__name__)


def _refused(case: Case, error: Exception) -> Expected:
    return Expected(case, None, [], [], Tolerance(), Tolerance, raised=described(error)[:500])


def _right_gradients(
    output: Any, inputs: list[torch.Tensor], upstream: list[torch.Tensor | None]
) -> list[torch.Tensor]:
    try:
        return filled(gradients_of(output, inputs, upstream), inputs)
    except RuntimeError as error:
        raise CardFaultError(f"torch gives no gradients of the reference: {error}") from None


def compile_function(signature: str, body: str, name: str, what: str) -> Callable[..., Any]:
    """A function from a deck's expression, or from lines that end in `return`.

    Raises:
        CardFaultError: the code does not compile.
    """
    try:
        compile(body, what, "eval")
        lines = f"return ({body.strip()}\n)"
    except SyntaxError:
        lines = body
    scope: dict[str, Any] = {"torch": torch, "F": F, "nn": nn, "np": np, "math": math}
    try:
        exec(f"def {signature}:\n{textwrap.indent(lines, '    ')}\n", scope)  # deck code, sandboxed
    except Exception as error:  # noqa: BLE001 - a default value of the signature may raise anything
        raise CardFaultError(f"the {what} does not compile: {described(error)}") from None
    return scope[name]  # type: ignore[no-any-return]  # defined just above
