"""The documentation is tested like code: what the README and docs name is there, and what is there is named."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from studytui.cli import commands
from studytui.settings import SchedulingSettings, Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_command_and_option_is_documented(name: str) -> None:
    assert f"studytui {name}" in README
    command = commands.commands[name]
    for parameter in command.params:
        for option in parameter.opts if isinstance(parameter, click.Option) else ():
            if option.startswith("--"):
                assert option in README, f"`studytui {name} {option}` is not in the README"


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"`studytui ([a-z]+)", README)) | set(
        re.findall(r"^studytui ([a-z]+)", README, re.MULTILINE)
    )
    assert named <= set(commands.commands)


def test_links_within_the_documentation_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("name", [*Settings.__dataclass_fields__, *SchedulingSettings.__dataclass_fields__])
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in SETTINGS


def test_make_run_and_make_test_come_first() -> None:
    first = README.index("make run")
    assert first < README.index("make test") < README.index("## ")
