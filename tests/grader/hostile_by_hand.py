"""Ways around "by hand" that hide from the syntax tree, or from torch. `¦` stands before what is refused."""

from __future__ import annotations

UNSEEN = "torch._C.DisableTorchFunction()"
"""What an answer calls that has got past the syntax tree: torch then sees nothing."""

HIDDEN_FROM_THE_TREE = {
    "a decorator that keeps what it is given": f"""
        kept = []
        @kept.append
        def cheat(x):
            with ¦{UNSEEN}:
                return x + x
        def double(x):
            return kept[0](x)
    """,
    "a decorator in harmless clothes": f"""
        kept = []
        property = kept.append
        @property
        def cheat(x):
            with ¦{UNSEEN}:
                return x + x
        def double(x):
            return kept[0](x)
    """,
    "a class's body that hands a method on": f"""
        kept = []
        class Net:
            def forward(x):
                with ¦{UNSEEN}:
                    return x + x
            kept.append(forward)
        def double(x):
            return kept[0](x)
    """,
    "a method as another one's default": f"""
        class Net:
            def forward(x):
                with ¦{UNSEEN}:
                    return x + x
            def other(self, f=forward): ...
        def double(x):
            return x
    """,
    "a class's own name for a builtin": """
        def double(x):
            getattr = 1
            class H:
                g = ¦getattr
                getattr = 2
            return H.g(x, "add")(x)
    """,
    "a class that declares a builtin global": """
        def double(x):
            getattr = 1
            class H:
                global getattr
                g = ¦getattr
            return H.g(x, "add")(x)
    """,
    "a builtin declared global further in": """
        def double(x):
            getattr = 1
            def inner():
                global getattr
                return ¦getattr
            return inner()(x, "add")(x)
    """,
    "a walrus of a lambda's own": """
        def double(x):
            [lambda: (getattr := 1) for _ in ()]
            return ¦getattr(x, "add")(x)
    """,
    "a builtin as the place a comprehension puts things": """
        def double(x):
            kept = {}
            [0 for kept[¦getattr] in [0]]
            return list(kept)[0](x, "add")(x)
    """,
    "text that typing evaluates": """
        import typing
        class H: _evaluate = None
        def double(x):
            made = ¦typing.get_args(typing.Optional["torch.add"])[0]
            return made._evaluate({"torch": torch}, {}, frozenset())(x, x)
    """,
    "what evaluates it, by one's own name": "class H: _evaluate = None\ndef double(x):\n    return ¦x._evaluate",
    "a module's module by one's own name": """
        import collections
        class H: _sys = None
        def double(x):
            c = collections
            return ¦c._sys
    """,
    "a module's module where a method calls its object so": """
        import random
        class H:
            def _os(random): ...
        def double(x):
            return ¦random._os
    """,
    "torch in a list": "def double(x):\n    return [¦torch][0].add(x, x)",
    "torch passed on": "def double(x):\n    return (lambda t: t.add(x, x))(¦torch)",
    "torch behind a star": "*a, b = ¦torch, 1\ndef double(x):\n    return a[0].add(x, x)",
    "torch by a walrus within": "def double(x):\n    return [(t := ¦torch)][0].add(x, x)",
    "torch in a loop": "def double(x):\n    for t in (¦torch,):\n        return t.add(x, x)",
    "torch as a class's attribute": "class H:\n    t = ¦torch\ndef double(x):\n    return H.t.add(x, x)",
    "torch imported by a class": "class H:\n    ¦from torch import nn\ndef double(x):\n    return H.nn",
    "a module imported by a class": "class H:\n    ¦import random as r\ndef double(x):\n    return H.r",
    "torch.nn in a list": "def double(x):\n    return (¦torch.nn,)[0]",
    "math in a list": "import math\ndef double(x):\n    return (¦math,)[0]",
    "torch.nn as a method calls its object": """
        from torch import nn
        class H:
            def f(nn): ...
        def double(x):
            return ¦nn.Identity()(x)
    """,
    "a name that a method calls its object, for a tensor": """
        class H:
            def f(t): ...
            def exp(self): ...
        def double(x):
            t = x
            return ¦t.exp()
    """,
    "code from a generator": "class H: gi_code = 0\ndef double(x):\n    return ¦(0 for _ in x).gi_code",
    "a class made by the type of a class": "def double(x):\n    return ¦type(int)('T', (), {'__getattr__': len})",
    "a class made by the type of a type": "def double(x):\n    return ¦type(type(x))('T', (), {})",
    "a tensor that lies": "def double(x):\n    ¦x.numel = lambda: 0\n    return x",
    "tensors that lie": "T = type(torch.zeros(1))\n¦T.dim = lambda self: 0\ndef double(x):\n    return x + x",
    "what a tensor says deleted": "T = type(torch.zeros(1))\ndel ¦T.item\ndef double(x):\n    return x",
    "a tensor that lies by a loop": "def double(x):\n    for ¦x.item in [len]: ...\n    return x",
    "a module changed": "import math\n¦math.floor = len\ndef double(x):\n    return x",
    "a licence": "def double(x):\n    return ¦license()",
}
"""All of them are called `double`, a card's by loops."""

