"""Cards that mean harm: to whoever grades with them, or to whoever reads what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from card_building import derive, implement, predict
from hostile_answers import SOCKET

if TYPE_CHECKING:
    from studytui.cards.models import DeriveCard, ImplementCard, PredictCard

X = {"x": "int64[1] in 1..1"}


def reference(code: str, **fields: Any) -> ImplementCard:
    """A card whose reference is hostile; its answer is `double`, right if it gives x + x."""
    return implement("double(x)", code, **{"inputs": X, **fields})


def forging(*frames: str) -> ImplementCard:
    """A card whose reference writes frames of its own to the referee."""
    return reference(f"exec({SOCKET!r}, globals())\n{chr(10).join(frames)}\nreturn x + x")


IMPLEMENT = {
    "a reference that loops": reference("while True: pass\nreturn x"),
    "a reference that loops in C": reference("return sum(range(10**12))"),
    "a reference that sleeps": reference("import time\ntime.sleep(1000)\nreturn x"),
    "a reference that catches everything": reference(
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass\nreturn x"
    ),
    "a reference that exits": reference("import sys\nsys.exit(0)\nreturn x"),
    "a reference that ends its process": reference("import os\nos._exit(0)\nreturn x"),
    "a reference that crashes its process": reference("import ctypes\nctypes.string_at(0)\nreturn x"),
    "a reference that is interrupted": reference("raise KeyboardInterrupt\nreturn x"),
    "a reference that raises": reference("raise ValueError('\\x1b[2J\\x1b]0;owned\\x07')\nreturn x"),
    "a reference that raises what cannot be shown": reference(
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E\nreturn x"
    ),
    "a reference that wants memory": reference("return [0] * 10**10"),
    "a reference that wants a large tensor": reference("return torch.zeros(10**12)"),
    "a reference that recurses": reference("import sys\nsys.setrecursionlimit(10**9)\nf = lambda: f()\nreturn f()"),
    "a reference that forks": reference("import os\nos.fork()\nreturn 1 / 0"),
    "a reference that starts a thread": reference("import threading\nthreading.Thread(target=print).start()\nreturn x"),
    "a reference that starts a program": reference("import subprocess\nsubprocess.run(['/bin/true'])\nreturn x"),
    "a reference that connects": reference("import socket\nsocket.create_connection(('127.0.0.1', 80))\nreturn x"),
    "a reference that writes": reference("open('/tmp/made', 'w').write('x')\nreturn x"),
    "a reference that reads": reference("return open('/etc/passwd').read()"),
    "a reference that kills": reference("import os\nos.kill(os.getppid(), 9)\nreturn x"),
    "a reference that gives an object": reference("return object()"),
    "a reference that gives itself": reference("return double"),
    "a reference that gives a list of itself": reference("y = []\ny.append(y)\nreturn y"),
    "a reference that gives a deep list": reference("y = []\nfor _ in range(10_000): y = [y]\nreturn y"),
    "a reference that gives a sparse tensor": reference("return x.to_sparse()"),
    "a reference that gives a lazy tensor": reference(
        "class L(torch.Tensor):\n    def detach(self):\n        while True: pass\nreturn x.double().as_subclass(L)"
    ),
    "a reference that closes its channel": reference("import os\nos.closerange(0, 100)\nreturn x"),
    "a reference of no code": reference("x +"),
    "a default that loops": implement("double(x, y=[*iter(int, 1)])", "x", inputs=X),
    "a default that exits": implement("double(x, y=exit())", "x", inputs=X),
    "a signature of more than one": implement("double(x): pass\ndef other(x)", "x", inputs=X),
    "a spec that ends its process": reference("x", inputs={"x": "__import__('os')._exit(0)"}),
    "a spec that writes": reference("x", inputs={"x": "open('/tmp/made', 'w').write('x')"}),
    "a spec that starts a program": reference("x", inputs={"x": "__import__('os').system('touch /tmp/made') and 1/0"}),
    "a spec that loops": reference("x", inputs={"x": "[*iter(int, 1)]"}),
    "a spec that exits": reference("x", inputs={"x": "exit()"}),
    "a spec of a tower of powers": reference("x", inputs={"x": "float[9**9**9]"}),
    "a spec of a large size": reference("x", inputs={"x": "float[10**9]"}),
    "a spec of many large sizes": reference("x", inputs={"x": "float[60000, 60000, 60000]"}),
    "a spec of a large permutation": reference("x", inputs={"x": "permutation(10**12)"}),
    "a spec of a large shape": reference("x", inputs={"x": "shape(10**18)"}),
    "a spec of large numbers": reference("x", inputs={"x": "int64[3] in 0..10**30"}),
    "a spec of no numbers": reference("x", inputs={"x": "int in 'a'..'b'"}),
    "a dim of a tower of powers": reference("x", inputs={"x": "float[N]"}, dims={"N": "0..9**9**9"}),
    "a dim of a large size": reference("x", inputs={"x": "float[N]"}, dims={"N": "10**9..10**9"}),
    "a dim of no size": reference("x", inputs={"x": "float[N]"}, dims={"N": "print..exit"}),
    "a condition that never holds": reference("x", where="False"),
    "a condition that loops": reference("x", where="[*iter(int, 1)]"),
    "a condition that ends its process": reference("x", where="__import__('os')._exit(0)"),
    "a case of a thousand million elements": reference("x", cases=[{"x": "zeros(10**9)"}]),
    "a case of endless expansion": reference("x + 1", cases=[{"x": "ones(1).expand(10**6, 10**6)"}]),
    "a case of too many bytes": reference("x", cases=[{"x": "zeros(10**7, dtype=int64)"}]),
    "a case of a tower of powers": reference("x", cases=[{"x": "9**9**9"}]),
    "a case of many items": reference("x", cases=[{"x": "[0] * 10**6"}]),
    "a case of a module": reference("3", cases=[{"x": "__import__('os')"}]),
    "a case that ends its process": reference("x", cases=[{"x": "__import__('os')._exit(1)"}]),
    "a case of text that is no code": reference("x", cases=[{"x": "\x1b[2J"}]),
    "a case that raises escapes": reference("x", cases=[{"x": "exec(\"raise ValueError('\\x1b[2J')\")"}]),
    "a case of nested lists": reference("x", cases=[{"x": [[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]}]),
    "calls that loop": reference("lambda x: x", calls="while True: pass\nreturn x"),
    "calls that end the process": reference("lambda x: x", calls="import os\nos._exit(0)\nreturn x"),
    "calls that are no code": reference("lambda x: x", calls="return ("),
    "frames of noughts": forging("send(bytes(1000))"),
    "a frame of a lying length": forging("os.write(own(), b'\\xff' * 100)"),
    "a frame of no JSON": forging("send(frame(b'[' * 1000))"),
    "a frame of an unknown event": forging("send(frame({'event': '\\x1b[2J', 'message': '\\x1b[2J'}))"),
    "a frame of no event": forging("send(frame({'event': []}))"),
    "a plan of no number": forging("send(frame({'event': 'plan', 'total': [], 'final': 1}))"),
    "a plan of too many": forging("send(frame({'event': 'plan', 'total': 10**9, 'final': False}))"),
    "a plan of less than nothing": forging("send(frame({'event': 'plan', 'total': -1, 'final': True}))"),
    "a judgement of what was not answered": forging("send(frame({'event': 'right', 'count': 1}) * 1000)"),
    "many judgements at once": forging("send(frame({'event': 'right', 'count': 10**9}))"),
    "judgements taken back": forging("send(frame({'event': 'right', 'count': -3}))"),
    "no count of judgements": forging("send(frame({'event': 'right'}))"),
    "a finding of nothing": forging("send(frame({'event': 'wrong', 'explicable': False}))"),
    "a finding without a reason": forging("send(frame({'event': 'wrong'}))"),
    "a finding of junk": forging(
        "send(frame({'event': 'wrong', 'explicable': False, 'kind': 3, 'index': 'x', 'inputs': 7, 'what': None,"
        " 'first_expected': {}, 'first_actual': [], 'expected': 1, 'actual': 2}))"
    ),
    "a finding of an unknown kind": forging(
        "send(frame({'event': 'wrong', 'explicable': False, 'kind': '{x.__class__}', 'index': None, 'inputs': [],"
        " 'what': '\\x1b', 'first_expected': None, 'first_actual': None, 'expected': None, 'actual': None}))"
    ),
    "a fault of megabytes": forging("send(frame({'event': 'fault', 'message': '\\x1b[2J' * 500_000}))"),
    "a fault of no text": forging("send(frame({'event': 'fault', 'message': [1, 2]}))"),
    "cases without end": forging(
        "case = {'event': 'case', 'index': 0, 'args': [], 'kwargs': {}}\nwhile True: send(frame(case, bytes(1 << 20)))"
    ),
    "a case of junk": forging("send(frame({'event': 'case', 'args': 3, 'kwargs': {}}))"),
    "progress without end": forging("while True: send(frame({'event': 'plan', 'total': 5, 'final': False}))"),
}
"""Cards whose grade ends in an error for the deck's author, whatever the answer."""

