# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `zfssa_info` gives of objects that have a module: the keys that the module returns, and times in one form.

Or the options that would make them: each item is a task for its module that changes nothing. Secrets are not among them,
because an appliance does not tell them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..engine._types import Record
from ..kinds._registry import KINDS
from ..values._units import told_time
from ..values._wire import Wire


def _listed(subset: str) -> Callable[[list[Wire]], list[Record]]:
    """What makes the records that the module of a kind returns."""
    return lambda wires: list(map(KINDS[subset].told, wires))


def _with_times(*keys: str) -> Callable[[Any], Any]:
    """What is given as the appliance has it, with these times as all results have them where they can be read."""

    def told(found: Any) -> Any:
        if isinstance(found, list):
            return [told(item) for item in found]
        return {key: (told_time(value) or value) if key in keys else value for key, value in found.items()}

    return told


# Subset of `zfssa_info` -> what makes what is given of what the appliance gave.
RECORDS: dict[str, Callable[[Any], Any]] = {
    "system": _with_times("install_time", "update_time", "boot_time"),
    "problems": _with_times("diagnosed", "phoned_home"),
    "filesystems": _with_times("creation", "keychangedate"),
    # Of actions, those who gather them have made records already.
    **{subset: _listed(subset) for subset in KINDS if subset != "replication_actions"},
}


def inputs() -> list[str]:
    """The subsets whose objects can be given as input, in the order in which they can be made."""
    return [subset for subset, kind in KINDS.items() if kind.is_exportable]


def exported(subset: str, found: Any, told: Any) -> list[Record]:
    """The items of a subset.

    Args:
        subset: its name.
        found: what the appliance gave.
        told: the records made of it.
    """
    # Only the appliance's own words say which of the snapshots somebody has asked for.
    return KINDS[subset].export(found if subset == "snapshots" else told)
