"""The learner's child: runs the answer on inputs and gives back what came out.

It holds nothing that would tell what is right.

Everything it says is the answer's word: the oracle judges outputs, and what the answer forges is judged all the same.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import os
import random
import signal
import sys
import time
import traceback
from types import ModuleType
from typing import TYPE_CHECKING, Any

import torch

from studytui.grader import triton_code
from studytui.grader.by_hand import Rules, check
from studytui.grader.children.calls import bare
from studytui.grader.children.cases import tensors_in
from studytui.grader.children.codec import LONGEST_INT, CodecError, Decoder, encode
from studytui.grader.children.gradients import gradients_of
from studytui.grader.children.harness import harness
from studytui.grader.children.printed import Printed
from studytui.grader.children.watch import ANSWER_FILE, Watch
from studytui.grader.cleaning import MAX_BASES, MAX_MESSAGE, MAX_NAME, MAX_VARIABLES
from studytui.grader.wire import MAX_RESULT, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from studytui.grader.wire import Channel, Header

TORCH_NAMES = frozenset({*dir(torch), *dir(torch.Tensor), *dir(torch.nn.functional)})
REHEARSED_WATCHED = 3
NOTHING = ["n"]
"""None as a frame carries it."""
SHORTEST_TIME = 0.001
"""A timer of no seconds would never ring."""


def serve(channel: Channel, job: Header, device: str) -> None:
    """Load the answer, then run one case a frame until the referee closes."""
    channel.send({"event": "begun"})
    printed = Printed()
    sys.stdout = sys.stderr = printed
    printed.hear_warnings()
    stateful = job["calls"] is not None
    rules = Rules(job["by_hand"], job["function"], frozenset(job["allow"]), frozenset(job["forbid"]), stateful)
    torch.manual_seed(int(job["seed"]))
    random.seed(int(job["seed"]))
    timer = _Timer(channel, printed, float(job["seconds"]))
    try:
        with timer:
            loaded = _load(job["source"], rules)
            if stateful and not isinstance(loaded, dict):
                loaded = _used(job, rules.function, loaded)
    except BaseException as error:  # noqa: BLE001 - an answer may raise anything, SystemExit too
        channel.send({"event": "crashed", **describe(error), "printed": printed.take()})
        return
    if isinstance(loaded, dict):
        channel.send(loaded)
        return
    channel.send({"event": "ready", "printed": printed.take()})
    watched = set(job["watched"])
    while (frame := channel.receive()) is not None:
        header, blob = frame
        seen = header["index"] in watched and rules.by_hand != "free"
        watch = Watch(rules) if seen else None
        with timer:
            result = _run(loaded, header, blob, printed, watch, device)
        channel.send(*result)


def attempt(job: Header, cases: list[tuple[Header, bytes]], device: str) -> Iterator[tuple[Header, bytearray]]:
    """What an answer gives, case by case, in a process that has nothing to hide from it; or why it cannot be run."""
    stateful = job["calls"] is not None
    rules = Rules(job["by_hand"], job["function"], frozenset(job["allow"]), frozenset(job["forbid"]), stateful)
    torch.manual_seed(int(job["seed"]))
    random.seed(int(job["seed"]))
    try:
        loaded = _load(job["source"], rules)
        if stateful and not isinstance(loaded, dict):
            loaded = _used(job, rules.function, loaded)
    except BaseException as error:  # noqa: BLE001 - an answer may raise anything, SystemExit too
        yield {"event": "crashed", **describe(error)}, bytearray()
        return
    if isinstance(loaded, dict):
        yield loaded, bytearray()
        return
    printed = Printed()
    for header, blob in cases:
        yield _run(loaded, header, blob, printed, None, device)


def rehearse(source: str, rules: Rules, frames: list[tuple[Header, bytes]], enough: Callable[[], bool]) -> None:
    """Run an answer of our own on some cases, and forget it."""
    loaded = _load(source, rules)
    assert callable(loaded)
    printed = Printed()
    for header, blob in frames:
        if enough():
            break
        watch = Watch(rules) if header["index"] < REHEARSED_WATCHED else None
        pack(*_run(loaded, header, blob, printed, watch, "cpu"))
    del sys.modules["answer"], linecache.cache[ANSWER_FILE]


def _load(source: str, rules: Rules) -> Callable[..., Any] | Header:
    """The function asked for, or what to tell the referee of why there is none."""
    if rules.by_hand == "triton":
        os.environ["TRITON_INTERPRET"] = "1"  # compiling takes a compiler's process and a cache, and both are shut out
    judge = triton_code.check if rules.by_hand == "triton" else check
    try:
        tree = ast.parse(source, ANSWER_FILE)
        refusal = judge(tree, rules, TORCH_NAMES)
        code = compile(tree, ANSWER_FILE, "exec")
    except (MemoryError, RecursionError):  # a stack that is full: no answer is long enough to need the memory
        return {"event": "too_deep"}
    if refusal is not None:
        return {"event": "refused", "kind": refusal.kind, "name": refusal.name, "line": refusal.line,
                "column": refusal.column}  # fmt: skip
    module = ModuleType("answer")
    sys.modules["answer"] = module
    linecache.cache[ANSWER_FILE] = (len(source), None, source.splitlines(keepends=True), ANSWER_FILE)
    module.__dict__.update(torch=torch, __file__=ANSWER_FILE)
    exec(code, module.__dict__)  # what this child is for
    function = module.__dict__.get(rules.function)
    if not callable(function):
        return {"event": "missing"}
    return function  # type: ignore[no-any-return]  # whatever the answer calls so


def _used(job: Header, name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    """What uses the answer as the card says; where that does not compile, the oracle says so and sends no case."""
    try:
        return harness(job["calls"], job["inputs"], name, answer)
    except SyntaxError:
        return answer


def _run(
    function: Callable[..., Any], header: Header, blob: bytes, printed: Printed, watch: Watch | None, device: str
) -> tuple[Header, bytearray]:
    """One case: call the answer, and say what came out of it."""
    decoder = Decoder(blob, "cpu" if header.get("on_cpu") else device)
    positional = [decoder.value(tree) for tree in header["args"]]
    keyword = {name: decoder.value(tree) for name, tree in header["kwargs"].items()}
    upstream = decoder.value(header.get("upstream", NOTHING))
    inputs = list(tensors_in([positional, list(keyword.values())]))
    wanted = [tensor for tensor in inputs if upstream is not None and tensor.is_floating_point()]
    for tensor in wanted:
        tensor.requires_grad_()
    handed = list(map(_layout, inputs))
    out = bytearray()
    try:
        begun = time.perf_counter()
        output = function(*positional, **keyword) if watch is None else watch.call(function, positional, keyword)
        took = time.perf_counter() - begun
        untouched = decoder.untouched() and list(map(_layout, inputs)) == handed
        result: Header = {
            "event": "result",
            "took": took,
            "output": encode(output, out),
            "after": None if untouched else [encode(tensor, out) for tensor in inputs],
            "shares": _shares(output, inputs),
            "lists": [encode(bare(given), out) for given in (*positional, *keyword.values()) if type(given) is list],
        }
        if upstream is not None:
            gradients = gradients_of(output, wanted, upstream)
            result["gradients"] = None if gradients is None else [encode(gradient, out) for gradient in gradients]
        if len(out) > MAX_RESULT:
            raise CodecError(f"larger than {MAX_RESULT >> 20} MiB")
    except CodecError as error:
        out.clear()
        result = {"event": "raised", "type": "ValueError", "message": f"the result is {error}"}
    except BaseException as error:  # noqa: BLE001 - an answer may raise anything, SystemExit too
        out.clear()
        result = {"event": "raised", **describe(error)}
    if watch is not None and watch.refused is not None:  # whatever the answer made of the refusal
        out.clear()
        refused = watch.refused
        result = {"event": "refused", "kind": "call", "name": refused.name, "line": refused.line,
                  "column": refused.column}  # fmt: skip
    return result | {"printed": printed.take()}, out


def _layout(tensor: torch.Tensor) -> tuple[Any, ...]:
    """Where a tensor's elements lie and as what: `t_` changes that, and no element."""
    return tensor.data_ptr(), tensor.dtype, tensor.shape, tensor.stride()


