"""Commands for authors of decks: check, coverage."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from studytui.cli.common import (
    ERASED,
    EXIT_INTERRUPTED,
    Whole,
    complain,
    deck_paths,
    decks_option,
    json_option,
    open_decks,
    places,
    print_json,
)
from studytui.errors import EXIT_NOT_PASSED, EXIT_PASSED, DeckError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studytui.settings import Paths

TIMINGS = frozenset({"time"})
"""Warnings that hang on how busy the machine is: --strict lets them be."""


@click.command(short_help="Run everything that decks claim.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-k", "--card", "cards", multiple=True, metavar="ID", help="Only this card; `*` stands for anything.")
@click.option("--no-mutants", is_flag=True, help="Leave the mutants out: a quick look while writing.")
@click.option("--scores", is_flag=True, help="List each implement card's score, and the case that catches each slip.")
@click.option("--strict", is_flag=True, help="Take warnings for errors, but for those of time.")
@click.option("--jobs", metavar="N", type=Whole(1, 256), help="Cards checked at once; by default one a core.")
@click.option("--no-cache", is_flag=True, help="Check what has not changed too.")
@json_option
@decks_option
@click.pass_obj
def check(
    outer_decks: tuple[str, ...],
    paths: tuple[str, ...],
    cards: tuple[str, ...],
    no_mutants: bool,
    scores: bool,
    strict: bool,
    jobs: int | None,
    no_cache: bool,
    as_json: bool,
    decks: tuple[str, ...],
) -> int:
    """Run everything that decks claim, and list what is wrong with them."""
    import threading

    from studytui.authoring import check_report
    from studytui.authoring.check import Wanted
    from studytui.authoring.check import check as check_decks

    own, _ = places()
    asked = _asked(own, (*paths, *decks) or outer_decks)
    wanted = Wanted(
        paths=tuple(asked),
        others=tuple(deck_paths(own, ())),
        cards=cards,
        with_mutants=not no_mutants,
        jobs=jobs or os.cpu_count() or 1,
        index=own.deck_index,
        kept=None if no_cache else own.cache / "checked",
    )
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        checked = check_decks(wanted, on_card=_progress if sys.stderr.isatty() else None, stopped=stop.is_set)
    finally:
        signal.signal(signal.SIGINT, before)
        if sys.stderr.isatty():
            click.echo(ERASED, nl=False, err=True)
    if as_json:
        print_json(check_report.as_json(checked))
    else:
        click.echo(check_report.render(checked, scores=scores))
    if checked.stopped:
        return complain("Stopped.", "Run it again to go on from here.", EXIT_INTERRUPTED)
    counted = [
        one for one in checked.problems if one.problem.severity == "error" or (strict and one.rule not in TIMINGS)
    ]
    return EXIT_NOT_PASSED if counted else EXIT_PASSED


def _progress(done: int, total: int, name: str) -> None:
    click.echo(f"{ERASED}{done}/{total} {name}", nl=False, err=True)


def _asked(own: Paths, paths: Sequence[str]) -> list[Path]:
    """The paths named, or the decks that are open.

    Raises:
        DeckError: one is not there.
    """
    for path in paths:
        if not Path(path).expanduser().exists():
            raise DeckError(f"There is no deck file or folder {path}.", "Check the name.")
    return deck_paths(own, paths)


@click.command(short_help="Set cards against the topics to be taught.")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--topics", "topics_file", metavar="FILE", type=click.Path(path_type=Path), help="What is to be taught.")
@json_option
@decks_option
@click.pass_obj
def coverage(
    outer_decks: tuple[str, ...],
    paths: tuple[str, ...],
    topics_file: Path | None,
    as_json: bool,
    decks: tuple[str, ...],
) -> int:
    """Set cards against the topics they are to teach, and list what is missing."""
    from studytui.authoring import coverage as covering
    from studytui.authoring.topics import read_topics, topics_beside

    own, _ = places()
    asked = _asked(own, (*paths, *decks) or outer_decks)
    library = open_decks(own, [str(path) for path in asked])
    beside = [topics_beside(path / "deck" if path.is_dir() else path) for path in asked]
    path = topics_file or next((one for one in beside if one), own.shipped_decks / "topics.yaml")
    topics, problems = read_topics(path)
    for problem in problems:
        click.echo(problem.render(), err=True)
    if topics is None:
        raise DeckError(f"{path} cannot be used.", "Mend what is said above.")
    found = covering.coverage(topics, [entry for deck in library.decks for entry in deck.entries])
    if as_json:
        print_json(covering.as_json(found))
    else:
        click.echo(covering.render(found))
    return EXIT_PASSED if found.complete else EXIT_NOT_PASSED
