"""Where cells come from: what is found by running an operation on labels agrees with what is known of it otherwise."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - the field's name for it

from studytui.grader.children import sources as module
from studytui.grader.children.sources import Kept, Sources, is_plain, sources, tensors_of

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 60.0
X = torch.arange(12).view(3, 4)


def traced(function: Callable[..., Any], *inputs: torch.Tensor) -> Sources | None:
    return sources(lambda given: function(*given), [Kept.of(one) for one in inputs], SECONDS)


def found(function: Callable[..., Any], *inputs: torch.Tensor) -> Sources:
    one = traced(function, *inputs)
    assert one is not None
    return one


MOVES: dict[str, Callable[[torch.Tensor], Any]] = {
    "view": lambda x: x.view(2, -1),
    "reshape": lambda x: x.t().reshape(2, 6),
    "flatten": lambda x: x.flatten(),
    "transpose": lambda x: x.transpose(0, 1),
    "t": lambda x: x.t(),
    "permute": lambda x: x.view(3, 2, 2).permute(2, 0, 1),
    "slice": lambda x: x[1:, ::2],
    "integer": lambda x: x[1],
    "ellipsis": lambda x: x[..., -1],
    "list": lambda x: x[[2, 0]],
    "unsqueeze": lambda x: x.unsqueeze(1),
    "squeeze": lambda x: x.view(3, 1, 4).squeeze(1),
    "expand": lambda x: x[:, :1].expand(3, 5),
    "repeat": lambda x: x.repeat(2, 1),
    "repeat_interleave": lambda x: x.repeat_interleave(2, dim=1),
    "flip": lambda x: x.flip(0, 1),
    "roll": lambda x: x.roll(1, 0),
    "chunk": lambda x: x.chunk(2, dim=1),
    "split": lambda x: torch.split(x, [1, 2]),
    "stack": lambda x: torch.stack([x, x], dim=1),
    "unfold": lambda x: x.unfold(1, 2, 1),
    "diagonal": lambda x: x.diagonal(),
    "as_strided": lambda x: x.as_strided((2, 2), (4, 1)),
    "in_place": lambda x: x.t_(),
    "clone": lambda x: x.clone(),
}


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("dtype", [torch.int64, torch.float32, torch.float64, torch.float16, torch.bool])
def test_what_moves_is_told_by_its_own_values(name: str, dtype: torch.dtype) -> None:
    """A tensor whose elements are their own places says where each has gone; bools and halves move the same way."""
    one = found(MOVES[name], X.to(dtype))
    outputs = tensors_of(MOVES[name](X.clone()))
    assert outputs is not None
    assert one.kind == "moved"
    assert one.cells == [[place] for output in outputs for place in output.flatten().tolist()]


READS: dict[str, tuple[Callable[..., torch.Tensor], tuple[tuple[int, ...], ...]]] = {
    "sum": (lambda x: x.sum(), ((2, 3),)),
    "sum_dim": (lambda x: x.sum(1, keepdim=True), ((2, 3),)),
    "mean": (lambda x: x.mean(0), ((2, 3),)),
    "softmax": (lambda x: x.softmax(1), ((2, 3),)),
    "cumsum": (lambda x: x.cumsum(0), ((3, 2),)),
    "matmul": (lambda x, y: x @ y, ((2, 3), (3, 2))),
    "bmm": (torch.bmm, ((2, 2, 3), (2, 3, 1))),
    "broadcast": (lambda x, y: x * y, ((2, 1), (3,))),
    "einsum": (lambda x, y: torch.einsum("ij,ij->i", x, y), ((2, 3), (2, 3))),
    "linear": (F.linear, ((2, 3), (4, 3), (4,))),
    "conv1d": (lambda x, w: F.conv1d(x, w, stride=2), ((1, 2, 6), (2, 2, 3))),
    "conv2d": (lambda x, w: F.conv2d(x, w, padding=1), ((1, 1, 4, 4), (1, 1, 3, 3))),
    "conv_dilated": (lambda x, w: F.conv2d(x, w, dilation=2), ((1, 1, 5, 5), (1, 1, 2, 2))),
    "conv_transpose": (lambda x, w: F.conv_transpose2d(x, w, stride=2), ((1, 1, 2, 2), (1, 1, 3, 3))),
    "avg_pool": (lambda x: F.avg_pool2d(x, 2), ((1, 2, 4, 4),)),
    "layer_norm": (lambda x: F.layer_norm(x, (3,)), ((2, 3),)),
    "mse": (F.mse_loss, ((2, 2), (2, 2))),
    "outer": (torch.outer, ((2,), (3,))),
    "norm": (lambda x: x.norm(dim=0), ((3, 2),)),
}


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_what_is_read_is_what_the_derivative_depends_on(name: str, dtype: torch.dtype) -> None:
    """Changing one cell at a time finds the non-zeros of the Jacobian at a random point, which autograd knows."""
    function, shapes = READS[name]
    torch.manual_seed(3)
    inputs = [torch.rand(shape, dtype=torch.float64) + 0.5 for shape in shapes]
    jacobians = torch.autograd.functional.jacobian(  # type: ignore[no-untyped-call]
        lambda *given: function(*given).reshape(-1), tuple(inputs)
    )
    rows = torch.cat([one.reshape(one.shape[0], -1) for one in jacobians], dim=1)
    expected = [row.nonzero().flatten().tolist() for row in rows.abs() > 1e-9]
    one = found(function, *(value.to(dtype) for value in inputs))
    assert one.kind == "read"
    assert one.cells == expected


def test_zeros_hide_nothing() -> None:
    one = found(lambda x, w: F.conv2d(x, w), torch.zeros(1, 1, 3, 3), torch.zeros(1, 1, 2, 2))
    assert one.cells[0] == [0, 1, 3, 4, 9, 10, 11, 12]


def test_a_pooling_window_is_whole_and_the_winner_is_told() -> None:
    x = torch.tensor([[[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 9.0, 8.0]]]])
    one = found(lambda x: F.max_pool2d(x, 2), x)
    assert one.cells == [[0, 1, 4, 5], [2, 3, 6, 7]]
    assert one.chosen == {0: 1, 1: 6}


def test_a_sort_reads_all_and_says_what_went_where() -> None:
    one = found(lambda x: x.sort(), torch.tensor([3.0, 1.0, 2.0]))
    assert one.kind == "read"
    assert one.cells == [[0, 1, 2]] * 6
    assert one.chosen == {0: 1, 1: 2, 2: 0}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_no_order_of_the_values_makes_a_sort_a_move(order: tuple[int, ...]) -> None:
    assert found(lambda x: x.sort().values, torch.tensor(order, dtype=torch.float32)).kind == "read"


def test_what_is_left_of_a_sum_of_zeros_is_not_chosen() -> None:
    weight, bias = torch.rand(2, 2), torch.rand(2)
    assert not found(F.linear, torch.zeros(1, 2), weight, bias).chosen


@pytest.mark.parametrize("x", [torch.tensor([-1.0, 2.0, 0.0]), torch.tensor([1.0, 2.0, 3.0])])
def test_a_relu_computes_whatever_the_values(x: torch.Tensor) -> None:
    one = found(torch.relu, x)
    assert one.kind == "read"
    assert one.cells == [[0], [1], [2]]


def test_padding_comes_from_nowhere() -> None:
    assert found(lambda x: F.pad(x, (1, 1)), torch.zeros(2)).cells == [[], [0], [1], []]
    assert found(lambda x: x.tril(), torch.zeros(2, 2)).cells == [[0], [], [2], [3]]


def test_several_inputs_are_counted_in_a_row() -> None:
    one = found(lambda x, y: torch.cat([y, x]), torch.zeros(2), torch.zeros(1, dtype=torch.int32))
    assert one.cells == [[2], [0], [1]]


def test_an_index_keeps_its_values_and_is_a_source_too() -> None:
    index = torch.tensor([[0, 1], [2, 2], [3, 0]])
    one = found(lambda x, i: x.gather(1, i), X, index)
    assert one.kind == "moved"
    assert one.cells == [[0, 12], [1, 13], [6, 14], [6, 15], [11, 16], [8, 17]]
    assert found(lambda i, w: F.embedding(i, w), torch.tensor([2]), torch.zeros(3, 2)).cells == [[5, 0], [6, 0]]
    assert found(lambda x, i: x.index_select(1, i), X, torch.tensor([3])).cells == [[3, 12], [7, 12], [11, 12]]


def test_a_mask_keeps_its_values() -> None:
    assert found(lambda x, m: x[m], X, X > 9).cells == [[10], [11]]
    assert found(torch.masked_select, X, X > 9).cells == [[10], [11]]
    assert found(lambda x, m: 2 * x[m], X, X > 9).cells == [[10], [11]]
    where = found(torch.where, torch.tensor([True, False]), torch.zeros(2), torch.zeros(2))
    assert where.cells == [[2, 0], [5, 1]]


def test_values_that_pick_are_true_for_these_values() -> None:
    one = found(lambda x: x[x > 9], X)
    assert one.kind == "chosen"
    assert one.cells == [[10], [11]]


def test_strides_are_those_of_the_input() -> None:
    assert found(lambda x: x.as_strided((4,), (1,)), X.t()).cells == [[0], [3], [6], [9]]
    assert found(lambda x: x.reshape(-1), torch.arange(6).unfold(0, 3, 1)).kind == "moved"
    assert found(lambda x: x.reshape(-1), X[:1].expand(2, 4)).cells == [[place] for place in range(8)]


def test_what_is_written_into_keeps_the_rest() -> None:
    def write(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        x[0] = y
        return x

    assert found(write, torch.zeros(2, 2), torch.zeros(2)).cells == [[4], [5], [2], [3]]


def test_a_function_that_draws_the_same_is_traced() -> None:
    state = torch.get_rng_state()

    def drop(x: torch.Tensor) -> torch.Tensor:
        torch.set_rng_state(state)
        return F.dropout(x, 0.5)

    kept = drop(torch.ones(8)) > 0
    assert found(drop, torch.ones(8)).cells == [[place] if kept[place] else [] for place in range(8)]


def test_a_function_of_chance_is_no_move() -> None:
    one = traced(lambda x: x[torch.randperm(len(x))], torch.arange(64))
    assert one is None or one.kind != "moved"


@pytest.mark.parametrize(
    ("function", "inputs"),
    [
        (lambda x: x.real, (torch.zeros(2, dtype=torch.complex64),)),
        (lambda x: 3, (torch.zeros(2),)),
        (lambda x: [x, "text"], (torch.zeros(2),)),
        (lambda x: x.view(3), (torch.zeros(2),)),
        (lambda: torch.zeros(2), ()),
        (lambda x: x.to_sparse(), (torch.eye(2),)),
    ],
)
def test_where_no_way_leads_there_is_nothing(function: Callable[..., Any], inputs: tuple[torch.Tensor, ...]) -> None:
    assert traced(function, *inputs) is None


def test_the_search_ends_when_time_is_up() -> None:
    assert sources(lambda given: given[0] * 2, [Kept.of(torch.zeros(3))], -1.0) is None


def test_a_large_tensor_moves_and_its_first_cells_are_told() -> None:
    one = found(lambda x: x.permute(2, 0, 1), torch.zeros(64, 64, 3))
    assert len(one.cells) == module.MOST_TOLD
    assert one.cells[:2] == [[0], [3]]
    assert traced(lambda x: x * 2, torch.zeros(64, 64, 3)) is None


def test_inputs_are_left_alone() -> None:
    x = X.clone()
    found(lambda x: x.mul_(2), x)
    assert torch.equal(x, X)


@pytest.mark.parametrize(
    ("function", "plain"),
    [
        (lambda x: x + 1, True),
        (lambda x: x.clone(), True),
        (lambda x: torch.zeros(2, 3), True),
        (lambda x: x.t(), False),
        (lambda x: x.sum(), False),
        (lambda x: x.tril(), False),
        (lambda x: x[:2], False),
    ],
)
def test_a_picture_is_only_drawn_where_it_tells_something(function: Callable[..., Any], plain: bool) -> None:
    x = torch.rand(3, 3)
    outputs = tensors_of(function(x))
    assert outputs is not None
    assert is_plain(found(function, x), [Kept.of(x)], [tuple(one.shape) for one in outputs]) is plain
