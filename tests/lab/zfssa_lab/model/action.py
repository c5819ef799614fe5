"""Replication actions: what is sent where, and what came of it (API reference 10.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zfssa_lab.model.errors import NotImplementedHere, StateConflict
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.share import Share

if TYPE_CHECKING:
    from zfssa_lab.model.agenda import Appointment
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.package import Package
    from zfssa_lab.model.project import Project
    from zfssa_lab.model.reversal import Reversal
    from zfssa_lab.model.schedule import Schedule
    from zfssa_lab.model.transfer import Update

UNKNOWN = "<unknown>"
SUCCESS = "success"
CANCELLED = "cancelled"
SYNCHRONIZED, LOCAL = "synchronized", "local"

_SETTINGS = (
    Property("enabled", "boolean", True),
    Property("continuous", "boolean", False),
    Property("include_snaps", "boolean", True),
    Property("retain_user_snaps_on_target", "boolean", False),
    Property("max_bandwidth", "size", 0),
    Property("use_ssl", "boolean", True),
    Property("compression", "on_off", "on"),
    Property("dedup", "boolean", False),
    Property("export_path", "string", ""),
    Property("recovery_point_objective", "integer", 0),
    Property("replica_lag_warning_alert", "integer", 0),
    Property("replica_lag_error_alert", "integer", 0),
    Property("include_clone_origin_as_data", "boolean", False, feature="multi_target"),
    Property("potential_target", "string", "", feature="multi_target"),
    Property("distant_target", "string", "", feature="multi_target"),
)
_READ_ONLY = (
    "id", "href", "bytes_sent", "estimated_size", "estimated_time_left", "average_throughput", "state",
    "state_description", "last_sync", "last_try", "last_result", "next_update", "replication_of",
    "collection", "replica_data_timestamp", "replica_lag",
)  # fmt: skip
_POOL = Property("pool", "name", required=True, modify=False)
_TARGET = Property("target", "string", required=True, modify=False)

ACTION_SETTINGS = Table(*_SETTINGS, read_only=(*_READ_ONLY, "pool", "project", "share", "target", "target_pool"))
# The flat form names the source by pool, project and share (API reference 10.2) ...
ACTION = Table(
    _POOL,
    Property("project", "name", required=True, modify=False),
    Property("share", "name", "", modify=False),
    _TARGET,
    Property("target_pool", "name", required=True, modify=False),
    *_SETTINGS,
    read_only=_READ_ONLY,
)
# ... the contextual form has it in the path, and `pool` is the target's (API reference 14.7).
CONTEXT_ACTION = Table(_POOL, _TARGET, *_SETTINGS, read_only=_READ_ONLY)


@dataclass
class Peer:
    """A replication target: another appliance under a label."""

    label: str
    hostname: str
    appliance: Appliance
    number: int
    host_match: bool = True
    auto_accept_cert: bool = False


@dataclass
class Statistics:
    """Counters of the updates that have ended, and of the scheduled ones that were not begun."""

    updates: dict[str, int] = field(default_factory=lambda: {SUCCESS: 0, CANCELLED: 0, "failed": 0})
    skipped: int = 0
    sent: int = 0
    seconds: float = 0.0
    last_sent: int = 0
    last_seconds: float = 0.0

    def count(self, result: str, sent: int, seconds: float) -> None:
        """Take in an update that has ended."""
        self.updates[result if result in self.updates else "failed"] += 1
        self.sent += sent
        self.seconds += seconds
        self.last_sent = sent
        self.last_seconds = seconds


@dataclass
class AutosnapPolicy:
    """How many automatic snapshots the target keeps: as many as the source, or numbers of its own.

    ``keep`` maps the id of a schedule on the source to the target's number; 0 keeps all.
    """

    retention: str = SYNCHRONIZED
    keep: dict[str, int] = field(default_factory=dict)


class Action:
    """A replication action on a project, or on one share of it."""

    def __init__(
        self,
        ident: str,
        project: Project,
        share: Share | None,
        *,
        peer: Peer,
        target_pool: str,
        settings: dict[str, Any],
    ) -> None:
        self.id = ident
        self.share = share
        self._project = project
        self.peer = peer
        self.target_pool = target_pool
        self.settings = settings
        self.schedules: dict[str, Schedule] = {}
        self.autosnaps = AutosnapPolicy()
        self.statistics = Statistics()
        self.restart: Appointment | None = None
        self.reversal: Reversal | None = None
        self.update: Update | None = None
        self.last_update: Update | None = None
        self.updates_started = 0
        self.marks: dict[str, int] = {}
        self.last_try: float | None = None
        self.last_sync: float | None = None
        self.replica_time: float | None = None
        self.last_result = UNKNOWN

    @property
    def project(self) -> Project:
        """The project that is replicated, or that holds the share that is."""
        return self.share.project if self.share else self._project

    @property
    def source(self) -> Appliance:
        """The appliance that it is on."""
        return self._project.pool.appliance

    @property
    def package(self) -> Package | None:
        """The package that it fills, if it is there; either head of a cluster may hold it."""
        found = (head.replication.packages.get(self.id) for head in self.peer.appliance.heads)
        return next((package for package in found if package is not None), None)

    @property
    def base_prefix(self) -> str:
        """How the names of its hidden snapshots begin (API reference 10.5)."""
        return f".rr-{self.id}-"

    def shares(self) -> list[Share]:
        """Return the shares that an update sends (API reference 10.3)."""
        if self.share is not None:
            return [self.share]
        return [share for share in self.project.shares.values() if share.inherits_replication]

    @property
    def replica_lag(self) -> float | None:
        """Seconds by which the replica is behind; None before there is one (API reference 10.2)."""
        if self.replica_time is None:
            return None
        return max(0.0, self.source.clock.now() - self.replica_time)

    @property
    def next_update(self) -> float | None:
        """When the next scheduled or continuous update is to begin."""
        if not self.settings["enabled"]:
            return None
        due = [schedule.appointment.when for schedule in self.schedules.values()]
        if self.restart is not None and not self.restart.cancelled and self.update is None:
            due.append(self.restart.when)
        return min(due, default=None)

    def check_settings(self, arguments: dict[str, Any]) -> None:
        """Refuse what contradicts the action (API reference 10.2)."""
        if arguments.get("export_path"):
            raise NotImplementedHere("offline replication to a file on an NFS server")
        if arguments.get("continuous") and self.schedules:
            raise StateConflict("an action with schedules cannot be continuous")
