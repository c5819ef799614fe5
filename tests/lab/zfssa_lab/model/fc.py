"""Fibre Channel ports: hardware, which is there or not (API reference 9.6)."""

from __future__ import annotations

from dataclasses import dataclass

from zfssa_lab.model.identity import Identities

COUNTERS = (
    "link_failure_count", "loss_of_sync_count", "loss_of_signal_count", "protocol_error_count",
    "invalid_tx_word_count", "invalid_crc_count",
)  # fmt: skip
PORTS = 2


@dataclass(frozen=True)
class FcPort:
    """A port that works as target; no cable is plugged in, so it sees no other port."""

    wwn: str
    number: int
    mode: str = "target"
    speed: str = "0 Gbit/s"
    discovered_ports: int = 0


def make_ports(identities: Identities) -> dict[str, FcPort]:
    """Return the ports of an appliance by their world wide names."""
    ports = [FcPort(identities.port_wwn(number), number) for number in range(PORTS)]
    return {port.wwn: port for port in ports}
