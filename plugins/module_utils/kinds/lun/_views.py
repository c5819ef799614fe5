# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs as hosts see them, in the order of their LU numbers, and kept so while a plan is made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...engine._read import Effect, State, is_planning, read_wires
from ...engine._resource import Resource
from ...engine._types import Pages, Record
from ...values._types import Misread, Whole
from ...values._wire import Wire, clear
from ..pool._pools import STORAGE
from ..san._protocols import EVERYTHING, MASKED

LUNS = f"{STORAGE}/luns"
Names = tuple[str, str, str]


def lu_numbers(wire: Wire) -> dict[str, int]:
    """The LU number in each initiator group to which the LUN is presented.

    The appliance gives two lists that are aligned by position, or two scalars (API reference 5.2 and 12.1).

    Raises:
        ValueError: it gives something else.
    """
    given, numbers = wire.get("initiatorgroup", []), wire.get("assignednumber")
    groups = [given] if isinstance(given, str) else given
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise Misread("initiatorgroup")
    numbers = numbers if isinstance(numbers, list) else [numbers] * len(groups)
    found = {}
    for group, number in zip(groups, numbers, strict=False):
        # Where nobody sees the LUN the number is -1, or there is none.
        taken = None if number in (-1, "-1") else _number(number, "assignednumber")
        if group and group != MASKED and taken is not None:
            found[group] = taken
    return found


def lu_setting(wire: Wire) -> int | None:
    """The LU number that somebody has set, `None` when the appliance chooses.

    Raises:
        ValueError: it is neither a number nor a word for that.
    """
    name = next((name for name in ("lunumber", "lunnumber") if name in wire), "")
    return None if wire.get(name) in (None, "", "auto", -1, "-1") else _number(wire[name], name)


def _number(value: Any, key: str) -> int | None:
    try:
        number: int | None = Whole().from_wire(value)
    except ValueError:
        raise Misread(key) from None
    return number


@dataclass(frozen=True)
class View:
    """A LUN as hosts see it.

    Attributes:
        label: what messages call it.
        names: its pool, its project and its name.
        numbers: its LU number in each initiator group.
        target_group: its target group.
        setting: the LU number that somebody has set.
    """

    label: str
    names: Names
    numbers: Mapping[str, int]
    target_group: str
    setting: int | None


def _view(wire: Wire) -> View | None:
    names = (str(wire.get("pool")), str(wire.get("project")), str(wire.get("name")))
    target_group = str(wire.get("targetgroup") or EVERYTHING)
    try:
        return View(f"LUN {'/'.join(names)}", names, lu_numbers(wire), target_group, lu_setting(wire))
    except ValueError:
        # A precondition says why an appliance refuses. Where nobody can tell, the appliance alone does.
        return None


class Seats(NamedTuple):
    """Where a LUN has yet to get a number: in these initiator groups, through that target group."""

    groups: tuple[str, ...]
    target_group: str


class Views:
    """All LUNs as hosts see them. While a plan is made, only what has changed is looked at anew."""

    def __init__(self) -> None:
        self._changes = self._effects = 0
        self._by_path: dict[str, View] = {}
        self._paths: dict[Names, str] = {}
        self._with_number: defaultdict[int, dict[str, View]] = defaultdict(dict)
        self._seats: dict[str, tuple[Seats, Names]] = {}
        self._unnumbered: defaultdict[Seats, dict[Names, str]] = defaultdict(dict)
        # LUNs of the plan that had a number before, by that.
        self._had: defaultdict[int, dict[Names, None]] = defaultdict(dict)

    @property
    def all(self) -> list[View]:
        """All of them."""
        return list(self._by_path.values())

    def of(self, names: Names) -> View | None:
        """One LUN by its names."""
        return self._by_path.get(self._paths.get(names, ""))

    def with_number(self, number: int) -> Iterable[View]:
        """Those that have a number in one of their groups."""
        return self._with_number[number].values() if number in self._with_number else ()

    def unnumbered(self, number: int) -> Iterator[tuple[Seats, Mapping[Names, str]]]:
        """The LUNs of the plan for which the appliance may choose a number, with their labels, by where they will have it."""
        if number < len(self._by_path):
            yield from self._unnumbered.items()
            return
        for names in self._had.get(number, ()):
            seats = self._seats.get(self._paths.get(names, ""))
            if seats is not None:
                yield seats[0], {names: self._unnumbered[seats[0]][names]}

    def add(self, path: str, wire: Wire) -> None:
        """Add a LUN as the appliance gives it, or will give it."""
        view = _view(wire)
        if view is None:
            return
        self._by_path[path] = view
        self._paths[view.names] = path
        for number in view.numbers.values():
            self._with_number[number][path] = view

    def brought_up(self, state: State, luns: Resource) -> Views:
        """The same with all that is planned by now."""
        changes = state.changes(luns)
        # What has changed more than once is looked at once.
        for path in dict.fromkeys(changes[self._changes :]):
            self._remove(path)
            record, wire = state.at(path)
            if record is not None:
                self.add(path, wire)
                self._seat(path, luns, record)
        self._changes = len(changes)
        for effect in state.effects[self._effects :]:
            self._note(effect, luns)
        self._effects = len(state.effects)
        return self

    def _remove(self, path: str) -> None:
        view = self._by_path.pop(path, None)
        if view is not None:
            self._paths.pop(view.names, None)
            for number in view.numbers.values():
                self._with_number[number].pop(path, None)
        seats, names = self._seats.pop(path, (None, None))
        if seats is not None and names is not None:
            self._unnumbered[seats].pop(names, None)

    def _seat(self, path: str, luns: Resource, record: Record) -> None:
        """Note where a LUN has yet to get a number."""
        groups = tuple(group for group, number in (clear(record["lu_numbers"]) or {}).items() if number is None)
        if groups:
            seats, names = Seats(groups, str(clear(record["target_group"]))), _names_of(record)
            self._seats[path] = (seats, names)
            self._unnumbered[seats][names] = luns.label(record)

    def _note(self, effect: Effect, luns: Resource) -> None:
        number = (effect.before or {}).get("lu_number")
        if effect.resource is luns and effect.after and isinstance(number, int):
            self._had[number][_names_of(effect.after)] = None


def _names_of(record: Record) -> Names:
    return (record["pool"], record["project"], record["name"])


def views_of(pages: Pages, luns: Resource) -> Views:
    """Read all LUNs as hosts see them."""
    if is_planning(pages):
        return pages.kept(Views).brought_up(pages, luns)
    views = Views()
    for number, wire in enumerate(read_wires(pages, luns, {})):
        views.add(str(number), wire)
    return views
