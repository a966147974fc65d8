"""Ways around "by hand", and honest loops that must not be taken for one. `¦` stands before what is refused."""

from __future__ import annotations

import ast
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
import torch
from card_building import DOUBLE_BY_LOOPS, HONEST, implement
from hostile_by_hand import COLLECTED, HIDDEN_FROM_THE_TREE, HIDDEN_FROM_TORCH, LAZY

from studytui.grader.by_hand import Refusal, Rules, check
from studytui.grader.verdict import Outcome

if TYPE_CHECKING:
    from studytui.cards.models import ImplementCard
    from studytui.grader.grader import Grader

TORCH_NAMES = frozenset({*dir(torch), *dir(torch.Tensor), *dir(torch.nn.functional)})
DOUBLE = Rules("loops", "double")
SOFTMAX = Rules("tensors", "softmax")
SOFTMAX_CARD = implement(
    "softmax(x)",
    "torch.softmax(x, -1)",
    by_hand="tensors",
    inputs={"x": "float64[N, C]"},
    dims={"N": "1..3", "C": "1..3"},
)


def marked(code: str) -> tuple[str, int, int]:
    """The code without its mark, and the line and column of it."""
    code = dedent(code).strip("\n") + "\n"
    before, _, after = code.partition("¦")
    return before + after, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def judged(code: str, rules: Rules) -> Refusal | None:
    return check(ast.parse(code), rules, TORCH_NAMES)


