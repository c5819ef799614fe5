"""When something is to happen again and again: every hour, on Mondays at 8:00 (API reference 7.5, 10.2)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from zfssa_lab.model.errors import InvalidArgument, bad_value, expecting
from zfssa_lab.model.properties import Property

MOST_RUNS = 500  # of one schedule within one look at the model; older ones are left out
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SNAPSHOT_FREQUENCIES = ("halfhour", "hour", "day", "week", "month")
UPDATE_FREQUENCIES = ("5min", *SNAPSHOT_FREQUENCIES)

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_PERIODS = {"5min": 5 * _MINUTE, "halfhour": 30 * _MINUTE, "hour": _HOUR, "day": _DAY, "week": 7 * _DAY}
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
# Which details a frequency takes; all times are UTC.
_DETAILS = {
    "5min": (),
    "halfhour": ("minute",),
    "hour": ("minute",),
    "day": ("hour", "minute"),
    "week": ("day", "hour", "minute"),
    "month": ("day", "hour", "minute"),
}


def timing_properties(frequencies: tuple[str, ...]) -> tuple[Property, ...]:
    """Return the properties of a schedule; the details may come as numbers, as text or empty."""
    details = (Property(name, "string", "") for name in ("day", "hour", "minute"))
    return (Property("frequency", "string", required=True, choices=frequencies), *details)


@dataclass(frozen=True)
class Timing:
    """A frequency and its details; ``day`` counts from 0 (Monday) in a week, from 1 in a month."""

    frequency: str
    day: int = 0
    hour: int = 0
    minute: int = 0

    def describe(self) -> dict[str, Any]:
        """Return the properties that a client sees."""
        shown: dict[str, Any] = {"frequency": self.frequency}
        for name in _DETAILS[self.frequency]:
            shown[name] = getattr(self, name)
        if self.frequency == "week":
            shown["day"] = WEEKDAYS[self.day]
        return shown

    def after(self, when: float) -> float:
        """Return the first time later than ``when``."""
        if self.frequency == "month":
            return self._next_month(when)
        period = _PERIODS[self.frequency]
        start = self.hour * _HOUR + self.minute * _MINUTE
        if self.frequency == "week":
            start += (self.day - _EPOCH_WEEKDAY) % 7 * _DAY
        return (when - start) // period * period + period + start

    def resume(self, when: float, present: float) -> float:
        """Return the first time later than ``when``, but leave out what is more than MOST_RUNS times ago."""
        period = _PERIODS.get(self.frequency, 31 * _DAY)
        return self.after(max(when, present - MOST_RUNS * period))

    def _next_month(self, when: float) -> float:
        moment = datetime.fromtimestamp(when, UTC)
        year, month = moment.year, moment.month
        while True:
            # A month that is too short has its run on its last day.
            day = min(self.day, monthrange(year, month)[1])
            run = datetime(year, month, day, self.hour, self.minute, tzinfo=UTC).timestamp()
            if run > when:
                return run
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def parse_timing(arguments: dict[str, Any], present: Timing | None = None) -> Timing:
    """Return the timing of checked arguments; what is not given stays as ``present`` has it.

    A new frequency begins with its own defaults.  InvalidArgument for a detail that it does not take.
    """
    frequency = arguments.get("frequency", present.frequency if present else "")
    base = present if present is not None and present.frequency == frequency else None
    details = {}
    for name in ("day", "hour", "minute"):
        raw = arguments.get(name, "")
        if raw and name not in _DETAILS[frequency]:
            raise InvalidArgument(f'property "{name}" does not apply to frequency "{frequency}"')
        if raw:
            details[name] = _detail(name, raw, frequency)
        elif base is not None:
            details[name] = getattr(base, name)
    if frequency == "month":
        details.setdefault("day", 1)
    return Timing(frequency, **details)


def _detail(name: str, raw: str, frequency: str) -> int:
    if name == "day" and frequency == "week":
        for number, weekday in enumerate(WEEKDAYS):
            if raw.lower() in (weekday.lower(), weekday[:3].lower()):
                return number
        raise bad_value(name, raw, expecting(list(WEEKDAYS)))
    low, high = {"day": (1, 31), "hour": (0, 23), "minute": (0, 29 if frequency == "halfhour" else 59)}[name]
    number = Property(name, "integer", low=low, high=high).parse(raw)
    return int(number)
