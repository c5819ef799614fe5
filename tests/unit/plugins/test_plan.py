"""Plans as values, and the reasons to refuse one."""

from __future__ import annotations

from typing import Any

import pytest
from lab_client import LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.engine._outcome import record_in
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item, all_allowed, unchanged
from ansible_collections.zfssa.storage.plugins.module_utils.engine._planner import (
    plan_absent,
    plan_present,
    plan_rename,
)
from ansible_collections.zfssa.storage.plugins.module_utils.engine._preconditions import ReferenceExists
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._table import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import InvalidInput, PlanRefused
from ansible_collections.zfssa.storage.plugins.module_utils.values._release import Release

NAMES = {"pool": "tank", "project": "proj-a", "name": "lun-a"}
PROJECT_NAMES = {"pool": "tank", "name": "proj-a"}
PROJECTS = "/api/storage/v1/pools/tank/projects"
PATH = f"{PROJECTS}/proj-a/luns/lun-a"
GIB = 1024**3


def lun(**values: Any) -> dict[str, Any]:
    """The record of a LUN of 1 GiB."""
    wire = {"volsize": GIB, "volblocksize": 8192, "initiatorgroup": ["ig-a"], "assignednumber": [3]}
    return {**LUN.normalise({**wire, "targetgroup": "default"}, NAMES), "nodestroy": False, **values}


def facts(plan: Item) -> list[tuple[str, str, object]]:
    """What a plan sends."""
    return [(step.method, step.path, step.body) for step in plan.steps]


def test_nothing_is_planned_when_all_is_as_wanted() -> None:
    current = lun()

    plan = plan_present(LUN, NAMES, current, {"size": GIB, "lu_number": "auto"})

    assert plan == unchanged({"lun": current})
    assert not plan.changed


def test_update_sends_what_differs_and_nothing_else() -> None:
    current = lun()

    plan = plan_present(LUN, NAMES, current, {"size": 2 * GIB, "volblocksize": 8192, "custom": {"tag": "x"}})

    assert plan.changed
    assert facts(plan) == [("PUT", PATH, {"volsize": 2 * GIB, "custom:tag": "x"})]
    assert str(plan.steps[0]) == "update LUN tank/proj-a/lun-a (size, custom:tag)"
    assert plan.before == {"lun": current}
    assert plan.after == {"lun": {**current, "size": 2 * GIB, "custom": {"tag": "x"}}}


def test_creation_sends_what_is_wanted_under_its_name() -> None:
    parent = PROJECT.normalise({"name": "proj-a", "compression": "lz4", "copies": 2}, NAMES)

    plan = plan_present(LUN, NAMES, None, {"size": GIB, "initiator_groups": []}, parent=parent)

    body = {"name": "lun-a", "volsize": GIB, "initiatorgroup": "com.sun.ms.vss.hg.maskAll"}
    assert facts(plan) == [("POST", f"{PROJECTS}/proj-a/luns", body)]
    assert plan.steps[0].outcome.probe == PATH
    assert plan.before == {"lun": None}
    after = plan.after["lun"]
    assert (after["compression"], after["copies"], after["lunguid"]) == ("lz4", 2, None)


def test_creation_without_a_size_is_refused() -> None:
    with pytest.raises(InvalidInput, match="size is missing"):
        plan_present(LUN, NAMES, None, {"compression": "off"})


def test_creation_tells_which_names_the_appliance_will_look_up() -> None:
    wanted = {"size": GIB, "initiator_groups": ["ig-a", "ig-b"], "target_group": "tg-a"}

    plan = plan_present(LUN, NAMES, None, wanted)

    assert [
        (one.reference.title, one.names) for one in plan.steps[0].preconditions if isinstance(one, ReferenceExists)
    ] == [
        ("initiator group", ("ig-a", "ig-b")),
        ("target group", ("tg-a",)),
    ]


@pytest.mark.parametrize("renamed", [False, True])
def test_update_tells_which_names_the_appliance_will_look_up(renamed: bool) -> None:
    plan = plan_present(LUN, NAMES, lun(), {"initiator_groups": ["ig-x"]})
    if renamed:
        plan = plan_rename(plan, LUN, NAMES, {**NAMES, "name": "lun-b"}, Release(8))

    assert [one.names for _doing, one in plan.preconditions if isinstance(one, ReferenceExists)] == [("ig-x",)]


