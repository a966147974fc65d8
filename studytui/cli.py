"""The `studytui` commands: arguments in, text or JSON out.

Each imports what it needs in its own body, so that `--help` and `list` never pay for torch, textual or SQLAlchemy.

Results go to stdout, diagnostics to stderr. Exit codes: 0 done (all passed), 1 an answer not passed or a problem found,
2 the request is unusable, 3 the grader itself failed.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studytui import __version__
from studytui.errors import EXIT_NOT_PASSED, EXIT_PASSED, EXIT_UNUSABLE, DeckError, StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from studytui.cards.library import Library
    from studytui.grading import Folder, Request, Result
    from studytui.settings import Paths, Settings

EXIT_INTERRUPTED = 130
EXIT_PIPE_CLOSED = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no error a user can cause ends in a traceback."""
    try:
        code = _invoke(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except StudyError as error:
        return _complain(error.message, error.hint, error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _complain("Stopped.", "", EXIT_INTERRUPTED)
    except click.ClickException as error:
        hint = error.ctx.get_usage() if isinstance(error, click.UsageError) and error.ctx else ""
        return _complain(error.format_message(), hint, EXIT_UNUSABLE)
    except BrokenPipeError:
        # Python flushes stdout once more when it exits; let that go nowhere too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PIPE_CLOSED
    except OSError as error:
        return _complain(f"stdout cannot be written: {error.strerror or error}.", "", EXIT_UNUSABLE)
    return int(code or EXIT_PASSED)


def _invoke(arguments: list[str]) -> int | None:
    """Parse and run. Not click's own `main`, which takes a closed pipe for an answer that did not pass: exit 1."""
    try:
        with commands.make_context("studytui", arguments) as context:
            code: int | None = commands.invoke(context)
            return code
    except click.exceptions.Exit as done:
        return done.exit_code


def _complain(message: str, hint: str, code: int) -> int:
    click.echo(f"studytui: {message}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)
    return code


def _decks_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--decks",
        multiple=True,
        metavar="PATH",
        help="Use this deck file or folder instead of the shipped decks and your own; repeatable.",
    )(function)


_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@_decks_option
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context, decks: tuple[str, ...]) -> None:
    """Learn PyTorch by saying, looping and deriving it; without a command, opens the app."""
    context.obj = decks
    if context.invoked_subcommand is None:
        paths, settings = _places()
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise StudyError(
                "The app needs a terminal.", "Run `studytui` in one, or see `studytui --help` for commands."
            )
        from studytui.app import run

        run(paths, settings, _deck_paths(paths, decks))


@commands.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--card", "card_name", metavar="ID", help="The card that is answered, as tensors/view or view.")
@click.option("--answer", metavar="TEXT", help="An answer to any kind of card, instead of a file; - reads stdin.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default=None, help="Where tensors live.")
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 600), help="Wall time an answer may take.")
@click.option("--seed", type=click.IntRange(0, (1 << 31) - 1), help="Replay the cases of a verdict's seed.")
@click.option("--record", is_flag=True, help="Log the verdict as a review, rated as the app would suggest.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl", "junit", "gradescope"]),
    default="text",
    help="What stdout gets; the last three for a folder.",
)
@click.option("--watch", is_flag=True, help="Grade FILE again at every save, until Ctrl+C.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Answers of a folder graded at once; by default one a core.")
@click.option("--output", type=click.Path(path_type=Path), help="Write a folder's rows here, and go on from them.")
@_decks_option
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
    from studytui.grading import Folder, Request, grade_all

    paths, settings = _places()
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
        return _library(paths, decks or outer_decks)

    if file is not None and file.is_dir():
        if record:
            raise click.UsageError("--record takes a single FILE.")
        return _grade_folder(Folder(file, jobs or os.cpu_count() or 1, output), request, form, open_library)
    if form not in {"text", "json"} or jobs or output:
        raise click.UsageError("--jobs, --output and these formats are for a folder.")
    if watch and file is not None:
        return _grade_again(file, request, open_library)
    results = grade_all(request, paths, settings, open_library)
    if form == "json":
        from studytui.grader.verdict_json import to_json

        listed = [to_json(one.verdict, card=one.answer.card, function=one.answer.function) for one in results]
        _print_json({"schema": 1, "device": results[0].verdict.device, "results": listed})
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

    paths, settings = _places()
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


