# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of objects: which are possible at all, and how they stand in a URL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from ._errors import InvalidInput

# API reference 12.14: the characters of pool, project and share names. 255 is the longest that ZFS can hold.
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.:\-]*")
_LONGEST = 255


def check_name(option: str, value: str) -> str:
    """Return `value` if it can be the name of an object.

    Args:
        option: the option that it came from, for the message.
        value: the name.

    Raises:
        InvalidInput: empty, too long, or with characters that a name on the appliance cannot have.
    """
    if _NAME.fullmatch(value) and ".." not in value and len(value) <= _LONGEST:
        return value
    shown = value if len(value) <= 64 else value[:61] + "..."
    raise InvalidInput(
        f"{option} {shown!r} is not a possible name",
        advice=f"use up to {_LONGEST} letters, digits and _ - . : (first a letter or digit, and no two dots in a row)",
    )


def segment(value: object) -> str:
    """Quote a value so that it stays one segment of a path, whatever it holds.

    Raises:
        InvalidInput: it is `.` or `..`, which no quoting keeps from walking through the path.
    """
    text = str(value)
    if text in (".", ".."):
        raise InvalidInput(f"{text!r} is not a possible name", advice="correct it")
    # What RFC 3986 lets stand in a segment, and appliances are known to read so: names of initiators have colons.
    return quote(text, safe="=:")


def shown(things: Sequence[object], most: int = 5) -> str:
    """Name things in a message; of many, the first ones and how many more there are."""
    more = f" and {len(things) - most} more" if len(things) > most else ""
    return ", ".join(str(thing) for thing in things[:most]) + more
