"""Derive cards are read strictly, points lie inside their domains, and the truth is what torch gives."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import pytest
import torch
from formula_cards import MSE, SGD

from studytui.errors import DeckError
from studytui.grader.formula.domains import Bound, DomainKind, read_domain
from studytui.grader.formula.errors import FormulaError
from studytui.grader.formula.functions import FUNCTIONS as EVALUATED
from studytui.grader.formula.points import draw
from studytui.grader.formula.reading import read_answer
from studytui.grader.formula.task import read_asked, read_task
from studytui.grader.formula.truth import Truth
from studytui.grader.formula.vocabulary import FUNCTIONS


def card(**changes: Any) -> dict[str, Any]:
    return {**SGD, **changes}


@pytest.mark.parametrize(
    ("text", "kind", "low", "high", "sizes"),
    [
        ("real", DomainKind.REAL, -3, 3, ()),
        ("positive", DomainKind.REAL, 0.1, 3, ()),
        ("0.01..0.5", DomainKind.REAL, 0.01, 0.5, ()),
        ("-1 .. 1", DomainKind.REAL, -1, 1, ()),
        ("real in 1e-3..2", DomainKind.REAL, 0.001, 2, ()),
        ("vector[n]", DomainKind.VECTOR, -3, 3, ("n",)),
        ("vector[n] in -1..1", DomainKind.VECTOR, -1, 1, ("n",)),
        ("matrix[n, 2]", DomainKind.MATRIX, -3, 3, ("n", 2)),
        ("int in 1..4", DomainKind.INT, 1, 4, ()),
        ("onehot[k]", DomainKind.ONEHOT, -3, 3, ("k",)),
    ],
)
def test_a_domain_is_read(text: str, kind: DomainKind, low: float, high: float, sizes: tuple[object, ...]) -> None:
    domain = read_domain(text)
    assert (domain.kind, domain.low, domain.high, domain.sizes) == (kind, Bound(low), Bound(high), sizes)


def test_a_bound_may_be_a_size() -> None:
    assert read_domain("int in 0..n-1").high == Bound(-1, "n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "reel",
        "vector",
        "vector[n, m]",
        "matrix[n]",
        "matrix[99, 2]",
        "vector[0]",
        "int",
        "2..1",
        "onehot[n] in 0..1",
        "real[n]",
        "vector[n*2]",
        "index",
        "index[n] in 0..1",
        "1...2",
        "positive[n]",
        "a..b..c",
    ],
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        read_domain(text)
    assert caught.value.finding.kind == "bad_domain"


@pytest.mark.parametrize(
    ("asks", "spelling"), [("w'", "w'"), ("dL/dw", "dL/dw"), ("∂L/∂w", "dL/dw"), ("∂L/∂η", "dL/deta"), (" v' ", "v'")]
)
def test_what_is_asked_is_read_in_either_notation(asks: str, spelling: str) -> None:
    assert read_asked(asks).spelling == spelling


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"symbols": {"w": "reel"}}, "symbols.w"),
        ({"symbols": {"λ": "real"}}, "λ"),
        ({"symbols": {"lambda": "real"}}, "lambda"),
        ({"symbols": {"exp": "real"}}, "exp"),
        ({"symbols": {"n": "real", "x": "vector[n]"}}, "two meanings"),
        ({"given": {"L": "w*q"}}, "given.L"),
        ({"given": {"L": "w*(x"}}, "given.L"),
        ({"given": {"w": "x"}}, "two meanings"),
        ({"given": {"a": "b", "b": "c*2", "c": "a"}}, "circle"),
        ({"given": {"L": "w^2", "g": "dL/dw"}}, "derivative"),
        ({"given": {"w'": "x"}}, "asked"),
        ({"asks": "w + 1"}, "asks"),
        ({"truth": "return w +"}, "no Python"),
        ({"truth": "return nothing"}, "NameError"),
        ({"truth": "return 'w'"}, "neither a number"),
        ({"truth": "w + 1; 2"}, "neither a number"),
        ({"truth": "return torch.log(-torch.abs(w))"}, "finite"),
        ({"given": {"q": "w @ x"}}, "given.q"),
    ],
)
def test_a_card_at_fault_is_told_by_its_field(changes: dict[str, Any], words: str) -> None:
    from studytui.grader.formula.derive import check_derivation

    with pytest.raises(DeckError) as caught:
        check_derivation(card(**changes), "w' = w", seed=1)
    assert words in caught.value.message


def test_givens_come_after_what_they_use_whatever_their_order() -> None:
    task = read_task(card(given={"L": "(z - y)^2", "z": "w*x"}))
    assert list(task.given) == ["z", "L"]


def test_points_lie_in_their_domains_with_sizes_that_differ() -> None:
    symbols = {
        "X": "matrix[n, m]",
        "v": "vector[n] in -1..1",
        "t": "int in 0..n-1",
        "y": "onehot[m]",
        "eta": "0.01..0.5",
    }
    task = read_task(card(symbols=symbols, given={}))
    for seed in range(50):
        point = draw(task, random.Random(seed))
        n, m = point.sizes["n"], point.sizes["m"]
        assert n != m
        assert 2 <= min(n, m) <= max(n, m) <= 4
        assert point.values["X"].shape == (n, m)
        assert bool((point.values["v"].abs() <= 1).all())
        assert 0 <= int(point.values["t"]) < n
        assert point.values["y"].sum() == 1
        assert 0.01 <= point.values["eta"] <= 0.5
        flat = point.values["X"].reshape(-1)
        assert 0 not in flat.tolist()
        assert len(set(flat.tolist())) == flat.numel()


def test_no_point_lies_on_a_kink() -> None:
    """Not at 0, at no round number, and not where two symbols are equal."""
    task = read_task(card(symbols={"x": "vector[n] in 0..7", "y": "vector[n] in 0..7", "z": "0.5..1.5"}, given={}))
    for seed in range(100):
        values = [value for tensor in draw(task, random.Random(seed)).values.values() for value in tensor.reshape(-1)]
        numbers = [float(value) for value in values]
        assert len(set(numbers)) == len(numbers)
        assert all(float(f"{number:.3g}") != number for number in numbers)


def test_the_same_seed_draws_the_same_point() -> None:
    task = read_task(MSE)
    first, again, other = (draw(task, random.Random(seed)) for seed in (1, 1, 2))
    assert torch.equal(first.values["y"], again.values["y"])
    assert first.values["y"].tolist() != other.values["y"].tolist()


def test_the_truth_gets_fresh_leaves_each_time_and_sizes_as_ints() -> None:
    task = read_task(card(symbols={"w": "vector[n]", "k": "int in 1..3"}, given={}, truth="""\
