"""What "by hand" lets an answer use, judged on its syntax tree before anything runs.

`loops` is an allowlist: single elements, new tensors, shapes and dtypes, Python's arithmetic and `math`. `tensors`
refuses the operations that would give the answer away. Both refuse the ways around: `getattr`, `eval`, dunders,
`torch.ops`, odd imports. This net deters and teaches; what secures the grade is that the answer's process never holds
an expected value. The second net, what torch itself sees while the answer runs, is in `children.watch`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Definition: TypeAlias = ast.FunctionDef | ast.ClassDef

READS = frozenset(
    "shape size dim ndim ndimension numel nelement dtype device item is_floating_point is_complex "
    "requires_grad stride storage_offset is_contiguous layout itemsize".split()
)
MAKES = frozenset(
    "zeros ones full empty tensor as_tensor scalar_tensor zeros_like ones_like full_like empty_like "
    "new_zeros new_ones new_full new_empty new_tensor".split()
)
TORCH_NAMES = frozenset(
    "float64 float32 float16 bfloat16 double float half complex64 complex128 int64 int32 int16 int8 uint8 "
    "long int short bool dtype device Size Tensor is_tensor is_floating_point is_complex finfo iinfo "
    "promote_types result_type get_default_dtype inf nan pi e strided contiguous_format preserve_format".split()
)
PYTHON_METHODS = frozenset(
    "append extend insert pop remove clear reverse index count copy keys values items get setdefault "
    "update discard union intersection join format startswith endswith strip lower upper real imag "
    "is_integer bit_length min max eps tiny smallest_normal bits product chain accumulate repeat".split()
)
OPEN_MODULES = frozenset({"math", "random", "itertools", "typing", "collections", "collections.abc", "__future__"})
TORCH_MODULES = frozenset({"torch", "torch.nn", "torch.nn.functional"})
STATEFUL = frozenset(
    "Module Parameter ParameterList ModuleList register_buffer register_parameter parameters named_parameters buffers "
    "children training train eval no_grad grad requires_grad data detach Generator".split()
)
METHODS = frozenset("__init__ __call__ __iter__ __next__ __len__ __getitem__ __enter__ __exit__ __repr__".split())
REFUSED_NAMES = frozenset(
    "eval exec compile getattr setattr delattr hasattr globals locals vars dir open input breakpoint "
    "memoryview super object type help exit quit __import__ __builtins__ __loader__ __spec__".split()
)
REFUSED_ATTRIBUTES = frozenset(
    "_C ops jit overrides compile utils _ops _refs _prims _decomp _dynamo _inductor _VF special linalg "
    "library f_back f_globals f_locals f_builtins gi_frame cr_frame tb_frame ag_frame mro func_globals".split()
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What one card lets an answer use.

    Attributes:
        by_hand: loops, tensors or free.
        function: the function asked for; calling torch's own is always refused unless `free`.
        allow, forbid: torch names allowed or refused beyond that.
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
        if self.stateful and operation in STATEFUL:
            return False
        return self.by_hand == "loops" and operation not in READS | MAKES | TORCH_NAMES


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused, and where: 1-based line and column.

    Attributes:
        kind: call (an operation of torch's), import, name (a way around), or matmul.
        name: as it stands in the answer, `x.reshape` or `eval`.
    """

    kind: str
    name: str
    line: int
    column: int


def check(tree: ast.Module, rules: Rules) -> Refusal | None:
    """The first thing in the answer that its card does not let it use.

    Judged are the function asked for, what it reaches within the file, and everything that runs when the file is loaded
    (decorators and default arguments too); other functions of the file are other cards' answers.
    """
    if rules.by_hand == "free":
        return None
    refusals = [refusal for node in _reached(tree, rules.function) for refusal in _Judge(rules).judge(node)]
    return min(refusals, key=lambda refusal: (refusal.line, refusal.column), default=None)


