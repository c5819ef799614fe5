"""Model objects as the records that the REST API shows: storage objects."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

from zfssa_lab.model.filesystem import Filesystem
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.project import Pool, Project
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import Snapshot
from zfssa_lab.model.tables import FILESYSTEM, PROJECT
from zfssa_lab.release import Release

Record = dict[str, Any]

# API reference 5.2: the settings that a LUN shows, its own apart from the inherited ones.
_LUN_OWN = (
    "volsize", "volblocksize", "sparse", "targetgroup", "lunumber", "fixednumber", "status",
    "writecache", "nodestroy", "snaplabel",
)  # fmt: skip


class View:
    """How records are to look: API version, release; remembers space numbers for one answer."""

    def __init__(self, release: Release, version: int) -> None:
        self.release = release
        self.version = version
        self._available: dict[int, int] = {}

    def stamp(self, when: float | None) -> str:
        """Return a time stamp in the layout of the API version (API reference 0.2)."""
        if when is None:
            return "<unknown>"
        layout = "%Y%m%dT%H:%M:%S" if self.version == 1 else "%Y-%m-%dT%H:%M:%S"
        return time.strftime(layout, time.gmtime(when))

    def href(self, *segments: str, service: str = "storage") -> str:
        """Return the path of an object."""
        path = "/".join(quote(segment, safe="=:.") for segment in segments)
        return f"/api/{service}/v{self.version}/{path}"

    def available(self, project: Project) -> int:
        """Return the bytes that shares of ``project`` can still take."""
        key = id(project)
        if key not in self._available:
            self._available[key] = project.available
        return self._available[key]

    def groups(self, lun: Lun) -> Record:
        """Return initiator groups and numbers in the release's form (API reference 5.2, 12.1)."""
        names = list(lun.values["initiatorgroup"])
        numbers = [lun.numbers.get(name, -1) for name in names]
        record: Record = {"initiatorgroup": names, "assignednumber": numbers}
        if self.version == 1 and len(names) == 1:
            record["assignednumber"] = numbers[0]
        if not self.release.group_lists:
            record["initiatorgroup"] = names[0]
        return record


def pool_record(view: View, pool: Pool) -> Record:
    """API reference 3 and 14.4."""
    projects = pool.projects.values()
    shares = [share for project in projects for share in project.shares.values()]
    data = sum(share.blocks.live - share.blocks.shared for share in shares)
    snapshots = sum(share.snapshot_space for share in shares)
    children = sum(share.footprint - share.snapshot_space for share in shares) - data
    replicas = pool.replication_space
    own = sum(project.unused_reservation for project in projects)
    usage = {
        "available": pool.available,
        "used": pool.used,
        "free": pool.size - data - snapshots - replicas,
        "total": pool.size,
        "usage_data": data,
        "usage_snapshots": snapshots,
        "usage_total": pool.used,
        "usage_metasize": 0,
        "usage_metaused": 0,
        "usage_child_reservation": children,
        "usage_reservation": own,
        "usage_replication": replicas,
        "compression": 1,
        "dedupratio": 100,
        "dedupsize": 0,
    }
    return {
        "name": pool.name,
        "status": "online",
        "profile": "mirror",
        "encryption": "off",
        "owner": pool.appliance.name,
        "asn": pool.appliance.asn,
        "peer": "00000000-0000-0000-0000-000000000000",
        "usage": usage,
        "href": view.href("pools", pool.name),
    }


def project_href(view: View, project: Project) -> str:
    """Return the path of a project."""
    return view.href("pools", project.pool.name, "projects", project.name)


