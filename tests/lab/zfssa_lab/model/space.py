"""Space of one share: what is written, what snapshots hold, what is reserved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

METADATA = 16384  # a fresh sparse LUN takes this much (API reference 14.8)
POOL_METADATA = 1059328  # and a pool that holds nothing this much (API reference 3): its `used` is never 0


class HeldSpace(Protocol):
    """A snapshot, as far as space goes."""

    live: int
    unique: int


def reservation(volsize: int) -> int:
    """Return the bytes that a LUN that is not sparse takes from the start.

    API reference 14.8: 1107820544 bytes for 1 GiB, which is 65/2048 more than the volume.
    """
    return volsize + volsize * 65 // 2048


@dataclass
class Blocks:
    """Blocks of one volume or filesystem, in bytes.

    ``live``: referenced now.  ``fresh``: of these, written since the newest snapshot.
    ``shared``: of these, still those of the clone's origin.  ``written``: all that was ever written.
    """

    live: int = METADATA
    fresh: int = METADATA
    shared: int = 0
    written: int = 0

    def write(self, count: int, volsize: int, newest: HeldSpace | None) -> None:
        """Write ``count`` bytes: free blocks are filled first, then old ones are replaced."""
        grown = min(count, max(0, volsize + METADATA - self.live))
        self.change(grown, count - grown, newest)

    def change(self, grown: int, overwritten: int, newest: HeldSpace | None) -> None:
        """Fill ``grown`` bytes of free blocks and replace ``overwritten`` bytes of old ones."""
        count = grown + overwritten
        replaced = min(overwritten, self.live)
        held = min(replaced, self.live - self.fresh)
        if newest is not None:
            newest.unique = min(newest.live, newest.unique + held)
        self.shared = max(0, self.shared - replaced)
        self.live += grown
        self.fresh = min(self.live, self.fresh + count)
        self.written += count

    def footprint(self, snapshots: Sequence[HeldSpace], reserved: int) -> int:
        """Return what the pool gives up for this share, its snapshots and its reservation."""
        return self.live - self.shared + held(snapshots) + self.unused(reserved)

    def unused(self, reserved: int) -> int:
        """Return the part of the reservation that no block uses.

        A snapshot freezes the blocks written so far, so the reservation must cover the whole volume
        anew: this is why a snapshot of a LUN that is not sparse can lack space (API reference 5.2).
        """
        return max(0, reserved - self.fresh)


def held(snapshots: Sequence[HeldSpace]) -> int:
    """Return the bytes that only snapshots hold."""
    return sum(snapshot.unique for snapshot in snapshots)
