"""Values as frames carry them, and back: a JSON tree beside raw tensor bytes, each length, dtype and shape checked.

A tensor travels with its whole storage, so that strides, offsets and expanded dims arrive as they left.
"""

from __future__ import annotations

import ctypes
import math
from operator import index
from typing import Any, TypeAlias

import torch

Tree: TypeAlias = Any
"""JSON: `["T", {...}]` a tensor, `["t"|"l", [...]]` a tuple or list, `["b"|"i"|"f"|"c"|"s"|"d"|"n", ...]` scalars,
`["o", type, repr]` anything else."""

DTYPES: dict[str, torch.dtype] = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex128, torch.complex64,
        torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool,
    )
}  # fmt: skip
KNOWN = frozenset(DTYPES.values())
ALIGNMENT = 16
"""Where a tensor's bytes may begin: they are used in place."""
MAX_DEPTH = 16
MAX_ITEMS = 10_000
MAX_RANK = 32
MAX_ELEMENTS = 1 << 26
LONGEST_INT = 10**1000
HUGE_INT = "an integer of over 1,000 digits"
LONGEST_TEXT = 100_000
SHOWN_ELEMENTS = 512
"""Elements of a tensor, or items of a list, that a verdict shows at most."""
SHOWN_ITEMS = 4_096
"""Elements and items that a verdict shows of one value, all in all."""
SHOWN_CHARACTERS = 20_000


class CodecError(Exception):
    """A value or tree that cannot cross: too deep, too long, or bytes that do not fit what is said of them."""


def encode(value: Any, blob: bytearray, depth: int = 0) -> Tree:
    """`value` as a tree, its tensors' bytes appended to `blob`."""
    if depth > MAX_DEPTH:
        raise CodecError("nested too deep")
    if isinstance(value, torch.Tensor):
        odd = _oddity(value)
        return ["T", _encode_tensor(value, blob)] if odd is None else ["o", odd, ""]
    if isinstance(value, (tuple, list)):
        if len(value) > MAX_ITEMS:
            raise CodecError(f"a {type(value).__name__} of over {MAX_ITEMS} items")
        return ["t" if isinstance(value, tuple) else "l", [encode(item, blob, depth + 1) for item in value]]
    return _encode_scalar(value)


def _encode_scalar(value: Any) -> Tree:
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, int):
        return ["i", str(value)] if abs(value) < LONGEST_INT else ["o", "int", HUGE_INT]
    if isinstance(value, float):
        return ["f", repr(float(value))]
    if value is None:
        return ["n"]
    if isinstance(value, complex):
        return ["c", repr(float(value.real)), repr(float(value.imag))]
    if isinstance(value, str):
        return ["s", value[:LONGEST_TEXT]]
    if isinstance(value, torch.dtype):
        return ["d", str(value).removeprefix("torch.")]
    return ["o", type(value).__name__[:100], repr(value)[:500]]


def _encode_tensor(tensor: torch.Tensor, blob: bytearray) -> dict[str, Any]:
    plain = tensor.detach().resolve_conj().resolve_neg().cpu()
    storage = plain.untyped_storage()
    size = storage.nbytes()
    if plain.numel() * 4 * plain.element_size() < size:
        plain = plain.contiguous() if not plain.is_contiguous() else plain.clone()
        storage = plain.untyped_storage()
        size = storage.nbytes()
    blob += bytes(-len(blob) % ALIGNMENT)
    start = len(blob)
    if size:
        blob += ctypes.string_at(storage.data_ptr(), size)
    return {
        "dtype": str(plain.dtype).removeprefix("torch."),
        "shape": list(plain.shape),
        "stride": list(plain.stride()),
        "offset": plain.storage_offset(),
        "at": start,
        "bytes": len(blob) - start,
    }


def strange_in(value: Any, depth: int = 0) -> str | None:
    """What in `value` cannot be compared, in words, or None: only tensors, scalars and tuples or lists of them can."""
    if isinstance(value, (tuple, list)):
        if depth >= MAX_DEPTH or len(value) > MAX_ITEMS:
            return "values nested too deep or too many of them"
        for item in value:
            if (strange := strange_in(item, depth + 1)) is not None:
                return strange
        return None
    if isinstance(value, int) and abs(value) >= LONGEST_INT:
        return HUGE_INT
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"a text of over {LONGEST_TEXT:,} characters"
    if value is None or isinstance(value, (bool, int, float, complex, str, torch.dtype)):
        return None
    odd = _oddity(value) if isinstance(value, torch.Tensor) else type(value).__name__
    return None if odd is None else f"a {odd}"


def _oddity(tensor: torch.Tensor) -> str | None:
    """What makes a tensor none that can cross, in words."""
    if tensor.layout is not torch.strided:
        return f"Tensor of layout {tensor.layout}"
    if tensor.is_meta:
        return "Tensor without data"
    return None if tensor.dtype in KNOWN else f"Tensor of {tensor.dtype}"


def decode(tree: Tree, blob: bytes, device: str = "cpu") -> Any:
    """The value of a tree; a tensor's `requires_grad` is not restored.

    Raises:
        CodecError: the tree is malformed, or claims bytes that are not there or that another tensor has.
    """
    return Decoder(blob, device).value(tree)


