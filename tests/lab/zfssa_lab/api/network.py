"""The network service, which only shows (API reference 2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zfssa_lab.api.call import Call, Record, Reply, ok
from zfssa_lab.api.kinds import Kind
from zfssa_lab.api.routing import Route as Row
from zfssa_lab.model.network import PREFIX, Interface, Network, Route


def _interface(call: Call, interface: Interface) -> Record:
    return {
        "interface": interface.name,
        "state": "down" if interface.name in call.appliance.network.unplugged else "up",
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
    }


def _datalink(_call: Call, interface: Interface) -> Record:
    return {
        "class": "device",
        "label": interface.name,
        "mac": interface.mac,
        "links": [interface.name],
        "mtu": 1500,
        "datalink": interface.name,
    }


def _device(_call: Call, interface: Interface) -> Record:
    return {
        "speed": f"{interface.speed} Mbit/s",
        "up": True,
        "active": True,
        "media": "Ethernet",
        "factory_mac": interface.mac,
        "duplex": "full-duplex",
        "device": interface.name,
    }


def _route(_call: Call, route: Route) -> Record:
    return {
        "status": "active",
        "family": "IPv4",
        "destination": route.destination,
        "mask": route.mask,
        "interface": route.interface,
        "type": route.type,
        "gateway": route.gateway,
    }


def get_routing(call: Call) -> Reply:
    """API reference 2.4."""
    return ok(routing={"href": call.view.href("routing", service="network"), "multihoming": "loose"})


def _kind(
    one: str, titles: tuple[str, str], each: Callable[[Network], Any], record: Callable[[Call, Any], Record]
) -> Kind[Network, Any]:
    return Kind(
        path=f"network/{one}s",
        one=one,
        many=f"{one}s",
        titles=titles,
        where=lambda call: call.appliance.network,
        each=lambda _call, network: each(network),
        record=record,
    )


ROWS = (
    # Those that this head serves.
    _kind("interface", ("an IP interface", "IP interfaces"), lambda network: network.interfaces.values(), _interface),
    _kind("datalink", ("a datalink", "datalinks"), lambda network: network.ports.values(), _datalink),
    _kind("device", ("a network device", "network devices"), lambda network: network.ports.values(), _device),
    _kind("route", ("a route", "routes"), lambda network: network.routes(), _route),
    Row("GET", "network/routing", get_routing, "Show how packets are routed"),
)
