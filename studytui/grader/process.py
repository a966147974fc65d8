"""The warm process as the referee sees it: started once, asked for children, and closed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from studytui.errors import GradeCancelledError, GraderError
from studytui.grader.exchange import CANCEL_POLL_SECONDS, ask
from studytui.grader.failures import failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

START_SECONDS = 120.0
"""Longest wait for torch's import; a cold disk has taken 40 s."""
ANSWER_SECONDS = 20.0
PROBE_SECONDS = 30.0
GRACE_SECONDS = 0.5
_BOOTSTRAP = "import sys; sys.path[:] = sys.argv[2:]; from studytui.grader.children.warm import main; main(sys.argv[1])"
_KEPT_VARIABLES = frozenset(
    [
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "DYLD_FALLBACK_LIBRARY_PATH",
        "VIRTUAL_ENV",
        "SYSTEMROOT",
    ]
)
_KEPT_PREFIXES = ("CUDA_", "NVIDIA_", "OPENBLAS_", "MKL_", "PYTORCH_")

_left_behind: list[subprocess.Popen[bytes]] = []
"""Processes meant to outlive their caller: kept, since a Popen that is dropped warns that its process still runs."""


class GoneError(GraderError):
    """The warm process has ended since it was ready; another can take its place."""


@dataclass(slots=True)
class Child:
    """A child and the referee's end of its socket."""

    pid: int
    connection: socket.socket


@dataclass(frozen=True, slots=True)
class Ending:
    """How a child ended: its exit status, or the signal that ended it (0 where we did), and peak memory in bytes."""

    status: int | None
    signal: int
    peak: int


class Warm:
    """The control socket of a process that has imported torch, and forks children.

    Args:
        control: connected to the process; it says first that it is ready.
        patience: seconds to wait for that.
    """

    def __init__(self, control: socket.socket, patience: float) -> None:
        self._control = control
        self._patience = patience
        self._lock = threading.Lock()
        self._ready = self._gone = False
        self._buffer = b""
        self._descriptors: list[int] = []

    @property
    def alive(self) -> bool:
        """Whether it still serves, as far as is known."""
        return not self._gone

    def spawn(self, role: str, *, seconds: float, memory: int, device: str = "cpu") -> Child:
        """A new child in a role, closed in once it has its device; `memory` in MiB beyond torch's own.

        Raises:
            GoneError: the warm process is gone.
        """
        with self._lock:
            answer = self._ask(_child(role, seconds, memory, device) | {"op": "spawn"})
            return Child(int(answer["pid"]), socket.socket(fileno=self._descriptors.pop()))

    def expect(self, role: str, *, seconds: float, memory: int, device: str = "cpu") -> None:
        """Have a child made ready that will be asked for soon; best before anybody waits for it."""
        self._tell(_child(role, seconds, memory, device) | {"op": "expect"})

    def end(self, child: Child, *, grace: bool) -> Ending:
        """Close a child's socket, kill the child if it still runs, wait for that, and say how it ended.

        With `grace`, for a child that closed its end first, wait a moment for it to die by itself.
        """
        child.connection.close()
        answer = self.ask({"op": "end", "pid": child.pid, "grace": GRACE_SECONDS if grace else 0.0})
        unit = 1 if sys.platform == "darwin" else 1024
        return Ending(answer["status"], int(answer["signal"]), int(answer["peak"]) * unit)

    def release(self, children: Sequence[Child]) -> None:
        """Close the sockets of children, and have them killed without waiting for it."""
        for child in children:
            child.connection.close()
        self._tell({"op": "release", "pids": [child.pid for child in children]})

    def end_all(self, children: Sequence[Child], *, grace: bool) -> list[Ending] | None:
        """End several children, the first with `grace`; None where the warm process is gone, and they with it."""
        for child in children:
            child.connection.close()
        try:
            return [self.end(child, grace=grace and child is children[0]) for child in children]
        except GoneError:
            return None

    def wait_ready(self, cancelled: Callable[[], bool] | None = None) -> None:
        """Wait until torch is imported.

        Raises:
            GraderError: torch cannot be imported, or takes longer than any disk explains.
            GradeCancelledError: `cancelled`, asked about 20 times a second, said so.
        """
        with self._lock:
            self._wait_ready(cancelled)

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """One request and its answer.

        Raises:
            GoneError: the warm process is gone.
            GraderError: it never came.
        """
        with self._lock:
            return self._ask(request)

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._wait_ready()
        try:
            self._send(request)
            return self._line()
        except (OSError, ValueError):
            self._gone = True
            reason = self._dead()
            raise GoneError(reason.message, reason.hint, korean=reason.korean) from None

    def _tell(self, request: Mapping[str, Any]) -> None:
        """One request that has no answer; one that the warm process does not live to read has no need of it."""
        with self._lock:
            try:
                self._send(request)
            except OSError:
                self._gone = True

    def _send(self, request: Mapping[str, Any]) -> None:
        self._control.settimeout(ANSWER_SECONDS)
        self._control.sendall(json.dumps(request).encode() + b"\n")

    def close(self) -> None:
        """Give it up; every child that was asked for ends."""
        self._control.close()

    def _wait_ready(self, cancelled: Callable[[], bool] | None = None) -> None:
        deadline = time.monotonic() + self._patience
        while not self._ready:
            if cancelled is not None and cancelled():
                raise GradeCancelledError
            try:
                self._control.settimeout(CANCEL_POLL_SECONDS)
                self._ready = bool(self._line()["ready"])
            except TimeoutError:
                if time.monotonic() > deadline:
                    raise self._dead() from None
            except (OSError, ValueError):
                raise self._dead() from None

    def _line(self) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 1)
            self._descriptors += descriptors
            if not data:
                raise ConnectionResetError
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _dead(self) -> GraderError:
        return failure("gone")


