"""What the model asks of whatever keeps the bytes of LUNs.

The model is the authority for names, dependencies and space.  It tells the plane only when bytes are copied:
a volume that no object names any more is dropped by the plane itself, and a new LUN is found empty.
A volume that belongs to a snapshot never changes, so a replica just names that of the snapshot it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance


class Plane(Protocol):
    """Keeps bytes under opaque volume names: ``Lun.volume``, ``Snapshot.volume``, ``Replica.volume``."""

    @property
    def lowest_lu_number(self) -> int:
        """The first LU number that a LUN can have."""

    @property
    def serves_hosts(self) -> bool:
        """Say whether hosts really reach LUNs at the address of the appliance."""

    def copy(self, source: str, volume: str) -> None:
        """Make ``volume`` an independent copy of ``source`` as it is now; what it held before is gone."""

    def write(self, volume: str, count: int) -> None:
        """Put ``count`` bytes of new data into ``volume``; StateConflict when it cannot."""


class NoBytes:
    """The plane of a lab that keeps no bytes: LUNs have numbers and sizes, but no content."""

    lowest_lu_number = 0
    serves_hosts = False

    def copy(self, source: str, volume: str) -> None:
        """There is nothing to copy."""

    def write(self, volume: str, count: int) -> None:
        """There is nothing to write into."""


def volumes(appliances: Iterable[Appliance]) -> set[str]:
    """Return the volumes that something still refers to; all others can go."""
    found = {""}
    for appliance in appliances:
        for lun in appliance.luns():
            found.add(lun.volume)
            found.update(snapshot.volume for snapshot in lun.snapshots.values())
        for package in appliance.replication.packages.values():
            for replica in package.all_replicas():
                found.add(replica.volume)
                found.update(snapshot.volume for snapshot in replica.snapshots)
    return found - {""}
