"""Answers that forge, cheat and make noise, by how; each is wrong. `hostile_answers` has those that do harm."""

from __future__ import annotations

from hostile_answers import SOCKET

FORGING = {
    "a verdict": SOCKET + "def double(x):\n    send(frame({'event': 'right', 'index': 0}) * 1000)\n    return x",
    "a plan": SOCKET
    + """
def double(x):
    send(frame({'event': 'plan', 'total': 0, 'final': True}))
    return x
""",
    "a failure of the grader": SOCKET + "send(frame({'event': 'broken', 'message': 'x'}))\ndef double(x): return x",
    "a fault of the card": SOCKET + "def double(x):\n    send(frame({'event': 'fault', 'message': 'x'}))\n    return x",
    "a beginning": SOCKET + "def double(x):\n    send(frame({'event': 'begun'}))\n    return x",
    "a length of gigabytes": SOCKET + "def double(x):\n    os.write(own(), b'\\xff' * 100)\n    return x",
    "a length that lies": SOCKET
    + """
def double(x):
    os.write(own(), struct.pack('>II', 10, 1 << 20) + b'{}' * 5)
    os._exit(0)
""",
    "a header of megabytes": SOCKET + "def double(x):\n    send(frame(b'[' * 1_000_000))\n    return x",
    "a deep header": SOCKET
    + """
def double(x):
    send(frame(b'{"a":' + b'[' * 100_000 + b']' * 100_000 + b'}'))
""",
    "a header just not too deep": SOCKET
    + """
def double(x):
    for n in range(900, 1000, 5):
        send(frame(b'{"event": "result", "output": ' + b'[' * n + b']' * n + b'}'))
""",
    "an event that is a list": SOCKET + "def double(x):\n    send(frame({'event': []}))\n    return x",
    "an event that is an object": SOCKET + "def double(x):\n    send(frame({'event': {'a': 1}}))\n    return x",
    "a line that is a text": SOCKET
    + r"""
def double(x):
    send(frame({'event': 'timed_out', 'line': '\x1b[2J', 'variables': 3}))
    os._exit(0)
""",
    "a line beyond all lines": SOCKET
    + """
def double(x):
    send(frame({'event': 'refused', 'kind': [], 'name': {}, 'line': 10**40, 'column': -1}))
    os._exit(0)
""",
    "a text that is a list": SOCKET
    + "def double(x):\n    send(frame(result(printed=[['\\x1b[2J']] * 1000)))\n    os._exit(0)",
    "an error that is none": SOCKET
    + """
def double(x):
    send(frame({'event': 'raised', 'type': 3, 'mro': 'RuntimeError', 'message': None}))
    os._exit(0)
""",
    "an error without anything": SOCKET + "def double(x):\n    send(frame({'event': 'raised'}))\n    os._exit(0)",
    "an empty result": SOCKET + "def double(x):\n    send(frame({'event': 'result'}))\n    os._exit(0)",
    "a result that is no tree": SOCKET + "def double(x):\n    send(frame(result({'a': 1})))\n    os._exit(0)",
    "a tensor without bytes": SOCKET + "def double(x):\n    send(frame(result(tensor())))\n    os._exit(0)",
    "a tensor of huge shape": SOCKET
    + """
def double(x):
    send(frame(result(tensor(shape=[1 << 26], stride=[0])), bytes(8)))
    os._exit(0)
""",
    "a tensor of overflowing shape": SOCKET
    + """
def double(x):
    send(frame(result(tensor(shape=[2**62, 2**62], stride=[0, 0])), bytes(8)))
    os._exit(0)
""",
    "a tensor of an unknown dtype": SOCKET
    + """
def double(x):
    send(frame(result(tensor(dtype='../../etc/passwd')), bytes(8)))
    os._exit(0)
""",
    "a tensor of negative strides": SOCKET
    + "def double(x):\n    send(frame(result(tensor(stride=[-1])), bytes(8)))\n    os._exit(0)",
    "thousands of tensors of the same bytes": SOCKET
    + """
def double(x):
    t = tensor(shape=[1 << 20], bytes=8 << 20)
    send(frame(result(['l', [t] * 2000]), bytes(8 << 20)))
    os._exit(0)
""",
    "thousands of inputs after the call": SOCKET
    + """
def double(x):
    send(frame(result(tensor(), after=[['n']] * 9000), bytes(8)))
    os._exit(0)
""",
    "too few sharings": SOCKET
    + """
def double(x):
    send(frame(result(tensor(), after=7, shares='x'), bytes(8)))
    os._exit(0)
""",
    "numbers of thousands of digits": SOCKET
    + "def double(x):\n    send(frame(result(['i', '9' * 4000])))\n    os._exit(0)",
    "numbers that json lacks": SOCKET
    + """
def double(x):
    send(frame(b'{"event": NaN, "line": Infinity}'))
    return x
""",
    "half a character": SOCKET
    + r"""
def double(x):
    send(frame(b'{"event": "raised", "type": "\\ud800", "message": "\\udfff"}'))
    os._exit(0)
""",
    "a pickle": SOCKET + "import pickle\ndef double(x):\n    os.write(own(), pickle.dumps(x))\n    return x",
    "answers before they are asked for": SOCKET
    + "send(frame({'event': 'ready'}), *[frame(result())] * 200)\ndef double(x): return x",
    "descriptors passed on": SOCKET
    + """
def double(x):
    s = socket.socket(fileno=os.dup(own()))
    socket.send_fds(s, [frame({'event': 'x'})], [0, 1, 2])
    return x
""",
}

