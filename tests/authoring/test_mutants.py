"""Mutants: each is the solution with one mistake, and no two are the same program."""

from __future__ import annotations

import ast
import difflib

import pytest

from studytui.authoring.mutants import MAX_MUTANTS, difference, mutants, same_program

SOLUTION = '''\
import torch


def roll(x, shifts, dim=0):
    """Shift along a dim."""
    n = x.shape[dim]  # of the dim
    if n == 0 or not shifts:
        return x.clone()
    if dim > 1:
        raise IndexError(f"no dim {dim + 1}")
    out = torch.zeros(x.shape, dtype=x.dtype)
    for i in range(x.shape[0]):
        for j in range(1, x.shape[1]):
            if i < 0:
                continue
            out[i, (j + shifts) % n] = max(x[i, j], -1.5)
    return out
'''


def made(code: str) -> list[str]:
    """The changed lines of every mutant, without their indent."""
    return [line.strip() for mutant in mutants(code) for _, _, new in changes(code, mutant.code) for line in new]


def changes(code: str, other: str) -> list[tuple[int, list[str], list[str]]]:
    """What differs: the first line's number, the lines there, the lines instead."""
    old, new = code.split("\n"), other.split("\n")
    found = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(i + 1, old[i:j], new[k:m]) for kind, i, j, k, m in found if kind != "equal"]


@pytest.mark.parametrize(
    "mutant",
    [
        "if n != 0 or not shifts:",
        "if n == 0 and (not shifts):",
        "if n == 1 or not shifts:",
        "if n == -1 or not shifts:",
        "if n == 0:",
        "if n == 0 or shifts:",
        "if dim >= 1:",
        "if dim <= 1:",
        "if i <= 0:",
        "out = torch.zeros(x.shape)",
        "for i in range(1, x.shape[0]):",
        "for i in range(x.shape[0] - 1):",
        "for i in range(x.shape[0] + 1):",
        "for i in range(x.shape[1]):",
        "for j in range(0, x.shape[1]):",
        "for j in range(2, x.shape[1]):",
        "for j in range(x.shape[1]):",
        "break",
        "out[(j + shifts) % n, i] = max(x[i, j], -1.5)",
        "out[i, (j - shifts) % n] = max(x[i, j], -1.5)",
        "out[i, (j + shifts) // n] = max(x[i, j], -1.5)",
        "out[i, (j + shifts) % n] = min(x[i, j], -1.5)",
        "out[i, (j + shifts) % n] = max(x[j, i], -1.5)",
        "out[i, (j + shifts) % n] = max(x[j, j], -1.5)",
        "out[i, (j + shifts) % n] = max(x[i, j], 1.5)",
        "out[i, (j + shifts) % n] = max(x[i, j], -2.5)",
        "pass",
    ],
)
def test_each_kind_of_mistake_is_made(mutant: str) -> None:
    assert mutant in made(SOLUTION)


def test_a_mutant_differs_from_the_solution_at_its_line_alone_and_keeps_comments() -> None:
    for mutant in mutants(SOLUTION):
        ((line, _, _),) = changes(SOLUTION, mutant.code)
        assert line == mutant.line
        assert "# of the dim" in mutant.code


def test_no_two_are_the_same_program_and_none_is_the_solution() -> None:
    programs = [same_program(mutant.code) for mutant in mutants(SOLUTION)]

    assert len({*programs, same_program(SOLUTION)}) == len(programs) + 1


def test_words_are_left_alone() -> None:
    lines = made(SOLUTION)

    assert not any("IndexError" in line or '"""' in line for line in lines)


@pytest.mark.parametrize(
    ("expression", "mutant"),
    [
        ("x.shape[0]", "x.shape[-1]"),
        ("x[i if i else 0, 1]", "x[i if i else -1, 1]"),
        ("max(a, b)", "max(b, a)"),
        ("x.transpose(1, 2)", "x.transpose(2, 1)"),
        ("(a - b) ** 2", "(b - a) ** 2"),
        ("abs(a - b)", "abs(b - a)"),
    ],
)
def test_what_is_the_same_by_another_name_is_no_mutant(expression: str, mutant: str) -> None:
    lines = made(f"def f(x, a, b, i):\n    return {expression}\n")

    assert lines
    assert f"return {mutant}" not in lines


def test_a_change_inside_a_larger_expression_is_put_in_brackets_where_it_must() -> None:
    assert "return a * (b - c)" in made("def f(a, b, c):\n    return a * (b + c)\n")
    assert "return a - b * c" in made("def f(a, b, c):\n    return a + b * c\n")


def test_a_loop_may_never_end_in_a_mutant_and_is_made_all_the_same() -> None:
    code = "def f(n):\n    i = 0\n    while i < n:\n        i += 1\n    return i\n"

    assert {"i -= 1", "i += 0", "i = 1", "while i <= n:"} <= set(made(code))


def test_a_long_solution_has_no_more_mutants_than_can_be_tried() -> None:
    code = "def f(a):\n" + "".join(f"    a = a + {number}\n" for number in range(300)) + "    return a\n"
    found = mutants(code)

    assert len(found) == MAX_MUTANTS
    assert found[-1].line > 290


def test_what_is_no_python_is_told() -> None:
    with pytest.raises(SyntaxError):
        mutants("def f(:\n")


def test_the_difference_is_one_that_patch_reads() -> None:
    mutant = next(one for one in mutants(SOLUTION) if "if dim >= 1" in one.code)

    assert difference(SOLUTION, mutant.code, "roll").split("\n") == [
        "--- roll",
        "+++ roll (mutant)",
        "@@ -8,3 +8,3 @@",
        "         return x.clone()",
        "-    if dim > 1:",
        "+    if dim >= 1:",
        '         raise IndexError(f"no dim {dim + 1}")',
    ]


def test_every_mutant_is_python() -> None:
    for mutant in mutants(SOLUTION):
        ast.parse(mutant.code)
