"""What can be wrong inside a file that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studytui.store.rows import NET
from studytui.store.tables import APPEND_ONLY

if TYPE_CHECKING:
    import sqlite3

_SHOWN = 10
"""How many findings of SQLite's own check are told; a damaged file has thousands."""

_ASTRAY = f"""
WITH last AS (SELECT card, MAX(id) AS id FROM reviews WHERE {NET} GROUP BY card)
SELECT last.card FROM last JOIN reviews ON reviews.id = last.id LEFT JOIN memory ON memory.card = last.card
WHERE memory.reps IS NOT reviews.reps OR memory.last_review IS NOT reviews.last_review
UNION ALL
SELECT card FROM memory WHERE card NOT IN (SELECT card FROM last)
"""
"""Cards whose memory is not that of their last review; what the scheduler makes of it may differ by its settings."""


def find_problems(connection: sqlite3.Connection) -> list[str]:
    """What is wrong, in sentences.

    Raises:
        sqlite3.Error: the file is too damaged to be checked at all.
    """
    findings = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_SHOWN})")]
    problems = [] if findings == ["ok"] else [f"The file is damaged: {finding}." for finding in findings]
    problems += [
        f"Row {row} of {table} points to a row of {parent} that is not there."
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]
    triggers = {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")}
    if not triggers.issuperset(APPEND_ONLY):
        problems.append("The log is not protected from changes: its triggers are missing.")
    astray = [card for (card,) in connection.execute(_ASTRAY)]
    if astray:
        problems.append(f"The memory of {len(astray)} cards is not what their log leads to, {astray[0]} for one.")
    return problems
