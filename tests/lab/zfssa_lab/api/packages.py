"""Endpoints of replication sources and packages (API reference 10.4)."""

from __future__ import annotations

from zfssa_lab.api.arguments import parse_arguments, refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, no_content, ok
from zfssa_lab.api.records import View, project_record
from zfssa_lab.api.replication import action_record
from zfssa_lab.api.routing import Route
from zfssa_lab.model.appliance import Appliance
from zfssa_lab.model.conflicts import conflicts
from zfssa_lab.model.errors import MissingArgument, not_found
from zfssa_lab.model.package import Package
from zfssa_lab.model.properties import Property, Table

PACKAGE = Table(
    Property("enabled", "boolean", True),
    read_only=(
        "id", "href", "state", "state_description", "last_result", "last_sync", "last_try", "project",
        "source_name", "source_asn", "source_pool", "target_pool", "replica_of", "replica_data_timestamp",
    ),
)  # fmt: skip
# Only recalled, so that a release may lack them (API reference 10.4).
RECALLED_KEYS = ("source_name", "source_asn", "source_pool", "target_pool", "replica_of", "replica_data_timestamp")
_PROJECT_NAME = Property("projname", "name", required=True)
SEVER = Table(_PROJECT_NAME)
REVERSE = Table(_PROJECT_NAME, Property("enable_action_upon_reversal", "boolean", False, feature="packages_flat"))
CLONE = Table(
    Property("target_project", "name", required=True),
    Property("override_mountpoint", "boolean", False),
    Property("mountpoint", "path", None),
)
PACKAGE_BASES: tuple[tuple[str, str | None], ...] = (
    ("storage/replication/sources/{source}/packages", None),
    ("storage/replication/packages", "packages_flat"),
)


def package_href(view: View, package: Package) -> str:
    """Return the path of a package."""
    if view.release.packages_flat:
        return view.href("replication", "packages", package.id)
    return view.href("replication", "sources", package.source.name, "packages", package.id)


def package_record(view: View, package: Package) -> Record:
    """API reference 10.4."""
    receiving = package.receiving
    record = {
        "id": package.id,
        "enabled": package.enabled,
        "state": "receiving" if receiving else "idle",
        "state_description": "Receiving update" if receiving else "Idle (no update in progress)",
        "last_result": "<unknown>" if package.last_try is None else package.last_result,
        "last_sync": view.stamp(package.last_sync),
        "last_try": view.stamp(package.last_try),
        "replica_data_timestamp": view.stamp(package.replica_time),
        "project": package.project.name,
        "replica_of": _replica_of(package),
        "source_name": package.source.name,
        "source_asn": package.source.asn,
        "source_pool": package.source_pool,
        "target_pool": package.pool.name,
        "href": package_href(view, package),
    }
    shown = package.pool.appliance.fleet.switches["package-keys"] == "shown"
    return {key: value for key, value in record.items() if shown or key not in RECALLED_KEYS}


def _replica_of(package: Package) -> str:
    return "/".join(part for part in (package.project.name, package.share_name) if part)


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
    view = call.view
    sources = call.appliance.replication.sources.values()
    records = [source_record(view, call.appliance, source) for source in sources]
    for record in records:
        record.pop("packages", None)
    return ok(sources=records)


def get_source(call: Call) -> Reply:
    """API reference 10.4."""
    source = call.appliance.replication.source(call.path["source"])
    return ok(source=source_record(call.view, call.appliance, source))


def _packages(call: Call) -> list[Package]:
    replication = call.appliance.replication
    found = list(replication.packages.values())
    if "source" in call.path:
        source = replication.source(call.path["source"])
        found = [package for package in found if package.source is source]
    return found


def package_of(call: Call) -> Package:
    """Return the package in the path; below a source it must come from there."""
    for package in _packages(call):
        if package.id == call.path["package"]:
            return package
    raise not_found(call.path["package"])


