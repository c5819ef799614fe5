"""Facts about the inheritance, space and usage of filesystems: these steps, this request, this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import FS, OWNER, Fact, check, proj, rows
from lab_filesystems import fs, source
from lab_world import GIB, MIB, PROJECTS, World, snapshot

F = f"{FS}/f"
P = f"{PROJECTS}/p"
DEFAULT = f"{PROJECTS}/default"
SNAP = snapshot("s1", "default/filesystems/f")

INHERITANCE = [
    Fact(
        "4.1",
        "inherited",
        (("PUT", DEFAULT, {"compression": "gzip"}),),
        fs(),
        201,
        lambda b: b["filesystem"]["compression"] == "gzip" and source("compression", "inherited")(b),
    ),
    Fact("4.1", "set is local", (), fs(compression="gzip"), 201, source("compression", "local")),
    Fact("4.1", "set to the same is local, too", (), fs(compression="off"), 201, source("compression", "local")),
    Fact(
        "4.1",
        "local stays",
        (fs(compression="gzip"), ("PUT", DEFAULT, {"compression": "lzjb"})),
        ("GET", F),
        200,
        {"compression": "gzip"},
    ),
    Fact(
        "4.1",
        "unset",
        (("PUT", DEFAULT, {"compression": "lzjb"}), fs(compression="gzip")),
        ("PUT", F, {"unset": ["compression"]}),
        202,
        lambda b: b["filesystem"]["compression"] == "lzjb" and source("compression", "inherited")(b),
    ),
    Fact(
        "4.1",
        "unset several",
        (fs(atime=False, readonly=True),),
        ("PUT", F, {"unset": ["atime", "readonly"]}),
        202,
        {"atime": True, "readonly": False},
    ),
    Fact("4.1", "unset what is not set", (fs(),), ("PUT", F, {"unset": ["atime"]}), 202, {"atime": True}),
    Fact(
        "4.1",
        "unset what is not inherited",
        (fs(),),
        ("PUT", F, {"unset": ["quota"]}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "4.1",
        "unset what is fixed",
        (fs(),),
        ("PUT", F, {"unset": ["encryption"]}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "4.1", "unset what is unknown", (fs(),), ("PUT", F, {"unset": ["colour"]}), 400, "ERR_INVALID_ARG", assumed=True
    ),
    Fact("4.1", "unset wants a list", (fs(),), ("PUT", F, {"unset": "atime"}), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("4.1", "unset at creation", (), fs(unset=["atime"]), 400, "ERR_UNKNOWN_ARG", assumed=True),
    Fact(
        "4.1",
        "unset a custom property",
        (OWNER, fs(**{"custom:owner": "me"})),
        ("PUT", F, {"unset": ["custom:owner"]}),
        202,
        lambda b: "custom:owner" not in b["filesystem"],
        assumed=True,
    ),
    Fact("4.1", "null is no value", (fs(),), ("PUT", F, {"compression": None}), 400, "ERR_INVALID_ARG", assumed=True),
    Fact(
        "4.1",
        "null unsets no custom property",
        (OWNER, fs()),
        ("PUT", F, {"custom:owner": None}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "4.1",
        "moved, it inherits anew",
        (proj(compression="gzip"), fs()),
        ("PUT", F, {"project": "p"}),
        202,
        {"compression": "gzip"},
    ),
    Fact("4.1", "reservation is its own", (), fs(reservation=GIB), 201, source("reservation", "local"), assumed=True),
    Fact("4.1", "no reservation", (), fs(), 201, source("reservation", "default"), assumed=True),
]

SPACE = [
    Fact("6", "quota limits what is available", (), fs(quota=GIB), 201, {"quota": GIB, "space_available": GIB - 16384}),
    Fact("6", "quota below the use", (fs(),), ("PUT", F, {"quota": 8192}), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact(
        "6",
        "reservation above the quota",
        (),
        fs(quota=GIB, reservation=2 * GIB),
        409,
        "ERR_STATE_CHANGED",
        assumed=True,
    ),
    Fact(
        "6",
        "quota below the reservation",
        (fs(reservation=2 * GIB),),
        ("PUT", F, {"quota": GIB}),
        409,
        "ERR_STATE_CHANGED",
        assumed=True,
    ),
    Fact(
        "6",
        "quota and reservation together",
        (fs(reservation=2 * GIB),),
        ("PUT", F, {"quota": GIB, "reservation": GIB}),
        202,
        {"quota": GIB},
    ),
    Fact(
        "6", "reservation is taken", (), fs(reservation=GIB), 201, {"space_total": GIB, "space_unused_res": GIB - 16384}
    ),
    Fact(
        "6",
        "reservation leaves the pool",
        (fs(reservation=GIB),),
        ("GET", "storage/v1/pools/tank"),
        200,
        lambda b: b["pool"]["usage"]["available"] == 1023 * GIB,
    ),
    Fact(
        "6",
        "a snapshot within the reservation costs nothing",
        (fs(reservation=GIB), SNAP),
        ("GET", F),
        200,
        {"space_total": GIB},
    ),
    Fact(
        "6",
        "beside the reservation",
        (fs(reservation=GIB, reservation_snap=False), SNAP),
        ("GET", F),
        200,
        {"space_total": GIB + 16384},
    ),
    Fact(
        "6",
        "reservation given back",
        (fs(reservation=GIB),),
        ("PUT", F, {"reservation": 0}),
        202,
        {"space_total": 16384},
    ),
    Fact(
        "6",
        "no room to reserve",
        (),
        fs(reservation="2t"),
        409,
        lambda b: "EAK_ZFS_NOSPC" in b["fault"]["message"],
        assumed=True,
    ),
    Fact(
        "6",
        "no room to reserve later",
        (fs(),),
        ("PUT", F, {"reservation": "2t"}),
        409,
        "ERR_STATE_CHANGED",
        assumed=True,
    ),
    Fact(
        "6",
        "the project's quota",
        (proj(quota="10m"),),
        ("POST", f"{P}/filesystems", {"name": "f", "reservation": "20m"}),
        409,
        lambda b: "EAK_ZFS_DQUOT" in b["fault"]["message"],
        assumed=True,
    ),
    Fact(
        "6",
        "fresh",
        (),
        fs(),
        201,
        {"space_data": 16384, "space_snapshots": 0, "space_total": 16384, "space_unused_res": 0},
        assumed=True,
    ),
    Fact(
        "6",
        "the project has it all",
        (fs(reservation=MIB),),
        ("GET", DEFAULT),
        200,
        {"space_total": MIB, "space_data": 16384},
    ),
]

USAGE = [
    Fact(
        "6",
        "users",
        (fs(root_user="web"),),
        ("GET", f"{F}/usage/users"),
        200,
        lambda b: [(one["name"], one["usage"]) for one in b["users"]] == [("web", 16384)],
        assumed=True,
    ),
    Fact(
        "6",
        "groups",
        (fs(root_group="staff"),),
        ("GET", f"{F}/usage/groups"),
        200,
        lambda b: [(one["name"], one["usage"]) for one in b["groups"]] == [("staff", 16384)],
        assumed=True,
    ),
    Fact(
        "6",
        "a user",
        (fs(root_user="web"),),
        ("GET", f"{F}/usage/users/web"),
        200,
        {"name": "web", "usage": 16384},
        assumed=True,
    ),
    Fact("6", "a user with nothing", (fs(),), ("GET", f"{F}/usage/users/web"), 404, "ERR_NOT_FOUND", assumed=True),
    Fact("6", "usage of a missing filesystem", (), ("GET", f"{F}/usage/users"), 404, "ERR_NOT_FOUND"),
    Fact(
        "4",
        "users of a project",
        (fs(root_user="web"), fs("g", root_user="web"), fs("h")),
        ("GET", f"{DEFAULT}/usage/users"),
        200,
        lambda b: {one["name"]: one["usage"] for one in b["users"]} == {"web": 32768, "nobody": 16384},
        assumed=True,
    ),
    Fact(
        "4",
        "a group of a project",
        (fs(),),
        ("GET", f"{DEFAULT}/usage/groups/other"),
        200,
        {"usage": 16384},
        assumed=True,
    ),
    Fact("4", "usage of an empty project", (), ("GET", f"{DEFAULT}/usage/users"), 200, {"users": []}, assumed=True),
    Fact("4", "usage of a missing project", (), ("GET", f"{PROJECTS}/x/usage/users"), 404, "ERR_NOT_FOUND"),
    Fact("4", "usage is only read", (), ("POST", f"{DEFAULT}/usage/users", {}), 405, None, assumed=True),
]


@rows([*INHERITANCE, *SPACE, *USAGE])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
