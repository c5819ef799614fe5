"""What hosts wrote: seen on the files, since they tell nobody."""

from __future__ import annotations

import time
from dataclasses import dataclass

from zfssa_lab.dataplane.store import ByteStore
from zfssa_lab.model.lun import Lun

# A file system stamps with the time of its last tick: a later change can bear the same stamp.
_TICK = 50_000_000


@dataclass
class Reading:
    """A file at one time; ``changed`` are the bytes that differ from those of the volume ``base``."""

    version: int
    stamp: int
    taken: int
    allocated: int
    base: str | None
    changed: int

    def is_of(self, stamp: int) -> bool:
        """Say whether a file with that time stamp is still as it was."""
        return stamp == self.stamp and stamp < self.taken - _TICK


class Meter:
    """Readings of the LUNs that hosts can write to."""

    def __init__(self, store: ByteStore) -> None:
        self._store = store
        self._readings: dict[Lun, Reading] = {}

    def measure(self, lun: Lun) -> None:
        """Count what was written to ``lun`` since it was looked at last."""
        last = self._readings.get(lun)
        if last is None:
            return
        stat = self._store.stat(lun.volume)
        if last.is_of(stat.st_mtime_ns):
            return
        now = self._read(lun, last.base)
        grown = max(0, now.allocated - last.allocated)
        lun.note_written(grown, max(0, now.changed - last.changed - grown))
        self._readings[lun] = now

    def begin(self, luns: list[Lun]) -> None:
        """Watch these LUNs from now on; what the appliance itself did to them is not a host's work."""
        last, self._readings = self._readings, {}
        for lun in luns:
            reading = last.get(lun)
            version = self._store.contents[lun.volume].version
            if reading is None or (reading.version, reading.base) != (version, _base(lun)):
                reading = self._read(lun, _base(lun))
            self._readings[lun] = reading
        self._store.twins.clear()

    def forget(self, volume: str) -> None:
        """Read a volume anew, since the lab itself writes into it."""
        self._readings = {lun: one for lun, one in self._readings.items() if lun.volume != volume}

    def _read(self, lun: Lun, base: str | None) -> Reading:
        taken = time.time_ns()
        stat = self._store.stat(lun.volume)
        changed = self._store.changed(lun.volume, base) if base in self._store.contents and base else 0
        version = self._store.contents[lun.volume].version
        return Reading(version, stat.st_mtime_ns, taken, stat.st_blocks * 512, base, changed)


def _base(lun: Lun) -> str | None:
    """Return the volume that holds the old bytes when blocks of ``lun`` are written anew."""
    newest = lun.newest_snapshot
    if newest is not None:
        return newest.volume
    return lun.origin.volume if lun.origin is not None else None
