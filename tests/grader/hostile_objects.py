"""Answers that return or raise objects which change, lie about what they are, or have no end."""

from __future__ import annotations

CHANGING = {
    "an object that says it is an int": """
class L:
    @property
    def __class__(self): return int
    def __abs__(self): return 0
    def __str__(self): return "2"
def double(x): return L()
""",
    "an object that says it is a list, and has no end": """
class L:
    n = 0
    @property
    def __class__(self): return list
    def __len__(self): return 1
    def __iter__(self):
        while True: yield 1
def double(x): return L()
""",
    "an object that says it is a tensor": """
class Meta(type):
    def __instancecheck__(cls, other): return True
    def __eq__(cls, other): return True
    __hash__ = type.__hash__
class L(metaclass=Meta):
    @property
    def __class__(self): return __import__("torch").Tensor
def double(x): return L()
""",
    "a loop when the interpreter ends": """
import os, sys
class D:
    def __del__(self):
        while True: pass
keep = D()
sys.keep = keep
def double(x): return x
""",
    "a loop among what is done at exit": """
import atexit
@atexit.register
def f():
    while True: pass
def double(x): return x
""",
    "a generator left open, with a loop in its finally": """
def gen():
    try:
        yield 1
    finally:
        while True: pass
g = gen(); next(g)
def double(x): return x
""",
    "a float that prints as another": """
class F(float):
    def __float__(self): return self
    def __repr__(self): return "2.0"
def double(x): return F(1)
""",
    "a string of halves of characters": r"""
def double(x):
    return '\ud800\udfff' * 100 + '\x00\x1b[2J\u202e'
""",
    "a string that grows when it is cut": """
class S(str):
    def __getitem__(self, k): return S("x" * 10**9)
def double(x): return S("a")
""",
    "a list of less than nothing": """
class L(list):
    def __len__(self): return -1
def double(x): return L([x])
""",
    "a list without end": """
class L(list):
    def __iter__(self):
        while True: yield 0
    def __len__(self): return 1
def double(x): return L([1])
""",
    "a tuple that says it is huge": """
class L(tuple):
    def __len__(self): return 2**62
def double(x): return L([x])
""",
    "a dtype that no card has": """
import torch
def double(x):
    return torch.complex32
""",
    "a tensor of 2^62 elements in eight bytes": """
import torch
def double(x):
    return torch.zeros(1, dtype=torch.int64).expand(2**31, 2**31)
""",
    "a tensor whose memory was given back": """
import torch
def double(x):
    t = torch.ones(4, dtype=torch.int64)
    t.untyped_storage().resize_(0)
    return t
""",
    "a tensor that loses its memory while it is read": """
import torch, threading
def double(x):
    t = torch.ones(x.shape[0], dtype=torch.int64)
    class L(list):
        def __iter__(self):
            t.resize_(10**6)
            t.untyped_storage().resize_(0)
            yield t
    return L([t])
""",
    "the negative view of a conjugate": """
import torch
def double(x):
    return torch.ones(3, dtype=torch.complex64).conj().imag
""",
    "thousands of tensors of one memory": """
import torch
def double(x):
    t = torch.zeros(1 << 20, dtype=torch.int64)
    return [t[i:] for i in range(5000)]
""",
    "a result whose graph was freed": """
import torch
def double(x):
    w = torch.ones(3, requires_grad=True)
    y = (w * w).exp()
    y.sum().backward()
    return y
""",
    "an error of a gigabyte of arguments": """
def double(x):
    raise ValueError(*['x' * 10**6] * 1000)
""",
    "an error whose arguments are a hundred thousand deep": """
def double(x):
    a = ()
    for _ in range(100000): a = (a,)
    raise ValueError(a)
""",
    "an error whose class never says its name": """
class Meta(type):
    @property
    def __name__(cls):
        while True: pass
class E(Exception, metaclass=Meta): pass
def double(x): raise E
""",
    "an error that never says where it was raised": """
class E(Exception):
    @property
    def __traceback__(self):
        while True: pass
def double(x): raise E
""",
    "a syntax error that lies about its place": r"""
def double(x):
    e = SyntaxError("x")
    e.lineno = [1] * 10
    e.offset = "\x1b[2J"
    e.msg = type("S", (str,), {"__str__": lambda s: None})("x")
    raise e
""",
    "a syntax error on a line of 5,000 digits": """
def double(x):
    e = SyntaxError("x"); e.lineno = 10**5000; e.offset = float("nan"); raise e
""",
    "a huge int that says it is small": """
class I(int):
    def __abs__(self): return 0
def double(x): return I(10**5000)
""",
    "a tensor that is none and answers itself": """
import torch
class W(torch.Tensor):
    @staticmethod
    def __new__(cls): return torch.Tensor._make_wrapper_subclass(cls, (3,), dtype=torch.int64)
    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None): return args[0]
def double(x): return W()
""",
    "a tensor that escaped from vmap": """
import torch
held = []
def double(x):
    torch.vmap(lambda y: held.append(y) or y)(torch.ones(3))
    return held[0]
""",
    "a mode left entered, with a loop": """
import torch
from torch.overrides import TorchFunctionMode
class M(TorchFunctionMode):
    def __torch_function__(self, f, t, a=(), k=None):
        while True: pass
def double(x):
    M().__enter__()
    return x
""",
    "a mode left entered that ends it all": """
import torch
from torch.utils._python_dispatch import TorchDispatchMode
class M(TorchDispatchMode):
    def __torch_dispatch__(self, f, t, a=(), k=None): raise SystemExit
def double(x):
    M().__enter__()
    return x
""",
    "the allocator's own memory overwritten": """
import ctypes, torch
def double(x):
    t = torch.zeros(3, dtype=torch.int64)
    ctypes.memset(t.data_ptr() - 64, 0xff, 10**4)
    return t
""",
    "a nested tensor": """
import torch
def double(x):
    return torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])
""",
    "an input swapped for one of gigabytes": """
import torch
def double(x):
    x.data = torch.ones(10**5, 100, dtype=torch.int64).expand(10**5, 100)
    return x
""",
    "a class whose name is a megabyte": """
class M(type):
    def mro(cls): return [cls, object]
class R(metaclass=M): pass
R.__name__ = "a" * 10**6
def double(x): return R()
""",
    "what keeps the printed text replaced": r"""
import sys
type(sys.stdout).take = lambda self: "\x1b[2J" * 10**6
def double(x): return x
""",
    "isinstance replaced": """
import builtins
builtins.isinstance = lambda a, b: False
def double(x): return x
""",
}
