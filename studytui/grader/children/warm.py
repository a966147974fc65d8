"""The warm process: imports torch once, then forks a child for each role it is asked for.

It is started with an environment of its own (no secrets), runs neither deck nor learner code, keeps to one thread
(OpenMP after a fork hangs if the parent ever used two) and never touches an accelerator: a child that needs one
initialises it.

A control socket carries requests, a line of JSON each, and answers in their order:

- `{"op": "spawn", ...}` → `{"pid": n}` with the child's socket attached;
- `{"op": "end", "pid": n}` kills and reaps a child → `{"status": s, "signal": n, "peak": kilobytes}`;
- `{"op": "release", "pids": [n]}` kills children; it is not answered, since nobody needs to wait for that;
- `{"op": "expect", ...}` announces a child, for which a spare is made (`children.spares`); it is not answered;
- `{"op": "status"}` and `{"op": "stop"}`.

When the other side closes, its children are killed. That is also how the process learns that its parent has died:
Linux's own signal for it comes when the *thread* that started the process ends, and an app starts it in a thread.

It has one control socket from its start. It may also listen for others, of the same user, and then stays for a while
after the last of them: the next command need not import torch.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import itertools
import json
import os
import select
import signal
import socket
import struct
import tempfile
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import torch

import studytui
from studytui.grader.children import (
    derivation,
    expressions,
    kernels,
    learner,
    oracle,
    picture,
    probe,
    snippet,
    trace,
    trials,
)
from studytui.grader.children.exercise import exercise, rehearse
from studytui.grader.children.light_torch import lighten
from studytui.grader.children.sandbox import Limits, Walls, die_with_parent
from studytui.grader.children.spares import Spare, Spares
from studytui.grader.wire import Channel, FrameError, Header

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT_SECONDS = 0.02
"""Without a request for so long, there is time for 30 ms of exercise, or for a spare."""
MAX_REQUEST = 1 << 16
QUIET_ROLES = frozenset({"oracle"})
"""Children that may be at work while spares are made: an oracle has its cases ready long before there is an answer."""


def main(wanted: str) -> NoReturn:
    """Serve until nobody needs it any more. `wanted` is JSON: `control`, a descriptor; `listen`, a path; `keep`."""
    asked = json.loads(wanted)
    torch.set_num_threads(1)
    # oneDNN compiles a kernel for each new shape: 0.2 ms, where the operation itself takes 0.02 on a case.
    torch.backends.mkldnn.set_flags(False)  # type: ignore[no-untyped-call]  # as torch ships it
    torch.ones(1).half()  # asks the system what the processor can do, once; behind the walls that is refused
    lighten()
    server = _Server(Walls(hidden=Path(studytui.__file__).parent), float(asked["keep"]))
    gc.collect()
    gc.freeze()
    if asked["listen"] is not None:
        os.chdir("/")
        server.listen(asked["listen"])
    server.welcome(socket.socket(fileno=asked["control"]))
    server.serve()
    os._exit(0)  # taking torch down tidily takes 0.1 s, and somebody may be waiting


@dataclass(slots=True)
class _Client:
    """One that asks: what of its next line has come, and its children with their roles."""

    buffer: bytes = b""
    children: dict[int, str] = field(default_factory=dict)


class _Server:
    def __init__(self, walls: Walls, keep: float) -> None:
        self._walls = walls
        self._keep = keep
        self._listener: socket.socket | None = None
        self._path = ""
        self._lock = -1
        self._clients: dict[socket.socket, _Client] = {}
        self._dying: list[int] = []
        self._spares = Spares(lambda asked: self._fork(asked, spare=True), lambda pid: _end(pid, 0.0))
        self._exercised = False
        self._since = time.time()
        self._served = 0

    def listen(self, path: str) -> None:
        """Listen for others of this user; not where another process does so already, which holds the lock."""
        self._lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Path(path).unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(path)
            Path(path).chmod(0o600)
            listener.listen(16)
        except OSError:
            return
        self._listener, self._path = listener, path

    def welcome(self, client: socket.socket) -> None:
        """Serve this client too."""
        self._clients[client] = _Client()
        client.sendall(b'{"ready": true}\n')

    def serve(self) -> None:
        """Answer requests until there is nobody left to wait for."""
        while self._clients or self._listener is not None:
            ready = select.select([*self._clients, *filter(None, [self._listener])], [], [], self._patience())[0]
            if not ready and self._has_work():
                self._rest()
            elif not ready and not self._clients:
                break
            for connection in ready:
                if connection is self._listener:
                    self._accept(connection)
                elif connection in self._clients:
                    self._serve(connection)
        for client in list(self._clients):
            self._leave(client)
        self._spares.clear()
        if self._path:
            Path(self._path).unlink(missing_ok=True)

    def _has_work(self) -> bool:
        """Whether an idle moment has a use, so that its end is not yet the end of the wait for somebody."""
        return bool(self._dying) or not self._exercised or self._spare_wanted() is not None

    def _patience(self) -> float | None:
        if self._dying:
            return 0.0
        if not self._exercised or self._spare_wanted() is not None:
            return MOMENT_SECONDS
        return None if self._clients else self._keep

    def _spare_wanted(self) -> str | None:
        """The role of a spare to be made now: none while an answer runs, which would lose its processor."""
        roles = {role for client in self._clients.values() for role in client.children.values()}
        return self._spares.missing() if roles <= QUIET_ROLES else None

    def _rest(self) -> None:
        if self._dying:
            self._reap()
        elif not self._exercised:
            self._exercised = True
            exercise()
            rehearse()
        elif (role := self._spare_wanted()) is not None:
            self._spares.make(role)

    def _reap(self) -> None:
        dying, self._dying = self._dying, []
        for pid in dying:
            _end(pid, 0.0)

    def _accept(self, listener: socket.socket) -> None:
        client, _ = listener.accept()
        if _same_user(client):
            self.welcome(client)
        else:
            client.close()

    def _leave(self, client: socket.socket) -> None:
        self._reap()
        for pid in self._clients.pop(client).children:
            _end(pid, 0.0)
        client.close()

    def _serve(self, client: socket.socket) -> None:
        try:
            data = client.recv(MAX_REQUEST)
            *lines, self._clients[client].buffer = (self._clients[client].buffer + data).split(b"\n")
            if not data or len(self._clients[client].buffer) > MAX_REQUEST:
                self._leave(client)
                return
            for line in lines:
                self._answer(client, json.loads(line))
        except (OSError, ValueError, KeyError, TypeError):
            self._leave(client)

    def _answer(self, client: socket.socket, asked: dict[str, Any]) -> None:
        children = self._clients[client].children
        operation = asked.pop("op")
        match operation:
            case "spawn":
                child = self._spares.take(asked) or self._fork(asked)
                self._spares.expect(asked)
                children[child.pid] = asked["role"]
                self._served += 1
                socket.send_fds(client, [_line({"pid": child.pid})], [child.connection.fileno()])
                child.connection.close()
            case "expect":
                self._spares.expect(asked)
            case "release":
                for pid in asked["pids"]:
                    del children[pid]
                    _kill(os.killpg, pid)
                    _kill(os.kill, pid)
                    self._dying.append(pid)
            case "end" if asked["pid"] in children:
                del children[asked["pid"]]
                client.sendall(_line(_end(asked["pid"], float(asked["grace"]))))
            case "status":
                self._reap()
                counts = {"children": self._served, "clients": len(self._clients) - 1, "spares": self._spares.pids()}
                client.sendall(_line({"pid": os.getpid(), "since": self._since, **counts}))
            case "stop":
                if self._listener is not None:
                    self._listener.close()
                    self._listener = None
                client.sendall(_line({"pid": os.getpid()}))
            case _:
                raise KeyError(operation)

    def _fork(self, asked: dict[str, Any], *, spare: bool = False) -> Spare:
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            _child(asked, theirs, self._walls, spare=spare)
        theirs.close()
        return Spare(pid, ours)


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode() + b"\n"


def _same_user(client: socket.socket) -> bool:
    """Whether the other side is this user; the folder's permissions say so already, the kernel confirms it."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[1]) == os.getuid()


