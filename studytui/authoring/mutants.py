"""Mutants of a solution: each is the solution with one small mistake, which the card's cases should catch.

A mutant that passes is a mistake that a learner could make and be told it is right. They are made on the syntax tree
and written back into the source at the place alone, so that a difference shows one line as its author wrote it.

Mistakes that say nothing are not made: other words in an error's message, in a docstring or an annotation. See Jia and
Harman, "An Analysis and Survey of the Development of Mutation Testing" (2011), for the operators.
"""

from __future__ import annotations

import ast
import difflib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MUTANTS = 200
"""Mutants of one solution that are tried, taken evenly from all; a loop of fifteen lines has about fifty."""

Edit: TypeAlias = tuple[ast.AST, ast.AST]
"""A node and what takes its place."""

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ONE_WAY = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
"""Operators whose sides cannot be swapped unseen."""
_EITHER_WAY = frozenset({"min", "max", "minimum", "maximum", "transpose", "swapaxes", "swapdims", "gcd", "hypot"})
"""Functions whose arguments may stand in any order."""
_OTHERS = {"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor"}
_OTHERS |= {"inf": "-inf", "-inf": "inf"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A solution with one mistake; `line` (1-based) is where it is."""

    line: int
    code: str


def mutants(code: str) -> list[Mutant]:
    """Every mutant of a solution, in the order of its lines; none is the same program as another or the solution.

    Raises:
        SyntaxError: the code is no Python.
    """
    tree = ast.parse(code)
    source = code.encode()
    starts = list(itertools.accumulate((len(line) for line in source.splitlines(keepends=True)), initial=0))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    seen = {ast.dump(tree)}
    found: list[Mutant] = []
    for node, other in _edits(tree):
        wanted = _replaced(tree, parents[node], node, other)
        if wanted in seen:
            continue
        place = node if hasattr(node, "lineno") else parents[node]
        made = _written(source, starts, place, ast.unparse(other), wanted)
        if made is not None:
            seen.add(wanted)
            found.append(Mutant(place.lineno, made))  # type: ignore[attr-defined]  # chosen above for having one
    found.sort(key=lambda mutant: mutant.line)
    step = max(1.0, len(found) / MAX_MUTANTS)
    return [found[int(index * step)] for index in range(min(len(found), MAX_MUTANTS))]


def same_program(code: str) -> str:
    """Equal for two codes that differ in nothing but blanks, comments and brackets.

    Raises:
        SyntaxError: the code is no Python.
    """
    return ast.dump(ast.parse(code))


def difference(code: str, other: str, name: str) -> str:
    """A unified diff with one line around each change; line numbers are the code's."""
    lines = difflib.unified_diff(code.splitlines(), other.splitlines(), name, f"{name} (mutant)", lineterm="", n=1)
    return "\n".join(lines)


def _replaced(tree: ast.Module, parent: ast.AST, node: ast.AST, other: ast.AST) -> str:
    """What the tree would be with `other` in the place of `node`."""
    for name, value in ast.iter_fields(parent):
        if value is node:
            setattr(parent, name, other)
            dumped = ast.dump(tree)
            setattr(parent, name, node)
            return dumped
        if isinstance(value, list) and any(item is node for item in value):
            index = next(number for number, item in enumerate(value) if item is node)
            value[index] = other
            dumped = ast.dump(tree)
            value[index] = node
            return dumped
    raise AssertionError("a node is a child of its parent")


def _written(source: bytes, starts: list[int], node: ast.AST, text: str, wanted: str) -> str | None:
    """The source with `text` in the place of `node`, in brackets where it needs them; None where it cannot be."""
    begin = starts[node.lineno - 1] + node.col_offset  # type: ignore[attr-defined]  # all that come have one
    end = starts[node.end_lineno - 1] + node.end_col_offset  # type: ignore[attr-defined]  # as above
    for shape in (text, f"({text})"):
        made = (source[:begin] + shape.encode() + source[end:]).decode(errors="replace")
        try:
            if same_program(made) == wanted:
                return made
        except (SyntaxError, ValueError):
            continue
    return None


def _edits(tree: ast.Module) -> Iterator[Edit]:
    indices: set[int] = set()
    even: set[int] = set()
    for node in _meaningful(tree):
        if isinstance(node, ast.FunctionDef):
            yield from _other_names(node)
        if isinstance(node, ast.Subscript):
            indices.update(id(child) for child in ast.walk(node.slice))
        if isinstance(node, ast.BinOp | ast.Call):
            even.update(map(id, _where_signs_vanish(node)))
        if isinstance(node, ast.Constant) and id(node) in indices and node.value == 0:
            yield node, ast.Constant(1)  # and not -1: the last is the first where there is one
        elif isinstance(node, ast.expr):
            yield from _expression(node, swaps=id(node) not in even)
        elif isinstance(node, ast.stmt):
            yield from _statement(node)
    yield from _dropped_statements(tree)


def _meaningful(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those below it, but for what changes no result."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"} or (isinstance(node, ast.Raise) and name != "body"):
            continue
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.AST) and not isinstance(child, ast.Import | ast.ImportFrom | ast.JoinedStr):
                yield from _meaningful(child)


