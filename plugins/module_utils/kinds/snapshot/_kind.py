# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with snapshots of projects, LUNs and filesystems; API reference 7."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ...engine._kind import Kind
from ...engine._operation import Operation, Options
from ...engine._plan import Item, Key
from ...engine._read import Effect, Reader, is_planning, read, read_all
from ...engine._resource import Resource
from ...engine._types import Identity, Pages, Record
from ...values._wire import Wire, clear
from ..lun._table import LUN
from ..share._dying import dying_with
from ._operations import plan_snapshot
from ._table import OF_FILESYSTEM, OF_LUN, OF_PROJECT, SYSTEM, SnapshotResource, snapshots_of
from ._temporary import is_temporary

_LOCAL = ("", "local")
_OF_DATA = {"space_data": None, "space_total": None}
_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "lun": {"type": "str"},
    "filesystem": {"type": "str"},
    "name": {"type": "str"},
    "new_name": {"type": "str"},
    "keep_last": {"type": "int"},
    "match": {"type": "str"},
    "force": {"type": "bool", "default": False},
}
_RULES = {
    "mutually_exclusive": [("lun", "filesystem"), ("new_name", "keep_last")],
    "required_one_of": [("name", "keep_last")],
    "required_together": [("keep_last", "match")],
    "required_by": {"new_name": "name"},
    "required_if": [("state", "absent", ["name"]), ("state", "restored", ["name"])],
}


class Snapshot(Kind):
    """Snapshots: one module for those of all that has them."""

    def spec(self) -> dict[str, Any]:
        return _SPEC

    def rules(self) -> Mapping[str, Any]:
        return _RULES

    def item_spec(self) -> dict[str, Any]:
        # A rollback, and how many of those with a pattern are kept, is no description of one snapshot.
        spec = {option: _SPEC[option] for option in _SPEC if option not in ("keep_last", "match")}
        name = {"type": "str", "required": True}
        return {**spec, "state": {**_SPEC["state"], "choices": ["present", "absent"]}, "name": name}

    def table_of(self, options: Options) -> Resource:
        return snapshots_of(options)

    def rank(self, options: Options) -> int:
        # One of a project brings along those of its LUNs, and is refused where one of them is there already.
        return len(self.table_of(options).scope)

    def found_in(self, reader: Pages, projects: Iterable[tuple[str, str]]) -> list[Identity]:
        """Name the snapshots of projects and of the LUNs in them that somebody has asked for.

        Temporary ones are left out while clones live on them: they go with these.
        """
        found = []
        for pool, project in projects:
            place = {"pool": pool, "project": project}
            of_project = [one["name"] for one in read_all(reader, OF_PROJECT, place)]
            found += [{**place, "name": name} for name in of_project if not name.startswith(SYSTEM)]
            for lun in read_all(reader, LUN, place):
                # Those that a snapshot of the project brings along go with it.
                own = {
                    one["name"]
                    for one in read_all(reader, OF_LUN, {**place, "lun": lun["name"]})
                    if not clear(one["isauto"]) and not (is_temporary(one["name"]) and clear(one["numclones"]) != 0)
                }
                names = sorted(name for name in own - set(of_project) if not name.startswith(SYSTEM))
                found += [{**place, "lun": lun["name"], "name": name} for name in names]
        return found

    def item_rules(self) -> Mapping[str, Any]:
        return {"mutually_exclusive": [("lun", "filesystem")]}

    def title_of(self, record: Record) -> str:
        resource = snapshots_of(record)
        return resource.label(resource.identity_of(record))

    def traits_of(self, record: Record, options: Options) -> list[str]:
        return []

    def operation(self) -> Operation:
        return replace(super().operation(), results=("snapshot", "pruned"))

    def plan(self, reader: Reader, options: Options) -> Item:
        plan, resource = plan_snapshot(reader, options), snapshots_of(options)
        name = str(options.get("new_name") or options.get("name") or "")
        return replace(
            plan,
            key=Key(self.name, tuple(str(options[option]) for option in resource.scope), name),
            effects=_effects(reader, resource, options, plan) if plan.changed else (),
        )

    def told(self, wire: Wire) -> Record:
        """The record of one from the list of those of all shares, which names its share, and in its path what that is.

        API reference 7.2.
        """
        share = wire.get("share")
        if not share:
            return OF_PROJECT.told(wire)
        resource = OF_FILESYSTEM if _is_of_filesystem(wire) else OF_LUN
        return resource.told({**wire, resource.scope[-1]: share})

    def export(self, records: list[Record]) -> list[Record]:
        """The options that take them; those that the appliance takes and prunes by itself are nobody's request.

        Args:
            records: snapshots as the appliance gives them, which alone tells whose request they were.
        """
        items = []
        for wire in records:
            names = [wire.get(key) for key in (*OF_PROJECT.scope, "share", "name", "collection", "href")]
            if not all(isinstance(one, str | None) for one in names):
                continue
            name = str(wire.get("name") or "")
            if (
                not name
                or name.startswith(SYSTEM)
                or is_temporary(name)
                or str(wire.get("collection") or "") not in _LOCAL
            ):
                continue
            item = {option: wire.get(option) for option in OF_PROJECT.scope}
            share = wire.get("share")
            if share:
                item["filesystem" if _is_of_filesystem(wire) else "lun"] = share
            items.append({**item, "name": name})
        return items


def _effects(reader: Reader, resource: SnapshotResource, options: Options, plan: Item) -> tuple[Effect, ...]:
    """What becomes of snapshots, and by a rollback of the LUN, for what is planned after it."""
    before, after = plan.before[resource.kind], plan.after[resource.kind]
    found = [Effect(resource, before, after)] if before or after else []
    if not is_planning(reader):
        return tuple(found)
    holder = {option: str(options[option]) for option in resource.scope}
    pruned = set(plan.after["pruned"])
    doomed = [one for one in read_all(reader, resource, holder) if one[resource.key] in pruned] if pruned else []
    found += [Effect(resource, one, None) for one in doomed]
    if resource is OF_PROJECT:
        found = [one for effect in found for one in (effect, *_in_luns(reader, holder, effect))]
    gone = [
        one.resource.path(one.resource.identity_of(one.before)) for one in found if one.before and one.after is None
    ]
    if gone:
        found += dying_with(reader, gone)
    if resource is OF_PROJECT:
        return tuple(found)
    lun = (
        read(reader, LUN, {**holder, "name": holder["lun"]})
        if options["state"] == "restored" and resource is OF_LUN
        else None
    )
    # A rollback brings back the size, too.
    return (*found, Effect(LUN, lun, {**lun, "size": None, **_OF_DATA})) if lun else tuple(found)


def _in_luns(reader: Reader, project: Identity, change: Effect) -> Iterable[Effect]:
    """What becomes of the snapshots of LUNs with one of their project: each LUN has one with it (API reference 7.1)."""
    before, after = change.before, change.after
    for lun in read_all(reader, LUN, project):
        names = {**project, "lun": lun["name"]}
        if before is None:
            yield Effect(
                OF_LUN, None, OF_LUN.predict(None, {**names, "name": (after or {})["name"]}, release=reader.release)
            )
            continue
        one = read(reader, OF_LUN, {**names, "name": before["name"]})
        if one is not None:
            yield Effect(OF_LUN, one, None if after is None else {**one, "name": after["name"], "canonical_name": None})


def _is_of_filesystem(wire: Wire) -> bool:
    """Whether a snapshot of a share, as the appliance gives it, is of a filesystem (API reference 7.2)."""
    return "/filesystems/" in str(wire.get("href", ""))


SNAPSHOT = Snapshot(OF_LUN)
