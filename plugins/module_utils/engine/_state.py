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
from dataclasses import dataclass

from ..values._release import Release
from ..values._wire import Wire
from ._plan import Effect, Item
from ._read import Reader, State, items_of
from ._resource import Resource
from ._types import Identity, Record


@dataclass(frozen=True)
class _Known:
    """What an object is, or will be.

    Attributes:
        resource: its kind.
        record: its record, `None` when it will not exist.
        wire: the same as the appliance would give it.
    """

    resource: Resource
    record: Record | None
    wire: Wire


class Overlay(State):
    """What is read and what is planned, as one state.

    Args:
        reader: asks the appliance.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._answers: dict[str, Wire | None] = {}
        # By the path of an object.
        self._listed: dict[str, _Known] = {}
        self._lists: dict[str, list[str]] = {}
        self._planned: dict[str, _Known] = {}
        self._reserved: Counter[str] = Counter()

    @property
    def release_known(self) -> bool:
        return self._reader.release_known

    @property
    def release(self) -> Release:
        return self._reader.release

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        known = self._planned.get(path) or self._listed.get(path)
        if known is not None:
            return None if known.record is None else {known.resource.envelope or known.resource.kind: known.wire}
        if params:
            return self._reader.get(path, params)
        if path not in self._answers:
            self._answers[path] = self._reader.get(path)
        return self._with_planned(path, self._answers[path])

    def found(self, resource: Resource, identity: Identity) -> tuple[Record | None, Wire]:
        path = resource.path(identity)
        if path not in self._planned:
            self._read(resource, identity, resource.list_path(identity))
        known = self._planned.get(path) or self._listed.get(path)
        return (known.record, known.wire) if known else (None, {})

    def records(self, resource: Resource, scope: Mapping[str, str]) -> list[Record]:
        place = resource.place(scope)
        self._read(resource, scope, place)
        there = [self._listed[path].record for path in self._lists[place] if path not in self._planned]
        return [record for record in [*there, *(one.record for one in self._in(place))] if record is not None]

    def reserved(self, path: str) -> int:
        return self._reserved[path]

    def apply_prediction(self, plan: Item) -> None:
        """Take what a plan will have done for what there is from now on."""
        for effect in plan.effects:
            self._take(effect)

    def _take(self, effect: Effect) -> None:
        resource, before, after = effect.resource, effect.before, effect.after
        wire: Wire = {}
        if before is not None:
            path = resource.path(resource.identity_of(before))
            known = self._planned.get(path) or self._listed.get(path)
            wire = known.wire if known else {}
            self._planned[path] = _Known(resource, None, resource.as_wire(before, self.release))
        if after is not None:
            told = {**wire, **resource.as_wire(after, self.release)}
            self._planned[resource.path(resource.identity_of(after))] = _Known(resource, after, told)
        taken = Counter(resource.reserves(after) if after else {})
        taken.subtract(resource.reserves(before) if before else {})
        # What is given back counts only when the appliance says so: snapshots may hold it.
        self._reserved.update({path: number for path, number in taken.items() if number > 0})

    # Lists

    def _read(self, resource: Resource, scope: Mapping[str, str], place: str) -> None:
        """Read the list of a place, once."""
        if place in self._lists:
            return
        if place not in self._answers:
            self._answers[place] = self._reader.get(place)
        body = self._answers[place]
        names = {option: scope[option] for option in resource.scope if option in scope}
        self._lists[place] = []
        for wire in items_of(body, *resource.list_keys, path=place) if body is not None else ():
            record = resource.normalise(wire, names)
            path = resource.path(resource.identity_of(record))
            self._listed[path] = _Known(resource, record, wire)
            self._lists[place].append(path)

    def _in(self, place: str) -> list[_Known]:
        """What is planned for a list."""
        return [
            one
            for one in self._planned.values()
            if place in (one.resource.everywhere, one.resource.list_path(one.wire | (one.record or {})))
        ]

    def _with_planned(self, place: str, body: Wire | None) -> Wire | None:
        """An answer with what is planned for the list that it has."""
        planned = self._in(place)
        if not planned:
            return body
        resource = planned[0].resource
        wires = [] if body is None else items_of(body, *resource.list_keys, path=place)
        names = {_naming(one.resource, one.wire) for one in planned}
        there = [
            wire for wire in wires if _naming(resource, {**_scope_in(resource, place, planned), **wire}) not in names
        ]
        return {resource.plural: there + [one.wire for one in planned if one.record is not None]}


def _naming(resource: Resource, wire: Wire) -> tuple[str, ...]:
    """What tells an object of a list from all others."""
    return tuple(str(wire.get(key)) for key in (*resource.scope, resource.wire_key))


def _scope_in(resource: Resource, place: str, planned: list[_Known]) -> Wire:
    """The names of the place of a list; items may lack them. Those of all places have them."""
    if place == resource.everywhere:
        return {}
    return {option: planned[0].wire[option] for option in resource.scope}
