"""Packages over time: clones of them, what the target keeps, shares that come and go (API reference 10.4, 10.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab_world import (
    ACTIONS,
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

from zfssa_lab.api.packages import RECALLED_KEYS
from zfssa_lab.model.space import POOL_METADATA

READY = (lun(volsize="2g", sparse=True), write(100 * MIB), own_replication(), action(), SEND, wait(10))
PACKAGE = f"{PACKAGES}/{{id}}"
CLONE = ("west", "PUT", f"{PACKAGE}/clone", {"target_project": "c"})
SEVER = ("west", "PUT", f"{PACKAGE}/sever", {"projname": "t"})
CLONED = f"{PROJECTS}/c/luns/a"


def used(world: World, name: str = "west") -> int:
    """Return the bytes that a pool has given up; its numbers add up."""
    usage = world.state(name)["pools"][0]["usage"]
    assert usage["used"] + usage["available"] == usage["total"]
    return int(usage["used"])


def project_action(world: World) -> None:
    """Make an action on project default."""
    world.do(("POST", ACTIONS, {"pool": "tank", "project": "default", "target": "west", "target_pool": "tank"}))


def replicas(world: World) -> list[str]:
    """Return the names of the LUNs that the package holds."""
    found = world.do(("west", "GET", f"{PACKAGE}/projects/default/luns"))["luns"]
    return sorted(one["name"] for one in found)


@pytest.mark.parametrize("release", ["2013.1", "8.8"])
def test_a_package_need_not_tell_what_it_is(release: str, worlds: Callable[[str], World]) -> None:
    """The keys are only recalled; what it contains tells then."""
    world = worlds(release)
    world.do(*READY)
    told = world.do(("west", "GET", "{packages}/{id}"))["package"]
    world.lab.look(lambda fleet: fleet.switches.put("package-keys", "absent"))
    silent = world.do(("west", "GET", "{packages}/{id}"))["package"]
    listed = world.do(("west", "GET", "{packages}"))["packages"]
    assert told.keys() - silent.keys() == set(RECALLED_KEYS)
    assert listed == [silent]
    assert world.do(("west", "GET", "{packages}/{id}/projects/default/luns"))["luns"][0]["name"] == "a"


def test_a_clone_takes_no_room(world: World) -> None:
    """It shares its blocks with the package until it is written to."""
    world.do(*READY)
    before = used(world)
    world.do(CLONE)
    assert used(world) == before
    assert world.do(("west", "GET", CLONED))["lun"]["space_data"] == 0
    world.do(lambda world: world.lab.write("west", "tank", "c", "a", 10 * MIB))
    assert used(world) == before + 10 * MIB


def test_what_a_clone_needs_is_kept(world: World) -> None:
    """Later updates replace the replica, but not the blocks that the clone was made of."""
    world.do(*READY, CLONE)
    before = used(world)
    world.do(write(10 * MIB), SEND, wait(10))
    grown = world.state("east")["luns"][0]["space_data"] - (100 * MIB + 16384)
    assert used(world) == before + grown + 10 * MIB
    assert world.do(("west", "GET", CLONED))["lun"]["origin"]["snapshot"].endswith("-1")
    world.do(("west", "DELETE", CLONED), SEND, wait(10))
    assert used(world) == before + grown


@pytest.mark.parametrize("updates", [0, 1])
def test_a_severed_package_keeps_its_clones(world: World, updates: int) -> None:
    """The state that a clone lives on becomes a snapshot of the severed LUN."""
    world.do(*READY, CLONE, *((write(MIB), SEND, wait(10)) * updates))
    world.do(SEVER)
    origin = world.do(("west", "GET", CLONED))["lun"]["origin"]
    assert (origin["project"], origin["share"], origin["collection"]) == ("t", "a", "local")
    held = world.do(("west", "GET", f"{PROJECTS}/t/luns/a/snapshots"))["snapshots"]
    assert [(one["name"], one["numclones"]) for one in held] == [(origin["snapshot"], 1)]
    used(world)
    refused = world.west.call("DELETE", f"{PROJECTS}/t/luns/a")
    assert refused.json()["fault"]["name"] == "ERR_CONFIRM_REQUIRED"
    world.do(("west", "DELETE", f"{PROJECTS}/t/luns/a?confirm=true"))
    assert world.state("west")["luns"] == []
    assert used(world) == POOL_METADATA


def test_clone_of_a_share_that_has_left(world: World) -> None:
    """A clone outlives the replica that it was made of, and a sever leaves it its blocks."""
    world.do(lun("a", sparse=True), lun("b", sparse=True), write(20 * MIB, "a"), project_action, SEND, wait(10), CLONE)
    world.do(("DELETE", f"{LUNS}/a"), SEND, wait(10))
    assert replicas(world) == ["b"]
    before = used(world)
    world.do(SEVER)
    assert used(world) == before
    assert "origin" not in world.do(("west", "GET", CLONED))["lun"]


def test_shares_join_and_leave(world: World) -> None:
    """Each update brings the shares that the project has then (API reference 10.3)."""
    world.do(lun("a"), project_action, SEND, wait(10))
    assert replicas(world) == ["a"]
    world.do(lun("b"), write(5 * MIB, "b"), write(MIB, "a"), SEND, wait(10))
    assert replicas(world) == ["a", "b"]
    assert world.action()["bytes_sent"] == 6 * MIB + 16384
    world.do(own_replication("a"), SEND, wait(10))
    assert replicas(world) == ["b"]
    world.do(own_replication("a", inherited=True), SEND, wait(10))
    assert replicas(world) == ["a", "b"]
    assert world.action()["bytes_sent"] == MIB + 16384


def test_a_moved_share_goes_along(world: World) -> None:
    """A share that moves into a replicated project is sent in full, and out of it is gone from the package."""
    world.do(("POST", PROJECTS, {"name": "p"}), lun("a"), write(MIB), project_action, SEND, wait(10))
    world.do(("PUT", f"{LUNS}/a", {"project": "p"}), SEND, wait(10))
    assert replicas(world) == []
    world.do(("PUT", f"{PROJECTS}/p/luns/a", {"project": "default"}), SEND, wait(10))
    assert replicas(world) == ["a"]
    assert world.action()["bytes_sent"] == MIB + 16384


def test_a_change_on_the_target_follows_a_renamed_share(world: World) -> None:
    """What was changed on a replica stays with it under whatever name (API reference 14.7)."""
    changed = {"initiatorgroup": "com.sun.ms.vss.hg.maskAll"}
    world.do(*READY, ("west", "PUT", f"{PACKAGE}/projects/default/luns/a", changed))
    world.do(("PUT", f"{LUNS}/a", {"name": "n"}), SEND, wait(10))
    found = world.do(("west", "GET", f"{PACKAGE}/projects/default/luns/n"))["lun"]
    assert found["initiatorgroup"] == ["com.sun.ms.vss.hg.maskAll"]


def test_rename_of_the_project(world: World) -> None:
    """The package is that of the project under its new name."""
    world.do(("POST", PROJECTS, {"name": "p"}), ("POST", f"{PROJECTS}/p/filesystems", {"name": "f"}))
    world.do(("POST", ACTIONS, {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank"}))
    world.do(SEND, wait(10), ("PUT", f"{PROJECTS}/p", {"name": "q"}), SEND, wait(10))
    assert world.do(("west", "GET", PACKAGE))["package"]["project"] == "q"
    assert world.action()["replication_of"] == "tank/local/q"


def test_a_failed_update_leaves_the_project_as_it_was(world: World) -> None:
    """The package shows the last good update, its project included."""
    world.do(("POST", PROJECTS, {"name": "p"}), ("POST", f"{PROJECTS}/p/filesystems", {"name": "f"}))
    world.do(("POST", ACTIONS, {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank"}))
    world.do(SEND, wait(10), ("PUT", f"{PROJECTS}/p", {"name": "q", "compression": "gzip"}))
    world.tell("POST", "/faults", {"appliance": "east", "action": {"replication": "fail"}})
    world.do(SEND, wait(10))
    assert world.do(("west", "GET", f"{PACKAGE}/projects/p"))["project"]["compression"] == "off"


def automatic_snapshots(world: World) -> list[Any]:
    """Return the names of the automatic snapshots on the target."""
    found = world.do(("west", "GET", f"{PACKAGE}/projects/default/luns/a/snapshots"))["snapshots"]
    return [one["name"] for one in found if one["isauto"]]


def test_automatic_snapshots_are_kept_as_on_the_source(world: World) -> None:
    """Synchronized: what the source has pruned goes with the next update (API reference 10.2)."""
    world.do(*READY, ("POST", f"{LUNS}/a/automatic", {"frequency": "hour", "keep": 2}))
    for _hour in range(4):
        world.do(wait(3600), SEND, wait(10))
    assert len(automatic_snapshots(world)) == 2


def test_automatic_snapshots_are_kept_longer_on_the_target(world: World) -> None:
    """Local: the target keeps as many as its own number says (API reference 10.2)."""
    world.do(*READY, ("POST", f"{LUNS}/a/automatic", {"frequency": "hour", "keep": 2}))
    world.do(("PUT", f"{ACTIONS}/{{id}}/autosnaps/{{sub}}", {"keep": 3}))
    for _hour in range(5):
        world.do(wait(3600), SEND, wait(10))
    assert len(automatic_snapshots(world)) == 3


def test_severed_automatic_snapshots_are_nobodys(world: World) -> None:
    """They stay, until a schedule is made that does not want them (API reference 7.5)."""
    world.do(*READY, ("POST", f"{LUNS}/a/automatic", {"frequency": "hour"}), wait(3600), SEND, wait(10), SEVER)
    path = f"{PROJECTS}/t/luns/a"
    assert [one["isauto"] for one in world.do(("west", "GET", f"{path}/snapshots"))["snapshots"]] == [True]
    world.do(("west", "POST", f"{path}/automatic", {"frequency": "day"}))
    assert world.do(("west", "GET", f"{path}/snapshots"))["snapshots"] == []


def test_numbers_of_many_clones_lag_together(world: World) -> None:
    """Each deletion counts for itself (API reference 1.9)."""
    world.do(lun(sparse=True), snapshot(), clone("c"), clone("d"), clone("e"))
    world.tell("POST", "/settings", {"numclones_lag_s": 5})
    shown = []
    for name in ("c", "d", "e"):
        world.do(("DELETE", f"{LUNS}/{name}"), wait(2))
        shown.append(world.do(("GET", f"{LUNS}/a/snapshots/s1"))["snapshot"]["numclones"])
    world.do(wait(2))
    shown.append(world.do(("GET", f"{LUNS}/a/snapshots/s1"))["snapshot"]["numclones"])
    assert shown == [3, 3, 2, 1]


def test_what_a_package_holds_is_reserved(world: World) -> None:
    """A full target refuses the clone of a LUN that is not sparse (API reference 3)."""
    world.do(lun(volsize="3g"), own_replication(), action(target_pool="small"), SEND, wait(10))
    refused = world.west.call("PUT", f"{PACKAGES}/{world.id}/clone", {"target_project": "c"})
    assert (refused.status_code, refused.json()["fault"]["name"]) == (409, "ERR_STATE_CHANGED")


@pytest.mark.parametrize("verb", ["sever", "pkgreverse"])
def test_a_package_that_goes_while_an_update_comes_in(world: World, verb: str) -> None:
    """What came in whole becomes local; the update fails and its action sends no more (API reference 15.1)."""
    world.do(*READY, write(500 * MIB), SEND, wait(0.5))
    sender = world.id
    assert world.action()["state"] == "sending"
    answer = world.send(("west", "PUT", f"{PACKAGES}/{sender}/{verb}", {"projname": "t"}))
    assert answer is not None
    assert answer.status_code == 202
    record = world.do(("GET", f"{ACTIONS}/{sender}"))["action"]
    assert (record["state"], record["enabled"]) == ("idle", False)
    assert record["last_result"].startswith("failed: the package no longer exists")
    arrived = world.do(("west", "GET", f"{PROJECTS}/t/luns/a"))["lun"]
    assert arrived["space_data"] == 100 * MIB + 16384
    refused = world.east.call("PUT", f"{ACTIONS}/{sender}/sendupdate")
    assert refused.status_code == 409
    used(world, "east")
    used(world)


def test_a_continuous_action_whose_package_was_reversed(world: World) -> None:
    """It need not be stopped first; its next update fails, and it stops by itself (API reference 15.1)."""
    world.do(*READY, ("PUT", f"{ACTIONS}/{{id}}", {"continuous": True}), wait(1.1))
    sender = world.id
    world.do(("west", "PUT", f"{PACKAGES}/{sender}/pkgreverse", {"projname": "t"}), wait(30))
    record = world.do(("GET", f"{ACTIONS}/{sender}"))["action"]
    assert (record["state"], record["enabled"]) == ("idle", False)
    assert record["last_result"].startswith("failed: the package no longer exists")


@pytest.mark.parametrize("gone", [("west", "PUT", f"{PACKAGE}/sever", {"projname": "t"}), ("west", "DELETE", PACKAGE)])
def test_an_action_without_a_package_is_disabled(world: World, gone: Any) -> None:
    """Not at once, but by the next update, and by each after it was enabled again (API reference 15.1)."""
    world.do(*READY, gone)
    assert world.action()["enabled"] is True
    for _time in range(2):
        world.do(("PUT", f"{ACTIONS}/{{id}}", {"enabled": True}), SEND, wait(10))
        assert world.action()["enabled"] is False
        assert world.action()["last_result"] == "failed: the package no longer exists on the target"


TAKEN = {
    "mount point of its project": ({}, {"mountpoint": "/export/p/f"}, 'mount point "/export/p/f"'),
    "mount point of its own": ({"mountpoint": "/data/f"}, {"mountpoint": "/data/f"}, 'mount point "/data/f"'),
    "SMB name": ({"sharesmb": "on"}, {"sharesmb": "F"}, 'SMB resource name "f"'),
    "given SMB name": ({"sharesmb": "Data"}, {"sharesmb": "on", "name": "data"}, 'SMB resource name "data"'),
}


@pytest.mark.parametrize("verb", ["sever", "pkgreverse", "clone"])
@pytest.mark.parametrize("what", TAKEN)
def test_names_that_are_taken_on_the_target(world: World, what: str, verb: str) -> None:
    """The package stays what it is, until they are changed in it (API reference 15.1)."""
    given, local, reason = TAKEN[what]
    world.do(("POST", PROJECTS, {"name": "p"}), ("POST", f"{PROJECTS}/p/filesystems", {"name": "f", **given}))
    world.do(("POST", ACTIONS, {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank"}))
    world.do(SEND, wait(10))
    world.do(("west", "POST", f"{PROJECTS}/default/filesystems", {"name": "other", **local}))
    order = ("west", "PUT", f"{PACKAGE}/{verb}", {"target_project" if verb == "clone" else "projname": "t"})
    refused = world.send(order)
    assert refused is not None
    assert refused.status_code == 409
    assert f'{reason} of filesystem "f" is in use' in refused.json()["fault"]["message"]
    assert len(world.state("west")["packages"]) == 1
    changed = {"mountpoint": "/export/free", "sharesmb": "off"}
    world.do(("west", "PUT", f"{PACKAGE}/projects/p/filesystems/f", changed), order)
    arrived = world.do(("west", "GET", f"{PROJECTS}/t/filesystems/f"))["filesystem"]
    assert arrived["mountpoint"] == "/export/free"


def test_an_override_of_the_mount_point_can_be_taken_too(world: World) -> None:
    """A clone is mounted below the mount point given, where that is free (API reference 10.4)."""
    world.do(("POST", PROJECTS, {"name": "p"}), ("POST", f"{PROJECTS}/p/filesystems", {"name": "f"}))
    world.do(("POST", ACTIONS, {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank"}))
    world.do(SEND, wait(10), ("west", "POST", f"{PROJECTS}/default/filesystems", {"name": "f", "mountpoint": "/c/f"}))
    body = {"target_project": "t", "override_mountpoint": True, "mountpoint": "/c"}
    refused = world.west.call("PUT", f"{PACKAGES}/{world.id}/clone", body)
    assert refused.status_code == 409
    world.do(("west", "PUT", f"{PACKAGE}/clone", {**body, "mountpoint": "/d"}))
    assert world.do(("west", "GET", f"{PROJECTS}/t/filesystems/f"))["filesystem"]["mountpoint"] == "/d/f"


def test_a_severed_project_is_mounted_where_its_source_was(world: World) -> None:
    """The mount point is what the package shows, not one after the new name (API reference 15.1)."""
    world.do(("POST", PROJECTS, {"name": "p"}), ("POST", f"{PROJECTS}/p/filesystems", {"name": "f"}))
    world.do(("POST", ACTIONS, {"pool": "tank", "project": "p", "target": "west", "target_pool": "tank"}))
    world.do(SEND, wait(10), SEVER)
    severed = world.do(("west", "GET", f"{PROJECTS}/t"))["project"]
    assert (severed["mountpoint"], severed["source"]["mountpoint"]) == ("/export/p", "received")
