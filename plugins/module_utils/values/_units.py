# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes: what people type (`10G`, `512k`, bytes) and what the appliance says (numbers, even floats)."""

from __future__ import annotations

import math
import re
from fractions import Fraction

_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_SIZE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*([KMGTPE]?)(?:I?B)?\s*$", re.IGNORECASE | re.ASCII)


def parse_size(value: object) -> int:
    """Give the bytes that a size means.

    Args:
        value: a number of bytes, or a string such as `10G`, `1.5t`, `512k`, `64KiB`; units are powers of 1024,
            as on the appliance (API reference 0.2).

    Raises:
        ValueError: with a sentence that says what a size looks like.
    """
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a size")
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return _whole(Fraction(value), value)
    match = _SIZE.match(str(value))
    if match is None:
        raise ValueError(f"{str(value)!r} is not a size: give bytes, or a number with K, M, G, T, P or E, such as 10G")
    number, unit = match.groups()
    return _whole(Fraction(number) * 1024 ** _POWERS[unit.upper()], value)


def _whole(size: Fraction, value: object) -> int:
    if size.denominator != 1 or size < 0:
        raise ValueError(f"{str(value)!r} is not a size: it must be a whole number of bytes, not below zero")
    return int(size)


def format_size(size: int) -> str:
    """Write bytes for a person: the largest unit that divides them without a rest (`10G`, `1536M`, `513`)."""
    for unit, power in reversed(_POWERS.items()):
        step = int(1024**power)
        if size and size % step == 0:
            return f"{size // step}{unit}"
    return str(size)
