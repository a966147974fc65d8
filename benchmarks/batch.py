"""Many submissions: a folder graded by `studytui grade DIR` beside a process for each that imports torch, in one run.

    python benchmarks/batch.py [submissions] [processes timed]

The processes run the same number at once as there are cores; a few are timed and the rest reckoned from them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from studytui.cards.library import Library
from studytui.cards.models import ImplementCard

ROOT = Path(__file__).resolve().parent.parent
CARD = "tensors/view"


def main() -> None:
    """Print seconds a submission of both, and their ratio."""
    submissions = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    timed = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    card = Library.open([ROOT / "decks"], None).card(CARD)
    assert isinstance(card, ImplementCard)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "answers").mkdir()
        for number in range(submissions):
            (folder / "answers" / f"s{number}.py").write_text(f"{card.solution}\n# {number}\n", encoding="utf-8")
        environment = {**os.environ, "STUDYTUI_HOME": str(folder / "home")}
        ours = _seconds([sys.executable, "-m", "studytui", "grade", str(folder / "answers")], environment) / submissions
        subprocess.run([sys.executable, "-m", "studytui", "grader", "stop"], env=environment, cwd=ROOT, check=True)
    bare = [sys.executable, "-c", "import torch"]
    started = time.perf_counter()
    for _ in range(timed):
        _seconds(bare, environment)
    one_by_one = (time.perf_counter() - started) / timed
    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda _: _seconds(bare, environment), range(timed)))
    together = (time.perf_counter() - started) / timed
    print(f"studytui grade DIR           {ours * 1000:7.1f} ms a submission ({submissions} of {CARD})")
    print(f"import torch, one by one     {one_by_one * 1000:7.1f} ms   ratio {one_by_one / ours:.1f}   (at least 20)")
    print(f"import torch, on all cores   {together * 1000:7.1f} ms   ratio {together / ours:.1f}")


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
