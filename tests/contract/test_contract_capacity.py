"""How full pools and projects are: numbers that a person has computed, on appliances with two pools and of everything some."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import prepare
from documented import documented
from lab_appliances import RELEASES, Lab, Record, running_lab
from module_runner import WAYS, Bench, ModuleHost

MIB, GIB = 1 << 20, 1 << 30
# What the lab takes for a share, for a pool, and for a LUN of 1 GiB that is not sparse (docs/lab.md; API reference 3, 14.8).
SHARE, POOL, THICK_GIB = 16384, 1059328, 1107820544
POOLS = "storage/v1/pools"
DB, SCRATCH, ARCHIVE = f"{POOLS}/tank/projects/db", f"{POOLS}/tank/projects/scratch", f"{POOLS}/pond/projects/archive"

# A thick LUN, thin ones, a snapshot, and a clone of it; a project that has promised too much; a pool of its own.
WORLD = (
    ("POST", f"{POOLS}/tank/projects", {"name": "db", "quota": 20 * GIB, "reservation": 8 * GIB}),
    ("POST", f"{DB}/luns", {"name": "thick", "volsize": GIB, "sparse": False}),
    ("POST", f"{DB}/luns", {"name": "thin", "volsize": 4 * GIB, "sparse": True}),
    ("POST", f"{DB}/luns", {"name": "full", "volsize": 128 * MIB, "sparse": True}),
    ("POST", f"{POOLS}/tank/projects", {"name": "scratch"}),
    ("POST", f"{SCRATCH}/luns", {"name": "huge", "volsize": 200 * GIB, "sparse": True}),
    ("POST", f"{POOLS}/pond/projects", {"name": "archive"}),
    ("POST", f"{ARCHIVE}/luns", {"name": "old", "volsize": 2 * GIB, "sparse": False}),
    ("POST", f"{ARCHIVE}/filesystems", {"name": "dumps", "reservation": GIB, "quota": 3 * GIB}),
)
CLONED = (
    ("POST", f"{DB}/luns/full/snapshots", {"name": "s1"}),
    ("PUT", f"{DB}/luns/full/snapshots/s1/clone", {"project": "db", "share": "clone"}),
)
RATIOS = {"compression_ratio": 1.0, "dedup_ratio": 1.0}

# Of project db: the data of three LUNs, and what was written to the clone; what only the snapshot holds any more.
DB_DATA = 3 * SHARE + (256 + 128 + 128 + 16) * MIB
DB_SNAPSHOTS = 32 * MIB
# What the thick LUN has reserved and nobody has written yet, and the rest of the project's reservation.
DB_OF_SHARES = THICK_GIB - SHARE - 256 * MIB
DB_TAKEN = DB_DATA + DB_SNAPSHOTS + DB_OF_SHARES
DB_OWN = 8 * GIB - DB_TAKEN
TANK_USED = 8 * GIB + SHARE + POOL
TANK_TOTAL = 100 * GIB + POOL
# Of project archive: two thick GiB, and a filesystem whose reservation holds all that it has.
ARCHIVE_TAKEN = 2 * THICK_GIB + GIB
POND_TOTAL = 10 * GIB + POOL
POND_AVAILABLE = 10 * GIB - ARCHIVE_TAKEN


def expected(release: str) -> Record:
    """What is to be told."""
    replicas = 0 if release == "8.8" else None
    shown = {"status": "online", "profile": "mirror", "owner": "east", "served_here": True}
    common = {**shown, "peer_hostname": None, "peer_state": None, "used_replication": replicas, **RATIOS}
    tank = {
        "name": "tank",
        "total": TANK_TOTAL,
        "used": TANK_USED,
        "available": TANK_TOTAL - TANK_USED,
        "free": TANK_TOTAL - DB_DATA - DB_SNAPSHOTS - SHARE - POOL,
        "used_data": DB_DATA + SHARE + POOL,
        "used_snapshots": DB_SNAPSHOTS,
        "used_reservations": DB_OF_SHARES + DB_OWN,
        "provisioned": 205 * GIB + 256 * MIB,
        "provisioned_thin": 204 * GIB + 256 * MIB,
        "provisioned_thick": GIB,
        "oversubscription": (205 * GIB + 256 * MIB) / TANK_TOTAL,
    }
    pond = {
        "name": "pond",
        "total": POND_TOTAL,
        "used": ARCHIVE_TAKEN + POOL,
        "available": POND_AVAILABLE,
        "free": 10 * GIB - 2 * SHARE,
        "used_data": 2 * SHARE + POOL,
        "used_snapshots": 0,
        "used_reservations": ARCHIVE_TAKEN - 2 * SHARE,
        "provisioned": 2 * GIB,
        "provisioned_thin": 0,
        "provisioned_thick": 2 * GIB,
        "oversubscription": 2 * GIB / POND_TOTAL,
    }
    return {"tank": {**common, **tank}, "pond": {**common, **pond}}


def expected_projects() -> Record:
    """What is to be told of projects."""
    unlimited = {"quota": 0, "reservation": 0, "compression_ratio": 1.0, "dedup_ratio": None}
    db = {
        "pool": "tank",
        "name": "db",
        # Its quota.
        "total": 20 * GIB,
        "used": 8 * GIB,
        "available": 20 * GIB - DB_TAKEN,
        "free": 20 * GIB - DB_DATA - DB_SNAPSHOTS,
        "used_data": DB_DATA,
        "used_snapshots": DB_SNAPSHOTS,
        "used_reservations": DB_OF_SHARES + DB_OWN,
        "provisioned": 5 * GIB + 256 * MIB,
        "provisioned_thin": 4 * GIB + 256 * MIB,
        "provisioned_thick": GIB,
        "oversubscription": (5 * GIB + 256 * MIB) / (20 * GIB),
        "quota": 20 * GIB,
        "reservation": 8 * GIB,
    }
    archive = {
        "pool": "pond",
        "name": "archive",
        # It is alone in its pool, and has no quota.
        "total": 10 * GIB,
        "used": ARCHIVE_TAKEN,
        "available": POND_AVAILABLE,
        "free": 10 * GIB - 2 * SHARE,
        "used_data": 2 * SHARE,
        "used_snapshots": 0,
        "used_reservations": ARCHIVE_TAKEN - 2 * SHARE,
        "provisioned": 2 * GIB,
        "provisioned_thin": 0,
        "provisioned_thick": 2 * GIB,
        "oversubscription": 2 * GIB / (10 * GIB),
    }
    left = TANK_TOTAL - TANK_USED
    scratch = {
        "pool": "tank",
        "name": "scratch",
        "total": left + SHARE,
        "used": SHARE,
        "available": left,
        "free": left,
        "used_data": SHARE,
        "used_snapshots": 0,
        "used_reservations": 0,
        "provisioned": 200 * GIB,
        "provisioned_thin": 200 * GIB,
        "provisioned_thick": 0,
        "oversubscription": 200 * GIB / (left + SHARE),
    }
    return {one["name"]: {**unlimited, **one} for one in (db, scratch, archive)}


@pytest.fixture(scope="module", params=RELEASES)
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab with two pools and what is in them, written to by hosts."""
    folder = tmp_path_factory.mktemp("lab-capacity")
    pools = ("--pool", "tank:100G", "--pool", "pond:10G")
    with running_lab(request.param, folder, *pools) as lab:
        prepare(lab, WORLD)
        lab.write("thick", 256 * MIB, "db")
        lab.write("thin", 128 * MIB, "db")
        lab.write("full", 128 * MIB, "db")
        prepare(lab, CLONED)
        # Both are full, so that old blocks are replaced: of the LUN, the snapshot still holds them.
        lab.write("full", 32 * MIB, "db")
        lab.write("clone", 16 * MIB, "db")
        yield lab


