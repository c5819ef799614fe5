"""Replication is a process: progress, increments, failures, and what a sever leaves."""

from __future__ import annotations

from typing import Any

import pytest
from lab_world import (
    ACTIONS,
    CANCEL,
    GIB,
    LUNS,
    MASK,
    MIB,
    PACKAGES,
    PROJECTS,
    REPLICATED,
    SEND,
    World,
    action,
    group,
    initiator,
    lun,
    own_replication,
    snapshot,
    wait,
    write,
)

READY = (lun(), own_replication(), action())
SEVER = ("west", "PUT", f"{PACKAGES}/{{id}}/sever", {"projname": "t"})


def plan(effect: str, appliance: str = "east") -> Any:
    """Plan a replication fault."""
    fault = {"appliance": appliance, "action": {"replication": effect}}
    return lambda world: world.tell("POST", "/faults", fault)


def test_progress_follows_the_clock(world: World) -> None:
    """0.3 s of overhead, then one GiB per second (API reference 10.2)."""
    world.do(lun(volsize="4g"), write(2 * GIB), own_replication(), action(), SEND)
    assert world.action()["bytes_sent"] == 0
    world.clock.advance(0.3 + 0.5)
    record = world.action()
    assert record["bytes_sent"] == pytest.approx(GIB / 2, rel=1e-6)
    assert record["estimated_size"] == 2 * GIB + 16384
    assert record["average_throughput"] == pytest.approx(GIB, rel=1e-6)
    assert record["estimated_time_left"] == pytest.approx(1.5, rel=1e-3)
    assert (record["state"], record["last_result"]) == ("sending", "<unknown>")
    world.clock.advance(1.6)
    record = world.action()
    assert (record["state"], record["last_result"]) == ("idle", "success")
    assert record["bytes_sent"] == record["estimated_size"]
    assert record["last_sync"] == "20231114T22:13:22"


def test_max_bandwidth_has_effect_at_once(world: World) -> None:
    """The action's limit slows the running update (API reference 10.2)."""
    world.do(lun(volsize="4g"), write(2 * GIB), own_replication(), action(), SEND, wait(1.3))
    assert world.action()["bytes_sent"] == pytest.approx(GIB, rel=1e-6)
    world.do(("PUT", f"{ACTIONS}/{world.id}", {"max_bandwidth": "100m"}), wait(2))
    assert world.action()["bytes_sent"] == pytest.approx(GIB + 200 * MIB, rel=1e-6)


def test_increment_sends_what_was_written_since_the_snapshot(world: World) -> None:
    """Writes during an update belong to the next one (API reference 10.5)."""
    world.do(*READY, write(100 * MIB), SEND, write(5 * MIB), wait(10))
    assert world.action()["estimated_size"] == 100 * MIB + 16384
    world.do(SEND, wait(10))
    assert world.action()["bytes_sent"] == 5 * MIB
    world.do(SEND, wait(10))
    assert world.action()["bytes_sent"] == 0
    assert world.action()["last_result"] == "success"


def test_cancelled_update_is_sent_again(world: World) -> None:
    """What a cancelled increment had is not lost (API reference 10.2)."""
    world.do(*READY, SEND, wait(10), write(5 * MIB), SEND, CANCEL)
    record = world.action()
    assert (record["state"], record["last_result"]) == ("idle", "cancelled")
    world.do(SEND, wait(10))
    assert world.action()["bytes_sent"] == 5 * MIB


def test_failure_half_way(world: World) -> None:
    """A planned failure hits one update; the next one succeeds."""
    world.do(*READY, write(800 * MIB), plan("fail"), SEND, wait(10))
    record = world.action()
    assert record["last_result"].startswith("failed: ")
    assert record["bytes_sent"] == record["estimated_size"] // 2
    assert record["last_sync"] == "<unknown>"
    assert world.do(("west", "GET", f"{PACKAGES}/{{id}}"))["package"]["last_sync"] == "<unknown>"
    world.do(SEND, wait(10))
    assert world.action()["last_result"] == "success"