SEEN_BEFORE_IT_RUNS = {
    "the operation itself": "def double(x):\n    return ¦x.add(x)",
    "torch's function": "def double(x):\n    return ¦torch.add(x, x)",
    "in place": "def double(x):\n    return ¦x.mul_(2)",
    "an alias": "f = ¦torch.add\ndef double(x):\n    return f(x, x)",
    "an alias inside": "def double(x):\n    f = ¦x.add\n    return f(x)",
    "an import under another name": "¦from torch import add as a\ndef double(x):\n    return a(x, x)",
    "an import of everything": "¦from torch import *\ndef double(x):\n    return add(x, x)",
    "an import inside": "def double(x):\n    ¦from torch import add\n    return add(x, x)",
    "torch under another name": "import torch as t\ndef double(x):\n    return ¦t.add(x, x)",
    "torch as math": "import torch as math\ndef double(x):\n    return ¦math.add(x, x)",
    "torch put in math's place": "import math\nimport torch\nmath = torch\ndef double(x):\n    return ¦math.exp(x)",
    "torch assigned": "t = torch\ndef double(x):\n    return ¦t.add(x, x)",
    "torch assigned twice over": "a, b = 1, torch\nc = b\ndef double(x):\n    return ¦c.max(x)",
    "torch by walrus": "def double(x):\n    (t := torch)\n    return ¦t.min(x)",
    "torch as a default": "def double(x, t=torch):\n    return ¦t.min(x)",
    "functional": "import torch.nn.functional as F\ndef double(x):\n    return ¦F.relu(x)",
    "functional by its path": "def double(x):\n    return ¦torch.nn.functional.relu(x)",
    "functional imported": "from torch.nn import functional\ndef double(x):\n    return ¦functional.relu(x)",
    "a module": "from torch import nn\ndef double(x):\n    return ¦nn.ReLU()(x)",
    "the class's method": "def double(x):\n    return ¦torch.Tensor.add(x, x)",
    "the type's method": "def double(x):\n    return ¦type(x).add(x, x)",
    "the class of an object": "def double(x):\n    return ¦x.__class__.add(x, x)",
    "a dunder": "def double(x):\n    return ¦x.__add__(x)",
    "getattr": "def double(x):\n    return ¦getattr(x, 'add')(x)",
    "getattr under another name": "g = ¦getattr\ndef double(x):\n    return g(x, 'add')(x)",
    "getattr as its own default": "def double(x, getattr=¦getattr):\n    return getattr(x, 'add')(x)",
    "getattr as a lambda's default": "f = lambda x, getattr=¦getattr: 0\ndef double(x):\n    return f(x)",
    "getattr where a comprehension has its name": """
        def double(x):
            [0 for getattr in []]
            return ¦getattr(x, 'add')(x)
    """,
    "getattr declared global": """
        def double(x):
            global getattr
            if x is None:
                ¦getattr = None
            return getattr(x, 'add')(x)
    """,
    "vars": "def double(x):\n    return ¦vars(torch)['add'](x, x)",
    "a module's dict": "def double(x):\n    return ¦torch.__dict__['add'](x, x)",
    "globals": "def double(x):\n    return ¦globals()['torch']",
    "eval": "def double(x):\n    return ¦eval('x.add(x)')",
    "exec": "def double(x):\n    ¦exec('y = x.add(x)')\n    return x",
    "compile": "def double(x):\n    return ¦compile('x', 'x', 'eval')",
    "__import__": "def double(x):\n    return ¦__import__('numpy')",
    "builtins": "def double(x):\n    return ¦__builtins__['eval']('x.add(x)')",
    "numpy": "¦import numpy as np\ndef double(x):\n    return x",
    "numpy inside": "def double(x):\n    ¦from numpy import add\n    return x",
    "operator": "¦import operator\ndef double(x):\n    return operator.add(x, x)",
    "functools": "¦import functools\ndef double(x):\n    return x",
    "importlib": "¦import importlib\ndef double(x):\n    return x",
    "sys by way of typing": "¦from typing import sys\ndef double(x):\n    return sys.modules['torch'].add(x, x)",
    "sys by way of an attribute": "import typing\ndef double(x):\n    return ¦typing.sys.modules",
    "os by way of random": "import random\ndef double(x):\n    return ¦random._os.getpid()",
    "sys by way of collections": "¦from collections import _sys\ndef double(x):\n    return x",
    "annotations evaluated": """
        ¦from typing import get_type_hints
        def other(x: "torch.add"): ...
        def double(x):
            return get_type_hints(other)["x"](x, x)
    """,
    "everything of typing": "¦from typing import *\ndef double(x):\n    return get_type_hints",
    "threads": "¦import threading\ndef double(x):\n    return x",
    "an async function": "¦async def add(x):\n    return x\ndef double(x):\n    return x",
    "torch.ops": "def double(x):\n    return ¦torch.ops.aten.add(x, x)",
    "torch._C": "def double(x):\n    return ¦torch._C._VariableFunctions.add(x, x)",
    "torch._refs imported": "¦from torch import _refs\ndef double(x):\n    return _refs.add(x, x)",
    "special": "def double(x):\n    return ¦torch.special.expm1(x)",
    "jit": "@¦torch.jit.script\ndef double(x):\n    return x",
    "compiled": "@¦torch.compile\ndef double(x):\n    return x",
    "vmap": "def double(x):\n    return ¦torch.vmap(lambda y: y)(x)",
    "a decorator that calls": "def double(x):\n    return x\n@¦torch.no_such\ndef other(x):\n    return x",
    "a default that calls": "def double(x, y=¦torch.arange(3)):\n    return x",
    "a default of an unused function": "def other(y=¦torch.arange(3)):\n    return y\ndef double(x):\n    return x",
    "an annotation that calls": "def other(x: ¦torch.arange(3)):\n    return x\ndef double(x):\n    return x",
    "a class body": "class Other:\n    y = ¦torch.arange(3)\ndef double(x):\n    return x",
    "a class body's default": "class Other:\n    def f(x=¦torch.arange(3)): ...\ndef double(x):\n    return x",
    "a method of a helper": "class H:\n    def f(self, x):\n        ¦x.mul(x)\ndef double(x):\n    return H().f(x)",
    "a method named like torch's": "class H:\n    def sum(self): ...\ndef double(x):\n    return ¦x.sum()",
    "an attribute named like torch's": "class H: ...\ndef double(x):\n    h = H()\n    h.T = 1\n    return ¦x.T",
    "a metaclass": "class H(metaclass=¦torch.arange): ...\ndef double(x):\n    return x",
    "a helper": "def twice(x):\n    return ¦x.add(x)\ndef double(x):\n    return twice(x)",
    "a helper's helper": "def b(x):\n    return ¦x.add(x)\ndef a(x):\n    return b(x)\ndef double(x):\n    return a(x)",
    "a helper passed on": "def b(x):\n    return ¦x.add(x)\ndef double(x):\n    return list(map(b, [x]))[0]",
    "a nested function": "def double(x):\n    def f():\n        return ¦x.add(x)\n    return f()",
    "a lambda": "def double(x):\n    return (lambda y: ¦y.mul(y))(x)",
    "a comprehension": "def double(x):\n    return [¦y.mul(y) for y in [x]][0]",
    "a generator's condition": "def double(x):\n    return next(y for y in [x] if ¦y.any())",
    "a walrus": "def double(x):\n    return (y := ¦x.add)(x)",
    "an f-string": "def double(x):\n    return f'{¦x.T}'",
    "a match pattern": "def double(x):\n    match x:\n        case ¦torch.Tensor(T=t):\n            return t",
    "a template": "def double(x):\n    return ¦'{0.T}'.format(x)",
    "a template of str's": "def double(x):\n    return ¦str.format('{0.T}', x)",
    "the matrix product": "def double(x):\n    return ¦x @ x",
    "the matrix product in place": "def double(x):\n    ¦x @= x\n    return x",
    "x.T": "def double(x):\n    return ¦x.T",
    "x.data": "def double(x):\n    return ¦x.data",
    "setting x.data": "def double(x):\n    out = torch.zeros(3)\n    ¦out.data = x\n    return out",
    "tolist": "def double(x):\n    return torch.tensor(¦x.tolist())",
    "numpy()": "def double(x):\n    return ¦x.numpy()",
    "storage": "def double(x):\n    return ¦x.untyped_storage()",
    "a tensor made of a tensor": "def double(x):\n    return ¦torch.Tensor(x)",
    "a tensor made by its type": "def double(x):\n    return ¦type(x)(x[0])",
    "a clone": "def double(x):\n    return ¦x.clone()",
    "a maximum": "def double(x):\n    return ¦x.max()",
    "a maximum of an element": "def double(x):\n    return ¦x[0].max()",
    "a maximum of what torch made": "def double(x):\n    return ¦torch.zeros(3).max()",
    "a sort": "def double(x):\n    return ¦x.sort()",
    "the base of a view": "def double(x):\n    return ¦x._base",
    "a base stored elsewhere": "def double(x):\n    ¦double._base = 1\n    return x._base",
    "torch patched": "¦torch.Tensor.size = len\ndef double(x):\n    return x",
    "torch's names deleted": "del ¦torch.add\ndef double(x):\n    return x",
    "a subclass of a tensor": "¦class T(torch.Tensor): ...\ndef double(x):\n    return T",
    "a subclass of a tensor by name": "from torch import Tensor\n¦class T(Tensor): ...\ndef double(x):\n    return T",
    "a subclass of an assigned class": "B = torch.Tensor\n¦class T(B): ...\ndef double(x):\n    return T",
    "__torch_function__": "class T:\n    ¦def __torch_function__(self): ...\ndef double(x):\n    return T()",
    "__getattr__ assigned": "class T:\n    ¦__getattr__ = len\ndef double(x):\n    return T()",
    "a class made by type": "def double(x):\n    return ¦type('T', (), {})",
    "type under another name": "t = ¦type\ndef double(x):\n    return t(x)",
    "super": "class T:\n    def f(self):\n        return ¦super().f\ndef double(x):\n    return T()",
    "a frame": "def double(x):\n    return ¦(y for y in x).gi_frame",
    "a traceback": "def double(x):\n    try:\n        1 / 0\n    except OSError as e:\n        ¦e.__traceback__",
    "dir": "def double(x):\n    return ¦dir(x)",
    "open": "def double(x):\n    return ¦open('/etc/passwd')",
    "self that is no object of one's own": "def double(self):\n    return ¦self.T",
}

