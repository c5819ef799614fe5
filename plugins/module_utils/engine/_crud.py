# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules for a single object do: read it, and plan that it is there as wanted, or not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..kinds.lun._thin import warned
from ..kinds.replication._replicated import NotReplicated, NoUpdateRunning, read_replications
from ..kinds.replication._table import Scope
from ..kinds.snapshot._clone_from_snapshot import plan_clone, require_origin, source_of
from ..kinds.snapshot._dependent_clones import (
    Snapshots,
    read_snapshots,
    refuse_held,
    refuse_protected,
    refuse_protected_clones,
)
from ..values._errors import InvalidInput, PlanRefused
from ..values._names import check_name
from ..values._release import Release
from ..values._wire import clear, told_amount
from ._inheritance_on_move import inherited_elsewhere, keeping_wanted
from ._parents import require_project
from ._plan import Plan, all_allowed
from ._planner import is_same, plan_absent, plan_present, plan_rename
from ._predicted import spelled_out
from ._read import Pages, Reader, read, read_dependents, read_wire, require_pool
from ._relations import Premise
from ._resource import Identity, Record, Resource, Wire

# What the user may permit explicitly.
_PERMISSIONS = ("allow_shrink", "force")


def object_spec(resource: Resource) -> dict[str, Any]:
    """The options that all modules for a single object have, and those of its properties."""
    return {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **{option: {"type": "str", "required": True} for option in (*resource.scope, "name")},
        "new_name": {"type": "str"},
        "force": {"type": "bool", "default": False},
        **resource.argument_spec(),
    }


def plan_object(resource: Resource, reader: Reader, options: Mapping[str, Any]) -> Plan:
    """Plan for the options of a module: `state`, names, `new_name`, `new_project`, properties, permissions.

    Raises:
        InvalidInput: an option can never be right.
        PlanRefused: the change is not possible or not safe as things stand.
    """
    identity = resource.identity(options)
    wanted = resource.wanted(options)
    allowed = {name: bool(options.get(name)) for name in _PERMISSIONS}
    goal = _goal(resource, identity, options)
    source = source_of(options)
    wire = read_wire(reader, resource, identity)
    current = None if wire is None else resource.normalise(wire, identity)
    if options.get("state") == "absent":
        if goal != identity:
            raise InvalidInput("new_name and new_project do not go with state=absent", advice="leave them out")
        return _plan_absent(resource, reader, identity, current, allowed)
    if goal != identity:
        identity, current = _find(resource, reader, identity, goal, current)
    wanted = spelled_out(reader, wanted, current)
    if source is not None and current is not None:
        require_origin(resource.label(identity), current, source)
    if current is not None and identity != goal:
        return _plan_renamed(resource, reader, (identity, goal), current, wire or {}, wanted, allowed)
    if source is not None and current is None:
        return plan_clone(reader, identity, source, wanted)
    parent = _parent(reader, resource, identity) if current is None else None
    plan = plan_present(resource, identity, current, wanted, parent=parent, allowed=allowed, release=reader.release)
    return warned(plan, reader, _available(wire) if wire else clear((parent or {}).get("space_available")))


def _available(wire: Wire) -> int | None:
    return told_amount(wire, "space_available")


def _plan_renamed(
    resource: Resource,
    reader: Reader,
    names: tuple[Identity, Identity],
    current: Record,
    wire: Wire,
    wanted: Record,
    allowed: Mapping[str, bool],
) -> Plan:
    """Plan that an object gets its values, and other names after that.

    Args:
        names: before and after.
        wire: as the appliance gives it under the names before.
    """
    identity, goal = names
    moved = goal.get("project") != identity.get("project")
    project = require_project(reader, goal["pool"], goal["project"]) if moved else None
    plan = plan_present(resource, identity, current, wanted, allowed=allowed, release=reader.release)
    plan = warned(plan, reader, _available(wire))
    if project is None:
        return plan_rename(plan, resource, identity, goal, reader.release)
    to_move = (
        NotReplicated(identity["pool"], identity["project"], identity["name"]),
        _idle(resource, identity, reader.release),
    )
    plan = plan_rename(plan, resource, identity, goal, reader.release, to_move=to_move)
    # What is sent before the move is the LUN's own from then on.
    own = resource.differences(current, wanted)
    elsewhere = inherited_elsewhere(wire, current, project)
    elsewhere = {option: value for option, value in elsewhere.items() if option not in own}
    return keeping_wanted(plan, goal, elsewhere, wanted, reader.release)


