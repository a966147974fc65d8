"""What the store's tests do in other processes: write until killed, race, be somebody without privileges."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

from studytui.errors import StoreError


def say(words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def hear() -> str:
    return sys.stdin.readline().strip()


def drop_privileges() -> None:
    """Have permission bits hold for root too, as tests in a container often run as root.

    Root keeps its files but loses every capability, so that it may do with them what their modes say (capset(2)).
    """
    if os.geteuid() != 0:
        return
    version_3 = 0x20080522
    header = (ctypes.c_uint32 * 2)(version_3, 0)
    none = (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(header, none) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def write_until_killed(path: Path) -> NoReturn:
    """Record reviews without end, and say the number of each once it is committed."""
    from store_building import Learner, open_store

    store = open_store(path)
    learner = Learner(store)
    number = len(store.reviews())
    while True:
        learner.rate(f"deck/card-{number % 7}")
        number += 1
        say(number)


def stop_midway(path: Path, statements: int) -> None:
    """Begin a review, and stand still before its statement number `statements`, until killed."""
    from sqlalchemy import event
    from store_building import Learner, open_store

    store = open_store(path)
    learner = Learner(store)
    review = learner.next_review("deck/card-0")
    seen = 0

    @event.listens_for(store._database.connection.engine, "before_cursor_execute")
    def count(*_: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == statements:
            say("midway")
            hear()

    store.record(review, ["deck/card-1"], review.day)
    say("done")


def record_many(path: Path, deck: str, reviews: int) -> None:
    """Record reviews of a deck of its own as fast as it goes, once told to."""
    from store_building import Learner, open_store

    with open_store(path, wait=60.0) as store:
        learner = Learner(store)
        say("ready")
        hear()
        for number in range(reviews):
            learner.rate(f"{deck}/card-{number % 3}")


def open_many(folder: Path, databases: int) -> None:
    """Open one database after the other, each made by whoever is first."""
    from store_building import open_store

    say("ready")
    hear()
    for number in range(databases):
        with open_store(folder / f"{number}.db", wait=60.0) as store:
            store.set("opened", "yes")


def open_as_nobody(path: Path, mode: str) -> None:
    """Open, and write unless `mode` is "readonly", without privileges; say the error, or how many reviews there are."""
    from store_building import open_store

    drop_privileges()
    try:
        with open_store(path, readonly=mode == "readonly") as store:
            if mode == "write":
                store.set("key", "value")
            say(len(store.reviews()))
    except StoreError as error:
        say([error.message, error.hint])


def glance_as_nobody(path: Path) -> None:
    """Glance without privileges; say the error, or how many cards there are."""
    from studytui.store.glance import glance

    drop_privileges()
    try:
        say(len(glance(path).records))
    except StoreError as error:
        say([error.message, error.hint])


def fill_up(path: Path, size: int) -> None:
    """Record until files may grow no further than `size` bytes; say the error and the reviews that had been saved."""
    import resource

    from store_building import Learner, open_store

    with open_store(path) as store:
        learner = Learner(store)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        try:
            while True:
                learner.rate(f"deck/card-{len(learner.taken)}")
        except StoreError as error:
            say([error.message, error.hint, len(learner.taken), len(store.reviews())])


def modules_after_opening(path: Path) -> None:
    """Open a new database and again as one that is there; say which modules that took."""
    from store_building import open_store

    for _ in range(2):
        open_store(path).close()
    say(sorted(sys.modules))


def modules_after_glance(path: Path) -> None:
    """Glance; say which modules that took."""
    from studytui.store.glance import glance

    glance(path)
    say(sorted(sys.modules))


if __name__ == "__main__":
    command, folder_or_file, *rest = sys.argv[1:]
    globals()[command](Path(folder_or_file), *(int(word) if word.isdigit() else word for word in rest))
