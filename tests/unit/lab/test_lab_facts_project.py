"""Facts of the API reference about projects: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import FROM_87, OLD, Fact, check, proj, rows
from lab_world import GIB, PROJECTS, World, snapshot

FACTS = [
    Fact("4", "create", (), proj(compression="lz4"), 201, {"compression": "lz4", "logbias": "latency"}),
    Fact("4", "name taken", (proj(),), proj(), 409, "ERR_OBJECT_EXISTS"),
    Fact("4", "name missing", (), ("POST", PROJECTS, {}), 400, "ERR_MISSING_ARG"),
    Fact("4", "unknown argument", (), proj(colour="red"), 400, "ERR_UNKNOWN_ARG"),
    Fact(
        "4",
        "bad enum names the valid",
        (),
        proj(compression="zip"),
        400,
        lambda b: '"off", "lz4"' in b["fault"]["message"],
    ),
    Fact("4", "read-only", (), proj(space_total=1), 400, "ERR_INVALID_ARG"),
    Fact("4", "rename", (proj(),), ("PUT", f"{PROJECTS}/p", {"name": "q"}), 202, {"name": "q"}),
    Fact("4", "default stays", (), ("DELETE", f"{PROJECTS}/default"), 403, "ERR_DENIED"),
    Fact("4", "empty one goes", (proj(),), ("DELETE", f"{PROJECTS}/p"), 204),
    Fact(
        "4",
        "confirm demanded",
        (proj(), ("POST", f"{PROJECTS}/p/luns", {"name": "a", "volsize": GIB})),
        ("DELETE", f"{PROJECTS}/p"),
        409,
        "ERR_CONFIRM_REQUIRED",
        on=FROM_87,
    ),
    Fact(
        "4",
        "confirmed",
        (proj(), ("POST", f"{PROJECTS}/p/luns", {"name": "a", "volsize": GIB})),
        ("DELETE", f"{PROJECTS}/p?confirm=true"),
        204,
    ),
    Fact(
        "4",
        "no confirm on 2013.1",
        (proj(), ("POST", f"{PROJECTS}/p/luns", {"name": "a", "volsize": GIB})),
        ("DELETE", f"{PROJECTS}/p"),
        204,
        None,
        OLD,
    ),
    Fact(
        "4",
        "goes with a LUN and its clone",
        (
            proj(),
            ("POST", f"{PROJECTS}/p/luns", {"name": "a", "volsize": GIB}),
            snapshot(of="p/luns/a"),
            ("PUT", f"{PROJECTS}/p/luns/a/snapshots/s1/clone", {"share": "c"}),
        ),
        ("DELETE", f"{PROJECTS}/p?confirm=true"),
        204,
    ),
    Fact("12.14", "bad name", (), proj("a/b"), 400, "ERR_INVALID_ARG"),
    Fact("12.14", "hidden name", (), proj(".rr-x"), 400, "ERR_INVALID_ARG"),
    Fact(
        "4",
        "quota",
        (proj(quota="1m"),),
        ("POST", f"{PROJECTS}/p/luns", {"name": "a", "volsize": GIB}),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact("0.2", "string boolean", (), proj(readonly="true"), 201, {"readonly": True}),
    Fact("0.2", "bad boolean", (), proj(readonly="yes"), 400, "ERR_INVALID_ARG"),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
