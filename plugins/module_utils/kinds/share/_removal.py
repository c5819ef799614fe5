# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How what is in a pool is destroyed, with all that would be destroyed together with it."""

from __future__ import annotations

from dataclasses import replace

from ...engine._kind import Found, Request
from ...engine._plan import Item
from ...engine._planner import plan_absent
from ...engine._read import Reader
from ...engine._relations import Precondition
from ...engine._resource import Resource
from ...engine._types import Pages
from ..lun._removed_clone import clones_among, removed_with_snapshot
from ..lun._table import LUN
from ..replication._replicated import read_replications
from ..snapshot._dependent_clones import (
    DoomedSnapshots,
    read_snapshots,
    refuse_held,
    refuse_protected,
    refuse_protected_clones,
)
from ._dependents import Dependent, read_dependents


def plan_removal(reader: Reader, resource: Resource, request: Request, found: Found, idle: Precondition) -> Item:
    """Plan that an object is destroyed.

    Args:
        reader: asks the appliance.
        resource: its table.
        request: what the task asks.
        found: the object, which exists.
        idle: what must hold of its replication.

    Raises:
        PlanRefused: it has dependents that the user has not allowed, or that the appliance protects.
    """

    def confirm(pages: Pages) -> None:
        _judged(pages, resource, request, found, confirm=confirm)

    plan, dependents = _judged(reader, resource, request, found, confirm=confirm)
    steps = (replace(step, preconditions=(*step.preconditions, idle)) for step in plan.steps)
    plan = replace(plan, steps=tuple(steps))
    if "project" in resource.scope:
        return plan
    # What the LUNs of a project were made from may be elsewhere.
    place = {"pool": found.identity["pool"], "project": found.identity["name"]}
    luns = [LUN.normalise(one.wire, place) for one in dependents if one.is_lun]
    return removed_with_snapshot(plan, reader, clones_among(luns, found.identity))


def _judged(
    pages: Pages, resource: Resource, request: Request, found: Found, *, confirm: Precondition
) -> tuple[Item, list[Dependent]]:
    """Plan that it is destroyed; refuse it for dependents that the user has not allowed, or that the appliance protects.

    Returns:
        The plan, and what goes with it.
    """
    identity = found.identity
    label, path, pool = resource.label(identity), resource.path(identity), identity["pool"]
    is_share = "project" in resource.scope
    project, share = (identity["project"], identity["name"]) if is_share else (identity["name"], None)
    dependents = read_dependents(pages, resource, identity)
    replications = read_replications(pages, pool, project, share)
    shares = [path] if is_share else [one.path for one in dependents if not one.is_snapshot]
    snapshots = read_snapshots(pages, pool, shares, None if is_share else path) if dependents else DoomedSnapshots()
    # Those in the same project are named already.
    clones = [f"clone {clone}" for clone in snapshots.clones if clone.path not in shares]
    destroyed = [*dependents, *clones, *replications]
    plan = plan_absent(
        resource,
        identity,
        found.record,
        destroyed,
        allowed=request.allowed,
        removed_with="zfssa_replication" if destroyed == replications else "",
        confirm=confirm,
    )
    refuse_protected(label, dependents)
    refuse_held(label, snapshots.held)
    refuse_protected_clones(label, snapshots.clones)
    return plan, dependents
