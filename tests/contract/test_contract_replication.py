"""Replication: actions, updates and packages, on every release."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    ACTIONS,
    PROJECTS,
    REPLICATED,
    SENT,
    Call,
    Case,
    action,
    lun,
    on_the_way,
    own_replication,
    play,
    prepare,
    project,
    rows,
)
from lab_appliances import GIB, RELEASES, Lab, Record
from module_runner import Bench
from prediction import unlike

ROUTE = {"pool": "tank", "project": "default", "lun": "a", "target": "west", "target_pool": "tank"}
FLAG = {"pool": "tank", "project": "default", "lun": "a"}
WHOLE = {"pool": "tank", "project": "proj-a", "target": "west", "target_pool": "tank"}
GONE = {"state": "absent"}
SEND = ("PUT", f"{ACTIONS}/{{id}}/sendupdate")
QUICK = {"poll_interval": 1}
WEST = {"label": "west", "hostname": "west", "root_password": "lab-password"}
UNKNOWN_WEST = (("DELETE", "storage/v1/replication/targets/west"),)
MONDAYS = {"frequency": "week", "day": "Monday", "hour": 8, "minute": 30}
HOURLY = {"frequency": "hour", "day": None, "hour": None, "minute": 15}
PROJECT_ACTION = ("POST", ACTIONS, {"pool": "tank", "project": "proj-a", "target": "west", "target_pool": "tank"})


def schedule(frequency: str, **details: object) -> Call:
    """Give the action made last a schedule."""
    return ("POST", f"{ACTIONS}/{{id}}/schedules", {"frequency": frequency, **details})


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
        {"id": "{id}", "state": "severed", "project": "{id}"},
        SENT,
        at="west",
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "reversed",
        "zfssa_replication_package",
        {"id": "{id}", "state": "reversed", "project": "back"},
        SENT,
        at="west",
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "cloned",
        "zfssa_replication_package",
        {"id": "{id}", "state": "cloned", "project": "try"},
        SENT,
        at="west",
        expect={"state": "idle", "last_result": "success"},
        releases=RELEASES,
    ),
    Case(
        "created with schedules",
        "zfssa_replication",
        {**ROUTE, "schedules": [MONDAYS, {"frequency": "hour", "minute": 15}, {"frequency": "5min"}]},
        (lun(), own_replication()),
        expect={"schedules": [{"frequency": "5min", "day": None, "hour": None, "minute": None}, HOURLY, MONDAYS]},
        gone={**ROUTE, "state": "absent"},
        writes=4,
        releases=RELEASES,
    ),
    Case(
        "one schedule in place of another",
        "zfssa_replication",
        {**ROUTE, "use_ssl": False, "schedules": [{"frequency": "week", "day": "mon", "hour": 8, "minute": 30}]},
        (*REPLICATED, schedule("hour", minute=15)),
        expect={"schedules": [MONDAYS], "use_ssl": False},
        writes=3,
        releases=RELEASES,
    ),
    Case(
        "one schedule more",
        "zfssa_replication",
        {**ROUTE, "schedules": [MONDAYS, HOURLY]},
        (*REPLICATED, schedule("hour", minute=15)),
        expect={"schedules": [HOURLY, MONDAYS]},
    ),
    Case(
        "continuous without schedules",
        "zfssa_replication",
        {**ROUTE, "schedules": [], "continuous": True, "enabled": False},
        (*REPLICATED, schedule("month", day=31), schedule("day", hour=4)),
        expect={"schedules": [], "continuous": True},
        writes=3,
        releases=RELEASES,
    ),
    Case(
        "scheduled and no longer continuous",
        "zfssa_replication",
        {**ROUTE, "schedules": [{"frequency": "month", "day": "31"}], "continuous": False},
        (lun(), own_replication(), action(continuous=True, enabled=False)),
        expect={"schedules": [{"frequency": "month", "day": 31, "hour": 0, "minute": 0}], "continuous": False},
        writes=2,
        releases=RELEASES,
    ),
    Case(
        "registered",
        "zfssa_replication_target",
        WEST,
        UNKNOWN_WEST,
        expect={"label": "west", "hostname": "west", "actions": 0},
        gone={"label": "west", "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "registered under another label",
        "zfssa_replication_target",
        {**WEST, "label": "peer"},
        UNKNOWN_WEST,
        expect={"label": "peer", "hostname": "west"},
        gone={"label": "peer", "state": "absent"},
        releases=RELEASES,
    ),
    Case(
        "removed",
        "zfssa_replication_target",
        {"label": "west", "state": "absent"},
        expect=None,
        releases=RELEASES,
    ),
    Case(
        "registered without a look at names",
        "zfssa_replication_target",
        {**WEST, "host_match": False, "auto_accept_cert": True},
        UNKNOWN_WEST,
        expect={"host_match": False, "auto_accept_cert": True},
        gone={"label": "west", "state": "absent"},
    ),
    Case(
        "certificate accepted",
        "zfssa_replication_target",
        {"label": "west", "auto_accept_cert": True},
        expect={"auto_accept_cert": True, "host_match": True},
    ),
)


@pytest.mark.parametrize(("case", "release"), rows(CASES))
def test_case(case: Case, release: str, bench_of: Callable[[str], Bench]) -> None:
    play(bench_of(release), case)


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


# A package told by where it comes from, and what it is a replica of.
REDO = {"source": "east", "replica_of": "default/a"}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(
    "options",
    [{"enabled": False}, {**GONE}, {"state": "severed", "project": "copy"}, {"state": "cloned", "project": "copy"}],
    ids=["present", "absent", "severed", "cloned"],
)
def test_package_is_told_by_its_address(options: Record, release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    whole = (project(), lun("b", of="proj-a"), lun("c", of="proj-a"), PROJECT_ACTION, SEND)
    made = prepare(bench.lab, (*whole, *SENT))
    on_the_way(bench.lab)
    there = {one["id"] for one in bench.lab.west.state["packages"]}
    options = {**REDO, **options}

    predicted, real = (
        bench.change("zfssa_replication_package", options, "west", check=check) for check in (True, False)
    )
    again = bench.change("zfssa_replication_package", options, "west", warns=options.get("state") == "severed")

    assert predicted.changed and real.changed and not again.changed
    assert unlike(predicted, real) == []
    left = {one["id"] for one in bench.lab.west.state["packages"]}
    assert left == (there - {made} if options.get("state") in ("absent", "severed") else there)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("state", [{}, GONE], ids=["present", "absent"])
def test_address_of_several_packages_is_refused_with_all_of_them(
    state: Record, release: str, bench_of: Callable[[str], Bench]
) -> None:
    bench = bench_of(release)
    first = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    # The action is lost, the package stays, and another one comes to be beside it.
    second = prepare(bench.lab, (("DELETE", f"{ACTIONS}/{first}"), action(), SEND))
    on_the_way(bench.lab)

    run = bench.refuse("zfssa_replication_package", {**REDO, **state}, "west")

    assert all(
        f"{ident} of default/a from east/tank into pool tank, last sync 2" in run.msg for ident in (first, second)
    )
    assert run.writes == []


def test_address_without_package(bench: Bench) -> None:
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    elsewhere = {"source": "east", "replica_of": "default"}

    absent = bench.change("zfssa_replication_package", {**elsewhere, **GONE}, "west")
    missing = bench.refuse("zfssa_replication_package", elsewhere, "west")
    both = bench.run("zfssa_replication_package", {"id": made, **REDO}, "west")
    alone = bench.run("zfssa_replication_package", {"replica_of": "default/a"}, "west")

    assert not absent.changed and len(bench.lab.west.state["packages"]) == 1
    assert "replication package of default from east does not exist" in missing.msg
    assert both.failed and "mutually exclusive" in both.msg
    assert alone.failed and "source" in alone.msg


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
    runs = [
        bench.refuse("zfssa_replication_package", {"id": made, **GONE}, "west", check=check) for check in (True, False)
    ]

    assert "receiving an update" in run.msg
    assert run.writes == []
    assert all(
        f"Cannot destroy replication package {made}" in run.msg and "receiving an update" in run.msg for run in runs
    )


@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_package_that_may_have_been_severed_is_told(check: bool, bench: Bench) -> None:
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    options = {"id": made, "state": "severed", "project": "copy"}
    bench.change("zfssa_replication_package", options, "west")

    again = bench.change("zfssa_replication_package", options, "west", check=check, warns=True)

    assert not again.changed
    assert made in again.warnings[0] and "project copy" in again.warnings[0]


# A mistyped id beside an object of the wanted name: what there is, where, and words of the refusal.
NO_PACKAGE = "00000000-aaaa-4bbb-8ccc-000000000000"
MISTYPED = (
    ("severed", (project("q"),), "q", "nothing in project q"),
    ("reversed", (project("q"),), "q", "no action replicates the project q back"),
    ("reversed", REPLICATED, "default", "no action replicates the project default back"),
    ("cloned", (project("q"),), "q", "does not exist"),
)


@pytest.mark.parametrize(("state", "before", "into", "words"), MISTYPED)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_mistyped_id_is_not_taken_for_work_that_is_done(
    check: bool, state: str, before: tuple[Call, ...], into: str, words: str, bench: Bench
) -> None:
    prepare(bench.lab, before)

    options = {"id": NO_PACKAGE, "state": state, "project": into}
    run = bench.refuse("zfssa_replication_package", options, check=check)

    assert NO_PACKAGE in run.msg and words in run.msg, run.msg


PROTECTED = ("west", "PUT", f"{PROJECTS}/try/luns/a", {"nodestroy": True})


@pytest.mark.parametrize(
    ("protection", "force", "words"),
    [
        ((), False, ("LUN tank/try/a", "set force to true")),
        ((PROTECTED,), False, ("LUN tank/try/a", "nodestroy")),
        ((PROTECTED,), True, ("LUN tank/try/a", "nodestroy")),
    ],
)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_package_is_not_destroyed_with_its_clones_unasked(
    check: bool, protection: tuple[Call, ...], force: bool, words: tuple[str, ...], bench: Bench
) -> None:
    made = cloned_package(bench, *protection)

    options = {"id": made, "state": "absent", "force": force}
    run = bench.refuse("zfssa_replication_package", options, "west", check=check)

    assert all(word in run.msg for word in words), run.msg
    assert run.writes == []
    assert bench.lab.west.luns() == ["try/a"]


def test_package_is_destroyed_with_its_clones_by_force(bench: Bench) -> None:
    made = cloned_package(bench)
    options = {"id": made, "state": "absent", "force": True}

    predicted = bench.change("zfssa_replication_package", options, "west", check=True)
    run = bench.change("zfssa_replication_package", options, "west")

    assert predicted.changed and run.changed
    assert bench.lab.west.luns() == bench.lab.west.state["packages"] == []


def cloned_package(bench: Bench, *then: Call) -> str:
    """Send a package to west, clone it there into the project `try`; return its id."""
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    prepare(
        bench.lab, (("west", "PUT", f"storage/v1/replication/packages/{made}/clone", {"target_project": "try"}), *then)
    )
    return made


@pytest.mark.parametrize("release", RELEASES)
def test_reversed_package_replicates_back(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    bench.lab.write("a", GIB // 8)
    options = {"id": made, "state": "reversed", "project": "back"}

    predicted = bench.change("zfssa_replication_package", options, "west", check=True)
    run = bench.change("zfssa_replication_package", options, "west")
    again = bench.change("zfssa_replication_package", options, "west")
    back = {"pool": "tank", "project": "back", "lun": "a", "target": "east"}
    bench.change("zfssa_replication", {**back, "enabled": True}, "west")
    sent = bench.change("zfssa_replication_update", {**back, **QUICK}, "west")

    assert unlike(predicted, run) == []
    assert run.result["action"]["target"] == "east"
    assert run.result["project"] == again.result["project"] == "back"
    assert again.result["action"] == run.result["action"]
    assert sent.value["id"] == run.result["action"]["id"]
    assert bench.lab.west.luns() == ["back/a"]
    assert bench.lab.east.luns() == []


@pytest.mark.parametrize("release", RELEASES)
def test_clone_of_a_package_leaves_it_receiving(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)

    run = bench.change("zfssa_replication_package", {"id": made, "state": "cloned", "project": "try"}, "west")
    bench.change("zfssa_replication_update", {**ROUTE, **QUICK})

    assert run.value["id"] == made and run.result["project"] == "try"
    assert bench.lab.west.luns() == ["try/a"]
    assert [package["id"] for package in bench.lab.west.state["packages"]] == [made]


# State, what is there before on the target, and words of the refusal.
NOT_LOCAL = (
    ("reversed", ("west", "POST", PROJECTS, {"name": "new"}), ("new", "there is a project of that name")),
    ("cloned", ("west", "POST", PROJECTS, {"name": "new"}), ("new", "there is a project of that name")),
    (
        "reversed",
        ("west", "DELETE", "storage/v1/replication/targets/east"),
        ("east", "not registered", "zfssa_replication_target"),
    ),
)


@pytest.mark.parametrize(("state", "before", "words"), NOT_LOCAL)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_package_does_not_become_local(
    check: bool, state: str, before: Call, words: tuple[str, ...], bench: Bench
) -> None:
    made = prepare(bench.lab, (*SENT, before))
    on_the_way(bench.lab)

    run = bench.refuse("zfssa_replication_package", {"id": made, "state": state, "project": "new"}, "west", check=check)

    assert all(word in run.msg for word in words), run.msg
    assert run.writes == []


@pytest.mark.parametrize("state", ["severed", "reversed", "cloned"])
@pytest.mark.parametrize("release", RELEASES)
def test_empty_package_does_not_become_local(release: str, state: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    made = prepare(bench.lab, REPLICATED)
    options = {"id": made, "state": state, "project": "new"}

    runs = [bench.refuse("zfssa_replication_package", options, "west", check=check) for check in (True, False)]

    assert all("has not received a whole update" in run.msg and run.writes == [] for run in runs)


@pytest.mark.parametrize("state", ["severed", "reversed", "cloned"])
def test_package_without_a_whole_update_does_not_become_local(state: str, bench: Bench) -> None:
    made = prepare(bench.lab, REPLICATED)
    bench.lab.fault({"replication": "fail"})
    prepare(bench.lab, (("PUT", f"{ACTIONS}/{made}/sendupdate"),))
    on_the_way(bench.lab)

    run = bench.refuse("zfssa_replication_package", {"id": made, "state": state, "project": "new"}, "west")

    assert "has not received a whole update" in run.msg
    assert run.writes == []


def test_severed_package_is_not_taken_for_a_reversed_one(bench: Bench) -> None:
    made = prepare(bench.lab, SENT)
    on_the_way(bench.lab)
    bench.change("zfssa_replication_package", {"id": made, "state": "severed", "project": "new"}, "west")

    run = bench.refuse("zfssa_replication_package", {"id": made, "state": "reversed", "project": "new"}, "west")

    assert "no action replicates the project new back" in run.msg


@pytest.mark.parametrize(
    ("options", "before", "words"),
    [
        ({"schedules": [MONDAYS]}, {"continuous": True}, ("is continuous", "set continuous to false")),
        ({"continuous": True}, {}, ("has schedules", "empty list")),
        ({"continuous": True, "schedules": [MONDAYS]}, {}, ("asks for both",)),
    ],
)
@pytest.mark.parametrize("check", [True, False], ids=["check", "real"])
def test_continuous_action_has_no_schedules(
    check: bool, options: Record, before: Record, words: tuple[str, ...], bench: Bench
) -> None:
    calls: tuple[Call, ...] = (lun(), own_replication(), action(enabled=False, **before))
    prepare(bench.lab, calls if before else (*calls, schedule("hour")))

    run = bench.refuse("zfssa_replication", {**ROUTE, **options}, check=check)

    assert all(word in run.msg for word in words), run.msg
    assert run.writes == []


def test_schedules_are_left_alone_and_unread_when_none_are_given(bench: Bench) -> None:
    prepare(bench.lab, (*REPLICATED, schedule("hour")))

    run = bench.change("zfssa_replication", {**ROUTE, "max_bandwidth": "1M"})

    assert run.value["schedules"] is None
    assert not [row for row in run.requests if "schedules" in row["path"]]
    assert len(bench.lab.east.call("GET", f"{ACTIONS}/{run.value['id']}/schedules")["schedules"]) == 1


@pytest.mark.parametrize("release", RELEASES)
def test_peer_is_not_found_at_its_new_address(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)

    run = bench.refuse("zfssa_replication_target", {"label": "west", "hostname": "zs-north.example.com"})
    again = bench.change("zfssa_replication_target", {"label": "west", "hostname": "WEST"})

    assert "update replication target west (hostname)" in run.msg
    assert run.result["failure"]["status"] == 400
    assert not again.changed
    assert again.value["hostname"] == "west"


def test_peer_is_registered_under_one_label(bench: Bench) -> None:
    run = bench.refuse("zfssa_replication_target", {**WEST, "label": "second"}, check=True)

    assert "west is registered already, as west" in run.msg


def test_peer_with_another_root_password_is_refused_and_the_password_not_told(bench: Bench) -> None:
    prepare(bench.lab, UNKNOWN_WEST)

    run = bench.refuse("zfssa_replication_target", {**WEST, "root_password": "wrong-password"})

    assert "refused the root password" in run.msg
    assert run.result["failure"]["status"] == 400


@pytest.mark.parametrize("release", RELEASES)
def test_peer_that_is_used_stays(release: str, bench_of: Callable[[str], Bench]) -> None:
    bench = bench_of(release)
    prepare(bench.lab, (*REPLICATED, project("proj-a"), PROJECT_ACTION))

    for check in (True, False):
        run = bench.refuse("zfssa_replication_target", {"label": "west", "state": "absent"}, check=check)

        assert "has 2 actions, of LUN tank/default/a, project tank/proj-a" in run.msg
        assert run.writes == []


@pytest.mark.parametrize("release", RELEASES[:2])
def test_older_software_knows_no_certificates(release: str, bench_of: Callable[[str], Bench]) -> None:
    run = bench_of(release).refuse("zfssa_replication_target", {**WEST, "host_match": True}, check=True)

    assert "replication target west cannot have host_match, which needs OS8.8: this appliance has" in run.msg
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


def test_flag_is_switched_on_when_the_action_is_gone(bench: Bench) -> None:
    prepare(bench.lab, (lun(), own_replication()))
    bench.change("zfssa_replication", ROUTE)
    gone = {**ROUTE, "state": "absent", "inherited": True}

    predicted = bench.change("zfssa_replication", gone, check=True)
    run = bench.change("zfssa_replication", gone)

    assert predicted.result["inherited"] is run.result["inherited"] is True
    assert run.result["action"] is None
    assert _inherits(bench.lab) is True
    assert not bench.change("zfssa_replication", gone).changed


def _inherits(lab: Lab) -> bool:
    body = lab.east.call("GET", f"{PROJECTS}/default/filesystems/a/replication")
    return bool(body["replication"]["inherited"])
