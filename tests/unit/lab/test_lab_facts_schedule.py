"""Facts about what begins updates by itself, and about what an action counts (API reference 10.2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_facts import FROM_87, NEW, OLD, A, Fact, check, rows
from lab_world import ACTIONS, PROJECTS, REPLICATED, SEND, World, action, lun, own_replication, wait

ONE = f"{ACTIONS}/{{id}}"
SCHEDULES = f"{ONE}/schedules"
SCHEDULE = f"{SCHEDULES}/{{sub}}"
AUTOSNAPS = f"{ONE}/autosnaps"
AUTOSNAP = f"{AUTOSNAPS}/{{sub}}"
STATS = f"{ONE}/stats"
READY = (lun(), own_replication(), action())


def schedule(frequency: str = "5min", **more: Any) -> tuple[Any, ...]:
    """Give the action a schedule."""
    return ("POST", SCHEDULES, {"frequency": frequency, **more})


def automatic(frequency: str = "hour", **more: Any) -> tuple[Any, ...]:
    """Give LUN a a schedule of automatic snapshots."""
    return ("POST", f"{A}/automatic", {"frequency": frequency, **more})


def project_action(**more: Any) -> tuple[Any, ...]:
    """Make an action on project default."""
    return ("POST", ACTIONS, {"pool": "tank", "project": "default", "target": "west", "target_pool": "tank", **more})


FACTS = [
    Fact("10.2", "no schedule", READY, ("GET", SCHEDULES), 200, {"schedules": []}),
    Fact("10.2", "5min is taken", READY, schedule(), 201, {"frequency": "5min"}),
    *(
        Fact("10.2", f"{frequency} is taken", READY, schedule(frequency), 201, {"frequency": frequency})
        for frequency in ("halfhour", "hour", "day", "week", "month")
    ),
    Fact("10.2", "details", READY, schedule("day", hour=8, minute="30"), 201, {"hour": 8, "minute": 30}),
    Fact("10.2", "day of a week", READY, schedule("week", day="wed"), 201, {"day": "Wednesday"}, assumed=True),
    Fact("10.2", "day of a month", READY, schedule("month", day=31), 201, {"day": 31}, assumed=True),
    Fact("10.2", "empty details", READY, schedule("hour", day="", hour="", minute="00"), 201, {"minute": 0}),
    Fact("10.2", "unknown frequency", READY, schedule("second"), 400, lambda b: '"5min"' in b["fault"]["message"]),
    Fact("10.2", "no frequency", READY, ("POST", SCHEDULES, {"hour": 1}), 400, "ERR_MISSING_ARG"),
    Fact("10.2", "unknown detail", READY, schedule(second=1), 400, "ERR_UNKNOWN_ARG"),
    Fact("10.2", "detail out of range", READY, schedule("day", hour=24), 400, "ERR_INVALID_ARG"),
    Fact("10.2", "minute of a half hour", READY, schedule("halfhour", minute=30), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("10.2", "day that is none", READY, schedule("week", day="x"), 400, "ERR_INVALID_ARG"),
    Fact("10.2", "hour of an hour", READY, schedule("hour", hour=1), 400, "ERR_INVALID_ARG", assumed=True),
    Fact("10.2", "the same again", (*READY, schedule()), schedule(), 409, "ERR_STATE_CHANGED", assumed=True),
    Fact("10.2", "two schedules", (*READY, schedule()), schedule("day"), 201),
    Fact("10.2", "listed", (*READY, schedule()), ("GET", SCHEDULES), 200, lambda b: len(b["schedules"]) == 1),
    Fact("10.2", "one", (*READY, schedule()), ("GET", SCHEDULE), 200, {"frequency": "5min"}),
    Fact("10.2", "missing schedule", READY, ("GET", f"{SCHEDULES}/x"), 404, "ERR_NOT_FOUND"),
    Fact("10.2", "schedule of no action", (), ("GET", f"{ACTIONS}/x/schedules"), 404, "ERR_NOT_FOUND"),
    Fact(
        "10.2",
        "its path",
        READY,
        schedule(),
        201,
        lambda b: b["schedule"]["href"].endswith(f"/schedules/{b['schedule']['id']}"),
    ),
    Fact(
        "10.2",
        "schedule changes",
        (*READY, schedule("day", hour=3)),
        ("PUT", SCHEDULE, {"minute": 5}),
        202,
        {"frequency": "day", "hour": 3, "minute": 5},
    ),
    Fact(
        "10.2",
        "new frequency, new details",
        (*READY, schedule("day", hour=3)),
        ("PUT", SCHEDULE, {"frequency": "week"}),
        202,
        {"frequency": "week", "hour": 0, "day": "Monday"},
        assumed=True,
    ),
    Fact("10.2", "schedule goes", (*READY, schedule()), ("DELETE", SCHEDULE), 204),
    Fact("10.2", "gone", (*READY, schedule(), ("DELETE", SCHEDULE)), ("GET", SCHEDULE), 404, "ERR_NOT_FOUND"),
    Fact(
        "10.2",
        "contextual",
        READY,
        ("POST", f"{A}/replication/actions/{{id}}/schedules", {"frequency": "hour"}),
        201,
        {"frequency": "hour"},
        on=FROM_87,
    ),
    Fact(
        "10.2",
        "contextual on a project",
        (project_action(),),
        ("POST", f"{PROJECTS}/default/replication/actions/{{id}}/schedules", {"frequency": "hour"}),
        201,
        on=FROM_87,
    ),
    Fact(
        "10.2",
        "not contextual on 2013.1",
        READY,
        ("GET", f"{A}/replication/actions/{{id}}/schedules"),
        404,
        on=OLD,
    ),
    Fact(
        "10.2",
        "continuous excludes schedules",
        (*READY, ("PUT", ONE, {"continuous": "true"})),
        schedule(),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact(
        "10.2",
        "schedules exclude continuous",
        (*READY, schedule()),
        ("PUT", ONE, {"continuous": True}),
        409,
        "ERR_STATE_CHANGED",
    ),
    Fact("10.2", "not continuous with schedules", (*READY, schedule()), ("PUT", ONE, {"continuous": False}), 202),
    Fact("10.2", "next update", (*READY, schedule()), ("GET", ONE), 200, {"next_update": "20231114T22:15:00"}),
    Fact(
        "10.2",
        "earliest of two",
        (*READY, schedule("day"), schedule("hour", minute=20)),
        ("GET", ONE),
        200,
        {"next_update": "20231114T22:20:00"},
    ),
    Fact("10.2", "no next update", READY, ("GET", ONE), 200, {"next_update": "<unknown>"}),
    Fact(
        "10.2",
        "disabled, no next update",
        (*READY, schedule(), ("PUT", ONE, {"enabled": False})),
        ("GET", ONE),
        200,
        {"next_update": "<unknown>"},
        assumed=True,
    ),
    Fact(
        "10.2",
        "it runs",
        (*READY, schedule(), wait(200)),
        ("GET", ONE),
        200,
        {"last_try": "20231114T22:15:00", "last_sync": "20231114T22:15:00", "last_result": "success"},
    ),
    Fact(
        "10.2",
        "it runs again",
        (*READY, schedule(), wait(3600)),
        ("GET", ONE),
        200,
        {"last_try": "20231114T23:10:00", "next_update": "20231114T23:15:00"},
    ),
    Fact(
        "10.2",
        "a disabled action does not run",
        (*READY, schedule(), ("PUT", ONE, {"enabled": False}), wait(3600)),
        ("GET", ONE),
        200,
        {"last_try": "<unknown>"},
    ),
    Fact(
        "10.2",
        "a deleted schedule does not run",
        (*READY, schedule(), ("DELETE", SCHEDULE), wait(3600)),
        ("GET", ONE),
        200,
        {"last_try": "<unknown>"},
    ),
    Fact(
        "10.2",
        "lag",
        (*REPLICATED, wait(90)),
        ("GET", ONE),
        200,
        {"replica_lag": 100, "replica_data_timestamp": "20231114T22:13:20"},
    ),
    Fact("10.2", "no replica, no lag", READY, ("GET", ONE), 200, {"replica_lag": "<unknown>"}, assumed=True),
    Fact(
        "10.2",
        "recovery point objective",
        READY,
        ("PUT", ONE, {"recovery_point_objective": 600, "replica_lag_warning_alert": 700}),
        202,
        {"recovery_point_objective": 600, "replica_lag_warning_alert": 700},
    ),
    Fact("10.2", "no statistics on 2013.1", READY, ("GET", STATS), 404, on=OLD),
    Fact("10.2", "no updates", READY, ("GET", STATS), 200, {"total_updates": 0, "total_duration": 0}, on=FROM_87),
    Fact(
        "10.2",
        "statistics",
        REPLICATED,
        ("GET", STATS),
        200,
        {"total_updates": 1, "successful_updates": 1, "total_logical_bytes": 16384, "last_result": "success"},
        on=FROM_87,
    ),
    Fact("10.2", "statistics are read-only", READY, ("PUT", STATS, {"total_updates": 0}), 405, on=FROM_87),
    Fact(
        "10.2",
        "contextual statistics",
        REPLICATED,
        ("GET", f"{A}/replication/actions/{{id}}/stats"),
        200,
        {"total_updates": 1},
        on=FROM_87,
    ),
    Fact("10.2", "no autosnaps on 2013.1", READY, ("GET", AUTOSNAPS), 404, on=OLD),
    Fact(
        "10.2",
        "the target keeps as many",
        (*READY, automatic(keep=3)),
        ("GET", AUTOSNAPS),
        200,
        lambda b: b["autosnaps"]["autosnaps"][0]["keep"] == 3,
        on=FROM_87,
        assumed=True,
    ),
    Fact(
        "10.2",
        "number of the target's own",
        (*READY, automatic(keep=3)),
        ("PUT", AUTOSNAP, {"keep": 7}),
        202,
        {"keep": 7, "frequency": "hour"},
        on=FROM_87,
        assumed=True,
    ),
    Fact(
        "10.2",
        "back to the source's number",
        (*READY, automatic(keep=3), ("PUT", AUTOSNAP, {"keep": 7}), ("DELETE", AUTOSNAP)),
        ("GET", AUTOSNAP),
        200,
        {"keep": 3},
        on=FROM_87,
        assumed=True,
    ),
    Fact(
        "10.2",
        "retention policy",
        READY,
        ("PUT", AUTOSNAPS, {"autosnaps_retention_policies": "local"}),
        202,
        {"autosnaps_retention_policies": "local"},
        on=FROM_87,
        assumed=True,
    ),
    Fact("10.2", "missing autosnap", READY, ("GET", f"{AUTOSNAPS}/x"), 404, "ERR_NOT_FOUND", on=FROM_87),
    Fact(
        "10.2",
        "a share's schedule is none of its project's action",
        (lun(), project_action(), automatic()),
        ("GET", AUTOSNAPS),
        200,
        lambda b: b["autosnaps"]["autosnaps"] == [],
        on=FROM_87,
    ),
    Fact(
        "10.2",
        "offline replication",
        READY,
        ("PUT", ONE, {"export_path": "nfs://server/path"}),
        501,
        "ERR_NOT_IMPLEMENTED",
        assumed=True,
    ),
    Fact("10.2", "multi-target settings", READY, ("PUT", ONE, {"potential_target": "x"}), 202, on=NEW),
    Fact(
        "10.2",
        "no multi-target settings before 8.8",
        READY,
        ("PUT", ONE, {"potential_target": "x"}),
        400,
        "ERR_UNKNOWN_ARG",
        on=("2013.1", "8.7"),
    ),
    Fact("10.2", "scheduled, also by hand", (*READY, schedule()), SEND, 202, {"state": "sending"}),
]


@rows(FACTS)
def test_fact(fact: Fact, release: str, worlds: Callable[[str], World]) -> None:
    """The appliance behaves as the reference says."""
    check(fact, worlds(release))
