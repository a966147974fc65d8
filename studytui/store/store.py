"""The store: an append-only log of reviews and attempts, and beside it memory, flags, drafts and what was last open.

The log is the truth. Memory is a cache of it, so that a session need not replay years of reviews to begin.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

from studytui.errors import StoreError
from studytui.scheduling.types import Today
from studytui.store import statements
from studytui.store.backups import back_up, back_up_as, back_up_daily
from studytui.store.checks import find_problems
from studytui.store.database import Database, open_database
from studytui.store.failures import strange
from studytui.store.files import WAIT, backups_folder, identity
from studytui.store.rows import (
    DAY_SQL,
    DAYS_SQL,
    RECALL_SQL,
    RECORDS_SQL,
    UnreadableRowError,
    from_attempt,
    from_memory,
    from_review,
    from_time,
    storable,
    to_attempt,
    to_days,
    to_logged,
    to_memory,
    to_recalls,
    to_records,
    to_restores,
    to_review,
)
from studytui.store.types import Attempt, DayRecall, DayTally, Record, Review
from studytui.store.wording import complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from sqlalchemy import Connection

    from studytui.scheduling.types import Memory, Rating

__all__ = ["Attempt", "DayTally", "Record", "Replays", "Review", "Store"]


class Replays(Protocol):
    """What a rebuild needs of the scheduler."""

    def replay(self, card_id: str, reviews: Iterable[tuple[Rating, datetime, date]], /) -> Memory | None:
        """The memory that the log of one card leads to, oldest review first."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Store:
    """An open database; a method that changes it has committed when it returns, or has changed nothing.

    It may be used from several threads, which take turns, and beside other processes. Every method raises StoreError
    where the file cannot be read or written.

    Attributes:
        path: the file.
        backup_problem: why today's backup could not be made, where it could not; studying goes on all the same.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.path: Path = database.path
        self.backup_problem: StoreError | None = None
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._closed = False
        self._identity = identity(self.path)
        self._rescued: Path | None = None

    @classmethod
    def open(
        cls, path: Path, *, readonly: bool = False, wait: float = WAIT, clock: Callable[[], datetime] = _utc_now
    ) -> Store:
        """Open the database at `path`: made if need be, brought up to date, and backed up once a day.

        Args:
            path: where it is, or is to be; missing folders are made.
            readonly: write nothing at all; the file must be there and up to date.
            wait: seconds to wait for another process that writes.
            clock: tells when a backup or an undo is made. When a review was, its `at` says.

        Raises:
            StoreError: it cannot be opened, is damaged, is no database of ours, or a newer studytui wrote it.
        """
        store = cls(open_database(path, readonly=readonly, wait=wait, now=clock()), clock)
        if not readonly:
            try:
                back_up_daily(store._database.raw, path, backups_folder(path), clock())
            except StoreError as error:
                store.backup_problem = error
        return store

    def close(self) -> None:
        """Give the file back. Closing twice does nothing."""
        with self._lock:
            if not self._closed:
                self._closed = True
                if self._is_moved():
                    self._database.empty_wal()
                self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # What is known now

    def records(self) -> dict[str, Record]:
        """Every card that has a memory or a flag."""
        with self._reading() as connection:
            return to_records(connection.exec_driver_sql(RECORDS_SQL))

    def today(self, day: date) -> Today:
        """The work done on the study day `day`, net of undo."""
        with self._reading() as connection:
            tallies = to_days(connection.exec_driver_sql(DAY_SQL, (day.isoformat(),)))
        return Today(new=tallies[0].new, reviews=tallies[0].reviews) if tallies else Today()

    def days(self) -> tuple[DayTally, ...]:
        """Every study day with a review, newest first, net of undo."""
        with self._reading() as connection:
            return to_days(connection.exec_driver_sql(DAYS_SQL))

    def recalls(self) -> tuple[DayRecall, ...]:
        """Every study day on which a due card was reviewed, oldest first, net of undo."""
        with self._reading() as connection:
            return to_recalls(connection.exec_driver_sql(RECALL_SQL))

    def version(self) -> int:
        """A number that changes when another connection has changed the file: what was read may be stale then."""
        with self._reading() as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    # The log

    def record(self, review: Review, bury: Collection[str] = (), bury_until: date | None = None) -> int:
        """Log `review`, remember its `memory_after`, drop the card's draft and bury siblings, in one transaction.

        Args:
            review: the rated answer.
            bury: cards to bury until the study day `bury_until`; one already buried for longer stays so.
            bury_until: required where `bury` has any.

        Returns:
            The id of the review.

        Raises:
            StoreError: also where the card was reviewed elsewhere since `memory_after` was worked out: to take this
                review in would leave a memory that the log does not lead to.
        """
        if bury and bury_until is None:
            raise ValueError("cards are to be buried, but not until when")
        until = bury_until.isoformat() if bury_until else None
        of_card = {"of_card": review.card}
        with self._writing() as connection:
            row = connection.execute(statements.MEMORY_OF_CARD, of_card).one_or_none()
            before = None if row is None else to_memory(row)
            if review.memory_after.reps != (before.reps if before else 0) + 1:
                raise complaint("elsewhere", "elsewhere.hint", card=review.card)
            draft = connection.execute(statements.DRAFT_OF_CARD, of_card).one_or_none()
            restores = {
                "memory": None if before is None else from_memory(before),
                "draft": None if draft is None else list(draft),
                "buried": {} if until is None else self._bury(connection, bury, until),
                "until": until,
            }
            logged = connection.execute(statements.LOG_REVIEW, from_review(review, before, restores))
            connection.execute(statements.REMEMBER, {"card": review.card, **from_memory(review.memory_after)})
            if draft is not None:
                connection.execute(statements.DROP_DRAFT, of_card)
            return int(logged.lastrowid)

    def undo(self) -> Review | None:
        """Take back the latest review that was not taken back yet; None where there is none.

        Memory and buried siblings are as they were before it, and the draft is given back unless a newer one has been
        begun. The log keeps the review and gains a row that takes it back. The attempt stays.
        """
        with self._writing() as connection:
            last = connection.execute(statements.LAST_REVIEW).one_or_none()
            if last is None:
                return None
            review = to_review(last)
            memory, draft, buried, until = to_restores(last.restores)
            of_card = {"of_card": review.card}
            taken_back = {"card": review.card, "day": review.day.isoformat(), "at": from_time(self._clock())}
            connection.execute(statements.LOG_REVIEW, {"kind": "undo", "undoes": last.id, **taken_back})
            if memory is None:
                connection.execute(statements.FORGET, of_card)
            else:
                connection.execute(statements.REMEMBER, {"card": review.card, **memory})
            if draft is not None and connection.execute(statements.DRAFT_OF_CARD, of_card).one_or_none() is None:
                connection.execute(statements.SAVE_DRAFT, {"card": review.card, "text": draft[0], "at": draft[1]})
            for card, was in buried.items():
                connection.execute(statements.RELEASE, {"of_card": card, "until": until, "was": was})
            return review

    def reviews(self, card: str | None = None) -> list[Review]:
        """The reviews that were not taken back, of `card` or of all, oldest first."""
        query = statements.REVIEWS if card is None else statements.REVIEWS_OF_CARD
        with self._reading() as connection:
            return [to_review(row) for row in connection.execute(query, {} if card is None else {"of_card": card})]

    def rebuild(self, scheduler: Replays) -> int:
        """Work out every memory anew from the log alone; the log stays as it is.

        Returns:
            How many cards' memories changed: none, unless the scheduler's settings have, or the cache was wrong.
        """
        changes = 0
        with self._writing() as connection:
            cached = {card: tuple(memory) for *memory, card in connection.execute(statements.MEMORIES)}
            for card, rows in groupby(connection.execute(statements.LOG_BY_CARD).all(), key=lambda row: row.card):
                memory = scheduler.replay(card, to_logged(rows))
                if memory is None:
                    continue
                columns = from_memory(memory)
                if cached.pop(card, None) != tuple(columns.values()):
                    connection.execute(statements.REMEMBER, {"card": card, **columns})
                    changes += 1
            for card in cached:
                connection.execute(statements.FORGET, {"of_card": card})
        return changes + len(cached)

    # Attempts and drafts

    def save_attempt(self, attempt: Attempt) -> int:
        """Keep an attempt, for ever; its id goes into the review that rates it."""
        with self._writing() as connection:
            return int(connection.execute(statements.SAVE_ATTEMPT, from_attempt(attempt)).lastrowid)

    def attempts(self, card: str) -> list[Attempt]:
        """Every attempt at `card`, oldest first."""
        with self._reading() as connection:
            return [to_attempt(row) for row in connection.execute(statements.ATTEMPTS_OF_CARD, {"of_card": card})]

    def save_draft(self, card: str, text: str, at: datetime) -> None:
        """Keep what the learner has typed so far, in place of what was kept before."""
        with self._writing() as connection:
            connection.execute(statements.SAVE_DRAFT, {"card": card, "text": storable(text), "at": from_time(at)})

    def draft(self, card: str) -> str | None:
        """What the learner had typed, where they had."""
        with self._reading() as connection:
            draft = connection.execute(statements.DRAFT_OF_CARD, {"of_card": card}).one_or_none()
        return None if draft is None else str(draft.text)

    def clear_draft(self, card: str) -> None:
        """Forget the draft, as when the learner begins anew."""
        with self._writing() as connection:
            connection.execute(statements.DROP_DRAFT, {"of_card": card})

    # Flags and odds

    def suspend(self, card: str, suspended: bool) -> None:
        """Take `card` out of all queues, or back in."""
        with self._writing() as connection:
            connection.execute(statements.SUSPEND, {"card": card, "suspended": int(suspended)})

    def bury(self, card: str, until: date) -> None:
        """Hide `card` until the study day `until`."""
        with self._writing() as connection:
            connection.execute(statements.BURY, {"card": card, "buried_until": until.isoformat()})

    def get(self, key: str) -> str | None:
        """What was last set for `key`."""
        with self._reading() as connection:
            value = connection.execute(statements.VALUE_OF_KEY, {"of_key": key}).scalar_one_or_none()
        return None if value is None else str(value)

    def set(self, key: str, value: str | None) -> None:
        """Keep `value` for `key`; None forgets it."""
        with self._writing() as connection:
            if value is None:
                connection.execute(statements.FORGET_KEY, {"of_key": key})
            else:
                connection.execute(statements.SET_VALUE, {"key": key, "value": storable(value)})

    # The file

    def check(self) -> list[str]:
        """What is wrong with the file, in sentences; empty where all is well."""
        try:
            with self._reading():
                return find_problems(self._database.raw)
        except StoreError as error:
            return [error.message]

    def backup(self, folder: Path) -> Path:
        """Copy the database into `folder`, where the newest ten copies stay; the path of the copy."""
        with self._lock:
            self._refuse_closed()
            return back_up(self._database.raw, self.path, folder, self._clock())

    def _bury(self, connection: Connection, cards: Collection[str], until: str) -> dict[str, str | None]:
        """Bury those of `cards` that are not buried for as long; what each of them was buried until before."""
        rows = connection.execute(statements.BURIED_UNTIL, {"cards": list(cards)})
        known = {row.card: row.buried_until for row in rows}
        changed = {card: known.get(card) for card in cards if (known.get(card) or "") < until}
        if changed:
            connection.execute(statements.BURY, [{"card": card, "buried_until": until} for card in changed])
        return changed

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._lock:
            self._refuse_closed()
            with self._understood(), self._database.transaction(write=False) as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._lock:
            self._refuse_closed()
            self._refuse_moved()
            with self._understood(), self._database.transaction(write=True) as connection:
                yield connection

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except UnreadableRowError as error:
            raise strange(self.path, error) from error

    def _refuse_closed(self) -> None:
        if self._closed:
            raise complaint("closed", "closed.hint", path=self.path)

    def _is_moved(self) -> bool:
        return identity(self.path) != self._identity

    def _refuse_moved(self) -> None:
        """Write only where it will be found: SQLite itself would go on writing to a file that was deleted."""
        if not self._is_moved():
            return
        if self._rescued is None:
            try:
                self._rescued = back_up_as(
                    "rescued", self._database.raw, self.path, backups_folder(self.path), self._clock()
                )
            except StoreError as error:
                raise complaint("moved", "moved.lost.hint", path=self.path, error=error) from error
            self._database.empty_wal()
        raise complaint("moved", "moved.hint", path=self.path, rescued=self._rescued)
