# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`zfssa_replication`: the source side of a replication; API reference 10.2 and 10.3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ...engine._operation import Operation
from ...engine._outcome import Seen
from ...engine._plan import Item, Step, all_allowed, unchanged
from ...engine._planner import plan_changes, plan_removal
from ...engine._read import Reader, items_in, names_in, read_list
from ...engine._types import Pages, Record, Results
from ...values._errors import NO_SUCH_METHOD, Absent, ApplianceError, InvalidInput, NotUnderstood, PlanRefused
from ...values._names import check_name
from ...values._release import Release
from ...values._wire import Wanted, Wire, fits, found_by, label_of, text
from ..lun._table import LUN
from ..pool._pools import require_pool
from ..project._lookup import explain_missing_project, explain_missing_share
from ..project._table import PROJECT
from ._replicated import NotReplicated, NoUpdateRunning, refuse_running
from ._schedules import (
    SCHEDULES,
    additions,
    keeping_schedules,
    read_schedules,
    records_of,
    removals,
    wanted_schedules,
)
from ._scope import ACTIONS, IDLE, TARGETS, Scope, action_path, inherited_flag, known_as, told_inherited
from ._table import ACTION, PEER, record_of


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
        raise InvalidInput("target is empty", advice="give the label of the peer")
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
    )


def find_action(reader: Reader, route: Route) -> Record | None:
    """Read the action that goes a way, `None` when there is none.

    Raises:
        PlanRefused: several go that way.
    """
    found = found_by(read_list(reader, ACTIONS, "actions"), route.wanted, ACTION.title)
    if len(found) > 1:
        pools = ", ".join(str(wire.get("target_pool")) for wire in found)
        raise PlanRefused(
            f"there are {len(found)} actions for the {route.label}, into the pools {pools}",
            advice="choose one with target_pool",
        )
    return route.record(found[0]) if found else None


