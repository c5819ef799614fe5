# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Initiators, targets and their groups: each there as wanted, or not there; API reference 9."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from ...client._client import Client
from ...engine._apply import apply
from ...engine._membership import ADD, EXACT, REMOVE, apply_among_others, members_after
from ...engine._plan import Plan, unchanged
from ...engine._planner import plan_absent, plan_present
from ...engine._read import Reader, read, read_list
from ...engine._relations import Precondition
from ...engine._resource import Resource
from ...engine._types import Identity, Record, Results
from ...values._errors import Absent, InvalidArgument, InvalidInput, PlanRefused
from ...values._names import as_known, folded, repeated, shown
from ..lun._lu_numbers import PROTOCOLS
from ._guards import groups_of, members_of, refuse_in_use, refuse_member, require_both, require_chap
from ._table import (
    INITIATOR,
    INITIATOR_GROUPS,
    ISCSI,
    TARGET,
    TARGET_GROUPS,
    is_port_name,
)

ON_CREATE, ALWAYS = "on_create", "always"

PORT_RULES = {"required_if": [("update_secret", ALWAYS, ["chap_secret"])]}


def port_spec(resource: Resource) -> dict[str, Any]:
    """The options of the module for initiators or for targets."""
    return {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        resource.key: {"type": "str", "required": True, **({"aliases": ["name"]} if resource.key == "alias" else {})},
        **resource.argument_spec(),
        "update_secret": {"type": "str", "choices": [ALWAYS, ON_CREATE], "default": ON_CREATE, "no_log": False},
    }


def group_spec(resource: Resource) -> dict[str, Any]:
    """The options of the module for groups of initiators or of targets."""
    return {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "name": {"type": "str", "required": True},
        "protocol": {"type": "str", "choices": list(PROTOCOLS), "default": ISCSI},
        **resource.argument_spec(),
        "membership": {"type": "str", "choices": [EXACT, ADD, REMOVE], "default": EXACT},
    }


def group_rules(resource: Resource) -> dict[str, Any]:
    """What that module's options need of each other."""
    return {"required_if": [("membership", way, [members_of(resource)]) for way in (ADD, REMOVE)]}


# Initiators and targets


