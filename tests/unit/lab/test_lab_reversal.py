"""A replication that turns round: what each side has then, and what it loses (API reference 10.5)."""

from __future__ import annotations

from typing import Any

import pytest
from lab_world import (
    ACTIONS,
    GIB,
    LUNS,
    MIB,
    PACKAGES,
    PROJECTS,
    SEND,
    World,
    action,
    clone,
    lun,
    own_replication,
    snapshot,
    wait,
    write,
)

READY = (lun(volsize="2g"), write(100 * MIB), own_replication(), action(), SEND, wait(10))
WHOLE = (
    ("POST", PROJECTS, {"name": "p"}),
    ("POST", f"{PROJECTS}/p/luns", {"name": "l", "volsize": "1g"}),
    ("POST", f"{PROJECTS}/p/filesystems", {"name": "f"}),
    ("POST", f"{PROJECTS}/p/snapshots", {"name": "s1"}),
    ("POST", ACTIONS, {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank"}),
    SEND,
    wait(10),
)
BACK = ("west", "PUT", f"{ACTIONS}/{{id}}/sendupdate")


def turn_round(project: str = "t") -> Any:
    """Reverse the package of the action made last; the action that replicates back is the last one then."""
    body = {"projname": project, "enable_action_upon_reversal": True}
    return ("west", "PUT", f"{PACKAGES}/{{id}}/pkgreverse", body)


def on_west(count: int, project: str = "t", name: str = "a") -> Any:
    """Let a host of west write."""
    return lambda world: world.lab.write("west", "tank", project, name, count)


def back(world: World) -> Any:
    """Return the action that replicates back."""
    return world.do(("west", "GET", f"{ACTIONS}/{world.id}"))["action"]


def usage_adds_up(world: World) -> None:
    """Used and available are all there is, on both sides."""
    for name in ("east", "west"):
        usage = world.state(name)["pools"][0]["usage"]
        assert usage["used"] + usage["available"] == usage["total"]


def test_only_changes_travel_back(world: World) -> None:
    """The first update back is an increment on what both sides know."""
    world.do(*READY, turn_round(), on_west(7 * MIB), BACK, wait(10))
    record = back(world)
    assert (record["last_result"], record["bytes_sent"]) == ("success", 7 * MIB)
    usage_adds_up(world)


def test_old_source_becomes_a_package(world: World) -> None:
    """With the first update the old LUN is no local one any more; its changes since are lost."""
    world.do(*READY)
    old = world.id
    world.do(turn_round(), write(30 * MIB), BACK, wait(10))
    east = world.state("east")
    assert (east["luns"], east["actions"], east["snapshots"]) == ([], [], [])
    assert [one["id"] for one in east["packages"]] == [world.id]
    assert world.id != old
    replica = world.do(("GET", f"{PACKAGES}/{world.id}/projects/t/luns/a"))["lun"]
    assert replica["space_data"] == 100 * MIB + 16384


def test_until_then_the_old_source_goes_on(world: World) -> None:
    """A reversal alone takes nothing away; the old action finds its package gone."""
    world.do(*READY)
    old = world.id
    world.do(turn_round(), write(MIB), ("PUT", f"{ACTIONS}/{old}/sendupdate"), wait(10))
    record = world.do(("GET", f"{ACTIONS}/{old}"))["action"]
    assert record["last_result"].startswith("failed: the package no longer")
    assert record["enabled"] is False
    assert world.do(("GET", f"{LUNS}/a"))["lun"]["name"] == "a"


def test_there_and_back_again(world: World) -> None:
    """Two reversals lead home, with what was written on the way."""
    world.do(*READY, turn_round(), on_west(5 * MIB), BACK, wait(10))
    body = {"projname": "home", "enable_action_upon_reversal": True}
    world.do(("PUT", f"{PACKAGES}/{world.id}/pkgreverse", body))
    home = world.do(("GET", f"{PROJECTS}/home/luns/a"))["lun"]
    assert (home["volsize"], home["space_data"]) == (2 * GIB, 105 * MIB + 16384)
    world.do(lambda world: world.lab.write("east", "tank", "home", "a", 3 * MIB), SEND, wait(10))
    record = world.action()
    assert (record["last_result"], record["bytes_sent"]) == ("success", 3 * MIB)
    assert world.state("west")["luns"] == []
    usage_adds_up(world)


def test_a_project_turns_round(world: World) -> None:
    """All shares and snapshots of a project go, and the old project with them."""
    world.do(*WHOLE, turn_round(), on_west(MIB, name="l"), BACK, wait(10))
    assert back(world)["bytes_sent"] == MIB
    assert [one["name"] for one in world.state("east")["projects"] if one["pool"] == "tank"] == ["default"]
    held = world.do(("GET", f"{PACKAGES}/{world.id}/projects/t/luns/l/snapshots"))["snapshots"]
    assert [one["name"] for one in held] == ["s1"]


def test_a_project_with_other_shares_stays(world: World) -> None:
    """What was not replicated is left alone."""
    other = ("POST", f"{PROJECTS}/p/filesystems", {"name": "other"})
    world.do(*WHOLE[:3], other, ("PUT", f"{PROJECTS}/p/filesystems/other/replication", {"inherited": False}))
    world.do(*WHOLE[3:], turn_round(), BACK, wait(10))
    assert [one["name"] for one in world.do(("GET", f"{PROJECTS}/p/filesystems"))["filesystems"]] == ["other"]
    assert world.do(("GET", f"{PROJECTS}/p/luns"))["luns"] == []


PROTECTIONS = {
    "nodestroy": (("PUT", f"{LUNS}/a", {"nodestroy": True}),),
    "dependent clones": (snapshot(), clone()),
    "retention hold": (snapshot(), ("PUT", f"{LUNS}/a/snapshots/s1", {"retentionpolicy": "unlocked"})),
}


@pytest.mark.parametrize("why", PROTECTIONS)
def test_nothing_protected_is_taken(world: World, why: str) -> None:
    """The first update back fails rather than destroy what is protected on the old source."""
    world.do(*READY, turn_round(), *PROTECTIONS[why], BACK, wait(10))
    assert why in back(world)["last_result"]
    assert world.do(("GET", f"{LUNS}/a"))["lun"]["name"] == "a"
    assert [one["complete"] for one in world.state("east")["packages"]] == [False]


def test_unprotected_again(world: World) -> None:
    """It goes on where it failed, once the protection is gone."""
    world.do(*READY, turn_round(), ("PUT", f"{LUNS}/a", {"nodestroy": True}), on_west(2 * MIB), BACK, wait(10))
    world.do(("PUT", f"{LUNS}/a", {"nodestroy": False}), BACK, wait(10))
    assert (back(world)["last_result"], back(world)["bytes_sent"]) == ("success", 2 * MIB)


def test_without_a_common_snapshot_all_is_sent_beside_the_old(world: World) -> None:
    """Where the old action is gone nothing is in common: a full update, and the old LUN stays."""
    world.do(*READY)
    old = world.id
    world.do(turn_round(), ("DELETE", f"{ACTIONS}/{old}"), BACK, wait(10))
    assert back(world)["bytes_sent"] == 100 * MIB + 16384
    assert world.do(("GET", f"{LUNS}/a"))["lun"]["name"] == "a"
    assert len(world.state("east")["packages"]) == 1


def test_a_failed_first_update_loses_nothing_more(world: World) -> None:
    """The package then holds what both sides knew, and can be severed."""
    world.do(*READY, turn_round(), on_west(50 * MIB))
    world.tell("POST", "/faults", {"appliance": "west", "action": {"replication": "fail"}})
    world.do(BACK, wait(10))
    assert back(world)["last_result"].startswith("failed: ")
    world.do(("PUT", f"{PACKAGES}/{world.id}/sever", {"projname": "saved"}))
    saved = world.do(("GET", f"{PROJECTS}/saved/luns/a"))["lun"]
    assert saved["space_data"] == 100 * MIB + 16384


def test_continuous_from_then_on(world: World) -> None:
    """Scripts set continuous on the new action (API reference 10.5)."""
    world.do(*READY, turn_round(), ("west", "PUT", f"{ACTIONS}/{{id}}", {"continuous": "true"}), wait(10))
    assert back(world)["last_sync"] > "20231114T22:13:30"


def test_no_room_for_the_base(world: World) -> None:
    """A reversal needs room for a snapshot of each share, and changes nothing without."""
    world.do(lun(volsize="3g"), write(2 * GIB), own_replication(), action(target_pool="small"), SEND, wait(10))
    refused = world.send(turn_round())
    assert refused is not None
    assert (refused.status_code, refused.json()["fault"]["name"]) == (409, "ERR_STATE_CHANGED")
    assert len(world.state("west")["packages"]) == 1
    assert world.state("west")["actions"] == []