CHEATING = {
    "torch's comparison": """
import torch
torch.allclose = torch.equal = torch.isclose = lambda *a, **k: True
torch.testing.assert_close = lambda *a, **k: None
torch.Tensor.__eq__ = lambda a, b: True
torch.Tensor.__ne__ = lambda a, b: False

def double(x):
    return x
""",
    "a tensor that equals all": """
import torch

class Yes(torch.Tensor):
    def __eq__(self, other): return torch.ones(1, dtype=torch.bool)
    def allclose(self, *a, **k): return True
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return torch.ones(1, dtype=torch.bool)

def double(x):
    return x.as_subclass(Yes)
""",
    "an object that equals all": """
class Yes:
    def __eq__(self, other): return True
    __hash__ = object.__hash__
def double(x):
    return Yes()
""",
    "a list that equals all": """
class Yes(list):
    def __eq__(self, other): return True
    __hash__ = object.__hash__
def double(x):
    return Yes([x])
""",
    "an integer that lies": """
class One(int):
    def __eq__(self, other): return True
    def __str__(self): return '2'
    __hash__ = int.__hash__
def double(x):
    return One(1)
""",
    "a tensor that changes": """
import torch

class Changing(torch.Tensor):
    seen = 0
    def detach(self):
        Changing.seen += 1
        return torch.Tensor.detach(self) * Changing.seen

def double(x):
    return x.as_subclass(Changing)
""",
    "an expected value in memory": """
import gc, torch

def double(x):
    gc.unfreeze()
    for thing in gc.get_objects():
        if type(thing) is torch.Tensor and thing.shape == x.shape and thing.dtype == x.dtype and thing is not x:
            return thing
    return x
""",
    "an expected value in a frame": """
import sys

def double(x):
    frame = sys._getframe()
    while frame:
        for name, value in frame.f_locals.items():
            if "expect" in name or "reference" in name or "solution" in name:
                return value
        frame = frame.f_back
    return x
""",
    "the reference in a module": """
import sys

def double(x):
    oracle = sys.modules["studytui.grader.children.oracle"]
    for value in vars(oracle).values():
        found = getattr(value, "reference", None)
        if callable(found):
            return found(x)
    return x
""",
    "the card on a disk": """
import glob

def double(x):
    for path in glob.glob("/**/*.yaml", recursive=False) + ["/proc/self/mem"]:
        open(path, "rb").read(10)
    return x
""",
    "the grader's own modules": """
import sys
for name, module in list(sys.modules.items()):
    if name.startswith("studytui.grader"):
        for key, value in list(vars(module).items()):
            if callable(value) and key in {"compare", "judge", "decode", "encode", "check", "cause_of", "shown"}:
                setattr(module, key, lambda *a, **k: None)

def double(x):
    return x
""",
    "builtins": """
import builtins
builtins.len = builtins.bool = builtins.isinstance = builtins.type = lambda *a: True

def double(x):
    return x
""",
    "the trace": """
import sys
sys.settrace(lambda *a: None)
sys.setprofile(lambda *a: None)
def double(x):
    return x
""",
    "the import system": """
import sys
sys.meta_path.clear()
sys.modules.clear()
sys.path.clear()
def double(x):
    return x
""",
    "json": """
import json
json.dumps = lambda *a, **k: '{"event": "right"}'
def double(x):
    return x
""",
    "the wire": r"""
import sys
wire = sys.modules["studytui.grader.wire"]
wire.pack = lambda header, blob=b"": b"\0\0\0\2\0\0\0\0{}"

def double(x):
    return x
""",
    "an exit that tidies up": "import atexit, os\natexit.register(os._exit, 0)\ndef double(x):\n    return x",
    "a time bomb": """
calls = 0
def double(x):
    global calls
    calls += 1
    return x + x if calls < 8 else x + 1
""",
    "a time bomb that dies": """
import os
calls = 0
def double(x):
    global calls
    calls += 1
    if calls == 8:
        os._exit(0)
    return x + x
""",
    "a time bomb that hangs": """
calls = 0
def double(x):
    global calls
    calls += 1
    while calls == 8: pass
    return x + x
""",
    "the last case": "def double(x):\n    return x + x if x.numel() < 2 else x",
    "the number of the case": """
import sys

def double(x):
    index = sys._getframe(1).f_locals["header"]["index"]
    return x + x if index < 9 else x * 0
""",
    "the clock": """
import time
start = time.monotonic()
def double(x):
    return x + x if time.monotonic() < start else x
""",
    "an input changed": "def double(x):\n    y = x + x\n    x += 1\n    return y",
    "NaN everywhere": "def double(x):\n    return (x + x).double() * float('nan')",
    "zeros": "def double(x):\n    return x * 0",
    "the input": "def double(x):\n    return x",
    "a promise": "async def double(x):\n    return x + x",
    "a generator": "def double(x):\n    yield x + x",
    "a property": "class D:\n    @property\n    def __call__(self): return 3\ndouble = D()",
}

