"""Which input cells each output cell of a function of tensors comes from, found by running the function.

Nothing here knows any operation by name. There are three ways, tried in this order, each a proof of its own kind.

*Moved* (`_moved`). A function that only moves elements commutes with every relabelling of them: f(g(x)) = g(f(x)) for
any g applied to each element. So it is run on tensors of the same shapes and strides whose elements are all different
labels; where each label comes out is where its cell goes. Running it again with the labels ascending, descending,
shuffled and negated refutes functions that look at values (a sort leaves ascending labels alone, but not descending
ones; a relu spoils negative ones), and the real output must be the real input moved in the same way. A cell that holds
the same number under all labellings comes from no input: it is padding. Labels are whole numbers below 2**24, exact in
float32.

*Read* (`_read`). For what computes, an input cell is a source of an output cell if changing the one changes the other:
the non-zeros of the Jacobian, found by finite differences, since torch can take no derivative by whole numbers, by a
maximum's losers or through a comparison. This never draws an arrow that is not there: an output that changed has been
read from. It misses one only where neither a large nor a small value in a cell makes a difference, both at a random
point and at the real one. At random points with steps that large this takes a function made for it: products cannot
vanish (no cell is near 0), a maximum is won and a minimum is lost by the step.

*Chosen* (`_chosen`). Of the cells that a maximum, a sort or a mask has looked at, each output is one. The real values
get tiny differences, too small to change any order, that tell which.

Whole numbers and booleans are taken for values if the function takes them as float64 too. One that refuses (an index,
a mask) uses them to find places: they keep their real values, and only *read* looks at them.
"""

from __future__ import annotations

import itertools
import math
import time
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    Function: TypeAlias = Callable[[list[torch.Tensor]], Any]

MOST_LABELLED = 1 << 20
"""Input cells, all in all, for which labels are exact."""
MOST_CHANGED = 2_048
"""Input cells that are changed one after the other: each takes a few runs."""
MOST_CHOOSABLE = 7
"""Integer inputs of which every subset is tried for those that find places."""
MOST_PLACES = 8
"""Other places that an index is given to see what it changes."""
MOST_TOLD = 4_096
"""Output cells, from the first, whose sources are told."""
SPARSEST = 64
"""Elements of memory for each of a tensor, at most, that are made to lay it out as it was."""
_LOW, _HIGH = 1 << 21, 1 << 22
"""Where the labels of two runs begin: far apart, and from any number a function makes by itself."""
_STEPS = (7.25, -5.5)
_TOLERANCES = {torch.float64: 1e-9, torch.float32: 3e-5, torch.float16: 2e-2, torch.bfloat16: 2e-2}
"""Rounding that differs by a neighbour's value, as in a fast convolution, is no dependence."""


@dataclass(slots=True)
class Sources:
    """Where the cells of a result come from.

    Attributes:
        kind: `moved` for any values; `read` where outputs are computed from them; `chosen` at these values only.
        cells: for each output cell in row-major order, all outputs in a row, the input cells, counted likewise; where
            there are over `MOST_TOLD` of them the first ones.
        chosen: of those the one whose value it is, where there is one.
    """

    kind: Literal["moved", "read", "chosen"]
    cells: list[list[int]]
    chosen: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Kept:
    """A tensor's values, and how it lies in memory, kept from before a call that may change it."""

    values: torch.Tensor
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    @classmethod
    def of(cls, tensor: torch.Tensor) -> Kept:
        """Of a strided tensor with data."""
        plain = tensor.detach().resolve_conj().resolve_neg().cpu()
        return cls(plain.reshape(-1).clone(), tuple(plain.shape), tuple(plain.stride()))

    @property
    def count(self) -> int:
        """How many cells it has."""
        return math.prod(self.shape)

    @property
    def is_number(self) -> bool:
        """Whether its elements are no indices or masks in any case."""
        return self.values.dtype.is_floating_point or self.values.dtype.is_complex

    def laid_out(self, values: torch.Tensor) -> torch.Tensor:
        """A new tensor of these values, with the same strides where its cells lie apart and not too far."""
        room = 1 + sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))
        repeated = any(not step and size > 1 for size, step in zip(self.shape, self.stride, strict=True))
        if not self.count or repeated or not self.count <= room <= SPARSEST * self.count:
            return values.reshape(self.shape).clone()
        made = torch.zeros(room, dtype=values.dtype).as_strided(self.shape, self.stride)
        made.copy_(values.reshape(self.shape))
        return made if _same(made.reshape(-1), values) else values.reshape(self.shape).clone()


