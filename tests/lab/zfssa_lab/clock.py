"""The one source of time.  Replication, schedules, sessions and time stamps all read it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Wall clock that never runs backwards, plus what it was put forward: seconds since the epoch."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._ahead = 0.0
        # Only the thread that works through past events sees the clock stand at one of them.
        self._event = threading.local()

    @property
    def ahead(self) -> float:
        """Seconds that it was put forward."""
        return self._ahead

    def present(self) -> float:
        """Return the time in seconds since the epoch, whatever event is being worked through."""
        return self._offset + time.monotonic() + self._ahead

    def now(self) -> float:
        """Return the time of the event that this thread works through; without one, the present."""
        when: float | None = getattr(self._event, "when", None)
        return self.present() if when is None else when

    @contextmanager
    def at(self, when: float) -> Iterator[None]:
        """Let the clock stand at ``when`` for this thread, so that what an event makes bears its own time."""
        self._event.when = when
        try:
            yield
        finally:
            self._event.when = None

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once."""
        self._ahead += seconds

    def rewind(self) -> None:
        """Go back to the wall's time."""
        self._ahead = 0.0


class ManualClock(Clock):
    """A clock that stands still until a test moves it."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        super().__init__()
        self._start = start

    def present(self) -> float:
        """Return the time that was last set."""
        return self._start + self._ahead
