"""A replication update in progress: a function of time, brought up to date on every look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zfssa_lab.model.errors import NoSpace
from zfssa_lab.model.package import Package, Replica

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.replication import Action
    from zfssa_lab.model.share import Share

OVERHEAD = 0.3  # seconds from sendupdate to the first byte
SUCCESS = "success"


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
        self._settled = self.started + OVERHEAD
        self.ended: float | None = None

    @property
    def package(self) -> Package | None:
        """The package that it fills, if that is still there."""
        return self.action.peer.appliance.replication.packages.get(self.action.id)

    def rate(self) -> float:
        """Return bytes per second: the lab's bandwidth, or less if the action says so."""
        limit = self.action.settings["max_bandwidth"]
        return min(self.source.fleet.bandwidth, limit) if limit else self.source.fleet.bandwidth

    def end_time(self) -> float:
        """Return when it will end if nothing changes."""
        if self.stalled:
            return float("inf")
        return self._settled + (self.stop_at - self.sent) / self.rate()

    def seconds_left(self) -> float:
        """Return the estimate that the action shows."""
        return 0.0 if self.ended else (self.total - self.sent) / self.rate()

    def throughput(self) -> float:
        """Return the average bytes per second so far."""
        until = self.ended or self.source.clock.now()
        busy = until - self.started - OVERHEAD
        return self.sent / busy if busy > 0 else 0.0

    def advance(self, now: float) -> None:
        """Bring the update up to ``now``; it may end on the way."""
        if not self.source.services.online("replication"):
            return self.end("failed: the replication service of the source is offline", now)
        if not self.action.peer.appliance.services.online("replication"):
            return self.end("failed: the replication service of the target is offline", now)
        if now <= self._settled and not self.stalled:
            return None
        end = self.end_time()
        if now >= end:
            self.sent = self.stop_at
            return self.end(f"failed: {self.doom}" if self.doom else SUCCESS, end)
        if not self.stalled:
            self.sent += (now - self._settled) * self.rate()
        self._settled = max(now, self._settled)
        return None

    def end(self, result: str, when: float | None = None) -> None:
        """Finish with ``result`` at time ``when``: keep the replica, or undo what was begun."""
        action = self.action
        self.ended = self.source.clock.now() if when is None else when
        action.update = None
        action.last_update = self
        action.last_result = result
        self.source.fleet.updates.remove(self)
        keep = f".rr-{action.id}-{action.updates_started - (0 if result == SUCCESS else 1)}"
        if result == SUCCESS:
            action.last_sync = self.ended
            action.marks = self.marks
        for share in action.shares():
            share.remove_snapshots(f".rr-{action.id}-", keep)
        if self.package is not None:
            self.package.settle(result, self.ended)


def start_update(source: Appliance, action: Action) -> None:
    """Take the snapshots, make the package if it is the first update, and begin to send."""
    shares = action.shares()
    source_room = sum(share.snapshot_cost for share in shares)
    action.project.check_room(source_room)
    total = sum(_to_send(action, share) for share in shares)
    action.updates_started += 1
    for share in shares:
        share.take_snapshot(f".rr-{action.id}-{action.updates_started}")
    doom = _prepare_package(source, action)
    trouble = source.fleet.trouble(source.name)
    if trouble == "fail":
        doom = doom or "connection to the target was lost"
    update = Update(source, action, total, doom)
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


def _prepare_package(source: Appliance, action: Action) -> str | None:
    """Make or find the package and reserve its space; return why the update must fail, if so."""
    target = action.peer.appliance
    package = target.replication.packages.get(action.id)
    if package is None:
        if action.package_made:
            return "the package no longer exists on the target"
        package = Package(action.id, source, target.pools[action.target_pool])
        target.replication.packages[action.id] = package
        target.replication.sources[source.name] = source
        action.package_made = True
    if not package.enabled:
        return "the package is disabled on the target"
    replicas = [Replica(share, action) for share in action.shares()]
    package.project_name = action.project.name
    package.project_settings = dict(action.project.local)
    package.project_custom = dict(action.project.custom)
    if action.share is not None:
        # Only what the share inherits comes along, not the quota or the custom values of its project.
        settings = package.project_settings.items()
        package.project_settings = {k: v for k, v in settings if k in action.share.table.inherited}
        package.project_custom = {}
    try:
        package.receive(replicas)
    except NoSpace as refusal:
        return f"no space on the target: {refusal.detail}"
    return None
