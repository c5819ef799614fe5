"""Faults that a test plans: which request they hit, and what happens to it."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any

_FIELDS = {"appliance", "method", "path", "nth", "times", "action"}
_DROPS = ("before", "after")
_REPLICATIONS = ("fail", "stall")
_BODIES = ("cut", "garbage")
_LONGEST_DELAY_MS = 600_000


class BadFault(ValueError):
    """A plan that makes no sense; the text says why."""


@dataclass
class Fault:
    """A plan: hits the ``nth`` matching request from now on, and ``times`` of them in all."""

    appliance: str | None
    method: str | None
    path: re.Pattern[str]
    nth: int
    times: int
    action: dict[str, Any]
    seen: int = 0

    @property
    def replication(self) -> str | None:
        """What it does to an update ("fail" or "stall"); None when it hits requests."""
        return self.action.get("replication")

    @property
    def spent(self) -> bool:
        """Say whether it has hit as often as it was to."""
        return self.seen >= self.nth + self.times - 1

    def hit(self) -> bool:
        """Count one match; say whether it is one to hit."""
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times

    def describe(self) -> dict[str, Any]:
        """Return the plan as JSON."""
        return {
            "appliance": self.appliance,
            "method": self.method,
            "path": self.path.pattern,
            "nth": self.nth,
            "times": self.times,
            "action": self.action,
            "seen": self.seen,
        }


class Faults:
    """The plans in force, in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._plans: list[Fault] = []

    def add(self, raw: dict[str, Any]) -> Fault:
        """Take in a plan as the control port got it; BadFault."""
        fault = parse_fault(raw)
        with self._lock:
            self._plans.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all plans."""
        with self._lock:
            self._plans.clear()

    def list(self) -> list[dict[str, Any]]:
        """Return the plans that are not spent."""
        with self._lock:
            return [fault.describe() for fault in self._plans if not fault.spent]

    def for_request(self, appliance: str, method: str, target: str) -> dict[str, Any]:
        """Count a request; return the action of the first plan that hits it, or {}."""
        with self._lock:
            chosen: dict[str, Any] = {}
            for fault in self._plans:
                if (
                    fault.replication is None
                    and fault.appliance in (None, appliance)
                    and fault.method in (None, method)
                    and fault.path.search(target)
                    and fault.hit()
                ):
                    chosen = chosen or fault.action
            return chosen

    def for_update(self, appliance: str) -> str | None:
        """Count a replication update that begins; return "fail", "stall" or None."""
        with self._lock:
            chosen = None
            for fault in self._plans:
                if fault.replication and fault.appliance in (None, appliance) and fault.hit():
                    chosen = chosen or fault.replication
            return chosen


def parse_fault(raw: dict[str, Any]) -> Fault:
    """Return the plan in ``raw``; BadFault says what is wrong with it."""
    unknown = set(raw) - _FIELDS
    if unknown:
        raise BadFault(f"unknown field: {', '.join(sorted(unknown))}")
    for name in ("appliance", "method", "path"):
        if not isinstance(raw.get(name), str | None):
            raise BadFault(f"{name} must be a string")
    for name in ("nth", "times"):
        value = raw.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BadFault(f"{name} must be a positive integer")
    _check_action(raw.get("action"))
    try:
        pattern = re.compile(raw.get("path") or "")
    except re.error as error:
        raise BadFault(f"path is not a regular expression: {error}") from None
    method = raw["method"].upper() if raw.get("method") else None
    appliance = raw.get("appliance") or None
    return Fault(appliance, method, pattern, raw.get("nth", 1), raw.get("times", 1), raw["action"])


def _check_action(action: object) -> None:
    if not isinstance(action, dict) or len(action.keys() - {"done"}) != 1:
        raise BadFault('action must be an object with one key, and "done" beside "status" if wanted')
    if "done" in action and not ("status" in action and action["done"] is True):
        raise BadFault('"done" is true, and stands beside "status" only')
    ((key, value),) = ((key, value) for key, value in action.items() if key != "done")
    number = isinstance(value, int) and not isinstance(value, bool)
    good = {
        "status": number and 400 <= value <= 599,
        "drop": value in _DROPS,
        "delay_ms": number and 0 <= value <= _LONGEST_DELAY_MS,
        "slow_ms": number and 0 <= value <= _LONGEST_DELAY_MS,
        "body": value in _BODIES,
        "expire_sessions": value is True,
        "takeover": isinstance(value, str),
        "replication": value in _REPLICATIONS,
    }
    if key not in good:
        raise BadFault(f"unknown action {key!r}: expecting one of {', '.join(good)}")
    if not good[key]:
        raise BadFault(f"bad value of action {key!r}: {value!r}")
