"""JSON over several lines, as appliances print it (API reference 14.1).

The standard library does this in Python, key by key; on a list of ten thousand LUNs that shows.  The text is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quote
from typing import Any

_SCALARS: dict[type, Callable[[Any], str]] = {
    str: quote,
    int: int.__repr__,
    bool: lambda value: "true" if value else "false",
    float: lambda value: json.dumps(value, allow_nan=False),
    type(None): lambda _value: "null",
}


def pretty(value: Any) -> str:
    """Return ``value`` as JSON, indented by one space per level."""
    return _text(value, "\n")


def _text(value: Any, margin: str) -> str:
    inner = margin + " "
    rows = []
    # Scalars are written here, not by a call of this function: they are nearly all there is.
    if isinstance(value, dict) and value:
        for name, one in value.items():
            scalar = _SCALARS.get(one.__class__)
            rows.append(inner + _key(name) + (scalar(one) if scalar else _text(one, inner)))
        return "{" + ",".join(rows) + margin + "}"
    if isinstance(value, list | tuple) and value:
        for one in value:
            scalar = _SCALARS.get(one.__class__)
            rows.append(inner + (scalar(one) if scalar else _text(one, inner)))
        return "[" + ",".join(rows) + margin + "]"
    return json.dumps(value, allow_nan=False)


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return quote(name) + ": "
