"""What the models cannot say of a card: its code parses, its names fit together, its languages are complete.

Everything is checked on the card beside its YAML node, so that a problem can be placed in the file, and all problems of
a card come at once. Nothing is run: whether a reference is right is for the grader to find out.
"""

from __future__ import annotations

import builtins
import re
import warnings
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from studytui.cards.models import CardBase, ChoiceCard, DeriveCard, DrawnCard, ImplementCard, PredictCard
from studytui.cards.parameter_checks import check_parameters, codes_of
from studytui.cards.problems import did_you_mean, nearest, printable
from studytui.cards.python_code import (
    MAX_CODE,
    CodeError,
    defined_in,
    parameters_of,
    parse_code,
    parse_value,
    place_in,
    returns,
    unknown_names,
)
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
    import ast
    from collections.abc import Callable, Mapping

    from studytui.cards.problems import Problem, Severity, Source
    from studytui.cards.yaml_nodes import Node

LIBRARIES = frozenset({"torch", "F", "nn", "np", "math"})
"""Modules in scope of the code of a reference."""

_SPEC_SCOPE = frozenset({"torch", "math"})
"""Modules in scope of specs and `where`."""

_EXCEPTIONS = frozenset(
    name for name, found in vars(builtins).items() if isinstance(found, type) and issubclass(found, Exception)
)

_DOMAINS = ("real", "positive", "int", "vector", "matrix", "onehot", "index")