def _shares(output: Any, inputs: list[torch.Tensor]) -> list[bool]:
    """For each tensor of the output, whether it shares memory with an input."""
    storages = {tensor.untyped_storage().data_ptr() for tensor in inputs} - {0}
    return [
        tensor.layout is torch.strided and tensor.untyped_storage().data_ptr() in storages
        for tensor in tensors_in(output)
    ]


def describe(error: BaseException) -> Header:
    """An exception as a frame carries it: its type, message, line in the answer and the variables there.

    The exception is the answer's own object: whatever of it can be overridden may raise, or be of any size.
    """
    frame, line = _answer_frame(error)
    column = None
    if isinstance(error, SyntaxError):
        line, column = error.lineno, error.offset
    return {
        "type": _safely(_name_of, type(error)),
        "mro": [_safely(_name_of, base) for base in type.mro(type(error))[:MAX_BASES]],
        "message": _safely(_message_of, error),
        "line": line,
        "column": column,
        "variables": _variables(frame),
    }


def _name_of(kind: type) -> str:
    return kind.__name__


def _message_of(error: BaseException) -> str:
    return str(error.msg if isinstance(error, SyntaxError) else error)


def _safely(say: Callable[[Any], str], value: Any) -> str:
    """What `say` makes of a value, as a plain string of bounded length; empty where that raises."""
    try:
        return str.__str__(say(value))[:MAX_MESSAGE]
    except BaseException:  # noqa: BLE001 - an answer's own methods may raise anything
        return ""


