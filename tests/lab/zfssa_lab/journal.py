"""The record of every REST request."""

from __future__ import annotations

import threading
from typing import Any

# The newest rows that are kept at least: about 50 MB, or half an hour of what one lab can answer at most.
KEPT = 200_000
# Seconds that an answer takes at most.
SLOWEST = 3600.0
FIELDS = ("appliance", "method", "path", "status", "t", "session", "fault", "peer")


class Journal:
    """Rows in the order in which the requests were answered, numbered from 1.

    When there are more than ``kept`` and a quarter, the oldest go; the numbers of the others stay. ``cleared`` is how often it has
    been cleared: a row of a request that came before the last time belongs to what is forgotten.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._lock = threading.Lock()
        self._kept = kept
        self._forgotten = 0
        self.cleared = 0
        self._rows: list[tuple[Any, ...]] = []

    def add(self, cleared: int | None = None, **row: Any) -> None:
        """Append a row: appliance, method, path, status, t, session, fault, peer; ``cleared`` as it was when the request came."""
        entry = tuple(row[name] for name in FIELDS)
        with self._lock:
            if cleared not in (None, self.cleared):
                return
            self._rows.append(entry)
            if len(self._rows) > self._kept + self._kept // 4:
                surplus = len(self._rows) - self._kept
                del self._rows[:surplus]
                self._forgotten += surplus

    def rows(self, appliance: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        """Return the rows after number ``since``, of one appliance if it is named."""
        with self._lock:
            start = max(0, since - self._forgotten)
            first = self._forgotten + start + 1
            rows = self._rows[start:]
        numbered = ({"n": n, **dict(zip(FIELDS, row, strict=True))} for n, row in enumerate(rows, first))
        return [row for row in numbered if appliance in (None, row["appliance"])]

    def count(self, appliance: str, start: float, end: float) -> int:
        """Return how many requests came to ``appliance`` from ``start`` to ``end``, the latter not included."""
        name, when = FIELDS.index("appliance"), FIELDS.index("t")
        found = 0
        with self._lock:
            for row in reversed(self._rows):
                # Rows stand in the order of the answers; none is that much older than the one before it.
                if row[when] < start - SLOWEST:
                    break
                found += row[name] == appliance and start <= row[when] < end
        return found

    def clear(self) -> None:
        """Forget all rows and count from 1 again."""
        with self._lock:
            self._rows.clear()
            self._forgotten = 0
            self.cleared += 1
