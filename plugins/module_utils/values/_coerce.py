# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of properties that no table knows: written in the form of what the appliance has.

Custom properties and those of services come without a type. Templates make text of numbers and flags, so that `"7"` is
what the user means by 7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ._errors import InvalidInput
from ._secrets import is_mask, is_secret

# What an appliance reads as one; Python would take "1_0", "1e3" and digits of other scripts as well.
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
YES = ("true", "yes", "on")
NO = ("false", "no", "off")


def changed_values(what: str, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Find the wanted values that are not there, each in the form of what is there.

    Args:
        what: what messages call one of them.
        present: what the appliance has. A secret that it shows as asterisks is one that it has.
        wanted: what the user gave.

    Raises:
        InvalidInput: a value can never be right.
    """
    changes = {}
    for name, value in wanted.items():
        there = present.get(name)
        try:
            formed = in_form_of(there, value)
        except ValueError as error:
            why = "of another form than what is given" if is_secret(name) else f"{there!r} now, and {error}"
            advice = f"correct {name}, in quotes where it is a text" if is_secret(name) else f"correct {name}"
            raise InvalidInput(f"{what} {name} is {why}", advice=advice) from None
        if formed != there and not (is_mask(there) and formed):
            changes[name] = formed
    return changes


def in_form_of(present: Any, value: Any) -> Any:
    """Write what the user gave in the form of the value that is there.

    Args:
        present: what the appliance has; nothing is known of its form when it is `None` or an empty list.
        value: what the user gave.

    Raises:
        ValueError: it can never be of that form; the text says why.
    """
    if isinstance(present, bool):
        return truth(value)
    if isinstance(present, (int, float)):
        return number(value)
    if isinstance(present, list):
        return _items(present, value)
    if isinstance(present, str):
        return _text(present, value)
    return value


def refuse_unquoted(value: Any, wanted: str = "a text") -> None:
    """Refuse what YAML has made of a text without quotes, where nobody can tell any more what was written.

    `1.10` is the number 1.1, and `no` a flag. A whole number is taken as the text of it.

    Args:
        value: what the user gave.
        wanted: what it should be, for the message.

    Raises:
        ValueError: it is a number with a point, or a flag; the text says so.
    """
    if isinstance(value, (bool, float)):
        what = "true or false" if isinstance(value, bool) else "a number"
        raise ValueError(f"{value!r} is {what} in YAML, and not {wanted}; put it in quotes")


def truth(value: Any) -> bool:
    """Read a flag, or the text of one.

    Raises:
        ValueError: it is neither; the text says so.
    """
    word = str(value).strip().lower()
    if word not in YES + NO:
        raise ValueError(f"{value!r} is neither true nor false")
    return word in YES


def number(value: Any) -> int | float:
    """Read a number, or the text of one; a whole one is an integer however it is written.

    Raises:
        ValueError: it is none; the text says so.
    """
    text = str(value)
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{value!r} is not a number")
    # Not by way of a float, which would round a large one.
    whole, _point, rest = text.partition(".")
    return float(text) if rest.strip("0") else int(whole)


def _items(present: list[Any], value: Any) -> list[Any]:
    items = value if isinstance(value, list) else [] if value in ("", None) else [value]
    return [in_form_of(present[0], item) for item in items] if present else items


def _text(present: str, value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1 and present:
        # A list of one item may be plain text on the wire (API reference 12.1).
        return _text(present, value[0])
    pair = next((pair for pair in zip(YES, NO, strict=True) if present.lower() in pair), None)
    if isinstance(value, bool) and pair:
        return present if present.lower() == pair[not value] else pair[not value]
    refuse_unquoted(value)
    return str(value) if isinstance(value, int) else value
