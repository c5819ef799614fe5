"""Endpoints of the network service, which only shows (API reference 2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from zfssa_lab.api.call import Call, Record, Reply, ok
from zfssa_lab.api.records import View
from zfssa_lab.api.routing import Route as Row
from zfssa_lab.model.errors import not_found
from zfssa_lab.model.network import PREFIX, Interface, Route

T = TypeVar("T", Interface, Route)


def _href(call: Call, *path: str) -> str:
    return View(call.release, call.version).href(*path, service="network")


def _interface(call: Call, interface: Interface) -> Record:
    return {
        "interface": interface.name,
        "state": "up",
        "curaddrs": [interface.address],
        "class": "ip",
        "label": "management" if interface.admin else interface.name,
        "enable": True,
        "admin": interface.admin,
        "links": [interface.name],
        "v4addrs": [f"{interface.address}/{PREFIX}"],
        "v4dhcp": False,
        "v4directnets": [],
        "v6addrs": [],
        "v6dhcp": False,
        "v6directnets": [],
        "href": _href(call, "interfaces", interface.name),
    }


def _datalink(call: Call, interface: Interface) -> Record:
    return {
        "class": "device",
        "label": interface.name,
        "mac": interface.mac,
        "links": [interface.name],
        "mtu": 1500,
        "datalink": interface.name,
        "href": _href(call, "datalinks", interface.name),
    }


def _device(call: Call, interface: Interface) -> Record:
    return {
        "speed": f"{interface.speed} Mbit/s",
        "up": True,
        "active": True,
        "media": "Ethernet",
        "factory_mac": interface.mac,
        "duplex": "full-duplex",
        "device": interface.name,
        "href": _href(call, "devices", interface.name),
    }


def _route(call: Call, route: Route) -> Record:
    return {
        "status": "active",
        "family": "IPv4",
        "destination": route.destination,
        "mask": route.mask,
        "interface": route.interface,
        "type": route.type,
        "gateway": route.gateway,
        "href": _href(call, "routes", route.name),
    }


def _served(call: Call) -> list[Interface]:
    return list(call.appliance.network.interfaces.values())


def _ports(call: Call) -> list[Interface]:
    return list(call.appliance.network.ports.values())


def _named(items: Iterable[T], name: str) -> T:
    for item in items:
        if item.name == name:
            return item
    raise not_found(name)


def list_interfaces(call: Call) -> Reply:
    """Those that this head serves (API reference 2.4)."""
    return ok(interfaces=[_interface(call, one) for one in _served(call)])


def get_interface(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(interface=_interface(call, _named(_served(call), call.path["name"])))


def list_datalinks(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(datalinks=[_datalink(call, one) for one in _ports(call)])


def get_datalink(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(datalink=_datalink(call, _named(_ports(call), call.path["name"])))


def list_devices(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(devices=[_device(call, one) for one in _ports(call)])


def get_device(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(device=_device(call, _named(_ports(call), call.path["name"])))


def list_routes(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(routes=[_route(call, one) for one in call.appliance.network.routes()])


def get_route(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(route=_route(call, _named(call.appliance.network.routes(), call.path["name"])))


def get_routing(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(routing={"href": _href(call, "routing"), "multihoming": "loose"})


ROUTES = (
    Row("GET", "network/interfaces", list_interfaces, "List IP interfaces"),
    Row("GET", "network/interfaces/{name}", get_interface, "Show an IP interface"),
    Row("GET", "network/datalinks", list_datalinks, "List datalinks"),
    Row("GET", "network/datalinks/{name}", get_datalink, "Show a datalink"),
    Row("GET", "network/devices", list_devices, "List network devices"),
    Row("GET", "network/devices/{name}", get_device, "Show a network device"),
    Row("GET", "network/routes", list_routes, "List routes"),
    Row("GET", "network/routes/{name}", get_route, "Show a route"),
    Row("GET", "network/routing", get_routing, "Show how packets are routed"),
)