HIDDEN_FROM_TORCH = {
    "an index that is another the second time": """
        class Index(tuple):
            turns = []
            def __iter__(self):
                self.turns.append(0)
                return iter((0,) if len(self.turns) % 2 else (slice(None),))
        def double(x):
            return ¦x[Index((0,))]
    """,
    "a sequence that computes while torch reads it": """
        class Sequence:
            def __init__(self, x):
                self.x = x
            def __len__(self):
                return 1
            def __getitem__(self, i):
                if i:
                    raise IndexError
                self.out = self.x + self.x
                return 0.0
        def double(x):
            sequence = Sequence(x)
            ¦torch.tensor(sequence)
            return sequence.out
    """,
    "such a sequence in a list": """
        class Sequence(list):
            def __getitem__(self, i): ...
        def double(x):
            return ¦torch.tensor([Sequence([0])])
    """,
    "tensors that say they have no dims": """
        class Own:
            dim = 0
        T = type(torch.zeros(1))
        T.dim = lambda self: 0
        def double(x):
            return ¦x + x
    """,
    "tensors that say they are of whole numbers": """
        class Own:
            dtype = 0
        T = type(torch.zeros(1))
        T.dtype = torch.int64
        def double(x):
            return ¦x[torch.ones(len(x), dtype=torch.bool)]
    """,
    "a tensor filled by `out`": "def double(x):\n    ¦torch.full(x.shape, 2, out=x)\n    return x",
    "what is left to be done once it has returned": """
        def double(x):
            out = torch.zeros_like(x)
            def later():
                try:
                    yield
                finally:
                    out[0] = ¦x + x
            left = later()
            next(left)
            cycle = [left]
            cycle.append(cycle)
            return out
    """,
    "a mode left that was entered when the file was loaded": """
        held = []
        def within():
            with torch.device("cpu"):
                yield
        def enter():
            mode = within()
            next(mode)
            held.append(mode)
        enter()
        def double(x):
            for _ in held.pop():
                pass
            out = x + x
            enter()
            return out
    """,
}

COLLECTED = """
def double(x):
    box = []
    def later():
        try:
            yield
        finally:
            box.append(x + x)
    left = later()
    next(left)
    cycle = [left]
    cycle.append(cycle)
    del left, cycle
    kept = []
    while not box and len(kept) < 5_000:
        kept.append(torch.zeros(()))
    return box[0]
"""
"""A cycle that the collector would finalise while torch makes a tensor, unseen."""
LAZY = """
class Lazy(tuple):
    def __iter__(self):
        return iter((self.x + self.x, self.x * 1))
def pair(x):
    lazy = Lazy((0, 0))
    lazy.x = x
    return lazy
"""
"""A tuple that computes when it is read, which is after the answer has returned."""

