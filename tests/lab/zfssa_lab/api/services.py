"""Services (API reference 2.3)."""

from __future__ import annotations

from typing import Any

from zfssa_lab.api import needs
from zfssa_lab.api.arguments import parse_arguments, refuse_arguments
from zfssa_lab.api.call import Call, Record, Reply, accepted
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import InvalidArgument, NotImplementedHere, bad_value, expecting
from zfssa_lab.model.services import DISABLED, ONLINE, Service, Services

_STATUS = "<status>"
# What can be done with the resources below a service, and with one of them.
_BELOW = (("GET", ""), ("POST", ""), ("GET", "/{id}"), ("PUT", "/{id}"), ("DELETE", "/{id}"))
_COMMANDS = {"enable": ONLINE, "disable": DISABLED}


def _record(call: Call, service: Service) -> Record:
    record: Record = {_STATUS: call.appliance.services.status(service), **service.values}
    if service.name == "replication" and not call.release.replication_alerts:
        replication = call.appliance.replication
        record["sources"] = list(replication.sources)
        record["targets"] = list(replication.peers)
    return record


def _listed(call: Call, service: Service) -> Record:
    log: dict[str, Any] = {"href": f"/api/log/v{call.version}/logs/{service.name}", "size": 0}
    return {_STATUS: call.appliance.services.status(service), "name": service.name, "log": log}


def modify_service(call: Call) -> Reply:
    """Set properties; ``<status>`` takes "enable" or "disable" (API reference 2.3)."""
    service = SERVICES.found(call)
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
    return accepted(service=SERVICES.shown(call, service))


def switch_service(call: Call) -> Reply:
    """Enable or disable; one that is broken stays so (API reference 2.3)."""
    refuse_arguments(call.body)
    service = SERVICES.found(call)
    service.status = _COMMANDS[call.path["verb"]]
    return accepted(service=SERVICES.shown(call, service))


def not_offered(call: Call) -> Reply:
    """Refuse the resources below a service: keys, hosts and the like."""
    raise NotImplementedHere(f'"{call.path["resource"]}" of service "{SERVICES.found(call).name}"')


_SERVICE = "service/services/{name}"


def _refused(method: str, below: str) -> Route:
    path = f"{_SERVICE}/{{resource}}{below}"
    return Route(method, path, not_offered, "Refuse a resource", "service_resources", needs=needs.service("configure"))


def _switched(verb: str) -> Route:
    return Route(
        "PUT",
        f"{_SERVICE}/{verb}",
        switch_service,
        f"{verb.capitalize()} a service",
        fixed={"verb": verb},
        needs=needs.service("administer"),
    )


SERVICES: Kind[Services, Service] = Kind(
    path="service/services",
    one="service",
    many="services",
    titles=("a service", "services"),
    where=lambda call: call.appliance.services,
    each=lambda _call, services: services.by_name.values(),
    listed=_listed,
    record=_record,
    commands=(
        # Its status is none of its properties.
        Route(
            "PUT",
            _SERVICE,
            modify_service,
            "Modify a service",
            table=lambda call: SERVICES.found(call).table,
            needs=needs.service_changes,
        ),
        _switched("enable"),
        _switched("disable"),
        *(_refused(method, below) for method, below in _BELOW),
    ),
)
ROWS = (SERVICES,)
