# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the objects in an object that is made, removed, or gets other names: they come and go with it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where something is.

    Attributes:
        path: its path.
        names: its names, or those of the objects that it is in, outermost first.
    """

    path: str
    names: tuple[str, ...]

    def holds(self, other: Place) -> bool:
        """Whether something is in it."""
        return other.path.startswith(f"{self.path}/")


@dataclass(frozen=True)
class Shift:
    """An object has come, gone, or got other names.

    Attributes:
        old: where it was, `None` where it was not.
        new: where it is, `None` where it is not.
    """

    old: Place | None
    new: Place | None

    def forward(self, place: Place) -> Place | None:
        """Where something is after it that was somewhere before; `None` when it has gone."""
        return _carried(place, self.old, self.new) if self.old and self.old.holds(place) else place

    def back(self, place: Place) -> Place | None:
        """Where something was before that is somewhere after it; `None` when it was nowhere."""
        if self.new and self.new.holds(place):
            return _carried(place, self.new, self.old)
        return None if self.old and self.old.holds(place) else place


def _carried(place: Place, here: Place, there: Place | None) -> Place | None:
    if there is None:
        return None
    return Place(there.path + place.path[len(here.path) :], (*there.names, *place.names[len(here.names) :]))


class Shifts:
    """All shifts of a plan in their order. To follow something, only those of what it is in are looked at."""

    def __init__(self) -> None:
        self._all: list[Shift] = []
        # The numbers of shifts by the paths that they are about.
        self._from: dict[str, list[int]] = {}
        self._about: dict[str, list[int]] = {}

    def append(self, shift: Shift) -> None:
        """Add what comes after all others."""
        number = len(self._all)
        self._all.append(shift)
        old, new = (place and place.path for place in (shift.old, shift.new))
        if old:
            self._from.setdefault(old, []).append(number)
        for path in {old, new} - {None}:
            self._about.setdefault(str(path), []).append(number)

    def forward(self, place: Place) -> Place | None:
        """Where something is after all of them; `None` when it has gone."""
        found: Place | None = place
        after = 0
        # Most plans move nothing that there is already.
        while found is not None and self._from:
            numbers = (self._from.get(path, ()) for path in _above(found.path))
            later = [held[at] for held in numbers if (at := bisect_left(held, after)) < len(held)]
            if not later:
                break
            found, after = self._all[min(later)].forward(found), min(later) + 1
        return found

    def back(self, place: Place) -> Place | None:
        """Where something was before all of them; `None` when it was nowhere."""
        found: Place | None = place
        before = len(self._all)
        while found is not None:
            numbers = (self._about.get(path, ()) for path in _above(found.path))
            earlier = [held[at - 1] for held in numbers if (at := bisect_left(held, before))]
            if not earlier:
                break
            before = max(earlier)
            found = self._all[before].back(found)
        return found


def _above(path: str) -> Iterator[str]:
    """The paths of all that something is in."""
    end = path.rfind("/")
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)


class Tree:
    """Paths, by what they are in."""

    def __init__(self) -> None:
        self._inside: dict[str, dict[str, None]] = {}

    def add(self, path: str) -> None:
        """Add a path."""
        while path:
            parent = path.rpartition("/")[0]
            inside = self._inside.setdefault(parent, {})
            if path in inside:
                return
            inside[path] = None
            path = parent

    def take_out(self, path: str) -> list[str]:
        """Take out what is in a path, and return it, with the paths on the way there."""
        found = list(self._inside.pop(path, ()))
        for inner in found:
            # It grows while it is gone through.
            found += self._inside.pop(inner, ())
        return found
