# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plan for several objects has made of replication so far.

Neither an action nor the flag of a LUN is found below what it is of: the list of actions is one for the whole appliance. So both
are followed through the plan by the names of their project and LUN, which may be renamed or removed in it. Each effect of the
plan is looked at once.
"""

from __future__ import annotations

from ...engine._read import Effect, State, is_planning, read_list
from ...engine._resource import Resource
from ...engine._types import Pages, Record
from ...values._release import Release
from ...values._wire import Wire
from ..lun._table import LUN
from ..project._table import PROJECT
from ._scope import ACTIONS, Scope

# What effects are noted under. No appliance has these places, so that nobody finds them but those who ask here.
NOTED_ACTIONS = "actions of the plan"
NOTED_FLAGS = "flags of the plan/{pool}/{project}"


def read_actions(pages: Pages) -> list[Wire]:
    """Read all actions as the appliance gives them, or will give them after what is planned so far."""
    if is_planning(pages):
        return pages.kept(_Actions).brought_up(pages)
    return read_list(pages, ACTIONS, "actions")


class _Actions:
    """The actions after what is planned so far."""

    def __init__(self) -> None:
        self._wires: list[Wire] | None = None
        self._counted = 0

    def brought_up(self, state: State) -> list[Wire]:
        """All of them after all that is planned by now."""
        if self._wires is None:
            self._wires = read_list(state, ACTIONS, "actions")
        wires = self._wires
        for effect in state.effects[self._counted :]:
            if effect.resource.collection == NOTED_ACTIONS:
                wires = _with_action(wires, effect, state.release)
            elif effect.resource is LUN or effect.resource is PROJECT:
                wires = [there for wire in wires if (there := _carried(wire, effect)) is not None]
        self._wires, self._counted = wires, len(state.effects)
        return wires


def _with_action(wires: list[Wire], effect: Effect, release: Release) -> list[Wire]:
    """The actions after one is made, changed or removed."""
    before, after = effect.before, effect.after
    old = [wire for wire in wires if before is not None and wire.get("id") == before["id"]]
    others = [wire for wire in wires if wire not in old]
    if after is None:
        return others
    return [*others, {**(old[0] if old else {"state": after["state"]}), **_as_wire(effect.resource, after, release)}]


def _as_wire(resource: Resource, action: Record, release: Release) -> Wire:
    """An action as the appliance would give it, as far as it is known."""
    names = {key: action[key] for key in ("pool", "project", "target", "target_pool")}
    # What sends a whole project has no such key.
    share = {} if action["lun"] is None else {"share": action["lun"]}
    return {**resource.as_wire(action, release), **names, **share}


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


def read_flag(pages: Pages, scope: Scope, path: str) -> Wire | None:
    """Read whether a share takes part in the replication of its project, as it will be after what is planned so far.

    Args:
        scope: the share.
        path: where its flag is.

    Returns:
        The answer, as the appliance gives it; `None` when there is no such share.
    """
    known = pages.kept(_Flags).brought_up(pages).of(scope) if is_planning(pages) else None
    return pages.get(path) if known is None else {"inherited": known}


class _Flags:
    """The flags that a plan tells so far; of all others the appliance tells, where they were before it."""

    def __init__(self) -> None:
        # By pool and project, and by the LUN in it.
        self._known: dict[tuple[str, ...], dict[str, bool]] = {}
        self._counted = 0

    def of(self, scope: Scope) -> bool | None:
        """The flag of a LUN, `None` where the plan does not tell it."""
        return self._known.get((scope.pool, scope.project), {}).get(str(scope.lun))

    def brought_up(self, state: State) -> _Flags:
        """The same with all that is planned by now."""
        for effect in state.effects[self._counted :]:
            if effect.resource.collection == NOTED_FLAGS and effect.after is not None:
                self._set(_names(effect, effect.after), effect.after["inherited"])
            elif effect.resource is LUN:
                self._carry_lun(effect)
            elif effect.resource is PROJECT:
                self._carry_project(effect)
        self._counted = len(state.effects)
        return self

    def _set(self, names: list[str], inherited: bool | None) -> None:
        *place, lun = names
        flags = self._known.setdefault(tuple(place), {})
        flags.pop(lun, None)
        if inherited is not None:
            flags[lun] = inherited

    def _carry_lun(self, effect: Effect) -> None:
        # A new LUN takes part by itself.
        inherited: bool | None = True
        if effect.before is not None:
            *place, lun = _names(effect, effect.before)
            inherited = self._known.get(tuple(place), {}).pop(lun, None)
        if effect.after is not None:
            self._set(_names(effect, effect.after), inherited)

    def _carry_project(self, effect: Effect) -> None:
        known = {} if effect.before is None else self._known.pop(tuple(_names(effect, effect.before)), {})
        if effect.after is not None:
            self._known[tuple(_names(effect, effect.after))] = known