def test_stall_until_faults_are_deleted(world: World) -> None:
    """A stalled update neither moves nor ends by itself."""
    world.do(*READY, plan("stall"), SEND, wait(1000))
    assert (world.action()["state"], world.action()["bytes_sent"]) == ("sending", 0)
    world.tell("DELETE", "/faults")
    world.clock.advance(10)
    assert world.action()["last_result"] == "success"


def test_stall_until_cancelled(world: World) -> None:
    """A cancel ends a stalled update."""
    world.do(*READY, plan("stall"), SEND, wait(1000), CANCEL)
    assert world.action()["last_result"] == "cancelled"


@pytest.mark.parametrize("side", ["east", "west"])
def test_service_goes_off_in_flight(world: World, side: str) -> None:
    """An update fails when either side's service goes off (API reference 10.2)."""
    world.do(*READY, write(900 * MIB), SEND, wait(0.5))
    world.do(
        (side, "PUT", "service/v1/services/replication/disable")
        if side == "west"
        else ("PUT", "service/v1/services/replication/disable")
    )
    world.clock.advance(0.1)
    assert world.action()["last_result"].startswith("failed: the replication service")


def test_package_takes_space_while_it_comes_in(world: World) -> None:
    """Pool numbers add up on both sides at every instant (API reference 3)."""
    world.do(*READY, write(800 * MIB), SEND, wait(0.5))
    for appliance in ("east", "west"):
        usage = world.state(appliance)["pools"][0]["usage"]
        assert usage["used"] + usage["available"] == usage["total"]
    assert world.state("west")["pools"][0]["usage"]["usage_replication"] >= 800 * MIB
    world.do(CANCEL)
    assert world.state("west")["pools"][0]["usage"]["usage_replication"] == 0
    assert world.state("west")["packages"][0]["complete"] is False


def test_replica_is_frozen_at_the_snapshot(world: World) -> None:
    """What changes on the source after sendupdate is not in the package (API reference 10.5)."""
    world.do(*READY, SEND, ("PUT", f"{LUNS}/a", {"status": "offline", "compression": "gzip"}))
    world.do(wait(10), SEVER)
    severed = world.do(("west", "GET", f"{PROJECTS}/t/luns/a"))["lun"]
    assert (severed["status"], severed["compression"]) == ("online", "off")


def test_severed_lun_keeps_its_properties_and_its_guid(world: World) -> None:
    """Same name, size, block size, custom properties, groups (API reference 10.5) and GUID (15.1)."""
    owner = ("POST", "storage/v1/schema", {"property": "owner", "type": "String"})
    other = ("POST", "storage/v1/schema", {"property": "other", "type": "String"})
    custom = {"custom:owner": "me", "custom:other": "x"}
    made = world.do(
        owner, other, ("west", *owner),
        lun(volblocksize="64k", sparse=True, status="offline", compression="gzip", **custom),
    )["lun"]  # fmt: skip
    world.do(own_replication(), action(), SEND, wait(10), SEVER)
    severed = world.do(("west", "GET", f"{PROJECTS}/t/luns/a"))["lun"]
    for name in ("volsize", "volblocksize", "sparse", "lunguid", "compression", "custom:owner"):
        assert severed[name] == made[name]
    assert "custom:other" not in severed


def test_severed_lun_without_its_group_is_presented_to_nobody(world: World) -> None:
    """The group's name stays, the number is -1 until the group is set (API reference 10.5)."""
    world.do(group("ig"), lun(initiatorgroup="ig"), own_replication(), action(), SEND, wait(10), SEVER)
    severed = world.do(("west", "GET", f"{PROJECTS}/t/luns/a"))["lun"]
    assert severed["initiatorgroup"] == ["ig"]
    assert severed["assignednumber"] == -1
    world.do(("west", *initiator(1)), ("west", *group("ig", 1)))
    present = ("west", "PUT", f"{PROJECTS}/t/luns/a", {"initiatorgroup": ["ig"]})
    assert world.do(present)["lun"]["assignednumber"] == 0


def test_snapshots_come_along(world: World) -> None:
    """include_snaps brings the user's snapshots, never the system's (API reference 10.2)."""
    world.do(lun(), snapshot("s1"), own_replication(), action(), SEND, wait(10), SEVER)
    found = world.do(("west", "GET", f"{PROJECTS}/t/luns/a/snapshots"))["snapshots"]
    assert [one["name"] for one in found] == ["s1"]


