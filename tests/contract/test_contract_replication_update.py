"""Updates: sent, waited for, cancelled, failed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    ACTIONS,
    REPLICATED,
    SENT,
    on_the_way,
    prepare,
)
from lab_appliances import GIB, RELEASES
from module_runner import Bench
from prediction import unlike

ROUTE = {"pool": "tank", "project": "default", "lun": "a", "target": "west", "target_pool": "tank"}
QUICK = {"poll_interval": 1}


@pytest.mark.parametrize(("date", "fresh"), [("sent", True), ("absent", False)])
def test_age_of_an_update_is_told_by_the_clock_of_the_appliance(
    date: str, fresh: bool, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of("8.8")
    prepare(bench.lab, REPLICATED)
    bench.lab.switch("date-header", date)
    bench.lab.control("POST", "/clock", {"advance_s": 7200})
    bench.change("zfssa_replication_update", {**ROUTE, **QUICK})

    again = bench.change("zfssa_replication_update", {**ROUTE, **QUICK, "max_age": 3600}, check=True)

    # Seen from here, it was sent in the future.
    assert again.changed is not fresh


@pytest.mark.parametrize("release", RELEASES)
def test_update_is_sent_and_waited_for(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, REPLICATED)
    bench.lab.write("a", GIB // 4)

    predicted = bench.change("zfssa_replication_update", {**ROUTE, **QUICK}, check=True)
    sent = bench.change("zfssa_replication_update", {**ROUTE, **QUICK})
    fresh = bench.change("zfssa_replication_update", {**ROUTE, **QUICK, "max_age": 3600})
    once_more = bench.change("zfssa_replication_update", {"id": sent.value["id"], **QUICK})

    assert unlike(predicted, sent) == []
    assert sent.changed
    assert sent.value["last_result"] == "success"
    assert sent.value["bytes_sent"] > GIB // 4
    assert sent.value["target"] == "west"
    assert not fresh.changed and fresh.value == sent.value
    assert once_more.changed
    assert bench.lab.west.state["packages"][0]["complete"]


@pytest.mark.parametrize("release", RELEASES)
def test_update_is_not_waited_for(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, REPLICATED)

    predicted = bench.change("zfssa_replication_update", {**ROUTE, "wait": False}, check=True)
    run = bench.change("zfssa_replication_update", {**ROUTE, "wait": False})

    assert run.changed
    assert run.value["state"] == "sending"
    assert unlike(predicted, run) == []


@pytest.mark.parametrize("release", RELEASES)
def test_running_update_is_cancelled(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    made = prepare(bench.lab, REPLICATED)
    bench.lab.fault({"replication": "stall"})
    prepare(bench.lab, (("PUT", f"{ACTIONS}/{made}/sendupdate"),))
    cancel = {**ROUTE, **QUICK, "state": "cancelled"}

    predicted = bench.change("zfssa_replication_update", cancel, check=True)
    run = bench.change("zfssa_replication_update", cancel)
    again = bench.change("zfssa_replication_update", cancel)

    assert unlike(predicted, run) == []
    assert run.changed and not again.changed
    assert run.value["state"] == "idle"
    assert run.value["last_result"] == "cancelled"
    assert again.value == run.value


def test_stalled_update_times_out_with_the_last_state(bench: Bench) -> None:
    prepare(bench.lab, REPLICATED)
    bench.lab.fault({"replication": "stall"})

    run = bench.refuse("zfssa_replication_update", {**ROUTE, "wait_timeout": 1, "poll_interval": 1})

    assert "was not done after 1 s" in run.msg
    assert "last seen: state sending, 0 of" in run.msg
    assert "last result None" in run.msg or "no result" in run.msg
    assert run.changed
    assert run.result["failure"]["steps_done"]


@pytest.mark.parametrize("release", RELEASES)
def test_failed_update_gives_the_appliances_reason(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, REPLICATED)
    bench.lab.fault({"replication": "fail"})

    run = bench.refuse("zfssa_replication_update", {**ROUTE, **QUICK})

    assert "connection to the target was lost" in run.msg
    assert run.changed


def test_failed_update_is_not_taken_for_the_good_one_before(bench: Bench) -> None:
    prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    bench.lab.fault({"replication": "fail"})

    run = bench.refuse("zfssa_replication_update", {**ROUTE, **QUICK})

    assert "connection to the target was lost" in run.msg


def test_update_waits_for_the_one_that_runs(bench: Bench) -> None:
    prepare(bench.lab, SENT)

    run = bench.change("zfssa_replication_update", {**ROUTE, **QUICK})

    assert run.changed
    assert [row["status"] for row in run.writes] == [202]
    # The first update was let end, and its snapshot gone with the second.
    names = [one["name"] for one in bench.lab.east.state["snapshots"]]
    assert [name.rsplit("-", 1)[1] for name in names] == ["2"]


def test_update_is_refused_while_another_runs_that_is_not_waited_for(bench: Bench) -> None:
    bench.lab.fault({"replication": "stall"})
    prepare(bench.lab, SENT)

    run = bench.refuse("zfssa_replication_update", {**ROUTE, "wait": False})

    assert "is running" in run.msg
    assert run.writes == []


def test_continuous_action_sends_by_itself(bench: Bench) -> None:
    prepare(bench.lab, REPLICATED)

    run = bench.change("zfssa_replication", {**ROUTE, "continuous": True})
    again = bench.change("zfssa_replication", {**ROUTE, "continuous": True})

    assert run.changed and run.value["continuous"] is True
    assert not again.changed
    # Whether it is sending at this moment is another matter each time.
    bench.results.clear()
