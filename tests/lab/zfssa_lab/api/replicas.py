"""Endpoints of what a package holds: project, shares and snapshots (API reference 10.4)."""

from __future__ import annotations

from zfssa_lab.api.arguments import one_argument, parse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, no_content, ok
from zfssa_lab.api.packages import PACKAGE_BASES, package_href, package_of
from zfssa_lab.api.records import View, own_settings, snapshot_identity
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import not_found
from zfssa_lab.model.package import Package
from zfssa_lab.model.properties import Property
from zfssa_lab.model.received import (
    destroy_received,
    parts,
    received_snapshot,
    received_snapshots,
    rename_received,
)
from zfssa_lab.model.replica import FrozenSnapshot, Replica
from zfssa_lab.model.snapshot import UNRETAINED, check_confirmed
from zfssa_lab.model.tables import FILESYSTEM_REPLICA, LUN_REPLICA, PROJECT, PROJECT_REPLICA

_NAME = Property("name", "name", required=True)


def _href(view: View, package: Package, replica: Replica | None) -> str:
    project = f"{package_href(view, package)}/projects/{package.project.name}"
    return f"{project}/{'luns' if replica.is_lun else 'filesystems'}/{replica.name}" if replica else project


def replica_record(view: View, package: Package, replica: Replica) -> Record:
    """Return a replica as the frozen copy of the share that it is."""
    record: Record = {
        "name": replica.name,
        "project": package.project.name,
        "pool": package.pool.name,
        "canonical_name": f"{package.pool.name}/{package.id}/{package.project.name}/{replica.name}",
        "collection": package.id,
        **{name: package.setting(replica, name) for name in replica.table.on(view.release).inherited},
        **own_settings(view, replica.table, replica.values),
        **replica.custom,
        "exported": False,
        "space_data": replica.blocks.live,
        "space_total": replica.footprint,
        "space_snapshots": sum(snapshot.unique for snapshot in replica.snapshots),
        "href": _href(view, package, replica),
    }
    if replica.is_lun:
        groups = list(replica.values["initiatorgroup"])
        record["initiatorgroup"] = groups if view.release.group_lists else groups[0]
        record["lunguid"] = replica.guid
    return record


def _project(call: Call) -> Package:
    package = package_of(call)
    if "project" in call.path and call.path["project"] != package.project.name:
        raise not_found(call.path["project"])
    return package


def project_record(view: View, package: Package) -> Record:
    """Return the replicated project; it is not among the local ones."""
    state, replicas = package.project, package.replicas.values()
    settings = {
        name: state.settings.get(prop.model_name, prop.default)
        for name, prop in PROJECT.on(view.release).by_name.items()
        if name not in ("name", "mountpoint")
    }
    return {
        "name": state.name,
        "pool": package.pool.name,
        "canonical_name": f"{package.pool.name}/{package.id}/{state.name}",
        "collection": package.id,
        **settings,
        "mountpoint": package.mountpoint,
        **state.custom,
        "exported": False,
        "space_data": sum(replica.blocks.live for replica in replicas),
        "space_snapshots": sum(snapshot.unique for replica in replicas for snapshot in replica.snapshots),
        "space_total": package.footprint,
        "href": _href(view, package, None),
    }


def list_projects(call: Call) -> Reply:
    """The replicated project (API reference 10.4)."""
    return ok(projects=[project_record(call.view, package_of(call))])


def get_project(call: Call) -> Reply:
    """API reference 10.4."""
    return ok(project=project_record(call.view, _project(call)))


def modify_project(call: Call) -> Reply:
    """Change what the replicated project hands on to its shares, before it is severed (API reference 10.4)."""
    package = _project(call)
    table = PROJECT_REPLICA.on(call.release)
    package.modify_project(parse_arguments(call.body, table, False, call.appliance.schema))
    return accepted(project=project_record(call.view, package))


def _is_lun(call: Call) -> bool:
    return call.path["kind"] == "lun"


def list_replicas(call: Call) -> Reply:
    """API reference 10.4."""
    package = _project(call)
    view = call.view
    found = [replica for replica in package.replicas.values() if replica.is_lun == _is_lun(call)]
    return ok(**{f"{call.path['kind']}s": [replica_record(view, package, one) for one in found]})


def _replica(call: Call) -> tuple[Package, Replica]:
    package = _project(call)
    replica = package.replica(call.path["share"])
    if replica.is_lun != _is_lun(call):
        raise not_found(replica.name)
    return package, replica


