"""Pools and the projects in them: space and defaults for shares (API reference 3 and 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zfssa_lab.model.automatic import AutomaticSnapshots
from zfssa_lab.model.errors import (
    Denied,
    NoSpace,
    StateConflict,
    already_exists,
    bad_value,
    expecting,
    not_found,
)
from zfssa_lab.model.filesystem import Filesystem
from zfssa_lab.model.ledger import Ledger, Parts, Register
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.scrub import Scrub
from zfssa_lab.model.share import Share
from zfssa_lab.model.shelf import named
from zfssa_lab.model.snapshot import Snapshot, check_clones, check_confirmed, check_held
from zfssa_lab.model.tables import PROJECT
from zfssa_lab.model.views import ViewIndex

if TYPE_CHECKING:
    from zfssa_lab.model.action import Action
    from zfssa_lab.model.appliance import Appliance
    from zfssa_lab.model.package import Package

DEFAULT_PROJECT = "default"


class Pool:
    """A storage pool of ``size`` bytes.  ``ledger`` sums up what its projects take, ``views`` who sees its LUNs."""

    def __init__(self, appliance: Appliance, name: str, size: int) -> None:
        self.appliance = appliance
        self.name = name
        self.size = size
        self.scrub = Scrub(appliance.clock)
        self.provisioning_threshold = 0
        # One of its disks has failed: it goes on, with less redundancy.
        self.degraded = False
        self.views = ViewIndex()
        self.automatic = AutomaticSnapshots(self)
        self.ledger: Ledger[Project] = Ledger(lambda project: project.parts)
        self.projects: Register[Project] = Register(self.ledger.touch, self.ledger.drop)
        self.projects[DEFAULT_PROJECT] = Project(self, DEFAULT_PROJECT, {})

    @property
    def packages(self) -> list[Package]:
        """The replicas that this pool holds."""
        packages = self.appliance.replication.packages.values()
        return [package for package in packages if package.pool is self]

    @property
    def replication_space(self) -> int:
        """Bytes of replicas, those on their way included."""
        return sum(package.footprint for package in self.packages)

    @property
    def used(self) -> int:
        """Bytes that nothing new can have: data, snapshots, reservations and replicas."""
        return self.ledger.sum.total + self.replication_space

    @property
    def available(self) -> int:
        """Bytes free to use."""
        return max(0, self.size - self.used)

    def check_room(self, growth: int) -> None:
        """Refuse what would need more than the pool has."""
        if self.used + growth > self.size:
            raise NoSpace(
                f'EAK_ZFS_NOSPC: pool "{self.name}" has {self.available} bytes available, {growth} more are needed'
            )

    def project(self, name: str) -> Project:
        """Return the project called ``name``; NotFound."""
        return named(self.projects, name, f"{self.name}/{name}")

    def create_project(self, arguments: dict[str, Any]) -> Project:
        """Create a project from checked arguments (API reference 4)."""
        name = arguments["name"]
        if name in self.projects:
            raise already_exists("project", name)
        values = {key: value for key, value in arguments.items() if key != "name"}
        project = Project(self, name, values)
        if project.setting("quota") and project.setting("reservation") > project.setting("quota"):
            raise StateConflict("reservation exceeds the quota")
        self.check_room(project.footprint)
        self.projects[name] = project
        return project


class Project:
    """A project.  ``local`` holds the properties set on it, ``shares`` its LUNs and filesystems."""

    def __init__(self, pool: Pool, name: str, values: dict[str, Any]) -> None:
        self.pool = pool
        self.name = name
        self.id = pool.appliance.identities.share_id()
        self.created = pool.appliance.clock.now()
        self.local = {key: value for key, value in values.items() if not key.startswith("custom:")}
        self.custom = {key: value for key, value in values.items() if key.startswith("custom:")}
        self.received: set[str] = set()
        self.ledger: Ledger[Share] = Ledger(lambda share: share.parts, self.account)
        self.shares: Register[Share] = Register(lambda share: share.entered(), self._leave)
        self.snapshots: dict[str, Snapshot] = {}

    def _leave(self, share: Share) -> None:
        self.ledger.drop(share)
        share.left()

    def account(self) -> None:
        """Have the pool measure the project anew: whoever changes what it takes calls this."""
        if self.pool.projects.get(self.name) is self:
            self.pool.ledger.touch(self)

    @property
    def parts(self) -> Parts:
        """What the pool gives up for the project (API reference 4)."""
        return self.ledger.sum._replace(own=self.unused_reservation)

    def setting(self, name: str) -> Any:
        """Return the effective value of a property."""
        return self.local.get(name, PROJECT.by_name[name].default)

    @property
    def mountpoint(self) -> str:
        """Where its filesystems are mounted by default."""
        standard = "/export" if self.name == DEFAULT_PROJECT else f"/export/{self.name}"
        return str(self.local.get("mountpoint", standard))

    @property
    def luns(self) -> list[Lun]:
        """Its LUNs."""
        return [share for share in self.shares.values() if isinstance(share, Lun)]

    @property
    def filesystems(self) -> list[Filesystem]:
        """Its filesystems."""
        return [share for share in self.shares.values() if isinstance(share, Filesystem)]

    @property
    def shares_footprint(self) -> int:
        """Bytes that its shares take."""
        return self.ledger.sum.total

    @property
    def footprint(self) -> int:
        """Bytes that the pool gives up for the project: its shares, at least its reservation."""
        return max(self.shares_footprint, int(self.setting("reservation")))

    @property
    def unused_reservation(self) -> int:
        """Bytes of its reservation that no share takes."""
        reserved = int(self.setting("reservation"))
        return max(0, reserved - self.shares_footprint) if reserved else 0

    @property
    def available(self) -> int:
        """Bytes that its shares can still take."""
        available = self.pool.available + self.unused_reservation
        if self.setting("quota"):
            available = min(available, max(0, self.setting("quota") - self.shares_footprint))
        return available

    def share(self, name: str) -> Share:
        """Return the LUN or filesystem called ``name``; NotFound."""
        return named(self.shares, name, f"{self.name}/{name}")

    def lun(self, name: str) -> Lun:
        """Return the LUN called ``name``; NotFound."""
        share = self.share(name)
        if not isinstance(share, Lun):
            raise not_found(f"{self.name}/{name}")
        return share

    def filesystem(self, name: str) -> Filesystem:
        """Return the filesystem called ``name``; NotFound."""
        share = self.share(name)
        if not isinstance(share, Filesystem):
            raise not_found(f"{self.name}/{name}")
        return share

    def check_quota(self, growth: int) -> None:
        """Refuse what would break the project's quota."""
        quota = self.setting("quota")
        if quota and self.shares_footprint + growth > quota:
            raise NoSpace(f'EAK_ZFS_DQUOT: quota of project "{self.name}" exceeded')

    def check_room(self, growth: int) -> None:
        """Refuse what pool or quota have no room for."""
        self.check_quota(growth)
        self.pool.check_room(max(0, growth - self.unused_reservation))

    def modify(self, arguments: dict[str, Any]) -> None:
        """Set properties, all or none; ``name`` renames (API reference 4)."""
        arguments = dict(arguments)
        unset = arguments.pop("unset", [])
        name = arguments.pop("name", self.name)
        if name != self.name:
            if self.name == DEFAULT_PROJECT:
                raise Denied(f'project "{DEFAULT_PROJECT}" cannot be renamed')
            if name in self.pool.projects:
                raise already_exists("project", name)
        self._check_limits(arguments)
        for key in unset:
            if not key.startswith("custom:") and key not in PROJECT.inherited:
                raise bad_value("unset", key, expecting(PROJECT.inherited))
        for key in unset:
            self.local.pop(key, None)
            self.received.discard(key)
            self.custom.pop(key, None)
        for key, value in arguments.items():
            self.received.discard(key)
            (self.custom if key.startswith("custom:") else self.local)[key] = value
        self.account()
        if name != self.name:
            del self.pool.projects[self.name]
            self.name = name
            self.pool.projects[name] = self

    def _check_limits(self, arguments: dict[str, Any]) -> None:
        quota = arguments.get("quota", self.setting("quota"))
        if "quota" in arguments and quota and quota < self.shares_footprint:
            raise StateConflict(f"quota is below the {self.shares_footprint} bytes in use")
        if "reservation" in arguments:
            if quota and arguments["reservation"] > quota:
                raise StateConflict("reservation exceeds the quota")
            growth = max(self.shares_footprint, arguments["reservation"]) - self.footprint
            self.pool.check_room(max(0, growth))

    def actions(self) -> list[Action]:
        """Return the replication actions on the project and on its shares."""
        actions = self.pool.appliance.replication.actions.values()
        return [action for action in actions if action.project is self]

    def take_snapshot(self, name: str) -> Snapshot:
        """Snapshot the project and every share in it, all or none (API reference 7.1)."""
        if name in self.snapshots or any(name in share.snapshots for share in self.shares.values()):
            raise already_exists("snapshot", name)
        self.check_room(sum(share.snapshot_cost for share in self.shares.values()))
        appliance = self.pool.appliance
        ident, now = appliance.identities.share_id(), appliance.clock.now()
        snapshot = Snapshot(name, ident, now, self)
        self.snapshots[name] = snapshot
        for share in self.shares.values():
            share.take_snapshot(name, snapshot)
        return snapshot

    def destroy(self, confirmed: bool) -> None:
        """Destroy the project with all that is in it."""
        if self.name == DEFAULT_PROJECT:
            raise Denied(f'project "{DEFAULT_PROJECT}" cannot be destroyed')
        if self.setting("nodestroy"):
            raise Denied(f'project "{self.name}" has nodestroy set')
        for share in self.shares.values():
            if share.values["nodestroy"]:
                raise Denied(f'"{share.path}" has nodestroy set')
            share.check_idle()
            check_held(share.snapshots.values())
            check_clones(share.doomed_clones(), f'"{share.path}"')
        if any(action.update for action in self.actions()):
            raise StateConflict(f'replication of "{self.name}" is in progress')
        dependents = f"has {len(self.shares)} share(s)" if self.shares else ""
        check_confirmed(self.pool.appliance, confirmed, f'project "{self.name}"', dependents)
        for share in list(self.shares.values()):
            share.remove()
        for action in self.actions():
            self.pool.appliance.replication.drop_action(action)
        del self.pool.projects[self.name]