class Decoder:
    """Reads trees that share a blob; their tensors may take no more bytes together than there are, whatever they claim.

    On the CPU they live in one copy of the blob, so that `untouched` costs next to nothing.
    """

    def __init__(self, blob: bytes, device: str) -> None:
        self._blob = blob
        self._device = device
        self._left = len(blob)
        self._memory = bytearray(blob)

    def untouched(self) -> bool:
        """Whether no tensor was written to since; False where that cannot be told."""
        return self._device == "cpu" and self._memory == self._blob

    def value(self, tree: Tree, depth: int = 0) -> Any:
        """The value of a part of the tree."""
        if depth > MAX_DEPTH or not isinstance(tree, list) or not tree:
            raise CodecError("no value")
        tag, *rest = tree
        try:
            match tag:
                case "T":
                    return self._tensor(rest[0])
                case "t" | "l":
                    if len(rest[0]) > MAX_ITEMS:
                        raise CodecError("too many items")
                    items = [self.value(item, depth + 1) for item in rest[0]]
                    return tuple(items) if tag == "t" else items
                case _:
                    return _decode_scalar(tag, rest)
        except (TypeError, ValueError, IndexError, KeyError, ArithmeticError, RuntimeError) as error:
            raise CodecError(f"a value that cannot be read: {str(error)[:200]}") from None

    def _tensor(self, said: Any) -> torch.Tensor:
        dtype = DTYPES[said["dtype"]]
        shape, stride = [index(n) for n in said["shape"]], [index(n) for n in said["stride"]]
        offset, at, size = index(said["offset"]), index(said["at"]), index(said["bytes"])
        if len(shape) > MAX_RANK or len(shape) != len(stride) or min([0, offset, at, size, *shape, *stride]) < 0:
            raise CodecError("a tensor with a negative or missing size")
        self._left -= size
        if at + size > len(self._blob) or self._left < 0:
            raise CodecError("a tensor whose bytes are not there")
        if math.prod(shape) == 0:
            return torch.empty_strided(shape, stride, dtype=dtype, device=self._device)
        if math.prod(shape) > MAX_ELEMENTS:
            raise CodecError(f"a tensor of over {MAX_ELEMENTS} elements")
        last = offset + sum((n - 1) * step for n, step in zip(shape, stride, strict=True))
        if (last + 1) * dtype.itemsize > size:
            raise CodecError("a tensor whose bytes are too few")
        if dtype is torch.bool and max(self._blob[at : at + size]) > 1:
            raise CodecError("a bool that is neither 0 nor 1")
        if at % ALIGNMENT:
            raise CodecError("a tensor whose bytes do not lie where they can be used")
        flat = torch.frombuffer(self._memory, dtype=dtype, count=size // dtype.itemsize, offset=at)
        return flat.to(self._device).as_strided(shape, stride, offset)


def _decode_scalar(tag: Any, rest: list[Any]) -> Any:
    match tag:
        case "n":
            return None
        case "b":
            return bool(rest[0])
        case "i":
            return int(rest[0])
        case "f":
            return float(rest[0])
        case "c":
            return complex(float(rest[0]), float(rest[1]))
        case "s":
            return str(rest[0])
        case "d":
            return DTYPES[rest[0]]
        case "o":
            return Unknown(str(rest[0])[:100], str(rest[1])[:500])
    raise CodecError("a value of no known kind")


class Unknown:
    """A value of a type that no card's answer has, kept for the message alone."""

    def __init__(self, type_name: str, text: str) -> None:
        self.type_name = type_name
        self.text = text


def shown(value: Any) -> Any:
    """A value as a verdict shows it, JSON only: a tensor becomes `{"dtype", "shape", "elements", "truncated"}`.

    However large the value, a few thousand numbers of it are shown.
    """
    return _shown(value, [SHOWN_ITEMS])


def _shown(value: Any, room: list[int]) -> Any:
    """As `shown`; `room` holds how many more items may be."""
    if isinstance(value, torch.Tensor):
        first = _first_elements(value.detach(), min(SHOWN_ELEMENTS, room[0]))
        room[0] -= len(first)
        return {
            "tensor": {
                "dtype": str(value.dtype).removeprefix("torch."),
                "shape": list(value.shape),
                "elements": [_scalar(item) for item in first],
                "truncated": value.numel() > len(first),
            }
        }
    if isinstance(value, (tuple, list)):
        items = []
        for item in value[:SHOWN_ELEMENTS]:
            if room[0] <= 0:
                break
            room[0] -= 1
            items.append(_shown(item, room))
        return {"tuple" if isinstance(value, tuple) else "list": items}
    return _scalar(value)


def _first_elements(tensor: torch.Tensor, count: int) -> list[Any]:
    """The first elements in row-major order; an expanded tensor of any size is not copied for them."""
    for dim in range(tensor.dim()):
        inner = math.prod(tensor.shape[dim + 1 :])
        rows = math.ceil(count / inner) if inner else 0
        tensor = tensor.narrow(dim, 0, min(max(rows, 1), tensor.shape[dim]))
        if rows > 1:
            break
    return list(tensor.reshape(-1)[:count].cpu().tolist())


def _scalar(value: Any) -> Any:
    """A JSON scalar; NaN, infinities and complex numbers as `{"number": text}`, which the referee reads back."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": repr(value)}
    if isinstance(value, complex):
        return {"number": str(value)}
    if isinstance(value, Unknown):
        return {"text": value.text}
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return value if abs(value) < LONGEST_INT else {"text": HUGE_INT}
    return {"text": value[:SHOWN_CHARACTERS] if isinstance(value, str) else repr(value)[:500]}
