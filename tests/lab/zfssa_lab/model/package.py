"""Replication as a target sees it: packages, their replicas, and the sever (API reference 10.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zfssa_lab.model.errors import StateConflict, already_exists, not_found
from zfssa_lab.model.filesystem import Filesystem
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.snapshot import Snapshot
from zfssa_lab.model.space import Blocks
from zfssa_lab.model.tables import MASK_ALL, PROJECT
from zfssa_lab.model.views import assign_numbers

if TYPE_CHECKING:
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.project import Pool, Project
    from zfssa_lab.model.replication import Action
    from zfssa_lab.model.share import Share

SUCCESS = "success"


@dataclass
class FrozenSnapshot:
    """A snapshot of the source as the replica holds it."""

    name: str
    created: float
    live: int
    unique: int
    fresh: int
    settings: dict[str, Any]


class Replica:
    """A share as it was when the update's snapshot was taken."""

    def __init__(self, share: Share, action: Action) -> None:
        self.name = share.name
        self.is_lun = isinstance(share, Lun)
        self.table = share.table
        self.guid = share.guid if isinstance(share, Lun) else ""
        self.values = dict(share.values)
        self.local = dict(share.local)
        self.custom = dict(share.custom)
        self.reserved = share.reserved
        wanted = [snap for snap in share.snapshots.values() if not snap.system and action.settings["include_snaps"]]
        self.snapshots = [
            FrozenSnapshot(s.name, s.created, s.live, s.unique, s.fresh, dict(s.settings)) for s in wanted
        ]
        fresh = share.blocks.live - wanted[-1].live if wanted else share.blocks.live
        self.blocks = Blocks(live=share.blocks.live, fresh=max(0, fresh))

    @property
    def footprint(self) -> int:
        """Bytes that the target's pool gives up for the replica."""
        return self.blocks.footprint(self.snapshots, self.reserved)


class Package:
    """A replica of a project or share on the target.

    ``replicas`` are those of the last good update, ``incoming`` those of the one that is running.
    """

    def __init__(self, ident: str, source: Appliance, pool: Pool) -> None:
        self.id = ident
        self.source = source
        self.pool = pool
        self.created = source.clock.now()
        self.enabled = True
        self.project_name = ""
        self.project_settings: dict[str, Any] = {}
        self.project_custom: dict[str, Any] = {}
        self.replicas: dict[str, Replica] = {}
        self.overrides: dict[str, dict[str, Any]] = {}
        self.incoming: dict[str, Replica] | None = None
        self.complete = False
        self.last_try: float | None = None
        self.last_sync: float | None = None
        self.last_result = "<unknown>"

    @property
    def action(self) -> Action | None:
        """The action on the source, if it still exists."""
        return self.source.replication.actions.get(self.id)

    @property
    def receiving(self) -> bool:
        """Say whether an update is running."""
        return self.action is not None and self.action.update is not None

    @property
    def footprint(self) -> int:
        """Bytes that the pool gives up, those of a running update included."""
        held = sum(replica.footprint for replica in self.replicas.values())
        coming = sum(replica.footprint for replica in (self.incoming or {}).values())
        return max(held, coming)

    def receive(self, replicas: list[Replica]) -> None:
        """Begin to take in ``replicas``; NoSpace when the pool cannot hold them."""
        self.last_try = self.source.clock.now()
        growth = sum(replica.footprint for replica in replicas) - self.footprint
        self.pool.check_room(max(0, growth))
        self.incoming = {replica.name: replica for replica in replicas}

    def settle(self, result: str, when: float) -> None:
        """An update ended: keep what came in if it was good."""
        self.last_result = result
        if result == SUCCESS and self.incoming is not None:
            self.replicas = self.incoming
            self.complete = True
            self.last_sync = when
            for name, values in self.overrides.items():
                if name in self.replicas:
                    self._override(self.replicas[name], values)
        self.incoming = None

    def replica(self, name: str) -> Replica:
        """Return the replica called ``name``; NotFound."""
        if name not in self.replicas:
            raise not_found(f"{self.project_name}/{name}")
        return self.replicas[name]

    def setting(self, replica: Replica, name: str) -> Any:
        """Return the effective value of an inheritable property of a replica."""
        inherited = self.project_settings.get(name, replica.table.by_name[name].default)
        return replica.local.get(name, inherited)

    def modify_replica(self, replica: Replica, values: dict[str, Any]) -> None:
        """Change properties of a replica; later updates keep the change (API reference 14.7)."""
        self._override(replica, values)
        self.overrides.setdefault(replica.name, {}).update(values)

    @staticmethod
    def _override(replica: Replica, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if name.startswith("custom:"):
                replica.custom[name] = value
            elif replica.table.by_name[name].inherited:
                replica.local[name] = value
            else:
                replica.values[name] = value

    def check_idle(self) -> None:
        """Refuse while an update is running."""
        if self.receiving:
            raise StateConflict("the package is receiving an update")

    def cancel(self) -> None:
        """Break off a running update from the target's side."""
        if self.action is not None:
            self.source.replication.cancel(self.action)

    def destroy(self) -> None:
        """Destroy the replica."""
        self.check_idle()
        del self.pool.appliance.replication.packages[self.id]

    def sever(self, name: str) -> Project:
        """Turn the package into the local project ``name`` (API reference 10.5)."""
        self.check_idle()
        if not self.complete:
            raise StateConflict("the package has not received a complete update")
        if name in self.pool.projects:
            raise already_exists("project", name)
        known = self.pool.appliance.schema.properties
        settings = {k: v for k, v in self.project_settings.items() if k in PROJECT.by_name}
        settings.pop("mountpoint", None)
        custom = {k: v for k, v in self.project_custom.items() if k.removeprefix("custom:") in known}
        packages = self.pool.appliance.replication.packages
        # The replica's own space is free for the project that it becomes.
        del packages[self.id]
        try:
            project = self.pool.create_project({"name": name, **settings, **custom})
        except StateConflict:
            packages[self.id] = self
            raise
        for replica in self.replicas.values():
            _make_writable(project, replica)
        return project


def _make_writable(project: Project, replica: Replica) -> None:
    """Make a share of a replica; it is a new LUN to its hosts, with a GUID of its own."""
    appliance = project.pool.appliance
    share: Share = Lun(project, replica.name) if replica.is_lun else Filesystem(project, replica.name)
    share.values = dict(replica.values)
    share.local = dict(replica.local)
    known = appliance.schema.properties
    share.custom = {k: v for k, v in replica.custom.items() if k.removeprefix("custom:") in known}
    project.shares[share.name] = share
    for frozen in replica.snapshots:
        ident = appliance.identities.share_id()
        snapshot = Snapshot(frozen.name, ident, frozen.created, project, share=share)
        snapshot.live, snapshot.unique, snapshot.fresh = frozen.live, frozen.unique, frozen.fresh
        snapshot.settings = dict(frozen.settings)
        share.snapshots[snapshot.name] = snapshot
    share.blocks = Blocks(live=replica.blocks.live, fresh=replica.blocks.fresh)
    share.blocks.written = replica.blocks.live
    if isinstance(share, Lun):
        share.numbers = _numbers(appliance, share)


def _numbers(appliance: Appliance, lun: Lun) -> dict[str, int]:
    """Present a severed LUN to those of its groups that exist here; else to nobody."""
    if lun.values["initiatorgroup"] == [MASK_ALL]:
        return {}
    wanted = {name: lun.values[name] for name in ("initiatorgroup", "targetgroup", "lunumber")}
    try:
        return assign_numbers(appliance, lun, wanted, {})
    except StateConflict:
        return {}