def _answer_frame(error: BaseException) -> tuple[FrameType | None, int | None]:
    """The innermost frame of the answer's own code, and its line."""
    found: tuple[FrameType | None, int | None] = None, None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == ANSWER_FILE:
            found = frame, line
    return found


def _variables(frame: FrameType | None) -> dict[str, str]:
    """Short reprs of the plain variables at the place of an error."""
    if frame is None or frame.f_code.co_name == "<module>":
        return {}
    named = itertools.islice(frame.f_locals.items(), MAX_VARIABLES)
    texts = {name[:MAX_NAME]: _safely(_brief, value) for name, value in named}
    return {name: text for name, text in texts.items() if text}


def _brief(value: Any, depth: int = 0) -> str:
    """A plain value in a few characters; empty for what a learner would not recognise."""
    if isinstance(value, torch.Tensor):
        return f"{value.item():.6g}" if value.dim() == 0 and value.is_floating_point() else f"Tensor{list(value.shape)}"
    if isinstance(value, (bool, int, float, str, type(None))):
        return repr(value)[:60] if not isinstance(value, int) or abs(value) < LONGEST_INT else "a huge int"
    if isinstance(value, (list, tuple)) and depth < 2:
        inner = ", ".join(_brief(item, depth + 1) or "…" for item in value[:6]) + (", …" if len(value) > 6 else "")
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    return ""


class _Timer:
    """The answer's own time, over loading and all its cases: runs while entered, and names the line when it is up.

    What does not even get to say that, as a loop in C, the referee kills.
    """

    def __init__(self, channel: Channel, printed: Printed, seconds: float) -> None:
        self._channel, self._printed, self._left = channel, printed, seconds
        signal.signal(signal.SIGALRM, self._expired)

    def __enter__(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(self._left, SHORTEST_TIME))

    def __exit__(self, *_: object) -> None:
        self._left = signal.setitimer(signal.ITIMER_REAL, 0.0)[0]

    def _expired(self, _signal: int, frame: FrameType | None) -> None:
        place = frame
        while place is not None and place.f_code.co_filename != ANSWER_FILE:
            place = place.f_back
        line = None if place is None else place.f_lineno
        variables = _variables(place)
        self._channel.send(
            {"event": "timed_out", "line": line, "variables": variables, "printed": self._printed.take()}
        )
        os._exit(0)
