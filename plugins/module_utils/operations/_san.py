# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Initiators, targets and their groups: each there as wanted, or not there; API reference 9."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from .._apply import apply
from .._client import Client
from .._errors import InvalidArgument, InvalidInput, PlanRefused
from .._membership import ADD, EXACT, REMOVE, apply_among_others, members_after
from .._names import segment, shown
from .._plan import Plan, Results, plan_absent, plan_present, unchanged
from .._read import Reader, read, read_list, unwrap
from .._resource import Identity, Record, Resource
from ..resources._lun import LUN
from ..resources._san import (
    INITIATOR,
    INITIATOR_GROUPS,
    ISCSI,
    PROTOCOLS,
    TARGET,
    TARGET_GROUPS,
    is_port_name,
)

LUNS = "/api/storage/v1/luns"
ON_CREATE, ALWAYS = "on_create", "always"
CHAP = "chap"

PORT_RULES = {"required_if": [("update_secret", ALWAYS, ["chap_secret"])]}
# So many names stand in a message at the most.


def port_spec(resource: Resource) -> dict[str, Any]:
    """The options of the module for initiators or for targets."""
    return {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        resource.key: {"type": "str", "required": True},
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
    return {"required_if": [("membership", way, [_members(resource)]) for way in (ADD, REMOVE)]}


# Initiators and targets


def plan_initiator(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for the options of zfssa_initiator.

    Raises:
        InvalidInput: an option can never be right, or something is missing to make it.
        PlanRefused: a group has the initiator that is to be removed.
    """
    identity = INITIATOR.identity(options)
    wanted = INITIATOR.wanted(options)
    current = read(reader, INITIATOR, identity)
    if options.get("state") == "absent":
        if current is not None:
            _refuse_member(reader, INITIATOR_GROUPS[ISCSI], INITIATOR.label(identity), identity["initiator"])
        return plan_absent(INITIATOR, identity, current, ())
    if current is None and bool(wanted.get("chap_user")) != bool(wanted.get("chap_secret")):
        raise _missing(INITIATOR.label(identity), "chap_user" if wanted.get("chap_secret") else "chap_secret")
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
        if current is not None:
            _refuse_member(reader, TARGET_GROUPS[ISCSI], label, current["iqn"])
        return plan_absent(TARGET, identity, current, ())
    _require_chap(label, current, wanted)
    if current is None and "iqn" in wanted:
        _refuse_taken(reader, wanted["iqn"])
    return plan_present(TARGET, identity, current, wanted, always=_secrets_to_send(options))


def _secrets_to_send(options: Mapping[str, Any]) -> tuple[str, ...]:
    return ("chap_secret",) if options.get("update_secret") == ALWAYS else ()


def _missing(label: str, option: str) -> InvalidInput:
    return InvalidInput(f"{label} cannot have CHAP without {option}", advice="add it")


def _require_chap(label: str, current: Record | None, wanted: Record) -> None:
    """Refuse a target that asks for CHAP and has nothing to prove it with."""
    before = current or {"auth": "none", "chap_user": ""}
    after = {**before, **wanted}
    if after["auth"] != CHAP:
        return
    if not after["chap_user"]:
        raise _missing(label, "chap_user")
    # What has a user has a secret, too, though the appliance does not tell it.
    if not before["chap_user"] and not wanted.get("chap_secret"):
        raise _missing(label, "chap_secret")


def _read_target(reader: Reader, identity: Identity) -> Record | None:
    try:
        return read(reader, TARGET, identity)
    except InvalidArgument:
        # Some releases answer so to an alias that nothing has (API reference 9.3); the list tells.
        records = [TARGET.normalise(wire) for wire in read_list(reader, TARGET.list_path(identity), TARGET.plural)]
        return next((record for record in records if record["alias"] == identity["alias"]), None)


def _refuse_taken(reader: Reader, iqn: str) -> None:
    """Refuse to make a target under the IQN of another one."""
    body = reader.get(f"{TARGET.list_path({})}/{segment(iqn)}")
    if body is not None:
        other = TARGET.normalise(unwrap(body, TARGET.kind))
        raise PlanRefused(
            f"iqn {iqn} belongs to the target whose alias is {other['alias']!r}",
            advice="choose another iqn, or give that alias",
        )


def _refuse_member(reader: Reader, groups: Resource, label: str, name: str) -> None:
    """Refuse to remove what is a member of a group."""
    found = [group["name"] for group in _groups(reader, groups, ISCSI) if name in group[_members(groups)]]
    if found:
        raise PlanRefused(
            f"{label} is a member of {groups.title} {shown(found)}",
            advice=f"take it out of there first, with zfssa_{groups.title.replace(' ', '_')} and membership=remove",
        )


# Groups


def plan_initiator_group(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for the options of zfssa_initiator_group.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: LUNs use the group, and it would be removed or lose its last initiator.
    """
    resource = INITIATOR_GROUPS[options["protocol"]]
    return _plan_group(resource, reader, options, resource.wanted(options))


def plan_target_group(reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for the options of zfssa_target_group; aliases of targets become their names.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: a target does not exist or belongs to another group; LUNs use the group, and it would be removed or
            lose its last target.
    """
    resource = TARGET_GROUPS[options["protocol"]]
    identity = resource.identity(options)
    wanted = resource.wanted(options)
    if "targets" in wanted and options["state"] == "present":
        wanted["targets"] = _without_aliases(reader, options, wanted["targets"])
    plan = _plan_group(resource, reader, options, wanted)
    new = _new_members(resource, plan)
    for group in _groups(reader, resource, options["protocol"]) if new else ():
        taken = sorted(new.intersection(group["targets"]))
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


def _plan_group(resource: Resource, reader: Reader, options: Mapping[str, Any], wanted: Record) -> Plan:
    identity, members, way = resource.identity(options), _members(resource), options["membership"]
    if options["state"] == "absent" and way != EXACT:
        raise InvalidInput(
            f"membership={way} does not go with state=absent, which removes the whole group",
            advice="leave out the one or the other",
        )
    current = read(reader, resource, identity)
    label = resource.label(identity)
    if options["state"] == "absent":
        if current is not None:
            _refuse_in_use(reader, resource, identity, f"{label} is in use")
        return plan_absent(resource, identity, current, ())
    if current is None and way == REMOVE:
        return unchanged({resource.kind: None})
    present = current[members] if current is not None else []
    if members in wanted:
        wanted = {members: members_after(way, present, wanted[members])}
    plan = plan_present(resource, identity, current, wanted)
    if present and not plan.after[resource.kind][members]:
        _refuse_in_use(reader, resource, identity, f"{label} would be left without {members}, and is in use")
    new = tuple(sorted(_new_members(resource, plan)))
    return replace(plan, references=tuple((reference, new) for reference, _all in plan.references if new))


def _without_aliases(reader: Reader, options: Mapping[str, Any], targets: list[str]) -> list[str]:
    """The names of targets, some of which are given by their aliases."""
    aliases = [name for name in targets if not is_port_name(options["protocol"], name)]
    if not aliases:
        return targets
    records = [TARGET.normalise(wire) for wire in read_list(reader, TARGET.list_path({}), TARGET.plural)]
    known = {record["alias"]: record["iqn"] for record in records if record["alias"]}
    missing = [alias for alias in aliases if alias not in known]
    # What does not exist is in no group.
    if missing and options["membership"] != REMOVE:
        raise PlanRefused(
            f"target {shown(missing)} does not exist",
            advice=f"create it with zfssa_target, or use one of: {', '.join(sorted(known)) or 'there is none'}",
        )
    names = [known.get(name, name) for name in targets if name not in missing]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(f"targets names {shown(twice)} more than once", advice="leave out its alias, or its name")
    return sorted(names)


def _members(resource: Resource) -> str:
    """The option that has the members of a group."""
    return resource.writable[0].option


def _new_members(resource: Resource, plan: Plan) -> set[str]:
    before, after = (results[resource.kind] or {} for results in (plan.before, plan.after))
    return set(after.get(_members(resource), ())) - set(before.get(_members(resource), ()))


def _groups(reader: Reader, resource: Resource, protocol: str) -> list[Record]:
    names = {"protocol": protocol}
    return [resource.normalise(wire, names) for wire in read_list(reader, resource.list_path(names), resource.plural)]


def _refuse_in_use(reader: Reader, resource: Resource, identity: Identity, what: str) -> None:
    """Refuse what would take a group from LUNs that use it."""
    option = "initiator_groups" if _members(resource) == "initiators" else "target_group"
    users = []
    for lun in (LUN.normalise(wire) for wire in read_list(reader, LUNS, LUN.plural)):
        # A LUN has several groups of initiators, and one of targets.
        groups = [lun[option]] if isinstance(lun[option], str) else lun[option] or []
        if identity["name"] in groups:
            users.append(LUN.label(lun))
    if users:
        raise PlanRefused(
            f"{what} by {shown(users)}",
            advice=f"give {'it' if len(users) == 1 else 'them'} another {resource.title} first, with {option} of zfssa_lun",
        )
