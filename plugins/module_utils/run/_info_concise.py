# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that make objects, without those that say nothing: what an item without the option would get anyway.

What an object inherits is left out where the appliance says that it is inherited. A value of its own stays, also one that is
the same as that of its project: it would not change together with that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..engine._resource import CUSTOM, Resource
from ..engine._types import Record
from ..kinds._registry import KINDS
from ..kinds.lun._lu_numbers import lu_setting, unseen_groups
from ..kinds.lun._table import AUTO
from ..kinds.lun._table import LUN as _LUN
from ..kinds.project._table import PROJECT as _PROJECT
from ..kinds.share._inheritance_on_move import inherited_elsewhere
from ..values._wire import Wire, clear, is_clear

# Where an appliance says of a property that nobody has set it on the object itself (API reference 4.1).
_NOT_LOCAL = ("inherited", "default")
# The names of an object.
Names = tuple[str, ...]
Items = list[Record]


def without_defaults(gathered: Mapping[str, Items], wires: Mapping[str, Any]) -> tuple[dict[str, Items], list[str]]:
    """Leave out of items what they would get without it.

    Args:
        gathered: the items by their subsets.
        wires: what the appliance gave for each subset.

    Returns:
        The items, and warnings, whole sentences.
    """
    notes: list[str] = []
    found = {subset: _generic(KINDS[subset].resource, items) for subset, items in gathered.items()}
    if "projects" in gathered:
        found["projects"] = _projects(found["projects"], _by_names(_PROJECT, wires["projects"]))
    if "luns" in gathered:
        projects = _by_names(_PROJECT, wires.get("projects", ()))
        luns = _Luns(_by_names(_LUN, wires["luns"]), projects, notes)
        found["luns"] = [luns.concise(item) for item in gathered["luns"]]
    if "snapshots" in gathered:
        found["snapshots"] = _snapshots(gathered["snapshots"])
    return found, notes


def _by_names(resource: Resource, wires: Any) -> dict[Names, Wire]:
    keys = (*resource.scope, resource.wire_key)
    return {tuple(str(wire.get(key)) for key in keys): wire for wire in wires}


def _names(resource: Resource, item: Mapping[str, Any]) -> Names:
    return tuple(str(item[option]) for option in (*resource.scope, resource.key))


def _at_first(resource: Resource) -> Record:
    """The values that a new object has whatever it is made in; without those that only the appliance knows."""
    given = {
        prop.option: prop.initial if prop.given_at_creation is None else prop.given_at_creation
        for prop in resource.writable
        if prop.inherits is None
    }
    return {option: value for option, value in given.items() if value is not None}


def _less(item: Record, first: Mapping[str, Any]) -> Record:
    """An item without the options that have these values."""
    return {option: value for option, value in item.items() if option not in first or first[option] != value}


def _generic(resource: Resource, items: Items) -> Items:
    first = _at_first(resource)
    # Names are no properties, and stay.
    return [_less(item, first) for item in items]


def _is_not_local(wire: Wire, key: str) -> bool:
    sources = wire.get("source")
    return isinstance(sources, dict) and sources.get(key) in _NOT_LOCAL


def _projects(items: Items, wires: Mapping[Names, Wire]) -> Items:
    """Projects; the one that every pool has is left out when there is nothing to say of it."""
    found = []
    for item in items:
        wire = wires.get(_names(_PROJECT, item), {})
        unset = {prop.option for prop in _PROJECT.writable if _is_not_local(wire, prop.wire)}
        less = {option: value for option, value in item.items() if option not in unset}
        if set(less) > {*_PROJECT.scope, _PROJECT.key} or item[_PROJECT.key] not in _PROJECT.built_in:
            found.append(less)
    return found


