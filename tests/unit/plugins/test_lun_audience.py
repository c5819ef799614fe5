"""Groups that are added to those who see a LUN, and taken away: others keep it, whatever they do meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import LabClient
from many import appliance_of, do, gone, lun

from ansible_collections.zfssa.storage.plugins.module_utils.engine import _membership
from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._audience import audience_after
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.run.document._operation import OPERATION
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused

PLACE = {"pool": "tank", "project": "proj-a", "name": "x"}


@pytest.fixture
def appliance() -> LabClient:
    """An appliance with a LUN that ig-a sees."""
    client = appliance_of("8.8")
    do(client, lun("x", initiator_groups=["ig-a"]))
    return client


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no time pass between two looks at a list that others may change."""
    monkeypatch.setattr(_membership, "REAL", _membership.Pace(clock=lambda: 0.0, sleep=lambda _seconds: None))


def seen_by(appliance: LabClient) -> list[str]:
    """The groups that see the LUN."""
    return sorted(appliance.lun("proj-a", "x")["initiatorgroup"])


def record(*groups: str, unseen: tuple[str, ...] = ()) -> dict[str, Any]:
    """The record of a LUN that some groups see, and others only in its list."""
    names = sorted({*groups, *unseen})
    return {
        **PLACE,
        "status": "online",
        "initiator_groups": names,
        "target_group": "default",
        "lu_numbers": dict.fromkeys(groups, 1),
    }


@pytest.mark.parametrize(
    ("way", "groups", "after"),
    [
        ("add", ["ig-b"], ["ig-a", "ig-b"]),
        ("add", ["ig-a"], ["ig-a"]),
        ("add", [], ["ig-a"]),
        ("remove", ["ig-a", "ig-b"], ["com.sun.ms.vss.hg.maskAll"]),
        ("remove", ["ig-b"], ["ig-a"]),
        ("remove", [], ["ig-a"]),
        ("exact", ["ig-b"], ["ig-b"]),
    ],
)
def test_groups_come_and_go_beside_others(way: str, groups: list[str], after: list[str], appliance: LabClient) -> None:
    before = len(appliance.sent)

    do(appliance, lun("x", initiator_groups=groups, membership=way))

    assert seen_by(appliance) == after
    assert len(appliance.sent) - before == (after != ["ig-a"])


@pytest.mark.parametrize(("way", "after"), [("add", ["ig-a", "ig-b", "ig-c"]), ("remove", ["ig-c"])])
def test_group_that_another_adds_meanwhile_stays(way: str, after: list[str], appliance: LabClient) -> None:
    groups = ["ig-b"] if way == "add" else ["ig-a"]
    plan = plan_many(appliance, [lun("x", initiator_groups=groups, membership=way)])
    path, send = plan.items[0].steps[0].path, appliance.send

    def undone(*request: Any, **rest: Any) -> Any:
        answer = send(*request, **rest)
        appliance.send = send  # type: ignore[method-assign]
        # He had read before the write, and knows nothing of it.
        send("PUT", path, {"initiatorgroup": ["ig-a", "ig-c"]})
        return answer

    appliance.send = undone  # type: ignore[method-assign]
    apply_plan(plan, appliance)

    assert seen_by(appliance) == after


def test_size_is_changed_with_it(appliance: LabClient) -> None:
    do(appliance, lun("x", size="2G", initiator_groups=["ig-b"], membership="add"))

    assert (appliance.lun("proj-a", "x")["volsize"], seen_by(appliance)) == (2 << 30, ["ig-a", "ig-b"])


def test_lun_that_is_not_there_is_seen_by_nobody_and_not_made(appliance: LabClient) -> None:
    do(appliance, gone(lun("x")))
    before = len(appliance.sent)

    do(appliance, lun("x", initiator_groups=["ig-a"], membership="remove"))

    assert len(appliance.sent) == before


def test_pool_that_is_not_there_is_no_lun_that_is_not_there(appliance: LabClient) -> None:
    kind, options = lun("x", initiator_groups=["ig-a"], membership="remove")

    with pytest.raises(PlanRefused, match="pool lake does not exist"):
        kind.plan(appliance, {**options, "pool": "lake"})


@pytest.mark.parametrize(
    ("lun_now", "way", "groups", "sent"),
    [
        (record("a", unseen=("b",)), "add", ["b"], ["a", "b"]),
        (record("a", unseen=("b",)), "add", ["a"], None),
        (record("a", unseen=("b",)), "remove", ["b"], ["a"]),
        (None, "add", ["a"], ["a"]),
        (None, "remove", ["a"], None),
    ],
)
def test_group_that_does_not_see_what_it_shall_is_presented_to_again(
    lun_now: dict[str, Any] | None, way: str, groups: list[str], sent: list[str] | None
) -> None:
    wanted = audience_after(way, lun_now, {"initiator_groups": groups, "copies": 2})

    assert wanted == {"copies": 2, **({} if sent is None else {"initiator_groups": sent})}


def test_target_group_is_changed_only_where_no_other_group_sees_the_lun(appliance: LabClient) -> None:
    with pytest.raises(PlanRefused, match="is presented to ig-a by the target group default, and tg-a would take it"):
        plan_many(appliance, [lun("x", initiator_groups=["ig-b"], target_group="tg-a", membership="add")])

    do(appliance, lun("x", initiator_groups=["ig-a"], target_group="tg-a", membership="add"))

    assert appliance.lun("proj-a", "x")["targetgroup"] == "tg-a"


def test_document_shows_what_its_item_comes_to(appliance: LabClient) -> None:
    item = {**PLACE, "initiator_groups": ["ig-b"], "membership": "add"}
    options = {
        **{name: rules.get("default") for name, rules in OPERATION.spec.items()},
        "config": {"luns": [item]},
        "state": "planned",
    }
    first = OPERATION.plan(appliance, options).after

    assert first["plan"] == ["~ lun tank/proj-a/x: initiator_groups ig-a -> ig-a, ig-b"]

    # Another host has come meanwhile: what would be written is something else, and so is the plan.
    do(appliance, lun("x", initiator_groups=["ig-c"], membership="add"))
    with pytest.raises(PlanRefused, match="the plan is not the one that was approved"):
        OPERATION.plan(appliance, {**options, "state": "present", "expect_plan": first["plan_id"]})


def test_membership_needs_groups() -> None:
    assert LUN.rules() == {"required_if": [("membership", way, ["initiator_groups"]) for way in ("add", "remove")]}
