"""The lab's own watch: a LUN is never presented twice, and a whole copy of what is watched exists at all times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lab_heads import FORM, LAKE, TAKEN
from lab_world import (
    ACTIONS,
    LUNS,
    MASK,
    MIB,
    PACKAGES,
    PROJECTS,
    SEND,
    World,
    action,
    clone,
    group,
    initiator,
    lun,
    own_replication,
    snapshot,
    wait,
    write,
)

READY = (lun(sparse=True), write(MIB), own_replication(), action(), SEND, wait(10))
SEVER = ("west", "PUT", f"{PACKAGES}/{{id}}/sever", {"projname": "t"})
OFFLINE = ("PUT", f"{LUNS}/a", {"status": "offline"})
ONLINE = ("PUT", f"{LUNS}/a", {"status": "online"})
COPY = f"{PROJECTS}/t/luns/a"
HIDE = ("west", "PUT", f"{PACKAGES}/{{id}}/projects/default/luns/a", {"status": "offline"})
DESTROY = ("DELETE", f"{LUNS}/a")


def watch(name: str = "a", project: str = "default", appliance: str = "east") -> Callable[[World], None]:
    """Watch over a LUN."""

    def watch(world: World) -> None:
        place = {"appliance": appliance, "pool": "tank", "project": project, "lun": name}
        assert world.tell("POST", "/watch", place)["watched"]

    return watch


def breaches(world: World) -> list[Any]:
    """Return the breaches so far."""
    return list(world.tell("GET", "/breaches")["breaches"])


def kinds(world: World) -> list[str]:
    """Return what kinds of breaches there were."""
    return [one["kind"] for one in breaches(world)]


@pytest.mark.parametrize("guid", ["source", "new"])
def test_source_and_copy_presented(world: World, guid: str) -> None:
    """With one GUID or with two; the breach says where, when, and which request it was."""
    world.tell("PUT", "/switches/severed-guid", {"value": guid})
    world.do(*READY)
    assert breaches(world) == []
    world.do(SEVER)
    assert breaches(world) == [
        {
            "kind": "presented-twice",
            "at": world.clock.now(),
            "appliances": ["east", "west"],
            "luns": ["east:tank/default/a", "west:tank/t/a"],
            "after": f"west: PUT /api/{PACKAGES}/{world.id}/sever",
        }
    ]


def test_a_breach_is_listed_when_it_begins(world: World) -> None:
    """Not with each request while it lasts, and again when it comes back."""
    world.do(*READY, SEVER, ("PUT", f"{LUNS}/a", {"compression": "gzip"}), lun("b"))
    assert kinds(world) == ["presented-twice"]
    world.do(OFFLINE, ONLINE)
    assert kinds(world) == ["presented-twice"] * 2
    assert breaches(world)[1]["after"] == f"east: PUT /api/{LUNS}/a"


def test_a_breach_of_an_instant_is_seen(world: World) -> None:
    """However short: what is right before and after the two requests does not count."""
    world.do(*READY, OFFLINE, SEVER)
    assert breaches(world) == []
    world.do(ONLINE, ("west", "PUT", COPY, {"status": "offline"}))
    assert kinds(world) == ["presented-twice"]


@pytest.mark.parametrize(
    "hidden",
    [
        OFFLINE,
        ("PUT", f"{LUNS}/a", {"initiatorgroup": MASK}),
        HIDE,
        ("west", "PUT", HIDE[2], {"initiatorgroup": MASK}),
    ],
    ids=["source offline", "source masked", "copy offline", "copy masked"],
)
def test_one_of_the_two_is_hidden(world: World, hidden: Any) -> None:
    """Offline or masked, here or there: nothing is wrong."""
    world.do(*READY, hidden, SEVER)
    assert breaches(world) == []


def test_a_copy_in_groups_that_do_not_exist(world: World) -> None:
    """Nobody sees it, up to the time when its groups are set again."""
    world.do(initiator(1), group("ig", 1), lun(initiatorgroup="ig"), own_replication(), action(), SEND, wait(10), SEVER)
    world.do(("west", *initiator(1)), ("west", *group("ig", 1)))
    assert breaches(world) == []
    world.do(("west", "PUT", COPY, {"initiatorgroup": ["ig"]}))
    assert kinds(world) == ["presented-twice"]


def test_kinship_outlives_names_and_places(world: World) -> None:
    """A copy that was renamed and moved is one, and so is a source."""
    world.do(*READY, OFFLINE, SEVER, ("DELETE", f"{ACTIONS}/{{id}}"), ("POST", PROJECTS, {"name": "p"}))
    world.do(("west", "PUT", COPY, {"name": "b"}), ("west", "PUT", f"{PROJECTS}/t/luns/b", {"project": "default"}))
    world.do(("PUT", f"{LUNS}/a", {"name": "c"}), ("PUT", f"{LUNS}/c", {"project": "p"}))
    assert breaches(world) == []
    world.do(("PUT", f"{PROJECTS}/p/luns/c", {"status": "online"}))
    assert breaches(world)[0]["luns"] == ["east:tank/p/c", "west:tank/default/b"]


def test_a_copy_of_a_copy(world: World) -> None:
    """The way back makes a second one on the appliance where the first was."""
    world.do(*READY, OFFLINE, SEVER)
    body = {"pool": "tank", "project": "t", "target": "east", "target_pool": "tank"}
    world.do(("west", "POST", ACTIONS, body), ("west", *SEND), wait(10))
    world.do(("PUT", f"{PACKAGES}/{world.id}/sever", {"projname": "back"}))
    assert breaches(world)[0]["luns"] == ["east:tank/back/a", "west:tank/t/a"]


def test_rename_and_move_alone(world: World) -> None:
    """A LUN that goes from place to place is one LUN, all the time."""
    world.do(lun(), ("POST", PROJECTS, {"name": "p"}), watch())
    world.do(("PUT", f"{LUNS}/a", {"name": "b"}), ("PUT", f"{LUNS}/b", {"project": "p"}))
    assert breaches(world) == []


def test_a_clone_is_no_copy(world: World) -> None:
    """It has a life of its own, beside its origin or the package that it was made of; nor does it save its origin."""
    cloned = ("west", "PUT", f"{PACKAGES}/{{id}}/clone", {"target_project": "c"})
    world.do(*READY, snapshot(), clone(), cloned)
    assert breaches(world) == []
    world.do(watch(), ("DELETE", f"{ACTIONS}/{{id}}"), ("DELETE", f"{LUNS}/a?confirm=true"))
    assert kinds(world) == ["no-whole-copy"]


def test_another_lun_of_the_same_name(world: World) -> None:
    """It is neither a copy that must not be seen, nor one that saves the source."""
    world.do(lun(), ("west", *lun()), watch())
    assert breaches(world) == []
    world.do(DESTROY)
    assert breaches(world) == [
        {
            "kind": "no-whole-copy",
            "at": world.clock.now(),
            "appliances": ["east"],
            "luns": ["east:tank/default/a"],
            "after": f"east: DELETE /api/{LUNS}/a",
        }
    ]


def test_takeover_in_a_cluster(heads: Callable[[str], World]) -> None:
    """The peer serves the pool and its LUNs: they are where they were."""
    world = heads("8.8")
    world.do(FORM, lun(), watch(), TAKEN, ("west", "PUT", f"{LUNS}/a", {"compression": "gzip"}))
    assert breaches(world) == []


def test_takeover_of_the_target(heads: Callable[[str], World]) -> None:
    """A copy that the other head of the target's cluster serves is the same copy."""
    world = heads("8.8")
    to_west = {"pool": "tank", "project": "default", "share": "a", "target": "west", "target_pool": "lake"}
    world.do(
        FORM, ("north", *lun()), ("north", "PUT", f"{PROJECTS}/default/filesystems/a/replication", {"inherited": False})
    )
    world.do(("north", "POST", ACTIONS, to_west), ("north", *SEND), wait(10), ("north", *OFFLINE), SEVER, TAKEN)
    world.do(("west", "PUT", f"{LAKE}/t/luns/a", {"compression": "gzip"}))
    assert breaches(world) == []
    world.do(("north", *ONLINE))
    assert breaches(world)[0]["appliances"] == ["north", "west"]


