# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with initiators, targets and their groups; API reference 9."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ...engine._kind import Found, Kind, Request
from ...engine._membership import ADD, EXACT, REMOVE, ReplaceList, members_after
from ...engine._operation import Options
from ...engine._plan import Awaited, CarryOut, Item, Key, unchanged
from ...engine._read import Effect, Reader, read_all, read_list
from ...engine._relations import Precondition
from ...engine._resource import Resource
from ...engine._types import Identity, Record, Results
from ...values._errors import Absent, InvalidArgument, InvalidInput, PlanRefused
from ...values._names import as_known, folded, repeated, shown
from ...values._wire import Wire
from ..san._protocols import PROTOCOLS
from ._protocols import ISCSI
from ._refusals import groups_of, members_of, refuse_in_use, refuse_member, require_both, require_chap
from ._table import INITIATOR as _INITIATOR
from ._table import INITIATOR_GROUPS, TARGET_GROUPS, is_port_name
from ._table import TARGET as _TARGET

ON_CREATE, ALWAYS = "on_create", "always"


class Port(Kind):
    """What is one end of a connection: it has an account of CHAP, an alias, and groups that it may be in.

    Args:
        resource: its table.
        groups: the table of these groups.
        named: the option by which they name it.
        aliases: other names of the option that names it in tasks.
    """

    def __init__(self, resource: Resource, groups: Resource, named: str, aliases: tuple[str, ...] = ()) -> None:
        super().__init__(resource, new_names={}, permissions=(), aliases=aliases)
        self.groups = groups
        self.named = named

    def spec(self) -> dict[str, Any]:
        choices = [ALWAYS, ON_CREATE]
        return {
            **super().spec(),
            "update_secret": {"type": "str", "choices": choices, "default": ON_CREATE, "no_log": False},
        }

    def rules(self) -> Mapping[str, Any]:
        return {"required_if": [("update_secret", ALWAYS, ["chap_secret"])]}

    def always(self, request: Request) -> tuple[str, ...]:
        return ("chap_secret",) if request.options.get("update_secret") == ALWAYS else ()

    def what_may_go(self, request: Request, found: Found) -> Precondition:
        label, name = self.resource.label(found.identity), (found.record or {})[self.named]
        return partial(refuse_member, groups=self.groups, label=label, name=name)

    def listed(self, reader: Reader) -> list[Record]:
        """Read all of them."""
        return read_all(reader, self.resource, {})


class Initiator(Port):
    """Initiators of iSCSI."""

    def find(self, reader: Reader, request: Request) -> Found:
        """Read an initiator, which the appliance may spell otherwise: upper case means nothing in its name."""
        # What is to be absent is likely not to be there, which only the list tells.
        found = Found(request.identity, None, {}) if request.absent else super().find(reader, request)
        if found.record is not None:
            return found
        for record in self.listed(reader):
            if folded(record["initiator"]) == folded(request.identity["initiator"]):
                return Found({"initiator": record["initiator"]}, record, {})
        return found

    def completed(self, reader: Reader, request: Request, found: Found) -> Request:
        require_both(self.resource.label(found.identity), found.record, request.wanted)
        return request


class Target(Port):
    """Targets of iSCSI."""

    def find(self, reader: Reader, request: Request) -> Found:
        try:
            return super().find(reader, request)
        except InvalidArgument:
            # Some releases answer so to an alias that nothing has (API reference 9.3); the list tells.
            alias = request.identity["alias"]
            record = next((record for record in self.listed(reader) if record["alias"] == alias), None)
            return Found(request.identity, record, {})

    def completed(self, reader: Reader, request: Request, found: Found) -> Request:
        require_chap(self.resource.label(found.identity), found.record, request.wanted)
        return request

    def plan_new(self, reader: Reader, request: Request, identity: Identity) -> Item:
        iqn = request.wanted.get("iqn", "")
        for other in self.listed(reader) if iqn else ():
            if folded(other["iqn"]) == folded(iqn):
                raise PlanRefused(
                    f"iqn {iqn} belongs to the target whose alias is {other['alias']!r}",
                    advice="choose another iqn, or give that alias",
                )
        return super().plan_new(reader, request, identity)

    def effects(self, reader: Reader, request: Request, change: Effect) -> tuple[Effect, ...]:
        """A target; until the appliance has chosen the iqn of a new one, groups have a word for it."""
        after = change.after
        if after is None or after["iqn"] is not None:
            return (change,)
        word = Awaited.of(Key(self.name, (), after["alias"]), self.resource.kind, "iqn")
        return (replace(change, after={**after, "iqn": word}),)