def _reached(tree: ast.Module, function: str) -> list[ast.AST]:
    definitions = {node.name: node for node in tree.body if isinstance(node, Definition)}
    reached: list[ast.AST] = [node for node in tree.body if node not in definitions.values()]
    for definition in definitions.values():
        reached.extend(definition.decorator_list)
        if isinstance(definition, ast.FunctionDef):
            reached.extend([*definition.args.defaults, *filter(None, definition.args.kw_defaults)])
        else:
            reached.extend(definition.bases)
    wanted = [function, *(name for node in reached for name in _names(node))]
    seen: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name in definitions and name not in seen:
            seen.add(name)
            reached.append(definitions[name])
            wanted.extend(_names(definitions[name]))
    return reached


def _names(node: ast.AST) -> Iterator[str]:
    return (item.id for item in ast.walk(node) if isinstance(item, ast.Name))


class _Judge:
    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def judge(self, root: ast.AST, parameters: frozenset[str] = frozenset()) -> Iterator[Refusal]:
        """Refusals in `root`; a parameter named like a builtin, as torch's own `input`, is no way around anything."""
        if isinstance(root, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            listed = root.args
            own = [*listed.posonlyargs, *listed.args, *listed.kwonlyargs, *filter(None, (listed.vararg, listed.kwarg))]
            parameters |= {argument.arg for argument in own}
        found = self._node(root)
        if found is not None and not (isinstance(root, ast.Name) and root.id in parameters):
            kind, name = found
            yield Refusal(kind, name, getattr(root, "lineno", 1), getattr(root, "col_offset", 0) + 1)
        for child in ast.iter_child_nodes(root):
            yield from self.judge(child, parameters)

    def _node(self, node: ast.AST) -> tuple[str, str] | None:
        match node:
            case ast.Import(names=names):
                return self._import([name.name for name in names])
            case ast.ImportFrom(module=module, names=names):
                return self._import_from(module or "", [name.name for name in names])
            case ast.Name(id="super") if self._rules.stateful:
                return None
            case ast.Name(id=name) if name in REFUSED_NAMES or _is_dunder(name):
                return "name", name
            case ast.ClassDef(bases=bases):
                return next((("name", ast.unparse(base)) for base in bases if not _is_plain_base(base)), None)
            case ast.Attribute(attr=name):
                return self._attribute(node, name)
            case ast.FunctionDef(name=name) if _is_dunder(name) and name not in METHODS:
                return "name", name
            case ast.AsyncFunctionDef(name=name):
                return "name", f"async {name}"
            case ast.BinOp(op=ast.MatMult()) | ast.AugAssign(op=ast.MatMult()):
                return ("matmul", "@") if self._rules.refuses("matmul") else None
        return None

    def _import(self, modules: list[str]) -> tuple[str, str] | None:
        for module in modules:
            if module not in OPEN_MODULES | TORCH_MODULES:
                return "import", module
        return None

    def _import_from(self, module: str, names: list[str]) -> tuple[str, str] | None:
        if module in OPEN_MODULES:
            return None
        if module not in TORCH_MODULES:
            return "import", module
        for name in names:
            if name in {"nn", "functional"}:
                continue
            if name == "*" or name in REFUSED_ATTRIBUTES or self._rules.refuses(name):
                return "call", f"{module}.{name}"
        return None

    def _attribute(self, node: ast.Attribute, name: str) -> tuple[str, str] | None:
        written = ast.unparse(node) if len(ast.unparse(node.value)) < 40 else f"….{name}"
        if self._rules.stateful and name == "__init__" and written == "super().__init__":
            return None
        if _is_dunder(name) or name in REFUSED_ATTRIBUTES:
            return "name", written
        base = node.value.id if isinstance(node.value, ast.Name) else ""
        if base == "self":
            return None
        if base in {"math", "random", "itertools"} and name not in self._rules.forbid:
            return None
        plain = name.rstrip("_")
        if self._rules.by_hand == "tensors":
            return ("call", written) if self._rules.refuses(plain) else None
        if base == "torch" and name in {"nn", "functional"}:
            return None
        if base != "torch" and name in PYTHON_METHODS and plain not in self._rules.forbid:
            return None
        return ("call", written) if self._rules.refuses(plain) else None


def _is_plain_base(base: ast.expr) -> bool:
    """Whether a class may build on this: a module, an exception, another class of the file; never a tensor."""
    return ast.unparse(base) in {"nn.Module", "torch.nn.Module"} or (isinstance(base, ast.Name) and base.id != "Tensor")


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and name not in {"__name__", "__len__"}
