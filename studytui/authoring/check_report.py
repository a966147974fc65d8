"""What a check found, for a terminal and for machines; docs/checking.md says what the JSON holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from studytui.cards.needs import INSTALL, NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from studytui.authoring.check import Checked, Placed
    from studytui.authoring.findings import CardReport


def render(checked: Checked, *, scores: bool) -> str:
    """Every problem with its lines, then a line for each card with `scores`, then what it comes to."""
    blocks = [_problem(placed) for placed in checked.problems]
    if scores:
        blocks += [_scores(report) for report in checked.reports if report.kind == "implement"]
    return "\n".join([*blocks, summary(checked)])


def summary(checked: Checked) -> str:
    """One line: how much was checked and what it comes to; and one more where something could not be run."""
    scored = [report.mutation for report in checked.reports if report.mutation is not None]
    parts = [_count(len(checked.reports), "card")]
    if scored:
        killed, mistakes = sum(one.killed for one in scored), sum(one.total - one.explained for one in scored)
        parts.append(f"{killed} of {mistakes} mutants caught")
    parts += [_count(checked.count(severity), severity) for severity in ("error", "warning")]
    return "\n".join([", ".join(parts) + ".", *_not_run(checked)])


def _not_run(checked: Checked) -> Iterator[str]:
    """A line for each need that is not installed: its cards are sound as far as can be told without it."""
    lacking = Counter(report.lacking for report in checked.reports if report.lacking)
    for need, number in lacking.items():
        why = f"{NAMES[need]} is not installed ({INSTALL[need]})"
        rest = "all else about it is" if number == 1 else "all else about them is"
        yield f"{_count(number, 'card')} not run, for {why}; {rest} checked."


def as_json(checked: Checked) -> dict[str, Any]:
    """The same as plain values."""
    return {
        "schema": 1,
        "errors": checked.count("error"),
        "warnings": checked.count("warning"),
        "stopped": checked.stopped,
        "not_run": sum(bool(report.lacking) for report in checked.reports),
        "problems": [_problem_json(placed) for placed in checked.problems],
        "cards": [_card_json(report) for report in checked.reports],
    }


def _problem(placed: Placed) -> str:
    lines = [placed.problem.render()]
    lines += [f"    {line}" for line in placed.detail.split("\n") if placed.detail]
    return "\n".join(lines)


def _scores(report: CardReport) -> str:
    parts = [report.card]
    if report.mutation is not None:
        one = report.mutation
        explained = f", {one.explained} explained" if one.explained else ""
        parts.append(f"{one.killed} of {one.total - one.explained} mutants ({one.score:.0%}{explained})")
    parts += [f"{report.seconds:.2f} s"] if report.seconds is not None else []
    return "\n".join(["  ".join(parts), *_slips(report)])


def _slips(report: CardReport) -> Iterator[str]:
    for slip in report.slips:
        case = "no case" if not slip.case else f"{'case' if slip.explicit else 'drawn case'} {slip.case}"
        told = {"own": "told by name", "other": "told by another slip's name", "usual": "told as a usual slip"}
        yield f"    {case:<14}{slip.says}" + (f" ({told[slip.recognised]})" if slip.recognised in told else "")


def _problem_json(placed: Placed) -> dict[str, Any]:
    problem = placed.problem
    return {
        "path": str(problem.path),
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "rule": placed.rule,
        "card": placed.card or None,
        "message": problem.message,
        "hint": problem.hint,
        "detail": placed.detail,
    }


def _card_json(report: CardReport) -> dict[str, Any]:
    mutation = None
    if report.mutation is not None:
        mutation = {**asdict(report.mutation), "score": round(report.mutation.score, 4)}
    return {
        "card": report.card,
        "kind": report.kind,
        "seconds": None if report.seconds is None else round(report.seconds, 4),
        "lacking": report.lacking or None,
        "slips": [asdict(slip) for slip in report.slips],
        "mutants": mutation,
    }


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
