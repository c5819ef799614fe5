# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the objects in an object that is made, removed, or gets other names: they come and go with it."""

from __future__ import annotations

from collections.abc import Iterable
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


def brought_forward(shifts: Iterable[Shift], place: Place) -> Place | None:
    """Where something is after all shifts; `None` when it has gone."""
    found: Place | None = place
    for shift in shifts:
        found = shift.forward(found) if found else None
    return found


def traced_back(shifts: list[Shift], place: Place) -> Place | None:
    """Where something was before all shifts; `None` when it was nowhere."""
    found: Place | None = place
    for shift in reversed(shifts):
        found = shift.back(found) if found else None
    return found
