# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of objects: which are possible at all, and how they stand in a URL."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import quote

from ._errors import InvalidInput
from ._mask import clipped

# API reference 12.14: the characters of pool, project and share names; a leading dot is the system's. 255 is the longest that
# ZFS can hold.
_NAME = re.compile(r"[A-Za-z0-9_:\-][A-Za-z0-9_.:\-]*")
_LONGEST = 255
# Of one that is none, in a message.
LONGEST_SHOWN = 64
# How the REST API marks the names of custom properties on the objects that have them.
CUSTOM_PREFIX = "custom:"
# How the name of an initiator or a target begins: with its type.
PORT_TYPE = re.compile(r"(iqn|eui|naa|wwn)\.", re.IGNORECASE)


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
    raise InvalidInput(
        f"{option} {clipped(value, LONGEST_SHOWN)!r} is not a possible name",
        advice=f"use up to {_LONGEST} letters, digits and _ - . : (first no dot, and no two dots in a row)",
    )


def check_custom_name(option: str, value: str) -> str:
    """Return the name of a custom property, which may be written as the REST API has it, `custom:owner`.

    Raises:
        InvalidInput: it cannot be a name, or has the prefix more than once: nobody can tell which property is meant.
    """
    name = value.removeprefix(CUSTOM_PREFIX)
    if name.startswith(CUSTOM_PREFIX):
        raise InvalidInput(
            f"{option} {clipped(value, LONGEST_SHOWN)!r} begins with {CUSTOM_PREFIX} more than once",
            advice=f"give the name of the custom property without {CUSTOM_PREFIX}, or with one",
        )
    return check_name(option, name)


def segment(value: object) -> str:
    """Quote a value so that it stays one segment of a path, whatever it holds.

    Raises:
        InvalidInput: it is `.` or `..`, which no quoting keeps from walking through the path, or no text that can be sent.
    """
    return _quoted(str(value))


# Of a large plan, the same pools, projects and groups stand in thousands of paths.
@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    if text and not is_possible(text):
        raise InvalidInput(f"{text!r} is not a possible name", advice="correct it")
    # What RFC 3986 lets stand in a segment, and appliances are known to read so: names of initiators have colons.
    return quote(text, safe="=:")


def is_possible(name: object) -> bool:
    """Whether something can stand as a name in a path; JSON can have surrogates in it, which no encoding has."""
    try:
        return isinstance(name, str) and name not in ("", ".", "..") and bool(name.encode())
    except UnicodeEncodeError:
        return False


def folded(name: str) -> str:
    """Write a name as names are compared: in those of initiators and targets upper case means nothing.

    RFC 3722 says so of iSCSI names, and the others are hexadecimal. All other names mean what they are.
    """
    text = str(name)
    return text.lower() if PORT_TYPE.match(text) else text


def as_known(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Spell names as those are spelled that are known already."""
    spelled = {folded(name): name for name in known}
    return [spelled.get(folded(name), name) for name in names]


def repeated(names: Sequence[str]) -> list[str]:
    """The names that stand in a list more than once."""
    plain = [folded(name) for name in names]
    return sorted({name for name in names if plain.count(folded(name)) > 1})


def shown(things: Sequence[object], most: int = 5) -> str:
    """Name things in a message; of many, the first ones and how many more there are."""
    more = f" and {len(things) - most} more" if len(things) > most else ""
    return ", ".join(str(thing) for thing in things[:most]) + more


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Advise somebody who has written a word that is not known: with the one that is like it, or else with all.

    Args:
        word: it.
        known: those that are possible.
    """
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
