"""What two appliances with replication say: pages for a `Book`."""

from __future__ import annotations

from typing import Any

ROOT = "/api/storage/v1/replication"
ACTIONS = f"{ROOT}/actions"
TARGETS = f"{ROOT}/targets"
PROJECT = "/api/storage/v1/pools/tank/projects/proj-a"
LUN = f"{PROJECT}/luns/lun-a"
ACTION = f"{ACTIONS}/id-1"

WEST = {
    "label": "west",
    "hostname": "zs-west.example",
    "asn": "11111111-2222-3333-4444-555555555555",
    "target": "target-000",
    "actions": 1,
}
EAST = {"label": "east", "hostname": "zs-east.example", "asn": "99999999", "target": "target-001"}


def action(**values: Any) -> dict[str, Any]:
    """An action that sends `lun-a` to the pool `dr` of `west`, as the appliance gives it."""
    return {
        "id": "id-1",
        "pool": "tank",
        "project": "proj-a",
        "share": "lun-a",
        "target": WEST["asn"],
        "target_pool": "dr",
        "enabled": True,
        "continuous": False,
        "include_snaps": True,
        "max_bandwidth": 0,
        "use_ssl": True,
        "compression": "on",
        "dedup": False,
        "state": "idle",
        "state_description": "Idle (no update pending)",
        "last_result": "<unknown>",
        "last_sync": "<unknown>",
        "last_try": "<unknown>",
        "bytes_sent": 0,
        "estimated_size": 0,
        "average_throughput": 0,
        **values,
    }


def pages(*actions: dict[str, Any], **others: Any) -> dict[str, Any]:
    """The pages of a source with two peers, one LUN, and the given actions."""
    return {
        TARGETS: {"targets": [WEST, EAST]},
        ACTIONS: {"actions": list(actions)},
        "/api/storage/v1/pools/tank": {"pool": {"name": "tank"}},
        PROJECT: {"project": {"name": "proj-a"}},
        LUN: {"lun": {"name": "lun-a"}},
        **{f"{ACTIONS}/{item['id']}": {"action": item} for item in actions},
        **others,
    }
