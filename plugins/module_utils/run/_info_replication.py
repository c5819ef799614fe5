# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subsets of `zfssa_info` that are about replication; what they need is loaded when one of them is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..engine._read import Reader
from ..engine._types import Record
from ..kinds.replication._inherited import read_inherited
from ..kinds.replication._package_address import told_packages
from ..kinds.replication._package_history import labelled
from ..kinds.replication._schedules import records_of
from ..kinds.replication._scope import ACTIONS, SOURCES, TARGETS, Scope, action_path
from ..kinds.replication._table import ACTION, PACKAGE, label_of_replica, told_of
from ..values._errors import InvalidInput, NotUnderstood
from ..values._names import is_possible
from ..values._wire import Unclear, Wire
from ._info_filter import ONE_LUN, Filter


def _inherited(reader: Reader, wanted: Filter) -> Any:
    if not wanted.literal(*ONE_LUN):
        raise InvalidInput(
            "inherited_replication is a flag of one LUN",
            advice="give pool, project and name without wildcards",
        )
    names = wanted.lun()
    scope = Scope(names["pool"], names["project"], names["name"])
    return read_inherited(reader, scope, reader.release, told=True)


def _actions(reader: Reader, wanted: Filter) -> list[Record]:
    targets = wanted.items(reader, TARGETS, "targets")
    found = []
    for wire in wanted.items(reader, ACTIONS, "actions"):
        record = labelled(told_of(ACTION, wire), targets)
        if wanted.passes(pool=record["pool"], project=record["project"], name=record["lun"]):
            found.append({**record, "schedules": _schedules(reader, wanted, wire)})
    return found


def _schedules(reader: Reader, wanted: Filter, action: Wire) -> Any:
    """The schedules of an action, which are a list below it; as they came where one of them cannot be understood."""
    ident = action.get("id")
    if not isinstance(ident, str) or not is_possible(ident):
        return None
    wires = wanted.items(reader, f"{action_path(ident)}/schedules", "schedules")
    try:
        return records_of(wires)
    except NotUnderstood:
        return Unclear(("schedules", wires), label_of_replica(ACTION, action), wires)


def _packages(reader: Reader, wanted: Filter) -> list[Record]:
    def listed(reader: Reader, path: str, key: str) -> list[Wire]:
        items = wanted.items(reader, path, key)
        if path != SOURCES:
            return items
        # Below a source without a name nobody finds anything.
        wanted.left_out.extend(item for item in items if not is_possible(item.get("name")))
        return [item for item in items if is_possible(item.get("name"))]

    return [told_of(PACKAGE, wire) for wire in told_packages(reader, listed)]


SUBSETS: Mapping[str, Callable[[Reader, Filter], Any]] = {
    "replication_actions": _actions,
    "replication_packages": _packages,
    "inherited_replication": _inherited,
}
