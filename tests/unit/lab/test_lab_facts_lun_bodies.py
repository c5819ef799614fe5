"""Facts about the bodies of requests to LUNs, and names of clones: these steps, this request, this outcome."""

from __future__ import annotations

import re
from collections.abc import Callable

from lab_facts import FROM_87, NEW, A, Fact, check, rows
from lab_world import GIB, LUNS, MASK, MIB, World, clone, group, lun, snapshot

TAKES = (
    [
        Fact("5.2", f"{name} takes {value!r}", (lun(),), ("PUT", A, {name: value}), 202, {name: shown})
        for name, value, shown in (
            ("status", "offline", "offline"),
            ("writecache", "true", True),
            ("fixednumber", True, True),
            ("exported", False, False),
            ("sparse", True, True),
            ("snaplabel", "nightly", "nightly"),
            ("logbias", "throughput", "throughput"),
            ("secondarycache", "metadata", "metadata"),
            ("copies", 2, 2),
            ("dedup", True, True),
            ("checksum", "sha256", "sha256"),
            ("maxblocksize", "64k", 65536),
            ("volsize", 2.147483648e9, 2 * GIB),
            ("volsize", "2G", 2 * GIB),
            ("volsize", str(2 * GIB), 2 * GIB),
        )
    ]
    + [
        Fact("5.2", f"{name} refuses {value!r}", (lun(),), ("PUT", A, {name: value}), 400, "ERR_INVALID_ARG")
        for name, value in (
            ("status", "up"),
            ("writecache", "on"),
            ("sparse", None),
            ("copies", 1.5),
            ("volsize", 0),
            ("volsize", "big"),
            ("volsize", GIB + 1),
            ("targetgroup", ["default"]),
            ("targetgroup", "none"),
            ("initiatorgroup", ""),
            ("initiatorgroup", {}),
            ("volblocksize", 8192),
            ("encryption", "off"),
            ("compression", "LZ4"),
        )
    ]
    + [
        Fact("5.2", f"{name} is no property of a LUN", (), lun(**{name: value}), 400, "ERR_UNKNOWN_ARG")
        for name, value in (
            ("snapdir", "hidden"),
            ("quota", 0),
            ("reservation", 0),
            ("mountpoint", "/x"),
            ("recordsize", 8192),
            ("stmfguid", "x"),
        )
    ]
    + [
        Fact("5.2", f"{name} is read-only", (lun(),), ("PUT", A, {name: "x"}), 400, "ERR_INVALID_ARG")
        for name in (
            "pool",
            "lunguid",
            "assignednumber",
            "canonical_name",
            "id",
            "creation",
            "href",
            "compressratio",
            "space_data",
            "space_total",
            "usage",
            "source",
            "rrsrc_actions",
            "origin",
            "keystatus",
        )
    ]
    + [
        Fact("5.2", f"block size {size}", (), lun(volblocksize=size), 201, {"volblocksize": shown})
        for size, shown in ((512, 512), ("128k", 131072), ("1M", MIB), ("8k", 8192), (65536.0, 65536))
    ]
    + [
        Fact("5.2", f"no block size {size}", (), lun(volblocksize=size), 400, "ERR_INVALID_ARG")
        for size in (256, "2m", 8191, "x")
    ]
)

BODIES = [
    Fact(
        "5.3",
        "cinder",
        (("POST", "storage/v1/schema", {"property": "cinder_managed", "type": "Boolean", "description": ""}),),
        lun(
            volsize="10g",
            targetgroup="default",
            initiatorgroup=MASK,
            volblocksize="8k",
            sparse=False,
            compression="off",
            logbias="latency",
            **{"custom:cinder_managed": True},
        ),
        201,
        {"volsize": 10 * GIB, "custom:cinder_managed": True, "assignednumber": -1},
    ),
    Fact(
        "5.3",
        "csi",
        (),
        (
            "POST",
            LUNS.replace("v1", "v2"),
            {
                "name": "a",
                "volsize": 10 * GIB,
                "volblocksize": 8192,
                "targetgroup": "default",
                "sparse": True,
                "initiatorgroup": [MASK],
            },
        ),
        201,
        {"initiatorgroup": [MASK], "assignednumber": [-1], "sparse": True},
        NEW,
    ),
    Fact(
        "5.3",
        "utils",
        (),
        lun(
            volblocksize="128k",
            sparse=True,
            targetgroup="default",
            initiatorgroup="default",
            compression="gzip",
            logbias="throughput",
            nodestroy=True,
        ),
        201,
        {"nodestroy": True, "volblocksize": 131072},
    ),
    Fact("5.3", "minimal", (), lun(volsize=524288000), 201, {"volsize": 524288000}),
    Fact(
        "5.3",
        "present",
        (group("ig-a"), lun(initiatorgroup=MASK)),
        ("PUT", A, {"initiatorgroup": "ig-a"}),
        202,
        {"assignednumber": 0},
    ),
    Fact(
        "5.3",
        "present to several",
        (group("ig-a"), group("ig-b"), lun()),
        ("PUT", A, {"initiatorgroup": ["ig-a", "ig-b"]}),
        202,
        {"initiatorgroup": ["ig-a", "ig-b"], "assignednumber": [0, 0]},
        FROM_87,
    ),
    Fact("5.3", "mask", (lun(),), ("PUT", A, {"initiatorgroup": MASK}), 202, {"assignednumber": -1}),
    Fact(
        "5.3",
        "mask with a list",
        (lun(),),
        ("PUT", A, {"initiatorgroup": [MASK]}),
        202,
        {"assignednumber": -1},
        FROM_87,
    ),
    Fact("5.2", "no group at all", (lun(),), ("PUT", A, {"initiatorgroup": []}), 400, "ERR_INVALID_ARG", assumed=True),
    Fact(
        "9.5",
        "default beside another",
        (group("g"), lun()),
        ("PUT", A, {"initiatorgroup": ["default", "g"]}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
    Fact(
        "5.2",
        "a group twice",
        (group("g"), lun()),
        ("PUT", A, {"initiatorgroup": ["g", "g"]}),
        400,
        "ERR_INVALID_ARG",
        assumed=True,
    ),
]

NAMES_OF_CLONES = [
    Fact("5.2", "no origin", (), lun(), 201, lambda b: "origin" not in b["lun"]),
    Fact(
        "5.2",
        "origin of a clone",
        (lun(), snapshot()),
        clone(),
        201,
        lambda b: (
            {key: b["lun"]["origin"][key] for key in ("pool", "project", "share", "snapshot")}
            == {"pool": "tank", "project": "default", "share": "a", "snapshot": "s1"}
        ),
    ),
    Fact(
        "5.2", "GUID", (), lun(), 201, lambda b: re.fullmatch("600144F0[0-9A-F]{24}", b["lun"]["lunguid"]) is not None
    ),
    Fact(
        "5.2",
        "id",
        (),
        lun(),
        201,
        lambda b: b["lun"]["id"].endswith("-0000-000000000000") and len(b["lun"]["id"]) == 36,
    ),
    Fact("0.2", "href", (), lun(), 201, {"href": f"/api/{A}"}),
    Fact(
        "5.2", "full pool", (), lun(volsize="2t"), 409, lambda b: "EAK_ZFS_NOSPC" in b["fault"]["message"], assumed=True
    ),
]


@rows([*TAKES, *BODIES, *NAMES_OF_CLONES])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