QUIET = {
    "a reference that floods standard output": reference("print('x' * 10**6)\nreturn x + x"),
    "a reference that floods standard error": reference(
        "import sys\nprint('x' * 10**6, file=sys.stderr)\nreturn x + x"
    ),
    "a reference that floods its descriptors": reference("import os\nos.write(1, b'x' * 10**6)\nreturn x + x"),
    "a slip of escapes": reference("x + x", slips=[{"says": "\x1b[2J", "code": "def double(x):\n    return x\n"}]),
    "a slip that loops": reference("x + x", slips=[{"says": "s", "code": "while True: pass"}]),
    "a slip that ends its process": reference("x + x", slips=[{"says": "s", "code": "import os\nos._exit(0)"}]),
}
"""Cards that are no harm: an answer to them is graded."""

PREDICT: dict[str, PredictCard] = {
    "a snippet that loops": predict("while True: pass"),
    "a snippet that loops in C": predict("sum(range(10**12))"),
    "a snippet that sleeps": predict("import time\ntime.sleep(1000)"),
    "a snippet that exits": predict("import sys\nsys.exit(3)", "error"),
    "a snippet that raises SystemExit": predict("raise SystemExit('\\x1b[2J')", "error"),
    "a snippet that ends its process": predict("import os\nos._exit(0)"),
    "a snippet that crashes its process": predict("import ctypes\nctypes.string_at(0)"),
    "a snippet that closes its channel": predict("import os\nos.closerange(0, 100)"),
    "a snippet that floods": predict("while True: print('x' * 10_000)", "printed"),
    "a snippet that floods standard error": predict("import sys\nwhile True: print('x' * 10**5, file=sys.stderr)"),
    "a snippet that prints escapes": predict("print('\\x1b[2J\\x07')", "printed"),
    "a snippet that wants memory": predict("[0] * 10**10", "error"),
    "a snippet that recurses": predict("f = lambda: f()\nf()", "error"),
    "a snippet of no code": predict("x = ("),
    "a value without end": predict("y = []\ny.append(y)\ny"),
    "a value ten thousand deep": predict("y = []\nfor _ in range(10_000): y = [y]\ny"),
    "a value of millions": predict("torch.zeros(10**7)"),
    "a value expanded without end": predict("torch.zeros(1).expand(10**6, 10**6)"),
    "a value of many digits": predict("7**100_000"),
    "a value that is nobody's": predict("object()"),
    "a value that cannot be shown": predict("class V:\n    def __repr__(self): raise SystemExit\nV()"),
    "a value that shows itself without end": predict(
        "class V:\n    def __repr__(self):\n        while True: pass\nV()"
    ),
    "a value of escapes": predict("'\\x1b[2J' * 100"),
    "a shape that is none": predict("class V: shape = dtype = '\\x1b[2J'\nV()", "shape"),
    "an error that cannot be shown": predict("class E(Exception):\n    def __str__(self): 1 / 0\nraise E", "error"),
    "a truth of junk": predict(f"exec({SOCKET!r})\nsend(frame({{'event': 'truth', 'kind': [], 'printed': {{}}}}))"),
    "a truth of less": predict(f"exec({SOCKET!r})\nsend(frame({{'event': 'truth'}}))"),
    "a truth of odd parents": predict(
        f"exec({SOCKET!r})\nsend(frame({{'event': 'truth', 'kind': 'raised', 'printed': '', 'error_parents': 3}}))",
        "error",
    ),
    "a truth of megabytes": predict(f"exec({SOCKET!r})\nsend(frame(b'[' * 2_000_000))"),
    "a truth that drips": predict(
        f"exec({SOCKET!r})\nimport time\nfor byte in frame({{'event': 'truth', 'x': 'x' * 5_000}}):\n"
        "    os.write(own(), bytes([byte]))\n    time.sleep(0.02)"
    ),
}