ADDED = {
    "function": "plus(a, b)",
    "inputs": {"x": "float64[N]"},
    "dims": {"N": "1..3"},
    "calls": "return plus(x, x)",
    "reference": "lambda a, b: a + b",
}
CALLED = {
    "function": "Double()",
    "inputs": {"x": "float64[N]"},
    "dims": {"N": "1..3"},
    "calls": "return Double()(x)",
    "reference": "lambda: lambda x: x + x",
}
STEPPED = {
    "function": "SGD(params, lr)",
    "inputs": {"w": "float64[N]", "g": "float64[N]"},
    "dims": {"N": "1..3"},
    "calls": "p = nn.Parameter(w.clone())\np.grad = g.clone()\nSGD([p], lr=0.5).step()\nreturn p.detach()",
    "reference": "torch.optim.SGD",
}
HIDDEN_IN_CALLS = {
    "the arithmetic of wholes": (ADDED, "def plus(a, b):\n    return ¦a + b"),
    "the arithmetic of rows": (ADDED, "def plus(a, b):\n    return ¦sum([b], a)"),
    "a slice": (ADDED, "def plus(a, b):\n    return ¦a[:]"),
    "a method in a dict": (ADDED, "methods = {0: ¦type(torch.zeros(1)).add}\nplus = methods[0]"),
    "a method under another name": (ADDED, "T = type(torch.zeros(1))\nplus = ¦T.add"),
    "a method as a lambda's default": (ADDED, "t = torch.zeros(1)\nplus = lambda a, b, f=¦t.add: f(a, b)"),
    "a method of an argument's type": (ADDED, "def plus(a, b, T=type(torch.zeros(1))):\n    return ¦T.add(a, b)"),
    "a method that a pattern finds": (ADDED, "match torch.zeros(1):\n    case ¦object(add=plus):\n        pass"),
    "a sum by itertools": (
        ADDED,
        "import itertools\ndef plus(a, b):\n    return ¦list(itertools.accumulate([a, b]))[-1]",
    ),
    "a key that computes": (
        ADDED,
        "def plus(a, b):\n    out = []\n    sorted([a], key=lambda v: out.append(¦v + b) or 0)\n    return out[0]",
    ),
    "a choice of Python's": (
        ADDED,
        """
        import random
        class One:
            def __init__(self, a):
                self.a = a
            def __len__(self):
                return 1
            def __getitem__(self, i):
                return ¦self.a + self.a
        def plus(a, b):
            return random.choice(One(a))
        """,
    ),
    "a method as a class's attribute": (
        CALLED,
        "class Double:\n    forward = ¦type(torch.zeros(1)).double\n    def __call__(self, x):\n        return x",
    ),
    "a property": (
        CALLED,
        """
        class Double:
            @property
            def doubled(self):
                return ¦self.x + self.x
            def __call__(self, x):
                self.x = x
                return self.doubled
        """,
    ),
    "a generator": (
        CALLED,
        """
        class Double:
            def parts(self, x):
                yield ¦x + x
            def __call__(self, x):
                return next(self.parts(x))
        """,
    ),
    "a module's forward": (
        CALLED,
        """
        from torch import nn
        class Double(nn.Module):
            def forward(self, x):
                return ¦2 * x
        """,
    ),
    "a module of torch's": (
        CALLED,
        """
        from torch import nn
        class H: ...
        h = H()
        h.Identity = None
        class Double:
            def __call__(self, x):
                return ¦nn.Identity()(x)
        """,
    ),
    "a hook on the way back": (
        CALLED,
        """
        from torch import nn
        class Double(nn.Module):
            def __init__(self):
                super().__init__()
                ¦self.register_full_backward_hook(lambda module, into, out: (into[0] + into[0],))
        """,
    ),
    "a step by wholes": (
        STEPPED,
        """
        class SGD:
            def __init__(self, params, lr):
                self.params, self.lr = params, lr
            def step(self):
                for p in self.params:
                    p.data = p.data - ¦self.lr * p.grad
        """,
    ),
    "a step in place on what shares memory": (
        STEPPED,
        """
        class SGD:
            def __init__(self, params, lr):
                self.params = params
            def step(self):
                for p in self.params:
                    flat = p.detach()
                    ¦flat -= p.grad
        """,
    ),
}
"""Each with its card, all by loops."""
FREED = """
from torch import nn

class Double:
    def __call__(self, x):
        box = []
        def later():
            try:
                yield
            finally:
                box.append(x + x)
        p, g = nn.Parameter(torch.zeros(1)), torch.zeros(1)
        g.held = later()
        next(g.held)
        p.grad = g
        del g
        p.grad = None
        return box[0]
"""
"""A gradient that computes when it is freed, which is while torch puts another in its place."""

