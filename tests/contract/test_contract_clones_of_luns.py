"""Clones of LUNs: a LUN with a source and no snapshot, which the task takes, and which goes with the clone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import LUNS, MASK, SCHEMA, Call, Case, Refusal, lun, play, prepare, project, row_id, rows, snapshot
from lab_appliances import GIB, RELEASES, Record
from module_runner import Bench
from prediction import unlike
from snapshot_calls import LUN, PLACE, names

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._temporary import temporary_name

CLONE = {**LUN, "source": {"lun": "a"}}
GONE = {**LUN, "state": "absent"}
C = temporary_name(LUN)
FIELDS = {"pool": "tank", "project": "default", "share": "a", "snapshot": C}

CASES = (
    Case(
        "a LUN cloned",
        "zfssa_lun",
        CLONE,
        (lun(),),
        expect={"size": GIB, "origin": FIELDS, "initiator_groups": []},
        gone=GONE,
        releases=RELEASES,
        writes=2,
        gone_writes=2,
    ),
    Case(
        "a thin LUN cloned with settings of its own",
        "zfssa_lun",
        {**CLONE, "compression": "lzjb", "writecache": True, "custom": {"colour": "red"}, "volblocksize": "16k", "size": "1G"},
        (("POST", SCHEMA, {"property": "colour"}), lun(initiatorgroup=MASK, sparse=True, volblocksize="16k")),
        expect={"compression": "lzjb", "writecache": True, "sparse": True, "custom": {"colour": "red"}, "size": GIB},
        gone=GONE,
        writes=2,
        gone_writes=2,
    ),
    Case(
        "a LUN cloned into another project",
        "zfssa_lun",
        {**CLONE, "project": "proj-a", "source": {"project": "default", "lun": "a"}},
        (project(compression="lzjb"), lun()),
        expect={"project": "proj-a", "compression": "lzjb"},
        gone={**GONE, "project": "proj-a"},
        releases=RELEASES,
        writes=2,
        gone_writes=2,
    ),
    Case(
        "a LUN cloned and grown",
        "zfssa_lun",
        {**CLONE, "size": "2G"},
        (lun(),),
        expect={"size": 2 * GIB},
        gone=GONE,
        releases=RELEASES,
        writes=3,
        gone_writes=2,
    ),
    Case(
        "a LUN cloned and cut, which is allowed",
        "zfssa_lun",
        {**CLONE, "size": "512M", "allow_shrink": True},
        (lun(),),
        expect={"size": GIB // 2},
        writes=3,
        gone_writes=2,
    ),
    Case("a LUN cloned under a new name", "zfssa_lun", {**CLONE, "new_name": "d"}, (lun(),), expect={"name": "d"}, writes=2, gone_writes=2),
    Case(
        "a clone cloned",
        "zfssa_lun",
        {**LUN, "name": "d", "source": {"lun": "c"}},
        (lun(), snapshot(), ("PUT", f"{LUNS}/a/snapshots/s1/clone", {"share": "c"})),
        gone={**GONE, "name": "d"},
        writes=2,
        gone_writes=2,
    ),
)  # fmt: skip


@pytest.mark.parametrize(("case", "release"), rows(CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)

    play(bench, case)

    if case.gone is not None:
        assert temporary(bench) == []


def temporary(bench: Bench) -> list[str]:
    """The names of the snapshots of which only clones are to know."""
    return [one["name"] for one in bench.lab.east.state["snapshots"] if one["name"].startswith("zfssa-clone-")]


def foreign(name: str = C) -> Call:
    """Take a snapshot with the name of a temporary one."""
    return ("POST", f"{LUNS}/a/snapshots", {"name": name})


REFUSED = (
    Refusal("no such LUN", "zfssa_lun", CLONE, ("LUN tank/default/a does not exist",)),
    Refusal("smaller", "zfssa_lun", {**CLONE, "size": "512M"}, ("LUN tank/default/c would have 1G", "512M would truncate it"), (lun(),)),
    Refusal("other blocks", "zfssa_lun", {**CLONE, "volblocksize": "64k"}, ("volblocksize of 64K", "8K"), (lun(),)),
    Refusal("no such project", "zfssa_lun", {**CLONE, "project": "x", "source": {"project": "default", "lun": "a"}}, ("x",), (lun(),)),
    Refusal(
        "a filesystem has the name", "zfssa_lun", CLONE, ("there is a filesystem tank/default/c",),
        (lun(), ("POST", "storage/v1/pools/tank/projects/default/filesystems", {"name": "c"})),
    ),
    Refusal(
        "no room for a thick clone", "zfssa_lun", {**CLONE, "project": "proj-a", "source": {"project": "default", "lun": "a"}},
        ("it takes 1G, and project tank/proj-a has 512M left, within its quota of 512M",), (project(quota="512m"), lun()),
    ),
    Refusal(
        "no room to grow", "zfssa_lun", {**CLONE, "size": "2T"}, ("it takes 2T, and project tank/default has",), (lun(),),
    ),
    Refusal(
        "it is a clone of another LUN", "zfssa_lun", {**CLONE, "source": {"lun": "b"}},
        ("LUN tank/default/c exists and is a clone of tank/default/a@s1, so it cannot be a clone of tank/default/b",),
        (lun(), lun("b"), snapshot(), ("PUT", f"{LUNS}/a/snapshots/s1/clone", {"share": "c"})),
    ),
    Refusal("it is no clone", "zfssa_lun", CLONE, ("exists and is no clone, so it cannot be a clone of tank/default/a",), (lun(), lun("c"))),
)  # fmt: skip


@pytest.mark.parametrize("row", REFUSED, ids=row_id)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_what_cannot_be_cloned_is_refused_before_the_first_write(check: bool, row: Refusal, bench: Bench) -> None:
    prepare(bench.lab, row.before)

    run = bench.refuse(row.module, row.options, check=check)

    assert all(word in run.msg for word in row.words), run.msg
    assert not run.changed and run.writes == []


@pytest.mark.parametrize("sparse", [True, False], ids=["thin", "thick"])
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_room_that_the_snapshot_of_a_thick_lun_takes_is_counted(check: bool, sparse: bool, bench: Bench) -> None:
    quota = GIB + GIB // 4 + (0 if sparse else GIB)
    prepare(bench.lab, (project(quota=quota), lun(of="proj-a")))
    bench.lab.write("a", GIB // 2, "proj-a")

    run = bench.refuse("zfssa_lun", {**CLONE, "project": "proj-a", "sparse": sparse}, check=check)

    # An appliance reserves somewhat more than it says, so that a little less may be asked for.
    assert ("it takes 4" if sparse else "it takes 1.47G") in run.msg
    assert "within its quota" in run.msg and run.writes == []


def test_clone_is_found_by_its_origin_whatever_gets_another_name(bench: Bench) -> None:
    prepare(bench.lab, (project(), lun()))
    bench.change("zfssa_lun", CLONE)
    bench.change("zfssa_lun", {**LUN, "new_name": "d", "new_project": "proj-a"})
    bench.change("zfssa_lun", {**PLACE, "name": "a", "new_name": "b"})

    again = bench.change(
        "zfssa_lun", {"pool": "tank", "project": "proj-a", "name": "d", "source": {"project": "default", "lun": "b"}}
    )
    gone = bench.change("zfssa_lun", {"pool": "tank", "project": "proj-a", "name": "d", "state": "absent"})

    assert not again.changed and len(again.requests) == 3
    assert gone.changed and temporary(bench) == [] and bench.lab.east.luns() == ["default/b"]


def test_name_that_a_renamed_clone_has_left_is_given_to_another_one(bench: Bench) -> None:
    prepare(bench.lab, (lun(),))
    bench.change("zfssa_lun", CLONE)
    bench.change("zfssa_lun", {**LUN, "new_name": "d"})

    second = bench.change("zfssa_lun", CLONE)

    assert second.value["origin"]["snapshot"] == temporary_name(LUN, 1)
    bench.change("zfssa_lun", {**GONE, "name": "d"})
    assert temporary(bench) == [temporary_name(LUN, 1)] and bench.lab.east.luns() == ["default/a", "default/c"]
    bench.change("zfssa_lun", GONE)
    assert temporary(bench) == []


def test_what_another_task_has_left_is_gone_on_with(bench: Bench) -> None:
    prepare(bench.lab, (lun(), foreign()))

    predicted = bench.change("zfssa_lun", CLONE, check=True)
    run = bench.change("zfssa_lun", CLONE)

    assert unlike(predicted, run) == []
    assert len(run.writes) == 1 and temporary(bench) == [C]


@pytest.mark.parametrize("release", RELEASES)
def test_snapshot_on_which_another_clone_lives_stays(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(),))
    bench.change("zfssa_lun", CLONE)
    prepare(bench.lab, (("PUT", f"{LUNS}/a/snapshots/{C}/clone", {"share": "theirs"}),))

    bench.change("zfssa_lun", GONE)
    between = (temporary(bench), bench.lab.east.luns())
    bench.change("zfssa_lun", {**GONE, "name": "theirs"})

    assert between == ([C], ["default/a", "default/theirs"])
    assert temporary(bench) == [] and bench.lab.east.luns() == ["default/a"]


def test_snapshot_that_is_held_stays(bench: Bench) -> None:
    prepare(bench.lab, (lun(),))
    bench.change("zfssa_lun", CLONE)
    prepare(bench.lab, (("PUT", f"{LUNS}/a/snapshots/{C}", {"retentionpolicy": "unlocked"}),))

    run = bench.change("zfssa_lun", GONE)

    assert run.changed and temporary(bench) == [C] and bench.lab.east.luns() == ["default/a"]


@pytest.mark.parametrize("name", ["zfssa-clone-mine", "zfssa-clone-" + 40 * "0", C + "x", C[:-1]])
def test_snapshot_that_somebody_has_named_alike_stays(name: str, bench: Bench) -> None:
    prepare(bench.lab, (lun(), foreign(name), ("PUT", f"{LUNS}/a/snapshots/{name}/clone", {"share": "c"})))

    bench.change("zfssa_lun", GONE)

    assert names(bench) == [name]


@pytest.mark.parametrize("release", RELEASES)
def test_number_of_clones_that_lags_keeps_nothing(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    bench.lab.control("POST", "/settings", {"numclones_lag_s": 600})
    prepare(bench.lab, (lun(),))
    bench.change("zfssa_lun", CLONE)
    prepare(bench.lab, (("PUT", f"{LUNS}/a/snapshots/{C}/clone", {"share": "theirs"}), ("DELETE", f"{LUNS}/theirs")))

    bench.change("zfssa_lun", GONE)

    assert temporary(bench) == []


def test_protected_clone_keeps_its_snapshot(bench: Bench) -> None:
    prepare(bench.lab, (lun(),))
    bench.change("zfssa_lun", {**CLONE, "nodestroy": True})

    run = bench.refuse("zfssa_lun", GONE)

    assert "nodestroy" in run.msg and run.writes == []
    assert temporary(bench) == [C]


def test_what_a_clone_has_left_goes_where_the_task_says_what_it_was_made_from(bench: Bench) -> None:
    prepare(bench.lab, (lun(), foreign(), snapshot()))

    predicted = bench.change("zfssa_lun", {**GONE, "source": {"lun": "a"}}, check=True)
    run = bench.change("zfssa_lun", {**GONE, "source": {"lun": "a"}})
    again = bench.change("zfssa_lun", {**GONE, "source": {"lun": "a"}})

    assert predicted.changed and run.changed and not again.changed
    assert names(bench) == ["s1"]


@pytest.mark.parametrize("release", RELEASES)
def test_project_that_goes_takes_the_snapshots_of_its_clones_along(
    release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (project(), lun(), snapshot()))
    bench.change("zfssa_lun", {**CLONE, "project": "proj-a", "source": {"project": "default", "lun": "a"}})
    bench.change("zfssa_lun", {**LUN, "name": "d", "project": "proj-a", "source": {"lun": "c"}})

    run = bench.change("zfssa_project", {"pool": "tank", "name": "proj-a", "state": "absent", "force": True})

    assert run.value is None
    assert names(bench) == ["s1"] and bench.lab.east.projects() == {"default"}


BUSY: tuple[Record, ...] = (
    {"module": "zfssa_snapshot", "options": {**PLACE, "lun": "a", "name": C, "state": "absent"}},
    {"module": "zfssa_lun", "options": {**PLACE, "name": "a", "state": "absent"}},
    {"module": "zfssa_snapshot", "options": {**PLACE, "lun": "a", "name": "s1", "state": "restored"}},
)


@pytest.mark.parametrize("row", BUSY)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_clone_is_named_where_its_snapshot_would_go(check: bool, row: Record, bench: Bench) -> None:
    prepare(bench.lab, (lun(), snapshot()))
    bench.change("zfssa_lun", CLONE)

    run = bench.refuse(row["module"], row["options"], check=check)

    assert "LUN tank/default/c" in run.msg and run.writes == []


@pytest.mark.parametrize("force", [False, True])
def test_retention_neither_counts_nor_takes_the_snapshots_of_clones(force: bool, bench: Bench) -> None:
    prepare(bench.lab, (lun(), snapshot(), snapshot("s2")))
    bench.change("zfssa_lun", CLONE)

    run = bench.change("zfssa_snapshot", {**PLACE, "lun": "a", "match": "*", "keep_last": 2, "force": force})

    assert not run.changed and bench.lab.east.luns() == ["default/a", "default/c"]


@pytest.mark.parametrize("options", [{"name": C}, {"name": "s1", "new_name": C}])
def test_name_of_a_clones_snapshot_is_given_to_no_other(options: Record, bench: Bench) -> None:
    prepare(bench.lab, (lun(), snapshot()))

    run = bench.refuse("zfssa_snapshot", {**PLACE, "lun": "a", **options})

    assert "belongs to a clone" in run.msg and run.writes == []


@pytest.mark.parametrize("fault", ["POST", "PUT"])
def test_nothing_is_left_of_a_clone_that_is_refused(fault: str, bench: Bench) -> None:
    prepare(bench.lab, (lun(),))
    bench.lab.fault({"status": 403}, method=fault, path="/luns/")

    run = bench.refuse("zfssa_lun", CLONE)

    assert not run.changed and run.result["failure"]["steps_done"] == []
    assert temporary(bench) == [] and bench.lab.east.luns() == ["default/a"]


@pytest.mark.parametrize("options", [CLONE, {**LUN, "source": {"lun": "a", "snapshot": "s1"}}])
def test_nothing_is_left_of_a_clone_that_cannot_be_grown(options: Record, bench: Bench) -> None:
    prepare(bench.lab, (lun(), snapshot()))
    bench.lab.fault({"status": 403}, method="PUT", path="/luns/c$")

    run = bench.refuse("zfssa_lun", {**options, "size": "2G"})

    assert not run.changed and run.result["failure"]["steps_done"] == []
    assert names(bench) == ["s1"] and bench.lab.east.luns() == ["default/a"]


def test_what_cannot_be_removed_again_is_said(bench: Bench) -> None:
    prepare(bench.lab, (lun(),))
    bench.lab.fault({"status": 403}, method="PUT", path="/clone$")
    bench.lab.fault({"status": 403}, method="DELETE", path="/snapshots/")

    run = bench.refuse("zfssa_lun", CLONE)

    assert (
        run.changed
        and f"and snapshot tank/default/a@{C}, which this task had made, could not be removed again" in run.msg
    )
    assert temporary(bench) == [C]