assert w.requires_grad and w.is_leaf and w.dtype == torch.float64
assert k.dtype == torch.int64 and isinstance(n, int)
with torch.no_grad():
    w += n
return w"""))  # fmt: skip
    point = draw(task, random.Random(1))
    truth = Truth(task)
    assert torch.equal(truth.at(point), truth.at(point))
    assert torch.equal(truth.at(point), point.values["w"] + point.sizes["n"])


def test_a_truth_may_be_one_expression() -> None:
    task = read_task(card(truth="w - eta"))
    point = draw(task, random.Random(1))
    assert truth_close(Truth(task).at(point), point.values["w"] - point.values["eta"])


def truth_close(left: torch.Tensor, right: torch.Tensor) -> bool:
    return bool(torch.isclose(left, right))


def test_every_function_that_can_be_read_can_be_evaluated() -> None:
    assert EVALUATED.keys() == FUNCTIONS.keys()


def test_reading_an_answer_keeps_the_lines_before_the_first_that_cannot_be_read() -> None:
    reading = read_answer(read_task(SGD), "# words\n\ne = w*x - y\nw' = w - eta*e*q\nw' = w")
    assert [line.number for line in reading.lines] == [3]
    assert reading.error is not None
    assert (reading.error.line, reading.error.column) == (4, 16)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "empty_answer"),
        ("# only words\n\n", "empty_answer"),
        ("w\n" * 300, "too_many_lines"),
        ("x" * 3000, "line_too_long"),
        ("w' = " + "w + " * 90 + "w\n", None),
        ("\n".join(["(w+x)*(w+x)*(w+x)*(w+x)*(w+x)*(w+x)*(w+x)*(w+x)*(w+x)*(w+x)*(w+x)"] * 190), "too_much_work"),
        ("s = e^w\ne = w", "constant_used"),
        ("exp = w", "name_taken"),
        ("g = g + 1", "unknown_name"),
    ],
)
def test_an_answer_has_limits(text: str, kind: str | None) -> None:
    error = read_answer(read_task(SGD), text).error
    assert (error.finding.kind if error else None) == kind


def test_reading_and_wording_import_neither_torch_nor_pydantic() -> None:
    code = (
        "import sys; import studytui.grader.formula.reading, studytui.grader.formula.wording, studytui.grader.predict; "
        "import studytui.grader.formula.result; print([name for name in ('torch', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
