"""For any state and any asked within permission: the plan leads there, in one go, and as predicted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lab_client import AFTER, BEFORE, FINE, LATE, LabClient
from strategies import (
    LUN_OPTIONS,
    LUN_WIRE,
    PROJECT_OPTIONS,
    PROJECT_WIRE,
    appliance_with,
    appliance_with_schema,
)

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Item
from ansible_collections.zfssa.storage.plugins.module_utils.engine._read import read
from ansible_collections.zfssa.storage.plugins.module_utils.engine._resource import Resource
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._kind import LUN as LUN_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.lun._table import LUN
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.pool._pools import POOLS
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT as PROJECT_KIND
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._table import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.values._coerce import in_form_of
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import LostReply, ZfssaError

LUN_NAMES = {"pool": "tank", "project": "proj-a", "name": "lun-a"}
PROJECT_NAMES = {"pool": "tank", "name": "proj-a"}
# The number that a LUN gets is its own affair unless the user asks for one.
APPLIANCE_DECIDES = ("lu_number", "lu_numbers")
WANTED = {"size": "1M", "compression": "gzip", "initiator_groups": ["ig-a"]}


def lun_plan(appliance: LabClient, options: Mapping[str, Any]) -> Item:
    """Plan for the LUN; it may shrink."""
    return LUN_KIND.plan(appliance, {"state": "present", "allow_shrink": True, **LUN_NAMES, **options})


def assert_predicted(resource: Resource, plan: Item, appliance: LabClient) -> None:
    """Fail unless the object is as the plan said, for all that is not the appliance's to decide."""
    predicted = plan.after[resource.kind]
    real = read(appliance, resource, {key: predicted[key] for key in (*resource.scope, "name")})
    assert real is not None
    assert set(predicted) == set(real)
    for key, value in predicted.items():
        if value is not None and key not in APPLIANCE_DECIDES:
            assert real[key] == value, key
    for group, number in (predicted.get("lu_numbers") or {}).items():
        assert number in (None, real["lu_numbers"][group])


def without(wire: Mapping[str, Any] | None, left_out: str) -> dict[str, Any]:
    """A record that is there, without one of its properties."""
    assert wire is not None
    return {name: value for name, value in wire.items() if name != left_out}


@given(st.none() | LUN_WIRE, LUN_OPTIONS)
def test_lun_becomes_what_is_wanted_in_one_go_and_as_predicted(
    state: dict[str, Any] | None, options: dict[str, Any]
) -> None:
    appliance = appliance_with(lun=state)
    if state is None:
        options = {"size": "1G", **options}

    plan = lun_plan(appliance, options)
    result = apply(plan, appliance)

    record = read(appliance, LUN, LUN_NAMES)
    assert record is not None
    assert LUN.differences(record, LUN.wanted(options)) == {}
    assert result == {"lun": record}
    assert_predicted(LUN, plan, appliance)
    assert not lun_plan(appliance, options).changed
    assert len(appliance.work) == len(plan.steps) <= 1


@given(LUN_WIRE, LUN_OPTIONS)
def test_lun_keeps_all_that_the_user_did_not_name(state: dict[str, Any], options: dict[str, Any]) -> None:
    appliance = appliance_with(lun=state)
    before = read(appliance, LUN, LUN_NAMES)
    foreign = appliance.lun("proj-b", "foreign")

    apply(lun_plan(appliance, options), appliance)

    after = read(appliance, LUN, LUN_NAMES)
    assert before is not None
    assert after is not None
    # What a user may set without naming it: LU numbers go with the groups, space with the size.
    space = (name for name in after if name.startswith("space_"))
    free = {*options, "custom", *APPLIANCE_DECIDES, *space}
    assert {key: after[key] for key in after if key not in free} == {
        key: before[key] for key in before if key not in free
    }
    custom = before["custom"]
    given = {name: in_form_of(custom.get(name), value) for name, value in options.get("custom", {}).items()}
    assert after["custom"] == {**custom, **given}
    # What is left of the pool is less for all in it.
    assert without(appliance.lun("proj-b", "foreign"), "space_available") == without(foreign, "space_available")


