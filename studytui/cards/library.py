"""All decks a learner has: opened fast, searched by name, with every problem on the way told.

Opening imports neither yaml nor pydantic as long as the cache knows the decks; a card's texts are read when the card is
asked for.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from studytui.cards.card_cache import CardCache
from studytui.cards.index import DeckIndex, DeckInfo, Entry, SourcePlace, index_deck
from studytui.cards.index_cache import IndexCache, file_key
from studytui.cards.needs import is_missing
from studytui.cards.order import in_order
from studytui.cards.problems import Problem, Severity, did_you_mean, nearest, printable
from studytui.errors import DeckError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from studytui.cards.models import Card

__all__ = ["DeckInfo", "Entry", "Library"]

SUFFIXES = (".yaml", ".yml")
TOPICS = "topics.yaml"
"""Says what the decks beside it teach, and is none itself."""

NO_SUCH_CARD, IN_CIRCLES = "there is no such card", "these cards each come after the next"
"""What is said of an `after` that cannot be kept: warnings here, where other decks may be missing."""

MAX_FOLDERS = 2_000
MAX_DECKS = 1_000
"""Folders and decks looked at below one path: whoever names a home folder gets a problem and not a long wait."""


class Library:
    """The decks found at some paths.

    Attributes:
        decks: those that can be used, in the order of the paths, and below a folder by name.
        entries: the cards of all decks, in that order; a card that comes after others stands behind them.
        problems: which decks were left out and why, and what of the others needs mending.
    """

    def __init__(self, decks: Sequence[DeckInfo], problems: Sequence[Problem]) -> None:
        self.decks = tuple(decks)
        written = [entry for deck in decks for entry in deck.entries]
        self._by_id = {entry.id: entry for entry in written}
        ordered, cycles = in_order(list(self._by_id), {entry.id: entry.after for entry in written})
        self.entries: tuple[Entry, ...] = tuple(self._by_id[name] for name in ordered)
        self._paths = {deck.id: deck.path for deck in decks}
        self.problems = (*problems, *(self._cycle(cycle) for cycle in cycles))
        self._cards: dict[str, DeckCards] = {}
        self._cache = CardCache(None)

    @classmethod
    def open(cls, paths: Sequence[Path], cache: Path | None) -> Library:
        """Every deck at `paths`, which are files or folders (searched below, for *.yaml and *.yml).

        Args:
            paths: where decks may be; of two decks with one id the one found first is used.
            cache: the file that keeps the decks' indexes; None for none. That it is damaged, missing or cannot be
                written is no error.
        """
        problems: list[Problem] = []
        indexes = _read_all(_files(paths, problems), cache)
        first: dict[str, DeckIndex] = {}
        for path, index in indexes.items():
            problems += index.problems
            if index.info is None:
                continue
            if index.id in first:
                problems.append(_taken(path, index, first[index.id]))
            else:
                first[index.id] = index
        known = {entry.id: entry for index in first.values() if index.info for entry in index.info.entries}
        left_out = {index.id for index in indexes.values() if index.info is None}
        for index in first.values():
            problems += _unknown(index, known, left_out)
        library = cls([index.info for index in first.values() if index.info], problems)
        library._cache = CardCache(None if cache is None else cache.parent)
        return library

    def entry(self, card_id: str) -> Entry:
        """The card `deck/id`.

        Raises:
            DeckError: there is none; the hint names the nearest.
        """
        entry = self._by_id.get(card_id)
        if entry is None:
            raise _no_card(card_id, self._by_id)
        return entry

    def find(self, name: str) -> Entry:
        """The card a learner names: `deck/id`, or the id alone where only one deck has it.

        Raises:
            DeckError: there is none, or there are several.
        """
        name = name.strip()
        if "/" in name:
            return self.entry(name)
        found = [entry for entry in self._by_id.values() if entry.id.partition("/")[2] == name]
        if not found:
            raise _no_card(name, self._by_id)
        if len(found) > 1:
            names = ", ".join(entry.id for entry in found)
            raise DeckError(f"{len(found)} decks have a card `{printable(name)}`.", f"Name one of {names}.")
        return found[0]

    def functions(self, name: str) -> tuple[Entry, ...]:
        """The implement cards that ask for a function of this name, in order."""
        return tuple(entry for entry in self.entries if entry.function == name)

    def missing_needs(self) -> frozenset[str]:
        """What cards here need to be graded, and is not installed."""
        return frozenset(need for need in {entry.needs for entry in self.entries} if need and is_missing(need))

    def card(self, card_id: str) -> Card:
        """A card with its texts and code; its deck is read when its first card is asked for, and kept.

        Raises:
            DeckError: there is no such card, or its deck has been broken or removed since it was opened.
        """
        deck_id = self.entry(card_id).deck
        if deck_id not in self._cards:
            self._cards[deck_id] = DeckCards(deck_id, self._paths[deck_id], self._cache)
        card = self._cards[deck_id].get(card_id)
        if card is None:
            path = printable(str(self._paths[deck_id]))
            raise DeckError(
                f"{path} has no card `{card_id}` any more.",
                "Put it back, or start again to see the deck as it is now.",
                korean=(
                    f"{path} 파일에 이제 `{card_id}` 카드가 없어요.",
                    "카드를 되돌려 놓거나, 다시 시작해서 지금의 덱을 보세요.",
                ),
            )
        return card

    def _cycle(self, cycle: list[str]) -> Problem:
        entry = self._by_id[cycle[0]]
        names = " → ".join(f"`{name}`" for name in [*cycle, cycle[0]])
        return Problem(
            self._paths[entry.deck],
            entry.line,
            1,
            f"{IN_CIRCLES}: {names}",
            "Take one of them out of `after`; until then it is not kept.",
            severity="warning",
        )


class DeckCards:
    """The cards of one deck as it was when this was made; each is made when it is first asked for.

    Raises:
        DeckError: the deck has been broken or removed since it was opened.
    """

    def __init__(self, deck_id: str, path: Path, cache: CardCache) -> None:
        self._made: dict[str, Card] = {}
        key = file_key(path)
        kept = cache.get(path, key)
        if kept is None:
            self._made = _read_cards(deck_id, path)
            kept = {name: card.model_dump_json() for name, card in self._made.items()}
            cache.put(path, key, kept)
        self._kept = kept

    def get(self, card_id: str) -> Card | None:
        """A card by its full id; None where the deck has none."""
        if card_id not in self._made and card_id in self._kept:
            from studytui.cards.models import card_from_json

            self._made[card_id] = card_from_json(self._kept[card_id])
        return self._made.get(card_id)


def _read_cards(deck_id: str, path: Path) -> dict[str, Card]:
    from studytui.cards.reader import read_deck

    deck, problems = read_deck(path)
    if deck is None:
        first = next(problem for problem in problems if problem.severity == "error")
        where = f"{printable(str(path))}:{first.line}" if first.line else printable(str(path))
        raise DeckError(
            f"The deck `{deck_id}` cannot be read any more: {where}: {first.message}.",
            first.hint,
            korean=(f"이제 `{deck_id}` 덱을 읽을 수 없어요: {where}: {first.message}.", first.hint),
        )
    return {f"{deck.deck}/{card.id}": card for card in deck.cards}


def _read_all(files: list[Path], cache_path: Path | None) -> dict[Path, DeckIndex]:
    cache = IndexCache(cache_path)
    indexes: dict[Path, DeckIndex] = {}
    for path in files:
        key = file_key(path)
        index = cache.get(path, key)
        if index is None:
            index = index_deck(path)
            cache.put(path, key, index)
        indexes[path] = index
    cache.save()
    return indexes


def _files(paths: Sequence[Path], problems: list[Problem]) -> list[Path]:
    """The decks' files, each once however many paths lead to it."""
    found: dict[str, Path] = {}
    for path in paths:
        try:
            folder = path.is_dir()
        except (OSError, ValueError):
            folder = False
        for file in _below(path, problems) if folder and path.suffix not in SUFFIXES else (path,):
            found.setdefault(os.path.realpath(file), file)
    return list(found.values())


