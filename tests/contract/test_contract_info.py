"""What `zfssa_info` gives of each subset, and how it is narrowed down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cases import LUNS, SCHEMA, SENT, groups, lun, on_the_way, prepare, project, snapshot, target_group
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
    lun("redo-1", "db-1", compression="lz4"),
    lun("redo-2", "db-1"),
    lun("redo-1", "db-2"),
    ("POST", SCHEMA, {"property": "colour"}),
    *groups("ig-a"),
    CHAP,
    *target_group(),
)

# Subset, where it is asked, further options, and what is expected of the key of each item.
SUBSETS: tuple[tuple[str, str, Record, str, Any], ...] = (
    ("services", "east", {"name": "iscsi"}, "status", ["online"]),
    ("interfaces", "east", {}, "interface", ["ixgbe0", "ixgbe1", "ixgbe2"]),
    ("pools", "east", {}, "name", ["tank"]),
    ("projects", "east", {}, "name", ["db-1", "db-2", "default"]),
    ("luns", "east", {"pool": "tank", "project": "default"}, "name", ["a"]),
    ("schema", "east", {}, "property", ["colour"]),
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
        ({"pool": "tank", "project": "db-9"}, []),
        ({"pool": "pond"}, []),
        ({"pool": "t*"}, ["db-1/redo-1", "db-1/redo-2", "db-2/redo-1", "default/a"]),
    ],
)
def test_luns_are_narrowed_down(options: Record, expected: list[str], bench: Bench) -> None:
    prepare(bench.lab, WORLD)

    run = bench.change("zfssa_info", {"gather_subset": ["luns"], **options})

    assert sorted(f"{lun['project']}/{lun['name']}" for lun in run.result["luns"]) == expected
    assert len(run.requests) == 3


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
            "query": "luns[?compression=='lz4'].{name: name, size: size}",
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
