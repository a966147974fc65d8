"""A warm process that stays behind a command, so that the next one need not import torch.

It listens on a socket in a folder that only its user can enter. The socket's name is a digest of the code, the
interpreter, the environment and torch: a process of another version or another environment is never found, only left
to go by itself. Whatever is wrong with it, the caller works without.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from studytui import __version__
from studytui.errors import GraderError
from studytui.grader.process import Warm, WarmProcess, clean_environment

CONNECT_SECONDS = 2.0
"""How long one that is busy may take to say that it is ready: on a machine that is busy too, many times the usual."""
LONGEST_PATH = 100
"""Paths of Unix sockets end at 104 bytes on macOS, 108 on Linux."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A warm process that waits: since when (seconds since the epoch), and what it has done."""

    pid: int
    since: float
    children: int
    clients: int
    ours: bool


def warm(folder: Path, keep: float) -> Warm:
    """The warm process that waits for this version of the code, else a new one that will.

    Args:
        folder: where sockets are; made if need be, for this user alone.
        keep: seconds a new one stays without anybody; 0 for one that does not stay.

    Raises:
        GraderError: none can be started.
    """
    path = folder / f"{code_digest()}.sock"
    if keep <= 0 or len(os.fsencode(path)) > LONGEST_PATH or not _private(folder):
        return WarmProcess()
    return _connect(path) or WarmProcess(listen=path, keep=keep)


def standing(folder: Path) -> list[Standing]:
    """The warm processes that wait, of whatever version."""
    ours = f"{code_digest()}.sock"
    found = []
    for path in sorted(folder.glob("*.sock")):
        answer = _once(path, "status")
        if answer is not None:
            counts = int(answer["pid"]), float(answer["since"]), int(answer["children"]), int(answer["clients"])
            found.append(Standing(*counts, ours=path.name == ours))
    return found


def stop(folder: Path) -> int:
    """Have every warm process that waits go; how many there were."""
    return sum(_once(path, "stop") is not None for path in sorted(folder.glob("*.sock")))


def _once(path: Path, operation: str) -> dict[str, float] | None:
    connected = _connect(path)
    if connected is None:
        return None
    try:
        return connected.ask({"op": operation})
    except GraderError:
        return None
    finally:
        connected.close()


def _connect(path: Path) -> Warm | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(str(path))
        found = Warm(connection, CONNECT_SECONDS)
        found.wait_ready()
    except (OSError, GraderError):
        connection.close()
        return None
    return found


def _private(folder: Path) -> bool:
    """Whether the folder is there, ours, and closed to everybody else."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        seen = folder.stat()
    except OSError:
        return False
    return seen.st_uid == os.getuid() and not seen.st_mode & 0o077


def code_digest() -> str:
    """The same for the same code, interpreter, environment and torch."""
    package = Path(__file__).resolve().parent.parent
    files = [path for room in ("grader", "cards") for path in sorted((package / room).rglob("*.py"))]
    torch = importlib.util.find_spec("torch")
    if torch is not None and torch.origin:
        files.append(Path(torch.origin).with_name("version.py"))
    seen = [(str(path), (state := path.stat()).st_mtime_ns, state.st_size) for path in files if path.exists()]
    known = [__version__, sys.executable, sys.version, sys.path, sorted(clean_environment(os.environ).items()), seen]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:16]
