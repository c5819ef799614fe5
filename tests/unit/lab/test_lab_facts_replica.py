"""Facts about what replication makes on its target (API reference 10.4, 10.5): these steps, this request, this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import NEW, PKG, S1, UP_TO_87, A, Fact, check, proj, rows
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
    snapshot,
    wait,
)

ONE = f"{ACTIONS}/{{id}}"
READY = (lun(), own_replication(), action())

FACTS = [
    Fact(
        "10.4",
        "source is the node name",
        REPLICATED,
        ("west", "GET", "storage/v1/replication/sources"),
        200,
        lambda b: b["sources"][0]["name"] == "east",
    ),
    Fact(
        "10.4",
        "package id is the action's",
        REPLICATED,
        ("west", "GET", PKG),
        200,
        {"state": "idle", "project": "default"},
    ),
    Fact(
        "10.4",
        "packages below their source",
        REPLICATED,
        ("west", "GET", "storage/v1/replication/sources/east/packages"),
        200,
        lambda b: len(b["packages"]) == 1,
    ),
    Fact("10.4", "no flat packages before 8.8", REPLICATED, ("west", "GET", PACKAGES), 404, None, UP_TO_87),
    Fact(
        "10.4",
        "source holds its packages",
        REPLICATED,
        ("west", "GET", "storage/v1/replication/sources/east"),
        200,
        lambda b: len(b["source"]["packages"]) == 1,
    ),
    Fact("10.5", "replica is no local project", REPLICATED, ("west", "GET", "storage/v1/luns"), 200, {"luns": []}),
    Fact(
        "10.4",
        "package while receiving",
        (lun(), own_replication(), action(), SEND),
        ("west", "GET", PKG),
        200,
        {"state": "receiving"},
    ),
    Fact(
        "10.5",
        "sever while receiving",
        (lun(), own_replication(), action(), SEND),
        ("west", "PUT", f"{PKG}/sever", {"projname": "t"}),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact(
        "10.5",
        "sever without a good update",
        (lun(), own_replication(), action(), SEND, CANCEL),
        ("west", "PUT", f"{PKG}/sever", {"projname": "t"}),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact(
        "10.5",
        "sever to a taken name",
        REPLICATED,
        ("west", "PUT", f"{PKG}/sever", {"projname": "default"}),
        409,
        "ERR_OBJECT_EXISTS",
    ),
    Fact("10.5", "sever wants projname", REPLICATED, ("west", "PUT", f"{PKG}/sever", {}), 400, "ERR_MISSING_ARG"),
    Fact("10.5", "sever", REPLICATED, ("west", "PUT", f"{PKG}/sever", {"projname": "t"}), 202),
    Fact(
        "10.5",
        "severed LUN",
        (*REPLICATED, ("west", "PUT", f"{PKG}/sever", {"projname": "t"})),
        ("west", "GET", f"{PROJECTS}/t/luns/a"),
        200,
        {"volsize": GIB, "status": "online"},
    ),
    Fact(
        "10.5",
        "severed package is gone",
        (*REPLICATED, ("west", "PUT", f"{PKG}/sever", {"projname": "t"})),
        ("west", "GET", PKG),
        404,
    ),
    Fact(
        "10.5",
        "package outlives its action",
        (*REPLICATED, ("DELETE", f"{ACTIONS}/{{id}}")),
        ("west", "PUT", f"{PKG}/sever", {"projname": "t"}),
        202,
    ),
    Fact("10.5", "delete package", REPLICATED, ("west", "DELETE", PKG), 204),
    Fact("10.4", "disable package", REPLICATED, ("west", "PUT", PKG, {"enabled": "false"}), 202, {"enabled": False}),
    Fact(
        "10.4",
        "replica",
        REPLICATED,
        ("west", "GET", f"{PKG}/projects/default/luns/a"),
        200,
        {"name": "a", "volsize": GIB},
    ),
    Fact(
        "10.5",
        "move with an action",
        (*REPLICATED, proj()),
        ("PUT", A, {"project": "p"}),
        409,
        "ERR_STATE_CHANGED",
        on=NEW,
    ),
    Fact(
        "10.5",
        "rollback while sending",
        (lun(), snapshot(), own_replication(), action(), SEND),
        ("PUT", f"{S1}/rollback?confirm=true"),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact("10.5", "system snapshot", REPLICATED, ("DELETE", f"{A}/snapshots/.rr-{{id}}-1"), 403, "ERR_DENIED"),
    Fact(
        "10.5",
        "no room on the target",
        (lun(volsize="8g"), own_replication(), action(target_pool="small"), SEND, wait(10)),
        ("GET", f"{ACTIONS}/{{id}}"),
        200,
        lambda b: b["action"]["last_result"].startswith("failed: no space"),
    ),
    Fact(
        "10.5",
        "destroyed with its share",
        (*REPLICATED, ("DELETE", A)),
        ("GET", ACTIONS),
        200,
        {"actions": []},
        assumed=True,
    ),
    Fact(
        "10.5",
        "a share is read while it is sent",
        (*READY, SEND),
        ("DELETE", A),
        409,
        "ERR_STATE_CHANGED",
        assumed=True,
    ),
    Fact(
        "10.5",
        "hidden snapshot's name",
        REPLICATED,
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: b["snapshots"][0]["name"].startswith(".rr-") and b["snapshots"][0]["name"].endswith("-1"),
    ),
    Fact(
        "10.5",
        "only the newest is kept",
        (*REPLICATED, SEND, wait(10), SEND, wait(10)),
        ("GET", f"{A}/snapshots"),
        200,
        lambda b: [one["name"][-2:] for one in b["snapshots"]] == ["-3"],
    ),
    Fact("10.5", "none is left", (*REPLICATED, ("DELETE", ONE)), ("GET", f"{A}/snapshots"), 200, {"snapshots": []}),
    Fact(
        "10.5",
        "hidden snapshot is not renamed",
        REPLICATED,
        ("PUT", f"{A}/snapshots/.rr-{{id}}-1", {"name": "x"}),
        403,
        "ERR_DENIED",
        assumed=True,
    ),
    Fact(
        "10.5",
        "nor cloned",
        REPLICATED,
        ("PUT", f"{A}/snapshots/.rr-{{id}}-1/clone", {"share": "c"}),
        403,
        "ERR_DENIED",
        assumed=True,
    ),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
