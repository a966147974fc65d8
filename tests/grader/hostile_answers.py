"""Answers that hang, devour, die, flood and change, by what they do it with. `lying_answers` has those that lie.

`SOCKET` gives them what a determined one finds: the descriptor of the child's own channel, and how frames are written.
"""

from __future__ import annotations

from hostile_objects import CHANGING

SOCKET = """
import ctypes, json, os, socket, struct, sys
import torch

def own():
    for descriptor in range(3, 64):
        try:
            os.fstat(descriptor)
        except OSError:
            continue
        return descriptor

def frame(header, blob=b""):
    head = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(head), len(blob)) + head + blob

def send(*frames):
    data = b"".join(frames)
    while data:
        data = data[os.write(own(), data):]

def result(output=["n"], **more):
    return {"event": "result", "output": output, "after": [], "shares": [], "lists": [], **more}

def tensor(**claims):
    said = {"dtype": "int64", "shape": [1], "stride": [1], "offset": 0, "at": 0, "bytes": 8}
    return ["T", {**said, **claims}]
"""

ENDLESS = {
    "a loop": "def double(x):\n    while True: pass",
    "a loop on loading": "while True: pass",
    "a loop of no statements": "def double(x):\n    for _ in iter(int, 1): pass",
    "a loop in C": "def double(x):\n    return sum(1 for _ in ()) + sum(range(10**12))",
    "a search": "def double(x):\n    return 2 in (n * 2 + 1 for n in range(10**18))",
    "a search in C": "def double(x):\n    return range(10**18).count(0.5) or list(map(abs, range(10**12)))",
    "a power": "def double(x):\n    return 9**9**9 % 2",
    "a regular expression": "import re\ndef double(x):\n    return re.match(r'(a+)+$', 'a' * 64 + 'b')",
    "a sort by a random rule": """
import functools
def double(x):
    while [3, 1, 2].sort(key=functools.cmp_to_key(lambda a, b: 1)) is None: pass
""",
    "sleep": "import time\ndef double(x):\n    time.sleep(1000)",
    "sleep in C": "import ctypes\ndef double(x):\n    ctypes.CDLL(None).sleep(1000)",
    "waiting for a signal": "import signal\ndef double(x):\n    signal.pause()",
    "waiting for the referee": SOCKET + "def double(x):\n    while True: os.read(own(), 1)",
    "a loop in a handler": """
def double(x):
    try:
        1 / 0
    except ZeroDivisionError:
        while True: pass
""",
    "a loop that catches everything": """
def double(x):
    while True:
        try:
            while True: pass
        except BaseException:
            pass
""",
    "a loop in finally": "def double(x):\n    try:\n        return x\n    finally:\n        while True: pass",
    "a loop in __del__": """
class Sticky:
    def __del__(self):
        while True: pass

def double(x):
    Sticky()
    return x
""",
    "a loop on handing over": """
import torch

class Lazy(torch.Tensor):
    def detach(self):
        while True: pass

def double(x):
    return x.as_subclass(Lazy)
""",
    "a loop in __repr__": """
class R:
    def __repr__(self):
        while True: pass
def double(x):
    return R()
""",
    "a loop in an error's words": """
class E(Exception):
    def __str__(self):
        while True: pass

def double(x):
    raise E
""",
    "the alarm ignored": """
import signal
signal.signal(signal.SIGALRM, signal.SIG_IGN)

def double(x):
    while True: pass
""",
    "the alarm put off": """
import signal

def double(x):
    while True:
        signal.setitimer(signal.ITIMER_REAL, 1000)
""",
    "every signal blocked": """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())

def double(x):
    while True: pass
""",
    "numbers without end": "import itertools\ndef double(x):\n    return max(itertools.count())",
    "recursion without end": """
import sys
def double(x):
    try:
        return double(x)
    except RecursionError:
        return double(x)
""",
}

GREEDY = {
    "a list": "def double(x):\n    return [0] * 10**10",
    "a list that grows": "def double(x):\n    many = [0]\n    while True: many += many",
    "a string": "def double(x):\n    return 'a' * 10**11",
    "a string that grows": "def double(x):\n    text = 'a'\n    while True: text += text",
    "bytes on loading": "many = [bytearray(10**7) for _ in range(10**4)]\ndef double(x): return x",
    "a tensor": "import torch\ndef double(x):\n    return torch.zeros(10**12)",
    "tensors": """
import torch
def double(x):
    many = []
    while True: many.append(torch.ones(10**6))
""",
    "an outer product": "import torch\ndef double(x):\n    y = torch.ones(10**6)\n    return torch.outer(y, y)",
    "a number": "def double(x):\n    return 1 << 10**10",
    "a dict": "def double(x):\n    return {n: [n] for n in range(10**9)}",
    "memory caught and asked for again": """
def double(x):
    kept = []
    while True:
        try:
            kept.append(bytearray(10**7))
        except MemoryError:
            kept.append([0] * 1000)
""",
    "recursion": "import sys\nsys.setrecursionlimit(10**9)\ndef double(x):\n    return double(x)",
    "recursion in C": """
import sys
sys.setrecursionlimit(10**9)
def double(x):
    y = []
    for _ in range(10**5): y = [y]
    return repr(y)
""",
    "a mapping": "import mmap\ndef double(x):\n    return [mmap.mmap(-1, 1 << 29) for _ in range(100)]",
    "a buffer of C": "import ctypes\ndef double(x):\n    return ctypes.create_string_buffer(1 << 40)",
    "frames": "def double(x):\n    f = lambda n: f(n + 1) + 1\n    return f(0)",
}

