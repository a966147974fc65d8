"""What children say, made fit to be kept and shown: every field of its type, every string cleaned and cut.

A child's frame is whatever the code inside it wrote. What passes here can neither move a terminal's cursor nor be of a
type or size that the referee does not expect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studytui.grader.wire import Header

MAX_STRING = 20_000
MAX_DEPTH = 40
MAX_NAME = 200
MAX_MESSAGE = 2_000
MAX_LINE = 1_000_000
MAX_BASES = 50
MAX_VARIABLES = 16
MAX_SECONDS = 1_000.0


def said_of(header: Header) -> Header:
    """What is kept of a frame of the answer's child, of known types, not yet cleaned; its values are judged elsewhere.

    `event`, `type`, `kind`, `name`, `message` and `printed` are strings; `line` and `column` 1-based or None; `mro` a
    list of names; `variables` short texts by name; `took` seconds.
    """
    bases, variables = header.get("mro"), header.get("variables")
    said: Header = {key: _text(header.get(key), MAX_NAME) for key in ("event", "type", "kind", "name")}
    said |= {key: _text(header.get(key), size) for key, size in (("message", MAX_MESSAGE), ("printed", MAX_STRING))}
    said |= {key: _place(header.get(key)) for key in ("line", "column")}
    said["took"] = _seconds(header.get("took"))
    said["mro"] = [_text(name, MAX_NAME) for name in bases[:MAX_BASES]] if isinstance(bases, list) else []
    named = list(variables.items())[:MAX_VARIABLES] if isinstance(variables, dict) else []
    said["variables"] = {name[:MAX_NAME]: _text(value, MAX_NAME) for name, value in named}
    return said


def plain(value: Any, depth: int = 0) -> Any:
    """A child's JSON with every string cleaned of control characters and cut: fit for the learner's terminal."""
    if isinstance(value, str):
        return printable(value[:MAX_STRING])
    if isinstance(value, list) and depth < MAX_DEPTH:
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, dict) and depth < MAX_DEPTH:
        return {printable(str(key)[:MAX_NAME]): plain(item, depth + 1) for key, item in value.items()}
    return value if isinstance(value, (bool, int, float, type(None))) else None


def printable(text: str) -> str:
    """`text` without what would move a terminal's cursor or change its colours; newlines and tabs stay."""
    if text.isprintable():
        return text
    return "".join(c if c in "\n\t" or c.isprintable() else "�" for c in text)


def _text(value: Any, size: int) -> str:
    return value[:size] if isinstance(value, str) else ""


def _seconds(value: Any) -> float:
    return value if isinstance(value, float) and 0.0 <= value <= MAX_SECONDS else 0.0


def _place(value: Any) -> int | None:
    known = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MAX_LINE
    return value if known else None
