"""How many requests a document of a whole appliance makes, exactly: lists are read once, and what differs is written once."""

from __future__ import annotations

from typing import Any

import pytest
from documents import options_of
from lab_client import LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import plan_san

PROJECTS, GROUPS, INITIATORS = 10, 50, 200
# Those of initiators, of groups and of projects; then the LUNs of each project.
LISTS = 3 + PROJECTS


def document(luns: int) -> dict[str, Any]:
    hosts = [f"iqn.2020-01.com.example:host-{number}" for number in range(INITIATORS)]
    return {
        "initiators": [{"initiator": host} for host in hosts],
        "initiator_groups": [{"name": f"g{number}", "initiators": hosts[number::GROUPS]} for number in range(GROUPS)],
        "projects": [{"pool": "tank", "name": f"p{number}"} for number in range(PROJECTS)],
        "luns": [
            {
                "pool": "tank",
                "project": f"p{number % PROJECTS}",
                "name": f"lun-{number}",
                "size": "1M",
                "sparse": True,
                "initiator_groups": [f"g{number % GROUPS}"],
            }
            for number in range(luns)
        ],
    }


def requests_of(appliance: LabClient, config: dict[str, Any]) -> tuple[int, int]:
    """Carry out a document; return how many requests read and wrote."""
    before = len(appliance.log)
    apply(plan_san(appliance, options_of(config, concurrency=1)), appliance)
    methods = [method for method, _path, _status in appliance.log[before:]]
    return methods.count("GET"), len(methods) - methods.count("GET")


@pytest.mark.parametrize("luns", [20, 200])
def test_requests_of_a_document(luns: int) -> None:
    appliance, config = LabClient("8.8", pools={"tank": 1 << 44}), document(luns)

    made = requests_of(appliance, config)
    again = requests_of(appliance, config)
    for lun in config["luns"][: luns // 10]:
        lun["size"] = "2M"
    changed = requests_of(appliance, config)

    assert made[1] == INITIATORS + GROUPS + PROJECTS + luns
    assert again == (LISTS, 0)
    assert changed == (LISTS, luns // 10)
