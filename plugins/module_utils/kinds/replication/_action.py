# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How an action is made, changed and removed, with its schedules and the flag of its LUN; API reference 10.2 and 10.3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from ...engine._outcome import Seen
from ...engine._plan import Awaited, Item, Step, all_allowed
from ...engine._planner import plan_changes, plan_removal
from ...engine._read import Reader, items_in
from ...engine._types import Pages, Record, Results
from ...values._errors import InvalidInput, NotUnderstood, PlanRefused
from ...values._wire import Wire
from ..pool._pools import require_pool
from ._inherited import OnItsOwn, plan_flag, plan_flag_alone
from ._replicated import refuse_running
from ._route import Route, find_action, find_route, require_sent, scope_of
from ._schedules import additions, keeping_schedules, read_schedules, records_of, removals, wanted_schedules
from ._scope import ACTIONS, IDLE, action_path
from ._table import ACTION


def plan_replication(reader: Reader, options: Mapping[str, Any]) -> Item:
    """Plan the action with its schedules and, where the user gave `inherited`, the LUN's flag.

    A LUN has either an action or the flag: the flag is switched off before the one is made, and on after it is removed.
    """
    wanted = ACTION.wanted(options)
    schedules = _schedules_in(options)
    if schedules and wanted.get("continuous"):
        raise InvalidInput(
            "a continuous action has no schedules, and the task asks for both",
            advice="leave out continuous or schedules",
        ).about("schedules")
    scope_of(options)
    if options.get("target") is None:
        if options.get("inherited") is None:
            raise InvalidInput("the task asks for nothing", advice="give target, the label of the peer, or inherited")
        return plan_flag_alone(reader, options)
    route = find_route(reader, options)
    current = find_action(reader, route)
    if current is not None and not current["id"]:
        raise NotUnderstood(f"the appliance does not report the id of the {route.label}")
    key = route.key(current)
    if current is not None and isinstance(current["id"], Awaited):
        # An item before it makes the action, perhaps under another name of its LUN.
        raise InvalidInput(f"two items are about {key}", advice="combine them into one")
    if options["state"] == "absent":
        return replace(_plan_absent(reader, options, route, current), key=key)
    flag = plan_flag(reader, options, on_its_own=current is not None)
    if current is None:
        inherits = options.get("inherited") is not False
        action = _with_new_schedules(_plan_new_action(reader, route, wanted, inherits=inherits), route, schedules)
    else:
        action = _plan_update(reader, route, current, wanted, schedules)
    before, after = {**flag.before, **action.before}, {**flag.after, **action.after}
    return Item(flag.steps + action.steps, before, after, key=key)


def _schedules_in(options: Mapping[str, Any]) -> list[Record] | None:
    try:
        return wanted_schedules(options.get("schedules"))
    except InvalidInput as error:
        raise error.about("schedules") from None


def _plan_absent(reader: Reader, options: Mapping[str, Any], route: Route, current: Record | None) -> Item:
    flag = plan_flag(reader, options, current["id"] if current else "")
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
        ).about("continuous")
    if schedules and wanted.get("continuous", current["continuous"]):
        raise PlanRefused(
            f"the {route.label} is continuous, and a continuous action has no schedules",
            advice="set continuous to false, or leave out schedules",
        ).about("schedules")
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


def _plan_new_action(reader: Reader, route: Route, wanted: Record, *, inherits: bool) -> Item:
    scope, label = route.scope, str(route.peer.get("label"))
    names = {"pool": scope.pool, "project": scope.project}
    holder = require_sent(reader, scope)
    if route.target_pool is None:
        raise InvalidInput(f"to create the {route.label}, target_pool is missing", advice="give the pool there").about(
            "target_pool"
        )
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
