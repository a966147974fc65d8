"""`studytui picture`: which cell of which input each cell of an expression comes from."""

from __future__ import annotations

import difflib
import math
import os
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any, Final

import click

from studytui.cli.common import Number, Whole, json_option, places, print_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from studytui.grader.picture import Cell, Panel, Picture
    from studytui.ui.line_layout import Line

WIDEST: Final = 120
LONGEST: Final = 20_000
"""Characters of an expression."""
_COLOURS: Final = {
    "dim": "\x1b[2m",
    "title": "\x1b[1m",
    "source": "\x1b[1;36m",
    "chosen": "\x1b[1;33m",
    "target": "\x1b[1;32m",
}
_RESET: Final = "\x1b[0m"
_OPTIONS: Final = ("step", "timeout", "json", "help")
_NAME: Final = re.compile(r"--([^\W\d]\w*)(?:=(.*))?", re.DOTALL)


@click.command(
    short_help="Draw which input cell goes where.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": True},
)
@click.argument("expression")
@click.argument("inputs", nargs=-1, type=click.UNPROCESSED, metavar="--NAME EXPRESSION ...")
@click.option("--step", metavar="N", type=Whole(1), help="Mark the Nth output cell; the first one otherwise.")
@click.option("--timeout", metavar="SECONDS", type=Number(0.1, 600), help="Wall time the expression may take.")
@json_option
def picture(expression: str, inputs: tuple[str, ...], step: int | None, timeout: float | None, as_json: bool) -> None:
    """Draw which input cell goes to which cell of EXPRESSION's result.

    Each --NAME EXPRESSION gives an input, as in: studytui picture "x.view(2, -1)" --x "arange(12).view(3, 4)"
    """
    named = _inputs(inputs)
    for text, which in (expression, "The expression"), *((text, f"The expression of --{name}") for name, text in named):
        if not text.strip():
            raise click.UsageError(f"{which} is empty.")
        if len(text) > LONGEST:
            raise click.UsageError(f"{which} has over {LONGEST:,} characters.")
    _refuse_misspelt(expression, named)
    from studytui.errors import StudyError
    from studytui.grading import picture_of

    paths, settings = places()
    found = picture_of(expression, named, timeout, paths, settings)
    if step is not None and found.steps and step > found.steps:
        raise StudyError(f"There is no step {step}: {_steps(found)}.", "Leave --step out to see the first.")
    if as_json:
        steps = range(found.steps) if step is None else range(step - 1, min(step, found.steps))
        print_json(_as_json(found, steps))
        return
    from studytui.ui.picture_drawing import draw
    from studytui.ui.texts import Texts

    width = min(shutil.get_terminal_size().columns, WIDEST)
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for line in draw(found, (step or 1) - 1, width, Texts(settings.language)):
        click.echo(_as_text(line, colours=colours))


def _inputs(arguments: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of `--x EXPRESSION` or `--x=EXPRESSION`.

    Raises:
        click.UsageError: they are no such pairs.
    """
    named: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        option = _NAME.fullmatch(argument)
        if option is None:
            raise click.UsageError(
                f"{argument} belongs to no input: write --NAME EXPRESSION, with a name Python takes."
            )
        name, value = option.groups()
        value = next(rest, None) if value is None else value
        if value is None:
            raise click.UsageError(f'--{name} needs an expression, as in --{name} "arange(12).view(3, 4)".')
        if name in named:
            raise click.UsageError(f"--{name} is given twice.")
        named[name] = value
    return list(named.items())


def _refuse_misspelt(expression: str, named: Sequence[tuple[str, str]]) -> None:
    """Refuse an input that nothing uses and that is nearly an option's name.

    Raises:
        click.UsageError: there is one.
    """
    used = {word for text in (expression, *(text for _, text in named)) for word in re.findall(r"\w+", text)}
    for name, _ in named:
        near = [] if name in used else difflib.get_close_matches(name, _OPTIONS, n=1, cutoff=0.75)
        if near:
            raise click.UsageError(f"No expression uses the input --{name}. Did you mean --{near[0]}?")


def _steps(found: Picture) -> str:
    if found.steps == found.total:
        return f"the result has {found.total} cells"
    return f"of the {found.total} cells the first {found.steps} can be looked at"


def _as_text(line: Line, *, colours: bool) -> str:
    from studytui.ui.line_layout import plain

    if not colours:
        return plain(line).rstrip()
    return "".join(f"{_COLOURS[role]}{text}{_RESET}" if role and text else text for text, role in line)


def _as_json(found: Picture, steps: Iterable[int]) -> dict[str, Any]:
    def cell(one: Cell, panels: Sequence[Panel]) -> dict[str, Any]:
        panel = panels[one.panel]
        return {"tensor": panel.name, "index": _index(one.place, panel.tensor.shape)}

    return {
        "schema": 1,
        "expression": found.expression,
        "kind": found.kind,
        "inputs": [_panel_json(panel) for panel in found.inputs],
        "outputs": [_panel_json(panel) for panel in found.outputs],
        "total": found.total,
        "cells": [
            {
                "step": step + 1,
                "output": cell(found.output(step), found.outputs),
                "from": [cell(one, found.inputs) for one in found.cells[step]],
                "chosen": cell(found.chosen[step], found.inputs) if step in found.chosen else None,
            }
            for step in steps
        ],
    }


def _panel_json(panel: Panel) -> dict[str, Any]:
    """A tensor; elements in row-major order, cut where `truncated`, with NaN and the infinities as text."""
    tensor = panel.tensor
    elements = [
        str(element) if isinstance(element, float) and not math.isfinite(element) else element
        for element in tensor.elements
    ]
    facts = {"dtype": tensor.dtype, "shape": list(tensor.shape)}
    return {"name": panel.name, **facts, "elements": elements, "truncated": tensor.truncated}


def _index(place: int, shape: Sequence[int]) -> list[int]:
    index = []
    for size in reversed(shape):
        place, rest = divmod(place, size)
        index.append(rest)
    return index[::-1]
