# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan for several objects has made of replication so far.

Neither an action nor the flag of a LUN is found below what it is of: the list of actions is one for the whole appliance. So both
are followed through the plan by the names of their project and LUN, which may be renamed or removed in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ...engine._plan import Awaited, Item
from ...engine._read import Effect, effects_of, is_planning, read_list
from ...engine._resource import Property, Resource
from ...engine._types import Pages, Record
from ...values._release import Release
from ...values._types import Flag
from ...values._wire import Wire
from ..lun._table import LUN
from ..project._table import PROJECT
from ._table import ACTION, ACTIONS, Scope

# What effects are noted under. No appliance has these places, so that nobody finds them but those who ask here.
_NOTED_ACTION = replace(ACTION, collection="actions of the plan")
_NOTED_FLAG = Resource(
    kind="flag",
    plural="flags",
    title="inherited replication",
    collection="flags of the plan/{pool}/{project}",
    scope=("pool", "project"),
    key="lun",
    wire_key="lun",
    properties=(Property("inherited", "inherited", Flag()),),
)


def effects_on_replication(scope: Scope, plan: Item) -> tuple[Effect, ...]:
    """What becomes of an action, and of the flag of its LUN, by a plan; for what is planned after it."""
    if not plan.changed:
        return ()
    found = []
    before, after = plan.before["action"], plan.after["action"]
    if after is not None and before is None and plan.key is not None:
        after = {**after, "id": Awaited.of(plan.key, "action", "id")}
    if before is not None or after is not None:
        found.append(Effect(_NOTED_ACTION, before, after))
    if plan.before["inherited"] != plan.after["inherited"]:
        names = {"pool": scope.pool, "project": scope.project, "lun": scope.lun}
        flags = ({**names, "inherited": results["inherited"]} for results in (plan.before, plan.after))
        found.append(Effect(_NOTED_FLAG, *flags))
    return tuple(found)


def read_actions(pages: Pages) -> list[Wire]:
    """Read all actions as the appliance gives them, or will give them after what is planned so far."""
    wires = read_list(pages, ACTIONS, "actions")
    if not is_planning(pages):
        return wires
    for effect in effects_of(pages):
        if effect.resource is _NOTED_ACTION:
            wires = _with_action(wires, effect, pages.release)
        elif effect.resource is LUN or effect.resource is PROJECT:
            wires = [there for wire in wires if (there := _carried(wire, effect)) is not None]
    return wires


def _with_action(wires: list[Wire], effect: Effect, release: Release) -> list[Wire]:
    """The actions after one is made, changed or removed."""
    before, after = effect.before, effect.after
    old = [wire for wire in wires if before is not None and wire.get("id") == before["id"]]
    others = [wire for wire in wires if wire not in old]
    if after is None:
        return others
    return [*others, {**(old[0] if old else {"state": after["state"]}), **_as_wire(after, release)}]


def _as_wire(action: Record, release: Release) -> Wire:
    """An action as the appliance would give it, as far as it is known."""
    names = {key: action[key] for key in ("pool", "project", "target", "target_pool")}
    # What sends a whole project has no such key.
    share = {} if action["lun"] is None else {"share": action["lun"]}
    return {**ACTION.as_wire(action, release), **names, **share}


def _carried(action: Wire, effect: Effect) -> Wire | None:
    """An action after what becomes of a project or LUN; `None` when it goes with it."""
    keys = ("pool", "project", "share") if effect.resource is LUN else ("pool", "project")
    if effect.before is None or [action.get(key) for key in keys] != _names(effect, effect.before):
        return action
    return None if effect.after is None else {**action, **dict(zip(keys, _names(effect, effect.after), strict=True))}


def _names(effect: Effect, record: Record) -> list[str]:
    """The names of a project, or of a LUN with its project."""
    return list(effect.resource.identity_of(record).values())


# The flag of a LUN


@dataclass(frozen=True)
class _Known:
    """A flag that the plan tells; `None` of a LUN that it has removed."""

    inherited: bool | None


def read_flag(pages: Pages, scope: Scope, path: str) -> Wire | None:
    """Read whether a share takes part in the replication of its project, as it will be after what is planned so far.

    Args:
        scope: the share.
        path: where its flag is.

    Returns:
        The answer, as the appliance gives it; `None` when there is no such share.
    """
    known = _planned_flag(pages, scope)
    if known is None:
        return pages.get(path)
    return None if known.inherited is None else {"inherited": known.inherited}


def _planned_flag(pages: Pages, scope: Scope) -> _Known | None:
    """The flag of a LUN as the plan tells it; `None` where it does not, so that it is as it was."""
    names = [scope.pool, scope.project, str(scope.lun)]
    for effect in reversed(effects_of(pages)):
        before, after = effect.before, effect.after
        if not any(effect.resource is one for one in (_NOTED_FLAG, LUN, PROJECT)):
            continue
        if after is not None and names[: len(_names(effect, after))] == _names(effect, after):
            if effect.resource is _NOTED_FLAG:
                return _Known(after["inherited"])
            if before is None:
                # A new LUN takes part by itself; in a new project there is none that the plan has not made.
                return _Known(True if effect.resource is LUN else None)
            names[: len(_names(effect, before))] = _names(effect, before)
        elif before is not None and names[: len(_names(effect, before))] == _names(effect, before):
            return _Known(None)
    return None
