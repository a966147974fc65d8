"""What the model cannot say of an implement card: its signature, inputs, cases and code speak of one function."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from studytui.cards.card_check import LIBRARIES
from studytui.cards.problems import did_you_mean, nearest, printable
from studytui.cards.python_code import CodeError, defined_in, parameters_of, parse_value, returns, unknown_names
from studytui.cards.replacing import faults, replaced
from studytui.cards.signature import Signature, case_signature, parse_signature
from studytui.cards.spec import (
    DTYPES,
    DimSpec,
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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from studytui.cards.card_check import CardCheck
    from studytui.cards.models import ImplementCard
    from studytui.cards.yaml_nodes import Node

_SPEC_SCOPE = frozenset({"torch", "math"})
"""Modules in scope of specs and `where`."""

_EXCEPTIONS = frozenset(
    name for name, found in vars(builtins).items() if isinstance(found, type) and issubclass(found, Exception)
)


def check_implement(card: ImplementCard, check: CardCheck) -> None:
    """Every problem of an implement card that fits its model; nothing is run."""
    for name, text in card.dims.items():
        try:
            low, high = parse_range(text)
        except (ValueError, RecursionError) as error:
            check.note(("dims", name), _said(error, text), "Write a range of sizes, as `1..4`.")
            continue
        if low.isdecimal() and high.isdecimal() and int(low) > int(high):
            check.note(("dims", name), f"no size lies in {low}..{high}", f"Did you mean `{high}..{low}`?")
    try:
        signature = parse_signature(card.function)
    except (ValueError, RecursionError) as error:
        check.note(("function",), _said(error, card.function))
        signature = None
    specs = _specs(card, check)
    if len(specs) == len(card.inputs):
        _names(card, specs, check)
    if signature is not None:
        bound = case_signature(card.function, card.inputs, card.calls)
        _inputs(card, bound, check)
        _cases(card, bound, check)
        _functions(card, signature, check)
        if card.calls is not None:
            _stateful(card, signature, check)
            signature = Signature(signature.name, ())  # torch's own class is no matter of the inputs
    _reference(card, signature, check)
    for index, other in enumerate(card.equivalent):
        _stands_once(card, ("equivalent", index, "replace"), other.replace, check)


def _specs(card: ImplementCard, check: CardCheck) -> dict[str, Spec]:
    specs: dict[str, Spec] = {}
    for name, text in card.inputs.items():
        try:
            specs[name] = parse_spec(text)
        except (ValueError, RecursionError) as error:
            check.note(("inputs", name), _said(error, text), did_you_mean(text.partition("[")[0], DTYPES, 0.75))
    return specs


def _said(error: Exception, text: str) -> str:
    """A parser's sentence; Python's own where an expression is nested too deeply for it."""
    return f"`{printable(text, 40)}` is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _names(card: ImplementCard, specs: dict[str, Spec], check: CardCheck) -> None:
    """Names in specs, ranges and `where` are dims or earlier inputs."""
    dims = set(card.dims)
    for spec in specs.values():
        tensor = spec.tensor if isinstance(spec, TensorListSpec) else spec
        if isinstance(tensor, TensorSpec):
            dims |= {name for dim in tensor.dims or () for name in names_in(dim)}
    known = frozenset(dims - {"_"}) | _SPEC_SCOPE
    for name, spec in specs.items():
        for expression in _expressions(spec):
            _known(("inputs", name), expression, known, check)
        if isinstance(spec, DimSpec) and spec.of not in known:
            hint = did_you_mean(spec.of, known & set(specs)) or "Inputs are drawn in the order they are listed."
            check.note(("inputs", name), f"`dim({spec.of})` speaks of no input above it", hint)
        known |= {name}
    if card.where is not None:
        _known(("where",), card.where, known, check)


def _expressions(spec: Spec) -> tuple[str, ...]:
    """The Python expressions of a spec, but for dims, in which every name is a dim."""
    if isinstance(spec, TensorListSpec):
        return _expressions(spec.tensor)
    if isinstance(spec, TensorSpec | ScalarSpec):
        return tuple(end for end in (spec.low, spec.high) if end is not None)
    if isinstance(spec, OneOfSpec):
        return spec.options
    if isinstance(spec, PermutationSpec):
        return (spec.length,)
    if isinstance(spec, ShapeSpec):
        return (spec.numel,)
    return () if isinstance(spec, DimSpec) else (spec.text,)


def _known(steps: tuple[str | int, ...], expression: str, known: frozenset[str], check: CardCheck) -> None:
    try:
        unknown = unknown_names(parse_value(expression), known)
    except CodeError as error:
        check.note(steps, f"`{printable(expression, 60)}`: {error}")
        return
    for name in unknown:
        hint = did_you_mean(name, known) or "An expression may use dims, inputs listed above it, `torch` and `math`."
        check.note(steps, f"`{printable(name, 60)}` is neither a dim nor an input above", hint)


def _stateful(card: ImplementCard, signature: Signature, check: CardCheck) -> None:
    """A card with `calls`: what is called there, and a starter to begin the class from."""
    assert card.calls is not None
    module = check.code(("calls",), card.calls)
    if module is None:
        return
    if not returns(module):
        check.note(("calls",), "`calls` gives nothing back to compare", "End it with `return …`.")
    if signature.name not in unknown_names(module, frozenset()):
        check.note(("calls",), f"`calls` does not use `{signature.name}`", "The answer goes by this name in it.")
    if card.starter is None:
        check.note(("calls",), "a card with `calls` needs a `starter`", "Write the class or function to begin from.")


def _inputs(card: ImplementCard, signature: Signature, check: CardCheck) -> None:
    parameters = [parameter.name for parameter in signature.parameters]
    for name in dict.fromkeys(name for name in parameters if parameters.count(name) > 1):
        check.note(("function",), f"the parameter `{name}` stands twice in the signature")
    meant: set[str] = set()
    for name in card.inputs:
        if name not in parameters:
            near = nearest(name, [parameter for parameter in parameters if parameter not in card.inputs])
            meant.add(near)
            hint = f"Did you mean `{near}`?" if near else _comma_hint(check.at("inputs"), parameters)
            check.note_key(("inputs", name), f"`{printable(name, 60)}` is no parameter of `{signature.name}`", hint)
    for parameter in signature.parameters:
        if parameter.default is None and parameter.name not in meant | card.inputs.keys():
            check.note(
                ("inputs",),
                f"`inputs` says nothing of the parameter `{parameter.name}`, which has no default",
                f"Add it, as `{parameter.name}: float64[N, C]`.",
            )


def _comma_hint(node: Node, parameters: list[str]) -> str:
    known = f"Parameters: {', '.join(parameters)}." if parameters else "It has no parameters."
    if node.style == "{":
        return f"Inside {{ }} a comma ends a value: put expressions in quotes. {known}"
    return known


def _cases(card: ImplementCard, signature: Signature, check: CardCheck) -> None:
    parameters = [parameter.name for parameter in signature.parameters]
    required = [parameter.name for parameter in signature.parameters if not parameter.optional]
    for index, case in enumerate(card.cases):
        for name, value in case.items():
            steps = ("cases", index, name)
            if name == "raises":
                _raises(steps, value, check)
            elif name not in parameters:
                hint = did_you_mean(name, [*parameters, "raises"]) or _comma_hint(check.at("cases", index), parameters)
                check.note_key(steps, f"`{printable(name, 60)}` is no parameter of `{signature.name}`", hint)
            elif isinstance(value, str):
                try:
                    parse_value(value)
                except CodeError as error:
                    check.note_code(
                        steps, error, "A text in a case is a Python expression, as `arange(6.).view(2, 3)`."
                    )
        missing = [name for name in required if name not in case]
        if missing and "raises" not in case:
            check.note(
                ("cases", index),
                f"case {index + 1} says nothing of `{'`, `'.join(missing)}`",
                "Only parameters with a default may be left out.",
            )


def _raises(steps: tuple[str | int, ...], value: Any, check: CardCheck) -> None:
    """`raises` is the name of an exception: one of Python's, or one of torch's (`LinAlgError`)."""
    if not isinstance(value, str) or not value.isidentifier():
        check.note(steps, "`raises` must be the name of an exception", "As in `raises: RuntimeError`.")
        return
    if value in _EXCEPTIONS:
        return
    near = nearest(value, _EXCEPTIONS, 0.8)
    if near or not value.endswith("Error"):
        check.note(
            steps,
            f"`{printable(value, 60)}` is no exception that is known",
            f"Did you mean `{near}`?" if near else "As in `raises: RuntimeError`.",
        )


def _functions(card: ImplementCard, signature: Signature, check: CardCheck) -> None:
    """Solution, starter and slips define the function, with its parameters."""
    pieces: list[tuple[tuple[str | int, ...], str]] = [(("solution",), card.solution)]
    pieces += [
        (("slips", index, "replace" if slip.replace else "code"), slip.code)
        for index, slip in enumerate(card.slips)
        if _says_code(card, index, check)
    ]
    pieces += [(("starter",), card.starter)] if card.starter is not None else []
    names = [f"*{parameter.name}" if parameter.spread else parameter.name for parameter in signature.parameters]
    for steps, text in pieces:
        module = check.code(steps, text)
        if module is None:
            continue
        found = parameters_of(module, signature.name)
        if found is None:
            defined = defined_in(module)
            hint = f"It defines {', '.join(defined)}." if defined else f"Start it with `def {card.function}:`."
            check.note(steps, f"this code does not define `{signature.name}`", hint)
        elif found != names:
            check.note(
                steps,
                f"`{signature.name}` has the parameters ({', '.join(found)}) here and not ({', '.join(names)})",
                f"Write `def {card.function}:`, as `function` says.",
            )


def _says_code(card: ImplementCard, index: int, check: CardCheck) -> bool:
    """Whether a slip is `code`, or the solution with some texts replaced that stand in it once."""
    slip = card.slips[index]
    if not slip.replace:
        if not slip.code:
            hint = "Give the wrong function as `code: |`, or what is other in it as `replace: {text: other text}`."
            check.note(("slips", index), f"slip {index + 1} has neither `code` nor `replace`", hint)
        return bool(slip.code)
    if "code" in check.at("slips", index).keys:
        check.note_key(("slips", index, "replace"), "a slip has `code` or `replace` and not both", "Delete one.")
        return False
    return _stands_once(card, ("slips", index, "replace"), slip.replace, check)


def _stands_once(
    card: ImplementCard, steps: tuple[str | int, ...], replace: Mapping[str, str], check: CardCheck
) -> bool:
    """Whether each text to replace stands in the solution once, and none overlaps another."""
    wrong = faults(card.solution, replace)
    for old, fault in wrong:
        check.note_key((*steps, old), f"`{printable(old, 60)}` {fault}", "Copy a longer piece of it.")
    if wrong:
        return False
    try:
        replaced(card.solution, replace)
    except ValueError:
        check.note(steps, "two of these texts overlap in the solution", "Join them into one.")
        return False
    return True


def _reference(card: ImplementCard, signature: Signature | None, check: CardCheck) -> None:
    module = check.code(("reference",), card.reference)
    if module is None:
        return
    if not returns(module):
        check.note(("reference",), "`reference` gives nothing back", "Write one expression, or end it with `return …`.")
    elif len(module.body) == 1 and signature is not None:
        parameters = frozenset(parameter.name for parameter in signature.parameters)
        for name in unknown_names(module, parameters | LIBRARIES):
            hint = did_you_mean(name, parameters | LIBRARIES)
            known = f"A reference may use {', '.join((*sorted(parameters), 'torch', 'F', 'nn', 'math'))}."
            check.note(("reference",), f"`{printable(name, 60)}` is no parameter of `{signature.name}`", hint or known)
