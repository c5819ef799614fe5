# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The types that custom properties have by the schema, and whether values are of them (API reference 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..values._coerce import number, refuse_unquoted, truth
from ..values._errors import Absent, PlanRefused
from ._read import read_list
from ._relations import Reference
from ._resource import CUSTOM
from ._types import Pages

_TEXTS = {
    "String": (re.compile(r".*", re.DOTALL), "a text"),
    "EmailAddress": (re.compile(r"[^@\s]+@[^@\s]+"), "an e-mail address"),
    "Host": (re.compile(r"[A-Za-z0-9.:\-]+"), "a host name or address"),
}


# An appliance keeps whole numbers in 64 bits, and reads texts of so many digits.
_LARGEST = 2**63
_MOST_DIGITS = 19


def read_types(pages: Pages, known: Reference) -> dict[str, str]:
    """Read the type of every custom property.

    Args:
        pages: reads.
        known: where they are defined.
    """
    return {
        str(wire.get(known.names[0])): str(wire.get("type"))
        for path in known.lists
        for wire in read_list(pages, path, known.key, *known.other_keys)
    }


def formed(name: str, kind: str, value: Any) -> Any:
    """Write a value as an appliance gives one of that type.

    Args:
        name: of the custom property.
        kind: its type; one that came with a later release than this table takes all.

    Raises:
        PlanRefused: it is not of that type.
    """
    try:
        return _formed(kind, value)
    except ValueError as error:
        raise PlanRefused(f"custom property {name} is of type {kind}, and {error}", advice=f"correct {name}") from None


def _formed(kind: str, value: Any) -> Any:
    if kind == "Boolean":
        return truth(value)
    if kind in ("Integer", "PositiveInteger"):
        whole = number(value)
        if (
            not isinstance(whole, int)
            or (isinstance(value, str) and "." in value)
            or (kind == "PositiveInteger" and whole < 1)
        ):
            raise ValueError(f"{value!r} is not a {'positive ' * (kind == 'PositiveInteger')}whole number")
        if not -_LARGEST <= whole < _LARGEST or (isinstance(value, str) and len(value.lstrip("-")) > _MOST_DIGITS):
            raise ValueError(f"{value!r} has more than 64 bits")
        return whole
    if kind not in _TEXTS:
        return value
    pattern, wanted = _TEXTS[kind]
    refuse_unquoted(value, wanted)
    if value is None or isinstance(value, (list, dict)) or not pattern.fullmatch(str(value)):
        raise ValueError(f"{value!r} is not {wanted}")
    return str(value) if isinstance(value, int) else value


@dataclass(frozen=True)
class CustomValues:
    """The custom properties are in the schema, and the values of their types.

    Attributes:
        values: by the names of the properties.
        known: where they are defined.
    """

    # What a refusal is about.
    option: ClassVar[str] = CUSTOM
    values: Mapping[str, Any]
    known: Reference

    def __call__(self, pages: Pages) -> None:
        types = read_types(pages, self.known)
        missing = [name for name in self.values if name not in types]
        if missing:
            choice = f", or use one of: {', '.join(sorted(types))}" if types else ""
            raise Absent(
                f"{self.known.title} {', '.join(missing)} does not exist",
                missing=[f"{self.known.title} {name}" for name in missing],
                advice=f"create it with {self.known.maker}{choice}",
            )
        for name, value in self.values.items():
            formed(name, types[name], value)