def test_a_migration_that_is_right(world: World) -> None:
    """The source goes when its copy has all that was written."""
    world.do(*READY, watch(), write(MIB), OFFLINE, SEND, wait(10), SEVER, ("DELETE", f"{ACTIONS}/{{id}}"), DESTROY)
    assert breaches(world) == []


def test_a_copy_that_lacks_the_last_writes(world: World) -> None:
    """What was acknowledged to a host after the last update is nowhere else."""
    world.do(*READY, watch(), write(MIB), OFFLINE, SEVER, ("DELETE", f"{ACTIONS}/{{id}}"))
    assert breaches(world) == []
    world.do(DESTROY)
    assert kinds(world) == ["no-whole-copy"]


def test_writes_to_the_copy(world: World) -> None:
    """Once a whole copy is written to, the source is the one that lacks something."""
    world.do(*READY, watch(), OFFLINE, SEVER, lambda world: world.lab.write("west", "tank", "t", "a", MIB))
    world.do(("west", "DELETE", COPY))
    assert kinds(world) == ["no-whole-copy"]


def test_writes_to_a_copy_that_is_not_whole(world: World) -> None:
    """They do not make it whole, and what the source has is needed still."""
    world.do(*READY, watch(), write(MIB), OFFLINE, SEVER, lambda world: world.lab.write("west", "tank", "t", "a", MIB))
    assert breaches(world) == []
    world.do(("DELETE", f"{ACTIONS}/{{id}}"), DESTROY)
    assert kinds(world) == ["no-whole-copy"]


