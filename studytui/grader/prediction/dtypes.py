"""The names of dtypes, as torch and people write them."""

from __future__ import annotations

import re

_ALIASES = {
    "float": "float32", "double": "float64", "half": "float16", "long": "int64", "int": "int32", "short": "int16",
    "cfloat": "complex64", "cdouble": "complex128", "chalf": "complex32", "byte": "uint8", "char": "int8",
    "f16": "float16", "f32": "float32", "f64": "float64", "fp16": "float16", "fp32": "float32", "fp64": "float64",
    "bf16": "bfloat16", "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64", "u8": "uint8", "boolean": "bool",
}  # fmt: skip
_DTYPES = frozenset(
    {"float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"}
    | {"uint64", "bool", "complex32", "complex64", "complex128"}
)


def read_dtype(text: str) -> str | None:
    """The dtype that a text names, without its `torch.`: `torch.long`, `dtype=int64` and `LongTensor` are `int64`."""
    name = re.sub(r"^dtype\s*[=:]\s*", "", text.strip()).lower().removeprefix("torch.").removesuffix("tensor")
    name = _ALIASES.get(name, name)
    return name if name in _DTYPES else None
