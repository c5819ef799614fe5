"""Clusters: how they are made, what a takeover does to updates, and the rule by which clients find the owner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab_heads import BACK, CLUSTER, FAIL_BACK, FORM, LAKE_LUNS, POOLS, TAKE_OVER, TAKEN, order
from lab_world import ACTIONS, GIB, LUNS, SEND, World, initiator, lun, own_replication, wait, write

RELEASES = ("2013.1", "8.7", "8.8")
Heads = Callable[[str], World]
SOURCE_PACKAGE = "storage/v1/replication/sources/east/packages/{id}"
REVERSE = {
    "2013.1": f"{SOURCE_PACKAGE}/reverse",
    "8.7": f"{SOURCE_PACKAGE}/reverse",
    "8.8": "storage/v1/replication/packages/{id}/pkgreverse",
}
TO_NORTH = (
    "POST",
    ACTIONS,
    {"pool": "tank", "project": "default", "share": "a", "target": "north", "target_pool": "tank"},
)


def serves(world: World, head: str, pool: str) -> bool:
    """Say whether a head serves a pool: whether its projects can be seen there."""
    return world.clients[head].call("GET", f"storage/v1/pools/{pool}/projects").status_code == 200


def owned(world: World, head: str, record: dict[str, Any]) -> bool:
    """Apply the rule by which the OpenStack driver tells whether to use a pool through a head (API reference 2.2)."""
    version = world.do((head, "GET", "system/v1/version"))["version"]
    cluster = world.do((head, "GET", CLUSTER))["cluster"]
    if (version["asn"], version["nodename"]) == (record["asn"], record["owner"]):
        return True
    peer = (cluster["peer_asn"], cluster["peer_hostname"])
    return peer == (record["asn"], record["owner"]) and cluster["peer_state"] == "AKCS_STRIPPED"


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("alone", ()),
        ("clustered", (FORM,)),
        ("west took over", (FORM, TAKEN)),
        ("east took over", (FORM, ("PUT", f"{CLUSTER}/takeover"))),
        ("both took over", (FORM, TAKEN, ("PUT", f"{CLUSTER}/takeover"))),
        ("failing back", (FORM, TAKEN, FAIL_BACK)),
        ("failed back", (FORM, TAKEN, BACK)),
        ("apart again", (FORM, TAKEN, order("DELETE", "/cluster"))),
    ],
)
def test_rule_of_ownership(heads: Heads, release: str, state: str, steps: tuple[Any, ...]) -> None:
    """Whatever the state, the rule accepts a pool exactly on the head that serves it, as listed and by itself."""
    del state
    world = heads(release)
    world.do(*steps)
    for head in ("east", "west"):
        for record in world.do((head, "GET", "storage/v1/pools"))["pools"]:
            assert owned(world, head, record) is serves(world, head, record["name"])
            alone = world.do((head, "GET", f"storage/v1/pools/{record['name']}"))["pool"]
            assert {key: alone[key] for key in record} == record


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"appliances": ["east"]}, "two appliances"),
        ({"appliances": ["east", "east"]}, "two appliances"),
        ({"appliances": "east"}, "two appliances"),
        ({"appliances": ["east", "south"]}, "no appliance 'south'"),
        ({"appliances": ["east", 5]}, "no appliance 5"),
        ({}, "appliances"),
        ({"appliances": ["east", "west"], "x": 1}, "x"),
        ({"appliances": ["east", "north"]}, "start the lab with --pool east/NAME:SIZE --pool north/OTHER:SIZE"),
    ],
)
def test_clusters_that_cannot_be(heads: Heads, body: dict[str, Any], text: str) -> None:
    """The control port says what is wrong, and nothing has changed."""
    world = heads("8.8")
    assert text in world.tell("POST", "/cluster", body)["error"]
    assert {one["state"] for one in world.tell("GET", "/cluster").values()} == {"AKCS_UNCONFIGURED"}


def test_pools_of_one_name_make_no_cluster(world: World) -> None:
    """As the lab starts by default, both have a pool "tank"."""
    refusal = world.tell("POST", "/cluster", {"appliances": ["east", "west"]})["error"]
    assert "--pool east/NAME:SIZE --pool west/OTHER:SIZE" in refusal


def test_who_joins_must_be_blank(heads: Heads) -> None:
    """The second head's own configuration would be lost."""
    world = heads("8.8")
    world.do(("west", *initiator(1)))
    assert "reset the lab" in world.tell("POST", "/cluster", {"appliances": ["east", "west"]})["error"]
    world.do(order("POST", "/cluster", {"appliances": ["west", "east"]}))


