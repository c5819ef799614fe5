"""The record of every REST request."""

from __future__ import annotations

import threading
from typing import Any


class Journal:
    """Rows in the order in which the requests were answered, numbered from 1."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[dict[str, Any]] = []

    def add(self, **row: Any) -> None:
        """Append a row: appliance, method, path, status, t, session, fault."""
        with self._lock:
            self._rows.append({"n": len(self._rows) + 1, **row})

    def rows(self, appliance: str | None = None, since: int = 0) -> list[dict[str, Any]]:
        """Return the rows after number ``since``, of one appliance if it is named."""
        with self._lock:
            rows = self._rows[max(0, since) :]
        return [row for row in rows if appliance in (None, row["appliance"])]

    def clear(self) -> None:
        """Forget all rows and count from 1 again."""
        with self._lock:
            self._rows.clear()
