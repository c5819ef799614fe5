# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A LUN that is found in a place of a migration, under its own name or the one that it has before it is destroyed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...engine._read import Reader, read_list
from ...engine._types import Record
from ...values._types import Misread
from ...values._wire import Wire, label_of, refusal, text
from ..lun._table import LUN
from ..lun._views import lu_setting
from ..pool._pools import read_pool
from ..snapshot._table import REPLICATION
from ._names import Place, action_of_marker, is_own_snapshot, is_removal_name


@dataclass(frozen=True)
class FoundLun:
    """A LUN that was found in a place.

    Attributes:
        place: where it belongs.
        record: it, under the name that it belongs to.
        wire: it as the appliance gives it.
        snapshots: its snapshots as the appliance gives them; those of replication included.
        removal_name: the name that it has instead, because a run was about to destroy it.
    """

    place: Place
    record: Record
    wire: Wire
    snapshots: tuple[Wire, ...]
    removal_name: str | None = None

    @property
    def is_seen(self) -> bool:
        """Whether hosts can see it."""
        return is_seen(self.record)

    @property
    def setting(self) -> int | None:
        """The LU number that somebody has set.

        Raises:
            NotUnderstood: it is neither a number nor a word for none.
        """
        try:
            return lu_setting(self.wire)
        except Misread as error:
            raise refusal(error.key, self.wire[error.key], self.place.label) from None

    @property
    def names_of_snapshots(self) -> frozenset[str]:
        """The snapshots that are a user's, or made by a schedule; not those of replication, which come and go with it."""
        return snapshot_names(self.snapshots)

    @property
    def markers(self) -> frozenset[str]:
        """The ids of the actions whose markers it has."""
        ids = (action_of_marker(name_of(wire, "snapshot")) for wire in self.snapshots)
        return frozenset(one for one in ids if one)

    def is_kin(self, other: FoundLun) -> bool:
        """Whether one is the copy of the other: by the GUID, which replication keeps (API reference 15.1), or by a marker."""
        guid = self.record["lunguid"]
        return bool(guid and guid == other.record["lunguid"]) or not self.markers.isdisjoint(other.markers)


def name_of(wire: Wire, title: str) -> str:
    """The name of an object of a list.

    Raises:
        NotUnderstood: it is none that can be read.
    """
    return text(wire, "name", label_of(wire, title))


def is_seen(record: Record) -> bool:
    """Whether hosts can see a LUN: what is not known to be hidden counts as seen."""
    return bool(record["status"] != "offline" and record["initiator_groups"])


def snapshot_names(snapshots: Iterable[Wire]) -> frozenset[str]:
    """The names of snapshots, without those that replication takes for itself."""
    names = (name_of(wire, "snapshot") for wire in snapshots)
    return frozenset(name for name in names if not name.startswith(REPLICATION) and not is_own_snapshot(name))


def find(reader: Reader, place: Place, wires: Iterable[Wire]) -> FoundLun | None:
    """Find a LUN under its own name or a removal name, and read its snapshots.

    Args:
        wires: the LUNs of its project.
    """
    listed = {name_of(wire, LUN.title): wire for wire in wires}
    removed = [name for name in listed if is_removal_name(name, place.name)]
    if place.name not in listed and not removed:
        return None
    name = place.name if place.name in listed else removed[0]
    wire = listed[name]
    path = LUN.path(place.named(name).identity)
    snapshots = tuple(read_list(reader, f"{path}/snapshots", "snapshots"))
    record = {**LUN.normalise(wire, place.identity), "name": place.name}
    return FoundLun(place, record, wire, snapshots, None if name == place.name else name)


def find_now(reader: Reader, place: Place) -> FoundLun | None:
    """Find a LUN as it stands at this moment; it does not exist only where its pool is served here.

    Raises:
        PlanRefused: the other node of the cluster serves the pool.
    """
    found = find(reader, place, read_list(reader, LUN.list_path(place.identity), LUN.plural))
    if found is None:
        read_pool(reader, place.pool)
    return found
