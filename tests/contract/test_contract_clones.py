"""Clones of snapshots: a LUN with a source."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    LUNS,
    MASK,
    SCHEMA,
    Case,
    clone,
    groups,
    lun,
    play,
    prepare,
    project,
    rows,
    snapshot,
)
from lab_appliances import GIB, RELEASES
from module_runner import Bench
from snapshot_calls import CLONE, LUN, SOURCE

COLOUR = (("POST", SCHEMA, {"property": "colour", "type": "String"}),)
OWN = {"compression": "gzip", "logbias": "throughput", "sparse": True, "nodestroy": False, "volblocksize": "16k"}
GONE = {**LUN, "state": "absent"}

CLONE_CASES = (
    Case(
        "cloned",
        "zfssa_lun",
        CLONE,
        (lun(), snapshot()),
        expect={
            "size": GIB,
            "origin": {"pool": "tank", "project": "default", "share": "a", "snapshot": "s1"},
            "initiator_groups": [],
            "lu_numbers": {},
        },
        gone=GONE,
        releases=RELEASES,
    ),
    Case(
        "cloned with the limit of its origin and one of its own",
        "zfssa_lun",
        {**CLONE, "readlimit": "2M"},
        (lun(writelimit="1m"), snapshot()),
        expect={"readlimit": 2 << 20, "writelimit": 1 << 20},
        gone=GONE,
    ),
    Case(
        "cloned with settings of its own",
        "zfssa_lun",
        {
            **CLONE,
            "compression": "lzjb",
            "checksum": "sha256",
            "copies": 2,
            "dedup": True,
            "logbias": "latency",
            "secondarycache": "none",
            "sparse": True,
            "writecache": True,
            "status": "offline",
            "initiator_groups": ["ig-a"],
            "lu_number": 9,
            "custom": {"colour": "red"},
        },
        (*COLOUR, *groups("ig-a"), lun(initiatorgroup=MASK, **OWN), snapshot()),
        expect={"lu_numbers": {"ig-a": 9}, "custom": {"colour": "red"}, "volblocksize": 16384},
        gone=GONE,
        releases=RELEASES,
    ),
    Case(
        "cloned as its origin is",
        "zfssa_lun",
        {**CLONE, "custom": {"size": "big"}, "volblocksize": "16k", "size": "1G"},
        (
            *COLOUR,
            ("POST", SCHEMA, {"property": "size"}),
            lun(initiatorgroup=MASK, writecache=True, **{"custom:colour": "red"}, **OWN),
            snapshot(),
        ),
        expect={
            "compression": "gzip",
            "sparse": True,
            "writecache": True,
            "initiator_groups": [],
            "custom": {"colour": "red", "size": "big"},
        },
        gone=GONE,
        releases=RELEASES,
    ),
    Case(
        "cloned into another project",
        "zfssa_lun",
        {**CLONE, "project": "proj-a", "source": {**SOURCE, "project": "default"}},
        (project(compression="lzjb", logbias="throughput", copies=2), lun(compression="gzip", sparse=True), snapshot()),
        # Its own setting goes with it; what it inherits, the other project says.
        expect={"project": "proj-a", "compression": "gzip", "logbias": "throughput", "copies": 2, "sparse": True},
        gone={**GONE, "project": "proj-a"},
        releases=RELEASES,
    ),
    Case(
        "cloned and grown",
        "zfssa_lun",
        {**CLONE, "size": "2G"},
        (lun(), snapshot()),
        expect={"size": 2 * GIB},
        gone=GONE,
        writes=2,
        releases=RELEASES,
    ),
    Case(
        "cloned of a LUN that was grown since",
        "zfssa_lun",
        {**CLONE, "size": "2G"},
        (lun(), snapshot(), ("PUT", f"{LUNS}/a", {"volsize": "2g"})),
        expect={"size": 2 * GIB},
        writes=2,
    ),
    Case(
        "cloned with the size of the snapshot, which its origin no longer has",
        "zfssa_lun",
        {**CLONE, "size": "1G"},
        (lun(), snapshot(), ("PUT", f"{LUNS}/a", {"volsize": "4g"})),
        expect={"size": GIB},
    ),
    Case(
        "cloned with a size in between",
        "zfssa_lun",
        {**CLONE, "size": "2G"},
        (lun(), snapshot(), ("PUT", f"{LUNS}/a", {"volsize": "4g"})),
        expect={"size": 2 * GIB},
        writes=2,
    ),
    Case(
        "cloned under a new name",
        "zfssa_lun",
        {**CLONE, "new_name": "d"},
        (lun(), snapshot()),
        expect={"name": "d"},
    ),
    Case(
        "grown clone",
        "zfssa_lun",
        {**CLONE, "size": "2G"},
        (lun(), snapshot(), clone()),
        expect={"size": 2 * GIB},
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(CLONE_CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


@pytest.mark.parametrize(("size", "words"), [("2G", ("4G", "2G")), ("512M", ("4G", "512M"))])
def test_nothing_is_left_of_a_clone_that_came_larger_than_wanted(
    size: str, words: tuple[str, ...], bench: Bench
) -> None:
    shrunk = ("PUT", f"{LUNS}/a", {"volsize": "1g"})
    prepare(bench.lab, (lun(volsize="4g"), snapshot(), shrunk))

    run = bench.refuse("zfssa_lun", {**CLONE, "size": size})

    assert not run.changed
    assert all(word in run.msg for word in words)
    assert bench.lab.east.luns() == ["default/a"]
