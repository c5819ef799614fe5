"""The whole model as flat lists of REST records, for tests that look behind the API."""

from __future__ import annotations

from collections.abc import Iterable

from zfssa_lab.api.call import Call, Record
from zfssa_lab.api.cluster import exported_pools
from zfssa_lab.api.kinds import Kind, Plain
from zfssa_lab.api.packages import package_record, source_record
from zfssa_lab.api.records import (
    View,
    filesystem_record,
    lun_record,
    pool_record,
    project_record,
    snapshot_record,
)
from zfssa_lab.api.replicas import replica_record
from zfssa_lab.api.replication import action_record
from zfssa_lab.api.routing import Route, Row
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.project import Project
from zfssa_lab.model.san import PROTOCOLS
from zfssa_lab.model.sessions import fingerprint
from zfssa_lab.model.share import Share


def sessions_state(appliance: Appliance) -> list[Record]:
    """Return the sessions and persistent tokens of ``appliance`` that have not ended, without the tokens themselves."""
    view = View(appliance.release, 1)
    return [
        {
            "session": fingerprint(session.token),
            "user": session.user,
            "created": view.stamp(session.created),
            "used": view.stamp(session.used),
        }
        for session in appliance.sessions.live()
    ]


def appliance_state(appliance: Appliance, rows: Iterable[Route | Row]) -> Record:
    """Return everything that ``appliance`` holds, of the kinds in ``rows`` too, hidden objects included, secrets left out."""
    view = View(appliance.release, 1)
    projects = appliance.projects()
    shares = [share for project in projects for share in project.shares.values()]
    owners: list[Project | Share] = [*projects, *shares]
    replication = appliance.replication
    return {
        "sessions": sessions_state(appliance),
        "pools": [*(pool_record(view, pool) for pool in appliance.pools.values()), *exported_pools(appliance)],
        "projects": [project_record(view, project) for project in projects],
        "luns": [{**lun_record(view, lun), "share": lun.name} for lun in appliance.luns()],
        "filesystems": [
            {**filesystem_record(view, one), "share": one.name} for project in projects for one in project.filesystems
        ],
        "snapshots": [
            {"share": None, **snapshot_record(view, snapshot)}
            for owner in owners
            for snapshot in owner.snapshots.values()
        ],
        **_kinds(appliance, rows),
        "actions": [action_record(view, action) for action in replication.actions.values()],
        "sources": [source_record(view, appliance, source) for source in replication.sources.values()],
        "packages": [
            {
                **package_record(view, package),
                "complete": package.complete,
                "shares": [replica_record(view, package, one) for one in package.replicas.values()],
            }
            for package in replication.packages.values()
        ],
    }


def _kinds(appliance: Appliance, rows: Iterable[Route | Row]) -> Record:
    """Return the lists of the kinds that are to be shown; objects of several places have theirs before their values."""
    view: Record = {}
    for row in rows:
        kind = row.kind() if isinstance(row, Plain) else row
        if isinstance(kind, Kind) and kind.state:
            view[kind.state] = [
                {**place, **record}
                for place in _places(kind.path)
                for record in kind.listing(Call(appliance, "GET", "", 1, place, {}, {}))
            ]
    return view


def _places(path: str) -> list[dict[str, str]]:
    return [{"protocol": name} for name in PROTOCOLS] if "{protocol}" in path else [{}]
