"""Endpoints of the service service (API reference 2.3)."""

from __future__ import annotations

from typing import Any

from zfssa_lab.api.arguments import parse_arguments, refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import InvalidArgument, NotImplementedHere, bad_value, expecting
from zfssa_lab.model.properties import Table
from zfssa_lab.model.services import DISABLED, ONLINE, Service

_STATUS = "<status>"
_COMMANDS = {"enable": ONLINE, "disable": DISABLED}


def _href(call: Call, service: Service) -> str:
    return View(call.release, call.version).href("services", service.name, service="service")


def _find(call: Call) -> Service:
    return call.appliance.services.get(call.path["name"])


def _table(call: Call) -> Table:
    return _find(call).table


def _record(call: Call, service: Service) -> Record:
    record: Record = {
        "href": _href(call, service),
        _STATUS: call.appliance.services.status(service),
        **service.values,
    }
    if service.name == "replication" and not call.release.replication_alerts:
        replication = call.appliance.replication
        record["sources"] = list(replication.sources)
        record["targets"] = list(replication.peers)
    return record


def _listed(call: Call, service: Service) -> Record:
    log: dict[str, Any] = {"href": f"/api/log/v{call.version}/logs/{service.name}", "size": 0}
    status = call.appliance.services.status(service)
    return {_STATUS: status, "name": service.name, "href": _href(call, service), "log": log}


def list_services(call: Call) -> Reply:
    """API reference 2.3."""
    return ok(services=[_listed(call, one) for one in call.appliance.services.by_name.values()])


def get_service(call: Call) -> Reply:
    """API reference 2.3."""
    return ok(service=_record(call, _find(call)))


def modify_service(call: Call) -> Reply:
    """Set properties; ``<status>`` takes "enable" or "disable" (API reference 2.3)."""
    service = _find(call)
    body = dict(call.body)
    wanted = body.pop(_STATUS, None)
    if wanted not in (None, *_COMMANDS):
        raise bad_value(_STATUS, wanted, expecting(list(_COMMANDS)))
    values = parse_arguments(body, service.table, False, call.appliance.schema)
    after = {**service.values, **values}
    if after.get("version_min", "") > after.get("version_max", ""):
        raise InvalidArgument('"version_min" is higher than "version_max"')
    service.values.update(values)
    if wanted:
        service.status = _COMMANDS[wanted]
    return accepted(service=_record(call, service))


def switch_service(call: Call) -> Reply:
    """Enable or disable; one that is broken stays so (API reference 2.3)."""
    refuse_arguments(call.body)
    service = _find(call)
    service.status = _COMMANDS[call.path["verb"]]
    return accepted(service=_record(call, service))


def not_offered(call: Call) -> Reply:
    """Refuse the resources below a service: keys, hosts and the like."""
    raise NotImplementedHere(f'"{call.path["resource"]}" of service "{_find(call).name}"')


_SERVICES = "service/services"
_SERVICE = f"{_SERVICES}/{{name}}"


def _resource_routes() -> list[Route]:
    base = f"{_SERVICE}/{{resource}}"
    rows = (
        ("GET", base),
        ("POST", base),
        ("GET", f"{base}/{{id}}"),
        ("PUT", f"{base}/{{id}}"),
        ("DELETE", f"{base}/{{id}}"),
    )
    return [Route(method, path, not_offered, "Refuse a resource", "service_resources") for method, path in rows]


ROUTES = (
    Route("GET", _SERVICES, list_services, "List services"),
    Route("GET", _SERVICE, get_service, "Show a service"),
    Route("PUT", _SERVICE, modify_service, "Modify a service", table=_table),
    Route("PUT", f"{_SERVICE}/enable", switch_service, "Enable a service", fixed={"verb": "enable"}),
    Route("PUT", f"{_SERVICE}/disable", switch_service, "Disable a service", fixed={"verb": "disable"}),
    *_resource_routes(),
)
