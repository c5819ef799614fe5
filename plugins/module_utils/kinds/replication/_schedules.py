# -*- coding: utf-8 -*-
# Copyright: Contributors to the zfssa.storage project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The schedules of a replication action: a list below it, of which each member is made and removed; API reference 10.2."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from ...engine._outcome import Seen
from ...engine._plan import Step, all_allowed
from ...engine._read import Reader, items_in, read_list
from ...engine._types import Record, Results
from ...values._errors import InvalidInput, NotUnderstood
from ...values._names import segment
from ...values._wire import Wire, count, refusal, text
from ._scope import action_path

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Which details a frequency takes, and the last minute for it.
_DETAILS: dict[str, tuple[tuple[str, ...], int]] = {
    "5min": ((), 0),
    "halfhour": (("minute",), 29),
    "hour": (("minute",), 59),
    "day": (("hour", "minute"), 59),
    "week": (("day", "hour", "minute"), 59),
    "month": (("day", "hour", "minute"), 59),
}
FREQUENCIES = tuple(_DETAILS)
_GIVE_DAY = {
    "week": "give a day of the week, such as Monday",
    "month": "give a day of the month, from 1 to 31",
}
_DAY = re.compile(r"[0-9]{1,2}")
# How an appliance says that a detail has no value (API reference 16.2).
_UNSET = (None, "", "-")
_WHAT = "a schedule of the action"
SCHEDULES = {
    "type": "list",
    "elements": "dict",
    "options": {
        "frequency": {"type": "str", "choices": list(FREQUENCIES), "required": True},
        "day": {"type": "str"},
        "hour": {"type": "int"},
        "minute": {"type": "int"},
    },
}


def wanted_schedules(given: Iterable[Mapping[str, Any]] | None) -> list[Record] | None:
    """Normalise the option `schedules`.

    Returns:
        The schedules in order, all details filled in; `None` when the option is not given.

    Raises:
        InvalidInput: a detail cannot be given for the frequency, is missing, or a schedule stands there twice.
    """
    if given is None:
        return None
    found = [_wanted(one) for one in given]
    for one in found:
        if found.count(one) > 1:
            raise InvalidInput(f"schedules has {_words(one)} more than once", advice="leave it out")
    return _sorted(found)


def _wanted(given: Mapping[str, Any]) -> Record:
    frequency = given["frequency"]
    details, last_minute = _DETAILS[frequency]
    for option in ("day", "hour", "minute"):
        if given.get(option) is not None and option not in details:
            raise InvalidInput(
                f"{option} cannot be given for the frequency {frequency} of a schedule", advice="leave it out"
            )
    record: Record = {"frequency": frequency, "day": None, "hour": None, "minute": None}
    if "day" in details:
        record["day"] = _day(frequency, given.get("day"))
        if record["day"] is None:
            day = given.get("day")
            wrong = f"a schedule of the frequency {frequency} needs a day"
            raise InvalidInput(wrong if day is None else f"{wrong}, and {day!r} is none", advice=_GIVE_DAY[frequency])
    for option, most in (("hour", 23), ("minute", last_minute)):
        if option in details:
            record[option] = _within(option, given.get(option) or 0, most, frequency)
    return record


def _within(option: str, value: int, most: int, frequency: str) -> int:
    if not 0 <= value <= most:
        raise InvalidInput(
            f"{option} {value} is out of range for the frequency {frequency} of a schedule",
            advice=f"it goes from 0 to {most}",
        )
    return value


def _day(frequency: str, value: Any) -> str | int | None:
    """A day as records have it: the name of a day of the week, the number of a day of the month."""
    word = str(value if value is not None else "").strip().lower()
    if frequency == "month":
        return int(word) if _DAY.fullmatch(word) and 1 <= int(word) <= 31 else None
    return next((name for name in WEEKDAYS if word in (name.lower(), name[:3].lower())), None)


def schedule_record(wire: Wire) -> Record:
    """Make the record of a schedule that the appliance gave; its details may be numbers, text, or left out.

    Raises:
        NotUnderstood: something of it is none of these, so that nobody knows whether it is one that is wanted.
    """
    frequency = text(wire, "frequency", _WHAT)
    details = _DETAILS.get(frequency, ((), 0))[0]
    record: Record = {"frequency": frequency, "day": None, "hour": None, "minute": None}
    if "day" in details:
        record["day"] = _day(frequency, wire.get("day"))
        if record["day"] is None and "day" in wire:
            raise refusal("day", wire["day"], _WHAT)
    for option in ("hour", "minute"):
        if option in details:
            record[option] = 0 if wire.get(option) in _UNSET else count(wire, option, _WHAT)
    return record


def _sorted(records: Iterable[Record]) -> list[Record]:
    """The schedules in the order of their frequency and their time, each once."""

    def key(record: Record) -> tuple[int, int, int, int]:
        day = record["day"]
        number = WEEKDAYS.index(day) if day in WEEKDAYS else int(day or 0)
        rank = FREQUENCIES.index(record["frequency"]) if record["frequency"] in FREQUENCIES else len(FREQUENCIES)
        return rank, number, record["hour"] or 0, record["minute"] or 0

    unique: list[Record] = []
    for record in sorted(records, key=key):
        if record not in unique:
            unique.append(record)
    return unique


