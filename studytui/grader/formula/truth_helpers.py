"""Short ways for a card's `truth` to say what torch does: gradients, modules with given parameters, optimizer steps.

They are in scope of the truth's code. Numbers that come as tensors (`eta`, `k`) are made Python's where torch wants
them so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor, nn


def grad(top: Tensor, bottom: Tensor) -> Tensor:
    """The derivative of `top`, or of the sum of its elements, with respect to `bottom`; zeros where it is unused."""
    (found,) = torch.autograd.grad(top.sum(), bottom, retain_graph=True, allow_unused=True)
    return torch.zeros_like(bottom) if found is None else found


def jacobian(top: Tensor, bottom: Tensor) -> Tensor:
    """The derivative of each element of `top` by each of `bottom`, of the shape `[*top, *bottom]`."""
    rows = [grad(element, bottom) for element in top.reshape(-1)]
    return torch.stack(rows).reshape((*top.shape, *bottom.shape))


def run(module: nn.Module, *inputs: Any, **parameters: Tensor) -> Any:
    """What a module gives for inputs in float64, with these parameters and buffers in place of its own.

    Gradients reach the parameters: `run(nn.Linear(m, 1), X, weight=W, bias=b)`.
    """
    return torch.func.functional_call(module.double(), parameters, inputs)


def steps(
    optimizer: type[torch.optim.Optimizer],
    parameter: Tensor,
    loss: Callable[[Tensor], Tensor] | Tensor,
    n: int = 1,
    state: dict[str, Any] | None = None,
    **options: Any,
) -> Tensor:
    """A parameter after `n` steps of a real optimizer.

    Args:
        optimizer: its class, as `torch.optim.SGD`.
        parameter: where it starts.
        loss: a function of the parameter, differentiated anew at each step; or the gradient of every step.
        n: how many steps.
        state: what the optimizer remembers before the first, as `{"momentum_buffer": v}`.
        options: its other arguments, as `lr=eta, momentum=mu`.
    """
    leaf = parameter.detach().clone().requires_grad_()
    stepping = optimizer([leaf], **{name: _plain(value) for name, value in options.items()})
    if state is not None:
        stepping.state[leaf] = {name: _copied(value) for name, value in state.items()}
    for _ in range(int(n)):
        stepping.zero_grad()
        if callable(loss):
            loss(leaf).backward()  # type: ignore[no-untyped-call]  # as torch ships it
        else:
            leaf.grad = loss.detach().clone()
        stepping.step()
    return leaf.detach()


def size_after(module: type[nn.Module], size: Any, *arguments: Any, **options: Any) -> int:
    """The last size of what a layer of this class makes of an input whose spatial sizes are all `size`.

    A convolution gets one channel in and out: `size_after(nn.Conv2d, H, k, stride=s, padding=p)`.
    """
    channels = (1, 1) if "Conv" in module.__name__ else ()
    layer = module(*channels, *map(_plain, arguments), **{name: _plain(value) for name, value in options.items()})
    dims = next((int(letter) for letter in module.__name__ if letter.isdecimal()), 2)
    result: Tensor = layer(torch.zeros((1, 1, *(int(size),) * dims)))
    return result.shape[-1]


def _plain(value: Any) -> Any:
    """A number or a tuple of numbers as Python's, where it came as tensors."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.item() if isinstance(value, torch.Tensor) else value


def _copied(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, torch.Tensor) else value


HELPERS: dict[str, Any] = {
    "grad": grad,
    "jacobian": jacobian,
    "run": run,
    "steps": steps,
    "size_after": size_after,
}
"""By the names that a card uses."""