def _grade_folder(folder: Folder, request: Request, form: str, open_library: Callable[[], Library]) -> int:
    """Grade a folder with a count on stderr; Ctrl+C ends it with what is known so far."""
    import signal
    import threading

    from studytui.batch_report import report
    from studytui.grading import grade_folder

    paths, settings = _places()
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    watched = sys.stderr.isatty()

    def on_row(done: int, total: int) -> None:
        if watched:
            click.echo(f"\r{done}/{total}", nl=done == total, err=True)

    try:
        rows = grade_folder(folder, request, paths, settings, open_library, on_row, stop.is_set)
    finally:
        signal.signal(signal.SIGINT, before)
    if rows:
        click.echo(report(rows, form))
    if stop.is_set():
        again = "Run it again to go on from here." if folder.output else "With --output FILE it can be gone on with."
        return _complain("Stopped.", again, EXIT_INTERRUPTED)
    return EXIT_PASSED if all(row.passed for row in rows) else EXIT_NOT_PASSED


@commands.command("list")
@_json_option
@_decks_option
@click.pass_obj
def list_cards(outer_decks: tuple[str, ...], as_json: bool, decks: tuple[str, ...]) -> None:
    """List every card: id, kind, depth, topics and the first line of its prompt."""
    paths, settings = _places()
    library = _library(paths, decks or outer_decks)
    if as_json:
        _print_json({"schema": 1, "cards": [_entry_json(entry, settings.language) for entry in library.entries]})
        return
    from studytui.cards.text import in_language

    width = max((len(entry.id) for entry in library.entries), default=0)
    for entry in library.entries:
        prompt = in_language(entry.prompt, settings.language)
        click.echo(f"{entry.id:<{width}}  {entry.kind:<9}  {entry.depth or '-':<4}  {prompt}")


@commands.command()
@click.argument("card", metavar="CARD")
@click.option("--solution", is_flag=True, help="Show the solution too.")
@_json_option
@_decks_option
@click.pass_obj
def show(outer_decks: tuple[str, ...], card: str, solution: bool, as_json: bool, decks: tuple[str, ...]) -> None:
    """Show a card: prompt, kind, topics, depth and signature."""
    paths, settings = _places()
    library = _library(paths, decks or outer_decks)
    entry = library.find(card)
    from studytui.cards.answers import right_answer
    from studytui.cards.text import in_language

    full = library.card(entry.id)
    shown: dict[str, Any] = {
        **_entry_json(entry, settings.language),
        "signature": full.function if full.kind == "implement" else None,
        "prompt": in_language(full.prompt, settings.language),
        "code": full.code if full.kind == "predict" else None,
        "options": [in_language(option.text, settings.language) for option in full.options]
        if full.kind == "choice"
        else None,
        "asks": full.asks if full.kind in {"predict", "derive"} else None,
        "symbols": dict(full.symbols) if full.kind == "derive" else None,
        "given": dict(full.given) if full.kind == "derive" else None,
    }
    if solution:
        shown["solution"] = right_answer(full, settings.language)
    if as_json:
        _print_json({"schema": 1, **shown})
        return
    from studytui.verdict_text import render_card

    click.echo(render_card(shown))


@commands.command()
@click.argument("card", metavar="CARD")
@click.option("-o", "output", metavar="FILE", type=click.Path(path_type=Path), help="Write here instead of stdout.")
@_decks_option
@click.pass_obj
def start(outer_decks: tuple[str, ...], card: str, output: Path | None, decks: tuple[str, ...]) -> None:
    """Write a stub to begin an answer with; it names its card, so that `studytui grade FILE` knows it."""
    paths, settings = _places()
    library = _library(paths, decks or outer_decks)
    from studytui.answer_file import stub

    entry = library.find(card)
    text = stub(entry.id, library.card(entry.id), settings.language)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise StudyError(f"{output} is there already and is left as it is.", "Choose another name with -o.") from None
    except OSError as error:
        raise StudyError(f"{output} cannot be written: {error.strerror}.", "Choose another place with -o.") from None
    click.echo(f"{output}: write your answer, then `studytui grade {output}`", err=True)


