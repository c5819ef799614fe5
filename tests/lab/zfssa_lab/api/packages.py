"""Endpoints of replication sources and packages (API reference 10.4)."""

from __future__ import annotations

from zfssa_lab.api.arguments import one_argument, parse_arguments, refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, no_content, ok
from zfssa_lab.api.records import View, project_record
from zfssa_lab.api.replication import view_of
from zfssa_lab.api.routing import Route
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.errors import NotImplementedHere, not_found
from zfssa_lab.model.package import Package, Replica
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.tables import FILESYSTEM_REPLICA, LUN_REPLICA

PACKAGE = Table(
    Property("enabled", "boolean", True),
    read_only=(
        "id", "href", "state", "state_description", "last_result", "last_sync", "last_try", "project",
        "source_name", "source_asn", "source_pool", "target_pool", "replica_data_timestamp",
    ),
)  # fmt: skip
_PROJECT_NAME = Property("projname", "name")


def _package_href(view: View, package: Package) -> str:
    if view.release.packages_flat:
        return view.href("replication", "packages", package.id)
    return view.href("replication", "sources", package.source.name, "packages", package.id)


def package_record(view: View, package: Package) -> Record:
    """API reference 10.4."""
    receiving = package.receiving
    return {
        "id": package.id,
        "enabled": package.enabled,
        "state": "receiving" if receiving else "idle",
        "state_description": "Receiving update" if receiving else "Idle (no update in progress)",
        "last_result": "<unknown>" if package.last_try is None else package.last_result,
        "last_sync": view.stamp(package.last_sync),
        "last_try": view.stamp(package.last_try),
        "replica_data_timestamp": view.stamp(package.last_sync),
        "project": package.project_name,
        "source_name": package.source.name,
        "source_asn": package.source.asn,
        "target_pool": package.pool.name,
        "href": _package_href(view, package),
    }


def source_record(view: View, appliance: Appliance, source: Appliance) -> Record:
    """API reference 10.4."""
    packages = appliance.replication.packages.values()
    return {
        "name": source.name,
        "asn": source.asn,
        "packages": [package_record(view, one) for one in packages if one.source is source],
        "href": view.href("replication", "sources", source.name),
    }


def list_sources(call: Call) -> Reply:
    """API reference 10.4."""
    view = view_of(call)
    sources = call.appliance.replication.sources.values()
    records = [source_record(view, call.appliance, source) for source in sources]
    for record in records:
        record.pop("packages", None)
    return ok(sources=records)


def get_source(call: Call) -> Reply:
    """API reference 10.4."""
    source = call.appliance.replication.source(call.path["source"])
    return ok(source=source_record(view_of(call), call.appliance, source))


def _packages(call: Call) -> list[Package]:
    replication = call.appliance.replication
    found = list(replication.packages.values())
    if "source" in call.path:
        source = replication.source(call.path["source"])
        found = [package for package in found if package.source is source]
    return found


def _package(call: Call) -> Package:
    """Return the package in the path; below a source it must come from there."""
    for package in _packages(call):
        if package.id == call.path["package"]:
            return package
    raise not_found(call.path["package"])


def list_packages(call: Call) -> Reply:
    """API reference 10.4."""
    return ok(packages=[package_record(view_of(call), package) for package in _packages(call)])


def get_package(call: Call) -> Reply:
    """API reference 10.4."""
    return ok(package=package_record(view_of(call), _package(call)))


def modify_package(call: Call) -> Reply:
    """API reference 10.4."""
    package = _package(call)
    package.enabled = call.arguments(PACKAGE).get("enabled", package.enabled)
    return accepted(package=package_record(view_of(call), package))


def delete_package(call: Call) -> Reply:
    """API reference 10.5."""
    _package(call).destroy()
    return no_content()


def cancel_update(call: Call) -> Reply:
    """API reference 10.4."""
    refuse_arguments(call.body)
    package = _package(call)
    package.cancel()
    return accepted(package=package_record(view_of(call), package))


def sever(call: Call) -> Reply:
    """Make the package a local project (API reference 10.5)."""
    package = _package(call)
    project = package.sever(one_argument(call.body, _PROJECT_NAME))
    return accepted(project=project_record(view_of(call), project))


def not_offered(call: Call) -> Reply:
    """Refuse the reversal and the clone of a package, which the lab does not offer."""
    _package(call)
    raise NotImplementedHere(f"{call.path['verb']} of a package")


