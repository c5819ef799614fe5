"""Endpoints of initiators, targets and their groups (API reference 9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar
from urllib.parse import quote

from zfssa_lab.api.call import Call, Record, Reply, accepted, created, no_content, ok
from zfssa_lab.api.routing import Endpoint, Route
from zfssa_lab.model.errors import ApplianceError, not_found
from zfssa_lab.model.fc import COUNTERS, FcPort
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.san import Group, Initiator, Protocol, Target

T = TypeVar("T", Initiator, Target)

INITIATOR = Table(
    Property("initiator", "string", required=True, modify=False),
    Property("alias", "string", ""),
    Property("chapuser", "string", ""),
    Property("chapsecret", "string", ""),
    read_only=("href",),
)
PLAIN_INITIATOR = Table(
    Property("initiator", "string", required=True, modify=False),
    Property("alias", "string", ""),
    read_only=("href",),
)
TARGET = Table(
    Property("alias", "string", ""),
    Property("iqn", "string", "", modify=False),
    Property("auth", "string", "none", choices=("none", "chap")),
    Property("targetchapuser", "string", ""),
    Property("targetchapsecret", "string", ""),
    Property("interfaces", "strings", []),
    Property("state", "string", "online", choices=("online", "offline"), create=False),
    read_only=("href",),
)
GROUPS = {
    "initiators": Table(
        Property("name", "name", required=True, modify=False),
        Property("initiators", "strings", []),
        read_only=("href",),
    ),
    "targets": Table(
        Property("name", "name", required=True, modify=False),
        Property("targets", "strings", []),
        read_only=("href",),
    ),
}


class MethodMissing(ApplianceError):
    """A method that a resource of this protocol does not have."""

    fault = "ERR_METHOD_NOT_ALLOWED"


def _protocol(call: Call) -> Protocol:
    protocols = call.appliance.san.protocols
    if call.path["protocol"] not in protocols:
        raise not_found(call.path["protocol"])
    return protocols[call.path["protocol"]]


def _href(call: Call, kind: str, name: str) -> str:
    base = f"/api/san/v{call.version}/{call.path['protocol']}/{kind}"
    # A selector in the request is echoed (API reference 9.1).
    echoed = call.path.get("name", name) if "=" in call.path.get("name", "") else name
    return f"{base}/{quote(echoed, safe='=:.')}"


def _select(objects: dict[str, T], text: str) -> T:
    """Return the object by its name or by PROPERTY=VALUE (API reference 0.2)."""
    if text in objects:
        return objects[text]
    key, separator, value = text.partition("=")
    if separator and key in ("alias", "initiator", "iqn", "wwn", "eui"):
        key = {"initiator": "name", "wwn": "name", "eui": "name"}.get(key, key)
        for item in objects.values():
            if value and getattr(item, key, None) == value:
                return item
    raise not_found(text)


def _initiator(call: Call, initiator: Initiator) -> Record:
    record = {"initiator": initiator.name, "alias": initiator.alias}
    if call.path["protocol"] == "iscsi":
        record["chapuser"] = initiator.chapuser
        record["chapsecret"] = ""
    return {**record, "href": _href(call, "initiators", initiator.name)}


def _initiator_table(call: Call) -> Table:
    return INITIATOR if call.path["protocol"] == "iscsi" else PLAIN_INITIATOR


def list_initiators(call: Call) -> Reply:
    """API reference 9.1."""
    return ok(initiators=[_initiator(call, one) for one in _protocol(call).initiators.values()])


def get_initiator(call: Call) -> Reply:
    """API reference 9.1."""
    return ok(initiator=_initiator(call, _select(_protocol(call).initiators, call.path["name"])))


def create_initiator(call: Call) -> Reply:
    """API reference 9.1."""
    protocol = _protocol(call)
    made = protocol.create_initiator(call.arguments(_initiator_table(call)))
    return created(initiator=_initiator(call, made))


def modify_initiator(call: Call) -> Reply:
    """API reference 9.1."""
    protocol = _protocol(call)
    found = _select(protocol.initiators, call.path["name"])
    protocol.modify_initiator(found, call.arguments(_initiator_table(call)))
    return accepted(initiator=_initiator(call, found))


def delete_initiator(call: Call) -> Reply:
    """API reference 9.7."""
    protocol = _protocol(call)
    protocol.delete_initiator(_select(protocol.initiators, call.path["name"]))
    return no_content()


def _target(call: Call, target: Target) -> Record:
    return {
        "alias": target.alias,
        "auth": target.auth,
        "href": _href(call, "targets", target.iqn),
        "interfaces": list(target.interfaces),
        "iqn": target.iqn,
        "state": target.state,
        "targetchapsecret": "",
        "targetchapuser": target.targetchapuser,
    }


def _iscsi(call: Call) -> Protocol:
    """Return the protocol whose targets can be changed; those of the others are hardware ports."""
    protocol = _protocol(call)
    if protocol.name != "iscsi":
        raise MethodMissing(f"{protocol.name} targets are hardware ports")
    return protocol


def _port(call: Call, port: FcPort) -> Record:
    return {
        "wwn": port.wwn,
        "port": f"PCIe 1: Port {port.number + 1}",
        "mode": port.mode,
        "speed": port.speed,
        "discovered_ports": port.discovered_ports,
        **dict.fromkeys(COUNTERS, 0),
        "href": _href(call, "targets", port.wwn),
    }


def list_targets(call: Call) -> Reply:
    """API reference 9.3; those of Fibre Channel are the ports of this head (9.6)."""
    protocol = _protocol(call)
    if protocol.name == "fc":
        return ok(targets=[_port(call, port) for port in call.appliance.fc_ports.values()])
    return ok(targets=[_target(call, one) for one in protocol.targets.values()])


def get_target(call: Call) -> Reply:
    """API reference 9.3 and 9.6."""
    protocol, name = _protocol(call), call.path["name"]
    if protocol.name == "fc":
        ports = call.appliance.fc_ports
        if name.removeprefix("wwn=") not in ports:
            raise not_found(name)
        return ok(target=_port(call, ports[name.removeprefix("wwn=")]))
    return ok(target=_target(call, _select(protocol.targets, name)))


def create_target(call: Call) -> Reply:
    """API reference 9.3."""
    return created(target=_target(call, _iscsi(call).create_target(call.arguments(TARGET))))


def modify_target(call: Call) -> Reply:
    """API reference 9.3."""
    protocol = _iscsi(call)
    found = _select(protocol.targets, call.path["name"])
    protocol.modify_target(found, call.arguments(TARGET))
    return accepted(target=_target(call, found))


def delete_target(call: Call) -> Reply:
    """API reference 9.7."""
    protocol = _iscsi(call)
    protocol.delete_target(_select(protocol.targets, call.path["name"]))
    return no_content()


def _kind(call: Call) -> str:
    return call.path["kind"]


def _group(call: Call, group: Group) -> Record:
    kind = _kind(call)
    resource = f"{kind.removesuffix('s')}-groups"
    return {
        "name": group.name,
        kind: list(group.members),
        "href": _href(call, resource, group.name),
    }


def list_groups(call: Call) -> Reply:
    """API reference 9.2 and 9.4; the built-in groups are not listed (9.5)."""
    groups: Iterable[Group] = _protocol(call).groups(_kind(call)).values()
    return ok(groups=[_group(call, group) for group in groups])


def get_group(call: Call) -> Reply:
    """API reference 9.2 and 9.4."""
    return ok(group=_group(call, _protocol(call).find_group(_kind(call), call.path["name"])))


def create_group(call: Call) -> Reply:
    """API reference 9.2 and 9.4."""
    protocol = _protocol(call)
    kind = _kind(call)
    return created(group=_group(call, protocol.create_group(kind, call.arguments(GROUPS[kind]))))


def modify_group(call: Call) -> Reply:
    """Replace the members of a group (API reference 9.2)."""
    protocol = _protocol(call)
    kind = _kind(call)
    group = protocol.find_group(kind, call.path["name"])
    arguments = call.arguments(GROUPS[kind])
    if kind in arguments:
        protocol.set_members(kind, group, arguments[kind])
    return accepted(group=_group(call, group))


def delete_group(call: Call) -> Reply:
    """API reference 9.7."""
    protocol = _protocol(call)
    kind = _kind(call)
    protocol.delete_group(kind, protocol.find_group(kind, call.path["name"], deleting=True))
    return no_content()


def _routes(
    name: str, endpoints: tuple[Endpoint, ...], table: Table | Callable[[Call], Table], **fixed: str
) -> list[Route]:
    base = f"san/{{protocol}}/{name}"
    methods = ("GET", "POST", "GET", "PUT", "DELETE")
    verbs = ("List", "Create", "Show", "Modify", "Delete")
    return [
        Route(
            method,
            base if position < 2 else f"{base}/{{name}}",
            endpoint,
            f"{verb} {name}",
            fixed=fixed,
            table=table if method in ("POST", "PUT") else None,
        )
        for position, (method, verb, endpoint) in enumerate(zip(methods, verbs, endpoints, strict=True))
    ]


_GROUP_ENDPOINTS = (list_groups, create_group, get_group, modify_group, delete_group)
ROUTES = (
    *_routes(
        "initiators",
        (list_initiators, create_initiator, get_initiator, modify_initiator, delete_initiator),
        _initiator_table,
    ),
    *_routes("targets", (list_targets, create_target, get_target, modify_target, delete_target), TARGET),
    *_routes("initiator-groups", _GROUP_ENDPOINTS, GROUPS["initiators"], kind="initiators"),
    *_routes("target-groups", _GROUP_ENDPOINTS, GROUPS["targets"], kind="targets"),
)