@commands.command()
@_json_option
@_decks_option
@click.pass_obj
def due(outer_decks: tuple[str, ...], as_json: bool, decks: tuple[str, ...]) -> None:
    """Say what is due now, deck by deck."""
    paths, settings = _places()
    library = _library(paths, decks or outer_decks)
    from studytui import due as due_cards

    standing = due_cards.due_now(library, paths.database, settings)
    if as_json:
        _print_json(due_cards.as_json(standing))
    else:
        click.echo(due_cards.render_due(standing))


@commands.command()
@_json_option
@_decks_option
@click.pass_obj
def doctor(outer_decks: tuple[str, ...], as_json: bool, decks: tuple[str, ...]) -> int:
    """Check this installation: paths, versions, devices, sandbox, decks and database."""
    paths, _ = _places()
    from studytui.doctor import examine, render_findings

    findings = examine(paths, _deck_paths(paths, decks or outer_decks))
    if as_json:
        _print_json({"schema": 1, "findings": [finding.as_json() for finding in findings]})
    else:
        click.echo(render_findings(findings))
    return EXIT_NOT_PASSED if any(finding.bad for finding in findings) else EXIT_PASSED


@commands.group()
def grader() -> None:
    """See or stop the warm process that `studytui grade` leaves behind."""


@grader.command("status")
@_json_option
def grader_status(as_json: bool) -> None:
    """Say which warm processes wait, and since when."""
    paths, _ = _places()
    from dataclasses import asdict
    from datetime import datetime

    from studytui.grader.lingering import standing

    found = standing(paths.graders)
    if as_json:
        _print_json({"schema": 1, "graders": [asdict(one) for one in found]})
    elif not found:
        click.echo("No warm grader waits.")
    for one in () if as_json else found:
        since = datetime.fromtimestamp(one.since).astimezone()
        version = "this version" if one.ours else "another version or environment"
        click.echo(
            f"process {one.pid}, {version}, since {since:%H:%M:%S}, {one.children} children, {one.clients} clients"
        )


@grader.command("stop")
def grader_stop() -> None:
    """Have every warm process that waits go."""
    paths, _ = _places()
    from studytui.grader.lingering import stop

    click.echo(f"{stop(paths.graders)} stopped")


@commands.command("paths")
@_json_option
def show_paths(as_json: bool) -> None:
    """Print where studytui keeps things."""
    paths, _ = _places()
    listed = {
        "settings": paths.settings,
        "database": paths.database,
        "decks": paths.decks,
        "backups": paths.backups,
        "shipped_decks": paths.shipped_decks,
        "cache": paths.cache,
        "state": paths.state,
    }
    if as_json:
        _print_json({name: str(path) for name, path in listed.items()})
        return
    for name, path in listed.items():
        click.echo(f"{name:<14} {path}")


def _places() -> tuple[Paths, Settings]:
    from studytui.settings import find_paths, load_settings

    paths = find_paths(os.environ)
    return paths, load_settings(paths.settings, os.environ)


def _deck_paths(paths: Paths, decks: Sequence[str]) -> list[Path]:
    """The decks asked for, else the shipped ones and, once there are any, the learner's own.

    Raises:
        DeckError: one that was asked for is not there.
    """
    if not decks:
        return [path for path in (paths.shipped_decks, paths.decks) if path.is_dir()]
    chosen = [Path(deck).expanduser() for deck in decks]
    for path in chosen:
        if not path.exists():
            raise DeckError(f"There is no deck file or folder {path}.", "Check the path given to --decks.")
    return chosen


def _library(paths: Paths, decks: Sequence[str]) -> Library:
    """The decks, with each error of theirs on stderr: a bad deck never stops the others. `doctor` has the warnings."""
    from studytui.cards.library import Library

    library = Library.open(_deck_paths(paths, decks), paths.deck_index)
    for problem in library.problems:
        if problem.severity == "error":
            click.echo(problem.render(), err=True)
    if library.problems and not library.decks:
        raise DeckError("No deck can be used.", "Mend what is said above, or name others with --decks.")
    return library


def _entry_json(entry: Any, language: str) -> dict[str, Any]:
    from studytui.cards.text import in_language

    return {
        "card": entry.id,
        "deck": entry.deck,
        "kind": entry.kind,
        "depth": entry.depth,
        "topics": list(entry.topics),
        "after": list(entry.after),
        "function": entry.function,
        "prompt": in_language(entry.prompt, language),
    }


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
