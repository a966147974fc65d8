"""What of an answer's code runs, and what its names stand for: read from the syntax tree, nothing is run.

Names are taken pessimistically: one that is bound in two ways anywhere in the file stands for neither.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

Definition: TypeAlias = ast.FunctionDef | ast.ClassDef
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

TORCH_MODULES = frozenset({"torch", "torch.nn", "torch.nn.functional"})
SUBMODULES = frozenset({"nn", "functional"})
HARMLESS_DECORATORS = frozenset(
    "property staticmethod classmethod torch.no_grad() torch.no_grad torch.enable_grad() torch.inference_mode()".split()
)
"""Those that keep what they decorate to its own name."""


@dataclass(frozen=True, slots=True)
class AnswerCode:
    """One answer.

    Attributes:
        reached: the parts that run when the file is loaded or the function asked for is called.
        given: names that the file gives a value to, otherwise than by `import`.
        torch: names that may stand for torch or a module of it.
        modules: names that stand for one other module and nothing else, and which.
        imported: names that may stand for another module, by an import or an assignment.
        assigned: those names for a module, torch too, that an assignment or a default gives it.
        placed: the nodes (by `id`) where a module may be read: before a dot, or to be given a name that is followed.
        in_classes: the nodes (by `id`) that run in a class's own scope, where every name becomes an attribute.
        classes: classes the file defines.
        unknown: names that may stand for a tensor's class: assigned, passed, or imported from torch.
        own: attributes that the file gives its own objects.
        fields: those of them that a class gives its own, in its body or as `self.size = 1`.
        instances: names that hold objects of the file's classes: a method's first parameter, `p = Point()`.
        parameters: of the function asked for, as long as they hold what was passed.
        limits: names that hold nothing but what `torch.finfo` and `torch.iinfo` give.
    """

    reached: tuple[ast.AST, ...]
    given: frozenset[str]
    torch: frozenset[str]
    modules: dict[str, str]
    imported: frozenset[str]
    assigned: frozenset[str]
    placed: frozenset[int]
    in_classes: frozenset[int]
    classes: frozenset[str]
    unknown: frozenset[str]
    own: frozenset[str]
    fields: frozenset[str]
    instances: frozenset[str]
    parameters: frozenset[str]
    limits: frozenset[str]

    def is_torch(self, expression: ast.expr) -> bool:
        """Whether an expression may be torch or a module of it."""
        if isinstance(expression, ast.Attribute):
            return expression.attr in SUBMODULES and self.is_torch(expression.value)
        return isinstance(expression, ast.Name) and expression.id in self.torch

    def module(self, expression: ast.expr) -> str | None:
        """The other module that an expression stands for, if it does."""
        if isinstance(expression, ast.Attribute) and expression.attr == "abc":
            return "collections.abc" if self.module(expression.value) == "collections" else None
        return self.modules.get(expression.id) if isinstance(expression, ast.Name) else None

    def is_module(self, expression: ast.expr) -> bool:
        """Whether an expression may be a module, torch's or another."""
        may_be = isinstance(expression, ast.Name) and expression.id in self.imported
        return may_be or self.is_torch(expression) or self.module(expression) is not None


