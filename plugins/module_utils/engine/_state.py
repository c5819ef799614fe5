# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the appliance has, overlaid with what a plan has made of it so far: what the next item of the plan is planned on.

Each list is read once. It is for planning only: while a plan is made, the appliance is taken to stand still.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ..values._release import Release
from ..values._wire import Wire
from ._plan import Plan
from ._read import Reader, State, read_list
from ._resource import Resource
from ._types import Identity, Record

# The wire objects of a list by their names, each with its record.
_Listed = dict[str, tuple[Record, Wire]]


class Overlay(State):
    """What is read and what is planned, as one state.

    Args:
        reader: asks the appliance.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._answers: dict[str, Wire | None] = {}
        self._lists: dict[str, _Listed] = {}
        # By the path of the list, then by name: the record that is planned, or that there will be none.
        self._planned: dict[str, dict[str, Record | None]] = {}
        self._paths: dict[str, Wire | None] = {}
        self._reserved: Counter[str] = Counter()

    @property
    def release_known(self) -> bool:
        return self._reader.release_known

    @property
    def release(self) -> Release:
        return self._reader.release

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        if path in self._paths:
            return self._paths[path]
        if params:
            return self._reader.get(path, params)
        if path not in self._answers:
            self._answers[path] = self._reader.get(path)
        return self._answers[path]

    def found(self, resource: Resource, identity: Identity) -> tuple[Record | None, Wire]:
        path, name = resource.list_path(identity), identity[resource.key]
        planned = self._planned.get(path, {})
        if name in planned:
            return planned[name], {}
        record, wire = self._listed(resource, identity, path).get(name, (None, {}))
        return record, wire

    def records(self, resource: Resource, scope: Mapping[str, str]) -> list[Record]:
        path = resource.place(scope)
        listed = [record for record, _wire in self._listed(resource, scope, path).values()]
        gone = {list_path: names for list_path, names in self._planned.items()}
        found = [one for one in listed if str(one[resource.key]) not in gone.get(resource.list_path(one), {})]
        for list_path, names in self._planned.items():
            found.extend(
                record
                for record in names.values()
                if record is not None and self._is_in(resource, record, list_path, path)
            )
        return found

    @staticmethod
    def _is_in(resource: Resource, record: Record, list_path: str, path: str) -> bool:
        """Whether a planned record is one of a kind, and in the list of a place."""
        if any(option not in record for option in (*resource.scope, resource.key)):
            return False
        return resource.list_path(record) == list_path and path in (list_path, resource.everywhere)

    def planned(self, path: str) -> Mapping[str, Record | None]:
        return self._planned.get(path, {})

    def reserved(self, path: str) -> int:
        return self._reserved[path]

    def _listed(self, resource: Resource, scope: Mapping[str, str], path: str) -> _Listed:
        """The objects of a list, which is read once."""
        if path not in self._lists:
            names = {option: scope[option] for option in resource.scope if option in scope}
            wires = read_list(self, path, *resource.list_keys)
            pairs = [(resource.normalise(wire, names), wire) for wire in wires]
            # On the whole appliance names are unique with their place only.
            key = "/".join if path == resource.everywhere else (lambda parts: parts[-1])
            self._lists[path] = {
                key(list(resource.identity_of(record).values())): (record, wire) for record, wire in pairs
            }
        return self._lists[path]

    # What a plan makes of it

    def apply_prediction(self, plan: Plan) -> None:
        """Take what a plan will have done for what there is from now on."""
        for effect in plan.effects:
            resource, before, after = effect.resource, effect.before, effect.after
            if before is not None:
                self._put(resource, before, None)
            if after is not None:
                self._put(resource, after, after)
            taken = Counter(resource.reserves(after) if after else {})
            taken.subtract(resource.reserves(before) if before else {})
            # What is given back counts only when the appliance says so: snapshots may hold it.
            self._reserved.update({path: number for path, number in taken.items() if number > 0})

    def _put(self, resource: Resource, names: Record, record: Record | None) -> None:
        self._planned.setdefault(resource.list_path(names), {})[str(names[resource.key])] = record
        body: Any = None if record is None else {resource.envelope or resource.kind: resource.as_wire(record)}
        self._paths[resource.path(resource.identity_of(names))] = body
