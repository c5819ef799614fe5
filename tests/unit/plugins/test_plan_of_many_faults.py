"""What becomes of a plan for several objects when answers are lost, and when the appliance refuses one of its writes."""

from __future__ import annotations

from itertools import product

import pytest
from lab_client import AFTER, BEFORE, FINE, LATE, LabClient
from many import TIB, custom, gone, host, hosts, initiator, lun, ports, project, snapshot, target, unlike

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _membership
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import ZfssaError

DOCUMENT = (
    custom("count", type="Integer"),
    project(custom={"count": "5"}, default_volblocksize="64K"),
    initiator(host(), alias="h"),
    hosts("ig", "h"),
    initiator(host(2)),
    hosts("ig-a", host(2), membership="add"),
    target("t"),
    ports("tg", "t"),
    ports("tg-a"),
    lun("x", "new", initiator_groups=["ig"], target_group="tg", lu_number=3, custom={"count": 7}),
    snapshot("s", "x", "new"),
    lun("c", "new", source={"lun": "x", "snapshot": "s"}),
    gone(lun("old")),
    gone(hosts("ig-c")),
)
STEPS = 13
RELEASES = ("2013.1", "8.7", "8.8")
# All on the newest release, and what differs most on the others.
LOST = [
    (release, step, fate)
    for release, step, fate in product(RELEASES, range(STEPS), (BEFORE, AFTER, LATE))
    if release == RELEASES[-1] or fate == AFTER
]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between two looks at a list that others may change."""
    monkeypatch.setattr(_membership, "REAL", _membership.Pace(clock=lambda: 0.0, sleep=lambda _seconds: None))


def appliance_of(release: str) -> LabClient:
    """An appliance with a project, a LUN that is to go, and groups."""
    client = LabClient(release, pools={"tank": TIB})
    client.add_project("proj-a")
    client.add_lun("proj-a", "old")
    client.add_groups()
    return client


def refuse(appliance: LabClient, step: int, status: int) -> None:
    """Let the appliance answer one of the next writes with an error, and do nothing."""
    methods = [one.method for one in plan_many(appliance, DOCUMENT).steps]
    appliance.fault({"status": status}, method=methods[step], nth=methods[: step + 1].count(methods[step]))


@pytest.mark.parametrize(("release", "step", "fate"), LOST)
def test_each_write_is_made_once_whatever_becomes_of_its_answer(release: str, step: int, fate: str) -> None:
    appliance = appliance_of(release)
    plan = plan_many(appliance, DOCUMENT)
    assert len(plan.steps) == STEPS
    appliance.fates = [FINE] * step + [fate]

    results = apply_plan(plan, appliance)

    assert unlike(plan, results) == []
    assert len(appliance.work) == STEPS
    assert not plan_many(appliance, DOCUMENT).changed


@pytest.mark.parametrize(("release", "step"), list(product(RELEASES, range(STEPS))))
def test_what_is_finished_before_a_refusal_keeps_its_record(release: str, step: int) -> None:
    appliance = appliance_of(release)
    plan = plan_many(appliance, DOCUMENT)
    refuse(appliance, step, 403)

    with pytest.raises(ZfssaError) as caught:
        apply_plan(plan, appliance)

    assert caught.value.steps_done == tuple(str(one) for one in plan.steps[:step])
    assert caught.value.doing == str(plan.steps[step])
    changed = [item.key for item in plan.items if item.changed]
    assert [key for key in caught.value.finished if key in changed] == changed[:step]
    # What is left is done by the next run.
    assert len(plan_many(appliance, DOCUMENT).steps) == STEPS - step
    apply_plan(plan_many(appliance, DOCUMENT), appliance)
    assert not plan_many(appliance, DOCUMENT).changed


@pytest.mark.parametrize(("release", "step"), list(product(RELEASES[-1:], range(STEPS))))
def test_error_of_the_server_is_looked_after(release: str, step: int) -> None:
    appliance = appliance_of(release)
    plan = plan_many(appliance, DOCUMENT)
    refuse(appliance, step, 500)

    with pytest.raises(ZfssaError) as caught:
        apply_plan(plan, appliance)

    assert caught.value.steps_done == tuple(str(one) for one in plan.steps[:step])


@pytest.mark.parametrize("release", RELEASES)
def test_planning_writes_nothing(release: str) -> None:
    appliance = appliance_of(release)

    plan = plan_many(appliance, DOCUMENT)

    assert plan.changed
    assert appliance.sent == []