def sources(function: Function, inputs: Sequence[Kept], seconds: float) -> Sources | None:
    """Where each cell of `function(inputs)` comes from; None where no way leads there.

    Args:
        function: gets new tensors in the place of the inputs, and may do with them as it likes; it must give the same
            for the same, so one that draws sets its generator first.
        inputs: what it really got.
        seconds: after which the search is given up.
    """
    if not inputs or any(one.values.dtype.is_complex for one in inputs) or _count(inputs) > MOST_LABELLED:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with torch.backends.mkldnn.flags(enabled=False):  # its set-up takes longer than such small sums
            return _Search(function, inputs, time.monotonic() + seconds).found()


def tensors_of(result: Any, depth: int = 0) -> list[torch.Tensor] | None:
    """The tensors in a result, arrays among them; None where there is anything else."""
    if isinstance(result, np.ndarray) and result.dtype.kind in "fiub":
        return [torch.from_numpy(np.ascontiguousarray(result)).reshape(result.shape)]
    if isinstance(result, torch.Tensor):
        strided = result.layout is torch.strided and not result.is_meta and not result.is_quantized
        return [result] if strided else None
    if isinstance(result, (tuple, list)) and result and depth < 3 and len(result) <= 64:
        found = [tensors_of(item, depth + 1) for item in result]
        return None if None in found else [tensor for part in found if part is not None for tensor in part]
    return None


def is_plain(found: Sources, inputs: Sequence[Kept], shapes: Sequence[tuple[int, ...]]) -> bool:
    """Whether a picture would tell nothing: all cells come from their own places in inputs of one shape, or none do."""
    if not all(found.cells):
        return not any(found.cells)
    if len(shapes) != 1 or any(one.shape != shapes[0] for one in inputs):
        return False
    size = math.prod(shapes[0])
    return all(cell % size == place for place, cells in enumerate(found.cells) for cell in cells)