def _where_signs_vanish(node: ast.BinOp | ast.Call) -> list[ast.expr]:
    """What is squared, or taken as an absolute value: a difference there may be taken either way."""
    match node:
        case ast.BinOp(base, ast.Pow(), ast.Constant(2)):
            return [base]
        case ast.Call(ast.Name("abs") | ast.Attribute(attr="fabs"), [value]):
            return [value]
        case ast.Call(ast.Attribute(value, "abs" | "square"), []):
            return [value]
    return []


def _expression(node: ast.expr, *, swaps: bool) -> Iterator[Edit]:
    match node:
        case ast.BinOp(left, operator, right):
            for other in _other_operator(operator):
                yield node, ast.BinOp(left, other, right)
            if isinstance(operator, _ONE_WAY) and (swaps or not isinstance(operator, ast.Sub)):
                yield node, ast.BinOp(right, operator, left)
        case ast.Compare(left, comparisons, comparators):
            for index, comparison in enumerate(comparisons):
                for kind in _COMPARISONS.get(type(comparison), ()):
                    changed = [*comparisons[:index], kind(), *comparisons[index + 1 :]]
                    yield node, ast.Compare(left, changed, comparators)
        case ast.BoolOp(joins, values):
            yield node, ast.BoolOp(ast.Or() if isinstance(joins, ast.And) else ast.And(), values)
            for index in range(len(values)):
                rest = values[:index] + values[index + 1 :]
                yield node, rest[0] if len(rest) == 1 else ast.BoolOp(joins, rest)
        case ast.UnaryOp(ast.USub() | ast.Not(), operand):
            yield node, operand
        case ast.Constant(value):
            yield from ((node, other) for other in _other_values(value))
        case ast.Call():
            yield from _call(node)
        case ast.Subscript(value, ast.Tuple(items), context):
            for index in range(len(items) - 1):
                swapped = [*items[:index], items[index + 1], items[index], *items[index + 2 :]]
                yield node, ast.Subscript(value, ast.Tuple(swapped, ast.Load()), context)
        case ast.Subscript(value, ast.Slice(lower, upper, step), context):
            if lower is not None:
                yield node, ast.Subscript(value, ast.Slice(None, upper, step), context)
            if upper is not None:
                yield node, ast.Subscript(value, ast.Slice(lower, None, step), context)
            if step is not None:
                yield node, ast.Subscript(value, ast.Slice(lower, upper, None), context)
        case ast.IfExp(test, body, otherwise):
            yield node, ast.IfExp(test, otherwise, body)


