"""What a card that asks for a Triton kernel lets an answer use, judged on its syntax tree; nothing is run.

A kernel (a function below `@triton.jit`) may use Triton's language and Python, and nothing of torch. What launches it
is judged as loops are: it makes the output, asks for shapes, and calls the kernel. A kernel must be launched somewhere.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from studytui.grader import by_hand
from studytui.grader.answer_code import read_code
from studytui.grader.by_hand_names import LEADING_OUT, REFUSED_ATTRIBUTES, REFUSED_NAMES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MODULES = frozenset({"triton", "triton.language"})
HOST = frozenset({"cdiv", "next_power_of_2", "contiguous"})
"""What the launching side may call beside what loops may."""
REFUSED_LANGUAGE = frozenset({"core", "extra", "inline_asm_elementwise", "semantic", "standard"})
"""Parts of Triton's language that lead out of it."""


def check(tree: ast.Module, rules: by_hand.Rules, torch_names: Collection[str] = frozenset()) -> by_hand.Refusal | None:
    """The first thing in the answer that a card with `by_hand: triton` does not let it use."""
    kernels = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and any(map(_is_jit, node.decorator_list))
    ]
    names = {kernel.name for kernel in kernels}
    if not any(_launches(node, names) for node in ast.walk(tree)):
        return by_hand.Refusal("kernel", rules.function, 1, 1)
    torch = read_code(tree, rules.function).torch
    found = [refusal for kernel in kernels for refusal in _in_kernel(kernel, torch)]
    loops = replace(rules, by_hand="loops", allow=rules.allow | HOST)
    in_host = by_hand.check(_host(tree), loops, torch_names)
    found += [] if in_host is None else [in_host]
    return min(found, key=lambda refusal: (refusal.line, refusal.column), default=None)


def _is_jit(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(called) == "triton.jit"


def _launches(node: ast.AST, kernels: set[str]) -> bool:
    match node:
        case ast.Call(func=ast.Subscript(value=ast.Name(id=name))):
            return name in kernels
    return False


def _host(tree: ast.Module) -> ast.Module:
    """The answer without what is Triton's: imports of it, and of kernels all but their names."""
    host = copy.deepcopy(tree)
    host.body = [left for node in host.body if (left := _without_triton(node)) is not None]
    return host


def _without_triton(node: ast.stmt) -> ast.stmt | None:
    if isinstance(node, ast.Import):
        node.names = [name for name in node.names if name.name not in MODULES]
        return node if node.names else None
    if isinstance(node, ast.FunctionDef) and any(map(_is_jit, node.decorator_list)):
        node.decorator_list = [one for one in node.decorator_list if not _is_jit(one)]
        node.args = ast.arguments([], [], None, [], [], None, [])
        node.returns = None
        node.body = [ast.Pass()]
    return node


def _in_kernel(kernel: ast.FunctionDef, torch: Collection[str]) -> Iterator[by_hand.Refusal]:
    for node in (inside for part in (kernel.args, *kernel.body) for inside in ast.walk(part)):
        found: tuple[str, str] | None = None
        match node:
            case ast.Import(names=[ast.alias(name=name), *_]) | ast.ImportFrom(module=name):
                found = "import", name or "."
            case ast.Name(id=name) if name in torch:
                found = "in_kernel", name
            case ast.Name(id=name) if name in REFUSED_NAMES or name.startswith("__"):
                found = "name", name
            case ast.Attribute(attr=name) if _leads_out(name):
                found = "name", ast.unparse(node)
        if found is not None:
            yield by_hand.Refusal(*found, getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1)


def _leads_out(name: str) -> bool:
    rooms = REFUSED_ATTRIBUTES | LEADING_OUT | REFUSED_LANGUAGE
    return name.startswith("_") or name in rooms
