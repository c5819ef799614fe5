"""Endpoints of snapshots and clones (API reference 7)."""

from __future__ import annotations

from zfssa_lab.api.arguments import parse_arguments, refuse_arguments
from zfssa_lab.api.call import Call, Reply, accepted, created, no_content, ok
from zfssa_lab.api.records import share_href, share_record, snapshot_record
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import (
    Denied,
    MissingArgument,
    already_exists,
    bad_value,
    expecting,
    not_found,
)
from zfssa_lab.model.filesystem import clone_filesystem
from zfssa_lab.model.lun import Lun, clone_lun
from zfssa_lab.model.project import Project
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.share import Share
from zfssa_lab.model.snapshot import LOCKED, RETENTIONS, UNRETAINED, Snapshot, check_clones, check_confirmed, check_held
from zfssa_lab.model.tables import FILESYSTEM_CLONE, LUN_CLONE

SNAPSHOT = Table(
    Property("name", "name", required=True),
    Property("retentionpolicy", "string", UNRETAINED, choices=RETENTIONS, feature="retention"),
    read_only=(
        "id", "pool", "project", "share", "canonical_name", "collection", "creation", "numclones", "isauto",
        "shadowsnap", "type", "space_data", "space_unique", "retentionhold", "href",
    ),
)  # fmt: skip


def owner(call: Call) -> Project | Share:
    """Return the project, filesystem or LUN whose snapshots the path names; NotFound."""
    project = call.project
    if "lun" in call.path:
        return project.lun(call.path["lun"])
    if "filesystem" in call.path:
        return project.filesystem(call.path["filesystem"])
    return project


def _snapshot(call: Call) -> Snapshot:
    holder = owner(call)
    name = call.path["snapshot"]
    if name not in holder.snapshots:
        raise not_found(f"{holder.name}@{name}")
    return holder.snapshots[name]


def _not_system(snapshot: Snapshot) -> None:
    if snapshot.system:
        raise Denied(f'"{snapshot.name}" belongs to the system')


def list_all(call: Call) -> Reply:
    """Snapshots of every share, then of every project (API reference 7.1)."""
    view = call.view
    found: list[Snapshot] = []
    for project in call.appliance.projects():
        found.extend(project.snapshots.values())
        for share in project.shares.values():
            found.extend(share.snapshots.values())
    return ok(snapshots=[snapshot_record(view, snapshot) for snapshot in found])


def list_snapshots(call: Call) -> Reply:
    """API reference 7.1."""
    view = call.view
    return ok(snapshots=[snapshot_record(view, one) for one in owner(call).snapshots.values()])


def get_snapshot(call: Call) -> Reply:
    """API reference 7.1."""
    return ok(snapshot=snapshot_record(call.view, _snapshot(call)))


def create_snapshot(call: Call) -> Reply:
    """API reference 7.1."""
    holder = owner(call)
    arguments = call.arguments(SNAPSHOT)
    snapshot = holder.take_snapshot(arguments["name"])
    for member in snapshot.family():
        member.retention = arguments.get("retentionpolicy", UNRETAINED)
    return created(snapshot=snapshot_record(call.view, snapshot))


def modify_snapshot(call: Call) -> Reply:
    """Rename, or set the retention hold; of a project's snapshot on all its shares (API reference 7.1, 7.2)."""
    snapshot = _snapshot(call)
    arguments = call.arguments(SNAPSHOT)
    _not_system(snapshot)
    name = arguments.get("name", snapshot.name)
    retention = arguments.get("retentionpolicy", snapshot.retention)
    family = snapshot.family()
    for member in family:
        if name != member.name and name in member.owner.snapshots:
            raise already_exists("snapshot", name)
        if member.retention == LOCKED and retention != LOCKED:
            raise Denied(f'"{member.name}" is locked')
    for member in family:
        member.rename(name)
        member.retention = retention
    return accepted(snapshot=snapshot_record(call.view, snapshot))


def delete_snapshot(call: Call) -> Reply:
    """Destroy a snapshot and the clones that live on it; no release asks for these (API reference 7.4, 14.7)."""
    snapshot = _snapshot(call)
    _not_system(snapshot)
    check_held([snapshot])
    check_clones(snapshot.all_clones(), f'snapshot "{snapshot.name}"')
    check_confirmed(call.appliance, call.confirmed, f'snapshot "{snapshot.name}"')
    snapshot.remove()
    return no_content()


def _clone_table(call: Call) -> Table:
    """Return what the clone of a share takes (API reference 7.3)."""
    return LUN_CLONE if "lun" in call.path else FILESYSTEM_CLONE


def clone_snapshot(call: Call) -> Reply:
    """Make a share of a snapshot: 201 although it is a PUT (API reference 7.3)."""
    snapshot = _snapshot(call)
    _not_system(snapshot)
    is_lun = isinstance(snapshot.share, Lun)
    table = _clone_table(call)
    if "share" not in call.body:
        raise MissingArgument('"share"')
    arguments = parse_arguments(call.body, table.on(call.release), False, call.appliance.schema)
    pool = snapshot.project.pool
    if arguments.get("pool", pool.name) != pool.name:
        raise bad_value("pool", arguments["pool"], expecting([pool.name]))
    name = arguments.get("project", snapshot.project.name)
    if name not in pool.projects:
        raise bad_value("project", name, expecting(list(pool.projects)))
    clone = (clone_lun if is_lun else clone_filesystem)(snapshot, pool.projects[name], arguments)
    return created(**{clone.kind: share_record(call.view, clone)})


def roll_back(call: Call) -> Reply:
    """Return a share to a snapshot (API reference 7.1)."""
    refuse_arguments(call.body)
    snapshot = _snapshot(call)
    if snapshot.share is not None:
        snapshot.share.roll_back(snapshot, call.confirmed)
    record = snapshot_record(call.view, snapshot)
    return Reply(202, {"snapshot": record}, {"Location": record["href"]})


def list_dependents(call: Call) -> Reply:
    """Clones of a snapshot (API reference 7.1)."""
    view = call.view
    return ok(
        dependents=[
            {"project": clone.project.name, "share": clone.name, "href": share_href(view, clone)}
            for member in _snapshot(call).family()
            for clone in member.clones
        ]
    )


PROJECT_BASE = "storage/pools/{pool}/projects/{project}"
SHARE_BASES = (f"{PROJECT_BASE}/filesystems/{{filesystem}}", f"{PROJECT_BASE}/luns/{{lun}}")


def _routes(base: str) -> list[Route]:
    one = f"{base}/snapshots/{{snapshot}}"
    return [
        Route("GET", f"{base}/snapshots", list_snapshots, "List snapshots"),
        Route("POST", f"{base}/snapshots", create_snapshot, "Take a snapshot"),
        Route("GET", one, get_snapshot, "Show a snapshot"),
        Route("PUT", one, modify_snapshot, "Modify a snapshot"),
        Route("DELETE", one, delete_snapshot, "Destroy a snapshot"),
        Route("GET", f"{one}/dependents", list_dependents, "List the clones of a snapshot"),
    ]


def _share_routes(base: str) -> list[Route]:
    one = f"{base}/snapshots/{{snapshot}}"
    return [
        Route("PUT", f"{one}/clone", clone_snapshot, "Clone a snapshot", table=_clone_table),
        Route("PUT", f"{one}/rollback", roll_back, "Roll back to a snapshot"),
    ]


ROWS = (
    Route("GET", "storage/snapshots", list_all, "List snapshots of all shares"),
    *(route for base in (PROJECT_BASE, *SHARE_BASES) for route in _routes(base)),
    *(route for base in SHARE_BASES for route in _share_routes(base)),
)