def _call(call: ast.Call) -> Iterator[Edit]:
    """Arguments dropped and swapped; the bounds of a range moved by one."""
    arguments, keywords = call.args, call.keywords
    for index in range(len(keywords)):
        yield call, ast.Call(call.func, arguments, keywords[:index] + keywords[index + 1 :])
    for index in range(len(arguments) if len(arguments) + len(keywords) > 1 else 0):
        yield call, ast.Call(call.func, arguments[:index] + arguments[index + 1 :], keywords)
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    for index in range(len(arguments) - 1 if name not in _EITHER_WAY else 0):
        swapped = [*arguments[:index], arguments[index + 1], arguments[index], *arguments[index + 2 :]]
        yield call, ast.Call(call.func, swapped, keywords)
    match call.func:
        case ast.Name(name) if name in _OTHERS:
            yield call.func, ast.Name(_OTHERS[name], ast.Load())
        case ast.Attribute(value, name) if name in _OTHERS:
            yield call.func, ast.Attribute(value, _OTHERS[name], ast.Load())
    if isinstance(call.func, ast.Name) and call.func.id == "range":
        if len(arguments) == 1:
            yield call, ast.Call(call.func, [ast.Constant(1), *arguments], [])
        for bound in arguments[:2]:
            if not isinstance(bound, ast.Constant):
                yield bound, ast.BinOp(bound, ast.Sub(), ast.Constant(1))
                yield bound, ast.BinOp(bound, ast.Add(), ast.Constant(1))


def _statement(node: ast.stmt) -> Iterator[Edit]:
    match node:
        case ast.AugAssign(target, operator, value):
            for other in _other_operator(operator):
                yield node, ast.AugAssign(target, other, value)
            yield node, ast.Assign([target], value, lineno=node.lineno)
        case ast.Break():
            yield node, ast.Continue()
        case ast.Continue():
            yield node, ast.Break()
        case ast.If(test) | ast.While(test) if isinstance(test, ast.Name | ast.Call | ast.Attribute | ast.Subscript):
            yield test, ast.UnaryOp(ast.Not(), test)


def _dropped_statements(tree: ast.Module) -> Iterator[Edit]:
    """Statements that do something and may be forgotten; a name that is given but one value is missed at once."""
    stored = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and _is_stored(node)]
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    given |= {name for name in stored if stored.count(name) > 1}
    for node in ast.walk(tree):
        for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
            for index, statement in enumerate(body if isinstance(body, list) else ()):
                last = isinstance(node, ast.FunctionDef) and index == len(node.body) - 1
                if _may_be_forgotten(statement, given, last=last):
                    yield statement, ast.Pass()


def _may_be_forgotten(statement: ast.stmt, given: set[str], *, last: bool) -> bool:
    match statement:
        case ast.Expr(ast.Constant(str())):
            return False
        case ast.Assign([target]):
            stored = [node.id for node in ast.walk(target) if isinstance(node, ast.Name) and _is_stored(node)]
            return given.issuperset(stored)
        case ast.If(body=[only], orelse=[]):  # to forget that one is the same
            return not isinstance(only, ast.Raise | ast.Continue | ast.Break | ast.AugAssign | ast.Assign | ast.Expr)
        case ast.If(orelse=orelse):
            return not orelse
        case ast.Return():
            return not last
    return isinstance(statement, ast.Expr | ast.AugAssign | ast.Raise | ast.Break | ast.Continue)


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _other_names(function: ast.FunctionDef) -> Iterator[Edit]:
    """A loop's variable for that of another loop around it; a parameter that is computed with for the next such."""
    yield from _loops(function, ())
    computed = [
        side
        for node in _meaningful(function)
        if isinstance(node, ast.BinOp)
        for side in (node.left, node.right)
        if isinstance(side, ast.Name)
    ]
    names = [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]
    used = [name for name in names if any(side.id == name for side in computed)]
    for side in computed:
        if side.id in used and len(used) > 1:
            yield side, ast.Name(used[(used.index(side.id) + 1) % len(used)], ast.Load())


def _loops(node: ast.AST, around: tuple[str, ...]) -> Iterator[Edit]:
    if isinstance(node, ast.For):
        around = (*around, *_targets(node.target))
    elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp):
        around = (*around, *(name for part in node.generators for name in _targets(part.target)))
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in around and len(set(around)) > 1:
        others = list(dict.fromkeys(around))
        yield node, ast.Name(others[(others.index(node.id) + 1) % len(others)], ast.Load())
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.Raise):
            yield from _loops(child, around)


def _targets(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def _other_operator(operator: ast.operator) -> Iterator[ast.operator]:
    other = _OPERATORS.get(type(operator))
    if other is not None:
        yield other()


def _other_values(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int | float):
        yield ast.Constant(value + 1)
        less = value - 1
        yield ast.Constant(less) if less >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-less))
    elif isinstance(value, str) and value in {"inf", "-inf"}:
        yield ast.Constant(_OTHERS[value])
