"""Cold starts as ratios in one run: each command is timed in turn with its yardstick, and medians are compared.

    python benchmarks/cold_start.py [rounds]

Yardsticks: `python -c "import torch"` for grading, bare Python for `--help`. A deck of 400 cards is made for `list`.
Graded is a card that asks for values alone, one that asks for gradients too, and one on an optimizer: torch has more to
import at the first use of either.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRADED = ("tensors/view", "losses/mse_loss", "optim/sgd")
CARD = """
  - id: card-{n}
    kind: recall
    topics: [view]
    depth: what
    prompt: {{en: "What is card {n}?", ko: "카드 {n}은 무엇인가요?"}}
    answer: {{en: "It is card {n}, one of four hundred.", ko: "사백 장 가운데 {n}번 카드예요."}}
    points:
      - says: {{en: "the number {n}", ko: "숫자 {n}"}}
        mentions: ["{n}"]
"""


def main() -> None:
    """Time everything and print the ratios beside what they must not exceed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        deck = home / "many.yaml"
        cards = "".join(CARD.format(n=n) for n in range(400))
        deck.write_text(f"deck: many\ntitle: Many\ncards:{cards}", encoding="utf-8")
        (home / "home").mkdir()
        (home / "home" / "settings.toml").write_text("keep_warm = 0\n", encoding="utf-8")
        environment = {**os.environ, "STUDYTUI_HOME": str(home / "home")}
        python = sys.executable
        commands = {
            "bare python": [python, "-c", "pass"],
            "import torch": [python, "-c", "import torch"],
            **{card: _grading(card, home) for card in GRADED},
            "--help": [python, "-m", "studytui", "--help"],
            "list, 400 cards": [python, "-m", "studytui", "list", "--decks", str(deck)],
        }
        times = _measure(commands, environment, rounds)
        torch = times["import torch"]
        for card in GRADED:
            _say_ratio(f"grade, cold, {card}", times[card], torch, 1.15)
        beyond = (times["--help"] - times["bare python"]) * 1000
        print(f"--help beyond bare python        {beyond:.0f} ms (at most 100)")
        print(f"list with 400 cards              {times['list, 400 cards'] * 1000:.0f} ms (at most 300)")
        (home / "home" / "cache" / "decks.json").unlink()
        cold = _once(commands["list, 400 cards"], environment)
        print(f"list with 400 cards, no index    {cold * 1000:.0f} ms")
        (home / "home" / "settings.toml").unlink()
        for card in GRADED:
            _once(commands[card], environment)
            warm = statistics.median(_once(commands[card], environment) for _ in range(rounds))
            _once([python, "-m", "studytui", "grader", "stop"], environment)
            _say_ratio(f"grade, again, {card}", warm, torch, 0.20)


def _grading(card: str, folder: Path) -> list[str]:
    """The command that grades the solution of a card."""
    answer = folder / f"{card.replace('/', '-')}.py"
    answer.write_text(_solution(card), encoding="utf-8")
    return [sys.executable, "-m", "studytui", "grade", str(answer), "--card", card]


def _say_ratio(what: str, seconds: float, torch: float, most: float) -> None:
    print(f"{what:<30}   {seconds / torch:.2f}   ({seconds:.2f} s / {torch:.2f} s; at most {most})")


def _measure(commands: dict[str, list[str]], environment: dict[str, str], rounds: int) -> dict[str, float]:
    """Median seconds a command, the commands taking turns so that a noisy minute hits them alike."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            times[name].append(_once(command, environment))
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}


def _once(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stderr.decode()}{done.stdout.decode()}")
    return taken


def _solution(card: str) -> str:
    command = [sys.executable, "-m", "studytui", "show", card, "--solution"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return shown.partition("---")[2]


if __name__ == "__main__":
    main()
