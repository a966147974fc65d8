"""Commands about the installation: doctor, paths."""

from __future__ import annotations

import click

from studytui.cli.common import deck_paths, decks_option, json_option, places, print_json
from studytui.errors import EXIT_NOT_PASSED, EXIT_PASSED


@click.command(short_help="Check this installation.")
@json_option
@decks_option
@click.pass_obj
def doctor(outer_decks: tuple[str, ...], as_json: bool, decks: tuple[str, ...]) -> int:
    """Check this installation: paths, versions, devices, sandbox, decks and database."""
    paths, _ = places()
    from studytui.doctor import examine, render_findings

    findings = examine(paths, deck_paths(paths, decks or outer_decks))
    if as_json:
        print_json({"schema": 1, "findings": [finding.as_json() for finding in findings]})
    else:
        click.echo(render_findings(findings))
    return EXIT_NOT_PASSED if any(finding.bad for finding in findings) else EXIT_PASSED


@click.command("paths")
@json_option
def show_paths(as_json: bool) -> None:
    """Print where studytui keeps things."""
    paths, _ = places()
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
        print_json({name: str(path) for name, path in listed.items()})
        return
    for name, path in listed.items():
        click.echo(f"{name:<14} {path}")
