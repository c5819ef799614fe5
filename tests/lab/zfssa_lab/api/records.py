"""Model objects as the records that the REST API shows: storage objects."""

from __future__ import annotations

import calendar
import time
from collections import defaultdict
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from zfssa_lab.model.cluster import NO_PEER, owner_of
from zfssa_lab.model.filesystem import Filesystem
from zfssa_lab.model.lun import Lun
from zfssa_lab.model.project import Pool, Project
from zfssa_lab.model.properties import Table
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import Snapshot
from zfssa_lab.model.space import POOL_METADATA
from zfssa_lab.model.tables import FILESYSTEM, LUN, PROJECT
from zfssa_lab.release import Release

Record = dict[str, Any]

NO_MIGRATION = "none"  # shadow migration is not imitated
# What a record shows in its own way, not as the setting that it is.
_PLACED = ("name", "project", "initiatorgroup")


@lru_cache(maxsize=1 << 16)
def _quoted(segment: str) -> str:
    return quote(segment, safe="=:.")


@lru_cache(maxsize=1 << 16)
def _stamp(layout: str, second: int) -> str:
    return time.strftime(layout, time.gmtime(second))


class View:
    """How records are to look: API version, release; remembers for one answer what many records need."""

    def __init__(self, release: Release, version: int) -> None:
        self.release = release
        self.version = version
        self._available: dict[int, int] = {}
        self._inherited: dict[tuple[int, str], tuple[Record, Record]] = {}
        self._limits: dict[tuple[int, str], tuple[int, int]] = {}
        self._own_actions: dict[str, defaultdict[Share, list[str]]] = {}

    def stamp(self, when: float | None) -> str:
        """Return a time stamp in the layout of the API version (API reference 0.2, 15.1)."""
        if when is None:
            return "<unknown>"
        return _stamp(self.layout, int(when))

    def size(self, size: int) -> int | float:
        """Return a size of those that v1 gives as a float, and v2 as a whole number (API reference 15.2, 16.5, 16.8)."""
        return float(size) if self.version == 1 else size

    @property
    def layout(self) -> str:
        """The layout of time stamps, for strftime."""
        return "%Y%m%dT%H:%M:%S" if self.version == 1 else "%Y-%m-%dT%H:%M:%SZ"

    def moment(self, text: str) -> int:
        """Return the time of a stamp, with or without a Z at its end; ValueError."""
        return calendar.timegm(time.strptime(text.removesuffix("Z"), self.layout.removesuffix("Z")))

    def href(self, *segments: str, service: str = "storage") -> str:
        """Return the path of an object."""
        path = "/".join([_quoted(segment) for segment in segments])
        return f"/api/{service}/v{self.version}/{path}"

    def available(self, project: Project) -> int:
        """Return the bytes that shares of ``project`` can still take."""
        key = id(project)
        if key not in self._available:
            self._available[key] = project.available
        return self._available[key]

    def own_actions(self, share: Share) -> list[str]:
        """Return the ids of the replication actions made on the share itself."""
        appliance = share.project.pool.appliance
        if appliance.name not in self._own_actions:
            found = self._own_actions[appliance.name] = defaultdict(list)
            for action in appliance.replication.actions.values():
                if action.share is not None:
                    found[action.share].append(action.id)
        return self._own_actions[appliance.name].get(share, [])

    def inherited(self, share: Share) -> tuple[Record, Record]:
        """Return what a share shows that has nothing of its own: settings and their sources (API reference 4.1)."""
        key = (id(share.project), share.kind)
        if key not in self._inherited:
            names = share.table.on(self.release).inherited
            settings = {name: share.project.setting(name) for name in names}
            self._inherited[key] = (settings, dict.fromkeys((*names, "keychangedate"), "inherited"))
        return self._inherited[key]

    def limits(self, project: Project, kind: str) -> tuple[int, int]:
        """Return a project's limit for shares that have none, and that for all of them (API reference 14.4)."""
        key = (id(project), kind)
        if key not in self._limits:
            self._limits[key] = (project.setting(f"default{kind}"), project.setting(kind))
        return self._limits[key]

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
    """API reference 3, 14.4 and 16.5."""
    data, snapshots, children, own = pool.ledger.sum
    owner = owner_of(pool)
    replicas = pool.replication_space
    detailed = view.release.pool_details
    # Clients take a pool of which nothing at all is used for one without capacity.
    used = pool.used + POOL_METADATA
    usage: Record = {
        "available": view.size(pool.available),
        "used": view.size(used),
        "free": view.size(pool.size - data - snapshots - replicas),
        "total": view.size(pool.size + POOL_METADATA),
        "usage_data": data + POOL_METADATA,
        "usage_snapshots": snapshots,
        "usage_total": used,
        "compression": 1,
        "dedupratio": 100,
    }
    if detailed:
        usage["usage_metasize"] = usage["usage_metaused"] = usage["dedupsize"] = 0
        usage["usage_child_reservation"], usage["usage_reservation"] = children, own
        usage["usage_replication"] = replicas
    return {
        "name": pool.name,
        "status": "degraded" if pool.degraded else "online",
        "profile": "mirror",
        **({"encryption": "off"} if detailed else {}),
        "owner": owner.name,
        "asn": owner.asn,
        "peer": owner.peer.asn if owner.peer else NO_PEER,
        "usage": usage,
        "href": view.href("pools", pool.name),
    }


def project_href(view: View, project: Project) -> str:
    """Return the path of a project."""
    return view.href("pools", project.pool.name, "projects", project.name)