def check_card(card: CardBase, node: Node, source: Source) -> list[Problem]:
    """Every problem of one card that fits its model."""
    check = _Check(node, source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of `\\d` in deck code on stderr; that is no problem of ours
        if isinstance(card, DrawnCard) and card.parameters:
            _drawn(card, check)
        for kind, run in _BY_KIND.items():
            if isinstance(card, kind):
                run(card, check)
    return check.problems


def check_code(node: Node, source: Source) -> list[Problem]:
    """Code that is no Python, in a card that does not fit its model for other reasons."""
    check = _Check(node, source)
    kind, asks = (check.at(key).text for key in ("kind", "asks"))
    keys = {"implement": ("reference", "starter", "solution"), "derive": ("truth",)}.get(kind, ())
    if kind == "predict" and asks != "error" and "parameters" not in node.keys:
        keys = ("code",)
    slips = len(check.at("slips").children) if kind == "implement" and "slips" in node.keys else 0
    paths: list[tuple[str | int, ...]] = [(key,) for key in keys]
    paths += [("slips", index, "code") for index in range(slips)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for steps in paths:
            code = check.at(*steps)
            if isinstance(code.value, str) and len(code.value) <= MAX_CODE:
                check.code(steps, code.value)
    return check.problems


class _Check:
    """Collects problems of one card, placed by paths of keys below it."""

    def __init__(self, node: Node, source: Source) -> None:
        self.node = node
        self.source = source
        self.problems: list[Problem] = []

    def at(self, *steps: str | int) -> Node:
        """The node at a path, or the deepest above it."""
        node = self.node
        for step in steps:
            child = node.child(step)
            if child is None:
                break
            node = child
        return node

    def note(self, steps: tuple[str | int, ...], message: str, hint: str = "", severity: Severity = "error") -> None:
        """A problem of the value at a path."""
        self.problems.append(self.source.problem(self.at(*steps).place, message, hint, severity))

    def note_key(
        self, steps: tuple[str | int, ...], message: str, hint: str = "", severity: Severity = "error"
    ) -> None:
        """A problem of the last key of a path."""
        *above, key = steps
        parent = self.at(*above)
        self.problems.append(self.source.problem(parent.keys.get(str(key), parent.place), message, hint, severity))

    def note_offset(self, steps: tuple[str | int, ...], offset: int, message: str, hint: str = "") -> None:
        """A problem at a character of a text."""
        before = self.at(*steps).text[:offset].split("\n")
        self.note_code(steps, CodeError(message, len(before), len(before[-1]) + 1), hint)

    def note_code(self, steps: tuple[str | int, ...], error: CodeError, hint: str = "") -> None:
        """A problem inside code, at its own line."""
        node = self.at(*steps)
        self.problems.append(self.source.problem(place_in(node, self.source, error), str(error), hint))

    def code(self, steps: tuple[str | int, ...], text: str) -> ast.Module | None:
        """Code parsed, or None with its problem noted."""
        try:
            return parse_code(text)
        except CodeError as error:
            self.note_code(steps, error)
            return None


def _drawn(card: DrawnCard, check: _Check) -> None:
    for found in check_parameters(card, LIBRARIES):
        if found.offset is not None:
            check.note_offset(found.steps, found.offset, found.message, found.hint)
        elif found.of_key:
            check.note_key(found.steps, found.message, found.hint, found.severity)
        else:
            check.note(found.steps, found.message, found.hint, found.severity)


def _choice(card: ChoiceCard, check: _Check) -> None:
    if not any(option.right for option in card.options):
        check.note(("options",), "no option is right", "Write `right: true` below each option that must be chosen.")


def _predict(card: PredictCard, check: _Check) -> None:
    if card.asks == "error":
        return  # code that is no Python is a fair question: it raises SyntaxError
    for code in codes_of(card):
        module = check.code(("code",), code)
        if module is None:
            return
        last = module.body[-1] if module.body else None
        if card.asks != "printed" and type(last).__name__ not in ("Expr", "Assign"):
            check.note(
                ("code",),
                f"the code ends in no expression, so there is no {card.asks} to foretell",
                "End it with the expression that is asked, or write `asks: printed`.",
            )
            return


def _derive(card: DeriveCard, check: _Check) -> None:
    for name, domain in card.symbols.items():
        if not name.isidentifier() or not name.isascii() or iskeyword(name):
            check.note_key(
                ("symbols", name),
                f"`{printable(name, 60)}` is no name for a symbol",
                "Symbols are ASCII names that Python allows: `eta` (learners may type `η`), `lam` for λ.",
            )
        head = re.match(r"[A-Za-z_]*", domain)
        word = head.group() if head else ""
        if word not in _DOMAINS and ".." not in domain:
            hint = did_you_mean(word, _DOMAINS) or "As in `real`, `0.01..0.5`, `vector[n]`, `matrix[n, m]`."
            check.note(("symbols", name), f"`{printable(domain, 60)}` is no domain of a symbol", hint)
    module = check.code(("truth",), card.truth)
    if module is not None and not returns(module):
        check.note(("truth",), "`truth` gives nothing back", "End it with `return …`.")


def _implement(card: ImplementCard, check: _Check) -> None:
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


def _specs(card: ImplementCard, check: _Check) -> dict[str, Spec]:
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


def _names(card: ImplementCard, specs: dict[str, Spec], check: _Check) -> None:
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


def _known(steps: tuple[str | int, ...], expression: str, known: frozenset[str], check: _Check) -> None:
    try:
        unknown = unknown_names(parse_value(expression), known)
    except CodeError as error:
        check.note(steps, f"`{printable(expression, 60)}`: {error}")
        return
    for name in unknown:
        hint = did_you_mean(name, known) or "An expression may use dims, inputs listed above it, `torch` and `math`."
        check.note(steps, f"`{printable(name, 60)}` is neither a dim nor an input above", hint)


def _stateful(card: ImplementCard, signature: Signature, check: _Check) -> None:
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


def _inputs(card: ImplementCard, signature: Signature, check: _Check) -> None:
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


def _cases(card: ImplementCard, signature: Signature, check: _Check) -> None:
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


def _raises(steps: tuple[str | int, ...], value: Any, check: _Check) -> None:
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


def _functions(card: ImplementCard, signature: Signature, check: _Check) -> None:
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


def _says_code(card: ImplementCard, index: int, check: _Check) -> bool:
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


def _stands_once(card: ImplementCard, steps: tuple[str | int, ...], replace: Mapping[str, str], check: _Check) -> bool:
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


def _reference(card: ImplementCard, signature: Signature | None, check: _Check) -> None:
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


_BY_KIND: dict[type[CardBase], Callable[[Any, _Check], None]] = {
    ChoiceCard: _choice,
    PredictCard: _predict,
    DeriveCard: _derive,
    ImplementCard: _implement,
}
