"""Network interfaces, datalinks, devices and routes (API reference 2.4)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, replace

PREFIX = 24
_ANYWHERE = str(ipaddress.IPv4Address(0))
_GIGABIT = 10_000
_MANAGEMENT = 2


@dataclass(frozen=True)
class Interface:
    """An IP interface on a port of its own; ``admin`` marks the one for management only."""

    name: str
    address: str
    mac: str
    admin: bool = False
    speed: int = _GIGABIT  # Mbit/s

    @property
    def network(self) -> str:
        """The network that it is in."""
        return self.address.rpartition(".")[0] + ".0"


@dataclass(frozen=True)
class Route:
    """A way to a network; ``type`` is "static", or "system" for what comes with an interface."""

    name: str
    destination: str
    mask: int
    gateway: str
    interface: str
    type: str


class Network:
    """The interfaces of the appliance that is number ``index`` of the lab.

    Their addresses are those that RFC 5737 sets aside for documentation: nothing answers there.  ``interfaces``
    are those that the appliance serves: in a cluster each data interface is served by one of the heads.  With
    ``portal`` the data interfaces have that address instead, since hosts reach LUNs there.
    """

    def __init__(self, index: int, portal: str = "") -> None:
        self._portal = portal
        first = 10 * (index % 24) + 10
        self.ports = {
            f"ixgbe{port}": Interface(
                name=f"ixgbe{port}",
                address=portal if portal and port != _MANAGEMENT else f"192.0.2.{first + port}",
                mac=f"0:14:4f:{index % 256:x}:0:{port:x}",
                admin=port == _MANAGEMENT,
            )
            for port in range(3)
        }
        self.interfaces = dict(self.ports)
        # Names of those whose cable is pulled.
        self.unplugged: set[str] = set()

    def data_interfaces(self) -> list[str]:
        """Names of the interfaces that a target may use."""
        return [interface.name for interface in self.interfaces.values() if not interface.admin]

    def serve(self, interfaces: list[Interface]) -> None:
        """Serve these data interfaces, and the appliance's own management interface.

        An address moves along with its interface; a real one, where hosts reach LUNs, cannot.
        """
        managing = [interface for interface in self.ports.values() if interface.admin]
        taken = [replace(one, address=self._portal or one.address) for one in interfaces]
        served = [*taken, *managing]
        self.interfaces = {one.name: one for one in sorted(served, key=lambda interface: interface.name)}

    def routes(self) -> list[Route]:
        """Return the default route over the management interface, and one for each interface."""
        managing = next(interface for interface in self.interfaces.values() if interface.admin)
        gateway = managing.network.removesuffix("0") + "1"
        ways = [(_ANYWHERE, 0, gateway, managing.name, "static")]
        ways += [(one.network, PREFIX, one.address, one.name, "system") for one in self.interfaces.values()]
        return [Route(f"route-{number:03}", *way) for number, way in enumerate(ways)]