def _end(pid: int, grace: float) -> dict[str, Any]:
    """Kill a child if it still runs after `grace` seconds, reap it, and say how it ended.

    A process that dies closes its socket a moment before it can be reaped; without grace its signal would be lost.
    """
    deadline = time.monotonic() + grace
    while (ended := os.wait4(pid, os.WNOHANG))[0] == 0 and time.monotonic() < deadline:
        time.sleep(0.001)
    _, status, usage = ended
    _kill(os.killpg, pid)  # whatever it left behind, where no wall kept it from having children
    if ended[0] == 0:
        _kill(os.kill, pid)
        _, _, usage = os.wait4(pid, 0)
        return {"status": None, "signal": 0, "peak": usage.ru_maxrss}
    if os.WIFSIGNALED(status):
        return {"status": None, "signal": os.WTERMSIG(status), "peak": usage.ru_maxrss}
    return {"status": os.WEXITSTATUS(status), "signal": 0, "peak": usage.ru_maxrss}


def _kill(kill: Callable[[int, int], None], pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        kill(pid, signal.SIGKILL)


def _child(asked: dict[str, Any], connection: socket.socket, walls: Walls, *, spare: bool) -> NoReturn:
    """The life of a child; it ends here, without the parent's clean-ups."""
    status = 1
    try:
        die_with_parent()
        os.setsid()
        _only_keep(connection.fileno(), walls)
        try:
            device = _ready_device(asked["device"])
        except (AssertionError, NotImplementedError, RuntimeError) as error:
            _tell(connection, {"event": "no_device", "device": asked["device"], "message": str(error)[:500]})
            os._exit(0)
        raised = walls.close_in(Limits(float(asked["seconds"]), 0 if device != "cpu" else int(asked["memory"])))
        channel = Channel(connection)
        if spare:
            WARM_UPS[asked["role"]](channel.has_frame)
        frame = channel.receive()
        if frame is not None:
            job, _ = frame
            job["walls"] = raised
            if job.get("by_hand") == "triton":
                kernels.ready()  # before the answer's time begins
            ROLES[asked["role"]](channel, job, device)
        status = 0
    except (BrokenPipeError, ConnectionResetError, FrameError):
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the referee is told and the process ends
        _tell(connection, {"event": "broken", "message": traceback.format_exc(limit=-4)[-2_000:]})
    finally:
        os._exit(status)


def _tell(connection: socket.socket, header: Header) -> None:
    try:
        Channel(connection).send(header)
    except (OSError, FrameError, MemoryError):
        return


def _only_keep(descriptor: int, walls: Walls) -> None:
    """Close every inherited descriptor but the child's socket; standard streams lead nowhere."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    kept = {descriptor, *walls.descriptors()}
    for low, high in _gaps(sorted(kept), 3, 4096):
        os.closerange(low, high)
    os.chdir("/")
    tempfile.tempdir = "/tmp"  # looking for one that can be written would fail


def _gaps(kept: list[int], low: int, high: int) -> list[tuple[int, int]]:
    edges = [low - 1, *kept, high]
    return [(a + 1, b) for a, b in itertools.pairwise(edges)]


def _ready_device(device: str) -> str:
    """Initialise an accelerator before the walls go up, backward pass included: its threads cannot start later.

    Returns the device that is there: `auto` is CUDA, else MPS, else the CPU.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    if device != "cpu":
        ones = torch.ones(1, device=device, requires_grad=True)
        torch.autograd.grad(ones.sum(), ones)
    return device


WARM_UPS = {"oracle": exercise, "learner": rehearse}
ROLES = {
    "oracle": oracle.serve,
    "learner": learner.serve,
    "snippet": snippet.serve,
    "derivation": derivation.serve,
    "expressions": expressions.serve,
    "picture": picture.serve,
    "trace": trace.serve,
    "trials": trials.serve,
    "probe": probe.serve,
}
