"""What the commands share: options, where things are, the decks, and how a complaint is printed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studytui.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from studytui.cards.library import Library
    from studytui.settings import Paths, Settings

EXIT_INTERRUPTED = 130
EXIT_PIPE_CLOSED = 141
MAX_SEED = (1 << 31) - 1
ERASED = "\r\x1b[K"
"""Clears the line that the cursor is on."""


class Whole(click.IntRange):
    """A whole number within bounds, said so where it is none."""

    name = "whole number"


class Number(click.FloatRange):
    """A number within bounds, said so where it is none."""

    name = "number"


def complain(message: str, hint: str, code: int) -> int:
    """Print what is wrong and what to do to stderr, and give the exit code back."""
    click.echo(f"studytui: {message}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)
    return code


def decks_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--decks` to a command."""
    return click.option(
        "--decks",
        multiple=True,
        metavar="PATH",
        help="Use this deck file or folder instead of the shipped decks and your own; repeatable.",
    )(function)


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def places() -> tuple[Paths, Settings]:
    """Where this user's things are, and their settings."""
    from studytui.settings import find_paths, load_settings

    paths = find_paths(os.environ)
    return paths, load_settings(paths.settings, os.environ)


def deck_paths(paths: Paths, decks: Sequence[str]) -> list[Path]:
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


def open_decks(paths: Paths, decks: Sequence[str]) -> Library:
    """The decks, with each error of theirs on stderr: a bad deck never stops the others. `doctor` has the warnings."""
    from studytui.cards.library import Library

    library = Library.open(deck_paths(paths, decks), paths.deck_index)
    for problem in library.problems:
        if problem.severity == "error":
            click.echo(problem.render(), err=True)
    if library.problems and not library.decks:
        raise DeckError("No deck can be used.", "Mend what is said above, or name others with --decks.")
    if decks and not library.decks:
        raise DeckError(f"There is no deck in {', '.join(decks)}.", "A deck is a *.yaml or *.yml file.")
    return library


def print_json(value: Any) -> None:
    """Print a value as JSON that any parser reads: no NaN, no ASCII escapes."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))
