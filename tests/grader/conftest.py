"""One warm grader for a worker's tests: torch is imported in it while the tests are collected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Iterator

CARD_SECONDS = 1.5
"""What a deck's own code may take in these tests; several times what an honest one needs on a busy machine."""


@pytest.fixture(scope="session")
def grader() -> Iterator[Grader]:
    with Grader(card_seconds=CARD_SECONDS) as grader:
        grader.start()
        yield grader
