"""Replication as a target sees it: packages and what becomes of them (API reference 10.4, 10.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zfssa_lab.model.action import SUCCESS, UNKNOWN
from zfssa_lab.model.cluster import find_action
from zfssa_lab.model.conflicts import conflicts
from zfssa_lab.model.errors import StateConflict, already_exists
from zfssa_lab.model.localize import check_groups, clone_share, make_project, make_project_snapshots, make_share
from zfssa_lab.model.replica import ProjectState, Replica
from zfssa_lab.model.reversal import Reversal, reversed_action
from zfssa_lab.model.shelf import named
from zfssa_lab.model.snapshot import check_clones, check_confirmed

if TYPE_CHECKING:
    from zfssa_lab.model.action import Action, Peer
    from zfssa_lab.model.project import Pool, Project
    from zfssa_lab.model.share import Share


class Package:
    """A replica of a project or share on the target.

    ``replicas`` are those of the last good update, ``incoming`` those of the one that is running, ``origins``
    older ones that local clones still live on.
    """

    def __init__(self, action: Action, pool: Pool) -> None:
        """Make the empty package of an action (API reference 15.1)."""
        project = ProjectState.of(action)
        project.snapshots.clear()
        self.id = action.id
        self.source = action.source
        self.source_pool = action.project.pool.name
        self.pool = pool
        self.created = self.source.clock.now()
        self.enabled = True
        self.of_share = action.share is not None
        self.share_name = action.share.name if action.share else ""
        self.project = project
        self.replicas: dict[str, Replica] = {}
        self.overrides: dict[str, dict[str, Any]] = {}
        self.project_overrides: dict[str, Any] = {}
        self.incoming: dict[str, Replica] | None = None
        self.incoming_project = project
        self.origins: list[Replica] = []
        # What was done to received snapshots on the target; later updates respect it.
        self.renamed: dict[str, str] = {}
        self.destroyed: set[str] = set()
        self.retain_user_snaps = False
        self.auto_keep: dict[str, int] | None = None
        self.complete = False
        self.last_try: float | None = None
        self.last_sync: float | None = None
        self.replica_time: float | None = None
        self.last_result = UNKNOWN

    @property
    def action(self) -> Action | None:
        """The action on the source, if it still exists."""
        return find_action(self.source, self.id)

    @property
    def receiving(self) -> bool:
        """Say whether an update is running."""
        return self.action is not None and self.action.update is not None

    @property
    def mountpoint(self) -> str:
        """Where the replicated project is mounted once it is local, if nothing else is said."""
        return str(self.project.settings.get("mountpoint", f"/export/{self.project.name}"))

    def all_replicas(self) -> list[Replica]:
        """Return everything whose bytes it holds."""
        return [*self.replicas.values(), *(self.incoming or {}).values(), *self.origins]

    @property
    def footprint(self) -> int:
        """Bytes that the pool gives up, those of a running update included."""
        present = sum(replica.footprint for replica in self.replicas.values())
        incoming = (self.incoming or {}).values()
        coming = sum(replica.footprint + self._left_behind(replica) for replica in incoming)
        return max(present, coming) + sum(origin.held for origin in self.origins if origin.clones)

    def _left_behind(self, incoming: Replica) -> int:
        """Return what stays of a replica that is replaced: blocks of its clones, snapshots that are retained."""
        held = min(incoming.blocks.live, incoming.changed) if self._newest_origin(incoming) else 0
        if self.retain_user_snaps or self.auto_keep is not None:
            old = (replica for replica in self.replicas.values() if replica.share_id == incoming.share_id)
            held += sum(snapshot.unique for replica in old for snapshot in replica.snapshots)
        return held

    def receive(self, replicas: list[Replica], project: ProjectState) -> None:
        """Begin to take in ``replicas``; NoSpace when the pool cannot hold them."""
        self.last_try = self.source.clock.now()
        growth = sum(replica.footprint + self._left_behind(replica) for replica in replicas) - self.footprint
        self.pool.check_room(max(0, growth))
        self.incoming = {replica.name: replica for replica in replicas}
        self.incoming_project = project

    def settle(self, result: str, when: float, snapshot_time: float) -> None:
        """An update ended: keep what came in if it was good."""
        self.last_result = result
        if result == SUCCESS and self.incoming is not None:
            self.keep_replicas(self.incoming, self.incoming_project)
            self.last_sync = when
            self.replica_time = snapshot_time
        self.incoming = None

    def keep_replicas(self, incoming: dict[str, Replica], project: ProjectState) -> None:
        """Let ``incoming`` take the place of the replicas so far, with what was changed on the target."""
        self.project = project
        project.snapshots = [snapshot for snapshot in project.snapshots if snapshot.id not in self.destroyed]
        self.modify_project(self.project_overrides)
        for snapshot in project.snapshots:
            snapshot.name = self.renamed.get(snapshot.id, snapshot.name)
        before = {replica.share_id: replica for replica in self.replicas.values()}
        self.origins = [origin for origin in self.origins if origin.clones]
        for replica in incoming.values():
            replica.place = {"pool": self.pool.name, "project": project.name, "collection": self.id}
            self._redo_snapshots(replica)
            self._override(replica, self.overrides.get(replica.share_id, {}))
            origin = self._newest_origin(replica)
            if origin is not None:
                origin.held = min(origin.blocks.live, origin.held + replica.changed)
            if replica.share_id in before:
                self._retain(before[replica.share_id], replica)
        present = {replica.share_id for replica in incoming.values()}
        for old in before.values():
            if old.share_id not in present:
                old.held = old.blocks.live
            if old.clones:
                self.origins.append(old)
        self.replicas = incoming
        self.share_name = next(iter(incoming), "") if self.of_share else ""
        self.complete = True

    def _newest_origin(self, replica: Replica) -> Replica | None:
        """Return the latest state of a share that clones live on, if any do."""
        found = [one for one in (*self.origins, *self.replicas.values()) if one.share_id == replica.share_id]
        return next((one for one in reversed(found) if one.clones), None)

    def _redo_snapshots(self, replica: Replica) -> None:
        for snapshot in list(replica.snapshots):
            if snapshot.id in self.destroyed:
                replica.drop(snapshot)
            elif snapshot.id in self.renamed and replica.find(self.renamed[snapshot.id]) is None:
                snapshot.name = self.renamed[snapshot.id]

    def _retain(self, before: Replica, replica: Replica) -> None:
        """Keep snapshots that the source no longer has, if the action wants it (API reference 10.2)."""
        known = {snapshot.id for snapshot in replica.snapshots}
        newest = [one for one in replica.snapshots if one.created > before.base_time]
        for number, snapshot in enumerate(before.snapshots):
            wanted = self.auto_keep is not None if snapshot.auto else self.retain_user_snaps
            if wanted and snapshot.id not in known and replica.find(snapshot.name) is None:
                replica.adopt(snapshot, {one.id for one in (*before.snapshots[number:], *newest)})
        for schedule, keep in (self.auto_keep or {}).items():
            mine = [snapshot for snapshot in replica.snapshots if schedule in snapshot.kept_by]
            for snapshot in mine[:-keep] if keep else []:
                replica.drop(snapshot)

    def replica(self, name: str) -> Replica:
        """Return the replica called ``name``; NotFound."""
        return named(self.replicas, name, f"{self.project.name}/{name}")

    def setting(self, replica: Replica, name: str) -> Any:
        """Return the effective value of an inheritable property of a replica."""
        inherited = self.project.settings.get(name, replica.table.by_name[name].default)
        return replica.local.get(name, inherited)

    def modify_replica(self, replica: Replica, values: dict[str, Any]) -> None:
        """Change properties of a replica; later updates keep the change (API reference 14.7)."""
        self._override(replica, values)
        self.overrides.setdefault(replica.share_id, {}).update(values)

    def modify_project(self, values: dict[str, Any]) -> None:
        """Change settings of the replicated project; later updates keep the change (API reference 10.4)."""
        self.project_overrides.update(values)
        for name, value in values.items():
            (self.project.custom if name.startswith("custom:") else self.project.settings)[name] = value

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
            self.action.source.replication.cancel(self.action)

    def clones(self) -> list[Share]:
        """Return the local shares that live on the package, clones of clones included."""
        found: list[Share] = []
        for replica in (*self.origins, *self.replicas.values()):
            for clone in replica.clones:
                found += [clone, *clone.doomed_clones()]
        return found

    def destroy(self, confirmed: bool) -> None:
        """Destroy the replica, and the clones that were made of it (API reference 10.5)."""
        self.check_idle()
        clones = self.clones()
        check_clones(clones, f'package "{self.id}"')
        dependents = f"has {len(clones)} dependent clone(s)" if clones else ""
        check_confirmed(self.pool.appliance, confirmed, f'package "{self.id}"', dependents)
        for clone in clones:
            clone.remove()
        del self.pool.appliance.replication.packages[self.id]

    def _check_local(self, name: str, mountpoint: str | None = None) -> None:
        """Refuse to become or to make the local project ``name``, mounted at ``mountpoint`` if given."""
        if not self.complete:
            raise StateConflict("the package has not received a complete update")
        if name in self.pool.projects:
            raise already_exists("project", name)
        check_groups(self)
        if taken := conflicts(self, mountpoint):
            raise StateConflict(f"{taken[0]} is in use on this appliance")

    @property
    def base_cost(self) -> int:
        """Bytes that snapshots of all shares would cost once they are local and writable."""
        return sum(min(replica.reserved, replica.blocks.fresh) for replica in self.replicas.values())

    def sever(self, name: str, growth: int = 0) -> Project:
        """Turn the package into the local project ``name``, which may take ``growth`` bytes more (10.5).

        An update that is running fails, and its action is disabled (15.1).
        """
        self._check_local(name)
        if self.clones():
            growth += self.base_cost
        self.pool.check_room(growth)
        packages, sender = self.pool.appliance.replication.packages, self.action
        # The replica's own space is free for the project that it becomes.
        del packages[self.id]
        try:
            project = make_project(self, name)
        except StateConflict:
            packages[self.id] = self
            raise
        if sender is not None and sender.update is not None:
            sender.update.end("failed: the package no longer exists on the target")
        families = make_project_snapshots(project, self.project.snapshots)
        for replica in self.replicas.values():
            changed = self.overrides.get(replica.share_id, {})
            share = make_share(project, replica, self._origins_of(replica), families, changed)
            share.received = set(replica.local) - set(changed)
        project.received = set(project.local) - set(self.project_overrides)
        self._release_orphans()
        return project

    def _origins_of(self, replica: Replica) -> list[Replica]:
        found = [origin for origin in self.origins if origin.share_id == replica.share_id]
        return [origin for origin in (*found, replica) if origin.clones]

    def _release_orphans(self) -> None:
        """Clones of a share that the last update no longer had keep their blocks for themselves."""
        present = {replica.share_id for replica in self.replicas.values()}
        for origin in self.origins:
            for clone in origin.clones if origin.share_id not in present else []:
                clone.origin = None
                clone.blocks.shared = 0
                clone.account()

    def reverse(self, name: str, enabled: bool) -> Action:
        """Turn the package into a local project that replicates back to the old source (API reference 10.5)."""
        peer = self._way_back()
        project = self.sever(name, growth=self.base_cost)
        origins = {replica.name: replica.share_id for replica in self.replicas.values()}
        reversal = Reversal(self.id, self.source, self.source_pool, origins)
        return reversed_action(project, self.of_share, peer, reversal, enabled)

    def _way_back(self) -> Peer:
        """Return the replication target that serves the source's pool: the source, or its peer after a takeover."""
        peers = self.pool.appliance.replication.peers.values()
        known = [peer for peer in peers if peer.appliance in self.source.heads]
        if not known:
            raise StateConflict(f'the source "{self.source.name}" is no replication target of this appliance')
        serving = [peer for peer in known if self.source_pool in peer.appliance.pools]
        if not serving:
            raise StateConflict(f'pool "{self.source_pool}" is served by no replication target of this appliance')
        return serving[0]

    def clone(self, name: str, mountpoint: str | None = None) -> Project:
        """Make the writable local project ``name`` of the replica; the package goes on (API reference 10.5)."""
        self._check_local(name, mountpoint)
        self.pool.check_room(sum(replica.reserved for replica in self.replicas.values()))
        project = make_project(self, name, mountpoint)
        for replica in self.replicas.values():
            clone_share(project, replica, mountpoint is not None)
        return project