NOISY = {
    "escapes printed": r"""
def double(x):
    print('\x1b[2J\x1b]0;title\x07\x9b31m\r\x08' * 100)
    return x
""",
    "escapes raised": "def double(x):\n    raise ValueError('\\x1b[31mred\\x1b[0m\\x00\\x7f\\u202e\\u2066')",
    "escapes in a name": "class E(Exception): pass\nE.__name__ = '\\x1b[2J'\ndef double(x):\n    raise E",
    "escapes in a variable": "def double(x):\n    text = '\\x1b[2J'\n    raise ValueError",
    "escapes returned": "def double(x):\n    return '\\x1b[2J\\x1b[H'",
    "escapes in an object": "class R:\n    def __repr__(self): return '\\x1b[2J'\ndef double(x):\n    return R()",
    "escapes in the name of a type": "def double(x):\n    return type('\\x1b[2J', (), {})()",
    "escapes in a syntax error": "def double(x):\n    return '\x1b[2J",
    "half a character": "def double(x):\n    print('\\ud800')\n    raise ValueError('\\udfff')",
    "a message of megabytes": "def double(x):\n    raise ValueError('x' * 50_000_000)",
    "a name of megabytes": "def double(x):\n    raise type('E' * 5_000_000, (Exception,), {})",
    "a family of thousands": """
E = Exception
for n in range(500): E = type(f'E{n}' * 100, (E,), {})
def double(x):
    raise E
""",
    "a thousand variables": "def double(x):\n"
    + "".join(f"    variable_{n} = 'x' * 10_000\n" for n in range(200))
    + "    raise ValueError",
    "an error without words": "class E(Exception):\n    def __str__(self): raise E\ndef double(x):\n    raise E",
    "an error whose words are a number": """
class E(Exception):
    def __str__(self): return 3
def double(x):
    raise E
""",
    "an error whose words end it all": """
class E(Exception):
    def __str__(self): raise SystemExit
def double(x):
    raise E
""",
    "an error that is its own cause": """
def double(x):
    error = ValueError()
    error.__cause__ = error
    raise error
""",
    "an error without end": """
def double(x):
    try:
        raise ValueError
    except ValueError:
        double(x)
""",
    "a class that hides its name": """
class Meta(type):
    @property
    def __name__(cls): raise SystemExit
    def mro(cls): return [cls, Exception, BaseException, object]

class E(Exception, metaclass=Meta): pass

def double(x):
    raise E
""",
    "a variable that cannot be shown": """
class V(list):
    def __len__(self): raise SystemExit
def double(x):
    v = V()
    raise ValueError
""",
    "a string that is none": """
class S(str):
    def __getitem__(self, i): raise SystemExit
def double(x):
    return S('x' * 10)
""",
    "a list ten thousand deep": "def double(x):\n    y = []\n    for _ in range(10_000): y = [y]\n    return y",
    "a list that holds itself": "def double(x):\n    y = []\n    y.append(y)\n    return y",
    "a list of millions": "def double(x):\n    return [0] * 10**6",
    "lists of lists of lists": "def double(x):\n    y = [0] * 100\n    for _ in range(3): y = [y] * 100\n    return y",
    "a huge int": "def double(x):\n    return 10**100_000",
    "a complex that is none": "def double(x):\n    return complex('nan')",
    "NaN for a key": "def double(x):\n    return {float('nan'): x, float('nan'): x}",
    "bytes": "def double(x):\n    return b'\\x00\\xff' * 10**6",
    "a meta tensor": "import torch\ndef double(x):\n    return torch.empty(3, device='meta')",
    "a sparse tensor": "import torch\ndef double(x):\n    return torch.eye(3).to_sparse()",
    "a quantized tensor": """
import torch
def double(x):
    return torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)
""",
    "a tensor of objects": "import numpy\ndef double(x):\n    return numpy.array([object()])",
    "a tensor of half a byte": "import torch\ndef double(x):\n    return torch.ones(3).to(torch.float8_e5m2)",
    "an endless expanded tensor": """
import torch
def double(x):
    return torch.ones(1, dtype=torch.int64).expand(10**6, 10**6)
""",
    "a tensor that needs a gradient": "import torch\ndef double(x):\n    return torch.ones(3, requires_grad=True)",
    "a module": "import torch\ndef double(x):\n    return torch",
    "a function": "def double(x):\n    return double",
    "code that is no code": "double = 'x'.join(['def double(x): return x'])",
    "a nought": "def double(x):\n    return x\x00",
}

LYING = {"forging": FORGING, "cheating": CHEATING, "noisy": NOISY}
