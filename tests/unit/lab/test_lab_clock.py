"""Time can be stepped from outside, and what becomes due happens in its order."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest
from lab_facts import A
from lab_world import ACTIONS, AUTH, GIB, LUNS, World, action, lun, own_replication, wait, write

from zfssa_lab.api.dispatch import Request
from zfssa_lab.clock import Clock, ManualClock
from zfssa_lab.lab import Lab, Settings
from zfssa_lab.model.timing import MOST_RUNS, Timing, parse_timing

DAY = 86400


def test_clock_is_put_forward(world: World) -> None:
    """The control port shows the time and lets it pass."""
    before = world.tell("GET", "/clock")
    assert before == {"now": 1_700_000_000.0, "time": "2023-11-14T22:13:20Z", "ahead_s": 0.0}
    assert world.tell("POST", "/clock", {"advance_s": 3600}) == {
        "now": 1_700_003_600.0,
        "time": "2023-11-14T23:13:20Z",
        "ahead_s": 3600.0,
    }
    assert world.do(lun())["lun"]["creation"] == "20231114T23:13:20"


@pytest.mark.parametrize(
    "body",
    [{}, {"advance_s": -1}, {"advance_s": "1"}, {"advance_s": True}, {"advance_s": 1e12}, {"advance_s": 1, "x": 1}],
)
def test_clock_refuses(world: World, body: dict[str, Any]) -> None:
    """It does not go back, and not beyond all measure."""
    assert "error" in world.tell("POST", "/clock", body)
    assert world.tell("GET", "/clock")["ahead_s"] == 0


def test_reset_takes_the_time_back(world: World) -> None:
    """The initial state is that of the wall's time, and of the settings as they were."""
    world.tell("POST", "/clock", {"advance_s": 60})
    world.tell("POST", "/settings", {"numclones_lag_s": 5})
    world.tell("POST", "/reset")
    assert world.tell("GET", "/clock")["ahead_s"] == 0
    assert world.tell("GET", "/settings") == {"numclones_lag_s": 0.0}


@pytest.mark.parametrize("body", [{}, {"numclones_lag_s": -1}, {"numclones_lag_s": "x"}, {"other": 1}])
def test_settings_refuse(world: World, body: dict[str, Any]) -> None:
    """Only what makes sense is set."""
    assert "error" in world.tell("POST", "/settings", body)
    assert world.tell("GET", "/settings") == {"numclones_lag_s": 0.0}


def test_stepped_wall_clock() -> None:
    """The clock of a real lab goes on from where it was put."""
    clock = Clock()
    began = clock.now()
    clock.advance(1000)
    assert 1000 <= clock.now() - began < 1010
    assert clock.ahead == 1000
    with clock.at(5.0):
        assert clock.now() == 5.0
        assert clock.present() > 1000
    clock.rewind()
    assert clock.now() - began < 10


def test_sessions_expire_by_the_step(world: World) -> None:
    """A session that is idle too long is gone, whether seconds passed or were skipped (API reference 1.3)."""
    token = world.east.call("POST", "access/v1").headers["X-Auth-Session"]
    world.east.http.auth = None
    try:
        headers = {"X-Auth-Session": token}
        assert world.east.call("GET", "storage/v1/pools", headers=headers).status_code == 200
        world.tell("POST", "/clock", {"advance_s": 3600})
        assert world.east.call("GET", "storage/v1/pools", headers=headers).status_code == 401
    finally:
        world.east.http.auth = AUTH


def test_events_happen_in_order_and_at_their_time(world: World) -> None:
    """One jump: an update ends, a snapshot is taken, another update brings it along, each at its own time."""
    world.do(lun(volsize="8g"), write(4 * GIB), own_replication(), action())
    world.do(("POST", f"{ACTIONS}/{{id}}/schedules", {"frequency": "halfhour"}))
    world.do(("POST", f"{A}/automatic", {"frequency": "hour", "minute": 45}))
    world.tell("POST", "/clock", {"advance_s": 3600})
    taken = world.do(("GET", f"{A}/snapshots"))["snapshots"]
    assert [(one["name"][:4], one["creation"][9:]) for one in taken] == [(".aut", "22:45:00"), (".rr-", "23:00:00")]
    record = world.action()
    assert (record["last_try"][9:], record["last_sync"][9:]) == ("23:00:00", "23:00:00")
    held = ("west", "GET", f"{world.packages}/{{id}}/projects/default/luns/a/snapshots")
    assert [one["creation"][9:] for one in world.do(held)["snapshots"]] == ["22:45:00"]


def test_one_jump_is_as_many_small_ones(world: World) -> None:
    """A step of a day shows the same as steps of ten minutes."""
    steps = (
        lun(),
        own_replication(),
        action(),
        ("POST", f"{ACTIONS}/{{id}}/schedules", {"frequency": "hour", "minute": 10}),
        ("POST", f"{A}/automatic", {"frequency": "hour", "keep": 3}),
    )
    shown = []
    for count in (1, 144):
        world.reset()
        world.do(*steps)
        for _step in range(count):
            world.clock.advance(DAY / count)
            world.do(("GET", "storage/v1/pools"))
        record = world.action()
        stats = world.do(("GET", f"{ACTIONS}/{{id}}/stats"))["stats"]
        snapshots = world.do(("GET", f"{A}/snapshots"))["snapshots"]
        shown.append((record, stats, snapshots))
    assert shown[0] == shown[1]
    assert shown[0][1]["total_updates"] == 24


