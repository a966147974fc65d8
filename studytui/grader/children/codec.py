"""Values as frames carry them, and back: a JSON tree beside raw tensor bytes, each length, dtype and shape checked.

A tensor travels with its whole storage, so that strides, offsets and expanded dims arrive as they left.
"""

from __future__ import annotations

import math
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
MAX_DEPTH = 16
MAX_ITEMS = 10_000
MAX_RANK = 32
SHOWN_ELEMENTS = 512
"""Elements of a tensor that a verdict shows at most."""


class CodecError(Exception):
    """A value or tree that cannot cross: too deep, too long, or bytes that do not fit what is said of them."""


def encode(value: Any, blob: bytearray, depth: int = 0) -> Tree:
    """`value` as a tree, its tensors' bytes appended to `blob`."""
    if depth > MAX_DEPTH:
        raise CodecError("values are nested too deep")
    if isinstance(value, torch.Tensor):
        return ["T", _encode_tensor(value, blob)]
    if value is None:
        return ["n"]
    if isinstance(value, bool):
        return ["b", value]
    if isinstance(value, int):
        return ["i", str(value)] if abs(value) < 10**1000 else ["o", "int", "an integer of over 1,000 digits"]
    if isinstance(value, float):
        return ["f", repr(float(value))]
    if isinstance(value, complex):
        return ["c", repr(float(value.real)), repr(float(value.imag))]
    if isinstance(value, str):
        return ["s", value[:100_000]]
    if isinstance(value, torch.dtype):
        return ["d", str(value).removeprefix("torch.")]
    if isinstance(value, (tuple, list)):
        if len(value) > MAX_ITEMS:
            raise CodecError(f"a {type(value).__name__} of over {MAX_ITEMS} items")
        return ["t" if isinstance(value, tuple) else "l", [encode(item, blob, depth + 1) for item in value]]
    return ["o", type(value).__name__, repr(value)[:500]]


def _encode_tensor(tensor: torch.Tensor, blob: bytearray) -> dict[str, Any]:
    plain = tensor.detach()
    if plain.layout is not torch.strided or plain.is_quantized:
        plain = plain.to_dense()
    plain = plain.resolve_conj().resolve_neg().cpu()
    storage = plain.untyped_storage()
    if plain.numel() * 4 * plain.element_size() < storage.nbytes():
        plain = plain.contiguous() if not plain.is_contiguous() else plain.clone()
        storage = plain.untyped_storage()
    start = len(blob)
    if storage.nbytes():
        blob += torch.empty(0, dtype=torch.uint8).set_(storage).numpy().tobytes()
    return {
        "dtype": str(plain.dtype).removeprefix("torch."),
        "shape": list(plain.shape),
        "stride": list(plain.stride()),
        "offset": plain.storage_offset(),
        "at": start,
        "bytes": len(blob) - start,
        "grad": tensor.requires_grad,
    }


def decode(tree: Tree, blob: bytes, device: str = "cpu", depth: int = 0) -> Any:
    """The value of a tree; a tensor's `requires_grad` is not restored.

    Raises:
        CodecError: the tree is malformed or claims bytes that are not there.
    """
    if depth > MAX_DEPTH or not isinstance(tree, list) or not tree:
        raise CodecError("no value")
    tag, *rest = tree
    try:
        match tag:
            case "T":
                return _decode_tensor(rest[0], blob, device)
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
            case "t" | "l":
                if len(rest[0]) > MAX_ITEMS:
                    raise CodecError("too many items")
                items = [decode(item, blob, device, depth + 1) for item in rest[0]]
                return tuple(items) if tag == "t" else items
            case "o":
                return Unknown(str(rest[0])[:100], str(rest[1])[:500])
    except (TypeError, ValueError, IndexError, KeyError, OverflowError, RuntimeError) as error:
        raise CodecError(f"a value that cannot be read: {error}") from None
    raise CodecError("a value of no known kind")


class Unknown:
    """A value of a type that no card's answer has, kept for the message alone."""

    def __init__(self, type_name: str, text: str) -> None:
        self.type_name = type_name
        self.text = text


def _decode_tensor(said: Any, blob: bytes, device: str) -> torch.Tensor:
    dtype = DTYPES[said["dtype"]]
    shape, stride = [int(n) for n in said["shape"]], [int(n) for n in said["stride"]]
    offset, at, size = int(said["offset"]), int(said["at"]), int(said["bytes"])
    if len(shape) > MAX_RANK or len(shape) != len(stride) or min([0, offset, at, size, *shape, *stride]) < 0:
        raise CodecError("a tensor with a negative or missing size")
    if at + size > len(blob):
        raise CodecError("a tensor whose bytes are not there")
    if math.prod(shape) == 0:
        return torch.empty(shape, dtype=dtype, device=device)
    if math.prod(shape) > 1 << 26:
        raise CodecError("a tensor of over 67 million elements")
    last = offset + sum((n - 1) * step for n, step in zip(shape, stride, strict=True))
    if (last + 1) * dtype.itemsize > size:
        raise CodecError("a tensor whose bytes are too few")
    flat = torch.frombuffer(bytearray(blob[at : at + size]), dtype=dtype)
    if device == "cpu":
        return flat.as_strided(shape, stride, offset)
    return flat.to(device).as_strided(shape, stride, offset)


def shown(value: Any) -> Any:
    """A value as a verdict shows it, JSON only: a tensor becomes `{"dtype", "shape", "elements", "truncated"}`."""
    if isinstance(value, torch.Tensor):
        flat = value.detach().cpu().reshape(-1)[:SHOWN_ELEMENTS]
        return {
            "tensor": {
                "dtype": str(value.dtype).removeprefix("torch."),
                "shape": list(value.shape),
                "elements": [_scalar(item) for item in flat.tolist()],
                "truncated": value.numel() > SHOWN_ELEMENTS,
            }
        }
    if isinstance(value, (tuple, list)):
        return {"tuple" if isinstance(value, tuple) else "list": [shown(item) for item in value[:SHOWN_ELEMENTS]]}
    if isinstance(value, torch.dtype):
        return {"text": str(value)}
    if isinstance(value, Unknown):
        return {"text": value.text}
    return _scalar(value)


def _scalar(value: Any) -> Any:
    """A JSON scalar; NaN, infinities and complex numbers as `{"number": text}`, which the referee reads back."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"number": repr(value)}
    if isinstance(value, complex):
        return {"number": str(value)}
    if isinstance(value, str):
        return {"text": value}
    return value
