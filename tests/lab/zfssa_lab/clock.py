"""The one source of time.  Replication, sessions and time stamps all read it."""

from __future__ import annotations

import time


class Clock:
    """Wall clock that never runs backwards: seconds since the epoch."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._offset + time.monotonic()


class ManualClock(Clock):
    """A clock that a test moves by hand."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        super().__init__()
        self._start = start
        self._now = start

    def now(self) -> float:
        """Return the time that was last set."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self._now += seconds

    def rewind(self) -> None:
        """Go back to the start."""
        self._now = self._start
