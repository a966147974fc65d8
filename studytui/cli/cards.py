"""Commands about cards: list, show, start, due."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from studytui.cli.common import MAX_SEED, Whole, decks_option, json_option, open_decks, places, print_json
from studytui.errors import StudyError

if TYPE_CHECKING:
    from studytui.cards.models import Card
    from studytui.settings import Paths, Settings


@click.command("list", short_help="List every card.")
@json_option
@decks_option
@click.pass_obj
def list_cards(outer_decks: tuple[str, ...], as_json: bool, decks: tuple[str, ...]) -> None:
    """List every card: id, kind, depth, topics and the first line of its prompt."""
    paths, settings = places()
    library = open_decks(paths, decks or outer_decks)
    if as_json:
        print_json({"schema": 1, "cards": [_entry_json(entry, settings.language) for entry in library.entries]})
        return
    from studytui.cards.needs import NAMES
    from studytui.cards.text import in_language
    from studytui.prose import cut

    missing = library.missing_needs()
    width = max((len(entry.id) for entry in library.entries), default=0)
    columns = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    for entry in library.entries:
        prompt = in_language(entry.prompt, settings.language)
        lacking = f"(needs {NAMES[entry.needs]}, not installed) " if entry.needs in missing else ""
        line = f"{entry.id:<{width}}  {entry.kind:<9}  {entry.depth or '-':<4}  {lacking}{prompt}"
        click.echo(line if columns is None else cut(line, columns))


@click.command()
@click.argument("card", metavar="CARD")
@click.option("--solution", is_flag=True, help="Show the solution too.")
@click.option("--seed", metavar="N", type=Whole(0, MAX_SEED), help="Draw the numbers of a card that has any from this.")
@json_option
@decks_option
@click.pass_obj
def show(
    outer_decks: tuple[str, ...],
    card: str,
    solution: bool,
    seed: int | None,
    as_json: bool,
    decks: tuple[str, ...],
) -> None:
    """Show a card: prompt, kind, topics, depth and signature."""
    paths, settings = places()
    library = open_decks(paths, decks or outer_decks)
    entry = library.find(card)
    from studytui.cards.answers import right_answer
    from studytui.cards.text import in_language

    full, seed = _drawn(library.card(entry.id), seed, paths, settings)
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
        "lemmas": [
            {"formula": lemma.formula, "says": in_language(lemma.says, settings.language)} for lemma in full.lemmas
        ]
        if full.kind == "derive"
        else None,
        "seed": seed,
    }
    if solution:
        shown["solution"] = right_answer(full, settings.language)
    if as_json:
        print_json({"schema": 1, **shown})
        return
    from studytui.verdict_text import render_card

    click.echo(render_card(shown))


@click.command(short_help="Write a stub to begin an answer with.")
@click.argument("card", metavar="CARD")
@click.option("-o", "output", metavar="FILE", type=click.Path(path_type=Path), help="Write here instead of stdout.")
@click.option("--seed", metavar="N", type=Whole(0, MAX_SEED), help="Draw the numbers of a card that has any from this.")
@decks_option
@click.pass_obj
def start(
    outer_decks: tuple[str, ...], card: str, output: Path | None, seed: int | None, decks: tuple[str, ...]
) -> None:
    """Write a stub to begin an answer with; it names its card, so that `studytui grade FILE` knows it."""
    paths, settings = places()
    library = open_decks(paths, decks or outer_decks)
    from studytui.answer_file import stub

    entry = library.find(card)
    full, seed = _drawn(library.card(entry.id), seed, paths, settings)
    text = stub(entry.id, full, settings.language, seed)
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


@click.command()
@json_option
@decks_option
@click.pass_obj
def due(outer_decks: tuple[str, ...], as_json: bool, decks: tuple[str, ...]) -> None:
    """Say what is due now, deck by deck."""
    paths, settings = places()
    library = open_decks(paths, decks or outer_decks)
    from studytui import due as due_cards

    standing = due_cards.due_now(library, paths.database, settings)
    if as_json:
        print_json(due_cards.as_json(standing))
    else:
        click.echo(due_cards.render_due(standing))


def _drawn(card: Card, seed: int | None, paths: Paths, settings: Settings) -> tuple[Card, int | None]:
    """A card with its numbers drawn, and from which seed; where it has none, the card as it is and None."""
    from studytui.cards.instance import expressions_of, instance_of, is_drawn

    if not is_drawn(card):
        return card, None
    import secrets

    seed = secrets.randbelow(MAX_SEED + 1) if seed is None else seed
    if not any(expressions_of(card)):
        return instance_of(card, seed), seed
    from studytui.grader.grader import Grader
    from studytui.grader.lingering import warm

    with Grader(make_warm=lambda: warm(paths.graders, settings.keep_warm * 60)) as grader:
        return instance_of(card, seed, grader.compute), seed


def _entry_json(entry: Any, language: str) -> dict[str, Any]:
    from studytui.cards.needs import is_missing
    from studytui.cards.text import in_language

    return {
        "card": entry.id,
        "deck": entry.deck,
        "kind": entry.kind,
        "depth": entry.depth,
        "topics": list(entry.topics),
        "after": list(entry.after),
        "function": entry.function,
        "needs": entry.needs,
        "gradable": not is_missing(entry.needs),
        "prompt": in_language(entry.prompt, language),
    }
