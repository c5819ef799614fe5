"""Two appliances as the heads of one cluster: the steps and names that facts about them use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_world import World

from zfssa_lab.model.identity import Identities

EAST, WEST = (Identities(7, name).asn for name in ("east", "west"))
CLUSTER = "hardware/v1/cluster"
POOLS = "storage/v1/pools"
LAKE = f"{POOLS}/lake/projects"
LAKE_LUNS = f"{LAKE}/default/luns"
TANK_RESOURCE = f"{CLUSTER}/resources/zfs/tank"
TOKEN = {"headers": {"X-Auth-Session": "{token}"}, "auth": lambda request: request}
LOGIN = ("POST", "access/v1")


def order(method: str, path: str, body: Any = None) -> Callable[[World], None]:
    """Give an order at the control port that must be obeyed."""

    def give(world: World) -> None:
        answer = world.tell(method, path, body)
        assert "error" not in answer, answer

    return give


FORM = order("POST", "/cluster", {"appliances": ["east", "west"]})
TAKEN = order("POST", "/cluster/takeover", {"appliance": "west"})
BACK = order("POST", "/cluster/failback")
TAKE_OVER = ("west", "PUT", f"{CLUSTER}/takeover")
FAIL_BACK = ("west", "PUT", f"{CLUSTER}/failback")
LAKE_LUN = ("west", "POST", LAKE_LUNS, {"name": "b", "volsize": "1g"})


def resources(body: Any) -> dict[str, Any]:
    """Return the resources of a cluster record by path, whatever form they have."""
    found = body["cluster"]["resources"]
    listed = found.values() if isinstance(found, dict) else found
    return {"/".join(one["href"].split("/")[-2:]): one for one in listed}


def owners(body: Any) -> dict[str, str]:
    """Return the owner of each resource."""
    return {path: one["owner"] for path, one in resources(body).items()}


def pools(body: Any) -> dict[str, tuple[str, str]]:
    """Return status and owner of each pool."""
    return {one["name"]: (one["status"], one["owner"]) for one in body["pools"]}


def names(key: str, field: str) -> Callable[[Any], list[str]]:
    """Return a function that gives one field of a list."""
    return lambda body: [one[field] for one in body[key]]
