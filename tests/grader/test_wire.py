from __future__ import annotations

import json
import socket
import struct
import threading
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studytui.grader.wire import MAX_BLOB, MAX_HEADER, Channel, FrameError, FrameReader, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
HEADERS = st.dictionaries(st.text(), VALUES, max_size=4)


def lengths(head: int, blob: int) -> bytes:
    return struct.pack(">II", head, blob)


def raw(head: bytes, blob: bytes = b"") -> bytes:
    return lengths(len(head), len(blob)) + head + blob


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, Channel]]:
    ours, theirs = socket.socketpair()
    ours.settimeout(2)
    theirs.settimeout(2)
    with ours, theirs:
        yield ours, Channel(theirs)


@settings(max_examples=40, deadline=None)
@given(frames=st.lists(st.tuples(HEADERS, st.binary(max_size=50)), min_size=1, max_size=4), cut=st.integers(1, 40))
def test_frames_arrive_as_they_left_however_they_are_cut(frames: list[tuple[Any, bytes]], cut: int) -> None:
    stream = b"".join(pack(header, blob) for header, blob in frames)
    reader = FrameReader()
    arrived = [frame for start in range(0, len(stream), cut) for frame in reader.feed(stream[start : start + cut])]
    assert arrived == frames


def test_a_channel_and_a_reader_speak_the_same_language(pair: tuple[socket.socket, Channel]) -> None:
    ours, channel = pair
    channel.send({"event": "한"}, b"\x00\xff")
    assert FrameReader().feed(ours.recv(1000)) == [({"event": "한"}, b"\x00\xff")]
    ours.sendall(pack({"n": 1}, b"blob") + pack({}))
    assert channel.has_frame()
    assert channel.receive() == ({"n": 1}, b"blob")
    assert channel.receive() == ({}, b"")
    assert not channel.has_frame()


def test_an_empty_frame_is_a_frame() -> None:
    assert FrameReader().feed(pack({})) == [({}, b"")]


def test_a_frame_of_megabytes_crosses_a_socket(pair: tuple[socket.socket, Channel]) -> None:
    ours, channel = pair
    blob = bytes(range(256)) * 12_000
    sender = threading.Thread(target=ours.sendall, args=(pack({"n": 1}, blob),))
    sender.start()
    frame = channel.receive()
    sender.join()
    assert frame == ({"n": 1}, blob)


def test_a_closed_channel_gives_none_even_in_the_middle_of_a_frame(pair: tuple[socket.socket, Channel]) -> None:
    ours, channel = pair
    ours.sendall(pack({"n": 1}, b"blob")[:-2])
    ours.close()
    assert channel.receive() is None


@pytest.mark.parametrize(
    "claim", [(MAX_HEADER + 1, 0), (0, MAX_BLOB + 1), (2**32 - 1, 2**32 - 1)], ids=["header", "blob", "all"]
)
def test_a_length_over_the_limit_is_refused_before_anything_is_kept(claim: tuple[int, int]) -> None:
    with pytest.raises(FrameError, match="over the limit"):
        FrameReader().feed(lengths(*claim))


def test_a_reader_may_have_lower_limits_than_a_channel() -> None:
    reader = FrameReader(max_header=10, max_blob=3)
    assert reader.feed(pack({"a": 1}, b"abc")) == [({"a": 1}, b"abc")]
    with pytest.raises(FrameError):
        reader.feed(pack({"a": 1}, b"abcd"))
    with pytest.raises(FrameError):
        FrameReader(max_header=10).feed(pack({"a": "long enough"}))


def test_a_channel_refuses_lying_lengths_too(pair: tuple[socket.socket, Channel]) -> None:
    ours, channel = pair
    ours.sendall(lengths(2**32 - 1, 0))
    with pytest.raises(FrameError):
        channel.receive()


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"null",
        b'"text"',
        b"{'a': 1}",
        b"\xff\xfe",
        b'{"a": \xff}',
        b"[" * 50_000,
        b'{"a":' * 50_000,
        b'{"n": ' + b"9" * 5_000 + b"}",
        b"\x80\x04\x95cos\nsystem\n",
    ],
    ids=lambda head: repr(head[:12]),
)
def test_a_header_that_is_no_json_object_is_refused(head: bytes) -> None:
    with pytest.raises(FrameError):
        FrameReader().feed(raw(head))


def test_what_follows_a_broken_frame_is_never_read() -> None:
    reader = FrameReader()
    with pytest.raises(FrameError):
        reader.feed(raw(b"[]") + pack({"event": "right"}))


def test_garbage_is_no_frame() -> None:
    with pytest.raises(FrameError):
        FrameReader().feed(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def deep(levels: int) -> Any:
    value: Any = 0
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "header",
    [{"x": "a" * (MAX_HEADER + 1)}, {"x": object()}, {"x": {1, 2}}, {"x": 10**5_000}, {"x": deep(100_000)}],
    ids=["large", "object", "set", "huge int", "deep"],
)
def test_what_cannot_be_a_frame_is_not_sent(header: dict[str, Any]) -> None:
    with pytest.raises(FrameError):
        pack(header)


def test_a_blob_over_the_limit_is_not_sent() -> None:
    with pytest.raises(FrameError):
        pack({}, bytes(MAX_BLOB + 1))


def test_numbers_that_json_lacks_cross_all_the_same() -> None:
    ((header, _),) = FrameReader().feed(pack({"x": [float("nan"), float("inf"), float("-inf"), "\ud800"]}))
    assert json.dumps(header["x"]) == '[NaN, Infinity, -Infinity, "\\ud800"]'
