"""The topics file beside decks: what they teach, how deeply, and which wrong statements they let a learner disprove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field, ValidationError

from studytui.cards.explain import explain
from studytui.cards.library import TOPICS
from studytui.cards.models import CardName, Depth, Model, Slug, Text
from studytui.cards.problems import Problem, Source
from studytui.cards.yaml_nodes import compose
from studytui.errors import StudyError

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 1_000_000


class Claim(Model):
    """A wrong statement, and the card that lets the learner find out."""

    wrong: Text = Field(description="the statement, which is wrong")
    card: CardName | None = Field(default=None, description="the card that shows what is so, as deck/id")


class Topic(Model):
    """One topic, and how deeply it is to be taught at the least."""

    id: Slug = Field(description="the name that cards give in `topics`")
    depth: tuple[Depth, ...] = Field(min_length=1, max_length=3, description="what, how, why")
    about: Text = Field(description="what there is to know")
    claims: tuple[Claim, ...] = Field(default=(), max_length=20, description="wrong statements often read")


class Section(Model):
    """Topics that belong together."""

    section: Slug = Field(description="the section's name")
    title: Text = Field(description="as a reader sees it")
    topics: tuple[Topic, ...] = Field(min_length=1, max_length=500, description="its topics")


class Sections(Model):
    """The whole file."""

    sections: tuple[Section, ...] = Field(min_length=1, max_length=100, description="topics by section")


@dataclass(frozen=True, slots=True)
class Topics:
    """A topics file that is sound."""

    path: Path
    sections: tuple[Section, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every topic's id."""
        return frozenset(topic.id for section in self.sections for topic in section.topics)


def read_topics(path: Path) -> tuple[Topics | None, list[Problem]]:
    """The topics in a file, or None and what is wrong with it.

    Raises:
        StudyError: there is no such file, or it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        text = data.decode()
    except FileNotFoundError:
        raise StudyError(f"There is no topics file {path}.", "Name one with --topics.") from None
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror}.", "Mend its permissions.") from None
    except UnicodeDecodeError:
        raise StudyError(f"{path} is not UTF-8.", "Save it as UTF-8.") from None
    if len(data) > MAX_BYTES:
        raise StudyError(f"{path} is too large for a topics file.", "Split it.")
    source = Source(path, text)
    root, problems = compose(source)
    if root is None or not isinstance(root.value, dict) or "sections" not in root.value:
        return None, problems or [Problem(path, 0, 0, "a topics file must hold `sections:`", "See docs/checking.md.")]
    try:
        found = Sections.model_validate(root.value)
    except ValidationError as error:
        return None, [*problems, *explain(error.errors(include_url=False), root, source)]
    seen: set[str] = set()
    for number, section in enumerate(found.sections):
        for index, topic in enumerate(section.topics):
            if topic.id in seen:
                node: Any = root
                for step in ("sections", number, "topics", index, "id"):
                    node = node.child(step) or node
                problems.append(source.problem(node.place, f"the topic `{topic.id}` stands twice", "Delete one."))
            seen.add(topic.id)
    return (None if problems else Topics(path, found.sections)), problems


def topics_beside(deck: Path) -> Path | None:
    """The topics file in a deck's folder, where there is one."""
    path = deck.parent / TOPICS
    return path if path.is_file() else None
