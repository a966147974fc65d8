"""Frames, the only thing that crosses a process border: two lengths, a JSON header, raw bytes.

Nothing here trusts the other side. Lengths are bounded before anything is read, the header must be a JSON object, and
what the raw bytes mean is for the reader to check (`children.codec`). Nothing is ever unpickled.
"""

from __future__ import annotations

import json
import select
import struct
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import socket

MAX_HEADER = 4 << 20
MAX_BLOB = 64 << 20
MAX_RESULT = 16 << 20
"""Bytes of tensors that an answer's result may have; a card's cases take kilobytes."""
_LENGTHS = struct.Struct(">II")
_ENCODE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode
AT_ONCE = 1 << 16
"""Bytes that are asked of a socket at a time; for more, the system would map memory anew each time."""

Header: TypeAlias = dict[str, Any]


class FrameError(Exception):
    """The other side sent what is no frame."""


def pack(header: Header, blob: bytes | bytearray = b"") -> bytes:
    """The bytes of one frame.

    Raises:
        FrameError: the frame would be larger than a reader accepts, or its header is no JSON.
    """
    try:
        head = _ENCODE(header).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise FrameError(f"a header that is no JSON: {error}") from None
    if len(head) > MAX_HEADER or len(blob) > MAX_BLOB:
        raise FrameError(f"a frame may hold {MAX_HEADER} + {MAX_BLOB} bytes, not {len(head)} + {len(blob)}")
    return b"".join((_LENGTHS.pack(len(head), len(blob)), head, blob))


class FrameReader:
    """Bytes in, frames out; for a reader that must never block on the other side."""

    def __init__(self, max_header: int = MAX_HEADER, max_blob: int = MAX_BLOB) -> None:
        self._limits = max_header, max_blob
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[Header, bytes]]:
        """The frames that `data` completes.

        Raises:
            FrameError: a length is over its limit, or a header is no JSON object.
        """
        self._buffer += data
        frames = []
        while len(self._buffer) >= _LENGTHS.size:
            head, blob = _LENGTHS.unpack_from(self._buffer)
            if head > self._limits[0] or blob > self._limits[1]:
                raise FrameError(f"a frame of {head} + {blob} bytes is over the limit")
            start, end = _LENGTHS.size + head, _LENGTHS.size + head + blob
            if len(self._buffer) < end:
                break
            frames.append((_parse(bytes(self._buffer[_LENGTHS.size : start])), bytes(self._buffer[start:end])))
            del self._buffer[:end]
        return frames


class Channel:
    """A blocking socket that sends and receives whole frames: the children's side."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()
        self._part = memoryview(bytearray(AT_ONCE))

    def send(self, header: Header, blob: bytes | bytearray = b"") -> None:
        """Send one frame."""
        self._connection.sendall(pack(header, blob))

    def receive(self) -> tuple[Header, bytes] | None:
        """The next frame, or None once the other side has closed.

        Raises:
            FrameError: what came is no frame.
        """
        lengths = self._exactly(_LENGTHS.size)
        if lengths is None:
            return None
        head, blob = _LENGTHS.unpack(lengths)
        if head > MAX_HEADER or blob > MAX_BLOB:
            raise FrameError(f"a frame of {head} + {blob} bytes is over the limit")
        body = self._exactly(head + blob)
        if body is None:
            return None
        return _parse(body[:head]), body[head:]

    def has_frame(self) -> bool:
        """Whether something waits to be received."""
        return bool(self._buffer) or bool(select.select([self._connection], [], [], 0)[0])

    def _exactly(self, size: int) -> bytes | None:
        """The next bytes; what comes with them is kept, so that a burst of frames takes one call of the system."""
        while len(self._buffer) < size:
            count = self._connection.recv_into(self._part)
            if not count:
                return None
            self._buffer += self._part[:count]
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


def _parse(raw: bytes) -> Header:
    try:
        header = json.loads(raw)
    except (ValueError, RecursionError):
        raise FrameError("a frame's header is no JSON") from None
    if not isinstance(header, dict):
        raise FrameError("a frame's header is no JSON object")
    return header