TENSOR_WAYS_SEEN_BEFORE = {
    "the operation": "def softmax(x):\n    return ¦x.softmax(-1)",
    "the function": "def softmax(x):\n    return ¦torch.softmax(x, -1)",
    "functional": "import torch.nn.functional as F\ndef softmax(x):\n    return ¦F.softmax(x, -1)",
    "its private name": "def softmax(x):\n    return ¦torch._softmax(x, -1, False)",
    "its module": "from torch import nn\ndef softmax(x):\n    return ¦nn.Softmax(-1)(x)",
    "an import": "¦from torch.nn.functional import softmax as s\ndef softmax(x):\n    return s(x, -1)",
    "an import of its module": "¦from torch.nn import Softmax\ndef softmax(x):\n    return Softmax(-1)(x)",
    "torch.ops": "def softmax(x):\n    return ¦torch.ops.aten.softmax(x, -1)",
    "special": "def softmax(x):\n    return ¦torch.special.softmax(x, -1)",
    "getattr": "def softmax(x):\n    return ¦getattr(torch, 'soft' + 'max')(x, -1)",
    "operator": "import typing\ndef softmax(x):\n    return ¦typing.operator.methodcaller('softmax', -1)(x)",
    "jit": "def softmax(x):\n    return ¦torch.jit.trace(x)",
}

SEEN_WHILE_IT_RUNS = {
    "adding whole tensors": "def double(x):\n    return ¦x + x",
    "multiplying a whole tensor": "def double(x):\n    return ¦2 * x",
    "adding in place": "def double(x):\n    out = torch.zeros_like(x)\n    ¦out += x\n    return out",
    "a slice": "def double(x):\n    return ¦x[:1]",
    "a full slice": "def double(x):\n    return ¦x[:]",
    "an ellipsis": "def double(x):\n    return ¦x[...]",
    "a None": "def double(x):\n    return ¦x[None]",
    "a bool": "def double(x):\n    return ¦x[True]",
    "a bool tensor of no dims": "def double(x):\n    return ¦x[torch.tensor(True)]",
    "a mask": "def double(x):\n    return ¦x[torch.ones(len(x), dtype=torch.bool)]",
    "fancy indexing": "def double(x):\n    return ¦x[[0] * len(x)]",
    "a tensor of indices": "def double(x):\n    return ¦x[torch.zeros(2, dtype=torch.int64)]",
    "a slice assigned": "def double(x):\n    out = torch.zeros_like(x)\n    ¦out[:] = x\n    return out",
    "all assigned": "def double(x):\n    out = torch.zeros_like(x)\n    ¦out[...] = x\n    return out",
    "a row assigned": "def double(x):\n    out = torch.zeros(2, len(x))\n    ¦out[0] = x\n    return out",
    "a slice by its name": "def double(x):\n    s = slice(None)\n    return ¦x[s]",
    "a comparison of wholes": "def double(x):\n    return ¦x == x",
    "a minus": "def double(x):\n    return ¦-x",
    "abs of a whole": "def double(x):\n    return ¦abs(x)",
    "a power": "def double(x):\n    return ¦x ** 2",
    "sum of rows": "def double(x):\n    return ¦sum([x, x])",
    "reversed": "def double(x):\n    return list(¦reversed(x))",
    "membership": "def double(x):\n    return ¦1.0 in x",
    "a copy by torch.tensor": "def double(x):\n    return ¦torch.tensor(x)",
    "a copy by new_tensor": "def double(x):\n    return ¦x.new_tensor(x)",
    "a copy by as_tensor": "def double(x):\n    return ¦torch.as_tensor(x)",
    "a conversion of a whole": "def double(x):\n    return ¦x.double()",
    "a template made on the way": "def double(x):\n    return ¦('{0.' + 'T}').format(x)",
    "a method in a list's clothes": "def twice(v):\n    return ¦v.max()\ndef double(x):\n    return twice(x)",
    "a swallowed refusal": """
        def double(x):
            try:
                return ¦x + x
            except BaseException:
                return x
    """,
    "a refusal swallowed and another error raised": """
        def double(x):
            try:
                ¦x + x
            except:
                raise ValueError("no")
    """,
    "a refusal in a finally that returns": """
        def double(x):
            try:
                ¦x + x
            finally:
                return x
    """,
    "a refusal swallowed again and again": """
        def double(x):
            for _ in range(2):
                try:
                    ¦x + x
                except BaseException:
                    continue
            return x
    """,
    "a lambda of an unknown thing": "def double(x):\n    return (lambda y: ¦y.add(y))(x)",
    "a comprehension's own name": "def double(x):\n    return [¦y.add(y) for y in [x]][0]",
}