def read_schedules(reader: Reader, action_id: str) -> list[Wire]:
    """Read the schedules of an action as the appliance has them."""
    return read_list(reader, _path(action_id), "schedules")


def records_of(wires: Iterable[Wire]) -> list[Record]:
    """The records of schedules, in a stable order."""
    return _sorted(schedule_record(wire) for wire in wires)


def as_options(records: list[Record] | None) -> list[Record] | None:
    """Schedules as the option that asks for them; `None` when a task cannot ask for one of them."""
    if records is None:
        return None
    given = [{key: value for key, value in one.items() if value is not None} for one in records]
    given = [{**one, "day": str(one["day"])} if "day" in one else one for one in given]
    try:
        wanted_schedules(given)
    except (KeyError, InvalidInput):
        # The frequency, or a detail of it, is of a later release.
        return None
    return given


def removals(label: str, action_id: str, present: list[Wire], wanted: list[Record]) -> tuple[Step, ...]:
    """Steps that remove the schedules that are not wanted."""
    return tuple(_removal(label, action_id, wire) for wire in present if schedule_record(wire) not in wanted)


def _removal(label: str, action_id: str, wire: Wire) -> Step:
    record, ident = schedule_record(wire), _id(wire)
    step = Step(
        verb="remove",
        label=f"schedule {_words(record)} of the {label}",
        method="DELETE",
        path=f"{_path(action_id)}/{segment(ident)}",
        body=None,
        outcome=Seen(
            probe=_path(action_id), done=lambda body: all(_id(one) != ident for one in items_in(body, "schedules"))
        ),
        confirm=all_allowed,
    )
    return replace(
        step, completed=lambda results: _telling(step, results, lambda before: [one for one in before if one != record])
    )


def additions(label: str, present: list[Record], wanted: list[Record]) -> tuple[Step, ...]:
    """Steps that make the schedules that are missing; of which action they are, the steps before them tell."""
    return tuple(_addition(label, record) for record in wanted if record not in present)


def _addition(label: str, record: Record) -> Step:
    seen = Seen(done=lambda body: record in records_of(items_in(body, "schedules")))
    step = Step(
        verb="create",
        label=f"schedule {_words(record)} of the {label}",
        method="POST",
        path="",
        body=_body(record),
        outcome=seen,
    )

    def completed(results: Results) -> Step:
        path = _path(results["action"]["id"])
        return _telling(
            replace(step, path=path, outcome=replace(seen, probe=path)), results, lambda before: [*before, record]
        )

    return replace(step, completed=completed)


def keeping_schedules(step: Step, schedules: list[Record] | None = None) -> Step:
    """A step on an action whose answer has no schedules: they stay as they are, or are those given."""

    def completed(results: Results) -> Step:
        kept = schedules if schedules is not None else (results["action"] or {}).get("schedules")

        def merged(body: Wire) -> Results | None:
            after = step.outcome.results(body)
            return after and {**after, "action": {**after["action"], "schedules": kept}}

        return step.giving(merged)

    return replace(step, completed=completed)


def _telling(step: Step, results: Results, change: Callable[[list[Record]], list[Record]]) -> Step:
    """A step that changes the schedules, and nothing else, of an action that the steps before it tell of."""
    action = results["action"]
    after = {**action, "schedules": _sorted(change(action["schedules"] or []))}
    return step.giving(lambda _body: {"action": after})


def _path(action_id: str) -> str:
    return f"{action_path(action_id)}/schedules"


def _id(wire: Wire) -> str:
    ident = text(wire, "id", _WHAT) or text(wire, "schedule", _WHAT) or text(wire, "href", _WHAT).rpartition("/")[2]
    if not ident:
        raise NotUnderstood(f"the appliance does not report the id of {_WHAT}")
    return ident


def _body(record: Record) -> Wire:
    """A schedule for a request: only what goes with its frequency, hours and minutes with two digits as in the CLI."""
    body = {"frequency": record["frequency"], "day": record["day"]}
    for option in ("hour", "minute"):
        body[option] = None if record[option] is None else f"{record[option]:02}"
    return {key: value for key, value in body.items() if value is not None}


def _words(record: Record) -> str:
    """What messages call a schedule: `week Monday 08:30`."""
    parts = [record["frequency"]]
    if record["day"] is not None:
        parts.append(str(record["day"]))
    if record["hour"] is not None:
        parts.append(f"{record['hour']:02}:{record['minute']:02}")
    elif record["minute"] is not None:
        parts.append(f":{record['minute']:02}")
    return " ".join(parts)


def words_for(records: Iterable[Record]) -> str:
    """What the line of a plan calls the schedules of an action: `hour :15 and week Monday 08:30`."""
    return " and ".join(map(_words, records)) or "none"
