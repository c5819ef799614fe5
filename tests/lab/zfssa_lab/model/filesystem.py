"""Filesystems: their properties, mount points and space; no data is in them (API reference 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from zfssa_lab.model.errors import StateConflict, already_exists
from zfssa_lab.model.ledger import Parts
from zfssa_lab.model.properties import Table
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import Snapshot
from zfssa_lab.model.tables import FILESYSTEM

if TYPE_CHECKING:
    from zfssa_lab.model.project import Project

_SPACE = ("quota", "quota_snap", "reservation", "reservation_snap")


class Filesystem(Share):
    """A filesystem."""

    kind = "filesystem"
    table: ClassVar[Table] = FILESYSTEM

    @property
    def reserved(self) -> int:
        """Bytes reserved by property ``reservation``."""
        return int(self.values["reservation"])

    @property
    def mountpoint(self) -> str:
        """Where it is mounted: its own value, or below its project's mount point."""
        return str(self.local.get("mountpoint") or f"{self.project.mountpoint.rstrip('/')}/{self.name}")

    @property
    def parts(self) -> Parts:
        """What the pool gives up for it: snapshots count as part of the reservation unless told otherwise."""
        parts = super().parts
        if self.values["reservation_snap"]:
            return parts._replace(unused=max(0, self.reserved - parts.data - parts.snapshots))
        return parts

    @property
    def snapshot_cost(self) -> int:
        """Bytes that a snapshot taken at this moment would cost: a reservation with snapshots covers them."""
        return 0 if self.values["reservation_snap"] else super().snapshot_cost

    @property
    def quota_space(self) -> int:
        """Bytes that count against its quota (API reference 6)."""
        parts = self.parts
        return parts.data + (parts.snapshots if self.values["quota_snap"] else 0)

    def modify(self, arguments: dict[str, Any]) -> None:
        """Set properties, all or none."""
        change = self.begin(arguments)
        self.check_one_place(change, "share")
        self._check_space(change.values)
        self.carry_out(change)

    def _check_space(self, arguments: dict[str, Any]) -> None:
        """Refuse a quota below what is in use or reserved, and a reservation that has no room."""
        if not arguments.keys() & set(_SPACE):
            return
        before, old = self.parts, self.values
        self.values = {**old, **{name: arguments[name] for name in _SPACE if name in arguments}}
        try:
            self.check_limits()
            growth = self.parts.unused - before.unused
        finally:
            self.values = old
        if growth > 0:
            self.project.check_room(growth)

    def check_limits(self) -> None:
        """Refuse a quota below what is in use or reserved."""
        quota = self.values["quota"]
        if quota and quota < self.quota_space:
            raise StateConflict(f'quota of "{self.path}" is below the {self.quota_space} bytes in use')
        if quota and self.reserved > quota:
            raise StateConflict(f'reservation of "{self.path}" exceeds its quota')


def create_filesystem(project: Project, arguments: dict[str, Any]) -> Filesystem:
    """Create a filesystem in ``project`` from checked arguments."""
    _check_name(project, arguments["name"])
    filesystem = Filesystem(project, arguments["name"])
    filesystem.values = {
        name: value
        for name, value in FILESYSTEM.defaults().items()
        if not FILESYSTEM.by_name[name].inherited and name not in ("name", "project")
    }
    for name in ("user", "group", "permissions"):
        filesystem.values[f"root_{name}"] = project.setting(f"default_{name}")
    filesystem.assign({key: value for key, value in arguments.items() if key != "name"})
    filesystem.check_limits()
    project.check_room(filesystem.footprint)
    project.shares[filesystem.name] = filesystem
    return filesystem


def clone_filesystem(snapshot: Snapshot, project: Project, arguments: dict[str, Any]) -> Filesystem:
    """Make a writable filesystem from a snapshot (API reference 7.3)."""
    _check_name(project, arguments["share"])
    filesystem = Filesystem(project, arguments["share"])
    filesystem.copy_from(snapshot)
    filesystem.local.pop("mountpoint", None)
    filesystem.assign({key: value for key, value in arguments.items() if key not in ("share", "project", "pool")})
    filesystem.check_limits()
    project.check_room(filesystem.footprint)
    snapshot.clones.append(filesystem)
    project.shares[filesystem.name] = filesystem
    return filesystem


def _check_name(project: Project, name: str) -> None:
    if name in project.shares:
        raise already_exists("share", name, "filesystem")
