"""Replication as clients drive it: by schedule, without end, by polling (API reference 10.2, 10.5, 14.7)."""

from __future__ import annotations

from typing import Any

import pytest
from lab_world import (
    ACTIONS,
    CANCEL,
    GIB,
    LUNS,
    MIB,
    PACKAGES,
    PROJECTS,
    SEND,
    World,
    action,
    lun,
    own_replication,
    wait,
    write,
)

READY = (lun(volsize="8g"), own_replication(), action())
ONE = f"{ACTIONS}/{{id}}"


def every(frequency: str) -> Any:
    """Give the action a schedule."""
    return ("POST", f"{ONE}/schedules", {"frequency": frequency})


def statistics(world: World) -> Any:
    """Return the counters of the action."""
    return world.do(("GET", f"{ONE}/stats"))["stats"]


def fail(world: World) -> None:
    """Let the next update fail."""
    world.tell("POST", "/faults", {"appliance": "east", "action": {"replication": "fail"}})


def stall(world: World) -> None:
    """Let the next update stall."""
    world.tell("POST", "/faults", {"appliance": "east", "action": {"replication": "stall"}})


def test_a_scheduled_update_is_left_out_while_one_runs(world: World) -> None:
    """It is not made up for; the next one is at its own time."""
    world.do(*READY, write(4 * GIB), ("PUT", ONE, {"max_bandwidth": "10m"}), every("5min"), wait(100))
    assert world.action()["state"] == "sending"
    world.do(wait(300))
    counted = statistics(world)
    assert (counted["total_updates"], counted["skipped_updates"]) == (0, 1)
    world.do(wait(120))
    record = world.action()
    assert (record["state"], record["last_try"][9:], record["last_sync"][9:]) == ("idle", "22:15:00", "22:21:49")


def test_a_failed_scheduled_update_waits_for_the_next(world: World) -> None:
    """No retry in between."""
    world.do(*READY, every("hour"), fail, wait(3500))
    record = world.action()
    assert record["last_result"].startswith("failed: ")
    assert record["last_try"] == "20231114T23:00:00"
    world.do(wait(3600))
    assert world.action()["last_result"] == "success"
    counted = statistics(world)
    assert (counted["total_updates"], counted["failed_updates"], counted["successful_updates"]) == (2, 1, 1)


def test_schedules_survive_the_service(world: World) -> None:
    """While the service is off nothing is sent; afterwards the schedule goes on."""
    world.do(*READY, every("5min"), ("PUT", "service/v1/services/replication/disable"), wait(1200))
    assert world.action()["last_try"] == "<unknown>"
    assert statistics(world)["skipped_updates"] == 4
    world.do(("PUT", "service/v1/services/replication/enable"), wait(300))
    assert world.action()["last_result"] == "success"


def test_counters_add_up(world: World) -> None:
    """Bytes, durations and results of all updates (API reference 10.2)."""
    world.do(*READY, write(GIB), SEND, wait(10), write(MIB), SEND, wait(10), fail, SEND, wait(10), SEND, CANCEL)
    counted = statistics(world)
    assert counted["total_updates"] == 4
    assert counted["successful_updates"] + counted["failed_updates"] + counted["cancelled_updates"] == 4
    assert counted["total_logical_bytes"] == GIB + 16384 + MIB
    assert counted["last_logical_bytes"] == 0
    assert counted["total_duration"] == pytest.approx(1.3 + 0.3 + MIB / GIB + 0.3, abs=1e-2)
    assert counted["last_result"] == "cancelled"


def test_continuous_never_ends(world: World) -> None:
    """What is written is on the target soon, without anybody's doing."""
    world.do(lun(volsize="8g"), own_replication(), action(continuous="true"), wait(60), write(MIB), wait(5))
    replica = world.do(("west", "GET", f"{PACKAGES}/{{id}}/projects/default/luns/a"))["lun"]
    assert replica["space_data"] == MIB + 16384
    assert statistics(world)["total_updates"] == pytest.approx(50, abs=1)


def test_continuous_tries_again_after_a_failure(world: World) -> None:
    """Five seconds later, and from then on as before."""
    world.do(lun(), own_replication(), fail, action(continuous=True), wait(1))
    assert world.action()["last_result"].startswith("failed: ")
    assert world.action()["next_update"] == "20231114T22:13:25"
    world.do(wait(6))
    assert world.action()["last_result"] == "success"


def test_continuous_does_not_pass_a_stall(world: World) -> None:
    """One update at a time: a stalled one holds the others up until it is cancelled."""
    world.do(lun(), own_replication(), stall, action(continuous=True), wait(1000))
    assert world.action()["state"] == "sending"
    world.do(CANCEL)
    assert world.action()["last_result"] == "cancelled"
    world.do(wait(6))
    assert world.action()["last_result"] == "success"


def test_disabled_in_the_middle(world: World) -> None:
    """A running update ends by itself, but none follows."""
    world.do(lun(volsize="8g"), write(GIB), own_replication(), action(continuous=True), wait(0.5))
    world.do(("PUT", ONE, {"enabled": False}), wait(100))
    record = world.action()
    assert (record["last_result"], record["last_sync"], record["next_update"]) == (
        "success",
        "20231114T22:13:21",
        "<unknown>",
    )


