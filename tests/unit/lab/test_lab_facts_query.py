"""Facts of the API reference about query parameters: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import COUNT, FROM_87, FS, IG, NEW, OLD, OWNER, Fact, check, proj, rows
from lab_queries import get, names
from lab_world import LUNS, PROJECTS, World, group, lun, snapshot, wait

SNAPSHOTS = "storage/v1/snapshots"
THREE = (lun("a"), lun("b"), lun("c"))
TWO_FILESYSTEMS = (("POST", FS, {"name": "f1", "compression": "gzip"}), ("POST", FS, {"name": "f2"}))
P_AND_Q = (proj("p", compression="gzip", readonly=True), proj("q", quota="1g"))
# Snapshots one minute apart: 22:13:20, 22:14:20, 22:15:20.
IN_TURN = (lun(), snapshot("s1"), wait(60), snapshot("s2"), wait(60), snapshot("s3"))
OF_A = f"{LUNS}/a/snapshots"

LIMITS = [
    Fact("1.8", "limit", THREE, get(LUNS, "limit=2"), 200, names("a", "b")),
    Fact("1.8", "limit beyond the end", THREE, get(LUNS, "limit=9"), 200, names("a", "b", "c")),
    Fact("1.8", "limit of none", THREE, get(LUNS, "limit=0"), 200, names(), assumed=True),
    Fact("1.8", "start is an index from 0", THREE, get(LUNS, "start=1"), 200, names("b", "c")),
    Fact("1.8", "start and limit", THREE, get(LUNS, "start=1&limit=1"), 200, names("b")),
    Fact("1.8", "start beyond the end", THREE, get(LUNS, "start=3"), 200, names()),
    Fact("1.8", "end is included", THREE, get(LUNS, "end=1"), 200, names("a", "b"), NEW),
    Fact("1.8", "start and end", THREE, get(LUNS, "start=1&end=1"), 200, names("b"), NEW),
    Fact("1.8", "end before the start", THREE, get(LUNS, "start=2&end=1"), 200, names(), NEW),
    Fact("1.8", "end came later", THREE, get(LUNS, "end=0"), 200, names("a", "b", "c"), ("2013.1", "8.7")),
    *[
        Fact("1.8", f"malformed {query}", THREE, get(LUNS, query), 400, "ERR_INVALID_ARG", assumed=True)
        for query in ("limit=x", "limit=-1", "limit=", "limit=1.5", "limit=%D9%A1", "start=x", "start=-1")
    ],
    Fact("1.8", "malformed end", THREE, get(LUNS, "end=x"), 400, "ERR_INVALID_ARG", NEW, assumed=True),
    Fact("1.8", "limit of all LUNs", THREE, get("storage/v1/luns", "limit=1"), 200, names("a")),
    Fact("1.8", "limit of pools", (), get("storage/v1/pools", "limit=1"), 200, names("tank")),
    Fact("1.8", "limit of projects", P_AND_Q, get(PROJECTS, "start=1&limit=1"), 200, names("p")),
    Fact("1.8", "limit of groups", (group("g1"), group("g2")), get(IG, "limit=1"), 200, names("g1")),
    Fact(
        "1.8",
        "limit of services",
        (),
        get("service/v1/services", "limit=2"),
        200,
        lambda b: len(b["services"]) == 2,
    ),
    Fact("1.8", "limit of one object is nothing", (lun(),), get(f"{LUNS}/a", "limit=0"), 200, {"name": "a"}),
    Fact(
        "1.8", "unknown parameters are ignored", THREE, get(LUNS, "colour=red"), 200, names("a", "b", "c"), assumed=True
    ),
    Fact("1.8", "limit of a missing list", (), get(f"{PROJECTS}/x/luns", "limit=1"), 404, "ERR_NOT_FOUND"),
]

TIMES = [
    Fact("1.8", "snapshots from a time", IN_TURN, get(OF_A, "start=20231114T22:14:20"), 200, names("s2", "s3")),
    Fact("1.8", "time with a zone", IN_TURN, get(OF_A, "start=20231114T22:14:21Z"), 200, names("s3"), assumed=True),
    Fact("1.8", "snapshots until a time", IN_TURN, get(OF_A, "end=20231114T22:14:20"), 200, names("s1", "s2"), NEW),
    Fact("1.8", "snapshots by index", IN_TURN, get(OF_A, "start=2"), 200, names("s3")),
    Fact(
        "1.8",
        "snapshots of all by time",
        IN_TURN,
        get(SNAPSHOTS, "start=20231114T22:14:20&limit=1"),
        200,
        names("s2"),
        assumed=True,
    ),
    Fact(
        "1.8",
        "time of v2",
        IN_TURN,
        get(OF_A.replace("v1", "v2"), "start=2023-11-14T22:15:20Z"),
        200,
        names("s3"),
        NEW,
    ),
    Fact("1.8", "time of v1 in v2", IN_TURN, get(OF_A.replace("v1", "v2"), "start=20231114T22:15:20"), 400, None, NEW),
    Fact("1.8", "malformed time", IN_TURN, get(OF_A, "start=yesterday"), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("1.8", "LUNs have no time", THREE, get(LUNS, "start=20231114T22:14:20"), 400, "ERR_INVALID_ARG", assumed=True),
]

MATCHES = [
    Fact("1.8", "match", P_AND_Q, get(PROJECTS, "match_compression=gzip"), 200, names("p"), FROM_87),
    Fact("1.8", "match a name", P_AND_Q, get(PROJECTS, "match_name=q"), 200, names("q"), FROM_87),
    Fact("1.8", "match a boolean", P_AND_Q, get(PROJECTS, "match_readonly=true"), 200, names("p"), FROM_87),
    Fact("1.8", "match a number", P_AND_Q, get(PROJECTS, "match_quota=1073741824"), 200, names("q"), FROM_87),
    Fact(
        "1.8",
        "all matches must fit",
        P_AND_Q,
        get(PROJECTS, "match_compression=gzip&match_name=q"),
        200,
        names(),
        FROM_87,
    ),
    Fact("1.8", "match nothing", P_AND_Q, get(PROJECTS, "match_colour=red"), 200, names(), FROM_87, assumed=True),
    Fact("1.8", "match is no pattern", P_AND_Q, get(PROJECTS, "match_name=*"), 200, names(), FROM_87, assumed=True),
    Fact("1.8", "match comes before limit", P_AND_Q, get(PROJECTS, "match_name=q&limit=1"), 200, names("q"), FROM_87),
    Fact("1.8", "match filesystems", TWO_FILESYSTEMS, get(FS, "match_compression=gzip"), 200, names("f1"), FROM_87),
    Fact("1.8", "match snapshots", IN_TURN, get(OF_A, "match_name=s2"), 200, names("s2"), FROM_87),
    Fact(
        "1.8",
        "match a custom property",
        (OWNER, proj("p", **{"custom:owner": "me"})),
        get(PROJECTS, "match_custom:owner=me"),
        200,
        names("p"),
        FROM_87,
    ),
    Fact(
        "1.8",
        "match the schema",
        (OWNER, COUNT),
        get("storage/v1/schema", "match_type=String"),
        200,
        lambda b: [one["property"] for one in b["properties"]] == ["owner"],
        FROM_87,
    ),
    Fact("1.8", "no match on 2013.1", P_AND_Q, get(PROJECTS, "match_name=q"), 200, names("default", "p", "q"), OLD),
    *[
        Fact("1.8", f"no {query} on {kind}", THREE, get(path, query), 400, "ERR_INVALID_ARG", FROM_87, assumed=True)
        for query in ("match_name=a", "depth=0")
        for kind, path in (("LUNs", LUNS), ("pools", "storage/v1/pools"))
    ],
]

FILTERS = [
    Fact("1.8", "filter by name", (proj("dev-1"), proj("db-2")), get(PROJECTS, "filter=dev"), 200, names("dev-1")),
    Fact("1.8", "filter by value", P_AND_Q, get(PROJECTS, "filter=gzi"), 200, names("p")),
    Fact("1.8", "filter of no one", P_AND_Q, get(PROJECTS, "filter=nobody-has-it"), 200, names()),
    Fact("14.7", "filter filesystems", TWO_FILESYSTEMS, get(FS, "filter=f1"), 200, names("f1")),
    Fact(
        "14.7", "filter all filesystems", TWO_FILESYSTEMS, get("storage/v1/filesystems", "filter=f2"), 200, names("f2")
    ),
    Fact("1.8", "LUNs have no filter", THREE, get(LUNS, "filter=a"), 200, names("a", "b", "c"), assumed=True),
]

SNAPS = [
    Fact(
        "1.8",
        f"snaps of {kind}",
        (
            lun(),
            snapshot(),
            ("POST", FS, {"name": "f"}),
            snapshot("s2", "default/filesystems/f"),
            snapshot("s3", "default"),
        ),
        get(path, "snaps=true"),
        200,
        lambda b, wanted=wanted: [one["name"] for one in next(iter(b.values()))[0]["snapshots"]] == wanted,
        FROM_87,
        assumed=True,
    )
    for kind, path, wanted in (
        ("projects", PROJECTS, ["s3"]),
        ("LUNs", LUNS, ["s1", "s3"]),
        ("filesystems", FS, ["s2", "s3"]),
    )
] + [
    Fact("1.8", "without snaps", (lun(), snapshot()), get(LUNS), 200, lambda b: "snapshots" not in b["luns"][0]),
    Fact(
        "1.8",
        "snaps false",
        (lun(), snapshot()),
        get(LUNS, "snaps=false"),
        200,
        lambda b: "snapshots" not in b["luns"][0],
        FROM_87,
    ),
    Fact("1.8", "malformed snaps", (), get(LUNS, "snaps=2"), 400, "ERR_INVALID_ARG", FROM_87, assumed=True),
    Fact(
        "1.8",
        "no snaps on 2013.1",
        (lun(), snapshot()),
        get(LUNS, "snaps=true"),
        200,
        lambda b: "snapshots" not in b["luns"][0],
        OLD,
    ),
]


@rows([*LIMITS, *TIMES, *MATCHES, *FILTERS, *SNAPS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
