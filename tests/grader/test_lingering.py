"""The warm process that stays behind a command: found by the next one, never by another version, and gone when idle."""

from __future__ import annotations

import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from studytui.grader import lingering
from studytui.grader.process import Warm, WarmProcess, probe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for sockets with a short name; nothing is left waiting in it."""
    path = tmp_path_factory.mktemp("g")
    path.chmod(0o700)
    yield path
    lingering.stop(path)


def process_id(warm: Warm) -> int:
    return int(warm.ask({"op": "status"})["pid"])


def test_the_next_caller_is_served_by_the_process_left_behind(folder: Path) -> None:
    first = lingering.warm(folder, keep=60)
    pid = process_id(first)
    first.close()
    second = lingering.warm(folder, keep=60)
    assert not isinstance(second, WarmProcess)
    assert process_id(second) == pid
    assert "limits" in probe(second)["walls"]
    second.close()
    (standing,) = lingering.standing(folder)
    assert (standing.pid, standing.ours, standing.children) == (pid, True, 1)


def test_two_callers_at_once_are_both_served(folder: Path) -> None:
    first = lingering.warm(folder, keep=60)
    first.wait_ready()
    second = lingering.warm(folder, keep=60)
    assert process_id(first) == process_id(second)
    first.close()
    assert "limits" in probe(second)["walls"]
    second.close()


def test_a_process_of_another_environment_is_never_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = lingering.warm(folder, keep=60)
    first.wait_ready()
    first.close()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "7")
    (other,) = lingering.standing(folder)
    assert not other.ours
    second = lingering.warm(folder, keep=0)
    assert isinstance(second, WarmProcess)
    second.close()


def test_one_that_is_told_to_stop_is_gone(folder: Path) -> None:
    first = lingering.warm(folder, keep=60)
    assert isinstance(first, WarmProcess)
    first.wait_ready()
    first.close()
    assert lingering.stop(folder) == 1
    assert first._process.wait(timeout=20) == 0
    assert list(folder.glob("*.sock")) == []
    assert lingering.standing(folder) == []


def test_one_that_nobody_needs_goes_by_itself(folder: Path) -> None:
    first = lingering.warm(folder, keep=0.05)
    assert isinstance(first, WarmProcess)
    first.wait_ready()
    first.close()
    assert first._process.wait(timeout=30) == 0
    assert list(folder.glob("*.sock")) == []


def test_one_that_has_yet_to_make_a_spare_makes_it_and_stays(folder: Path) -> None:
    first = lingering.warm(folder, keep=60)
    assert isinstance(first, WarmProcess)
    child = first.spawn("learner", seconds=1.0, memory=512)
    first.end(child, grace=False)
    first.expect("learner", seconds=1.0, memory=512)
    first.close()
    with pytest.raises(subprocess.TimeoutExpired):
        first._process.wait(timeout=1)
    (standing,) = lingering.standing(folder)
    assert standing.pid == first._process.pid


def test_a_socket_that_nobody_listens_on_is_replaced(folder: Path) -> None:
    path = folder / f"{lingering.code_digest()}.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    first = lingering.warm(folder, keep=60)
    first.wait_ready()
    first.close()
    assert len(lingering.standing(folder)) == 1


def test_a_folder_that_others_can_enter_is_not_used(folder: Path) -> None:
    folder.chmod(0o755)
    first = lingering.warm(folder, keep=60)
    first.wait_ready()
    assert list(folder.iterdir()) == []
    first.close()


def test_a_path_too_long_for_a_socket_is_not_used(folder: Path) -> None:
    deep = folder / ("d" * 90)
    first = lingering.warm(deep, keep=60)
    first.wait_ready()
    assert not deep.exists()
    first.close()
