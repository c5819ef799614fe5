# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way an action goes: what is sent to which peer, and whether there is an action for it; API reference 10.2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...engine._plan import Key
from ...engine._read import Reader, is_planning, names_in, read, read_list
from ...engine._resource import Resource
from ...engine._types import Identity, Record
from ...values._errors import Absent, InvalidInput, PlanRefused
from ...values._names import check_name
from ...values._wire import Wanted, Wire, clear, fits, found_by, label_of, text
from ..lun._table import LUN
from ..project._lookup import explain_missing_project, explain_missing_share
from ..project._table import PROJECT
from ._planned import read_actions_of
from ._scope import TARGETS, Scope, known_as
from ._table import ACTION, PEER, record_of

# How its module is named, without `zfssa_`.
KIND = "replication"


@dataclass(frozen=True)
class Route:
    """What goes where: the identity of an action.

    Attributes:
        scope: what is sent.
        peer: the replication target, as the appliance gives it.
        target_pool: the pool there; `None` when any will do.
    """

    scope: Scope
    peer: Wire
    target_pool: str | None

    @property
    def label(self) -> str:
        """What messages call it: `replication of LUN tank/proj-a/lun-a to west`."""
        return f"replication of {self.scope.label} to {self.peer.get('label')}"

    def key(self, action: Record | None) -> Key:
        """Which item of a plan is about its action: always the same, whether the task gives the pool there or not.

        Args:
            action: its record, `None` when it does not exist.
        """
        pool = clear((action or {}).get("target_pool")) or self.target_pool
        there = str(self.peer.get("label"))
        return key_of(self.scope, f"{there}/{pool}" if pool else there)

    def taken_by(self, wire: Wire) -> bool:
        """Whether an action goes this way."""
        return fits(wire, self.wanted)

    @property
    def wanted(self) -> Wanted:
        """What an action has that goes this way."""
        there: Wanted = {"target_pool": (self.target_pool,)} if self.target_pool is not None else {}
        return {**self.scope.wanted, "target": known_as(self.peer), **there}

    def record(self, wire: Wire) -> Record:
        """The record of an action that goes this way; the peer by its label."""
        return {**record_of(ACTION, wire), "target": str(self.peer.get("label"))}


def key_of(scope: Scope, name: str) -> Key:
    """Which item of a plan is about the replication of something, by what tells it from others of the same."""
    place = (scope.pool, scope.project) if scope.lun is None else (scope.pool, scope.project, scope.lun)
    return Key(KIND, place, name)


def scope_of(options: Mapping[str, Any]) -> Scope:
    """The checked names of what is sent."""
    lun = options.get("lun")
    return Scope(
        check_name("pool", options["pool"]),
        check_name("project", options["project"]),
        None if lun is None else check_name("lun", lun),
    )


def find_route(reader: Reader, options: Mapping[str, Any]) -> Route:
    """Find the peer that `target` names.

    Raises:
        InvalidInput: a name is none.
        PlanRefused: no such peer is registered.
    """
    scope = scope_of(options)
    if not str(options["target"]).strip():
        raise InvalidInput("target is empty", advice="give the label of the peer").about("target")
    if options.get("target_pool") is not None:
        check_name("target_pool", options["target_pool"])
    targets = read_list(reader, TARGETS, "targets")
    for key in ("label", "asn", "hostname"):
        for target in targets:
            if target.get(key) == options["target"]:
                text(target, "label", label_of(target, PEER.title))
                return Route(scope, target, options.get("target_pool"))
    labels = names_in(targets, "label")
    raise Absent(
        f"{options['target']} is not registered as a replication target",
        advice=f"register it with zfssa_replication_target, or use one of the registered labels: {labels}",
    ).about("target")


def find_action(reader: Reader, route: Route) -> Record | None:
    """Read the action that goes a way, `None` when there is none.

    Raises:
        PlanRefused: several go that way.
    """
    scope = route.scope
    sent = read_actions_of(reader, scope.pool, scope.project, scope.lun)
    found = found_by(sent, route.wanted, ACTION.title)
    if len(found) > 1:
        pools = ", ".join(str(wire.get("target_pool")) for wire in found)
        raise PlanRefused(
            f"there are {len(found)} actions for the {route.label}, into the pools {pools}",
            advice="choose one with target_pool",
        ).about("target_pool")
    return route.record(found[0]) if found else None


def require_sent(reader: Reader, scope: Scope) -> str:
    """Find out that what is to be sent is there.

    Returns:
        Its path.

    Raises:
        PlanRefused: it does not exist; the message names those that do.
    """
    if scope.lun is None:
        project = {"pool": scope.pool, "name": scope.project}
        if not _is_there(reader, PROJECT, project):
            raise explain_missing_project(reader, scope.pool, scope.project).about("project")
        return PROJECT.path(project)
    lun = {"pool": scope.pool, "project": scope.project, "name": scope.lun}
    if not _is_there(reader, LUN, lun):
        raise explain_missing_share(reader, "lun", scope.pool, scope.project, scope.lun).about("lun")
    return LUN.path(lun)


def _is_there(reader: Reader, resource: Resource, identity: Identity) -> bool:
    # In a plan for several objects, one list tells it of all.
    found = read(reader, resource, identity) if is_planning(reader) else reader.get(resource.path(identity))
    return found is not None
