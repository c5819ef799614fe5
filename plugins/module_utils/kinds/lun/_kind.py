# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with LUNs: besides what all shares have, clones, thin LUNs and the permission to truncate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ...engine._export import is_named, options_of
from ...engine._kind import Found, Request
from ...engine._membership import ADD, EXACT, REMOVE, ReplaceList
from ...engine._operation import Options
from ...engine._plan import Item, unchanged
from ...engine._read import Effect, Reader
from ...engine._types import Identity, Record
from ...values._errors import InvalidInput
from ...values._units import human_size
from ...values._wire import clear, told_amount
from ..san._protocols import EVERYTHING
from ..share._kind import Share
from ..snapshot._table import REPLICATION
from ..snapshot._temporary import is_temporary
from ._audience import audience_after
from ._clone_from_snapshot import plan_clone, require_origin, source_of
from ._origins import origins_after
from ._removed_clone import clones_among, removed_with_snapshot, without_left
from ._table import AUTO
from ._table import LUN as _TABLE
from ._thin import warned

_SOURCE = {
    "type": "dict",
    "options": {
        "project": {"type": "str"},
        "lun": {"type": "str", "required": True},
        "snapshot": {"type": "str"},
    },
}
# How a write presents a LUN.
_PRESENTS = next(prop.wire for prop in _TABLE.writable if prop.option == "initiator_groups")


class Lun(Share):
    """LUNs."""

    def spec(self) -> dict[str, Any]:
        membership = {"type": "str", "choices": [EXACT, ADD, REMOVE], "default": EXACT}
        return {**super().spec(), "membership": membership, "source": _SOURCE}

    def rules(self) -> Mapping[str, Any]:
        return {"required_if": [("membership", way, ["initiator_groups"]) for way in (ADD, REMOVE)]}

    def plan(self, reader: Reader, options: Options) -> Item:
        plan = super().plan(reader, options)
        presents = [step for step in plan.steps if _PRESENTS in (step.body or {})]
        if _way(options) == EXACT or plan.before[self.resource.kind] is None or presents != list(plan.steps):
            return plan
        # What is added or removed stays so, whoever else changes who sees the LUN meanwhile.
        members = f"the initiator groups of {self.resource.label(self.resource.identity(options))}"
        return replace(plan, carry_out=ReplaceList(members, partial(self.plan, options=options)))

    def request(self, options: Any) -> Request:
        # What can never be the source of a clone is refused before anything is read.
        request, way = super().request(options), _way(options)
        if request.absent and way != EXACT:
            raise InvalidInput(
                f"membership={way} cannot be combined with state=absent, which destroys the LUN",
                advice="leave out one of them",
            )
        return request if options.get("source") is None else replace(request, source=source_of(options))

    def completed(self, reader: Reader, request: Request, found: Found) -> Request:
        request = super().completed(reader, request, found)
        if request.source is not None and found.record is not None:
            require_origin(self.resource.label(found.identity), found.record, request.source)
        way = _way(request.options)
        if way == EXACT or "initiator_groups" not in request.wanted:
            return request
        return replace(request, wanted=audience_after(way, found.record, request.wanted))

    def plan_new(self, reader: Reader, request: Request, identity: Identity) -> Item:
        if _way(request.options) == REMOVE:
            # Nobody sees what does not exist. Whether it exists only the node tells that serves the pool.
            for precondition in self.resource.found_where(identity):
                precondition(reader)
            return unchanged({self.resource.kind: None})
        if request.source is not None:
            return plan_clone(reader, identity, request.source, request)
        parent = self.parent(reader, identity) or {}
        plan = self.plan_made_in(parent, reader, request, identity)
        return warned(plan, reader, clear(parent.get("space_available")))

    def plan_changed(self, reader: Reader, request: Request, found: Found) -> Item:
        plan = super().plan_changed(reader, request, found)
        is_thin = clear((plan.after[self.resource.kind] or {}).get("sparse"))
        return warned(plan, reader, told_amount(found.wire, "space_available")) if is_thin else plan

    def plan_absent(self, reader: Reader, request: Request, found: Found) -> Item:
        """Plan that a LUN does not exist, nor the temporary snapshot that it was made from."""
        plan = super().plan_absent(reader, request, found)
        if found.record is None:
            return without_left(plan, reader, found.identity, request.source)
        return removed_with_snapshot(plan, reader, clones_among([found.record]))

    def effects(self, reader: Reader, request: Request, change: Effect) -> tuple[Effect, ...]:
        """What becomes of a LUN, of clones that die with it, and of the number of clones of what it is a clone of."""
        effects = super().effects(reader, request, change)
        if change.before is None:
            return (*effects, *origins_after(reader, change.after, 1))
        return (*effects, *origins_after(reader, change.before, -1)) if change.after is None else effects

    def rank(self, options: Any) -> int:
        # A clone of what a LUN has comes after all that is done to that. The appliance may choose any number that is free, one
        # that another LUN is to have as well.
        source = options.get("source") or {}
        clones = bool(source) and source.get("snapshot") is None
        return (2 if options.get("lu_number") in (None, AUTO) else 0) + clones

    def traits_of(self, record: Record, options: Any) -> list[str]:
        """Size, whether it is thin, and who sees it; a clone has the size of its origin."""
        origin, size = clear(record["origin"]), clear(record["size"])
        traits = [human_size(size)] if size else []
        if origin:
            snapshot = "" if is_temporary(origin["snapshot"]) else f"@{origin['snapshot']}"
            traits.append(f"clone of {origin['project']}/{origin['share']}{snapshot}")
        else:
            traits.append("thin" if clear(record["sparse"]) else "thick")
        return [*traits, f"to {_audience(clear(record['initiator_groups']) or [])}"]

    def export(self, records: list[Record]) -> list[Record]:
        """LUNs; a clone with its source."""
        return [self._exported(record) for record in records if is_named(self.resource, record)]

    def _exported(self, record: Record) -> Record:
        origin = clear(record["origin"])
        source: Record = {}
        if origin and origin.get("pool", record["pool"]) == record["pool"]:
            source = {"project": origin.get("project"), "lun": origin.get("share"), "snapshot": origin["snapshot"]}
        told = all(source.values()) and not str(source.get("snapshot", REPLICATION)).startswith(REPLICATION)
        if is_temporary(source.get("snapshot")):
            # Who makes the clone anew takes another one.
            del source["snapshot"]
        return {**options_of(self.resource, record), **({"source": source} if told else {})}


def _way(options: Options) -> str:
    """What `initiator_groups` means: all of those who see the LUN, or some that come or go."""
    return str(options.get("membership") or EXACT)


def _audience(groups: list[str]) -> str:
    """Who sees a LUN, in words."""
    if EVERYTHING in groups:
        return "every initiator"
    return ", ".join(groups) or "nobody"


LUN = Lun(
    _TABLE,
    new_names={"new_project": "project", "new_name": "name"},
    permissions=("allow_shrink", "force"),
)
