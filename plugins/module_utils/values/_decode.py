# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON of an answer, such that all of it can be written as JSON again.

Python takes for JSON what is none, and what comes out of that stops whoever writes it: NaN, infinity, surrogates, numbers
of thousands of digits, and levels without an end.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any

_MOST_DIGITS = 4000
_MOST_LEVELS = 100
# Ten times as many as a list of ten thousand LUNs has. Each may take a hundred times as much memory as bytes of the answer.
_MOST_VALUES = 10_000_000
_SURROGATE = re.compile("[\ud800-\udfff]")
# How JSON writes surrogates; a character may be written as two of them.
_WRITTEN_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NO_CHARACTER = "\ufffd"


class TooMuch(ValueError):
    """It has more values than anybody can want."""


def decode(content: bytes | bytearray) -> Any:
    """Read the JSON of an answer.

    What is no number in JSON is a text, and what is no character in Unicode the sign that stands for that.

    Args:
        content: the body.

    Raises:
        TooMuch: it was not read.
        ValueError: it is not JSON.
        RecursionError: it has too many levels.
    """
    if sum(content.count(mark) for mark in (b",", b":", b"[", b"{")) > _MOST_VALUES:
        raise TooMuch(f"has more than {_MOST_VALUES // 1_000_000} million values")
    text = content.decode(json.detect_encoding(bytes(content[:4])), "replace")
    decoded = _DECODER.decode(text)
    if text.count("[") + text.count("{") > _MOST_LEVELS:
        _refuse_deep(decoded)
    return _whole(decoded) if _WRITTEN_SURROGATE.search(text) else decoded


def _finite(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _readable(text: str) -> int | str:
    # Python does not read a number of thousands of digits.
    return int(text) if len(text) <= _MOST_DIGITS else text


# It keeps nothing of what it has read; `json.loads` would make one for each answer.
_DECODER = json.JSONDecoder(parse_constant=str, parse_float=_finite, parse_int=_readable)


def _refuse_deep(decoded: Any) -> None:
    """Refuse more levels than whoever goes through them can go down."""
    level = [decoded]
    for _number in range(_MOST_LEVELS):
        level = [inner for outer in level for inner in _items(outer) if isinstance(inner, (dict, list))]
        if not level:
            return
    raise RecursionError("too many levels")


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _whole(value: Any) -> Any:
    """Write a value without surrogates."""
    if isinstance(value, str):
        return _SURROGATE.sub(_NO_CHARACTER, value)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value
