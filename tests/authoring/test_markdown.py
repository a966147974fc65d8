from __future__ import annotations

import pytest

from studytui.authoring.markdown import faults


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("What does `relu do?", 1, 11, "the ` here has no other"),
        ("one\n\ntwo ``code` x", 3, 5, "the `` here has no other"),
        ("one\n```python\nx = 1", 2, 1, "no end"),
        ("~~~\n```", 1, 1, "no end"),
        ("this is **strong", 1, 9, "the ** here has no other"),
        ("2**3 is 8", 1, 2, "the ** here has no other"),
        ("a `b\n\nc` d", 1, 3, "the ` here has no other"),
    ],
)
def test_a_fault_is_told_at_its_place(text: str, line: int, column: int, message: str) -> None:
    fault = next(faults(text))

    assert (fault.line, fault.column) == (line, column)
    assert message in fault.message


@pytest.mark.parametrize(
    "text",
    [
        "`relu` and ``a ` b``",
        "a `code span\nover two lines`",
        "```python\nx = `1 ** 2\n```",
        "1. one:\n   ```python\n   x\n   ```\n- ```\n  y\n  ```",
        "**strong** and `2**3`",
        "2 ** 3 is 8",
        r"\**no",
        "````\n```\n````",
    ],
)
def test_what_a_reader_takes_as_it_was_meant_is_no_fault(text: str) -> None:
    assert list(faults(text)) == []
