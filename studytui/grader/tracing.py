"""Pictures asked of a child: of an expression anybody may write, and of a predict card's snippet."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from studytui.errors import StudyError
from studytui.grader.cleaning import MAX_MESSAGE, plain, printable
from studytui.grader.exchange import ask
from studytui.grader.failures import failure
from studytui.grader.picture import lines_of, picture_of
from studytui.grader.wire import FrameError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from studytui.grader.picture import Picture, TracedLine
    from studytui.grader.process import Warm
    from studytui.grader.wire import Header

MEMORY = 512
OUT_OF_MEMORY = ("can't allocate memory", "Cannot allocate memory")
"""What torch and the system say."""
SEARCH_SECONDS = 2.0
"""Time the pictures of one snippet may take: a few milliseconds each are usual."""
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
LONGEST_LINE = 200


def draw_expression(
    warm: Warm,
    expression: str,
    inputs: Sequence[tuple[str, str]],
    seconds: float,
    cancelled: Callable[[], bool] | None = None,
) -> Picture:
    """The picture of an expression over named inputs, each an expression too; all of it runs in a child.

    Raises:
        StudyError: an expression cannot be read, raises, does not end, or gives no tensor.
        GraderError: there is no child to be had.
        GradeCancelledError: `cancelled` said so.
    """
    job = {"expression": expression, "inputs": [list(pair) for pair in inputs], "seconds": seconds}
    child = warm.spawn("picture", seconds=seconds, memory=MEMORY)
    try:
        frame = ask(child.connection, job, seconds, cancelled)
    except TimeoutError:
        raise StudyError(
            f"The expression did not finish in {seconds:g} s.", "Try it on smaller tensors, or give more --timeout."
        ) from None
    except FrameError as error:
        raise StudyError(f"The expression broke the sandbox's protocol: {error}.", "Leave its process alone.") from None
    finally:
        warm.end(child, grace=False)
    if frame is None:
        raise StudyError(
            "The expression ended its process.", f"It may need more than the {MEMORY} MiB it has; try smaller tensors."
        )
    try:
        if frame.get("event") == "picture":
            return picture_of(plain(frame["picture"]))
        if frame.get("event") == "fault":
            raise _fault(frame, expression, dict(inputs))
    except UNREADABLE:
        raise StudyError("What the expression's process says cannot be read.", "Leave its process alone.") from None
    if "MemoryError" in str(frame.get("message", "")):
        raise StudyError(f"The expression needs more than {MEMORY} MiB.", "Try smaller tensors.")
    raise failure("expression_not_traced", why=_last_line(frame.get("message")))


def trace_snippet(
    warm: Warm, code: str, seed: int, seconds: float, cancelled: Callable[[], bool] | None = None
) -> tuple[TracedLine, ...]:
    """What each line of a snippet made, with pictures where cells move; run with the seed of its verdict.

    Raises:
        GraderError: the snippet cannot be traced.
        GradeCancelledError: `cancelled` said so.
    """
    job = {"code": code, "seed": seed, "seconds": min(seconds / 2, SEARCH_SECONDS)}
    child = warm.spawn("trace", seconds=seconds, memory=MEMORY)
    try:
        frame = ask(child.connection, job, seconds, cancelled)
        if frame is None or frame.get("event") != "trace":
            raise failure("not_traced", why=_last_line((frame or {}).get("message")))
        return lines_of(plain(frame["lines"]))
    except TimeoutError:
        raise failure("trace_slow", seconds=seconds) from None
    except (FrameError, *UNREADABLE) as error:
        raise failure("trace_unreadable", why=f"{error!r:.200}") from None
    finally:
        warm.end(child, grace=False)


def _fault(frame: Header, expression: str, inputs: dict[str, str]) -> StudyError:
    """What is wrong with an expression, as an error that shows the place."""
    said = plain(frame)
    name = str(said.get("name") or "")
    what = f"The expression for --{name}" if name else "The expression"
    source = inputs[name] if name else expression
    reason = _first_line(said.get("message"))
    match said["kind"]:
        case "syntax":
            return StudyError(f"{what} cannot be read: {reason}.", _under(source, said))
        case "raised":
            if said["type"] == "MemoryError" or any(words in reason for words in OUT_OF_MEMORY):
                return StudyError(f"{what} needs more than {MEMORY} MiB.", "Try smaller tensors.")
            if said["type"] == "SystemExit":
                return StudyError(f"{what} ends Python instead of giving a tensor.", _under(source, said))
            raised = ": ".join(filter(None, [_first_line(said["type"]), reason]))
            return StudyError(f"{what} raises {raised}.", _under(source, said))
        case "no_tensor":
            kind = _first_line(said["type"])
            return StudyError(
                f"{what} gives no tensor but {_article(kind)} {kind}.", "Only tensors have cells to draw."
            )
        case "no_input":
            hint = 'Name one and use the name, as in: studytui picture "x.view(2, -1)" --x "arange(12).view(3, 4)"'
            return StudyError(f"{what} uses no tensor that was given.", hint)
    raise ValueError("a fault of no known kind")


def _under(source: str, said: dict[str, Any]) -> str:
    """The line of the source with a caret under the place; empty where that is not known."""
    rows, line, column, end = source.split("\n"), said.get("line"), said.get("column"), said.get("end")
    if not isinstance(line, int) or not isinstance(column, int) or not 0 < line <= len(rows):
        return printable(rows[0][:LONGEST_LINE])
    row = rows[line - 1]
    column = min(max(column, 1), len(row) + 1)
    last = min(max(end, column + 1), len(row) + 1) if isinstance(end, int) else column + 1
    start = max(0, column - 1 - LONGEST_LINE // 2)
    shown = printable(row[start : start + LONGEST_LINE]).replace("\t", " ")
    before, marked = row[start : column - 1], row[column - 1 : min(last - 1, start + LONGEST_LINE)]
    return f"{shown}\n  {' ' * _cells(before)}{'^' * max(1, _cells(marked))}"


def _cells(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def _first_line(text: Any) -> str:
    return printable(str(text)).strip().partition("\n")[0][:MAX_MESSAGE].rstrip(".")


def _last_line(text: Any) -> str:
    return printable(str(text or "")).strip().rpartition("\n")[2][:MAX_MESSAGE]


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"
