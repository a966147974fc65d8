"""The warm process: imports torch once, then forks a child for each role it is asked for.

It is started with an environment of its own (no secrets), runs neither deck nor learner code, keeps to one thread
(OpenMP after a fork hangs if the parent ever used two) and never touches an accelerator: a child that needs one
initialises it.

Its control socket carries requests one at a time, each answered before the next: `{"op": "spawn", ...}` with the
child's socket attached → `{"pid": n}`; `{"op": "end", "pid": n}` kills and reaps the child → `{"status": s, "signal":
n, "peak": kilobytes}`. When the other side closes, every child is killed.
"""

from __future__ import annotations

import gc
import itertools
import json
import os
import select
import signal
import socket
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

import torch

import studytui
from studytui.grader.children import derivation, learner, oracle, probe, snippet
from studytui.grader.children.sandbox import Limits, Walls, die_with_parent
from studytui.grader.wire import Channel, FrameError

IDLE_SECONDS = 0.25
MAX_REQUEST = 1 << 16


def main(control_descriptor: int) -> NoReturn:
    """Serve requests until the other side closes."""
    die_with_parent()
    control = socket.socket(fileno=control_descriptor)
    torch.set_num_threads(1)
    walls = Walls(hidden=Path(studytui.__file__).parent)
    children: set[int] = set()
    gc.collect()
    gc.freeze()
    control.sendall(b'{"ready": true}\n')
    rested = False
    while True:
        if not rested and not select.select([control], [], [], IDLE_SECONDS)[0]:
            _import_what_torch_puts_off()
            rested = True
        request, descriptors, _, _ = socket.recv_fds(control, MAX_REQUEST, 1)
        if not request:
            break
        asked = json.loads(request)
        if asked["op"] == "spawn":
            if asked["optimizers"] and not rested:
                _import_what_torch_puts_off()
                rested = True
            pid = os.fork()
            if pid == 0:
                control.close()
                _child(asked, socket.socket(fileno=descriptors[0]), walls)
            os.close(descriptors[0])
            children.add(pid)
            answer: dict[str, Any] = {"pid": pid}
        else:
            children.discard(asked["pid"])
            answer = _end(asked["pid"], float(asked["grace"]))
        control.sendall(json.dumps(answer).encode() + b"\n")
    for pid in children:
        _end(pid, 0.0)
    os._exit(0)  # taking torch down tidily takes 0.1 s, and somebody may be waiting


def _end(pid: int, grace: float) -> dict[str, Any]:
    """Kill a child if it still runs after `grace` seconds, reap it, and say how it ended.

    A process that dies closes its socket a moment before it can be reaped; without grace its signal would be lost.
    """
    deadline = time.monotonic() + grace
    while (ended := os.wait4(pid, os.WNOHANG))[0] == 0 and time.monotonic() < deadline:
        time.sleep(0.001)
    _, status, usage = ended
    if ended[0] == 0:
        os.kill(pid, signal.SIGKILL)
        _, _, usage = os.wait4(pid, 0)
        return {"status": None, "signal": 0, "peak": usage.ru_maxrss}
    if os.WIFSIGNALED(status):
        return {"status": None, "signal": os.WTERMSIG(status), "peak": usage.ru_maxrss}
    return {"status": os.WEXITSTATUS(status), "signal": 0, "peak": usage.ru_maxrss}


def _child(asked: dict[str, Any], connection: socket.socket, walls: Walls) -> NoReturn:
    """The life of a child; it ends here, without the parent's clean-ups."""
    status = 1
    try:
        die_with_parent()
        os.setsid()
        _only_keep(connection.fileno(), walls)
        device = _ready_device(asked["device"])
        raised = walls.close_in(Limits(float(asked["seconds"]), 0 if device != "cpu" else int(asked["memory"])))
        channel = Channel(connection)
        frame = channel.receive()
        if frame is not None:
            job, _ = frame
            job["walls"] = raised
            ROLES[asked["role"]](channel, job, device)
        status = 0
    except (BrokenPipeError, ConnectionResetError, FrameError):
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, the referee is told and the process ends
        _tell(connection, traceback.format_exc(limit=-4))
    finally:
        os._exit(status)


def _tell(connection: socket.socket, text: str) -> None:
    try:
        Channel(connection).send({"event": "broken", "message": text[-2_000:]})
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


def _import_what_torch_puts_off() -> None:
    """Import what torch.optim imports at its first step: 1.1 s, measured; best once, and while nobody waits."""
    gc.collect()
    gc.freeze()


ROLES = {
    "oracle": oracle.serve,
    "learner": learner.serve,
    "snippet": snippet.serve,
    "derivation": derivation.serve,
    "probe": probe.serve,
}
