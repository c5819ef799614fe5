"""A LUN or filesystem rolled back to a snapshot, also when answers are lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    SENT,
    clone,
    lun,
    prepare,
    snapshot,
)
from lab_appliances import RELEASES, Record
from module_runner import Bench, Run
from prediction import unlike
from snapshot_calls import FILES, PLACE, S1, filesystem, names

# Rollback


def restored(bench: Bench, options: Record) -> Run:
    """Roll back, as predicted."""
    predicted = bench.change("zfssa_snapshot", options, check=True, diff=True)
    real = bench.change("zfssa_snapshot", options, diff=True)
    assert predicted.changed and real.changed
    assert unlike(predicted, real) == []
    assert len([row for row in real.writes if row["status"] < 400]) == 1
    return real


@pytest.mark.parametrize("release", RELEASES)
def test_rollback_to_the_newest(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(), snapshot()))
    bench.lab.write("a", 4096)
    before = bench.lab.east.lun("a")["space_data"]

    run = restored(bench, {**S1, "state": "restored"})

    assert run.value["name"] == "s1" and run.result["pruned"] == []
    assert bench.lab.east.lun("a")["space_data"] == before - 4096


@pytest.mark.parametrize("release", RELEASES)
def test_rollback_past_newer_snapshots_and_their_clones(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(), snapshot(), snapshot("s2"), snapshot("s3"), clone(at="s3")))

    run = restored(bench, {**S1, "state": "restored", "force": True})

    assert run.result["pruned"] == ["s2", "s3"]
    assert names(bench) == ["s1"]
    assert bench.lab.east.luns() == ["default/a"]


def test_rollback_of_a_filesystem(bench: Bench) -> None:
    prepare(bench.lab, (filesystem(), ("POST", f"{FILES}/fs/snapshots", {"name": "s1"})))

    restored(bench, {**PLACE, "filesystem": "fs", "name": "s1", "state": "restored"})


def test_rollback_is_a_change_each_time(bench: Bench) -> None:
    prepare(bench.lab, (lun(), snapshot()))
    for _time in range(2):
        assert bench.change("zfssa_snapshot", {**S1, "state": "restored"}).changed


RESTORED = {**S1, "state": "restored"}
TWO = (lun(), snapshot(), snapshot("s2"))


def test_rollback_to_what_is_not_there_names_no_snapshots_of_the_system(bench: Bench) -> None:
    prepare(bench.lab, (*SENT, snapshot("mine")))

    run = bench.refuse("zfssa_snapshot", {**PLACE, "lun": "a", "name": "x", "state": "restored"})

    assert "use one of" in run.msg and "mine" in run.msg
    assert ".rr-" not in run.msg


# Requests


# Lost answers


@pytest.mark.parametrize(
    ("fault", "sent"), [({"drop": "after"}, 1), ({"drop": "before"}, 2), ({"expire_sessions": True}, 2)]
)
@pytest.mark.parametrize("release", RELEASES)
def test_rollback_past_newer_ones_is_done_once(
    release: str, fault: Record, sent: int, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    prepare(bench.lab, TWO)
    # Where the appliance asks for a confirmation, the question comes before.
    asks = release != "2013.1"
    bench.lab.fault(fault, method="PUT", path="/rollback", nth=2 if asks else 1)

    run = bench.change("zfssa_snapshot", {**RESTORED, "force": True})

    assert run.result["pruned"] == ["s2"]
    assert names(bench) == ["s1"]
    assert bench.lab.faults() == []
    assert len([row for row in run.writes if row["status"] != 409]) == sent


def test_rollback_that_left_its_trace_is_not_repeated(bench: Bench) -> None:
    """Nothing newer is there to die; but what only the snapshot had is gone."""
    prepare(bench.lab, (lun(volsize="8192", volblocksize=8192),))
    bench.lab.write("a", 8192)
    prepare(bench.lab, (snapshot(),))
    bench.lab.write("a", 8192)
    bench.lab.fault({"drop": "after"}, method="PUT", path="/rollback$")

    run = bench.change("zfssa_snapshot", RESTORED)

    assert len(run.writes) == 1
    assert run.value["space_unique"] == 0


def test_rollback_without_a_trace_is_sent_again(bench: Bench) -> None:
    prepare(bench.lab, (lun(), snapshot()))
    bench.lab.fault({"drop": "after"}, method="PUT", path="/rollback$")

    run = bench.change("zfssa_snapshot", RESTORED)

    assert len(run.writes) == 2
    assert run.value["name"] == "s1"
