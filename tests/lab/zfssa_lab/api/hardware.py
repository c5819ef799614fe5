"""Endpoints of hardware and problems (API reference 2.5 and 15.2)."""

from __future__ import annotations

import uuid

from zfssa_lab.api.call import Call, Record, Reply, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route
from zfssa_lab.model.errors import not_found

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


def _view(call: Call) -> View:
    return View(call.release, call.version)


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
        "href": _view(call).href("chassis", _CHASSIS, service="hardware"),
    }


def _component(call: Call, kind: str, number: int) -> Record:
    name = f"{kind}-{number:03}"
    return {
        kind: name,
        "label": f"{_COMPONENTS[kind][0]} {number}",
        "faulted": False,
        "present": True,
        "manufacturer": "Oracle",
        "href": _view(call).href("chassis", _CHASSIS, kind, name, service="hardware"),
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


def _problem(call: Call, name: str, when: float) -> Record:
    ident = str(uuid.uuid5(uuid.UUID(call.appliance.asn), f"{name}/{when}"))
    return {
        "uuid": ident,
        "code": "SMF-8000-YX",
        "diagnosed": _view(call).stamp(when),
        "phoned_home": "Never",
        "severity": "Major",
        "type": "Defect",
        "url": "https://support.oracle.com/msg/SMF-8000-YX",
        "description": f"Service {name} failed and was put into maintenance.",
        "impact": f"Service {name} is not available.",
        "response": "The service is not started again by itself.",
        "action": "Repair the service at the control port of the lab.",
        "href": _view(call).href("problems", ident, service="problem"),
    }


def _problems(call: Call) -> list[Record]:
    broken = call.appliance.services.broken
    return [_problem(call, name, when) for name, when in broken.items()]


def list_problems(call: Call) -> Reply:
    """What is out of order: services in maintenance (API reference 2.5)."""
    return ok(problems=_problems(call))


def get_problem(call: Call) -> Reply:
    """API reference 2.5."""
    for problem in _problems(call):
        if problem["uuid"] == call.path["uuid"]:
            return ok(problem=problem)
    raise not_found(call.path["uuid"])


ROUTES = (
    Route("GET", "hardware/chassis", list_chassis, "List chassis"),
    Route("GET", "hardware/chassis/{chassis}", get_chassis, "Show a chassis"),
    Route("GET", "hardware/chassis/{chassis}/{kind}", list_components, "List what is in a chassis"),
    Route("GET", "hardware/chassis/{chassis}/{kind}/{name}", get_component, "Show what is in a chassis"),
    Route("GET", "problem/problems", list_problems, "List problems"),
    Route("GET", "problem/problems/{uuid}", get_problem, "Show a problem"),
)
