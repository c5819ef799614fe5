"""Initiators, targets and their groups (API reference 9)."""

from __future__ import annotations

from typing import Any, TypeVar

from zfssa_lab.api.call import Call, Record
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.needs import scope
from zfssa_lab.model.errors import ApplianceError, not_found
from zfssa_lab.model.fc import COUNTERS, FcPort
from zfssa_lab.model.properties import Property, Table
from zfssa_lab.model.san import Group, Initiator, Protocol, Target
from zfssa_lab.model.shelf import named

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
_CHANGING = scope("stmf", "configure")
# What may stand before "=" in a selector, with the attribute of the model (API reference 0.2).
_SELECTORS = {"alias": "alias", "initiator": "name", "iqn": "iqn", "wwn": "name", "eui": "name"}


class MethodMissing(ApplianceError):
    """A method that a resource of this protocol does not have."""

    fault = "ERR_METHOD_NOT_ALLOWED"


def _protocol(call: Call) -> Protocol:
    return named(call.appliance.san.protocols, call.path["protocol"])


def _echoed(call: Call, name: str) -> str:
    """Return the name of an object, or the selector by which the request names it (API reference 9.1)."""
    asked = call.path.get("name", "")
    return asked if "=" in asked else name


def _select(objects: dict[str, T], text: str) -> T:
    """Return the object by its name or by PROPERTY=VALUE (API reference 0.2)."""
    if text in objects:
        return objects[text]
    key, _separator, value = text.partition("=")
    for item in objects.values():
        if value and key in _SELECTORS and getattr(item, _SELECTORS[key], None) == value:
            return item
    raise not_found(text)


def _initiator(call: Call, initiator: Initiator) -> Record:
    record = {"initiator": initiator.name, "alias": initiator.alias}
    if call.path["protocol"] == "iscsi":
        record["chapuser"] = initiator.chapuser
        record["chapsecret"] = ""
    return record


INITIATORS = Kind(
    path="san/{protocol}/initiators",
    one="initiator",
    many="initiators",
    titles=("initiators", "initiators"),
    where=_protocol,
    each=lambda _call, protocol: protocol.initiators.values(),
    find=lambda _call, protocol, text: _select(protocol.initiators, text),
    called=lambda call, initiator: _echoed(call, initiator.name),
    record=_initiator,
    table=lambda call: INITIATOR if call.path["protocol"] == "iscsi" else PLAIN_INITIATOR,
    create=lambda _call, protocol, arguments: protocol.create_initiator(arguments),
    change=lambda _call, protocol, initiator, arguments: protocol.modify_initiator(initiator, arguments),
    remove=lambda _call, protocol, initiator: protocol.delete_initiator(initiator),
    needs=_CHANGING,
    state="initiators",
)


def _name_of(target: Target | FcPort) -> str:
    return target.wwn if isinstance(target, FcPort) else target.iqn


def _target(_call: Call, target: Target | FcPort) -> Record:
    if isinstance(target, FcPort):
        return {
            "wwn": target.wwn,
            "port": f"PCIe 1: Port {target.number + 1}",
            "mode": target.mode,
            "speed": target.speed,
            "discovered_ports": target.discovered_ports,
            **dict.fromkeys(COUNTERS, 0),
        }
    return {
        "alias": target.alias,
        "auth": target.auth,
        "interfaces": list(target.interfaces),
        "iqn": target.iqn,
        "state": target.state,
        "targetchapsecret": "",
        "targetchapuser": target.targetchapuser,
    }


def _changeable(call: Call) -> Protocol:
    """Return the protocol; its targets can be changed only for iSCSI, those of the others are hardware ports."""
    protocol = _protocol(call)
    if call.method != "GET" and protocol.name != "iscsi":
        raise MethodMissing(f"{protocol.name} targets are hardware ports")
    return protocol


def _each_target(call: Call, protocol: Protocol) -> list[Target | FcPort]:
    """Return the targets; those of Fibre Channel are the ports of this head (API reference 9.3, 9.6)."""
    return list(call.appliance.fc_ports.values() if protocol.name == "fc" else protocol.targets.values())


def _find_target(call: Call, protocol: Protocol, text: str) -> Target | FcPort:
    if protocol.name == "fc":
        return named(call.appliance.fc_ports, text.removeprefix("wwn="), text)
    return _select(protocol.targets, text)


TARGETS: Kind[Protocol, Any] = Kind(
    path="san/{protocol}/targets",
    one="target",
    many="targets",
    titles=("targets", "targets"),
    where=_changeable,
    each=_each_target,
    find=_find_target,
    called=lambda call, target: _echoed(call, _name_of(target)),
    record=_target,
    table=TARGET,
    create=lambda _call, protocol, arguments: protocol.create_target(arguments),
    change=lambda _call, protocol, target, arguments: protocol.modify_target(target, arguments),
    remove=lambda _call, protocol, target: protocol.delete_target(target),
    needs=_CHANGING,
    state="targets",
)


def _groups(members: str) -> Kind[Protocol, Group]:
    """Return the kind of the groups of "initiators" or "targets" (API reference 9.2, 9.4)."""
    one = members.removesuffix("s")

    def change(_call: Call, protocol: Protocol, group: Group, arguments: Record) -> None:
        if members in arguments:
            protocol.set_members(members, group, arguments[members])

    return Kind(
        path=f"san/{{protocol}}/{one}-groups",
        one="group",
        many="groups",
        titles=(f"{one}-groups", f"{one}-groups"),
        where=_protocol,
        # The built-in groups are not listed (API reference 9.5).
        each=lambda _call, protocol: protocol.groups(members).values(),
        find=lambda call, protocol, name: protocol.find_group(members, name, deleting=call.method == "DELETE"),
        called=lambda call, group: _echoed(call, group.name),
        record=lambda _call, group: {"name": group.name, members: list(group.members)},
        table=Table(
            Property("name", "name", required=True, modify=False), Property(members, "strings", []), read_only=("href",)
        ),
        create=lambda _call, protocol, arguments: protocol.create_group(members, arguments),
        change=change,
        remove=lambda _call, protocol, group: protocol.delete_group(members, group),
        needs=_CHANGING,
        state=f"{one}_groups",
    )


ROWS = (INITIATORS, TARGETS, _groups("initiators"), _groups("targets"))
