"""What keeps a package from becoming local: names that filesystems of the target have (API reference 10.4, 15.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zfssa_lab.model.filesystem import Filesystem
    from zfssa_lab.model.package import Package
    from zfssa_lab.model.replica import Replica


def conflicts(package: Package, mountpoint: str | None = None) -> list[str]:
    """Return, in words, the mount points and SMB resource names of a package that are taken on its appliance.

    ``mountpoint`` is that of a project to be, with which all filesystems are mounted below it.
    """
    local = [one for project in package.pool.appliance.projects() for one in project.filesystems]
    paths = {one.mountpoint for one in local}
    shown = {_resource_of(one) for one in local} - {""}
    found = []
    for replica in package.replicas.values():
        if replica.is_lun:
            continue
        path, resource = _path(package, replica, mountpoint), _resource(package, replica)
        if path in paths:
            found.append(f'mount point "{path}" of filesystem "{replica.name}"')
        if resource in shown:
            found.append(f'SMB resource name "{resource}" of filesystem "{replica.name}"')
    return found


def _path(package: Package, replica: Replica, mountpoint: str | None) -> str:
    own = replica.local.get("mountpoint")
    if own and mountpoint is None:
        return str(own)
    return f"{(mountpoint or package.mountpoint).rstrip('/')}/{replica.name}"


def _resource_of(filesystem: Filesystem) -> str:
    return _resource_name(filesystem.setting("sharesmb"), filesystem.values["sharesmb_name"], filesystem.name)


def _resource(package: Package, replica: Replica) -> str:
    return _resource_name(package.setting(replica, "sharesmb"), replica.values["sharesmb_name"], replica.name)


def _resource_name(shared: Any, given: Any, name: str) -> str:
    """Return the name under which SMB clients find a share, in lower case; empty when it is not shared."""
    if shared == "off":
        return ""
    return str(given or (name if shared == "on" else shared)).lower()
