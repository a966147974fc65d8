"""Which cards the functions of a learner's file answer: by name, or by a comment `# studytui: deck/card`.

The file is read as text only, line by line, so that one with a syntax error is still matched, and then told its line.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studytui.cards.answers import starter
from studytui.cards.instance import is_drawn
from studytui.cards.text import in_language
from studytui.errors import DeckError, StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from studytui.cards.library import Entry, Library
    from studytui.cards.models import Card

MAX_BYTES = 1 << 20
MAX_SEED = (1 << 31) - 1
_MARKER = re.compile(r"#\s*studytui:\s*(\S+)(?:\s+--seed[ =]([0-9]{1,10}))?\s*")
_DEFINITION = re.compile(r"(?:async\s+)?(?:def|class)\s+([^\W\d]\w*)")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to grade: the text that goes to the grader, and the function in it where there is one.

    `seed` is what the card's numbers were drawn from when the answer was written, where it says so.
    """

    card: str
    function: str | None
    text: str
    seed: int | None = None


def read_answer_file(path: Path) -> str:
    """The text of a learner's file.

    Raises:
        StudyError: there is no such file, or it is no text file of a sensible size.
    """
    if path.is_dir():
        raise StudyError(f"{path} is a folder.", "Name the file with your answer.")
    try:
        if path.exists() and not path.is_file():
            raise StudyError(f"{path} is no regular file.", "Name a Python file, or pipe text to `--answer -`.")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise no_file(path) from None
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None
    except ValueError:  # a name with a zero byte
        raise StudyError("There is no file of such a name.", "Check the name.") from None
    return decode_answer(raw, str(path))


def no_file(path: Path, kind: str = "file") -> StudyError:
    """That there is no such file, with the one that was meant, if its name is near."""
    beside = {other.stem: other.name for other in reversed(_beside(path))}
    near = difflib.get_close_matches(path.stem, beside, n=1)
    hint = "`studytui start CARD -o FILE` writes one to begin with."
    if near:
        hint = f"Did you mean {path.with_name(beside[near[0]])}?"
    elif path.name == "-":
        hint = "`--card CARD --answer -` reads stdin."
    return StudyError(f"There is no {kind} {path}.", hint)


