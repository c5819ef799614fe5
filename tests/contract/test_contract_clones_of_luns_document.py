"""Clones of LUNs in documents: planned, made, made again, exported, removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import LUNS, Call, lun, prepare, project, snapshot
from lab_appliances import GIB, RELEASES, Record
from module_runner import Bench
from snapshot_calls import LUN, PLACE, names

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._temporary import temporary_name

SOURCE = {"lun": "a"}
CLONE = {**LUN, "source": SOURCE}
C = temporary_name(LUN)
HERE: Call = project()
PROJ = {"pool": "tank", "project": "proj-a"}


def documents(bench: Bench, config: Record, **options: object) -> tuple[Record, Record]:
    """Plan for a document, and carry it out by the id of that plan; a second run has nothing to do."""
    planned = bench.change("zfssa_san", {"config": config, "state": "planned", **options})
    predicted = bench.change("zfssa_san", {"config": config, **options}, check=True)
    real = bench.change("zfssa_san", {"config": config, "expect_plan": planned.result["plan_id"], **options})
    again = bench.change("zfssa_san", {"config": config, **options})

    assert planned.result["plan"] == predicted.result["plan"] == real.result["plan"]
    assert real.changed and not again.changed and again.result["plan"] == []
    return predicted.result, real.result


@pytest.mark.parametrize("release", RELEASES)
def test_clone_with_its_source_in_one_document(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    config = {"luns": [{**CLONE, "name": "b"}, {**CLONE, "size": "2G"}, {**PLACE, "name": "a", "size": "1G"}]}

    predicted, real = documents(bench, config)

    assert [line.partition(" (")[0] for line in real["plan"]] == [
        "+ lun tank/default/a", "+ lun tank/default/b", "+ lun tank/default/c"
    ]  # fmt: skip
    assert "(1 GiB, clone of default/a, to nobody)" in real["plan"][1]
    assert "(2 GiB, clone of default/a, to nobody)" in real["plan"][2]
    for foretold, came in zip(predicted["results"], real["results"], strict=True):
        assert foretold["object"]["size"] == came["object"]["size"]
        assert foretold["object"]["origin"] == came["object"]["origin"]
    assert sorted(names(bench)) == sorted([C, temporary_name({**LUN, "name": "b"})])


def test_clone_has_what_the_document_makes_of_its_source(bench: Bench) -> None:
    prepare(bench.lab, (lun(),))

    predicted, real = documents(bench, {"luns": [CLONE, {**PLACE, "name": "a", "size": "3G"}]})

    sizes = {entry["key"]: entry["object"]["size"] for entry in predicted["results"]}
    assert sizes == {entry["key"]: entry["object"]["size"] for entry in real["results"]}
    assert set(sizes.values()) == {3 * GIB}


def test_clone_of_a_clone_in_one_document(bench: Bench) -> None:
    prepare(bench.lab, (lun(),))

    documents(bench, {"luns": [{**PLACE, "name": "d", "source": {"lun": "c"}}, CLONE]})

    assert bench.lab.east.lun("d")["origin"]["share"] == "c"


@pytest.mark.parametrize("release", RELEASES)
def test_clone_and_source_are_removed_by_one_document(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(),))
    bench.change("zfssa_lun", CLONE)

    documents(bench, {"luns": [{**PLACE, "name": name, "state": "absent"} for name in ("a", "c")]})

    assert bench.lab.east.luns() == []


def test_two_clones_of_one_temporary_snapshot_are_removed_by_one_document(bench: Bench) -> None:
    prepare(bench.lab, (lun(),))
    bench.change("zfssa_lun", CLONE)
    prepare(bench.lab, (("PUT", f"{LUNS}/a/snapshots/{C}/clone", {"share": "d"}),))

    documents(bench, {"luns": [{**PLACE, "name": name, "state": "absent"} for name in ("c", "d")]})

    assert bench.lab.east.luns() == ["default/a"] and names(bench) == []


@pytest.mark.parametrize("force", [False, True])
def test_purge_of_a_clone_takes_its_snapshot_along(force: bool, bench: Bench) -> None:
    prepare(bench.lab, (HERE, lun(), lun("keep", of="proj-a")))
    bench.change("zfssa_lun", {**PROJ, "name": "c", "source": {"project": "default", "lun": "a"}})
    config = {"luns": [{**PROJ, "name": "keep"}]}

    _predicted, real = documents(bench, config, purge=["luns"], force=force)

    assert real["plan"] == ["- lun tank/proj-a/c"]
    assert bench.lab.east.luns() == ["default/a", "proj-a/keep"] and names(bench) == []


def test_purge_of_a_source_is_refused_with_the_name_of_its_clone(bench: Bench) -> None:
    prepare(bench.lab, (HERE, lun(of="proj-a")))
    bench.change("zfssa_lun", {**PROJ, "name": "c", "source": SOURCE})

    run = bench.refuse("zfssa_san", {"config": {"luns": [{**PROJ, "name": "c"}]}, "purge": ["luns"]})

    assert "LUN tank/proj-a/a holds snapshot" in run.msg and "clone LUN tank/proj-a/c" in run.msg
    assert run.writes == []


def test_purge_of_snapshots_leaves_those_of_clones(bench: Bench) -> None:
    prepare(
        bench.lab,
        (HERE, lun(of="proj-a"), ("POST", "storage/v1/pools/tank/projects/proj-a/luns/a/snapshots", {"name": "s1"})),
    )
    bench.change("zfssa_lun", {**PROJ, "name": "c", "source": SOURCE})
    config = {"projects": [{"pool": "tank", "name": "proj-a"}], "luns": [{**PROJ, "name": "a"}, {**PROJ, "name": "c"}]}

    _predicted, real = documents(bench, config, purge=["luns", "snapshots"], force=True)

    assert real["plan"] == ["- snapshot tank/proj-a/a@s1"]
    assert bench.lab.east.luns() == ["proj-a/a", "proj-a/c"]


def test_purge_of_a_project_takes_the_snapshots_of_its_clones_along(bench: Bench) -> None:
    prepare(bench.lab, (HERE, project("proj-b"), lun(of="proj-a")))
    bench.change("zfssa_lun", {**PROJ, "name": "c", "project": "proj-b", "source": {"project": "proj-a", "lun": "a"}})
    config = {
        "projects": [{"pool": "tank", "name": "proj-b", "state": "absent", "force": True}],
        "luns": [{**PROJ, "name": "a", "state": "absent"}],
    }

    documents(bench, config)

    assert bench.lab.east.luns() == []


@pytest.mark.parametrize("release", RELEASES)
def test_what_is_exported_has_no_temporary_snapshot_and_changes_nothing(
    release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (HERE, lun(), snapshot(), ("PUT", f"{LUNS}/a/snapshots/s1/clone", {"share": "named"})))
    bench.change("zfssa_lun", {**CLONE, "size": "2G"})
    bench.change("zfssa_lun", {**PROJ, "name": "d", "source": {"project": "default", "lun": "c"}})

    config = bench.change("zfssa_info", {"as_input": True}).result["config"]
    run = bench.change("zfssa_san", {"config": config, "purge": ["luns", "snapshots"], "force": True})

    assert {one["name"]: one.get("source") for one in config["luns"]} == {
        "a": None,
        "c": {"project": "default", "lun": "a"},
        "d": {"project": "default", "lun": "c"},
        "named": {"project": "default", "lun": "a", "snapshot": "s1"},
    }
    assert [one["name"] for one in config["snapshots"]] == ["s1"]
    assert not run.changed and run.result["plan"] == []


def test_nothing_is_left_of_a_clone_that_fails_in_a_document(bench: Bench) -> None:
    prepare(bench.lab, (lun(),))
    bench.lab.fault({"status": 403}, method="PUT", path="/luns/c$")

    run = bench.refuse("zfssa_san", {"config": {"luns": [{**CLONE, "size": "2G"}]}})

    assert not run.changed
    assert bench.lab.east.luns() == ["default/a"] and names(bench) == []
