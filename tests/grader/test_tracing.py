"""Pictures and traces as the referee gets them: right, said in time, and fit to print whatever the code does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from card_building import children_at_work, descriptors, predict
from hostile_answers import SOCKET

from studytui.errors import GraderError, StudyError
from studytui.grader.grader import Grader
from studytui.grader.picture import Cell, lines_of, picture_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from studytui.grader.picture import Picture, TracedLine

HASTE = 2.0
"""Seconds that hostile code may take here: some of it takes them all."""


@pytest.fixture(scope="module")
def patient() -> Iterator[Grader]:
    with Grader() as grader:
        yield grader


@pytest.fixture(scope="module")
def hasty() -> Iterator[Grader]:
    with Grader(card_seconds=HASTE) as grader:
        grader.trace(predict("1"), seed=1)
        before = descriptors()
        yield grader
        assert grader.picture("x.t()", [("x", "zeros(2, 1)")]).kind == "moved"
        assert children_at_work(grader) == set()
        assert descriptors() == before


def lines(grader: Grader, code: str) -> dict[int, TracedLine]:
    return {line.number: line for line in grader.trace(predict(code), seed=1)}


def facts(line: TracedLine) -> list[tuple[str, str]]:
    return [(fact.name, fact.what) for fact in line.facts]


def pictures(traced: dict[int, TracedLine]) -> list[Picture]:
    return [picture for line in traced.values() for picture in line.pictures]


# An expression


def test_an_expression_is_drawn_with_its_inputs(patient: Grader) -> None:
    picture = patient.picture("x.view(2, -1)", [("x", "arange(12).view(3, 4)")])
    assert (picture.kind, picture.steps, picture.total) == ("moved", 12, 12)
    assert picture.inputs[0].name == "x"
    assert picture.inputs[0].tensor.shape == (3, 4)
    assert picture.outputs[0].tensor.shape == (2, 6)
    assert picture.cells[7] == (Cell(0, 7),)
    assert picture.output(7) == Cell(0, 7)


def test_inputs_may_build_on_each_other_and_be_anything(patient: Grader) -> None:
    picture = patient.picture(
        "conv(x)[mask]", [("x", "rand(1, 1, 3, 3)"), ("conv", "nn.Conv2d(1, 1, 3)"), ("mask", "x[:, 0, :1, :1] > -1")]
    )
    assert [panel.name for panel in picture.inputs] == ["x", "mask"]
    assert picture.cells == (tuple(Cell(0, place) for place in range(9)),)


def test_arrays_are_tensors_here(patient: Grader) -> None:
    picture = patient.picture("np.transpose(a)", [("a", "np.arange(6).reshape(2, 3)")])
    assert [cells[0].place for cells in picture.cells] == [0, 3, 1, 4, 2, 5]


def test_what_cannot_be_traced_has_shapes(patient: Grader) -> None:
    picture = patient.picture("x.abs()", [("x", "zeros(2, dtype=complex64)")])
    assert (picture.kind, picture.steps) == ("unknown", 0)
    assert picture.outputs[0].tensor.shape == (2,)


@pytest.mark.parametrize(
    ("expression", "inputs", "message", "caret"),
    [
        ("x.view(5, -1)", [("x", "arange(12)")], "raises RuntimeError: shape '[5, -1]' is invalid", "^^^^^^^^^^^^^"),
        ("x.view(2", [("x", "arange(12)")], "cannot be read: '(' was never closed", "      ^"),
        ("x", [("x", "arange(12")], "for --x cannot be read", "      ^"),
        ("x", [("x", "1 / 0")], "for --x raises ZeroDivisionError", "^^^^^"),
        ("'한글' + x.foo", [("x", "arange(3)")], "no attribute 'foo'", "         ^^^^^"),
        ("x = 3", [("x", "arange(3)")], "cannot be read", "  ^"),
        ("y", [("x", "arange(3)")], "NameError", "^"),
    ],
)
def test_an_error_points_at_its_place(
    patient: Grader, expression: str, inputs: Sequence[tuple[str, str]], message: str, caret: str
) -> None:
    with pytest.raises(StudyError) as error:
        patient.picture(expression, inputs)
    assert error.value.exit_code == 2
    assert message in error.value.message
    source, mark = error.value.hint.split("\n")
    assert source in (expression, *(text for _, text in inputs))
    assert mark[2:] == caret  # what a front puts before the first line of a hint


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("len(x)", "gives no tensor but an int"),
        ("arange(3)", "uses no tensor that was given"),
        ("[x, 'text']", "gives no tensor but a list"),
        ("zeros(1 << 40)", "needs more than 512 MiB"),
        ("[0] * 10**10", "needs more than 512 MiB"),
        ("exit()", "ends Python instead of giving a tensor"),
        ("-" * 50_000 + "x", "is nested too deeply"),
        ("__import__('os')._exit(3)", "ended its process"),
        ("__import__('ctypes').string_at(0)", "ended its process"),
        ("[0 for _ in iter(int, 1)] if 0 else (lambda f: f(f))(lambda f: f(f))", "RecursionError"),
        ("sum(range(10**12))", "did not finish in 2 s"),
        ("__import__('time').sleep(1000)", "did not finish in 2 s"),
        ("open('/etc/passwd').read()", "raises PermissionError"),
        ("__import__('subprocess').run(['/bin/true'])", "raises PermissionError"),
        ("(" * 5000, "cannot be read"),
        ("-" * 100_000 + "1", "cannot be read"),
        ("x\0", "cannot be read"),
        ("(_ for _ in ()).throw(ValueError('\\x1b[2J\\x1b]0;owned\\x07'))", "raises ValueError"),
        ("(_ for _ in ()).throw(type('\\x1b[2J', (Exception,), {'__str__': lambda s: 1 / 0})())", "raises"),
    ],
)
def test_a_hostile_expression_ends_in_one_sentence(hasty: Grader, expression: str, message: str) -> None:
    with pytest.raises(StudyError) as error:
        hasty.picture(expression, [("x", "arange(3)")])
    assert error.value.exit_code == 2
    assert message in error.value.message
    assert is_fit_to_print(f"{error.value.message}{error.value.hint}")


def forging(*frames: str) -> str:
    """An expression that writes frames of its own to the referee."""
    code = f"{SOCKET}\nsend({', '.join(frames)})\nos._exit(0)"
    return f"exec({code!r}, {{}})"


TENSOR = '{"tensor": {"dtype": "int64", "shape": [2], "elements": [0, 1], "truncated": False}}'
PICTURE = f'"expression": "e", "kind": "moved", "inputs": [["x", {TENSOR}]], "outputs": [["y", {TENSOR}]], "chosen": []'


@pytest.mark.parametrize(
    "frame",
    [
        "{}",
        '{"event": "picture"}',
        '{"event": "picture", "picture": 3}',
        '{"event": "fault"}',
        '{"event": "fault", "kind": "syntax", "name": "nobody", "message": "m"}',
        '{"event": "fault", "kind": "owned", "name": "", "message": "m"}',
        f'{{"event": "picture", "picture": {{{PICTURE}, "cells": [[2]]}}}}',
        f'{{"event": "picture", "picture": {{{PICTURE}, "cells": [[-1]]}}}}',
        f'{{"event": "picture", "picture": {{{PICTURE}, "cells": [[0], [1], [0]]}}}}',
        f'{{"event": "picture", "picture": {{{PICTURE}, "cells": [["0"]]}}}}',
        '{"event": "picture", "picture": {"inputs": [["x", {"text": "no tensor"}]]}}',
        'b"no json"',
        'b"[]"',
        '{"event": "fault", "kind": "syntax", "name": "", "message": "m", "line": 1, "column": -(10**9), "end": 10**9}',
    ],
)
def test_a_forged_frame_ends_in_one_sentence(hasty: Grader, frame: str) -> None:
    with pytest.raises(StudyError) as error:
        hasty.picture(forging(f"frame({frame})"), [("x", "arange(3)")])
    assert is_fit_to_print(f"{error.value.message}{error.value.hint}")


def test_a_forged_picture_cannot_drive_the_terminal(hasty: Grader) -> None:
    shown = TENSOR.replace('"int64"', '"\\x1b[2Jint64"').replace("[0, 1]", '[{"number": "\\x1b[2J"}, 1]')
    frame = f'{{"event": "picture", "picture": {{{PICTURE.replace(TENSOR, shown)}, "cells": [[1]]}}}}'
    picture = hasty.picture(forging(f"frame({frame})"), [("x", "arange(3)")])
    assert is_fit_to_print(repr(picture))


def test_a_header_over_the_limit_is_refused(hasty: Grader) -> None:
    with pytest.raises(StudyError, match="protocol"):
        hasty.picture(forging('struct.pack(">II", 1 << 30, 0)'), [("x", "arange(3)")])


def is_fit_to_print(text: str) -> bool:
    return all(letter.isprintable() or letter == "\n" for letter in text) and len(text) < 5_000


# A snippet


def test_each_line_says_what_it_made(patient: Grader) -> None:
    traced = lines(
        patient,
        "import torch\n\nx = torch.arange(12).view(3, 4)\na, b = x.chunk(2, dim=1)\nn = a.numel()\nx.t()",
    )
    assert list(traced) == [3, 4, 5, 6]
    assert facts(traced[3]) == [("x", "int64 [3, 4]")]
    assert facts(traced[4]) == [("a", "int64 [3, 2]"), ("b", "int64 [3, 2]")]
    assert facts(traced[5]) == [("n", "6")]
    assert facts(traced[6]) == [("=", "int64 [4, 3]")]


def test_the_steps_within_a_line_are_shown_in_order(patient: Grader) -> None:
    traced = lines(patient, "x = torch.zeros(2, 3)\ny = x.t().reshape(-1)")
    assert facts(traced[2]) == [("x.t()", "float32 [3, 2]"), ("y", "float32 [6]")]
    assert [picture.expression for picture in traced[2].pictures] == ["x.t()", "x.t().reshape(-1)"]
    assert [panel.name for panel in traced[2].pictures[1].inputs] == ["x.t()"]
    assert [panel.name for panel in traced[2].pictures[1].outputs] == ["y"]


def test_a_long_expression_is_called_by_its_form(patient: Grader) -> None:
    code = "x = torch.zeros(2, 3)\nprint(torch.nn.functional.pad(x, (1, 1, 1, 1), value=3.5).flatten().tolist())"
    traced = lines(patient, code)
    assert facts(traced[2]) == [
        ("torch.nn.functional.pad(…)", "float32 [4, 5]"),
        ("torch.nn.functional.pad(…).flatten(…)", "float32 [20]"),
    ]


def test_the_same_call_twice_in_a_line_is_one_picture(patient: Grader) -> None:
    assert len(pictures(lines(patient, "x = torch.zeros(2, 3)\nprint(x.t().shape, x.t().shape)"))) == 1


def test_a_loop_shows_what_changes(patient: Grader) -> None:
    traced = lines(patient, "x = torch.zeros(5)\nfor i in range(9):\n    y = x[i % 5 :]\n    x = x + 1")
    assert facts(traced[3]) == [("y", "float32 [5] → float32 [4] → float32 [3] → …")]
    assert facts(traced[4]) == [("x", "float32 [5]")]
    assert len(traced[3].pictures) <= 1


def test_what_a_function_of_the_snippet_does_is_shown_too(patient: Grader) -> None:
    traced = lines(patient, "def f(q):\n    r = q[1:]\n    return r\n\nf(torch.zeros(3))")
    assert facts(traced[2]) == [("r", "float32 [2]")]


def test_the_line_that_raised_shows_the_shapes_that_met(patient: Grader) -> None:
    traced = lines(patient, "x = torch.zeros(2, 3)\nw = torch.zeros(2, 3)\nx @ w\ny = 1")
    assert "shapes cannot be multiplied" in traced[3].error
    assert facts(traced[3]) == [("x", "float32 [2, 3]"), ("w", "float32 [2, 3]")]
    assert 4 not in traced


@pytest.mark.parametrize("code", ["x = (\n 1", "1 +", "\0", "(" * 5_000])
def test_a_snippet_that_cannot_be_read_says_so(patient: Grader, code: str) -> None:
    traced = patient.trace(predict("1").model_copy(update={"code": code}), seed=1)
    assert traced[0].error


def test_values_are_those_of_the_verdict(patient: Grader) -> None:
    first, again = (pictures(lines(patient, "torch.rand(2, 3).t()"))[0] for _ in range(2))
    other = patient.trace(predict("torch.rand(2, 3).t()"), seed=2)[0].pictures[0]
    assert first == again
    assert first.outputs[0].tensor.elements != other.outputs[0].tensor.elements


def test_a_module_shows_its_parameters_by_name(patient: Grader) -> None:
    traced = lines(patient, "conv = nn.Conv2d(1, 1, 2)\nx = torch.zeros(1, 1, 3, 3)\ny = conv(x)")
    assert [panel.name for panel in traced[3].pictures[0].inputs] == ["x", "conv.weight", "conv.bias"]
    assert len(traced[3].pictures[0].cells[0]) == 4 + 4 + 1
    assert 1 not in traced


def test_what_is_written_into_is_a_picture(patient: Grader) -> None:
    traced = lines(patient, "x = torch.zeros(2, 2)\nx[0] = torch.ones(2)\nx.t_()")
    assert [picture.expression for picture in pictures(traced)] == ["x[0] = torch.ones(2)", "x.t_()"]
    assert pictures(traced)[0].inputs[0].tensor.elements == (0, 0, 0, 0)
    assert pictures(traced)[1].inputs[0].tensor.elements == (1, 1, 0, 0)


def test_arrays_are_traced_by_the_expression(patient: Grader) -> None:
    traced = lines(patient, "a = np.arange(6).reshape(2, 3)\nprint(a[:, ::-1])\na.T.flatten().tolist()")
    assert [picture.expression for picture in pictures(traced)] == ["a[:, ::-1]", "a.T.flatten()"]
    assert facts(traced[2]) == [("a[:, ::-1]", "ndarray int64 [2, 3]")]


def test_what_an_optimizer_or_a_loader_does_inside_is_its_own(patient: Grader) -> None:
    traced = lines(
        patient,
        "w = torch.tensor(1.0, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.1)\n(w**2).backward()\nopt.step()\n"
        "data = torch.utils.data.TensorDataset(torch.zeros(4, 2))\n"
        "for (rows,) in torch.utils.data.DataLoader(data, batch_size=2):\n    print(rows.shape)",
    )
    assert list(traced) == [1, 3, 6]
    assert not pictures(traced)


def test_tracing_changes_nothing_the_snippet_sees(patient: Grader) -> None:
    code = (
        "import sys\nx = torch.zeros(2, 3)\ny = x.t()\ny[0] = 5\nshared = y.data_ptr() == x.data_ptr()\n"
        "draws = torch.rand(2)\nagain = (draws[0] != draws[1]).item()"
    )
    traced = lines(patient, code)
    assert facts(traced[5]) == [("shared", "True")]
    assert facts(traced[7])[-1] == ("again", "True")


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "import os\nos._exit(0)",
        "[0] * 10**10",
        "import sys\nsys.settrace(None)\nsys.exit(3)",
        "raise KeyboardInterrupt",
        "class T(torch.Tensor):\n    def __repr__(self): raise SystemExit\nT([1.0]).t()",
        "class I(int):\n    def __repr__(self): return '\\x1b[2J' * 10**6\nx = I(3)\nx",
        "class E(Exception):\n    def __str__(self): raise SystemExit\nraise E",
        "class D(dict):\n    def items(self): raise SystemExit\nglobals().update(D())",
        "x = '\\x1b[2J'",
        "raise ValueError('\\x1b[2J')",
        f"exec({SOCKET!r}, globals())\nsend(frame({{'event': 'trace', 'lines': [{{'number': '\\x1b'}}]}}))",
        f"exec({SOCKET!r}, globals())\nsend(frame({{'event': 'trace', 'lines': 3}}))",
        f"exec({SOCKET!r}, globals())\nsend(frame({{'event': 'trace'}}))",
        f"exec({SOCKET!r}, globals())\nsend(frame(b'[' * 1_000_000))",
    ],
)
def test_a_hostile_snippet_gives_a_trace_or_an_error_that_can_be_printed(hasty: Grader, code: str) -> None:
    try:
        said = repr(hasty.trace(predict(code), seed=1))
    except GraderError as error:
        said = f"{error.message}{error.hint}"
        assert len(said) < 5_000
    assert "\x1b" not in said
    assert "\\x1b" not in said.replace("'\\\\x1b", "")


def test_a_long_snippet_is_cut_to_a_frame(patient: Grader) -> None:
    code = "x = torch.rand(40, 40)\n" + "\n".join(f"y{n} = x.t()[{n}:]" for n in range(60))
    traced = lines(patient, code)
    assert len(traced) == 61
    assert 0 < len(pictures(traced)) <= 16


# What comes from a child


@pytest.mark.parametrize("found", [{}, {"inputs": []}, {"inputs": 3, "outputs": 3}])
def test_what_is_no_picture_is_refused(found: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        picture_of(found)


def test_shapes_of_no_possible_size_are_refused() -> None:
    shown = {"tensor": {"dtype": "int64", "shape": [1 << 50], "elements": [], "truncated": True}}
    with pytest.raises(ValueError, match="shape"):
        picture_of(
            {"expression": "", "kind": "moved", "inputs": [["x", shown]], "outputs": [], "cells": [], "chosen": []}
        )


def test_lines_are_read_with_nothing_believed() -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        lines_of([{"number": 1, "code": "", "facts": [["one"]], "pictures": [], "error": ""}])
