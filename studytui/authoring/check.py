"""Everything that is wrong with decks, at once: what reading them tells, and what running every card's claims does.

`check` has no words for a terminal: it gives problems and reports, and fronts print them (`check_report`).
"""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from studytui.authoring import markdown
from studytui.authoring.findings import CardReport, Finding, Steps
from studytui.authoring.implementation import check_implement
from studytui.authoring.kept import Kept
from studytui.authoring.other_kinds import check_choice, check_derive, check_predict, check_recall
from studytui.authoring.topics import read_topics, topics_beside
from studytui.authoring.unrun import check_unrun
from studytui.cards.deck_checks import TEXTS
from studytui.cards.library import IN_CIRCLES, NO_SUCH_CARD, Library
from studytui.cards.needs import is_missing, need_of
from studytui.cards.problems import Problem, Source, did_you_mean
from studytui.cards.python_code import CodeError, place_in
from studytui.cards.reader import read
from studytui.errors import DeckError, GradeCancelledError, GraderError
from studytui.grader.grader import Grader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from studytui.cards.index import DeckInfo, Entry
    from studytui.cards.models import Card
    from studytui.cards.yaml_nodes import Node


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be checked, and how.

    Attributes:
        paths: the decks, files or folders.
        others: decks that may be named by those, and are not checked.
        cards: names of cards, `deck/id` or an id, `*` for any characters; none for all.
        jobs: cards checked at once.
        index: the file that keeps the decks' indexes.
        kept: the folder that keeps reports of unchanged cards; None to keep and use none.
    """

    paths: tuple[Path, ...]
    others: tuple[Path, ...] = ()
    cards: tuple[str, ...] = ()
    with_mutants: bool = True
    jobs: int = 1
    index: Path | None = None
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A problem in its file; `card` is the full id where one card is meant, `rule` a short name of what was checked."""

    problem: Problem
    rule: str
    card: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check.

    Attributes:
        problems: by file and line.
        reports: of the cards that were checked, in the order of the decks.
        stopped: whether it was ended before every card was checked.
    """

    problems: tuple[Placed, ...]
    reports: tuple[CardReport, ...]
    stopped: bool = False

    def count(self, severity: str) -> int:
        """How many problems are errors, or warnings."""
        return sum(placed.problem.severity == severity for placed in self.problems)


def check(
    wanted: Wanted,
    make_grader: Callable[[], Grader] = Grader,
    on_card: Callable[[int, int, str], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Checked:
    """Check decks.

    Args:
        wanted: what.
        make_grader: gives the grader, which is asked for only if some card must be run.
        on_card: called with (cards done, cards in all, the one that was done last).
        stopped: once it says so, the rest is left.

    Raises:
        DeckError: there is no deck, or no card goes by a name in `cards`.
        GraderError: the grader itself cannot work.
    """
    asked = Library.open(wanted.paths, wanted.index)
    whole = Library.open([*wanted.paths, *wanted.others], wanted.index)
    if not asked.decks and not asked.problems:
        named = ", ".join(map(str, wanted.paths))
        raise DeckError(f"There is no deck in {named}.", "A deck is a *.yaml or *.yml file; see docs/decks.md.")
    files = {deck.path for deck in asked.decks} | {problem.path for problem in asked.problems}
    entries = _chosen(asked, wanted.cards)
    problems = [
        _told(problem)
        for problem in whole.problems
        if problem.path in files and _concerns(problem, asked, entries, wanted)
    ]
    cards = {entry.id: asked.card(entry.id) for entry in entries}
    reports = _reports(cards, wanted, make_grader, on_card, stopped)
    for file in dict.fromkeys(filter(None, (topics_beside(deck.path) for deck in asked.decks))):
        beside = [deck for deck in asked.decks if topics_beside(deck.path) == file]
        problems += _topics(file, [entry for deck in beside for entry in deck.entries if entry.id in cards], reports)
    for deck in asked.decks:
        problems += _placed(deck, [reports[entry.id] for entry in deck.entries if entry.id in reports])
    order = {path: number for number, path in enumerate(sorted(files))}
    problems.sort(key=lambda placed: (order.get(placed.problem.path, -1), placed.problem.line, placed.problem.column))
    done = tuple(reports[name] for name in cards if name in reports)
    return Checked(tuple(problems), done, len(done) < len(cards))


def _chosen(library: Library, names: Sequence[str]) -> list[Entry]:
    """The entries in the order of the decks' files."""
    entries = [entry for deck in library.decks for entry in deck.entries]
    if not names:
        return entries
    chosen: set[str] = set()
    for name in names:
        found = {entry.id for entry in entries if "*" in name and fnmatchcase(entry.id, name)}
        if "*" in name and not found:
            raise DeckError(f"There is no card like `{name}`.", "`studytui list` shows every card.")
        try:
            chosen |= found or {library.find(name).id}
        except DeckError as error:
            broken = [problem.render() for problem in library.problems if problem.severity == "error"]
            raise DeckError(error.message, "\n".join([error.hint, *broken])) if broken else error from None
    return [entry for entry in entries if entry.id in chosen]


def _concerns(problem: Problem, library: Library, entries: list[Entry], wanted: Wanted) -> bool:
    """Whether a problem of a file is to be told: where cards are chosen, only theirs are, and errors."""
    if not wanted.cards or problem.severity == "error":
        return True
    deck = next((deck for deck in library.decks if deck.path == problem.path), None)
    above = [entry for entry in deck.entries if entry.line <= problem.line] if deck else []
    return bool(above) and above[-1] in entries


