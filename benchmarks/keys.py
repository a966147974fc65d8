"""How long a key takes to be painted while hostile answers are being graded, beside the same with nobody grading.

The real app runs in a pseudo-terminal with its real grader. Characters are typed into the editor, one every few
milliseconds, and each is timed from the write until it comes out of the terminal. Prints the median, the 99th
percentile and the worst of each, the ratios of the medians and of the 99th percentiles to the idle ones of the same
run, and how many keys took longer than 16 ms, which no key should.

    python benchmarks/keys.py [--keys 200]
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from studytui.cards.library import Library
from studytui.settings import find_paths

SECONDS = 8
"""That a hostile answer may take."""
GAP = 0.015
"""Seconds between one painted key and the next: a fast typist's burst."""
FRAME = 0.016
WARM_UP = 6.0
"""Seconds in which the grader's process imports torch."""
GRADE = "\x1b[15~"
"""F5."""
PATIENCE = 60.0
ROWS, COLUMNS = 24, 100

APP = """
import os, sys
from pathlib import Path
from studytui.app import run
from studytui.settings import find_paths, load_settings

paths = find_paths(os.environ)
run(paths, load_settings(paths.settings, os.environ), [Path(sys.argv[1])])
"""

DECK = """
deck: bench
title: Bench deck
cards:
  - id: double
    kind: implement
    prompt: Return `x` doubled, by hand.
    function: double(x)
    by_hand: free
    inputs: {{x: "float64[N]"}}
    reference: x * 2
    seconds: {seconds}
    starter: |
      def double(x):
          {body}
    solution: |
      def double(x):
          return x * 2
"""

TRY, GO_ON = "try:\n            ", "\n        except (OSError, RuntimeError):\n            pass"
ANSWERS = {
    "endless loop": "while True:\n        pass",
    "endless loop in C": "return sum(iter(int, 1))",
    "flood on stdout": "while True:\n        print('x' * 10_000)",
    "memory bomb": "kept = []\n    while True:\n        kept.append(bytearray(1 << 20))",
    "fork bomb": f"import os\n    while True:\n        {TRY}os.fork(){GO_ON}",
    "thread bomb": (
        f"from threading import Thread\n    while True:\n        {TRY}Thread(target=double, args=(x,)).start(){GO_ON}"
    ),
}


class Terminal:
    """The app in a pseudo-terminal of its own."""

    def __init__(self, deck: Path, environ: dict[str, str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        command = [sys.executable, "-c", APP, str(deck)]
        self.process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environ)
        os.close(slave)

    def close(self) -> None:
        """Leave, by force if need be."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.until(None)
            self.process.wait(10)
        finally:
            self.process.kill()
            os.close(self.master)

    def write(self, text: str) -> None:
        """Type."""
        os.write(self.master, text.encode())

    def until(self, painted: str | None, within: float = PATIENCE) -> float:
        """Seconds until something is painted; until the app has ended where that is None."""
        start, seen = time.perf_counter(), b""
        wanted = None if painted is None else painted.encode()
        while wanted is None or wanted not in seen:
            if time.perf_counter() - start > within:
                raise SystemExit(f"{painted!r} was never painted: {seen[-1500:].decode(errors='replace')}")
            if select.select([self.master], [], [], 0.5)[0]:
                try:
                    block = os.read(self.master, 1 << 16)
                except OSError:
                    block = b""
                if not block and wanted is None:
                    break
                seen += block
        return time.perf_counter() - start

    def drain(self, seconds: float) -> None:
        """Read and forget what is painted for a while."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            if select.select([self.master], [], [], left)[0]:
                os.read(self.master, 1 << 16)


def typed(terminal: Terminal, keys: int, until: float) -> list[float]:
    """Seconds each key took, for at most so many keys and until a point in time; each is taken away again."""
    times = []
    for number in range(keys):
        if time.perf_counter() > until:
            break
        character = chr(0xAC00 + number)  # Hangul, which nothing else on the screen has
        start = time.perf_counter()
        terminal.write(character)
        terminal.until(character)
        times.append(time.perf_counter() - start)
        terminal.write("\x7f")
        terminal.drain(GAP)
    return times


def fresh(deck: Path, environ: dict[str, str]) -> Terminal:
    """The app at its editor, with torch imported behind it."""
    terminal = Terminal(deck, environ)
    terminal.until("new card")
    terminal.write("\r")
    terminal.until("by hand")
    terminal.drain(WARM_UP)
    return terminal


def measured(deck: Path, environ: dict[str, str], keys: int) -> tuple[list[float], list[float]]:
    """Key times with nobody grading, and then while the answer that the editor begins with is graded."""
    terminal = fresh(deck, environ)
    try:
        idle = typed(terminal, keys, time.perf_counter() + PATIENCE)
        start = time.perf_counter()
        terminal.write(GRADE)
        terminal.until("cancel")
        return idle, typed(terminal, keys, start + SECONDS - 1)
    finally:
        terminal.close()


def shown(name: str, idle: list[float], busy: list[float]) -> str:
    """One line of the table, in milliseconds."""
    cells = "".join(
        f"{statistics.median(times) * 1000:8.1f}{percentile(times) * 1000:8.1f}{max(times) * 1000:8.1f}"
        for times in (idle, busy)
    )
    ratios = f"{statistics.median(busy) / statistics.median(idle):8.2f}{percentile(busy) / percentile(idle):8.2f}"
    late = sum(seconds > FRAME for seconds in busy) / len(busy)
    return f"{name:20}{len(busy):6}{cells}{ratios}{late:8.1%}"


def percentile(times: list[float]) -> float:
    """The 99th percentile."""
    return sorted(times)[min(len(times) - 1, round(len(times) * 0.99))]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=200)
    parser.add_argument("--only", choices=list(ANSWERS), help="one hostile answer alone")
    options = parser.parse_args()
    print(f"{'':26}{'nobody grades':>24}{'while it is graded':>24}{'ratio':>16}")
    print(f"{'':20}{'keys':>6}" + f"{'median':>8}{'p99':>8}{'worst':>8}" * 2 + f"{'median':>8}{'p99':>8}{'>16 ms':>8}")
    idle: list[float] = []
    busy: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        environ |= {"LINES": str(ROWS), "COLUMNS": str(COLUMNS)}
        for name, body in ANSWERS.items():
            if options.only not in (None, name):
                continue
            home = Path(folder) / name.replace(" ", "-")
            home.mkdir()
            environ["STUDYTUI_HOME"] = str(home)
            deck = home / "bench.yaml"
            deck.write_text(DECK.format(seconds=SECONDS, body=body.replace("\n", "\n      ")), encoding="utf-8")
            Library.open([deck], find_paths(environ).deck_index)
            times = measured(deck, environ, options.keys)
            idle += times[0]
            busy += times[1]
            print(shown(name, *times), flush=True)
    print(shown("all", idle, busy))


if __name__ == "__main__":
    main()