def project_record(view: View, project: Project) -> Record:
    """API reference 4."""
    shares = project.shares.values()
    snapshots = sum(share.snapshot_space for share in shares)
    unused = sum(share.blocks.unused(share.reserved) for share in shares)
    data = project.shares_footprint - snapshots - unused
    settings = {name: project.setting(name) for name in PROJECT.by_name if name != "name"}
    return {
        "name": project.name,
        "pool": project.pool.name,
        "id": project.id,
        "canonical_name": f"{project.pool.name}/local/{project.name}",
        "creation": view.stamp(project.created),
        **settings,
        "mountpoint": project.mountpoint,
        "keystatus": "none",
        "keychangedate": "",
        "compressratio": 100,
        "space_available": view.available(project),
        "space_data": data,
        "space_snapshots": snapshots,
        "space_total": project.footprint,
        "space_unused_res": project.unused_reservation,
        "space_unused_res_shares": unused,
        "source": {
            name: "local" if name in project.local else "default" for name in (*PROJECT.inherited, "mountpoint")
        },
        "rrsrc_actions": [action.id for action in project.actions() if action.share is None],
        **project.custom,
        "href": project_href(view, project),
    }


def share_href(view: View, share: Share) -> str:
    """Return the path of a LUN or filesystem."""
    project = share.project
    return view.href("pools", project.pool.name, "projects", project.name, f"{share.kind}s", share.name)


def _share_record(view: View, share: Share) -> Record:
    project = share.project
    unused = share.blocks.unused(share.reserved)
    record = {
        "id": share.id,
        "name": share.name,
        "pool": project.pool.name,
        "project": project.name,
        "canonical_name": f"{project.pool.name}/local/{project.name}/{share.name}",
        "creation": view.stamp(share.created),
        **{name: share.setting(name) for name in share.table.inherited},
        "keystatus": "none",
        "keychangedate": "",
        "compressratio": 100,
        "space_available": view.available(project),
        "space_data": share.blocks.live - share.blocks.shared,
        "space_snapshots": share.snapshot_space,
        "space_total": share.footprint,
        "space_unused_res": unused,
        "source": {
            **{name: "local" if name in share.local else "inherited" for name in share.table.inherited},
            "rrsrc_actions": "inherited" if share.inherits_replication else "local",
        },
        "rrsrc_actions": [action.id for action in share.own_actions()],
        **share.custom,
        "href": share_href(view, share),
    }
    origin = share.origin
    if origin is not None and origin.share is not None:
        record["origin"] = {
            "pool": origin.project.pool.name,
            "project": origin.project.name,
            "share": origin.share.name,
            "snapshot": origin.name,
            "collection": "local",
        }
    return record


def lun_record(view: View, lun: Lun) -> Record:
    """API reference 5.2."""
    return {
        **_share_record(view, lun),
        **{name: lun.values[name] for name in _LUN_OWN},
        **view.groups(lun),
        "lunguid": lun.guid,
    }


def filesystem_record(view: View, filesystem: Filesystem) -> Record:
    """API reference 6."""
    own = {
        name: filesystem.values[name]
        for name, prop in FILESYSTEM.by_name.items()
        if not prop.inherited and name not in ("name", "project")
    }
    return {**_share_record(view, filesystem), **own, "mountpoint": filesystem.mountpoint}


def share_record(view: View, share: Share) -> Record:
    """Return the record of a LUN or a filesystem."""
    if isinstance(share, Lun):
        return lun_record(view, share)
    if isinstance(share, Filesystem):
        return filesystem_record(view, share)
    raise TypeError(f"no record for {share.kind}")


def snapshot_record(view: View, snapshot: Snapshot) -> Record:
    """API reference 14.4."""
    project, share = snapshot.project, snapshot.share
    owner = share_href(view, share) if share else project_href(view, project)
    path = f"{project.pool.name}/local/{project.name}" + (f"/{share.name}" if share else "")
    record = {
        "name": snapshot.name,
        "id": snapshot.id,
        "pool": project.pool.name,
        "project": project.name,
        "canonical_name": f"{path}@{snapshot.name}",
        "collection": "local",
        "creation": view.stamp(snapshot.created),
        "numclones": len(snapshot.clones),
        "isauto": snapshot.name.startswith(".auto-"),
        "shadowsnap": False,
        "type": "snapshot",
        "space_data": snapshot.live if share else sum(child.live for child in snapshot.children()),
        "space_unique": snapshot.unique,
        "href": f"{owner}/snapshots/{quote(snapshot.name, safe='=:.')}",
    }
    if share is not None:
        record["share"] = share.name
    return record
