"""A result that is torch's to the last bit is right at once; one that differs in anything is looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import torch

from studytui.grader.children.codec import encode
from studytui.grader.children.exact import Exact

if TYPE_CHECKING:
    from studytui.grader.wire import Header

X = torch.tensor([[1.0, -2.0], [3.0, 4.0]])


def said(output: Any, gradient: torch.Tensor | None = None, /, **changes: Any) -> tuple[Header, bytes]:
    """The frame of a result, after it has crossed."""
    blob = bytearray()
    header = {"event": "result", "output": encode(output, blob), "after": None, "lists": [encode([1, 2], blob)]}
    if gradient is not None:
        header["gradients"] = [encode(gradient, blob)]
    return json.loads(json.dumps(header | {"shares": [False], "printed": ""} | changes)), bytes(blob)


def exact(output: Any, shares: list[bool] | None = None, gradient: torch.Tensor | None = None) -> Exact:
    return Exact(output, [[1, 2]], shares, None if gradient is None else [gradient])


@pytest.mark.parametrize(
    "output", [X, X.t(), X[:, 1], X[0].expand(3, 2), (X, [X.long(), 2, 0.5, None, "a"]), torch.empty(0, 3), 7]
)
def test_torchs_own_result_is_told_whatever_its_strides(output: Any) -> None:
    def filled(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return torch.empty(value.shape, dtype=value.dtype).copy_(value)
        return type(value)(map(filled, value)) if isinstance(value, (tuple, list)) else value

    assert exact(output).is_said_by(*said(filled(output)))


def test_a_named_tuple_of_torchs_is_a_tuple() -> None:
    class Pair(NamedTuple):
        values: torch.Tensor
        loss: float

    assert exact(Pair(X, 2.0)).is_said_by(*said((X, 2.0)))
    assert exact(torch.max(X, 0)).is_said_by(*said(tuple(torch.max(X, 0))))


@pytest.mark.parametrize(
    ("output", "changes"),
    [
        (X + 1, {}),
        (X.double(), {}),
        (X.reshape(4), {}),
        ([X], {}),
        (-X * 0, {}),
        (X, {"after": []}),
        (X, {"lists": [["l", [["i", "2"], ["i", "1"]]]]}),
        (X, {"shares": [True]}),
        (X, {"event": "raised"}),
        (X, {"output": None}),
    ],
)
def test_what_differs_in_anything_is_not(output: Any, changes: dict[str, Any]) -> None:
    assert exact(X, [False]).is_said_by(*said(X))
    assert not exact(X, [False]).is_said_by(*said(output, **changes))


def test_gradients_count_where_they_are_asked_for() -> None:
    assert exact(X, gradient=X).is_said_by(*said(X, X))
    assert not exact(X, gradient=X).is_said_by(*said(X, 2 * X))
    assert not exact(X, gradient=X).is_said_by(*said(X))
    assert not exact(X).is_said_by(*said(X, X))


def test_memory_that_is_shared_counts_where_the_card_cares() -> None:
    assert exact(X, None).is_said_by(*said(X, shares=[True]))
    assert not exact(X, [False]).is_said_by(*said(X, shares=[True]))
