# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which temporary snapshots there are on a LUN, and what lives on them; API reference 7."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from ...engine._read import Reader, is_planning, read_list
from ...engine._types import Identity, Pages
from ...values._units import parse_time
from ...values._wire import Wire, found_by
from ._dependents_list import dependents_at
from ._table import OF_LUN, require_unheld
from ._temporary import temporary_name

# How long after it was taken a task goes on with one that another task has left, and how long without a word about it. One that is
# older is taken anew. One that is younger may be that of a task which is at work, so that it must not be removed.
_FRESH, _RECENT = timedelta(days=1), timedelta(minutes=10)
# Kind, project and name of a share that lives on a snapshot.
Dependent = tuple[str, str, str]


def dependents_of(pages: Pages, snapshot: Identity) -> set[Dependent] | None:
    """What lives on a snapshot, whatever the number of its clones says, which lags (API reference 1.9).

    Returns:
        The shares; `None` where there is no such snapshot.
    """
    found = dependents_at(pages, OF_LUN.path(snapshot), OF_LUN.label(snapshot))
    return None if found is None else {(one.kind, one.project, one.name) for one in found}


class Spot(NamedTuple):
    """Where the temporary snapshot of a clone is, or is to be.

    Attributes:
        name: its name.
        wire: one that is there already, taken for this clone by a task that broke off; `None` where there is none.
        stale: whether that one is too old to go on with.
        recent: whether it is so young that nobody minds what has been written since.
    """

    name: str
    wire: Wire | None = None
    stale: bool = False
    recent: bool = True


def find_spot(reader: Reader, lun: Identity, clone: Identity) -> Spot:
    """Find the temporary snapshot that a task has left when it broke off, or a name for a new one.

    Args:
        lun: the names of the LUN that is cloned.
        clone: those of the clone, which does not exist.
    """
    place = {"pool": lun["pool"], "project": lun["project"], "lun": lun["name"]}
    snapshots = read_list(reader, OF_LUN.list_path(place), OF_LUN.plural)
    number = 0
    while True:
        name = temporary_name(clone, number)
        wire = next(iter(found_by(snapshots, {"name": (name,)}, OF_LUN.title)), None)
        if wire is None:
            return Spot(name)
        identity = {**place, OF_LUN.key: name}
        age = _age_of(reader, wire)
        stale = age is not None and age > _FRESH
        if not _is_used(reader, identity, wire) and not (stale and not require_unheld(wire, OF_LUN.label(identity))):
            return Spot(name, wire, stale, recent=age is not None and age <= _RECENT)
        number += 1


def find_left(pages: Pages, lun: Identity, clone: Identity) -> list[Identity]:
    """The temporary snapshots on a LUN that were taken for a clone which is gone, and on which nothing lives.

    Args:
        lun: the names of the LUN.
        clone: those that the clone had when it was made.
    """
    place = {"pool": lun["pool"], "project": lun["project"], "lun": lun["name"]}
    snapshots = read_list(pages, OF_LUN.list_path(place), OF_LUN.plural)
    found = []
    for number in range(len(snapshots)):
        name = temporary_name(clone, number)
        wire = next(iter(found_by(snapshots, {"name": (name,)}, OF_LUN.title)), None)
        if wire is None:
            continue
        identity = {**place, OF_LUN.key: name}
        if require_unheld(wire, OF_LUN.label(identity)) and dependents_of(pages, identity) == set():
            found.append(identity)
    return found


def _is_used(reader: Reader, identity: Identity, wire: Wire) -> bool:
    """Whether something lives on a temporary snapshot, by the plan so far as well."""
    found = dependents_of(reader, identity)
    # What an appliance does not list it may have counted.
    counts = found is None or is_planning(reader)
    return bool(found) or (counts and bool(wire.get("numclones")))


def _age_of(reader: Reader, wire: Wire) -> timedelta | None:
    """How long ago a snapshot was taken, by the clock of the appliance; `None` where it does not tell."""
    taken = parse_time(wire.get("creation"))
    return None if taken is None else reader.now - taken