def replica_record(view: View, package: Package, replica: Replica) -> Record:
    """Return a replica as the frozen copy of the share that it is."""
    settings = {key: value for key, value in replica.values.items() if key != "initiatorgroup"}
    record: Record = {
        "name": replica.name,
        "project": package.project_name,
        "pool": package.pool.name,
        "canonical_name": f"{package.pool.name}/{package.id}/{package.project_name}/{replica.name}",
        "collection": package.id,
        **{name: package.setting(replica, name) for name in replica.table.inherited},
        **settings,
        **replica.custom,
        "space_data": replica.blocks.live,
        "space_total": replica.footprint,
        "href": f"{_package_href(view, package)}/projects/{package.project_name}"
        f"/{'luns' if replica.is_lun else 'filesystems'}/{replica.name}",
    }
    if replica.is_lun:
        groups = list(replica.values["initiatorgroup"])
        record["initiatorgroup"] = groups if view.release.group_lists else groups[0]
        record["lunguid"] = replica.guid
    return record


def _project(call: Call) -> Package:
    package = _package(call)
    if "project" in call.path and call.path["project"] != package.project_name:
        raise not_found(call.path["project"])
    return package


def list_projects(call: Call) -> Reply:
    """The replicated project (API reference 10.4)."""
    package = _package(call)
    return ok(projects=[_project_record(call, package)])


def get_project(call: Call) -> Reply:
    """API reference 10.4."""
    return ok(project=_project_record(call, _project(call)))


def _project_record(call: Call, package: Package) -> Record:
    href = f"{_package_href(view_of(call), package)}/projects/{package.project_name}"
    return {
        "name": package.project_name,
        "pool": package.pool.name,
        "collection": package.id,
        "space_total": package.footprint,
        "href": href,
    }


def _is_lun(call: Call) -> bool:
    return call.path["kind"] == "lun"


def list_replicas(call: Call) -> Reply:
    """API reference 10.4."""
    package = _project(call)
    view = view_of(call)
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
    return ok(**{call.path["kind"]: replica_record(view_of(call), *_replica(call))})


def modify_replica(call: Call) -> Reply:
    """Change a property of a replica before it is severed (API reference 14.7)."""
    package, replica = _replica(call)
    table = LUN_REPLICA if replica.is_lun else FILESYSTEM_REPLICA
    arguments = parse_arguments(call.body, table, False, call.appliance.schema)
    package.modify_replica(replica, arguments)
    return accepted(**{call.path["kind"]: replica_record(view_of(call), package, replica)})


def _package_routes(base: str, feature: str | None) -> list[Route]:
    one = f"{base}/{{package}}"
    project = f"{one}/projects/{{project}}"
    rows = [
        Route("GET", base, list_packages, "List packages", feature),
        Route("GET", one, get_package, "Show a package", feature),
        Route("PUT", one, modify_package, "Modify a package", feature),
        Route("DELETE", one, delete_package, "Destroy a package", feature),
        Route("PUT", f"{one}/cancelupdate", cancel_update, "Break off an update", feature),
        Route("PUT", f"{one}/sever", sever, "Sever a package", feature),
        Route("GET", f"{one}/projects", list_projects, "List the replicated project", feature),
        Route("GET", project, get_project, "Show the replicated project", feature),
    ]
    reverse = "pkgreverse" if feature == "packages_flat" else "reverse"
    for verb in (reverse, "clone"):
        fixed = {"verb": verb}
        rows.append(Route("PUT", f"{one}/{verb}", not_offered, f"Refuse {verb}", feature, fixed))
    for kind in ("lun", "filesystem"):
        path, fixed = f"{project}/{kind}s", {"kind": kind}
        rows += [
            Route("GET", path, list_replicas, "List replicas", feature, fixed),
            Route("GET", f"{path}/{{share}}", get_replica, "Show a replica", feature, fixed),
            Route("PUT", f"{path}/{{share}}", modify_replica, "Modify a replica", feature, fixed),
        ]
    return rows


ROUTES = (
    Route("GET", "storage/replication/sources", list_sources, "List replication sources"),
    Route("GET", "storage/replication/sources/{source}", get_source, "Show a replication source"),
    *_package_routes("storage/replication/sources/{source}/packages", None),
    *_package_routes("storage/replication/packages", "packages_flat"),
)
