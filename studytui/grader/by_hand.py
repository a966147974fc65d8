"""What "by hand" lets an answer use, judged on its syntax tree before anything runs.

`loops` is an allowlist: single elements, new tensors, shapes and dtypes, Python's arithmetic and `math`. `tensors`
refuses the operations that would give the answer away. Both refuse the ways around: `getattr`, `eval`, dunders,
`torch.ops`, odd imports. This net deters and teaches; what secures the grade is that the answer's process never holds
an expected value. The second net, what torch itself sees while the answer runs, is in `children.watch`.
"""

from __future__ import annotations

import ast
import string
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from studytui.grader.answer_code import (
    SUBMODULES,
    TORCH_MODULES,
    Comprehension,
    Function,
    names_from_outside,
    names_looked_up_outside,
    names_of_targets,
    names_within,
    outside_of,
    read_code,
)
from studytui.grader.by_hand_names import (
    ALIASES,
    BUILTINS,
    CLASSES,
    FIELDS,
    LEADING_OUT,
    LEAKS,
    MAKES,
    METHODS,
    NAMED_TUPLE,
    PUBLIC,
    PYTHON_METHODS,
    READS,
    REFUSED_ATTRIBUTES,
    REFUSED_NAMES,
    SHARED,
    STATEFUL,
    TORCH_NAMES,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


@dataclass(frozen=True, slots=True)
class Rules:
    """What one card lets an answer use.

    Attributes:
        by_hand: loops, tensors or free; triton is for `triton_code.check`.
        function: the function asked for; calling torch's own is always refused unless `free`.
        allow, forbid: torch names allowed or refused beyond that; what is forbidden is refused of Python's modules too.
        stateful: whether a class may be written: a module, an optimizer, an iterable.
    """

    by_hand: str
    function: str
    allow: frozenset[str] = frozenset()
    forbid: frozenset[str] = frozenset()
    stateful: bool = False

    def refuses(self, operation: str) -> bool:
        """Whether an operation of torch's, by its name without underscores at the end, is refused."""
        if self.by_hand == "free" or operation in self.allow:
            return False
        if operation in self.forbid or operation == self.function:
            return True
        if operation not in TORCH_NAMES and _squashed(operation) in _refused_spellings(self):
            return True
        if self.stateful and operation in STATEFUL:
            return False
        return self.by_hand == "loops" and operation not in READS | MAKES | TORCH_NAMES


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused, and where: 1-based line and column.

    Attributes:
        kind: call (an operation of torch's), forbidden (Python's, by the card), import, name (a way around), or matmul.
        name: as it stands in the answer, `x.reshape` or `eval`.
    """

    kind: str
    name: str
    line: int
    column: int


def check(tree: ast.Module, rules: Rules, torch_names: Collection[str] = frozenset()) -> Refusal | None:
    """The first thing in the answer that its card does not let it use.

    Judged are the function asked for, what it reaches within the file, and everything that runs when the file is loaded
    (decorators, default arguments, annotations and bodies of classes too); other functions of the file are other cards'
    answers. `torch_names` are torch's own: an attribute by such a name is torch's unless it is plainly the answer's.
    """
    if rules.by_hand == "free":
        return None
    judge = _Judge(tree, rules, torch_names)
    refusals = [refusal for node in judge.code.reached for refusal in judge.judge(node)]
    return min(refusals, key=lambda refusal: (refusal.line, refusal.column), default=None)


class _Judge:
    def __init__(self, tree: ast.Module, rules: Rules, torch_names: Collection[str]) -> None:
        self.code = read_code(tree, rules.function)
        self._rules = rules
        self._torch_names = torch_names
        self._called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}

    def judge(self, root: ast.AST, local: frozenset[str] = frozenset()) -> Iterator[Refusal]:
        """Refusals in `root`; a function's own name, as torch's own parameter `input`, is no way around anything."""
        found = self._module_passed_on(root, local)
        if found is None and isinstance(root, ast.Name) and root.id in local:
            return
        found = found or self._node(root)
        if found is not None:
            kind, name = found
            yield Refusal(kind, name, getattr(root, "lineno", 1), getattr(root, "col_offset", 0) + 1)
        for child, names in self._children(root, local):
            yield from self.judge(child, names)

    def _children(self, root: ast.AST, local: frozenset[str]) -> Iterator[tuple[ast.AST, frozenset[str]]]:
        """What is below a node, each with the names that are local there."""
        if isinstance(root, Function):
            yield from ((node, local) for node in outside_of(root))
            body = [root.body] if isinstance(root, ast.Lambda) else root.body
            inside = (local - names_from_outside(body)) | names_within(root)
            yield from ((node, inside) for node in body)
        elif isinstance(root, ast.ClassDef):
            inside = local - names_looked_up_outside(root)
            body = root.body
            yield from ((node, inside if node in body else local) for node in ast.iter_child_nodes(root))
        elif isinstance(root, Comprehension):
            inside = local | names_of_targets(root)
            yield from (
                (node, inside) for node in ([root.key, root.value] if isinstance(root, ast.DictComp) else [root.elt])
            )
            for generator in root.generators:
                outermost = generator is root.generators[0]
                yield generator.iter, local if outermost else inside
                yield from ((node, inside) for node in (generator.target, *generator.ifs))
        elif isinstance(root, ast.Call) and _asks_type(root):
            yield root.args[0], local
        else:
            yield from ((child, local) for child in ast.iter_child_nodes(root))

    def _module_passed_on(self, node: ast.AST, local: frozenset[str]) -> tuple[str, str] | None:
        """A module where it is a value that nothing follows: `[torch][0]`, `f(random)`."""
        if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
            return None
        if id(node) in self.code.placed or not self.code.is_module(node):
            return None
        root: ast.expr = node
        while isinstance(root, ast.Attribute):
            root = root.value
        assert isinstance(root, ast.Name)
        own = root.id in local and root.id not in self.code.assigned
        return None if own else ("name", ast.unparse(node))

    def _node(self, node: ast.AST) -> tuple[str, str] | None:
        match node:
            case ast.Import(names=names) | ast.ImportFrom(names=names) if id(node) in self.code.in_classes:
                return "import", names[0].name
            case ast.Import(names=names):
                return self._import([name.name for name in names])
            case ast.ImportFrom(module=module, names=names):
                return self._import_from(module or "", [name.name for name in names])
            case ast.Name(id="super") if self._rules.stateful:
                return None
            case ast.Name(id=name) if name in REFUSED_NAMES or _is_dunder(name):
                return "name", name
            case ast.Name(id=name, ctx=ast.Load()) if name in self._rules.forbid and self._is_builtin(node):
                return "forbidden", name
            case ast.ClassDef(bases=bases, keywords=keywords):
                odd = [*(keyword.value for keyword in keywords), *(base for base in bases if not self._is_base(base))]
                return ("name", ast.unparse(odd[0])) if odd else None
            case ast.Attribute():
                return self._attribute(node)
            case ast.MatchClass(cls=cls, kwd_attrs=names):
                patterns = (ast.Attribute(value=cls, attr=name, ctx=ast.Load()) for name in names)
                return next(filter(None, map(self._attribute, patterns)), None)
            case ast.Call(func=func, args=arguments) if self._is_tensor(func) and any(map(self._is_tensor, arguments)):
                return "call", ast.unparse(func)
            case ast.Call(func=ast.Name(id="type"), args=[argument]) if self._is_class(argument):
                return "name", ast.unparse(node)
            case ast.Call(func=ast.Attribute(attr="format" | "format_map")) if _formats_attributes(node):
                return "name", "format"
            case ast.FunctionDef(name=name) if _is_dunder(name) and name not in METHODS:
                return "name", name
            case ast.AsyncFunctionDef(name=name):
                return "name", f"async {name}"
            case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
                return ("matmul", "@") if self._rules.refuses("matmul") else None
            case ast.BinOp(op=ast.Pow()) | ast.AugAssign(op=ast.Pow()) if "pow" in self._rules.forbid:
                return "forbidden", "**"
        return None

    def _import(self, modules: list[str]) -> tuple[str, str] | None:
        for module in modules:
            if module not in PUBLIC and module not in TORCH_MODULES:
                return "import", module
        return None

    def _import_from(self, module: str, names: list[str]) -> tuple[str, str] | None:
        if module in PUBLIC:
            brought = {*names, *(PUBLIC[module] if "*" in names else ())}
            if forbidden := sorted(brought & self._rules.forbid):
                return "forbidden", f"{module}.{forbidden[0]}"
            hidden = [name for name in names if name not in PUBLIC[module] and (name != "*" or module == "typing")]
            return ("import", f"{module}.{hidden[0]}") if hidden else None
        if module not in TORCH_MODULES:
            return "import", module
        for name in names:
            if name in SUBMODULES:
                continue
            if name == "*" or name.startswith("_") or name in REFUSED_ATTRIBUTES or self._rules.refuses(name):
                return "call", f"{module}.{name}"
        return None

    def _attribute(self, node: ast.Attribute) -> tuple[str, str] | None:
        name, base, own = node.attr, node.value, node.attr in self.code.own
        shown = ast.unparse(base)
        written = f"{shown}.{name}" if len(shown) < 40 else f"….{name}"
        if self._rules.stateful and name == "__init__" and written == "super().__init__":
            return None
        if _is_dunder(name) or name in LEADING_OUT:
            return "name", written
        if self.code.is_module(base) and not isinstance(node.ctx, ast.Load):
            return "name", written
        if (module := self.code.module(base)) is not None:
            known = name in PUBLIC.get(module, ())
            return ("forbidden", written) if name in self._rules.forbid else None if known else ("name", written)
        if isinstance(base, ast.Name) and base.id in self.code.imported and not self._is_public(name):
            return "name", written
        if self._is_own(base) and (own or name not in self._torch_names):
            return None
        plainly_own = own and name not in self._torch_names and not self._is_of_torch(base)
        if name in REFUSED_ATTRIBUTES or (name.startswith("_") and not plainly_own and name not in NAMED_TUPLE):
            return "name", written
        if not isinstance(node.ctx, ast.Load) and self._is_of_torch(base):
            return "name", written
        if not isinstance(node.ctx, ast.Load) and self._may_lie(name):
            return "name", written
        if self._rules.stateful and name in SHARED and id(node) not in self._called and self._keeps(name, base):
            return "call", written
        refused = self._rules.refuses(name.rstrip("_"))
        if not refused or (self.code.is_torch(base) and name in SUBMODULES):
            return None
        if self._rules.by_hand == "loops" and not self.code.is_torch(base) and self._is_pythons(name, base, own=own):
            return None
        return "call", written

    def _is_pythons(self, name: str, base: ast.expr, *, own: bool) -> bool:
        """Whether an attribute may well be Python's or the answer's, where it could not be told from a tensor's."""
        torchs = name in self._torch_names
        if own and not torchs:
            return True
        if name not in PYTHON_METHODS or name in self._rules.forbid:
            return False
        return not torchs or not self._is_tensor(base)

    def _is_tensor(self, expression: ast.expr) -> bool:
        """Whether an expression is plainly a tensor or its class: an argument, an element of one, what torch makes."""
        match expression:
            case ast.Name(id=name):
                return name in self.code.parameters
            case ast.Subscript(value=value):
                return self._is_tensor(value)
            case ast.Call(func=ast.Attribute(value=value, attr=name)):
                return self.code.is_torch(value) and name not in {"finfo", "iinfo"}
            case ast.Attribute(value=value, attr="Tensor"):
                return self.code.is_torch(value)
            case ast.Call(func=ast.Name(id="type"), args=[argument]):
                return self._is_tensor(argument)
        return False

    def _is_builtin(self, name: ast.Name) -> bool:
        """Whether a name is Python's own: not one of the file's, or the function's asked for where it is kept."""
        if name.id not in BUILTINS:
            return False
        return name.id not in self.code.given or (name.id == self._rules.function and id(name) not in self._called)

    def _is_class(self, expression: ast.expr) -> bool:
        """Whether an expression is plainly a class; `type` of one makes classes."""
        match expression:
            case ast.Name(id=name):
                return name in CLASSES or name in self.code.classes
            case ast.Call(func=ast.Name(id="type")):
                return True
        return self._is_tensor(expression) and isinstance(expression, ast.Attribute)

    def _is_public(self, name: str) -> bool:
        """Whether a name that is read from what may be a module is no way into another."""
        return not name.startswith("_") and name not in LEAKS

    def _may_lie(self, name: str) -> bool:
        """Whether to give this attribute to what may be a tensor, or its class, is to change what it says of itself."""
        if name not in self._torch_names or name in {"grad", "data", "requires_grad"}:
            return False
        return name not in FIELDS or name not in self.code.fields

    def _keeps(self, name: str, base: ast.expr) -> bool:
        """Whether a method that is not called where it stands may be a tensor's: no `torch.finfo(…).max`."""
        if self.code.is_torch(base) or self._is_own(base) or (name in FIELDS and name in self.code.own):
            return False
        match base:
            case ast.Call(func=ast.Attribute(value=value, attr="finfo" | "iinfo")):
                return not self.code.is_torch(value)
            case ast.Name(id=instance):
                return instance not in self.code.limits
        return True

    def _is_own(self, expression: ast.expr) -> bool:
        """Whether an expression is plainly an object of one of the answer's classes."""
        match expression:
            case ast.Name(id=name):
                return name in self.code.instances or name in self.code.classes
            case ast.Call(func=ast.Name(id=name)):
                return name in self.code.classes
        return False

    def _is_of_torch(self, expression: ast.expr) -> bool:
        while isinstance(expression, ast.Attribute):
            expression = expression.value
        return self.code.is_torch(expression)

    def _is_base(self, base: ast.expr) -> bool:
        """Whether a class may build on this: a module, an exception, another class of the file; never a tensor."""
        if isinstance(base, ast.Attribute):
            return base.attr == "Module" and self.code.is_torch(base.value)
        return isinstance(base, ast.Name) and base.id not in self.code.unknown


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and name not in {"__name__", "__len__"}


@cache
def _refused_spellings(rules: Rules) -> frozenset[str]:
    names = {rules.function, *rules.forbid}
    names |= {alias for group in map(str.split, ALIASES) if names & set(group) for alias in group}
    return frozenset(map(_squashed, names))


@cache
def _squashed(name: str) -> str:
    """One name for all of torch's spellings of an operation: LayerNorm, native_layer_norm, layer_norm_."""
    plain = name.partition(".")[0].strip("_").removeprefix("native_").replace("_", "").lower()
    return plain.removesuffix("loss") or plain


def _asks_type(call: ast.Call) -> bool:
    """Whether a call asks for the type of one thing; `type` with more arguments makes classes."""
    named = isinstance(call.func, ast.Name) and call.func.id == "type"
    return named and len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], ast.Starred)


def _formats_attributes(call: ast.Call) -> bool:
    """Whether a template, where it is written out, reads attributes: `"{0.T}".format(x)`."""
    assert isinstance(call.func, ast.Attribute)
    for template in (call.func.value, *call.args[:1]):
        if isinstance(template, ast.Constant) and isinstance(template.value, str):
            try:
                fields = [field for _, field, _, _ in string.Formatter().parse(template.value) if field]
            except ValueError:
                continue
            if any("." in field or "[" in field for field in fields):
                return True
    return False
