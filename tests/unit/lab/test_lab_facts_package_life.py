"""Facts about packages that are severed, reversed, cloned or destroyed (API reference 10.5)."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import NEW, PKG, UP_TO_87, A, Fact, check, rows
from lab_packages import RA, WHOLE, WITH_SNAPS, sever
from lab_world import (
    ACTIONS,
    CANCEL,
    GIB,
    PACKAGES,
    PROJECTS,
    REPLICATED,
    SEND,
    World,
    action,
    lun,
    own_replication,
    wait,
)

WP = f"{PKG}/projects/p"
CLONE = ("west", "PUT", f"{PKG}/clone", {"target_project": "c"})


def reverse_on(world: World) -> None:
    """Reverse the package by the path of the release."""
    verb = "pkgreverse" if world.lab.release.packages_flat else "reverse"
    world.do(("west", "PUT", f"{PKG}/{verb}", {"projname": "t"}))


FACTS = [
    Fact("10.5", "not exported", WHOLE, ("west", "GET", f"{WP}/filesystems/f"), 200, {"exported": False}),
    Fact(
        "10.5",
        "of the package's collection",
        REPLICATED,
        ("west", "GET", RA),
        200,
        lambda b: b["lun"]["canonical_name"] == f"tank/{b['lun']['collection']}/default/a",
    ),
    Fact(
        "10.5",
        "invisible among filesystems",
        WHOLE,
        ("west", "GET", "storage/v1/filesystems"),
        200,
        {"filesystems": []},
    ),
    Fact(
        "10.5",
        "invisible among projects",
        WHOLE,
        ("west", "GET", PROJECTS),
        200,
        lambda b: [one["name"] for one in b["projects"]] == ["default"],
    ),
    Fact(
        "10.5", "snapshots are not local", WITH_SNAPS, ("west", "GET", "storage/v1/snapshots"), 200, {"snapshots": []}
    ),
    Fact("10.5", "its name is free for a local project", WHOLE, ("west", "POST", PROJECTS, {"name": "p"}), 201),
    Fact(
        "10.5",
        "severed snapshots",
        (*WITH_SNAPS, sever()),
        ("west", "GET", f"{PROJECTS}/t/luns/a/snapshots"),
        200,
        lambda b: [one["name"] for one in b["snapshots"]] == ["s1", "s2"],
    ),
    Fact(
        "10.5",
        "severed project's snapshot",
        (*WHOLE, sever(), ("west", "DELETE", f"{PROJECTS}/t/snapshots/s1")),
        ("west", "GET", f"{PROJECTS}/t/luns/l/snapshots"),
        200,
        {"snapshots": []},
    ),
    Fact(
        "10.5",
        "sever of a project",
        (*WHOLE, sever()),
        ("west", "GET", f"{PROJECTS}/t/filesystems/f"),
        200,
        {"name": "f"},
    ),
    Fact(
        "10.5",
        "sever, unknown argument",
        REPLICATED,
        ("west", "PUT", f"{PKG}/sever", {"projname": "t", "x": 1}),
        400,
        "ERR_UNKNOWN_ARG",
    ),
    Fact(
        "10.5",
        "sever to a bad name",
        REPLICATED,
        ("west", "PUT", f"{PKG}/sever", {"projname": ".t"}),
        400,
        "ERR_INVALID_ARG",
    ),
    Fact(
        "10.5",
        "cut for good",
        (*REPLICATED, sever(), SEND, wait(10)),
        ("GET", f"{ACTIONS}/{{id}}"),
        200,
        lambda b: b["action"]["last_result"].startswith("failed: the package no longer exists"),
    ),
    Fact(
        "10.5",
        "a deleted package is gone",
        (*REPLICATED, ("west", "DELETE", PKG)),
        ("west", "GET", PKG),
        404,
        "ERR_NOT_FOUND",
    ),
    Fact(
        "10.5",
        "delete while receiving",
        (lun(), own_replication(), action(), SEND),
        ("west", "DELETE", PKG),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact(
        "10.5",
        "delete of one never finished",
        (lun(), own_replication(), action(), SEND, CANCEL),
        ("west", "DELETE", PKG),
        204,
    ),
    Fact("10.5", "clone wants a name", REPLICATED, ("west", "PUT", f"{PKG}/clone", {}), 400, "ERR_MISSING_ARG"),
    Fact("10.5", "clone to a taken name", (*REPLICATED, CLONE), CLONE, 409, "ERR_OBJECT_EXISTS"),
    Fact(
        "10.5",
        "clone without a good update",
        (lun(), own_replication(), action(), SEND, CANCEL),
        CLONE,
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact("10.5", "cloned LUN", (*REPLICATED, CLONE), ("west", "GET", f"{PROJECTS}/c/luns/a"), 200, {"volsize": GIB}),
    Fact(
        "10.5",
        "cloned LUN is writable",
        (*REPLICATED, CLONE),
        ("west", "PUT", f"{PROJECTS}/c/luns/a", {"volsize": "2g"}),
        202,
    ),
    Fact(
        "10.5",
        "its origin is in the package",
        (*REPLICATED, CLONE),
        ("west", "GET", f"{PROJECTS}/c/luns/a"),
        200,
        lambda b: b["lun"]["origin"]["snapshot"] == f".rr-{b['lun']['origin']['collection']}-1",
        assumed=True,
    ),
    Fact(
        "10.5",
        "the package goes on",
        (*REPLICATED, CLONE, SEND, wait(10)),
        ("GET", f"{ACTIONS}/{{id}}"),
        200,
        {"last_result": "success"},
    ),
    Fact(
        "10.5",
        "a package with clones",
        (*REPLICATED, CLONE),
        ("west", "DELETE", PKG),
        409,
        "ERR_CONFIRM_REQUIRED",
        on=("8.7", "8.8"),
        assumed=True,
    ),
    Fact(
        "10.5",
        "its clones go with it",
        (*REPLICATED, CLONE, ("west", "DELETE", f"{PKG}?confirm=true")),
        ("west", "GET", f"{PROJECTS}/c/luns/a"),
        404,
        "ERR_NOT_FOUND",
        assumed=True,
    ),
    Fact(
        "10.5",
        "unless they are protected",
        (*REPLICATED, CLONE, ("west", "PUT", f"{PROJECTS}/c/luns/a", {"nodestroy": True})),
        ("west", "DELETE", f"{PKG}?confirm=true"),
        403,
        "ERR_DENIED",
        assumed=True,
    ),
    Fact(
        "10.5",
        "reversal wants projname",
        REPLICATED,
        ("west", "PUT", "storage/v1/replication/sources/east/packages/{id}/reverse", {}),
        400,
        "ERR_MISSING_ARG",
    ),
    Fact(
        "10.5",
        "reversal to a taken name",
        REPLICATED,
        ("west", "PUT", "storage/v1/replication/sources/east/packages/{id}/reverse", {"projname": "default"}),
        409,
        "ERR_OBJECT_EXISTS",
    ),
    Fact(
        "10.5",
        "reversal while receiving",
        (lun(), own_replication(), action(), SEND),
        ("west", "PUT", "storage/v1/replication/sources/east/packages/{id}/reverse", {"projname": "t"}),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact(
        "10.5",
        "reversed content is local",
        (*REPLICATED, reverse_on),
        ("west", "GET", f"{PROJECTS}/t/luns/a"),
        200,
        {"volsize": GIB},
    ),
    Fact(
        "10.5",
        "the old package is gone",
        (*REPLICATED, reverse_on),
        ("west", "GET", PACKAGES),
        200,
        {"packages": []},
        on=NEW,
        assumed=True,
    ),
    Fact(
        "10.5",
        "an action that replicates back",
        (*REPLICATED, reverse_on),
        ("west", "GET", ACTIONS),
        200,
        lambda b: [(one["project"], one["target_pool"], one["share"]) for one in b["actions"]] == [("t", "tank", "a")],
    ),
    Fact(
        "10.5",
        "not enabled unless asked for",
        (*REPLICATED, reverse_on),
        ("west", "GET", f"{ACTIONS}/{{id}}"),
        200,
        {"enabled": False},
        on=NEW,
        assumed=True,
    ),
    Fact(
        "10.5",
        "enabled if asked for",
        REPLICATED,
        ("west", "PUT", f"{PKG}/pkgreverse", {"projname": "t", "enable_action_upon_reversal": True}),
        202,
        {"enabled": True},
        on=NEW,
    ),
    Fact(
        "10.5",
        "enabled on older releases",
        (*REPLICATED, reverse_on),
        ("west", "GET", f"{ACTIONS}/{{id}}"),
        200,
        {"enabled": True},
        on=UP_TO_87,
        assumed=True,
    ),
    Fact("10.5", "the old source keeps its LUN at first", (*REPLICATED, reverse_on), ("GET", A), 200, {"name": "a"}),
    Fact(
        "10.5",
        "the source must be a target",
        (*REPLICATED, ("west", "DELETE", "storage/v1/replication/targets/east")),
        ("west", "PUT", "storage/v1/replication/sources/east/packages/{id}/reverse", {"projname": "t"}),
        409,
        "ERR_STATE_CHANGED",
        assumed=True,
    ),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