def test_one_cluster_per_appliance(heads: Heads) -> None:
    """A head has one peer."""
    world = heads("8.8")
    world.do(FORM)
    assert "in a cluster already" in world.tell("POST", "/cluster", {"appliances": ["west", "north"]})["error"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/cluster/takeover", {"appliance": "west"}),
        ("POST", "/cluster/takeover", {}),
        ("POST", "/cluster/takeover", {"appliance": "south"}),
        ("POST", "/cluster/failback", None),
        ("DELETE", "/cluster", None),
        ("POST", "/faults", {"action": {"takeover": "west"}}),
        ("POST", "/faults", {"action": {"takeover": "south"}}),
    ],
)
def test_orders_that_want_a_cluster(heads: Heads, method: str, path: str, body: Any) -> None:
    """Without a cluster they are refused."""
    assert "error" in heads("8.8").tell(method, path, body)


def test_apart_again(heads: Heads) -> None:
    """Both keep their pools and a copy of what they shared, and each goes its own way."""
    world = heads("8.8")
    initiator_groups = "san/v1/iscsi/initiator-groups"
    world.do(
        FORM,
        ("POST", initiator_groups, {"name": "g"}),
        ("west", "POST", LAKE_LUNS, {"name": "b", "volsize": "1g", "initiatorgroup": "g"}),
        TAKEN,
        order("DELETE", "/cluster"),
        ("DELETE", f"{initiator_groups}/g"),
    )
    assert world.west.call("DELETE", f"{initiator_groups}/g").status_code == 409
    assert [pool["name"] for pool in world.state("west")["pools"]] == ["lake"]
    assert {one["label"] for one in world.state("west")["replication_targets"]} == {"east", "north"}
    world.do(("west", "PUT", "service/v1/services/nfs/disable"))
    assert world.do(("GET", "service/v1/services/nfs"))["service"]["<status>"] == "online"
    assert len(world.do(("west", "GET", "network/v1/interfaces"))["interfaces"]) == 3


def test_reset_ends_the_cluster(heads: Heads) -> None:
    """The initial state has none."""
    world = heads("8.8")
    world.do(FORM, TAKEN)
    world.tell("POST", "/reset")
    assert world.tell("GET", "/cluster")["west"]["state"] == "AKCS_UNCONFIGURED"
    assert [pool["name"] for pool in world.state("east")["pools"]] == ["tank"]


def test_takeover_in_the_middle_of_a_play(heads: Heads) -> None:
    """The pool has moved before the request that was named is answered."""
    world = heads("8.8")
    world.do(FORM, lun())
    plan = {"appliance": "east", "method": "POST", "path": "/luns$", "nth": 2, "action": {"takeover": "west"}}
    world.tell("POST", "/faults", plan)
    statuses = [world.east.call("POST", LUNS, {"name": name, "volsize": 8192}).status_code for name in "bcd"]
    assert statuses == [201, 404, 404]
    assert [one["name"] for one in world.do(("west", "GET", LUNS))["luns"]] == ["a", "b"]
    assert world.tell("GET", "/journal?appliance=east")[-2]["fault"] == {"takeover": "west"}


def test_takeover_that_was_made_already(heads: Heads) -> None:
    """A planned takeover that has nothing to take changes nothing."""
    world = heads("8.8")
    world.do(FORM)
    world.tell("POST", "/faults", {"method": "GET", "path": "/pools$", "action": {"takeover": "west"}})
    world.do(TAKE_OVER)
    assert world.west.call("GET", "storage/v1/pools").status_code == 200
    assert world.tell("GET", "/cluster")["west"]["state"] == "AKCS_OWNER"


@pytest.mark.parametrize("release", RELEASES)
def test_actions_move_with_their_pool(heads: Heads, release: str) -> None:
    """A takeover breaks a running update off; the other head goes on with the same action and package."""
    world = heads(release)
    world.do(FORM, lun(volsize="100g"), own_replication(), TO_NORTH, write(50 * GIB), SEND, wait(5))
    assert world.action()["state"] == "sending"
    world.do(TAKEN)
    assert world.east.call("GET", f"{ACTIONS}/{world.id}").status_code == 404
    record = world.do(("west", "GET", f"{ACTIONS}/{world.id}"))["action"]
    assert (record["state"], record["target"] != "") == ("idle", True)
    assert "taken over" in record["last_result"]
    world.do(("west", *SEND), wait(60))
    assert world.do(("west", "GET", f"{ACTIONS}/{world.id}"))["action"]["last_result"] == "success"
    assert [one["id"] for one in world.state("north")["packages"]] == [world.id]
    world.do(BACK, SEND, wait(60))
    assert world.action()["last_result"] == "success"


