"""The domain without HTTP: values, identifiers, space, release table, faults."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from zfssa_lab.clock import Clock, ManualClock
from zfssa_lab.faults import Faults
from zfssa_lab.lab import Lab, Settings
from zfssa_lab.model.errors import ApplianceError, InvalidArgument, StateConflict, expecting
from zfssa_lab.model.identity import Identities, check_name
from zfssa_lab.model.lun import Lun, clone_lun, create_lun
from zfssa_lab.model.project import Project
from zfssa_lab.model.properties import Property, parse_size
from zfssa_lab.model.space import METADATA, Blocks, reservation
from zfssa_lab.release import RELEASE_NAMES, release

MIB = 1 << 20
GIB = 1 << 30


def make_lab(**settings: Any) -> Lab:
    """Return a lab of two appliances without any port."""
    addresses = {"east": "127.0.0.1", "west": "127.0.0.2"}
    return Lab(Settings(addresses, **settings), ManualClock())


def default_project(lab: Lab, appliance: str = "east") -> Project:
    """Return project default of an appliance."""
    return lab.fleet.appliances[appliance].pool("tank").project("default")


@pytest.mark.parametrize(
    ("text", "size"),
    [("512", 512), ("8k", 8192), ("10G", 10 * GIB), ("1.5m", 3 * MIB // 2), ("1tb", 1 << 40)],
)
def test_sizes(text: str, size: int) -> None:
    """API reference 0.2."""
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "g", "-1", "1x", "1 g", "0x10", "1e3", "ten"])
def test_no_sizes(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="not a size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("boolean", "true", True),
        ("boolean", False, False),
        ("integer", "5", 5),
        ("size", 3.7345e10, 37345000000),
        ("size", "1k", 1024),
        ("string_or_list", "a", ["a"]),
        ("string_or_list", ["a", "b"], ["a", "b"]),
        ("lu_number", "auto", "auto"),
        ("lu_number", "7", 7),
        ("on_off", True, "on"),
    ],
)
def test_good_values(kind: str, raw: object, value: object) -> None:
    """Each kind takes its forms."""
    assert Property("p", kind).parse(raw) == value


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("boolean", 1),
        ("boolean", "on"),
        ("integer", True),
        ("integer", 1.5),
        ("size", float("nan")),
        ("size", 1.5),
        ("size", 2**70),
        ("size", None),
        ("strings", "a"),
        ("strings", ["a", 1]),
        ("strings", ["a", "a"]),
        ("string_or_list", []),
        ("lu_number", -1),
        ("name", "a b"),
        ("name", ""),
        ("string", True),
    ],
)
def test_bad_values(kind: str, raw: object) -> None:
    """Nothing is bent into shape."""
    with pytest.raises(InvalidArgument):
        Property("p", kind).parse(raw)


def test_wording_of_choices() -> None:
    """API reference 14.5."""
    assert expecting(["a", "b", "c"]) == 'one of "a", "b" or "c"'
    assert expecting(["a", "b"]) == 'one of "a" or "b"'
    assert expecting(["a"]) == '"a"'


def test_identifiers_depend_on_seed_and_name_only() -> None:
    """A run can be repeated exactly."""
    one, same, other = Identities(1, "east"), Identities(1, "east"), Identities(2, "east")
    assert one.asn == same.asn != other.asn
    assert one.lun_guid() == same.lun_guid() != one.lun_guid()
    assert re.fullmatch(r"600144F0[0-9A-F]{24}", one.lun_guid())
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", one.asn)
    assert one.share_id().endswith("-0000-000000000000")


def test_names() -> None:
    """API reference 12.14."""
    assert check_name("a-B_1.x:y") == "a-B_1.x:y"
    for bad in ("", "a" * 65, "a/b", ".hidden", "ä"):
        with pytest.raises(InvalidArgument):
            check_name(bad)


def test_release_table_is_complete() -> None:
    """Each release has each difference; v2 and flat packages are new in 8.8."""
    found = [release(name) for name in RELEASE_NAMES]
    assert [one.api_versions for one in found] == [(1,), (1,), (1, 2)]
    assert [one.packages_flat for one in found] == [False, False, True]
    assert [one.demands_confirm for one in found] == [False, True, True]


def test_clock_does_not_run_backwards() -> None:
    """Progress is computed from differences."""
    clock = Clock()
    assert clock.now() <= clock.now()


def test_blocks_fill_then_replace() -> None:
    """New blocks grow the volume; after that old ones go over to the newest snapshot."""
    blocks = Blocks()
    blocks.write(3 * MIB, 4 * MIB, None)
    assert blocks.live == 3 * MIB + METADATA
    blocks.write(3 * MIB, 4 * MIB, None)
    assert blocks.live == 4 * MIB + METADATA
    assert blocks.footprint([], 0) == 4 * MIB + METADATA
    assert blocks.written == 6 * MIB


def test_snapshot_holds_what_is_replaced() -> None:
    """A full LUN that is written once more takes twice its data (API reference 5.2)."""
    lab = make_lab()
    lun = create_lun(default_project(lab), {"name": "a", "volsize": 8 * MIB, "sparse": True})
    lun.write(8 * MIB)
    lun.take_snapshot("s")
    lun.write(8 * MIB)
    assert lun.snapshot_space == 8 * MIB
    assert lun.footprint == 16 * MIB + METADATA
    lun.snapshots["s"].remove()
    assert lun.footprint == 8 * MIB + METADATA


def test_reservation_is_wanted_anew_by_a_snapshot() -> None:
    """A LUN that is not sparse costs its data once more (API reference 5.2)."""
    lab = make_lab()
    lun = create_lun(default_project(lab), {"name": "a", "volsize": GIB})
    assert lun.footprint == reservation(GIB) == 1107820544
    lun.write(100 * MIB)
    assert lun.footprint == reservation(GIB)
    lun.take_snapshot("s")
    assert lun.footprint == reservation(GIB) + 100 * MIB + METADATA


def test_clone_shares_its_origin() -> None:
    """A sparse clone is free until it is written (API reference 7.3)."""
    lab = make_lab()
    project = default_project(lab)
    lun = create_lun(project, {"name": "a", "volsize": GIB, "sparse": True})
    lun.write(100 * MIB)
    clone = clone_lun(lun.take_snapshot("s"), project, {"share": "c"})
    assert clone.footprint == 0
    clone.write(10 * MIB)
    assert clone.footprint == 10 * MIB


def test_rollback_restores_size_and_data() -> None:
    """The volume is as it was at the snapshot (API reference 7.4)."""
    lab = make_lab()
    lun = create_lun(default_project(lab), {"name": "a", "volsize": GIB, "sparse": True})
    lun.write(100 * MIB)
    snapshot = lun.take_snapshot("s")
    lun.modify({"volsize": 2 * GIB})
    lun.write(500 * MIB)
    lun.roll_back(snapshot, False)
    assert lun.values["volsize"] == GIB
    assert lun.footprint == 100 * MIB + METADATA


def test_refused_change_changes_nothing() -> None:
    """A command is done wholly or not at all."""
    lab = make_lab()
    project = default_project(lab)
    create_lun(project, {"name": "b", "volsize": GIB, "lunumber": 3})
    lun = create_lun(project, {"name": "a", "volsize": GIB})
    before = (dict(lun.values), dict(lun.local), dict(lun.numbers))
    with pytest.raises(StateConflict):
        lun.modify({"compression": "gzip", "volsize": 2 * GIB, "lunumber": 3})
    with pytest.raises(InvalidArgument):
        lun.modify({"compression": "gzip", "unset": ["volsize"]})
    with pytest.raises(InvalidArgument):
        lun.modify({"compression": "gzip", "project": "nowhere"})
    assert (lun.values, lun.local, lun.numbers) == before


def _random_step(pick: random.Random, project: Project) -> None:
    luns: list[Lun] = project.luns
    lun = pick.choice(luns) if luns else None
    snapshots = list(lun.snapshots.values()) if lun else []
    name = f"n{pick.randrange(10**6)}"
    kind = pick.randrange(8)
    if kind == 0 or lun is None:
        size = pick.randrange(1, 1000) * MIB
        create_lun(project, {"name": name, "volsize": size, "sparse": pick.random() < 0.5})
    elif kind == 1:
        lun.write(pick.randrange(1, 300 * MIB))
    elif kind == 2:
        lun.take_snapshot(name)
    elif kind == 3 and snapshots:
        clone_lun(pick.choice(snapshots), project, {"share": name})
    elif kind == 4 and snapshots:
        pick.choice(snapshots).remove()
    elif kind == 5 and snapshots:
        lun.roll_back(pick.choice(snapshots), True)
    elif kind == 6:
        lun.modify({"volsize": pick.randrange(1, 1500) * MIB, "sparse": pick.random() < 0.5})
    elif kind == 7:
        project.take_snapshot(name)
    if pick.random() < 0.08 and lun is not None and lun.name in project.shares:
        lun.destroy(True)


@pytest.mark.parametrize("seed", range(12))
def test_space_adds_up_whatever_happens(seed: int) -> None:
    """No sequence of commands over-fills the pool, loses space, or leaves any behind."""
    lab = make_lab(pools={"tank": 6 * GIB})
    project = default_project(lab)
    pool = project.pool
    pick = random.Random(seed)  # noqa: S311 - repeatable on purpose
    for _dummy in range(250):
        try:
            _random_step(pick, project)
        except ApplianceError:
            pass
        assert 0 <= pool.used <= pool.size
        for lun in project.luns:
            blocks = lun.blocks
            assert 0 <= blocks.shared <= blocks.live
            assert 0 <= blocks.fresh <= blocks.live
            assert lun.footprint >= 0
    for lun in project.luns:
        if lun.name in project.shares:
            lun.destroy(True)
    for snapshot in list(project.snapshots.values()):
        snapshot.remove()
    assert pool.used == 0


def test_fault_counts() -> None:
    """nth and times select a window of the matching requests."""
    faults = Faults()
    faults.add({"method": "put", "path": "/luns/", "nth": 2, "times": 2, "action": {"status": 500}})
    hits = [bool(faults.for_request("east", "PUT", "/api/x/luns/a")) for _dummy in range(5)]
    assert hits == [False, True, True, False, False]
    assert not faults.for_request("east", "GET", "/api/x/luns/a")
    assert faults.list() == []
