"""Facts about the depths and properties that answers can be asked for: these steps, this request, this outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import COUNT, FROM_87, FS, IG, NEW, OLD, OWNER, Fact, check, proj, rows
from lab_queries import get, names
from lab_world import LUNS, PROJECTS, World, clone, group, lun, snapshot

THREE = (lun("a"), lun("b"), lun("c"))


def node(body: Any) -> Any:
    """Return the last node of a list with depth."""
    return next(iter(body.values()))[-1]


def meta(body: Any, name: str) -> Any:
    """Return the metadata of a property."""
    return next((one for one in body["props"] if one["name"] == name), None)


DEEP = (proj(), ("POST", f"{PROJECTS}/p/filesystems", {"name": "f"}), snapshot("s1", "p/filesystems/f"))
DEPTHS = [
    Fact(
        "1.8",
        "depth changes the shape",
        DEEP,
        get(PROJECTS, "depth=0"),
        200,
        lambda b: (
            set(node(b)) == {"name", "properties", "children", "list", "href"}
            and node(b)["properties"]["compression"] == "off"
            and "href" not in node(b)["properties"]
        ),
        FROM_87,
    ),
    Fact(
        "1.8",
        "depth 0: names below",
        DEEP,
        get(PROJECTS, "depth=0"),
        200,
        lambda b: node(b)["list"] == [{"name": "f"}],
        FROM_87,
    ),
    Fact(
        "1.8",
        "depth 1: properties below, names below that",
        DEEP,
        get(PROJECTS, "depth=1"),
        200,
        lambda b: (
            node(b)["list"][0]["properties"]["quota"] == 0 and node(b)["list"][0]["children"] == [{"name": "snapshots"}]
        ),
        FROM_87,
    ),
    Fact(
        "1.8",
        "depth 2: snapshots by name",
        DEEP,
        get(PROJECTS, "depth=2"),
        200,
        lambda b: node(b)["list"][0]["children"][0]["list"] == [{"name": "s1"}],
        FROM_87,
        assumed=True,
    ),
    Fact(
        "1.8",
        "depth of filesystems",
        DEEP,
        get("storage/v1/filesystems", "depth=1"),
        200,
        lambda b: node(b)["children"][0]["list"] == [{"name": "s1"}],
        FROM_87,
        assumed=True,
    ),
    Fact(
        "1.8",
        "depth of what has nothing below",
        (OWNER,),
        get("storage/v1/schema", "depth=3"),
        200,
        lambda b: (node(b)["name"], node(b)["children"], node(b)["list"]) == ("owner", [], []),
        FROM_87,
    ),
    Fact("1.8", "depth and limit", DEEP, get(PROJECTS, "depth=0&start=1&limit=1"), 200, names("p"), FROM_87),
    Fact("1.8", "malformed depth", (), get(PROJECTS, "depth=all"), 400, "ERR_INVALID_ARG", FROM_87, assumed=True),
    Fact(
        "1.8",
        "no depth on 2013.1",
        DEEP,
        get(PROJECTS, "depth=0"),
        200,
        lambda b: node(b)["compression"] == "off",
        OLD,
    ),
]

ONE = f"{LUNS}/a"
PROPS = [
    Fact(
        "1.8",
        "props of an object",
        (lun(),),
        get(ONE, "props=true"),
        200,
        lambda b: (
            b["lun"]["name"] == "a"
            and meta(b, "volsize").keys() == {"name", "label", "immutable", "type"}
            and meta(b, "volsize")["immutable"] is False
        ),
        FROM_87,
    ),
    Fact(
        "1.8",
        "an enumeration has choices",
        (lun(),),
        get(ONE, "props=true"),
        200,
        lambda b: (
            (meta(b, "logbias")["type"], meta(b, "logbias")["choices"]) == ("ChooseOne", ["latency", "throughput"])
        ),
        FROM_87,
    ),
    *[
        Fact(
            "1.8",
            f"type of {name}",
            (lun(), OWNER, COUNT),
            get(ONE, "props=true"),
            200,
            lambda b, name=name, kind=kind: meta(b, name)["type"] == kind,
            FROM_87,
        )
        for name, kind in (
            ("sparse", "Boolean"),
            ("volsize", "Integer"),
            ("targetgroup", "String"),
            ("custom:owner", "String"),
            ("custom:count", "PositiveInteger"),
        )
    ],
    Fact(
        "1.8",
        "what is fixed at creation",
        (lun(),),
        get(ONE, "props=true"),
        200,
        lambda b: meta(b, "volblocksize")["immutable"] is True,
        FROM_87,
    ),
    Fact(
        "1.8",
        "it can be set at creation",
        (),
        ("POST", f"{LUNS}?props=true", {}),
        200,
        lambda b: meta(b, "volblocksize")["immutable"] is False,
        FROM_87,
    ),
    Fact(
        "1.8",
        "read-only ones are immutable",
        (lun(),),
        get(ONE, "props=true"),
        200,
        lambda b: meta(b, "lunguid")["immutable"] is True,
        FROM_87,
    ),
    Fact(
        "1.8",
        "props of a list",
        (lun(),),
        get(LUNS, "props=true"),
        200,
        lambda b: b["luns"][0]["name"] == "a" and meta(b, "volsize") is not None,
        FROM_87,
    ),
    Fact(
        "1.8",
        "props and limit",
        THREE,
        get(LUNS, "props=true&limit=1"),
        200,
        lambda b: len(b["luns"]) == 1 and len(b["props"]) > 1,
        FROM_87,
    ),
    *[
        Fact(
            "1.8",
            f"props of {kind}",
            (proj(), OWNER, ("POST", FS, {"name": "f"}), group("g1")),
            get(path, "props=true"),
            200,
            lambda b, name=name: meta(b, name) is not None,
            FROM_87,
        )
        for kind, path, name in (
            ("a project", f"{PROJECTS}/p", "default_volblocksize"),
            ("a filesystem", f"{FS}/f", "casesensitivity"),
            ("a custom property", "storage/v1/schema/owner", "description"),
            ("initiators", "san/v1/iscsi/initiators", "chapuser"),
            ("initiators of FC", "san/v1/fc/initiators", "alias"),
            ("an initiator group", f"{IG}/g1", "initiators"),
            ("targets", "san/v1/iscsi/targets", "auth"),
        )
    ],
    Fact(
        "1.8",
        "props of what has none",
        (),
        get("storage/v1/pools", "props=true"),
        200,
        lambda b: b["props"] == [] and len(b["pools"]) == 2,
        FROM_87,
        assumed=True,
    ),
    Fact(
        "1.8",
        "POST gives metadata only",
        (),
        ("POST", f"{LUNS}?props=true", {}),
        200,
        lambda b: list(b) == ["props"],
        FROM_87,
    ),
    Fact(
        "1.8",
        "POST below a missing project",
        (),
        ("POST", f"{PROJECTS}/x/luns?props=true", {}),
        404,
        "ERR_NOT_FOUND",
        FROM_87,
    ),
    Fact("1.8", "props false", (), ("POST", f"{LUNS}?props=false", {"name": "a", "volsize": 8192}), 201, None),
    Fact("1.8", "malformed props", (lun(),), get(ONE, "props=1"), 400, "ERR_INVALID_ARG", FROM_87, assumed=True),
    Fact(
        "1.8",
        "no props on 2013.1",
        (lun(),),
        get(ONE, "props=true"),
        200,
        lambda b: list(b) == ["lun"],
        OLD,
    ),
    Fact(
        "1.8",
        "PUT on 8.7 is done",
        (lun(),),
        ("PUT", f"{ONE}?props=true", {"logbias": "throughput"}),
        202,
        lambda b: b["lun"]["logbias"] == "throughput" and meta(b, "logbias") is not None,
        ("8.7",),
    ),
    Fact(
        "1.8",
        "PUT on 8.8 is not",
        (lun(),),
        ("PUT", f"{ONE}?props=true", {"logbias": "throughput"}),
        200,
        lambda b: b["lun"]["logbias"] == "latency" and meta(b, "logbias") is not None,
        NEW,
    ),
    Fact(
        "1.8",
        "nothing was created",
        (("POST", f"{LUNS}?props=true", {"name": "a", "volsize": 8192}),),
        get(LUNS),
        200,
        names(),
        FROM_87,
    ),
    Fact(
        "1.8",
        "nothing was changed",
        (lun(), ("PUT", f"{ONE}?props=true", {"name": "z"})),
        get(LUNS),
        200,
        names("a"),
        NEW,
    ),
    Fact(
        "1.8",
        "no clone was made",
        (lun(), snapshot(), ("PUT", f"{ONE}/snapshots/s1/clone?props=true", {"share": "z"})),
        get(LUNS),
        200,
        names("a"),
        NEW,
    ),
    Fact(
        "1.8",
        "what a clone takes",
        (lun(), snapshot()),
        ("PUT", f"{ONE}/snapshots/s1/clone?props=true", {"share": "z"}),
        200,
        lambda b: meta(b, "share") is not None and meta(b, "volblocksize") is None,
        NEW,
    ),
    Fact(
        "1.8",
        "choices of the release",
        (lun(),),
        get(ONE, "props=true"),
        200,
        lambda b: "sha256mac" in meta(b, "checksum")["choices"],
        NEW,
    ),
    Fact(
        "1.8",
        "choices of an older release",
        (lun(),),
        get(ONE, "props=true"),
        200,
        lambda b: "sha256mac" not in meta(b, "checksum")["choices"],
        ("8.7",),
    ),
    Fact("7.3", "clones stay listed", (lun(), snapshot(), clone()), get(LUNS, "limit=2&start=1"), 200, names("c")),
]


@rows([*DEPTHS, *PROPS])
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
