# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes and times: what people type, and what the appliance says."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
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
    if isinstance(value, int) and value >= 0:
        # What nearly all answers hold; a fraction would be a detour.
        return int(value)
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return _whole(Fraction(value), value)
    match = _SIZE.match(str(value))
    if match is None:
        raise ValueError(f"{str(value)!r} is not a size: give bytes, or a number with K, M, G, T, P or E, such as 10G")
    number, unit = match.groups()
    factor = int(1024 ** _POWERS[unit.upper()])
    return int(number) * factor if number.isdigit() else _whole(Fraction(number) * factor, value)


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


def human_size(size: int) -> str:
    """Write bytes for a reader, in the largest unit that divides them without a rest: `10 GiB`, `513 bytes`."""
    short = format_size(size)
    return f"{short[:-1]} {short[-1]}iB" if short[-1].isalpha() else f"{short} bytes"


# Basic ISO of API v1, ISO of v2; a zone other than Z is none that a guide shows, and means what it says.
_ISO = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2}).(\d{2}):?(\d{2}):?(\d{2})(?:[.,]\d+)?\s*(?:Z|UTC|([+-]\d{2}):?(\d{2})?)?", re.ASCII
)
# `Fri May 01 2015 20:13:00 GMT+0000 (UTC)`: API reference 15.1.
_JAVASCRIPT = re.compile(
    r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4}) (\d{2}):(\d{2}):(\d{2})(?: GMT([+-]\d{2})(\d{2}))?(?: \(.*\))?",
    re.ASCII,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def parse_time(value: object) -> datetime | None:
    """Read a timestamp, all of which are UTC where they do not say otherwise (API reference 0.2, 15.1).

    Args:
        value: of API v1 (`20240131T09:15:00`, or a date of Javascript), or of v2 (`2024-01-31T09:15:00Z`).

    Returns:
        The moment, or `None` for `<unknown>`, an empty value, or anything else that is not a timestamp.
    """
    if not isinstance(value, str):
        return None
    text = value.strip()
    iso = _ISO.fullmatch(text)
    javascript = None if iso else _JAVASCRIPT.fullmatch(text)
    if iso is not None:
        *numbers, hours, minutes = iso.groups()
    elif javascript is not None and javascript.group(1) in _MONTHS:
        month, day, year, *clock, hours, minutes = javascript.groups()
        numbers = [year, str(_MONTHS.index(month) + 1), day, *clock]
    else:
        return None
    sign = -1 if (hours or "").startswith("-") else 1
    ahead = timedelta(hours=int(hours or 0), minutes=sign * int(minutes or 0))
    try:
        return datetime(*(int(part) for part in numbers), tzinfo=UTC) - ahead  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        return None


def parse_http_date(value: str | None) -> datetime | None:
    """Read the header `Date` of an answer; `None` where there is none, or none that can be read."""
    try:
        found = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def told_time(value: object) -> str | None:
    """Write a timestamp of the appliance as all results have it: ISO 8601 in UTC, `2024-01-31T09:15:00Z`.

    Returns:
        The text, or `None` where `parse_time` reads no moment.
    """
    moment = parse_time(value)
    # Of thousands of objects: strftime takes five times as long.
    return None if moment is None else f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}Z"
