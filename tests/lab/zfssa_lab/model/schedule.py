"""Scheduled updates of a replication action (API reference 10.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zfssa_lab.model.errors import StateConflict
from zfssa_lab.model.properties import Table
from zfssa_lab.model.shelf import named
from zfssa_lab.model.timing import UPDATE_FREQUENCIES, Timing, parse_timing, timing_properties

if TYPE_CHECKING:
    from zfssa_lab.model.action import Action
    from zfssa_lab.model.agenda import Appointment

SCHEDULE = Table(*timing_properties(UPDATE_FREQUENCIES), read_only=("id", "schedule", "href"))


@dataclass
class Schedule:
    """When an action sends updates by itself."""

    id: str
    timing: Timing
    appointment: Appointment


def add_schedule(action: Action, arguments: dict[str, Any]) -> Schedule:
    """Give an action another schedule from checked arguments."""
    if action.settings["continuous"]:
        raise StateConflict("a continuous action cannot have schedules")
    timing = parse_timing(arguments)
    _check_new(action, timing)
    ident = action.source.identities.uuid()
    action.schedules[ident] = Schedule(ident, timing, _arrange(action, ident, timing))
    return action.schedules[ident]


def find_schedule(action: Action, ident: str) -> Schedule:
    """Return the schedule with that id; NotFound."""
    return named(action.schedules, ident)


def change_schedule(action: Action, schedule: Schedule, arguments: dict[str, Any]) -> None:
    """Change when a schedule's updates begin."""
    timing = parse_timing(arguments, schedule.timing)
    if timing != schedule.timing:
        _check_new(action, timing)
    schedule.appointment.cancel()
    schedule.timing = timing
    schedule.appointment = _arrange(action, schedule.id, timing)


def drop_schedule(action: Action, schedule: Schedule) -> None:
    """Remove a schedule; an update that it has begun goes on."""
    schedule.appointment.cancel()
    del action.schedules[schedule.id]


def _check_new(action: Action, timing: Timing) -> None:
    if any(schedule.timing == timing for schedule in action.schedules.values()):
        raise StateConflict("the action has such a schedule")


def _arrange(action: Action, ident: str, timing: Timing) -> Appointment:
    fleet = action.source.fleet
    when = timing.resume(fleet.clock.now(), fleet.clock.present())
    return fleet.agenda.put(when, lambda: _run(action, ident))


def _run(action: Action, ident: str) -> None:
    """Begin the scheduled update; one that cannot begin is left out, and the next one is tried again."""
    schedule = action.schedules[ident]
    schedule.appointment = _arrange(action, ident, schedule.timing)
    if not action.settings["enabled"]:
        return
    try:
        action.source.replication.start(action)
    except StateConflict:
        action.statistics.skipped += 1
