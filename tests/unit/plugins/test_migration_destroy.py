"""A LUN is renamed, the other side is looked at, and then it is destroyed; whatever becomes of the answers."""

from __future__ import annotations

from typing import Any, cast

import pytest
from lab_client import BEFORE, FINE, LabClient

from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._destroy import Removal, destroy
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._found import find_now
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.migration._names import Place
from ansible_collections.zfssa.storage.plugins.module_utils.kinds.snapshot._temporary import temporary_name
from ansible_collections.zfssa.storage.plugins.module_utils.values._errors import PlanRefused

PLACE = Place("tank", "databases", "redo-1")


def asking(*fates: str) -> LabClient:
    """An appliance with the LUN that asks before it destroys; the first of its fates is that of the new name."""
    appliance = LabClient(switches={"confirm-destroy": "always"})
    appliance.add_project("databases")
    appliance.add_lun("databases", "redo-1", volsize=1 << 30, status="offline")
    appliance.fates = [FINE, *fates]
    return appliance


def removal(appliance: LabClient, looks: list[str]) -> Removal:
    """The removal of the LUN, to which nothing speaks."""
    lun = find_now(appliance, PLACE)
    assert lun is not None
    return Removal(cast(Any, appliance), lun, "east", lambda: looks.append("other side"), lambda _lun: None)


def test_question_that_was_lost_is_asked_for_again_after_another_look() -> None:
    appliance, looks = asking(BEFORE), list[str]()

    destroy(removal(appliance, looks))

    assert appliance.luns() == []
    assert looks == ["other side"] * 2


def test_answer_that_is_lost_every_time_gives_the_name_back() -> None:
    appliance = asking(BEFORE, BEFORE)

    with pytest.raises(PlanRefused, match="is not destroyed: lost before, and it is still there"):
        destroy(removal(appliance, []))

    assert appliance.luns() == ["databases/redo-1"]


@pytest.mark.parametrize("refused", [False, True])
def test_snapshot_that_was_taken_for_a_clone_goes_after_it(refused: bool) -> None:
    appliance = LabClient()
    appliance.add_project("databases")
    appliance.add_lun("databases", "origin", volsize=1 << 30)
    name = temporary_name(PLACE.identity)
    appliance.add_snapshot("databases", "origin", name)
    snapshots = "/api/storage/v1/pools/tank/projects/databases/luns/origin/snapshots"
    appliance.do("PUT", f"{snapshots}/{name}/clone", {"share": "redo-1"})
    if refused:
        appliance.fault({"status": 403}, method="DELETE", path="/snapshots/")

    destroy(removal(appliance, []))

    assert appliance.luns() == ["databases/origin"]
    assert bool(appliance.do("GET", snapshots)["snapshots"]) == refused
