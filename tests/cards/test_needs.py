"""What a card needs is looked for without importing it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from studytui.cards.needs import TRITON, is_missing

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_folder_that_has_the_name_of_a_package_is_not_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, TRITON, raising=False)
    (tmp_path / TRITON).mkdir()
    assert is_missing(TRITON)
    (tmp_path / TRITON / "__init__.py").touch()
    assert not is_missing(TRITON)


def test_what_no_card_can_need_is_never_looked_for() -> None:
    assert not is_missing(None)
    assert not is_missing("no_such_package")
