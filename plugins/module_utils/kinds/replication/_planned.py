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
# What an action sends, as the appliance calls it.
_KEYS = ("pool", "project", "share")


def read_actions(pages: Pages) -> list[Wire]:
    """Read all actions as the appliance gives them, or will give them after what is planned so far."""
    if is_planning(pages):
        return pages.kept(_Actions).brought_up(pages).all
    return read_list(pages, ACTIONS, "actions")


def read_actions_of(pages: Pages, pool: str, project: str, *shares: str | None) -> list[Wire]:
    """Read the actions of a project as `read_actions` does. Others may be among them, and none of the project is missing.

    Args:
        shares: those that matter, `None` for the project as a whole; nothing when all do.
    """
    if is_planning(pages):
        return pages.kept(_Actions).brought_up(pages).of(pool, project, shares)
    return read_actions(pages)


class _Actions:
    """The actions after what is planned so far, by what they send."""

    def __init__(self) -> None:
        # By pool and project, and by the share in it; and those of which nobody can tell.
        self._known: dict[tuple[str, ...], dict[str | None, list[Wire]]] = {}
        self._odd: list[Wire] = []
        self._is_read = False
        self._counted = 0

    @property
    def all(self) -> list[Wire]:
        """All of them."""
        return [*self._odd, *(wire for shares in self._known.values() for wires in shares.values() for wire in wires)]

    def of(self, pool: str, project: str, shares: tuple[str | None, ...]) -> list[Wire]:
        """Those of a project, and of some of its shares, and those that may be."""
        known = self._known.get((pool, project), {})
        return [*self._odd, *(wire for share in shares or known for wire in known.get(share, ()))]

    def brought_up(self, state: State) -> _Actions:
        """The same with all that is planned by now."""
        if not self._is_read:
            for wire in read_list(state, ACTIONS, "actions"):
                self._add(wire)
            self._is_read = True
        for effect in state.effects[self._counted :]:
            if effect.resource.collection == NOTED_ACTIONS:
                self._take(effect, state.release)
            elif effect.resource is LUN or effect.resource is PROJECT:
                self._carry(effect)
        self._counted = len(state.effects)
        return self

    def _add(self, wire: Wire) -> None:
        names = [wire.get(key) for key in _KEYS]
        if all(isinstance(name, str) for name in names[:2]) and isinstance(names[2], str | None):
            pool, project, share = map(str, names)
            self._known.setdefault((pool, project), {}).setdefault(share if names[2] else None, []).append(wire)
        else:
            self._odd.append(wire)

    def _take(self, effect: Effect, release: Release) -> None:
        """Let an action be made, changed or removed."""
        before, after = effect.before, effect.after
        old: Wire = {"state": after["state"]} if after else {}
        if before is not None:
            wires = self._known.get((before["pool"], before["project"]), {}).get(before["lun"], [])
            for wire in [one for one in wires if one.get("id") == before["id"]]:
                wires.remove(wire)
                old = wire
        if after is not None:
            self._add({**old, **_as_wire(effect.resource, after, release)})

    def _carry(self, effect: Effect) -> None:
        """Let actions come and go with the project or LUN that they send."""
        if effect.before is None or (effect.after and _names(effect, effect.before) == _names(effect, effect.after)):
            return
        names = _names(effect, effect.before)
        if effect.resource is LUN:
            wires = self._known.get(tuple(names[:2]), {}).pop(names[2], [])
        else:
            wires = [wire for held in self._known.pop(tuple(names), {}).values() for wire in held]
            gone = [wire for wire in self._odd if [wire.get(key) for key in _KEYS[:2]] == names]
            self._odd = [wire for wire in self._odd if wire not in gone]
            wires += gone
        if effect.after is not None:
            there = dict(zip(_KEYS, _names(effect, effect.after), strict=False))
            for wire in wires:
                self._add({**wire, **there})


def _as_wire(resource: Resource, action: Record, release: Release) -> Wire:
    """An action as the appliance would give it, as far as it is known."""
    names = {key: action[key] for key in ("pool", "project", "target", "target_pool")}
    # What sends a whole project has no such key.
    share = {} if action["lun"] is None else {"share": action["lun"]}
    return {**resource.as_wire(action, release), **names, **share}


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