def _plan_absent(
    resource: Resource, reader: Reader, identity: Identity, current: Record | None, allowed: Mapping[str, bool]
) -> Plan:
    if current is None:
        require_pool(reader, identity["pool"])
        return plan_absent(resource, identity, None, (), confirm=all_allowed)

    def judge(pages: Pages) -> Plan:
        return _plan_removal(resource, pages, identity, current, allowed, confirm=confirm)

    def confirm(pages: Pages) -> None:
        judge(pages)

    plan = judge(reader)
    idle = _idle(resource, identity, reader.release)
    return replace(plan, steps=tuple(replace(step, premises=(*step.premises, idle)) for step in plan.steps))


def _idle(resource: Resource, identity: Identity, release: Release) -> NoUpdateRunning:
    """What must hold of replication so that an object can be destroyed or moved."""
    if "project" not in resource.scope:
        return NoUpdateRunning(identity["pool"], identity["name"])
    scope = Scope(identity["pool"], identity["project"], identity["name"])
    return NoUpdateRunning(scope.pool, scope.project, scope.lun, scope.inheritance_path(release))


def _plan_removal(
    resource: Resource,
    reader: Pages,
    identity: Identity,
    current: Record,
    allowed: Mapping[str, bool],
    *,
    confirm: Premise,
) -> Plan:
    """Plan that an object goes, unless something dies with it that the user has not given up, or the appliance protects."""
    label, path, pool = resource.label(identity), resource.path(identity), identity["pool"]
    of_lun = "project" in resource.scope
    project, lun = (identity["project"], identity["name"]) if of_lun else (identity["name"], None)
    dependents = read_dependents(reader, resource, identity)
    replications = read_replications(reader, pool, project, lun)
    shares = [path] if of_lun else [one.path for one in dependents if not one.is_snapshot]
    snapshots = read_snapshots(reader, pool, shares, None if of_lun else path) if dependents else Snapshots()
    # Those in the same project are named already.
    clones = [f"clone {clone}" for clone in snapshots.clones if clone.path not in shares]
    dying = [*dependents, *clones, *replications]
    removed_with = "zfssa_replication" if dying == replications else ""
    plan = plan_absent(resource, identity, current, dying, allowed=allowed, removed_with=removed_with, confirm=confirm)
    refuse_protected(label, dependents)
    refuse_held(label, snapshots.held)
    refuse_protected_clones(label, snapshots.clones)
    return plan


def _goal(resource: Resource, identity: Identity, options: Mapping[str, Any]) -> Identity:
    """The names that the object shall have in the end."""
    goal = dict(identity)
    for new, option in (("new_project", "project"), ("new_name", "name")):
        if options.get(new) is not None:
            goal[option] = check_name(new, str(options[new]))
    return {option: goal[option] for option in (*resource.scope, "name")}


def _find(
    resource: Resource, reader: Reader, identity: Identity, goal: Identity, current: Record | None
) -> tuple[Identity, Record | None]:
    """Find an object that is to get other names: under the old ones, the new ones, or on the way between them.

    Raises:
        PlanRefused: a name that it is to get belongs to another object.
    """
    scope = resource.scope[-1]
    # It is moved first and renamed then; a run that broke off in between leaves it here.
    between = {**identity, scope: goal[scope]}
    names = [goal] if between in (identity, goal) else [between, goal]
    found = [(there, record) for there in names if (record := read(reader, resource, there)) is not None]
    if current is None:
        return found[0] if found else (goal, None)
    if found and is_same(current, found[0][1]):
        # Somebody else has done it between the two reads.
        return found[0]
    if found:
        raise PlanRefused(
            f"{resource.label(identity)} cannot become {resource.label(goal)}: there is a {resource.label(found[0][0])}",
            advice="choose another name, or remove the one that is not wanted",
        )
    return identity, current


def _parent(reader: Reader, resource: Resource, identity: Identity) -> Record | None:
    """The record of what a new object is to be made in.

    Raises:
        PlanRefused: that does not exist; the message names what does.
    """
    if "project" in resource.scope:
        return require_project(reader, identity["pool"], identity["project"])
    require_pool(reader, identity["pool"])
    return None