TENSOR_WAYS_SEEN_WHILE_IT_RUNS = {
    "a module of another name": """
        from torch import nn
        def softmax(x):
            return ¦nn.Softmax2d()(x.T[None, :, :, None])
    """,
}

HONEST_LOOPS = {
    "indices": """
        def double(x):
            out = torch.zeros(x.shape, dtype=x.dtype)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = x[i, j] + x[i, j]
            return out
    """,
    "an index after another": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.size(0)):
                for j in range(x.size(1)):
                    out[i][j] = 2 * x[i][j]
            return out
    """,
    "rows": """
        import torch

        def double(x):
            out = x.new_zeros(x.shape)
            for i, row in enumerate(x):
                for j, value in enumerate(row):
                    out[i, j] = value + value
            return out
    """,
    "item": """
        def double(x):
            out = torch.empty(*x.size(), dtype=x.dtype)
            for i in range(len(x)):
                for j in range(x.shape[1]):
                    out[i, j] = x[i, j].item() * 2
            return out
    """,
    "dividing a number by an element": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    ratio = 1 / (2 + abs(x[i, j]))
                    out[i, j] = x[i, j] * (2 if ratio > 0 else 1)
            return out
    """,
    "adding in place to an element": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] += x[i, j]
                    out[i][j] += x[i][j]
            return out
    """,
    "a list of numbers": """
        def double(x):
            values = [[2 * float(value) for value in row] for row in x]
            return torch.tensor(values, dtype=x.dtype) if x.numel() else torch.zeros_like(x)
    """,
    "a list of elements": """
        def double(x):
            flat = [value + value for row in x for value in row]
            out = torch.zeros_like(x)
            for n, value in enumerate(flat):
                out[n // x.shape[1], n % x.shape[1]] = value
            return out
    """,
    "while": """
        def double(x):
            out = torch.full(x.shape, 0.0, dtype=x.dtype, device=x.device)
            n = 0
            while n < x.numel():
                i, j = divmod(n, x.shape[1])
                out[i, j] = x[i, j] - -x[i, j]
                n += 1
            return out
    """,
    "recursion": """
        def fill(out, x, n):
            if n == x.numel():
                return
            i, j = n // x.shape[1], n % x.shape[1]
            out[i, j] = x[i, j] * 2
            fill(out, x, n + 1)

        def double(x):
            out = torch.zeros_like(x)
            fill(out, x, 0)
            return out
    """,
    "math": """
        import math
        from math import floor, inf

        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    value = x[i, j].item()
                    out[i, j] = math.copysign(math.fabs(value) * 2, value) if value < inf else floor(0.5)
            return out
    """,
    "math under another name": """
        import math as m

        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = m.fsum([x[i, j], x[i, j]])
            return out
    """,
    "a nested helper": """
        def double(x):
            out = torch.zeros_like(x)

            def put(i, j):
                out[i, j] = x[i, j] * 2

            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    put(i, j)
            return out
    """,
    "zip": """
        def double(x):
            out = torch.zeros_like(x)
            for into, row in zip(out, x):
                for j, (a, b) in enumerate(zip(row, row, strict=True)):
                    into[j] = a + b
            return out
    """,
    "negative indices": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(-x.shape[0], 0):
                for j in range(-1, -x.shape[1] - 1, -1):
                    out[i, j] = x[i, j] * 2
            return out
    """,
    "slices of a shape": """
        def double(x):
            rows, = x.shape[:1]
            columns = list(x.shape)[1:][0]
            out = torch.zeros((rows, *x.shape[1:]), dtype=x.dtype)
            for i in range(rows):
                for j in range(columns):
                    out[i, j] = x[i, j] * 2
            return out
    """,
    "sorting and summing elements": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    pair = sorted([x[i, j].item(), x[i, j].item()])
                    pair.sort()
                    out[i, j] = sum(value for value in pair)
            return out
    """,
    "the larger of two elements": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = max(x[i, j], x[i, j]) + min(x[i, j], x[i, j])
            return out
    """,
    "conditions on elements": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    if x[i, j] > 0 and not x[i, j] == 0 or x[i, j] <= 0:
                        out[i, j] = abs(x[i, j]) * 2 if x[i, j] >= 0 else -abs(x[i, j]) * 2
            return out
    """,
    "limits of a dtype": """
        def double(x):
            info = torch.finfo(x.dtype)
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    value = min(max(x[i, j].item(), info.min), torch.finfo(x.dtype).max)
                    out[i, j] = value * 2 + info.tiny * 0
            return out
    """,
    "printing": """
        def double(x):
            print(x, x.shape, f"{x.dtype} {x.numel():>3}", "{:.2f}".format(1.5))
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    print(f"x[{i}, {j}] = {x[i, j]:.3f} {x[i, j].item()!r}")
                    out[i, j] = x[i, j] * 2
            return out
    """,
    "an error of one's own": """
        class NotAMatrix(ValueError):
            pass

        def double(x: torch.Tensor) -> torch.Tensor:
            'Twice x.'
            try:
                if x.dim() != 2:
                    raise NotAMatrix(f"{x.ndim} dims")
                rows, columns = x.shape
            except (NotAMatrix, IndexError) as error:
                print(error.args)
                raise
            out = torch.zeros(rows, columns, dtype=x.dtype)
            for i in range(rows):
                for j in range(columns):
                    out[i, j] = x[i, j] * 2
            return out
    """,
    "type hints": """
        from __future__ import annotations
        from collections.abc import Sequence
        from typing import Optional, Union
        import collections.abc
        import typing

        from torch import Tensor

        def at(x: Tensor, index: Sequence[int], default: Optional[float] = None) -> Union[Tensor, float]:
            return x[index[0], index[1]]

        def double(x: "torch.Tensor") -> Tensor:
            out: Tensor = torch.zeros_like(x)
            places: collections.abc.Sequence[int] | typing.List[int] = list(range(x.shape[1]))
            for i in range(x.shape[0]):
                for j in places:
                    out[i, j] = at(x, [i, j]) * 2
            return out
    """,
    "a class": """
        class Running:
            count = 0

            def __init__(self, start=0.0):
                self.sum = start
                self._seen = []

            def add(self, value):
                self.sum = self.sum + value
                self._seen.append(value)
                Running.count += 1

            @property
            def total(self):
                return self.sum

        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    running = Running()
                    running.add(x[i, j])
                    running.add(x[i, j])
                    out[i, j] = running.sum if i else running.total
            return out
    """,
    "a tree of one's own nodes": """
        class Node:
            def __init__(self, value):
                self.value, self.size, self.next = value, 1, None

        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                first = last = Node(None)
                for j in range(x.shape[1]):
                    last.next = Node(x[i, j] * 2)
                    last = last.next
                    first.size += last.size
                for j in range(first.size - 1):
                    first = first.next
                    out[i, j] = first.value
            return out
    """,
    "a named tuple": """
        from typing import NamedTuple

        class Place(NamedTuple):
            row: int
            column: int

        def double(x):
            out = torch.zeros_like(x)
            for place in [Place(i, j) for i in range(x.shape[0]) for j in range(x.shape[1])]:
                out[place.row, place.column] = x[place.row, place.column] * 2
            return out
    """,
    "names of builtins": """
        def double(input):
            dir, type = input.shape
            max = torch.zeros_like(input)
            for open in range(dir):
                for help in range(type):
                    max[open, help] = input[open, help] * 2
            return [input for input in [max]][0]
    """,
    "the type of a thing": """
        def double(x):
            assert type(x) is torch.Tensor and isinstance(x.shape, tuple) and not isinstance(x, list)
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = x[i, j] * 2
            return out
    """,
    "itertools": """
        import itertools
        from itertools import product

        def double(x):
            out = torch.zeros_like(x)
            for i, j in product(range(x.shape[0]), range(x.shape[1])):
                out[i, j] = x[i, j] * 2
            for _ in itertools.islice(itertools.count(), 3):
                pass
            return out
    """,
    "lists, sets, dicts and strings": """
        from collections import defaultdict, deque

        def double(x):
            out, seen, queue, text = torch.zeros_like(x), set(), deque(), "a b".split()
            sizes = {"rows": x.shape[0], "columns": x.shape[1]}
            places = defaultdict(list)
            for i in range(sizes["rows"]):
                for j in range(sizes.get("columns", 0)):
                    seen.add((i, j))
                    queue.append((i, j))
                    places[i].append(j)
            while queue:
                i, j = queue.popleft()
                out[i, j] = x[i, j] * 2
            return out
    """,
    "a tensor as an index": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    where = torch.tensor([i, j])
                    out[where[0], where[1]] = x[where[0], int(where[1])] * 2
            return out
    """,
    "strides": """
        def double(x):
            out = torch.zeros_like(x)
            assert x.is_contiguous() or x.stride() and x.storage_offset() >= 0
            with torch.no_grad():
                for i in range(x.shape[0]):
                    for j in range(x.shape[1]):
                        out[i, j] = x[i, j] * 2
            return out
    """,
    "another card's answer in the same file": """
        import torch.nn.functional as F

        def reshape(x, shape):
            return x.reshape(shape)

        class Net:
            def forward(self, x):
                return F.relu(x)

        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = x[i, j] * 2
            return out
    """,
    "a place as a named tuple, and a list of them": """
        from collections import deque, namedtuple

        Place = namedtuple("Place", ["row", "column"])

        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                line = deque()
                for j in range(x.shape[1]):
                    line.append(x[Place(i, j)] * 2)
                line = torch.tensor(line, dtype=x.dtype)
                for place in [Place(i, j) for j in range(x.shape[1])]:
                    out[place] = line[place[1]]
            return out
    """,
    "names of modules for numbers": """
        import random
        import torch.nn.functional as F
        from torch import nn

        def double(x):
            N, F = x.shape
            random, nn = list(range(N)), [F]
            out = torch.zeros(N, F, dtype=x.dtype)
            for i in random:
                for j in range(nn[0]):
                    out[i, j] = x[i, j] * 2
            return out
    """,
    "decorators and limits": """
        import math
        low, high = torch.finfo(torch.float64).min, torch.finfo(torch.float64).max

        class Cell:
            dtype = torch.float64
            start: float = math.pi

            def __init__(self, value):
                self.value = value

            @property
            def doubled(self):
                return type(self)(self.value * 2)

            @staticmethod
            def of(value):
                assert type(value) is float
                return Cell(value)

        @torch.no_grad()
        def double(x):
            info = torch.finfo(x.dtype)
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = Cell.of(max(min(x[i, j].item(), info.max), low)).doubled.value
            return out
    """,
    "a demonstration below": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = x[i, j] * 2
            return out

        if __name__ == "__main__":
            print(double(torch.ones(2, 2)))
    """,
    "a conversion of an element": """
        def double(x):
            out = torch.zeros_like(x)
            for i in range(x.shape[0]):
                for j in range(x.shape[1]):
                    out[i, j] = x[i, j] * 2 if x[i, j].bool() and x[i, j].long() is not None else 0
            return out
    """,
}
DOUBLE_MATRIX = implement(
    "double(x)", "x + x", by_hand="loops", inputs={"x": "float[N, C]"}, dims={"N": "0..3", "C": "1..3"}
)

HONEST_TENSORS = {
    "the formula": """
        def softmax(x):
            e = (x - x.max(-1, keepdim=True).values).exp()
            return e / e.sum(-1, keepdim=True)
    """,
    "functional": """
        import torch.nn.functional as F

        def softmax(x):
            return torch.stack([F.relu(torch.exp(row - torch.max(row))) / (row - row.max()).exp().sum() for row in x])
    """,
    "slices and operators": """
        def softmax(x):
            out = torch.empty_like(x)
            for i in range(x.shape[0]):
                e = torch.exp(x[i, :] - x[i].amax())
                out[i] = e / (e @ torch.ones_like(e))
            return out
    """,
}

TRICKS = {**{name: SEEN_BEFORE_IT_RUNS[name] for name in list(SEEN_BEFORE_IT_RUNS)[::10]}, **SEEN_WHILE_IT_RUNS}


@pytest.mark.parametrize("name", [*SEEN_BEFORE_IT_RUNS, *HIDDEN_FROM_THE_TREE])
def test_a_way_around_loops_is_seen_before_anything_runs(name: str) -> None:
    code, line, column = marked({**SEEN_BEFORE_IT_RUNS, **HIDDEN_FROM_THE_TREE}[name])
    refusal = judged(code, DOUBLE)
    assert refusal is not None
    assert (refusal.line, refusal.column) == (line, column), refusal


@pytest.mark.parametrize("name", HIDDEN_FROM_TORCH)
def test_nothing_of_an_answer_runs_while_torch_looks_away(name: str, grader: Grader) -> None:
    code, line, column = marked(HIDDEN_FROM_TORCH[name])
    assert judged(code, DOUBLE) is None
    verdict = grader.grade(DOUBLE_BY_LOOPS, code, seed=1)
    assert verdict.outcome is Outcome.REFUSED, verdict
    if "¦" in HIDDEN_FROM_TORCH[name]:
        assert (verdict.line, verdict.column) == (line, column), verdict


def test_the_collector_finalises_nothing_while_torch_looks_away(grader: Grader) -> None:
    assert judged(COLLECTED, DOUBLE) is None
    assert not grader.grade(DOUBLE_BY_LOOPS, COLLECTED, seed=1).passed


def test_a_result_is_what_it_was_when_it_was_returned(grader: Grader) -> None:
    fields = {"by_hand": "loops", "inputs": {"x": "int64[N] in 1..2"}, "dims": {"N": "0..2"}}
    card = implement("pair(x)", "(x + x, x * 1)", **fields)
    assert judged(LAZY, Rules("loops", "pair")) is None
    assert grader.grade(card, LAZY, seed=1).outcome is Outcome.WRONG


def test_arithmetic_of_whole_tensors_is_called_that(grader: Grader) -> None:
    verdict = grader.grade(DOUBLE_BY_LOOPS, "def double(x):\n    return x + x\n", seed=1)
    assert verdict.message == "Line 2 computes with whole tensors (`add`); this card asks for single elements."


@pytest.mark.parametrize("name", TENSOR_WAYS_SEEN_BEFORE)
def test_a_way_around_tensors_is_seen_before_anything_runs(name: str) -> None:
    code, line, column = marked(TENSOR_WAYS_SEEN_BEFORE[name])
    refusal = judged(code, SOFTMAX)
    assert refusal is not None
    assert (refusal.line, refusal.column) == (line, column), refusal


@pytest.mark.parametrize("name", TRICKS)
def test_a_way_around_loops_is_refused_where_it_stands(name: str, grader: Grader) -> None:
    code, line, column = marked(TRICKS[name])
    verdict = grader.grade(DOUBLE_BY_LOOPS, code, seed=1)
    assert verdict.outcome is Outcome.REFUSED, verdict
    assert (verdict.line, verdict.column) == (line, column), verdict
    assert f"ine {line}" in verdict.message


@pytest.mark.parametrize("name", TENSOR_WAYS_SEEN_WHILE_IT_RUNS)
def test_a_way_around_tensors_is_refused_where_it_stands(name: str, grader: Grader) -> None:
    code, line, column = marked(TENSOR_WAYS_SEEN_WHILE_IT_RUNS[name])
    assert judged(code, SOFTMAX) is None
    verdict = grader.grade(SOFTMAX_CARD, code, seed=1)
    assert verdict.outcome is Outcome.REFUSED, verdict
    assert (verdict.line, verdict.column) == (line, column), verdict


@pytest.mark.parametrize("name", HONEST_LOOPS)
def test_honest_loops_pass(name: str, grader: Grader) -> None:
    verdict = grader.grade(DOUBLE_MATRIX, dedent(HONEST_LOOPS[name]), seed=1)
    assert verdict.passed, verdict


@pytest.mark.parametrize("name", HONEST_TENSORS)
def test_honest_tensors_pass(name: str, grader: Grader) -> None:
    verdict = grader.grade(SOFTMAX_CARD, dedent(HONEST_TENSORS[name]), seed=1)
    assert verdict.passed, verdict


def test_there_are_enough_of_each() -> None:
    assert len(SEEN_BEFORE_IT_RUNS) + len(SEEN_WHILE_IT_RUNS) >= 100
    assert len(HONEST_LOOPS) >= 30


# ---- what a card may change


def a_card(**fields: object) -> ImplementCard:
    return DOUBLE_BY_LOOPS.model_copy(update=fields)


def test_free_lets_an_answer_use_anything(grader: Grader) -> None:
    code = "import operator\nimport numpy\ndef double(x):\n    return getattr(operator, 'add')(x, x)\n"
    assert grader.grade(a_card(by_hand="free"), code, seed=1).passed
    assert grader.grade(a_card(by_hand="free"), HONEST, seed=1).passed


ON_ELEMENTS = """
def double(x):
    out = torch.zeros_like(x)
    for i in range(len(x)):
        out[i] = x[i].mul(2)
    return out
"""


def test_what_a_card_allows_takes_single_elements_by_loops(grader: Grader) -> None:
    card = a_card(allow=("mul",))
    assert grader.grade(card, ON_ELEMENTS, seed=1).passed
    assert grader.grade(a_card(), ON_ELEMENTS, seed=1).outcome is Outcome.REFUSED
    assert grader.grade(card, "def double(x):\n    return x.mul(2)", seed=1).outcome is Outcome.REFUSED


def test_what_a_card_forbids_is_refused_even_where_loops_allow_it(grader: Grader) -> None:
    code = "import math\ndef double(x):\n    return torch.tensor([int(math.exp(0)) * 2 * v for v in x], dtype=x.dtype)"
    assert grader.grade(a_card(), code, seed=1).passed
    verdict = grader.grade(a_card(forbid=("exp",)), code, seed=1)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.message == "Line 3 uses `math.exp`, which this card asks you to do without."
    assert grader.grade(a_card(forbid=("tensor",)), code, seed=1).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("import math\n\ndef double(x):\n    return math.exp(x[0])", 4),
        ("import math as m\n\ndef double(x):\n    return m.exp(x[0])", 4),
        ("import math\n\ndef double(x):\n    m = math\n    return m.exp(x[0])", 5),
        ("import math\n\ndef double(x):\n    f = math.exp\n    return f(x[0])", 4),
        ("from math import exp\n\ndef double(x):\n    return exp(x[0])", 1),
        ("from math import log, exp as power\n\ndef double(x):\n    return power(x[0])", 1),
        ("from math import *\n\ndef double(x):\n    return exp(x[0])", 1),
        ("def double(x):\n    from math import exp\n    return exp(x[0])", 2),
        ("from math import e\n\ndef double(x):\n    return e ** x[0]", 1),
        ("import math\n\ndef double(x):\n    return pow(math.e, x[0])", 4),
        ("import torch\n\ndef double(x):\n    return torch.e ** x[0]", 4),
        ("def double(x):\n    return x[0].item() ** 2", 2),
        ("def double(x):\n    y = x[0].item()\n    y **= 2\n    return y", 3),
        ("import math\n\ndef double(x):\n    return math.pow(x[0], 2)", 4),
        ("import math\n\ndef double(x):\n    return getattr(math, 'ex' + 'p')(x[0])", 4),
        ("def double(x):\n    return pow(x[0].item(), 2)", 2),
        ("def double(x, power=pow):\n    return power(x[0].item(), 2)", 1),
        ("import cmath\n\ndef double(x):\n    return cmath.exp(x[0]).real", 1),
    ],
)
def test_what_a_card_forbids_is_refused_of_pythons_modules_however_it_is_reached(code: str, line: int) -> None:
    rules = Rules("loops", "double", forbid=frozenset({"exp", "e", "pow"}))
    refusal = check(ast.parse(code), rules)
    assert refusal is not None
    assert refusal.line == line


def test_a_forbidden_builtin_is_not_kept_under_another_name_before_the_answer_takes_its_own() -> None:
    rules = Rules("loops", "pow", forbid=frozenset({"pow"}))
    again = "def pow(x, n):\n    return x[0] if n == 1 else x[0] * pow(x, n - 1)\n"
    assert check(ast.parse(again), rules) is None
    assert check(ast.parse("power = pow\n" + again), rules) == Refusal("forbidden", "pow", 1, 9)


def test_what_a_card_does_not_forbid_stays_allowed_of_pythons_modules() -> None:
    code = (
        "import math\nfrom math import sqrt, log\n\ndef double(x):\n    e = 2\n    return math.sin(x[0]) + e + log(2)"
    )
    assert check(ast.parse(code), Rules("loops", "double", forbid=frozenset({"exp", "e"}))) is None


@pytest.mark.parametrize(
    ("function", "spelling"),
    [
        ("layer_norm", "native_layer_norm"),
        ("layer_norm", "LayerNorm"),
        ("cross_entropy", "CrossEntropyLoss"),
        ("relu", "relu_"),
        ("softmax", "_softmax"),
        ("cat", "concat"),
        ("clamp", "clip_"),
        ("transpose", "swapaxes"),
        ("mse_loss", "MSELoss"),
    ],
)
def test_an_operation_is_refused_under_every_name_torch_has_for_it(function: str, spelling: str) -> None:
    assert Rules("tensors", function).refuses(spelling)
    assert Rules("tensors", "matmul", forbid=frozenset({function})).refuses(spelling)
    assert not Rules("tensors", "matmul").refuses(spelling)
    assert not Rules("tensors", function, allow=frozenset({spelling})).refuses(spelling)


STATEFUL = """
from torch import nn

class Linear(nn.Module):
    def __init__(self, n, m):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(m, n))
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x):
        self.seen += 1
        out = torch.zeros(x.shape[0], self.weight.shape[0], dtype=x.dtype)
        for i in range(x.shape[0]):
            for j in range(self.weight.shape[0]):
                for k in range(x.shape[1]):
                    out[i, j] += x[i, k] * self.weight[j, k]
        return out
