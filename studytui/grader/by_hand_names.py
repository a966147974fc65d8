"""The names that "by hand" goes by: what of torch's and of Python's an answer may use, and what leads around that."""

from __future__ import annotations

import builtins
import collections
import collections.abc
import itertools
import math
import random
import sys
import typing
from types import ModuleType

READS = frozenset(
    "shape size dim ndim ndimension numel nelement dtype device item is_floating_point is_complex "
    "requires_grad stride storage_offset is_contiguous layout itemsize".split()
)
MAKES = frozenset(
    "zeros ones full empty tensor as_tensor scalar_tensor zeros_like ones_like full_like empty_like "
    "new_zeros new_ones new_full new_empty new_tensor".split()
)
TORCH_NAMES = frozenset(
    "float64 float32 float16 bfloat16 double float half complex64 complex128 int64 int32 int16 int8 uint8 "
    "long int short bool dtype device Size Tensor is_tensor is_floating_point is_complex finfo iinfo "
    "promote_types result_type can_cast get_default_dtype no_grad enable_grad inf nan pi e strided "
    "contiguous_format preserve_format".split()
)
PYTHON_METHODS = frozenset(
    "append extend insert pop remove clear reverse index count copy keys values items get setdefault sort "
    "update discard add union intersection difference issubset issuperset popitem appendleft popleft extendleft "
    "rotate most_common elements join format format_map startswith endswith strip lstrip rstrip split splitlines "
    "replace lower upper title ljust rjust center zfill isdigit real imag is_integer bit_length as_integer_ratio "
    "numerator denominator args min max eps tiny smallest_normal bits send".split()
)
"""Methods of lists, strings, numbers, exceptions and of `torch.finfo`; some are also names of a tensor's."""
PUBLIC = {
    "math": frozenset(name for name in dir(math) if not name.startswith("_")),
    "random": frozenset(random.__all__),
    "itertools": frozenset(name for name in dir(itertools) if not name.startswith("_")),
    "typing": frozenset(typing.__all__) - {"get_type_hints", "get_args", "ForwardRef", "evaluate_forward_ref"},
    "collections": frozenset(collections.__all__) | {"abc"},
    "collections.abc": frozenset(collections.abc.__all__),
    "__future__": frozenset({"annotations"}),
}
"""Modules an answer may import, and their names: no modules they happen to use, and nothing that evaluates text."""
LEAKS = frozenset(
    name for module in PUBLIC for name, value in vars(sys.modules[module]).items() if isinstance(value, ModuleType)
) - {"abc"}
"""Modules that those modules happen to use."""
STATEFUL = frozenset(
    "Module Parameter ParameterList ModuleList register_buffer register_parameter parameters named_parameters buffers "
    "children training train eval no_grad grad requires_grad data detach Generator".split()
)
NAMED_TUPLE = frozenset({"_replace", "_asdict", "_fields", "_make"})
METHODS = frozenset(
    "__init__ __call__ __iter__ __next__ __len__ __getitem__ __enter__ __exit__ __repr__ "
    "__add__ __radd__ __sub__ __rsub__ __mul__ __rmul__ __truediv__ __rtruediv__ __pow__ __neg__".split()
)
REFUSED_NAMES = frozenset(
    "eval exec compile getattr setattr delattr hasattr globals locals vars dir open input breakpoint "
    "memoryview super type help exit quit license credits copyright __import__ __builtins__ __loader__ __spec__".split()
)
REFUSED_ATTRIBUTES = frozenset(
    "ops jit overrides compile utils special linalg library fx func functional_call sys os operator functools "
    "importlib methodcaller attrgetter get_type_hints mro".split()
)
"""Whole rooms of torch that hold everything under other names, and modules that other modules happen to use."""
LEADING_OUT = frozenset(
    "f_back f_code f_globals f_locals f_builtins gi_code gi_frame gi_yieldfrom cr_code cr_frame tb_frame tb_next "
    "ag_code ag_frame func_globals _evaluate _eval_type register_hook register_full_backward_hook "
    "register_full_backward_pre_hook register_post_accumulate_grad_hook".split()
)
"""Attributes that lead to frames and code, evaluate text, or have code run unseen; whatever they are read from."""
SHARED = frozenset("add sort split values min max double float half long int short bool".split())
"""Tensors' methods by names that are Python's or a dtype's too: one that is kept may be what a card's `calls` calls."""
FIELDS = frozenset("values min max size shape dim dtype device index indices real imag sum mean var std".split())
"""Names of tensors' that objects of the answer's own may well have too."""
BUILTINS = frozenset(vars(builtins))
CLASSES = frozenset(name for name, value in vars(builtins).items() if isinstance(value, type))
ALIASES = (
    "abs absolute", "cat concat concatenate", "clamp clip", "div divide true_divide", "dropout feature_dropout",
    "ge greater_equal", "gt greater", "le less_equal", "lt less", "movedim moveaxis", "mul multiply", "ne not_equal",
    "neg negative", "sigmoid expit", "sub subtract", "transpose swapaxes swapdims", "trunc fix", "vstack row_stack",
)  # fmt: skip
"""Operations that torch has under several names."""