def plan_initiator(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for the options of zfssa_initiator.

    Raises:
        InvalidInput: an option can never be right, or something is missing to make it.
        PlanRefused: a group has the initiator that is to be removed.
    """
    wanted = INITIATOR.wanted(options)
    absent = options.get("state") == "absent"
    identity, current = _read_initiator(reader, INITIATOR.identity(options), in_list=absent)
    if absent:
        label, name = INITIATOR.label(identity), identity["initiator"]
        return _plan_gone(
            INITIATOR,
            reader,
            identity,
            current,
            partial(refuse_member, groups=INITIATOR_GROUPS[ISCSI], label=label, name=name),
        )
    require_both(INITIATOR.label(identity), current, wanted)
    return plan_present(INITIATOR, identity, current, wanted, always=_secrets_to_send(options))


def plan_target(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for the options of zfssa_target.

    Raises:
        InvalidInput: an option can never be right, or something is missing for CHAP.
        PlanRefused: a group has the target that is to be removed, or another target has the IQN.
    """
    identity = TARGET.identity(options)
    wanted = TARGET.wanted(options)
    current = _read_target(reader, identity)
    label = TARGET.label(identity)
    if options.get("state") == "absent":
        name = current["iqn"] if current else ""
        return _plan_gone(
            TARGET,
            reader,
            identity,
            current,
            partial(refuse_member, groups=TARGET_GROUPS[ISCSI], label=label, name=name),
        )
    require_chap(label, current, wanted)
    if current is None and "iqn" in wanted:
        _refuse_taken(reader, wanted["iqn"])
    return plan_present(TARGET, identity, current, wanted, always=_secrets_to_send(options))


def _plan_gone(
    resource: Resource, reader: Reader, identity: Identity, current: Record | None, guard: Precondition
) -> Plan:
    """Plan that an object is not there, unless a guard stands against it."""
    if current is not None:
        guard(reader)
    return plan_absent(resource, identity, current, (), confirm=guard)


def _secrets_to_send(options: Mapping[str, Any]) -> tuple[str, ...]:
    return ("chap_secret",) if options.get("update_secret") == ALWAYS else ()


def _read_initiator(reader: Reader, identity: Identity, *, in_list: bool) -> tuple[Identity, Record | None]:
    """Read an initiator, which the appliance may spell otherwise: upper case means nothing in its name.

    Args:
        in_list: whether to look for it in the list at once, because it is likely not to be there.

    Returns:
        Its name as the appliance has it, and its record; `None` when it does not exist.
    """
    current = None if in_list else read(reader, INITIATOR, identity)
    if current is not None:
        return identity, current
    for wire in read_list(reader, INITIATOR.list_path(identity), INITIATOR.plural):
        record = INITIATOR.normalise(wire)
        if folded(record["initiator"]) == folded(identity["initiator"]):
            return {"initiator": record["initiator"]}, record
    return identity, None


def _read_target(reader: Reader, identity: Identity) -> Record | None:
    try:
        return read(reader, TARGET, identity)
    except InvalidArgument:
        # Some releases answer so to an alias that nothing has (API reference 9.3); the list tells.
        return next((record for record in _targets(reader) if record["alias"] == identity["alias"]), None)


def _refuse_taken(reader: Reader, iqn: str) -> None:
    """Refuse to make a target under the IQN of another one."""
    for other in _targets(reader):
        if folded(other["iqn"]) == folded(iqn):
            raise PlanRefused(
                f"iqn {iqn} belongs to the target whose alias is {other['alias']!r}",
                advice="choose another iqn, or give that alias",
            )


def _targets(reader: Reader) -> list[Record]:
    return [TARGET.normalise(wire) for wire in read_list(reader, TARGET.list_path({}), TARGET.plural)]


# Groups


def plan_initiator_group(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for the options of zfssa_initiator_group; aliases of initiators become their names.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: an alias is none; LUNs use the group or may use it, and it would be removed or lose its last initiator.
    """
    resource = INITIATOR_GROUPS[options["protocol"]]
    wanted, known = resource.wanted(options), None
    if "initiators" in wanted and options["state"] == "present":
        wanted["initiators"], known = _without_aliases(reader, resource, options, wanted["initiators"])
    return _plan_group(resource, reader, options, wanted, known)


def plan_target_group(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for the options of zfssa_target_group; aliases of targets become their names.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: a target does not exist or belongs to another group; LUNs use the group or may use it, and it would be
            removed or lose its last target.
    """
    resource = TARGET_GROUPS[options["protocol"]]
    identity = resource.identity(options)
    wanted, known = resource.wanted(options), None
    if "targets" in wanted and options["state"] == "present":
        wanted["targets"], known = _without_aliases(reader, resource, options, wanted["targets"])
    plan = _plan_group(resource, reader, options, wanted, known)
    new = _new_members(resource, plan)
    for group in groups_of(reader, resource, options["protocol"]) if new else ():
        taken = sorted(name for name in group["targets"] if folded(name) in map(folded, new))
        if taken and group["name"] != identity["name"]:
            raise PlanRefused(
                f"target {shown(taken)} belongs to {resource.title} {group['name']}, and no target can be in two groups",
                advice="take it out of there first, with membership=remove",
            )
    return plan


def act_on_group(
    planner: Callable[[Reader, Mapping[str, Any]], Plan], plan: Plan, client: Client, options: Mapping[str, Any]
) -> Results:
    """Carry out the plan for a group; what is added or removed stays so, whoever else changes the group meanwhile.

    Args:
        planner: what has made the plan.
    """
    if options["membership"] == EXACT:
        return apply(plan, client)
    members = f"the members of group {options['name']}"
    return apply_among_others(plan, partial(planner, client, options), client, members=members)


def _plan_group(
    resource: Resource,
    reader: Reader,
    options: Mapping[str, Any],
    wanted: Record,
    known: Sequence[str] | None = None,
) -> Plan:
    """Plan for a group; `known` are the names of all that may be in it, where they have been read already."""
    identity, members, way = resource.identity(options), members_of(resource), options["membership"]
    if options["state"] == "absent" and way != EXACT:
        raise InvalidInput(
            f"membership={way} does not go with state=absent, which removes the whole group",
            advice="leave out the one or the other",
        )
    current = read(reader, resource, identity)
    if options["state"] == "absent":
        in_use = partial(refuse_in_use, resource=resource, identity=identity, what="removed", guarded=True)
        return _plan_gone(resource, reader, identity, current, in_use)
    if current is None and way == REMOVE:
        return unchanged({resource.kind: None})
    present = current[members] if current is not None else []
    if members in wanted:
        after = members_after(way, present, wanted[members])
        new = set(after) - set(present)
        # iSCSI names are made in lower case; where an appliance has one that is not, it refuses the member.
        if known is None and any(options["protocol"] != ISCSI or name != folded(name) for name in new):
            known = _known(reader, resource)
        wanted = {members: sorted(as_known(after, [*(known or ()), *present]))}
    plan = plan_present(resource, identity, current, wanted)
    if present and not plan.after[resource.kind][members]:
        refuse_in_use(reader, resource, identity, f"left without {members}")
    return plan


def _known(reader: Reader, resource: Resource) -> list[str]:
    """The names of all that may be in a group, as the appliance spells them: upper case means nothing in them."""
    reference = resource.writable[0].refers
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
    reader: Reader, resource: Resource, options: Mapping[str, Any], given: list[str]
) -> tuple[list[str], list[str] | None]:
    """The names of members, some of which are given by their aliases, and those of all where they had to be read."""
    members = members_of(resource)
    aliases = [name for name in given if not is_port_name(options["protocol"], name)]
    if not aliases:
        return given, None
    member = INITIATOR if members == INITIATOR.plural else TARGET
    records = [member.normalise(wire) for wire in read_list(reader, member.list_path({}), member.plural)]
    name_key = "initiator" if member is INITIATOR else "iqn"
    known = {record["alias"]: record[name_key] for record in records if record["alias"]}
    missing = [alias for alias in aliases if alias not in known]
    # What does not exist is in no group.
    if missing and options["membership"] != REMOVE:
        raise Absent(
            f"{member.title} {shown(missing)} does not exist",
            advice=f"create it with zfssa_{member.kind}, or use one of: {', '.join(sorted(known)) or 'there is none'}",
        )
    names = [known.get(name, name) for name in given if name not in missing]
    twice = repeated(names)
    if twice:
        raise InvalidInput(f"{members} names {shown(twice)} more than once", advice="leave out its alias, or its name")
    return sorted(names), [record[name_key] for record in records]


def _new_members(resource: Resource, plan: Plan) -> set[str]:
    before, after = (results[resource.kind] or {} for results in (plan.before, plan.after))
    return set(after.get(members_of(resource), ())) - set(before.get(members_of(resource), ()))