def decode_answer(raw: bytes, name: str) -> str:
    """The text of an answer's bytes.

    Raises:
        StudyError: it is empty, too large, or no UTF-8 text.
    """
    if len(raw) > MAX_BYTES:
        raise StudyError(
            f"{name} is larger than {MAX_BYTES >> 20} MiB.", "An answer is a few lines; name the right file."
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StudyError(
            f"{name} is not UTF-8 text (byte {error.start}).", "Name a text file, saved as UTF-8."
        ) from None
    if "\0" in text:
        raise StudyError(f"{name} is a binary file.", "Name a text file.")
    if not text.strip():
        raise StudyError(
            f"{name} is empty: there is nothing to grade.", "`studytui start CARD` writes a stub to begin with."
        )
    return text


def answers_in(text: str, name: str, library: Library, entry: Entry | None = None) -> list[Answer]:
    """The answers of a file, in its order; with an `entry`, the one that the whole file is to its card.

    A marker comment names the card of the function after it; one in a file without a function of that card names the
    card that the whole file answers.

    Raises:
        StudyError: nothing in the file answers a card, a name is ambiguous, or a marker names no card.
    """
    seed: int | None = None
    if entry is not None:
        markers = filter(None, map(_MARKER.match, text.splitlines()))
        return [_whole(entry, text, next((_seed(marker) for marker in markers), None))]
    answers: list[Answer] = []
    functions: list[str] = []
    marked: Entry | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if marker := _MARKER.match(line):
            if marked is not None:
                answers.append(_whole(marked, text, seed))
            marked, seed = _named(marker[1], f"{name}, line {number}", library), _seed(marker)
        elif definition := _DEFINITION.match(line):
            function = definition[1]
            functions.append(function)
            if marked is not None and marked.kind == "implement":
                if marked.function == function:
                    answers.append(Answer(marked.id, function, text))
                    marked = None
            elif (entry := _by_name(function, name, library)) is not None:
                answers.append(Answer(entry.id, function, text))
    if marked is not None:
        answers.append(_whole(marked, text, seed))
    if answers:
        return list(dict.fromkeys(answers))
    raise _nothing(name, functions, library)


def without_comments(text: str) -> str:
    """An answer in words without the comment lines that `studytui start` wrote above it."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()


def _named(card: str, place: str, library: Library) -> Entry:
    try:
        return library.find(card)
    except DeckError as error:
        raise DeckError(f"{place}: {error.message[0].lower()}{error.message[1:]}", error.hint) from None


def _whole(entry: Entry, text: str, seed: int | None) -> Answer:
    if entry.kind == "implement":
        return Answer(entry.id, entry.function, text)
    return Answer(entry.id, None, without_comments(text), seed)


def _seed(marker: re.Match[str]) -> int | None:
    return None if marker[2] is None else int(marker[2]) % (MAX_SEED + 1)


def seed_for(answer: Answer, card: Card, seed: int | None) -> int | None:
    """The seed to grade an answer with: `seed` where it is given, else the answer's own.

    Raises:
        StudyError: the card's numbers are drawn, and nobody says from what.
    """
    if not is_drawn(card):
        return seed
    seed = answer.seed if seed is None else seed
    if seed is None:
        raise StudyError(
            f"{answer.card} draws its numbers afresh, and the answer does not say to which ones it is.",
            f"`studytui show {answer.card}` says a seed to pass as --seed; `studytui start` writes it into the file.",
        )
    return seed


def _by_name(function: str, file: str, library: Library) -> Entry | None:
    entries = library.functions(function)
    if len(entries) > 1:
        listed = ", ".join(entry.id for entry in entries)
        raise StudyError(
            f"{file}: `{function}` may answer any of {listed}.",
            f"Put a comment above it, as `# studytui: {entries[0].id}`, or use --card.",
        )
    return entries[0] if entries else None


def _nothing(file: str, functions: list[str], library: Library) -> StudyError:
    known = sorted({entry.function for entry in library.entries if entry.function})
    if not functions:
        return StudyError(
            f"{file} defines no function, and no comment in it names a card.",
            "Name the card with --card, or begin with `studytui start CARD`.",
        )
    near = [match for name in functions for match in difflib.get_close_matches(name, known, n=1)]
    listed = ", ".join(f"`{name}`" for name in functions[:5])
    hint = f"Did you mean `{near[0]}`?" if near else "Name the card with --card; `studytui list` shows them all."
    return StudyError(f"{file}: no card asks for {listed}.", hint)


def _beside(path: Path) -> list[Path]:
    try:
        return sorted(path.parent.iterdir())
    except OSError:
        return []


def stub(card_id: str, card: Card, language: str, seed: int | None = None) -> str:
    """What an answer file begins as: the name of its card, then its starter, or the prompt as comments.

    Args:
        seed: what the card's numbers were drawn from, where it has any.
    """
    prompt = in_language(card.prompt, language).strip().splitlines()
    if card.kind == "implement":
        return f"{_commented([f'studytui: {card_id}', '', *prompt])}\n{starter(card, language)}"
    lines = [f"studytui: {card_id}" if seed is None else f"studytui: {card_id} --seed {seed}", "", *prompt]
    if card.kind == "predict":
        lines += ["", *card.code.splitlines(), "", f"asks: {card.asks}"]
    if card.kind == "choice":
        lines += [f"{number}. {in_language(option.text, language)}" for number, option in enumerate(card.options, 1)]
    if card.kind == "derive":
        lines += ["", *(f"{name}: {domain}" for name, domain in card.symbols.items())]
        lines += [f"{name} = {formula}" for name, formula in card.given.items()]
        lines += [f"{lemma.formula}  ({in_language(lemma.says, language)})" for lemma in card.lemmas]
        lines += [f"asks: {card.asks}"]
    return f"{_commented(lines)}\n"


def _commented(lines: Iterable[str]) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)
