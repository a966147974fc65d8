"""Many answers at once: every Python file below a folder, graded on all cores, written down as it goes.

All files are graded on the same cases, drawn from one seed; a card's own numbers come from the seed in each answer,
unless one is asked for. A file that cannot be used becomes a row like any other and never stops the rest. Where rows
are written to a file, a run that was stopped goes on from it: an answer whose text, card and grader have not changed is
not graded again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from studytui.answer_file import answers_in, read_answer_file, seed_for
from studytui.errors import GradeCancelledError, StudyError
from studytui.grader.verdict_json import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from studytui.answer_file import Answer
    from studytui.cards.library import Library
    from studytui.grader.grader import Grader

MAX_FILES = 100_000
ROW_STARTS = '{"file": '


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of one file and what came of it, or one file and why nothing could.

    Attributes:
        file: relative to the folder.
        result: as `verdict_json.to_json` makes it; None where there is an error.
        digest: equal for equal text, card, grader and seed; empty for an error.
    """

    file: str
    result: dict[str, Any] | None
    error: str = ""
    digest: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.result is not None and self.result["verdict"] == "passed"

    def as_json(self) -> dict[str, Any]:
        """The row as one JSON object."""
        if self.result is None:
            return {"file": self.file, "error": self.error}
        return {"file": self.file, **self.result, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Task:
    """One answer to grade, with the seed of its cases or of its card's numbers."""

    file: str
    answer: Answer
    digest: str
    seed: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A folder's answers, and what is known of them before any is graded."""

    tasks: tuple[Task, ...]
    errors: tuple[Row, ...]
    seed: int


def collect(
    folder: Path, card: str | None, library: Library, seed: int | None, version: str, earlier: int | None = None
) -> Batch:
    """The answers in every Python file below `folder`, hidden ones left out.

    Args:
        card: the card every file answers; None to go by the names of functions.
        seed: of the cases, and of the numbers of every card that draws any; None for each answer's own numbers.
        version: changes with the grader's code.
        earlier: seed of the cases where there is no `seed`, as of a run that is gone on with; else drawn afresh.

    Raises:
        StudyError: there is no Python file, or no such card.
    """
    files = sorted(path for path in folder.rglob("*.py") if not _hidden(path, folder) and path.is_file())[:MAX_FILES]
    if not files:
        raise StudyError(f"{folder} has no Python file.", "Name a folder with answers, or a single file.")
    entry = None if card is None else library.find(card)
    given = seed if seed is not None else earlier
    of_cases = secrets.randbelow(1 << 31) if given is None else given
    tasks: list[Task] = []
    errors: list[Row] = []
    for path in files:
        name = str(path.relative_to(folder))
        try:
            text = read_answer_file(path)
            answers = answers_in(text, name, library, entry)
            seeds = [seed_for(answer, library.card(answer.card), seed) for answer in answers]
        except StudyError as error:
            errors.append(Row(name, None, str(error)))
            continue
        for answer, own in zip(answers, seeds, strict=True):
            used = of_cases if own is None else own
            asked = (version, str(used), answer.card, library.card(answer.card).model_dump_json(), answer.text)
            digest = hashlib.sha256("\0".join(asked).encode()).hexdigest()
            tasks.append(Task(name, answer, digest, used))
    return Batch(tuple(tasks), tuple(errors), of_cases)


def known_rows(path: Path) -> tuple[dict[tuple[str, str], Row], int | None]:
    """The rows an earlier run wrote, by file and digest, and its seed; a line that was cut off is passed over.

    The seed is that of most rows: an answer to a card whose numbers are drawn has one of its own.

    Raises:
        StudyError: the file cannot be read, or holds something that no run wrote.
    """
    rows: dict[tuple[str, str], Row] = {}
    seeds: Counter[int] = Counter()
    lines = _lines(path)
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            found = json.loads(line)
            seed = int(found["seed"])
            file, digest = str(found.pop("file")), str(found.pop("digest"))
            rows[file, digest] = Row(file, found, digest=digest)
            seeds[seed] += 1
    if not rows and any(line.strip() and not line.startswith(ROW_STARTS) for line in lines):
        raise _foreign(path)
    return rows, max(seeds, key=seeds.__getitem__, default=None)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise _foreign(path) from None
    except IsADirectoryError:
        raise StudyError(f"{path} is a folder.", "Name a file with --output.") from None
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror}.", "Choose another place with --output.") from None


def _foreign(path: Path) -> StudyError:
    return StudyError(
        f"{path} holds something else than rows of a grade and is left as it is.",
        "Choose another place with --output.",
    )


def grade_batch(
    batch: Batch,
    library: Library,
    grader: Grader,
    *,
    language: str,
    device: str,
    jobs: int,
    known: dict[tuple[str, str], Row],
    output: IO[str] | None,
    on_row: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> Iterator[Row]:
    """Every row as it is known: errors and known ones first, then graded ones in the order in which they end.

    Args:
        known: rows that need not be graded again.
        output: a file that each new row is appended to at once.
        on_row: called with (rows known, rows in all).
        stopped: once it says so, answers that are being graded are given up and the rest is left.
    """
    total = len(batch.tasks) + len(batch.errors)
    done = 0

    how: dict[str, Any] = {"language": language, "device": device, "cancelled": stopped}

    def grade(task: Task) -> Row:
        card = library.card(task.answer.card)
        try:
            verdict = grader.grade(card, task.answer.text, seed=task.seed, **how)
        except GradeCancelledError:
            raise
        except StudyError as error:
            return Row(task.file, None, str(error))
        return Row(task.file, to_json(verdict, card=task.answer.card, function=task.answer.function), "", task.digest)

    ready = [*batch.errors, *(row for task in batch.tasks if (row := known.get((task.file, task.digest))) is not None)]
    for row in ready:
        done += 1
        on_row(done, total)
        yield row
    left = iter(task for task in batch.tasks if (task.file, task.digest) not in known)
    with ThreadPoolExecutor(jobs) as pool:
        running: set[Future[Row]] = set()
        while True:
            while len(running) < jobs and not stopped() and (task := next(left, None)) is not None:
                running.add(pool.submit(grade, task))
            if not running:
                return
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                with suppress(GradeCancelledError):
                    row = future.result()
                    if output is not None and row.result is not None:
                        output.write(json.dumps(row.as_json(), ensure_ascii=False, allow_nan=False) + "\n")
                        output.flush()
                    done += 1
                    on_row(done, total)
                    yield row


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
