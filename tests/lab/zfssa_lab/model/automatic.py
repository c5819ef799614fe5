"""Schedules of automatic snapshots (API reference 7.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from zfssa_lab.model.errors import ApplianceError, StateConflict, bad_value, not_found
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import RETENTIONS, UNRETAINED, Snapshot, check_held
from zfssa_lab.model.timing import SNAPSHOT_FREQUENCIES, Timing, parse_timing, timing_properties

if TYPE_CHECKING:
    from zfssa_lab.model.agenda import Appointment
    from zfssa_lab.model.project import Pool, Project

    Owner: TypeAlias = Project | Share

PREFIX = ".auto-"
AUTOMATIC = Table(
    *timing_properties(SNAPSHOT_FREQUENCIES),
    Property("keep", "integer", 0, high=10_000),
    Property("convert", "boolean", False, feature="retention"),
    Property("retentionpolicy", "string", UNRETAINED, choices=RETENTIONS, feature="retention"),
    read_only=("id", "href"),
)
# The most that a frequency keeps; the others keep all unless told otherwise.
_CAPS = {"halfhour": 48, "hour": 24}


@dataclass
class Automatic:
    """One schedule: of its snapshots the newest ``keep`` stay, with 0 all of them."""

    id: str
    owner: Owner
    timing: Timing
    keep: int
    retention: str = UNRETAINED
    appointment: Appointment | None = field(default=None, repr=False)


class AutomaticSnapshots:
    """All schedules of a pool; they move with it to the other head of a cluster."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._schedules: dict[str, Automatic] = {}

    def __iter__(self) -> Iterator[str]:
        """Give the ids of all schedules."""
        return iter(self._schedules)

    def of(self, owner: Owner) -> list[Automatic]:
        """Return the schedules of a project, filesystem or LUN."""
        return [schedule for schedule in self._schedules.values() if schedule.owner is owner]

    def find(self, owner: Owner, ident: str) -> Automatic:
        """Return the schedule with that id; NotFound."""
        schedule = self._schedules.get(ident)
        if schedule is None or schedule.owner is not owner:
            raise not_found(ident)
        return schedule

    def create(self, owner: Owner, arguments: dict[str, Any], convert: bool) -> Automatic:
        """Add a schedule; automatic snapshots that no schedule wants go, or become manual ones."""
        timing = parse_timing(arguments)
        keep = _check_keep(timing, arguments.get("keep"))
        self._check_family(owner)
        if any(schedule.timing == timing for schedule in self.of(owner)):
            raise StateConflict(f'"{owner.name}" has such a schedule')
        _check_droppable(_unwanted(owner), convert)
        schedule = Automatic(self._pool.appliance.identities.uuid(), owner, timing, keep)
        schedule.retention = arguments.get("retentionpolicy", UNRETAINED)
        self._schedules[schedule.id] = schedule
        self._arrange(schedule)
        _discard(_unwanted(owner), convert)
        return schedule

    def _check_family(self, owner: Owner) -> None:
        """Refuse schedules on a project and on a share in it: they would keep one another's snapshots."""
        related: list[Owner] = [owner.project] if isinstance(owner, Share) else list(owner.shares.values())
        for other in related:
            if self.of(other):
                raise StateConflict(f'"{other.name}" has schedules of automatic snapshots')

    def modify(self, schedule: Automatic, arguments: dict[str, Any], convert: bool) -> None:
        """Change a schedule; snapshots that it does not want any more go, or become manual ones."""
        timing = parse_timing(arguments, schedule.timing)
        same = timing.frequency == schedule.timing.frequency
        keep = _check_keep(timing, arguments.get("keep", schedule.keep if same else None))
        doomed = _surplus(schedule, keep) if same else _kept(schedule)
        _check_droppable([one for one in doomed if one.kept_by == {schedule.id}], convert)
        schedule.timing, schedule.keep = timing, keep
        schedule.retention = arguments.get("retentionpolicy", schedule.retention)
        self._arrange(schedule)
        _let_go(schedule, doomed, convert)

    def delete(self, schedule: Automatic, convert: bool) -> None:
        """Remove a schedule, and the snapshots that only it wanted unless they become manual ones."""
        doomed = _kept(schedule)
        _check_droppable([one for one in doomed if one.kept_by == {schedule.id}], convert)
        self._drop(schedule)
        _let_go(schedule, doomed, convert)

    def _drop(self, schedule: Automatic) -> None:
        if schedule.appointment is not None:
            schedule.appointment.cancel()
        del self._schedules[schedule.id]

    def _arrange(self, schedule: Automatic) -> None:
        if schedule.appointment is not None:
            schedule.appointment.cancel()
        fleet = self._pool.appliance.fleet
        when = schedule.timing.resume(fleet.clock.now(), fleet.clock.present())
        schedule.appointment = fleet.agenda.put(when, lambda: self._run(schedule))

    def _run(self, schedule: Automatic) -> None:
        """Take the snapshot that is due; one that cannot be taken is left out."""
        if not _exists(schedule.owner):
            return self._drop(schedule)
        self._arrange(schedule)
        try:
            snapshot = self._take(schedule.owner)
        except ApplianceError:
            return None
        for member in snapshot.family():
            member.kept_by.add(schedule.id)
            if schedule.retention != UNRETAINED:
                member.retention = schedule.retention
        return _let_go(schedule, _surplus(schedule, schedule.keep), convert=False)

    def _take(self, owner: Owner) -> Snapshot:
        """Return the snapshot of this instant; schedules that are due together share one."""
        label = owner.values["snaplabel"] if isinstance(owner, Share) else owner.setting("snaplabel")
        name = f"{PREFIX}{label + '-' if label else ''}{int(self._pool.appliance.clock.now())}"
        if name in owner.snapshots:
            return owner.snapshots[name]
        snapshot = owner.take_snapshot(name)
        for member in snapshot.family():
            member.auto = True
        return snapshot