def answer(lab: Lab, method: str, path: str, body: bytes = b"") -> Any:
    """Return the body of an answer of east."""
    headers = {"x-auth-user": AUTH[0], "x-auth-key": AUTH[1]}
    reply = lab.exchange("east", Request(method, f"/api/{path}", headers, body))
    assert reply is not None
    assert reply.status < 300, reply.body
    return reply.body


def test_a_year_is_bounded_work() -> None:
    """A jump by a year does not run 105,120 updates, but the last ones, and the time stamps are right."""
    clock = ManualClock()
    lab = Lab(Settings({"east": "127.0.0.1", "west": "127.0.0.2"}), clock)
    for name in ("a", "b"):
        answer(lab, "POST", LUNS, b'{"name": "%s", "volsize": "1g", "sparse": true}' % name.encode())
        answer(lab, "PUT", f"{LUNS}/{name}/replication", b'{"inherited": false}')
    made = b'{"pool": "tank", "project": "default", "share": "%s", "target": "west", "target_pool": "tank"%s}'
    first = answer(lab, "POST", ACTIONS, made % (b"a", b""))["action"]["id"]
    answer(lab, "POST", f"{ACTIONS}/{first}/schedules", b'{"frequency": "5min"}')
    second = answer(lab, "POST", ACTIONS, made % (b"b", b', "continuous": true'))["action"]["id"]
    answer(lab, "POST", f"{LUNS}/a/automatic", b'{"frequency": "halfhour"}')
    clock.advance(365 * DAY)
    began = time.process_time()
    scheduled = answer(lab, "GET", f"{ACTIONS}/{first}")["action"]
    assert time.process_time() - began < 10
    assert scheduled["last_sync"] == "20241113T22:10:00"
    assert scheduled["next_update"] == "20241113T22:15:00"
    counted = answer(lab, "GET", f"{ACTIONS}/{first}/stats")["stats"]
    assert MOST_RUNS <= counted["total_updates"] <= MOST_RUNS + 1
    continuous = answer(lab, "GET", f"{ACTIONS}/{second}")["action"]
    assert continuous["last_try"] >= "20241113T22:13:15"
    assert len(answer(lab, "GET", f"{LUNS}/a/snapshots")["snapshots"]) == 48 + 1


def test_bounded_also_when_nothing_can_begin(world: World) -> None:
    """A continuous action whose service is off tries again and again, but not for each five seconds of a year."""
    world.do(lun(), own_replication(), action(continuous=True), wait(0.5))
    world.do(("PUT", "service/v1/services/replication/disable"), wait(365 * DAY))
    began = time.process_time()
    assert world.action()["state"] == "idle"
    assert time.process_time() - began < 5
    world.do(("PUT", "service/v1/services/replication/enable"), wait(6))
    assert world.action()["last_sync"] > "2024"


@pytest.mark.parametrize(
    ("arguments", "after", "runs"),
    [
        ({"frequency": "5min"}, "2024-02-28T23:58:00", ["2024-02-29T00:00:00", "2024-02-29T00:05:00"]),
        (
            {"frequency": "halfhour", "minute": "10"},
            "2024-01-01T00:10:00",
            ["2024-01-01T00:40:00", "2024-01-01T01:10:00"],
        ),
        ({"frequency": "hour", "minute": "59"}, "2024-01-01T00:00:00", ["2024-01-01T00:59:00", "2024-01-01T01:59:00"]),
        ({"frequency": "day", "hour": "8"}, "2024-01-01T08:00:00", ["2024-01-02T08:00:00", "2024-01-03T08:00:00"]),
        ({"frequency": "week", "day": "Sunday"}, "2024-01-01T00:00:00", ["2024-01-07T00:00:00", "2024-01-14T00:00:00"]),
        ({"frequency": "week"}, "2024-01-01T00:00:00", ["2024-01-08T00:00:00", "2024-01-15T00:00:00"]),
        ({"frequency": "month"}, "2023-12-31T00:00:00", ["2024-01-01T00:00:00", "2024-02-01T00:00:00"]),
        ({"frequency": "month", "day": "31"}, "2024-01-31T00:00:00", ["2024-02-29T00:00:00", "2024-03-31T00:00:00"]),
    ],
)
def test_times_of_a_schedule(arguments: dict[str, str], after: str, runs: list[str]) -> None:
    """All times are UTC; a month that is too short has its run on its last day (API reference 7.5)."""
    timing = parse_timing(arguments)
    when = _seconds(after)
    found = []
    for _run in runs:
        when = timing.after(when)
        found.append(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when)))
    assert found == runs


def test_missed_runs_are_left_out() -> None:
    """Of a schedule that was not looked at for long, the last runs count."""
    timing = Timing("hour")
    assert timing.resume(0.0, 7200.0) == 3600.0
    assert timing.resume(0.0, 3600.0 * 10_000) == 3600.0 * (10_000 - MOST_RUNS + 1)


def _seconds(stamp: str) -> float:
    return datetime.fromisoformat(f"{stamp}+00:00").timestamp()


def test_events_with_wall_time() -> None:
    """The clock of a lab with wall time is put forward, too."""
    lab = Lab(Settings({"east": "127.0.0.1"}))
    lab.clock.advance(DAY)
    answer(lab, "POST", LUNS, b'{"name": "a", "volsize": "1g"}')
    answer(lab, "POST", f"{LUNS}/a/automatic", b'{"frequency": "hour"}')
    lab.clock.advance(2 * 3600)
    assert len(answer(lab, "GET", f"{LUNS}/a/snapshots")["snapshots"]) == 2
