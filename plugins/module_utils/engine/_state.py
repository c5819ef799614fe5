# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the appliance has, overlaid with what a plan has made of it so far: what the next item of the plan is planned on.

Each list is read once. It is for planning only: while a plan is made, the appliance is taken to stand still.

What is in an object comes and goes with it: the LUNs of a project that is removed are gone, and the snapshots of a LUN that gets
another name are found under that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from ..values._names import CUSTOM_PREFIX
from ..values._release import Release
from ..values._wire import Wire
from ._plan import Item
from ._read import Effect, Kept, Reader, State, items_of
from ._resource import Resource
from ._shifts import Place, Shift, Shifts, Tree
from ._types import Identity, Record


@dataclass(frozen=True)
class _Known:
    """What an object is, or will be.

    Attributes:
        resource: its kind.
        record: its record, `None` when it will not exist.
        wire: the same as the appliance would give it.
        touched: whether something is planned by which it changes, its names included.
    """

    resource: Resource
    record: Record | None
    wire: Wire
    touched: bool = False


@dataclass(eq=False)
class _Listed:
    """An object that a list of the appliance has.

    Attributes:
        path: where it is after what is planned, `None` when it has gone with what it was in.
        known: what it is.
    """

    path: str | None
    known: _Known


class Overlay(State):
    """What is read and what is planned, as one state.

    Args:
        reader: asks the appliance.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        # By the path at which the appliance has it now.
        self._answers: dict[str, Wire | None] = {}
        # By the path that an object has after what is planned; the lists that hold them are whole.
        self._listed: dict[str, _Listed] = {}
        self._lists: dict[str, list[_Listed]] = {}
        self._planned: dict[str, _Known] = {}
        # Planned objects by the lists that they are in.
        self._in_list: dict[str, dict[str, _Known]] = {}
        # Answers with what is planned for them, by the paths of their lists, for as long as nothing else is planned there.
        self._completed: dict[str, Wire] = {}
        # All these paths.
        self._tree = Tree()
        self._shifts = Shifts()
        self._effects: list[Effect] = []
        # By the table of what they are about: the paths at which something has come, changed or gone, as often as it has.
        self._changes: dict[int, list[str]] = {}
        self._kept: dict[Callable[[], Any], Any] = {}
        # The paths of what has its name by an item that renames or moves.
        self._given: set[str] = set()
        # The paths of all in which something comes, changes or goes.
        self._stirred: set[str] = set()

    @property
    def release_known(self) -> bool:
        return self._reader.release_known

    @property
    def release(self) -> Release:
        return self._reader.release

    @property
    def now(self) -> datetime:
        return self._reader.now

    @property
    def effects(self) -> Sequence[Effect]:
        return self._effects

    def kept(self, make: Callable[[], Kept]) -> Kept:
        if make not in self._kept:
            self._kept[make] = make()
        found: Kept = self._kept[make]
        return found

    def changes(self, resource: Resource) -> Sequence[str]:
        self._read(resource, {}, resource.place({}))
        return self._changes.setdefault(id(resource), [])

    def is_given(self, path: str) -> bool:
        return path in self._given

    def at(self, path: str) -> tuple[Record | None, Wire]:
        known = self._known(path)
        return (known.record, known.wire) if known else (None, {})

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Wire | None:
        known = self._known(path)
        if known is not None:
            return None if known.record is None else {known.resource.envelope or known.resource.kind: known.wire}
        there = self._shifts.back(Place(path, ()))
        if params:
            return self._reader.get(there.path, params) if there else None
        return self._with_planned(path, self._answer(there))

    def found(self, resource: Resource, identity: Identity) -> tuple[Record | None, Wire]:
        path = resource.path(identity)
        if path not in self._planned:
            self._read(resource, identity, resource.list_path(identity))
        return self.at(path)

    def records(self, resource: Resource, scope: Mapping[str, str]) -> list[Record]:
        return [known.record for known in self._all(resource, scope) if known.record is not None]

    def wires(self, resource: Resource, scope: Mapping[str, str]) -> list[Wire]:
        return [known.wire for known in self._all(resource, scope)]

    def _all(self, resource: Resource, scope: Mapping[str, str]) -> list[_Known]:
        """All objects of a list: those that nothing is planned for, and those that are planned."""
        place = resource.place(scope)
        self._read(resource, scope, place)
        there = [one.known for one in self._lists[place] if one.path and one.path not in self._planned]
        return [known for known in (*there, *self._in_list.get(place, {}).values()) if known.record is not None]

    def is_touched(self, resource: Resource, record: Record) -> bool:
        """Whether an object changes by what is planned so far."""
        known = self._known(resource.path(resource.identity_of(record))) if self._effects else None
        return known is not None and known.touched

    def _known(self, path: str) -> _Known | None:
        if path in self._planned:
            return self._planned[path]
        return self._listed[path].known if path in self._listed else None

    def is_stirred(self, path: str) -> bool:
        """Whether something in the object at a path comes, changes or goes by what is planned so far."""
        return path in self._stirred

    # What is planned

    def give(self, resource: Resource, record: Record) -> None:
        """Note that an item has given an object its name, or would have if it had not got it before."""
        self._given.add(_place_of(resource, record).path)

    def apply_prediction(self, plan: Item) -> None:
        """Take what a plan will have done for what there is from now on."""
        for effect in plan.effects:
            self._take(effect)
        self._effects.extend(plan.effects)

    def _take(self, effect: Effect) -> None:
        resource, before, after = effect.resource, effect.before, effect.after
        old, new = (None if one is None else _place_of(resource, one) for one in (before, after))
        known = self._known(old.path) if old else None
        for place in filter(None, (old, new)):
            self._stirred.update(map(str, PurePosixPath(place.path).parents))
        if before is not None and old is not None:
            self._plan(old.path, _Known(resource, None, resource.as_wire(before, self.release), touched=True))
        if (old and old.path) != (new and new.path):
            self._shift(Shift(old, new))
            self._shift_elsewhere(resource, before, after)
        if after is not None and new is not None:
            wire = {
                **_without_unsure(resource, after, known.wire if known else {}),
                **resource.as_wire(after, self.release),
            }
            self._plan(new.path, _Known(resource, after, wire, touched=True))

    def _changed(self, path: str, known: _Known) -> None:
        self._changes.setdefault(id(known.resource), []).append(path)

    def _plan(self, path: str, known: _Known) -> None:
        self._changed(path, known)
        self._planned[path] = known
        self._tree.add(path)
        for place in _lists_of(known):
            self._in_list.setdefault(place, {})[path] = known
            self._completed.pop(place, None)

    def _forget(self, path: str) -> _Known:
        """Take something planned out of all that knows it."""
        known = self._planned.pop(path)
        self._changed(path, known)
        for place in _lists_of(known):
            self._in_list[place].pop(path, None)
            self._completed.pop(place, None)
        return known

    def _shift(self, shift: Shift) -> None:
        """Let all that is known of what is in an object come and go with it."""
        self._shifts.append(shift)
        if shift.old is None:
            # Nothing was in what has come.
            return
        self._completed.clear()
        inside = self._tree.take_out(shift.old.path)
        planned = [(path, self._forget(path)) for path in inside if path in self._planned]
        listed = [self._listed.pop(path) for path in inside if path in self._listed]
        lists = [(path, self._lists.pop(path)) for path in inside if path in self._lists]
        for path, known in planned:
            there = _moved(known, path, shift.forward, self.release)
            if there is not None:
                self._plan(*there)
        for one in listed:
            there = _moved(one.known, str(one.path), shift.forward, self.release)
            self._changed(str(one.path), one.known)
            one.path = None
            if there is not None:
                self._list(one, *there)
        for path, held in lists:
            place = shift.forward(Place(path, ()))
            if place is not None:
                self._lists[place.path] = held
                self._tree.add(place.path)

    def _list(self, one: _Listed, path: str, known: _Known) -> None:
        """Put what a list has to where it is."""
        one.path, one.known = path, known
        self._changed(path, known)
        self._listed[path] = one
        self._tree.add(path)

    def _shift_elsewhere(self, resource: Resource, before: Record | None, after: Record | None) -> None:
        """Let what older releases have of an object under another path come and go with it, too."""
        if resource.older_move is None or self.release.has("move_by_lun_path"):
            return
        old, new = (None if one is None else _older_place_of(resource, one, self.release) for one in (before, after))
        self._shift(Shift(old, new))

    # Lists

    def _answer(self, there: Place | None) -> Wire | None:
        """What the appliance answers, asked once; `None` for what is nowhere by now."""
        if there is None:
            return None
        if there.path not in self._answers:
            self._answers[there.path] = self._reader.get(there.path)
        return self._answers[there.path]

    def _read(self, resource: Resource, scope: Mapping[str, str], place: str) -> None:
        """Read the list of a place, once."""
        if place in self._lists:
            return
        told = [option for option in resource.scope if option in scope]
        there = self._shifts.back(Place(place, tuple(scope[option] for option in told)))
        body = self._answer(there)
        names = dict(zip(told, there.names, strict=True)) if there else {}
        self._lists[place] = []
        self._tree.add(place)
        for wire in items_of(body, *resource.list_keys, path=place) if body is not None else ():
            record = resource.normalise(wire, names)
            path = resource.path(resource.identity_of(record))
            known = _moved(_Known(resource, record, wire), path, self._shifts.forward, self.release)
            if known is not None:
                # What several lists have is one object.
                one = self._listed.get(known[0]) or _Listed(*known)
                self._list(one, *known)
                self._lists[place].append(one)

    def _with_planned(self, place: str, body: Wire | None) -> Wire | None:
        """An answer with what is planned for the list that it has."""
        planned = list(self._in_list.get(place, {}).values())
        if planned and place not in self._completed:
            self._completed[place] = self._merged(place, body, planned)
        return self._completed[place] if planned else body

    def _merged(self, place: str, body: Wire | None, planned: list[_Known]) -> Wire:
        resource = planned[0].resource
        wires = [] if body is None else items_of(body, *resource.list_keys, path=place)
        names = {_naming(one.resource, one.wire) for one in planned}
        there = [
            wire for wire in wires if _naming(resource, {**_scope_in(resource, place, planned), **wire}) not in names
        ]
        return {resource.plural: there + [one.wire for one in planned if one.record is not None]}


def _place_of(resource: Resource, record: Record) -> Place:
    identity = resource.identity_of(record)
    return Place(resource.path(identity), tuple(identity.values()))


def _older_place_of(resource: Resource, record: Record, release: Release) -> Place:
    identity = resource.identity_of(record)
    return Place(resource.move_path(identity, release), tuple(identity.values()))


def _lists_of(known: _Known) -> set[str]:
    """The paths of the lists that have an object."""
    names = {**known.wire, **(known.record or {})}
    return {known.resource.everywhere, known.resource.list_path(names)} - {""}


def _moved(
    known: _Known, path: str, forward: Callable[[Place], Place | None], release: Release
) -> tuple[str, _Known] | None:
    """An object with its path after what becomes of those that it is in; `None` when it goes with one of them."""
    resource = known.resource
    here = Place(path, tuple(str((known.record or known.wire).get(option)) for option in resource.scope))
    there = forward(here)
    if there is None or there == here:
        return None if there is None else (path, known)
    names = dict(zip(resource.scope, there.names, strict=True))
    record = (
        None
        if known.record is None
        else {**known.record, **names, **resource.unsure(_naming_options(resource), release)}
    )
    unsure = set() if record is None else _unsure(resource, record)
    wire = {key: value for key, value in known.wire.items() if key not in unsure}
    return there.path, _Known(resource, record, {**wire, **names}, touched=True)


def _naming_options(resource: Resource) -> tuple[str, ...]:
    return (*resource.scope, resource.key)


def _without_unsure(resource: Resource, record: Record, wire: Wire) -> Wire:
    """What the appliance gave of an object, without what only it will know."""
    unsure = _unsure(resource, record)
    return {key: value for key, value in wire.items() if key not in unsure and not key.startswith(CUSTOM_PREFIX)}


def _unsure(resource: Resource, record: Record) -> set[str]:
    """How the appliance calls the properties of which only it will know the values."""
    return {
        name
        for prop in resource.properties
        if record.get(prop.option) is None
        for name in (prop.wire, prop.formerly, *prop.older)
    }


def _naming(resource: Resource, wire: Wire) -> tuple[str, ...]:
    """What tells an object of a list from all others."""
    return tuple(str(wire.get(key)) for key in (*resource.scope, resource.wire_key))


def _scope_in(resource: Resource, place: str, planned: list[_Known]) -> Wire:
    """The names of the place of a list; items may lack them. Those of all places have them."""
    if place == resource.everywhere:
        return {}
    return {option: planned[0].wire[option] for option in resource.scope}