def project_record(view: View, project: Project) -> Record:
    """API reference 4."""
    data, snapshots, unused, own = project.parts
    table = PROJECT.on(view.release)
    settings = {name: project.setting(prop.model_name) for name, prop in table.by_name.items() if name != "name"}
    sources = dict.fromkeys((*table.inherited, "keychangedate", "reservation"), "default")
    sources.update({name: "local" for name in project.local if name in sources})
    sources.update({name: "received" for name in project.received if name in sources})
    actions = [action.id for action in project.actions() if action.share is None]
    record = {
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
        "space_unused_res": own,
        "space_unused_res_shares": unused,
        "source": {**sources, "rrsrc_actions": "local" if actions else "default"},
        "rrsrc_actions": actions,
        **project.custom,
        "href": project_href(view, project),
    }
    if view.release.newer_properties:
        record["migration"] = NO_MIGRATION
    return record


def own_settings(view: View, table: Table, values: Record) -> Record:
    """Return the settings of a share that are its own, under the names of the release; those unset are left out."""
    return {
        name: values[model_name]
        for name, model_name in table.on(view.release).own
        if name not in _PLACED and values.get(model_name) is not None
    }


def _limits(view: View, share: Share, *kinds: str) -> Record:
    """Return what really limits the share: the lowest of its own limit and its project's (API reference 14.4)."""
    record: Record = {}
    for kind in kinds:
        usual, highest = view.limits(share.project, kind)
        limits = [limit for limit in (share.values[kind] or usual, highest) if limit]
        record[f"effective{kind}"] = min(limits, default=0)
    return record


def share_href(view: View, share: Share) -> str:
    """Return the path of a LUN or filesystem."""
    project = share.project
    return view.href("pools", project.pool.name, "projects", project.name, f"{share.kind}s", share.name)


def _share_record(view: View, share: Share) -> Record:
    project = share.project
    settings, sources = view.inherited(share)
    record = {
        "id": share.id,
        "name": share.name,
        "pool": project.pool.name,
        "project": project.name,
        "canonical_name": f"{project.pool.name}/local/{project.name}/{share.name}",
        "creation": view.stamp(share.created),
        **settings,
        **share.local,
        "keystatus": "none",
        "keychangedate": "",
        "compressratio": 100,
        "space_available": view.available(project),
        "space_data": share.blocks.live - share.blocks.shared,
        "space_snapshots": share.snapshot_space,
        "space_total": share.footprint,
        "space_unused_res": share.parts.unused,
        "source": {
            **sources,
            **dict.fromkeys(share.local, "local"),
            **dict.fromkeys(share.received, "received"),
            "rrsrc_actions": "inherited" if share.inherits_replication else "local",
        },
        "rrsrc_actions": view.own_actions(share),
        **share.custom,
        "href": share_href(view, share),
    }
    if share.origin is not None:
        record["origin"] = share.origin.clone_origin
    return record


def lun_record(view: View, lun: Lun) -> Record:
    """API reference 5.2 and 16.8."""
    record = {
        **_share_record(view, lun),
        **own_settings(view, LUN, lun.values),
        **view.groups(lun),
        "volsize": view.size(lun.values["volsize"]),
        # Text beside the numbers that were assigned, which are numbers.
        view.release.lu_number: str(lun.values["lunumber"]),
        "lunguid": lun.guid,
    }
    if view.release.write_limits:
        kinds = ("readlimit", "writelimit") if view.release.newer_properties else ("writelimit",)
        record.update(_limits(view, lun, *kinds))
    return record


def filesystem_record(view: View, filesystem: Filesystem) -> Record:
    """API reference 6."""
    record = {
        **_share_record(view, filesystem),
        **own_settings(view, FILESYSTEM, filesystem.values),
        "mountpoint": filesystem.mountpoint,
    }
    record["source"]["reservation"] = "local" if filesystem.values["reservation"] else "default"
    if filesystem.values["quota"]:
        left = max(0, filesystem.values["quota"] - filesystem.quota_space)
        record["space_available"] = min(record["space_available"], left)
    if view.release.newer_properties:
        record["migration"] = NO_MIGRATION
        record["space_unused_res_shares"] = 0
        record.update(_limits(view, filesystem, "readlimit", "writelimit"))
    return record


def share_record(view: View, share: Share) -> Record:
    """Return the record of a LUN or a filesystem."""
    if isinstance(share, Lun):
        return lun_record(view, share)
    if isinstance(share, Filesystem):
        return filesystem_record(view, share)
    raise TypeError(f"no record for {share.kind}")


def snapshot_identity(view: View, snapshot: Any, path: str, collection: str) -> Record:
    """Return what a snapshot of this appliance and one in a package show alike; ``path`` is that of its owner."""
    return {
        "name": snapshot.name,
        "id": snapshot.id,
        "canonical_name": f"{path}@{snapshot.name}",
        "collection": collection,
        "creation": view.stamp(snapshot.created),
        "isauto": snapshot.auto,
        "shadowsnap": False,
        "type": "snapshot",
    }


def snapshot_record(view: View, snapshot: Snapshot) -> Record:
    """API reference 14.4."""
    project, share = snapshot.project, snapshot.share
    owner = share_href(view, share) if share else project_href(view, project)
    path = f"{project.pool.name}/local/{project.name}" + (f"/{share.name}" if share else "")
    record = {
        **snapshot_identity(view, snapshot, path, "local"),
        "pool": project.pool.name,
        "project": project.name,
        "numclones": snapshot.numclones,
        "space_data": snapshot.live if share else sum(child.live for child in snapshot.children()),
        "space_unique": sum(member.unique for member in snapshot.family()),
        "href": f"{owner}/snapshots/{quote(snapshot.name, safe='=:.')}",
    }
    if share is not None:
        record["share"] = share.name
    if view.release.retention:
        record["retentionpolicy"] = snapshot.retention
        record["retentionhold"] = "on" if snapshot.held else "off"
    return record