def test_action_lives_on_after_the_sever_but_fails(world: World) -> None:
    """The pair is cut for good (API reference 10)."""
    world.do(*REPLICATED, SEVER, SEND, wait(10))
    assert world.action()["last_result"].startswith("failed: the package no longer exists")
    assert world.state("west")["packages"] == []


def test_deleted_action_leaves_no_snapshot(world: World) -> None:
    """The hidden snapshots of an action go with it (API reference 10.5)."""
    world.do(*REPLICATED)
    assert len(world.state("east")["snapshots"]) == 1
    world.do(("DELETE", f"{ACTIONS}/{world.id}"))
    assert world.state("east")["snapshots"] == []
    assert world.state("east")["actions"] == []
    assert len(world.state("west")["packages"]) == 1


def test_share_that_leaves_its_project_keeps_no_system_snapshot(world: World) -> None:
    """Neither a move nor inherited false leaves the project's hidden snapshots behind."""
    world.do(lun("a"), lun("b"), ("POST", PROJECTS, {"name": "p"}))
    world.do(("POST", f"{PROJECTS}/default/replication/actions", {"pool": "tank", "target": "west"}))
    world.do(SEND, wait(10))
    assert len(world.state("east")["snapshots"]) == 2
    world.do(("PUT", f"{LUNS}/a", {"project": "p"}), own_replication("b"))
    assert world.state("east")["snapshots"] == []


def test_project_level_action_sends_the_shares_that_inherit(world: World) -> None:
    """A share with inherited false stays out (API reference 10.3)."""
    world.do(lun("a"), lun("b"), lun("c"), own_replication("b"))
    world.do(("POST", f"{PROJECTS}/default/replication/actions", {"pool": "tank", "target": "west"}))
    world.do(SEND, wait(10), SEVER)
    found = world.do(("west", "GET", f"{PROJECTS}/t/luns"))["luns"]
    assert sorted(one["name"] for one in found) == ["a", "c"]


def test_continuous_action_goes_on_by_itself(world: World) -> None:
    """A continuous action begins without sendupdate (API reference 10.2)."""
    world.do(lun(), own_replication(), action(continuous="true"))
    assert world.action()["state"] == "sending"
    world.clock.advance(10)
    assert world.action()["last_sync"] != "<unknown>"


@pytest.mark.parametrize("delete_first", [True, False])
def test_migration_sequence(world: World, delete_first: bool) -> None:
    """The sequences of API reference 10.5 and 14.7, with the action deleted before or after."""
    world.do(lun(nodestroy=True), write(64 * MIB), ("PUT", f"{LUNS}/a", {"initiatorgroup": MASK}))
    version = world.do(("west", "GET", "system/v1/version"))["version"]
    targets = world.do(("GET", "storage/v1/replication/targets"))["targets"]
    label = next(one["label"] for one in targets if one["asn"] == version["asn"])
    world.do(own_replication(), action(target=label), SEND, wait(10))
    assert world.action()["last_result"] == "success"
    gone = ("DELETE", f"{ACTIONS}/{world.id}")
    sever = ("west", "PUT", f"{PACKAGES}/{world.id}/sever", {"projname": world.id})
    world.do(*((gone, sever) if delete_first else (sever, gone)))
    moved = ("west", "PUT", f"{PROJECTS}/{world.id}/filesystems/a", {"project": "default"})
    world.do(moved, ("west", "DELETE", f"{PROJECTS}/{world.id}"))
    world.do(("PUT", f"{LUNS}/a", {"nodestroy": False}), ("DELETE", f"{LUNS}/a"))
    east, west = world.state("east"), world.state("west")
    assert (east["luns"], east["actions"], west["packages"]) == ([], [], [])
    assert [one["name"] for one in west["luns"]] == ["a"]
    assert [one["name"] for one in west["projects"] if one["pool"] == "tank"] == ["default"]
    assert west["luns"][0]["space_data"] == 64 * MIB + 16384
