"""`studytui grade`, and the warm process it leaves behind."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studytui.cli.common import (
    ERASED,
    EXIT_INTERRUPTED,
    MAX_SEED,
    Number,
    Whole,
    complain,
    decks_option,
    json_option,
    open_decks,
    places,
    print_json,
)
from studytui.errors import EXIT_NOT_PASSED, EXIT_PASSED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from studytui.cards.library import Library
    from studytui.grading import Request, Result


@click.command(short_help="Grade a file, a folder, or one answer.")
@click.argument("file", required=False, type=click.Path(path_type=Path, readable=False))
@click.option("--card", "card_name", metavar="ID", help="The card that is answered, as tensors/view or view.")
@click.option("--answer", metavar="TEXT", help="An answer to any kind of card, instead of a file; - reads stdin.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default=None, help="Where tensors live.")
@click.option("--timeout", metavar="SECONDS", type=Number(0.1, 600), help="Wall time an answer may take.")
@click.option("--seed", metavar="N", type=Whole(0, MAX_SEED), help="Replay the cases, or a card's numbers, of a seed.")
@click.option("--record", is_flag=True, help="Log the verdict as a review, rated as the app would suggest.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl", "junit", "gradescope"]),
    default="text",
    help="What stdout gets; jsonl, junit and gradescope are for a folder.",
)
@click.option("--watch", is_flag=True, help="Grade FILE again at every save, until Ctrl+C.")
@click.option(
    "--jobs", metavar="N", type=Whole(1, 256), help="Answers of a folder graded at once; by default one a core."
)
@click.option(
    "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write a folder's rows here, and go on from them."
)
@decks_option
@click.pass_obj
def grade(
    outer_decks: tuple[str, ...],
    file: Path | None,
    card_name: str | None,
    answer: str | None,
    device: str | None,
    timeout: float | None,
    seed: int | None,
    record: bool,
    form: str,
    watch: bool,
    jobs: int | None,
    output: Path | None,
    decks: tuple[str, ...],
) -> int:
    """Grade the answers in FILE (or in every file of a folder), or --answer to --card, against torch."""
    if (file is None) == (answer is None):
        raise click.UsageError("Give either a FILE, or --answer with --card.")
    if answer is not None and card_name is None:
        raise click.UsageError("--answer needs --card.")
    if watch and (file is None or file.is_dir() or record or form != "text"):
        raise click.UsageError("--watch takes a single FILE, and neither --record nor a --format.")
    from studytui.answer_file import no_file
    from studytui.grading import Request, grade_all

    paths, settings = places()
    request = Request(
        file=file,
        card=card_name,
        answer=sys.stdin.buffer.read(1 << 21) if answer == "-" else answer,
        device=device or settings.device,
        seconds=timeout,
        record=record,
        seed=seed,
    )

    def open_library() -> Library:
        return open_decks(paths, decks or outer_decks)

    if file is not None and file.is_dir():
        if record:
            raise click.UsageError("--record takes a single FILE.")
        return _grade_folder(file, jobs or os.cpu_count() or 1, output, request, form, open_library)
    if form not in {"text", "json"} or jobs or output:
        if file is not None and not file.exists():
            raise no_file(file, "file or folder")
        raise click.UsageError("--jobs, --output and these formats are for a folder.")
    if watch and file is not None:
        return _grade_again(file, request, open_library)
    results = grade_all(request, paths, settings, open_library)
    if form == "json":
        from studytui.grader.verdict_json import to_json

        listed = [to_json(one.verdict, card=one.answer.card, function=one.answer.function) for one in results]
        print_json({"schema": 1, "device": results[0].verdict.device, "results": listed})
    else:
        click.echo(_as_text(results, settings.language))
    return EXIT_PASSED if all(one.verdict.passed for one in results) else EXIT_NOT_PASSED


def _as_text(results: Sequence[Result], language: str) -> str:
    from studytui.verdict_text import render

    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return "\n".join(render(one.answer.card, one.verdict, language, colours) for one in results)


def _grade_again(file: Path, request: Request, open_library: Callable[[], Library]) -> int:
    """Grade a file at every save; Ctrl+C is the way out and needs no word."""
    from datetime import UTC, datetime

    from studytui.grading import grading_again
    from studytui.watch import CLEAR, Watch, changes_of, follow, stamp_of

    paths, settings = places()
    before = CLEAR if sys.stdout.isatty() else ""

    def show(page: str) -> None:
        click.echo(before + page)
        sys.stdout.flush()

    try:
        with grading_again(request, paths, settings, open_library) as grade:
            watch = Watch(
                file.name,
                grade,
                lambda results: _as_text(results, settings.language),
                lambda: datetime.now(UTC).astimezone(),
                settings.language,
            )
            follow(watch, changes_of(file), lambda: stamp_of(file), show)
    except KeyboardInterrupt:
        """The learner is done."""
    return EXIT_INTERRUPTED


def _grade_folder(
    path: Path, jobs: int, output: Path | None, request: Request, form: str, open_library: Callable[[], Library]
) -> int:
    """Grade a folder with a count on stderr; Ctrl+C ends it with what is known so far."""
    import signal
    import threading

    from studytui.batch_report import report
    from studytui.folder import Folder, grade_folder

    paths, settings = places()
    folder = Folder(path, jobs, output)
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    watched = sys.stderr.isatty()

    def on_row(done: int, total: int) -> None:
        if watched:
            click.echo(f"{ERASED}{done}/{total}", nl=False, err=True)

    try:
        rows = grade_folder(folder, request, paths, settings, open_library, on_row, stop.is_set)
    finally:
        signal.signal(signal.SIGINT, before)
        if watched:
            click.echo(ERASED, nl=False, err=True)
    if rows:
        click.echo(report(rows, form))
    if stop.is_set():
        again = "Run it again to go on from here." if folder.output else "With --output FILE it can be gone on with."
        return complain("Stopped.", again, EXIT_INTERRUPTED)
    return EXIT_PASSED if all(row.passed for row in rows) else EXIT_NOT_PASSED


@click.group(short_help="See or stop the process that `grade` leaves behind.")
def grader() -> None:
    """See or stop the warm process that `studytui grade` leaves behind."""


@grader.command("status")
@json_option
def grader_status(as_json: bool) -> None:
    """Say which warm processes wait, and since when."""
    paths, _ = places()
    from dataclasses import asdict
    from datetime import datetime

    from studytui.grader.lingering import standing

    found = standing(paths.graders)
    if as_json:
        print_json({"schema": 1, "graders": [asdict(one) for one in found]})
    elif not found:
        click.echo("No warm grader waits.")
    for one in () if as_json else found:
        since = datetime.fromtimestamp(one.since).astimezone()
        version = "this version" if one.ours else "another version or environment"
        done = f"children so far: {one.children}, clients: {one.clients}"
        click.echo(f"process {one.pid}, {version}, since {since:%H:%M:%S}; {done}")


@grader.command("stop")
def grader_stop() -> None:
    """Have every warm process that waits go."""
    paths, _ = places()
    from studytui.grader.lingering import stop

    click.echo(f"{stop(paths.graders)} stopped")