def _told(problem: Problem) -> Placed:
    """A problem of reading; one that is a warning only because other decks might be missing is an error here."""
    if NO_SUCH_CARD in problem.message or IN_CIRCLES in problem.message:
        return Placed(replace(problem, severity="error"), "after")
    return Placed(problem, "language" if "wording" in problem.message else "deck")


def _reports(
    cards: dict[str, Card],
    wanted: Wanted,
    make_grader: Callable[[], Grader],
    on_card: Callable[[int, int, str], None] | None,
    stopped: Callable[[], bool],
) -> dict[str, CardReport]:
    kept = Kept(wanted.kept, with_mutants=wanted.with_mutants)
    reports = {name: report for name, card in cards.items() if (report := kept.get(name, card)) is not None}
    left = iter([name for name in cards if name not in reports])
    if len(reports) == len(cards):
        return reports
    with make_grader() as grader, ThreadPoolExecutor(wanted.jobs) as pool:
        grader.compute({}, ["1"])  # one sentence, if it cannot work, and not one for every card
        running: dict[Future[CardReport], str] = {}
        while True:
            while len(running) < wanted.jobs and not stopped() and (name := next(left, None)) is not None:
                running[pool.submit(_checked, name, cards[name], grader, wanted, stopped)] = name
            if not running:
                return reports
            for future in wait(running, return_when=FIRST_COMPLETED)[0]:
                name = running.pop(future)
                with suppress(GradeCancelledError):
                    reports[name] = future.result()
                    kept.put(name, cards[name], reports[name])
                    if on_card is not None:
                        on_card(len(reports), len(cards), name)


def _checked(name: str, card: Card, grader: Grader, wanted: Wanted, stopped: Callable[[], bool]) -> CardReport:
    try:
        report = _by_kind(name, card, grader, wanted, stopped)
    except GraderError as error:
        report = CardReport(name, card.kind, (Finding("grader", "error", error.message, hint=error.hint),))
    return replace(report, findings=(*report.findings, *_markdown(card.model_dump(mode="json"))))


def _by_kind(name: str, card: Card, grader: Grader, wanted: Wanted, stopped: Callable[[], bool]) -> CardReport:
    match card.kind:
        case "implement" if is_missing(need_of(card)):
            return check_unrun(name, card, grader, cancelled=stopped)
        case "implement":
            return check_implement(name, card, grader, with_mutants=wanted.with_mutants, cancelled=stopped)
        case "recall":
            return check_recall(name, card, grader, cancelled=stopped)
        case "choice":
            return check_choice(name, card, grader, cancelled=stopped)
        case "predict":
            return check_predict(name, card, grader, cancelled=stopped)
        case "derive":
            return check_derive(name, card, grader, cancelled=stopped)


def _markdown(value: Any, steps: Steps = (), *, is_text: bool = False) -> Iterator[Finding]:
    """Faults in every text for the learner; `value` is a card as plain values."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _markdown(part, (*steps, key), is_text=key in TEXTS or (is_text and key in {"en", "ko"}))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _markdown(part, (*steps, index), is_text=is_text)
    elif isinstance(value, str) and is_text:
        for fault in markdown.faults(value):
            yield Finding("markdown", "error", fault.message, steps, fault.line, fault.column, fault.hint)


def _placed(deck: DeckInfo, reports: list[CardReport]) -> Iterator[Placed]:
    """Findings at their places in a deck's file, which is read only where there are any."""
    if not any(report.findings for report in reports):
        return
    reading = read(deck.path)
    nodes: Any = reading.root.child("cards") if reading.root else None
    by_name = {
        f"{deck.id}/{node.child('id').value}": node for node in (nodes.children if nodes else ()) if node.child("id")
    }
    for report in reports:
        node = by_name.get(report.card)
        for one in report.findings:
            if node is None or reading.source is None:
                problem = Problem(deck.path, 0, 0, one.message, one.hint, severity=one.severity)
            else:
                place = _place(node, one, reading.source)
                problem = reading.source.problem(place, one.message, one.hint, one.severity)
            yield Placed(problem, one.rule, report.card, one.detail)


def _place(card: Node, finding: Finding, source: Source) -> tuple[int, int]:
    node = card
    for step in finding.steps:
        child = node.child(step)
        if child is None:
            break
        node = child
    if finding.line is None:
        return node.place
    return place_in(node, source, CodeError("", finding.line, finding.column))


def _topics(path: Path, entries: list[Entry], reports: dict[str, CardReport]) -> Iterator[Placed]:
    """Add to the reports the topics that the file beside their decks does not know; give what is wrong with it."""
    topics, problems = read_topics(path)
    yield from (Placed(problem, "topics") for problem in problems)
    if topics is None:
        return
    for entry in entries:
        unknown = [
            Finding(
                "topic",
                "warning",
                f"`{topic}` is no topic of {path.name}",
                ("topics", index),
                hint=did_you_mean(topic, topics.names) or f"Add it to {path.name}.",
            )
            for index, topic in enumerate(entry.topics)
            if topic not in topics.names
        ]
        if unknown and entry.id in reports:
            reports[entry.id] = replace(reports[entry.id], findings=(*reports[entry.id].findings, *unknown))