@pytest.fixture(params=WAYS)
def bench(request: pytest.FixtureRequest, full: Lab, module_host: ModuleHost) -> Bench:
    """A bench with that lab."""
    return Bench(full, module_host, request.param)


def test_numbers_are_those_that_a_person_computes(bench: Bench) -> None:
    run = bench.change("zfssa_info", {"gather_subset": ["capacity"]})

    capacity = run.result["capacity"]
    assert {one["name"]: one for one in capacity["pools"]} == expected(bench.lab.release)
    projects = {one["name"]: one for one in capacity["projects"] if one["name"] != "default"}
    assert projects == expected_projects()
    # A number with a point is no number of bytes, though the older API writes sizes so.
    sizes = [
        value
        for one in (*capacity["pools"], *capacity["projects"])
        for key, value in one.items()
        if key.startswith(("used", "provisioned")) or key in ("total", "available", "free", "quota", "reservation")
    ]
    assert {type(value) for value in sizes if value is not None} == {int}


def test_parts_add_up(bench: Bench) -> None:
    """In the lab nothing else takes space, so that the sums of a pool are those of its projects."""
    capacity = bench.change("zfssa_info", {"gather_subset": ["capacity"]}).result["capacity"]

    for pool in capacity["pools"]:
        inside = [one for one in capacity["projects"] if one["pool"] == pool["name"]]
        for key in ("used_snapshots", "used_reservations", "provisioned", "provisioned_thin", "provisioned_thick"):
            assert pool[key] == sum(one[key] for one in inside), key
        assert pool["used"] == sum(one["used"] for one in inside) + POOL
        assert pool["provisioned"] == pool["provisioned_thin"] + pool["provisioned_thick"]
    for one in (*capacity["pools"], *capacity["projects"]):
        assert one["used"] == one["used_data"] + one["used_snapshots"] + one["used_reservations"]