DERIVE: dict[str, DeriveCard] = {
    "a truth that loops": derive("while True: pass"),
    "a truth that loops in C": derive("return sum(range(10**12))"),
    "a truth that exits": derive("raise SystemExit"),
    "a truth that ends its process": derive("import os\nos._exit(0)"),
    "a truth that raises escapes": derive("raise ValueError('\\x1b[2J')"),
    "a truth that wants memory": derive("return [0] * 10**10"),
    "a truth of nothing": derive("return None"),
    "a truth of text": derive("return 'w'"),
    "a truth of NaN": derive("return w * float('nan')"),
    "a truth of no code": derive("return ("),
    "a truth that forges": derive(f"exec({SOCKET!r}, globals())\nsend(frame({{'event': 'derivation', 'result': 3}}))"),
    "a truth that forges more": derive(
        f"exec({SOCKET!r}, globals())\nresult = {{'passed': 'yes', 'lines': 5}}\n"
        "send(frame({'event': 'derivation', 'result': result}))"
    ),
    "a symbol of no domain": derive("return w", symbols={"w": "__import__('os').abort()", "eta": "real"}),
    "a symbol of a large domain": derive("return w", symbols={"w": "matrix[10**6, 10**6]", "eta": "real"}),
    "a given that goes round": derive("return w", given={"L": "M + 1", "M": "L + 1"}),
}
