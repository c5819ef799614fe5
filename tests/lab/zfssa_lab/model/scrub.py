"""Scrubs of a pool: all its data is read once, which takes time (API reference 3)."""

from __future__ import annotations

from dataclasses import dataclass

from zfssa_lab.clock import Clock
from zfssa_lab.model.errors import StateConflict

BYTES_PER_SECOND = float(1 << 30)


@dataclass
class Scrub:
    """The latest scrub of a pool; ``began`` is None when there was none, ``stopped`` unless a client stopped it."""

    clock: Clock
    began: float | None = None
    size: int = 0
    stopped: float | None = None

    @property
    def ended(self) -> float | None:
        """When it ended; None while it runs, and when there was none."""
        if self.began is None:
            return None
        end = self.began + self.size / BYTES_PER_SECOND
        end = end if self.stopped is None else min(end, self.stopped)
        return end if end <= self.clock.now() else None

    @property
    def running(self) -> bool:
        """Say whether it is at work."""
        return self.began is not None and self.ended is None

    @property
    def examined(self) -> int:
        """Bytes read so far."""
        if self.began is None:
            return 0
        until = self.clock.now() if self.ended is None else self.ended
        return min(self.size, int((until - self.began) * BYTES_PER_SECOND))

    def start(self, size: int) -> None:
        """Begin to read ``size`` bytes."""
        if self.running:
            raise StateConflict("a scrub of the pool is running")
        self.began, self.size, self.stopped = self.clock.now(), size, None

    def stop(self) -> None:
        """Break it off."""
        if not self.running:
            raise StateConflict("no scrub of the pool is running")
        self.stopped = self.clock.now()
