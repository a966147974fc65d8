from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from studytui.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path


def test_the_version_changes_when_another_connection_writes_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "studytui.db"
    with Store.open(path) as here, Store.open(path) as there:
        before = here.version()
        here.bury("tensors/view", date(2026, 3, 11))
        assert here.version() == before
        there.suspend("tensors/view", suspended=True)
        assert here.version() != before
        assert here.version() == here.version()
