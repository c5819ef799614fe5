"""Analytics: what an appliance did in a stretch of time, as far as the lab knows it (API reference 15.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zfssa_lab.model.transfer import OVERHEAD, Update

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance

KIB = 1 << 10
# Bytes that count as one operation on a disk: a record of the default size.
OPERATION = 128 * KIB
# Seconds of the stretches that have a name.
SPANS = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400, "month": 30 * 86400, "year": 365 * 86400}


@dataclass(frozen=True)
class Stretch:
    """From ``start`` to ``end``, in seconds since 1970; it is longer than nothing."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    def shared(self, start: float, end: float) -> float:
        """Return for how many seconds of it something lasted."""
        return max(0.0, min(self.end, end) - max(self.start, start))


Parts = dict[str, float]
Measure = Callable[["Appliance", Stretch], Parts]


@dataclass(frozen=True)
class Dataset:
    """A statistic: ``measure`` gives its parts per second; ``broken_down`` says that these have names."""

    name: str
    explanation: str
    measure: Measure
    broken_down: bool = False


def _updates(appliance: Appliance) -> Iterator[tuple[str, Update]]:
    """Give the latest update of each action that is sent to or from an appliance, with its direction there."""
    for source in appliance.fleet.appliances.values():
        for action in source.replication.actions.values():
            if action.last_update is not None and source is appliance:
                yield "out", action.last_update
            if action.last_update is not None and action.peer.appliance is appliance:
                yield "in", action.last_update


def _moved(appliance: Appliance, stretch: Stretch) -> Parts:
    """Return the bytes per second of replication, each update's at its average rate."""
    moved = {"in": 0.0, "out": 0.0}
    for direction, update in _updates(appliance):
        begun = update.started + OVERHEAD
        until = appliance.clock.now() if update.ended is None else update.ended
        if until > begun:
            moved[direction] += update.sent * stretch.shared(begun, until) / (until - begun) / stretch.seconds
    return moved


def _network(appliance: Appliance, stretch: Stretch) -> Parts:
    return {direction: count / KIB for direction, count in _moved(appliance, stretch).items()}


def _disk_bytes(appliance: Appliance, stretch: Stretch) -> Parts:
    moved = _moved(appliance, stretch)
    return {"read": moved["out"], "write": moved["in"]}


def _disk_operations(appliance: Appliance, stretch: Stretch) -> Parts:
    return {kind: count / OPERATION for kind, count in _disk_bytes(appliance, stretch).items()}


def _requests(appliance: Appliance, stretch: Stretch) -> Parts:
    count = appliance.fleet.count_requests(appliance.name, stretch.start, stretch.end)
    return {"requests": count / stretch.seconds}


def _none(appliance: Appliance, stretch: Stretch) -> Parts:
    """What the lab has not, or does not count."""
    return {}


DATASETS = {
    one.name: one
    for one in (
        Dataset("cpu.utilization", "CPU: percent utilization", _none),
        Dataset("http.reqs", "Protocol: HTTP requests per second", _requests),
        Dataset("io.bytes[op]", "Disk: I/O bytes per second broken down by type of operation", _disk_bytes, True),
        Dataset(
            "io.ops[op]", "Disk: I/O operations per second broken down by type of operation", _disk_operations, True
        ),
        Dataset("iscsi.ops", "Protocol: iSCSI operations per second", _none),
        Dataset("nfs3.ops", "Protocol: NFSv3 operations per second", _none),
        Dataset("nfs4.ops", "Protocol: NFSv4 operations per second", _none),
        Dataset("nic.kilobytes[direction]", "Network: kilobytes per second broken down by direction", _network, True),
        Dataset("smb.ops", "Protocol: SMB operations per second", _none),
    )
}
