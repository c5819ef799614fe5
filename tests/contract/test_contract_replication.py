"""Replication: actions, updates and packages, on every release."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    ACTIONS,
    PROJECTS,
    REPLICATED,
    SENT,
    Case,
    lun,
    on_the_way,
    own_replication,
    play,
    prepare,
    project,
    rows,
)
from lab_appliances import GIB, RELEASES, Lab
from module_runner import Bench

ROUTE = {"pool": "tank", "project": "default", "lun": "a", "target": "west", "target_pool": "tank"}
FLAG = {"pool": "tank", "project": "default", "lun": "a"}
WHOLE = {"pool": "tank", "project": "proj-a", "target": "west", "target_pool": "tank"}
SEND = ("PUT", f"{ACTIONS}/{{id}}/sendupdate")
QUICK = {"poll_interval": 1}

CASES = (
    Case(
        "created",
        "zfssa_replication",
        ROUTE,
        (lun(), own_replication()),
        expect={"lun": "a", "target": "west", "target_pool": "tank", "state": "idle", "enabled": True},
        gone={**ROUTE, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "created with everything",
        "zfssa_replication",
        {
            **ROUTE,
            "inherited": False,
            "enabled": False,
            "include_snaps": False,
            "max_bandwidth": "100M",
            "use_ssl": False,
            "compression": False,
            "dedup": True,
        },
        (lun(),),
        expect={"enabled": False, "include_snaps": False, "max_bandwidth": 100 << 20, "compression": False},
        gone={**ROUTE, "state": "absent"},
        writes=2,
        releases=RELEASES,
    ),
    Case(
        "of a whole project",
        "zfssa_replication",
        WHOLE,
        (project(), lun(of="proj-a")),
        expect={"lun": None, "project": "proj-a"},
        gone={**WHOLE, "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "changed",
        "zfssa_replication",
        {**ROUTE, "max_bandwidth": "1G", "enabled": False, "compression": False},
        REPLICATED,
        expect={"max_bandwidth": GIB, "enabled": False, "compression": False},
        releases=RELEASES,
    ),
    Case(
        "no longer inherited",
        "zfssa_replication",
        {**FLAG, "inherited": False},
        (lun(),),
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "inherited again",
        "zfssa_replication",
        {**FLAG, "inherited": True},
        (lun(), own_replication()),
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "disabled",
        "zfssa_replication_package",
        {"id": "{id}", "enabled": False},
        SENT,
        at="west",
        expect={"enabled": False, "state": "idle", "last_result": "success"},
        releases=RELEASES,
    ),
    Case(
        "absent",
        "zfssa_replication_package",
        {"id": "{id}", "state": "absent"},
        SENT,
        at="west",
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "severed",
        "zfssa_replication_package",
        {"id": "{id}", "state": "severed", "project": "copy"},
        SENT,
        at="west",
        expect=None,
        releases=RELEASES,
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


@pytest.mark.parametrize("release", RELEASES)
def test_update_is_sent_and_waited_for(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, REPLICATED)
    bench.lab.write("a", GIB // 4)

    predicted = bench.change("zfssa_replication_update", {**ROUTE, **QUICK}, check=True)
    sent = bench.change("zfssa_replication_update", {**ROUTE, **QUICK})
    fresh = bench.change("zfssa_replication_update", {**ROUTE, **QUICK, "max_age": 3600})
    once_more = bench.change("zfssa_replication_update", {"id": sent.value["id"], **QUICK})

    assert predicted.changed and predicted.value["last_result"] == "success"
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
    assert predicted.value["state"] == run.value["state"] == "sending"


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

    assert predicted.changed and run.changed and not again.changed
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


@pytest.mark.parametrize("release", RELEASES)
def test_severed_package_is_a_local_project(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    source = bench.lab.east.facts["asn"]

    bench.change(
        "zfssa_replication_package",
        {"id": made, "source": source, "state": "severed", "project": "copy"},
        "west",
    )

    assert bench.lab.west.luns() == ["copy/a"]
    assert bench.lab.west.state["packages"] == []


def test_package_is_severed_into_a_name_that_is_free(bench: Bench) -> None:
    made = prepare(bench.lab, (*SENT, ("west", "POST", PROJECTS, {"name": "copy"})))
    on_the_way(bench.lab)

    run = bench.refuse("zfssa_replication_package", {"id": made, "state": "severed", "project": "copy"}, "west")

    assert "there is a project of that name" in run.msg
    assert run.writes == []


def test_package_that_receives_is_not_severed(bench: Bench) -> None:
    made = prepare(bench.lab, REPLICATED)
    bench.lab.fault({"replication": "stall"})
    prepare(bench.lab, (("PUT", f"{ACTIONS}/{made}/sendupdate"),))

    run = bench.refuse("zfssa_replication_package", {"id": made, "state": "severed", "project": "copy"}, "west")

    assert "receiving an update" in run.msg
    assert run.writes == []


@pytest.mark.parametrize("release", RELEASES)
def test_flag_is_told_beside_the_action(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (lun(),))

    predicted = bench.change("zfssa_replication", {**ROUTE, "inherited": False}, check=True)
    run = bench.change("zfssa_replication", {**ROUTE, "inherited": False})
    left_out = bench.change("zfssa_replication", ROUTE)

    assert predicted.result["inherited"] is run.result["inherited"] is False
    assert left_out.result["inherited"] is None
    assert _inherits(bench.lab) is False


def _inherits(lab: Lab) -> bool:
    body = lab.east.call("GET", f"{PROJECTS}/default/filesystems/a/replication")
    return bool(body["replication"]["inherited"])
