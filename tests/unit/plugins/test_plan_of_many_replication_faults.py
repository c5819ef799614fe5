"""Replication actions in a plan of several objects, when answers are lost."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from lab_client import AFTER, BEFORE, FINE, LATE, LabClient
from many import Wanted, appliance_of, do, gone, lun, own, sent, unlike

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many

RELEASES = ("2013.1", "8.7", "8.8")
ACTIONS = "/api/storage/v1/replication/actions"
WEEKLY = {"frequency": "week", "day": "Monday", "hour": 8, "minute": 30}
HOURLY = {"frequency": "hour", "minute": 15}


def document() -> list[Wanted]:
    """An action that changes, one that is made, and one that goes with its LUN."""
    return [
        lun("new"),
        own("new", schedules=[WEEKLY]),
        sent("changed", inherited=False, compression=False, schedules=[WEEKLY]),
        gone(own("old")),
        gone(lun("old")),
    ]


def faulty(release: str) -> LabClient:
    """An appliance on which there is something to do for each of them."""
    appliance = appliance_of(release)
    do(appliance, lun("changed"), own("changed", schedules=[HOURLY]), lun("old"), own("old"))
    appliance.sent.clear()
    appliance.work.clear()
    return appliance


STEPS = 9


@pytest.mark.parametrize(("release", "step", "fate"), list(product(RELEASES, range(STEPS), (BEFORE, AFTER, LATE))))
def test_each_write_is_made_once_whatever_becomes_of_its_answer(release: str, step: int, fate: str) -> None:
    appliance = faulty(release)
    plan = plan_many(appliance, document())
    assert len(plan.steps) == STEPS
    appliance.fates = [FINE] * step + [fate]

    results = apply_plan(plan, appliance)

    assert unlike(plan, results) == []
    # What sets a value may come twice where the first one was under way still.
    again = [one for one, before in pairwise(appliance.work) if one == before]
    assert len(appliance.work) == STEPS + len(again)
    assert [method for method, _path, _body in again] in ([], ["PUT"] if fate == LATE else [])
    assert sorted(one["share"] for one in appliance.do("GET", ACTIONS)["actions"]) == ["changed", "new"]
    assert not plan_many(appliance, document()).changed