def test_what_is_in_a_package_is_no_copy(world: World) -> None:
    """A package can be severed, but nobody has done it; the LUN is whole again once that is done."""
    world.do(*READY, watch(), ("DELETE", f"{ACTIONS}/{{id}}"), DESTROY)
    assert kinds(world) == ["no-whole-copy"]
    world.do(SEVER, ("west", "DELETE", COPY))
    assert kinds(world) == ["no-whole-copy"] * 2


def test_rollback(world: World) -> None:
    """Of the only copy it is what its user wants; of one copy beside another it is a loss once the other goes."""
    world.do(lun(), write(MIB), snapshot(), write(MIB), watch(), ("PUT", f"{LUNS}/a/snapshots/s1/rollback"))
    world.do(write(MIB))
    assert breaches(world) == []
    world.do(own_replication(), action(), SEND, wait(10), OFFLINE, SEVER)
    world.do(("west", "PUT", f"{COPY}/snapshots/s1/rollback"), ("DELETE", f"{ACTIONS}/{{id}}"))
    assert breaches(world) == []
    world.do(lambda world: world.lab.write("west", "tank", "t", "a", MIB), DESTROY)
    assert kinds(world) == ["no-whole-copy"]


def test_the_way_back_takes_what_was_written_since(world: World) -> None:
    """The old source becomes a package when the reversed action sends, and its last writes are gone (10.5)."""
    turned = {"projname": "t", "enable_action_upon_reversal": True}
    world.do(*READY, watch(), write(MIB), OFFLINE, ("west", "PUT", f"{PACKAGES}/{{id}}/pkgreverse", turned))
    assert breaches(world) == []
    world.do(("west", *SEND), wait(10))
    assert kinds(world) == ["no-whole-copy"]


def test_what_time_brings(world: World) -> None:
    """An event between two requests is judged at its own time."""
    turned = {"projname": "t", "enable_action_upon_reversal": True}
    world.do(*READY, watch(), write(MIB), OFFLINE, ("west", "PUT", f"{PACKAGES}/{{id}}/pkgreverse", turned))
    world.do(("west", "PUT", f"{ACTIONS}/{{id}}", {"continuous": True}))
    world.do(lun("b"))
    world.do(wait(100))
    found = breaches(world)
    assert [one["kind"] for one in found] == ["no-whole-copy"]
    assert found[0]["at"] < world.clock.now()


def test_breaches_are_forgotten(world: World) -> None:
    """By order, or with all else; one that lasts is not listed again."""
    world.do(*READY, SEVER)
    assert world.tell("DELETE", "/breaches")["breaches"] == []
    world.do(lun("b"), watch())
    assert breaches(world) == []
    assert world.tell("GET", "/breaches")["watched"] == ["east:tank/default/a"]
    world.do(OFFLINE, ONLINE)
    assert kinds(world) == ["presented-twice"]
    world.reset()
    assert world.tell("GET", "/breaches") == {"breaches": [], "watched": []}


def test_watching_twice_changes_nothing(world: World) -> None:
    """What is needed stays what it was."""
    world.do(*READY, watch(), write(MIB), OFFLINE, SEVER, watch("a", "t", "west"))
    assert world.tell("GET", "/breaches")["watched"] == ["east:tank/default/a"]
    world.do(("DELETE", f"{ACTIONS}/{{id}}"), DESTROY)
    assert kinds(world) == ["no-whole-copy"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lun": "x"}, "default/x"),
        ({"pool": "x"}, "x"),
        ({"appliance": "x"}, "no appliance 'x'"),
        ({"lun": 1}, "lun must be a string"),
        ({"lun": None}, "lun must be a string"),
        ({"size": 1}, "size"),
    ],
)
def test_what_cannot_be_watched(world: World, change: dict[str, Any], said: str) -> None:
    """Refused in a sentence."""
    world.do(lun())
    place = {"appliance": "east", "pool": "tank", "project": "default", "lun": "a", **change}
    assert said in world.tell("POST", "/watch", place)["error"]
    assert "appliance" in world.tell("POST", "/watch", {})["error"]