@pytest.mark.parametrize("release", RELEASES)
def test_packages_move_with_their_pool(heads: Heads, release: str) -> None:
    """After a takeover on the target side, the next update finds the package on the other head."""
    world = heads(release)
    to_east = {"pool": "tank", "project": "default", "share": "n", "target": "east", "target_pool": "tank"}
    inherit = "storage/v1/pools/tank/projects/default/filesystems/n/replication"
    world.do(
        FORM,
        ("north", "POST", LUNS, {"name": "n", "volsize": "1g"}),
        ("north", "PUT", inherit, {"inherited": False}),
        ("north", "POST", ACTIONS, to_east),
        ("north", *SEND),
        wait(10),
        TAKEN,
        ("north", *SEND),
        wait(10),
    )
    assert world.do(("north", "GET", f"{ACTIONS}/{world.id}"))["action"]["last_result"] == "success"
    assert world.state("east")["packages"] == []
    assert [one["id"] for one in world.state("west")["packages"]] == [world.id]
    sever = f"storage/v1/replication/sources/north/packages/{world.id}/sever"
    world.do(("west", "PUT", sever, {"projname": "p"}))
    assert serves(world, "west", "tank")
    assert world.do(("west", "GET", "storage/v1/pools/tank/projects/p/luns"))["luns"][0]["name"] == "n"


@pytest.mark.parametrize("release", RELEASES)
def test_reversal_after_a_takeover_of_the_source(heads: Heads, release: str) -> None:
    """The way back leads to the head that serves the source's pool now."""
    world = heads(release)
    world.do(FORM, lun(), own_replication(), TO_NORTH, SEND, wait(10), TAKEN)
    world.do(("north", "PUT", REVERSE[release], {"projname": "t"}))
    (action,) = world.state("north")["actions"]
    asn = world.do(("west", "GET", "system/v1/version"))["version"]["asn"]
    assert action["target"] == ("west" if release == "8.8" else asn)


@pytest.mark.parametrize("release", RELEASES)
def test_reversal_without_a_way_back(heads: Heads, release: str) -> None:
    """A reversal that is refused leaves the package as it was."""
    world = heads(release)
    forget = ("north", "DELETE", "storage/v1/replication/targets/west")
    world.do(FORM, lun(), own_replication(), TO_NORTH, SEND, wait(10), forget, TAKEN)
    refusal = world.send(("north", "PUT", REVERSE[release], {"projname": "t"}))
    assert refusal is not None
    assert refusal.status_code == 409
    assert [one["id"] for one in world.state("north")["packages"]] == [world.id]
    assert [one["name"] for one in world.state("north")["projects"]] == ["default"]


@pytest.mark.parametrize("release", RELEASES)
def test_target_without_pools(heads: Heads, release: str) -> None:
    """A head that serves nothing takes no new action; one whose cluster has ended lets the updates fail."""
    world = heads(release)
    to_east = {"pool": "tank", "project": "default", "target": "east", "target_pool": "tank"}
    end = "unconfig" if release == "8.8" else "unconfigure"
    another = ("north", "POST", f"{POOLS}/tank/projects", {"name": "p"})
    world.do(FORM, ("north", "POST", ACTIONS, to_east), TAKEN, another)
    refusal = world.send(("north", "POST", ACTIONS, {**to_east, "project": "p"}))
    assert refusal is not None
    assert (refusal.status_code, "there is none" in refusal.text) == (400, True)
    world.do(("west", "PUT", f"{CLUSTER}/{end}"), ("north", *SEND), wait(10))
    record = world.do(("north", "GET", f"{ACTIONS}/{world.id}"))["action"]
    assert (record["state"], record["last_result"]) == ("idle", "failed: the pool no longer exists on the target")


def test_replication_between_heads_makes_no_cluster(heads: Heads) -> None:
    """Two heads are one system."""
    world = heads("8.8")
    to_west = {"pool": "tank", "project": "default", "target": "west", "target_pool": "lake"}
    world.do(("POST", ACTIONS, to_west))
    assert "replicates to" in world.tell("POST", "/cluster", {"appliances": ["east", "west"]})["error"]