def read_code(tree: ast.Module, function: str) -> AnswerCode:
    """What the answer's code is made of; `function` is the function or class asked for."""
    nodes = list(ast.walk(tree))
    bound = [(name, node) for node in nodes for name in _binds(node)]
    assigned = list(_assigned(nodes))
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    names = frozenset(node.name for node in classes)
    parameters = _parameters(tree, function, bound)
    torch = _torch_names(nodes, assigned)
    imports = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    others = {alias.asname or alias.name.partition(".")[0] for alias in imports if alias.name not in TORCH_MODULES}
    taken = [alias for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    others |= {alias.asname or alias.name for alias in taken if alias.name == "abc"}
    in_classes = frozenset(id(node) for outer in classes for part in outer.body for node in _same_scope(part))
    imported = _following(others - {"torch"}, assigned)
    given = frozenset(name for name, node in bound if not isinstance(node, ast.Import))
    instances = frozenset(_instances(nodes, assigned, classes, names, bound)) - parameters - torch - imported
    return AnswerCode(
        reached=tuple(_reached(tree, function, given)),
        given=given,
        torch=torch,
        modules=_modules(nodes, bound),
        imported=imported,
        assigned=frozenset(target for target, value in assigned if _leads_to(value, torch | imported)),
        placed=frozenset(_placed(nodes, in_classes)),
        in_classes=in_classes,
        classes=names,
        unknown=frozenset(name for name, node in bound if _may_bring_a_tensor(node, name)),
        own=frozenset(_own_attributes(nodes, classes, lambda base: base not in torch)),
        fields=frozenset(_own_attributes(nodes, classes, instances.__contains__)),
        instances=instances,
        parameters=parameters,
        limits=frozenset(_limits(assigned, bound, torch)),
    )


def parameters_of(function: Function) -> list[str]:
    """The names a function's arguments go by, in order."""
    listed = function.args
    every = [*listed.posonlyargs, *listed.args, *listed.kwonlyargs, *filter(None, (listed.vararg, listed.kwarg))]
    return [argument.arg for argument in every]


def names_within(function: Function) -> frozenset[str]:
    """The names that are a function's own: parameters, and what its body assigns unless declared global."""
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    inside = [node for statement in body for node in _same_scope(statement)]
    bound = {name for node in inside for name in _binds(node)} - names_from_outside(body)
    return frozenset({*parameters_of(function), *bound})


def names_from_outside(body: Iterable[ast.AST]) -> frozenset[str]:
    """The names a body declares global or nonlocal."""
    inside = (node for statement in body for node in _same_scope(statement))
    return frozenset(name for node in inside if isinstance(node, (ast.Global, ast.Nonlocal)) for name in node.names)


def names_looked_up_outside(definition: ast.ClassDef) -> frozenset[str]:
    """The names that a class's body reads from the module, though the function around it has one of its own.

    A name that the body binds anywhere is looked for in the class, then in the module and among the builtins.
    """
    inside = (node for statement in definition.body for node in _same_scope(statement))
    return frozenset(name for node in inside for name in _binds(node)) | names_from_outside(definition.body)


def names_of_targets(comprehension: Comprehension) -> frozenset[str]:
    """The names a comprehension loops over, which are known inside it alone."""
    walked = (node for generator in comprehension.generators for node in ast.walk(generator.target))
    return frozenset(node.id for node in walked if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _reached(tree: ast.Module, function: str, given: frozenset[str]) -> Iterator[ast.AST]:
    """Everything that runs on loading, and the function asked for with what it reaches within the file.

    What is handed on when it is defined, to a decorator or within its class, may be called by any name.
    """
    definitions = {node.name: node for node in tree.body if isinstance(node, Definition)}
    kept = {id(node) for node in definitions.values() if not _is_handed_on(node, given)}
    loaded = [part for node in tree.body for part in (_run_on_loading(node) if id(node) in kept else [node])]
    yield from loaded
    wanted = [function, *(name for node in loaded for name in _names(node))]
    seen: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in definitions and name not in seen:
            seen.add(name)
            yield definitions[name]
            wanted.extend(_names(definitions[name]))


def _is_handed_on(definition: ast.stmt, given: frozenset[str]) -> bool:
    """Whether a definition is passed to something else as it is loaded; `given` are names the file gives values."""
    if not isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    decorators = {ast.unparse(decorator) for decorator in definition.decorator_list}
    if any(one not in HARMLESS_DECORATORS or one.partition(".")[0] in given for one in decorators):
        return True
    if not isinstance(definition, ast.ClassDef):
        return False
    own = {node.name for node in definition.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    named = {name for statement in definition.body for part in _run_on_loading(statement) for name in _names(part)}
    return bool(own & named) or any(_is_handed_on(statement, given) for statement in definition.body)


def _run_on_loading(node: ast.stmt) -> Iterator[ast.AST]:
    """What of a definition runs before it is called: decorators, defaults, annotations, a class's body."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from outside_of(node)
    elif isinstance(node, ast.ClassDef):
        yield from (*node.decorator_list, *node.bases, *node.keywords)
        for statement in node.body:
            yield from _run_on_loading(statement)
    else:
        yield node


def outside_of(function: Function) -> Iterator[ast.AST]:
    """What of a function is evaluated outside it, when it is defined."""
    listed = function.args
    yield from (*listed.defaults, *filter(None, listed.kw_defaults))
    if isinstance(function, ast.Lambda):
        return
    yield from getattr(function, "type_params", ())
    every = [*listed.posonlyargs, *listed.args, *listed.kwonlyargs, *filter(None, (listed.vararg, listed.kwarg))]
    yield from function.decorator_list
    yield from (argument.annotation for argument in every if argument.annotation is not None)
    if function.returns is not None:
        yield function.returns


def _names(node: ast.AST) -> Iterator[str]:
    return (item.id for item in ast.walk(node) if isinstance(item, ast.Name))


def _same_scope(node: ast.AST) -> Iterator[ast.AST]:
    """`node` and what is below it in the same scope; of a comprehension only what it assigns outside (`:=`)."""
    if isinstance(node, Comprehension):
        yield from _walruses(node)
        return
    yield node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _same_scope(child)


def _walruses(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.NamedExpr):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _walruses(child)


def _binds(node: ast.AST) -> Iterator[str]:
    """The names a node gives a value to."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.NamedExpr(target=ast.Name(id=name)):
            yield name
        case ast.Import(names=imported) | ast.ImportFrom(names=imported):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in imported)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case ast.arg(arg=name):
            yield name


def _torch_names(nodes: Iterable[ast.AST], assigned: Iterable[tuple[str, ast.expr]]) -> frozenset[str]:
    found = {"torch"}
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.asname for alias in node.names if alias.asname and alias.name in TORCH_MODULES}
        elif isinstance(node, ast.ImportFrom) and node.module in TORCH_MODULES:
            found |= {alias.asname or alias.name for alias in node.names if alias.name in SUBMODULES}
    return _following(found, assigned)


def _following(names: set[str], assigned: Iterable[tuple[str, ast.expr]]) -> frozenset[str]:
    """The names, and those that are given one of them, however often."""
    found = set(names)
    while True:
        more = {target for target, value in assigned if _leads_to(value, found)} - found
        if not more:
            return frozenset(found)
        found |= more


def _placed(nodes: Iterable[ast.AST], in_classes: Collection[int]) -> Iterator[int]:
    for node in nodes:
        match node:
            case ast.Attribute(value=value):
                yield id(value)
            case ast.Expr(value=ast.NamedExpr(value=value)) if id(node) not in in_classes:
                yield id(value)
            case ast.Assign() | ast.AnnAssign() | ast.arguments() if id(node) not in in_classes:
                yield from (id(value) for _, value in _assigned([node]))


def _leads_to(value: ast.expr, names: Collection[str]) -> bool:
    while isinstance(value, ast.Attribute) and value.attr in SUBMODULES:
        value = value.value
    return isinstance(value, ast.Name) and value.id in names


def _assigned(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Names given the value of one expression, wherever; tuples are taken apart, and a default counts."""
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _pairs(target, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                yield name, value
            case ast.arguments(defaults=defaults, kw_defaults=kw_defaults):
                plain = [*node.posonlyargs, *node.args]
                yield from zip((a.arg for a in plain[len(plain) - len(defaults) :]), defaults, strict=True)
                given = zip(node.kwonlyargs, kw_defaults, strict=True)
                yield from ((argument.arg, default) for argument, default in given if default is not None)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        if any(isinstance(item, ast.Starred) for item in (*target.elts, *value.elts)):
            return
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, other)


def _modules(nodes: Iterable[ast.AST], bound: Iterable[tuple[str, ast.AST]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name not in TORCH_MODULES:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
    spoilt = {name for name, node in bound if not isinstance(node, ast.Import) or _imports_torch_as(node, name)}
    return {name: module for name, module in found.items() if name not in spoilt}


def _may_bring_a_tensor(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module in TORCH_MODULES and ("Module", None) not in [
            (a.name, a.asname) for a in node.names if a.name == name
        ]
    return not isinstance(node, ast.ClassDef)


def _imports_torch_as(node: ast.Import, name: str) -> bool:
    return any(alias.name in TORCH_MODULES and (alias.asname or "torch") == name for alias in node.names)


def _parameters(tree: ast.Module, function: str, bound: Iterable[tuple[str, ast.AST]]) -> frozenset[str]:
    asked = [node for node in tree.body if isinstance(node, Definition) and node.name == function]
    found: set[str] = set()
    for definition in asked:
        if isinstance(definition, ast.FunctionDef):
            found |= set(parameters_of(definition))
        else:
            methods = (node for node in definition.body if isinstance(node, ast.FunctionDef))
            found |= {name for method in methods for name in parameters_of(method)[1:]}
    return frozenset(found - {name for name, node in bound if not isinstance(node, ast.arg)})


def _own_attributes(
    nodes: Iterable[ast.AST], classes: Iterable[ast.ClassDef], is_own: Callable[[str], bool]
) -> Iterator[str]:
    for definition in classes:
        yield from (name for statement in definition.body for node in _same_scope(statement) for name in _binds(node))
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Name(id=base), attr=name, ctx=ast.Store()) if is_own(base):
                yield name


def _instances(
    nodes: Iterable[ast.AST],
    assigned: Iterable[tuple[str, ast.expr]],
    classes: Iterable[ast.ClassDef],
    names: frozenset[str],
    bound: Iterable[tuple[str, ast.AST]],
) -> Iterator[str]:
    methods = [node for definition in classes for node in definition.body if isinstance(node, ast.FunctionDef)]
    firsts = {id(method): parameters[0] for method in methods if (parameters := parameters_of(method))}
    functions = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))]
    others = {name for node in functions for name in parameters_of(node)[1 if id(node) in firsts else 0 :]}
    yield from {*firsts.values()} - others - {name for name, node in bound if not isinstance(node, ast.arg)}
    made = {name for name, value in assigned if _makes(value, names)}
    otherwise = {name for name, value in assigned if not _makes(value, names)}
    arguments = {name for name, node in bound if isinstance(node, ast.arg)}
    yield from made - otherwise - arguments


def _limits(
    assigned: Iterable[tuple[str, ast.expr]], bound: Iterable[tuple[str, ast.AST]], torch: frozenset[str]
) -> Iterator[str]:
    found, places = Counter[str](), Counter(name for name, _ in bound)
    for name, value in assigned:
        match value:
            case ast.Call(func=ast.Attribute(value=base, attr="finfo" | "iinfo")) if _leads_to(base, torch):
                found[name] += 1
    yield from (name for name, count in found.items() if count == places[name])


def _makes(value: ast.expr, classes: frozenset[str]) -> bool:
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in classes