def get_replica(call: Call) -> Reply:
    """API reference 10.4."""
    return ok(**{call.path["kind"]: replica_record(call.view, *_replica(call))})


def modify_replica(call: Call) -> Reply:
    """Change a property of a replica before it is severed (API reference 14.7)."""
    package, replica = _replica(call)
    table = LUN_REPLICA if replica.is_lun else FILESYSTEM_REPLICA
    arguments = parse_arguments(call.body, table.on(call.release), False, call.appliance.schema)
    package.modify_replica(replica, arguments)
    return accepted(**{call.path["kind"]: replica_record(call.view, package, replica)})


def _snapshot_record(view: View, package: Package, replica: Replica | None, snapshot: FrozenSnapshot) -> Record:
    """API reference 14.4, with the package as the collection."""
    path = f"{package.pool.name}/{package.id}/{package.project.name}" + (f"/{replica.name}" if replica else "")
    members = [one for _holder, one in parts(package, snapshot)] if replica is None else [snapshot]
    record: Record = {
        **snapshot_identity(view, snapshot, path, package.id),
        "pool": package.pool.name,
        "project": package.project.name,
        "numclones": 0,
        "space_data": sum(part.live for part in members),
        "space_unique": sum(part.unique for part in members),
        "href": f"{_href(view, package, replica)}/snapshots/{snapshot.name}",
    }
    if replica is not None:
        record["share"] = replica.name
    if view.release.retention:
        record.update({"retentionpolicy": UNRETAINED, "retentionhold": "off"})
    return record


def _holder(call: Call) -> tuple[Package, Replica | None]:
    return _replica(call) if "kind" in call.path else (_project(call), None)


def list_snapshots(call: Call) -> Reply:
    """Snapshots that came along (API reference 10.4)."""
    package, replica = _holder(call)
    view = call.view
    return ok(snapshots=[_snapshot_record(view, package, replica, one) for one in received_snapshots(package, replica)])


def get_snapshot(call: Call) -> Reply:
    """API reference 10.4."""
    package, replica = _holder(call)
    found = received_snapshot(package, replica, call.path["snapshot"])
    return ok(snapshot=_snapshot_record(call.view, package, replica, found))


def rename_snapshot(call: Call) -> Reply:
    """API reference 10.4."""
    package, replica = _holder(call)
    found = received_snapshot(package, replica, call.path["snapshot"])
    rename_received(package, replica, found, one_argument(call.body, _NAME))
    return accepted(snapshot=_snapshot_record(call.view, package, replica, found))


def delete_snapshot(call: Call) -> Reply:
    """API reference 10.4."""
    package, replica = _holder(call)
    snapshot = received_snapshot(package, replica, call.path["snapshot"])
    check_confirmed(call.appliance, call.confirmed, f'snapshot "{snapshot.name}"')
    destroy_received(package, snapshot)
    return no_content()


def _snapshot_routes(base: str, feature: str | None, fixed: dict[str, str]) -> list[Route]:
    path, one = f"{base}/snapshots", f"{base}/snapshots/{{snapshot}}"
    return [
        Route("GET", path, list_snapshots, "List received snapshots", feature, fixed),
        Route("GET", one, get_snapshot, "Show a received snapshot", feature, fixed),
        Route("PUT", one, rename_snapshot, "Rename a received snapshot", feature, fixed),
        Route("DELETE", one, delete_snapshot, "Destroy a received snapshot", feature, fixed),
    ]


def _routes(base: str, feature: str | None) -> list[Route]:
    projects = f"{base}/{{package}}/projects"
    project = f"{projects}/{{project}}"
    rows = [
        Route("GET", projects, list_projects, "List the replicated project", feature),
        Route("GET", project, get_project, "Show the replicated project", feature),
        Route("PUT", project, modify_project, "Modify the replicated project", feature),
        *_snapshot_routes(project, feature, {}),
    ]
    for kind in ("lun", "filesystem"):
        path, fixed = f"{project}/{kind}s", {"kind": kind}
        rows += [
            Route("GET", path, list_replicas, "List replicas", feature, fixed),
            Route("GET", f"{path}/{{share}}", get_replica, "Show a replica", feature, fixed),
            Route("PUT", f"{path}/{{share}}", modify_replica, "Modify a replica", feature, fixed),
            *_snapshot_routes(f"{path}/{{share}}", feature, fixed),
        ]
    return rows


ROWS = tuple(route for base, feature in PACKAGE_BASES for route in _routes(base, feature))