def automatic_of(owner: Owner) -> AutomaticSnapshots:
    """Return the schedules of the pool that holds a project, filesystem or LUN."""
    return (owner.project if isinstance(owner, Share) else owner).pool.automatic


def _exists(owner: Owner) -> bool:
    if isinstance(owner, Share):
        return owner.settled
    return owner.pool.projects.get(owner.name) is owner


def _check_keep(timing: Timing, keep: int | None) -> int:
    cap = _CAPS.get(timing.frequency, 0)
    if keep is None:
        return cap
    if cap and not 1 <= keep <= cap:
        raise bad_value("keep", keep, f"a number from 1 to {cap}")
    return keep


def _kept(schedule: Automatic) -> list[Snapshot]:
    return [snapshot for snapshot in schedule.owner.snapshots.values() if schedule.id in snapshot.kept_by]


def _surplus(schedule: Automatic, keep: int) -> list[Snapshot]:
    return _kept(schedule)[:-keep] if keep else []


def _unwanted(owner: Owner) -> list[Snapshot]:
    return [snapshot for snapshot in owner.snapshots.values() if snapshot.auto and not snapshot.kept_by]


def _check_droppable(snapshots: list[Snapshot], convert: bool) -> None:
    if not convert:
        check_held(snapshots)


def _let_go(schedule: Automatic, snapshots: list[Snapshot], convert: bool) -> None:
    """A schedule wants ``snapshots`` no more: those that no other one wants go."""
    for snapshot in snapshots:
        for member in snapshot.family():
            member.kept_by.discard(schedule.id)
    _discard([snapshot for snapshot in snapshots if not snapshot.kept_by], convert)


def _discard(snapshots: list[Snapshot], convert: bool) -> None:
    """Destroy automatic snapshots or make them manual; those with clones or under a hold stay as they are."""
    for snapshot in snapshots:
        family = snapshot.family()
        if convert:
            for member in family:
                member.auto = False
        elif not any(member.clones or member.held for member in family):
            snapshot.remove()
