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
    own_replication,
    play,
    prepare,
    project,
    rows,
)
from lab_appliances import GIB, RELEASES, Lab, Record
from module_runner import Bench

ROUTE = {"pool": "tank", "project": "default", "lun": "a", "target": "west", "target_pool": "tank"}
FLAG = {"pool": "tank", "project": "default", "lun": "a"}
WHOLE = {"pool": "tank", "project": "proj-a", "target": "west", "target_pool": "tank"}
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
