# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks do with replication actions, the source side of a replication; API reference 10.2 and 10.3."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ...engine._export import options_of
from ...engine._kind import Kind
from ...engine._operation import Operation, Options
from ...engine._plan import Awaited, Item
from ...engine._read import Reader, State, read, read_all, read_list
from ...engine._types import Identity, Pages, Record, Results
from ...values._errors import ZfssaError
from ...values._names import check_name, folded
from ...values._types import Flag
from ...values._wire import Wire, clear, found_by, is_clear
from ..lun._table import LUN
from ._action import plan_replication
from ._noted import effects_on_replication
from ._planned import read_actions, read_actions_of
from ._route import KIND, find_route, scope_of
from ._schedules import SCHEDULES, as_options, wanted_schedules, words_for
from ._scope import TARGETS, peer_label
from ._table import ACTION

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

_NAMES = ("pool", "project", "lun", "target", "target_pool")


class Replication(Kind):
    """Actions, known by what they send where; and the flag of a LUN, which has either an action or the flag."""

    def spec(self) -> dict[str, Any]:
        return _SPEC

    def operation(self) -> Operation:
        return replace(super().operation(), results=("action", "inherited"))

    def plan(self, reader: Reader, options: Options) -> Item:
        plan = plan_replication(reader, options)
        return replace(plan, effects=effects_on_replication(scope_of(options), plan))

    # What documents need to know of it

    def names_of(self, options: Options) -> tuple[tuple[str, ...], tuple[str, ...]]:
        names = [str(options.get(option)) for option in ("pool", "project")]
        names += [str(options.get(option) or "") for option in ("lun", "target", "target_pool")]
        here = tuple(map(folded, names))
        return here, here

    def check(self, options: Options) -> None:
        scope_of(options)
        ACTION.wanted(options)
        wanted_schedules(options.get("schedules"))

    def listed_as(self, reader: Reader, options: Options) -> set[tuple[str, ...]]:
        """The names of the actions that options list: the target may be given by its ASN, and the pool there left out."""
        try:
            route = None if options.get("target") is None else find_route(reader, options)
        except ZfssaError:
            # The item itself is refused for that.
            return set()
        if route is None:
            return set()
        scope, label = route.scope, str(route.peer.get("label"))
        sent = read_actions_of(reader, scope.pool, scope.project, scope.lun)
        found = [wire for wire in sent if route.taken_by(wire)]
        return {self.names_of({**_names_in(wire), "target": label})[0] for wire in found}

    def found_in(self, reader: Pages, projects: Iterable[tuple[str, str]]) -> list[Identity]:
        """Name the actions of projects and of the LUNs in them; those of filesystems have no module."""
        found: list[Identity] = []
        targets: list[Wire] = []
        for pool, project in projects:
            place = {"pool": pool, "project": project}
            wanted = {option: (name,) for option, name in place.items()}
            wires = found_by(read_actions_of(reader, pool, project), wanted, ACTION.title, every=True)
            named = [names for wire in wires if (names := _names_in(wire)) and names["target"]]
            targets = targets or (read_list(reader, TARGETS, "targets") if named else [])
            luns = (
                {one["name"] for one in read_all(reader, LUN, place)} if any(names["lun"] for names in named) else set()
            )
            found += [
                {**names, "target": peer_label(targets, names["target"])}
                for names in named
                if not names["lun"] or names["lun"] in luns
            ]
        return found

    def records_in(self, before: Results, after: Results, options: Options) -> tuple[Record | None, Record | None]:
        """The action with the flag of its LUN; where an item is about no action, what it says of the flag alone."""
        actions = [results.get("action") for results in (before, after)]
        flags = [results.get("inherited") for results in (before, after)]
        if any(actions):
            old, new = ({**one, "inherited": flag} if one else None for one, flag in zip(actions, flags, strict=True))
            return old, new
        if flags == [None, None]:
            return None, None
        names = {option: options.get(option) for option in ("pool", "project", "lun")}
        return {**names, "inherited": flags[0]}, {**names, "inherited": flags[1]}

    def still_holds(self, state: State, item: Item, options: Options) -> bool:
        """Whether the action is there in the end, or is not; and where an item is about the flag alone, whether the LUN is."""
        scope, action = scope_of(options), item.after.get("action")
        if action is not None:
            ident = action["id"] or (item.key and Awaited.of(item.key, "action", "id"))
            return any(wire.get("id") == ident for wire in read_actions(state))
        if options.get("target") is not None:
            route = find_route(state, options)
            return not any(
                route.taken_by(wire) for wire in read_actions_of(state, scope.pool, scope.project, scope.lun)
            )
        return read(state, LUN, {"pool": scope.pool, "project": scope.project, "name": str(scope.lun)}) is not None

    def title_of(self, record: Record) -> str:
        """What the line of a plan calls it: `replication tank/db/redo-1 -> west`, the pool there where it is another one."""
        sent = "/".join(str(record[option]) for option in ("pool", "project", "lun") if record.get(option))
        title = f"{KIND} {sent}"
        if record.get("target"):
            title += f" -> {record['target']}"
            there = clear(record.get("target_pool"))
            title += f"/{there}" if there and there != record.get("pool") else ""
        return title

    def traits_of(self, record: Record, options: Options) -> list[str]:
        flag = options.get("inherited")
        traits = super().traits_of(record, options) + ([] if flag is None else [f"inherited {str(flag).lower()}"])
        return [*traits, f"schedules {words_for(record['schedules'])}"] if record.get("schedules") else traits

    def more_changes(self, before: Record, after: Record) -> list[str]:
        told = []
        was, will = (clear(one.get("schedules")) for one in (before, after))
        if was != will and was is not None and will is not None:
            told.append(f"schedules {words_for(was)} -> {words_for(will)}")
        flags = [Flag().told(clear(one.get("inherited"))) for one in (before, after)]
        if flags[0] != flags[1]:
            told.append(f"inherited {' -> '.join(flags)}")
        return told

    def export(self, records: list[Record]) -> list[Record]:
        """The options that make actions; those with a name that no task can give are left out.

        Args:
            records: actions of projects and LUNs, with their schedules and with the label of the peer.
        """
        return [_exported(record) for record in records if _is_nameable(record)]


def _names_in(wire: Wire) -> Identity:
    """The names of an action, as the appliance has them; none where one of them is not clear."""
    record = ACTION.told(wire)
    if not all(is_clear(record[option]) for option in _NAMES):
        return {}
    return {option: record[option] for option in _NAMES}


def _is_nameable(record: Record) -> bool:
    if not all(is_clear(record[option]) for option in _NAMES):
        return False
    try:
        scope_of(record)
        if record["target_pool"]:
            check_name("target_pool", record["target_pool"])
    except ZfssaError:
        return False
    return bool((record["target"] or "").strip())


def _exported(record: Record) -> Record:
    names = {option: record[option] for option in _NAMES if record[option]}
    # What says whether a LUN takes part in the replication of its project is not read: with an action of its own it does not.
    alone: Record = {} if record["lun"] is None else {"inherited": False}
    settings = {option: value for option, value in options_of(ACTION, record).items() if option != ACTION.key}
    schedules = as_options(clear(record["schedules"]))
    told: Record = {} if schedules is None else {"schedules": schedules}
    return {**names, **alone, **settings, **told}


REPLICATION = Replication(ACTION, name=KIND)