HONEST_IN_CALLS = {
    "data": (
        STEPPED,
        """
        class SGD:
            def __init__(self, params, lr):
                self.params, self.lr = params, lr
            def step(self):
                for p in self.params:
                    new = torch.zeros_like(p.data)
                    for i in range(len(p)):
                        new[i] = p.data[i] - self.lr * p.grad[i]
                    p.data = new
                    p.grad = None
        """,
    ),
    "no gradient recorded": (
        STEPPED,
        """
        class SGD:
            def __init__(self, params, lr):
                self.params, self.lr = params, lr
            @torch.no_grad()
            def step(self):
                for p in self.params:
                    for i in range(p.numel()):
                        p[i] -= self.lr * p.grad[i]
        """,
    ),
    "parameters, buffers and a conversion": (
        CALLED,
        """
        from torch import nn
        class Double(nn.Module):
            def __init__(self):
                super().__init__()
                self.register_buffer("seen", torch.zeros(()))
                self.register_parameter("two", nn.Parameter(torch.full((1,), 2.0)))
                self.parts = nn.ModuleList()
                self.double()
            def forward(self, x):
                self.seen += 1
                out = torch.zeros_like(x)
                for i in range(len(x)):
                    out[i] = self.two[0].item() * x[i]
                return out
        """,
    ),
    "a builtin's method kept": (
        CALLED,
        """
        class Double:
            def __init__(self):
                self.values = []
            def __call__(self, x):
                put = self.values.append
                for value in x:
                    put(value + value)
                return torch.tensor(self.values, dtype=x.dtype)
        """,
    ),
    "modules handed over": (
        {
            "function": "Chain(*modules)",
            "inputs": {"x": "float64[N]"},
            "dims": {"N": "1..3"},
            "calls": "return Chain(nn.Tanh(), nn.PReLU(dtype=torch.float64), lambda y: y * 2)(x).detach()",
            "reference": "lambda *modules: lambda x: modules[2](modules[1](modules[0](x)))",
        },
        """
        from torch import nn
        class Chain(nn.Module):
            def __init__(self, *modules):
                super().__init__()
                self.layers = list(modules)
            def forward(self, x):
                for layer in self.layers:
                    x = layer(x)
                return x
        """,
    ),
}

YIELDED = {
    "function": "countdown(n)",
    "inputs": {"n": "int in 0..3"},
    "calls": "steps = countdown(n)\nreturn list(steps), n == 0",
    "reference": "lambda n: iter(range(n, 0, -1))",
    "by_hand": "free",
}
HOSTILE_IN_CALLS = {
    "a generator without end": (YIELDED, "def countdown(n):\n    while True:\n        yield n"),
    "a generator that is kept open and never closes": (
        YIELDED,
        """
        import sys
        def countdown(n):
            def held():
                try:
                    yield
                finally:
                    while True: pass
            sys.held = held()
            next(sys.held)
            yield from range(n)
        """,
    ),
    "a generator that ends the process when it is closed": (
        YIELDED,
        """
        import os
        def countdown(n):
            try:
                yield n + 1
            finally:
                os._exit(0)
        """,
    ),
    "an iterator of numbers that equal all": (
        YIELDED,
        """
        class Any(int):
            def __eq__(self, other): return True
            def __hash__(self): return 0
        def countdown(n):
            return [Any(7) for _ in range(n + 1)]
        """,
    ),
    "an iterator that says it has no items": (
        YIELDED,
        """
        class Steps:
            def __iter__(self): return self
            def __next__(self): return 1
            def __length_hint__(self): return 2**62
        def countdown(n):
            return Steps()
        """,
    ),
    "a class whose objects never go": (
        {**CALLED, "by_hand": "free"},
        """
        class Double:
            def __call__(self, x):
                return x
            def __del__(self):
                while True: pass
        """,
    ),
    "a class that is another at each call": (
        {**CALLED, "by_hand": "free"},
        """
        class Double:
            def __call__(self, x):
                self.__class__ = Other
                return [self]
        class Other(Double):
            def __iter__(self):
                return iter([self])
        """,
    ),
    "a callable that reads what the card's code holds": (
        {**CALLED, "by_hand": "free"},
        """
        import sys
        class Double:
            def __call__(self, x):
                frame = sys._getframe(1)
                return [value for value in frame.f_locals.values() if value is not self]
        """,
    ),
    "a tensor that changes in the card's hands": (
        {**CALLED, "by_hand": "free"},
        """
        import torch
        class Later(torch.Tensor):
            def detach(self):
                return torch.zeros(3)
        class Double:
            def __call__(self, x):
                return (x + x).as_subclass(Later)
        """,
    ),
}
"""Answers that do harm or lie where a card's code uses them; anything goes but that they pass or hold up the next."""
