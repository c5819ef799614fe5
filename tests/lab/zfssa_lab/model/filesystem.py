"""Filesystems: as much of them as shares a namespace and a pool with LUNs (API reference 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from zfssa_lab.model.errors import InvalidArgument, already_exists
from zfssa_lab.model.properties import Table
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import Snapshot
from zfssa_lab.model.tables import FILESYSTEM

if TYPE_CHECKING:
    from zfssa_lab.model.project import Project


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
        return str(self.values["mountpoint"] or f"{self.project.mountpoint}/{self.name}")

    def modify(self, arguments: dict[str, Any]) -> None:
        """Set properties, all or none."""
        arguments = dict(arguments)
        unset = arguments.pop("unset", [])
        name = arguments.pop("name", self.name)
        project = arguments.pop("project", self.project.name)
        self.check_rename(name)
        self.check_unset(unset)
        growth = self.blocks.unused(arguments.get("reservation", 0)) - self.blocks.unused(self.reserved)
        if growth > 0:
            self.project.check_room(growth)
        if project != self.project.name:
            if name != self.name:
                raise InvalidArgument("a share cannot be renamed and moved in one command")
            self.move(project)
        self.unset(unset)
        self.assign(arguments)
        if name != self.name:
            self.rename(name)


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
    project.check_room(filesystem.footprint)
    project.shares[filesystem.name] = filesystem
    return filesystem


def clone_filesystem(snapshot: Snapshot, project: Project, arguments: dict[str, Any]) -> Filesystem:
    """Make a writable filesystem from a snapshot (API reference 7.3)."""
    _check_name(project, arguments["share"])
    filesystem = Filesystem(project, arguments["share"])
    filesystem.copy_from(snapshot)
    filesystem.values["mountpoint"] = None
    filesystem.assign({key: value for key, value in arguments.items() if key not in ("share", "project", "pool")})
    project.check_room(filesystem.footprint)
    snapshot.clones.append(filesystem)
    project.shares[filesystem.name] = filesystem
    return filesystem


def _check_name(project: Project, name: str) -> None:
    if name in project.shares:
        raise already_exists("share", name)
