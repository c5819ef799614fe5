"""Facts of the API reference about LUNs: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import BAD_COUNT, COUNT, FROM_87, FS, NEW, OLD, OWNER, UP_TO_87, A, Fact, check, proj, rows
from lab_world import GIB, LUNS, MASK, MIB, PROJECTS, World, clone, group, initiator, lun, snapshot, write

NAME_TAKEN = (
    'request creates an object that already exists (share "a" already exists '
    '(use "select a" to select it) (encountered while attempting to run command "lun a"))'
)
UNKNOWN_GROUP = (
    'invalid input argument (bad property value "ig-x" '
    '(expecting one of "default", "ig-a" or "ig-b") '
    '(encountered while attempting to run command "set initiatorgroup="ig-x""))'
)

FACTS = [
    Fact(
        "5.2",
        "size with suffix",
        (),
        lun(volsize="10G"),
        201,
        {"volsize": 10 * GIB, "status": "online", "assignednumber": 0},
    ),
    Fact(
        "5.2",
        "defaults of the project",
        (proj(default_sparse=True, default_volblocksize="64k"),),
        ("POST", f"{PROJECTS}/p/luns", {"name": "a", "volsize": GIB}),
        201,
        {"sparse": True, "volblocksize": 65536},
    ),
    Fact("5.2", "volsize missing", (), ("POST", LUNS, {"name": "a"}), 400, "ERR_MISSING_ARG"),
    Fact("5.2", "bad block size", (), lun(volblocksize=3000), 400, "ERR_INVALID_ARG"),
    Fact("5.2", "block size cannot change", (lun(),), ("PUT", A, {"volblocksize": "16k"}), 400, "ERR_INVALID_ARG"),
    Fact("5.2", "negative size", (), lun(volsize=-1), 400, "ERR_INVALID_ARG"),
    Fact("5.2", "size in digits of another script", (), lun(volsize="\u0661g"), 400, "ERR_INVALID_ARG"),
    Fact(
        "5.3",
        "size and blocksize are errors of the guide",
        (),
        ("POST", LUNS, {"name": "a", "size": GIB}),
        400,
        "ERR_UNKNOWN_ARG",
    ),
    Fact("5.2", "grow", (lun(),), ("PUT", A, {"volsize": "2g"}), 202, {"volsize": 2 * GIB}),
    Fact(
        "13",
        "shrink below the data",
        (lun(), write(700 * MIB)),
        ("PUT", A, {"volsize": "512m"}),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact("5.2", "more than the pool has", (), lun(volsize="2000g"), 409, "ERR_STATE_CHANGED"),
    Fact("5.2", "sparse over-commits", (), lun(volsize="2000g", sparse=True), 201, {"space_total": 16384}),
    Fact("14.8", "space of 1 GiB", (), lun(), 201, {"space_total": 1107820544}),
    Fact("14.5", "name taken", (lun(),), lun(), 409, lambda b: b["fault"]["message"] == NAME_TAKEN),
    Fact("1.7", "one namespace with filesystems", (("POST", FS, {"name": "a"}),), lun(), 409, "ERR_OBJECT_EXISTS"),
    Fact(
        "14.5",
        "unknown group",
        (group("ig-a"), group("ig-b")),
        lun(initiatorgroup="ig-x"),
        400,
        lambda b: b["fault"]["message"] == UNKNOWN_GROUP,
    ),
    Fact("5.2", "unknown target group", (), lun(targetgroup="tg-x"), 400, "ERR_INVALID_ARG"),
    Fact("5.1", "no project", (), ("POST", f"{PROJECTS}/x/luns", {"name": "a", "volsize": 1}), 404, "ERR_NOT_FOUND"),
    Fact("5.1", "missing", (), ("GET", A), 404, "ERR_NOT_FOUND"),
    Fact("5.1", "singular path", (lun(),), ("GET", f"{PROJECTS}/default/lun/a"), 404),
    Fact("5.2", "rename", (lun(),), ("PUT", A, {"name": "b"}), 202, {"name": "b"}),
    Fact("5.2", "rename to a taken name", (lun(), lun("b")), ("PUT", A, {"name": "b"}), 409, "ERR_OBJECT_EXISTS"),
    Fact("5.1", "move on 8.8", (lun(), proj()), ("PUT", A, {"project": "p"}), 202, {"project": "p"}, on=NEW),
    Fact(
        "5.1",
        "no direct move before 8.8",
        (lun(), proj()),
        ("PUT", A, {"project": "p"}),
        400,
        "ERR_INVALID_ARG",
        UP_TO_87,
    ),
    Fact(
        "5.1",
        "move by the alias",
        (lun(), proj()),
        ("PUT", f"{FS}/a", {"project": "p"}),
        202,
        {"project": "p"},
        OLD,
    ),
    Fact("5.1", "the alias only moves", (lun(),), ("PUT", f"{FS}/a", {"volsize": 1}), 400, "ERR_UNKNOWN_ARG"),
    Fact("5.1", "move to a missing project", (lun(),), ("PUT", f"{FS}/a", {"project": "x"}), 400, "ERR_INVALID_ARG"),
    Fact("5.4", "nodestroy", (lun(nodestroy=True),), ("DELETE", A), 403, "ERR_DENIED"),
    Fact("5.3", "nodestroy taken back", (lun(nodestroy=True), ("PUT", A, {"nodestroy": False})), ("DELETE", A), 204),
    Fact("5.4", "snapshots go with it", (lun(), snapshot()), ("DELETE", A), 204),
    Fact(
        "5.4",
        "clones want confirm",
        (lun(), snapshot(), clone()),
        ("DELETE", A),
        409,
        "ERR_CONFIRM_REQUIRED",
        on=FROM_87,
    ),
    Fact(
        "5.4",
        "protected clone",
        (lun(), snapshot(), clone(nodestroy=True)),
        ("DELETE", f"{A}?confirm=true"),
        403,
        "ERR_DENIED",
    ),
    Fact(
        "4.1",
        "inherited",
        (lun(), ("PUT", f"{PROJECTS}/default", {"compression": "gzip"})),
        ("GET", A),
        200,
        lambda b: (b["lun"]["compression"], b["lun"]["source"]["compression"]) == ("gzip", "inherited"),
    ),
    Fact(
        "4.1",
        "local",
        (lun(),),
        ("PUT", A, {"compression": "lzjb"}),
        202,
        lambda b: b["lun"]["source"]["compression"] == "local",
    ),
    Fact(
        "4.1", "unset", (lun(compression="lzjb"),), ("PUT", A, {"unset": ["compression"]}), 202, {"compression": "off"}
    ),
    Fact("4.1", "source is immutable", (lun(),), ("PUT", A, {"source": {}}), 400, "ERR_INVALID_ARG"),
    Fact(
        "9.5",
        "masked",
        (),
        lun(initiatorgroup=MASK),
        201,
        lambda b: b["lun"]["initiatorgroup"] in (MASK, [MASK]) and b["lun"]["assignednumber"] == -1,
    ),
    Fact(
        "12.1",
        "string on 2013.1",
        (group("ig"),),
        lun(initiatorgroup="ig"),
        201,
        {"initiatorgroup": "ig", "assignednumber": 0},
        OLD,
    ),
    Fact("12.1", "no list on 2013.1", (group("ig"),), lun(initiatorgroup=["ig"]), 400, "ERR_INVALID_ARG", OLD),
    Fact(
        "5.2",
        "list and scalar in v1 of 8.7",
        (),
        lun(),
        201,
        {"initiatorgroup": ["default"], "assignednumber": 0},
        ("8.7",),
    ),
    Fact(
        "5.2",
        "lists in v2",
        (lun(),),
        ("GET", A.replace("v1", "v2")),
        200,
        {"initiatorgroup": ["default"], "assignednumber": [0]},
        on=NEW,
    ),
    Fact(
        "5.2",
        "numbers stand beside their groups",
        (initiator(1), initiator(2), group("g1", 1), group("g2", 2), lun("b", initiatorgroup="g1")),
        lun(initiatorgroup=["g1", "g2"]),
        201,
        {"assignednumber": [1, 0]},
        on=FROM_87,
    ),
    Fact(
        "14.8",
        "disjoint groups share numbers",
        (initiator(1), initiator(2), group("g1", 1), group("g2", 2), lun("b", initiatorgroup="g1")),
        lun(initiatorgroup="g2"),
        201,
        {"assignednumber": 0},
    ),
    Fact(
        "14.8",
        "common initiator",
        (initiator(1), group("g1", 1), group("g2", 1), lun("b", initiatorgroup="g1")),
        lun(initiatorgroup="g2"),
        201,
        {"assignednumber": 1},
    ),
    Fact(
        "14.8", "default overlaps all", (group("g1"), lun("b", initiatorgroup="g1")), lun(), 201, {"assignednumber": 1}
    ),
    Fact(
        "14.8",
        "number taken",
        (lun("b", lunumber=5),),
        lun(lunumber=5),
        409,
        "ERR_STATE_CHANGED",
        FROM_87,
        assumed=True,
    ),
    Fact(
        "14.8", "number taken", (lun("b", lunnumber=5),), lun(lunnumber=5), 409, "ERR_STATE_CHANGED", OLD, assumed=True
    ),
    Fact("14.8", "highest number", (), lun(lunumber=16383), 201, {"assignednumber": 16383}, FROM_87),
    Fact("14.8", "number too high", (), lun(lunumber=16384), 400, "ERR_INVALID_ARG", FROM_87),
    Fact("14.8", "negative number", (), lun(lunumber=-1), 400, "ERR_INVALID_ARG", FROM_87),
    Fact(
        "14.8", "lowest free number", (lun("b"), lun("c"), ("DELETE", f"{LUNS}/b")), lun(), 201, {"assignednumber": 0}
    ),
    Fact("8", "custom property", (OWNER,), lun(**{"custom:owner": "me"}), 201, {"custom:owner": "me"}),
    Fact("8", "custom property not in the schema", (), lun(**{"custom:owner": "me"}), 400, "ERR_UNKNOWN_ARG"),
    Fact("8", "typed", (COUNT,), lun(**BAD_COUNT), 400, "ERR_INVALID_ARG"),
    Fact("8", "absent when unset", (OWNER,), lun(), 201, lambda b: "custom:owner" not in b["lun"]),
    Fact("0.2", "v1 time stamp", (), lun(), 201, {"creation": "20231114T22:13:20"}),
    Fact(
        "0.2",
        "v2 time stamp",
        (lun(),),
        ("GET", A.replace("v1", "v2")),
        200,
        {"creation": "2023-11-14T22:13:20Z"},
        on=NEW,
    ),
]

COMMANDS = [
    Fact("5.1", "get", (lun(),), ("GET", A), 200, lambda b: list(b) == ["lun"]),
    Fact(
        "5.1", "list", (lun(), lun("b")), ("GET", LUNS), 200, lambda b: [one["name"] for one in b["luns"]] == ["a", "b"]
    ),
    Fact("5.1", "a list has full objects", (lun(),), ("GET", LUNS), 200, lambda b: len(b["luns"][0]) > 35),
    Fact("5.1", "empty list", (), ("GET", LUNS), 200, {"luns": []}),
    Fact(
        "5.1",
        "list of all pools",
        (lun(), ("POST", "storage/v1/pools/small/projects/default/luns", {"name": "z", "volsize": MIB})),
        ("GET", "storage/v1/luns"),
        200,
        lambda b: [(one["pool"], one["name"]) for one in b["luns"]] == [("tank", "a"), ("small", "z")],
    ),
    Fact("5.1", "list without filesystems", (("POST", FS, {"name": "f"}),), ("GET", LUNS), 200, {"luns": []}),
    Fact("5.1", "list of a missing project", (), ("GET", f"{PROJECTS}/x/luns"), 404, "ERR_NOT_FOUND"),
    Fact(
        "5.1", "list of a missing pool", (), ("GET", "storage/v1/pools/x/projects/default/luns"), 404, "ERR_NOT_FOUND"
    ),
    Fact("5.1", "modify what is missing", (), ("PUT", A, {"status": "offline"}), 404, "ERR_NOT_FOUND"),
    Fact("5.1", "delete", (lun(),), ("DELETE", A), 204, None),
    Fact("5.1", "delete what is missing", (), ("DELETE", A), 404, "ERR_NOT_FOUND"),
    Fact("5.1", "deleted is gone", (lun(), ("DELETE", A)), ("GET", A), 404, "ERR_NOT_FOUND"),
    Fact("5.1", "names are case-sensitive", (lun(),), lun("A"), 201, {"name": "A"}),
    Fact("5.1", "missing object and bad argument", (), ("PUT", A, {"colour": 1}), 404, "ERR_NOT_FOUND", assumed=True),
    Fact("5.1", "unknown before missing", (), ("POST", LUNS, {"colour": 1}), 400, "ERR_UNKNOWN_ARG", assumed=True),
    Fact(
        "5.1",
        "missing before bad",
        (),
        ("POST", LUNS, {"name": "a", "copies": 9}),
        400,
        "ERR_MISSING_ARG",
        assumed=True,
    ),
    Fact(
        "5.1",
        "a bad value changes nothing",
        (lun(),),
        ("PUT", A, {"writecache": True, "copies": 9}),
        400,
        "ERR_INVALID_ARG",
    ),
    Fact("5.1", "nothing said", (lun(),), ("PUT", A), 202, {"name": "a"}),
    *[
        Fact("12.14", f"name {name!r}", (), lun(name), 201, {"name": name})
        for name in ("a" * 64, "A_b-c.d:e", "0", "-", "a.")
    ],
    *[
        Fact("12.14", f"no name {name!r}", (), lun(name), 400, "ERR_INVALID_ARG", assumed=True)
        for name in ("", "a" * 65, "a b", "a/b", "a@b", "\u00e4", ".a", "a\n", "a#", 7, None, ["a"])
    ],
]

DEFAULTS = [
    Fact("5.2", f"default of {name}", (), lun(), 201, {name: value})
    for name, value in (
        ("volblocksize", 8192),
        ("sparse", False),
        ("targetgroup", "default"),
        ("fixednumber", False),
        ("status", "online"),
        ("writecache", False),
        ("exported", True),
        ("nodestroy", False),
        ("compression", "off"),
        ("checksum", "fletcher4"),
        ("copies", 1),
        ("dedup", False),
        ("logbias", "latency"),
        ("secondarycache", "all"),
        ("maxblocksize", 1048576),
        ("encryption", "off"),
        ("keystatus", "none"),
        ("keychangedate", ""),
        ("snaplabel", ""),
        ("compressratio", 100),
        ("canonical_name", "tank/local/default/a"),
        ("pool", "tank"),
        ("project", "default"),
        ("rrsrc_actions", []),
        ("space_snapshots", 0),
    )
]


@rows([*FACTS, *COMMANDS, *DEFAULTS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
