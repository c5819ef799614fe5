# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `zfssa_info` gives of objects that have a module: the keys that the module returns, and times in one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..engine._resource import Resource
from ..engine._types import Record
from ..kinds.replication._table import PEER
from ..kinds.san._table import INITIATOR, INITIATOR_GROUPS, ISCSI, TARGET, TARGET_GROUPS
from ..kinds.schema._table import SCHEMA
from ..kinds.snapshot._table import OF_FILESYSTEM, OF_LUN, OF_PROJECT
from ..values._times import told_time
from ..values._wire import Wire


def _of(resource: Resource, **scope: str) -> Callable[[list[Wire]], list[Record]]:
    """What makes the records that the module of a resource returns."""
    return lambda wires: [resource.told(wire, scope) for wire in wires]


def snapshot_told(wire: Wire) -> Record:
    """The record of a snapshot from a list of those of all shares, which names the share, and in its path what that is.

    API reference 7.2.
    """
    share = wire.get("share")
    if not share:
        return OF_PROJECT.told(wire)
    resource = OF_FILESYSTEM if "/filesystems/" in str(wire.get("href", "")) else OF_LUN
    return resource.told({**wire, resource.scope[-1]: share})


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
    "snapshots": lambda wires: [snapshot_told(wire) for wire in wires],
    "schema": _of(SCHEMA),
    "initiators": _of(INITIATOR),
    "initiator_groups": _of(INITIATOR_GROUPS[ISCSI], protocol=ISCSI),
    "targets": _of(TARGET),
    "target_groups": _of(TARGET_GROUPS[ISCSI], protocol=ISCSI),
    "replication_targets": _of(PEER),
}