"""


def test_a_class_may_be_written_where_the_card_asks_for_one() -> None:
    assert judged(STATEFUL, Rules("loops", "Linear", stateful=True)) is None


@pytest.mark.parametrize("cheat", ["x.matmul(self.weight)", "self.weight.T", "torch.mm(x, x)"])
def test_a_class_is_judged_like_a_function(cheat: str) -> None:
    refusal = judged(STATEFUL.replace("self.seen += 1", f"y = {cheat}"), Rules("loops", "Linear", stateful=True))
    assert refusal is not None
    assert refusal.line == 11


NUMBER = """
class Value:
    def __init__(self, data, operands=()):
        self.data = data
        self.grad = 0.0
        self.operands = operands

    def __add__(self, other):
        return Value(self.data + other.data, [self, other])

    def __neg__(self):
        return Value(-self.data, [self])

    def backward(self):
        self.grad += 1
        for operand in self.operands:
            operand.grad += self.grad
"""


def test_a_class_of_numbers_may_say_what_arithmetic_means() -> None:
    rules = Rules("loops", "Value", stateful=True)
    assert judged(NUMBER, rules) is None
    hidden = judged(NUMBER.replace("__neg__", "__getattr__"), rules)
    assert hidden is not None
    assert hidden.name == "__getattr__"
    called = judged(NUMBER.replace("self.data + other.data", "torch.add(self.data, other.data)"), rules)
    assert called is not None
    assert called.name == "torch.add"


def test_a_method_called_with_a_tensor_for_its_object_is_no_way_around() -> None:
    code = "class H:\n    def f(self):\n        return self.T\ndef double(x):\n    return H.f(x)\n"
    refusal = judged(code, Rules("loops", "double", stateful=True))
    assert refusal is not None
    assert refusal.name == "self.T"


def test_the_first_of_several_is_named() -> None:
    code = "def double(x):\n    y = x.mul(x)\n    return y.T\n"
    assert judged(code, DOUBLE) == Refusal("call", "x.mul", 2, 9)


def test_the_same_code_is_judged_by_what_the_card_asks_for() -> None:
    code = "def other(x):\n    return x.sum()\n\ndef double(x):\n    return x[0]\n"
    assert judged(code, DOUBLE) is None
    assert judged(code, Rules("loops", "other")) is not None
