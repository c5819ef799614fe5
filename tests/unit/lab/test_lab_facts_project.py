"""Facts of the API reference about projects: given these steps, this request has this outcome."""

from __future__ import annotations

from collections.abc import Callable

from lab_facts import FROM_87, OLD, Fact, check, proj, rows
from lab_world import GIB, MIB, PROJECTS, World, snapshot

P = f"{PROJECTS}/p"
DEFAULT = f"{PROJECTS}/default"

FACTS = [
    Fact("4", "create", (), proj(compression="gzip"), 201, {"compression": "gzip", "logbias": "latency"}),
    Fact("4", "name taken", (proj(),), proj(), 409, "ERR_OBJECT_EXISTS"),
    Fact("4", "name missing", (), ("POST", PROJECTS, {}), 400, "ERR_MISSING_ARG"),
    Fact("4", "unknown argument", (), proj(colour="red"), 400, "ERR_UNKNOWN_ARG"),
    Fact(
        "4",
        "bad enum names the valid",
        (),
        proj(compression="zip"),
        400,
        lambda b: '"gzip" or "gzip-9"' in b["fault"]["message"],
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
    Fact("0.2", "boolean as a number", (), proj(readonly=1), 400, "ERR_INVALID_ARG", assumed=True),
]

SIZES = [
    Fact("0.2", f"size {value!r}", (), proj(quota=value), 201, {"quota": size})
    for value, size in (
        ("10g", 10 * GIB),
        ("10G", 10 * GIB),
        ("1.5g", 3 * GIB // 2),
        ("128k", 131072),
        ("1M", MIB),
        ("1t", 1024 * GIB),
        ("65536", 65536),
        (65536, 65536),
        (1.073741824e9, GIB),
        (0, 0),
    )
] + [
    Fact("0.2", f"no size {value!r}", (), proj(quota=value), 400, "ERR_INVALID_ARG", assumed=True)
    for value in ("ten", "", "-1", -1, 1.5, "1.5", "1e3", True, None, [], {}, "1 g b", 1 << 63)
]

DEFAULTS = [
    Fact("4", f"default of {name}", (), proj(), 201, {name: value})
    for name, value in (
        ("aclinherit", "restricted"),
        ("aclmode", "discard"),
        ("atime", True),
        ("canonical_name", "tank/local/p"),
        ("checksum", "fletcher4"),
        ("compression", "off"),
        ("compressratio", 100),
        ("copies", 1),
        ("dedup", False),
        ("default_group", "other"),
        ("default_permissions", "700"),
        ("default_sparse", False),
        ("default_user", "nobody"),
        ("default_volblocksize", 8192),
        ("default_volsize", 0),
        ("defaultgroupquota", 0),
        ("defaultuserquota", 0),
        ("encryption", "off"),
        ("exported", True),
        ("keychangedate", ""),
        ("keystatus", "none"),
        ("logbias", "latency"),
        ("maxblocksize", 1048576),
        ("nbmand", False),
        ("nodestroy", False),
        ("quota", 0),
        ("readonly", False),
        ("recordsize", 131072),
        ("reservation", 0),
        ("rstchown", True),
        ("rrsrc_actions", []),
        ("secondarycache", "all"),
        ("sharedav", "off"),
        ("shareftp", "off"),
        ("sharenfs", "on"),
        ("sharesftp", "off"),
        ("sharesmb", "off"),
        ("sharetftp", "off"),
        ("snapdir", "hidden"),
        ("snaplabel", ""),
        ("space_data", 0),
        ("space_snapshots", 0),
        ("space_total", 0),
        ("vscan", False),
    )
]

# What each property takes and what not, the numbers and permissions beside the enumerations.
TAKES = [
    Fact("4", f"{name} takes {value!r}", (proj(),), ("PUT", P, {name: value}), 202, {name: shown})
    for name, value, shown in (
        *[
            ("aclinherit", value, value)
            for value in ("discard", "noallow", "passthrough", "passthrough-x", "passthrough-mode-preserve")
        ],
        *[("aclmode", value, value) for value in ("discard", "mask", "passthrough")],
        *[("secondarycache", value, value) for value in ("all", "metadata", "none")],
        ("logbias", "throughput", "throughput"),
        ("snapdir", "visible", "visible"),
        ("copies", 3, 3),
        ("copies", "2", 2),
        ("recordsize", "1m", MIB),
        ("maxblocksize", "128k", 131072),
        ("default_volblocksize", 512, 512),
        ("default_permissions", 755, "755"),
        ("vscan", "false", False),
        ("rstchown", "true", True),
        ("dedup", True, True),
        ("nbmand", True, True),
        ("exported", False, False),
        ("snaplabel", "nightly", "nightly"),
        ("sharesmb", "on", "on"),
        ("defaultuserquota", "1g", GIB),
    )
] + [
    Fact("4", f"{name} refuses {value!r}", (proj(),), ("PUT", P, {name: value}), 400, "ERR_INVALID_ARG")
    for name, value in (
        ("aclinherit", "x"),
        ("aclmode", "on"),
        ("secondarycache", "data"),
        ("logbias", ""),
        ("snapdir", True),
        ("copies", 0),
        ("copies", 4),
        ("copies", "many"),
        ("recordsize", 1000),
        ("recordsize", "2m"),
        ("default_volblocksize", "3k"),
        ("default_permissions", "rwx"),
        ("encryption", "aes-256-ccm"),
        ("atime", None),
    )
]

READ_ONLY = [
    Fact("4", f"{name} is read-only", (proj(),), ("PUT", P, {name: "x"}), 400, "ERR_INVALID_ARG")
    for name in (
        *("pool", "id", "href", "canonical_name", "creation", "keystatus", "keychangedate", "compressratio", "source"),
        *("space_available", "space_data", "space_snapshots", "space_total", "space_unused_res"),
        *("space_unused_res_shares", "rrsrc_actions"),
    )
]

COMMANDS = [
    Fact(
        "4",
        "list",
        (proj(),),
        ("GET", PROJECTS),
        200,
        lambda b: [one["name"] for one in b["projects"]] == ["default", "p"],
    ),
    Fact(
        "4",
        "list of all pools",
        (),
        ("GET", "storage/v1/projects"),
        200,
        lambda b: {one["pool"] for one in b["projects"]} == {"tank", "small"},
    ),
    Fact("4", "list of a missing pool", (), ("GET", "storage/v1/pools/x/projects"), 404, "ERR_NOT_FOUND"),
    Fact("4", "get", (), ("GET", DEFAULT), 200, lambda b: list(b) == ["project"] and b["project"]["name"] == "default"),
    Fact("4", "missing", (), ("GET", P), 404, "ERR_NOT_FOUND"),
    Fact("4", "modify what is missing", (), ("PUT", P, {"atime": False}), 404, "ERR_NOT_FOUND"),
    Fact("4", "delete what is missing", (), ("DELETE", P), 404, "ERR_NOT_FOUND"),
    Fact(
        "4",
        "create in a missing pool",
        (),
        ("POST", "storage/v1/pools/x/projects", {"name": "p"}),
        404,
        "ERR_NOT_FOUND",
    ),
    Fact(
        "4",
        "one name in two pools",
        (proj(),),
        ("POST", "storage/v1/pools/small/projects", {"name": "p"}),
        201,
        {"pool": "small"},
    ),
    Fact("4", "rename to a taken name", (proj(), proj("q")), ("PUT", P, {"name": "q"}), 409, "ERR_OBJECT_EXISTS"),
    Fact("4", "rename to its own name", (proj(),), ("PUT", P, {"name": "p"}), 202, {"name": "p"}),
    Fact("4", "the old name is gone", (proj(), ("PUT", P, {"name": "q"})), ("GET", P), 404, "ERR_NOT_FOUND"),
    Fact(
        "4",
        "shares move with it",
        (proj(), ("POST", f"{P}/luns", {"name": "a", "volsize": "1g"}), ("PUT", P, {"name": "q"})),
        ("GET", f"{PROJECTS}/q/luns/a"),
        200,
        {"canonical_name": "tank/local/q/a"},
    ),
    Fact("4", "default keeps its name", (), ("PUT", DEFAULT, {"name": "q"}), 403, "ERR_DENIED", assumed=True),
    Fact("4", "create with nothing said", (), ("POST", PROJECTS), 400, "ERR_MISSING_ARG"),
    Fact("4", "PUT with nothing said", (proj(),), ("PUT", P), 202, {"name": "p"}),
    Fact("4", "all or nothing", (proj(), ("PUT", P, {"atime": False})), ("GET", P), 200, {"atime": False, "copies": 1}),
    Fact("4", "nodestroy", (proj(nodestroy=True),), ("DELETE", P), 403, "ERR_DENIED"),
    Fact(
        "4",
        "a share with nodestroy",
        (proj(), ("POST", f"{P}/luns", {"name": "a", "volsize": "1g", "nodestroy": True})),
        ("DELETE", f"{P}?confirm=true"),
        403,
        "ERR_DENIED",
    ),
    Fact(
        "11",
        "the manila body",
        (),
        proj(
            sharesmb="off",
            sharenfs="off",
            mountpoint="/export/m",
            compression="off",
            logbias="latency",
            checksum="fletcher4",
            vscan="false",
            rstchown="true",
        ),
        201,
        {"mountpoint": "/export/m", "vscan": False, "rstchown": True},
    ),
    Fact(
        "11",
        "the utils body",
        (),
        proj(
            mountpoint="/export/u",
            quota="10g",
            reservation="1g",
            compression="gzip",
            logbias="throughput",
            nodestroy=True,
            recordsize="128k",
            readonly=False,
            atime=True,
            default_sparse=True,
            default_user="root",
            default_group="other",
            default_permissions="700",
            default_volblocksize="8k",
            default_volsize="0",
            sharenfs="sec=sys,rw",
            sharesmb="off",
        ),
        201,
        {"recordsize": 131072, "default_sparse": True, "quota": 10 * GIB, "reservation": GIB},
    ),
    Fact("11", "the cinder body", (), proj(compression="off", logbias="latency"), 201, {"name": "p"}),
]

SOURCES = [
    Fact("4.1", "default", (), proj(), 201, lambda b: b["project"]["source"]["compression"] == "default"),
    Fact("4.1", "local", (), proj(compression="gzip"), 201, lambda b: b["project"]["source"]["compression"] == "local"),
    Fact(
        "4.1",
        "set to the default is local",
        (),
        proj(atime=True),
        201,
        lambda b: b["project"]["source"]["atime"] == "local",
    ),
    Fact(
        "4.1", "mount point", (), proj(mountpoint="/x"), 201, lambda b: b["project"]["source"]["mountpoint"] == "local"
    ),
    Fact(
        "4.1",
        "unset",
        (proj(compression="gzip"),),
        ("PUT", P, {"unset": ["compression"]}),
        202,
        lambda b: (b["project"]["compression"], b["project"]["source"]["compression"]) == ("off", "default"),
    ),
    Fact(
        "4.1",
        "unset the mount point",
        (proj(mountpoint="/x"),),
        ("PUT", P, {"unset": ["mountpoint"]}),
        202,
        {"mountpoint": "/export/p"},
    ),
    Fact(
        "4.1",
        "unset what is not inherited",
        (proj(),),
        ("PUT", P, {"unset": ["quota"]}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact("4.1", "source is immutable", (proj(),), ("PUT", P, {"source": {"atime": "local"}}), 400, "ERR_INVALID_ARG"),
]

SPACE = [
    Fact(
        "4",
        "reservation counts",
        (),
        proj(reservation=GIB),
        201,
        {"space_total": GIB, "space_unused_res": GIB, "space_data": 0},
    ),
    Fact("4", "available within the quota", (), proj(quota=GIB), 201, {"space_available": GIB}),
    Fact("4", "available of the pool", (), proj(), 201, {"space_available": 1024 * GIB}),
    Fact(
        "4", "reservation above the quota", (), proj(quota=MIB, reservation=GIB), 409, "ERR_STATE_CHANGED", assumed=True
    ),
    Fact(
        "4",
        "no room to reserve",
        (),
        proj(reservation="2t"),
        409,
        lambda b: "EAK_ZFS_NOSPC" in b["fault"]["message"],
        assumed=True,
    ),
    Fact(
        "4",
        "quota below the use",
        (proj(), ("POST", f"{P}/luns", {"name": "a", "volsize": "1g"})),
        ("PUT", P, {"quota": MIB}),
        409,
        "ERR_STATE_CHANGED",
        assumed=True,
    ),
    Fact(
        "4",
        "unused reservation of a share",
        (proj(), ("POST", f"{P}/filesystems", {"name": "f", "reservation": MIB})),
        ("GET", P),
        200,
        {"space_unused_res_shares": MIB - 16384, "space_data": 16384, "space_total": MIB},
    ),
]


@rows([*FACTS, *SIZES, *DEFAULTS, *TAKES, *READ_ONLY, *COMMANDS, *SOURCES, *SPACE])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
