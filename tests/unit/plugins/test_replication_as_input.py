"""Replication actions as `zfssa_info` gives them for input, and what a plan makes of that."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import LabClient
from many import appliance_of, do, done, flag, gone, lun, own, project, sent, wanted

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Plan
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.replication._action_kind import REPLICATION
from ansible_collections.zfssa.storage.plugins.module_utils.run._info import plan_info

ACTIONS = "/api/storage/v1/replication/actions"
PLACE = "/api/storage/v1/pools/tank/projects/proj-a"
WEEKLY = {"frequency": "week", "day": "Monday", "hour": 8, "minute": 30}
HOURLY = {"frequency": "hour", "minute": 15}


@pytest.fixture(params=["2013.1", "8.7", "8.8"])
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with a project that can be sent to `west`."""
    return appliance_of(request.param)


def exported(appliance: LabClient, **options: Any) -> list[dict[str, Any]]:
    """The actions as `zfssa_info` gives them for input."""
    given = plan_info(appliance, {"gather_subset": ["replication_actions"], "as_input": True, **options}).after
    items: list[dict[str, Any]] = given["replication_actions"]
    return items


def fed_back(appliance: LabClient, items: list[dict[str, Any]]) -> Plan:
    """Plan for what was given as input."""
    return plan_many(appliance, [wanted(REPLICATION, **item) for item in items])


def test_what_is_given_as_input_is_no_change(appliance: LabClient) -> None:
    do(
        appliance,
        *(lun("x"), lun("y"), project("new")),
        own("x", schedules=[HOURLY, WEEKLY, {"frequency": "month", "day": 7}], max_bandwidth="10M"),
        own("y", continuous=True, compression=False),
        sent(),
        sent(None, "new", enabled=False),
    )

    items = exported(appliance)

    assert not fed_back(appliance, items).changed
    by_name = {(item["project"], item.get("lun")): item for item in items}
    assert by_name["proj-a", "x"] == {
        **{"pool": "tank", "project": "proj-a", "lun": "x", "target": "west", "target_pool": "tank"},
        **{"inherited": False, "enabled": True, "continuous": False, "include_snaps": True},
        **{"max_bandwidth": 10 << 20, "use_ssl": True, "compression": True, "dedup": False},
        "schedules": [HOURLY, WEEKLY, {"frequency": "month", "day": "7", "hour": 0, "minute": 0}],
    }
    assert by_name["proj-a", "y"]["continuous"] is True
    assert "inherited" not in by_name["new", None]
    assert len(items) == 4
    assert [item["project"] for item in exported(appliance, project="new")] == ["new"]


def test_input_makes_the_actions_anew(appliance: LabClient) -> None:
    made = [lun("x"), own("x", schedules=[HOURLY, WEEKLY]), sent()]
    do(appliance, *made)
    items = exported(appliance)
    done(appliance, gone(own("x")), flag("x", True), gone(sent()))

    apply_plan(fed_back(appliance, items), appliance)

    assert exported(appliance) == items
    assert not plan_many(appliance, made).changed


def test_action_of_a_filesystem_is_nobody_s_input(appliance: LabClient) -> None:
    appliance.do("POST", f"{PLACE}/filesystems", {"name": "f"})
    appliance.do("PUT", f"{PLACE}/filesystems/f/replication", {"inherited": False})
    flat = {"pool": "tank", "project": "proj-a", "share": "f", "target": "west", "target_pool": "tank"}
    there = f"{PLACE}/filesystems/f/replication/actions"
    before = appliance.release.update < 7
    appliance.do("POST", ACTIONS if before else there, flat if before else {"target": "west", "pool": "tank"})
    do(appliance, lun("x"), own("x"))
    appliance.log.clear()

    assert [item["lun"] for item in exported(appliance)] == ["x"]
    # Targets, actions, the schedules of both, and the LUNs.
    assert len(appliance.reads) == 5


@pytest.mark.parametrize(
    "odd", [{"project": "a/b"}, {"share": ".."}, {"target": ""}, {"target_pool": "a b"}, {"pool": 7}, {"share": ["x"]}]
)
def test_action_that_no_task_can_name_is_left_out(odd: dict[str, Any]) -> None:
    appliance = appliance_of("8.8")
    do(appliance, lun("x"), own("x"), lun("y"), own("y"))
    appliance.edit(ACTIONS, lambda page: {"actions": [{**page["actions"][0], **odd}, *page["actions"][1:]]})

    assert len(exported(appliance)) == 1


def test_schedules_that_no_task_can_ask_for_are_left_as_they_are() -> None:
    appliance = appliance_of("8.8")
    do(appliance, lun("x"), own("x", schedules=[HOURLY]))
    (action,) = appliance.do("GET", ACTIONS)["actions"]
    odd = {"schedules": [{"id": "1", "frequency": "fortnight"}]}
    appliance.edit(f"{ACTIONS}/{action['id']}/schedules", lambda _page: odd)

    (item,) = exported(appliance)

    assert "schedules" not in item
    assert not fed_back(appliance, [item]).changed
