"""The logs of an appliance: what happened, for those who watch it (API reference 2.3, 15.2)."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass

from zfssa_lab.clock import Clock

ALERT, AUDIT = "alert", "audit"
SYSTEM_LOGS = (ALERT, AUDIT, "fault", "phone-home", "system")
KEPT = 1000  # entries of each log; the oldest go first

MINOR, MAJOR = "Minor", "Major"


@dataclass(frozen=True)
class Entry:
    """One entry: ``details`` are what its log tells besides."""

    uuid: str
    when: float
    details: dict[str, str]


class Logs:
    """All logs; those that nothing is written to are empty."""

    def __init__(self, asn: str, clock: Clock) -> None:
        self._asn = uuid.UUID(asn)
        self._clock = clock
        self._count = 0
        self._entries: dict[str, deque[Entry]] = {}

    def of(self, name: str) -> list[Entry]:
        """Return the entries of a log, the oldest first."""
        return list(self._entries.get(name, ()))

    def alert(self, description: str, severity: str = MINOR) -> None:
        """Tell of something that an administrator wants to know."""
        self._add(ALERT, {"severity": severity, "type": "alert", "description": description})

    def audit(self, user: str, address: str, summary: str) -> None:
        """Tell of what somebody has done."""
        self._add(AUDIT, {"user": user, "address": address, "summary": summary})

    def _add(self, name: str, details: dict[str, str]) -> None:
        self._count += 1
        entry = Entry(str(uuid.uuid5(self._asn, f"log/{self._count}")), self._clock.now(), details)
        self._entries.setdefault(name, deque(maxlen=KEPT)).append(entry)