class _Search:
    def __init__(self, function: Function, inputs: Sequence[Kept], deadline: float) -> None:
        self._function = function
        self._inputs = inputs
        self._deadline = deadline
        self._random = torch.Generator().manual_seed(0)
        self._starts = list(itertools.accumulate((one.count for one in inputs), initial=0))
        self._dtypes: list[torch.dtype] = []
        self._valued: list[int] = []
        """Inputs whose elements are values, not places."""

    def found(self) -> Sources | None:
        real = self._run([one.values for one in self._inputs])
        if real is None or not self._settle_dtypes([tuple(one.shape) for one in real]):
            return None
        moved = self._moved(real)
        if moved is not None:
            return Sources("moved", self._with_places(moved, real))
        read = self._read(real)
        chosen = self._chosen(real)
        if read is not None:
            return Sources("read", read, self._picked(chosen, read))
        if len(chosen) == len(_flat(real)):
            return Sources("chosen", [[chosen[place]] for place in range(min(len(chosen), MOST_TOLD))])
        return None

    # Running

    def _run(self, values: Sequence[torch.Tensor]) -> list[torch.Tensor] | None:
        """The outputs on other values; None where it raises, or time is up."""
        if time.monotonic() > self._deadline:
            return None
        given = [one.laid_out(value) for one, value in zip(self._inputs, values, strict=True)]
        try:
            with torch.no_grad():
                outputs = tensors_of(self._function(given))
        except Exception:  # noqa: BLE001 - whatever it raises, it does not take such values
            return None
        return None if outputs is None else [one.detach().cpu() for one in outputs]

    def _settle_dtypes(self, shapes: list[tuple[int, ...]]) -> bool:
        """Find which inputs are values, and the dtypes they can have here."""
        whole = [place for place, one in enumerate(self._inputs) if not one.is_number]
        sizes = range(len(whole) + 1) if len(whole) <= MOST_CHOOSABLE else (0, len(whole))
        for places in itertools.chain.from_iterable(itertools.combinations(whole, size) for size in sizes):
            for widened in (True, False):
                self._dtypes = [self._dtype(one, place in places, widened) for place, one in enumerate(self._inputs)]
                outputs = self._run(self._as_settled())
                if outputs is not None and [tuple(one.shape) for one in outputs] == shapes:
                    self._valued = [place for place in range(len(self._inputs)) if place not in places]
                    return True
        return False

    @staticmethod
    def _dtype(one: Kept, finds_places: bool, widened: bool) -> torch.dtype:
        if finds_places:
            return one.values.dtype
        if not one.is_number:
            return torch.float64
        return torch.float32 if widened and one.values.dtype.itemsize < 4 else one.values.dtype

    def _as_settled(self) -> list[torch.Tensor]:
        return [one.values.to(dtype) for one, dtype in zip(self._inputs, self._dtypes, strict=True)]

    def _with_values(self, values: torch.Tensor) -> list[torch.Tensor] | None:
        """The inputs with `values` (float64, in a row) in those that have values; None if a dtype cannot hold them."""
        given = self._put(values, self._dtypes)
        held = torch.cat([given[place].double() for place in self._valued])
        return given if torch.equal(held, values) else None

    def _put(self, values: torch.Tensor, dtypes: Sequence[torch.dtype]) -> list[torch.Tensor]:
        """The inputs as they are settled, with `values` in those that have values."""
        given = self._as_settled()
        start = 0
        for place in self._valued:
            end = start + self._inputs[place].count
            given[place], start = values[start:end].to(dtypes[place]), end
        return given

    def _valued_cells(self) -> torch.Tensor:
        """The numbers, among all input cells, of those that have values."""
        parts = [torch.arange(self._starts[place], self._starts[place + 1]) for place in self._valued]
        return torch.cat(parts) if parts else torch.empty(0, dtype=torch.int64)

    # Moved

    def _moved(self, real: list[torch.Tensor]) -> list[list[int]] | None:
        cells = self._valued_cells()
        count = len(cells)
        if not count:
            return None
        ahead = torch.arange(count)
        shuffles = [torch.randperm(count, generator=self._random) for _ in range(3)]
        orders = [
            (ahead, _LOW, 1),
            (ahead.flip(0), _HIGH, 1),
            *((one, _LOW, 1) for one in shuffles),
            (ahead, _HIGH, -1),
        ]
        places, values = torch.empty(0), torch.empty(0)
        for order, start, sign in orders:
            given = self._with_values(sign * (order.double() + start))
            outputs = None if given is None else self._run(given)
            if outputs is None or _shapes(outputs) != _shapes(real):
                return None
            labels = sign * _flat(outputs) - start
            known = (labels >= 0) & (labels < count) & (labels == labels.round())
            found = torch.full(labels.shape, -1)
            found[known] = order.argsort()[labels[known].long()]
            padding = torch.where(known, 0.0, _flat(outputs))
            if order is ahead and start == _LOW:
                places, values = found, padding
            elif not torch.equal(places, found) or not _same(values, padding):
                return None
        before = torch.cat([self._inputs[place].values.to(torch.float64) for place in self._valued])
        expected = torch.where(places >= 0, before[places.clamp(min=0)], values)
        if not _same(expected, _flat(real)):
            return None
        return [[int(cells[place])] if place >= 0 else [] for place in places[:MOST_TOLD].tolist()]

    def _with_places(self, moved: list[list[int]], real: list[torch.Tensor]) -> list[list[int]]:
        """What only moves, with the cells of the indices that say where to, if there are any and they are few."""
        rest = [place for place in range(len(self._inputs)) if place not in self._valued]
        if not rest:
            return moved
        given = self._with_values(torch.arange(len(self._valued_cells())).double() + _LOW)
        read = None if given is None else self._changes(given, _shapes(real), rest, exact=True)
        return moved if read is None else [[*a, *b] for a, b in zip(moved, read[:MOST_TOLD], strict=True)]

    # Read

    def _read(self, real: list[torch.Tensor]) -> list[list[int]] | None:
        points = [self._as_settled()]
        if self._valued:
            drawn = torch.rand(len(self._valued_cells()), generator=self._random, dtype=torch.float64) + 0.5
            points = [self._put(drawn, self._dtypes), *points]
        found = [self._changes(point, _shapes(real), range(len(self._inputs))) for point in points]
        complete = [one for one in found if one is not None]
        if not complete:
            return None
        return [sorted(set().union(*cells)) for cells in zip(*complete, strict=True)][:MOST_TOLD]

    def _changes(
        self, point: list[torch.Tensor], shapes: list[tuple[int, ...]], changed: Iterable[int], *, exact: bool = False
    ) -> list[list[int]] | None:
        """For each output cell those cells of the `changed` inputs whose change at `point` changes it.

        `exact` where nothing is computed, so that nothing is rounded.
        """
        changed = list(changed)
        base = self._run(point)
        if base is None or _shapes(base) != shapes or sum(self._inputs[p].count for p in changed) > MOST_CHANGED:
            return None
        before = _flat(base)
        near = {} if exact else _TOLERANCES
        tolerance = torch.cat([torch.full((one.numel(),), near.get(one.dtype, 0.0)).double() for one in base])
        cells: list[list[int]] = [[] for _ in range(len(before))]
        for place in changed:
            for cell in range(self._inputs[place].count):
                differs = torch.zeros(len(before), dtype=torch.bool)
                for value in self._others(point[place], cell, place):
                    given = [*point]
                    given[place] = point[place].clone()
                    given[place][cell] = value
                    outputs = self._run(given)
                    if outputs is None and time.monotonic() > self._deadline:
                        return None
                    if outputs is None:
                        continue
                    if _shapes(outputs) != shapes and place in self._valued:
                        return None
                    if _shapes(outputs) != shapes:
                        continue  # a mask with another element set finds more places
                    differs |= _differ(before, _flat(outputs), tolerance)
                for output in differs.nonzero().flatten().tolist():
                    cells[output].append(self._starts[place] + cell)
        return cells

    def _others(self, values: torch.Tensor, cell: int, place: int) -> Iterable[float | int | bool]:
        """Other values for one cell: a large and a small one; of a place those around it and the first."""
        now = values[cell].item()
        if place in self._valued:
            top = float(values.abs().max()) + 1 if values.isfinite().all() else 1.0
            return [step * top for step in _STEPS]
        if values.dtype is torch.bool:
            return [not now]
        return [other for other in range(min(int(values.max()) + 2, MOST_PLACES)) if other != now]

    # Chosen

    def _chosen(self, real: list[torch.Tensor]) -> dict[int, int]:
        """The input cells whose real values output cells hold, by the output cell."""
        cells = self._valued_cells().tolist()
        if not cells or len(cells) > MOST_CHANGED:
            return {}
        before = torch.cat([self._inputs[place].values.to(torch.float64) for place in self._valued])
        if not bool(before.isfinite().all()):
            return {}
        fine = 2.0 ** (math.frexp(float(before.abs().max()) + 1)[1] - 40)
        for sign in (1, -1):  # a tie with a bound is on one side of it
            found = self._told_apart(real, before, sign * fine)
            if found:
                return {place: cells[cell] for place, cell in found.items()}
        return {}

    def _picked(self, chosen: dict[int, int], read: list[list[int]]) -> dict[int, int]:
        """What is chosen for its value, not what happens to be left of a sum of zeros: other values are chosen too."""
        drawn = torch.rand(len(self._valued_cells()), generator=self._random, dtype=torch.float64) + 0.5
        given = self._put(drawn, self._dtypes)
        outputs = self._run(given)
        if outputs is None or sum(one.numel() for one in outputs) < len(read):
            return {}
        values = torch.cat([one.reshape(-1).double() for one in given]).tolist()
        held = _flat(outputs).tolist()
        return {
            place: cell
            for place, cell in chosen.items()
            if place < len(read)
            and cell in read[place]
            and len(read[place]) > 1
            and held[place] in {values[source] for source in read[place]}
        }

    def _told_apart(self, real: list[torch.Tensor], before: torch.Tensor, fine: float) -> dict[int, int]:
        """The places, among the cells with values, of what the outputs hold when no two of those are equal."""
        found: dict[int, int] | None = None
        for _ in range(3):
            order = torch.randperm(len(before), generator=self._random)
            values = before + fine * (order.double() + 1)
            outputs = self._run(self._put(values, [torch.float64] * len(self._inputs)))
            if outputs is None or _shapes(outputs) != _shapes(real):
                return {}
            known = {value: cell for cell, value in enumerate(values.tolist())}
            told = {place: known[value] for place, value in enumerate(_flat(outputs).tolist()) if value in known}
            found = told if found is None else {place: cell for place, cell in found.items() if told.get(place) == cell}
        held = _flat(real).tolist()
        return {place: cell for place, cell in (found or {}).items() if held[place] == float(before[cell])}


def _count(inputs: Sequence[Kept]) -> int:
    return sum(one.count for one in inputs)


def _shapes(tensors: Sequence[torch.Tensor]) -> list[tuple[int, ...]]:
    return [tuple(one.shape) for one in tensors]


def _flat(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """All elements of real outputs in a row, as float64."""
    return torch.cat([(one.real if one.is_complex() else one).reshape(-1).to(torch.float64) for one in tensors])


def _same(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.equal(torch.isnan(a), torch.isnan(b)) and torch.equal(torch.nan_to_num(a), torch.nan_to_num(b))


def _differ(a: torch.Tensor, b: torch.Tensor, tolerance: torch.Tensor) -> torch.Tensor:
    """Which elements differ by more than rounding explains; NaN and the infinities differ from all else."""
    scale = torch.maximum(a.abs(), b.abs()).clamp(min=1)
    both = torch.isfinite(a) & torch.isfinite(b)
    near = (a - b).abs() <= tolerance * scale
    alike = torch.where(both, near, (a == b) | (torch.isnan(a) & torch.isnan(b)))
    return ~alike