class Group(Kind):
    """Groups of initiators or of targets.

    Args:
        tables: their tables, by their protocol.
        member: what is in them.
        protocol: the one that is meant.
    """

    def __init__(self, tables: Mapping[str, Resource], member: Port, protocol: str = ISCSI) -> None:
        super().__init__(tables[protocol], new_names={}, permissions=())
        self.tables, self.member, self.protocol = tables, member, protocol
        self.members = members_of(self.resource)
        self.everywhere = {"protocol": protocol}

    def spec(self) -> dict[str, Any]:
        return {
            **super().spec(),
            "protocol": {"type": "str", "choices": list(PROTOCOLS), "default": ISCSI},
            "membership": {"type": "str", "choices": [EXACT, ADD, REMOVE], "default": EXACT},
        }

    def rules(self) -> Mapping[str, Any]:
        return {"required_if": [("membership", way, [self.members]) for way in (ADD, REMOVE)]}

    def carry_out(self, request: Request) -> CarryOut | None:
        """What is added or removed stays so, whoever else changes the group meanwhile."""
        if request.options["membership"] == EXACT:
            return None
        return ReplaceList(
            f"the members of group {request.identity['name']}", partial(self.plan, options=request.options)
        )

    def meant(self, options: Options) -> Kind:
        protocol = options["protocol"]
        return self if protocol == self.protocol else type(self)(self.tables, self.member, protocol)

    def request(self, options: Options) -> Request:
        request, way = super().request(options), options["membership"]
        if request.absent and way != EXACT:
            raise InvalidInput(
                f"membership={way} cannot be combined with state=absent, which removes the whole group",
                advice="leave out one of them",
            )
        return request

    def plan(self, reader: Reader, options: Options) -> Item:
        plan = super().plan(reader, options)
        if plan.completed is None:
            return plan
        # Only the appliance knows them all.
        key = self.resource.kind
        return replace(plan, after={**plan.after, key: {**plan.after[key], self.members: None}})

    def completed(self, reader: Reader, request: Request, found: Found) -> Request:
        """Complete the members: aliases become names, and these are spelled as the appliance spells them."""
        if self.members not in request.wanted:
            return request
        given, known = self._without_aliases(reader, request, request.wanted[self.members])
        present = self._present(found)
        after = members_after(request.options["membership"], present, given)
        # iSCSI names are made in lower case; where an appliance has one that is not, it refuses the member.
        if known is None and any(self.protocol != ISCSI or name != folded(name) for name in set(after) - set(present)):
            known = self._possible(reader)
        return replace(request, wanted={self.members: sorted(as_known(after, [*(known or ()), *present]))})

    def _present(self, found: Found) -> list[str]:
        return list(found.record[self.members]) if found.record is not None else []

    def plan_new(self, reader: Reader, request: Request, identity: Identity) -> Item:
        if request.options["membership"] == REMOVE:
            return unchanged({self.resource.kind: None})
        plan = partial(super().plan_new, reader, identity=identity)
        return self._awaiting(plan(request), request, plan)

    def plan_changed(self, reader: Reader, request: Request, found: Found) -> Item:
        change = partial(super().plan_changed, reader, found=found)
        plan = self._awaiting(change(request), request, change)
        if self._present(found) and not plan.after[self.resource.kind][self.members]:
            refuse_in_use(reader, self.resource, found.identity, f"left without {self.members}")
        return plan

    def _awaiting(self, plan: Item, request: Request, again: Callable[[Request], Item]) -> Item:
        """A plan that is made again when the appliance has named all members: targets that the same plan makes."""
        members = request.wanted.get(self.members, ())
        if not plan.changed or not any(isinstance(name, Awaited) for name in members):
            return plan

        def completed(finished: Mapping[Key, Results]) -> Item:
            names = sorted(name.known(finished) if isinstance(name, Awaited) else name for name in members)
            return again(replace(request, wanted={self.members: names}))

        return replace(plan, completed=completed)

    def what_may_go(self, request: Request, found: Found) -> Precondition:
        return partial(
            refuse_in_use, resource=self.resource, identity=found.identity, what="removed", appliance_refuses=True
        )

    def _possible(self, reader: Reader) -> list[str]:
        """The names of all that may be in a group, as the appliance spells them: upper case means nothing in them."""
        reference = self.resource.writable[0].refers
        if reference is None:
            return []
        return [
            wire[key]
            for path in reference.lists
            for wire in read_list(reader, path, reference.key)
            for key in reference.names
            if wire.get(key) and isinstance(wire[key], str)
        ]

    def _without_aliases(
        self, reader: Reader, request: Request, given: list[str]
    ) -> tuple[list[str], list[str] | None]:
        """The names of members, some of which are given by their aliases, and those of all where they had to be read."""
        aliases = [name for name in given if not is_port_name(self.protocol, name)]
        if not aliases:
            return given, None
        member = self.member.resource
        records = self.member.listed(reader)
        known = {record["alias"]: record[self.member.named] for record in records if record["alias"]}
        missing = [alias for alias in aliases if alias not in known]
        # What does not exist is in no group.
        if missing and request.options["membership"] != REMOVE:
            raise Absent(
                f"{member.title} {shown(missing)} does not exist",
                missing=[f"{member.title} {alias}" for alias in missing],
                advice=f"create it with zfssa_{member.kind}, or use one of: {', '.join(sorted(known)) or 'there is none'}",
            ).about(self.members, missing[0])
        names = [known.get(name, name) for name in given if name not in missing]
        twice = repeated(names)
        if twice:
            raise InvalidInput(
                f"{self.members} names {shown(twice)} more than once", advice="leave out its alias, or its name"
            )
        return sorted(names), [record[self.member.named] for record in records]

    def told(self, wire: Wire) -> Record:
        return self.resource.told(wire, {"protocol": self.protocol})

    def export(self, records: list[Record]) -> list[Record]:
        """Groups of iSCSI, which their modules mean when nothing else is said."""
        return [{key: item[key] for key in item if key != "protocol"} for item in super().export(records)]


class TargetGroup(Group):
    """Groups of targets, each of which is in one of them."""

    def completed(self, reader: Reader, request: Request, found: Found) -> Request:
        request = super().completed(reader, request, found)
        new = set(request.wanted.get(self.members, ())) - set(self._present(found))
        for group in groups_of(reader, self.resource, self.protocol) if new else ():
            taken = sorted(name for name in group[self.members] if folded(name) in map(folded, new))
            if taken and group["name"] != request.identity["name"]:
                raise PlanRefused(
                    f"target {shown(taken)} belongs to {self.resource.title} {group['name']}, and no target can be in two groups",
                    advice="remove it from there first, with membership=remove",
                )
        return request


INITIATOR = Initiator(_INITIATOR, INITIATOR_GROUPS[ISCSI], "initiator")
TARGET = Target(_TARGET, TARGET_GROUPS[ISCSI], "iqn", aliases=("name",))
INITIATOR_GROUP = Group(INITIATOR_GROUPS, INITIATOR)
TARGET_GROUP = TargetGroup(TARGET_GROUPS, TARGET)