@given(st.none() | PROJECT_WIRE, PROJECT_OPTIONS)
def test_project_becomes_what_is_wanted_in_one_go_and_as_predicted(
    state: dict[str, Any] | None, options: dict[str, Any]
) -> None:
    appliance = appliance_with_schema()
    if state is not None:
        appliance.add_project("proj-a", **state)
    asked = {"state": "present", **PROJECT_NAMES, **options}

    plan = PROJECT_KIND.plan(appliance, asked)
    result = apply(plan, appliance)

    record = read(appliance, PROJECT, PROJECT_NAMES)
    assert record is not None
    assert PROJECT.differences(record, PROJECT.wanted(options)) == {}
    assert result == {"project": record}
    assert_predicted(PROJECT, plan, appliance)
    assert not PROJECT_KIND.plan(appliance, asked).changed


@given(
    LUN_WIRE,
    LUN_OPTIONS,
    st.sampled_from([None, "lun-a", "lun-b"]),
    st.sampled_from([None, "proj-a", "proj-b"]),
)
def test_lun_is_changed_moved_and_renamed_in_one_go(
    state: dict[str, Any], options: dict[str, Any], name: str | None, project: str | None
) -> None:
    appliance = appliance_with(lun=state)
    asked = {**options, "new_name": name, "new_project": project}

    plan = lun_plan(appliance, asked)
    result = apply(plan, appliance)

    goal = {"pool": "tank", "project": project or "proj-a", "name": name or "lun-a"}
    record = read(appliance, LUN, goal)
    assert record is not None
    assert result == {"lun": record}
    assert LUN.differences(record, LUN.wanted(options)) == {}
    assert_predicted(LUN, plan, appliance)
    assert not lun_plan(appliance, asked).changed
    assert len(appliance.luns()) == 2


TASKS: dict[str, dict[str, Any]] = {
    "create": WANTED,
    "change": WANTED,
    "change and move": {**WANTED, "new_project": "proj-b"},
    "change and rename": {**WANTED, "new_name": "lun-b"},
    "change, move and rename": {**WANTED, "new_project": "proj-b", "new_name": "lun-b"},
    "destroy": {"state": "absent", "force": True},
}


@given(
    st.sampled_from(sorted(TASKS)),
    st.lists(st.sampled_from([FINE, BEFORE, AFTER, LATE]), min_size=1, max_size=7),
    st.booleans(),
    st.booleans(),
)
def test_lost_replies_end_in_the_work_done_once_or_in_an_error(
    task: str, fates: list[str], silent: bool, asks: bool
) -> None:
    appliance = appliance_with(lun=None if task == "create" else {"volsize": 8192})
    appliance.silent = silent
    appliance.lab.switches.put("confirm-destroy", "always" if asks else "never")
    options = TASKS[task]
    plan = lun_plan(appliance, options)
    steps = [str(step) for step in plan.steps]
    appliance.fates = list(fates)

    try:
        result = apply(plan, appliance)
        assert_done(options, result, appliance)
    except ZfssaError as error:
        assert isinstance(error, LostReply)
        assert error.doing == steps[len(error.steps_done)]
        assert list(error.steps_done) == steps[: len(error.steps_done)]

    assert_done_once(task, appliance)


@given(
    st.sampled_from(sorted(TASKS)),
    st.lists(st.sampled_from([FINE, BEFORE, AFTER, LATE]), min_size=1, max_size=7),
)
def test_task_that_met_lost_replies_can_be_run_again(task: str, fates: list[str]) -> None:
    appliance = appliance_with(lun=None if task == "create" else {"volsize": 8192})
    appliance.fates = list(fates)
    try:
        apply(lun_plan(appliance, TASKS[task]), appliance)
    except LostReply:
        # What is under way arrives before the second run.
        appliance.get(POOLS)
    appliance.fates = []

    result = apply(lun_plan(appliance, TASKS[task]), appliance)

    assert_done(TASKS[task], result, appliance)
    assert_done_once(task, appliance)


def assert_done(options: Mapping[str, Any], result: object, appliance: LabClient) -> None:
    """Fail unless there is nothing left to do, and the result is what there is."""
    again = lun_plan(appliance, options)
    assert not again.changed
    assert result == again.before


def assert_done_once(task: str, appliance: LabClient) -> None:
    """Fail when the appliance did something twice."""
    # A slow update may arrive twice: it says the same both times, and that does no harm.
    work = [(method, path) for method, path, body in appliance.work if method != "PUT" or "volsize" not in (body or {})]
    assert len(set(work)) == len(work)
    assert [method for method, _path in work].count("POST") <= (task == "create")
