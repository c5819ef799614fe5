"""Packages on the target: told by id or address, severed, reversed, cloned, destroyed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cases import (
    ACTIONS,
    PROJECTS,
    REPLICATED,
    SENT,
    Call,
    action,
    lun,
    on_the_way,
    prepare,
    project,
)
from lab_appliances import GIB, RELEASES, Record
from module_runner import Bench
from prediction import unlike

ROUTE = {"pool": "tank", "project": "default", "lun": "a", "target": "west", "target_pool": "tank"}
GONE = {"state": "absent"}
SEND = ("PUT", f"{ACTIONS}/{{id}}/sendupdate")
QUICK = {"poll_interval": 1}
PROJECT_ACTION = ("POST", ACTIONS, {"pool": "tank", "project": "proj-a", "target": "west", "target_pool": "tank"})


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
