"""What `zfssa_info` gives of each subset, and how it is narrowed down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cases import (
    LUNS,
    MASK,
    PROJECTS,
    SCHEMA,
    SENT,
    clone,
    groups,
    lun,
    on_the_way,
    prepare,
    project,
    snapshot,
    target_group,
)
from lab_appliances import RELEASES, Record
from module_runner import Bench

PLACE = {"pool": "tank", "project": "default", "name": "a"}
CHAP = (
    "POST",
    "san/v1/iscsi/initiators",
    {"initiator": "iqn.2020-01.com.example:chap", "chapuser": "u", "chapsecret": "very-secret-12"},
)
WORLD = (
    *SENT,
    snapshot(),
    project("db-1"),
    project("db-2"),
    lun("redo-1", "db-1", compression="lzjb"),
    lun("redo-2", "db-1"),
    lun("redo-1", "db-2"),
    ("POST", SCHEMA, {"property": "colour"}),
    ("POST", f"{PROJECTS}/db-1/filesystems", {"name": "fs"}),
    ("POST", f"{PROJECTS}/db-2/filesystems", {"name": "fs"}),
    *groups("ig-a"),
    CHAP,
    *target_group(),
)

# Subset, where it is asked, further options, and what is expected of the key of each item.
SUBSETS: tuple[tuple[str, str, Record, str, Any], ...] = (
    ("services", "east", {"name": "iscsi"}, "status", ["online"]),
    ("problems", "east", {}, "code", []),
    ("users", "east", {}, "logname", ["admin", "monitor", "root"]),
    ("filesystems", "east", {"project": "db-2"}, "name", ["fs"]),
    ("interfaces", "east", {}, "interface", ["ixgbe0", "ixgbe1", "ixgbe2"]),
    ("pools", "east", {}, "name", ["tank"]),
    ("projects", "east", {}, "name", ["db-1", "db-2", "default"]),
    ("luns", "east", {"pool": "tank", "project": "default"}, "name", ["a"]),
    ("schema", "east", {}, "name", ["colour"]),
    ("initiators", "east", {}, "initiator", ["iqn.2020-01.com.example:chap", "iqn.2020-01.com.example:ig-a-0"]),
    ("initiator_groups", "east", {}, "name", ["ig-a"]),
    ("targets", "east", {}, "alias", ["t-tg-a"]),
    ("target_groups", "east", {}, "name", ["tg-a"]),
    ("replication_targets", "east", {}, "label", ["west"]),
    ("replication_sources", "west", {}, "name", ["east"]),
    ("replication_actions", "east", {}, "lun", ["a"]),
    ("replication_packages", "west", {}, "last_result", ["success"]),
)  # fmt: skip


@pytest.mark.parametrize("release", RELEASES)
def test_every_subset(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, WORLD)
    on_the_way(bench.lab)

    for subset, at, options, key, expected in SUBSETS:
        run = bench.change("zfssa_info", {"gather_subset": [subset], **options}, at)

        assert sorted(item[key] for item in run.result[subset]) == expected, subset
        assert not run.changed
        assert "very-secret-12" not in run.output


@pytest.mark.parametrize("release", RELEASES)
def test_single_objects(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)

    run = bench.change("zfssa_info", {"gather_subset": ["system", "cluster"]}, check=True)

    assert run.result["system"]["asn"] == bench.lab.east.facts["asn"]
    assert run.result["system"]["nodename"] == "east"
    assert run.result["cluster"]["state"] == "AKCS_UNCONFIGURED"


def test_system_is_read_when_nothing_is_asked(bench: Bench) -> None:
    run = bench.run("zfssa_info", {"gather_subset": ["system"]})
    plain = bench.change("zfssa_info", {"gather_subset": ["system"], "pool": None})

    assert run.result["system"] == plain.result["system"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["db-1/redo-1", "db-1/redo-2", "db-2/redo-1", "default/a"]),
        ({"project": "db-*"}, ["db-1/redo-1", "db-1/redo-2", "db-2/redo-1"]),
        ({"pool": "tank", "project": "db-[2-9]"}, ["db-2/redo-1"]),
        ({"name": "redo-?", "project": "db-1"}, ["db-1/redo-1", "db-1/redo-2"]),
        ({"pool": "tank", "project": "db-1", "name": "redo-2"}, ["db-1/redo-2"]),
        ({"pool": "tank", "project": "db-1", "name": "redo-9"}, []),
        ({"pool": "tank", "project": "db-[9]"}, []),
        ({"pool": "tank", "name": "x"}, []),
        ({"pool": "t*"}, ["db-1/redo-1", "db-1/redo-2", "db-2/redo-1", "default/a"]),
    ],
)
def test_luns_are_narrowed_down(options: Record, expected: list[str], bench: Bench) -> None:
    prepare(bench.lab, WORLD)

    run = bench.change("zfssa_info", {"gather_subset": ["luns"], **options})

    assert sorted(f"{lun['project']}/{lun['name']}" for lun in run.result["luns"]) == expected
    # Where nothing is found, one more tells that the place is there.
    assert len(run.requests) == (3 if expected else 4)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"pool": "pond"}, "pool pond does not exist; use one of the appliance's pools: tank"),
        (
            {"pool": "tank", "project": "db-9"},
            "project tank/db-9 does not exist; use one of the projects there: db-1, db-2",
        ),
        ({"project": "db-9"}, "project db-9 does not exist; use one of the projects there: db-1, db-2"),
    ],
)
def test_place_that_does_not_exist_is_no_empty_place(options: Record, refusal: str, bench: Bench) -> None:
    prepare(bench.lab, WORLD)

    run = bench.refuse("zfssa_info", {"gather_subset": ["luns"], **options})

    assert refusal in run.msg


@pytest.mark.parametrize("release", RELEASES)
def test_objects_are_given_as_their_modules_return_them(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, WORLD)
    on_the_way(bench.lab)
    everything = bench.change("zfssa_info", {"gather_subset": ["all"]}).result
    target = everything["targets"][0]["alias"]
    peer = {key: everything["replication_targets"][0][key] for key in ("label", "hostname")}

    for subset, name, module, options in (
        ("snapshots", "s1", "zfssa_snapshot", {"pool": "tank", "project": "default", "lun": "a", "name": "s1"}),
        ("schema", "colour", "zfssa_schema", {"name": "colour"}),
        (
            "initiators",
            "iqn.2020-01.com.example:chap",
            "zfssa_initiator",
            {"initiator": "iqn.2020-01.com.example:chap"},
        ),
        ("initiator_groups", "ig-a", "zfssa_initiator_group", {"name": "ig-a"}),
        ("targets", target, "zfssa_target", {"alias": target}),
        ("target_groups", "tg-a", "zfssa_target_group", {"name": "tg-a"}),
        ("replication_targets", "west", "zfssa_replication_target", {**peer, "root_password": "lab-password"}),
        (
            "replication_actions",
            "a",
            "zfssa_replication",
            {
                "pool": "tank",
                "project": "default",
                "lun": "a",
                "target": "west",
                "target_pool": "tank",
                "schedules": [],
            },
        ),
    ):
        run = bench.change(module, options)
        assert not run.changed, subset
        assert run.value in everything[subset], (subset, name)


def test_lun_is_the_same_from_list_module_and_alone(bench: Bench) -> None:
    prepare(bench.lab, (lun(compression="lz4"), *groups("ig-a")))
    listed = bench.change("zfssa_info", {"gather_subset": ["luns"]})
    alone = bench.change("zfssa_info", {"gather_subset": ["luns"], **PLACE})
    module = bench.change("zfssa_lun", {**PLACE, "size": "1G"})

    assert listed.result["luns"] == alone.result["luns"] == [module.value]


def test_snapshots_of_one_lun_and_of_all(bench: Bench) -> None:
    prepare(bench.lab, (lun(), lun("b"), snapshot(), snapshot("s2", "b")))

    one = bench.change("zfssa_info", {"gather_subset": ["snapshots"], **PLACE})
    every = bench.change("zfssa_info", {"gather_subset": ["snapshots"]})

    assert [item["name"] for item in one.result["snapshots"]] == ["s1"]
    assert sorted(item["name"] for item in every.result["snapshots"]) == ["s1", "s2"]


@pytest.mark.parametrize("release", RELEASES)
def test_flag_of_inherited_replication(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(),))

    flag = {"gather_subset": ["inherited_replication"]}
    there = bench.change("zfssa_info", {**flag, **PLACE})
    missing = bench.change("zfssa_info", {**flag, **PLACE, "name": "x"})
    unclear = bench.refuse("zfssa_info", {**flag, "pool": "tank"})

    assert there.result["inherited_replication"] is True
    assert missing.result["inherited_replication"] is None
    assert "pool, project and name" in unclear.msg


def test_query_over_what_was_gathered(bench: Bench) -> None:
    prepare(bench.lab, WORLD)

    run = bench.change(
        "zfssa_info",
        {
            "gather_subset": ["luns", "pools"],
            "query": "luns[?compression=='lzjb'].{name: name, size: size}",
        },
    )

    assert run.result["queried"] == [{"name": "redo-1", "size": 1 << 30}]
    assert run.result["pools"]


def test_query_that_does_not_fit(bench: Bench) -> None:
    run = bench.refuse("zfssa_info", {"gather_subset": ["system"], "query": "sum(system)"})

    assert "does not fit what was gathered" in run.msg


def test_list_that_is_empty(bench: Bench) -> None:
    run = bench.change("zfssa_info", {"gather_subset": ["luns", "schema", "replication_packages"]})

    assert run.result["luns"] == run.result["schema"] == run.result["replication_packages"] == []
    assert bench.lab.east.call("GET", LUNS)["luns"] == []


# Subset -> the module that takes its items.
TAKERS = {
    "schema": "zfssa_schema",
    "projects": "zfssa_project",
    "luns": "zfssa_lun",
    "snapshots": "zfssa_snapshot",
    "initiators": "zfssa_initiator",
    "initiator_groups": "zfssa_initiator_group",
    "targets": "zfssa_target",
    "target_groups": "zfssa_target_group",
    "replication_actions": "zfssa_replication",
}
# What `config` calls otherwise, as documents do.
IN_DOCUMENTS = {"replication_actions": "replications"}
CHAP_TARGET = {"alias": "t-chap", "auth": "chap", "targetchapuser": "t", "targetchapsecret": "very-secret-12"}
CONFIGURED = (
    *WORLD,
    ("POST", SCHEMA, {"property": "size", "type": "Integer", "description": "how large"}),
    lun("many", initiatorgroup="ig-a", targetgroup="tg-a", **{"custom:colour": "red", "custom:size": 7}),
    lun("hidden", initiatorgroup=MASK, sparse=True, nodestroy=True),
    lun("numbered", initiatorgroup="ig-a", targetgroup="tg-a"),
    clone(),
    ("POST", f"{PROJECTS}/db-1/snapshots", {"name": "whole"}),
    ("POST", f"{PROJECTS}/db-1/luns/redo-2/automatic", {"frequency": "hour", "keep": 2}),
    ("POST", "san/v1/iscsi/targets", CHAP_TARGET),
    ("POST", "san/v1/iscsi/targets", {}),
)


# What has come with a release, so that older ones have none of it.
LIMITED: dict[str, tuple[Any, ...]] = {
    "2013.1": (),
    "8.7": (lun("limited", writelimit="1m"),),
    "8.8": (lun("limited", readlimit="2m", writelimit="1m"), ("PUT", f"{PROJECTS}/default", {"readlimit": "3m"})),
}


@pytest.mark.parametrize("release", RELEASES)
def test_limits_are_told_and_given_as_input(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(), *LIMITED[release]))

    told = bench.change("zfssa_info", {"gather_subset": ["luns", "projects"]}).result
    config = bench.change("zfssa_info", {"as_input": True, "gather_subset": ["luns", "projects"]}).result["config"]

    limits = {item["name"]: (item["readlimit"], item["writelimit"]) for item in told["projects"] + told["luns"]}
    on_87, on_88 = release != "2013.1", release == "8.8"
    assert limits["a"] == (0, 0)
    assert limits.get("limited") == ((2 << 20 if on_88 else 0, 1 << 20) if on_87 else None)
    assert limits["default"] == (3 << 20 if on_88 else 0, 0)
    assert limits == {
        item["name"]: (item["readlimit"], item["writelimit"]) for item in config["projects"] + config["luns"]
    }
    for subset, items in config.items():
        for item in items:
            assert not bench.change(TAKERS[subset], item, diff=True).changed
            # The LU number is taken already.
            copy = {**{key: value for key, value in item.items() if key != "lu_number"}, "name": f"{item['name']}-2"}
            again = bench.change(TAKERS[subset], copy, diff=True)
            assert (again.value["readlimit"], again.value["writelimit"]) == limits[item["name"]]


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_given_as_input_changes_nothing(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, CONFIGURED)
    on_the_way(bench.lab)

    config = bench.change("zfssa_info", {"as_input": True}).result["config"]

    assert set(config) == {IN_DOCUMENTS.get(subset, subset) for subset in TAKERS}
    assert all(config.values())
    for subset, taker in TAKERS.items():
        for item in config[IN_DOCUMENTS.get(subset, subset)]:
            run = bench.change(taker, item, diff=True)
            assert not run.changed, (subset, item, run.result["diff"])
    assert "very-secret-12" not in str(config)


def test_input_says_what_one_would_write(bench: Bench) -> None:
    prepare(bench.lab, CONFIGURED)
    on_the_way(bench.lab)

    run = bench.change("zfssa_info", {"as_input": True, "gather_subset": list(TAKERS)})

    given = run.result
    assert given["config"] == {IN_DOCUMENTS.get(subset, subset): given[subset] for subset in TAKERS}
    luns = {item["name"]: item for item in given["luns"]}
    assert luns["many"]["custom"] == {"colour": "red", "size": 7}
    assert luns["hidden"]["initiator_groups"] == []
    assert luns["c"]["source"] == {"project": "default", "lun": "a", "snapshot": "s1"}
    assert "lunguid" not in luns["many"] and "source" not in luns["many"]
    assert {"pool": "tank", "project": "db-1", "name": "whole"} in given["snapshots"]
    assert {"pool": "tank", "project": "db-1", "filesystem": "fs", "name": "whole"} in given["snapshots"]
    assert {"pool": "tank", "project": "default", "lun": "a", "name": "s1"} in given["snapshots"]
    assert not [item for item in given["snapshots"] if item["name"].startswith(".")]
    assert sorted(item["alias"] for item in given["targets"]) == ["t-chap", "t-tg-a"]
    assert given["initiator_groups"] == [{"name": "ig-a", "initiators": ["iqn.2020-01.com.example:ig-a-0"]}]
    assert {"name": "size", "type": "Integer", "description": "how large"} in given["schema"]


def test_input_is_narrowed_down_and_queried(bench: Bench) -> None:
    prepare(bench.lab, CONFIGURED)

    run = bench.change(
        "zfssa_info", {"as_input": True, "gather_subset": ["luns"], "project": "db-2", "query": "config.luns[].name"}
    )

    assert run.result["queried"] == ["redo-1"]
    assert len(run.requests) == 3


def test_input_of_what_no_module_takes(bench: Bench) -> None:
    run = bench.refuse("zfssa_info", {"as_input": True, "gather_subset": ["luns", "pools", "system"]})

    assert "pools, system cannot be given as input" in run.msg
    assert "schema, projects" in run.msg
    assert run.requests == []
