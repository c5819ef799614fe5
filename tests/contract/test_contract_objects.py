"""Projects and LUNs: each case predicted, done, repeated and removed, on every release."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    LUNS,
    MASK,
    PROJECTS,
    SCHEMA,
    Case,
    clone,
    groups,
    lun,
    play,
    project,
    rows,
    snapshot,
    target_group,
)
from lab_appliances import GIB, RELEASES
from module_runner import Bench

MIB = 1 << 20
PROJECT = {"pool": "tank", "name": "proj-a"}
LUN = {"pool": "tank", "project": "default", "name": "a"}
COLOUR = (("POST", SCHEMA, {"property": "colour", "type": "String"}),)
# What the LUNs of the project default inherit.
OF_DEFAULT = ("PUT", f"{PROJECTS}/default", {"dedup": True, "copies": 2, "logbias": "throughput"})
NEWER = ("8.7", "8.8")

PROJECT_CASES = (
    Case("created", "zfssa_project", PROJECT, gone={**PROJECT, "state": "absent"}),
    Case(
        "created with everything",
        "zfssa_project",
        {
            **PROJECT,
            "compression": "lzjb",
            "checksum": "sha256",
            "logbias": "throughput",
            "recordsize": "64k",
            "default_volblocksize": "16k",
            "default_sparse": True,
            "quota": "10G",
            "reservation": "1G",
            "custom": {"colour": "red"},
        },
        before=COLOUR,
        expect={
            "compression": "lzjb",
            "checksum": "sha256",
            "logbias": "throughput",
            "recordsize": 65536,
            "default_volblocksize": 16384,
            "default_sparse": True,
            "quota": 10 * GIB,
            "reservation": GIB,
            "custom": {"colour": "red"},
        },
        gone={**PROJECT, "state": "absent"},
        releases=RELEASES,
    ),
    Case("compression", "zfssa_project", {**PROJECT, "compression": "gzip-9"}, (project(),)),
    Case("checksum", "zfssa_project", {**PROJECT, "checksum": "fletcher2"}, (project(),)),
    Case("logbias", "zfssa_project", {**PROJECT, "logbias": "throughput"}, (project(),)),
    Case("recordsize", "zfssa_project", {**PROJECT, "recordsize": "1M"}, (project(),)),
    Case(
        "default_volblocksize",
        "zfssa_project",
        {**PROJECT, "default_volblocksize": 4096},
        (project(),),
        expect={"default_volblocksize": 4096},
    ),
    Case("default_sparse", "zfssa_project", {**PROJECT, "default_sparse": True}, (project(),)),
    Case("quota lifted", "zfssa_project", {**PROJECT, "quota": 0}, (project(quota="5g"),)),
    Case("reservation", "zfssa_project", {**PROJECT, "reservation": "2.5G"}, (project(),)),
    Case("nodestroy", "zfssa_project", {**PROJECT, "nodestroy": True}, (project(),)),
    Case(
        "created with limits",
        "zfssa_project",
        {**PROJECT, "readlimit": "100M", "writelimit": "500k"},
        expect={"readlimit": 100 * MIB, "writelimit": 500 * 1024},
        gone={**PROJECT, "state": "absent"},
    ),
    Case(
        "limits lifted and set",
        "zfssa_project",
        {**PROJECT, "readlimit": 0, "writelimit": "1G"},
        (project(readlimit="1m"),),
        expect={"readlimit": 0, "writelimit": GIB},
    ),
    Case(
        "created without limits",
        "zfssa_project",
        {**PROJECT, "readlimit": 0, "writelimit": 0},
        expect={"readlimit": 0, "writelimit": 0},
        gone={**PROJECT, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "one custom property of two",
        "zfssa_project",
        {**PROJECT, "custom": {"colour": "red"}},
        (*COLOUR, ("POST", SCHEMA, {"property": "size"}), project(**{"custom:size": "big"})),
        expect={"custom": {"colour": "red", "size": "big"}},
    ),
    Case(
        "renamed and changed",
        "zfssa_project",
        {**PROJECT, "new_name": "proj-b", "compression": "lzjb"},
        (project(),),
        expect={"name": "proj-b", "compression": "lzjb"},
        gone={"pool": "tank", "name": "proj-b", "state": "absent"},
        writes=2,
        releases=RELEASES,
    ),
    Case(
        "destroyed with what it holds",
        "zfssa_project",
        {**PROJECT, "state": "absent", "force": True},
        (project(), lun(of="proj-a")),
        expect=None,
        releases=RELEASES,
    ),
)

LUN_CASES = (
    Case(
        "created",
        "zfssa_lun",
        {**LUN, "size": "1G"},
        expect={"size": GIB, "volblocksize": 8192, "sparse": False, "initiator_groups": [], "lu_numbers": {}},
        gone={**LUN, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "created for everybody",
        "zfssa_lun",
        {**LUN, "size": "1G", "initiator_groups": ["default"]},
        expect={"initiator_groups": ["default"], "lu_numbers": {"default": 0}},
        gone={**LUN, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "created with a number for later",
        "zfssa_lun",
        {**LUN, "size": "1G", "lu_number": 7},
        expect={"initiator_groups": [], "lu_numbers": {}, "lu_number": 7},
        gone={**LUN, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "created with everything",
        "zfssa_lun",
        {
            **LUN,
            "size": "1.5G",
            "volblocksize": "128k",
            "sparse": True,
            "compression": "gzip",
            "checksum": "sha256",
            "copies": 2,
            "dedup": True,
            "logbias": "throughput",
            "secondarycache": "metadata",
            "writecache": True,
            "status": "offline",
            "initiator_groups": ["ig-a"],
            "target_group": "tg-a",
            "lu_number": 7,
            "custom": {"colour": "red"},
        },
        before=(*COLOUR, *groups("ig-a"), *target_group()),
        expect={"size": 3 * GIB // 2, "lu_number": 7, "lu_numbers": {"ig-a": 7}},
        gone={**LUN, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "created as its project says",
        "zfssa_lun",
        {**LUN, "project": "proj-a", "size": "1G"},
        (project(compression="lz4", logbias="throughput", default_volblocksize="16k", default_sparse=True),),
        expect={"compression": "lz4", "logbias": "throughput", "volblocksize": 16384, "sparse": True},
        gone={**LUN, "project": "proj-a", "state": "absent"},
    ),
    Case(
        "created masked",
        "zfssa_lun",
        {**LUN, "size": "1G", "initiator_groups": []},
        expect={"initiator_groups": [], "lu_numbers": {}},
        gone={**LUN, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "created for two groups",
        "zfssa_lun",
        {**LUN, "size": "1G", "initiator_groups": ["ig-b", "ig-a"]},
        groups("ig-a", "ig-b"),
        expect={"initiator_groups": ["ig-a", "ig-b"], "lu_numbers": {"ig-a": 0, "ig-b": 0}},
        releases=NEWER,
    ),
    Case("grown", "zfssa_lun", {**LUN, "size": "2G"}, (lun(),), expect={"size": 2 * GIB}),
    Case(
        "shrunk",
        "zfssa_lun",
        {**LUN, "size": "512M", "allow_shrink": True},
        (lun(),),
        expect={"size": GIB // 2},
    ),
    Case("sparse", "zfssa_lun", {**LUN, "sparse": True}, (lun(),)),
    Case("compression", "zfssa_lun", {**LUN, "compression": "lzjb"}, (lun(),)),
    Case("checksum", "zfssa_lun", {**LUN, "checksum": "sha256"}, (lun(),)),
    Case("copies", "zfssa_lun", {**LUN, "copies": 3}, (lun(),)),
    Case("dedup", "zfssa_lun", {**LUN, "dedup": True}, (lun(),)),
    Case("logbias", "zfssa_lun", {**LUN, "logbias": "throughput"}, (lun(),)),
    Case("secondarycache", "zfssa_lun", {**LUN, "secondarycache": "none"}, (lun(),)),
    Case("writecache", "zfssa_lun", {**LUN, "writecache": True}, (lun(),)),
    Case(
        "created with limits",
        "zfssa_lun",
        {**LUN, "size": "1G", "readlimit": "10M", "writelimit": "1G"},
        expect={"readlimit": 10 * MIB, "writelimit": GIB},
        gone={**LUN, "state": "absent"},
    ),
    Case(
        "created in a project with limits",
        "zfssa_lun",
        {**LUN, "size": "1G", "readlimit": 0},
        (("PUT", f"{PROJECTS}/default", {"readlimit": "2m", "defaultreadlimit": "1m", "writelimit": "2m"}),),
        expect={"readlimit": 0, "writelimit": 0},
        gone={**LUN, "state": "absent"},
    ),
    Case("readlimit", "zfssa_lun", {**LUN, "readlimit": "10M"}, (lun(),), expect={"readlimit": 10 * MIB}),
    Case("limit lifted", "zfssa_lun", {**LUN, "writelimit": 0}, (lun(writelimit="1m"),), expect={"writelimit": 0}),
    Case(
        "writelimit",
        "zfssa_lun",
        {**LUN, "readlimit": 0, "writelimit": "10M"},
        (lun(),),
        expect={"readlimit": 0, "writelimit": 10 * MIB},
        releases=NEWER,
    ),
    Case(
        "moved with its limits",
        "zfssa_lun",
        {**LUN, "new_project": "proj-a", "writelimit": "2M"},
        (project(), lun(writelimit="1m")),
        expect={"project": "proj-a", "writelimit": 2 * MIB},
        writes=2,
        releases=NEWER,
    ),
    Case(
        "created without limits",
        "zfssa_lun",
        {**LUN, "size": "1G", "readlimit": 0, "writelimit": 0},
        expect={"readlimit": 0, "writelimit": 0},
        gone={**LUN, "state": "absent"},
        releases=RELEASES,
    ),
    Case("nodestroy", "zfssa_lun", {**LUN, "nodestroy": True}, (lun(),)),
    Case("status", "zfssa_lun", {**LUN, "status": "offline"}, (lun(),)),
    Case(
        "presented to one group",
        "zfssa_lun",
        {**LUN, "initiator_groups": ["ig-a"]},
        (*groups("ig-a"), lun(initiatorgroup=MASK)),
        expect={"initiator_groups": ["ig-a"], "lu_numbers": {"ig-a": 0}},
        releases=RELEASES,
    ),
    Case(
        "presented to two groups",
        "zfssa_lun",
        {**LUN, "initiator_groups": ["ig-a", "ig-b"]},
        (*groups("ig-a", "ig-b"), lun(initiatorgroup="ig-a")),
        expect={"initiator_groups": ["ig-a", "ig-b"]},
        releases=NEWER,
    ),
    Case(
        "presented to one more group",
        "zfssa_lun",
        {**LUN, "initiator_groups": ["ig-b"], "membership": "add"},
        (*groups("ig-a", "ig-b"), lun(initiatorgroup="ig-a")),
        expect={"initiator_groups": ["ig-a", "ig-b"]},
        releases=NEWER,
    ),
    Case(
        "hidden from one group of two",
        "zfssa_lun",
        {**LUN, "initiator_groups": ["ig-b", "ig-c"], "membership": "remove"},
        (*groups("ig-a", "ig-b"), lun(initiatorgroup=["ig-a", "ig-b"])),
        expect={"initiator_groups": ["ig-a"]},
        releases=NEWER,
    ),
    Case(
        "hidden from its only group",
        "zfssa_lun",
        {**LUN, "initiator_groups": ["ig-a"], "membership": "remove"},
        (*groups("ig-a"), lun(initiatorgroup="ig-a")),
        expect={"initiator_groups": [], "lu_numbers": {}},
        releases=RELEASES,
    ),
    Case(
        "created for one group that is added",
        "zfssa_lun",
        {**LUN, "size": "1G", "initiator_groups": ["ig-a"], "membership": "add"},
        groups("ig-a"),
        expect={"initiator_groups": ["ig-a"]},
        gone={**LUN, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "masked",
        "zfssa_lun",
        {**LUN, "initiator_groups": []},
        (lun(),),
        expect={"lu_numbers": {}},
    ),
    Case(
        "target_group",
        "zfssa_lun",
        {**LUN, "target_group": "tg-a"},
        (*target_group(), lun()),
        expect={"target_group": "tg-a"},
        releases=RELEASES,
    ),
    Case(
        "lu_number",
        "zfssa_lun",
        {**LUN, "lu_number": "16383"},
        (lun(),),
        expect={"lu_number": 16383, "lu_numbers": {"default": 16383}},
    ),
    Case(
        "custom",
        "zfssa_lun",
        {**LUN, "custom": {"colour": "blue"}},
        (*COLOUR, lun(**{"custom:colour": "red"})),
        expect={"custom": {"colour": "blue"}},
    ),
    Case(
        "several properties in one write",
        "zfssa_lun",
        {**LUN, "size": "3G", "compression": "gzip-2", "initiator_groups": []},
        (lun(),),
        expect={"size": 3 * GIB, "compression": "gzip-2", "initiator_groups": []},
        releases=RELEASES,
    ),
    Case(
        "renamed",
        "zfssa_lun",
        {**LUN, "new_name": "b"},
        (lun(),),
        expect={"name": "b"},
    ),
    Case(
        "moved",
        "zfssa_lun",
        {**LUN, "new_project": "proj-a"},
        (project(), lun()),
        expect={"project": "proj-a", "name": "a"},
        gone={**LUN, "project": "proj-a", "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "moved away from what it inherits",
        "zfssa_lun",
        {**LUN, "new_project": "proj-a"},
        (OF_DEFAULT, project(checksum="sha256"), lun(compression="lzjb")),
        expect={"compression": "lzjb", "checksum": "sha256", "copies": 1, "dedup": False, "logbias": "latency"},
        releases=RELEASES,
    ),
    Case(
        "moved with what it inherits",
        "zfssa_lun",
        {**LUN, "new_project": "proj-a", "new_name": "b", "dedup": True, "logbias": "throughput"},
        (OF_DEFAULT, project(logbias="throughput"), lun()),
        expect={"project": "proj-a", "name": "b", "dedup": True, "logbias": "throughput"},
        writes=3,
        releases=RELEASES,
    ),
    Case(
        "moved with what it is to have of its own",
        "zfssa_lun",
        {**LUN, "new_project": "proj-a", "dedup": False},
        (OF_DEFAULT, project(), ("PUT", f"{PROJECTS}/proj-a", {"dedup": True}), lun()),
        expect={"dedup": False},
        writes=2,
    ),
    Case(
        "moved and renamed and grown",
        "zfssa_lun",
        {**LUN, "new_project": "proj-a", "new_name": "b", "size": "2G"},
        (project(), lun()),
        expect={"project": "proj-a", "name": "b", "size": 2 * GIB},
        writes=3,
        releases=RELEASES,
    ),
    Case(
        "destroyed with snapshots",
        "zfssa_lun",
        {**LUN, "state": "absent", "force": True},
        (lun(), snapshot()),
        expect=None,
        releases=RELEASES,
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(PROJECT_CASES + LUN_CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


@pytest.mark.parametrize("release", NEWER)
def test_lun_is_destroyed_with_clones_of_its_snapshots(release: str, bench_of: Callable[[str], Bench]) -> None:
    case = Case(
        "destroyed with clones",
        "zfssa_lun",
        {**LUN, "state": "absent", "force": True},
        (lun(), snapshot(), clone()),
        expect=None,
    )

    bench = bench_of(release)
    play(bench, case)

    assert bench.lab.east.luns() == []


def test_moved_lun_keeps_what_hosts_see(bench: Bench) -> None:
    bench.lab.east.call("POST", PROJECTS, {"name": "proj-a"})
    before = bench.lab.east.call("POST", LUNS, {"name": "a", "volsize": "1g"})["lun"]

    after = bench.change("zfssa_lun", {**LUN, "new_project": "proj-a", "new_name": "b"}).value

    assert after["lunguid"] == before["lunguid"]
    assert after["lu_numbers"] == {"default": before["assignednumber"]}
