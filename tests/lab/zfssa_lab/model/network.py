"""Network interfaces and datalinks (API reference 2.4)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Interface:
    """An IP interface; ``admin`` marks the one for management only."""

    name: str
    address: str
    mac: str
    admin: bool = False


class Network:
    """The interfaces of the appliance that is number ``index`` of the lab.

    Their addresses are those that RFC 5737 sets aside for documentation: nothing answers there.
    """

    def __init__(self, index: int) -> None:
        first = 10 * (index % 24) + 10
        self.interfaces = {
            f"ixgbe{port}": Interface(
                name=f"ixgbe{port}",
                address=f"192.0.2.{first + port}",
                mac=f"0:14:4f:{index % 256:x}:0:{port:x}",
                admin=port == 2,
            )
            for port in range(3)
        }

    def data_interfaces(self) -> list[str]:
        """Names of the interfaces that a target may use."""
        return [interface.name for interface in self.interfaces.values() if not interface.admin]
