"""What stands in a sentence for an exception."""

from __future__ import annotations

from studytui.errors import DeviceError, described


def test_an_exception_that_says_nothing_leaves_no_colon() -> None:
    assert described(MemoryError()) == "MemoryError"
    assert described(ValueError("too large")) == "ValueError: too large"


def test_a_device_that_cannot_be_used_is_named() -> None:
    assert "cuda" in DeviceError("cuda").message
