"""A sandbox that lacks a wall is spoken of once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.session import walls
from studytui.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_lack_is_told_once_and_again_when_it_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {"limits": "", "landlock": "the kernel has none", "seccomp": ""}
    monkeypatch.setattr(walls, "available", lambda: lacking)
    with Store.open(tmp_path / "studytui.db") as store:
        told = walls.unsaid_lack(store, "en")
        assert told is not None
        assert "landlock" in told.message
        assert walls.unsaid_lack(store, "en") is None
        lacking["seccomp"] = "libseccomp is not installed"
        again = walls.unsaid_lack(store, "ko")
        assert again is not None
        assert "landlock, seccomp" in again.message


def test_a_whole_sandbox_is_not_spoken_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walls, "available", lambda: {"limits": "", "landlock": "", "seccomp": ""})
    with Store.open(tmp_path / "studytui.db") as store:
        assert walls.unsaid_lack(store, "en") is None
