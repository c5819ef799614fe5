"""Snapshots that came along with a replica: what can be done to them on the target (API reference 10.4)."""

from __future__ import annotations

from zfssa_lab.model.errors import already_exists, not_found
from zfssa_lab.model.package import Package
from zfssa_lab.model.replica import FrozenSnapshot, Replica


def received_snapshots(package: Package, replica: Replica | None) -> list[FrozenSnapshot]:
    """Return the snapshots of a replica, or those of the replicated project."""
    return package.project.snapshots if replica is None else replica.snapshots


def received_snapshot(package: Package, replica: Replica | None, name: str) -> FrozenSnapshot:
    """Return the snapshot called ``name``; NotFound."""
    for snapshot in received_snapshots(package, replica):
        if snapshot.name == name:
            return snapshot
    raise not_found(f"{replica.name if replica else package.project.name}@{name}")


def parts(package: Package, snapshot: FrozenSnapshot) -> list[tuple[Replica, FrozenSnapshot]]:
    """Return where ``snapshot`` is, and, for that of a project, where its parts are."""
    return [
        (replica, one)
        for replica in package.replicas.values()
        for one in replica.snapshots
        if snapshot.id in (one.id, one.parent)
    ]


def rename_received(package: Package, replica: Replica | None, snapshot: FrozenSnapshot, name: str) -> None:
    """Rename a snapshot, of a project on all its shares; later updates keep the name."""
    if name == snapshot.name:
        return
    family = parts(package, snapshot)
    taken = any(one.name == name for one in received_snapshots(package, replica))
    if taken or any(holder.find(name) for holder, _one in family):
        raise already_exists("snapshot", name)
    for one in (snapshot, *(one for _holder, one in family)):
        one.name = name
        package.renamed[one.id] = name


def destroy_received(package: Package, snapshot: FrozenSnapshot) -> None:
    """Destroy a snapshot, of a project on all its shares; later updates do not bring it back."""
    for holder, one in parts(package, snapshot):
        holder.drop(one)
        package.destroyed.add(one.id)
    if snapshot in package.project.snapshots:
        package.project.snapshots.remove(snapshot)
        package.destroyed.add(snapshot.id)