def test_every_key_is_documented_and_there_are_no_others(bench: Bench) -> None:
    capacity = bench.change("zfssa_info", {"gather_subset": ["capacity"]}).result["capacity"]
    promised = documented("zfssa_info")["capacity"]["contains"]

    assert capacity.keys() == promised.keys()
    for kind, items in capacity.items():
        assert {frozenset(one) for one in items} == {frozenset(promised[kind]["contains"])}


@pytest.mark.parametrize(
    ("options", "pools", "projects"),
    [
        ({"pool": "pond"}, {"pond"}, {"default", "archive"}),
        ({"project": "db"}, {"tank", "pond"}, {"db"}),
        ({"pool": "tank", "project": "s*"}, {"tank"}, {"scratch"}),
    ],
)
def test_filters_choose_and_change_no_number(
    options: Record, pools: set[str], projects: set[str], bench: Bench
) -> None:
    run = bench.change("zfssa_info", {"gather_subset": ["capacity"], **options})

    told = expected(bench.lab.release)
    assert {one["name"]: one for one in run.result["capacity"]["pools"]} == {name: told[name] for name in pools}
    assert {one["name"] for one in run.result["capacity"]["projects"]} == projects


def test_alarm_is_one_query(bench: Bench) -> None:
    query = "capacity.pools[?oversubscription > `2`].{name: name, size: provisioned_thin}"

    run = bench.change("zfssa_info", {"gather_subset": ["capacity"], "query": query}, check=True)

    assert run.result["queried"] == [{"name": "tank", "size": 204 * GIB + 256 * MIB}]


def test_what_is_freed_is_seen_at_once(tmp_path: Path, module_host: ModuleHost) -> None:
    """A snapshot that goes gives back what only it held, and a LUN that goes takes its promise along."""
    with running_lab("8.8", tmp_path / "lab", "--pool", "tank:10G") as lab:
        bench = Bench(lab, module_host, "in-process")
        prepare(
            lab, (("POST", f"{POOLS}/tank/projects/default/luns", {"name": "a", "volsize": 64 * MIB, "sparse": True}),)
        )
        lab.write("a", 64 * MIB)
        prepare(lab, (("POST", f"{POOLS}/tank/projects/default/luns/a/snapshots", {"name": "s1"}),))
        lab.write("a", 24 * MIB)

        def tank() -> Record:
            return dict(bench.change("zfssa_info", {"gather_subset": ["capacity"]}).result["capacity"]["pools"][0])

        held = tank()
        prepare(lab, (("DELETE", f"{POOLS}/tank/projects/default/luns/a/snapshots/s1"),))
        freed = tank()
        prepare(lab, (("DELETE", f"{POOLS}/tank/projects/default/luns/a"),))
        empty = tank()

    assert held["used_snapshots"] == 24 * MIB and freed["used_snapshots"] == 0
    assert freed["available"] == held["available"] + 24 * MIB
    assert (freed["provisioned"], empty["provisioned"]) == (64 * MIB, 0)
    assert empty["used_data"] == POOL
