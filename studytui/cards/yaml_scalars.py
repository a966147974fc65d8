"""Plain scalars by YAML 1.2's core schema, in which `no` is a word and `010` is ten."""

from __future__ import annotations

import re

MAX_DIGITS = 400
"""Digits of a number: no float64 has more before its point."""

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMERIC = frozenset("+-.0123456789")


def scalar_value(text: str) -> str | int | float | bool | None:
    """What a plain scalar is by YAML 1.2's core schema (yaml.org/spec/1.2.2, section 10.3.2).

    Raises:
        ValueError: a number of more than `MAX_DIGITS` digits.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMERIC:  # most scalars are texts: this spares them both expressions
        return text
    if _INT.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"this number has {len(text):,} digits; a deck's may have {MAX_DIGITS}")
        return int(text, 0 if text[:2] in ("0o", "0x") else 10)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text
