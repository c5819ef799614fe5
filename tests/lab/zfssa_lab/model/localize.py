"""Replicas become local shares: by a sever, a reversal or a clone of their package (API reference 10.5)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from zfssa_lab.model.errors import StateConflict
from zfssa_lab.model.filesystem import Filesystem
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.replica import FrozenSnapshot, Replica
from zfssa_lab.model.snapshot import Snapshot
from zfssa_lab.model.space import Blocks
from zfssa_lab.model.tables import MASK_ALL, PROJECT
from zfssa_lab.model.views import assign_numbers

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.package import Package
    from zfssa_lab.model.project import Project
    from zfssa_lab.model.share import Share

Families = dict[str, Snapshot]


def make_project(package: Package, name: str, mountpoint: str | None = None) -> Project:
    """Make the local project ``name`` with the replicated project's settings, or another ``mountpoint``."""
    known = package.pool.appliance.schema.properties
    state = package.project
    settings = {key: value for key, value in state.settings.items() if key in PROJECT.by_name}
    if mountpoint is not None:
        settings["mountpoint"] = mountpoint
    custom = {key: value for key, value in state.custom.items() if key.removeprefix("custom:") in known}
    return package.pool.create_project({"name": name, **settings, **custom})


def make_project_snapshots(project: Project, received: list[FrozenSnapshot]) -> Families:
    """Give a severed project the snapshots that came with it; return them by their ids on the source."""
    families = {}
    for frozen in received:
        ident = project.pool.appliance.identities.share_id()
        snapshot = Snapshot(frozen.name, ident, frozen.created, project)
        snapshot.auto = frozen.auto
        project.snapshots[snapshot.name] = families[frozen.id] = snapshot
    return families


def make_share(
    project: Project, replica: Replica, origins: list[Replica], families: Families, changed: Collection[str]
) -> Share:
    """Make a replica writable: the same bytes, and what else of its source the switches say.

    ``origins`` are the states of the share that clones live on: they become snapshots of it.  ``changed`` names the
    properties that were set in the package: those stay as they are there (API reference 14.7).
    """
    share = _new_share(project, replica, kin=True)
    entries: list[FrozenSnapshot | Replica] = [*replica.snapshots, *origins]
    for entry in sorted(entries, key=_age):
        if isinstance(entry, Replica):
            _add_origin(share, entry)
        else:
            _add_snapshot(share, entry, families.get(entry.parent or ""))
    share.blocks = Blocks(live=replica.blocks.live, fresh=0 if replica in origins else replica.blocks.fresh)
    share.blocks.written = replica.blocks.live
    share.account()
    if isinstance(share, Lun):
        _become_local(share, replica, changed)
        share.numbers = _numbers(project.pool.appliance, share)
    return share


def _become_local(lun: Lun, replica: Replica, changed: Collection[str]) -> None:
    """Give a severed LUN what the guides leave open (API reference 15.1, 15.3)."""
    switches = lun.project.pool.appliance.fleet.switches
    if switches["severed-guid"] == "source":
        lun.guid = replica.guid
    if switches["severed-status"] == "online" and "status" not in changed:
        lun.values["status"] = "online"
    if switches["severed-lu-number"] == "new" and "lunumber" not in changed:
        lun.values.update({"lunumber": "auto", "fixednumber": False})


def check_groups(package: Package) -> None:
    """Refuse to make LUNs local whose groups do not exist here, where the switch says so (API reference 15.1)."""
    appliance = package.pool.appliance
    if appliance.fleet.switches["sever-missing-groups"] != "refused":
        return
    hosts = {MASK_ALL, *appliance.san.initiator_group_names()}
    ports = set(appliance.san.target_group_names())
    for replica in package.replicas.values():
        if replica.is_lun:
            missing = [f'initiator group "{name}"' for name in replica.values["initiatorgroup"] if name not in hosts]
            if replica.values["targetgroup"] not in ports:
                missing.append(f'target group "{replica.values["targetgroup"]}"')
            if missing:
                raise StateConflict(f'LUN "{replica.name}" has {" and ".join(missing)}, which does not exist here')


def clone_share(project: Project, replica: Replica, drop_mountpoint: bool) -> Share:
    """Make a writable clone of a replica: it shares the replica's blocks and lives as long as the package."""
    share = _new_share(project, replica, kin=False)
    share.blocks = Blocks(live=replica.blocks.live, fresh=0, shared=replica.blocks.live)
    share.origin = replica
    replica.clones.append(share)
    if drop_mountpoint:
        share.local.pop("mountpoint", None)
    share.account()
    if isinstance(share, Lun):
        share.values.update({"lunumber": "auto", "fixednumber": False})
        share.numbers = _numbers(project.pool.appliance, share)
    return share


def _new_share(project: Project, replica: Replica, kin: bool) -> Share:
    """Make a share with the settings of a replica; ``kin`` says that it is the same LUN to the lab's watch."""
    share: Share = Lun(project, replica.name) if replica.is_lun else Filesystem(project, replica.name)
    if kin and isinstance(share, Lun) and replica.family is not None:
        share.family, share.content = replica.family, replica.content
    share.values = dict(replica.values)
    share.local = dict(replica.local)
    known = project.pool.appliance.schema.properties
    share.custom = {key: value for key, value in replica.custom.items() if key.removeprefix("custom:") in known}
    if share.volume:
        share.plane.copy(replica.volume, share.volume)
    project.shares[share.name] = share
    return share


def _age(entry: FrozenSnapshot | Replica) -> float:
    return entry.base_time if isinstance(entry, Replica) else entry.created


def _add_snapshot(share: Share, frozen: FrozenSnapshot, parent: Snapshot | None) -> None:
    ident = share.project.pool.appliance.identities.share_id()
    snapshot = Snapshot(frozen.name, ident, frozen.created, share.project, share=share, parent=parent)
    snapshot.live, snapshot.unique, snapshot.fresh = frozen.live, frozen.unique, frozen.fresh
    snapshot.volume = frozen.volume
    snapshot.settings = dict(frozen.settings)
    snapshot.content = frozen.content
    snapshot.auto = frozen.auto
    share.snapshots[snapshot.name] = snapshot


def _add_origin(share: Share, replica: Replica) -> None:
    ident = share.project.pool.appliance.identities.share_id()
    snapshot = Snapshot(replica.base, ident, replica.base_time, share.project, share=share)
    snapshot.live, snapshot.unique, snapshot.fresh = replica.blocks.live, replica.held, replica.blocks.fresh
    snapshot.volume = replica.volume
    snapshot.content = replica.content
    snapshot.clones = replica.clones
    for clone in snapshot.clones:
        clone.origin = snapshot
    share.snapshots[snapshot.name] = snapshot


def _numbers(appliance: Appliance, lun: Lun) -> dict[str, int]:
    """Present a LUN to those of its groups that exist here; else to nobody."""
    if lun.values["initiatorgroup"] == [MASK_ALL]:
        return {}
    wanted = {name: lun.values[name] for name in ("initiatorgroup", "targetgroup", "lunumber")}
    try:
        return assign_numbers(appliance, lun, wanted, {})
    except StateConflict:
        return {}