def test_lag_grows_until_the_next_update(world: World) -> None:
    """It counts from the snapshot of the last good update (API reference 10.2)."""
    world.do(*READY, write(4 * GIB), SEND, wait(100))
    assert world.action()["replica_lag"] == 100
    world.do(SEND, wait(1))
    assert world.action()["replica_lag"] == 1


def test_polling_as_cinder_does(world: World) -> None:
    """success ends it, <unknown> while sending waits, anything else is an error (API reference 10.2)."""
    world.do(*READY, write(4 * GIB), SEND)
    seen = []
    while True:
        record = world.action()
        seen.append((record["last_result"], record["state"]))
        if record["last_result"] == "success":
            break
        assert (record["last_result"], record["state"]) == ("<unknown>", "sending")
        world.clock.advance(1)
    assert len(seen) == 6


@pytest.mark.parametrize("trouble", ["fail", "cancel"])
def test_polling_sees_the_error(world: World, trouble: str) -> None:
    """Neither success nor waiting: the migration is given up."""
    world.do(*READY, write(4 * GIB), *([fail] if trouble == "fail" else []), SEND, wait(1))
    assert world.action()["state"] == "sending"
    world.do(*([CANCEL] if trouble == "cancel" else []), wait(10))
    record = world.action()
    assert record["state"] == "idle"
    assert record["last_result"] not in ("success", "<unknown>")


@pytest.mark.parametrize("release", ["8.7", "8.8"])
@pytest.mark.parametrize("action_first", [True, False])
def test_the_portals_flow(worlds: Any, release: str, action_first: bool) -> None:
    """A filesystem moves to the other appliance (API reference 14.7), by the paths of the release."""
    world = worlds(release)
    filesystem = f"{PROJECTS}/pr/filesystems/fs"
    west = "west"
    for side in ((), (west,)):
        world.do((*side, "POST", PROJECTS, {"name": "pr"}))
    world.do(("POST", f"{PROJECTS}/pr/filesystems", {"name": "fs"}))
    world.do(("PUT", f"{filesystem}/replication", {"inherited": "false"}))
    made = {"pool": "small", "target": "west", "include_snaps": False}
    world.do(("POST", f"{filesystem}/replication/actions", made), (west, "POST", SMALL, {"name": "pr"}))
    world.do((*SEND, {}))
    polls = 0
    while world.action()["state"] != "idle":
        world.clock.advance(1)
        polls += 1
    assert polls
    package = f"{world.packages}/{{id}}"
    world.do((west, "PUT", f"{package}/projects/pr/filesystems/fs", {"mountpoint": "/export/new"}))
    gone = ("DELETE", ONE)
    sever = (west, "PUT", f"{package}/sever", {"projname": "passing"})
    world.do(*((gone, sever) if action_first else (sever, gone)))
    world.do((west, "PUT", f"{SMALL}/passing/filesystems/fs", {"name": "new"}))
    world.do((west, "PUT", f"{SMALL}/passing/filesystems/new", {"project": "pr"}), (west, "DELETE", f"{SMALL}/passing"))
    arrived = world.do((west, "GET", f"{SMALL}/pr/filesystems/new"))["filesystem"]
    assert arrived["mountpoint"] == "/export/new"
    assert world.state("east")["actions"] == []
    assert world.state("west")["packages"] == []
    assert world.do(("GET", filesystem))["filesystem"]["name"] == "fs"


SMALL = "storage/v1/pools/small/projects"


def test_cancel_from_either_side(world: World) -> None:
    """Both sides see the same end, and the next update sends what is missing."""
    for path in (CANCEL, ("west", "PUT", f"{PACKAGES}/{{id}}/cancelupdate")):
        world.reset()
        world.do(*READY, write(4 * GIB), SEND, wait(2), path)
        assert world.action()["last_result"] == "cancelled"
        assert world.do(("west", "GET", f"{PACKAGES}/{{id}}"))["package"]["last_result"] == "cancelled"
        world.do(SEND, wait(10))
        assert world.action()["bytes_sent"] == 4 * GIB + 16384


def test_two_updates_at_once_have_all_the_bandwidth_each(world: World) -> None:
    """Bandwidth is not shared (an assumption, listed)."""
    world.do(*READY, write(4 * GIB), SEND, lun("b", volsize="8g"), write(4 * GIB, "b"), own_replication("b"))
    first = world.id
    world.do(action("b"), SEND, wait(4.5))
    assert world.action()["last_result"] == "success"
    assert world.do(("GET", f"{ACTIONS}/{first}"))["action"]["last_result"] == "success"


def test_update_in_flight_ends_with_its_share_of_time(world: World) -> None:
    """A service that goes off breaks the update at once, not when somebody looks."""
    world.do(
        *READY, write(4 * GIB), SEND, wait(2), ("west", "PUT", "service/v1/services/replication/disable"), wait(60)
    )
    counted = statistics(world)
    assert world.action()["last_result"] == "failed: the replication service of the target is offline"
    assert counted["last_duration"] == 2
    assert counted["last_logical_bytes"] == pytest.approx(1.7 * GIB, rel=1e-3)
    assert world.do(("GET", f"{LUNS}/a"))["lun"]["name"] == "a"
