"""The scalar part of the language against STACK's table of equivalent expressions, `stack_algequiv.txt`.

A row that does not apply carries its reason; one that we answer otherwise for a reason is run as well, so that the
reason stays true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from formula_cards import check

from studytui.grader.formula.vocabulary import DIFFERENTIATORS, FUNCTION_ALIASES, FUNCTIONS

RUN = "run"
ANSWERED_OTHERWISE = frozenset({"truth", "tolerance", "rounding", "boundary", "spelling", "real"})
NOT_ASKED = frozenset(
    {"complex", "infinity", "equation", "logic", "list", "matrix", "form", "lacks", "notation", "units", "text"}
)


@dataclass(frozen=True)
class Row:
    how: str
    expected: int
    left: str
    right: str
    domains: dict[str, str]

    @property
    def is_equal(self) -> bool:
        """What is right: where STACK knows that it fails, the other."""
        return self.expected in {1, -3}


def rows() -> list[Row]:
    found = []
    for line in Path(__file__).with_name("stack_algequiv.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            how, expected, left, right, *domains = [part.strip() for part in f"{line} ".split(" |")]
            told = dict(part.split(":") for part in ";".join(domains).split(";") if part)
            found.append(Row(how, int(expected), left, right, {name.strip(): text for name, text in told.items()}))
    return found


ROWS = rows()


def typed(text: str) -> str:
    """As our language spells it."""
    return text.replace("%pi", "pi").replace("%e", "e").replace("signum", "sign")


def holds(row: Row) -> bool:
    left, right = typed(row.left), typed(row.right)
    names = set(re.findall(r"(?<![\w.])[A-Za-z]\w*", f"{left} {right}"))
    known = {*FUNCTIONS, *FUNCTION_ALIASES, *DIFFERENTIATORS, "e", "pi"}
    domains = {"q": "real", **row.domains}
    indexed = re.findall(r"\[([a-z])\]", " ".join(domains.values()))
    free = {name for name in names - known if "_" not in name or name.replace("_", "") in names}
    for name in free - domains.keys() - set(indexed):
        domains.setdefault(name.replace("_", ""), "real in -6..6")
    for name in indexed:
        domains.setdefault("sized", f"vector[{name}]")
    card = {"symbols": domains, "given": {}, "asks": "answer", "truth": "return q"}
    sides = [f"({side})" if set("<>") & set(side) else side for side in (left, right)]
    result = check(card, " = ".join(sides))
    return result.readable and bool(result.lines) and result.lines[0].holds


@pytest.mark.parametrize("row", [row for row in ROWS if row.how == RUN], ids=lambda row: f"{row.left}={row.right}"[:60])
def test_a_row_is_answered_as_expected(row: Row) -> None:
    assert holds(row) == row.is_equal


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.how in ANSWERED_OTHERWISE], ids=lambda row: f"{row.left}={row.right}"[:60]
)
def test_a_row_that_we_answer_otherwise_is_still_answered_otherwise(row: Row) -> None:
    assert holds(row) != row.is_equal


def test_every_row_that_is_not_asked_says_why() -> None:
    assert {row.how for row in ROWS} <= {RUN, *ANSWERED_OTHERWISE, *NOT_ASKED}
    assert sum(row.how == RUN for row in ROWS) > 100
    explained = Path(__file__).with_name("stack_algequiv.txt").read_text("utf-8").partition("\nrun |")[0]
    for reason in {row.how for row in ROWS}:
        assert re.search(rf"\b{reason}\b", explained), reason
