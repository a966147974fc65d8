"""Python that stands in a deck, parsed and never run: whether it reads, and where it does not."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.cards.problems import Source
    from studytui.cards.yaml_nodes import Node, Place

MAX_CODE = 20_000
"""Characters of one piece of code; the models hold code fields to the same."""


class CodeError(ValueError):
    """Code that does not read. `line` and `column` are 1-based places in the code, None where they are not known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


def parse_code(text: str) -> ast.Module:
    """The statements of `text`; a `return` outside a function is let through, as references and truths have one.

    Raises:
        CodeError: it is no Python, or so deeply nested that Python's parser gives up.
    """
    if len(text) > MAX_CODE:
        raise CodeError(f"the code has {len(text):,} characters; {MAX_CODE:,} are allowed")
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise CodeError(f"this is no valid Python: {error.msg}", error.lineno, error.offset) from None
    except (ValueError, RecursionError, MemoryError):
        raise CodeError("this code cannot be parsed: it is nested too deeply") from None


def parse_value(text: str) -> ast.expr:
    """The one expression in `text`.

    Raises:
        CodeError: it is no Python, or not one expression.
    """
    body = parse_code(text.strip()).body
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        raise CodeError("one Python expression was expected")
    return body[0].value


def returns(module: ast.Module) -> bool:
    """Whether `module` is one expression, or has a `return` of its own (one in an inner function does not count)."""
    if len(module.body) == 1 and isinstance(module.body[0], ast.Expr):
        return True
    return any(isinstance(node, ast.Return) for node in _outer(module))


def unknown_names(tree: ast.AST, known: frozenset[str]) -> list[str]:
    """Names an expression reads that are neither `known`, nor built in, nor bound in it (comprehensions, lambdas)."""
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    read = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]
    return [name for name in dict.fromkeys(read) if name not in known | bound and not hasattr(builtins, name)]


def parameters_of(module: ast.Module, function: str) -> list[str] | None:
    """Names of the parameters of the function or class a module defines (`*shape` with its star), None without one."""
    for statement in reversed(module.body):
        made = _constructor(statement) if isinstance(statement, ast.ClassDef) else statement
        if isinstance(made, ast.FunctionDef) and function == getattr(statement, "name", None):
            arguments = made.args
            names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
            names = names[1:] if made is not statement else names
            names += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
            names += [argument.arg for argument in arguments.kwonlyargs]
            return [*names, f"**{arguments.kwarg.arg}"] if arguments.kwarg else names
    return None


def _constructor(definition: ast.ClassDef) -> ast.stmt:
    """A class's `__init__`, or the class itself where it has none."""
    methods = (method for method in definition.body if isinstance(method, ast.FunctionDef))
    return next((method for method in methods if method.name == "__init__"), definition)


def defined_in(module: ast.Module) -> list[str]:
    """Names of the functions and classes a module defines at its top level."""
    return [statement.name for statement in module.body if isinstance(statement, ast.FunctionDef | ast.ClassDef)]


def place_in(node: Node, source: Source, error: CodeError) -> Place:
    """Where in the deck an error in the code of `node` stands; the node's own place where that cannot be told.

    In a `|` block each line of code is a line of the file; in folded and quoted texts only the first line is.
    """
    if error.line is None:
        return node.place
    code_lines = node.text.split("\n")
    code_line = code_lines[error.line - 1] if error.line <= len(code_lines) else ""
    number = node.line + error.line if node.style == "|" else node.line
    if node.style != "|" and len(code_lines) > 1:
        return node.place
    line = source.line(number)
    begins = line.find(code_line, 0 if node.style == "|" else node.column - 1)
    if not code_line.strip() or begins < 0:
        return (number, 1) if node.style == "|" and line.strip() else node.place
    column = begins + min(error.column or 1, len(code_line) + 1)
    return number, column


def _outer(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree that belong to no function or class inside it."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [
            child
            for child in ast.iter_child_nodes(node)
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
        ]