def list_packages(call: Call) -> Reply:
    """API reference 10.4."""
    return ok(packages=[package_record(call.view, package) for package in _packages(call)])


def get_package(call: Call) -> Reply:
    """API reference 10.4."""
    return ok(package=package_record(call.view, package_of(call)))


def modify_package(call: Call) -> Reply:
    """API reference 10.4."""
    package = package_of(call)
    package.enabled = call.arguments(PACKAGE).get("enabled", package.enabled)
    return accepted(package=package_record(call.view, package))


def delete_package(call: Call) -> Reply:
    """API reference 10.5."""
    package_of(call).destroy(call.confirmed)
    return no_content()


def cancel_update(call: Call) -> Reply:
    """API reference 10.4."""
    refuse_arguments(call.body)
    package = package_of(call)
    package.cancel()
    return accepted(package=package_record(call.view, package))


def _arguments(call: Call, table: Table) -> Record:
    """Return the checked arguments of a command that makes something although it is a PUT."""
    table = table.on(call.release)
    for prop in table.by_name.values():
        if prop.required and prop.name not in call.body:
            raise MissingArgument(f'"{prop.name}"')
    return parse_arguments(call.body, table, False, call.appliance.schema)


def sever(call: Call) -> Reply:
    """Make the package a local project (API reference 10.5)."""
    package = package_of(call)
    project = package.sever(_arguments(call, SEVER)["projname"])
    return accepted(project=project_record(call.view, project))


def reverse(call: Call) -> Reply:
    """Make the package a local project that replicates back to its source (API reference 10.5)."""
    package = package_of(call)
    arguments = _arguments(call, REVERSE)
    enabled = arguments.get("enable_action_upon_reversal", not call.release.packages_flat)
    action = package.reverse(arguments["projname"], enabled)
    return accepted(action=action_record(call.view, action))


def clone(call: Call) -> Reply:
    """Make a writable local project of the package: 202, with nothing to say about it (API reference 15.1)."""
    package = package_of(call)
    arguments = _arguments(call, CLONE)
    package.clone(arguments["target_project"], _mountpoint(arguments))
    return accepted()


def _mountpoint(arguments: Record) -> str | None:
    if not arguments.get("override_mountpoint", False):
        return None
    if arguments.get("mountpoint") is None:
        raise MissingArgument('"mountpoint"')
    return str(arguments["mountpoint"])


def list_conflicts(call: Call) -> Reply:
    """What would keep the package from being cloned: one text (API reference 15.1)."""
    found = conflicts(package_of(call))
    lines = [f"The {conflict} is in use on this appliance." for conflict in found] or ["There are no conflicts."]
    return ok(conflicts="".join(f"{line}\n" for line in lines))


def _routes(base: str, feature: str | None) -> list[Route]:
    one = f"{base}/{{package}}"
    verb = "pkgreverse" if feature == "packages_flat" else "reverse"
    return [
        Route("GET", base, list_packages, "List packages", feature),
        Route("GET", one, get_package, "Show a package", feature),
        Route("PUT", one, modify_package, "Modify a package", feature),
        Route("DELETE", one, delete_package, "Destroy a package", feature),
        Route("PUT", f"{one}/cancelupdate", cancel_update, "Break off an update", feature),
        Route("PUT", f"{one}/sever", sever, "Sever a package", feature),
        Route("PUT", f"{one}/{verb}", reverse, "Reverse the direction of replication", feature),
        Route("PUT", f"{one}/clone", clone, "Clone a package", feature),
        Route("GET", f"{one}/clone/conflicts", list_conflicts, "List what keeps a clone from being made", feature),
    ]


ROWS = (
    Route("GET", "storage/replication/sources", list_sources, "List replication sources"),
    Route("GET", "storage/replication/sources/{source}", get_source, "Show a replication source"),
    *(route for base, feature in PACKAGE_BASES for route in _routes(base, feature)),
)