class WarmProcess(Warm):
    """A warm process of our own.

    Args:
        listen: where it is to listen for others, and stay a while after `close`; None if it is ours alone.
        keep: seconds it stays without anybody.
    """

    def __init__(self, listen: Path | None = None, keep: float = 0.0) -> None:
        ours, theirs = socket.socketpair()
        super().__init__(ours, START_SECONDS)
        self._listens = listen is not None
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this object
        search_path = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - "" is the working directory
        wanted = {"control": theirs.fileno(), "listen": None if listen is None else str(listen), "keep": keep}
        command = [sys.executable, "-I", "-c", _BOOTSTRAP, json.dumps(wanted), *search_path]
        try:
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], env=clean_environment(os.environ), close_fds=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._errors, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise failure("no_start", why=error) from None
        finally:
            theirs.close()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return super().alive and self._process.poll() is None

    def close(self) -> None:
        """End every child, and the process itself unless it listens for others."""
        super().close()
        self._errors.close()
        if self._listens and self._ready:
            _left_behind.append(self._process)
            return
        if not self._ready:
            self._process.kill()  # it would notice only once torch is imported
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _dead(self) -> GraderError:
        self._process.kill()
        self._process.wait()
        said: list[str] = []
        if not self._errors.closed:  # by another thread, which closes this while a grade runs
            self._errors.seek(0)
            said = self._errors.read()[-4_000:].decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else f"exit status {self._process.returncode}"
        if "No module named 'torch'" in reason:
            return failure("no_torch")
        return failure("gone_why", why=reason)


def _child(role: str, seconds: float, memory: int, device: str) -> dict[str, Any]:
    return {"role": role, "seconds": seconds, "memory": memory, "device": device}


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What of the environment children may see: locale, libraries and device settings; no secrets, no home."""
    kept = {
        name: value for name, value in environ.items() if name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES)
    }
    return kept | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONHASHSEED": "0", "PATH": os.defpath}


def probe(warm: Warm) -> dict[str, Any]:
    """What a child finds around itself: walls that stand, walls that lack and why, devices.

    Raises:
        GraderError: the child gives no answer.
    """
    child = warm.spawn("probe", seconds=PROBE_SECONDS, memory=512)
    try:
        frame = ask(child.connection, {}, PROBE_SECONDS, None)
    finally:
        warm.end(child, grace=False)
    if frame is None or frame.get("event") != "probe":
        raise failure("no_sandbox", why=str((frame or {}).get("message", ""))[-500:])
    return frame
