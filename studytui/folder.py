"""`studytui grade DIR` without its words: a folder of answers in, a row an answer out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from studytui.batch import collect, grade_batch, known_rows
from studytui.errors import StudyError
from studytui.grader.grader import Grader
from studytui.grader.lingering import code_digest
from studytui.grading import warm_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from studytui.batch import Row
    from studytui.cards.library import Library
    from studytui.grading import Request
    from studytui.settings import Paths, Settings


@dataclass(frozen=True, slots=True)
class Folder:
    """How a folder of answers is to be graded.

    Attributes:
        jobs: answers graded at once.
        output: where rows are written as they come, and read from when an earlier run is gone on with.
    """

    path: Path
    jobs: int
    output: Path | None


def grade_folder(
    folder: Folder,
    request: Request,
    paths: Paths,
    settings: Settings,
    open_library: Callable[[], Library],
    on_row: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> list[Row]:
    """Grade every Python file below a folder; see `batch`.

    Raises:
        StudyError: there is nothing to grade, or the output cannot be written.
        GraderError: the grader itself failed.
    """
    known, earlier = known_rows(folder.output) if folder.output is not None else ({}, None)
    with Grader(request.seconds, warm_for(paths, settings)) as grader:
        grader.start()
        library = open_library()
        batch = collect(folder.path, request.card, library, request.seed, code_digest(), earlier)
        with _appended(folder.output) as output:
            rows = grade_batch(
                batch,
                library,
                grader,
                language=settings.language,
                device=request.device,
                jobs=folder.jobs,
                known=known,
                output=output,
                on_row=on_row,
                stopped=stopped,
            )
            return list(rows)


@contextmanager
def _appended(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise StudyError(
            f"{path} cannot be written: {error.strerror}.", "Choose another place with --output."
        ) from None
    with file:
        if _cut_off(path):
            file.write("\n")
        yield file


def _cut_off(path: Path) -> bool:
    """Whether the last line lacks its end, as where a run was killed: the next row must not go on in it."""
    with path.open("rb") as file:
        return file.seek(0, 2) > 0 and file.seek(-1, 2) >= 0 and file.read(1) != b"\n"
