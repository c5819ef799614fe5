"""Schedules of a replication action: normalised, compared, made and removed."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import AFTER, BEFORE, LabClient
from replication_pages import ACTIONS, LUN

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._action import plan_replication
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._schedules import (
    FREQUENCIES,
    records_of,
    schedule_record,
    wanted_schedules,
)
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    InvalidInput,
    PlanRefused,
)

OPTIONS = {"state": "present", "pool": "tank", "project": "proj-a", "lun": "lun-a", "target": "west"}
HOURLY = {"frequency": "hour", "day": None, "hour": None, "minute": 15}
MONDAYS = {"frequency": "week", "day": "Monday", "hour": 8, "minute": 30}
WIRE_HOURLY = {"frequency": "hour", "minute": 15}
WIRE_MONDAYS = {"frequency": "week", "day": "Monday", "hour": "08", "minute": "30"}


def lun_at() -> LabClient:
    """An appliance with a LUN of which replication is its own affair."""
    at = LabClient()
    at.add_project("proj-a")
    at.add_lun("proj-a", "lun-a")
    at.do("PUT", f"{LUN}/replication", {"inherited": False})
    return at


def source(*schedules: dict[str, Any], **values: Any) -> LabClient:
    """An appliance with one action that has schedules."""
    at = lun_at()
    body = {"target": "west", "pool": "tank", **values}
    at.do("POST", f"{LUN}/replication/actions", body)
    for one in schedules:
        at.do("POST", f"{action_of(at)}/schedules", one)
    return at


def action_of(at: LabClient) -> str:
    """The path of the only action."""
    (action,) = at.do("GET", ACTIONS)["actions"]
    return f"{ACTIONS}/{action['id']}"


def ids_of(at: LabClient) -> list[str]:
    """The ids of its schedules."""
    return [one["id"] for one in at.do("GET", f"{action_of(at)}/schedules")["schedules"]]


def plan(reader: LabClient, schedules: list[dict[str, Any]] | None, **options: Any) -> Item:
    """Plan for the action."""
    return plan_replication(reader, {**OPTIONS, "schedules": schedules, **options})


def facts(planned: Item) -> list[tuple[str, str, object]]:
    """What a plan sends; of what is below an action that does not exist yet, no path."""
    return [(step.method, step.path, step.body) for step in planned.steps]


@pytest.mark.parametrize(
    ("given", "record"),
    [
        ({"frequency": "5min"}, ("5min", None, None, None)),
        ({"frequency": "halfhour", "minute": 29}, ("halfhour", None, None, 29)),
        ({"frequency": "hour"}, ("hour", None, None, 0)),
        ({"frequency": "day", "hour": 23}, ("day", None, 23, 0)),
        ({"frequency": "week", "day": "SUN"}, ("week", "Sunday", 0, 0)),
        ({"frequency": "week", "day": " friday "}, ("week", "Friday", 0, 0)),
        ({"frequency": "month", "day": "07", "minute": 59}, ("month", 7, 0, 59)),
    ],
)
def test_schedule_is_completed(given: dict[str, Any], record: tuple[Any, ...]) -> None:
    expected = dict(zip(("frequency", "day", "hour", "minute"), record, strict=True))

    assert wanted_schedules([given]) == [expected]


@pytest.mark.parametrize(
    "given",
    [
        {"frequency": "week"},
        {"frequency": "week", "day": "1"},
        {"frequency": "week", "day": "m"},
        {"frequency": "month", "day": "0"},
        {"frequency": "month", "day": "32"},
        {"frequency": "month", "day": "-1"},
        {"frequency": "month", "day": "Monday"},
        {"frequency": "day", "day": "Monday"},
        {"frequency": "hour", "hour": 1},
        {"frequency": "5min", "minute": 0},
        {"frequency": "day", "hour": 24},
        {"frequency": "day", "minute": -1},
        {"frequency": "halfhour", "minute": 30},
    ],
)
def test_schedule_that_can_never_be_right(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        wanted_schedules([given])


def test_nothing_given_is_not_the_same_as_none() -> None:
    assert wanted_schedules(None) is None
    assert wanted_schedules([]) == []


def test_order_is_that_of_the_calendar() -> None:
    given = [
        {"frequency": "month", "day": "10"},
        {"frequency": "month", "day": "9"},
        {"frequency": "week", "day": "tue", "hour": 1},
        {"frequency": "week", "day": "Monday", "hour": 2},
        {"frequency": "5min"},
    ]

    days = [record["day"] for record in wanted_schedules(given) or []]

    assert days == [None, "Monday", "Tuesday", 9, 10]
    assert wanted_schedules(given) == wanted_schedules(given[::-1])


@pytest.mark.parametrize("frequency", FREQUENCIES)
def test_schedule_reads_as_it_is_written(frequency: str) -> None:
    day = {"week": "Saturday", "month": "31"}.get(frequency)
    (record,) = wanted_schedules([{"frequency": frequency, "day": day}]) or []
    written = plan(source(), [{"frequency": frequency, "day": day}]).steps[0].body or {}

    assert schedule_record(written) == record
    assert schedule_record({**dict.fromkeys(("day", "hour", "minute"), ""), **written}) == record


def test_unknown_frequency_of_a_later_release_is_told_as_it_is() -> None:
    assert records_of([WIRE_MONDAYS, {"frequency": "2min"}])[-1]["frequency"] == "2min"


def test_only_what_differs_is_written() -> None:
    at = source(WIRE_HOURLY, WIRE_MONDAYS)
    gone = f"{action_of(at)}/schedules/{ids_of(at)[0]}"

    planned = plan(at, [{"frequency": "5min"}, MONDAYS])

    assert facts(planned) == [("DELETE", gone, None), ("POST", "", {"frequency": "5min"})]
    assert planned.before["action"]["schedules"] == [HOURLY, MONDAYS]
    assert [one["frequency"] for one in planned.after["action"]["schedules"]] == ["5min", "week"]


def test_schedules_that_are_as_wanted() -> None:
    planned = plan(source(WIRE_MONDAYS, WIRE_HOURLY), [MONDAYS, HOURLY])

    assert not planned.changed
    assert planned.after["action"]["schedules"] == [HOURLY, MONDAYS]


def test_schedules_are_not_read_unasked() -> None:
    reader = source(WIRE_HOURLY)

    assert plan(reader, None, use_ssl=False).after["action"]["schedules"] is None
    assert not [path for path in reader.reads if path.endswith("/schedules")]


def test_action_changes_between_what_goes_and_what_comes() -> None:
    planned = plan(source(WIRE_HOURLY), [MONDAYS], use_ssl=False)

    assert [step.method for step in planned.steps] == ["DELETE", "PUT", "POST"]


def test_results_have_the_schedules_after_every_step() -> None:
    at = source(WIRE_HOURLY)

    results = apply(plan(at, [MONDAYS], use_ssl=False), at)

    assert results["action"]["schedules"] == [MONDAYS]
    assert results["action"]["use_ssl"] is False
    assert at.work[-1] == ("POST", f"{action_of(at)}/schedules", WIRE_MONDAYS)
    assert not plan(at, [MONDAYS], use_ssl=False).changed


@pytest.mark.parametrize("schedules", [[], [MONDAYS]])
def test_new_action_gets_its_schedules(schedules: list[dict[str, Any]]) -> None:
    at = lun_at()
    planned = plan(at, schedules, target_pool="tank")

    results = apply(planned, at)

    assert planned.after["action"]["schedules"] == results["action"]["schedules"] == schedules
    assert [path for _method, path, _body in at.work] == [
        f"{LUN}/replication/actions",
        *[f"{action_of(at)}/schedules" for _one in schedules],
    ]


@pytest.mark.parametrize(
    ("values", "wires", "options", "error"),
    [
        ({"continuous": True}, [], {"schedules": [MONDAYS]}, PlanRefused),
        ({}, [WIRE_HOURLY], {"schedules": None, "continuous": True}, PlanRefused),
        ({}, [], {"schedules": [MONDAYS], "continuous": True}, InvalidInput),
    ],
)
def test_continuous_and_scheduled_do_not_go_together(
    values: dict[str, Any], wires: list[dict[str, Any]], options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error, match="continuous"):
        plan(source(*wires, **values), **options)


@pytest.mark.parametrize(
    ("wires", "options", "methods"),
    [
        ([WIRE_HOURLY], {"schedules": [], "continuous": True}, ["DELETE", "PUT"]),
        ([], {"schedules": None, "continuous": True}, ["PUT"]),
    ],
)
def test_action_becomes_continuous(wires: list[dict[str, Any]], options: dict[str, Any], methods: list[str]) -> None:
    assert [step.method for step in plan(source(*wires), **options).steps] == methods


def test_action_is_no_longer_continuous_before_it_has_schedules() -> None:
    planned = plan(source(continuous=True), [MONDAYS], continuous=False)

    assert [step.method for step in planned.steps] == ["PUT", "POST"]


@pytest.mark.parametrize("fate", [AFTER, BEFORE])
@pytest.mark.parametrize(("before", "wanted"), [([], [MONDAYS]), ([WIRE_HOURLY], [])])
def test_lost_answer_is_looked_after(before: Any, wanted: Any, fate: str) -> None:
    at = source(*before)
    planned = plan(at, wanted)
    at.fates = [fate]

    assert apply(planned, at)["action"]["schedules"] == wanted
    assert (len(at.sent), len(at.work)) == (1 if fate == AFTER else 2, 1)


def test_schedule_that_fails_leaves_word_of_what_was_done() -> None:
    at = lun_at()
    planned = plan(at, [MONDAYS], target_pool="tank")
    at.fault({"status": 400}, "POST", "/schedules$")

    with pytest.raises(ApplianceError, match="create schedule week Monday 08:30") as caught:
        apply(planned, at)

    assert caught.value.steps_done == ("create replication of LUN tank/proj-a/lun-a to west",)
