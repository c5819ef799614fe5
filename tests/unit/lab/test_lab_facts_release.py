"""Facts of the API reference about what differs between releases, and about the shape of faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import FROM_87, FS, NEW, OLD, UP_TO_87, A, Fact, check, proj, rows
from lab_world import GIB, LUNS, PROJECTS, World, group, lun

POOL = "storage/v1/pools/tank"
THRESHOLD = f"{POOL}/LBPthreshold"
V2 = ("GET", A.replace("v1", "v2"))
FILESYSTEM = ("POST", FS, {"name": "f"})

# API reference 3, 14.4: the numbers of a pool's usage.
USAGE = {
    "available",
    "used",
    "free",
    "total",
    "usage_data",
    "usage_snapshots",
    "usage_total",
    "compression",
    "dedupratio",
}
MORE_USAGE = {
    "usage_metasize", "usage_metaused", "usage_child_reservation", "usage_reservation", "usage_replication",
    "dedupsize",
}  # fmt: skip
POOL_KEYS = {"name", "asn", "status", "profile", "owner", "peer", "href", "usage"}

# API reference 4: what a project shows everywhere.
PROJECT_KEYS = {
    "name", "pool", "id", "href", "canonical_name", "creation", "mountpoint", "aclinherit", "aclmode", "atime",
    "checksum", "compression", "copies", "dedup", "encryption", "keystatus", "keychangedate", "exported", "logbias",
    "maxblocksize", "nbmand", "readonly", "vscan", "nodestroy", "recordsize", "rstchown", "secondarycache", "snapdir",
    "snaplabel", "quota", "reservation", "sharenfs", "sharesmb", "sharedav", "shareftp", "sharesftp", "sharetftp",
    "default_user", "default_group", "default_permissions", "default_sparse", "default_volblocksize",
    "default_volsize", "defaultuserquota", "defaultgroupquota", "compressratio", "space_available", "space_data",
    "space_snapshots", "space_total", "space_unused_res", "space_unused_res_shares", "source", "rrsrc_actions",
}  # fmt: skip
NEW_PROJECT_KEYS = {
    "migration", "readlimit", "writelimit", "defaultreadlimit", "defaultwritelimit", "shareobjectstore", "shares3",
    "shareoci",
}  # fmt: skip

# API reference 6: a filesystem has what its project has, without the defaults, and its own.
FILESYSTEM_KEYS = {name for name in PROJECT_KEYS if not name.startswith("default")} - {"space_unused_res_shares"} | {
    "project", "quota_snap", "reservation_snap", "root_user", "root_group", "root_permissions", "casesensitivity",
    "normalization", "utf8only", "shadow", "sharesmb_name", "sharesmb_abe", "sharesmb_dfsroot",
}  # fmt: skip
NEW_FILESYSTEM_KEYS = {
    "migration", "readlimit", "writelimit", "effectivereadlimit", "effectivewritelimit", "shareobjectstore", "shares3",
    "shareoci", "space_unused_res_shares",
}  # fmt: skip

# API reference 5.2: what a LUN shows everywhere, besides its LU number.
LUN_KEYS = {
    "name", "pool", "project", "volsize", "volblocksize", "sparse", "initiatorgroup", "targetgroup", "assignednumber",
    "fixednumber", "lunguid", "status", "writecache", "exported", "nodestroy", "compression", "checksum", "copies",
    "dedup", "logbias", "secondarycache", "maxblocksize", "encryption", "keystatus", "keychangedate", "snaplabel",
    "canonical_name", "id", "creation", "href", "compressratio", "space_data", "space_snapshots", "space_available",
    "space_total", "space_unused_res", "source", "rrsrc_actions",
}  # fmt: skip
LIMITS_87 = {"writelimit", "effectivewritelimit"}
LIMITS = ("readlimit", "writelimit")
# API reference 16.8: what a client may say for no limit.
NO_LIMIT = (0, -1, "-1", "0", "none", "default", "unlimited", "NONE")
LIMITS_88 = LIMITS_87 | {"readlimit", "effectivereadlimit"}

# API reference 4.1.
LUN_SOURCES = {
    "checksum", "compression", "copies", "dedup", "encryption", "exported", "keychangedate", "logbias", "maxblocksize",
    "rrsrc_actions", "secondarycache",
}  # fmt: skip
SOURCES = LUN_SOURCES | {
    "aclinherit", "aclmode", "atime", "mountpoint", "nbmand", "readonly", "recordsize", "reservation", "rstchown",
    "sharedav", "shareftp", "sharenfs", "sharesftp", "sharesmb", "sharetftp", "snapdir", "vscan",
}  # fmt: skip
NEW_SOURCES = {"shareobjectstore", "shares3", "shareoci"}


def keys(wanted: set[str], part: str = "") -> Callable[[Any], bool]:
    """Say whether the object in a body, or a part of it, has just these keys."""

    def same(body: Any) -> bool:
        found = next(iter(body.values()))
        assert set(found[part] if part else found) == wanted
        return True

    return same


def threshold(value: int) -> Callable[[Any], bool]:
    """Say whether the provisioning threshold in a body is this."""
    return lambda body: body["LBPthreshold"]["LBPthreshold"] == value


SHAPES = [
    Fact("14.4", "usage of a pool", (), ("GET", POOL), 200, keys(USAGE, "usage"), UP_TO_87),
    Fact("14.4", "usage of a pool", (), ("GET", POOL), 200, keys(USAGE | MORE_USAGE, "usage"), NEW),
    Fact(
        "3", "usage of a pool in v2", (), ("GET", POOL.replace("v1", "v2")), 200, keys(USAGE | MORE_USAGE, "usage"), NEW
    ),
    Fact("14.4", "pool", (), ("GET", POOL), 200, keys(POOL_KEYS | {"errors"}), UP_TO_87),
    Fact("14.4", "pool", (), ("GET", POOL), 200, keys(POOL_KEYS | {"errors", "encryption"}), NEW),
    Fact(
        "3",
        "ratio of 1.00",
        (),
        ("GET", POOL),
        200,
        lambda b: (b["pool"]["usage"]["compression"], b["pool"]["usage"]["dedupratio"]) == (1, 100),
    ),
    Fact("3", "no peer", (), ("GET", POOL), 200, {"peer": "00000000-0000-0000-0000-000000000000", "status": "online"}),
    Fact("4", "project", (), proj(), 201, keys(PROJECT_KEYS), UP_TO_87),
    Fact("14.4", "project", (), proj(), 201, keys(PROJECT_KEYS | NEW_PROJECT_KEYS), NEW),
    Fact("6", "filesystem", (), FILESYSTEM, 201, keys(FILESYSTEM_KEYS), UP_TO_87),
    Fact("14.4", "filesystem", (), FILESYSTEM, 201, keys(FILESYSTEM_KEYS | NEW_FILESYSTEM_KEYS), NEW),
    Fact("5.2", "LUN", (), lun(), 201, keys(LUN_KEYS | {"lunnumber"}), OLD),
    Fact("14.4", "LUN", (), lun(), 201, keys(LUN_KEYS | LIMITS_87 | {"lunumber"}), ("8.7",)),
    Fact("5.2", "LUN", (), lun(), 201, keys(LUN_KEYS | LIMITS_88 | {"lunumber"}), NEW, assumed=True),
    Fact(
        "5.2",
        "a LUN in v2 has the same keys",
        (lun(),),
        V2,
        200,
        keys(LUN_KEYS | LIMITS_88 | {"lunumber"}),
        NEW,
        assumed=True,
    ),
    Fact("4.1", "sources of a project", (), proj(), 201, keys(SOURCES, "source"), UP_TO_87),
    Fact("4.1", "sources of a project", (), proj(), 201, keys(SOURCES | NEW_SOURCES, "source"), NEW, assumed=True),
    Fact("4.1", "sources of a filesystem", (), FILESYSTEM, 201, keys(SOURCES, "source"), UP_TO_87),
    Fact(
        "4.1", "sources of a filesystem", (), FILESYSTEM, 201, keys(SOURCES | NEW_SOURCES, "source"), NEW, assumed=True
    ),
    Fact("4.1", "sources of a LUN", (), lun(), 201, keys(LUN_SOURCES, "source")),
]

SPELLINGS = [
    Fact("12.2", "lunnumber out", (), lun(), 201, lambda b: b["lun"]["lunnumber"] == "auto", OLD),
    Fact("12.2", "lunnumber in", (), lun(lunnumber=5), 201, {"lunnumber": "5", "assignednumber": 5}, OLD),
    Fact("12.2", "lunnumber changed", (lun(),), ("PUT", A, {"lunnumber": 6}), 202, {"assignednumber": 6}, OLD),
    Fact("12.2", "the newer spelling is unknown", (), lun(lunumber=5), 400, "ERR_UNKNOWN_ARG", OLD, assumed=True),
    Fact("12.2", "lunumber out", (), lun(), 201, {"lunumber": "auto"}, FROM_87),
    Fact("12.2", "lunumber in", (), lun(lunumber=5), 201, {"lunumber": "5", "assignednumber": 5}, FROM_87),
    Fact("12.2", "lunumber as text", (), lun(lunumber="5"), 201, {"lunumber": "5", "assignednumber": 5}, FROM_87),
    Fact("12.2", "the older spelling is unknown", (), lun(lunnumber=5), 400, "ERR_UNKNOWN_ARG", FROM_87, assumed=True),
    Fact(
        "12.2",
        "the message names the older spelling",
        (),
        lun(lunnumber="x"),
        400,
        lambda b: 'set lunnumber="x"' in b["fault"]["message"],
        OLD,
    ),
    Fact("4", "lz4", (), proj(compression="lz4"), 201, {"compression": "lz4"}, FROM_87),
    Fact(
        "4",
        "lz4 came with 8.6",
        (),
        proj(compression="lz4"),
        400,
        lambda b: '"off", "lzjb", "gzip-2", "gzip" or "gzip-9"' in b["fault"]["message"],
        OLD,
    ),
    Fact("4", "no lz4 for a LUN either", (), lun(compression="lz4"), 400, "ERR_INVALID_ARG", OLD),
    *[
        Fact("4", f"compression {name}", (), proj(compression=name), 201, {"compression": name})
        for name in ("off", "lzjb", "gzip-2", "gzip", "gzip-9")
    ],
    *[
        Fact("4", f"checksum {name}", (), proj(checksum=name), 201, {"checksum": name})
        for name in ("fletcher2", "fletcher4", "sha256")
    ],
    Fact("4", "sha256mac", (), proj(checksum="sha256mac"), 201, {"checksum": "sha256mac"}, NEW),
    Fact("4", "sha256mac came later", (), proj(checksum="sha256mac"), 400, "ERR_INVALID_ARG", UP_TO_87, assumed=True),
    *[
        Fact("14.4", f"{name} of a project", (), proj(**{name: "1m"}), 201, {name: 1 << 20}, NEW)
        for name in ("readlimit", "writelimit", "defaultreadlimit", "defaultwritelimit")
    ],
    *[
        Fact("14.4", f"{name} came with 8.8", (), proj(**{name: value}), 400, "ERR_UNKNOWN_ARG", UP_TO_87)
        for name, value in (
            ("readlimit", "1m"),
            ("writelimit", "1m"),
            ("shares3", "on"),
            ("shareobjectstore", "on"),
            ("shareoci", "on"),
        )
    ],
    Fact("14.4", "migration is read-only", (), proj(migration="x"), 400, "ERR_INVALID_ARG", NEW, assumed=True),
    Fact(
        "5.2",
        "writelimit of a LUN",
        (),
        lun(writelimit="8m"),
        201,
        {"writelimit": 8 << 20, "effectivewritelimit": 8 << 20},
        FROM_87,
    ),
    Fact("14.4", "readlimit of a LUN", (), lun(readlimit="8m"), 201, {"readlimit": 8 << 20}, NEW, assumed=True),
    Fact(
        "14.4", "no readlimit of a LUN on 8.7", (), lun(readlimit="8m"), 400, "ERR_UNKNOWN_ARG", UP_TO_87, assumed=True
    ),
    *[
        Fact(
            "16.8",
            f"{said!r} is no {name} of a project",
            (proj(**{name: "1m"}),),
            put,
            202,
            {name: 0},
            NEW,
            assumed=True,
        )
        for name in LIMITS
        for said in NO_LIMIT
        for put in (("PUT", f"{PROJECTS}/p", {name: said}),)
    ],
    *[
        Fact("16.8", f"{said!r} is no {name} of a LUN", (lun(**{name: "1m"}),), put, 202, {name: 0}, on, assumed=True)
        for name, on in (("readlimit", NEW), ("writelimit", FROM_87))
        for said in NO_LIMIT
        for put in (("PUT", A, {name: said}),)
    ],
    *[
        Fact("16.8", f"{name} of 500K", (), proj(**{name: said}), 201, {name: 512000}, NEW)
        for name in (*LIMITS, "defaultreadlimit", "defaultwritelimit")
        for said in ("500K", 512000, 512000.0)
    ],
    *[
        Fact("16.8", f"{name} of a project below 500K", (), proj(**{name: said}), 400, "ERR_INVALID_ARG", NEW)
        for name in (*LIMITS, "defaultreadlimit", "defaultwritelimit")
        for said in ("499K", 511999, 1, -2, "fast", True, None)
    ],
    *[
        Fact("16.8", f"{name} of a LUN below 500K", (lun(),), ("PUT", A, {name: 511999}), 400, "ERR_INVALID_ARG", on)
        for name, on in (("readlimit", NEW), ("writelimit", FROM_87))
    ],
    Fact(
        "16.8",
        "a new LUN has no limit of its own, whatever its project has",
        (("PUT", f"{PROJECTS}/default", {"readlimit": "2m", "defaultreadlimit": "1m"}),),
        lun(),
        201,
        {"readlimit": 0, "effectivereadlimit": 1 << 20},
        NEW,
        assumed=True,
    ),
    Fact("5.2", "no writelimit on 2013.1", (), lun(writelimit="8m"), 400, "ERR_UNKNOWN_ARG", OLD),
    Fact("5.2", "effectivewritelimit is read-only", (), lun(effectivewritelimit=1), 400, "ERR_INVALID_ARG", FROM_87),
    Fact(
        "14.4",
        "the project's default limits its shares",
        (("PUT", f"{PROJECTS}/default", {"defaultwritelimit": "2m"}),),
        lun(),
        201,
        {"writelimit": 0, "effectivewritelimit": 2 << 20},
        NEW,
        assumed=True,
    ),
    Fact(
        "14.4",
        "the lower limit counts",
        (("PUT", f"{PROJECTS}/default", {"writelimit": "2m"}),),
        lun(writelimit="8m"),
        201,
        {"effectivewritelimit": 2 << 20},
        NEW,
        assumed=True,
    ),
]

VALUES = [
    Fact("5.2", "string in v1 of 2013.1", (), lun(), 201, {"initiatorgroup": "default", "assignednumber": 0}, OLD),
    Fact(
        "5.2",
        "list beside a scalar in v1",
        (),
        lun(),
        201,
        {"initiatorgroup": ["default"], "assignednumber": 0},
        FROM_87,
    ),
    Fact(
        "5.2",
        "the real list line",
        (group("g"), lun("b", initiatorgroup="g"), lun("c", initiatorgroup="g")),
        ("GET", LUNS),
        200,
        lambda b: [(one["initiatorgroup"], one["assignednumber"]) for one in b["luns"]] == [(["g"], 0), (["g"], 1)],
        FROM_87,
    ),
    Fact("1.4", "lists in v2", (lun(),), V2, 200, {"initiatorgroup": ["default"], "assignednumber": [0]}, NEW),
    Fact(
        "5.2",
        "lists in the list of v2",
        (lun(),),
        ("GET", LUNS.replace("v1", "v2")),
        200,
        lambda b: b["luns"][0]["assignednumber"] == [0],
        NEW,
    ),
    Fact("5.2", "lunumber in v2 is as in v1", (lun(lunumber=3),), V2, 200, {"lunumber": "3"}, NEW, assumed=True),
    Fact("5.2", "sizes in v2 are numbers", (lun(),), V2, 200, {"volsize": GIB, "volblocksize": 8192}, NEW),
    Fact("14.4", "v1 time stamp of 8.8", (), proj(), 201, {"creation": "20231114T22:13:20"}),
    Fact(
        "0.2",
        "v2 time stamp",
        (proj(),),
        ("GET", f"{PROJECTS}/p".replace("v1", "v2")),
        200,
        {"creation": "2023-11-14T22:13:20Z"},
        NEW,
    ),
    Fact("0.2", "hrefs of v2", (lun(),), V2, 200, {"href": f"/api/{A.replace('v1', 'v2')}"}, NEW),
    Fact("1.4", "no v2 before 8.8", (lun(),), V2, 404, None, UP_TO_87),
]

POOLS = [
    Fact(
        "3", "scrub", (), ("PUT", f"{POOL}/scrub"), 202, lambda b: b["pool"]["scrub"]["complete"] is True, assumed=True
    ),
    Fact(
        "3",
        "scrub without arguments",
        (),
        ("PUT", f"{POOL}/scrub", {"fast": True}),
        400,
        "ERR_UNKNOWN_ARG",
        assumed=True,
    ),
    Fact("3", "nothing to stop", (), ("DELETE", f"{POOL}/scrub"), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact("3", "scrub of a missing pool", (), ("PUT", "storage/v1/pools/x/scrub"), 404, "ERR_NOT_FOUND"),
    Fact("3", "never scrubbed", (), ("GET", POOL), 200, lambda b: "scrub" not in b["pool"], assumed=True),
    Fact("3", "missing pool", (), ("GET", "storage/v1/pools/x"), 404, "ERR_NOT_FOUND"),
    Fact("3", "threshold is off", (), ("GET", THRESHOLD), 200, threshold(0), NEW, assumed=True),
    Fact("3", "threshold", (), ("PUT", THRESHOLD, {"LBPthreshold": 80}), 202, threshold(80), NEW, assumed=True),
    Fact(
        "3",
        "threshold beyond 100",
        (),
        ("PUT", THRESHOLD, {"LBPthreshold": 101}),
        400,
        "ERR_INVALID_ARG",
        NEW,
        assumed=True,
    ),
    Fact("3", "threshold came with 8.8", (), ("GET", THRESHOLD), 404, None, UP_TO_87),
    Fact(
        "3",
        "no pool is configured",
        (),
        ("POST", "storage/v1/pools", {"name": "x"}),
        501,
        "ERR_NOT_IMPLEMENTED",
        assumed=True,
    ),
    Fact("3", "no storage is added", (), ("PUT", POOL, {"add": 1}), 501, "ERR_NOT_IMPLEMENTED", assumed=True),
    Fact("3", "no pool is unconfigured", (), ("DELETE", POOL), 501, "ERR_NOT_IMPLEMENTED", assumed=True),
    Fact("3", "missing pool is not there", (), ("DELETE", "storage/v1/pools/x"), 404, "ERR_NOT_FOUND"),
    Fact("3", "no pool is edited", (), ("PUT", f"{POOL}/edit", {}), 501, "ERR_NOT_IMPLEMENTED", NEW, assumed=True),
    Fact("3", "nothing is imported", (), ("GET", "storage/v1/import"), 501, "ERR_NOT_IMPLEMENTED", NEW, assumed=True),
]


@rows([*SHAPES, *SPELLINGS, *VALUES, *POOLS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))


TAKEN = (
    'request creates an object that already exists (share "a" already exists (use "select a" to select it) '
    '(encountered while attempting to run command "lun a"))'
)
MISSING = 'the requested item was not found (EAK_ZFS_NOENT: {txtid: "AKTXT_NAS_NOENT", args: ["default/x"]})'
GROUPS = (
    'invalid input argument (bad property value "ig-x" (expecting one of "default", "ig-a" or "ig-b") '
    '(encountered while attempting to run command "set initiatorgroup="ig-x""))'
)
# Situation, what comes before, the request, and the status, name and text of its fault (API reference 1.7, 14.5).
FAULTS: list[tuple[str, tuple[Any, ...], Any, int, str, str]] = [
    ("name taken", (lun(),), lun(), 409, "ERR_OBJECT_EXISTS", TAKEN),
    ("missing LUN", (), ("GET", f"{LUNS}/x"), 404, "ERR_NOT_FOUND", MISSING),
    ("delete of a missing LUN", (), ("DELETE", f"{LUNS}/x"), 404, "ERR_NOT_FOUND", MISSING),
    (
        "snapshot of a missing filesystem",
        (),
        ("POST", f"{FS}/x/snapshots", {"name": "s"}),
        404,
        "ERR_NOT_FOUND",
        MISSING,
    ),
    ("unknown group", (group("ig-a"), group("ig-b")), lun(initiatorgroup="ig-x"), 400, "ERR_INVALID_ARG", GROUPS),
    ("unknown argument", (), lun(colour=1), 400, "ERR_UNKNOWN_ARG", "extra unhandled input argument"),
    ("missing argument", (), ("POST", LUNS, {}), 400, "ERR_MISSING_ARG", "required input argument missing"),
    ("nodestroy", (lun(nodestroy=True),), ("DELETE", A), 403, "ERR_DENIED", "operation denied"),
    ("no room", (), lun(volsize="2000g"), 409, "ERR_STATE_CHANGED", "conflict in system state (EAK_ZFS_NOSPC"),
    ("unknown path", (), ("GET", "storage/v1/nothing"), 404, "ERR_NOT_FOUND", "the requested item was not found"),
    ("unknown service", (), ("GET", "nothing/v1"), 404, "ERR_NOT_FOUND", "the requested item was not found"),
    ("method", (), ("DELETE", "storage/v1/luns"), 405, "ERR_METHOD_NOT_ALLOWED", "method not allowed for resource"),
    ("not offered", (), ("DELETE", POOL), 501, "ERR_NOT_IMPLEMENTED", "operation not implemented"),
]


@rows([Fact("1.7", what, given, when, status, (name, text)) for what, given, when, status, name, text in FAULTS])
def test_fault(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The guides' shape on 2013.1, the shape of real appliances from 8.7 on; all the same words."""
    world = worlds(release)
    world.do(*fact.given)
    response = world.send(fact.when)
    assert response is not None
    name, text = fact.then
    fault = response.json()["fault"]
    assert response.status_code == fact.status
    assert fault["code"] == fact.status
    if release == "2013.1":
        assert set(fault) == {"message", "details", "code"}
        assert fault["message"] == name
        assert fault["details"].startswith(text)
    else:
        assert set(fault) == {"message", "code", "name"}
        assert fault["name"] == name
        assert fault["message"].startswith(text)


@rows(
    [
        Fact("1.7", "planned fault", (), (), 503, "ERR_BUSY"),
        Fact("1.7", "wrong password", (), (), 401, "ERR_UNAUTHORIZED"),
    ]
)
def test_fault_before_the_api(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """What is refused before any endpoint sees it has the release's shape, too."""
    world = worlds(release)
    if fact.status == 503:
        world.tell("POST", "/faults", {"appliance": "east", "method": "GET", "path": ".", "action": {"status": 503}})
        response = world.east.call("GET", LUNS)
    else:
        response = world.east.call("GET", LUNS, auth=("admin", "wrong"))
    assert response.status_code == fact.status
    assert response.json()["fault"]["message" if release == "2013.1" else "name"] == fact.then
