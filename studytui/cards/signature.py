"""The signature of an implement card's function, read without running it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `default` is its source text, or None where an argument is required."""

    name: str
    default: str | None = None
    spread: bool = False
    keyword_only: bool = False

    @property
    def optional(self) -> bool:
        """Whether a call may leave it out."""
        return self.spread or self.default is not None


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's name and parameters, in order."""

    name: str
    parameters: tuple[Parameter, ...]

    def bind(self, arguments: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Arguments by name as a call passes them: positional as long as none is left out, then by keyword."""
        positional: list[Any] = []
        keyword: dict[str, Any] = {}
        gap = False
        for parameter in self.parameters:
            if parameter.name not in arguments:
                gap = True
            elif parameter.spread:
                positional.extend(arguments[parameter.name])
                gap = True
            elif gap or parameter.keyword_only:
                keyword[parameter.name] = arguments[parameter.name]
            else:
                positional.append(arguments[parameter.name])
        return positional, keyword


def parse_signature(text: str) -> Signature:
    """The signature in `view(x, *shape)`.

    Raises:
        ValueError: with a sentence for the deck's author.
    """
    try:
        module = ast.parse(f"def {text.strip()}: ...")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"`{text}` is no signature; write it as `name(x, dim=0)`") from None
    definition = module.body[0]
    if len(module.body) != 1 or not isinstance(definition, ast.FunctionDef) or len(definition.body) != 1:
        raise ValueError(f"`{text}` is no signature; write it as `name(x, dim=0)`")
    arguments = definition.args
    if arguments.kwarg:
        raise ValueError(f"`**{arguments.kwarg.arg}` cannot be declared as an input; name each parameter")
    plain = [*arguments.posonlyargs, *arguments.args]
    missing: list[ast.expr | None] = [None] * (len(plain) - len(arguments.defaults))
    pairs = zip(plain, [*missing, *arguments.defaults], strict=True)
    parameters = [Parameter(argument.arg, _source(default)) for argument, default in pairs]
    if arguments.vararg:
        parameters.append(Parameter(arguments.vararg.arg, spread=True))
    parameters += [
        Parameter(argument.arg, _source(default), keyword_only=True)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    return Signature(definition.name, tuple(parameters))


def _source(default: ast.expr | None) -> str | None:
    return None if default is None else ast.unparse(default)


def case_signature(function: str, inputs: Iterable[str], calls: str | None) -> Signature:
    """What the arguments of a case are bound to: the function itself, or all inputs where `calls` says how to use it.

    Raises:
        ValueError: with a sentence for the deck's author.
    """
    signature = parse_signature(function)
    return signature if calls is None else Signature(signature.name, tuple(Parameter(name) for name in inputs))
