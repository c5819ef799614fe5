# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_lun_mapping`: a LUN presented to some hosts, whoever else sees it; API reference 5.2, 9 and 14.8.

The appliance has one list of initiator groups for a LUN, which a new list replaces. So a mapping is added or taken away by
a read and a write, and whether it stays is looked after (see `_membership`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ...engine._membership import ReplaceList
from ...engine._operation import Operation
from ...engine._outcome import ObjectHas, Seen
from ...engine._plan import Item, Step, unchanged
from ...engine._preconditions import preconditions_of
from ...engine._read import Reader, read, unwrap
from ...engine._relations import UPDATE, Change
from ...engine._types import Identity, Record
from ...values._errors import Absent, PlanRefused
from ...values._names import as_known, check_name, folded
from ...values._release import Release
from ...values._wire import clear
from ..pool._pools import require_pool
from ..project._lookup import explain_missing_share
from ..san._protocols import EVERYTHING, ISCSI, PROTOCOLS
from ._audience import refuse_everybody, refuse_other_targets, some
from ._connection import Fabric, connection, read_fabric, read_groups, read_initiators
from ._lu_numbers import unseen_groups
from ._mapping_input import checked_groups, checked_hosts, is_alias, names_of, refuse_nothing
from ._table import LUN


@dataclass(frozen=True)
class Request:
    """What shall be, found out once; whether it is, the LUN alone tells.

    Attributes:
        identity: the names of the LUN.
        present: whether the groups shall see it, or not.
        groups: the initiator groups; of all hosts, those that see it at first.
        hosts: the initiators that are meant.
        target_group: through which they shall see it; `None` for that which it has.
        fabric: what a connection is made of.
        all_hosts: whether nobody shall see it, whoever is attached meanwhile.
    """

    identity: Identity
    present: bool
    groups: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    target_group: str | None = None
    fabric: Fabric = field(default_factory=Fabric)
    all_hosts: bool = False

    def after(self, present: set[str]) -> set[str]:
        """The groups to which the LUN shall be presented, made of those to which it is."""
        if self.present:
            return present | set(self.groups)
        return set() if self.all_hosts else present - set(self.groups)

    def connection(self, lun: Record) -> Record:
        """What a host needs to reach the LUN."""
        if self.all_hosts:
            lun = {option: clear(value) for option, value in lun.items()}
        return connection(lun, self.groups, self.hosts, self.fabric)


def plan_mapping(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan for the options of zfssa_lun_mapping.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: a name does not exist, or other hosts would see or lose the LUN unasked.
    """
    identity = LUN.identity({"pool": options["pool"], "project": options["project"], "name": options["lun"]})
    refuse_nothing(options)
    groups = checked_groups(options.get("initiator_groups"))
    hosts = checked_hosts(options.get("initiators"))
    target_group = options.get("target_group")
    if target_group is not None:
        check_name("target_group", target_group)
    lun = read(reader, LUN, identity)
    if options["state"] == "absent":
        if options.get("all_hosts"):
            return _plan_masked(reader, identity, lun)
        return _plan_unmapped(reader, identity, lun, groups, hosts)
    if lun is None:
        raise explain_missing_share(reader, "lun", identity["pool"], identity["project"], identity["name"])
    refuse_everybody(lun, groups)
    initiators = read_initiators(reader)
    if hosts:
        hosts = names_of(hosts, initiators, "define it with zfssa_initiator, or ")
        known = _known_groups(reader, (), hosts)
        hosts = _as_in(known, hosts)
        groups = _groups_of(hosts, known, lun)
    else:
        known = _required_groups(reader, groups)
        hosts = _members(known, groups)
    fabric = read_fabric(reader, sorted({lun["target_group"], target_group or lun["target_group"]}), initiators, known)
    return plan_request(Request(identity, True, groups, hosts, target_group, fabric), lun, reader.release)


def _replan(client: Reader, request: Request) -> Item:
    """Plan for the same from what the LUN is by now."""
    lun = read(client, LUN, request.identity)
    if lun is None:
        require_pool(client, request.identity["pool"])
    if lun is None and request.present:
        raise PlanRefused(f"{LUN.label(request.identity)} was destroyed meanwhile", advice="make it again")
    return unchanged({"connection": None}) if lun is None else plan_request(request, lun, client.release)


def plan_request(request: Request, lun: Record, release: Release) -> Item:
    """Plan that some groups see a LUN, or not.

    Args:
        request: which.
        lun: the record of the LUN.
        release: the appliance's.

    Raises:
        PlanRefused: other hosts would see or lose the LUN unasked, or this release cannot present it so.
    """
    present = set(lun["initiator_groups"])
    # To hide it from all, nothing needs to be understood but the groups.
    seeing = present if request.all_hosts else present - set(unseen_groups(lun))
    after = request.after(present)
    changes: Record = {}
    if request.present:
        refuse_everybody(lun, request.groups)
        if request.target_group not in (None, lun["target_group"]):
            refuse_other_targets(lun, str(request.target_group), present - set(request.groups))
            changes["target_group"] = request.target_group
    # A group that the LUN names and that does not see it is presented to once more.
    if after != present or (request.present and not seeing.issuperset(request.groups)):
        changes["initiator_groups"] = sorted(after)
    before = request.connection(lun) if (present if request.all_hosts else seeing & set(request.groups)) else None
    if not changes:
        result = {"connection": request.connection(lun) if request.present else None}
        return unchanged(result)
    predicted = LUN.predict(lun, changes, release=release)
    step = _step(request, lun, changes, release)
    if request.present:
        preconditions = preconditions_of(LUN, Change(UPDATE, LUN.label(lun), lun, changes, predicted, release))
        step = replace(step, preconditions=preconditions)
    members = f"the initiator groups of {LUN.label(request.identity)}"
    return Item(
        steps=(step,),
        before={"connection": before},
        after={"connection": request.connection(predicted) if request.present else None},
        # What is added or removed stays so, whoever else changes who sees the LUN meanwhile.
        carry_out=ReplaceList(members, partial(_replan, request=request)),
    )


def _step(request: Request, lun: Record, changes: Record, release: Release) -> Step:
    path = LUN.path(request.identity)
    verb, word = ("present", "to") if request.present else ("hide", "from")

    def done(body: Any) -> bool:
        if body is None:
            return False
        lun = LUN.normalise(unwrap(body, LUN.kind, LUN.label(request.identity)), request.identity)
        return not plan_request(request, lun, release).changed

    return Step(
        verb=verb,
        label=f"{LUN.label(request.identity)} {word} {'all hosts' if request.all_hosts else ', '.join(request.groups)}",
        method="PUT",
        path=path,
        body=LUN.payload(changes, release),
        outcome=Seen(
            probe=path, done=done, short=ObjectHas(LUN, request.identity, changes).unmet if request.present else None
        ),
    )


def _plan_unmapped(
    reader: Reader, identity: Identity, lun: Record | None, groups: tuple[str, ...], hosts: tuple[str, ...]
) -> Item:
    """Plan that groups, or those that hold some initiators, do not see a LUN; what does not exist does not see it."""
    if lun is None:
        require_pool(reader, identity["pool"])
    if lun is None or not lun["initiator_groups"]:
        return unchanged({"connection": None})
    refuse_everybody(lun, groups)
    known: list[Record] | None = None
    initiators: tuple[Record, ...] = ()
    if hosts:
        if any(is_alias(host) for host in hosts):
            initiators = read_initiators(reader)
        hosts = names_of(hosts, initiators, "give the name of the initiator, or ")
        known = _known_groups(reader, lun["initiator_groups"], ())
        known = [group for group in known if group["name"] in lun["initiator_groups"]]
        hosts = _as_in(known, hosts)
        known = [group for group in known if set(group["initiators"]) & set(hosts)]
        _refuse_bystanders(lun, known, hosts)
        groups = tuple(sorted(group["name"] for group in known))
    groups = tuple(group for group in groups if group in lun["initiator_groups"])
    if not groups:
        return unchanged({"connection": None})
    known = known if known is not None else _known_groups(reader, groups, ())
    hosts = hosts or _members(known, groups)
    fabric = read_fabric(reader, [lun["target_group"]], initiators or read_initiators(reader), known)
    return plan_request(Request(identity, False, groups, hosts, None, fabric), lun, reader.release)


def _plan_masked(reader: Reader, identity: Identity, lun: Record | None) -> Item:
    """Plan that nobody sees a LUN, also when it is presented to every initiator, or to a group that is gone."""
    if lun is None:
        require_pool(reader, identity["pool"])
    if lun is None or not lun["initiator_groups"]:
        return unchanged({"connection": None})
    groups = tuple(sorted(lun["initiator_groups"]))
    known = _known_groups(reader, groups, ())
    fabric = read_fabric(reader, [clear(lun["target_group"]) or EVERYTHING], read_initiators(reader), known)
    request = Request(identity, False, groups, _members(known, groups), None, fabric, all_hosts=True)
    return plan_request(request, lun, reader.release)


# Groups and initiators


def _as_in(groups: Sequence[Record], hosts: Sequence[str]) -> tuple[str, ...]:
    """Names of initiators as the groups that hold them spell them: upper case means nothing in them."""
    return tuple(sorted(set(as_known(hosts, [member for group in groups for member in group["initiators"]]))))


def _known_groups(reader: Reader, names: Sequence[str], hosts: Sequence[str]) -> list[Record]:
    """Read initiator groups: those of iSCSI, and those of the other protocols when something is not among these."""
    groups = read_groups(reader, (ISCSI,))
    members = {folded(member) for group in groups for member in group["initiators"]}
    if _missing(groups, names) or set(map(folded, hosts)) - members:
        groups += read_groups(reader, [protocol for protocol in PROTOCOLS if protocol != ISCSI])
    return groups


def _required_groups(reader: Reader, names: Sequence[str]) -> list[Record]:
    """Read initiator groups, some of which must be there.

    Raises:
        PlanRefused: one of them is not.
    """
    groups = _known_groups(reader, names, ())
    missing = _missing(groups, names)
    if missing:
        known = sorted(group["name"] for group in groups)
        raise Absent(
            f"initiator group {some(missing)} does not exist",
            advice=f"create it with zfssa_initiator_group, or use one of: {some([EVERYTHING, *known])}",
        )
    return groups


def _missing(groups: Sequence[Record], names: Sequence[str]) -> list[str]:
    known = {group["name"] for group in groups} | {EVERYTHING}
    return [name for name in names if name not in known]


def _members(groups: Sequence[Record], names: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({member for group in groups if group["name"] in names for member in group["initiators"]}))


def _groups_of(hosts: Sequence[str], groups: Sequence[Record], lun: Record) -> tuple[str, ...]:
    """The groups by which initiators see a LUN, or shall.

    Raises:
        PlanRefused: one of them is in no group, or in several of which none is for these initiators alone.
    """
    lost = [host for host in hosts if not any(host in group["initiators"] for group in groups)]
    if lost:
        verb, them = ("are", "them") if len(lost) > 1 else ("is", "it")
        raise Absent(
            f"initiator {some(lost)} {verb} in no initiator group",
            advice=f"add {them} to one with zfssa_initiator_group: a new one, or one of: "
            + some(sorted(group["name"] for group in groups)),
        )
    chosen: set[str] = set()
    for host in hosts:
        holding = [group for group in groups if host in group["initiators"]]
        # By one that sees the LUN already, or the only one, or the only one in which there is nobody else.
        ways = (
            [group for group in holding if group["name"] in lun["initiator_groups"]],
            holding if len(holding) == 1 else [],
            [group for group in holding if set(group["initiators"]) <= set(hosts)],
        )
        found = next((way for way in ways if way), [])
        if not found or (len(found) > 1 and found is not ways[0]):
            raise PlanRefused(
                f"initiator {host} is in several initiator groups: {some(sorted(group['name'] for group in holding))}",
                advice="say with initiator_groups which of them shall see the LUN",
            )
        chosen.update(group["name"] for group in found)
    return tuple(sorted(chosen))


# What is refused


def _refuse_bystanders(lun: Record, groups: Sequence[Record], hosts: Sequence[str]) -> None:
    for group in groups:
        others = sorted(set(group["initiators"]) - set(hosts))
        if others:
            raise PlanRefused(
                f"{LUN.label(lun)} is presented to the whole initiator group {group['name']}, in which there are "
                f"{some(others)}, too",
                advice="name it with initiator_groups if they shall lose the LUN as well, or take the initiator out of the "
                "group with zfssa_initiator_group",
            )


_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "lun": {"type": "str", "required": True},
    "initiators": {"type": "list", "elements": "str"},
    "initiator_groups": {"type": "list", "elements": "str"},
    "all_hosts": {"type": "bool"},
    "target_group": {"type": "str"},
}
_RULES = {
    "mutually_exclusive": [("initiators", "initiator_groups")],
    "required_one_of": [("initiators", "initiator_groups", "all_hosts")],
}
OPERATION = Operation(spec=_SPEC, plan=plan_mapping, results=("connection",), rules=_RULES)
