"""How long until home is painted with its counts, beside a bare Textual hello-world in the same pseudo-terminal.

Prints the medians of alternating runs and their ratio; the promise is a ratio of at most 1.6.

    python benchmarks/first_paint.py [--runs 15] [--cards 200]
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from studytui.cards.library import Library
from studytui.scheduling.scheduler import Scheduler
from studytui.scheduling.types import Rating
from studytui.settings import SchedulingSettings, find_paths
from studytui.store.store import Store
from studytui.store.types import Review

HELLO = """
from textual.app import App
from textual.widgets import Label

class Hello(App):
    def compose(self):
        yield Label("Hello, world")

Hello().run()
"""

HOME = """
import os, sys
from pathlib import Path
from studytui.app import run
from studytui.settings import find_paths, load_settings

paths = find_paths(os.environ)
run(paths, load_settings(paths.settings, os.environ), [Path(sys.argv[1])])
"""

SIZE = {"LINES": "24", "COLUMNS": "80", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
TIMEOUT = 30.0
"""Seconds until a run that paints nothing counts as failed."""


def first_paint(command: list[str], painted: bytes, environ: dict[str, str]) -> float:
    """Seconds from the start of `command` until the bytes `painted` came out of its terminal."""
    master, slave = pty.openpty()
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True)
    os.close(slave)
    seen = b""
    try:
        while painted not in seen:
            if time.perf_counter() - start > TIMEOUT:
                raise SystemExit(f"{painted!r} was never painted:\n{seen[-2000:].decode(errors='replace')}")
            if select.select([master], [], [], 0.05)[0]:
                seen += os.read(master, 65_536)
        return time.perf_counter() - start
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(master)


def write_deck(path: Path, cards: int) -> None:
    """A deck of `cards` recall cards."""
    lines = ["deck: bench", "title: Bench deck", "cards:"]
    for number in range(cards):
        lines += [
            f"  - id: card-{number}",
            "    kind: recall",
            f"    topics: [topic-{number}]",
            "    prompt: What is it?",
            "    answer: It.",
            "    points: [{says: It.}]",
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def learn(database: Path, cards: int) -> int:
    """A past in which the first `cards` cards were learned three weeks ago; gives how many are due now."""
    scheduler = Scheduler(SchedulingSettings(bury_siblings=False))
    at = datetime.now(UTC) - timedelta(days=21)
    day = scheduler.study_day(at)
    with Store.open(database) as store:
        for number in range(cards):
            card = f"bench/card-{number}"
            memory = scheduler.next_memories(card, None, at, day)[Rating.EASY]
            store.record(Review(card, Rating.EASY, Rating.EASY, at, day, 5.0, "passed", None, memory))
    return cards


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--cards", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        deck = Path(folder) / "bench.yaml"
        write_deck(deck, options.cards)
        environ = {**os.environ, **SIZE, "STUDYTUI_HOME": str(Path(folder) / "home"), "LANG": "C.UTF-8"}
        hello = [sys.executable, "-c", HELLO]
        home = [sys.executable, "-c", HOME, str(deck)]
        Library.open([deck], find_paths(environ).deck_index)  # as a learner's second start finds it
        due = learn(find_paths(environ).database, options.cards // 2)
        counts = f"{due} due cards".encode()
        first_paint(hello, b"Hello, world", environ)
        first_paint(home, counts, environ)
        hellos, homes = [], []
        for _ in range(options.runs):
            hellos.append(first_paint(hello, b"Hello, world", environ))
            homes.append(first_paint(home, counts, environ))
    hello_median, home_median = statistics.median(hellos), statistics.median(homes)
    print(f"bare hello world   {hello_median * 1000:6.0f} ms   (median of {options.runs})")
    print(f"home with counts   {home_median * 1000:6.0f} ms   ({options.cards} cards, {due} of them due)")
    print(f"ratio              {home_median / hello_median:6.2f}      (promised: at most 1.60)")


if __name__ == "__main__":
    main()
