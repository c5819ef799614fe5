"""A replication update in progress: a function of time, brought up to date on every look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zfssa_lab.model.action import LOCAL, SUCCESS
from zfssa_lab.model.cluster import find_pool
from zfssa_lab.model.errors import NoSpace
from zfssa_lab.model.logs import MAJOR
from zfssa_lab.model.replica import ProjectState, Replica
from zfssa_lab.model.reversal import check_old_source, take_back

if TYPE_CHECKING:
    from zfssa_lab.model.action import Action
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.package import Package
    from zfssa_lab.model.share import Share
    from zfssa_lab.model.snapshot import Snapshot

OVERHEAD = 0.3  # seconds from sendupdate to the first byte


class Update:
    """One update of ``action``: ``total`` bytes to send, ``sent`` so far.

    ``doom`` is the reason why it will fail once ``stop_at`` bytes are sent; None when it will succeed.
    """

    def __init__(self, source: Appliance, action: Action, total: int, doom: str | None) -> None:
        self.source = source
        self.action = action
        self.total = total
        self.doom = doom
        self.stop_at = total / 2 if doom else float(total)
        self.sent = 0.0
        self.stalled = False
        # How much was ever written when the update began: the next one sends what came after.
        self.marks = {share.id: share.blocks.written for share in action.shares()}
        self.started = source.clock.now()
        self._reached = self.started + OVERHEAD
        self.ended: float | None = None

    @property
    def package(self) -> Package | None:
        """The package that it fills, if that is still there."""
        return self.action.package

    def rate(self) -> float:
        """Return bytes per second: the lab's bandwidth, or its part of it, or less if the action says so."""
        fleet = self.source.fleet
        bandwidth = fleet.bandwidth
        if fleet.switches["link"] == "shared":
            bandwidth /= max(1, sum(other.link == self.link for other in fleet.updates))
        limit = self.action.settings["max_bandwidth"]
        return min(bandwidth, limit) if limit else bandwidth

    @property
    def link(self) -> frozenset[str]:
        """The two appliances between which it runs."""
        return frozenset((self.source.name, self.action.peer.appliance.name))

    def _offline(self) -> str | None:
        """Return which side's service is off, if one is."""
        for side, appliance in (("source", self.source), ("target", self.action.peer.appliance)):
            if not appliance.services.online("replication"):
                return side
        return None

    def end_time(self) -> float:
        """Return when it will end if nothing changes; a service that went off ends it at once."""
        if self._offline():
            return max(self.started, self.source.fleet.settled)
        if self.stalled:
            return float("inf")
        return self._reached + (self.stop_at - self.sent) / self.rate()

    def seconds_left(self) -> float:
        """Return the estimate that the action shows."""
        return 0.0 if self.ended else (self.total - self.sent) / self.rate()

    def throughput(self) -> float:
        """Return the average bytes per second so far."""
        until = self.ended or self.source.clock.now()
        busy = until - self.started - OVERHEAD
        return self.sent / busy if busy > 0 else 0.0

    def progress(self, now: float) -> None:
        """Bring the bytes sent up to ``now``, which is before its end."""
        if now > self._reached:
            if not self.stalled:
                self.sent = min(self.stop_at, self.sent + (now - self._reached) * self.rate())
            self._reached = now

    def finish(self) -> None:
        """Its time has come: it fails or succeeds."""
        offline = self._offline()
        if offline is not None:
            self.end(f"failed: the replication service of the {offline} is offline")
        else:
            self.sent = self.stop_at
            self.end(f"failed: {self.doom}" if self.doom else SUCCESS)

    def end(self, result: str) -> None:
        """End now with ``result``: keep the replica, or undo what was begun."""
        action = self.action
        self.ended = self.source.clock.now()
        action.update = None
        action.last_update = self
        action.last_result = result
        action.statistics.count(result, int(self.sent), self.ended - self.started)
        self.source.fleet.updates.remove(self)
        keep = action.updates_started - (0 if result == SUCCESS else 1)
        if result == SUCCESS:
            action.last_sync = self.ended
            action.replica_time = self.started
            action.marks = self.marks
        for share in action.shares():
            share.remove_snapshots(action.base_prefix, f"{action.base_prefix}{keep}")
        if self.package is not None:
            self.package.settle(result, self.ended, self.started)
        else:
            # Nothing can be sent any more: the appliance gives up (API reference 15.1).
            action.settings["enabled"] = False
        self._tell(result)
        self.source.replication.keep_going(action)

    def _tell(self, result: str) -> None:
        """Put an alert about the end into the log of the source (API reference 15.2)."""
        what = f"Replication of {self.action.project.name} to {self.action.peer.label}"
        if result == SUCCESS:
            self.source.logs.alert(f"{what} has finished")
        else:
            self.source.logs.alert(f"{what} was not completed: {result}", MAJOR)


def start_update(source: Appliance, action: Action) -> None:
    """Take the snapshots, and begin to fill the package."""
    shares = action.shares()
    action.project.check_room(sum(share.snapshot_cost for share in shares))
    action.updates_started += 1
    bases = {share.id: share.take_snapshot(f"{action.base_prefix}{action.updates_started}") for share in shares}
    doom = check_old_source(action)
    package = None if doom else action.package
    if package is None:
        doom = doom or _missing(action)
    elif not package.enabled:
        doom = "the package is disabled on the target"
    else:
        take_back(action, package)
    changed = {share.id: _to_send(action, share) for share in shares}
    if package is not None and doom is None:
        doom = _fill(package, action, bases, changed)
    trouble = source.fleet.trouble(source.name)
    if trouble == "fail":
        doom = doom or "connection to the target was lost"
    update = Update(source, action, sum(changed.values()), doom)
    update.stalled = trouble == "stall"
    action.update = update
    action.last_update = update
    action.last_try = update.started
    source.fleet.updates.append(update)


def _to_send(action: Action, share: Share) -> int:
    """Return the bytes that an update sends for ``share`` (API reference 10.5)."""
    blocks = share.blocks
    if share.id in action.marks:
        return min(blocks.live, blocks.written - action.marks[share.id])
    snapshots = share.snapshot_space if action.settings["include_snaps"] else 0
    return blocks.live + snapshots


def _missing(action: Action) -> str:
    """Return what is no longer on the target; a pool goes when its cluster comes to an end."""
    what = "package" if find_pool(action.peer.appliance, action.target_pool) else "pool"
    return f"the {what} no longer exists on the target"


def _fill(package: Package, action: Action, bases: dict[str, Snapshot], changed: dict[str, int]) -> str | None:
    """Begin to fill the package with what the snapshots show; return why the update must fail, if so."""
    package.source_pool = action.project.pool.name
    package.retain_user_snaps = action.settings["retain_user_snaps_on_target"]
    package.auto_keep = dict(action.autosnaps.keep) if action.autosnaps.retention == LOCAL else None
    include_snaps = action.settings["include_snaps"]
    replicas = [Replica(share, bases[share.id], include_snaps, changed[share.id]) for share in action.shares()]
    try:
        package.receive(replicas, ProjectState.of(action))
    except NoSpace as refusal:
        return f"no space on the target: {refusal.detail}"
    return None