def plan_replication(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan the action with its schedules and, where the user gave `inherited`, the LUN's flag.

    A LUN has either an action or the flag: the flag is switched off before the one is made, and on after it is removed.
    """
    wanted = ACTION.wanted(options)
    schedules = wanted_schedules(options.get("schedules"))
    if schedules and wanted.get("continuous"):
        raise InvalidInput(
            "a continuous action has no schedules, and the task asks for both",
            advice="leave out continuous or schedules",
        )
    scope_of(options)
    if options.get("target") is None:
        if options.get("inherited") is None:
            raise InvalidInput("the task asks for nothing", advice="give target, the label of the peer, or inherited")
        return _plan_flag_alone(reader, options)
    route = find_route(reader, options)
    current = find_action(reader, route)
    if current is not None and not current["id"]:
        raise NotUnderstood(f"the appliance does not report the id of the {route.label}")
    removed = current["id"] if current and options["state"] == "absent" else ""
    flag = _plan_flag(reader, options, removed)
    inherits = options.get("inherited") is not False
    if options["state"] == "absent":
        if current is None:
            require_pool(reader, route.scope.pool)
        path = action_path(current["id"]) if current else ""
        action = plan_removal(ACTION, path, route.label, current, verb="remove", confirm=all_allowed)
        idle = partial(_refuse_running, current, route.label)
        return replace(
            flag,
            steps=(*(replace(step, preconditions=(idle,)) for step in action.steps), *flag.steps),
            before={**flag.before, **action.before},
            after={**flag.after, **action.after},
        )
    elif current is None:
        action = _with_new_schedules(_plan_new_action(reader, route, wanted, inherits=inherits), route, schedules)
    else:
        action = _plan_update(reader, route, current, wanted, schedules)
    return Item(flag.steps + action.steps, {**flag.before, **action.before}, {**flag.after, **action.after})


def _refuse_running(action: Record | None, label: str, _pages: Pages) -> None:
    """Refuse to remove an action whose update is running; a precondition where the appliance itself decides."""
    if action is not None and action["state"] not in (None, "", IDLE):
        refuse_running(label)


def _plan_update(reader: Reader, route: Route, current: Record, wanted: Record, schedules: list[Record] | None) -> Item:
    changes = ACTION.differences(current, wanted)

    def planned(current: Record) -> Item:
        path, read = action_path(current["id"]), _action_results(route)
        return plan_changes(ACTION, path, route.label, current, changes, read, reader.release)

    if schedules is None and not changes.get("continuous"):
        return planned(current)
    wires = read_schedules(reader, current["id"])
    present = records_of(wires)
    if schedules is None and present:
        raise PlanRefused(
            f"the {route.label} has schedules, and a continuous action has none",
            advice="give schedules as an empty list to remove them, or leave out continuous",
        )
    if schedules and wanted.get("continuous", current["continuous"]):
        raise PlanRefused(
            f"the {route.label} is continuous, and a continuous action has no schedules",
            advice="set continuous to false, or leave out schedules",
        )
    if schedules is None:
        return planned(current)
    current = {**current, "schedules": present}
    plan = planned(current)
    steps = (
        *removals(route.label, current["id"], wires, schedules),
        *(keeping_schedules(step) for step in plan.steps),
        *additions(route.label, present, schedules),
    )
    return replace(plan, steps=steps, after={"action": {**plan.after["action"], "schedules": schedules}})


def _with_new_schedules(plan: Item, route: Route, schedules: list[Record] | None) -> Item:
    """Add to a plan that creates an action that it has schedules."""
    if schedules is None:
        return plan
    created = tuple(keeping_schedules(step, []) for step in plan.steps)
    after = {"action": {**plan.after["action"], "schedules": schedules}}
    return replace(plan, steps=created + additions(route.label, [], schedules), after=after)


def _plan_flag_alone(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan the flag of a LUN that no update reads at that moment."""
    plan, scope = _plan_flag(reader, options), scope_of(options)
    idle = NoUpdateRunning(scope.pool, scope.project, scope.lun, scope.inheritance_path(reader.release))
    return replace(plan, steps=tuple(replace(step, preconditions=(*step.preconditions, idle)) for step in plan.steps))


def _plan_flag(reader: Reader, options: Mapping[str, Any], removed: str = "") -> Item:
    """Plan the flag of a LUN; `removed` is the id of the action that the same task removes before."""
    wanted = options.get("inherited")
    if wanted is None:
        return unchanged({"action": None, "inherited": None})
    scope = scope_of(options)
    if scope.lun is None:
        raise InvalidInput("inherited needs lun, which is not given", advice="give lun, or leave it out")
    path = scope.inheritance_path(reader.release)
    current = read_inherited(reader, scope, reader.release)
    if current is None and reader.get(_path_of(scope)) is None:
        raise _explain_missing(reader, scope)
    before = {"action": None, "inherited": current}
    if current == wanted:
        return unchanged(before)
    step = Step(
        verb="switch on" if wanted else "switch off",
        label=f"inherited replication of {scope.label}",
        method="PUT",
        path=path,
        body={"inherited": wanted},
        outcome=Seen(
            probe=path,
            done=lambda body: inherited_flag(body, scope.label) == wanted,
            giving=lambda _body: {"inherited": wanted},
        ),
        preconditions=(NotReplicated(scope.pool, scope.project, scope.lun, removed),) if wanted else (),
    )
    return Item((step,), before, {**before, "inherited": wanted})


def read_inherited(pages: Pages, scope: Scope, release: Release, *, told: bool = False) -> Any:
    """Read whether a LUN takes part in the replication of its project.

    Args:
        told: whether it is for somebody who decides nothing.

    Returns:
        The flag; `None` when there is no such LUN, or the appliance can set the flag but not tell it.

    Raises:
        NotUnderstood: the appliance tells something else, and somebody decides on it.
    """
    try:
        body = pages.get(scope.inheritance_path(release))
        return told_inherited(body, scope.label) if told else inherited_flag(body, scope.label)
    except ApplianceError as error:
        if error.status in NO_SUCH_METHOD:
            return None
        raise


@dataclass(frozen=True)
class OnItsOwn:
    """A LUN takes no part in the replication of its project, so that it can have one of its own (API reference 10.3)."""

    scope: Scope
    release: Release

    def __call__(self, pages: Pages) -> None:
        if read_inherited(pages, self.scope, self.release):
            raise PlanRefused(
                f"{self.scope.label} takes part in the replication of its project, so it cannot have an action of its own",
                advice="set inherited to false in this task",
            )


def _plan_new_action(reader: Reader, route: Route, wanted: Record, *, inherits: bool) -> Item:
    scope, label = route.scope, str(route.peer.get("label"))
    names = {"pool": scope.pool, "project": scope.project}
    holder = _path_of(scope)
    if reader.get(holder) is None:
        raise _explain_missing(reader, scope)
    if route.target_pool is None:
        raise InvalidInput(f"to create the {route.label}, target_pool is missing", advice="give the pool there")
    if reader.release.has("contextual_actions"):
        path = f"{holder}/replication/actions"
        body: Wire = {"pool": route.target_pool, "target": label}
    else:
        path = ACTIONS
        share = {"share": scope.lun} if scope.lun is not None else {}
        body = {**names, **share, "target": label, "target_pool": route.target_pool}
    step = Step(
        verb="create",
        label=route.label,
        method="POST",
        path=path,
        body={**body, **ACTION.payload(wanted, reader.release, label=route.label)},
        outcome=Seen(
            probe=ACTIONS, done=lambda answer: _is_there(answer, route, wanted), giving=_action_results(route)
        ),
        preconditions=(OnItsOwn(scope, reader.release),) if scope.lun is not None and inherits else (),
    )
    after = ACTION.predict(
        None,
        {**names, "lun": scope.lun, "target": label, "target_pool": route.target_pool, **wanted},
        release=reader.release,
    )
    return Item((step,), {"action": None}, {"action": after})


def _explain_missing(reader: Reader, scope: Scope) -> PlanRefused:
    """Make the refusal for what is to be sent and does not exist, with the names of what does."""
    if scope.lun is None:
        return explain_missing_project(reader, scope.pool, scope.project)
    return explain_missing_share(reader, "lun", scope.pool, scope.project, scope.lun)


def _path_of(scope: Scope) -> str:
    if scope.lun is None:
        return PROJECT.path({"pool": scope.pool, "name": scope.project})
    return LUN.path({"pool": scope.pool, "project": scope.project, "name": scope.lun})


def _found(body: Wire | None, route: Route) -> Wire | None:
    """The action of a way in a list of all actions."""
    return next((wire for wire in items_in(body, "actions") if route.taken_by(wire)), None)


def _is_there(body: Wire | None, route: Route, wanted: Record) -> bool:
    """Whether a list of all actions has that of a way, with the wanted values."""
    wire = _found(body, route)
    return wire is not None and not ACTION.differences(route.record(wire), wanted)


def _action_results(route: Route) -> Callable[[Wire], Results | None]:
    """Results of an answer that has the action alone, or among all."""

    def results(body: Wire) -> Results | None:
        wire = body.get("action") or _found(body, route)
        return {"action": route.record(wire)} if isinstance(wire, dict) and wire.get("id") else None

    return results


_SPEC: dict[str, Any] = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "pool": {"type": "str", "required": True},
    "project": {"type": "str", "required": True},
    "lun": {"type": "str"},
    "target": {"type": "str"},
    "target_pool": {"type": "str"},
    "inherited": {"type": "bool"},
    **ACTION.argument_spec(),
    "schedules": SCHEDULES,
}
OPERATION = Operation(spec=_SPEC, plan=plan_replication, results=("action", "inherited"))