def _below(top: Path, problems: list[Problem]) -> Iterator[Path]:
    """Decks in a folder and the folders in it, by name; hidden ones are passed over, links followed once."""
    waiting, seen, decks = [top], set[str](), 0
    while waiting:
        folder = waiting.pop()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        try:
            with os.scandir(folder) as entries:
                shown = [(entry.name, entry.is_dir()) for entry in entries if not entry.name.startswith(".")]
        except OSError as error:
            problems.append(
                Problem(folder, 0, 0, f"the folder cannot be read: {error.strerror}", "Mend its permissions.")
            )
            continue
        names = sorted(shown, key=lambda named: _reading_order(named[0]))
        files = [folder / name for name, _ in names if name.endswith(SUFFIXES) and name != TOPICS]
        folders = [folder / name for name, is_folder in names if is_folder and not name.endswith(SUFFIXES)]
        decks += len(files)
        if decks > MAX_DECKS or len(seen) + len(waiting) > MAX_FOLDERS:
            problems.append(
                Problem(top, 0, 0, "too many folders or decks to search", "Name the folder that holds the decks.")
            )
            return
        yield from files
        waiting += reversed(folders)


def _reading_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """By name, as people number files: `2-numpy` stands before `10-why`."""
    pieces = re.split(r"([0-9]{1,18})", os.path.splitext(name)[0])  # noqa: PTH122 - a name in a listing, no path
    return [(int(piece), "") if number % 2 else (0, piece) for number, piece in enumerate(pieces)], name


def _taken(path: Path, index: DeckIndex, first: DeckIndex) -> Problem:
    where = printable(str(first.info.path)) if first.info else ""
    return _problem(
        path,
        index.place,
        f"the deck id `{index.id}` is already taken by {where}, so this deck is left out",
        "Give one of the two another id; the one that learners have reviewed must keep its own.",
    )


def _unknown(index: DeckIndex, known: Mapping[str, Entry], left_out: set[str]) -> Iterator[Problem]:
    """`after`s that name no card; those into a deck that is left out are not told, for that deck's problem is."""
    for reference in index.references:
        if reference.target not in known and reference.target.partition("/")[0] not in left_out and index.info:
            yield _problem(
                index.info.path,
                reference.place,
                f"`{reference.card}` comes after `{reference.target}`, and {NO_SUCH_CARD}",
                did_you_mean(reference.target, known) or "Its deck may not be among those that are open.",
                "warning",
            )


def _problem(path: Path, place: SourcePlace, message: str, hint: str, severity: Severity = "error") -> Problem:
    line, column, source = place
    return Problem(path, line, column, message, hint, source, severity)


def _no_card(name: str, known: Mapping[str, Entry]) -> DeckError:
    shown = printable(name, 130)
    if not known:
        return DeckError(f"There is no card `{shown}`, for there are no cards at all.", "Name decks with --decks PATH.")
    hint = did_you_mean(name, known)
    if not hint:
        short = {entry_id.partition("/")[2]: entry_id for entry_id in known}
        near = nearest(name.rpartition("/")[2], short)
        hint = f"Did you mean `{short[near]}`?" if near else "`studytui list` shows every card."
    return DeckError(f"There is no card `{shown}`.", hint)
