"""The cluster state of a stand-alone appliance (API reference 14.3)."""

from __future__ import annotations

from dataclasses import dataclass

NO_PEER = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Cluster:
    """What a node knows of its peer; empty strings when it has none."""

    state: str = "AKCS_UNCONFIGURED"
    description: str = "Clustering is not configured"
    peer_asn: str = ""
    peer_hostname: str = ""
    peer_state: str = ""
    peer_description: str = ""
