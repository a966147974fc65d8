"""The `studytui` commands: arguments in, text or JSON out.

Each imports what it needs in its own body, so that `--help` and `list` never pay for torch, textual or SQLAlchemy.

Results go to stdout, diagnostics to stderr. Exit codes: 0 done (all passed), 1 an answer not passed or a problem found,
2 the request is unusable, 3 the grader itself failed.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from studytui import __version__
from studytui.cli.authoring import check, coverage
from studytui.cli.cards import due, list_cards, show, start
from studytui.cli.common import EXIT_INTERRUPTED, EXIT_PIPE_CLOSED, complain, deck_paths, decks_option, places
from studytui.cli.grade import grade, grader
from studytui.cli.picture import picture
from studytui.cli.system import doctor, show_paths
from studytui.errors import EXIT_PASSED, EXIT_UNUSABLE, StudyError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["EXIT_PIPE_CLOSED", "commands", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no error a user can cause ends in a traceback."""
    try:
        code = _invoke(list(sys.argv[1:] if arguments is None else arguments))
        if sys.stdout is not None:  # as it is where it was closed from the start
            sys.stdout.flush()
    except StudyError as error:
        return complain(error.message, error.hint, error.exit_code)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return complain("Stopped.", "", EXIT_INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return EXIT_UNUSABLE
    except click.ClickException as error:
        hint = error.ctx.get_usage() if isinstance(error, click.UsageError) and error.ctx else ""
        return complain(error.format_message(), hint, EXIT_UNUSABLE)
    except BrokenPipeError:
        # Python flushes stdout once more when it exits; let that go nowhere too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_PIPE_CLOSED
    except OSError as error:
        return complain(f"stdout cannot be written: {error.strerror or error}.", "", EXIT_UNUSABLE)
    return int(code or EXIT_PASSED)


def _invoke(arguments: list[str]) -> int | None:
    """Parse and run. Not click's own `main`, which takes a closed pipe for an answer that did not pass: exit 1."""
    try:
        with commands.make_context("studytui", arguments) as context:
            code: int | None = commands.invoke(context)
            return code
    except click.exceptions.Exit as done:
        return done.exit_code


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@decks_option
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context, decks: tuple[str, ...]) -> None:
    """Learn PyTorch by saying, looping and deriving it; without a command, opens the app."""
    context.obj = decks
    if context.invoked_subcommand is None:
        paths, settings = places()
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise StudyError(
                "The app needs a terminal.", "Run `studytui` in one, or see `studytui --help` for commands."
            )
        from studytui.app import run

        run(paths, settings, deck_paths(paths, decks))


for command in (check, coverage, grade, grader, list_cards, show, start, due, picture, doctor, show_paths):
    commands.add_command(command)