DYING = {
    "sys.exit": "import sys\ndef double(x):\n    sys.exit(0)",
    "sys.exit on loading": "raise SystemExit(0)",
    "os._exit": "import os\ndef double(x):\n    os._exit(0)",
    "os._exit on loading": "import os\nos._exit(0)",
    "abort": "import os\ndef double(x):\n    os.abort()",
    "a segmentation fault": "import ctypes\ndef double(x):\n    ctypes.string_at(0)",
    "a jump to nowhere": "import ctypes\ndef double(x):\n    ctypes.CFUNCTYPE(None)(1)()",
    "a bad stride": """
import torch
def double(x):
    y = torch.empty(0)
    return y.untyped_storage()[10**15]
""",
    "a write to nowhere": "import ctypes\ndef double(x):\n    ctypes.memset(1, 0, 100)",
    "a real-time alarm": """
import ctypes, time

def double(x):
    libc = ctypes.CDLL(None)
    event = (ctypes.c_int * 16)(0, 0, 40, 0)
    timer = ctypes.c_void_p()
    libc.timer_create(1, event, ctypes.byref(timer))
    libc.timer_settime(timer, 0, (ctypes.c_long * 4)(0, 0, 0, 1000), None)
    time.sleep(1000)
""",
    "a virtual alarm": """
import signal
def double(x):
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)
    while True: pass
""",
    "KeyboardInterrupt": "def double(x):\n    raise KeyboardInterrupt",
    "GeneratorExit": "def double(x):\n    raise GeneratorExit",
    "StopIteration": "def double(x):\n    raise StopIteration",
    "an exception of one's own": "class Ours(BaseException): pass\ndef double(x):\n    raise Ours",
    "an exception of no class": "def double(x):\n    raise 3",
    "a group of exceptions": "def double(x):\n    raise ExceptionGroup('many', [ValueError(n) for n in range(1000)])",
}

FLOODING = {
    "standard output": "def double(x):\n    while True: print('x' * 10_000)",
    "standard error": "import sys\ndef double(x):\n    while True: print('x' * 10_000, file=sys.stderr)",
    "the first descriptors": """
import os
def double(x):
    while True: os.write(1, b'x' * 10_000); os.write(2, b'x' * 10_000)
""",
    "the real standard output": "import sys\ndef double(x):\n    while True: sys.__stdout__.write('x' * 10_000)",
    "every descriptor": """
import os

def double(x):
    while True:
        for descriptor in range(64):
            try:
                os.write(descriptor, b"x" * 10_000)
            except OSError:
                pass
""",
    "the channel with noughts": SOCKET + "def double(x):\n    while True: os.write(own(), bytes(100_000))",
    "the channel with small frames": SOCKET + "def double(x):\n    while True: send(frame({'event': 'ready'}) * 100)",
    "the channel with results": SOCKET + "def double(x):\n    while True: send(frame(result()))",
    "the channel with large results": SOCKET + "def double(x):\n    while True: send(frame(result(), bytes(15 << 20)))",
    "descriptors closed": "import os\ndef double(x):\n    os.closerange(0, 100)\n    return x",
    "descriptors closed on loading": "import os\nos.closerange(0, 100)\ndef double(x):\n    return x",
    "the channel closed in one direction": SOCKET
    + """
def double(x):
    socket.socket(fileno=os.dup(own())).shutdown(socket.SHUT_WR)
    while True: pass
""",
    "the channel replaced": SOCKET
    + "def double(x):\n    os.dup2(os.open('/dev/null', os.O_RDONLY), own())\n    return x",
    "half a frame": SOCKET + "def double(x):\n    os.write(own(), frame(result())[:20])\n    while True: pass",
}

HARMING = {"endless": ENDLESS, "greedy": GREEDY, "dying": DYING, "flooding": FLOODING, "changing": CHANGING}


def panel(kinds: dict[str, dict[str, str]]) -> dict[str, str]:
    """The answers of several kinds, by kind and name."""
    return {f"{kind}: {name}": code for kind, answers in kinds.items() for name, code in answers.items()}
