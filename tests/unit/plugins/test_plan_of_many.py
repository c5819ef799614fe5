"""Several objects in one plan: each is planned on what those before it will have made, and refused before the first write."""

from __future__ import annotations

import pytest
from lab_client import LabClient
from many import GIB, appliance_of, do, lun, project

from ansible_collections.zfssa.storage.plugins.module_utils.engine._apply import apply_plan
from ansible_collections.zfssa.storage.plugins.module_utils.engine._many import plan_many
from ansible_collections.zfssa.storage.plugins.module_utils.engine._plan import Key
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.project._kind import PROJECT
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import (
    ApplianceError,
    InvalidInput,
    PlanRefused,
)


@pytest.fixture(params=["2013.1", "8.7", "8.8"])
def appliance(request: pytest.FixtureRequest) -> LabClient:
    """An appliance with a pool of 1T, a project and groups."""
    return appliance_of(request.param)


def test_project_and_luns_in_it(appliance: LabClient) -> None:
    results = do(appliance, project(default_volblocksize="64K"), lun("a", "new"), lun("b", "new"))

    assert [str(key) for key in results] == ["project tank/new", "lun tank/new/a", "lun tank/new/b"]
    assert results[Key("lun", ("tank", "new"), "b")]["lun"]["volblocksize"] == 64 * 1024


def test_lists_are_read_once(appliance: LabClient) -> None:
    names = [f"lun-{number}" for number in range(20)]

    plan = plan_many(appliance, [lun(name) for name in names])

    assert len(plan.steps) == 20
    # The LUNs of the project, the projects, and the filesystems, with which LUNs share their names.
    assert len(appliance.reads) == 3
    apply_plan(plan, appliance)
    appliance.log.clear()
    assert not plan_many(appliance, [lun(name) for name in names]).changed
    assert len(appliance.reads) == 1


def test_luns_must_have_room_together(appliance: LabClient) -> None:
    with pytest.raises(PlanRefused, match=r"Cannot create LUN tank/proj-a/b: it takes 700G, and .* has 32\dG left"):
        plan_many(appliance, [lun("a", size="700G", sparse=False), lun("b", size="700G", sparse=False)])
    with pytest.raises(PlanRefused, match=r"Cannot create LUN tank/new/b: "):
        wanted = [project(), lun("a", size="700G", sparse=False), lun("b", "new", size="700G", sparse=False)]
        plan_many(appliance, wanted)
    assert appliance.work == []
    do(appliance, lun("a", size="700G", sparse=False), lun("b", size="200G", sparse=False))


def test_quota_of_a_new_project_holds_for_all_in_it(appliance: LabClient) -> None:
    with pytest.raises(PlanRefused, match=r"Cannot create LUN tank/new/b: it takes 6G, and .* has 4G left"):
        wanted = [lun(name, "new", size="6G", sparse=False) for name in "ab"]
        plan_many(appliance, [project(quota="10G"), *wanted])


def test_two_luns_cannot_have_one_number(appliance: LabClient) -> None:
    seen = {"initiator_groups": ["ig-a"], "lu_number": 5}

    with pytest.raises(PlanRefused, match=r"LU number 5 is taken in initiator group ig-a by LUN tank/proj-a/a"):
        plan_many(appliance, [lun("a", **seen), lun("b", **seen)])
    do(appliance, lun("a", **seen), lun("b", initiator_groups=["ig-b"], lu_number=6))


def test_number_of_a_lun_that_goes_before_is_free(appliance: LabClient) -> None:
    seen = {"initiator_groups": ["ig-a"], "lu_number": 5}
    do(appliance, lun("a", **seen))

    do(appliance, lun("a", state="absent"), lun("b", **seen))


def test_project_that_goes_takes_no_luns(appliance: LabClient) -> None:
    gone = [lun("a", state="absent"), (PROJECT, {"state": "absent", "pool": "tank", "name": "proj-a"})]
    do(appliance, lun("a"))

    do(appliance, *gone)

    with pytest.raises(PlanRefused, match="project tank/proj-a does not exist"):
        plan_many(appliance, [*gone, lun("b")])


def test_lun_that_is_renamed_leaves_its_name_to_another(appliance: LabClient) -> None:
    do(appliance, lun("a"))

    plan = plan_many(appliance, [lun("a", new_name="b"), lun("a", size="2G")])
    apply_plan(plan, appliance)

    assert appliance.lun("proj-a", "a")["volsize"] == 2 * GIB
    assert appliance.lun("proj-a", "b")["volsize"] == GIB


def test_one_object_is_one_item(appliance: LabClient) -> None:
    with pytest.raises(InvalidInput, match="two items are about lun tank/proj-a/a"):
        plan_many(appliance, [lun("a"), lun("a", size="2G")])


def test_what_was_finished_before_a_failure_keeps_its_record(appliance: LabClient) -> None:
    plan = plan_many(appliance, [lun("a"), lun("b"), lun("c")])
    appliance.do("POST", "/api/storage/v1/pools/tank/projects/proj-a/filesystems", {"name": "b"})

    with pytest.raises((PlanRefused, ApplianceError)) as caught:
        apply_plan(plan, appliance)

    assert caught.value.steps_done == ("create LUN tank/proj-a/a",)
    assert [str(key) for key in caught.value.finished] == ["lun tank/proj-a/a"]
    assert caught.value.finished[Key("lun", ("tank", "proj-a"), "a")]["lun"]["size"] == GIB