@pytest.mark.parametrize("allowed", [None, {}, {"allow_shrink": False}, {"force": True}])
def test_shrinking_is_refused(allowed: dict[str, bool] | None) -> None:
    with pytest.raises(PlanRefused, match=r"lun-a has 1G, and 512M would truncate it"):
        plan_present(LUN, NAMES, lun(), {"size": GIB // 2}, allowed=allowed)


def test_shrinking_is_planned_with_permission() -> None:
    plan = plan_present(LUN, NAMES, lun(), {"size": GIB // 2}, allowed={"allow_shrink": True})

    assert facts(plan) == [("PUT", PATH, {"volsize": GIB // 2})]


def test_what_is_fixed_at_creation_cannot_be_changed() -> None:
    with pytest.raises(PlanRefused, match="is 8K and cannot become 128K: it is fixed at creation"):
        plan_present(LUN, NAMES, lun(), {"volblocksize": 131072}, allowed={"force": True})


def none_came(_pages: object) -> None:
    """What looks for dependents once more."""


@pytest.mark.parametrize(("force", "judge"), [(False, none_came), (True, all_allowed)])
def test_destruction_is_planned_and_is_judged_anew_unless_force_allows_all(force: bool, judge: object) -> None:
    current = lun()

    plan = plan_absent(LUN, NAMES, current, [], allowed={"force": force}, confirm=none_came)

    assert facts(plan) == [("DELETE", PATH, None)]
    assert plan.steps[0].confirm is judge
    assert (plan.before, plan.after) == ({"lun": current}, {"lun": None})


def test_destruction_of_nothing_is_no_change() -> None:
    assert plan_absent(LUN, NAMES, None, []) == unchanged({"lun": None})


@pytest.mark.parametrize(
    ("dependents", "shown"),
    [
        (["snapshot a"], "holds snapshot a, which"),
        (["snapshot a", "snapshot b with 2 clones"], "holds snapshot a, snapshot b with 2 clones,"),
        ([f"snapshot {n}" for n in range(7)], "snapshot 4 and 2 more, which"),
    ],
)
def test_destruction_with_dependents_is_refused_and_names_them(dependents: list[str], shown: str) -> None:
    with pytest.raises(PlanRefused) as caught:
        plan_absent(LUN, NAMES, lun(), dependents)

    assert shown in str(caught.value)
    assert "force" in str(caught.value)


def test_destruction_with_dependents_is_planned_by_force() -> None:
    assert plan_absent(LUN, NAMES, lun(), ["snapshot a"], allowed={"force": True}).changed


def test_protected_lun_is_not_destroyed_even_by_force() -> None:
    with pytest.raises(PlanRefused, match="protected by nodestroy"):
        plan_absent(LUN, NAMES, lun(nodestroy=True), [], allowed={"force": True})


def test_protected_project_is_not_destroyed_even_by_force() -> None:
    current = PROJECT.normalise({"nodestroy": True}, PROJECT_NAMES)

    with pytest.raises(PlanRefused, match="protected by nodestroy"):
        plan_absent(PROJECT, PROJECT_NAMES, current, [], allowed={"force": True})


@pytest.mark.parametrize(
    ("new", "release", "expected"),
    [
        ({"name": "lun-b"}, 8, [(PATH, {"name": "lun-b"})]),
        ({"project": "proj-b"}, 8, [(PATH, {"project": "proj-b"})]),
        (
            {"project": "proj-b"},
            7,
            [(f"{PROJECTS}/proj-a/filesystems/lun-a", {"project": "proj-b"})],
        ),
        (
            {"project": "proj-b", "name": "lun-b"},
            8,
            [
                (PATH, {"project": "proj-b"}),
                (f"{PROJECTS}/proj-b/luns/lun-a", {"name": "lun-b"}),
            ],
        ),
    ],
)
def test_rename_and_move_are_steps(new: dict[str, str], release: int, expected: list[tuple[str, object]]) -> None:
    base = unchanged({"lun": lun()})

    plan = plan_rename(base, LUN, NAMES, {**NAMES, **new}, Release(release))

    assert [(step.path, step.body) for step in plan.steps] == expected
    assert {step.method for step in plan.steps} == {"PUT"}
    assert plan.before == base.before
    assert plan.after["lun"].items() >= {**NAMES, **new}.items()


def test_update_comes_before_the_rename() -> None:
    base = plan_present(LUN, NAMES, lun(), {"size": 2 * GIB})

    plan = plan_rename(base, LUN, NAMES, {**NAMES, "name": "lun-b"}, Release(8))

    assert [str(step) for step in plan.steps] == [
        "update LUN tank/proj-a/lun-a (size)",
        "rename LUN tank/proj-a/lun-a to LUN tank/proj-a/lun-b",
    ]
    assert (plan.after["lun"]["size"], plan.after["lun"]["name"]) == (2 * GIB, "lun-b")


def test_prediction_of_a_rename_does_not_keep_the_old_canonical_name() -> None:
    base = unchanged({"lun": lun(canonical_name="tank/local/proj-a/lun-a")})

    plan = plan_rename(base, LUN, NAMES, {**NAMES, "name": "lun-b"}, Release(8))

    assert plan.after["lun"]["canonical_name"] in (None, "tank/local/proj-a/lun-b")


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (None, False),
        ({}, False),
        ({"lun": None}, False),
        ({"lun": {"volsize": 1}}, False),
        ({"lun": {"volsize": float(GIB), "other": 1}}, True),
    ],
)
def test_judge_tells_whether_the_wanted_is_there(body: Any, verdict: bool) -> None:
    assert plan_present(LUN, NAMES, None, {"size": GIB}).steps[0].outcome.reached(body) is verdict


@pytest.mark.parametrize("body", [{}, {"lun": None}, {"luns": []}])
def test_record_needs_the_object(body: dict[str, Any]) -> None:
    assert record_in(LUN, NAMES, body) is None


def test_record_takes_the_names_from_the_path() -> None:
    found = record_in(LUN, NAMES, {"lun": {"volsize": GIB}})

    assert found is not None
    assert found.items() >= {**NAMES, "size": GIB}.items()


def test_steps_know_their_own_work_when_they_see_it() -> None:
    appliance = LabClient()
    appliance.add_project("proj-a")
    create = plan_present(LUN, NAMES, None, {"size": GIB}).steps[0]
    destroy = plan_absent(LUN, NAMES, lun(), []).steps[0]

    absent = appliance.get(PATH)
    appliance.add_lun("proj-a", "lun-a", volsize=GIB)
    present = appliance.get(PATH)

    assert (create.outcome.reached(absent), create.outcome.reached(present)) == (False, True)
    assert (destroy.outcome.reached(absent), destroy.outcome.reached(present)) == (True, False)