def _snapshots(items: Items) -> Items:
    """Snapshots without those that one of their project brings along."""
    of_projects = {
        (item["pool"], item["project"], item["name"]) for item in items if not {"lun", "filesystem"} & set(item)
    }
    return [
        item
        for item in items
        if not {"lun", "filesystem"} & set(item) or (item["pool"], item["project"], item["name"]) not in of_projects
    ]


class _Luns:
    """LUNs, which have much from their project, or from the LUN that they are a clone of.

    Args:
        wires: all that were gathered, by their names.
        projects: the projects that were gathered, by theirs.
        notes: gets warnings.
    """

    def __init__(self, wires: Mapping[Names, Wire], projects: Mapping[Names, Wire], notes: list[str]) -> None:
        self._wires, self._projects, self._notes = wires, projects, notes

    def concise(self, item: Record) -> Record:
        """Leave out of a LUN what it would get anyway."""
        wire = self._wires[_names(_LUN, item)]
        record = _LUN.told(wire)
        less = self._seen(item, record)
        if _sets_no_number(wire):
            less.pop("lu_number", None)
        return self._clone(less, wire) if "source" in less else _less(less, self._first(item, record, wire))

    def _first(self, item: Record, record: Record, wire: Wire) -> Record:
        """What a LUN in that project would get."""
        parent = self._project_of(item)
        first = {**_at_first(_LUN), "lu_number": AUTO}
        for prop in _LUN.writable:
            if prop.inherits is None:
                continue
            if prop.inherits == prop.option and isinstance(wire.get("source"), dict):
                if _is_not_local(wire, prop.wire):
                    first[prop.option] = clear(record[prop.option])
            elif parent is not None:
                first[prop.option] = clear(parent[prop.inherits])
        return first

    def _clone(self, item: Record, wire: Wire) -> Record:
        """A clone, which has all from its origin; its blocks and who sees it are its own."""
        source = item["source"]
        origin = self._wires.get((item["pool"], source["project"], source["lun"]))
        less = {option: value for option, value in item.items() if option != "volblocksize"}
        if source["project"] == item["project"]:
            less["source"] = {option: value for option, value in source.items() if option != "project"}
        if origin is None:
            return _less(less, {"initiator_groups": [], "lu_number": AUTO})
        taken = _LUN.told(origin)
        if source["project"] != item["project"]:
            parent = self._project_of(item) or {}
            taken.update(inherited_elsewhere(_LUN, origin, taken, parent))
            own = {prop.option for prop in _LUN.writable if prop.inherits and _is_not_local(wire, prop.wire)}
            less = {option: value for option, value in less.items() if option not in own}
        less = _less(
            less,
            {
                **{prop.option: clear(taken[prop.option]) for prop in _LUN.writable},
                "initiator_groups": [],
                "lu_number": AUTO,
            },
        )
        custom = _less(less.get(CUSTOM, {}), taken[CUSTOM])
        rest = {option: value for option, value in less.items() if option != CUSTOM}
        return {**rest, CUSTOM: custom} if custom else rest

    def _project_of(self, item: Record) -> Record | None:
        wire = self._projects.get((item["pool"], item["project"]))
        return None if wire is None else _PROJECT.told(wire)

    def _seen(self, item: Record, record: Record) -> Record:
        """A LUN without groups that do not see it: to name them is to present it to them anew."""
        known = all(is_clear(record[option]) for option in ("status", "initiator_groups", "lu_numbers"))
        unseen = unseen_groups(record) if known else ()
        if not unseen:
            return dict(item)
        self._notes.append(
            f"{_LUN.label(_LUN.identity_of(item))} has no LU number in initiator group {', '.join(unseen)}, so that no host in "
            "it sees the LUN; its initiator_groups are left out."
        )
        return {option: value for option, value in item.items() if option not in ("initiator_groups", "lu_number")}


def _sets_no_number(wire: Wire) -> bool:
    """Whether the appliance chooses the LU number, so that the one that a LUN has is nobody's wish."""
    try:
        return lu_setting(wire) is None
    except ValueError:
        return False
