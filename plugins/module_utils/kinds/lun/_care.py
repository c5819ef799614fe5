# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who manages a LUN, as two custom properties say it.

`zfssa_managed_by` is the property of this collection: the name of the owner, or `nobody` for a LUN that is free. The driver of
OpenStack had `cinder_managed` (API reference 8, 11): true for a LUN that is managed, false for one that is free. Its strict
policy took free ones only. So that both live together, a LUN that bears the driver's property says the same with both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...values._coerce import truth

OWNER = "zfssa_managed_by"
OWNER_TYPE = "String"
DRIVER = "cinder_managed"
# The owner of a LUN of which only the driver's property says that it is managed.
DRIVER_OWNER = "cinder"
# What the property says of a LUN that is free.
NOBODY = "nobody"


@dataclass(frozen=True)
class Care:
    """What custom properties say of a LUN.

    Attributes:
        owner: who manages it; `None` when nobody is said to.
        free: whether they say that nobody does.
        unclear: the property that says something else, with its value; empty when all can be understood.
    """

    owner: str | None
    free: bool
    unclear: str = ""


def care_of(custom: Mapping[str, Any]) -> Care:
    """Tell who manages a LUN.

    Args:
        custom: its custom properties.
    """
    named = custom.get(OWNER)
    if named is not None and not isinstance(named, str):
        return Care(None, False, f"{OWNER} {named!r}")
    owner = (named or "").strip()
    try:
        driver = None if custom.get(DRIVER) in (None, "") else truth(custom[DRIVER])
    except ValueError:
        return Care(owner or None, False, f"{DRIVER} {custom[DRIVER]!r}")
    if owner and owner != NOBODY:
        return Care(owner, False)
    # A driver that takes a free LUN knows its own property only.
    if driver:
        return Care(DRIVER_OWNER, False)
    return Care(None, owner == NOBODY or driver is False)


def marked(custom: Mapping[str, Any], owner: str | None) -> dict[str, Any]:
    """Make the custom properties by which a LUN says that somebody manages it, or that it is free.

    The driver's property changes only on a LUN that bears it. A LUN without it the strict driver does not touch.

    Args:
        custom: those that it has.
        owner: who is to manage it; `None` for nobody.
    """
    driver = {} if custom.get(DRIVER) in (None, "") else {DRIVER: owner is not None}
    return {OWNER: owner or NOBODY, **driver}


def unmarked(custom: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Make the custom properties that give a LUN what it said before; empty when it says that.

    An empty text takes the place of a value that there was none of: nobody can be sure that an appliance unsets one.

    Args:
        custom: those that it has.
        before: those that it had.
    """
    had = {OWNER: before.get(OWNER) or "", DRIVER: before.get(DRIVER)}
    has = {OWNER: custom.get(OWNER) or "", DRIVER: custom.get(DRIVER)}
    return {name: value for name, value in had.items() if value is not None and value != has[name]}
