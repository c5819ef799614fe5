"""Endpoints of hardware and problems (API reference 2.5 and 15.2)."""

from __future__ import annotations

import uuid

from zfssa_lab.api.call import Call, Record, Reply, ok
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import not_found

Problem = tuple[str, float]

_CHASSIS = "chassis-000"
# What is in a chassis: how many of each kind, and what is written on them.
_COMPONENTS = {
    "cpu": ("CPU", 2),
    "disk": ("HDD", 4),
    "fan": ("FT", 4),
    "memory": ("DIMM", 8),
    "psu": ("PSU", 2),
    "slot": ("PCIe", 4),
}


def _chassis(call: Call) -> Record:
    appliance = call.appliance
    return {
        "name": appliance.name,
        "faulted": False,
        "locate": False,
        "manufacturer": "Oracle",
        "model": "Sun ZFS Storage Lab Appliance",
        "serial": appliance.asn,
        "part": "000-0000",
        "path": 1,
        "revision": "lab 1.0",
        "rpm": "--",
        "type": "system",
        "href": call.view.href("chassis", _CHASSIS, service="hardware"),
    }


def _component(call: Call, kind: str, number: int) -> Record:
    name = f"{kind}-{number:03}"
    return {
        kind: name,
        "label": f"{_COMPONENTS[kind][0]} {number}",
        "faulted": False,
        "present": True,
        "manufacturer": "Oracle",
        "href": call.view.href("chassis", _CHASSIS, kind, name, service="hardware"),
    }


def _components(call: Call, kind: str) -> list[Record]:
    if kind not in _COMPONENTS:
        raise not_found(kind)
    return [_component(call, kind, number) for number in range(_COMPONENTS[kind][1])]


def _check_chassis(call: Call) -> None:
    if call.path["chassis"] != _CHASSIS:
        raise not_found(call.path["chassis"])


def list_chassis(call: Call) -> Reply:
    """API reference 2.5."""
    return ok(chassis=[_chassis(call)])


def get_chassis(call: Call) -> Reply:
    """A chassis with all that is in it (API reference 15.2)."""
    _check_chassis(call)
    return ok(chassis={**_chassis(call), **{kind: _components(call, kind) for kind in _COMPONENTS}})


def list_components(call: Call) -> Reply:
    """API reference 15.2."""
    _check_chassis(call)
    return ok(**{call.path["kind"]: _components(call, call.path["kind"])})


def get_component(call: Call) -> Reply:
    """API reference 15.2."""
    _check_chassis(call)
    kind = call.path["kind"]
    for component in _components(call, kind):
        if component[kind] == call.path["name"]:
            return ok(**{kind: component})
    raise not_found(call.path["name"])


def _ident(call: Call, problem: Problem) -> str:
    name, when = problem
    return str(uuid.uuid5(uuid.UUID(call.appliance.asn), f"{name}/{when}"))


def _problem(call: Call, problem: Problem) -> Record:
    name, when = problem
    return {
        "uuid": _ident(call, problem),
        "code": "SMF-8000-YX",
        "diagnosed": call.view.stamp(when),
        "phoned_home": "Never",
        "severity": "Major",
        "type": "Defect",
        "url": "https://support.oracle.com/msg/SMF-8000-YX",
        "description": f"Service {name} failed and was put into maintenance.",
        "impact": f"Service {name} is not available.",
        "response": "The service is not started again by itself.",
        "action": "Repair the service at the control port of the lab.",
    }


# What is out of order: services in maintenance (API reference 2.5).
PROBLEM = Kind(
    path="problem/problems",
    one="problem",
    many="problems",
    titles=("a problem", "problems"),
    key="uuid",
    where=lambda call: call.appliance.services.broken,
    each=lambda _call, broken: broken.items(),
    called=_ident,
    record=_problem,
)
ROWS = (
    Route("GET", "hardware/chassis", list_chassis, "List chassis"),
    Route("GET", "hardware/chassis/{chassis}", get_chassis, "Show a chassis"),
    Route("GET", "hardware/chassis/{chassis}/{kind}", list_components, "List what is in a chassis"),
    Route("GET", "hardware/chassis/{chassis}/{kind}/{name}", get_component, "Show what is in a chassis"),
    PROBLEM,
)
