"""`studytui grade` without its words: a request in, verdicts out. The app's way of a review with another front."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from studytui.answer_file import Answer, answers_in, decode_answer, read_answer_file, seed_for
from studytui.errors import StudyError
from studytui.grader.grader import Grader
from studytui.grader.lingering import warm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from studytui.cards.library import Library
    from studytui.grader.picture import Picture
    from studytui.grader.process import Warm
    from studytui.grader.verdict import Verdict
    from studytui.settings import Paths, Settings


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be graded: a file, or an answer (bytes where it came through a pipe) to a card."""

    file: Path | None
    card: str | None
    answer: str | bytes | None
    device: str
    seconds: float | None
    record: bool
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """An answer and its verdict."""

    answer: Answer
    verdict: Verdict


def grade_all(request: Request, paths: Paths, settings: Settings, open_library: Callable[[], Library]) -> list[Result]:
    """Grade what is asked, in the order of the file.

    torch is imported in the grader's own process from the start, while decks and the file are read here.

    Raises:
        StudyError: the request is unusable.
        GraderError: the grader itself failed.
    """
    with Grader(request.seconds, warm_for(paths, settings), seed=request.seed) as grader:
        grader.start()
        library = open_library()
        answers = _answers(request, library)
        if request.record:
            return _record(answers, grader, library, paths, settings, request)
        return _graded(answers, grader, library, settings, request)


@contextmanager
def grading_again(
    request: Request, paths: Paths, settings: Settings, open_library: Callable[[], Library]
) -> Iterator[Callable[[], list[Result]]]:
    """What reads the request's file anew and grades it at each call, on one grader that stays warm between them.

    The calls raise what `grade_all` raises.
    """
    with Grader(request.seconds, warm_for(paths, settings), seed=request.seed) as grader:
        grader.start()
        library = open_library()

        def grade() -> list[Result]:
            results = _graded(_answers(request, library), grader, library, settings, request)
            if results and request.seed is None:  # the learner writes on, and the next grade begins with this card
                with suppress(StudyError, OSError):  # that will tell what is wrong
                    grader.prepare(library.card(results[0].answer.card), device=request.device)
            return results

        yield grade


def _graded(
    answers: list[Answer], grader: Grader, library: Library, settings: Settings, request: Request
) -> list[Result]:
    results = []
    for answer in answers:
        card = library.card(answer.card)
        seed = seed_for(answer, card, request.seed)
        verdict = grader.grade(card, answer.text, language=settings.language, device=request.device, seed=seed)
        results.append(Result(answer, verdict))
    return results


def picture_of(
    expression: str, inputs: Sequence[tuple[str, str]], seconds: float | None, paths: Paths, settings: Settings
) -> Picture:
    """Which cell of which input each cell of an expression comes from; inputs are expressions by name.

    Raises:
        StudyError: an expression cannot be used.
        GraderError: the grader itself failed.
    """
    with Grader(seconds, warm_for(paths, settings)) as grader:
        return grader.picture(expression, inputs)


def warm_for(paths: Paths, settings: Settings) -> Callable[[], Warm]:
    """What finds the warm process that a command leaves behind, or starts one."""
    return lambda: warm(paths.graders, settings.keep_warm * 60)


def _answers(request: Request, library: Library) -> list[Answer]:
    if request.file is not None:
        text, name = read_answer_file(request.file), str(request.file)
    elif isinstance(request.answer, bytes):
        text, name = decode_answer(request.answer, "stdin"), "stdin"
    else:
        text, name = request.answer or "", "--answer"
        if not text.strip():
            raise StudyError("--answer is empty: there is nothing to grade.", "Write the answer after it.")
    entry = None if request.card is None else library.find(request.card)
    if entry is not None and request.file is None:
        return [Answer(entry.id, entry.function, text)]
    return answers_in(text, name, library, entry)


def _record(
    answers: list[Answer], grader: Grader, library: Library, paths: Paths, settings: Settings, request: Request
) -> list[Result]:
    """Grade and log each answer as a review, with the rating its verdict suggests."""
    from studytui.scheduling.scheduler import Scheduler
    from studytui.session import Session
    from studytui.store.store import Store

    results = []
    settings = replace(settings, device=request.device)
    with Store.open(paths.database) as store:
        for answer in answers:
            session = Session(
                library=library,
                store=store,
                scheduler=Scheduler(settings.scheduling),
                grader=grader,
                settings=settings,
                clock=lambda: datetime.now(UTC),
                only=answer.card,
                seed=seed_for(answer, library.card(answer.card), request.seed),
            )
            session.start()
            verdict = session.grade(answer.text)
            session.rate(session.suggested())
            results.append(Result(answer, verdict))
    return results
